"""A home folder's own questions to the threshold that keeps a stated risk on them."""

import datetime
from collections.abc import Mapping, Sequence

from assistant.errors import QuestionSetElsewhere, QuestionsOfOneSort, QuestionsTooFew
from assistant.evaluation.metrics import exact_interval
from assistant.evaluation.questions import QuestionSet
from assistant.evaluation.records import CalibrationReport, Evaluation, ThresholdWorth, WrongShare
from assistant.records import Document
from assistant.risk import NOT_KEPT, RISKS, Calibration, Judged, curve_from, least_confidence

LEAST_QUESTIONS = 30
WHOLE_PER_CENT = [per_cent / 100 for per_cent in range(1, 101)]


def ensure_of_home(question_sets: Sequence[QuestionSet]) -> None:
    """Raise QuestionSetElsewhere if a set brings its own documents: it says nothing of the home folder's."""
    for one in question_sets:
        if one.documents is not None:
            raise QuestionSetElsewhere(one.name)


def ensure_enough(question_sets: Sequence[QuestionSet], documents: Mapping[str, Document]) -> None:
    """Check all questions before any is asked.

    Raises QuestionsTooFew, QuestionsOfOneSort, QuestionSetInvalid or QuestionSetEmpty.
    """
    for one in question_sets:
        one.count(documents)
    asked = {
        (question.question, question.gold): question.is_answerable
        for one in question_sets
        for question in one.questions(documents)
    }
    _ensure_both_sorts([*asked.values()])


def calibrated(
    evaluations: Sequence[Evaluation], made_with: Mapping[str, str], risk: float, least_before: float
) -> CalibrationReport:
    """The calibration that the evaluated questions ask for, and what it changes at a risk.

    A question that is asked twice counts once; one that failed, which nobody would be answered, does not count.
    Raises QuestionsTooFew or QuestionsOfOneSort if too few are left.
    """
    results = {(one.question, one.gold): one for evaluation in evaluations for one in evaluation.results}
    known = [one for one in results.values() if one.confidence is not None]
    _ensure_both_sorts([one.is_answerable for one in known])
    judged = [Judged(one.confidence or 0.0, not one.is_answerable) for one in known]
    calibration = Calibration(
        thresholds=curve_from(judged, {*RISKS, risk}),
        questions=len(judged),
        fitted_on={one.set: one.sha256 for one in evaluations},
        made_with=dict(made_with),
        written=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    )
    least_after = least_confidence(calibration.thresholds, risk)
    return CalibrationReport(
        risk=risk,
        risk_is_kept=least_after < NOT_KEPT,
        least_risk=_least_risk(judged),
        questions=len(judged),
        answerable=sum(one.is_answerable for one in known),
        failed=len(results) - len(known),
        before=_worth(judged, least_before),
        after=_worth(judged, least_after) if least_after < NOT_KEPT else None,
        calibration=calibration,
    )


def _ensure_both_sorts(answerable: Sequence[bool]) -> None:
    if len(answerable) < LEAST_QUESTIONS:
        raise QuestionsTooFew(len(answerable), least=LEAST_QUESTIONS)
    if len(set(answerable)) < 2:
        raise QuestionsOfOneSort()


def _least_risk(judged: Sequence[Judged]) -> float:
    kept = (point.risk for point in curve_from(judged, WHOLE_PER_CENT) if point.confidence < NOT_KEPT)
    return next(kept, 1.0)


def _worth(judged: Sequence[Judged], least: float) -> ThresholdWorth:
    """What answering the questions that are at least so sure is worth."""
    answered = [one for one in judged if one.confidence >= least]
    wrong = sum(one.is_wrong for one in answered)
    share = None
    if answered:
        low, high = exact_interval(wrong, len(answered))
        share = WrongShare(value=wrong / len(answered), low=low, high=high)
    return ThresholdWorth(least_confidence=least, answered=len(answered) / len(judged), wrong=share)
