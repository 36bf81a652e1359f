"""The forms of a claim's words, and its function words, beside those of the clauses that it is made of."""

import re
from collections.abc import Sequence
from itertools import chain

from assistant.claims.content import DETERMINERS, has, is_weighty, roots_of
from assistant.claims.numbers import is_of_number
from assistant.claims.roles import is_passive
from assistant.claims.statements import Statement, Word
from assistant.claims.words import ANYWHERE, parts_of
from assistant.verbs import SEPARABLE, verb_reading

LEAST_INFLECTED = 4  # letters, of a word that may have an ending

_HARMLESS = frozenset(
    """auch dagegen hingegen jedoch aber allerdings zudem ausserdem dabei damit ferner denn doch nun dann daher deshalb
    darin davon dafur wobei sowie also ja selbst hier dort da so dazu nicht""".split()
) | {"kein"}  # what is denied, `negation` compares
_OF_VOICE = frozenset("wird werden wurde wurden worden war waren hat haben hatte hatten von durch ist sind zu".split())
_OF_REPORT = frozenset("dass nach ob".split())
_INDICATIVE = {
    "sei": "ist", "seien": "sind", "habe": "hat", "werde": "wird", "konne": "kann", "musse": "muss", "solle": "soll",
    "wolle": "will", "durfe": "darf", "vom": "von", "zum": "zu", "zur": "zu", "am": "an", "beim": "bei", "im": "in",
    "ins": "in", "keine": "kein", "keinen": "kein", "keinem": "kein", "keiner": "kein", "keines": "kein",
}  # fmt: skip
_SEPARABLE = frozenset(SEPARABLE)


def other_form(
    words: Sequence[Word], sentence: Sequence[Word], claim: Statement, evidence: Statement, reports: bool
) -> str:
    """A word in another form than its sentence has, where neither voice nor reported speech asks for it, or ""."""
    if is_passive(claim, claim) != is_passive(evidence, claim):
        return ""
    given = {_uninflected(word) for word in (sentence if len(evidence.sentences()) == 1 else evidence.words)}
    given |= {form.removeprefix("un") for form in given}  # what is denied so, `negation` compares
    roots = roots_of(evidence.words, evidence)
    for word in words:
        if not has(word, claim, roots):
            continue  # it was let through for another reason
        is_verb = word.text[0].islower() and bool(verb_reading(word.folded))
        if is_weighty(word, claim) and not (reports and is_verb) and _uninflected(word) not in given:
            parts = parts_of(word.text)
            if not parts and not word.folded.startswith("un") and not is_of_number(word.text):
                return word.text
    return ""


def _uninflected(word: Word) -> str:
    """Without the endings of nouns and adjectives; a verb as it stands, the past without its person.

    >>> [_uninflected(word) for word in Statement.of("Otto und Anna sagten den Kunden blaue Regeln zu").words[3:7]]
    ['sagte', 'den', 'kund', 'blau']
    """
    folded = word.folded
    if word.text[0].isupper() and not word.opens:
        return re.sub(r"(?:e?ns?|e?s|e)$", "", folded) if len(folded) > LEAST_INFLECTED else folded
    if verb_reading(folded) and folded.endswith(("te", "ten")):
        return folded.removesuffix("n")
    if verb_reading(folded) and not folded.endswith(("e", "en", "er", "es", "em")):
        return folded
    return re.sub(r"(?:e[mnrs]?|n|s)$", "", folded) if len(folded) > LEAST_INFLECTED else folded


def other_function_word(
    words: Sequence[Word],
    sentence: Sequence[Word],
    taken: Sequence[Word],
    claim: Statement,
    evidence: Statement,
    reports: bool,
) -> str:
    """A function word that a claim's `words` add to their sentence, or lose of the clauses `taken` of it, or ""."""
    free = DETERMINERS | _HARMLESS
    if is_passive(claim, claim) != is_passive(evidence, claim):
        free |= _OF_VOICE
    said, given, all_given = (
        {_INDICATIVE.get(word.folded, word.folded): word.text for word in some if _is_function(word)}
        for some in (words, taken, sentence)
    )
    everywhere = {_INDICATIVE.get(word.folded, word.folded) for word in claim.words}
    allowed = free | (_OF_REPORT if reports else frozenset()) | {"und"}
    allowed |= {word for word in said if _is_joined(word, evidence)}
    if added := next((text for word, text in said.items() if word not in all_given and word not in allowed), ""):
        return added
    is_joined = {word for word in given if _is_joined(word, claim)}
    lost = (
        text for word, text in given.items() if word not in everywhere and word not in free | is_joined | _OF_REPORT
    )
    return next(lost, "") or _other_prefix(words, sentence, taken, claim, evidence)


def _other_prefix(
    words: Sequence[Word], sentence: Sequence[Word], taken: Sequence[Word], claim: Statement, evidence: Statement
) -> str:
    """A verb's prefix at the end of a clause that the claim adds, or leaves out, and does not join to its verb."""
    known, everywhere = ({word.folded for word in some} for some in (sentence, claim.words))
    added = (
        text for prefix, text in _prefixes(words).items() if prefix not in known and not _is_joined(prefix, evidence)
    )
    lost = (
        text for prefix, text in _prefixes(taken).items() if prefix not in everywhere and not _is_joined(prefix, claim)
    )
    return next(chain(added, lost), "")


def _prefixes(words: Sequence[Word]) -> dict[str, str]:
    """What may be a verb's prefix standing alone: the last word of a clause."""
    lasts = {word.clause: word for word in words}.values()
    return {word.folded: word.text for word in lasts if word.folded in _SEPARABLE}


def _is_joined(prefix: str, other: Statement) -> bool:
    """Whether a verb's prefix that stands alone here is joined to its verb there: "lehnt … ab" and "abgelehnt"."""
    return prefix in _SEPARABLE and any(
        (one.text[0].islower() or one.opens) and one.folded.startswith(prefix) and verb_reading(one.folded)
        for one in other.words
    )


def _is_function(word: Word) -> bool:
    is_number = word.text[0].isdigit() or is_of_number(word.text)
    return not word.is_content and not is_number and word.folded not in ANYWHERE - _SEPARABLE
