"""The command line: a contract. Results go to standard output, everything else to standard error.

What a command needs is imported where it is used, records and errors too, so that `--help` is there at once.
"""

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from assistant.cli_calibrate import calibrate
from assistant.cli_evaluate import evaluate
from assistant.cli_index import index
from assistant.cli_verify import verify
from assistant.messages import Text, language_of_terminal
from assistant.options import Home, Risk, Writer, help_text, settings_of
from assistant.terminal import (
    out,
    out_json,
    print_changes,
    print_reply,
    print_sources,
    progress_bars,
    provisional,
    read_line,
    stderr,
)
from assistant.usage import wrong_usage

if TYPE_CHECKING:
    from assistant.records import Language

ANSWERED, FAILED, REFUSED, INTERRUPTED = 0, 1, 3, 130  # exit statuses; wrong usage is 2, a failed gate 4

app = typer.Typer(
    name="assistant",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=help_text(
        "Quellentreu: Fragen an die eigenen Dokumente. Jeder Satz der Antwort ist wörtlich belegt.",
        "Quellentreu: questions to your own documents. Every sentence of an answer is proved verbatim.",
    ),
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        print(f"quellentreu {version('quellentreu')}")
        raise typer.Exit


@app.callback()
def _for_all(
    context: typer.Context,
    home: Home = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help=help_text("Die Version nennen.", "Tell the version."),
        ),
    ] = False,
) -> None:
    context.obj = home


app.command(
    help=help_text(
        "Baut oder erneuert index/ aus corpus/ und den genannten Dateien und Ordnern.",
        "Builds or updates index/ from corpus/ and the files and folders named.",
    )
)(index)


@app.command(help=help_text("Beantwortet eine Frage.", "Answers a question."))
def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", show_default=False)],
    as_json: Annotated[
        bool, typer.Option("--json", help=help_text("Ein JSON-Objekt ausgeben.", "Print one JSON object."))
    ] = False,
    source: Annotated[
        list[str] | None,
        typer.Option(
            help=help_text("Nur dieses Dokument befragen; mehrfach möglich.", "Ask only this document; repeatable.")
        ),
    ] = None,
    writer: Writer = None,
    risk: Risk = None,
    home: Home = None,
) -> None:
    """Exit status 0 if answered, 3 if refused."""
    settings = settings_of(context, home, writer=writer, risk=risk)
    from assistant import pipeline

    pipeline.checked_question(question, settings.question_characters)
    with progress_bars(settings.language) as progress:
        assistant = pipeline.open_assistant(settings, progress)
    with provisional(settings.language) as on_text:
        reply = assistant.ask(question, source, on_text=on_text).reply_for(settings.language)
    print_changes(assistant, settings.home, settings.language)
    if as_json:
        out_json(reply, indent=2)
    else:
        print_reply(reply, settings.language)
    raise typer.Exit(ANSWERED if reply.status == "answered" else REFUSED)


@app.command(
    help=help_text("Führt ein Gespräch im Terminal; Ende mit Strg-D.", "Holds a conversation; end it with Ctrl-D.")
)
def chat(context: typer.Context, writer: Writer = None, risk: Risk = None, home: Home = None) -> None:
    """Every question stands for itself; an error in one does not end the conversation."""
    settings = settings_of(context, home, writer=writer, risk=risk)
    from assistant import pipeline
    from assistant.errors import AssistantError

    with progress_bars(settings.language) as progress:
        assistant = pipeline.open_assistant(settings, progress, follows=True)
    print_changes(assistant, settings.home, settings.language)
    prompt = Text(de="Frage", en="Question").to(settings.language)
    while (question := read_line(prompt)) is not None:
        if question.strip():
            if not sys.stdin.isatty():
                out(f"> {question.strip()}")  # else the answers of a file's questions could not be told apart
            try:
                with provisional(settings.language) as on_text:
                    reply = assistant.ask(question, on_text=on_text).reply_for(settings.language)
                print_reply(reply, settings.language)
                out("")
            except AssistantError as error:
                stderr().print(error.message(settings.language))


