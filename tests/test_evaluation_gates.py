"""Gates: read exactly, and failed where a figure is missing."""

import pytest

from assistant.errors import GateInvalid
from assistant.evaluation.gates import read_gate
from assistant.evaluation.metrics import figures
from assistant.evaluation.records import Figure
from tests.test_evaluation_metrics import result


def figure(value: float) -> Figure:
    return Figure(value=value, low=value, high=value, questions=10)


@pytest.mark.parametrize(
    ("gate", "value", "is_passed"),
    [
        ("refusal.recall>=0.95", 0.95, True),
        ("refusal.recall>=0.95", 0.9499, False),
        ("refusal.recall>.95", 0.95, False),
        (" confidence.ece <= 0.05 ", 0.05, True),
        ("risk.aurc<0.1", 0.1, False),
        ("retrieval.mrr@10>=1", 1.0, True),
    ],
)
def test_a_figure_passes_or_not(gate, value, is_passed):
    read = read_gate(gate)
    assert read.judge({read.metric: figure(value)}).is_passed == is_passed


@pytest.mark.parametrize(("gate", "value"), [("answer.correct>=0.66667", 2 / 3), ("answer.correct>=1", 20000 / 20001)])
def test_nothing_is_rounded_over_a_gate(gate, value):
    scores = [1.0] * 2 + [0.0] if value < 0.7 else [1.0] * 20000 + [0.0]
    measured = figures([result(n, answer__correct=score) for n, score in enumerate(scores)])
    assert not read_gate(gate).judge(measured).is_passed


def test_a_figure_that_is_not_measured_does_not_pass():
    judged = read_gate("refusal.recall>=0").judge({"answer.correct": figure(1.0)})
    assert (judged.value, judged.is_passed) == (None, False)


@pytest.mark.parametrize(
    "gate",
    ["", "refusal.recall", "refusal.recall=1", "refusal.recall>=", "x>=1", "answer.correct>=a", "answer.correct>=95"],
)
def test_a_gate_that_cannot_be_read_says_so_and_names_the_figures(gate):
    with pytest.raises(GateInvalid, match=r"answer\.correct") as error:
        read_gate(gate)
    assert "refusal.recall" in error.value.message("de")
