"""DOCX, by python-docx: paragraphs, lists with their numbers, tables row by row, footnotes behind their paragraphs."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from lxml import etree

from assistant.limits import Limits
from assistant.readers.archive import opened, refuse_entities
from assistant.readers.base import SUPERSCRIPTS, Block, Extract, extract_of
from assistant.readers.docx_lists import Lists
from assistant.readers.placed import WIDEST, placed_row_of
from assistant.readers.signs import LOST, in_font, lowered, raised
from assistant.readers.wordprocessing import (
    cells,
    font,
    goes_on,
    is_afloat,
    is_deleted,
    is_on,
    is_set,
    look,
    related,
    runs_on,
    table_of,
    value,
)

HEADING = re.compile(r"(?:heading [1-9]|title|subtitle)$", re.I)
CONTENTS = re.compile(r"(?:toc (?:[1-9]|heading)|table of figures)$", re.I)
NOT_SHOWN = {qn(f"w:{name}") for name in ("del", "moveFrom", "instrText", "rPr", "pPr", "sdtPr", "delText")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same again, for older programs
}
SIGNS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
SHOWN_AS = {qn(name): sign for name, sign in SIGNS.items()}
NO_WORDS = {qn(name) for name in ("m:oMath", "w:object", "w:ruby", "w:pgNum", "w:contentPart", "wp:inline")}
RUN, TEXT, PICTURE, FIELD, BOX = (qn(f"w:{name}") for name in ("r", "t", "pict", "fldChar", "txbxContent"))
SILENT_FIELDS = {"XE", "TC", "TA", "RD", "SET", "ASK", "NEXT", "NEXTIF", "SKIPIF", "PRIVATE"}
DRAWN_FIELDS = {"EQ", "SYMBOL", "FORMCHECKBOX", "FORMDROPDOWN", "MACROBUTTON", "GOTOBUTTON", "LISTNUM", "ADVANCE"}
NOTES = {RELATIONSHIP_TYPE.FOOTNOTES: "footnote", RELATIONSHIP_TYPE.ENDNOTES: "endnote"}
BODY_LEVEL = 9  # outline level of text that is no heading


def read(file: Path, name: str, limits: Limits) -> Extract:
    """What it shows, with headings by their styles; no tables of contents, nothing hidden or deleted.

    A paragraph or row is left out where it shows what is no text (formulas, pictures) or what is struck out.

    Raises DocumentDamaged, DocumentEncrypted or DocumentBeyondLimit.
    """
    with opened(file, name, limits):
        document = docx.Document(str(file))
    parts = [related(document.part, kind) for kind in (RELATIONSHIP_TYPE.STYLES, RELATIONSHIP_TYPE.NUMBERING, *NOTES)]
    for root in chain([document.element], *parts):
        refuse_entities(root, etree.QName(root).localname, name)
    walk = _Walk(document)
    return extract_of([block for block in walk.blocks_in(document.element.body) if LOST not in block.text])


class _Walk:
    """Goes through a document's elements, counting its lists and notes."""

    def __init__(self, document: Any) -> None:
        self._styles = {style.element.get(qn("w:styleId")): style.element for style in document.styles}
        default = [one for one in self._styles.values() if one.get(qn("w:default")) == "1"]
        self._default = {one.get(qn("w:type")): one.get(qn("w:styleId")) for one in default}
        self._every_run = document.styles.element.findall(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}")
        self._lists = Lists(document.part)
        self._notes = _notes_of(document.part)
        self._cited: list[tuple[str, str]] = []  # marks and notes of the paragraph that is read
        self._note_number = 0
        self._fields: list[_Field] = []  # those that the place which is read stands in
        self._runs_on = False

    def blocks_in(self, element: Any) -> Iterator[Block]:
        """The blocks in a body, a cell, a text box or a note."""
        for child in element:
            if child.tag == qn("w:p"):
                yield from self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                above: dict[int, list[Block]] = {}
                for row in child.iter(qn("w:tr")):
                    if table_of(row) is child:
                        yield from self._row(row, above)
            elif child.tag not in NOT_SHOWN:
                yield from self.blocks_in(child)

    def _row(self, row: Any, above: dict[int, list[Block]]) -> list[Block]:
        """A row; `above` is what each column last showed."""
        is_left_out = is_on([row], "w:trPr/w:hidden") or row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None
        places: list[list[Block]] = [[]] * min(int(value(row, "w:trPr/w:gridBefore") or 0), WIDEST)
        own: list[list[Block]] = []
        for cell in cells(row):
            if goes_on(cell):
                blocks = above.get(len(places), [])
            else:
                blocks = [Block(LOST)] if is_left_out or is_deleted(cell) else list(self.blocks_in(cell))
                own.append(blocks)
            for _ in range(min(int(value(cell, "w:tcPr/w:gridSpan") or 1), WIDEST)):
                above[len(places)] = blocks
                places.append(blocks)
        return [] if is_left_out else placed_row_of(places, own)

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        styles = self._chain(value(paragraph, "w:pPr/w:pStyle"), "paragraph")
        names = [value(style, "w:name") or "" for style in styles]
        if any(CONTENTS.match(name) for name in names):
            return
        self._fields = []
        words = "".join(self._words(paragraph, styles)).strip()
        was_running, self._runs_on = self._runs_on, runs_on(paragraph) and (bool(words) or self._runs_on)
        if words and (was_running or self._runs_on):
            words = LOST
        is_counted = bool(words) or not runs_on(paragraph)  # an empty item has its number too
        numbered = self._lists.marker(paragraph, styles) if is_counted else ""
        level = next(
            (one for one in (value(source, "w:pPr/w:outlineLvl") for source in (paragraph, *styles)) if one), "9"
        )
        is_heading = any(HEADING.match(name) for name in names) or int(level) < BODY_LEVEL
        yield Block(f"{numbered} {words}".strip() if words else "", is_heading)
        notes, self._cited = self._cited, []
        for mark, note in notes:
            for block in self.blocks_in(self._notes[note]):
                yield block._replace(text=f"{mark} {block.text}".strip())
        for box in paragraph.iter(qn("w:txbxContent")):
            is_own = next(box.iterancestors(qn("w:p"))) is paragraph
            if is_own and not any(parent.tag in NOT_SHOWN for parent in box.iterancestors()):
                yield from self.blocks_in(box)

    def _words(self, element: Any, styles: list[Any]) -> Iterator[str]:
        for child in element:
            if child.tag == RUN:
                yield self._run(child, styles)
            else:
                yield from self._other(child, styles)

    def _other(self, element: Any, styles: list[Any]) -> Iterator[str]:
        """What is shown by an element that is neither a run nor text."""
        if element.tag in NOT_SHOWN or element.tag == BOX:
            return
        is_picture = element.tag == PICTURE and not is_afloat(element)
        if (
            element.tag in NO_WORDS
            or is_picture
            or DRAWN_FIELDS & {*(element.get(qn("w:instr")) or "").upper().split()}
        ):
            yield LOST
        else:
            yield from self._words(element, styles)

    def _run(self, run: Any, styles: list[Any]) -> str:
        looks = self._looks([run, *self._chain(value(run, "w:rPr/w:rStyle"), "character"), *styles])
        if is_set(looks, "vanish") or is_set(looks, "specVanish"):
            return ""
        words = "".join(self._shown(run, styles, looks))
        if words.strip() and (is_set(looks, "strike") or is_set(looks, "dstrike")):
            return LOST
        height = look(looks, "vertAlign")
        shift = look(looks, "position").strip()
        if height == "superscript" or re.match(r"\+?[1-9]", shift):
            return raised(words)
        return lowered(words) if height == "subscript" or shift.startswith("-") else words

    def _shown(self, run: Any, styles: list[Any], looks: dict[Any, Any]) -> Iterator[str]:
        for child in run:
            if child.tag == FIELD:
                yield self._field(child)
            elif child.tag == qn("w:instrText") and self._fields:
                self._fields[-1].instruction += child.text or ""
            elif not all(field.is_shown for field in self._fields):
                continue  # a field's result that only another field's instruction uses
            elif child.tag == TEXT:
                yield in_font("".join(child.xpath("text()")), font(looks))
            elif child.tag == qn("w:sym"):
                code = child.get(qn("w:char")) or ""
                sign = chr(int(code, 16)) if re.fullmatch("[0-9A-Fa-f]{1,4}", code) else LOST
                yield in_font(sign, child.get(qn("w:font")) or "")
            elif child.tag in SHOWN_AS:
                yield SHOWN_AS[child.tag]
            elif child.tag in (qn("w:footnoteReference"), qn("w:endnoteReference")):
                yield self._reference(child)
            else:
                yield from self._other(child, styles)

    def _field(self, mark: Any) -> str:
        """Keeps in mind which fields a place stands in; LOST at the end of one whose result is no text."""
        kind = mark.get(qn("w:fldCharType"))
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].is_shown = True
        elif kind == "end" and self._fields:
            field = self._fields.pop()
            name = next(iter(field.instruction.upper().split()), "")
            is_lost = name in DRAWN_FIELDS or (not field.is_shown and name not in SILENT_FIELDS)
            return LOST if is_lost and all(outer.is_shown for outer in self._fields) else ""
        return ""

    def _looks(self, sources: list[Any]) -> dict[Any, Any]:
        """The properties of text by their names; the first source that sets one counts."""
        looks: dict[Any, Any] = {}
        for source in reversed([*sources, *self._every_run]):
            for properties in source.findall(qn("w:rPr")):
                looks.update((one.tag, one) for one in properties)
        return looks

    def _reference(self, reference: Any) -> str:
        note = f"{reference.tag}{reference.get(qn('w:id'))}"
        if note not in self._notes:
            return ""
        mark = ""
        if reference.get(qn("w:customMarkFollows"), "0") in ("0", "false", "off"):
            self._note_number += 1
            mark = str(self._note_number).translate(SUPERSCRIPTS)
        self._cited.append((mark, note))
        return mark

    def _chain(self, style: str | None, kind: str) -> list[Any]:
        """A style and those that it is based on; the default one if there is none."""
        chain: list[Any] = []
        name = style if style in self._styles else self._default.get(kind)
        while name in self._styles and self._styles[name] not in chain:
            chain.append(self._styles[name])
            name = value(chain[-1], "w:basedOn")
        return chain


class _Field:
    """A field: what it is told to show, and whether its result has begun."""

    def __init__(self) -> None:
        self.instruction, self.is_shown = "", False


def _notes_of(part: Any) -> dict[str, Any]:
    """Notes by the kind and the number that refer to them."""
    notes: dict[str, Any] = {}
    for kind, name in NOTES.items():
        for root in related(part, kind):
            for note in root.iter(qn(f"w:{name}")):
                notes[f"{qn(f'w:{name}Reference')}{note.get(qn('w:id'))}"] = note
    return notes
