"""Saved answers checked against the sources: no index and no model is needed."""

from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from assistant.corpus import file_named, read_document
from assistant.enforcement import claim_text
from assistant.errors import DocumentError, ReplyUnreadable
from assistant.messages import Text
from assistant.pipeline import REFUSED
from assistant.records import Citation, Document, Place, Reply, marked_text

SOURCE_GONE = Text(de="Quelle {name}: {why}", en="Source {name}: {why}")
SOURCE_CHANGED = Text(
    de="Quelle {name}: die Datei hat sich seit der Antwort geändert (SHA-256 stimmt nicht).",
    en="Source {name}: the file has changed since the answer (its SHA-256 differs).",
)
QUOTE_DIFFERS = Text(
    de="{place}: {name} lautet an den Stellen {start} bis {end} anders als das Zitat.",
    en="{place}: {name} reads differently from the quote at {start} to {end}.",
)
CLAIM_DIFFERS = Text(
    de="Aussage {number}: sie ist nicht der Wortlaut ihrer Zitate.",
    en="Claim {number}: it is not the wording of its quotes.",
)
CITATION_MISSING = Text(
    de="Aussage {number}: ein Zitat, auf das sie sich beruft, fehlt.",
    en="Claim {number}: a citation that it rests on is missing.",
)
NUMBERING = Text(
    de="Zitate: sie sind nicht von 1 an durchgezählt, oder eines gehört zu keiner Aussage.",
    en="Citations: they are not numbered from 1 on, or one belongs to no claim.",
)
ANSWER_DIFFERS = Text(
    de="Antwort: ihr Text ist nicht der ihrer Aussagen.", en="Answer: its text is not that of its claims."
)
STATUS_DIFFERS = Text(de="Status: er passt nicht zum Inhalt.", en="Status: it does not fit the content.")
QUOTE = Text(de="Zitat {number}", en="Quote {number}")
NEAREST = Text(de="Nächste Stelle {number}", en="Nearest place {number}")


class Problem(NamedTuple):
    """One thing in a saved answer that does not hold."""

    text: Text
    values: dict[str, object]

    def message(self, language: str) -> str:
        """It, in words."""
        values = {
            name: value.to(language, **self.values) if isinstance(value, Text) else value  # type: ignore[arg-type]
            for name, value in self.values.items()
        }
        return self.text.to(language, **values)  # type: ignore[arg-type]


def read_reply(content: str | bytes, name: str) -> Reply:
    """The saved answer in some JSON text. Raises ReplyUnreadable, naming the field."""
    try:
        return Reply.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ReplyUnreadable(name, reason=f"{where}: {first['msg']}" if where else first["msg"]) from error


def verify(reply: Reply, home: Path) -> list[Problem]:
    """All that does not hold in a saved answer, sources first; nothing if it is proved.

    The source files are read again: their hashes, the quotes at their offsets, each claim as the display form
    of its quotes, and the answer as the text of its claims.
    """
    places: tuple[Citation | Place, ...] = (*reply.citations, *(reply.refusal.nearest if reply.refusal else ()))
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for name in dict.fromkeys(place.source for place in places):
        try:
            documents[name] = read_document(file_named(name, home), home)
        except DocumentError as error:
            why = Text(error.message("de"), error.message("en"))
            problems.append(Problem(SOURCE_GONE, {"name": name, "why": why}))
    hashes = {(citation.source, citation.sha256) for citation in reply.citations}
    for name, sha256 in sorted(hashes):
        if name in documents and documents[name].sha256 != sha256:
            problems.append(Problem(SOURCE_CHANGED, {"name": name}))
    for number, place in enumerate(places, 1):
        document = documents.get(place.source)
        if document is not None and (not place.quote or document.text[place.start : place.end] != place.quote):
            label = QUOTE if isinstance(place, Citation) else NEAREST
            shown = place.number if isinstance(place, Citation) else number
            at = {"number": shown, "name": place.source, "start": place.start, "end": place.end}
            problems.append(Problem(QUOTE_DIFFERS, {"place": label, **at}))
    return problems + _inner_problems(reply)


def _inner_problems(reply: Reply) -> list[Problem]:
    """What does not hold between the parts of an answer, whatever the sources say."""
    problems: list[Problem] = []
    quotes = {citation.number: citation.quote for citation in reply.citations}
    for number, claim in enumerate(reply.claims, 1):
        if not all(cited in quotes for cited in claim.citations):
            problems.append(Problem(CITATION_MISSING, {"number": number}))
        elif claim.text != claim_text([quotes[cited] for cited in claim.citations]):
            problems.append(Problem(CLAIM_DIFFERS, {"number": number}))
    used = {cited for claim in reply.claims for cited in claim.citations}
    if [citation.number for citation in reply.citations] != list(range(1, len(quotes) + 1)) or used != set(quotes):
        problems.append(Problem(NUMBERING, {}))
    is_answer = reply.status == "answered"
    if is_answer != bool(reply.claims) or is_answer != (reply.refusal is None):
        problems.append(Problem(STATUS_DIFFERS, {}))
    elif reply.answer != (marked_text(reply.claims) if is_answer else REFUSED.to(reply.language)):
        problems.append(Problem(ANSWER_DIFFERS, {}))
    return problems
