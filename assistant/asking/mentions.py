"""What a sentence mentions, each with its place: what finders of one kind of thing hand out."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.records import Span


class Mention(NamedTuple):
    """A place in a sentence that is of a kind."""

    span: Span
    """Of all that belongs to it: number and unit, title and name."""
    core: str
    """What of it must be new for it to be an answer: the number, the name without the title."""
    is_clear: bool
    """Whether its form alone leaves little doubt of its kind."""
    preposition: str = ""
    """In front of it, in small letters; "" where there is none."""


class Rule:
    """A pattern whose group `all` is a mention and whose group `core` is what of it must be new."""

    def __init__(self, hint: str, pattern: str) -> None:
        """`hint` matches something in every sentence that holds a mention: it is what makes the rule fast."""
        self._hint, self._pattern = re.compile(hint), re.compile(pattern)

    def finditer(self, sentence: str) -> Iterator[re.Match[str]]:
        """The matches in `sentence`."""
        return self._pattern.finditer(sentence) if self._hint.search(sentence) else iter(())

    def mentions(self, sentence: str, is_clear: bool = True) -> Iterator[Mention]:
        """A mention for each match."""
        for match in self.finditer(sentence):
            yield Mention(trimmed(sentence, *match.span("all")), match["core"], is_clear)


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without the white space at its ends."""
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))


def apart(found: list[Mention]) -> tuple[Mention, ...]:
    """Mentions in reading order; of those that overlap the first, then the longest."""
    kept: list[Mention] = []
    for one in sorted(found, key=lambda one: (one.span.start, -one.span.end)):
        if not kept or one.span.start >= kept[-1].span.end:
            kept.append(one)
    return tuple(kept)
