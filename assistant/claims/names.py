"""Names in a claim that neither its evidence nor its question holds, and speakers that are others."""

from assistant.asking.names import speakers
from assistant.claims.numbers import SCALES
from assistant.claims.statements import Statement, Word
from assistant.german import is_function_word, lexical_fold

_SOURCES = frozenset(
    """text bericht artikel dokument vertrag quelle protokoll angaben angabe brief satzung schreiben meldung studie
    document report article contract source minutes letter""".split()
)


def unproved_name(claim: Statement, evidence: Statement, question: Statement) -> str:
    """The first word of the claim that is a name, as far as can be told, and that nothing given holds, or ""."""
    known = evidence.terms | question.terms
    spelled = {form for word in (*evidence.words, *question.words) for form in _spellings(word)}
    for word in claim.words:
        is_known = word.stem in known or not spelled.isdisjoint(_spellings(word)) or word.folded in SCALES
        if word.is_name and not is_known:
            return word.text
    return ""


def _spellings(word: Word) -> set[str]:
    whole = word.folded
    parts = whole.split("-") if "-" in whole else []
    return {form for one in (whole, *parts) for form in (one, one.removesuffix("s"), one.removesuffix("'"))}


def other_speaker(claim: Statement, evidence: Statement) -> str:
    """A speaker whom the claim names, and who stands in its evidence, but speaks nowhere in it, or ""."""
    said = {_core(one.core): one.core for one in speakers(claim.text)}
    proved = {_core(one.core) for one in speakers(evidence.text)}
    if not proved:
        return ""
    for core, name in said.items():
        if core not in proved and core not in _SOURCES and not is_function_word(name):
            return name
    return ""


def _core(name: str) -> str:
    return lexical_fold(name).removesuffix("s")
