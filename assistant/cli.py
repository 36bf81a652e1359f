"""The command line: a contract. Results go to standard output, everything else to standard error."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from assistant.errors import AssistantError, ReplyUnreadable
from assistant.messages import Text, language_of_terminal
from assistant.records import Language, Reply
from assistant.settings import Settings, load_settings

if TYPE_CHECKING:
    from assistant import indexing, pipeline

ANSWERED, FAILED, REFUSED, INTERRUPTED = 0, 1, 3, 130  # exit statuses; wrong usage is 2
STAGES = {
    "documents": Text(de="Dokumente lesen", en="Reading documents"),
    "model": Text(de="Sprachmodell laden", en="Loading the model"),
    "passages": Text(de="Passagen einbetten", en="Embedding passages"),
    "sentences": Text(de="Sätze einbetten", en="Embedding sentences"),
    "answer": Text(de="Belege suchen", en="Looking for evidence"),
}


def _help(de: str, en: str) -> str:
    """Help in the terminal's language: it is written before settings are read."""
    return Text(de, en).to(language_of_terminal())


app = typer.Typer(
    name="assistant",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=_help(
        "Quellentreu: Fragen an die eigenen Dokumente. Jeder Satz der Antwort ist wörtlich belegt.",
        "Quellentreu: questions to your own documents. Every sentence of an answer is proved verbatim.",
    ),
)

Home = Annotated[
    Path | None,
    typer.Option(
        help=_help(
            "Ordner mit corpus/, index/ und assistant.toml; sonst ASSISTANT_HOME oder der aktuelle.",
            "Folder with corpus/, index/ and assistant.toml; otherwise ASSISTANT_HOME or the current one.",
        )
    ),
]
Writer = Annotated[
    str | None, typer.Option(help=_help("Wer die Antwort entwirft: extractive.", "Who drafts the answer: extractive."))
]


@app.callback()
def _home_for_all(context: typer.Context, home: Home = None) -> None:
    context.obj = home


@app.command(
    help=_help(
        "Baut oder erneuert index/ aus corpus/ und den genannten Dateien und Ordnern.",
        "Builds or updates index/ from corpus/ and the files and folders named.",
    )
)
def index(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH]...", show_default=False)] = None,
    home: Home = None,
) -> None:
    """Exit status 1 if a file could not be read; the others are in the index then."""
    settings = _settings(context, home)
    from assistant import pipeline

    with _progress(settings.language, is_kept=True) as report_progress:
        report = pipeline.build(settings, paths or (), report_progress)
    failures = _print_report(report, settings.language)
    if failures:
        raise typer.Exit(FAILED)


@app.command(help=_help("Beantwortet eine Frage.", "Answers a question."))
def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", show_default=False)],
    as_json: Annotated[
        bool, typer.Option("--json", help=_help("Ein JSON-Objekt ausgeben.", "Print one JSON object."))
    ] = False,
    source: Annotated[
        list[str] | None,
        typer.Option(
            help=_help("Nur dieses Dokument befragen; mehrfach möglich.", "Ask only this document; repeatable.")
        ),
    ] = None,
    writer: Writer = None,
    home: Home = None,
) -> None:
    """Exit status 0 if answered, 3 if refused."""
    settings = _settings(context, home, writer=writer)
    from assistant import pipeline

    pipeline.checked_question(question, settings.question_characters)
    with _progress(settings.language) as report_progress:
        assistant = pipeline.open_assistant(settings, report_progress)
        report_progress("answer", 0, 1)
        reply = assistant.ask(question, source).reply
    _print_changes(assistant, settings)
    if as_json:
        print(reply.model_dump_json(indent=2))
    else:
        _print_reply(reply, settings.language)
    raise typer.Exit(ANSWERED if reply.status == "answered" else REFUSED)


