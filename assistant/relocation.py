"""Saved answers whose sources changed: where their quotes stand now, verbatim."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from assistant.corpus import file_named, files_in, name_of
from assistant.errors import DocumentError, PathNotFound
from assistant.extraction import Extraction
from assistant.files import may_exist, sha256_of
from assistant.limits import Limits
from assistant.messages import Text
from assistant.readers.opening import FORMATS
from assistant.records import Citation, Document, Place, Record, Reply, ReplyRefusal, Span
from assistant.sentences import is_piece, section_title
from assistant.verification import Problem, Sources, problems_of

Status = Literal["valid", "moved", "source changed", "invalid"]
"""All holds; all holds at other places than those that are cited; a source is not what it was, and does not hold a
quote any more; something else does not hold."""


UNDER_ANOTHER_HEADING = Text(
    de="Zitat {number}: in {name} steht es jetzt unter einer anderen Überschrift, {now} (bisher {before}).",
    en="Quote {number}: in {name} it stands under another heading now, {now} (before: {before}).",
)
FALSE_SHA256 = Text(
    de="Zitate: so, wie sie ihn nennen, kann der SHA-256 von {name} nicht gewesen sein.",
    en="Citations: the SHA-256 of {name} cannot have been what they say.",
)
SHA256 = re.compile("[0-9a-f]{64}")


class Move(Record):
    """A place of an answer that stands elsewhere now."""

    before: Citation | Place
    """As it was saved."""
    now: Citation | Place
    """The same quote, where it stands in the file that is there."""


class Verification(Record):
    """What has become of a saved answer."""

    status: Status
    moves: tuple[Move, ...]
    """Of all its places that stand elsewhere, in their order."""
    problems: tuple[Problem, ...]
    """All that does not hold, not even there."""
    reply: Reply
    """The answer with its places as they are now: `verify` finds it valid if this one is valid or moved."""


def verification(
    reply: Reply,
    home: Path,
    report: Callable[[int, int], None] = lambda done, total: None,
    limits: Limits | None = None,
) -> Verification:
    """Check a saved answer against the files as they are, read within `limits`; `report` is told how many of them have
    been searched.

    A quote is looked for in the file that is cited if that has changed. If it is gone, then in a file with the content
    that was cited, then in one that holds all quotes of it. It has to be a whole sentence there, under a heading of the
    same words. Of several places, that counts which lies as far from the quotes before it as it did.
    """
    with Extraction(limits) as extraction:
        sources = Sources(home, extraction)
        places: tuple[Citation | Place, ...] = (*reply.citations, *(reply.refusal.nearest if reply.refusal else ()))
        lost = [place for place in places if not _stands(place, sources)]
        by_source = {
            source: [place for place in lost if place.source == source] for source in {one.source for one in lost}
        }
        found = [pair for source in sorted(by_source) for pair in _found(by_source[source], sources, report)]
        moves = sorted(
            (Move(before=before, now=now) for before, now in found), key=lambda move: places.index(move.before)
        )
        now = _with_places(reply, {move.before: move.now for move in moves})
        stay = [place for place in lost if place not in {move.before for move in moves}]
        problems = (*_under_other_headings(stay, sources), *problems_of(now, sources), *_false_sha256(reply))
    if not problems:
        status: Status = "moved" if moves else "valid"
    else:
        status = "source changed" if len(moves) < len(lost) else "invalid"
    return Verification(status=status, moves=moves, problems=problems, reply=now)


def _stands(place: Citation | Place, sources: Sources) -> bool:
    """Whether a place is where it is said to be, or is said falsely to be in the file that is cited."""
    try:
        document = sources.named(place.source)
    except PathNotFound:  # a detour to a file that is there
        return True
    except DocumentError:
        return False
    return document.sha256 == place.sha256 if isinstance(place, Citation) else document.reads(place)


Found = list[tuple[Citation | Place, Citation | Place]]
"""Places and where they are now."""


def _found(places: Sequence[Citation | Place], sources: Sources, report: Callable[[int, int], None]) -> Found:
    """Those of one source that stand anywhere."""
    try:
        in_its_file = _places_in(sources.named(places[0].source), places)
    except DocumentError:
        in_its_file = []
    if len(in_its_file) == len(places) or not _is_gone(places[0].source, sources.home):
        return in_its_file
    for document in _others(places, sources, report):
        elsewhere = _places_in(document, places)
        if len(elsewhere) == len(places):
            return elsewhere
    return in_its_file


def _is_gone(source: str, home: Path) -> bool:
    """Whether what may have been a document is there no more."""
    file = file_named(source, home)
    return file.suffix.lower() in FORMATS and not may_exist(file)


def _others(
    places: Sequence[Citation | Place], sources: Sources, report: Callable[[int, int], None]
) -> Iterator[Document]:
    """The other documents of the corpus, those of the content that is cited first."""
    cited = {place.sha256 for place in places if isinstance(place, Citation)}
    corpus = sources.home / "corpus"
    files = [file for file in files_in(corpus) if file.suffix.lower() in FORMATS] if corpus.is_dir() else []
    names = {name: file for file in files if (name := name_of(file, sources.home)) != places[0].source}
    in_order = sorted(names, key=lambda name: (_sha256_or_none(names[name]) not in cited, name))
    for done, name in enumerate(in_order, 1):
        try:
            yield sources.named(name)
        except DocumentError:  # no place to cite
            continue
        finally:
            report(done, len(in_order))


def _sha256_or_none(file: Path) -> str | None:
    try:
        return sha256_of(file) if file.is_file() else None
    except OSError:
        return None


def _places_in(document: Document, places: Sequence[Citation | Place]) -> Found:
    """Where the quotes stand in a document as `_spans_of` says; those are left out that do not."""
    found: Found = []
    shift = 0
    for place in sorted(places, key=lambda one: one.start):
        spans = _spans_of(place.quote, document)
        if isinstance(place, Citation):
            spans = [span for span in spans if section_title(document, span.start) == place.section]
        if spans:
            span = min(spans, key=lambda one: (abs(one.start - place.start - shift), one.start))
            shift = span.start - place.start
            found.append((place, _at(place, span, document)))
    return found


def _spans_of(quote: str, document: Document) -> list[Span]:
    """The whole sentences of a document that read so."""
    return [
        span
        for number, span in enumerate(document.sentences)
        if document.quote(span) == quote and not is_piece(document, number)
    ]


def _under_other_headings(places: Sequence[Citation | Place], sources: Sources) -> Iterator[Problem]:
    """Of those that stand in their file, but under another heading, which may turn what they mean."""
    for place in places:
        try:
            document = sources.named(place.source)
        except DocumentError:  # told by `problems_of`
            continue
        spans = _spans_of(place.quote, document)
        if isinstance(place, Citation) and spans:
            nearest = min(spans, key=lambda span: abs(span.start - place.start))
            now, before = (
                Text(de=f"„{title}“", en=f"“{title}”") if title else Text(de="–", en="–")
                for title in (section_title(document, nearest.start), place.section)
            )
            values = {"number": place.number, "name": place.source, "now": now, "before": before}
            yield Problem(*UNDER_ANOTHER_HEADING.filled(**values))


def _false_sha256(reply: Reply) -> Iterator[Problem]:
    """Of sources that are cited as two files, though an answer reads each once, or with what is no SHA-256."""
    cited = sorted({(citation.source, citation.sha256) for citation in reply.citations})
    for name in dict.fromkeys(name for name, _ in cited):
        given = [sha256 for source, sha256 in cited if source == name]
        if len(given) > 1 or not SHA256.fullmatch(given[0]):
            yield Problem(*FALSE_SHA256.filled(name=name))


def _at(place: Citation | Place, span: Span, document: Document) -> Citation | Place:
    """A place at another span of a document."""
    moved = {"source": document.name, "start": span.start, "end": span.end}
    if isinstance(place, Place):
        return Place(**{**dict(place), **moved})
    shift = span.start - place.start
    there = {
        "sha256": document.sha256,
        "page": document.page_at(span.start),
        "section": section_title(document, span.start),
        "answer": place.answer and Span(place.answer.start + shift, place.answer.end + shift),
    }
    return Citation(**{**dict(place), **moved, **there})


def _with_places(reply: Reply, moved: dict[Citation | Place, Citation | Place]) -> Reply:
    """The reply with some of its places exchanged."""
    refusal = reply.refusal
    if refusal is not None:
        refusal = ReplyRefusal(**{**dict(refusal), "nearest": tuple(moved.get(one, one) for one in refusal.nearest)})
    citations = tuple(moved.get(citation, citation) for citation in reply.citations)
    return Reply(**{**dict(reply), "citations": citations, "refusal": refusal})
