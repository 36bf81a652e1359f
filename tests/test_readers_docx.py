"""DOCX: what Word shows: numbers, tables, notes, boxes; nothing hidden or deleted."""

import zipfile
from pathlib import Path

import pytest

from assistant.errors import DocumentDamaged
from assistant.limits import Limits
from assistant.readers import docx
from assistant.readers.base import Extract

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
DRAWING = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
STYLES = """<w:style w:type="paragraph" w:default="1" w:styleId="Standard"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/><w:basedOn w:val="Standard"/>
<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Eigene"><w:name w:val="Meine"/><w:basedOn w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Gliederung"><w:name w:val="G"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:type="character" w:styleId="Versteckt"><w:name w:val="V"/><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Weg"><w:name w:val="W"/><w:rPr><w:strike/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Hoch"><w:name w:val="H"/>
<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Alt"><w:name w:val="Alt"/><w:rPr><w:dstrike/></w:rPr></w:style>"""
NUMBERING = """<w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="(%1)"/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="§ %1"/>
<w:pStyle w:val="berschrift1"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="2">
<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>"""
NOTES = '<w:footnote w:id="7"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>Eine Note.</w:t></w:r></w:p></w:footnote>'


def write(file: Path, body: str) -> Path:
    """A package of the parts that Word makes, with `body` as its text."""
    parts = {"document": "document.main", "styles": "styles", "numbering": "numbering", "footnotes": "footnotes"}
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{WORD}.{kind}+xml"/>' for name, kind in parts.items()
    )
    related = "".join(
        f'<Relationship Id="r{name}" Type="{OFFICE}/{name}" Target="{name}.xml"/>' for name in [*parts][1:]
    )
    space = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{space}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{space}/relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels", f'<Relationships xmlns="{space}/relationships">{related}</Relationships>'
        )
        archive.writestr(
            "word/document.xml", f"<w:document {W} {MC} {MATH} {DRAWING}><w:body>{body}</w:body></w:document>"
        )
        archive.writestr("word/styles.xml", f"<w:styles {W}>{STYLES}</w:styles>")
        archive.writestr("word/numbering.xml", f"<w:numbering {W}>{NUMBERING}</w:numbering>")
        archive.writestr("word/footnotes.xml", f"<w:footnotes {W}>{NOTES}</w:footnotes>")
    return file


def read(tmp_path: Path, body: str) -> Extract:
    return docx.read(write(tmp_path / "a.docx", body), "a.docx", Limits())


def blocks(extract: Extract) -> list[str]:
    return [extract.text[span.start : span.end] for span in extract.blocks or ()]


