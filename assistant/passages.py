"""Sentences to overlapping passages."""

from collections.abc import Iterator

from assistant.records import Document, Passage, Span
from assistant.sentences import display_form


def passages_of(document: Document, position: int, max_characters: int) -> Iterator[Passage]:
    """Runs of whole sentences of one section, each at most `max_characters` long; neighbours share a sentence.

    Together they hold every sentence of `document`, whose place in the index is `position`. A sentence that is
    longer than the limit is a passage of its own.
    """
    for first, last in _sections(document):
        start = first
        while True:
            end = start
            while end < last and _length(document, start, end + 1) <= max_characters:
                end += 1
            span = Span(document.sentences[start].start, document.sentences[end].end)
            assert document.quote(span).startswith(document.quote(document.sentences[start]))
            assert document.quote(span).endswith(document.quote(document.sentences[end]))
            yield Passage(document=position, first=start, last=end, span=span)
            if end == last:
                break
            shares_its_last_sentence = end > start and _length(document, end, end + 1) <= max_characters
            start = end if shares_its_last_sentence else end + 1


def passage_text(document: Document, passage: Passage) -> str:
    """What is embedded for a passage: its section's heading and its sentences, in display form."""
    heading, sentences = heading_and_sentences(document, passage)
    return " ".join([heading, *sentences] if heading else sentences)


def heading_and_sentences(document: Document, passage: Passage) -> tuple[str, tuple[str, ...]]:
    """The heading of a passage's section, "" if there is none, and its sentences, in display form."""
    heading = document.section_at(passage.span.start)
    spans = document.sentences[passage.first : passage.last + 1]
    return display_form(document.quote(heading)) if heading else "", tuple(
        display_form(document.quote(span)) for span in spans
    )


def _sections(document: Document) -> Iterator[tuple[int, int]]:
    """First and last sentence of each section that has sentences."""
    first = 0
    for index in range(1, len(document.sentences)):
        here, before = document.sentences[index], document.sentences[index - 1]
        if document.section_at(here.start) != document.section_at(before.start):
            yield first, index - 1
            first = index
    if document.sentences:
        yield first, len(document.sentences) - 1


def _length(document: Document, first: int, last: int) -> int:
    return document.sentences[last].end - document.sentences[first].start
