"""Saved answers checked against the sources: no index and no model is needed."""

import codecs
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from assistant.claims.checks import fault_of
from assistant.claims.numbers import may_count
from assistant.context import is_whole
from assistant.corpus import file_named, read_document
from assistant.embedding.words import normalised
from assistant.errors import DocumentError, PathNotFound, ReplyUnreadable
from assistant.extraction import Extraction
from assistant.faults import KeyTwice, ensure_each_key_once, fault, faults_of
from assistant.german import WORD, is_function_word, language_of, terms
from assistant.limits import Limits
from assistant.messages import Text
from assistant.orders import is_of_order
from assistant.records import (
    EXTRACTIVE,
    Citation,
    Document,
    DropReason,
    Language,
    Place,
    Record,
    Reply,
    Span,
    marked_text,
)
from assistant.refusals import refusal_reason, refusal_text
from assistant.sentences import display_form, is_piece, section_title
from assistant.writers.extractive import is_one_claim

SOURCE_GONE = Text(de="Quelle {name}: {why}", en="Source {name}: {why}")
SOURCE_CHANGED = Text(
    de="Quelle {name}: die Datei hat sich seit der Antwort geändert (SHA-256 stimmt nicht).",
    en="Source {name}: the file has changed since the answer (its SHA-256 differs).",
)
QUOTE_DIFFERS = Text(
    de="Zitat {number}: {name} lautet von {start} bis {end} anders als das Zitat.",
    en="Quote {number}: {name} reads differently from the quote from {start} to {end}.",
)
NEAREST_DIFFERS = Text(
    de="Nächste Stelle {number}: {name} lautet von {start} bis {end} anders.",
    en="Nearest place {number}: {name} reads differently from {start} to {end}.",
)
CLAIM_DIFFERS = Text(
    de="Aussage {number}: sie ist nicht der Wortlaut ihrer Zitate.",
    en="Claim {number}: it is not the wording of its quotes.",
)
CLAIM_TORN = Text(
    de="Aussage {number}: ihre Zitate sind nicht genau Sätze eines Dokuments, die zusammengehören, der Reihe nach.",
    en="Claim {number}: its quotes are not just the sentences of one document that belong together, in its order.",
)
CITATION_MISSING = Text(
    de="Aussage {number}: ein Zitat, auf das sie sich beruft, fehlt.",
    en="Claim {number}: a citation that it rests on is missing.",
)
NUMBERING = Text(
    de="Zitate: sie sind nicht von 1 an durchgezählt, oder eines gehört zu keiner Aussage.",
    en="Citations: they are not numbered from 1 on, or one belongs to no claim.",
)
CLAIM_UNPROVED: dict[DropReason, Text] = {
    "number_not_in_evidence": Text(
        de="Aussage {number}: „{detail}“ steht nicht in ihren Zitaten.",
        en="Claim {number}: “{detail}” is not in its quotes.",
    ),
    "negation_differs": Text(
        de="Aussage {number}: sie verneint anders als ihre Zitate.",
        en="Claim {number}: it denies otherwise than its quotes.",
    ),
    "name_not_in_evidence": Text(
        de="Aussage {number}: der Name „{detail}“ steht nicht in ihren Zitaten.",
        en="Claim {number}: the name “{detail}” is not in its quotes.",
    ),
    "roles_differ": Text(
        de="Aussage {number}: wer es tut oder sagt, ist anders als in ihren Zitaten ({detail}).",
        en="Claim {number}: who does or says it differs from its quotes ({detail}).",
    ),
    "markup": Text(
        de="Aussage {number}: sie enthält Auszeichnungen oder Adressen, die ihre Zitate nicht haben ({detail}).",
        en="Claim {number}: it holds markup or addresses that its quotes do not ({detail}).",
    ),
}
CLAIM_FREE = Text(
    de="Aussage {number}: ihr Wortlaut ist nicht der ihrer Zitate ({detail}).",
    en="Claim {number}: its wording is not that of its quotes ({detail}).",
)
CLAIM_IN_ANOTHER_LANGUAGE = Text(
    de="Aussage {number}: sie ist in einer anderen Sprache als ihre Zitate; das ist ohne Modell nicht zu beweisen.",
    en="Claim {number}: it is in another language than its quotes, which cannot be proved without a model.",
)
CLAIM_OF_ORDER = Text(
    de="Aussage {number}: sie gibt mit eigenen Worten wieder, was ein Satz einer Maschine aufträgt.",
    en="Claim {number}: it words anew what a sentence tells a machine to do.",
)
ANSWER_DIFFERS = Text(
    de="Antwort: ihr Text ist nicht der ihrer Aussagen.", en="Answer: its text is not that of its claims."
)
MARK_OUTSIDE = Text(
    de="Zitat {number}: die Wörter, die als Antwort markiert sind, liegen nicht darin.",
    en="Quote {number}: the words marked as the answer lie outside it.",
)
REASON_DIFFERS = Text(
    de="Ablehnung: ihr Grund und die fehlenden Wörter passen nicht zueinander oder nicht zur Frage.",
    en="Refusal: its reason and the missing words do not fit each other, or not the question.",
)
STATUS_DIFFERS = Text(de="Status: er passt nicht zum Inhalt.", en="Status: it does not fit the content.")
WORD_OCCURS = Text(de="Ablehnung: „{word}“ kommt in {name} doch vor.", en="Refusal: “{word}” does occur in {name}.")
LANGUAGES: tuple[Language, Language] = ("de", "en")
NOT_A_SENTENCE = Text(
    de="Zitat {number}: es ist kein ganzer Satz von {name}.", en="Quote {number}: it is no whole sentence of {name}."
)
PLACE_DIFFERS = Text(
    de="Zitat {number}: Seite oder Abschnitt stimmen nicht.", en="Quote {number}: its page or section is wrong."
)


