"""Characters that are shown otherwise than they are stored: raised and lowered ones, those of symbol fonts."""

import re
from typing import Any

from assistant.readers.base import SUBSCRIPTS, SUPERSCRIPTS

LOST = "\x1a"
"""Stands where something is shown that cannot be told in words; no XML holds it, and no block with it is read."""

DASHES = {"−": "⁻", "–": "⁻"}
RAISED = SUPERSCRIPTS | str.maketrans({"=": "⁼", "n": "ⁿ", "i": "ⁱ", **DASHES})
LOWERED = SUBSCRIPTS | str.maketrans({"=": "₌", **dict.fromkeys(DASHES, "₋")})
AT_ANY_HEIGHT = {*" \t\n,.;*†‡®©™°ªº⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾"}  # shown as they are, or raised already

PRIVATE = re.compile("[\ue000-\uf8ff]")  # what is shown depends on the font
SYMBOL = {
    0x20: " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_",
    0x61: "αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    0xA0: "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…",
    0xC0: "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓",
    0xE5: "∑",
    0xF2: "∫",
}
WINGDINGS = {0x20: " ", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0xA7: "▪", 0xA8: "☐", 0xDF: "←", 0xE0: "→", 0xFB: "✗"}
WINGDINGS |= {0xFC: "✓", 0xFD: "☒", 0xFE: "☑"}
WINGDINGS_2 = {0x20: " ", 0x4F: "✗", 0x50: "✓", 0x52: "☑", 0xA3: "☐"}
KNOWN = {"symbol": SYMBOL, "wingdings": WINGDINGS, "wingdings 2": WINGDINGS_2, "wingdings 3": {}, "webdings": {}}
SIGNS = {
    font: {start + place: sign for start, signs in table.items() for place, sign in enumerate(signs)}
    for font, table in KNOWN.items()
}


def raised(words: str) -> str:
    """Words as superscripts; LOST where Unicode has none.

    >>> raised("-6"), raised("ter") == LOST
    ('⁻⁶', True)
    """
    return _at_height(words, RAISED)


def lowered(words: str) -> str:
    """Words as subscripts; LOST where Unicode has none."""
    return _at_height(words, LOWERED)


def in_font(words: str, font: str) -> str:
    r"""What a font shows for words; LOST for each sign of a symbol font that is not known.

    >>> in_font("\uf0b3", "Symbol"), in_font("ja", "Arial")
    ('≥', 'ja')
    """
    signs = SIGNS.get(font.lower().strip("\"' "))
    if signs is None:
        return PRIVATE.sub(LOST, words)
    return "".join(sign if sign.isspace() else signs.get(_place(sign), LOST) for sign in words)


def _place(sign: str) -> int:
    return ord(sign) - 0xF000 if 0xF000 <= ord(sign) <= 0xF0FF else ord(sign)


def _at_height(words: str, table: dict[int, Any]) -> str:
    is_known = all(sign in AT_ANY_HEIGHT or ord(sign) in table for sign in words)
    return words.translate(table) if is_known else LOST
