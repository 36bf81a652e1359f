"""How sure is sure enough: the least confidence above which no more than a stated share of the answers is wrong.

Selective risk control (Geifman and El-Yaniv 2017, arXiv 1705.08500): a threshold keeps a risk if the exact upper bound
(Clopper and Pearson 1934) of the share of wrong answers above it does not exceed the risk. The bound is the upper end
of the 95 % interval, so that few questions show little: without one wrong answer, 72 are needed to show 5 %.
Their correction for the number of thresholds tried is left out, since these share most of their questions: the true
risk exceeds the stated one in no more than DELTA of the question sets that tests/test_risk.py simulates.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from assistant.records import Probability, Record

RISKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
DELTA = 0.025  # one side of a 95 % interval
NOT_KEPT = 1.0
"""The threshold of a risk that none keeps: only what is certain is answered."""


class Threshold(Record):
    """A point of the curve from risk to least confidence."""

    risk: Probability
    """Largest share of the answers that may be wrong: given though the documents do not answer."""
    confidence: Probability
    """Least confidence that keeps it; 1 if none does."""


class Judged(NamedTuple):
    """A question that was asked, and whether answering it is wrong."""

    confidence: float
    is_wrong: bool


class Calibration(Record):
    """The thresholds that somebody's own questions ask for; kept with the index."""

    thresholds: tuple[Threshold, ...]
    """By ascending risk."""
    questions: int
    """How many it rests on."""
    fitted_on: dict[str, str]
    """SHA-256 of each question set by name."""
    made_with: dict[str, str]
    """The code and the settings that confidence depends on; with others it does not hold."""
    written: str
    """When, as an ISO 8601 time in UTC."""


def least_confidence(curve: Sequence[Threshold], risk: float) -> float:
    """The threshold for a risk: linear between those points of a curve by ascending risk that can be kept.

    A smaller risk than theirs asks for certainty, a larger one for the last point's confidence; where all answers may
    be wrong, all are given.

    >>> curve = [Threshold(risk=0.1, confidence=0.8), Threshold(risk=0.2, confidence=0.6)]
    >>> [round(least_confidence(curve, risk), 2) for risk in (0, 0.1, 0.15, 0.9, 1)]
    [1.0, 0.8, 0.7, 0.6, 0.0]
    """
    if risk >= 1:
        return 0.0
    kept = [point for point in curve if point.confidence < NOT_KEPT]  # towards the others nothing was shown
    if not kept:
        return NOT_KEPT
    return float(np.interp(risk, [one.risk for one in kept], [one.confidence for one in kept], left=NOT_KEPT))


def curve_from(judged: Iterable[Judged], risks: Iterable[float] = RISKS) -> tuple[Threshold, ...]:
    """For each risk, ascending, the least confidence at which the questions that are as sure show that it is kept."""
    answered = _by_confidence(judged)
    return tuple(Threshold(risk=risk, confidence=_least_kept(answered, risk)) for risk in sorted(risks))


def keeps(wrong: int, answers: int, risk: float) -> bool:
    """Whether so many wrong ones among the answers show, but for a chance of DELTA, that the risk is not exceeded.

    >>> keeps(0, 71, 0.05), keeps(0, 72, 0.05)
    (False, True)
    """
    if not 0 < risk < 1:
        return risk == 1
    if wrong > risk * answers:
        return False
    return sum(_binomial(count, answers, risk) for count in range(wrong + 1)) <= DELTA


class _Answered(NamedTuple):
    """The questions that a threshold lets through."""

    confidence: float
    """The threshold."""
    answers: int
    wrong: int


def _by_confidence(judged: Iterable[Judged]) -> list[_Answered]:
    """What each confidence there is lets through, the least first; those equally sure pass together."""
    passed: dict[float, _Answered] = {}
    wrong = 0
    for answers, one in enumerate(sorted(judged, key=lambda one: -one.confidence), 1):
        wrong += one.is_wrong
        passed[one.confidence] = _Answered(one.confidence, answers, wrong)
    return [*passed.values()][::-1]


def _least_kept(answered: Sequence[_Answered], risk: float) -> float:
    return next((one.confidence for one in answered if keeps(one.wrong, one.answers, risk)), NOT_KEPT)


def _binomial(count: int, of: int, share: float) -> float:
    """Probability of exactly `count` hits in `of` draws."""
    ways = math.lgamma(of + 1) - math.lgamma(count + 1) - math.lgamma(of - count + 1)
    return math.exp(ways + count * math.log(share) + (of - count) * math.log1p(-share))
