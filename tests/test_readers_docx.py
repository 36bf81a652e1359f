"""DOCX: what Word shows: numbers, tables, notes, boxes; nothing hidden or deleted."""

import zipfile
from pathlib import Path

import pytest

from assistant.errors import DocumentDamaged
from assistant.limits import Limits
from assistant.readers import docx
from assistant.readers.base import Extract

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
STYLES = """<w:style w:type="paragraph" w:default="1" w:styleId="Standard"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/><w:basedOn w:val="Standard"/>
<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Eigene"><w:name w:val="Meine"/><w:basedOn w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Gliederung"><w:name w:val="G"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:type="character" w:styleId="Versteckt"><w:name w:val="V"/><w:rPr><w:vanish/></w:rPr></w:style>"""
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
        archive.writestr("word/document.xml", f"<w:document {W} {MC}><w:body>{body}</w:body></w:document>")
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
    expected = ["Tee | 3 Euro", "4 Euro", "je Stück", "Innen", "Außen"]
    assert blocks(read(tmp_path, f"<w:tbl>{table}</w:tbl>{inner}")) == expected


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
    ],
)
def test_what_is_shown_is_read(tmp_path, shown, text):
    assert blocks(read(tmp_path, f"<w:p>{shown}</w:p>")) == [text]


def test_notes_come_behind_their_paragraph(tmp_path):
    noted = '<w:p><w:r><w:t>Satz.</w:t><w:footnoteReference w:id="7"/><w:footnoteReference w:id="8"/></w:r></w:p>'
    assert blocks(read(tmp_path, noted + p("Danach."))) == ["Satz.¹", "¹ Eine Note.", "Danach."]


def test_a_text_box_comes_behind_its_paragraph(tmp_path):
    box = f"<w:pict><w:txbxContent>{p('Im Kasten.')}</w:txbxContent></w:pict>"
    choice = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    body = f"<w:p><w:r><w:t>Satz.</w:t></w:r><w:r>{choice}</w:r></w:p>{p('Danach.')}"
    assert blocks(read(tmp_path, body)) == ["Satz.", "Im Kasten.", "Danach."]


def test_what_is_no_archive_is_told(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"Es regnet.")
    with pytest.raises(DocumentDamaged, match="no zip archive"):
        docx.read(tmp_path / "a.docx", "a.docx", Limits())
