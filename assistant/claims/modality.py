"""What evidence wants, allows, plans or only reports, and a claim gives as a fact."""

from collections.abc import Sequence
from itertools import groupby, pairwise

from assistant.claims.statements import Statement, Word, covered
from assistant.claims.words import is_saying
from assistant.verbs import SEPARABLE, verb_reading

SAID = 0.5  # share of a clause's content words from which a claim says it

LEFT_OUT = 0.3  # the same, below which it leaves it out

_CLASSES = {
    "can": "kann konnen kannst konnt konnte konnten konne",
    "may": "darf durfen durfte durften durfe",
    "must": "muss mussen musste mussten musse",
    "shall": "soll sollen sollte sollten solle",
    "want": "will wollen wollte wollten wolle mochte mochten",
}
_MODALS = {form: kind for kind, forms in _CLASSES.items() for form in forms.split()}
_HEDGES = frozenset(
    """moglicherweise vielleicht wahrscheinlich voraussichtlich vermutlich angeblich mutmasslich womoglich eventuell
    offenbar wohl geplant""".split()
)
_SUBJUNCTIVES = frozenset("sei seien habe werde konne solle wolle musse durfe moge gebe komme stehe gehe".split())
_CONDITIONS = frozenset("sobald wenn falls sofern soweit solange ausser vorausgesetzt if unless provided".split())
_EXCEPTIONS = frozenset("ausnahme ausgenommen ausser except".split())
_LEFT_OUT = frozenset("nicht ohne".split())
_THAT = frozenset("dass ob that whether".split())
_THINKING = frozenset(
    """behaupten antworten glauben hoffen furchten vermuten annehmen fordern vorschlagen warnen drohen behaupte antworte
    sage sag behauptet glaubt hofft furchtet vermutet fordert warnt droht bestreitet bestritt zweifelt meint""".split()
)
ATTRIBUTIONS = frozenset("laut zufolge angaben worten auskunft ansicht meinung vorwurf einschatzung".split())


def fact_made(claim: Statement, evidence: Statement) -> str:
    """The word of the evidence that keeps what it says from being a fact, where the claim makes it one, or ""."""
    sentences = [sentence for sentence in evidence.sentences() if _says(sentence, claim)]
    said = [word for sentence in sentences for word in sentence]
    clauses = [clause for clause in evidence.clauses() if _is_said(clause, claim)]
    of_clauses = [word for clause in clauses for word in clause]
    claimed = {word.folded for word in claim.words}
    if not claimed & (_MODALS.keys() | _HEDGES):
        if hedge := next((word.text for word in of_clauses if word.folded in _HEDGES), ""):
            return hedge
        if infinitive := _fact_of_infinitive(claim, said):
            return infinitive
    return (
        _other_modal(claim, of_clauses)
        or _lost_attribution(claim, of_clauses)
        or _lost_speech(claim, sentences)
        or _lost_condition(claim, sentences)
    )


def _says(sentence: list[Word], claim: Statement) -> bool:
    """Whether a claim is about a sentence: at least two of its content words, or all it has."""
    shared = [word for word in sentence if word.is_content and not word.terms.isdisjoint(claim.terms)]
    content = [word for word in sentence if word.is_content]
    return len(shared) >= min(2, len(content))


def _fact_of_infinitive(claim: Statement, said: list[Word]) -> str:
    """A verb that the evidence has in the infinitive alone ("will gehen", "zu gehen"), the claim in another form."""
    for word in claim.words:
        verb = verb_reading(word.folded) if word.is_content and word.text[0].islower() else ""
        if not verb or _is_infinitive(word, claim.words):
            continue
        same = [other for other in said if other.text[0].islower() and _infinitive_of(other) == verb]
        if same and all(_is_infinitive(other, said) for other in same):
            return same[0].text
    return ""


def _infinitive_of(word: Word) -> str:
    return verb_reading(word.folded) or word.folded


def _is_infinitive(word: Word, said: Sequence[Word]) -> bool:
    """Whether a verb stands in the infinitive that a modal or "zu" asks for; "wird verlassen" is the future."""
    folded = word.folded
    if any(folded.startswith(f"{prefix}zu") for prefix in SEPARABLE) and folded.endswith("n"):
        return True
    if not folded.endswith("n") or _infinitive_of(word) != folded:
        return False
    clause = [other.folded for other in said if other.clause == word.clause]
    return "zu" in clause or bool(_MODALS.keys() & set(clause))


def _other_modal(claim: Statement, said: list[Word]) -> str:
    """A modal of the claim that is of no kind that the evidence has, where it has another."""
    kinds = {_MODALS[word.folded] for word in said if word.folded in _MODALS}
    for word in claim.words:
        kind = _MODALS.get(word.folded)
        if kind and kinds and kind not in kinds:
            return word.text
    return ""


def _lost_attribution(claim: Statement, said: list[Word]) -> str:
    """What reports in the evidence, where the claim neither reports nor is in the subjunctive."""
    keeps = any(_reports(word) or word.folded in _SUBJUNCTIVES for word in claim.words)
    if keeps or any(mark in claim.text for mark in '„“”«»"'):
        return ""
    return next((word.text for word in said if word.folded in _SUBJUNCTIVES | ATTRIBUTIONS), "")


def _lost_speech(claim: Statement, sentences: Sequence[Sequence[Word]]) -> str:
    """The verb of a clause whose "dass" clause the claim gives as its own: "Otto behauptet, dass es regnet"."""
    if any(_reports(word) or word.folded in _THINKING for word in claim.words):
        return ""
    for sentence in sentences:
        for before, clause in pairwise(_clauses(sentence)):
            verb = next((word for word in before if is_saying(word) or _verb(word) in _THINKING), None)
            if verb and clause[0].folded in _THAT and _is_said(clause, claim):
                return verb.text
    return ""


def _verb(word: Word) -> str:
    return verb_reading(word.folded) or word.folded.removesuffix("t")


def _lost_condition(claim: Statement, sentences: Sequence[Sequence[Word]]) -> str:
    """What begins a condition or an exception of something that the claim says, where it leaves that out."""
    for sentence in sentences:
        clauses = _clauses(sentence)
        is_said = [_is_said(clause, claim) for clause in clauses]
        for clause, said in zip(clauses, is_said, strict=True):
            word = clause[0]
            if word.folded in _CONDITIONS and any(is_said) and covered(clause, claim.terms) < LEFT_OUT:
                return word.text
            exception = next((other for other in clause if other.folded in _EXCEPTIONS), None)
            if (
                exception
                and said
                and exception.terms.isdisjoint(claim.terms)
                and not {other.folded for other in claim.words} & _LEFT_OUT
            ):
                return exception.text
    return ""


def _is_said(clause: Sequence[Word], claim: Statement) -> bool:
    """Whether a claim says a clause that says anything."""
    return sum(word.is_content for word in clause) > 1 and covered(clause, claim.terms) >= SAID


def _clauses(sentence: Sequence[Word]) -> list[list[Word]]:
    return [list(words) for _, words in groupby(sentence, lambda word: word.clause)]


def _reports(word: Word) -> bool:
    return word.folded in ATTRIBUTIONS or is_saying(word)
