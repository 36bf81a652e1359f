"""HTML and Markdown: what is shown is read, block by block; what is hidden is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import DocumentNotText
from assistant.limits import Limits
from assistant.readers import html, markdown
from assistant.readers.html import blocks_of, text_of


def shown(markup: str) -> list[str]:
    return [block.text for block in blocks_of(markup)]


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("<p>Ein\n  Satz,&nbsp;zwei\t<b>Wörter</b>.</p>", ["Ein Satz,\u00a0zwei Wörter."]),
        ("<div>Davor<p>Absatz</p>danach</div>", ["Davor", "Absatz", "danach"]),
        ("Zeile<br>\n Zeile", ["Zeile\nZeile"]),
        ("<pre>a  b\n  c</pre>", ["a  b\n  c"]),
        ("<ul><li>Eins<li><p>Zwei</p><p>Drei</p></ul>", ["• Eins", "• Zwei", "Drei"]),
        ("<ol start=3><li>Eins</li><li>Zwei<ol><li>Drei</ol></ol>", ["3. Eins", "4. Zwei", "1. Drei"]),
        ("<p>10<sup>6</sup> m<sup>2</sup>, H<sub>2</sub>O<sup>[3]</sup> 5<sup>1/2</sup></p>", ["10⁶ m², H2O[3] 5^1/2"]),
        ("<dl><dt>Frist</dt><dd>Drei Monate.</dd></dl>", ["Frist", "Drei Monate."]),
        ("<p>Er sagte: <q>Ja</q> &amp; &lt;b&gt;</p>", ["Er sagte: Ja & <b>"]),
        ("<p>a</p><!-- b --><?c d?>e", ["a", "e"]),
        ("", []),
        ("<p> </p>", []),
    ],
)
def test_blocks_are_those_that_a_browser_shows(markup, blocks):
    assert shown(markup) == blocks


def test_tables_are_read_row_by_row():
    row = "<tr><th>Gewicht</th><td> 7,4 <b>kg</b></td><td></td></tr>"
    table = f"<table><caption>Maße</caption><tbody>{row}<tr><td>Höhe</td><td>2 m</td></tr></tbody></table>"
    assert shown(table) == ["Maße", "Gewicht | 7,4 kg", "Höhe | 2 m"]


def test_cells_of_a_layout_are_read_one_after_the_other():
    table = "<table><tr><td><h2>Links</h2><p>Eins.</p><p>Zwei.</p></td><td>Drei.</td></tr></table>"
    assert [tuple(block[:2]) for block in blocks_of(table)] == [
        ("Links", True),
        ("Eins.", False),
        ("Zwei.", False),
        ("Drei.", False),
    ]


def test_headings_are_told_also_where_they_hold_blocks():
    blocks = blocks_of("<h1>Titel <i>eins</i></h1><h3><div>Zwei</div></h3><p>Text</p>")
    assert [(block.text, block.is_heading) for block in blocks] == [
        ("Titel eins", True),
        ("Zwei", True),
        ("Text", False),
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>G</p>",
        '<p style="color:red; DISPLAY : none">G</p>',
        '<p style="visibility:hidden!important">G</p>',
        '<span style="font-size:0px">G</span>',
        '<div style="opacity: 0;"><p>G</p></div>',
        '<p class="x">G</p>',
        '<div id="y"><p>G</p></div>',
        "<script>G</script>",
        "<style>G</style>",
        "<template>G</template>",
        "<noscript>G</noscript>",
        "<nav>G</nav>",
        '<div role="navigation">G</div>',
        "<select><option>G</select>",
        "<textarea>G</textarea>",
        "<title>G</title>",
        "<svg><text>G</text></svg>",
    ],
)
def test_what_is_not_shown_is_not_read(hidden):
    style = "<style>/* x */ .x, .z:hover { color: red; display:none } @media screen { #y{visibility:hidden} }</style>"
    assert shown(f"<html><head>{style}</head><body><p>Vorher</p>{hidden}<p>Nachher</p>") == ["Vorher", "Nachher"]


@pytest.mark.parametrize(
    "style",
    [
        "font-size: 0.9em",
        "opacity:0.5",
        "display:inline",
        "font-size:10px",
        "opacity: 0.05",
        "text-indent:0",
        "font-size:.8em",
    ],
)
def test_what_is_shown_is_read(style):
    assert shown(f'<p style="{style}">Da</p>') == ["Da"]
    assert shown(f"<style>p {{ {style} }} @media print {{ p {{ display:none }} }} :::</style><p>Da</p>") == ["Da"]


def test_xhtml_is_read_as_such():
    assert shown(
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body><p>Da</p></body></html>'
    ) == ["Da"]
    assert shown(
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>A&nbsp;B</p></body></html>'
    ) == ["A\u00a0B"]


def test_entities_of_a_document_are_not_resolved():
    bomb = '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "Geheim"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    assert "Geheim" not in "".join(
        shown(f'{bomb}<html xmlns="http://www.w3.org/1999/xhtml"><body><p>&a;&f;</p></body></html>')
    )


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('<meta charset="iso-8859-1"><p>Größe „5 €“</p>'.encode("cp1252"), "„5 €“"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=cp850"><p>Größe'.encode("cp850"), "Größe"),
        ('<?xml version="1.0" encoding="utf-16"?><p>Größe'.encode("utf-16"), "Größe"),
        ("<p>Größe".encode("cp1252"), "Größe"),
        ('<meta charset="utf-8"><p>Größe'.encode("cp1252"), "Größe"),
        ('<meta charset="nonsense"><p>Größe'.encode(), "Größe"),
        ('<meta charset="iso-8859-1"><p>Größe'.encode(), "Größe"),
    ],
)
def test_the_declared_encoding_counts_where_it_fits(content, text):
    assert text in text_of(content, "a.html")


def test_what_is_no_text_is_refused(tmp_path):
    (tmp_path / "a.html").write_bytes(b"<p>\x00\x01\xff</p>")
    with pytest.raises(DocumentNotText, match=r"a\.html"):
        html.read(tmp_path / "a.html", "a.html", Limits())


@given(st.text(alphabet="<>/=\"' abpstyl&#;!-é\0\f[]", max_size=60))
def test_any_markup_has_blocks(markup):
    assert all(block.text.strip() for block in blocks_of(markup))


def test_markdown_shows_no_marks(tmp_path):
    source = """---
title: Für Programme
---
# Miete *heute*

Der [Mieter](http://x.de "Titel") zahlt **500 Euro**
im `Monat`.

1. Erster
2. Zweiter

| Was | Wie viel |
|-----|---------:|
| Miete | 500 |

<p hidden>Geheim</p>

    apt install

> Zitat

![Bild](b.png) ~~weg~~
"""
    (tmp_path / "a.md").write_text(source, encoding="utf-8")
    extract = markdown.read(tmp_path / "a.md", "a.md", Limits())
    assert extract.text.split("\n\n") == [
        "Miete heute",
        "Der Mieter zahlt 500 Euro im Monat.",
        "1. Erster",
        "2. Zweiter",
        "Was | Wie viel",
        "Miete | 500",
        "apt install",
        "Zitat",
        "weg",
    ]
    assert [extract.text[span.start : span.end] for span in extract.headings] == ["Miete heute"]