@app.command(
    help=help_text(
        "Bietet die Chat-Seite an und öffnet sie im Browser.", "Serves the chat page and opens it in the browser."
    )
)
def ui(
    context: typer.Context,
    writer: Writer = None,
    host: Annotated[str | None, typer.Option(help=help_text("Adresse der Seite.", "The page's address."))] = None,
    port: Annotated[int | None, typer.Option(help=help_text("Port der Seite.", "The page's port."))] = None,
    risk: Risk = None,
    home: Home = None,
) -> None:
    """Serve the page until interrupted."""
    settings = settings_of(context, home, host=host, port=port, risk=risk, writer=writer)
    from assistant import pipeline

    with progress_bars(settings.language) as progress:
        assistant = pipeline.open_assistant(settings, progress, follows=True)
    print_changes(assistant, settings.home, settings.language)
    from ui import serve

    serve(assistant, settings.host, settings.port, open_browser=sys.stderr.isatty())


@app.command(help=help_text("Nennt die Dokumente im Index.", "Lists the documents in the index."))
def sources(context: typer.Context, home: Home = None) -> None:
    """A table on standard output."""
    settings = settings_of(context, home)
    from assistant import store

    documents = store.load(settings.index_folder).documents
    print_sources(documents, settings.language)


app.command(
    help=help_text(
        "Beantwortet Fragensätze und misst, wie gut; SET ist .jsonl (eigenes Format) oder .json (SQuAD).",
        "Answers question sets and measures how well; SET is .jsonl (own format) or .json (SQuAD).",
    )
)(evaluate)

app.command(
    help=help_text(
        "Stellt aus eigenen Fragen die Schwelle ein, die das Risiko einhält; --reset vergisst sie.",
        "Sets the threshold that keeps the risk from your own questions; --reset forgets it.",
    )
)(calibrate)


app.command(
    help=help_text(
        "Prüft eine gespeicherte --json-Antwort an den Quellen nach (FILE oder - für die Standardeingabe).",
        "Checks a saved --json answer against the sources (FILE, or - for standard input).",
    )
)(verify)


def main() -> None:
    """Run the command line; a user meets one clear sentence, never a traceback."""
    _open_closed_streams()
    try:
        status = app(standalone_mode=False)
    except typer.TyperException as error:
        told = io.StringIO()
        error.show(told)  # type: ignore[attr-defined]  # those of wrong usage have it
        sys.stderr.write(wrong_usage(told.getvalue(), language_of_terminal()))
        raise SystemExit(error.exit_code) from None
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(FAILED) from None
    except Exception as error:
        from assistant.errors import AssistantError, SystemRefuses
        from assistant.reasons import OF_SYSTEM

        if isinstance(error, AssistantError):
            _fail(error.message(_language()))
        if isinstance(error, OSError) and error.errno in OF_SYSTEM:
            _fail(SystemRefuses(error.filename or "", reason=error).message(_language()))
        if os.environ.get("ASSISTANT_DEBUG"):
            raise
        unexpected = Text(
            de="Unerwarteter Fehler: {error}. Mit ASSISTANT_DEBUG=1 erscheint der ganze Hergang.",
            en="Unexpected error: {error}. ASSISTANT_DEBUG=1 shows all of it.",
        )
        _fail(unexpected.to(_language(), error=f"{type(error).__name__}: {error}"))
    if status == INTERRUPTED:  # what typer makes of Ctrl-C
        stderr().print(Text(de="Abgebrochen.", en="Interrupted.").to(_language()))
    raise SystemExit(status or 0)


def _open_closed_streams() -> None:
    """Replace standard streams that were closed by whoever started us; show letters a terminal lacks as "?"."""
    sys.stdin = sys.stdin or Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _fail(message: str, status: int = FAILED) -> NoReturn:
    stderr().print(message, soft_wrap=True)
    raise SystemExit(status)


def _language() -> "Language":
    """The language of messages, also where settings cannot be read."""
    from assistant.errors import AssistantError
    from assistant.settings import load_settings

    try:
        return load_settings().language
    except AssistantError:
        return language_of_terminal()
