"""Which words of a sentence answer a question: what could, and the one to mark."""

import re
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from assistant.asking.kinds import OF_NAMES, Asked, Kind, asked_of, kinds_asked, new_mentions, stems, stems_of
from assistant.asking.mentions import Mention
from assistant.german import WORD
from assistant.records import Span

_LEAST: dict[Kind, float] = {"person": 0.5, "place": 1.0, "name": 1.7}  # score of a mention to be marked
_LEAD: dict[Kind, float] = {"person": 0.3, "name": 0.5}  # in score, before the second best
_LEAD_OF_OTHERS = 0.15


def answer_spans(question: str, sentence: str) -> tuple[Span, ...]:
    """The places in `sentence` of what could answer `question`, in reading order; they do not overlap.

    >>> answer_spans("Wann kamen sie?", "Am 3. Mai kamen 87 Gäste.")
    (Span(start=0, end=9),)
    """
    found: list[Mention] = []
    for kind in kinds_asked(question):
        found += (one for one in new_mentions(kind, question, sentence) if not _overlaps(one, found))
    return tuple(sorted(one.span for one in found))


def answer_span(question: str, sentence: str) -> Span | None:
    """The place in `sentence` to mark as the answer to who, when, where or how many; None where none clearly is it.

    Near the words that the sentence shares with the question is better; two that are about as good cancel out.
    """
    kinds = [kind for kind in kinds_asked(question) if kind != "reason"]
    if kinds[:1] == ["speaker"] and not new_mentions("speaker", question, sentence):
        kinds = ["person"]
    if not kinds or not (found := new_mentions(kinds[0], question, sentence)):
        return None
    shared = _Shared.of(question, sentence)
    best, *others = sorted(((_score(kinds[0], one, shared), one.span) for one in found), reverse=True)
    least, lead = _LEAST.get(kinds[0], 0.0), _LEAD.get(kinds[0], _LEAD_OF_OTHERS)
    return best[1] if best[0] >= max([least, *(score + lead for score, _ in others)]) else None


def _overlaps(one: Mention, others: list[Mention]) -> bool:
    return any(one.span.start < other.span.end and other.span.start < one.span.end for other in others)


# --- which mention is it -----------------------------------------------------------------------------------------

_MEASURE = re.compile(r"(?:%|Prozent|Jahre?n?|Tage?n?|Stunden?|Minuten?|Wochen?|Monate?n?)$")
_PASSIVE = re.compile(r"\b(?:wurden?|worden|werden|wird|was|were|been)\b")
_CALLED = re.compile(r"\b(?:namens|genannt|heiß(?:t|en)|hieß(?:en)?|Namen?|called|named)\s[„“\"»]?$")
_BOUNDARIES = frozenset(",;:()–")


@cache
def _signs() -> dict[str, frozenset[str]]:
    """Signs of short biographies, and the stems that they stand for."""
    return {"*": stems_of("geboren Geburt"), "†": stems_of("gestorben Tod")}


class _Shared(NamedTuple):
    """A question and a sentence, and the sentence's words that the question has, too."""

    asked: Asked
    sentence: str
    places: tuple[Span, ...]
    """Of these words in the sentence."""
    steps: tuple[int, ...]
    """Up to each offset of the sentence: white space counts 1, a mark between clauses 2."""

    @classmethod
    def of(cls, question: str, sentence: str) -> "_Shared":
        asked = asked_of(question)
        steps = accumulate((2 if one in _BOUNDARIES else int(one.isspace()) for one in sentence), initial=0)
        places = (Span(*one.span()) for one in WORD.finditer(sentence) if asked.stems & stems(one.group()))
        asked_signs = [sign for sign, stems in _signs().items() if stems & asked.stems]
        signs = (Span(at, at + 1) for at, one in enumerate(sentence) if one in asked_signs)
        return cls(asked, sentence, (*places, *signs), tuple(steps))

    def nearness(self, span: Span) -> float:
        """The sum of 1 / (1 + steps to it) over the shared words."""
        return sum(1 / (1 + self._steps_between(span, place)) for place in self.places)

    def _steps_between(self, one: Span, other: Span) -> int:
        first, second = sorted((one, other))
        return max(0, self.steps[second.start] - self.steps[first.end])


def _score(kind: Kind, one: Mention, shared: _Shared) -> float:
    """How much speaks for a mention: its form, its nearness to what is asked, and what fits it to the question."""
    score = float(one.is_clear) + shared.nearness(one.span)
    if kind == "number":
        return score + _fit_of_unit(shared.sentence[slice(*one.span)], shared.asked)
    if kind == "name":
        return score + float(bool(_CALLED.search(shared.sentence, max(0, one.span.start - 20), one.span.start)))
    if kind in OF_NAMES:
        return score + _fit_of_preposition(one.preposition, shared)
    return score


def _fit_of_unit(text: str, asked: Asked) -> float:
    """1 for the unit that is asked for; less than 0 for a measure that is not."""
    measure = _MEASURE.search(text)
    is_other_measure = measure is not None and not asked.holds(measure.group())
    return float(bool(asked.counted & stems_of(text))) - 0.5 * is_other_measure


def _fit_of_preposition(preposition: str, shared: _Shared) -> float:
    """1 for the question's own, or that of who acts in the passive; less than 0 for another if a subject is asked."""
    if shared.asked.preposition:
        return float(preposition[:2] == shared.asked.preposition[:2])
    if not shared.asked.is_subject or not preposition:
        return 0.0
    is_agent = preposition in {"von", "vom", "durch", "by"} and _PASSIVE.search(shared.sentence)
    return 1.0 if is_agent else -0.5
