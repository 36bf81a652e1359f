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
        "svg": "svg-compatible",
    }.items()
)
STYLES = """<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="H2" style:family="text" style:parent-style-name="H"/>
<style:style style:name="P" style:family="paragraph"><style:text-properties text:display="none"/></style:style>
<style:style style:name="U" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="T" style:family="text"><style:text-properties style:text-position="-33% 58%"/></style:style>
<style:style style:name="S" style:family="text"><style:text-properties style:text-line-through-style="solid"/>
</style:style><style:style style:name="S2" style:family="text" style:parent-style-name="S"/>
<style:style style:name="D" style:family="paragraph"><style:text-properties style:text-line-through-type="double"/>
</style:style>
<style:style style:name="W" style:family="text"><style:text-properties style:font-name="W1"/></style:style>
<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>
<text:list-style style:name="B"><text:list-level-style-bullet text:level="1" text:bullet-char="-"/></text:list-style>"""


def write(file: Path, body: str, outline: str = "", manifest: str = "") -> Path:
    with zipfile.ZipFile(file, "w") as archive:
        faces = """<office:font-face-decls><style:font-face style:name="W1" svg:font-family="'Wingdings'"/>
            </office:font-face-decls>"""
        content = f"{faces}<office:automatic-styles>{STYLES}</office:automatic-styles>"
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


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def cell(words: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}>{p(words)}</table:table-cell>"


COVERED = "<table:covered-table-cell/>"


def test_cells_keep_their_places(tmp_path):
    rows = [
        row(cell("Gas"), cell(""), cell("50 Euro")),
        row(cell("Kaution", 'table:number-rows-spanned="2"'), cell("Haus 1"), cell("100 Euro")),
        row(COVERED, cell("Haus 2"), cell("200 Euro")),
        row(cell("Strom", 'table:number-columns-spanned="2"'), COVERED, cell("60 Euro")),
        row(cell("", 'table:number-columns-repeated="2"'), cell("70 Euro")),
        row(cell("Preise", 'table:number-columns-spanned="3"'), COVERED, COVERED),
    ]
    assert blocks(read(tmp_path, f"<table:table>{''.join(rows)}</table:table>")) == [
        "Gas | | 50 Euro",
        "Kaution | Haus 1 | 100 Euro",
        "Kaution | Haus 2 | 200 Euro",
        "Strom | Strom | 60 Euro",
        "70 Euro",
        "Preise",
    ]


@pytest.mark.parametrize("visibility", ["collapse", "filter"])
def test_hidden_rows_and_columns_are_not_read_nor_what_they_are_merged_with(tmp_path, visibility):
    hidden = f'table:visibility="{visibility}"'
    rows = [
        row(cell("Alt", 'table:number-rows-spanned="2"'), cell("1 Euro"), cell("G"), attributes=hidden),
        row(COVERED, cell("2 Euro"), cell("G")),
        row(cell("Neu"), cell("3 Euro"), cell("G")),
    ]
    group = row(cell("G"), cell("G"), cell("G"))
    grouped = f'<table:table-row-group table:display="false">{group}</table:table-row-group>'
    columns = f'<table:table-column table:number-columns-repeated="2"/><table:table-column {hidden}/>'
    assert blocks(read(tmp_path, f"<table:table>{columns}{''.join(rows)}{grouped}</table:table>")) == ["Neu | 3 Euro"]


LEFT_OUT = [
    '<text:span text:style-name="S">nicht</text:span>',
    '<text:span text:style-name="S2">nicht</text:span>',
    '<text:a text:style-name="S">nicht</text:a>',
    '<text:span text:style-name="U">ter</text:span>',
    '<text:span text:style-name="W">&#xF041;</text:span>',
    '<draw:frame text:anchor-type="as-char"><draw:object/></draw:frame>',
    "<draw:frame><draw:image/><svg:title>Titel</svg:title></draw:frame>",
    '<draw:a><draw:frame text:anchor-type="as-char"><draw:image/></draw:frame></draw:a>',
    '<draw:control text:anchor-type="as-char"/>',
    "<text:ruby><text:ruby-base>b</text:ruby-base><text:ruby-text>r</text:ruby-text></text:ruby>",
    "<text:hidden-text>nicht</text:hidden-text>",
    '<text:hidden-paragraph text:is-hidden="true"/>',
]


@pytest.mark.parametrize("shown", LEFT_OUT)
def test_a_paragraph_or_row_with_what_is_no_text_or_is_struck_out_is_left_out(tmp_path, shown):
    words = f"Er darf {shown} ruhen."
    body = p(words) + f"<table:table>{row(cell(words), cell('5 Euro'))}</table:table>"
    assert blocks(read(tmp_path, p("Vorher.") + body + p("Nachher."))) == ["Vorher.", "Nachher."]


def test_a_paragraph_whose_style_strikes_it_out_is_left_out(tmp_path):
    assert blocks(read(tmp_path, p("Alt.", "D") + p("Neu."))) == ["Neu."]


def test_a_shape_in_the_line_takes_its_paragraph_with_it_but_what_it_says_is_read(tmp_path):
    shape = f'<draw:custom-shape text:anchor-type="as-char">{p("Kasten.")}</draw:custom-shape>'
    assert blocks(read(tmp_path, p(f"Er {shape} ruht."))) == ["Kasten."]


def test_entities_of_its_own_are_refused(tmp_path):
    write(tmp_path / "a.odt", p("Er darf &nein; ruhen."))
    with zipfile.ZipFile(tmp_path / "a.odt") as old, zipfile.ZipFile(tmp_path / "b.odt", "w") as new:
        new.writestr("content.xml", '<!DOCTYPE a [<!ENTITY nein "nicht">]>' + old.read("content.xml").decode())
    with pytest.raises(DocumentDamaged, match=r"content\.xml holds entities of its own"):
        opendocument.read(tmp_path / "b.odt", "b.odt", Limits())


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
        ('10<text:span text:style-name="U">-6</text:span>', "10⁻⁶"),
        ('CO<text:span text:style-name="T">2</text:span>', "CO₂"),
        ('<text:span text:style-name="W">&#xF0FE;</text:span> ja ☐ nein ☑', "☑ ja ☐ nein ☑"),
        ('<draw:frame text:anchor-type="paragraph"><svg:title>G</svg:title></draw:frame>Da', "Da"),
        ("<text:number>1.</text:number>Da", "Da"),
        ('<text:hidden-text text:is-hidden="false">Da</text:hidden-text>', "Da"),
    ],
)
def test_what_is_shown_is_read(tmp_path, shown, text):
    assert blocks(read(tmp_path, p(shown))) == [text]


def test_notes_and_boxes_come_behind_their_paragraph(tmp_path):
    body = f"<text:note-body>{p('Note.')}</text:note-body>"
    note = f"<text:note><text:note-citation>1</text:note-citation>{body}</text:note>"
    box = f'<draw:frame text:anchor-type="char"><draw:text-box>{p("Kasten.")}</draw:text-box></draw:frame>'
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