def p(words: str, properties: str = "", run: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{words}</w:t></w:r></w:p>"


def item(words: str, number: int, level: int = 0) -> str:
    return p(words, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def style(name: str) -> str:
    return f'<w:pStyle w:val="{name}"/>'


def test_headings_are_told_by_their_styles_and_have_their_numbers(tmp_path):
    body = (
        p("Miete", style("berschrift1"))
        + p("Er zahlt.")
        + p("Frist", style("Eigene"))
        + p("Eigenes", style("Gliederung"))
    )
    body += p("Ohne Nummer", style("berschrift1") + '<w:numPr><w:numId w:val="0"/></w:numPr>')
    extract = read(tmp_path, body + p("Punkt", '<w:outlineLvl w:val="0"/>') + p("Text", '<w:outlineLvl w:val="9"/>'))
    headings = [extract.text[span.start : span.end] for span in extract.headings]
    assert headings == ["§ 3 Miete", "§ 4 Frist", "Eigenes", "Ohne Nummer", "Punkt"]


def test_lists_have_their_numbers(tmp_path):
    body = (
        item("Eins", 1)
        + item("Davon", 1, 1)
        + item("Auch", 1, 1)
        + item("Zwei", 1)
        + item("Neu", 1, 1)
        + item("Punkt", 3)
    )
    assert blocks(read(tmp_path, body)) == ["(1) Eins", "a) Davon", "b) Auch", "(2) Zwei", "a) Neu", "• Punkt"]


def test_tables_are_read_row_by_row(tmp_path):
    merged = "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p><w:r><w:t>doppelt</w:t></w:r></w:p></w:tc>"
    rows = [f"<w:tc>{p('Tee')}</w:tc><w:tc>{p('3 Euro')}</w:tc>", f"{merged}<w:tc>{p('4 Euro')}{p('je Stück')}</w:tc>"]
    table = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    inner = (
        f"<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc>{p('Innen')}</w:tc></w:tr></w:tbl>{p('Außen')}</w:tc></w:tr></w:tbl>"
    )
    expected = ["Tee | 3 Euro", "4 Euro", "je Stück", "Innen", "Außen"]  # two paragraphs in a cell: no row
    assert blocks(read(tmp_path, f"<w:tbl>{table}</w:tbl>{inner}")) == expected


def cell(words: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(words)}</w:tc>"


def test_cells_keep_their_places(tmp_path):
    rows = [
        cell("Gas") + cell("") + cell("50 Euro"),
        cell("Kaution", "<w:vMerge w:val='restart'/>") + cell("Haus 1") + cell("100 Euro"),
        cell("", "<w:vMerge/>") + cell("Haus 2") + cell("200 Euro"),
        cell("Strom", "<w:gridSpan w:val='2'/>") + cell("60 Euro"),
        "<w:trPr><w:gridBefore w:val='1'/></w:trPr>" + cell("70 Euro") + cell("80 Euro"),
        cell("Preise", "<w:gridSpan w:val='3'/>"),
    ]
    table = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    assert blocks(read(tmp_path, f"<w:tbl>{table}</w:tbl>")) == [
        "Gas | | 50 Euro",
        "Kaution | Haus 1 | 100 Euro",
        "Kaution | Haus 2 | 200 Euro",
        "Strom | Strom | 60 Euro",
        "| 70 Euro | 80 Euro",
        "Preise",
    ]


@pytest.mark.parametrize("properties", ["<w:hidden/>", '<w:del w:id="1" w:author="x"/>'])
def test_a_row_that_is_hidden_or_deleted_is_not_read_nor_what_it_is_merged_with(tmp_path, properties):
    start = f"<w:trPr>{properties}</w:trPr>" + cell("Alt", "<w:vMerge w:val='restart'/>") + cell("1 Euro")
    rows = [start, cell("", "<w:vMerge/>") + cell("2 Euro"), cell("Neu") + cell("3 Euro")]
    table = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    assert blocks(read(tmp_path, f"<w:tbl>{table}</w:tbl>")) == ["Neu | 3 Euro"]


def field(instruction: str, result: str = "", more: str = "") -> str:
    begin = f'<w:r><w:fldChar w:fldCharType="begin">{more}</w:fldChar><w:instrText>{instruction}</w:instrText></w:r>'
    shown = f'<w:r><w:fldChar w:fldCharType="separate"/><w:t>{result}</w:t></w:r>' if result else ""
    return f'{begin}{shown}<w:r><w:fldChar w:fldCharType="end"/></w:r>'


LEFT_OUT = [
    "<w:r><w:rPr><w:strike/></w:rPr><w:t>nicht</w:t></w:r>",
    "<w:r><w:rPr><w:dstrike/></w:rPr><w:t>nicht</w:t></w:r>",
    '<w:r><w:rPr><w:rStyle w:val="Weg"/></w:rPr><w:t>nicht</w:t></w:r>',
    "<m:oMath><m:r><m:t>30</m:t></m:r></m:oMath>",
    "<m:oMathPara><m:oMath><m:r><m:t>30</m:t></m:r></m:oMath></m:oMathPara>",
    '<w:r><w:sym w:font="Unbekannt" w:char="F0B3"/></w:r>',
    '<w:r><w:rPr><w:rFonts w:ascii="Webdings"/></w:rPr><w:t>a</w:t></w:r>',
    "<w:r><w:t>&#xF0B3;</w:t></w:r>",
    "<w:r><w:object/></w:r>",
    "<w:r><w:drawing><wp:inline/></w:drawing></w:r>",
    "<w:r><w:pict><shape style='width:3pt'/></w:pict></w:r>",
    '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>ter</w:t></w:r>',
    '<w:r><w:rPr><w:vertAlign w:val="subscript"/></w:rPr><w:t>k</w:t></w:r>',
    field(" FORMCHECKBOX ", more="<w:ffData><w:checkBox/></w:ffData>"),
    field(" FORMDROPDOWN ", more="<w:ffData><w:ddList/></w:ffData>"),
    field(" EQ \\f(1;2) "),
    field(" PAGE "),
    '<w:fldSimple w:instr=" SYMBOL 179 "/>',
    "<w:r><w:ruby><w:rt><w:r><w:t>a</w:t></w:r></w:rt></w:ruby></w:r>",
]


@pytest.mark.parametrize("shown", LEFT_OUT)
def test_a_paragraph_or_row_with_what_is_no_text_or_is_struck_out_is_left_out(tmp_path, shown):
    paragraph = f"<w:p><w:r><w:t>Er darf </w:t></w:r>{shown}<w:r><w:t> ruhen.</w:t></w:r></w:p>"
    row = f"<w:tbl><w:tr><w:tc>{paragraph}</w:tc>{cell('5 Euro')}</w:tr></w:tbl>"
    assert blocks(read(tmp_path, p("Vorher.") + paragraph + row + p("Nachher."))) == ["Vorher.", "Nachher."]


def test_a_paragraph_whose_style_strikes_it_out_is_left_out(tmp_path):
    assert blocks(read(tmp_path, p("Alt.", style("Alt")) + p("Neu."))) == ["Neu."]


@pytest.mark.parametrize(
    "properties",
    ['<w:rPr><w:del w:id="9" w:author="x"/></w:rPr>', "<w:rPr><w:vanish/></w:rPr>", '<w:framePr w:dropCap="drop"/>'],
)
def test_paragraphs_that_are_shown_as_one_are_left_out(tmp_path, properties):
    deleted = f"<w:p><w:pPr>{properties}</w:pPr><w:del><w:r><w:delText>Weg.</w:delText></w:r></w:del></w:p>"
    body = p("Er darf nicht", properties) + p("ruhen.") + p("Danach.") + deleted + p("Ende.")
    assert blocks(read(tmp_path, body)) == ["Danach.", "Ende."]


@pytest.mark.parametrize(
    "hidden",
    [
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>G</w:t></w:r>",
        '<w:r><w:rPr><w:rStyle w:val="Versteckt"/></w:rPr><w:t>G</w:t></w:r>',
        "<w:del><w:r><w:delText>G</w:delText></w:r></w:del>",
        "<w:del><w:r><w:t>G</w:t></w:r></w:del>",
        "<w:moveFrom><w:r><w:t>G</w:t></w:r></w:moveFrom>",
        '<w:r><w:instrText>PAGE "G"</w:instrText></w:r>',
        "<w:r><mc:AlternateContent><mc:Fallback><w:t>G</w:t></mc:Fallback></mc:AlternateContent></w:r>",
        "<!-- G -->",
    ],
)
def test_what_is_hidden_or_deleted_is_not_read(tmp_path, hidden):
    body = f"<w:p><w:r><w:t>Da</w:t></w:r>{hidden}</w:p>" + p("Inhalt 3", style("Verzeichnis1"))
    assert blocks(read(tmp_path, body)) == ["Da"]


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ("<w:ins><w:r><w:t>Neu</w:t></w:r></w:ins>", "Neu"),
        ("<w:hyperlink><w:r><w:t>Verweis</w:t></w:r></w:hyperlink>", "Verweis"),
        ("<w:sdt><w:sdtContent><w:r><w:t>Feld</w:t></w:r></w:sdtContent></w:sdt>", "Feld"),
        ("<w:r><w:t>A</w:t><w:tab/><w:t>B</w:t><w:br/><w:t>C</w:t><w:noBreakHyphen/></w:r>", "A\tB\nC-"),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>Da</w:t></w:r>', "Da"),
        ('<w:r><w:t>10</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>6</w:t></w:r>', "10⁶"),
        ('<w:r><w:t>10</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>-6</w:t></w:r>', "10⁻⁶"),
        ('<w:r><w:t>m</w:t></w:r><w:r><w:rPr><w:rStyle w:val="Hoch"/></w:rPr><w:t>2</w:t></w:r>', "m²"),
        ('<w:r><w:t>m</w:t></w:r><w:r><w:rPr><w:position w:val="6"/></w:rPr><w:t>2</w:t></w:r>', "m²"),
        ('<w:r><w:t>CO</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="subscript"/></w:rPr><w:t>2</w:t></w:r>', "CO₂"),
        ('<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t> 30</w:t></w:r>', "≥ 30"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t> ja ☐ nein ☑ doch</w:t></w:r>', "☑ ja ☐ nein ☑ doch"),
        ("<w:r><w:drawing><wp:anchor/></w:drawing><w:t>Da</w:t></w:r>", "Da"),
        (field(" FORMTEXT ", "Da", "<w:ffData/>"), "Da"),
        (f"<w:r><w:t>Da</w:t></w:r>{field(' XE Wort ')}", "Da"),
        (field(f" IF </w:instrText></w:r>{field('REF a', '7')}<w:r><w:instrText> = 7 ", "Da"), "Da"),
        ("<w:r><w:t>D<!-- G -->a</w:t></w:r>", "Da"),
    ],
)
def test_what_is_shown_is_read(tmp_path, shown, text):
    assert blocks(read(tmp_path, f"<w:p>{shown}</w:p>")) == [text]


def test_notes_come_behind_their_paragraph(tmp_path):
    noted = '<w:p><w:r><w:t>Satz.</w:t><w:footnoteReference w:id="7"/><w:footnoteReference w:id="8"/></w:r></w:p>'
    assert blocks(read(tmp_path, noted + p("Danach."))) == ["Satz.¹", "¹ Eine Note.", "Danach."]


def test_a_note_with_a_mark_of_its_own_has_no_number(tmp_path):
    reference = '<w:footnoteReference w:customMarkFollows="1" w:id="7"/><w:t>*</w:t>'
    noted = f'<w:p><w:r><w:t>Satz.</w:t>{reference}</w:r><w:r><w:footnoteReference w:id="7"/></w:r></w:p>'
    assert blocks(read(tmp_path, noted)) == ["Satz.*¹", "Eine Note.", "¹ Eine Note."]


def test_an_empty_item_is_counted_but_not_a_deleted_one(tmp_path):
    deleted = item("", 1).replace("</w:pPr>", "<w:rPr><w:del w:id='1' w:author='x'/></w:rPr></w:pPr>")
    body = item("Eins", 1) + item("", 1) + deleted + item("Drei", 1)
    assert blocks(read(tmp_path, body)) == ["(1) Eins", "(3) Drei"]


def test_a_text_box_in_a_text_box_is_read_once(tmp_path):
    def boxed(inner: str) -> str:
        shape = f'<shape style="position:absolute"><w:txbxContent>{inner}</w:txbxContent></shape>'
        return f"<w:p><w:r><w:t>Satz.</w:t></w:r><w:r><w:pict>{shape}</w:pict></w:r></w:p>"

    assert blocks(read(tmp_path, boxed(boxed(p("Innen."))))) == ["Satz.", "Satz.", "Innen."]


def test_a_text_box_comes_behind_its_paragraph(tmp_path):
    shape = f'<shape style="position: absolute"><w:txbxContent>{p("Im Kasten.")}</w:txbxContent></shape>'
    box = f"<w:pict>{shape}</w:pict>"
    choice = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    body = f"<w:p><w:r><w:t>Satz.</w:t></w:r><w:r>{choice}</w:r></w:p>{p('Danach.')}"
    assert blocks(read(tmp_path, body)) == ["Satz.", "Im Kasten.", "Danach."]


def test_what_is_no_archive_is_told(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"Es regnet.")
    with pytest.raises(DocumentDamaged, match="no zip archive"):
        docx.read(tmp_path / "a.docx", "a.docx", Limits())


def test_entities_of_its_own_are_refused(tmp_path):
    write(tmp_path / "a.docx", p("Er darf &nein; ruhen."))
    with zipfile.ZipFile(tmp_path / "a.docx") as old, zipfile.ZipFile(tmp_path / "b.docx", "w") as new:
        for part in old.namelist():
            own = '<!DOCTYPE a [<!ENTITY nein "nicht">]>' if part == "word/document.xml" else ""
            new.writestr(part, own + old.read(part).decode())
    with pytest.raises(DocumentDamaged, match="document holds entities of its own"):
        docx.read(tmp_path / "b.docx", "b.docx", Limits())
