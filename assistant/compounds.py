"""German compounds to their parts, each part checked against a lexicon: "kundigungsfrist" is "kundigung" and "frist".

Words are folded, as those of the lexicon are.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from assistant.lexicon import Lexicon, lexicon

SHORTEST, LONGEST = 6, 50  # letters of a word that is looked into; the longer ones are no words
SHORTEST_PART = 2
CACHED = 1 << 16  # words, a few megabytes
ENDINGS = ("es", "s", "e", "n", "en", "r", "er", "ern", "nen", "in", "innen")  # of a compound's last part
NAME_ENDINGS = frozenset("burg berg bach furt heim dorf feld mann meier stadt stein wald tal hof".split())
NAME_BEGINNING = 6  # letters up to which what comes before such an ending may be of a name: Salzburg, Königsberg

_LINKED = re.compile(r".{2,}(?:ung|heit|keit|schaft|ion|tat)(?=s$)")  # these nouns always take the linking s
_NO_COMPOUND = re.compile(r"(?:(?<![tf])isch|lich|(?<![sn])end)(?:e[mnrs]?)?$")  # adjectives and participles
_ADJECTIVE_ENDING = re.compile("e[mnrs]?$")


def all_parts(word: str) -> tuple[str, ...]:
    """The parts of a folded word and their parts, each once, or nothing if it is no compound.

    >>> all_parts("bundestagswahlen")
    ('bundestag', 'bund', 'tag', 'wahl')
    """
    found = {piece: None for part in parts(word) for piece in (part, *all_parts(part))}
    return tuple(found)


@lru_cache(CACHED)
def parts(word: str) -> tuple[str, ...]:
    """The fewest parts that make up a folded word, without linking letters and endings, or nothing.

    >>> parts("kundigungsfristen"), parts("schulhaus"), parts("schiffahrt"), parts("verantwortung")
    (('kundigung', 'frist'), ('schule', 'haus'), ('schiff', 'fahrt'), ())
    """
    return split(word, lexicon())


def split(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    """As `parts`, by this lexicon."""
    if not SHORTEST <= len(word) <= LONGEST or _NO_COMPOUND.search(word):
        return ()
    if word in lexicon.whole or _ADJECTIVE_ENDING.sub("", word) in lexicon.whole:
        return ()
    ways: dict[int, tuple[str, ...]] = {}  # position in the word: the best parts from there to its end
    for start in range(len(word) - SHORTEST_PART, -1, -1):
        last = noun(word[start:], lexicon) if start else None
        candidates = [(last,)] if last else list(_ways_from(start, word, ways, lexicon))
        if candidates:
            ways[start] = min(candidates, key=lambda way: (len(way), -len(way[-1])))
    return () if _may_be_name(ways.get(0, ()), lexicon) else ways.get(0, ())


def _ways_from(start: int, word: str, ways: dict[int, tuple[str, ...]], lexicon: Lexicon) -> Iterator[tuple[str, ...]]:
    for end in range(start + SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        first = _first(word[start:end], lexicon)
        if first and end in ways:
            yield (first, *ways[end])
        if first and end - 1 in ways and word[end - 2] == word[end - 1]:
            yield (first, *ways[end - 1])  # three like letters written as two: Schiffahrt


def _first(form: str, lexicon: Lexicon) -> str | None:
    linked = _LINKED.match(form)
    return lexicon.first.get(form) or (linked.group() if linked else None)


def noun(form: str, lexicon: Lexicon) -> str | None:
    """The noun of the lexicon that ends compounds and that a folded word is a form of."""
    if form in lexicon.last:
        return form
    stems = (form.removesuffix(ending) for ending in ENDINGS if form.endswith(ending))
    return next((stem for stem in stems if len(stem) > 2 and stem in lexicon.last), None)


def _may_be_name(way: tuple[str, ...], lexicon: Lexicon) -> bool:
    return len(way) == 2 and way[1] in NAME_ENDINGS and len(way[0]) <= NAME_BEGINNING and way not in lexicon.known
