"""DOCX, by python-docx: paragraphs, lists with their numbers, tables row by row, footnotes behind their paragraphs."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from assistant.limits import Limits
from assistant.readers.archive import opened
from assistant.readers.base import SUPERSCRIPTS, Block, Extract, extract_of, row_of
from assistant.readers.numbering import Counter, Level

HEADING = re.compile(r"(?:heading [1-9]|title|subtitle)$", re.I)
CONTENTS = re.compile(r"(?:toc (?:[1-9]|heading)|table of figures)$", re.I)
NOT_SHOWN = {qn(f"w:{name}") for name in ("del", "moveFrom", "instrText", "rPr", "pPr", "sdtPr", "delText")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same again, for older programs
}
SIGNS = {"w:tab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
SHOWN_AS = {qn(name): sign for name, sign in SIGNS.items()}
BODY_LEVEL = 9  # outline level of text that is no heading


def read(file: Path, name: str, limits: Limits) -> Extract:
    """What it shows, with headings by their styles; no tables of contents, nothing hidden or deleted.

    Raises DocumentDamaged, DocumentEncrypted or DocumentBeyondLimit.
    """
    with opened(file, name, limits):
        document = docx.Document(str(file))
    walk = _Walk(document)
    return extract_of(list(walk.blocks_in(document.element.body)))


class _Walk:
    """Goes through a document's elements, counting its lists and notes."""

    def __init__(self, document: Any) -> None:
        self._styles = {style.element.get(qn("w:styleId")): style.element for style in document.styles}
        default = [one for one in self._styles.values() if one.get(qn("w:default")) == "1"]
        self._default = {one.get(qn("w:type")): one.get(qn("w:styleId")) for one in default}
        self._lists = _Lists(document.part)
        self._notes = _notes_of(document.part)
        self._cited: list[str] = []  # notes of the paragraph that is read
        self._note_number = 0

    def blocks_in(self, element: Any) -> Iterator[Block]:
        """The blocks in a body, a cell, a text box or a note."""
        for child in element:
            if child.tag == qn("w:p"):
                yield from self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                for row in child.iter(qn("w:tr")):
                    if _table_of(row) is child:
                        yield from row_of([list(self.blocks_in(cell)) for cell in _cells(row)])
            elif child.tag not in NOT_SHOWN:
                yield from self.blocks_in(child)

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        styles = self._chain(_value(paragraph, "w:pPr/w:pStyle"), "paragraph")
        names = [_value(style, "w:name") or "" for style in styles]
        if any(CONTENTS.match(name) for name in names):
            return
        words = "".join(self._words(paragraph, styles)).strip()
        numbered = self._lists.marker(paragraph, styles) if words else ""
        level = next(
            (one for one in (_value(source, "w:pPr/w:outlineLvl") for source in (paragraph, *styles)) if one), "9"
        )
        is_heading = any(HEADING.match(name) for name in names) or int(level) < BODY_LEVEL
        yield Block(f"{numbered} {words}".strip(), is_heading)
        notes, self._cited = self._cited, []
        for number, note in enumerate(notes, self._note_number - len(notes) + 1):
            for block in self.blocks_in(self._notes[note]):
                yield block._replace(text=f"{str(number).translate(SUPERSCRIPTS)} {block.text}")
        for box in paragraph.iter(qn("w:txbxContent")):
            if not any(parent.tag in NOT_SHOWN for parent in box.iterancestors()):
                yield from self.blocks_in(box)

    def _words(self, element: Any, styles: list[Any]) -> Iterator[str]:
        for child in element:
            if child.tag in NOT_SHOWN or child.tag == qn("w:txbxContent"):
                continue
            if child.tag == qn("w:r"):
                yield from self._run(child, styles)
            else:
                yield from self._words(child, styles)

    def _run(self, run: Any, styles: list[Any]) -> Iterator[str]:
        sources = [run, *self._chain(_value(run, "w:rPr/w:rStyle"), "character"), *styles]
        if _is_on(sources, "w:rPr/w:vanish") or _is_on(sources, "w:rPr/w:specVanish"):
            return
        is_raised = _value(run, "w:rPr/w:vertAlign") == "superscript"
        for child in run:
            if child.tag == qn("w:t"):
                words = child.text or ""
                yield words.translate(SUPERSCRIPTS) if is_raised and words.strip().isdecimal() else words
            elif child.tag in SHOWN_AS:
                yield SHOWN_AS[child.tag]
            elif child.tag in (qn("w:footnoteReference"), qn("w:endnoteReference")):
                yield self._reference(child)
            elif child.tag not in NOT_SHOWN:
                yield from self._words(child, styles)

    def _reference(self, reference: Any) -> str:
        note = f"{reference.tag}{reference.get(qn('w:id'))}"
        if note not in self._notes:
            return ""
        self._cited.append(note)
        self._note_number += 1
        return str(self._note_number).translate(SUPERSCRIPTS)

    def _chain(self, style: str | None, kind: str) -> list[Any]:
        """A style and those that it is based on; the default one if there is none."""
        chain: list[Any] = []
        name = style if style in self._styles else self._default.get(kind)
        while name in self._styles and self._styles[name] not in chain:
            chain.append(self._styles[name])
            name = _value(chain[-1], "w:basedOn")
        return chain


