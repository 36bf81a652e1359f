"""Hits to evidence: the sentences near a question, and what the models make of each."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from types import MappingProxyType
from typing import NamedTuple

from assistant.embedding.words import StoredWords, Vectors, words_of
from assistant.index import Index
from assistant.passages import heading_and_sentences
from assistant.reading.base import ReadablePassage, Reader
from assistant.records import Hit, Passage, Span
from assistant.sentences import display_form, is_piece


class Wording(NamedTuple):
    """The words of a sentence or heading."""

    words: list[str]
    """As written, in order: those that carry meaning."""
    stored: StoredWords
    """What the model makes of each."""


class Candidate(NamedTuple):
    """A sentence near the question, and what the model makes of it."""

    source: str
    """Name of its document."""
    span: Span
    """Its place there."""
    text: str
    """In display form."""
    passage: float
    """Score of the best passage that holds it."""
    similarity: float
    """Cosine of the question and it, or the question in the document that it comes right after, if that is more."""
    words: Wording
    """Of `text`."""
    before: Wording | None
    """Of the sentence before it in its section, or of the section's heading."""
    answers_before: bool
    """Whether the sentence before it is a question."""
    reading: float | None
    """What a reader made of it, or of the question that it comes right after, if that is more; None where unread."""


def readings_of(question: str, hits: Sequence[Hit], index: Index, reader: Reader) -> dict[int, float]:
    """What a reader makes of the sentences of the passages hit, by their numbers; of one read twice, the better."""
    passages = [index.passages[hit.passage] for hit in hits]
    found: dict[int, float] = {}
    for passage, scores in zip(
        passages, reader.read(question, [readable(one, index) for one in passages]), strict=True
    ):
        first = index.sentence_number(passage.document, passage.first)
        for number, score in enumerate(scores, first):
            found[number] = max(score, found.get(number, score))
    return found


def readable(passage: Passage, index: Index) -> ReadablePassage:
    """What a reader reads of a passage: its section's heading and its sentences, in display form."""
    return ReadablePassage(*heading_and_sentences(index.documents[passage.document], passage))


def candidates_for(
    hits: Iterable[Hit], index: Index, query: Vectors, readings: Mapping[int, float] = MappingProxyType({})
) -> list[Candidate]:
    """The sentences of the passages hit, in index order, each once, with what `readings` say of them by their numbers.

    Questions in a document prove nothing, nor do pieces of sentences too long to be shown.
    """
    of_passage: dict[tuple[int, int], float] = {}
    for hit in hits:
        passage = index.passages[hit.passage]
        for sentence in range(passage.first, passage.last + 1):
            key = (passage.document, sentence)
            of_passage[key] = max(of_passage.get(key, hit.score), hit.score)
    read = cache(partial(_read, index))
    candidates = []
    for (document, sentence), score in sorted(of_passage.items()):
        span = index.documents[document].sentences[sentence]
        number = index.sentence_number(document, sentence)
        this = read(number, document, span)
        place = _place_before(index, document, sentence)
        before = read(*place) if place else None
        answers_before = before is not None and before.number == number - 1 and is_question(before.text)
        judged_by = (number - 1, number) if answers_before else (number,)
        if not is_question(this.text) and this.words.words and not is_piece(index.documents[document], sentence):
            candidates.append(
                Candidate(
                    source=index.documents[document].name,
                    span=span,
                    text=this.text,
                    passage=score,
                    similarity=max(float(index.sentence_vectors[one] @ query) for one in judged_by),
                    words=this.words,
                    before=before.words if before else None,
                    answers_before=answers_before,
                    reading=max((readings[one] for one in judged_by if one in readings), default=None),
                )
            )
    return candidates


def is_question(sentence: str) -> bool:
    """Whether a sentence of a document asks rather than states."""
    return sentence.rstrip('"“”»«’)').endswith("?")


# --- small helpers -----------------------------------------------------------------------------------------------


class _Read(NamedTuple):
    number: int
    text: str
    words: Wording


def _read(index: Index, number: int, document: int, span: Span) -> _Read:
    """The display form and the words of the sentence or heading with this number, at `span` of a document."""
    text = display_form(index.documents[document].quote(span))
    return _Read(number, text, Wording(words_of(text), index.words[number]))


def _place_before(index: Index, document: int, sentence: int) -> tuple[int, int, Span] | None:
    """Number, document and span of the sentence before this one if they share a section, else of the heading."""
    record = index.documents[document]
    heading = record.section_at(record.sentences[sentence].start)
    previous = record.sentences[sentence - 1] if sentence else None
    if previous is not None and (heading is None or heading.start < previous.start):
        return index.sentence_number(document, sentence - 1), document, previous
    if heading is None:
        return None
    return index.heading_number(document, record.headings.index(heading)), document, heading
