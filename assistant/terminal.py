"""What a person meets in the terminal: results on standard output, everything else on standard error."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from assistant.messages import Text
from assistant.records import Document, Language, Reply

if TYPE_CHECKING:
    from assistant import indexing, pipeline

STAGES = {
    "documents": Text(de="Dokumente lesen", en="Reading documents"),
    "model": Text(de="Sprachmodell laden", en="Loading the model"),
    "passages": Text(de="Passagen einbetten", en="Embedding passages"),
    "sentences": Text(de="Sätze einbetten", en="Embedding sentences"),
    "answer": Text(de="Belege suchen", en="Looking for evidence"),
}


def print_reply(reply: Reply, language: Language) -> None:
    """An answer and its citations, or a refusal and the nearest places, for a person."""
    from assistant.sentences import display_form

    out(reply.answer)
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


def print_index_report(report: "indexing.IndexReport", language: Language) -> int:
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
            console.print(f"{label.to(language)} ({len(names)}): {', '.join(names)}", markup=False, soft_wrap=True)
    for skipped in report.skipped:
        kept = (
            Text(de=" Der alte Stand bleibt im Index.", en=" The index keeps its old state.")
            if skipped.kept
            else Text("", "")
        )
        prefix = Text(de="übersprungen: ", en="skipped: ").to(language)
        console.print(prefix + skipped.reason.message(language) + kept.to(language), markup=False, soft_wrap=True)
    manifest = report.index.manifest
    summary = Text(
        de="Index: {documents} Dokumente, {passages} Passagen, {sentences} Sätze.",
        en="Index: {documents} documents, {passages} passages, {sentences} sentences.",
    )
    counts = {"documents": manifest.documents, "passages": manifest.passages, "sentences": manifest.sentences}
    console.print(summary.to(language, **counts), markup=False)
    return len(report.skipped)


def print_sources(documents: Sequence[Document], language: Language) -> None:
    """A table of the documents in the index."""
    columns = {
        "de": ("Dokument", "Abschnitte", "Sätze", "Zeichen", "SHA-256"),
        "en": ("Document", "Sections", "Sentences", "Characters", "SHA-256"),
    }[language]
    table = Table(box=None, pad_edge=False)
    table.add_column(columns[0], overflow="fold")
    for column in columns[1:]:
        table.add_column(column, justify="right", no_wrap=True)
    for document in documents:
        counts = (len(document.headings), len(document.sentences), len(document.text))
        table.add_row(document.name, *map(str, counts), document.sha256[:12])
    width = None if sys.stdout.isatty() else 200  # names stay whole where another program reads them
    Console(markup=False, highlight=False, width=width).print(table)


def print_changes(assistant: "pipeline.Assistant", home: Path, language: Language) -> None:
    """A note if documents changed since they were indexed: answers then come from the old state."""
    from assistant.indexing import changes_since

    names = changes_since(assistant.index, home)
    if names:
        note = Text(
            de="Hinweis: seit dem Indexieren geändert: {names}. Neu einlesen: assistant index",
            en="Note: changed since indexing: {names}. Read anew: assistant index",
        )
        stderr().print(note.to(language, names=", ".join(names)), markup=False, soft_wrap=True)


def out(line: str) -> None:
    """A line on standard output, unwrapped where another program reads it."""
    Console(markup=False, highlight=False, soft_wrap=not sys.stdout.isatty()).print(line)


def stderr() -> Console:
    """Where notes, progress and errors go."""
    return Console(stderr=True, highlight=False)


def read_line(prompt: str) -> str | None:
    """A line from standard input; None at its end."""
    if sys.stdin.isatty():
        print(f"{prompt}: ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    return line if line else None


@contextmanager
def progress_bars(language: Language, *, is_kept: bool = False) -> Iterator["indexing.Progress"]:
    """A progress bar for each stage, with figures and seconds, on standard error."""
    tasks: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=stderr(), transient=not is_kept) as bars:

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(STAGES[stage].to(language), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report
