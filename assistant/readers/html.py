"""HTML: what a browser shows of it, block by block."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import etree, html

from assistant.limits import Limits
from assistant.readers.base import SUPERSCRIPTS, UNTOLD, Block, Extract, extract_of, row_of
from assistant.readers.styles import hidden_in, is_hidden
from assistant.readers.text import decoded

DECLARED = re.compile(
    rb"""(?:<meta[^>]{0,200}?charset|<\?xml[^>]{0,200}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I
)
HEAD = 4096  # bytes in which a file declares its encoding
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = HEADINGS | set(
    """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form header hr html legend li main menu ol p pre section summary table tbody td tfoot th thead tr ul
    """.split()
)
LISTS = {"dir", "menu", "ol", "ul"}
NOT_SHOWN = set(
    """applet area audio base button canvas datalist embed frame frameset head iframe input link map math meta nav
    noembed noframes noscript object option optgroup param progress script select source style svg template textarea
    title track video
    """.split()
)
NAVIGATION = {"navigation", "search", "menubar", "toolbar", "banner"}
CLASSES_LEFT_OUT = {
    "headerlink",
    "navheader",
    "navfooter",
    "toc",
    "toctree-wrapper",
}  # what documentation tools put around the text
LINE_BREAK = "\x1e"  # on its way through the collapsing of white space
XHTML = re.compile(r"\s*<\?xml|<html[^>]{0,500}xmlns", re.I)
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def read(file: Path, name: str, limits: Limits) -> Extract:
    """What it shows: no scripts, no navigation, nothing hidden. Raises DocumentNotText."""
    return extract_of(blocks_of(text_of(file.read_bytes(), name)))


def text_of(content: bytes, name: str) -> str:
    """The markup, decoded as it declares, or else as plain text is. Raises DocumentNotText."""
    found = DECLARED.search(content[:HEAD])
    declared = found.group(1).decode("ascii").lower() if found else ""
    is_latin = declared in ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii")  # browsers read these as cp1252
    return decoded(content, name, ("utf-8", "cp1252") if is_latin else (declared,) * bool(declared))


def blocks_of(markup: str, sheets: Sequence[str] = ()) -> list[Block]:
    """What a browser shows of `markup`, in its order, with style sheets that stand beside it."""
    root = _parsed(UNTOLD.sub("", markup.removeprefix("\ufeff")))
    if root is None:
        return []
    walk = _Walk(root, sheets)
    walk.into(root)
    walk.end_block()
    return walk.blocks


def _parsed(markup: str) -> Any:
    """The tree; XHTML is read as XML where it is well-formed, since `<title/>` means something else in HTML."""
    content = DECLARATION.sub("", markup).encode()
    if XHTML.search(markup[:HEAD]):
        try:
            strict = etree.XMLParser(resolve_entities=False, no_network=True, encoding="utf-8")
            return _without_namespaces(etree.fromstring(content, strict))
        except etree.XMLSyntaxError:
            pass
    if not content.strip():
        return None
    return html.document_fromstring(
        content, parser=html.HTMLParser(encoding="utf-8", no_network=True), ensure_head_body=True
    )


def _without_namespaces(root: Any) -> Any:
    """The same tree; style sheets choose its elements by their plain names."""
    for element in root.iter("{*}*"):
        element.tag = etree.QName(element).localname
    return root


def name_of(element: Any) -> str:
    """An element's name in small letters; "" of a comment or an instruction."""
    return element.tag.lower() if isinstance(element.tag, str) else ""


class _Walk:
    """Collects blocks while it goes through a tree."""

    def __init__(self, root: Any, sheets: Sequence[str]) -> None:
        self.blocks: list[Block] = []
        self._hidden = hidden_in(root, sheets)
        self._words: list[str] = []
        self._markers: list[str] = []  # of list items that have begun and shown nothing yet
        self._numbers: list[int | None] = []  # next number of each list that is open; None: it has bullets
        self._is_preformatted = False
        self._is_heading = False

    def into(self, element: Any) -> None:
        """Take up an element: itself and all that it holds."""
        name = name_of(element)
        if not name or name in NOT_SHOWN or self._is_left_out(element):
            return
        if name == "br":
            self._words.append(LINE_BREAK)
        elif name == "table":
            self.end_block()
            self._table(element)
        elif name in BLOCKS:
            self._block(element, name)
        elif name == "sup":
            self._superscript(element)
        else:
            self._content(element)

    def end_block(self) -> None:
        """What was collected is a block."""
        words = "".join(self._words)
        if not self._is_preformatted:
            words = re.sub(r"[ \t\n\r\f]+", " ", words)
        words = re.sub(rf" ?{LINE_BREAK} ?", "\n", words).strip("\n\r\f\t ")
        self._words = []
        if words:
            marker = "".join(self._markers)
            self._markers = []
            self.blocks.append(Block(marker + words, self._is_heading))

    def _content(self, element: Any) -> None:
        self._words.append(element.text or "")
        for child in element:
            self.into(child)
            self._words.append(child.tail or "")

    def _block(self, element: Any, name: str) -> None:
        self.end_block()
        before = self._is_preformatted, self._is_heading
        self._is_preformatted |= name == "pre"
        self._is_heading |= name in HEADINGS
        if name in LISTS:
            start = element.get("start", "1")
            self._numbers.append(int(start) if name == "ol" and re.fullmatch(r"-?\d{1,6}", start) else None)
        elif name == "li":
            self._markers = [self._marker()]
        self._content(element)
        self.end_block()
        self._is_preformatted, self._is_heading = before
        if name in LISTS:
            self._numbers.pop()
        elif name == "li":
            self._markers = []

    def _marker(self) -> str:
        number = self._numbers[-1] if self._numbers else None
        if number is None:
            return "• "
        self._numbers[-1] = number + 1
        return f"{number}. "

    def _superscript(self, element: Any) -> None:
        """10⁶ is not 106."""
        at = len(self._words)
        self._content(element)
        words = "".join(self._words[at:]).strip()
        if re.fullmatch(r"[0-9+()-]+", words):
            self._words[at:] = [words.translate(SUPERSCRIPTS)]
        elif re.match(r"[\w.,]*[0-9]", words):
            self._words[at:] = [f"^{words}"]

    def _table(self, table: Any) -> None:
        """Row by row; cells that hold more than figures and words, as in a layout, one after the other."""
        for element in _rows(table):
            if name_of(element) == "caption":
                self.into(element)
                continue
            cells = [self._cell(cell) for cell in element if name_of(cell) in ("td", "th")]
            self.blocks += row_of(cells)

    def _cell(self, cell: Any) -> list[Block]:
        blocks, self.blocks = self.blocks, []
        self.into(cell)
        self.end_block()
        blocks, self.blocks = self.blocks, blocks
        return blocks

    def _is_left_out(self, element: Any) -> bool:
        classes = {*(element.get("class") or "").split()}
        return (
            element.get("hidden") is not None
            or (element.get("role") or "").lower() in NAVIGATION
            or not classes.isdisjoint(CLASSES_LEFT_OUT)
            or is_hidden(element, self._hidden)
        )


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if name_of(child) in ("tr", "caption"):
            yield child
        elif name_of(child) in ("thead", "tbody", "tfoot"):
            yield from _rows(child)
