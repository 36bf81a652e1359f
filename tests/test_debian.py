"""Real documents of Debian packages: all are read, PDFs say what their EPUBs say, and gold stands on its pages."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from assistant.corpus import files_in, read_document
from assistant.evaluation.own import OwnSet
from assistant.extraction import Extraction
from assistant.records import Document
from assistant.sentences import display_form, section_title
from tests import debian
from tests.benchmarks.debian_documents import SET

LONG = 60  # characters from which on a sentence is compared


@pytest.fixture(scope="module")
def documents(tmp_path_factory) -> Mapping[str, Document]:
    if debian.missing():
        told = f"real documents are missing; to get them: {debian.INSTALL}"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(told)
    home: Path = tmp_path_factory.mktemp("debian")
    debian.copy_documents(home / "corpus")
    with Extraction() as extraction:
        read = [read_document(file, home, extraction) for file in files_in(home / "corpus")]
    return {document.name: document for document in read}


def test_all_are_read(documents):
    suffixes = [Path(name).suffix for name in documents]
    assert {suffix: suffixes.count(suffix) for suffix in set(suffixes)} == {
        ".pdf": 5,
        ".epub": 3,
        ".html": 58,
        ".txt": 4,
    }
    assert all(document.sentences and document.headings for document in documents.values())
    assert sum(len(document.page_starts) for document in documents.values()) > 600


def test_every_gold_quote_stands_on_its_page(documents):
    found = list(OwnSet(SET).questions(documents))
    assert len(found) == OwnSet(SET).count(documents) == 44
    answerable = [question for question in found if question.gold]
    assert len(answerable) >= 30
    for question in answerable:
        pages = {
            documents[place.source].page_at(place.start) for place in question.gold if place.source.endswith(".pdf")
        }
        assert pages - {None}


@pytest.mark.parametrize("name", ["developers/developers-reference", "edu/debian-edu-bookworm-manual"])
def test_a_pdf_says_what_the_same_book_in_epub_says(documents, name):
    in_pdf = {letters(sentence) for sentence in shown(documents[f"{name}.pdf"])}
    in_epub = [letters(sentence) for sentence in shown(documents[f"{name}.epub"]) if len(sentence) > LONG]
    assert len(in_epub) > 1000
    assert sum(sentence in in_pdf for sentence in in_epub) > 0.92 * len(
        in_epub
    )  # the rest: listings, addresses of links


def test_running_lines_are_left_out_and_headings_are_sections(documents):
    reference = documents["reference/debian-reference.de.pdf"]
    assert not re.search(r"\d+ / 248", reference.text)
    sentence = next(span for span in reference.sentences if "UPG-Schema (user private group" in reference.quote(span))
    assert (section_title(reference, sentence.start) or "").startswith("1.2.4 Steuerung der Berechtigungen")
    assert reference.page_at(sentence.start) == 39


def shown(document: Document) -> list[str]:
    return [display_form(document.quote(span)) for span in document.sentences]


def letters(sentence: str) -> str:
    return re.sub(r"[\W_]", "", sentence)
