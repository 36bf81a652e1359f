"""A sentence as what is compared of it: its words in order, numbers in one spelling, its clauses and their marks."""

import re
from functools import lru_cache
from typing import NamedTuple

from assistant.claims.statements import Statement, Word
from assistant.german import is_function_word, lexical_fold
from assistant.numerals import MONTHS, number_of, number_parts
from assistant.verbs import may_be_finite

_SIGNS = {"%": " Prozent ", "€": " Euro ", "$": " Dollar ", "§": " Paragraph "}
_SIGN = re.compile("[%€$§]")
_MARKER = re.compile(r"^\s*(?:\(\d+\w?\)|\(?[a-z]\)|[-–•*·▪])\s+")  # of a list's item
_MINUS = re.compile(r"(?<!\S)[-−–](?=\d)")
_DATE = re.compile(r"(?<![\d.])(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])\.(?=\s|\d{4})")
_IN_FULL = {"mio": "millionen", "million": "millionen", "mrd": "milliarden", "milliarde": "milliarden"}
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_AUXILIARIES = frozenset(
    """bin ist sind war waren sei seien wäre wären hat haben hatte hatten habe hätte hätten wird werden wurde wurden
    würde würden kann können konnte konnten könnte könnten darf dürfen durfte durften dürfte dürften muss müssen musste
    mussten müsste müssten soll sollen sollte sollten will wollen wollte wollten mag mögen mochte möchte möchten gibt
    gab gäbe so""".split()
)


class Token(NamedTuple):
    """A word as it is compared."""

    key: str
    """In small letters, a number in digits; an ordinal ends with a full stop."""
    word: Word
    clause: int
    """Position of its clause in the sentence."""

    @property
    def is_noun(self) -> bool:
        """Whether it begins with a capital that its place does not explain."""
        return self.word.text[0].isupper() and not is_function_word(self.word.text)

    @property
    def may_be_finite(self) -> bool:
        """Whether it may be the verb that stands second in a main clause."""
        text = self.word.text
        return text in _AUXILIARIES or (text[0].islower() and may_be_finite(self.word.folded))


@lru_cache(1 << 10)
def tokens_of(sentence: str) -> tuple[Token, ...]:
    """The words of a sentence as they are compared.

    >>> [token.key for token in tokens_of("Am 3.5.2024 sank er um 5 % auf zwei Mio., den 3. Wert.")]
    ['am', '3.', 'mai', '2024', 'sank', 'er', 'um', '5', 'prozent', 'auf', '2', 'millionen', 'den', '3.', 'wert']
    """
    text = in_words(sentence)
    return tuple(Token(_key(word, text), word, word.clause) for word in Statement.of(text).words)


@lru_cache(1 << 10)
def in_words(sentence: str) -> str:
    """The sentence with words for signs and months, which the places of its tokens are in."""
    text = _MINUS.sub("minus ", _MARKER.sub("", sentence))
    text = _DATE.sub(lambda match: f"{int(match[1])}. {MONTHS[0][int(match[2]) - 1].capitalize()} ", text)
    return _SIGN.sub(lambda match: _SIGNS[match.group()], text)


def _key(word: Word, text: str) -> str:
    small = word.text.lower()  # where "Maßen" are no "Massen"
    if small[0].isdigit():
        is_ordinal = bool(re.match(r"\.\s+\w", text[word.start + len(small) :]))
        digits = small.replace(".", "").replace(",", ".") if _THOUSANDS.fullmatch(small) else small.replace(",", ".")
        return f"{digits}." if is_ordinal and small.isdigit() else digits
    folded = lexical_fold(word.text)
    if digits := number_of(folded):
        return digits
    parts = number_parts(folded)
    is_ordinal = len(parts) == 1 and parts[0].isdigit()
    return f"{parts[0]}." if is_ordinal else _IN_FULL.get(small, small)
