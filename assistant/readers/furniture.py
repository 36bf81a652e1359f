"""What stands around the text of pages: running headers and footers, page numbers. It is told by coming again."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.readers.layout import LARGER, Line, body_size

EDGE = 0.11  # share of the page's height, at the top and at the bottom, that is looked at
AGAIN = 3  # pages that show it
SAME_PLACE = 4.0  # points
OFTEN = 0.6  # share of the pages that have something at a place, where the rest there is of the same kind
NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
PAGE_NUMBER = re.compile(r"(?:[-–—]\s*)?(?:(?:Seite|Page|S\.)\s*)?(\d+)(?:\s*(?:/|von|of)\s*\d+)?(?:\s*[-–—])?", re.I)
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def without_furniture(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> list[list[Line]]:
    """The lines of pages of these heights without running headers, footers and page numbers."""
    largest = LARGER * body_size(pages)
    edges = [
        [line for line in page if line.size <= largest and not EDGE * height < line.baseline < (1 - EDGE) * height]
        for page, height in zip(pages, heights, strict=True)
    ]
    shown = Counter(
        key for number, edge in enumerate(edges, 1) for key in {key for line in edge for key in _keys(line, number)}
    )
    wanted = AGAIN if len(pages) > AGAIN else 2
    again = [
        [line for line in edge if any(shown[key] >= wanted for key in _keys(line, number))]
        for number, edge in enumerate(edges, 1)
    ]
    places = Counter(place for lines in again for place in {_place(line) for line in lines})
    usual = {place for place, count in places.items() if len(pages) > AGAIN and count >= OFTEN * len(pages)}
    kept: list[list[Line]] = []
    for number, (page, edge, lines) in enumerate(zip(pages, edges, again, strict=True), 1):
        gone = {*lines, *(line for line in edge if _place(line) in usual or _is_number_of(line, number))}
        kept.append([line for line in page if line not in gone])
    return kept


def _place(line: Line) -> int:
    return round(line.baseline / SAME_PLACE)


def _keys(line: Line, page: int) -> Iterator[tuple[int, str, int]]:
    """What a line has in common with its like on other pages: its words, one of its numbers may be the page's."""
    yield _place(line), line.text, 0
    for match in NUMBER.finditer(line.text):
        yield _place(line), f"{line.text[: match.start()]}#{line.text[match.end() :]}", _value(match.group()) - page


def _value(number: str) -> int:
    if number.isdecimal():
        return int(number)
    values = [ROMAN[letter] for letter in number.lower()]
    return sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))


def _is_number_of(line: Line, page: int) -> bool:
    match = PAGE_NUMBER.fullmatch(line.text.strip())
    return match is not None and int(match.group(1)) == page
