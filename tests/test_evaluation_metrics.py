"""Metrics: equal to what one computes by hand, and to what ir-measures and scikit-learn make of the same."""

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R
from sklearn.metrics import roc_auc_score

from assistant.enforcement import refuse
from assistant.evaluation.judging import judge
from assistant.evaluation.metrics import (
    METRICS,
    aurc,
    auroc,
    calibration,
    ece,
    figures,
    figures_by_kind,
    interval,
    mean,
    risk_coverage,
)
from assistant.evaluation.records import GoldPlace, Question, Result
from assistant.evaluation.words import GROUPS, MEANINGS
from assistant.indexing import build_index
from assistant.pipeline import Outcome
from assistant.records import Draft, Hit
from tests.doubles import HashEmbedder, document_of, inquiry


def result(number: int, *, answerable=True, answered=True, right=None, confidence=0.5, kind=None, **scores) -> Result:
    """A judged question, right or wrong as one says."""
    is_right = (answerable == answered) if right is None else right
    return Result(
        id=str(number),
        question=f"Frage {number}?",
        kind=kind,
        language="de",
        is_answerable=answerable,
        status="answered" if answered else "refused",
        is_right=is_right,
        confidence=confidence,
        would_be_right=answerable and is_right,
        scores={name.replace("__", ".").replace("_at_", "@"): value for name, value in scores.items()},
        answer="",
        gold=(),
        cited=(),
        paragraph_ranks=(),
        evidence_rank=None,
        timings_ms={},
    )


# --- by hand -----------------------------------------------------------------------------------------------------


def test_means_leave_out_what_does_not_apply():
    results = [
        result(1, citation__precision=1.0, evidence__hit_at_1=1.0),
        result(2, citation__precision=0.5, evidence__hit_at_1=0.0),
        result(3, evidence__hit_at_1=1.0),
    ]
    found = figures(results)
    assert (found["citation.precision"].value, found["citation.precision"].questions) == (0.75, 2)
    assert (found["evidence.hit@1"].value, found["evidence.hit@1"].questions) == (2 / 3, 3)
    assert "refusal.recall" not in found


def test_auroc_by_hand():
    # pairs (answerable, unanswerable): .9>.4, .9>.6, .6>.4, .6=.6 -> 3.5 of 4
    confidence, answerable = np.array([0.9, 0.6, 0.4, 0.6]), np.array([1.0, 1, 0, 0])
    assert auroc(confidence, answerable) == pytest.approx(3.5 / 4)


def test_aurc_by_hand():
    # surest first: right, wrong, right, wrong -> risks 0, 1/2, 1/3, 1/2
    confidence, wrong = np.array([0.2, 0.9, 0.5, 0.7]), np.array([1.0, 0, 0, 1])
    assert aurc(confidence, wrong) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_equally_sure_answers_count_as_in_random_order():
    wrong = np.array([1.0, 0, 0, 1])
    same = np.full(4, 0.5)
    assert aurc(same, wrong) == aurc(same, wrong[::-1]) == pytest.approx(0.5)


def test_calibration_error_by_hand():
    # bin .9-1: confidences .95 and .91, one answerable -> |.93 - .5|; bin .2-.3: .25, answerable -> |.25 - 1|
    confidence, answerable = np.array([0.95, 0.91, 0.25]), np.array([1.0, 0, 1])
    assert ece(confidence, answerable) == pytest.approx((2 * 0.43 + 1 * 0.75) / 3)
    bins = calibration(
        [
            result(n, answerable=bool(a), confidence=c)
            for n, (c, a) in enumerate(zip(confidence, answerable, strict=True))
        ]
    )
    assert [one.questions for one in bins] == [1, 2]
    assert bins[1].confidence == pytest.approx(0.93)
    assert bins[1].answerable == 0.5


def test_risk_coverage_goes_from_sure_to_unsure():
    results = [result(1, confidence=0.9), result(2, confidence=0.9, right=False), result(3, confidence=0.3)]
    assert risk_coverage(results) == [(pytest.approx(2 / 3), 0.5, 0.9), (1.0, pytest.approx(1 / 3), 0.3)]


def test_a_perfect_and_a_hopeless_assistant_have_the_extreme_figures():
    good = [result(n, answerable=n % 2 == 0, answered=n % 2 == 0, confidence=float(n % 2 == 0)) for n in range(10)]
    bad = [result(n, answerable=n % 2 == 0, answered=n % 2 == 1, confidence=float(n % 2 == 1)) for n in range(10)]
    assert figures(good)["refusal.auroc"].value == 1
    assert figures(good)["confidence.ece"].value == 0
    assert figures(bad)["refusal.auroc"].value == 0
    assert figures(bad)["confidence.ece"].value == 1
    assert figures(bad)["risk.aurc"].value == 1


def test_figures_are_given_for_each_kind():
    results = [result(1, kind="who", overall__right=1.0), result(2, kind="when", overall__right=0.0), result(3)]
    found = figures_by_kind(results)
    assert list(found) == ["when", "who"]
    assert (found["who"].questions, found["who"].metrics["overall.right"].value) == (1, 1.0)


