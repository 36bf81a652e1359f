"""ODT: what LibreOffice shows: numbers, tables, notes, boxes; nothing hidden or deleted."""

import zipfile
from pathlib import Path

import pytest

from assistant.errors import DocumentDamaged, DocumentEncrypted
from assistant.limits import Limits
from assistant.readers import opendocument
from assistant.readers.base import Extract

NAME = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = " ".join(
    f'xmlns:{short}="{NAME}{name}:1.0"'
    for short, name in {
        "office": "office",
        "text": "text",
        "table": "table",
        "style": "style",
        "draw": "drawing",
    }.items()
)
STYLES = """<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="H2" style:family="text" style:parent-style-name="H"/>
<style:style style:name="P" style:family="paragraph"><style:text-properties text:display="none"/></style:style>
<style:style style:name="U" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>
<text:list-style style:name="B"><text:list-level-style-bullet text:level="1" text:bullet-char="-"/></text:list-style>"""


def write(file: Path, body: str, outline: str = "", manifest: str = "") -> Path:
    with zipfile.ZipFile(file, "w") as archive:
        content = f"<office:automatic-styles>{STYLES}</office:automatic-styles>"
        content += f"<office:body><office:text>{body}</office:text></office:body>"
        archive.writestr("content.xml", f"<office:document-content {SPACES}>{content}</office:document-content>")
        styles = f"<office:styles>{outline}</office:styles>"
        archive.writestr("styles.xml", f"<office:document-styles {SPACES}>{styles}</office:document-styles>")
        if manifest:
            archive.writestr("META-INF/manifest.xml", manifest)
    return file


def read(tmp_path: Path, body: str, outline: str = "") -> Extract:
    return opendocument.read(write(tmp_path / "a.odt", body, outline), "a.odt", Limits())


def blocks(extract: Extract) -> list[str]:
    return [extract.text[span.start : span.end] for span in extract.blocks or ()]


def p(words: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{words}</text:p>'


def items(*each: str) -> str:
    return "".join(f"<text:list-item>{one}</text:list-item>" for one in each)


def test_headings_are_told_and_have_the_numbers_of_the_outline(tmp_path):
    body = '<text:h text:outline-level="1">Miete</text:h><text:h text:outline-level="2">Höhe</text:h>' + p("Er zahlt.")
    extract = read(tmp_path, body)
    assert [extract.text[span.start : span.end] for span in extract.headings] == ["Miete", "Höhe"]
    levels = '<text:outline-level-style text:level="1" style:num-format="1"/>'
    levels += '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/>'
    extract = read(tmp_path, body, f"<text:outline-style>{levels}</text:outline-style>")
    assert [extract.text[span.start : span.end] for span in extract.headings] == ["1 Miete", "1.1 Höhe"]


def test_lists_have_their_numbers(tmp_path):
    inner = f"<text:list>{items(p('Davon'), p('Auch'))}</text:list>"
    numbered = f'<text:list text:style-name="L">{items(p("Eins") + inner, p("Zwei") + p("Noch"))}</text:list>'
    more = f'<text:list text:style-name="L" text:continue-numbering="true">{items(p("Drei"))}</text:list>'
    new = f'<text:list text:style-name="L">{items(p("Neu"))}</text:list>'
    bullets = f'<text:list text:style-name="B">{items(p("Punkt"))}</text:list>'
    assert blocks(read(tmp_path, numbered + more + new + bullets)) == [
        "1. Eins", "a) Davon", "b) Auch", "2. Zwei", "Noch", "3. Drei", "1. Neu", "• Punkt",
    ]  # fmt: skip


def test_tables_are_read_row_by_row(tmp_path):
    cells = "".join(f"<table:table-cell>{p(words)}</table:table-cell>" for words in ("Tee", "3 Euro"))
    covered = "<table:covered-table-cell/><table:table-cell>" + p("4 Euro") + p("je Stück") + "</table:table-cell>"
    header = f"<table:table-header-rows><table:table-row>{cells}</table:table-row></table:table-header-rows>"
    table = f"<table:table>{header}<table:table-row>{covered}</table:table-row></table:table>"
    assert blocks(read(tmp_path, table)) == ["Tee | 3 Euro", "4 Euro", "je Stück"]


@pytest.mark.parametrize(
    "hidden",
    [
        p("G", "P"),
        p('<text:span text:style-name="H">G</text:span>'),
        p('<text:span text:style-name="H2">G</text:span>'),
        p('<text:hidden-text text:is-hidden="true">G</text:hidden-text>'),
        f'<text:section text:display="none">{p("G")}</text:section>',
        f"<text:tracked-changes><text:changed-region><text:deletion>{p('G')}</text:deletion></text:changed-region></text:tracked-changes>",
        f"<text:table-of-content><text:index-body>{p('G')}</text:index-body></text:table-of-content>",
        p(f"<office:annotation>{p('G')}</office:annotation>"),
        p("<!-- G -->"),
    ],
)
def test_what_is_hidden_or_deleted_is_not_read(tmp_path, hidden):
    assert blocks(read(tmp_path, p("Vorher") + hidden + p("Nachher"))) == ["Vorher", "Nachher"]


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ("A <text:span>B</text:span>\n   <text:a>C</text:a>", "A B C"),
        ('A<text:s text:c="2"/>B<text:tab/>C<text:line-break/>D', "A  B\tC\nD"),
        ('10<text:span text:style-name="U">6</text:span>', "10⁶"),
        ('<text:hidden-text text:is-hidden="false">Da</text:hidden-text>', "Da"),
    ],
)
def test_what_is_shown_is_read(tmp_path, shown, text):
    assert blocks(read(tmp_path, p(shown))) == [text]


def test_notes_and_boxes_come_behind_their_paragraph(tmp_path):
    body = f"<text:note-body>{p('Note.')}</text:note-body>"
    note = f"<text:note><text:note-citation>1</text:note-citation>{body}</text:note>"
    box = f"<draw:frame><draw:text-box>{p('Kasten.')}</draw:text-box></draw:frame>"
    assert blocks(read(tmp_path, p(f"Satz.{note}{box}") + p("Danach."))) == ["Satz.¹", "¹ Note.", "Kasten.", "Danach."]


def test_a_password_is_told(tmp_path):
    manifest = '<m:manifest xmlns:m="m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    with pytest.raises(DocumentEncrypted):
        opendocument.read(write(tmp_path / "a.odt", p("G"), manifest=manifest), "a.odt", Limits())


def test_an_archive_without_content_is_damaged(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.odt", "w") as archive:
        archive.writestr("a", "b")
    with pytest.raises(DocumentDamaged, match=r"content\.xml is missing"):
        opendocument.read(tmp_path / "a.odt", "a.odt", Limits())
