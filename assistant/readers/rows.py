"""Lines that stand beside each other: the rows of tables, cells apart, lines of a cell together."""

import re
from collections.abc import Sequence

from assistant.readers.lines import FINISHED, WIDER, Body, Line, goes_on

MARKER = re.compile(
    r"[•·▪■□●○◦‣➢✓–—∗‒*-]|\(?\w{1,5}[.)]|\d{1,2}(?:\.\d{1,2})+\.?|§\s*\d+|\[\d+\]"
)  # of an item or title
WORDS = 3  # least words of a cell that is told to go on by its unfinished sentence


class _Cell:
    """The lines of one, from top to bottom."""

    def __init__(self, line: Line) -> None:
        self.lines = [line]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    def is_over(self, line: Line) -> bool:
        """Whether a line below would stand in the same column."""
        left, right = min(one.left for one in self.lines), max(one.right for one in self.lines)
        return left - line.size < line.left and line.left < right and line.right > left

    def goes_on_in(self, line: Line) -> bool:
        """Whether its words surely, or its sentence very likely, go on in a line below."""
        last = self.lines[-1].text
        is_open = len(self.text.split()) >= WORDS and not FINISHED.search(last)
        is_end = FINISHED.search(line.text) is not None
        return not FINISHED.search(last) and (goes_on(last, line.text) or (is_open and is_end))


def rows_of(lines: Sequence[Line], body: Body) -> list[Line]:
    """The lines in their order, those beside each other joined; a cell's lines stay together, cells have bars between.

    What marks an item or numbers a title is no cell.
    """
    rows: list[list[_Cell]] = []
    for beside in _beside(lines):
        parts = [_Cell(line) for line in _marked(beside)]
        columns = _columns(rows[-1], parts, body) if rows else None
        if columns is None:
            rows.append(parts)
        else:
            for column, part in zip(columns, parts, strict=True):
                column.lines += part.lines
    return [_joined(row) for row in rows]


def _beside(lines: Sequence[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in lines:
        if rows and abs(rows[-1][-1].baseline - line.baseline) < 0.3 * min(rows[-1][-1].size, line.size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _marked(row: list[Line]) -> list[Line]:
    """The lines of a row, a marker before the words that it marks."""
    if len(row) > 1 and MARKER.fullmatch(row[0].text):
        return [_line([row[0], row[1]], " "), *row[2:]]
    return row


def _columns(row: Sequence[_Cell], parts: Sequence[_Cell], body: Body) -> list[_Cell] | None:
    """Those of the cells of a row that go on in the lines below it; None where these are another row."""
    below = [part.lines[0] for part in parts]
    last = min((cell.lines[-1] for cell in row), key=lambda line: line.baseline)
    distance = last.baseline - below[0].baseline
    if len(row) < 2 or not 0 < distance <= WIDER * body.distance * body.size:
        return None
    if any(abs(line.size - last.size) > 0.08 * body.size or line.is_doubtful != last.is_doubtful for line in below):
        return None
    found = [[cell for cell in row if cell.is_over(line)] for line in below]
    if any(len(cells) != 1 for cells in found) or len({id(cells[0]) for cells in found}) < len(found):
        return None
    columns = [cells[0] for cells in found]
    begins_later = row[0] not in columns
    is_wrapped = any(cell.goes_on_in(line) for cell, line in zip(columns, below, strict=True))
    return columns if begins_later or is_wrapped else None


def _joined(row: Sequence[_Cell]) -> Line:
    cells = [_line(cell.lines, "\n") for cell in row]
    return _line(cells, " | ") if len(cells) > 1 else row[0].lines[0]


def _line(lines: Sequence[Line], joint: str) -> Line:
    return lines[0]._replace(
        text=joint.join(line.text for line in lines),
        left=min(line.left for line in lines),
        right=max(line.right for line in lines),
        is_bold=all(line.is_bold for line in lines),
        is_row=len(lines) > 1 or lines[0].is_row,
        is_doubtful=any(line.is_doubtful for line in lines),
        is_unsure=any(line.is_unsure for line in lines),
    )
