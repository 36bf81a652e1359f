"""ODT: paragraphs, lists with their numbers, tables row by row, notes behind their paragraphs."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from assistant.errors import DocumentEncrypted
from assistant.limits import Limits
from assistant.readers.archive import opened
from assistant.readers.base import Block, Extract, extract_of
from assistant.readers.numbering import BULLET, Counter, Level
from assistant.readers.placed import WIDEST, placed_row_of
from assistant.readers.signs import LOST, in_font, lowered, raised

MANIFEST = "META-INF/manifest.xml"
NOT_SHOWN = {"annotation", "tracked-changes", "table-of-content", "alphabetical-index", "sequence-decls", "forms"} | {
    "number",  # the same as the marker, for programs that do not count
    "script",
}
DRAWN = {"drawing", "dr3d"}  # name spaces of what is drawn: frames, shapes, controls
KINDS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none"}


def read(file: Path, name: str, limits: Limits) -> Extract:
    """What it shows; no tables of contents, nothing hidden or deleted.

    A paragraph or row is left out where it shows what is no text (formulas, pictures) or what is struck out.

    Raises DocumentDamaged, DocumentEncrypted or DocumentBeyondLimit.
    """
    with opened(file, name, limits) as archive:
        if MANIFEST in archive and next(archive.tree(MANIFEST).iter("{*}encryption-data"), None) is not None:
            raise DocumentEncrypted(name)
        content = archive.tree("content.xml")
        roots = [content, *([archive.tree("styles.xml")] if "styles.xml" in archive else [])]
    walk = _Walk(roots)
    blocks = [block for body in content.iter("{*}text") if _is_body(body) for block in walk.blocks_in(body)]
    return extract_of([block for block in blocks if LOST not in block.text])


def _is_body(element: Any) -> bool:
    parent = element.getparent()
    return parent is not None and _name(parent) == "body"


def _name(element: Any) -> str:
    """An element's name without its namespace; "" of a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _get(element: Any, name: str) -> str:
    """An attribute by its name, in whatever namespace; "" if there is none."""
    return next((value for key, value in element.attrib.items() if etree.QName(key).localname == name), "")


