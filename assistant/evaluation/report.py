"""An evaluation as one page that needs nothing else, and beside it its data.

All that documents, questions and files say is data: the page shows it in display form and escaped.
"""

import hashlib
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from assistant.errors import ReportNotWritable
from assistant.evaluation import plots
from assistant.evaluation.metrics import LESS_IS_BETTER, calibration, risk_coverage
from assistant.evaluation.records import Difference, Evaluation, Figure, Result
from assistant.evaluation.wording import summary
from assistant.evaluation.words import GROUPS, MEANINGS
from assistant.messages import Text
from assistant.records import Language, Place
from assistant.sentences import display_form

NAMES = {
    "overall.right": Text(de="Insgesamt richtig", en="Right overall"),
    "retrieval.recall@1": Text(de="Passage zuerst gefunden", en="Passage found first"),
    "evidence.hit@1": Text(de="Beleg zuerst gefunden", en="Evidence found first"),
    "answer.coverage": Text(de="Überhaupt beantwortet", en="Answered at all"),
    "answer.correct": Text(de="Richtig beantwortet", en="Answered correctly"),
    "refusal.recall": Text(de="Zu Recht abgelehnt", en="Refused rightly"),
    "citation.precision": Text(de="Zitate, die belegen", en="Quotes that prove"),
    "citation.verbatim": Text(de="Wörtlich zitiert", en="Quoted verbatim"),
}
BIG = ("overall.right", "evidence.hit@1", "answer.correct", "refusal.recall", "citation.verbatim")
OF_KINDS = ("evidence.hit@1", "answer.coverage", "answer.correct", "refusal.recall")
MOST_KINDS = 40
BYTES_OF_NAME = 100
OPENS, CLOSES = "\ue000", "\ue001"  # private: no document means anything by them


class Plot(NamedTuple):
    """A plot, and how to read it."""

    title: str
    caption: str
    svg: Markup


class Shown(NamedTuple):
    """A place as a failure shows it."""

    place: Place
    words: Markup
    """Its quote, marked where a place of the other side has the same characters."""
    is_shared: bool
    """Whether anything is marked."""


class Failure(NamedTuple):
    """A question that went wrong: what proves the answer, and what was cited."""

    result: Result
    gold: list[Shown]
    cited: list[Shown]
    parts: int
    """Of the gold."""


class Group(NamedTuple):
    """Failures of one sort, the clearest first."""

    title: str
    meaning: str
    failures: list[Failure]


class Words:
    """How the page says things in its language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def say(self, de: str, en: str, **values: object) -> str:
        """One of both, filled in."""
        return Text(de, en).to(self.language, **values)

    def number(self, value: float, digits: int = 3, sign: str = "") -> str:
        """With a comma in German; `sign="+"` writes plus and minus, but of 0."""
        text = f"{value:{sign if round(value, digits) else ''}.{digits}f}".replace("-", "−")
        return text.replace(".", ",") if self.language == "de" else text

    def percent(self, share: float) -> str:
        """To one digit; 100 and 0 are said of all and none alone."""
        percent = round(100 * share, 1)
        if 0 < share < 1:
            percent = min(99.9, max(0.1, percent))
        return self.number(percent, 0 if percent == int(percent) else 1) + " %"

    def confidence(self, confidence: float) -> str:
        """Never more than it is, so that it does not seem to reach a threshold."""
        return f"{math.floor(100 * confidence)} %"

    def kind_of_change(self, metric: str, difference: Difference) -> str:
        """`better`, `worse`, or nothing where the interval does not leave out 0."""
        if not difference.is_clear:
            return ""
        return "better" if (difference.value > 0) != (metric in LESS_IS_BETTER) else "worse"


def ensure_writable(folder: Path) -> None:
    """Make the folder, so that it is known before the questions are asked. Raises ReportNotWritable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=folder).close()
    except OSError as error:
        raise ReportNotWritable(folder, reason=error) from error