class Problem(NamedTuple):
    """One thing in a saved answer that does not hold, in words."""

    de: str
    en: str

    def message(self, language: Language) -> str:
        """It, in `language`, on one line; what steers a terminal left out."""
        words = " ".join((self.de if language == "de" else self.en).split())
        return "".join(letter for letter in words if letter.isprintable())


def _problem(text: Text, **values: object) -> Problem:
    return Problem(*text.filled(**values))


class _Verified(Record):
    """What `verify --json` prints: the answer with its places as they were then."""

    status: str
    moves: tuple[object, ...]
    problems: tuple[object, ...]
    reply: Reply


def read_reply(content: str | bytes, name: str) -> Reply:
    """The saved answer in some JSON text, also in what `verify --json` printed. Raises ReplyUnreadable, naming the
    field.
    """
    try:
        content = _decoded(content) if isinstance(content, bytes) else content
        reply = _verified_in(content) or Reply.model_validate_json(content, strict=True)
        ensure_each_key_once(content)
    except KeyTwice as error:
        raise ReplyUnreadable(name, reason=fault("key_twice", key=error.key)) from error
    except ValidationError as error:
        raise ReplyUnreadable(name, reason=faults_of(error)[0]) from error
    return reply


def _verified_in(content: str | bytes) -> Reply | None:
    try:
        return _Verified.model_validate_json(content, strict=True).reply
    except ValidationError:
        return None


