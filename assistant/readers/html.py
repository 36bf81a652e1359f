"""HTML: what a browser shows of it, block by block; a block that it may show otherwise is left out."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from assistant.limits import Limits
from assistant.readers.base import Block, Extract, extract_of
from assistant.readers.marks import BULLET, Listing, raised_form
from assistant.readers.markup import text_of, tree_of
from assistant.readers.styles import styled
from assistant.readers.tables import LEFT_OUT, rows_of

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = HEADINGS | set(
    """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form header hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul
    """.split()
)
LISTS = {"dir", "menu", "ol", "ul"}
NOT_SHOWN = set("base datalist head link meta noembed noframes param script style template title".split())
OTHERWISE_SHOWN = set(
    """applet area audio bdo button canvas embed frame frameset iframe img image input keygen map math meter noscript
    listing object optgroup option picture plaintext progress q ruby select source svg textarea track video xmp
    """.split()
)  # what they show, or in which state, the tree does not tell
STRUCK_OUT = {"s", "del", "strike"}
HOLD_NOTHING = {"embed", "image", "img", "input", "source", "track"}  # what stands in them is shown behind them
NAVIGATION = {"navigation", "search", "menubar", "toolbar", "banner"}
CLASSES_LEFT_OUT = {"navheader", "navfooter", "toc", "toctree-wrapper"}  # what documentation tools put around the text
LINE_BREAK = "\x1e"  # on its way through the collapsing of white space


def read(file: Path, name: str, limits: Limits) -> Extract:
    """What it shows: no scripts, no navigation, nothing hidden. Raises DocumentNotText or DocumentDamaged."""
    return extract_of(blocks_of(text_of(file.read_bytes(), name), name))


def blocks_of(markup: str, name: str, sheets: Sequence[str] = ()) -> list[Block]:
    """What a browser shows of `markup`, in its order, with style sheets that stand beside it.

    Left out is every block in which something may be hidden, struck out or added. Raises DocumentDamaged.
    """
    root = tree_of(markup, name)
    if root is None:
        return []
    walk = _Walk(root, sheets)
    walk.into(root)
    walk.end_block()
    return [block for block in walk.blocks if block.text != LEFT_OUT]


def name_of(element: Any) -> str:
    """An element's name in small letters; "" of a comment or an instruction."""
    return element.tag.lower() if isinstance(element.tag, str) else ""


