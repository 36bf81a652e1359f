"""Passages: whole sentences of one section, within the limit, overlapping, covering everything."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assistant.passages import passage_text, passages_of
from tests.doubles import document_of
from tests.strategies import documents

TEXT = "Erstes\n\nEins ist da. Zwei ist da. Drei ist da.\n\nZweites\n\nVier ist da."
limits = st.integers(10, 500)


def runs(text: str, limit: int) -> list[tuple[int, int]]:
    return [(passage.first, passage.last) for passage in passages_of(document_of(text), 0, limit)]


def test_passages_end_at_headings():
    assert runs(TEXT, 1000) == [(0, 2), (3, 3)]


def test_neighbours_share_a_sentence_within_a_section():
    assert runs(TEXT, len("Eins ist da. Zwei ist da.")) == [(0, 1), (1, 2), (3, 3)]


def test_sentence_longer_than_the_limit_is_a_passage_of_its_own():
    assert runs(TEXT, 5) == [(0, 0), (1, 1), (2, 2), (3, 3)]


def test_passage_text_is_its_heading_and_sentences_in_display_form():
    document = document_of("Ein Titel\n\nDie Waffen-\nruhe hält.  Sie\n\n\ndauert an.")
    (passage,) = passages_of(document, 0, 1000)
    assert passage_text(document, passage) == "Ein Titel Die Waffenruhe hält. Sie dauert an."


def test_passage_text_before_the_first_heading_has_none():
    document = document_of(f"Vorab ein Satz.\n\n{TEXT}")
    assert passage_text(document, next(passages_of(document, 0, 1000))) == "Vorab ein Satz."


@given(documents(), limits, st.integers(0, 9))
def test_passages_are_runs_of_whole_sentences(document, limit, position):
    for passage in passages_of(document, position, limit):
        assert passage.document == position
        assert passage.first <= passage.last
        assert passage.span.start == document.sentences[passage.first].start
        assert passage.span.end == document.sentences[passage.last].end


@given(documents(), limits)
def test_passages_are_within_the_limit_or_one_sentence(document, limit):
    for passage in passages_of(document, 0, limit):
        assert passage.first == passage.last or passage.span.end - passage.span.start <= limit


@given(documents(), limits)
def test_passages_hold_every_sentence(document, limit):
    held = {n for passage in passages_of(document, 0, limit) for n in range(passage.first, passage.last + 1)}
    assert held == set(range(len(document.sentences)))


@given(documents(), limits)
def test_no_heading_stands_inside_a_passage(document, limit):
    for passage in passages_of(document, 0, limit):
        assert not any(passage.span.start <= heading.start < passage.span.end for heading in document.headings)


@given(documents(), limits)
def test_neighbours_of_a_section_share_a_sentence_if_it_fits(document, limit):
    for before, after in pairwise(passages_of(document, 0, limit)):
        assert after.first > before.first and after.last > before.last
        if after.first != before.last:
            assert after.first == before.last + 1
            last, first = document.sentences[before.last], document.sentences[after.first]
            is_other_section = document.section_at(last.start) != document.section_at(first.start)
            assert is_other_section or first.end - last.start > limit or before.first == before.last
