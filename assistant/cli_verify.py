"""`assistant verify`: saved answers checked against the files as they are now."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.messages import Text
from assistant.options import Home, help_text, settings_of
from assistant.terminal import out, out_json, progress_bars

if TYPE_CHECKING:
    from assistant.records import Language, Reply
    from assistant.relocation import Move, Verification

FAILED, MOVED = 1, 5  # exit statuses

PROVED = Text(
    de="Alles belegt, Zeichen für Zeichen (Aussagen: {claims}, Zitate: {quotes}).",
    en="All proved, character for character (claims: {claims}, quotes: {quotes}).",
)
PROVED_NEAREST = Text(
    de="Alles belegt, Zeichen für Zeichen (nächste Stellen: {quotes}).",
    en="All proved, character for character (nearest places: {quotes}).",
)
PROVED_WORDING = Text(
    de="Alle Zitate stimmen Zeichen für Zeichen, der Wortlaut der Aussagen folgt ihnen (Aussagen: {claims}, Zitate: "
    "{quotes}).",
    en="All quotes hold, character for character, and the claims' wording follows them (claims: {claims}, quotes: "
    "{quotes}).",
)
QUOTE_MOVED = Text(
    de="Zitat {number}: es steht jetzt in {now} (bisher {before}).",
    en="Quote {number}: it stands in {now} now (before: {before}).",
)
NEAREST_MOVED = Text(
    de="Nächste Stelle {number}: sie steht jetzt in {now} (bisher {before}).",
    en="Nearest place {number}: it stands in {now} now (before: {before}).",
)
ALL_MOVED = Text(
    de="Die Quellen haben sich geändert; an den genannten Stellen ist alles belegt. Mit den neuen Stellen: --json",
    en="The sources have changed; at the places named, all is proved. With the new places: --json",
)
CHANGED = Text(
    de="Die Quellen haben sich geändert und belegen die Antwort nicht mehr.",
    en="The sources have changed and do not prove the answer any more.",
)


def verify(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)],
    as_json: Annotated[
        bool, typer.Option("--json", help=help_text("Ein JSON-Objekt ausgeben.", "Print one JSON object."))
    ] = False,
    home: Home = None,
) -> None:
    """Exit status 0 if all holds, 5 if it does at other places, 1 naming what does not."""
    settings = settings_of(context, home)
    from assistant.relocation import verification
    from assistant.verification import read_reply

    reply = read_reply(_content_of(file), str(file))
    with progress_bars(settings.language) as progress:
        report = partial(progress, "documents")
        found = verification(reply, settings.home, report, settings.limits)
    if as_json:
        out_json(found, indent=2)
    else:
        _print(found, settings.language)
    if found.problems:
        raise typer.Exit(FAILED)
    if found.moves:
        raise typer.Exit(MOVED)


def _content_of(file: Path) -> bytes:
    """What is saved in a file, or comes from standard input. Raises PathNotFound or ReplyUnreadable."""
    from assistant.corpus import NO_REGULAR_FILE
    from assistant.errors import PathNotFound, ReplyUnreadable
    from assistant.files import is_endless

    try:
        if is_endless(file):
            raise ReplyUnreadable(file, reason=NO_REGULAR_FILE)
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except FileNotFoundError as error:
        raise PathNotFound(file) from error
    except OSError as error:
        raise ReplyUnreadable(file, reason=error) from error


def _print(found: "Verification", language: "Language") -> None:
    for problem in found.problems:
        out(problem.message(language))
    for move in found.moves:
        out(_moved(move, found.reply, language))
    if found.status == "valid":
        out(_proved(found.reply, language))
    elif found.status == "moved":
        out(ALL_MOVED.to(language))
    elif found.status == "source changed":
        out(CHANGED.to(language))


def _proved(reply: "Reply", language: "Language") -> str:
    from assistant.records import EXTRACTIVE

    quotes = len(reply.citations) + (len(reply.refusal.nearest) if reply.refusal else 0)
    text = PROVED if reply.writer == EXTRACTIVE else PROVED_WORDING
    text = PROVED_NEAREST if reply.refusal else text
    return text.to(language, claims=len(reply.claims), quotes=quotes)


def _moved(move: "Move", reply: "Reply", language: "Language") -> str:
    from assistant.records import Citation
    from assistant.sentences import display_form

    before, now = (f"{display_form(at.source)}, {at.start}-{at.end}" for at in (move.before, move.now))
    if isinstance(move.now, Citation):
        return QUOTE_MOVED.to(language, number=move.now.number, now=now, before=before)
    number = 1 + reply.refusal.nearest.index(move.now) if reply.refusal else 0
    return NEAREST_MOVED.to(language, number=number, now=now, before=before)
