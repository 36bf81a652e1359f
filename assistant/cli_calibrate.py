"""The command `calibrate`: one's own questions in, the threshold that keeps the risk out, kept with the index."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli_evaluate import answers_kept, evaluation_of
from assistant.messages import Text, language_of_terminal
from assistant.options import Home, Risk, help_text, settings_of
from assistant.terminal import out, out_json, print_changed_documents, progress_bars, stderr

if TYPE_CHECKING:
    from assistant.evaluation.records import CalibrationReport, ThresholdWorth
    from assistant.records import Language
    from assistant.settings import Settings

FAILED = 1  # exit status
SET_OR_RESET = Text(de="Nennen Sie entweder Fragensätze oder --reset.", en="Name either question sets or --reset.")
FORGOTTEN = Text(
    de="Die Kalibrierung ist vergessen; es gilt die Voreinstellung.",
    en="The calibration is forgotten; the default holds.",
)
NOTHING_TO_FORGET = Text(de="Es gibt keine Kalibrierung.", en="There is no calibration.")
QUESTIONS = Text(
    de="Fragen: {questions}, davon beantwortbar: {answerable}",
    en="Questions: {questions}, of which answerable: {answerable}",
)
FAILURES = Text(de="Mit Fehler abgebrochen, nicht gezählt: {count}", en="Failed with an error, not counted: {count}")
BEFORE, AFTER = Text(de="vorher", en="before"), Text(de="nachher", en="after")
WORTH = Text(
    de="{when}: Schwelle {least} %, beantwortet {answered} % der Fragen, davon zu Unrecht {wrong}",
    en="{when}: threshold {least} %, answered {answered} % of the questions, of them wrongly {wrong}",
)
SHARE = Text(de="{value} % (95 %: {low} bis {high} %)", en="{value} % (95 %: {low} to {high} %)")
IN_SAMPLE = Text(
    de="Gemessen an den Fragen, aus denen die neue Schwelle folgt; sie gilt, wo risk = {risk} eingestellt ist.",
    en="Measured on the questions that the new threshold follows from; it holds where risk = {risk} is set.",
)
NOT_KEPT = Text(
    de="Diese Fragen zeigen bei keiner Schwelle, dass höchstens {percent} % der Antworten zu Unrecht gegeben werden,"
    " sondern frühestens risk = {least}. Bei risk = {risk} gilt weiter die Voreinstellung."
    " Es helfen mehr Fragen oder ein höheres Risiko.",
    en="At no threshold do these questions show that at most {percent} % of the answers are given wrongly; the first"
    " risk that they show is {least}. With risk = {risk}, the default holds as before. More questions"
    " or a higher risk help.",
)


def calibrate(
    context: typer.Context,
    sets: Annotated[list[Path] | None, typer.Argument(metavar="SET", show_default=False)] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=help_text("Ein JSON-Objekt ausgeben.", "Print one JSON object."))
    ] = False,
    resets: Annotated[
        bool, typer.Option("--reset", help=help_text("Die Kalibrierung vergessen.", "Forget the calibration."))
    ] = False,
    risk: Risk = None,
    home: Home = None,
) -> None:
    """Exit status 1 if a question failed with an error; the others are calibrated on."""
    if bool(sets) == resets:
        raise typer.BadParameter(SET_OR_RESET.to(language_of_terminal()))
    settings = settings_of(context, home, risk=risk)
    if resets:
        from assistant import notes

        is_forgotten = notes.forget_calibration(settings.index_folder)
        stderr().print((FORGOTTEN if is_forgotten else NOTHING_TO_FORGET).to(settings.language))
        return
    report = _calibrated(sets or [], settings, as_json=as_json)
    if report.failed:
        raise typer.Exit(FAILED)


def _calibrated(sets: list[Path], settings: "Settings", *, as_json: bool) -> "CalibrationReport":
    """What came of it, kept with the index and told."""
    from assistant import notes, pipeline
    from assistant.evaluation.calibration import calibrated, ensure_enough, ensure_of_home
    from assistant.evaluation.questions import open_sets

    question_sets = open_sets(sets)
    ensure_of_home(question_sets)
    with progress_bars(settings.language) as progress:
        assistant = pipeline.open_assistant(settings, progress)
    ensure_enough(question_sets, assistant.index.by_name)
    with answers_kept(settings.language), ExitStack() as stack:
        evaluations = [stack.enter_context(evaluation_of(one, assistant, settings)) for one in question_sets]
        report = calibrated(evaluations, assistant.confidence_depends_on, settings.risk, assistant.least_confidence)
        notes.save_calibration(report.calibration, settings.index_folder)
        if as_json:
            out_json(report)
        else:
            _print_report(report, settings.language)
    if not report.risk_is_kept:
        values = {"risk": f"{report.risk:g}", "least": f"{report.least_risk:g}"}
        values["percent"] = _percent(report.risk, settings.language)
        stderr().print(NOT_KEPT.to(settings.language, **values), soft_wrap=True)
    print_changed_documents(assistant, settings.home, settings.language)
    return report


def _print_report(report: "CalibrationReport", language: "Language") -> None:
    out(QUESTIONS.to(language, questions=report.questions, answerable=report.answerable))
    if report.failed:
        out(FAILURES.to(language, count=report.failed))
    out(_worth(report.before, BEFORE, language))
    if report.after is not None:
        out(_worth(report.after, AFTER, language))
        out(IN_SAMPLE.to(language, risk=f"{report.risk:g}"))


def _worth(worth: "ThresholdWorth", when: Text, language: "Language") -> str:
    """A threshold, the share answered, and the share of that which is wrong, on one line."""
    wrong = "–"
    if worth.wrong is not None:
        shares = {name: _percent(share, language) for name, share in worth.wrong.model_dump().items()}
        wrong = SHARE.to(language, **shares)
    return WORTH.to(
        language,
        when=when.to(language),
        least=_percent(worth.least_confidence, language),
        answered=_percent(worth.answered, language),
        wrong=wrong,
    )


def _percent(share: float, language: "Language") -> str:
    """A share in per cent with three digits, as its language writes it."""
    text = f"{100 * share:.3g}"
    return text.replace(".", ",") if language == "de" else text