def write_report(evaluation: Evaluation, folder: Path, language: Language) -> Path:
    """The path of the evaluation's page in `folder`; its data lie beside it, fit to be a baseline.

    Raises ReportNotWritable.
    """
    name = _file_name(evaluation.title)
    html = page(evaluation, f"{name}.json", language)
    ensure_writable(folder)
    try:
        _replace(folder / f"{name}.json", evaluation.model_dump_json() + "\n")
        return _replace(folder / f"{name}.html", html)
    except OSError as error:
        raise ReportNotWritable(folder, reason=error) from error


def page(evaluation: Evaluation, data: str, language: Language) -> str:
    """The page as HTML; `data` is the name of the file beside it."""
    words = Words(language)
    environment = Environment(
        loader=PackageLoader("assistant", "evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: display_form(value) if type(value) is str else value,  # what is Markup stays
    )
    return environment.get_template("report.html").render(
        evaluation=evaluation,
        data=data,
        wording=summary(evaluation.wording, language) if evaluation.wording else [],
        words=words,
        say=words.say,
        big=[(name, NAMES[name].to(language), evaluation.metrics[name]) for name in BIG if name in evaluation.metrics],
        plots=list(_plots(evaluation, words)),
        groups_of_metrics=[(text.to(language), _of_group(evaluation, group)) for group, text in GROUPS.items()],
        meanings={name: meaning.to(language) for name, meaning in MEANINGS.items()},
        less_is_better=LESS_IS_BETTER,
        of_kinds=OF_KINDS,
        failures=[group for group in _failures(evaluation.results, words) if group.failures],
        wrong=sum(not one.is_right for one in evaluation.results),
    )


def _of_group(evaluation: Evaluation, group: str) -> dict[str, Figure]:
    return {name: figure for name, figure in evaluation.metrics.items() if name.partition(".")[0] == group}


def _plots(evaluation: Evaluation, words: Words) -> Iterator[Plot]:
    """Those that there is something to draw for."""
    language, results = words.language, evaluation.results
    points = risk_coverage(results)
    area = evaluation.metrics.get("risk.aurc")
    if points and area is not None:
        title = words.say("Fehler je nach Strenge", "Errors by strictness")
        title += " · " + words.say("Fläche {area}", "area {area}", area=words.number(area.value))
        caption = words.say(
            "Wenn nur die sichersten Fragen beantwortet werden (nach rechts immer mehr): welcher Anteil ist falsch?"
            " Je tiefer die Kurve, desto besser.",
            "If only the surest questions are answered (more and more to the right): what share is wrong?"
            " The lower the curve, the better.",
        )
        least = _least_confidence(evaluation)
        yield Plot(title, caption, Markup(plots.risk_coverage(points, least, title, language)))
    yield from _bars(evaluation, words)
    bins = calibration(results)
    if bins:
        title = words.say("Stimmt die Sicherheit?", "Is confidence true?")
        caption = words.say(
            "Fragen von etwa gleicher Sicherheit, mit ihrer Zahl: Auf der gestrichelten Linie trifft sie zu,"
            " darunter ist sie zu hoch, darüber zu niedrig.",
            "Questions of about the same confidence, with their number: on the dashed line it is true,"
            " below it is too high, above too low.",
        )
        yield Plot(title, caption, Markup(plots.calibration(bins, title, language)))
    timings = [one.timings_ms for one in results if "total" in one.timings_ms]
    if timings:
        title = words.say("Zeit je Frage", "Time per question")
        caption = words.say(
            "Wie viele Fragen wie lange dauerten: die Hälfte höchstens so lange wie der Median, 19 von 20 höchstens"
            " bis zur gestrichelten Linie.",
            "How many questions took how long: half of them at most the median, 19 of 20 at most up to the dashed"
            " line.",
        )
        yield Plot(title, caption, Markup(plots.latency(timings, title, language)))


def _bars(evaluation: Evaluation, words: Words) -> Iterator[Plot]:
    """The share right by kind; where there are no kinds, the main figures."""
    if evaluation.by_kind:
        title = words.say("Richtig nach Art der Frage", "Right by kind of question")
        kinds = sorted(evaluation.by_kind.items(), key=lambda item: -item[1].questions)[:MOST_KINDS]
        rows = [
            plots.Bar(display_form(kind), figures.metrics["overall.right"], "refusal.recall" in figures.metrics)
            for kind, figures in kinds
        ]
    else:
        title = words.say("Die wichtigsten Größen", "The main figures")
        names = [name for name in NAMES if name in evaluation.metrics]
        rows = [plots.Bar(NAMES[name].to(words.language), evaluation.metrics[name]) for name in names]
    caption = words.say(
        "Anteil und, in Klammern, Zahl der Fragen; der Strich ist das 95-%-Intervall.",
        "Share and, in brackets, number of questions; the line is the 95 % interval.",
    )
    if len(evaluation.by_kind) > MOST_KINDS:
        caption += " " + words.say("Nur die {count} häufigsten.", "Only the {count} most frequent.", count=MOST_KINDS)
    if rows:
        yield Plot(title, caption, Markup(plots.bars(rows, title, words.language)))


def _least_confidence(evaluation: Evaluation) -> float | None:
    """The threshold that was answered with, if it is known."""
    try:
        return float(evaluation.made_with["least_confidence"])
    except (KeyError, ValueError):
        return None


def _failures(results: Sequence[Result], words: Words) -> Iterator[Group]:
    wrong = [one for one in results if not one.is_right]
    sure_first = sorted(wrong, key=lambda one: -(one.confidence or 0))
    answered = [one for one in sure_first if one.status == "answered"]
    yield Group(
        words.say("Mit Fehler abgebrochen", "Failed with an error"),
        words.say("Statt einer Antwort kam ein Fehler.", "An error came instead of an answer."),
        [_failure(one) for one in wrong if one.status == "failed"],
    )
    yield Group(
        words.say("Beantwortbar, aber abgelehnt", "Answerable, but refused"),
        words.say(
            "Die Dokumente antworten; das wurde nicht sicher genug erkannt. Die unsichersten zuerst.",
            "The documents answer; that was not seen surely enough. The least sure first.",
        ),
        [_failure(one) for one in reversed(sure_first) if one.status == "refused"],
    )
    yield Group(
        words.say("Ohne den richtigen Beleg beantwortet", "Answered without the right evidence"),
        words.say(
            "Die Dokumente antworten, aber nicht oder nicht nur an der zitierten Stelle. Die sichersten zuerst.",
            "The documents answer, but not, or not only, where the answer cites. The surest first.",
        ),
        [_failure(one) for one in answered if one.is_answerable],
    )
    yield Group(
        words.say("Beantwortet, obwohl die Dokumente es nicht sagen", "Answered although the documents do not say"),
        words.say("Richtig wäre eine Ablehnung. Die sichersten zuerst.", "Right is a refusal. The surest first."),
        [_failure(one) for one in answered if not one.is_answerable],
    )


def _failure(result: Result) -> Failure:
    return Failure(
        result,
        [_shown(place, result.cited) for place in result.gold_sentences or result.gold],
        [_shown(place, result.gold_sentences or result.gold) for place in result.cited],
        len({place.part for place in result.gold}),
    )


def _shown(place: Place, others: Sequence[Place]) -> Shown:
    """A place, marked where it shares characters with `others`."""
    shared = {
        at
        for other in others
        if other.source == place.source
        for at in range(max(place.start, other.start), min(place.end, other.end))
    }
    text, is_open = "", False
    for at, character in enumerate(place.quote, place.start):
        if (at in shared) != is_open:
            is_open = not is_open
            text += OPENS if is_open else CLOSES
        text += "" if character in (OPENS, CLOSES) else character
    words = str(Markup.escape(display_form(text + CLOSES * is_open)))
    return Shown(place, Markup(words.replace(OPENS, "<mark>").replace(CLOSES, "</mark>")), bool(shared))


def _file_name(title: str) -> str:
    """What a title is called as a file: "fragen.jsonl"; where signs had to go, its hash tells it from others."""
    name = re.sub(r"[^\w.-]+", "-", title).strip("-.")
    if name == title and len(name.encode()) <= BYTES_OF_NAME:
        return name
    short = name.encode()[:BYTES_OF_NAME].decode(errors="ignore").strip("-.") or "evaluation"
    return f"{short}-{hashlib.sha256(title.encode()).hexdigest()[:8]}"


def _replace(path: Path, text: str) -> Path:
    """The path, once it holds the text and nothing else."""
    new = path.with_name(path.name + ".new")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    return path
