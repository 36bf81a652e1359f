"""A text as words in clauses: what claims and their evidence are compared by."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from assistant.german import is_common_noun, is_function_word, lexical_fold, terms
from assistant.sentences import segment
from assistant.verbs import verb_reading

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W_]+)*|\d+(?:[.,:]\d+)*(?:-[^\W\d_]+)?")
_BREAK = re.compile(r"[,;:.!?()\[\]„“”\"»«–—]|\s-\s")


class Word(NamedTuple):
    """A word in its place."""

    text: str
    """As written."""
    start: int
    """Offset in the text."""
    clause: int
    """Position of its clause."""
    opens: bool
    """Whether a sentence or quotation begins with it, where every word has a capital."""

    @property
    def folded(self) -> str:
        """Without case, umlauts and accents."""
        return lexical_fold(self.text)

    @property
    def terms(self) -> frozenset[str]:
        """The stem of the whole, and those of its parts."""
        return _terms(self.text)

    @property
    def stem(self) -> str:
        """Of the whole."""
        return _stem(self.text)

    @property
    def is_content(self) -> bool:
        """Whether it carries meaning rather than grammar."""
        return not is_function_word(self.text)

    @property
    def is_name(self) -> bool:
        """Whether it has a capital that neither a noun of the lexicon nor its place explains."""
        is_verb_in_front = self.opens and bool(verb_reading(self.folded))
        return self.text[0].isupper() and self.is_content and not is_common_noun(self.text) and not is_verb_in_front


class Statement(NamedTuple):
    """A text taken apart."""

    text: str
    words: tuple[Word, ...]

    @classmethod
    def of(cls, text: str) -> "Statement":
        """The words of `text`, a clause ending at each mark of punctuation.

        >>> [(word.text, word.clause) for word in Statement.of("Er kam, obwohl es 3,5 Grad hatte.").words]
        [('Er', 0), ('kam', 0), ('obwohl', 1), ('es', 1), ('3,5', 1), ('Grad', 1), ('hatte', 1)]
        """
        return cls(text, _words(text))

    def clauses(self) -> list[list[Word]]:
        """The words by clause, those without words left out."""
        found: dict[int, list[Word]] = {}
        for word in self.words:
            found.setdefault(word.clause, []).append(word)
        return list(found.values())

    def sentences(self) -> list[list[Word]]:
        """The words by sentence."""
        return _sentences(self)

    @property
    def terms(self) -> frozenset[str]:
        """Of all its words."""
        return frozenset().union(*(word.terms for word in self.words))


@lru_cache(1 << 10)
def _words(text: str) -> tuple[Word, ...]:
    words: list[Word] = []
    clause, last = 0, 0
    for match in _WORD.finditer(text):
        between = text[last : match.start()]
        opens = not words or bool(re.search(r"[.!?:]\s*[\"„“»«]?\s*$|[\"„“»«]\s*$", between))
        if words and _BREAK.search(between) and not _is_abbreviated(words[-1].text, between):
            clause += 1
        words.append(Word(match.group(), match.start(), clause, opens))
        last = match.end()
    return tuple(words)


def _is_abbreviated(word: str, between: str) -> bool:
    """Whether what stands behind a word is the full stop of a short one, as in "St. Johns", "z. B." and "am 4. Mai"."""
    return between.startswith(".") and not between.strip(". ") and len(word) <= 2


@lru_cache(1 << 10)
def _sentences(statement: Statement) -> list[list[Word]]:
    starts = [span.start for span in segment(statement.text).sentences]
    numbered = groupby(statement.words, lambda word: bisect_right(starts, word.start))
    return [list(words) for _, words in numbered]


@lru_cache(1 << 16)
def _terms(word: str) -> frozenset[str]:
    return frozenset(terms(word))


@lru_cache(1 << 16)
def _stem(word: str) -> str:
    found = terms(word)
    return found[0] if found else lexical_fold(word)


def covered(words: Sequence[Word], terms: frozenset[str]) -> float:
    """The share of the content words among `words` that `terms` has, 1 if there are none."""
    content = [word for word in words if word.is_content]
    return sum(not word.terms.isdisjoint(terms) for word in content) / len(content) if content else 1.0
