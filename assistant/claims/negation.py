"""What a claim denies, beside what its evidence does."""

import re

from assistant.claims.statements import Statement, Word, covered
from assistant.german import language_of

SAID = 0.6  # share of a clause's content words from which a claim says it
LEFT_OUT = 0.4  # the same, below which it leaves it out

_NEGATION = re.compile(
    r"nicht|kein(?:e[mnrs]?|s)?|nie|niemals|niemand(?:e[mns])?|nichts|nirgend\w*|ohne|weder|keineswegs|keinesfalls|kaum|"
    r"not|no|never|nobody|nothing|none|without|neither|cannot|hardly|\w+n['’]t"
)
_NO_DENIAL = re.compile(r"no (?:more|less|fewer|later) than|without delay|not only", re.IGNORECASE)
_EXCEPTS = re.compile(
    r"un\w+|ausnahme\w*|ausgenommen|ausgeschlossen|verbot\w*|gegen|lehn\w+|abgelehnt|fehl\w+|nur|erst"
)
_UN = re.compile(r"un(?=\w{4})")


def negation_differs(claim: Statement, evidence: Statement) -> bool:
    """Whether the claim denies what its evidence says, or says what it denies.

    It has to deny as often as those clauses of its evidence that it says; where it is doubtful whether it says a
    clause, this one may count or not. A claim in another language may deny where its evidence does at all, and has to
    where all of it does.
    """
    said = sum(_negates(word, evidence.terms) for word in claim.words)
    if language_of(claim.text) != language_of(evidence.text):
        denies = [any(_negates(word, claim.terms) for word in clause) for clause in evidence.clauses()]
        may_deny = any(denies) or any(_EXCEPTS.fullmatch(word.folded) for word in evidence.words)
        if said and not _NO_DENIAL.search(claim.text):
            return not may_deny
        return all(denies) and not any(_EXCEPTS.fullmatch(word.folded) for word in claim.words)
    least = most = 0
    for clause in evidence.clauses():
        count = sum(_negates(word, claim.terms) for word in clause)
        share = covered([word for word in clause if not _negates(word, claim.terms)], claim.terms)
        least += count if share >= SAID else 0
        most += count if share >= LEFT_OUT else 0
    return not least <= said <= most


def _negates(word: Word, terms_beside: frozenset[str]) -> bool:
    folded = word.folded
    if _NEGATION.fullmatch(folded):
        return True
    if not _UN.match(folded) or not word.terms.isdisjoint(terms_beside):
        return False
    return not Statement.of(folded[2:]).terms.isdisjoint(terms_beside)  # "unmöglich" beside "möglich"