def test_a_failed_question_has_a_risk_but_no_confidence():
    failed = result(2).model_copy(update={"status": "failed", "confidence": None, "would_be_right": False})
    found = figures([result(1, confidence=0.7), failed])
    assert found["risk.aurc"].questions == 2
    assert found["confidence.ece"].questions == 1


def test_figures_that_would_say_nothing_are_left_out():
    answerable = figures([result(1, refusal__precision=0.0, answered=False), result(2)])
    assert not {"refusal.precision", "refusal.auroc"} & set(answerable)
    unanswerable = figures([result(1, answerable=False, answered=False, refusal__precision=1.0)])
    assert "refusal.precision" in unanswerable
    assert "risk.aurc" not in unanswerable


# --- beside libraries --------------------------------------------------------------------------------------------


confidences = st.lists(st.integers(0, 20).map(lambda n: n / 20), min_size=2, max_size=40)


@given(confidences, st.randoms(use_true_random=False))
def test_auroc_is_that_of_scikit_learn(values, random):
    labels = [1, 0] + [random.randint(0, 1) for _ in values[2:]]
    assert auroc(np.array(values), np.array(labels, float)) == pytest.approx(roc_auc_score(labels, values))


@given(confidences, st.randoms(use_true_random=False))
def test_a_batch_of_resamples_is_what_its_rows_are(values, random):
    wrong = np.array([float(random.randint(0, 1)) for _ in values])
    rows = np.array([[random.randrange(len(values)) for _ in values] for _ in range(3)])
    confidence = np.array(values)
    for metric in (aurc, ece):
        batch = metric(confidence[rows], wrong[rows])
        assert batch == pytest.approx([float(metric(confidence[row], wrong[row])) for row in rows])


TEXTS = [f"Der Wal {number} singt im Meer. Der Dackel {number} bellt laut im Hof." for number in range(30)]
INDEX = build_index([document_of(text, f"{number}.txt") for number, text in enumerate(TEXTS)], HashEmbedder(), 40)


@given(st.lists(st.permutations(range(len(INDEX.passages))), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_retrieval_metrics_are_those_of_ir_measures(rankings, random):
    results, run, relevant = [], {}, {}
    for number, ranking in enumerate(rankings):
        gold = random.randrange(len(INDEX.documents))
        hits = tuple(
            Hit(passage=passage, rank=rank, score=-rank, dense=0.0, sentence=0.0, lexical=0.0, words=0.0)
            for rank, passage in enumerate(ranking, 1)
        )
        asked = Question(id=str(number), question="Wer?", language="de", gold=(place(gold),))
        outcome = Outcome(
            refuse(inquiry("Wer?"), "not_in_documents", (), INDEX.by_name), {"total": 1.0}, hits, (), Draft(claims=())
        )
        results.append(judge(asked, outcome, INDEX, "document"))
        documents = list(dict.fromkeys(INDEX.passages[passage].document for passage in ranking))
        run[str(number)] = {str(document): -float(rank) for rank, document in enumerate(documents)}
        relevant[str(number)] = {str(gold): 1}
    expected = ir_measures.calc_aggregate([R @ 1, R @ 5, RR @ 10], relevant, run)
    found = figures(results)
    assert found["retrieval.recall@1"].value == pytest.approx(expected[R @ 1], abs=1e-4)
    assert found["retrieval.recall@5"].value == pytest.approx(expected[R @ 5], abs=1e-4)
    assert found["retrieval.mrr@10"].value == pytest.approx(expected[RR @ 10], abs=1e-4)


def place(document: int) -> GoldPlace:
    text = TEXTS[document]
    return GoldPlace(source=f"{document}.txt", start=0, end=7, quote=text[:7])


# --- intervals ---------------------------------------------------------------------------------------------------


def test_an_interval_is_the_same_each_time_and_about_as_wide_as_theory_says():
    scores = np.array([1.0] * 60 + [0.0] * 40)
    low, high = interval(lambda rows: mean(scores[rows]), 100)
    assert (low, high) == interval(lambda rows: mean(scores[rows]), 100)
    assert low == pytest.approx(0.6 - 1.96 * np.sqrt(0.6 * 0.4 / 100), abs=0.02)
    assert high == pytest.approx(0.6 + 1.96 * np.sqrt(0.6 * 0.4 / 100), abs=0.02)


def test_an_interval_holds_the_truth_about_95_times_in_100():
    random = np.random.default_rng(1)
    held = 0
    for _ in range(100):
        scores = (random.random(80) < 0.7).astype(float)
        low, high = interval(lambda rows, scores=scores: mean(scores[rows]), 80)
        held += low <= 0.7 <= high
    assert 88 <= held <= 100


def test_one_question_and_one_unanswerable_among_few_have_figures_without_a_warning():
    assert figures([result(1, overall__right=1.0)])["overall.right"].low == 1
    few = [result(1), result(2), result(3, answerable=False, answered=False, confidence=0.1)]
    assert figures(few)["refusal.auroc"].value == 1


def test_each_metric_has_a_meaning_and_a_group():
    assert tuple(MEANINGS) == METRICS
    assert {metric.partition(".")[0] for metric in METRICS} == set(GROUPS)
