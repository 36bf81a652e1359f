"""Evaluated questions to a calibration: what counts, what is too little, and what changes."""

import pytest

from assistant.errors import QuestionSetElsewhere, QuestionsOfOneSort, QuestionsTooFew
from assistant.evaluation.calibration import LEAST_QUESTIONS, calibrated, ensure_enough, ensure_of_home
from assistant.evaluation.own import OwnSet
from assistant.evaluation.records import Evaluation, GoldPlace, Result
from assistant.risk import RISKS, least_confidence
from tests.doubles import document_of
from tests.test_evaluation_running import write

GOLD = (GoldPlace(source="a.txt", start=0, end=3, quote="Der"),)


def result(number: int, confidence: float | None, *, is_answerable: bool, would_be_right: bool) -> Result:
    return Result(
        id=str(number),
        question=f"Frage {number}?",
        kind=None,
        language="de",
        is_answerable=is_answerable,
        status="failed" if confidence is None else "answered",
        is_right=would_be_right,
        confidence=confidence,
        would_be_right=would_be_right,
        scores={},
        answer="",
        gold=GOLD if is_answerable else (),
        cited=(),
        paragraph_ranks=(),
        evidence_rank=None,
        timings_ms={},
    )


def evaluation(*results: Result, name: str = "fragen.jsonl") -> Evaluation:
    return Evaluation(
        set=name,
        sha256=f"sha256 of {name}",
        paragraphs=None,
        gold_is_hidden=False,
        questions=len(results),
        left_out=0,
        resumed=0,
        failed=0,
        metrics={},
        by_kind={},
        seconds={},
        made_with={},
        results=results,
    )


RIGHT = [result(number, 0.8, is_answerable=True, would_be_right=True) for number in range(80)]
MISCITED = [result(number, 0.6, is_answerable=True, would_be_right=False) for number in range(80, 90)]
UNANSWERABLE = [result(number, 0.3, is_answerable=False, would_be_right=False) for number in range(90, 120)]


def test_the_threshold_lies_above_what_would_be_wrong():
    report = calibrated([evaluation(*RIGHT, *MISCITED, *UNANSWERABLE)], {"code": "c"}, 0.05, 0.25)
    assert (report.questions, report.answerable, report.failed, report.risk_is_kept) == (120, 90, 0, True)
    assert report.before.least_confidence == 0.25
    assert report.before.answered == 1
    assert report.before.wrong.value == pytest.approx(30 / 120)
    assert report.before.wrong.low < 30 / 120 < report.before.wrong.high
    assert report.after.least_confidence == 0.6  # a wrong sentence cited is no answer to what the documents do not say
    assert report.after.answered == pytest.approx(90 / 120)
    assert (report.after.wrong.value, report.after.wrong.low) == (0, 0)
    assert 0 < report.after.wrong.high <= report.risk
    assert report.least_risk - 0.01 < report.after.wrong.high <= report.least_risk


def test_a_calibration_says_what_it_rests_on():
    sets = [evaluation(*RIGHT), evaluation(*UNANSWERABLE, name="andere.jsonl")]
    calibration = calibrated(sets, {"code": "c", "hits": "8"}, 0.05, 0.5).calibration
    assert calibration.questions == 110
    assert calibration.fitted_on == {
        "fragen.jsonl": "sha256 of fragen.jsonl",
        "andere.jsonl": "sha256 of andere.jsonl",
    }
    assert calibration.made_with == {"code": "c", "hits": "8"}
    assert calibration.written


def test_the_risk_asked_for_is_a_point_of_its_own():
    report = calibrated([evaluation(*RIGHT, *MISCITED, *UNANSWERABLE)], {}, 0.17, 0.5)
    curve = report.calibration.thresholds
    assert [point.risk for point in curve] == sorted({*RISKS, 0.17})
    assert report.after.least_confidence == least_confidence(curve, 0.17) == 0.6


def test_a_risk_that_no_threshold_keeps_is_told():
    surer = [one.model_copy(update={"confidence": 0.9}) for one in UNANSWERABLE]
    report = calibrated([evaluation(*MISCITED, *surer)], {}, 0.05, 0.5)
    assert not report.risk_is_kept
    assert report.least_risk == pytest.approx(0.9, abs=0.05)
    assert report.after is None


def test_a_question_asked_twice_counts_once_and_one_that_failed_does_not():
    failed = result(200, None, is_answerable=True, would_be_right=False)
    again = [one.model_copy(update={"id": f"copy of {one.id}"}) for one in RIGHT]
    sets = [evaluation(*RIGHT, *UNANSWERABLE, failed), evaluation(*again, name="kopie.jsonl")]
    report = calibrated(sets, {}, 0.05, 0.5)
    assert (report.questions, report.failed) == (110, 1)


def test_failures_can_leave_too_few():
    failed = [result(number, None, is_answerable=True, would_be_right=False) for number in range(200, 300)]
    few = UNANSWERABLE[: LEAST_QUESTIONS - 2] + RIGHT[:1]
    with pytest.raises(QuestionsTooFew, match=str(LEAST_QUESTIONS - 1)):
        calibrated([evaluation(*few, *failed)], {}, 0.05, 0.5)


def own_set(folder, answerable: int, unanswerable: int) -> OwnSet:
    questions = [(f"a{n}", f"Wie lang ist die Frist {n}?", "a.txt", "Die Frist") for n in range(answerable)]
    questions += [(f"u{n}", f"Wie hoch ist der Turm {n}?", None, None) for n in range(unanswerable)]
    return OwnSet(write(folder / "fragen.jsonl", *questions))


DOCUMENTS = {"a.txt": document_of("Die Frist ist drei Monate.")}


def test_few_questions_or_those_of_one_sort_are_refused_before_any_is_asked(tmp_path):
    ensure_enough([own_set(tmp_path, LEAST_QUESTIONS - 1, 1)], DOCUMENTS)
    with pytest.raises(QuestionsTooFew):
        ensure_enough([own_set(tmp_path, LEAST_QUESTIONS - 2, 1)], DOCUMENTS)
    for sorts in ((LEAST_QUESTIONS, 0), (0, LEAST_QUESTIONS)):
        with pytest.raises(QuestionsOfOneSort):
            ensure_enough([own_set(tmp_path, *sorts)], DOCUMENTS)


def test_the_same_questions_twice_are_not_more(tmp_path):
    half = own_set(tmp_path, LEAST_QUESTIONS // 2 - 1, LEAST_QUESTIONS // 2)
    with pytest.raises(QuestionsTooFew):
        ensure_enough([half, half], DOCUMENTS)


def test_a_set_with_its_own_documents_cannot_calibrate_a_home(tmp_path):
    own = own_set(tmp_path, 1, 1)
    ensure_of_home([own])
    own.documents = ()
    with pytest.raises(QuestionSetElsewhere, match=r"fragen\.jsonl"):
        ensure_of_home([own])
