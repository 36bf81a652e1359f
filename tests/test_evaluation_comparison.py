"""Comparison with a baseline: paired, of the same questions, naming what flipped."""

import numpy as np
import pytest

from assistant.errors import BaselineUnfit, BaselineUnreadable
from assistant.evaluation.comparison import compare, read_baseline, with_comparison
from assistant.evaluation.metrics import figures, figures_by_kind
from assistant.evaluation.records import Evaluation, Result
from tests.test_evaluation_metrics import result


def evaluation(results: list[Result], name: str = "a.jsonl", **made_with: str) -> Evaluation:
    return Evaluation(
        set=name,
        sha256="",
        paragraphs=None,
        gold_is_hidden=False,
        questions=len(results),
        left_out=0,
        resumed=0,
        failed=0,
        metrics=figures(results),
        by_kind=figures_by_kind(results),
        seconds={},
        made_with=made_with,
        results=tuple(results),
    )


def answers(*scores: float) -> list[Result]:
    return [
        result(number, right=bool(score), answer__correct=float(score), confidence=number % 10 / 10)
        for number, score in enumerate(scores)
    ]


def test_differences_are_paired(tmp_path):
    # 3 of 40 questions get better, none worse: the difference is clear, though each figure alone is wide
    random = np.random.default_rng(0)
    before = [float(random.random() < 0.5) for _ in range(200)]
    wrong = [number for number, score in enumerate(before) if not score][:12]
    after = [1.0 if number in wrong else score for number, score in enumerate(before)]
    compared = compare(evaluation(answers(*before)), evaluation(answers(*after)), tmp_path)
    difference = compared.differences["answer.correct"]
    assert difference.value == pytest.approx(12 / 200)
    assert difference.is_clear
    widths = [figures(answers(*scores))["answer.correct"] for scores in (before, after)]
    assert widths[0].high > widths[1].low


def test_the_same_results_differ_in_nothing(tmp_path):
    same = evaluation(answers(1, 0, 1, 1))
    compared = compare(same, same, tmp_path)
    assert compared.flips == ()
    assert all(
        (one.value, one.low, one.high, one.is_clear) == (0, 0, 0, False) for one in compared.differences.values()
    )


def test_flips_are_named_both_ways(tmp_path):
    compared = compare(evaluation(answers(1, 0, 1)), evaluation(answers(0, 1, 1)), tmp_path)
    assert [(flip.id, flip.is_right_now) for flip in compared.flips] == [("0", False), ("1", True)]


def test_questions_that_are_new_gone_or_changed_are_counted_and_left_out(tmp_path):
    before, after = answers(1, 1, 1), answers(1, 1, 1, 1)
    after[1] = after[1].model_copy(update={"question": "Anders gefragt?"})
    compared = compare(evaluation(before), evaluation(after), tmp_path)
    assert (compared.questions, compared.only_before, compared.only_now) == (2, 1, 2)


def test_what_it_was_made_with_is_compared(tmp_path):
    compared = compare(
        evaluation(answers(1, 1), hits="8", code="a"), evaluation(answers(1, 1), hits="9", code="a"), tmp_path
    )
    assert compared.changes == {"hits": ("8", "9")}


def test_few_questions_are_never_a_clear_difference(tmp_path):
    compared = compare(evaluation(answers(0, 0, 0)), evaluation(answers(1, 1, 1)), tmp_path)
    assert compared.differences["answer.correct"].low == 1
    assert not compared.differences["answer.correct"].is_clear


def test_another_set_or_another_way_of_asking_is_told(tmp_path):
    before = evaluation(answers(1, 1), "a.jsonl")
    after = Evaluation(**dict(evaluation(answers(1, 1), "b.jsonl")) | {"gold_is_hidden": True})
    changes = compare(before, after, tmp_path).changes
    assert changes == {"set": ("a.jsonl", "b.jsonl"), "--hide-gold": ("False", "True")}


def test_a_baseline_may_be_laid_out_over_lines(tmp_path):
    file = tmp_path / "earlier.json"
    file.write_text(evaluation(answers(1)).model_dump_json(indent=2), encoding="utf-8")
    assert len(read_baseline(file)) == 1


def test_a_score_that_is_none_is_not_believed(tmp_path):
    file = tmp_path / "forged.json"
    saved = evaluation(answers(1, 0)).model_dump_json()
    for forged in ("99.0", "-3.0"):
        file.write_text(saved.replace('"answer.correct":1.0', f'"answer.correct":{forged}'), encoding="utf-8")
        with pytest.raises(BaselineUnreadable):
            read_baseline(file)


def test_nothing_in_common_is_an_error(tmp_path):
    other = [result(9)]
    with pytest.raises(BaselineUnfit):
        compare(evaluation(answers(1)), evaluation(other), tmp_path)


def test_the_baseline_of_the_same_set_is_taken(tmp_path):
    baselines = [evaluation(answers(1, 1), "a.jsonl"), evaluation(answers(0, 0), "b.jsonl")]
    compared = with_comparison(evaluation(answers(1, 1), "b.jsonl"), baselines, tmp_path).comparison
    assert compared is not None
    assert len(compared.flips) == 2
    with pytest.raises(BaselineUnfit):
        with_comparison(evaluation(answers(1, 1), "c.jsonl"), baselines, tmp_path)


def test_what_was_saved_is_read_again(tmp_path):
    file = tmp_path / "earlier.json"
    saved = [evaluation(answers(1, 0), "a.jsonl"), evaluation(answers(1, 1), "b.jsonl")]
    file.write_text("".join(one.model_dump_json() + "\n" for one in saved), encoding="utf-8")
    assert read_baseline(file) == saved


def test_a_baseline_of_a_later_version_may_know_more(tmp_path):
    file = tmp_path / "later.json"
    file.write_text(evaluation(answers(1)).model_dump_json().replace('"left_out"', '"more":1,"left_out"'), "utf-8")
    assert read_baseline(file)


@pytest.mark.parametrize("content", ["", "{}", "[", "null", '{"set": 1}', "\x00"])
def test_what_is_no_evaluation_says_so(tmp_path, content):
    file = tmp_path / "no.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(BaselineUnreadable, match=r"no\.json"):
        read_baseline(file)


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(BaselineUnreadable):
        read_baseline(tmp_path / "none.json")