@app.command(
    help=_help("Führt ein Gespräch im Terminal; Ende mit Strg-D.", "Holds a conversation; end it with Ctrl-D.")
)
def chat(context: typer.Context, writer: Writer = None, home: Home = None) -> None:
    """Every question stands for itself; an error in one does not end the conversation."""
    settings = _settings(context, home, writer=writer)
    from assistant import pipeline

    with _progress(settings.language) as report_progress:
        assistant = pipeline.open_assistant(settings, report_progress)
    _print_changes(assistant, settings)
    prompt = Text(de="Frage", en="Question").to(settings.language)
    while (question := _line(prompt)) is not None:
        if question.strip():
            if not sys.stdin.isatty():
                _out(f"> {question.strip()}")  # else the answers of a file's questions could not be told apart
            try:
                _print_reply(assistant.ask(question).reply, settings.language)
                _out("")
            except AssistantError as error:
                _stderr().print(error.message(settings.language), markup=False)


@app.command(
    help=_help(
        "Bietet die Chat-Seite an und öffnet sie im Browser.", "Serves the chat page and opens it in the browser."
    )
)
def ui(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help=_help("Adresse der Seite.", "The page's address."))] = None,
    port: Annotated[int | None, typer.Option(help=_help("Port der Seite.", "The page's port."))] = None,
    home: Home = None,
) -> None:
    """Serve the page until interrupted."""
    settings = _settings(context, home, host=host, port=port)
    from assistant import pipeline

    with _progress(settings.language) as report_progress:
        assistant = pipeline.open_assistant(settings, report_progress)
    _print_changes(assistant, settings)
    from ui import serve

    serve(assistant, settings.host, settings.port, open_browser=sys.stderr.isatty())


@app.command(help=_help("Nennt die Dokumente im Index.", "Lists the documents in the index."))
def sources(context: typer.Context, home: Home = None) -> None:
    """A table on standard output."""
    settings = _settings(context, home)
    from assistant import index as store

    documents = store.load(settings.index_folder).documents
    columns = {
        "de": ("Dokument", "Abschnitte", "Sätze", "Zeichen", "SHA-256"),
        "en": ("Document", "Sections", "Sentences", "Characters", "SHA-256"),
    }[settings.language]
    table = Table(box=None, pad_edge=False)
    table.add_column(columns[0], overflow="fold")
    for column in columns[1:]:
        table.add_column(column, justify="right", no_wrap=True)
    for document in documents:
        counts = (len(document.headings), len(document.sentences), len(document.text))
        table.add_row(document.name, *map(str, counts), document.sha256[:12])
    width = None if sys.stdout.isatty() else 200  # names stay whole where another program reads them
    Console(markup=False, highlight=False, width=width).print(table)


@app.command(
    help=_help(
        "Prüft eine gespeicherte --json-Antwort an den Quellen nach (FILE oder - für die Standardeingabe).",
        "Checks a saved --json answer against the sources (FILE, or - for standard input).",
    )
)
def verify(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)],
    home: Home = None,
) -> None:
    """Exit status 0 if all holds, 1 naming what does not."""
    settings = _settings(context, home)
    from assistant.verification import read_reply
    from assistant.verification import verify as problems_of

    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise ReplyUnreadable(file, reason=error.strerror) from error
    reply = read_reply(content, str(file))
    problems = problems_of(reply, settings.home)
    for problem in problems:
        _out(problem.message(settings.language))
    if problems:
        raise typer.Exit(FAILED)
    quotes = len(reply.citations) + (len(reply.refusal.nearest) if reply.refusal else 0)
    _out(
        Text(
            de="Alles belegt, Zeichen für Zeichen (Aussagen: {claims}, Zitate: {quotes}).",
            en="All proved, character for character (claims: {claims}, quotes: {quotes}).",
        ).to(settings.language, claims=len(reply.claims), quotes=quotes)
    )


