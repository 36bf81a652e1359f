"""An evaluation's figures in words and tables for the terminal."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.messages import Text
from assistant.terminal import console_of

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from assistant.evaluation.records import Comparison, Difference, Evaluation, Figure, GateResult
    from assistant.records import Language

HEADINGS = {
    "figure": Text(de="Größe", en="Figure"),
    "kind": Text(de="Art der Frage", en="Kind of question"),
    "value": Text(de="Wert", en="Value"),
    "right": Text(de="richtig", en="right"),
    "interval": Text(de="95 %", en="95 %"),
    "n": Text(de="Fragen", en="Questions"),
    "before": Text(de="vorher", en="Before"),
    "evidence": Text(de="Beleg zuerst", en="evidence first"),
    "answered": Text(de="beantwortet", en="answered"),
    "refused": Text(de="abgelehnt", en="refused"),
    "difference": Text(de="Unterschied (95 %)", en="Difference (95 %)"),
}
PARAGRAPHS = Text(de="Befragt wurden die Absätze von {file}.", en="Asked of the paragraphs of {file}.")
HIDDEN = Text(
    de="Jeder Frage fehlte das Dokument, das antwortet: Richtig ist immer eine Ablehnung.",
    en="Each question lacked the document that answers: right is always a refusal.",
)
COUNTS = {
    "questions": Text(de="Fragen: {count}", en="Questions: {count}"),
    "failed": Text(de="Davon mit Fehler abgebrochen: {count}", en="Failed with an error: {count}"),
    "left_out": Text(
        de="Nicht gefragt, weil --paragraphs sie nicht hat: {count}",
        en="Not asked, as --paragraphs lacks them: {count}",
    ),
    "resumed": Text(
        de="Schon vor der Unterbrechung beantwortet: {count}", en="Answered before the interruption: {count}"
    ),
}
SECONDS = Text(
    de="Sekunden: {opening} bis alles bereit war, {questions} für die Fragen.",
    en="Seconds: {opening} until all was ready, {questions} for the questions.",
)
FEW = Text(
    de="Bei wenigen Fragen ist das Intervall zu schmal; bei einer sagt es nichts.",
    en="Over few questions the interval is too narrow; over one it says nothing.",
)
CLEAR = Text(
    de="* Das Intervall schließt 0 aus: ein klarer Unterschied.", en="* The interval leaves out 0: it is clear."
)
COMPARED = Text(
    de="Verglichen mit {baseline}, Frage für Frage ({count} gemeinsame)",
    en="Compared with {baseline}, question by question ({count} in common)",
)
ONLY_BEFORE = Text(de="Nur dort, oder seither geändert: {count}", en="Only there, or changed since: {count}")
ONLY_NOW = Text(de="Nur hier, oder seither geändert: {count}", en="Only here, or changed since: {count}")
LOST = Text(de="Vorher richtig, jetzt falsch: {count}", en="Right before, wrong now: {count}")
GAINED = Text(de="Vorher falsch, jetzt richtig: {count}", en="Wrong before, right now: {count}")
MORE = Text(
    de="… und {count} weitere; alle stehen in --report und --json", en="… and {count} more, in --report and --json"
)
GATE_PASSED = Text(de="erreicht: {gate} ({value})", en="passed: {gate} ({value})")
GATE_UNMEASURED = Text(
    de="nicht messbar: {gate} (der Satz hat keine Fragen dafür)",
    en="not measurable: {gate} (the set has no questions for it)",
)
GATE_FAILED = Text(de="NICHT erreicht: {gate} (gemessen: {value})", en="FAILED: {gate} (measured: {value})")
FLIPS_SHOWN = 20


def print_evaluation(evaluation: "Evaluation", language: "Language") -> None:
    """The figures, overall and by kind, what changed from the baseline, and which gates hold."""
    from assistant.evaluation.wording import summary

    console = console_of(width=None if sys.stdout.isatty() else 120)
    console.print(evaluation.set, style="bold")
    if evaluation.paragraphs:
        console.print(PARAGRAPHS.to(language, file=evaluation.paragraphs))
    if evaluation.gold_is_hidden:
        console.print(HIDDEN.to(language))
    for name in ("questions", "failed", "left_out", "resumed"):
        if count := getattr(evaluation, name):
            console.print(COUNTS[name].to(language, count=count), style="red" if name == "failed" else "")
    if evaluation.wording is not None:
        for line in summary(evaluation.wording, language):
            console.print(line)
    console.print()
    console.print(_figures_table(evaluation, language))
    if evaluation.by_kind:
        console.print()
        console.print(_kinds_table(evaluation, language))
        console.print(FEW.to(language), style="dim")
    if evaluation.comparison:
        console.print(CLEAR.to(language), style="dim")
        console.print()
        _print_comparison(evaluation.comparison, console, language)
    print_gates(evaluation.gates, console, language)
    seconds = {name: f"{value:.0f}" for name, value in evaluation.seconds.items()}
    console.print(SECONDS.to(language, **seconds), style="dim")


def print_writer_failures(evaluation: "Evaluation", language: "Language") -> None:
    """On standard error, that answers are not those of the writer that is set, where that is so."""
    from assistant.evaluation.wording import warning

    if evaluation.wording is not None and (told := warning(evaluation.wording, language)):
        console_of(stderr=True).print(told, style="bold red", soft_wrap=True)


def print_gates(gates: "Sequence[GateResult]", console: "Console", language: "Language") -> None:
    """Each gate and its figure, and whether it is passed."""
    for gate in gates:
        value = "" if gate.value is None else f"{gate.value:.6g}"
        failed = GATE_UNMEASURED if gate.value is None else GATE_FAILED
        text = (GATE_PASSED if gate.is_passed else failed).to(language, gate=gate.gate, value=value)
        console.print(text, style="green" if gate.is_passed else "bold red", soft_wrap=True)


def _figures_table(evaluation: "Evaluation", language: "Language") -> "Table":
    from assistant.evaluation.words import GROUPS, MEANINGS

    differences = evaluation.comparison.differences if evaluation.comparison else None
    changed = [HEADINGS["before"], HEADINGS["difference"]] if differences is not None else []
    table = _table(language, "figure", "value", "n" if changed else "interval", *([] if changed else ["n"]))
    for heading in changed:
        table.add_column(heading.to(language), justify="right", no_wrap=True)
    if not changed:
        table.add_column("", overflow="fold", style="dim")
    group = ""
    for name, figure in evaluation.metrics.items():
        if name.partition(".")[0] != group:
            group = name.partition(".")[0]
            table.add_row(GROUPS[group].to(language), style="bold")
        value, interval, count = _figure_cells(figure)
        if differences is None:
            table.add_row(f"  {name}", value, interval, count, MEANINGS[name].to(language))
        else:  # the difference has an interval of its own
            table.add_row(f"  {name}", value, count, *_difference_cells(differences.get(name)))
    return table


def _kinds_table(evaluation: "Evaluation", language: "Language") -> "Table":
    table = _table(language, "kind", "right", "interval", "n", "evidence", "answered", "refused")
    for kind, figures in evaluation.by_kind.items():
        others = [figures.metrics.get(name) for name in ("evidence.hit@1", "answer.coverage", "refusal.recall")]
        cells = [f"{figure.value:.2f}" if figure else "" for figure in others]
        table.add_row(f"  {_shown(kind, 24)}", *_figure_cells(figures.metrics["overall.right"]), *cells)
    return table


def _print_comparison(comparison: "Comparison", console: "Console", language: "Language") -> None:
    console.print(COMPARED.to(language, baseline=comparison.baseline, count=comparison.questions), style="bold")
    for name, (before, after) in comparison.changes.items():
        console.print(f"  {_shown(name)}: {_shown(before) or '–'} -> {_shown(after) or '–'}", style="dim")
    for count, text in ((comparison.only_before, ONLY_BEFORE), (comparison.only_now, ONLY_NOW)):
        if count:
            console.print("  " + text.to(language, count=count))
    for is_right_now, text, style in ((False, LOST, "red"), (True, GAINED, "green")):
        flips = [flip for flip in comparison.flips if flip.is_right_now == is_right_now]
        if flips:
            console.print(text.to(language, count=len(flips)), style=style)
        for flip in flips[:FLIPS_SHOWN]:
            console.print(f"  {_shown(flip.id)}: {_shown(flip.question, 300)}", soft_wrap=True)
        if len(flips) > FLIPS_SHOWN:
            console.print("  " + MORE.to(language, count=len(flips) - FLIPS_SHOWN))


def _shown(text: str, most: int = 60) -> str:
    """What a file says, fit to print: one line, no control characters, not too long."""
    from assistant.sentences import display_form

    line = display_form(text)
    return line if len(line) <= most else line[: most - 1] + "…"


def _table(language: "Language", first: str, *others: str) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(HEADINGS[first].to(language), no_wrap=True)
    for name in others:
        table.add_column(HEADINGS[name].to(language), justify="right", no_wrap=True)
    return table


def _figure_cells(figure: "Figure") -> list[str]:
    return [f"{figure.value:.3f}", f"{figure.low:.3f}–{figure.high:.3f}", str(figure.questions)]


def _difference_cells(difference: "Difference | None") -> list[str]:
    """Before, and the difference with its interval; a star where that leaves out 0."""
    if difference is None:
        return ["", ""]
    interval = f"({difference.low:+.3f} … {difference.high:+.3f})"
    return [f"{difference.before:.3f}", f"{difference.value:+.3f} {interval}{'*' if difference.is_clear else ' '}"]
