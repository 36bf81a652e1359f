"""The words of a claim that its evidence, in the same language, does not hold in any form."""

import re
from functools import lru_cache

from assistant.claims.numbers import is_of_number, is_unit
from assistant.claims.statements import Statement, Word
from assistant.german import lexical_fold, terms
from assistant.verbs import SEPARABLE, verb_reading

SOURCES = frozenset(
    """text bericht artikel dokument vertrag quelle protokoll angaben angabe brief satzung schreiben meldung studie
    mitteilung bedingungen aussage aussagen worten niederschrift document report article contract source minutes letter
    statement""".split()
)
"""What a claim may name as its source without naming anybody."""

ANYWHERE = SOURCES | frozenset(
    """laut zufolge gemass nach herr herrn frau wobei ausserdem zudem sowie jedoch allerdings dabei dies namlich
    darstellung einschatzung ansicht ausschreibung besagen besagt heisst betragt betrug lautet liegt lag gilt galt
    insgesamt innerhalb ja nein jeweils bereits bitte lang
    konne konnen solle wolle musse durfe moge ab bis rund etwa knapp mindestens hochstens maximal circa ca gut fast
    nahezu wenigstens according also however mr mrs ms""".split()
)
_QUANTIFIERS = tuple(
    frozenset(group.split())
    for group in (
        "nur lediglich ausschliesslich bloss allein erst only merely exclusively",
        "immer stets jederzeit always",
        "alle allen aller alles jede jeder jedes jeden jedem samtliche samtlichen samtlicher all every each",
        "meist meistens mostly usually",
        "oft haufig often",
        "selten rarely seldom",
        "manchmal gelegentlich sometimes",
    )
)
_OPPOSITES = tuple(
    frozenset(pair.split())
    for pair in ("vor nach", "before after", "innerhalb ausserhalb", "fur gegen", "uber unter", "ohne mit")
)
_PRESENT_PARTICIPLE = re.compile(r"end(?:e[mnrs]?)?$")
_REPORTING = frozenset(
    """sagen erklaren angeben mitteilen berichten betonen aussern meinen sprechen schreiben antworten verweisen
    ankundigen erzahlen""".split()
)
_REPORTS = frozenset("laut zufolge angaben angabe worten auskunft aussage ansicht".split())


def word_not_said(claim: Statement, evidence: Statement, question: Statement) -> str:
    """The first word of a claim that no form of a word of its evidence accounts for, or "".

    Function words, numbers and what introduces reported speech are left out; where the evidence reports itself, one
    verb of saying may stand for another, and where it names nobody, the question's names may.

    >>> claim, evidence = "Otto lehnte die Miete ab.", "Von Otto wurde die Kaution abgelehnt."
    >>> word_not_said(*map(Statement.of, (claim, evidence, "")))
    'Miete'
    """
    known = frozenset().union(*(roots_in(word, evidence) | parts_of(word.text) for word in evidence.words))
    reports = any(mark in evidence.text for mark in '„“”«»"') or any(_reports(word) for word in evidence.words)
    if weighty := _weighty_word_not_said(claim, evidence):
        return weighty
    may_name = frozenset() if any(word.is_name for word in evidence.words) else question.terms
    for word in claim.words:
        if word.is_name and not word.terms.isdisjoint(may_name):
            continue
        is_left_out = not word.is_content or word.folded in ANYWHERE or is_of_number(word.text)
        is_left_out = is_left_out or is_unit(word.text, claim.text)
        if is_left_out or (reports and is_saying(word)):
            continue
        parts = parts_of(word.text)
        if roots_in(word, claim).isdisjoint(known) and not (parts and parts <= known):
            return word.text
    return ""


def _weighty_word_not_said(claim: Statement, evidence: Statement) -> str:
    """A function word of the claim that limits or turns what it says, where the evidence has none, or the opposite."""
    given = {word.folded for word in evidence.words}
    for word, behind in zip(claim.words, (*claim.words[1:], None), strict=True):
        folded = word.folded
        group = next((group for group in _QUANTIFIERS if folded in group), None)
        opposites = {other for pair in _OPPOSITES if folded in pair for other in pair - {folded}}
        reports = behind is not None and (behind.folded in ANYWHERE or behind.folded.startswith("eigene"))
        if (group and group.isdisjoint(given)) or (folded not in given and opposites & given and not reports):
            return word.text
    return ""


def _reports(word: Word) -> bool:
    return word.folded in _REPORTS or is_saying(word)


def is_saying(word: Word) -> bool:
    """Whether it is a verb of saying."""
    return bool({word.folded, verb_reading(word.folded)} & _REPORTING) or word.folded in {
        "gab",
        "gibt",
        "teilte",
        "teilt",
    }


def roots_in(word: Word, statement: Statement) -> frozenset[str]:
    """The roots of a word, and of the verb that it makes with a prefix standing alone in its clause ("lehnte … ab")."""
    if not word.text[0].islower():
        return _roots(word.text)
    apart = [
        other.folded
        for sentence in statement.sentences()
        if word in sentence
        for other in sentence
        if other.start > word.start and other.folded in SEPARABLE
    ]
    verb = verb_reading(word.folded) or word.folded
    return _roots(word.text).union(*(_roots(prefix + verb) for prefix in apart))


@lru_cache(1 << 16)
def _roots(word: str) -> frozenset[str]:
    """Stems of a whole word and of what it may be a form of: a verb, a noun in -ung, a weak noun's -n."""
    folded = lexical_fold(word)
    forms = [word, verb_reading(folded)]
    if folded.endswith(("ung", "ungen")):
        forms.append(folded.removesuffix("en").removesuffix("ung") + "en")
    if len(folded) > 5 and folded.endswith(("n", "e", "s", "t")):
        forms.append(folded[:-1])
    if len(folded) > 5 and folded.startswith("un"):  # what is denied so, `negation` compares
        forms.append(folded[2:])
    forms.append(_PRESENT_PARTICIPLE.sub("en", folded))
    return frozenset(terms(form)[0] for form in forms if terms(form))


@lru_cache(1 << 16)
def parts_of(word: str) -> frozenset[str]:
    """Stems of the parts of a compound, all to be said where the whole is not: a Wohngebiet is no Gebiet."""
    return frozenset(terms(word)[1:]) - {terms(word)[0]} if terms(word) else frozenset()
