"""ODT: paragraphs, lists with their numbers, tables row by row, notes behind their paragraphs."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from assistant.errors import DocumentEncrypted
from assistant.limits import Limits
from assistant.readers.archive import opened
from assistant.readers.base import SUPERSCRIPTS, Block, Extract, extract_of, row_of
from assistant.readers.numbering import BULLET, Counter, Level

MANIFEST = "META-INF/manifest.xml"
NOT_SHOWN = set("annotation tracked-changes table-of-content alphabetical-index sequence-decls forms".split())
KINDS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none"}
MOST_SPACES = 100


def read(file: Path, name: str, limits: Limits) -> Extract:
    """What it shows; no tables of contents, nothing hidden or deleted.

    Raises DocumentDamaged, DocumentEncrypted or DocumentBeyondLimit.
    """
    with opened(file, name, limits) as archive:
        if MANIFEST in archive and next(archive.tree(MANIFEST).iter("{*}encryption-data"), None) is not None:
            raise DocumentEncrypted(name)
        content = archive.tree("content.xml")
        roots = [content, *([archive.tree("styles.xml")] if "styles.xml" in archive else [])]
    walk = _Walk(roots)
    return extract_of([block for body in content.iter("{*}text") if _is_body(body) for block in walk.blocks_in(body)])


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
                    for row in child.iter("{*}table-row"):
                        if next(row.iterancestors("{*}table")) is child:
                            cells = [cell for cell in row if _name(cell) == "table-cell"]
                            yield from row_of([list(self.blocks_in(cell)) for cell in cells])
                case name if name and name not in NOT_SHOWN and _get(child, "display") != "none":
                    yield from self.blocks_in(child, counter, depth)

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
        words = "".join(self._words(element, boxes)).strip()
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

    def _words(self, element: Any, boxes: list[Any]) -> Iterator[str]:
        yield _collapsed(element.text)
        for child in element:
            match _name(child):
                case "s":
                    count = _get(child, "c")
                    yield " " * min(int(count) if count.isdecimal() else 1, MOST_SPACES)
                case "tab":
                    yield "\t"
                case "line-break":
                    yield "\n"
                case "note":
                    yield self._note(child)
                case "text-box":
                    boxes.append(child)
                case "span" if self._is_hidden(child, "text"):
                    pass
                case "hidden-text" | "hidden-paragraph" if _get(child, "is-hidden") == "true":
                    pass
                case "span" if self._is_raised(child):
                    yield "".join(self._words(child, boxes)).translate(SUPERSCRIPTS)
                case name if name and name not in NOT_SHOWN:
                    yield from self._words(child, boxes)
            yield _collapsed(child.tail)

    def _note(self, note: Any) -> str:
        citation = next(("".join(one.itertext()) for one in note.iter("{*}note-citation")), "")
        mark = citation.translate(SUPERSCRIPTS)
        self._notes += [(mark, body) for body in note.iter("{*}note-body")]
        return mark

    def _is_hidden(self, element: Any, family: str) -> bool:
        return self._property(element, family, "display") == "none"

    def _is_raised(self, element: Any) -> bool:
        return self._property(element, "text", "text-position").startswith("super")

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


def _collapsed(text: str | None) -> str:
    """White space as ODT means it: one space for any run of it."""
    return re.sub(r"[ \t\r\n]+", " ", text or "")
