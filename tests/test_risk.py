"""From a stated risk to a threshold: exact on the questions asked, and not too hopeful for others like them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from assistant.risk import (
    DELTA,
    NOT_KEPT,
    RISKS,
    Judged,
    Threshold,
    curve_from,
    keeps,
    least_confidence,
)
from assistant.weights import fitted_weights

confidences = st.integers(0, 40).map(lambda number: number / 40)  # some of them equal
risks = st.floats(0, 1)
judged = st.lists(st.builds(Judged, confidences, st.booleans()), max_size=150) | st.lists(
    st.builds(Judged, confidences, st.just(False)), max_size=300
)


@st.composite
def curves(draw: st.DrawFn) -> list[Threshold]:
    at = sorted(draw(st.sets(risks, min_size=1, max_size=6)))
    confidence = st.just(NOT_KEPT) | risks
    falling = sorted(draw(st.lists(confidence, min_size=len(at), max_size=len(at))), reverse=True)
    return [Threshold(risk=risk, confidence=confidence) for risk, confidence in zip(at, falling, strict=True)]


def passing(asked: list[Judged], least: float) -> list[Judged]:
    return [one for one in asked if one.confidence >= least]


@given(judged)
def test_thresholds_do_not_rise_as_the_risk_grows(asked):
    curve = curve_from(asked)
    assert [point.risk for point in curve] == sorted(RISKS)
    found = [point.confidence for point in curve]
    assert found == sorted(found, reverse=True)


@given(judged)
def test_no_threshold_lets_more_pass_wrong_than_the_risk_or_than_the_interval_says(asked):
    for point in curve_from(asked):
        passed = passing(asked, point.confidence)
        if point.confidence < NOT_KEPT:
            wrong = sum(one.is_wrong for one in passed)
            assert wrong / len(passed) <= point.risk
            assert binomtest(wrong, len(passed)).proportion_ci(0.95).high <= point.risk + 1e-9


@given(judged)
def test_no_lower_threshold_keeps_the_risk(asked):
    for point in curve_from(asked):
        for lower in {one.confidence for one in asked if one.confidence < point.confidence}:
            passed = passing(asked, lower)
            upper = binomtest(sum(one.is_wrong for one in passed), len(passed)).proportion_ci(0.95).high
            assert upper > point.risk - 1e-9


@given(judged, st.randoms())
def test_the_order_of_the_questions_does_not_count(asked, random):
    shuffled = random.sample(asked, len(asked))
    assert curve_from(shuffled) == curve_from(asked)


@given(st.integers(1, 3000), st.floats(0.001, 0.999), st.data())
def test_a_risk_is_kept_where_the_exact_interval_ends_below_it(answers, risk, data):
    wrong = data.draw(st.integers(0, min(answers, 100)))
    upper = binomtest(wrong, answers).proportion_ci(1 - 2 * DELTA).high
    if abs(upper - risk) > 1e-6:
        assert keeps(wrong, answers, risk) == (upper < risk)


def test_no_risk_at_all_cannot_be_shown_and_any_risk_is_kept():
    assert not keeps(0, 10_000, 0.0)
    assert keeps(10, 10, 1.0)


def test_where_no_threshold_keeps_a_risk_the_point_says_so():
    assert {point.confidence for point in curve_from([])} == {NOT_KEPT}
    always_wrong = [Judged(0.9, is_wrong=True)] * 100
    assert {point.confidence for point in curve_from(always_wrong)} == {NOT_KEPT}
    never_wrong = [Judged(0.3, is_wrong=False)] * 71
    assert [point.confidence for point in curve_from(never_wrong, [0.05, 0.1])] == [NOT_KEPT, 0.3]


@given(curves(), risks, risks)
def test_more_risk_never_needs_more_confidence(curve, one, other):
    assert least_confidence(curve, min(one, other)) >= least_confidence(curve, max(one, other)) - 1e-12


@given(curves(), risks)
def test_between_points_the_threshold_lies_between_theirs_and_at_a_point_it_is_its_own(curve, risk):
    found = least_confidence(curve, risk)
    below = [point.confidence for point in curve if point.risk <= risk]
    above = [point.confidence for point in curve if point.risk > risk]
    if risk == 1:
        assert found == 0
    elif not below or below[-1] == NOT_KEPT:
        assert found == NOT_KEPT
    elif above:
        assert above[0] - 1e-12 <= found <= below[-1] + 1e-12
    else:
        assert found == below[-1]
    for point in curve:
        if point.risk < 1:
            assert least_confidence(curve, point.risk) == point.confidence


def test_where_all_answers_may_be_wrong_all_are_given():
    assert least_confidence([Threshold(risk=0.5, confidence=0.4)], 1.0) == 0


@pytest.mark.parametrize("questions", [40, 120, 400])
@pytest.mark.parametrize("skill", [6, 2.5])
def test_the_true_risk_is_seldom_above_the_stated_one(questions, skill):
    """Many question sets are drawn whose true risk is known."""
    random = np.random.default_rng(7)
    sets, broken = 400, dict.fromkeys((0.05, 0.1, 0.2), 0)
    for _ in range(sets):
        confidence = np.sort(random.uniform(size=questions))[::-1].round(4)
        chance = 1 - confidence ** (1 / skill)
        wrong = random.uniform(size=questions) < chance
        asked = [Judged(*one) for one in zip(confidence.tolist(), wrong.tolist(), strict=True)]
        for point in curve_from(asked, broken):
            true_risk = chance[confidence >= point.confidence]
            broken[point.risk] += bool(true_risk.size and true_risk.mean() > point.risk)
    spread = 2 * (DELTA * (1 - DELTA) / sets) ** 0.5
    assert max(broken.values()) / sets <= DELTA + spread


@pytest.mark.parametrize("name", ["read", "unread"])
def test_the_curves_that_the_package_carries_are_some(name):
    curve = getattr(fitted_weights(), name).thresholds
    assert [point.risk for point in curve] == sorted({point.risk for point in curve})
    found = [point.confidence for point in curve]
    assert found == sorted(found, reverse=True)
