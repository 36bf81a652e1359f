"""From lines at places on pages to blocks in reading order: columns, paragraphs, headings, sentences over page breaks.

A column is told by the gap beside it, a paragraph by its distance, its indent, or a line that ends though the next
word would have fitted.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from assistant.readers.base import Block
from assistant.readers.lines import (
    BULLET,
    FINISHED,
    NUMBERED,
    UNFINISHED,
    WIDER,
    Body,
    Line,
    body_of,
    goes_on,
    is_finished,
)
from assistant.readers.rows import rows_of

LARGER = 1.12  # times the body's size: a heading's size
SMALLER = 0.93  # times the body's size: a footnote's
MUCH_WIDER = 1.8  # the same, where the words go on
GUTTER = 0.8  # least width of the gap between columns, in sizes of the body
COLUMN_LINES = 4  # least lines of a column
MOST_CUTS = 12
ROW_LINES = 3  # lines that a table's row may begin below the first line of its other cells
COLUMN_CHARACTERS = 18  # least length of its lines, at the median: a table's cells are shorter
MAX_HEADING_CHARACTERS = 160
LEADERS = re.compile(r"(?:\.[ \u00a0]?){5,}\s*\S{0,6}$")  # a table of contents: title . . . . . 12


class _Paragraph(NamedTuple):
    lines: list[Line]
    page: int
    joints: list[str]
    """What stands behind each line but the last: a line end, or a page's end, too."""

    @property
    def is_doubtful(self) -> bool:
        return self.lines[0].is_doubtful

    @property
    def text(self) -> str:
        words = [line.text for line in self.lines]
        return words[0] + "".join(joint + word for joint, word in zip(self.joints, words[1:], strict=True))


def blocks_of(pages: Sequence[Sequence[Line]], titles: Sequence[Collection[str]] = ()) -> list[Block]:
    """The blocks of a document's pages; `titles` are those of its outline that stand on each page."""
    body = body_of(pages)
    paragraphs: list[_Paragraph] = []
    for number, page in enumerate(pages, 1):
        for region in _regions(_without_contents(page), body):
            found = [_Paragraph(lines, number, ["\n"] * (len(lines) - 1)) for lines in _paragraphs(region, body)]
            is_sure = found and paragraphs and not (found[0].is_doubtful or paragraphs[-1].is_doubtful)
            if is_sure and (at := _unfinished(paragraphs, found[0], body)) is not None:
                _join(paragraphs, at, found.pop(0), number)
            paragraphs += found
    paragraphs = _without_unsure(_without_torn(paragraphs, body), body)
    named = [title for page in titles for title in page]
    return [
        Block(one.text, _is_heading(one, body, titles[one.page - 1] if named else None), one.page) for one in paragraphs
    ]


def _without_contents(page: Sequence[Line]) -> list[Line]:
    """The lines without the entries of a table of contents and their page numbers."""
    entries = {round(line.baseline) for line in page if LEADERS.search(line.text)}
    return [line for line in page if round(line.baseline) not in entries]


# --- columns -----------------------------------------------------------------------------------------------------


def _regions(lines: Sequence[Line], body: Body) -> Iterator[list[Line]]:
    """The lines of a page in runs that are read one after the other, each from top to bottom."""
    if not lines:
        return
    ordered = sorted(lines, key=lambda line: (-line.baseline, line.left))
    at = _gutter(lines, body)
    if at is not None:
        for side in _sides(lines, at):
            yield from _regions(side, body)
        return
    for height in _cuts(ordered, body):
        above = [line for line in lines if line.baseline > height]
        below = [line for line in lines if line.baseline < height]
        at = _gutter(above, body) or _gutter(below, body)
        if at is not None:
            left, right = _sides(lines, at)
            first, second = (left, right) if [*lines] == [*left, *right] else (above, below)  # a cut may tear a column
            yield from _regions(first, body)
            yield from _regions(second, body)
            return
    yield rows_of(lines if _is_in_order(lines, body) else ordered, body)


def _gutter(lines: Sequence[Line], body: Body) -> float | None:
    """The middle of a gap from top to bottom with a column of prose on both sides; None where there is none.

    One that is too short to tell is a column where the file has it behind the other one.
    """
    spans = sorted((line.left, line.right) for line in lines)
    end = spans[0][1] if spans else 0.0
    for left, right in spans:
        if left - end >= GUTTER * body.size:
            at = (left + end) / 2
            sides = _sides(lines, at)
            columns = [_is_column(side) for side in sides]
            if all(columns) or (any(columns) and [*lines] == [*sides[0], *sides[1]]):
                return at
        end = max(end, right)
    return None


