"""The records that flow from documents to answers: frozen, validated, one word per idea."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

Language = Literal["de", "en"]
"""The languages that questions are asked in and messages are written in."""

RefusalReason = Literal["not_in_documents", "premise_not_found", "not_sure_enough", "writer_declined"]
"""Why nothing is said: the documents do not answer; or words of the question stand nowhere in them, so that it may
assume what is not so; or they probably answer, but not surely enough for the risk that is set; or the language model
that was to word the answer found none in them."""

DropReason = Literal[
    "no_such_sentence",
    "context_missing",
    "not_proved",
    "no_sentence",
    "number_not_in_evidence",
    "negation_differs",
    "name_not_in_evidence",
    "roles_differ",
    "word_not_in_evidence",
    "modality_differs",
    "not_derived",
    "markup",
    "order_reworded",
    "not_supported",
    "check_failed",
]
"""Why a drafted claim is not said: its numbers point to no offered sentence; a sentence is cited without one that it
leans on; it says nothing; it is no sentence; a number, a negation, a name, who does it, or a word is not that of its
sentences; it makes a fact of what they only want, allow or report; it is not made of their clauses; it holds markup or
addresses that they do not; it words anew what gives orders to a machine; they do not support it as a whole; a check
ended in an error."""

EXTRACTIVE = "extractive"
"""Name of the default writer, whose claims are their quotes."""

Probability = Annotated[float, Field(ge=0, le=1)]


class Record(BaseModel):
    """Base of all records."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Span(NamedTuple):
    """A place in a text: `text[start:end]`, counted in characters from 0."""

    start: int
    end: int

    def holds(self, other: "Span") -> bool:
        """Whether the other span has characters, and all of them are of this one."""
        return self.start <= other.start < other.end <= self.end


class Document(Record):
    """A source file and its canonical text, which all offsets point into."""

    name: str
    """Unique in an index; what citations call the source. Relative to the corpus where the file lies in it."""
    path: str
    """Where the file was read from: relative to the home folder where it lies in it, otherwise absolute."""
    text: str
    """The canonical text: of a plain-text file the file decoded as UTF-8, unchanged."""
    sha256: str
    """Of the file's bytes."""
    text_sha256: str
    """Of the canonical text's UTF-8 bytes."""
    page_starts: tuple[int, ...] = ()
    """Offset at which each page begins, page 1 first; empty where the source has no pages."""
    sentences: tuple[Span, ...] = ()
    """In reading order; headings are not among them."""
    headings: tuple[Span, ...] = ()
    """In reading order; each is the section of the sentences behind it."""

    def quote(self, span: Span) -> str:
        """The verbatim text of a span."""
        return self.text[span.start : span.end]

    def reads(self, place: "Citation | Place") -> bool:
        """Whether the canonical text reads, character for character, as a place says it does."""
        is_inside = 0 <= place.start < place.end <= len(self.text)
        return is_inside and self.text[place.start : place.end] == place.quote

    def section_at(self, offset: int) -> Span | None:
        """The heading of the section that `offset` lies in; None before the first one."""
        number = bisect_right(self.headings, offset, key=lambda heading: heading.start)
        return self.headings[number - 1] if number else None

    def sentence_before(self, span: Span) -> Span | None:
        """The sentence before the one at `span` in the same section; None where that is the section's first."""
        number = bisect_left(self.sentences, span) - 1
        if number < 0:
            return None
        before = self.sentences[number]
        return before if self.section_at(before.start) == self.section_at(span.start) else None

    def page_at(self, offset: int) -> int | None:
        """The page that `offset` lies on, counted from 1; None where the source has no pages."""
        return bisect_right(self.page_starts, offset) or None


class Passage(Record):
    """A run of whole sentences of one section: what is embedded and retrieved."""

    document: int
    """Position of its document in the index."""
    first: int
    """Position of its first sentence in the document."""
    last: int
    """Position of its last sentence in the document."""
    span: Span
    """From its first sentence's start to its last sentence's end."""


