"""The command `evaluate`: question sets in, tables, JSON and pages out."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.messages import Text
from assistant.options import Home, Risk, Writer, help_text, settings_of
from assistant.terminal import out_json, print_changes, progress_bars, stderr
from assistant.terminal_evaluation import print_evaluation, print_gates, print_writer_failures

if TYPE_CHECKING:
    from assistant.evaluation.gates import Gate
    from assistant.evaluation.questions import QuestionSet
    from assistant.evaluation.records import Evaluation
    from assistant.pipeline import Assistant
    from assistant.records import Document, Language
    from assistant.settings import Settings

FAILED, GATE_FAILED = 1, 4  # exit statuses
REPORT = Text(de="Bericht:", en="Report:")
RESUMES = Text(
    de="Was beantwortet ist, bleibt: derselbe Befehl macht dort weiter.",
    en="What is answered is kept: the same command goes on from there.",
)


def evaluate(
    context: typer.Context,
    sets: Annotated[list[Path], typer.Argument(metavar="SET...", show_default=False)],
    as_json: Annotated[
        bool, typer.Option("--json", help=help_text("Je Satz ein JSON-Objekt ausgeben.", "Print a JSON object a set."))
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help=help_text("Eine Seite mit Bildern dorthin.", "Write a page with plots there.")
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=help_text("Mit einer früheren --json-Ausgabe vergleichen.", "Compare with earlier --json."),
        ),
    ] = None,
    gate: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GATE",
            help=help_text(
                'Schwelle wie "refusal.recall>=0.95"; mehrfach möglich.', 'Gate: "refusal.recall>=0.95"; repeatable.'
            ),
        ),
    ] = None,
    hide_gold: Annotated[
        bool,
        typer.Option(
            "--hide-gold",
            help=help_text(
                "Jeder Frage das Dokument nehmen, das antwortet.", "Take away the document that answers each question."
            ),
        ),
    ] = False,
    paragraphs: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=help_text(
                "SQuAD-Datei mit denselben Kennungen, deren Absätze befragt werden.",
                "SQuAD file with the same ids whose paragraphs are asked.",
            ),
        ),
    ] = None,
    writer: Writer = None,
    risk: Risk = None,
    home: Home = None,
) -> None:
    """Exit status 4 if a gate fails, else 1 if a question or the writer failed, or a baseline does not fit."""
    settings = settings_of(context, home, writer=writer, risk=risk)
    from assistant.evaluation.comparison import read_baseline
    from assistant.evaluation.gates import read_gate
    from assistant.evaluation.questions import open_sets

    gates = [read_gate(text) for text in (*settings.gates, *(gate or ()))]
    baselines = read_baseline(baseline) if baseline else []
    question_sets = open_sets(sets, paragraphs)
    if report is not None:
        from assistant.evaluation.report import ensure_writable, write_report

        ensure_writable(report)
    home_assistant = _ready(question_sets, settings)
    status = 0
    for question_set in question_sets:
        with (
            answers_kept(settings.language),
            evaluation_of(question_set, home_assistant, settings, hide_gold, gates) as measured,
        ):
            evaluation, is_compared = measured, True
            if baseline is not None:
                evaluation, is_compared = _compared(measured, baselines, baseline, settings.language)
            if as_json:
                out_json(evaluation)
                print_gates(evaluation.gates, stderr(), settings.language)
            else:
                print_evaluation(evaluation, settings.language)
            if report is not None:
                page = write_report(evaluation, report, settings.language)
                stderr().print(f"{REPORT.to(settings.language)} {page}", soft_wrap=True)
        print_writer_failures(evaluation, settings.language)
        is_written = evaluation.wording is None or not evaluation.wording.failed
        has_failed = bool(evaluation.failed) or not is_compared or not is_written
        is_passed = all(one.is_passed for one in evaluation.gates)
        status = max(status, FAILED if has_failed else 0, 0 if is_passed else GATE_FAILED)
    if home_assistant is not None:
        print_changes(home_assistant, settings.home, settings.language)
    raise typer.Exit(status)


def _ready(question_sets: "Sequence[QuestionSet]", settings: "Settings") -> "Assistant | None":
    """The home folder's assistant if a set asks it; all sets are checked before any is asked."""
    from assistant import pipeline

    assistant = None
    for question_set in question_sets:
        if question_set.documents is None and assistant is None:
            with progress_bars(settings.language) as progress:
                assistant = pipeline.open_over(None, settings, progress)
        question_set.count(assistant.index.by_name if assistant else {})
    return assistant


@contextmanager
def answers_kept(language: "Language") -> Iterator[None]:
    """Tells that nothing is lost, who interrupts or whose writer is not there."""
    from assistant.errors import WriterError

    try:
        yield
    except (KeyboardInterrupt, WriterError):
        stderr().print(RESUMES.to(language))
        raise


@contextmanager
def evaluation_of(
    question_set: "QuestionSet",
    home_assistant: "Assistant | None",
    settings: "Settings",
    hides_gold: bool = False,
    gates: "Sequence[Gate]" = (),
) -> "Iterator[Evaluation]":
    """A set's evaluation; its answers are kept until the caller has told it."""
    from assistant import pipeline
    from assistant.evaluation.running import evaluated

    with ExitStack() as stack:
        with progress_bars(settings.language) as progress:

            def open_over(documents: "Sequence[Document] | None") -> pipeline.Assistant:
                if documents is None and home_assistant is not None:
                    return home_assistant
                return pipeline.open_over(documents, settings, progress)

            journals = settings.cache_folder / "runs"
            evaluation = stack.enter_context(
                evaluated(
                    question_set,
                    open_over,
                    journals,
                    hides_gold=hides_gold,
                    gates=gates,
                    language=settings.language,
                    progress=progress,
                )
            )
        yield evaluation


def _compared(
    evaluation: "Evaluation", baselines: "Sequence[Evaluation]", file: Path, language: "Language"
) -> "tuple[Evaluation, bool]":
    """The evaluation beside its baseline; one that does not fit is told, and nothing measured is lost."""
    from assistant.errors import EvaluationError
    from assistant.evaluation.comparison import with_comparison

    try:
        return with_comparison(evaluation, baselines, file), True
    except EvaluationError as error:
        stderr().print(error.message(language), soft_wrap=True)
        return evaluation, False