class _Walk:
    """Goes through a document's elements, counting its lists and notes."""

    def __init__(self, roots: list[Any]) -> None:
        self._styles = {
            (_get(style, "family"), _get(style, "name")): style for root in roots for style in root.iter("{*}style")
        }
        faces = [face for root in roots for face in root.iter("{*}font-face")]
        self._fonts = {_get(face, "name"): _get(face, "font-family") for face in faces}
        self._levels = {_get(one, "name"): _levels(one) for root in roots for one in root.iter("{*}list-style")}
        outlines = [_levels(one) for root in roots for one in root.iter("{*}outline-style")]
        self._outline = Counter(outlines[0] if outlines else {})
        self._has_outline = bool(outlines)
        self._counters: dict[str, Counter] = {}
        self._notes: list[tuple[str, Any]] = []

    def blocks_in(self, element: Any, counter: Counter | None = None, depth: int = -1) -> Iterator[Block]:
        """The blocks in a body, a cell, a list item or a note."""
        for child in element:
            match _name(child):
                case "p" | "h":
                    yield from self._paragraph(child)
                case "list":
                    yield from self._list(child, counter, depth + 1)
                case "table":
                    yield from self._table(child)
                case name if name and name not in NOT_SHOWN and not _is_told_hidden(child):
                    yield from self.blocks_in(child, counter, depth)

    def _table(self, table: Any) -> Iterator[Block]:
        hidden = _hidden_columns(table)
        above: dict[int, list[Block]] = {}  # what each column shows, as far down as it reaches
        for row in table.iter("{*}table-row"):
            if next(row.iterancestors("{*}table")) is table:
                yield from self._row(row, hidden, above)

    def _row(self, row: Any, hidden: set[int], above: dict[int, list[Block]]) -> list[Block]:
        is_left_out = _is_row_hidden(row)
        places: list[list[Block]] = []
        own: list[list[Block]] = []
        for cell in row:
            if _name(cell) not in ("table-cell", "covered-table-cell"):
                continue
            for _ in range(_count(cell, "number-columns-repeated")):
                at = len(places)
                blocks = above.get(at, [])
                if _name(cell) == "table-cell":
                    is_unseen = is_left_out or at in hidden
                    blocks = [Block(LOST)] if is_unseen else list(self.blocks_in(cell))
                    own += [] if is_unseen else [blocks]
                    above.update(dict.fromkeys(range(at, at + _count(cell, "number-columns-spanned")), blocks))
                places.append(blocks)
        shown = [place for at, place in enumerate(places) if at not in hidden]
        return [] if is_left_out else placed_row_of(shown, own)

    def _list(self, element: Any, counter: Counter | None, depth: int) -> Iterator[Block]:
        style = _get(element, "style-name")
        if counter is None or (style and style in self._levels and not depth):
            goes_on = _get(element, "continue-numbering") == "true" or _get(element, "continue-list")
            if not goes_on or style not in self._counters:
                self._counters[style] = Counter(self._levels.get(style, {}))
            counter = self._counters[style]
        for item in element:
            if _name(item) not in ("list-item", "list-header"):
                continue
            is_marked = _name(item) == "list-item" and not (len(item) and _name(item[0]) == "list")
            marker = counter.marker(depth) if is_marked else ""
            blocks = list(self.blocks_in(item, counter, depth))
            yield from [block._replace(text=f"{marker} {block.text}".strip()) for block in blocks[:1]]
            yield from blocks[1:]

    def _paragraph(self, element: Any) -> Iterator[Block]:
        if self._is_hidden(element, "paragraph"):
            return
        boxes: list[Any] = []
        words = "".join(self._words(element, boxes, self._font(element, "paragraph"))).strip()
        if words and self._is_struck(element, "paragraph"):
            words = LOST
        is_heading = _name(element) == "h"
        if is_heading and words and self._has_outline and _get(element, "is-list-header") != "true":
            level = _get(element, "outline-level")
            marker = self._outline.marker(int(level) - 1 if level.isdecimal() else 0)
            words = f"{marker if marker != BULLET else ''} {words}".strip()
        yield Block(words, is_heading)
        notes, self._notes = self._notes, []
        for mark, body in notes:
            for block in self.blocks_in(body):
                yield block._replace(text=f"{mark} {block.text}")
        for box in boxes:
            yield from self.blocks_in(box)

    def _words(self, element: Any, boxes: list[Any], font: str) -> Iterator[str]:
        yield in_font(_collapsed(element.text), font)
        for child in element:
            match _name(child):
                case "s":
                    yield " " * _count(child, "c")
                case "tab":
                    yield "\t"
                case "line-break":
                    yield "\n"
                case "note":
                    yield self._note(child)
                case "ruby":
                    yield LOST
                case _ if _is_drawn(child):
                    boxes.append(child)
                    yield "" if _is_afloat(child) else LOST
                case "hidden-paragraph" if _get(child, "is-hidden") == "true":
                    yield LOST
                case "hidden-text":
                    yield from self._hidden_text(child, boxes, font)
                case "span" | "a":
                    yield self._span(child, boxes, font)
                case name if name and name not in NOT_SHOWN:
                    yield from self._words(child, boxes, font)
            yield in_font(_collapsed(child.tail), font)

    def _hidden_text(self, element: Any, boxes: list[Any], font: str) -> Iterator[str]:
        """What is shown only now and then; LOST where the file does not tell whether it is."""
        match _get(element, "is-hidden"):
            case "false":
                yield from self._words(element, boxes, font)
            case "":
                yield LOST

    def _span(self, span: Any, boxes: list[Any], font: str) -> str:
        if self._is_hidden(span, "text"):
            return ""
        words = "".join(self._words(span, boxes, self._font(span, "text") or font))
        if words.strip() and self._is_struck(span, "text"):
            return LOST
        position = self._property(span, "text", "text-position")
        if re.match(r"super|\+?[1-9]", position):
            return raised(words)
        return lowered(words) if re.match("sub|-", position) else words

    def _note(self, note: Any) -> str:
        citation = next(("".join(one.itertext()) for one in note.iter("{*}note-citation")), "")
        mark = raised(citation)
        self._notes += [(mark, body) for body in note.iter("{*}note-body")]
        return mark

    def _is_hidden(self, element: Any, family: str) -> bool:
        return self._property(element, family, "display") == "none"

    def _font(self, element: Any, family: str) -> str:
        name = self._property(element, family, "font-name")
        return self._fonts.get(name) or name or self._property(element, family, "font-family")

    def _is_struck(self, element: Any, family: str) -> bool:
        lines = [self._property(element, family, f"text-line-through-{name}") for name in ("style", "type")]
        return any(line not in ("", "none") for line in lines)

    def _property(self, element: Any, family: str, name: str) -> str:
        """A property of an element's text by its styles; "" where none sets it."""
        style, seen = _get(element, "style-name"), set[str]()
        while style not in seen and (found := self._styles.get((family, style))) is not None:
            seen.add(style)
            for properties in found.iter("{*}text-properties"):
                if value := _get(properties, name):
                    return value
            style = _get(found, "parent-style-name")
        return ""