def _sides(lines: Sequence[Line], at: float) -> tuple[list[Line], list[Line]]:
    """The lines before and behind a place in their breadth."""
    return [line for line in lines if line.right <= at], [line for line in lines if line.left >= at]


def _is_column(lines: Sequence[Line]) -> bool:
    heights = {round(line.baseline) for line in lines}
    return len(heights) >= COLUMN_LINES and median(len(line.text) for line in lines) >= COLUMN_CHARACTERS


def _cuts(lines: Sequence[Line], body: Body) -> list[float]:
    """Heights at which a page may be cut across, widest gaps first: what reaches over columns ends there."""
    gaps = [
        (above.baseline - below.baseline, (above.baseline + below.baseline) / 2) for above, below in pairwise(lines)
    ]
    wide = sorted((gap for gap in gaps if gap[0] > 0.9 * body.distance * body.size), key=lambda gap: -round(gap[0], 1))
    return [height for _, height in wide[:MOST_CUTS]]


def _is_in_order(lines: Sequence[Line], body: Body) -> bool:
    """Whether lines come in reading order: a row of a table may begin below its other cells, but not by much."""
    most = ROW_LINES * body.distance * body.size
    return all(below.baseline - above.baseline < most for above, below in pairwise(lines))


# --- paragraphs --------------------------------------------------------------------------------------------------


def _paragraphs(lines: Sequence[Line], body: Body) -> Iterator[list[Line]]:
    margins = _margins(lines, body)
    paragraph: list[Line] = []
    for line, margin in zip(lines, [0.0, *margins], strict=False):  # the margin is that of the line before
        if paragraph and _begins(paragraph, line, margin, body):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _margins(lines: Sequence[Line], body: Body) -> list[float]:
    """Of each line how far to the right the lines around it reach that begin where it does."""
    margins: list[float] = []
    start = 0
    for end in range(1, len(lines) + 1):
        is_over = end == len(lines) or abs(lines[end].left - lines[end - 1].left) > 2 * body.size
        if is_over:
            margins += [max(line.right for line in lines[start:end])] * (end - start)
            start = end
    return margins


def _begins(paragraph: Sequence[Line], line: Line, margin: float, body: Body) -> bool:
    """Whether `line` begins another paragraph, where the lines beside the one before it reach up to `margin`."""
    before = paragraph[-1]
    if before.is_doubtful != line.is_doubtful:
        return True
    if abs(before.size - line.size) > 0.08 * body.size or before.is_bold != line.is_bold:
        return True
    has_end = is_finished(before.text, line.text)
    has_more = goes_on(before.text, line.text)
    widest = (MUCH_WIDER if has_more and not has_end else WIDER) * body.distance * max(line.size, 0.9 * body.size)
    if before.baseline - line.baseline > widest:
        return True
    if BULLET.match(line.text) or line.is_row:
        return True
    begins_a_row = before.left - line.left > 2.5 * body.size or (before.is_row and line.left - before.left < body.size)
    if begins_a_row and len(paragraph) > 1 - before.is_row and not UNFINISHED.search(before.text):
        return True
    if has_more:
        return False
    has_room = _has_room(before, line, margin)
    is_indented = line.left - paragraph[0].left > 0.8 * body.size and len(paragraph) > 1
    if has_end and (is_indented or NUMBERED.match(line.text)):
        return True
    return has_room and before.size <= LARGER * body.size


def _has_room(before: Line, line: Line, margin: float) -> bool:
    """Whether the first word of `line` would have fitted on the line before it."""
    width = (line.right - line.left) / max(len(line.text), 1)
    return before.right + width * (1.4 * len(line.text.split(maxsplit=1)[0]) + 2) < margin


# --- over the ends of columns and pages --------------------------------------------------------------------------


def _unfinished(paragraphs: Sequence[_Paragraph], following: _Paragraph, body: Body) -> int | None:
    """Position of the paragraph that goes on in `following`, which begins a column; None: none does."""
    at = len(paragraphs) - 1
    while at > 0 and paragraphs[at].lines[0].size < SMALLER * body.size and paragraphs[at].page == paragraphs[-1].page:
        at -= 1  # footnotes
    before, first = paragraphs[at].lines[-1], following.lines[0]
    is_alike = abs(before.size - first.size) <= 0.08 * body.size and before.is_bold == first.is_bold
    if not is_alike or BULLET.match(first.text) or first.size > LARGER * body.size:
        return None
    if is_finished(before.text, first.text) and not first.text[:1].islower():
        return None
    has_more = goes_on(before.text, first.text)
    beside = [line for one in paragraphs if one.page == paragraphs[at].page for line in one.lines]
    margin = max(line.right for line in beside if abs(line.left - before.left) < 4 * body.size)
    return at if has_more or not (_has_room(before, first, margin) or NUMBERED.match(first.text)) else None


