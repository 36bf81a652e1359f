"""Names in a claim that neither its evidence nor its question holds, and speakers that are others."""

import re
from collections.abc import Sequence

from assistant.asking.names import speakers
from assistant.claims.numbers import SCALES
from assistant.claims.statements import Statement, Word
from assistant.claims.words import SOURCES
from assistant.german import is_function_word, language_of, lexical_fold

_PRONOUN = re.compile(
    r"er|sie|es|ihn|ihm|ihnen|man|wir|ich|uns|beide[mnrs]?|(?:sein|ihr|unser|mein|dies|jen)(?:e[mnrs]?)?|dessen|deren|"
    r"da(?:r)?(?:von|für|mit|mit|bei|zu|in|an|auf|nach|durch|gegen)|dort|he|she|it|they|his|her|their|its|this|these|we|i"
)
_ENGLISH = re.compile(
    r"(?:According|Mrs?|Ms|CEO|CFO|MEPs?|MPs?|HR|EU|UN|US|Crown|Prince|Princess|King|Queen|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October|November|December)(?:'s|’s)?"
)
"""Capitals of English that are no names, or say the same as a German word: months and days are checked as numbers."""


def unproved_name(claim: Statement, evidence: Statement, question: Statement) -> str:
    """The first word of the claim that is a name, as far as can be told, and that nothing given holds, or ""."""
    known = evidence.terms | question.terms
    is_english = language_of(claim.text) == "en"
    spelled = {form for word in (*evidence.words, *question.words) for form in _spellings(word)}
    for word in claim.words:
        if is_english and (_ENGLISH.fullmatch(word.text) or (word.opens and word.text.endswith("ing"))):
            continue
        is_known = word.stem in known or not spelled.isdisjoint(_spellings(word)) or word.folded in SCALES
        if word.is_name and not is_known:
            return word.text
    return ""


def _spellings(word: Word) -> set[str]:
    whole = word.folded
    parts = whole.split("-") if "-" in whole else []
    return {form for one in (whole, *parts) for form in (one, one.removesuffix("s"), one.removesuffix("'"))}


def name_of_another_sentence(claim: Statement, evidence: Statement) -> str:
    """A name that the claim puts in place of another into what a sentence says, taken from another sentence, or "".

    >>> evidence = Statement.of("Gewählt wurde Anna Kern. Otto Aust erhielt elf Stimmen.")
    >>> name_of_another_sentence(Statement.of("Gewählt wurde Otto Aust."), evidence)
    'Otto'
    """
    sentences = evidence.sentences()
    for clause in claim.clauses():
        plain = [
            word
            for before, word in zip((None, *clause), clause, strict=False)
            if word.is_content and not word.is_name and not (before and before.is_name and word.text[0].isupper())
        ]
        if not plain or len(sentences) < 2:
            continue
        shares = [_shared(plain, sentence) for sentence in sentences]
        best = max(range(len(sentences)), key=shares.__getitem__)
        if not shares[best] or shares.count(shares[best]) > 1 or any(_stands_for(word) for word in sentences[best]):
            continue
        if not any(word.is_name and word.terms.isdisjoint(claim.terms) for word in sentences[best]):
            continue  # it lost no name that the other one could have taken the place of
        there = frozenset().union(*(word.terms for word in sentences[best]))
        for word in clause:
            if word.is_name and word.terms.isdisjoint(there) and not word.terms.isdisjoint(evidence.terms):
                return word.text
    return ""


def _shared(words: Sequence[Word], sentence: Sequence[Word]) -> int:
    """How many of some words a sentence has."""
    terms = frozenset().union(*(word.terms for word in sentence))
    return sum(not word.terms.isdisjoint(terms) for word in words)


def _stands_for(word: Word) -> bool:
    """Whether a word may stand for a name of another sentence."""
    return _PRONOUN.fullmatch(word.folded) is not None


def other_speaker(claim: Statement, evidence: Statement) -> str:
    """A speaker whom the claim names, and who stands in its evidence, but speaks nowhere in it, or ""."""
    said = {_core(one.core): one.core for one in speakers(claim.text)}
    proved = {_core(one.core) for one in speakers(evidence.text)}
    if not proved or any(is_function_word(one.core) for one in speakers(evidence.text)):  # "sagte er"
        return ""
    for core, name in said.items():
        if core not in proved and core not in SOURCES and not is_function_word(name):
            return name
    return ""


def _core(name: str) -> str:
    return lexical_fold(name).removesuffix("s")
