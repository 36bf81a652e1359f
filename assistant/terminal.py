"""What a person meets in the terminal: results on standard output, everything else on standard error."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.messages import Text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID
    from rich.table import Table
    from rich.text import Text as RichText

    from assistant import indexing, pipeline
    from assistant.evaluation.records import Comparison, Difference, Evaluation, Figure, GateResult
    from assistant.records import Document, Language, Record, Reply

STAGES = {
    "documents": Text(de="Dokumente lesen", en="Reading documents"),
    "waiting": Text(de="Auf einen anderen Vorgang warten", en="Waiting for another process"),
    "model": Text(de="Sprachmodell laden", en="Loading the model"),
    "engine": Text(de="Sprachmodell vorbereiten (einmalig)", en="Preparing the model (once)"),
    "passages": Text(de="Passagen einbetten", en="Embedding passages"),
    "sentences": Text(de="Sätze einbetten", en="Embedding sentences"),
    "answer": Text(de="Belege suchen", en="Looking for evidence"),
    "questions": Text(de="Fragen beantworten", en="Answering questions"),
}
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
GATE_FAILED = Text(de="NICHT erreicht: {gate} (gemessen: {value})", en="FAILED: {gate} (measured: {value})")
FLIPS_SHOWN = 20


def print_reply(reply: "Reply", language: "Language") -> None:
    """An answer and its citations, or a refusal and the nearest places, for a person."""
    from assistant.sentences import display_form

    out(_answer_line(reply))
    out("")
    if reply.refusal is not None and reply.refusal.nearest:
        out(Text(de="Am nächsten kommen:", en="Nearest places:").to(language))
        for place in reply.refusal.nearest:
            out(f"  - {place.source}, {place.start}-{place.end}: {display_form(place.quote)}")
    for citation in reply.citations:
        where = [citation.source, citation.section, f"{citation.start}-{citation.end}"]
        out(f"[{citation.number}] {', '.join(part for part in where if part)}")
    sure = Text(de="Sicherheit: {percent} %", en="Confidence: {percent} %")
    unsure = Text(
        de="Wahrscheinlichkeit, dass die Dokumente antworten: {percent} %",
        en="Probability that the documents answer: {percent} %",
    )
    out((unsure if reply.refusal else sure).to(language, percent=int(100 * reply.confidence)))


def _answer_line(reply: "Reply") -> "RichText":
    """The reply's answer, the words that answer bold."""
    from rich.text import Text as RichText

    from assistant.sentences import parts_shown

    if reply.refusal is not None:
        return RichText(reply.answer)
    cited = {citation.number: citation for citation in reply.citations}
    line = RichText()
    for claim in reply.claims:  # it reads like its quotes, with one space between them
        for number in claim.citations:
            before, words, behind = parts_shown(cited[number].quote, cited[number].answer_in_quote)
            line.append(before).append(words, "bold").append(f"{behind} ")
        line.append("".join(f"[{number}]" for number in claim.citations) + " ")
    line.rstrip()
    return line


def print_index_report(report: "indexing.IndexReport", language: "Language") -> int:
    """What an update did, to standard error; returns how many files failed."""
    console = stderr()
    lines = (
        (Text(de="neu", en="added"), report.added),
        (Text(de="geändert", en="changed"), report.changed),
        (Text(de="entfernt", en="removed"), report.removed),
        (Text(de="unverändert", en="unchanged"), report.unchanged),
    )
    for label, names in lines:
        if names:
            console.print(f"{label.to(language)} ({len(names)}): {', '.join(names)}", soft_wrap=True)
    for skipped in report.skipped:
        kept = (
            Text(de=" Der alte Stand bleibt im Index.", en=" The index keeps its old state.")
            if skipped.kept
            else Text("", "")
        )
        prefix = Text(de="übersprungen: ", en="skipped: ").to(language)
        console.print(prefix + skipped.reason.message(language) + kept.to(language), soft_wrap=True)
    manifest = report.index.manifest
    summary = Text(
        de="Index: {documents} Dokumente, {passages} Passagen, {sentences} Sätze.",
        en="Index: {documents} documents, {passages} passages, {sentences} sentences.",
    )
    counts = {"documents": manifest.documents, "passages": manifest.passages, "sentences": manifest.sentences}
    console.print(summary.to(language, **counts))
    return len(report.skipped)


