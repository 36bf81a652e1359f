"""EPUB: each chapter once, with the style sheets that it links."""

import zipfile
from pathlib import Path

import pytest

from assistant.errors import DocumentDamaged
from assistant.limits import Limits
from assistant.readers import epub
from tests.made_documents import CHAPTER, CONTAINER

HIDING = ".x { display:none }"
SENTENCE = 'Der Wal ist <b class="x">nicht</b> da.'


def read(
    tmp_path: Path, head: str = "", body: str = "", more: dict[str, str] | None = None, times: int = 1
) -> list[str]:
    parts = more or {}
    sheets = "".join(f'<item id="{name}" href="{name}" media-type="text/css"/>' for name in parts)
    package = f'<package><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>{sheets}</manifest>'
    package += "<spine>" + '<itemref idref="a"/>' * times + "</spine></package>"
    with zipfile.ZipFile(tmp_path / "a.epub", "w") as archive:
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("text/book.opf", package)
        archive.writestr("text/a.xhtml", CHAPTER.replace("<title/>", head).format(body=body))
        for name, text in parts.items():
            archive.writestr(f"text/{name}", text)
    return epub.read(tmp_path / "a.epub", "a.epub", Limits()).text.split("\n\n")


@pytest.mark.parametrize(
    ("head", "sheets", "blocks"),
    [
        ("", {"a.css": HIDING}, ["Der Wal ist nicht da.", "Da"]),
        ('<link rel="stylesheet" href="a.css"/>', {"a.css": HIDING}, ["Da"]),
        ('<link rel="stylesheet" href="a.css"/>', {"a.css": "", "b.css": HIDING}, ["Der Wal ist nicht da.", "Da"]),
        ('<link rel="stylesheet" href="a.css"/>', {"a.css": "@import 'b.css';", "b.css": HIDING}, ["Da"]),
    ],
)
def test_a_chapter_has_the_style_sheets_that_it_links(tmp_path, head, sheets, blocks):
    assert read(tmp_path, head, f"<p>{SENTENCE}</p><p>Da</p>", sheets) == blocks


def test_a_chapter_is_read_once_and_its_entities_are_what_they_name(tmp_path):
    assert read(tmp_path, body="<p>5&ndash;10&nbsp;Euro f&uuml;r alle</p>", times=20_000) == ["5–10\u00a0Euro für alle"]


def test_entities_of_a_part_of_its_own_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.epub", "w") as archive:
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("text/book.opf", '<!DOCTYPE a [<!ENTITY n "nicht">]><package>&n;</package>')
    with pytest.raises(DocumentDamaged, match="entities"):
        epub.read(tmp_path / "a.epub", "a.epub", Limits())
