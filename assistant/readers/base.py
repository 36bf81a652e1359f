"""What a reader of a format gives back, and what all readers share."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from assistant.limits import Limits
from assistant.records import Record, Span

BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
UNTOLD = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff]")  # what no text holds, or cannot be written as UTF-8

SUPERSCRIPTS = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
SUBSCRIPTS = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")
MAX_ROW_CHARACTERS = 600  # a longer row is a layout, not a row of figures


class Extract(Record):
    """What a reader found in a file."""

    text: str
    """The canonical text."""
    page_starts: tuple[int, ...] = ()
    """Offset at which each page begins, page 1 first; empty where the format has no pages."""
    blocks: tuple[Span, ...] | None = None
    """Paragraphs, headings, list items and table rows in reading order; None: the text has to tell them."""
    headings: tuple[Span, ...] = ()
    """Those of the blocks that are headings."""


class Reader(Protocol):
    """Reads the files of a format. What it gives back for the same bytes is always the same."""

    def __call__(self, file: Path, name: str, limits: Limits) -> Extract:
        """The content of `file`, which errors call `name`. Raises DocumentError; whatever else it raises is damage."""
        ...


class Block(NamedTuple):
    """A paragraph, heading, list item or table row on its way into an Extract."""

    text: str
    is_heading: bool = False
    page: int | None = None
    """Of its beginning, counted from 1; later pages begin at the form feeds in its text."""


def extract_of(blocks: list[Block], pages: int = 0) -> Extract:
    r"""The Extract of `blocks`, in order, with empty lines between them; those without text are left out.

    A form feed stands where a page begins; `pages` is how many there are, 0 in a format without them.

    >>> extract = extract_of([Block("Preise", True, 1), Block("Sie \nstei-\n\fgen.", page=1)], pages=2)
    >>> extract.text, extract.page_starts
    ('Preise\n\nSie\nstei-\n\x0cgen.', (0, 19))
    """
    parts: list[str] = []
    spans: list[Span] = []
    headings: list[Span] = []
    starts = [0] * min(pages, 1)
    length = 0
    for block in blocks:
        words = _tidy(block.text if pages else block.text.replace("\f", "\n"))
        if not words:
            continue
        begins_page = block.page is not None and block.page > len(starts)
        gap = ("\n\n\f" if begins_page else "\n\n") if parts else ""
        begin = length + len(gap)
        starts += [begin] * ((block.page or 0) - len(starts))
        starts += [begin + match.end() for match in re.finditer("\f", words)]
        spans.append(Span(begin, begin + len(words)))
        headings += [spans[-1]] * block.is_heading
        parts += [gap, words]
        length = begin + len(words)
    starts += [length] * (pages - len(starts))
    return Extract(text="".join(parts), page_starts=tuple(starts), blocks=tuple(spans), headings=tuple(headings))


def row_of(cells: Sequence[Sequence[Block]]) -> list[Block]:
    """A table's row as one block; its cells one after the other where they hold more than words, as in a layout.

    >>> row_of([[Block("Gewicht")], [], [Block("7,4 kg")]])
    [Block(text='Gewicht | 7,4 kg', is_heading=False, page=None)]
    """
    filled = [kept for cell in cells if (kept := [block for block in cell if block.text.strip()])]
    is_row = all(len(cell) == 1 and not cell[0].is_heading for cell in filled)
    if not filled or not is_row or sum(len(cell[0].text) for cell in filled) > MAX_ROW_CHARACTERS:
        return [block for cell in filled for block in cell]
    return [Block(" | ".join(" ".join(cell[0].text.split()) for cell in filled))]


def _tidy(words: str) -> str:
    """Without control characters, spaces at the ends of lines, and outer white space."""
    return re.sub(r"[ \t]+(?=[\n\f]|$)", "", UNTOLD.sub("", words)).strip()