class Hit(Record):
    """A passage that was found for a question."""

    passage: int
    """Position in the index."""
    rank: int = Field(ge=1)
    """1 is the best."""
    score: float
    """Fused; higher is better, comparable within one question only."""
    dense: float
    """Cosine of question and passage vectors, -1 to 1."""
    sentence: float
    """Cosine of question and the passage's best sentence, -1 to 1."""
    lexical: float
    """BM25 of question and passage terms as a share of the rarity of the question's terms, 0 to 1."""
    words: float
    """Mean over the question's words of the best match among the passage's words, -1 to 1."""


class Evidence(Record):
    """A sentence that may answer the question."""

    source: str
    """Name of its document."""
    span: Span
    """Place of the sentence in the document's canonical text."""
    probability: Probability
    """That this sentence answers the question; 0 of one that is offered only for another to be understood."""
    answer: Span | None = None
    """Place in the canonical text of those of its words that answer, as who or when; None: none are marked."""


class DraftClaim(Record):
    """What a writer proposes to say: numbers of offered sentences, and a wording if it has one of its own."""

    sentences: tuple[int, ...]
    """Numbers of the evidence it rests on, counted from 1 in the order offered."""
    text: str | None = None
    """None means: the sentences themselves."""


class Inquiry(Record):
    """A question, and what is known of it by the time that something is said."""

    question: str
    """As it was asked."""
    language: Language
    """The question's; the answer's too."""
    writer: str
    """Which writer's draft it is."""
    confidence: Probability
    """Probability that the documents answer the question."""


class Draft(Record):
    """A writer's whole proposal; no claims means that it cannot answer."""

    claims: tuple[DraftClaim, ...]


class Citation(Record):
    """The place in a document that proves a claim."""

    number: int = Field(ge=1)
    """What markers such as [1] in the answer refer to."""
    source: str
    """Name of the document."""
    sha256: str
    """Of the document's file at the time of the answer."""
    start: int = Field(ge=0)
    """Offset of the quote's first character in the canonical text."""
    end: int = Field(ge=0)
    """Offset behind the quote's last character: `canonical_text[start:end] == quote`."""
    quote: str
    """Verbatim, with the source's line breaks."""
    page: int | None = None
    """Counted from 1; None where the source has no pages."""
    section: str | None = None
    """The heading that the quote stands under, in display form; None before the first heading."""
    answer: Span | None = None
    """Place in the canonical text of those words of the quote that answer, as who or when; None: none are marked."""

    @property
    def answer_in_quote(self) -> Span | None:
        """The place of the answering words in `quote`, where they are marked."""
        return self.answer and Span(self.answer.start - self.start, self.answer.end - self.start)

    @property
    def marks_its_quote(self) -> bool:
        """Whether the answering words, where some are marked, lie inside the quote, and are whole words."""
        if self.answer is None:
            return True
        if not Span(self.start, self.end).holds(self.answer):
            return False
        start, end = (at - self.start for at in self.answer)
        marked, around = self.quote[start:end], (self.quote[start - 1 : start], self.quote[end : end + 1])
        return (
            marked == marked.strip()
            and any(map(str.isalnum, marked))
            and not ((around[0].isalnum() and marked[0].isalnum()) or (around[1].isalnum() and marked[-1].isalnum()))
        )


class Claim(Record):
    """One statement of an answer."""

    text: str = Field(min_length=1)
    """In display form, without markers."""
    citations: tuple[int, ...] = Field(min_length=1)
    """Numbers of the citations that prove it."""


class Place(Record):
    """A place that is near to a question without answering it."""

    source: str
    """Name of the document."""
    start: int = Field(ge=0)
    """Offset of the quote's first character in the canonical text."""
    end: int = Field(ge=0)
    """Offset behind the quote's last character."""
    quote: str
    """Verbatim."""


class Dropped(Record):
    """A drafted claim that enforcement did not let through."""

    text: str | None
    """The writer's wording, if it had one."""
    reason: DropReason
    """What is wrong with it."""
    detail: str = ""
    """The number, name or words that it is about, where there are any."""