def print_sources(documents: "Sequence[Document]", language: "Language") -> None:
    """A table of the documents in the index."""
    columns = {
        "de": ("Dokument", "Abschnitte", "Sätze", "Zeichen", "SHA-256"),
        "en": ("Document", "Sections", "Sentences", "Characters", "SHA-256"),
    }[language]
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column(columns[0], overflow="fold")
    for column in columns[1:]:
        table.add_column(column, justify="right", no_wrap=True)
    for document in documents:
        counts = (len(document.headings), len(document.sentences), len(document.text))
        table.add_row(document.name, *map(str, counts), document.sha256[:12])
    width = None if sys.stdout.isatty() else 200  # names stay whole where another program reads them
    _console(width=width).print(table)


def print_evaluation(evaluation: "Evaluation", language: "Language") -> None:
    """The figures, overall and by kind, what changed from the baseline, and which gates hold."""
    console = _console(width=None if sys.stdout.isatty() else 120)
    console.print(evaluation.set, style="bold")
    if evaluation.paragraphs:
        console.print(PARAGRAPHS.to(language, file=evaluation.paragraphs))
    if evaluation.gold_is_hidden:
        console.print(HIDDEN.to(language))
    for name in ("questions", "failed", "left_out", "resumed"):
        if count := getattr(evaluation, name):
            console.print(COUNTS[name].to(language, count=count), style="red" if name == "failed" else "")
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


def print_gates(gates: "Sequence[GateResult]", console: "Console", language: "Language") -> None:
    """Each gate and its figure, and whether it is passed."""
    for gate in gates:
        value = "–" if gate.value is None else f"{gate.value:.6g}"
        text = (GATE_PASSED if gate.is_passed else GATE_FAILED).to(language, gate=gate.gate, value=value)
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


def print_changes(assistant: "pipeline.Assistant", home: Path, language: "Language") -> None:
    """Notes of what does not hold any more: documents that changed since they were indexed, an old calibration."""
    print_changed_documents(assistant, home, language)
    if assistant.calibration_is_outdated:
        note = Text(
            de="Hinweis: Die Kalibrierung entstand mit anderem Code oder anderen Einstellungen und gilt nicht mehr,"
            " sondern die Voreinstellung. Neu kalibrieren: assistant calibrate SET",
            en="Note: the calibration was made with other code or settings and does not hold any more;"
            " the default does. Calibrate anew: assistant calibrate SET",
        )
        stderr().print(note.to(language), soft_wrap=True)


def print_changed_documents(assistant: "pipeline.Assistant", home: Path, language: "Language") -> None:
    """A note if documents changed since they were indexed: answers then come from the old state."""
    from assistant.indexing import changes_since

    names = changes_since(assistant.index, home)
    if names:
        note = Text(
            de="Hinweis: seit dem Indexieren geändert: {names}. Neu einlesen: assistant index",
            en="Note: changed since indexing: {names}. Read anew: assistant index",
        )
        stderr().print(note.to(language, names=", ".join(names)), soft_wrap=True)


def out(line: "str | RichText") -> None:
    """A line on standard output, unwrapped where another program reads it."""
    _console(soft_wrap=not sys.stdout.isatty()).print(line)


def out_json(record: "Record", indent: int | None = None) -> None:
    r"""A record as JSON on standard output; as \uXXXX what its encoding lacks, so that nothing is lost."""
    content = record.model_dump_json(indent=indent)
    try:
        content.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        content = record.model_dump_json(indent=indent, ensure_ascii=True)
    print(content, flush=True)


def stderr() -> "Console":
    """Where notes, progress and errors go."""
    return _console(stderr=True)


def _console(**options: Any) -> "Console":
    """Words stay as they are: no markup, no colours for numbers, no pictures for their names."""
    from rich.console import Console  # with rich.table and rich.progress, what help does without

    return Console(markup=False, highlight=False, emoji=False, **options)


def read_line(prompt: str) -> str | None:
    """A line from standard input; None at its end."""
    if sys.stdin.isatty():
        print(f"{prompt}: ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    return line if line else None


@contextmanager
def progress_bars(language: "Language", *, is_kept: bool = False) -> Iterator["indexing.Progress"]:
    """A progress bar for each stage, with figures, seconds gone and seconds left, on standard error."""
    from rich import progress

    tasks: dict[str, TaskID] = {}
    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
    )
    console = stderr()
    nobody_looks = not is_kept and not console.is_terminal
    with progress.Progress(*columns, console=console, transient=not is_kept, disable=nobody_looks) as bars:

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(STAGES[stage].to(language), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report