def _decoded(content: bytes) -> bytes | str:
    """The text behind a mark of byte order, which some shells put before what they redirect."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    return content.removeprefix(codecs.BOM_UTF8)


class Sources:
    """The documents of a home folder by the names that citations have for them, each read once."""

    def __init__(self, home: Path, extraction: Extraction) -> None:
        self.home = home
        self._extraction = extraction
        self._read: dict[str, Document | DocumentError] = {}

    def named(self, name: str) -> Document:
        """Raises DocumentError."""
        if name not in self._read:
            try:
                document = read_document(file_named(name, self.home), self.home, self._extraction)
                self._read[name] = document if document.name == name else PathNotFound(name)  # a detour to the file
            except DocumentError as error:
                self._read[name] = error
        found = self._read[name]
        if isinstance(found, DocumentError):
            raise found
        return found


def verify(reply: Reply, home: Path, limits: Limits | None = None) -> list[Problem]:
    """All that does not hold in a saved answer, sources first; nothing if it is proved.

    The source files are read again, within `limits`: their hashes, the quotes at their offsets, each claim as the
    display form of its quotes, which are the sentences of one document that belong together, and the answer as the
    text of its claims.
    """
    with Extraction(limits) as extraction:
        return problems_of(reply, Sources(home, extraction))


def problems_of(reply: Reply, sources: Sources) -> list[Problem]:
    """What `verify` finds in these sources."""
    places: tuple[Citation | Place, ...] = (*reply.citations, *(reply.refusal.nearest if reply.refusal else ()))
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for name in dict.fromkeys(place.source for place in places):
        try:
            documents[name] = sources.named(name)
        except DocumentError as error:
            gone = (SOURCE_GONE.to(to, name=display_form(name), why=error.message(to)) for to in LANGUAGES)
            problems.append(Problem(*gone))
    for name, sha256 in sorted({(citation.source, citation.sha256) for citation in reply.citations}):
        if name in documents and documents[name].sha256 != sha256:
            problems.append(_problem(SOURCE_CHANGED, name=name))
    for number, place in enumerate(places, 1):
        document = documents.get(place.source)
        if document is not None and not document.reads(place):
            at = {"number": number, "name": place.source, "start": place.start, "end": place.end}
            problems.append(_problem(QUOTE_DIFFERS if isinstance(place, Citation) else NEAREST_DIFFERS, **at))
        elif document is not None and isinstance(place, Citation) and document.sha256 == place.sha256:
            where = (document.page_at(place.start), section_title(document, place.start))
            if (place.page, place.section) != where:
                problems.append(_problem(PLACE_DIFFERS, number=number))
            if not _is_whole_sentence(place, document):  # else a fragment could turn its meaning
                problems.append(_problem(NOT_A_SENTENCE, number=number, name=place.source))
    for number, claim in enumerate(reply.claims, 1):
        cited = [one for cited in claim.citations for one in reply.citations if one.number == cited]
        if _is_torn(cited, documents, is_extractive=reply.writer == EXTRACTIVE):
            problems.append(_problem(CLAIM_TORN, number=number))
        is_worded = claim.text != " ".join(display_form(one.quote) for one in cited)
        if is_worded and any(_is_of_order(one, documents) for one in cited):
            problems.append(_problem(CLAIM_OF_ORDER, number=number))
    for word in reply.refusal.missing if reply.refusal else ():
        said_in = [one.name for one in documents.values() if _says(one, word, reply.question)]
        problems += [_problem(WORD_OCCURS, word=word, name=name) for name in said_in]
    return problems + _inner_problems(reply)


def _is_whole_sentence(place: Citation, document: Document) -> bool:
    span = Span(place.start, place.end)
    return span in document.sentences and not is_piece(document, document.sentences.index(span))


def _is_of_order(citation: Citation, documents: Mapping[str, Document]) -> bool:
    document, span = documents.get(citation.source), Span(citation.start, citation.end)
    return document is not None and span in document.sentences and is_of_order(document, span)


def _is_torn(citations: Sequence[Citation], documents: Mapping[str, Document], is_extractive: bool) -> bool:
    """Whether what a claim cites surely lacks what it needs, or is not what the extractive writer says in one.

    A quote that is wrong is told elsewhere.
    """
    names = {citation.source for citation in citations}
    if is_extractive and len(names) > 1:
        return True
    belongs_together = is_one_claim if is_extractive else is_whole
    for document in (documents[name] for name in names if name in documents):
        sentences = [Span(one.start, one.end) for one in citations if one.source == document.name]
        if {*sentences} <= {*document.sentences} and not belongs_together(sentences, document):
            return True
    return False


def _says(document: Document, word: str, question: str) -> bool:
    """Whether a document has a word of a question, in any of its forms or spellings."""
    pieces = [display_form(document.quote(span)) for span in (*document.sentences, *document.headings)]
    has_form = any(not set(terms(word)[:1]).isdisjoint(terms(piece)) for piece in pieces)
    return has_form or may_count(word, question, pieces)


def _inner_problems(reply: Reply) -> list[Problem]:
    """What does not hold between the parts of an answer, whatever the sources say."""
    problems = [
        _problem(MARK_OUTSIDE, number=citation.number) for citation in reply.citations if not citation.marks_its_quote
    ]
    quotes = {citation.number: citation.quote for citation in reply.citations}
    for number, claim in enumerate(reply.claims, 1):
        if not all(cited in quotes for cited in claim.citations):
            problems.append(_problem(CITATION_MISSING, number=number))
            continue
        own = [display_form(quotes[cited]) for cited in claim.citations]
        if claim.text == " ".join(own):
            continue
        fault = fault_of(claim.text, own, reply.question) if reply.writer != EXTRACTIVE else None
        if reply.writer == EXTRACTIVE:
            problems.append(_problem(CLAIM_DIFFERS, number=number))
        elif fault is not None:
            problems.append(_problem(CLAIM_UNPROVED.get(fault.reason, CLAIM_FREE), number=number, detail=fault.detail))
        elif language_of(claim.text) != language_of(" ".join(own)):
            problems.append(_problem(CLAIM_IN_ANOTHER_LANGUAGE, number=number))
    used = {cited for claim in reply.claims for cited in claim.citations}
    if [citation.number for citation in reply.citations] != list(range(1, len(quotes) + 1)) or used != set(quotes):
        problems.append(_problem(NUMBERING))
    is_answer = reply.status == "answered"
    if is_answer != bool(reply.claims) or is_answer != (reply.refusal is None):
        problems.append(_problem(STATUS_DIFFERS))
    elif reply.answer != _said(reply):
        problems.append(_problem(ANSWER_DIFFERS))
    if reply.refusal is not None:
        missing = reply.refusal.missing
        reason = reply.refusal.reason
        fits = (reason == "premise_not_found") == bool(missing)
        is_all_dropped = reason == "not_in_documents" and bool(reply.dropped)
        fits &= reason == refusal_reason(missing, reply.confidence) or is_all_dropped
        declined = reason == "writer_declined" and reply.writer != EXTRACTIVE
        fits = fits or declined
        fits &= bool(reply.refusal.nearest) or not missing  # of which else do they not stand in?
        is_of_question = set(missing) <= {*WORD.findall(normalised(reply.question))}
        can_be_missing = all(
            (word[:1].isupper() or word[:1].isdigit()) and not is_function_word(word) for word in missing
        )
        if not fits or not is_of_question or not can_be_missing or len(set(missing)) < len(missing):
            problems.append(_problem(REASON_DIFFERS))
    return problems


def _said(reply: Reply) -> str:
    """What the reply's claims, or its refusal, have to read."""
    if reply.refusal is None:
        return marked_text(reply.claims)
    return refusal_text(reply.refusal.reason, reply.refusal.missing, reply.language)
