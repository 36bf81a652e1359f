"""HTML and Markdown: what is shown is read, block by block; what is hidden is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import DocumentDamaged, DocumentNotText
from assistant.limits import Limits
from assistant.readers import html, markdown
from assistant.readers.html import blocks_of
from assistant.readers.markup import text_of


def shown(markup: str) -> list[str]:
    return [block.text for block in blocks_of(markup, "a.html")]


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("<p>Ein\n  Satz,&nbsp;zwei\t<b>Wörter</b>.</p>", ["Ein Satz,\u00a0zwei Wörter."]),
        ("<div>Davor<p>Absatz</p>danach</div>", ["Davor", "Absatz", "danach"]),
        ("Zeile<br>\n Zeile", ["Zeile\nZeile"]),
        ("<pre>a  b\n  c</pre>", ["a  b\n  c"]),
        ("<ul><li>Eins<li><p>Zwei</p><p>Drei</p></ul>", ["• Eins", "• Zwei", "Drei"]),
        ("<ol start=3><li>Eins</li><li>Zwei<ol><li>Drei</ol></ol>", ["3. Eins", "4. Zwei", "1. Drei"]),
        ("<p>10<sup>6</sup> m<sup>2</sup>, H<sub>2</sub>O<sup>[3]</sup></p>", ["10⁶ m², H₂O[3]"]),
        ("<dl><dt>Frist</dt><dd>Drei Monate.</dd></dl>", ["Frist", "Drei Monate."]),
        ("<p>Er sagte: Ja &amp; &lt;b&gt;</p>", ["Er sagte: Ja & <b>"]),
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
    assert [tuple(block[:2]) for block in blocks_of(table, "a.html")] == [
        ("Links", True),
        ("Eins.", False),
        ("Zwei.", False),
        ("Drei.", False),
    ]


def test_headings_are_told_also_where_they_hold_blocks():
    blocks = blocks_of("<h1>Titel <i>eins</i></h1><h3><div>Zwei</div></h3><p>Text</p>", "a.html")
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


WHO = "Der Hund ist {} erlaubt."


@pytest.mark.parametrize(
    "style",
    [
        "@media (max-width:600px) { .x { display:none } }",
        "@media not screen { .x { display:none } }",
        "@media screen, print { .x { display:none } }",
        "@supports (display:grid) { @layer a { .x { display:none } } }",
        ".x { display:none } .x { display:inline }",
        ":is(.a, .x) { display:none }",
        "b:where(.a, p .x):not(.y) { display:none }",
        "p { .x { display:none } }",
        ".x { @media (width < 600px) { display:none } }",
        "b { &.x { display:none } }",
        "b { d\\isplay:n\\6fne }",
        ":root { --a:var(--b); --b:none } .x { display:var(--a) }",
        ".x { display:var(--a, none) }",
        "b:not([title='a,b']) { visibility:hidden }",
        ".x { text-decoration:red line-through }",
        ".x { position:absolute; clip:rect(0,0,0,0) }",
        ".x { text-indent:-9999px }",
        ".x { font:0/0 a }",
        ".x { font-size:1px }",
        ".x { color:transparent }",
        ".x { vertical-align:super }",
        ".x { max-height:0; overflow:hidden }",
        ".x { transform:scale(0) }",
        ".x::before { content:'nicht' }",
        ".x:after { content:attr(title) }",
        "b::first-letter { font-size:0 }",
        ".x:unknown(a, b) { display:none }",
    ],
)
def test_a_block_in_which_a_rule_may_hide_or_add_something_is_left_out(style):
    sentence = WHO.format('<b class="x">nicht</b>')
    table = f"<table><tr><td>Hund</td><td>{sentence}</td></tr><tr><td>Wal</td><td>ja</td></tr></table>"
    assert shown(f"<style>{style}</style><p>{sentence}</p><p>Da</p>{table}") == ["Da", "Wal | ja"]


@pytest.mark.parametrize(
    "style",
    [
        "@media print { .x { display:none } }",
        "@media only print, speech { .x { display:none } }",
        ".x:hover { display:none }",
        ".y:is(.x) { display:none }",
        ".x::before { content:'' }",
        ".x::after { content:'.'; visibility:hidden }",
        ".x::-webkit-scrollbar { display:none }",
        "@keyframes a { 0% { opacity:0 } from { opacity:0 } }",
        "@font-face { font-family:x }",
        ":root { --a:block } .x { display:var(--a) }",
        ".x { font:12px/1 serif; clip-path:none; text-indent:-1em; height:0; vertical-align:middle }",
    ],
)
def test_a_rule_that_surely_hides_nothing_on_a_screen_leaves_the_block(style):
    assert shown(f"<style>{style}</style><p>{WHO.format('<b class=x>nicht</b>')}</p>") == [WHO.format("nicht")]


@pytest.mark.parametrize(
    "inside",
    [
        *(
            "<s>nicht</s>",
            "<del>nicht</del>",
            "<strike>nicht</strike>",
            "<b hidden>nicht</b>",
            "<noscript>n</noscript>",
        ),
        *("<button>nicht</button>", "<select><option>nicht</select>", "<input value=nicht>", "<textarea>n</textarea>"),
        *("<svg><text>nicht</text></svg>", "<math><mi>n</mi></math>", "<canvas></canvas>", "<img src=a alt=nicht>"),
        *("<img src=a>", "<object>nicht</object>", "<iframe></iframe>", "<source>nicht</source>", "<q>nicht</q>"),
        *("<ruby>nicht<rt>doch</rt></ruby>", "<b popover>nicht</b>", "<dialog>nicht</dialog>"),
        "<b style='text-decoration: line-through'>nicht</b>",
    ],
)
def test_a_block_in_which_something_is_shown_otherwise_is_left_out(inside):
    sentence = WHO.format(inside)
    row = f"<table><tr><td>Hund</td><td>{inside}</td></tr></table>"
    assert shown(f"<p>Davor</p><p>{sentence}</p>{row}<div>{sentence}</div><p>Da</p>") == ["Davor", "Da"]


@pytest.mark.parametrize(
    "inside", ["<img src=a alt=''>", "<input type=hidden value=x>", "<script>x</script>", "<s></s>", "<!-- x -->"]
)
def test_what_shows_nothing_leaves_the_block(inside):
    assert shown(f"<p>{WHO.format(inside)}</p>") == ["Der Hund ist erlaubt."]


def test_what_the_parser_leaves_in_the_head_stands_in_the_body():
    assert shown(
        "<style>input:checked ~ .m {display:none}</style><input type=checkbox checked><p class=m>A</p><p>B"
    ) == ["B"]
    assert shown("<title>T</title><img src=a alt=Nicht> erlaubt.<p>B") == ["B"]


def test_what_is_struck_out_may_hold_blocks():
    assert shown("<p>Da<b class=headerlink> nicht</b><a class=headerlink>¶</a>") == ["Da nicht"]
    assert shown("<del><p>Weg</p></del><p>Da</p><dialog open>Offen</dialog>") == ["Da", "Offen"]


def test_rows_that_are_hidden_are_left_out_and_those_in_forms_are_not():
    hidden = "<tr hidden><td>A</td></tr><tr style='display:none'><td>B</td></tr><tr class=x><td>C</td></tr>"
    section = "<tbody hidden><tr><td>D</td></tr></tbody>"
    form = "<form><tr><td>E</td><td>5 Euro</td></tr></form>"
    assert shown(f"<style>.x{{display:none}}</style><table>{hidden}{section}{form}</table>") == ["E | 5 Euro"]
    assert shown("<table><col style='visibility:collapse'><tr><td>A</td></tr></table>") == []


@pytest.mark.parametrize(
    ("rows", "blocks"),
    [
        ("<tr><td>Gas<td><td>50 Euro", ["Gas | | 50 Euro"]),
        ("<tr><td><td>2023<td>2024", ["| 2023 | 2024"]),
        ("<tr><td>A<td><td><td>B", ["A | | | B"]),
        (
            "<tr><td rowspan=2>Strom<td>10<td>20<tr><td>30<td>40<tr><td>Gas",
            ["Strom | 10 | 20", "Strom | 30 | 40", "Gas"],
        ),
        ("<tr><td>1<td rowspan=0>2<tr><td>3<tr><td>4", ["1 | 2", "3 | 2", "4 | 2"]),
        ("<tr><td colspan=2>A<td>B", ["A | | B"]),
        ("<tr><td rowspan=3>A<td>B<tr hidden><td>C<tr><td>D", ["A | B"]),
        ("<tr><td rowspan=2><s>A</s><td>B<tr><td>C<tr><td>D", ["D"]),
        ("<tr>" + "<td rowspan=9>A" * 201 + "<tr><td>B", []),
    ],
)
def test_cells_keep_their_places(rows, blocks):
    assert shown(f"<table>{rows}</table>") == blocks


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("<ol reversed><li>A<li>B</ol>", ["2. A", "1. B"]),
        ("<ol type=a><li>A<li value=5>B<li>C<li type=I>D</ol>", ["a. A", "e. B", "f. C", "VII. D"]),
        ("<ol start=3 reversed><li>A<li>B</ol>", ["3. A", "2. B"]),
        ("<ol style='list-style:none'><li>A</ol>", ["• A"]),
    ],
)
def test_items_have_the_labels_that_are_shown(markup, blocks):
    assert shown(markup) == blocks


@pytest.mark.parametrize(
    "raised", ["10<sup>1/2</sup> m", "§ 5<sup>a</sup>", "2<sup>3<sup>2</sup></sup>", "x<sub>1,2</sub>"]
)
def test_a_block_with_what_plain_text_cannot_raise_is_left_out(raised):
    assert shown(f"<p>Es gilt {raised}.</p><p>Da ☑ ☐ ✓ &#9745;</p>") == ["Da ☑ ☐ ✓ ☑"]


def test_what_lies_too_deep_is_refused_and_what_lies_deep_is_read():
    deep = "<font>" * 250 + "nicht" + "</font>" * 250
    assert shown(f"<p>{WHO.format(deep)}</p>") == [WHO.format("nicht")]
    for depth in (400, 3000):
        with pytest.raises(DocumentDamaged, match="elements"):
            shown(f"<p>{'<font>' * depth}nicht{'</font>' * depth}</p>")


def test_named_entities_of_xhtml_are_what_they_name():
    page = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>{}</p></body></html>'
    assert shown(page.format("5&ndash;10&nbsp;&euro; f&uuml;r 1&frac12; &lt;b&gt; &amp;uuml;")) == [
        "5–10\u00a0€ für 1½ <b> &uuml;"
    ]
    assert shown(page.format("a <![CDATA[&ndash;]]>")) == ["a &ndash;"]
    own = '<!DOCTYPE html [<!ENTITY n "nicht"><!ENTITY uuml "ä">]><html xmlns="http://www.w3.org/1999/xhtml"><body>{}</body></html>'
    assert shown('<?xml version="1.0"?>' + own.format("<p>Der Hund ist &n; da.</p><p>f&uuml;r</p><p>Da</p>")) == ["Da"]
    with pytest.raises(DocumentDamaged, match="entities"):
        shown('<?xml version="1.0"?>' + own.format("<p>Der Hund ist &n; da."))


def test_marks_of_tasks_are_boxes(tmp_path):
    (tmp_path / "a.md").write_text("- [ ] Offen [x]\n- [x] Fertig\n\n~~Alt~~ Neu\n", encoding="utf-8")
    assert markdown.read(tmp_path / "a.md", "a.md", Limits()).text.split("\n\n") == ["• ☐ Offen [x]", "• ☑ Fertig"]


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
    assert all(block.text.strip() for block in blocks_of(markup, "a.html"))


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
    ]
    assert [extract.text[span.start : span.end] for span in extract.headings] == ["Miete heute"]