class _Walk:
    """Collects blocks while it goes through a tree."""

    def __init__(self, root: Any, sheets: Sequence[str]) -> None:
        self.blocks: list[Block] = []
        self._styled = styled(root, sheets)
        self._words: list[str] = []
        self._is_doubtful = False  # whether a browser may show the block otherwise
        self._markers: list[str] = []  # of list items that have begun and shown nothing yet
        self._lists: list[Listing] = []  # those that are open
        self._is_preformatted = False
        self._is_heading = False

    def into(self, element: Any) -> None:
        """Take up an element: itself and all that it holds."""
        name = name_of(element)
        if not name:
            self._is_doubtful |= element.tag is etree.Entity
        elif _is_silent(element, name):
            return
        elif self._is_around_the_text(element, name):
            self._leave_out(element, ends_block=name in BLOCKS)
        elif self._is_hidden(element, name):
            self._leave_out(element, ends_block=False)
        elif name in OTHERWISE_SHOWN:
            self._is_doubtful |= not (name == "img" and element.get("alt") == "")
            if name in HOLD_NOTHING:
                self._content(element)
        elif name == "br":
            self._words.append(LINE_BREAK)
        elif name == "table":
            self.end_block()
            self._table(element)
        elif name in BLOCKS:
            self._block(element, name)
        else:
            self._inline(element, name)

    def end_block(self) -> None:
        """What was collected is a block, or the place of one."""
        words = "".join(self._words)
        if not self._is_preformatted:
            words = re.sub(r"[ \t\n\r\f]+", " ", words)
        words = re.sub(rf" ?{LINE_BREAK} ?", "\n", words).strip("\n\r\f\t ")
        if self._is_doubtful:
            self.blocks.append(Block(LEFT_OUT))
        elif words:
            self.blocks.append(Block("".join(self._markers) + words, self._is_heading))
        if words:
            self._markers = []
        self._words, self._is_doubtful = [], False

    def _content(self, element: Any) -> None:
        self._words.append(element.text or "")
        for child in element:
            self.into(child)
            self._words.append(child.tail or "")

    def _leave_out(self, element: Any, ends_block: bool) -> None:
        """Words on both sides of what is left out are in doubt, but where it surely parts them."""
        if ends_block:
            self.end_block()
        elif name_of(element) not in BLOCKS:
            self._is_doubtful |= not _is_empty(element)
        elif "".join(self._words).strip() or (element.tail or "").strip():
            self._is_doubtful = True
        elif not _is_empty(element):
            self.blocks.append(Block(LEFT_OUT))

    def _inline(self, element: Any, name: str) -> None:
        begin = len(self._words)
        self._is_doubtful |= element in self._styled.adding
        self._content(element)
        if name in ("sup", "sub"):
            before = next((self._words[at] for at in range(begin - 1, -1, -1) if self._words[at]), "")
            words = raised_form("".join(self._words[begin:]), before, name)
            self._is_doubtful |= words is None
            self._words[begin:] = [words or ""]

    def _block(self, element: Any, name: str) -> None:
        self.end_block()
        before = self._is_preformatted, self._is_heading
        self._is_preformatted |= name == "pre"
        self._is_heading |= name in HEADINGS
        if name in LISTS:
            is_numbered = name == "ol" and element not in self._styled.relabelled
            self._lists.append(Listing(element, None if is_numbered else BULLET))
        elif name == "li":
            self._markers = [self._lists[-1].marker(element) if self._lists else BULLET]
        self._is_doubtful = element in self._styled.adding
        self._content(element)
        self._is_doubtful |= element in self._styled.adding
        self.end_block()
        self._is_preformatted, self._is_heading = before
        if name in LISTS:
            self._lists.pop()
        elif name == "li":
            self._markers = []

    def _table(self, element: Any) -> None:
        """Row by row; cells that hold more than figures and words, as in a layout, one after the other."""
        for caption in element.iterchildren("caption"):
            self.into(caption)
        for blocks in rows_of(element, self._is_untold, self._cell):
            self.blocks += blocks

    def _is_untold(self, element: Any) -> bool:
        return self._is_hidden(element, name_of(element)) or (element in self._styled.adding and element.tag == "tr")

    def _cell(self, cell: Any) -> list[Block]:
        blocks, self.blocks = self.blocks, []
        self.into(cell)
        self.end_block()
        blocks, self.blocks = self.blocks, blocks
        return blocks

    def _is_around_the_text(self, element: Any, name: str) -> bool:
        classes = {*(element.get("class") or "").split()}
        role = (element.get("role") or "").lower()
        return name == "nav" or role in NAVIGATION or not classes.isdisjoint(CLASSES_LEFT_OUT)

    def _is_hidden(self, element: Any, name: str) -> bool:
        return (
            element.get("hidden") is not None
            or element.get("popover") is not None
            or (name == "dialog" and element.get("open") is None)
            or (name in STRUCK_OUT and not _is_empty(element))
            or element in self._styled.doubtful
        )


def _is_silent(element: Any, name: str) -> bool:
    """Whether it shows nothing, wherever it stands."""
    is_link_to_heading = "headerlink" in (element.get("class") or "").split() and not re.search(
        r"\w", "".join(element.itertext())
    )
    is_hidden_field = name == "input" and (element.get("type") or "").lower() == "hidden"
    return name in NOT_SHOWN or is_link_to_heading or is_hidden_field


def _is_empty(element: Any) -> bool:
    """Whether it makes no difference to the words around it if it is shown."""
    return len(element) == 0 and not (element.text or "").strip() and name_of(element) not in {"br", *OTHERWISE_SHOWN}
