"""Which words of a statement carry its meaning, and whether another one has them in some form."""

from collections.abc import Sequence

from assistant.claims.modality import ATTRIBUTIONS
from assistant.claims.numbers import is_of_number, is_unit
from assistant.claims.statements import Statement, Word
from assistant.claims.words import ANYWHERE, SOURCES, is_saying, parts_of, roots_in

DETERMINERS = frozenset(
    """der die das den dem des ein eine einen einem einer eines er sie es ihn ihm ihr ihre ihren ihrem ihrer ihres sein
    seine seinen seinem seiner seines sich wir uns unser unsere ich mich mir welche welcher welches dessen deren denen
    dies diese dieser dieses diesen diesem jene jener jenes man""".split()
)
_COUNTING_OFF = frozenset("erstens zweitens drittens viertens funftens".split())
_OF_BEING = frozenset("betragt betrug lautet liegt lag gilt galt".split())
_SAYS = frozenset("laut gemass heisst besagt besagen".split())


def is_weighty(word: Word, statement: Statement) -> bool:
    """Whether a word of a statement carries meaning that neither numbers nor what may stand anywhere have."""
    is_number = is_of_number(word.text) or is_unit(word.text, statement.text)
    names_source = word.folded in SOURCES and any(one.folded in ATTRIBUTIONS | _SAYS for one in statement.words)
    is_free = (
        names_source or word.folded in _COUNTING_OFF or word.folded in ANYWHERE - SOURCES - _OF_BEING or is_saying(word)
    )
    return word.is_content and not is_number and not is_free


def roots_of(words: Sequence[Word], statement: Statement) -> frozenset[str]:
    """The roots of some words of a statement, and of their parts."""
    return frozenset().union(*(roots_in(word, statement) | parts_of(word.text) for word in words))


def has(word: Word, statement: Statement, roots: frozenset[str]) -> bool:
    """Whether a word of a statement, or all of its parts, are among some roots."""
    parts = parts_of(word.text)
    return not roots_in(word, statement).isdisjoint(roots) or bool(parts and parts <= roots)
