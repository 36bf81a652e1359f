"""Numbers of list items and headings as a word processor shows them: 1., 1.2, c), iv."""

from collections.abc import Mapping
from typing import NamedTuple

BULLET = "•"
ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


class Level(NamedTuple):
    """How a level of a list is numbered."""

    kind: str
    """decimal, lowerLetter, upperLetter, lowerRoman, upperRoman; bullet; none."""
    pattern: str
    """What is shown, with the numbers of the levels as %1, %2 ..."""
    start: int = 1


class Counter:
    """Counts the items of one list."""

    def __init__(self, levels: Mapping[int, Level]) -> None:
        self._levels = levels
        self._numbers: dict[int, int] = {}

    def marker(self, depth: int) -> str:
        """What stands before the next item at a depth, from 0; "" where nothing does."""
        level = self._levels.get(depth, Level("bullet", BULLET))
        for deeper in [one for one in self._numbers if one > depth]:
            del self._numbers[deeper]
        for above in range(depth):
            self._numbers.setdefault(above, self._levels[above].start if above in self._levels else 1)
        self._numbers[depth] = self._numbers.get(depth, level.start - 1) + 1
        if level.kind in ("bullet", "none"):
            return BULLET if level.kind == "bullet" else ""
        shown = level.pattern
        for above in range(depth, -1, -1):  # %10 before %1
            kind = self._levels[above].kind if above in self._levels else "decimal"
            shown = shown.replace(f"%{above + 1}", in_figures(self._numbers[above], kind))
        return shown.strip()


def in_figures(number: int, kind: str) -> str:
    """A number as a kind of list shows it.

    >>> [in_figures(28, kind) for kind in ("decimal", "lowerLetter", "upperRoman")]
    ['28', 'bb', 'XXVIII']
    """
    if number < 1 or number > 3000:
        return str(number)
    match kind:
        case "lowerLetter" | "upperLetter":
            letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
            return letter if kind == "lowerLetter" else letter.upper()
        case "lowerRoman" | "upperRoman":
            roman = _roman(number)
            return roman if kind == "lowerRoman" else roman.upper()
        case _:
            return str(number)


def _roman(number: int) -> str:
    letters = "m" * (number // 1000)
    number %= 1000
    for value, letter in ((900, "cm"), (500, "d"), (400, "cd"), *ROMAN):
        letters += letter * (number // value)
        number %= value
    return letters
