"""The default writer: the sentences that together answer, as they stand, with what they need to be understood."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import chain
from typing import NamedTuple

from assistant.asking.kinds import kind_is_missing
from assistant.asking.marks import answer_span
from assistant.context import with_context
from assistant.german import QUESTION_WORDS_DE, QUESTION_WORDS_EN, WORD, folded, is_function_word, terms
from assistant.orders import asks_about_orders, is_of_order
from assistant.records import Document, Draft, DraftClaim, Evidence, Span
from assistant.sentences import display_form, place_in

SHARE_OF_BEST = 0.5  # of the best sentence's probability, from which another one is said, too
SHARE_FOR_PART = 0.2  # the same, of a sentence that answers a part of the question that none before it does
SHARE_OF_PART = 0.5  # of the words of a part of the question, from which a sentence is about it
SHARE_OF_SAME = 0.9  # of their terms, in the same order, from which two sentences say the same
OFFERED = 10  # sentences that a writer may rest claims on

# Where one of these, or a number, differs, sentences do not say the same, however near their wording is.
_TURNING = re.compile(
    r"nicht|kein\w*|nie|niemals|ohne|kaum|weder|nur|kann|könn\w*|muss|müss\w*|darf|dürf\w*|soll\w*"
    r"|not|no|never|without|hardly|only|can|cannot|could|must|may|might|should|\w+n['’]t"
)
_ASKS = "|".join(sorted(word for word in QUESTION_WORDS_DE | QUESTION_WORDS_EN if word.startswith(("w", "how"))))
_PART = re.compile(
    r"(?:\?|,?\s(?:und|oder|sowie|and|or))\s+"
    r"(?=(?:(?:an|auf|aus|bei|bis|für|in|mit|nach|seit|von|zu|ab|at|by|for|from|on|since|to|with)\s+)?"
    rf"(?:{_ASKS})\b)",
    re.IGNORECASE,
)

Place = tuple[str, Span]
"""A sentence: its document's name and its span there."""


class Choice(NamedTuple):
    """What is offered to a writer, and what the extractive one says of it."""

    evidence: tuple[Evidence, ...]
    """What was weighed, best first; behind it the sentences that chosen ones need, where they are not among these."""
    claims: tuple[tuple[int, ...], ...]
    """Numbers of the evidence, counted from 1: those that are said in one, and these in reading order."""
    offers: tuple[tuple[int, ...], ...]
    """The same of what a writer may rest a claim on, best first: a sentence, and before it what it leans on."""


def extractive(choice: Choice) -> Draft:
    """Propose the sentences chosen, in their own words."""
    return Draft(claims=tuple(DraftClaim(sentences=numbers) for numbers in choice.claims))


def chosen(question: str, evidence: Sequence[Evidence], documents: Mapping[str, Document], limit: int) -> Choice:
    """The best sentence and those that add to it, each behind what it leans on, in reading order, their answers marked.

    `evidence` comes best first. At most `limit` sentences are said, unless the best one alone needs more; those of its
    document come first.
    """
    said: dict[Place, str] = {}  # in display form
    runs: list[list[Place]] = []
    offered_runs: list[list[Place]] = []
    for item in evidence:
        text = display_form(documents[item.source].quote(item.span))
        if is_of_order(documents[item.source], item.span) and not asks_about_orders(question):
            continue
        run = [(item.source, span) for span in with_context(item.span, documents[item.source])]
        if run and len(offered_runs) < OFFERED:
            offered_runs.append(run)
        if said and not _adds(question, item, text, evidence[0], said.values()):
            continue
        if run and (not said or len({*said, *run}) <= limit):
            said |= {(source, span): display_form(documents[source].quote(span)) for source, span in run}
            runs.append(run)
    numbers = {(item.source, item.span): number for number, item in enumerate(evidence, 1)}
    context = [place for place in dict.fromkeys([*said, *chain(*offered_runs)]) if place not in numbers]
    numbers |= {place: number for number, place in enumerate(context, len(evidence) + 1)}
    offered = [*evidence, *(Evidence(source=source, span=span, probability=0.0) for source, span in context)]
    for source, span in said:
        at = numbers[source, span] - 1
        mark = _mark(question, documents[source], span)
        offered[at] = Evidence(source=source, span=span, probability=offered[at].probability, answer=mark)
    first = runs[0][0][0] if runs else None
    in_order = sorted(_merged(runs), key=lambda run: (run[0][0] != first, run))
    return Choice(
        evidence=tuple(offered),
        claims=tuple(tuple(numbers[place] for place in run) for run in in_order),
        offers=tuple(tuple(numbers[place] for place in run) for run in offered_runs),
    )