def _levels(style: Any) -> dict[int, Level]:
    """How the levels of a list style, or of the outline, are numbered."""
    levels: dict[int, Level] = {}
    for element in style:
        depth = int(_get(element, "level") or 1) - 1
        if _name(element) == "list-level-style-bullet":
            levels[depth] = Level("bullet", BULLET)
            continue
        kind = KINDS.get(_get(element, "num-format"), "decimal")
        shown = int(_get(element, "display-levels") or 1)
        numbers = ".".join(f"%{number}" for number in range(max(1, depth + 2 - shown), depth + 2))
        pattern = f"{_get(element, 'num-prefix')}{numbers}{_get(element, 'num-suffix')}"
        levels[depth] = Level(kind, pattern, int(_get(element, "start-value") or 1))
    return levels


def _count(element: Any, name: str) -> int:
    """How often something stands there, by an attribute; 1 if it is missing."""
    count = _get(element, name)
    return min(int(count), WIDEST) if count.isdecimal() else 1


def _is_told_hidden(element: Any) -> bool:
    return _get(element, "display") in ("none", "false") or _get(element, "is-hidden") == "true"


def _is_row_hidden(row: Any) -> bool:
    around = [row, *row.iterancestors("{*}table-row-group", "{*}table-header-rows", "{*}table-rows")]
    return _get(row, "visibility") in ("collapse", "filter") or any(_is_told_hidden(one) for one in around)


def _hidden_columns(table: Any) -> set[int]:
    hidden: set[int] = set()
    at = 0
    for column in table.iter("{*}table-column"):
        if next(column.iterancestors("{*}table")) is table:
            groups = column.iterancestors("{*}table-column-group")
            is_hidden = _get(column, "visibility") in ("collapse", "filter") or any(map(_is_told_hidden, groups))
            after = at + _count(column, "number-columns-repeated")
            hidden |= set(range(at, after)) if is_hidden else set()
            at = after
    return hidden


def _is_drawn(element: Any) -> bool:
    space = etree.QName(element).namespace if isinstance(element.tag, str) else None
    is_drawn = any(part in DRAWN for part in (space or "").split(":"))
    return is_drawn and _name(element) != "a"  # a link around a frame


def _is_afloat(drawn: Any) -> bool:
    """Whether it stands beside the text and not in it."""
    return _get(drawn, "anchor-type") in ("page", "frame", "paragraph", "char")


def _collapsed(text: str | None) -> str:
    """White space as ODT means it: one space for any run of it."""
    return re.sub(r"[ \t\r\n]+", " ", text or "")
