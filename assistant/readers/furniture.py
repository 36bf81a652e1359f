"""What stands around the text of pages: running headers, footers, page numbers. It is told by coming again.

Whole rows are looked at, from the edge inwards, down to the first clear gap. What comes again without one, or stands
apart without coming again, is kept, but marked: no sentence is put together over it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.readers.layout import LARGER, SMALLER
from assistant.readers.lines import WIDER, Body, Line, body_of

EDGE = 0.11  # share of the page's height, at the top and at the bottom, that is looked at
AGAIN = 3  # pages that show it
SAME_PLACE = 4.0  # points
OFTEN = 0.6  # least share of the pages that have something that comes again at a place
SHORT = 80  # characters: no running line is longer
NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
PAGE_NUMBER = re.compile(r"(?:[-–—]\s*)?(?:(?:Seite|Page|S\.)\s*)?(\d+)(?:\s*(?:/|von|of)\s*\d+)?(?:\s*[-–—])?", re.I)
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

Row = list[Line]
Key = tuple[int, str, int]


def without_furniture(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> list[list[Line]]:
    """The lines of pages of these heights without running headers, footers and page numbers; doubtful ones marked."""
    body = body_of(pages)
    gap = WIDER * body.distance * body.size
    edges = [
        (_groups(page, height, gap, top=True), _groups(page, height, gap, top=False))
        for page, height in zip(pages, heights, strict=True)
    ]
    rows = [[row for groups in sides for group, _ in groups for row in group] for sides in edges]
    shown = Counter(
        key for number, found in enumerate(rows, 1) for key in {key for row in found for key in _keys(row, number)}
    )
    again = [
        [row for row in found if _comes_again(row, number, shown, len(pages))] for number, found in enumerate(rows, 1)
    ]
    places = Counter(place for found in again for place in {_place(row) for row in found})
    usual = {place for place, count in places.items() if count >= OFTEN * len(pages)}
    kept: list[list[Line]] = []
    for page, sides, found in zip(pages, edges, again, strict=True):
        gone: set[Line] = set()
        doubtful: set[Line] = set()
        for groups in sides:
            sure, unsure = _furniture(groups, found, usual, body)
            gone.update(sure)
            doubtful.update(unsure if len(pages) > 1 else ())
        kept.append([line._replace(is_doubtful=line in doubtful) for line in page if line not in gone])
    return kept


def _furniture(
    groups: list[tuple[list[Row], bool]], again: list[Row], usual: set[int], body: Body
) -> tuple[list[Line], list[Line]]:
    """Of the groups of rows at an edge the lines that surely stand around the text, and those that may."""
    sure: list[Line] = []
    for group, is_apart in groups:
        lines = [line for row in group for line in row]
        if any(line.size > LARGER * body.size for line in lines):
            break
        if is_apart and all(row in again and _place(row) in usual for row in group):
            sure += lines
            continue
        is_doubtful = _is_doubtful(group, comes_again=group[0] in again, is_apart=is_apart, body=body)
        return sure, (lines if is_apart else group[0]) if is_doubtful else []
    return sure, []


def _groups(page: Sequence[Line], height: float, gap: float, *, top: bool) -> list[tuple[list[Row], bool]]:
    """The rows in an edge of a page, from the outermost inwards, parted at clear gaps; and if one ends each group."""
    rows: list[Row] = []
    for line in sorted(page, key=lambda line: -line.baseline if top else line.baseline):
        if rows and abs(rows[-1][0].baseline - line.baseline) < SAME_PLACE:
            rows[-1].append(line)
        else:
            rows.append([line])
    groups: list[tuple[list[Row], bool]] = []
    group: list[Row] = []
    for row, following in zip(rows, [*rows[1:], None], strict=False):
        if EDGE * height < row[0].baseline < (1 - EDGE) * height:
            break
        group.append(row)
        is_last = len(group) == 1 if following is None else abs(row[0].baseline - following[0].baseline) >= gap
        if is_last:
            groups.append((group, True))
            group = []
    return [*groups, (group, False)] if group else groups


def _place(row: Row) -> int:
    return round(row[0].baseline / SAME_PLACE)


def _text(row: Row) -> str:
    return " ".join(line.text for line in sorted(row, key=lambda line: line.left))


def _keys(row: Row, page: int) -> Iterator[Key]:
    """What a row has in common with its like on other pages: its words, one of its numbers may be the page's."""
    text = _text(row)
    yield _place(row), text, 0
    for match in NUMBER.finditer(text):
        yield _place(row), f"{text[: match.start()]}#{text[match.end() :]}", _value(match.group()) - page


def _comes_again(row: Row, page: int, shown: Counter[Key], pages: int) -> bool:
    """Whether other pages show it, too; two are enough for a page number where there are no more."""
    if len(_text(row)) > SHORT:
        return False
    wanted = min(AGAIN, max(pages, 2)) if PAGE_NUMBER.fullmatch(_text(row)) else AGAIN
    return any(shown[key] >= wanted for key in _keys(row, page))


def _is_doubtful(group: list[Row], *, comes_again: bool, is_apart: bool, body: Body) -> bool:
    """Whether an edge's outermost rows may be no part of the text; those of a footnote are, of another kind."""
    if is_apart:
        is_note = group[0][0].baseline < group[-1][0].baseline or len(group) == 1
        return not (is_note and all(line.size < SMALLER * body.size for row in group for line in row))
    outermost, following = (row[0] for row in (group * 2)[:2])
    is_alike = abs(outermost.size - following.size) < 0.08 * body.size and abs(outermost.left - following.left) < 1
    return PAGE_NUMBER.fullmatch(_text(group[0])) is not None or (comes_again and not is_alike)


def _value(number: str) -> int:
    if number.isdecimal():
        return int(number)
    values = [ROMAN[letter] for letter in number.lower()]
    return sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))
