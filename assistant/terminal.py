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
    from rich.text import Text as RichText

    from assistant import indexing, pipeline
    from assistant.records import Document, Language, Record, Reply
    from assistant.writing import OnProvisional, Provisional

STAGES = {
    "documents": Text(de="Dokumente lesen", en="Reading documents"),
    "pages": Text(de="darin Seiten", en="pages in these"),
    "waiting": Text(de="Auf einen anderen Vorgang warten", en="Waiting for another process"),
    "model": Text(de="Sprachmodell laden", en="Loading the model"),
    "engine": Text(de="Sprachmodell vorbereiten (einmalig)", en="Preparing the model (once)"),
    "passages": Text(de="Passagen einbetten", en="Embedding passages"),
    "sentences": Text(de="Sätze einbetten", en="Embedding sentences"),
    "questions": Text(de="Fragen beantworten", en="Answering questions"),
}
COUNTED = {  # whether it is one
    True: (Text("Dokument", "document"), Text("Passage", "passage"), Text("Satz", "sentence")),
    False: (Text("Dokumente", "documents"), Text("Passagen", "passages"), Text("Sätze", "sentences")),
}
SEARCHING = Text(de="Belege werden gesucht …", en="Looking for evidence …")
NOT_PROVED = Text(de="Nicht belegt, nicht gesagt: {claim} ({why})", en="Not proved, not said: {claim} ({why})")


def print_reply(reply: "Reply", language: "Language") -> None:
    """An answer and its citations, or a refusal and the nearest places; notes in `language`, on standard error."""
    from assistant.drops import drop_text
    from assistant.labels import NEAREST, PAGE, note_of_writer, sureness, worded_by
    from assistant.records import EXTRACTIVE
    from assistant.sentences import display_form

    out(_answer_line(reply))
    out("")
    if reply.refusal is not None and reply.refusal.nearest:
        out(NEAREST.to(reply.language))
        for place in reply.refusal.nearest:
            out(f"  - {place.source}, {place.start}-{place.end}: {display_form(place.quote)}")
    for citation in reply.citations:
        page = PAGE.to(reply.language, number=citation.page) if citation.page else None
        where = [citation.source, page, citation.section, f"{citation.start}-{citation.end}"]
        out(f"[{citation.number}] {', '.join(part for part in where if part)}")
        if reply.writer != EXTRACTIVE:
            out(f"    {display_form(citation.quote)}")
    for one in reply.dropped:
        if one.text:
            why = drop_text(one, language)
            stderr().print(NOT_PROVED.to(language, claim=display_form(one.text), why=why), soft_wrap=True)
    if note := note_of_writer(reply, language):
        stderr().print(note, soft_wrap=True)
    if worded := worded_by(reply):
        out(worded)
    out(sureness(reply))


def _answer_line(reply: "Reply") -> "RichText":
    """The reply's answer, the words that answer bold."""
    from rich.text import Text as RichText

    from assistant.records import EXTRACTIVE
    from assistant.sentences import parts_shown

    if reply.refusal is not None:
        return RichText(reply.answer)
    cited = {citation.number: citation for citation in reply.citations}
    line = RichText()
    for claim in reply.claims:
        if reply.writer != EXTRACTIVE:
            line.append(f"{claim.text} ")
        for number in claim.citations if reply.writer == EXTRACTIVE else ():  # its quotes, with a space between them
            before, words, behind = parts_shown(cited[number].quote, cited[number].answer_in_quote)
            line.append(before).append(words, "bold").append(f"{behind} ")
        line.append("".join(f"[{number}]" for number in claim.citations) + " ")
    line.rstrip()
    return line


def print_index_report(report: "indexing.IndexReport", language: "Language", *, is_brief: bool = False) -> int:
    """What an update did, to standard error, and unless `is_brief` what stayed; returns how many files failed."""
    console = stderr()
    changes = report.changes
    renamed = [f"{one.before} → {one.now}" for one in changes.renamed]
    lines = (
        (Text(de="neu", en="added"), changes.added),
        (Text(de="geändert", en="changed"), changes.changed),
        (Text(de="umbenannt", en="renamed"), renamed),
        (Text(de="entfernt", en="removed"), changes.removed),
        (Text(de="unverändert", en="unchanged"), () if is_brief else changes.unchanged),
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
    counts = (manifest.documents, manifest.passages, manifest.sentences)
    counted = (f"{count} {COUNTED[count == 1][n].to(language)}" for n, count in enumerate(counts))
    console.print(f"Index: {', '.join(counted)}.")
    if report.embedded or report.kept:
        encoded = Text(
            de="Eingebettet: {embedded} Texte, übernommen: {kept}.", en="Embedded: {embedded} texts, kept: {kept}."
        )
        console.print(encoded.to(language, embedded=report.embedded, kept=report.kept))
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
    console_of(width=width).print(table)


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
    from assistant.labels import CHANGED

    if names := changes_since(assistant.index, home):
        stderr().print(CHANGED.to(language, names=", ".join(names)), soft_wrap=True)


def out(line: "str | RichText") -> None:
    """A line on standard output, unwrapped where another program reads it."""
    console_of(soft_wrap=not sys.stdout.isatty()).print(line)


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
    return console_of(stderr=True)


def console_of(**options: Any) -> "Console":
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
def provisional(language: "Language") -> Iterator["OnProvisional"]:
    """Shows what a model words until it is checked, on standard error and for as long as the block; nothing is kept."""
    from rich.console import Group
    from rich.live import Live
    from rich.text import Text as RichText

    from assistant import labels
    from assistant.sentences import display_form

    console = stderr()
    if not console.is_terminal:
        yield lambda provisional: None
        return
    with Live(RichText(SEARCHING.to(language)), console=console, transient=True) as live:

        def show(written: "Provisional") -> None:
            label = RichText(labels.provisional(language, is_repair=written.is_repair))
            live.update(Group(label, RichText(display_form(written.text), style="dim italic")))

        yield show


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