def _join(paragraphs: list[_Paragraph], at: int, following: _Paragraph, page: int) -> None:
    """Go on with a paragraph; footnotes that stand behind it come before it, so that pages stay in order."""
    begun = paragraphs.pop(at)
    last_page = begun.page + sum(joint.count("\f") for joint in begun.joints)
    joint = "\n" + "\f" * (page - last_page)
    lines, joints = [*begun.lines, *following.lines], [*begun.joints, joint, *following.joints]
    paragraphs.append(_Paragraph(lines, begun.page, joints))


def _without_torn(paragraphs: Sequence[_Paragraph], body: Body) -> list[_Paragraph]:
    """The paragraphs without those that doubtful lines may tear apart, and without the doubtful lines there."""
    gone: set[int] = set()
    own = [at for at, one in enumerate(paragraphs) if not one.is_doubtful]
    for before, after in pairwise([-1, *own, len(paragraphs)]):
        if after - before == 1:
            continue
        while before > 0 and paragraphs[before].lines[0].size < SMALLER * body.size:
            before -= 1  # footnotes
        first = [paragraphs[after]] if after < len(paragraphs) else []
        doubtful = [paragraphs[at] for at in range(before + 1, after) if paragraphs[at].is_doubtful]
        is_begun = before >= 0 and _is_begun(paragraphs[before], body)
        if is_begun or any(one.text[:1].islower() for one in [*doubtful, *first]):
            gone |= {at for at in range(before + 1, after + 1) if at == after or paragraphs[at].is_doubtful}
            gone |= {before} if is_begun else set()
    return [one for at, one in enumerate(paragraphs) if at not in gone]


def _without_unsure(paragraphs: Sequence[_Paragraph], body: Body) -> list[_Paragraph]:
    """The paragraphs without those of which another text may be seen, and what of their sentences stands beside."""
    gone: set[int] = set()
    for at, one in enumerate(paragraphs):
        if any(line.is_unsure for line in one.lines):
            gone.add(at)
            gone |= {at - 1} if at and _is_begun(paragraphs[at - 1], body) else set()
            gone |= {at + 1} if at + 1 < len(paragraphs) and _may_go_on(one, paragraphs[at + 1], body) else set()
    return [one for at, one in enumerate(paragraphs) if at not in gone]


def _may_go_on(paragraph: _Paragraph, following: _Paragraph, body: Body) -> bool:
    """Whether the words of a paragraph or of a row's cell may go on in the following one."""
    if following.text[:1].islower():
        return True
    distance = paragraph.lines[-1].baseline - following.lines[0].baseline
    is_near = distance <= MUCH_WIDER * body.distance * body.size * (1 + paragraph.text.count("\n"))
    return is_near and not FINISHED.search(paragraph.text)


def _is_begun(paragraph: _Paragraph, body: Body) -> bool:
    """Whether its last sentence may go on behind it: a row's or a heading's does not."""
    last = paragraph.lines[-1]
    return not (last.is_row or last.size > LARGER * body.size or FINISHED.search(last.text))


# --- headings ----------------------------------------------------------------------------------------------------


def _is_heading(paragraph: _Paragraph, body: Body, titles: Collection[str] | None) -> bool:
    """Whether it is one by its size, or by the outline; where there is none, by being bold."""
    text, line = paragraph.text, paragraph.lines[0]
    if len(text) > MAX_HEADING_CHARACTERS or not re.search(r"[^\W\d_]{2}", text) or line.is_row:
        return False
    if line.size > LARGER * body.size:
        return True
    if titles is not None:
        plain = plain_title(text)
        return any(title and plain.endswith(title) and len(plain) - len(title) < 12 for title in titles)
    return line.is_bold and body.bold_says_something and len(paragraph.lines) < 3 and not FINISHED.search(text)


def plain_title(text: str) -> str:
    """A title's letters and digits, by which that of an outline is found on its page."""
    return "".join(letter for letter in re.sub(r"-\s*\n", "", text).casefold() if letter.isalnum())
