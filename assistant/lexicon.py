"""The lexicon that the package carries: what German compounds and verbs are made of.

`tests/benchmarks/build_lexicon.py` makes it from the German lexemes of Wikidata, which are in the public domain (CC0).
All words are folded as `assistant.german.lexical_fold` folds them: small letters, no umlauts, ss for ß.
"""

import json
from functools import cache
from importlib import resources
from typing import NamedTuple


class Lexicon(NamedTuple):
    """Words by what can be done with them."""

    first: dict[str, str]
    """Forms that begin a compound, linking letters included, and the word of each: "bundes" is of "bund"."""
    last: frozenset[str]
    """Nouns that end compounds."""
    whole: frozenset[str]
    """Words that look like compounds and are none: "romantisch"."""
    known: frozenset[tuple[str, ...]]
    """Parts of compounds that look like names and are none: "haupt" and "stadt"."""
    verbs: frozenset[str]
    """Roots of the verbs whose past is made with -te: "grund" of "gründen"."""


@cache
def lexicon() -> Lexicon:
    """The lexicon, read once."""
    content = json.loads(resources.files("assistant").joinpath("lexicon.json").read_bytes())
    return Lexicon(
        first=content["first"],
        last=frozenset(content["last"]),
        whole=frozenset(content["whole"]),
        known=frozenset(tuple(pair.split()) for pair in content["known"]),
        verbs=frozenset(content["verbs"]),
    )