def main() -> None:
    """Run the command line; a user meets one clear sentence, never a traceback."""
    _open_closed_streams()
    try:
        app()
    except AssistantError as error:
        _fail(error.message(_language()))
    except SystemExit as stopped:
        if stopped.code == INTERRUPTED:  # what typer makes of Ctrl-C
            _stderr().print(Text(de="Abgebrochen.", en="Interrupted.").to(_language()))
        raise
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(FAILED) from None
    except Exception as error:
        if os.environ.get("ASSISTANT_DEBUG"):
            raise
        unexpected = Text(
            de="Unerwarteter Fehler: {error}. Mit ASSISTANT_DEBUG=1 erscheint der ganze Hergang.",
            en="Unexpected error: {error}. ASSISTANT_DEBUG=1 shows all of it.",
        )
        _fail(unexpected.to(_language(), error=f"{type(error).__name__}: {error}"))


def _open_closed_streams() -> None:
    """Replace standard streams that were closed by whoever started us; show letters a terminal lacks as "?"."""
    sys.stdin = sys.stdin or Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


# --- what is printed ---------------------------------------------------------------------------------------------


def _print_reply(reply: Reply, language: Language) -> None:
    """An answer and its citations, or a refusal and the nearest places, for a person."""
    from assistant.sentences import display_form

    _out(reply.answer)
    _out("")
    if reply.refusal is not None and reply.refusal.nearest:
        _out(Text(de="Am nächsten kommen:", en="Nearest places:").to(language))
        for place in reply.refusal.nearest:
            _out(f"  - {place.source}, {place.start}-{place.end}: {display_form(place.quote)}")
    for citation in reply.citations:
        where = [citation.source, citation.section, f"{citation.start}-{citation.end}"]
        _out(f"[{citation.number}] {', '.join(part for part in where if part)}")
    sure = Text(de="Sicherheit: {percent} %", en="Confidence: {percent} %")
    unsure = Text(
        de="Wahrscheinlichkeit, dass die Dokumente antworten: {percent} %",
        en="Probability that the documents answer: {percent} %",
    )
    _out((unsure if reply.refusal else sure).to(language, percent=int(100 * reply.confidence)))


def _print_report(report: "indexing.IndexReport", language: Language) -> int:
    """What an update did, to standard error; returns how many files failed."""
    console = _stderr()
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


def _print_changes(assistant: "pipeline.Assistant", settings: Settings) -> None:
    """A note if documents changed since they were indexed: answers then come from the old state."""
    from assistant.indexing import changes_since

    names = changes_since(assistant.index, settings.home)
    if names:
        note = Text(
            de="Hinweis: seit dem Indexieren geändert: {names}. Neu einlesen: assistant index",
            en="Note: changed since indexing: {names}. Read anew: assistant index",
        )
        _stderr().print(note.to(settings.language, names=", ".join(names)), markup=False, soft_wrap=True)


def _out(line: str) -> None:
    Console(markup=False, highlight=False, soft_wrap=not sys.stdout.isatty()).print(line)


def _stderr() -> Console:
    return Console(stderr=True, highlight=False)


def _fail(message: str, status: int = FAILED) -> None:
    _stderr().print(message, markup=False, soft_wrap=True)
    raise SystemExit(status)


def _line(prompt: str) -> str | None:
    """A line from standard input; None at its end."""
    if sys.stdin.isatty():
        print(f"{prompt}: ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    return line if line else None


@contextmanager
def _progress(language: Language, *, is_kept: bool = False) -> Iterator["indexing.Progress"]:
    """A progress bar for each stage, with figures and seconds, on standard error."""
    tasks: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_stderr(), transient=not is_kept) as bars:

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(STAGES[stage].to(language), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report


def _settings(context: typer.Context, home: Path | None, **options: object) -> Settings:
    return load_settings(home=home or context.obj, **options)


def _language() -> Language:
    """The language of messages, also where settings cannot be read."""
    try:
        return load_settings().language
    except AssistantError:
        return language_of_terminal()
