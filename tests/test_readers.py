"""Every format gives back the sentences that it was made from, under their headings, on their pages."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from assistant.corpus import document_from_extract
from assistant.limits import Limits
from assistant.readers.base import Block, extract_of
from assistant.readers.opening import FORMATS, open_reader
from assistant.records import Document, Span
from assistant.sentences import display_form, section_title
from tests.made_documents import PdfLayout, Placed, write, write_pdf
from tests.strategies import NOUNS, plain_sentences

HEADINGS = st.lists(st.sampled_from([noun for noun in NOUNS if len(noun) > 2]), min_size=1, max_size=3).map(" ".join)
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking a document takes minutes
SECTIONS = st.lists(st.tuples(HEADINGS, st.lists(plain_sentences(), min_size=1, max_size=4)), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("made")


def document_in(file: Path) -> Document:
    extract = open_reader(file.suffix)(file, file.name, Limits())
    return document_from_extract(extract, file.name, file.name, "0" * 64)


def placed_in(document: Document) -> list[Placed]:
    return [
        Placed(display_form(document.quote(span)), section_title(document, span.start), document.page_at(span.start))
        for span in document.sentences
    ]


def places_of(sections) -> list[Placed]:
    return [Placed(one, heading) for heading, paragraphs in sections for paragraph in paragraphs for one in paragraph]


@pytest.mark.parametrize("suffix", [".docx", ".epub", ".html", ".md", ".odt"])
@settings(max_examples=15, phases=UNSHRUNK)
@given(sections=SECTIONS)
def test_the_sentences_come_back_under_their_headings(folder, suffix, sections):
    write(folder / f"a{suffix}", sections)
    assert placed_in(document_in(folder / f"a{suffix}")) == places_of(sections)


@pytest.mark.parametrize("columns", [1, 2])
@settings(max_examples=25, phases=UNSHRUNK)
@given(sections=SECTIONS, hyphenates=st.booleans(), indents=st.booleans())
def test_the_sentences_of_a_pdf_come_back_on_their_pages(folder, columns, sections, hyphenates, indents):
    placed = write_pdf(folder / "a.pdf", sections, PdfLayout(columns, hyphenates, indents))
    assert placed_in(document_in(folder / "a.pdf")) == placed


def test_a_short_line_at_the_foot_of_a_column_stays_in_it(folder):
    above = [
        ["Das die 5 Mio. Euro Übergang.", "Eine die 5 Mio. Euro Haus!"],
        ["Das die das Übergang.", "Das der das Haus."],
    ]
    sections = [("Wirtschaft", above), ("Wirtschaft", [["Trotz der der Haus?"]])]
    placed = write_pdf(folder / "a.pdf", sections, PdfLayout(2, True, True))
    assert placed_in(document_in(folder / "a.pdf")) == placed


@given(st.lists(st.tuples(st.text(max_size=20), st.booleans(), st.integers(0, 2)), max_size=8))
def test_blocks_lie_in_the_text_in_order_and_pages_begin_behind_form_feeds(parts):
    page = 1
    blocks = []
    for text, is_heading, later in parts:
        page += later
        blocks.append(Block(text.replace("\f", " "), is_heading, page))
    extract = extract_of(blocks, page)
    assert extract.blocks is not None
    assert [*extract.blocks] == sorted(extract.blocks)
    assert {*extract.headings} <= {*extract.blocks}
    assert isinstance(extract.text.encode(), bytes)
    assert len(extract.page_starts) == page
    assert [*extract.page_starts] == sorted(extract.page_starts)
    outside = [Span(0, 0), *extract.blocks, Span(len(extract.text), len(extract.text))]
    gaps = [extract.text[before.end : after.start] for before, after in pairwise(outside)]
    assert not "".join(gaps).strip()
    assert all(gap.startswith("\n\n") for gap in gaps[1:-1])


def test_an_unknown_suffix_has_no_reader():
    with pytest.raises(ValueError, match="doc"):
        open_reader(".doc")
    assert all(open_reader(suffix) for suffix in FORMATS)
