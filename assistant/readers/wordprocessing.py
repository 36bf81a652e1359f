"""What the elements of a DOCX say: values of properties, looks of text, cells of tables."""

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml


def cells(row: Any) -> Iterator[Any]:
    """A row's own cells."""
    return (cell for cell in row.iter(qn("w:tc")) if next(cell.iterancestors(qn("w:tr"))) is row)


def goes_on(cell: Any) -> bool:
    """Whether it belongs to the cell above it."""
    merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return merge is not None and merge.get(qn("w:val"), "continue") == "continue"


def is_deleted(cell: Any) -> bool:
    """Whether a tracked change takes a cell away or merges it."""
    return any(cell.find(f"{qn('w:tcPr')}/{qn(name)}") is not None for name in ("w:cellDel", "w:cellMerge"))


def runs_on(paragraph: Any) -> bool:
    """Whether the next paragraph is shown as its end: its mark is deleted or hidden, or it is a large first letter."""
    marks = ("w:rPr/w:del", "w:rPr/w:moveFrom", "w:rPr/w:vanish")
    frame = paragraph.find(f"{qn('w:pPr')}/{qn('w:framePr')}")
    is_initial = frame is not None and frame.get(qn("w:dropCap"), "none") != "none"
    return is_initial or any(is_on([paragraph], f"w:pPr/{mark}") for mark in marks)


def is_afloat(picture: Any) -> bool:
    """Whether a picture stands beside the text and not in it."""
    return any("position:absolute" in (shape.get("style") or "").replace(" ", "") for shape in picture)


def table_of(row: Any) -> Any:
    """The innermost table that a row stands in."""
    return next(row.iterancestors(qn("w:tbl")))


def related(part: Any, kind: str) -> Iterator[Any]:
    """The trees of the parts that a part refers to as a kind."""
    for relationship in part.rels.values():
        if relationship.reltype == kind and not relationship.is_external:
            yield parse_xml(relationship.target_part.blob)


def value(element: Any, path: str) -> str | None:
    """The `w:val` of what lies at a path below an element."""
    found = element.find("/".join(qn(name) for name in path.split("/")))
    return None if found is None else found.get(qn("w:val"))


def is_on(sources: list[Any], path: str) -> bool:
    """Whether the first of some elements that sets a property sets it to true."""
    for source in sources:
        found = source.find("/".join(qn(name) for name in path.split("/")))
        if found is not None:
            return found.get(qn("w:val"), "true") not in ("false", "0", "off")
    return False


def is_set(looks: dict[Any, Any], name: str) -> bool:
    """Whether a property of text that is on or off is on."""
    found = looks.get(qn(f"w:{name}"))
    return found is not None and found.get(qn("w:val"), "true") not in ("false", "0", "off")


def look(looks: dict[Any, Any], name: str) -> str:
    """The value of a property of text; "" if it has none."""
    found = looks.get(qn(f"w:{name}"))
    return "" if found is None else found.get(qn("w:val"), "")


def font(looks: dict[Any, Any]) -> str:
    """The name of the font of text; "" where only a theme tells it."""
    fonts = looks.get(qn("w:rFonts"))
    return "" if fonts is None else fonts.get(qn("w:ascii")) or fonts.get(qn("w:hAnsi")) or ""
