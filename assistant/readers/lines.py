"""The lines of pages, what most of them look like, and whether the words of one go on in the next."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from assistant.full_stops import DETERMINERS_AND_PREPOSITIONS, NEAR, ends_sentence, first_word

WIDER = 1.3  # times the usual distance of lines: a paragraph ends
MOSTLY_BOLD = 0.4  # share of a document's characters from which on being bold says nothing
BULLET = re.compile(r"[•·▪■□●○◦‣➢✓–—∗‒*-]\s+\S")
NUMBERED = re.compile(r"(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})\)|\d{1,2}\.(?:\d{1,2}\.?)*|§\s*\d+)\s")
UNFINISHED = re.compile(r"[-,–(/&]$")
FINISHED = re.compile(r"[.!?…:;][\"'“”‘’»›«‹)\]]*(?:\[\d+\]|[¹²³⁰⁴-⁹])*$")


class Line(NamedTuple):
    """Words on one line of a page, in points from its lower left corner."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    is_bold: bool = False
    is_row: bool = False
    """Whether it was put together of cells."""
    is_doubtful: bool = False
    """Whether it may stand around the text, as a running line does."""
    is_unsure: bool = False
    """Whether a reader of the page may see something else there."""


class Body(NamedTuple):
    """What most of a document looks like."""

    size: float
    distance: float
    """From one line to the next, in sizes."""
    bold_says_something: bool


def body_size(pages: Sequence[Sequence[Line]]) -> float:
    """The size that most characters have, bold ones left out where there are others."""
    lines = [line for page in pages for line in page]
    sizes: Counter[float] = Counter()
    for line in [line for line in lines if not line.is_bold] or lines:
        sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 1.0


def body_of(pages: Sequence[Sequence[Line]]) -> Body:
    """What most lines of a document's pages look like."""
    size = body_size(pages)
    distances = [
        (above.baseline - below.baseline) / size
        for page in pages
        for above, below in pairwise(page)
        if above.size == below.size and 0.9 * size < above.baseline - below.baseline < 2.5 * size
    ]
    bold = sum(len(line.text) for page in pages for line in page if line.is_bold)
    total = sum(len(line.text) for page in pages for line in page)
    return Body(size, median(distances) if distances else 1.2, bold < MOSTLY_BOLD * total)


def goes_on(before: str, following: str) -> bool:
    """Whether the words of a line surely go on in the following one."""
    if before.endswith("-") or first_word(before.split()[-1]).lower() in DETERMINERS_AND_PREPOSITIONS:
        return True
    return not NUMBERED.match(following) and (following[:1].islower() or UNFINISHED.search(before) is not None)


def is_finished(before: str, following: str) -> bool:
    """Whether a sentence, or what introduces one, ends with a line: that of "am 3." goes on with "Oktober"."""
    found = FINISHED.search(before)
    if found is None or not found.group().startswith("."):
        return found is not None
    return ends_sentence(before[: found.start()][-NEAR:], first_word(following), is_closed=len(found.group()) > 1)