class _Lists:
    """The numbers of lists."""

    def __init__(self, part: Any) -> None:
        self._levels: dict[str, dict[int, Level]] = {}
        self._styles: dict[tuple[str, str], int] = {}
        self._lists: dict[str, str] = {}
        self._counters: dict[str, Counter] = {}
        for root in _related(part, RELATIONSHIP_TYPE.NUMBERING):
            for abstract in root.iter(qn("w:abstractNum")):
                self._learn(abstract)
            for number in root.iter(qn("w:num")):
                self._lists[number.get(qn("w:numId"))] = _value(number, "w:abstractNumId") or ""

    def _learn(self, abstract: Any) -> None:
        name = abstract.get(qn("w:abstractNumId"))
        self._levels[name] = {}
        for level in abstract.iter(qn("w:lvl")):
            depth = int(level.get(qn("w:ilvl")))
            start = int(_value(level, "w:start") or 1)
            pattern = _value(level, "w:lvlText") or ""
            self._levels[name][depth] = Level(_value(level, "w:numFmt") or "decimal", pattern, start)
            if style := _value(level, "w:pStyle"):
                self._styles[name, style] = depth

    def marker(self, paragraph: Any, styles: list[Any]) -> str:
        """What stands before a paragraph; counts it. "" where it is in no list."""
        for source in (paragraph, *styles):
            number = _value(source, "w:pPr/w:numPr/w:numId")
            if number is not None:
                abstract = self._lists.get(number)
                if abstract is None or abstract not in self._levels:  # 0: it is taken out of its list
                    return ""
                style = next((one.get(qn("w:styleId")) for one in styles), "")
                depth = _value(source, "w:pPr/w:numPr/w:ilvl") or self._styles.get((abstract, style), 0)
                counter = self._counters.setdefault(abstract, Counter(self._levels[abstract]))
                return counter.marker(int(depth))
        return ""


def _cells(row: Any) -> Iterator[Any]:
    """A row's own cells, without those that one above reaches into."""
    for cell in row.iter(qn("w:tc")):
        merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
        goes_on = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
        if next(cell.iterancestors(qn("w:tr"))) is row and not goes_on:
            yield cell


def _table_of(row: Any) -> Any:
    return next(row.iterancestors(qn("w:tbl")))


def _notes_of(part: Any) -> dict[str, Any]:
    """Notes by the kind and the number that refer to them."""
    notes: dict[str, Any] = {}
    for kind, name in ((RELATIONSHIP_TYPE.FOOTNOTES, "footnote"), (RELATIONSHIP_TYPE.ENDNOTES, "endnote")):
        for root in _related(part, kind):
            for note in root.iter(qn(f"w:{name}")):
                notes[f"{qn(f'w:{name}Reference')}{note.get(qn('w:id'))}"] = note
    return notes


def _related(part: Any, kind: str) -> Iterator[Any]:
    for relationship in part.rels.values():
        if relationship.reltype == kind and not relationship.is_external:
            yield parse_xml(relationship.target_part.blob)


def _value(element: Any, path: str) -> str | None:
    """The `w:val` of what lies at a path below an element."""
    found = element.find("/".join(qn(name) for name in path.split("/")))
    return None if found is None else found.get(qn("w:val"))


def _is_on(sources: list[Any], path: str) -> bool:
    """Whether the first of some elements that sets a property sets it to true."""
    for source in sources:
        found = source.find("/".join(qn(name) for name in path.split("/")))
        if found is not None:
            return found.get(qn("w:val"), "true") not in ("false", "0", "off")
    return False
