"""Labels of the items of HTML lists, and raised and lowered figures, in plain text."""

import re
from typing import Any

from assistant.readers.base import SUBSCRIPTS, SUPERSCRIPTS
from assistant.readers.numbering import in_figures

BULLET = "• "
KINDS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
WHOLE = re.compile(r"\s*-?\d{1,6}\s*")
RAISED = SUPERSCRIPTS | str.maketrans("−n", "⁻ⁿ")
LOWERED = SUBSCRIPTS | str.maketrans("−", "₋")


class Listing:
    """Labels the items of one `ol`, `ul` or `menu`."""

    def __init__(self, element: Any, labels: str | None) -> None:
        """`labels` stands before every item; None: they are numbered."""
        self._labels = labels
        self._kind = element.get("type", "1")
        self._step = -1 if element.get("reversed") is not None else 1
        start = element.get("start", "")
        self._next = int(start) if WHOLE.fullmatch(start) else 1
        if self._step < 0 and not WHOLE.fullmatch(start):
            self._next = sum(child.tag == "li" for child in element)

    def marker(self, item: Any) -> str:
        """What stands before an item, with a space behind it."""
        if self._labels is not None:
            return self._labels
        value = item.get("value", "")
        number = int(value) if WHOLE.fullmatch(value) else self._next
        self._next = number + self._step
        return f"{in_figures(number, KINDS.get(item.get('type', self._kind), 'decimal'))}. "


def raised_form(words: str, before: str, name: str) -> str | None:
    """The words of a `sup` or `sub` behind `before`, so that 10⁶ is not 106; None where plain text cannot tell.

    >>> raised_form("6", "10", "sup"), raised_form("2", "H", "sub"), raised_form("[3]", "Satz.", "sup")
    ('⁶', '₂', '[3]')
    >>> raised_form("a", "§ 5", "sup"), raised_form("1/2", "5", "sup"), raised_form("max", "v", "sub")
    (None, None, 'max')
    """
    bare = words.strip()
    if name == "sup" and re.fullmatch(r"[0-9+()n−-]+", bare):
        return bare.translate(RAISED)
    if name == "sub" and re.fullmatch(r"[0-9+()−-]+", bare):
        return bare.translate(LOWERED)
    is_mark = not re.search(r"\w", bare) or re.fullmatch(r"(?:\[[^\[\]]*\]\s*)+", bare)
    is_apart = before[-1:].strip() == "" and not bare[:1].isdigit()
    is_ordinal = bare in ("st", "nd", "rd", "th") and before[-1:].isdigit()
    ends_word = before[-1:].isalpha() and bare.isalpha() and (name == "sub" or (len(bare) > 1 and bare.islower()))
    return words if is_mark or is_apart or is_ordinal or ends_word else None