class _Proved(Record):
    """A record that cannot be built without the documents that prove it.

    `model_validate(..., context={"documents": {name: Document}})` is the only way in; every quote must then be
    the document's text at its offsets, character for character.
    """

    @model_validator(mode="after")
    def _quotes_are_verbatim(self, info: ValidationInfo) -> Self:
        documents: Mapping[str, Document] | None = (info.context or {}).get("documents")
        if documents is None:
            raise ValueError("it is built by enforcement, from the documents that prove it")
        for place in self._places():
            document = documents.get(place.source)
            if document is None:
                raise ValueError(f"no document is called {place.source!r}")
            if not document.reads(place):
                raise ValueError(f"{place.source} does not read {place.quote!r} at {place.start} to {place.end}")
            if isinstance(place, Citation) and place.sha256 != document.sha256:
                raise ValueError(f"{place.source} is another version than the one cited")
            if isinstance(place, Citation) and not place.marks_its_quote:
                raise ValueError(f"the words marked of {place.source} lie outside the quote")
        return self

    def _places(self) -> tuple[Citation | Place, ...]:
        raise NotImplementedError


class Answer(_Proved):
    """Claims and the citations that prove them."""

    inquiry: Inquiry
    """The question, and how sure it is that the documents answer it."""
    claims: tuple[Claim, ...] = Field(min_length=1)
    """In reading order."""
    citations: tuple[Citation, ...] = Field(min_length=1)
    """Numbered from 1 without gaps; each is used by a claim."""
    dropped: tuple[Dropped, ...] = ()
    """What the writer proposed and enforcement did not let through."""

    @property
    def text(self) -> str:
        """The claims with their markers, e.g. "Es regnet. [1] Es stürmt. [2][3]"."""
        return marked_text(self.claims)

    @model_validator(mode="after")
    def _claims_and_citations_fit(self) -> Self:
        numbers = [citation.number for citation in self.citations]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError("citations are numbered 1, 2, 3 ... in order")
        if {number for claim in self.claims for number in claim.citations} != set(numbers):
            raise ValueError("claims use exactly the citations there are")
        return self

    def _places(self) -> tuple[Citation | Place, ...]:
        return self.citations


class Refusal(_Proved):
    """The statement that the documents do not answer, with the nearest places."""

    inquiry: Inquiry
    """The question, and how sure it is that the documents answer it."""
    reason: RefusalReason
    """Why nothing is said."""
    nearest: tuple[Place, ...]
    """The best places found, best first; may be empty."""
    missing: tuple[str, ...] = ()
    """Words of the question, as asked, that nothing near it in the documents says; some if the premise is not found."""
    dropped: tuple[Dropped, ...] = ()
    """What the writer proposed and enforcement did not let through."""

    @model_validator(mode="after")
    def _missing_words_are_the_reason(self) -> Self:
        if (self.reason == "premise_not_found") != bool(self.missing):
            raise ValueError("words are missing if, and only if, the premise is not found")
        if not all(word in self.inquiry.question for word in self.missing):
            raise ValueError("the words that are missing are those of the question, as asked")
        return self

    def _places(self) -> tuple[Citation | Place, ...]:
        return self.nearest


class ReplyRefusal(Record):
    """The refusal inside a Reply."""

    reason: RefusalReason
    """Why nothing is said."""
    nearest: tuple[Place, ...]
    """The best places found, best first."""
    missing: tuple[str, ...] = ()
    """Words of the question, as asked, that nothing near it in the documents says; some if the premise is not found."""


class Reply(Record):
    """What `ask --json` prints and `verify` reads: plain data, proved by nothing until it is verified."""

    question: str
    """As it was asked."""
    status: Literal["answered", "refused"]
    """Which of `claims` and `refusal` is filled."""
    answer: str
    """The claims with their markers, or the refusal in words."""
    claims: tuple[Claim, ...]
    """Empty when refused."""
    citations: tuple[Citation, ...]
    """Empty when refused."""
    refusal: ReplyRefusal | None
    """None when answered."""
    confidence: Probability
    """Probability that the documents answer the question."""
    writer: str
    """Which writer drafted it."""
    language: Language
    """The question's."""
    dropped: tuple[Dropped, ...] = ()
    """What enforcement did not let through."""
    fallback: str | None = None
    """Why the extractive writer answered in place of the one that is set; None: it did not."""
    timings_ms: dict[str, float]
    """Milliseconds by stage, and `total`."""


def marked_text(claims: tuple[Claim, ...]) -> str:
    """The claims as one text, each followed by its markers: "Es regnet. [1]"."""
    return " ".join(claim.text + " " + "".join(f"[{number}]" for number in claim.citations) for claim in claims)
