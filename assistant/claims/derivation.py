"""Whether a claim is made of its sentences by what cannot change their meaning, and nothing else.

A claim may put phrases in another order, leave out whole clauses that follow, change the voice, spell numbers
otherwise, and say whose words they are. Each of its clauses comes from one sentence, has all words of the clauses that
it takes from it, and no other words. What is worded more freely cannot be proved by rules, and is not said.
"""

from collections.abc import Sequence
from itertools import groupby

from assistant.claims.content import has, is_weighty, roots_of
from assistant.claims.forms import other_form, other_function_word
from assistant.claims.modality import ATTRIBUTIONS
from assistant.claims.numbers import in_base_unit, is_of_number, quantities
from assistant.claims.placement import moved
from assistant.claims.statements import Statement, Word
from assistant.claims.words import is_saying, roots_in

SAID = 0.5  # share of a clause's words from which a claim says it
_JOINS = frozenset("und oder aber sondern sowie doch".split())
_PRONOUNS = frozenset("er sie es ihn ihm ihr ihre ihren sein seine seinen dieser diese dieses".split())


def not_derived(claim: Statement, evidence: Statement, question: Statement) -> str:
    """What a claim adds, leaves out or mixes that its sentences do not allow, or "".

    >>> claim, evidence = "Der Zins beträgt 9 Prozent.", "Bei Verzug beträgt der Zins 9 Prozent."
    >>> not_derived(*map(Statement.of, (claim, evidence, "")))
    'Verzug'
    """
    if claim.text == evidence.text:
        return ""
    sentences = evidence.sentences()
    used: dict[int, list[Word]] = {}
    for clause in claim.clauses():
        content = [word for word in clause if is_weighty(word, claim)]
        at, left = _source_of(content, claim, sentences, evidence)
        if left and not _names_of_question(left, evidence, question):
            return left[0].text
        if at is not None:
            used.setdefault(at, []).extend(clause)
    for at, words in used.items():
        if difference := _difference(words, claim, sentences[at], evidence):
            return difference
    return ""


def _source_of(
    content: Sequence[Word], claim: Statement, sentences: Sequence[Sequence[Word]], evidence: Statement
) -> tuple[int | None, list[Word]]:
    """The sentence that a clause comes from, None if it says nothing, and the words that it mixes in."""
    if not content:
        return None, []
    missing = [
        [word for word in content if not has(word, claim, roots_of(sentence, evidence))] for sentence in sentences
    ]
    for at, words in enumerate(missing):
        if not words or _stands_for_a_pronoun(words, sentences, at):
            return at, []
    at = min(range(len(sentences)), key=lambda number: len(missing[number]))
    return at, missing[at]


def _names_of_question(words: Sequence[Word], evidence: Statement, question: Statement) -> bool:
    """Whether words are the question's, and the evidence, which names nobody, says "er" instead."""
    has_pronoun = any(word.folded in _PRONOUNS for word in evidence.words)
    names_nobody = not any(word.is_name for word in evidence.words)
    return has_pronoun and names_nobody and all(not word.terms.isdisjoint(question.terms) for word in words)


def _stands_for_a_pronoun(words: Sequence[Word], sentences: Sequence[Sequence[Word]], at: int) -> bool:
    """Whether words of a claim are the one name or noun before a sentence that its pronoun can mean."""
    if at == 0 or not any(word.folded in _PRONOUNS for word in sentences[at]):
        return False
    nouns = [word for word in sentences[at - 1] if word.text[0].isupper() and word.is_content]
    names = [word for word in nouns if word.is_name and not is_of_number(word.text)]
    may_be_meant = names if names else nouns[:1]
    pairs = zip((None, *may_be_meant), may_be_meant, strict=False)
    runs = sum(before is None or word.start > before.start + len(before.text) + 1 for before, word in pairs)
    return runs == 1 and {word.folded for word in words} <= {word.folded for word in nouns}


def _difference(words: Sequence[Word], claim: Statement, sentence: Sequence[Word], evidence: Statement) -> str:
    """The first word that clauses taken from a sentence, and those of the claim made of them, have not in common."""
    clauses = [list(group) for _, group in groupby(sentence, lambda word: word.clause)]
    taken = _taken(clauses, roots_of(words, claim), evidence)
    reports = any(word.folded in ATTRIBUTIONS or is_saying(word) for word in claim.words) or "„" in claim.text
    before = [one for one in clauses[: taken[0] if taken else 0] if any(is_weighty(word, evidence) for word in one)]
    if before and not reports and clauses[taken[0]][0].folded not in _JOINS:
        return before[0][0].text  # what comes first may turn all that follows
    speech = next((one[0] for at, one in enumerate(clauses) if at not in taken and is_saying(one[0])), None)
    if speech and not reports:
        return speech.text
    corrects = next((clauses[at][0] for at in range(len(clauses)) if at not in taken and _corrects(clauses[at])), None)
    if corrects and taken:
        return corrects.text
    if taken and _asks(sentence, evidence) and "?" not in claim.text:
        return "?"
    said = roots_of(claim.words, claim)
    numbers = {in_base_unit(one).value for one in quantities(claim.text)}
    for clause in (clauses[at] for at in taken):
        if lost := next((one for one in clause if is_weighty(one, evidence) and not has(one, evidence, said)), None):
            return lost.text
        text = evidence.text[clause[0].start : clause[-1].start + len(clause[-1].text)]
        if number := next((one for one in quantities(text) if in_base_unit(one).value not in numbers), None):
            return f"{number.value} {number.unit}".strip()
    given = [word for at in taken for word in clauses[at]]
    return (
        moved(words, sentence, given, claim, evidence)
        or other_form(words, sentence, claim, evidence, reports)
        or other_function_word(words, sentence, given, claim, evidence, reports)
    )


def _taken(clauses: Sequence[Sequence[Word]], known: frozenset[str], evidence: Statement) -> list[int]:
    """The clauses of a sentence that a claim says most of, or else the one that it says anything of.

    What another clause of the sentence has, too, tells nothing.
    """
    weighty = [[word for word in clause if is_weighty(word, evidence)] for clause in clauses]
    shares = []
    for at, words in enumerate(weighty):
        elsewhere = roots_of([word for other, some in enumerate(weighty) if other != at for word in some], evidence)
        own = [word for word in words if roots_in(word, evidence).isdisjoint(elsewhere)]
        shares.append(sum(has(word, evidence, known) for word in own) / max(1, len(own)))
    return [at for at, share in enumerate(shares) if share >= SAID or (0 < share == max(shares))]


def _corrects(clause: Sequence[Word]) -> bool:
    """Whether a clause takes back or limits what stands before it."""
    return clause[0].folded == "sondern" or [word.folded for word in clause[:3]] == ["es", "sei", "denn"]


def _asks(sentence: Sequence[Word], evidence: Statement) -> bool:
    end = sentence[-1].start + len(sentence[-1].text)
    return evidence.text[end : end + 2].strip().startswith("?")