def is_one_claim(sentences: Sequence[Span], document: Document) -> bool:
    """Whether sentences of a document, in this order, are said in one: chosen ones and what these need, no other."""
    said = [(document.name, sentence) for sentence in sentences]
    runs = [[(document.name, span) for span in with_context(sentence, document)] for sentence in sentences]
    return _merged(run for run in runs if run and {*run} <= {*said}) == [said]


def _mark(question: str, document: Document, sentence: Span) -> Span | None:
    """The place of the words in a sentence that answer who, when, where or how many."""
    shown = answer_span(question, display_form(document.quote(sentence)))
    return place_in(document.text, sentence, shown) if shown else None


def _merged(runs: Iterable[list[Place]]) -> list[list[Place]]:
    """The runs, those with a sentence in common made one."""
    merged: list[list[Place]] = []
    for run in runs:
        apart = [other for other in merged if set(run).isdisjoint(other)]
        joined = {*run, *(one for other in merged if other not in apart for one in other)}
        merged = [*apart, sorted(joined)]
    return merged


def _adds(question: str, item: Evidence, text: str, best: Evidence, said: Collection[str]) -> bool:
    """Whether a sentence is nearly as probable as the best one, or answers what is still open, and is not said yet."""
    if item.probability < SHARE_FOR_PART * best.probability:
        return False
    is_probable = item.probability >= SHARE_OF_BEST * best.probability
    return (is_probable or _answers_what_is_open(question, text, said)) and not any(
        _says_the_same(text, other) for other in said
    )


def _answers_what_is_open(question: str, sentence: str, said: Collection[str]) -> bool:
    """Whether a sentence is about one of several parts of the question that nothing said is about."""
    asked = parts(question)
    return len(asked) > 1 and any(
        _is_about(part, sentence) and not any(_is_about(part, other) for other in said) for part in asked
    )


def parts(question: str) -> list[str]:
    """The questions that are asked in one.

    >>> parts("Wer kündigt und in welchem Jahr?"), parts("Wer kauft Brot und Wein?")
    (['Wer kündigt', 'in welchem Jahr?'], ['Wer kauft Brot und Wein?'])
    """
    return _PART.split(question)


def _is_about(part: str, sentence: str) -> bool:
    """Whether a sentence has the words of a part of the question, and the kind of thing that it asks for."""
    asked = {term for word in WORD.findall(part) if not is_function_word(word) for term in terms(word)}
    has_words = len(asked.intersection(terms(sentence))) >= SHARE_OF_PART * len(asked)
    return has_words and not kind_is_missing(part, sentence)


def _says_the_same(sentence: str, other: str) -> bool:
    """Whether two sentences have nearly the same wording, and differ in nothing that turns what it says."""
    if _turning(sentence) != _turning(other):
        return False
    alike = SequenceMatcher(None, terms(sentence), terms(other), autojunk=False)
    return alike.quick_ratio() >= SHARE_OF_SAME and alike.ratio() >= SHARE_OF_SAME


def _turning(sentence: str) -> list[str]:
    """Its numbers, in one spelling, and the words that negate, allow or oblige, in any order."""
    numbers = [term for term in terms(sentence) if term[0].isdigit()]
    return sorted([*numbers, *(word for word in map(folded, WORD.findall(sentence)) if _TURNING.fullmatch(word))])
