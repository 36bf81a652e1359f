"""Results to figures with bootstrap intervals (Efron and Tibshirani 1993), and the curves behind them."""

import warnings
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import DegenerateDataWarning, binomtest, bootstrap, rankdata

from assistant.evaluation.records import Figure, KindFigures, Result

Array = npt.NDArray[np.float64]
Statistic = Callable[[npt.NDArray[np.int64]], Array]
"""Rows of questions, shape (..., questions), to the figure of each resample, shape (...)."""

MEANS = (  # of what judging scores each question with
    "overall.right",
    "retrieval.recall@1",
    "retrieval.recall@5",
    "retrieval.mrr@10",
    "evidence.hit@1",
    "evidence.hit@3",
    "answer.coverage",
    "answer.correct",
    "answer.contains",
    "citation.verbatim",
    "citation.precision",
    "citation.recall",
    "refusal.recall",
    "refusal.precision",
)
OF_CONFIDENCE = ("refusal.auroc", "risk.aurc", "confidence.ece")
METRICS = (*MEANS, *OF_CONFIDENCE)
NEEDS = {  # whether a question is answerable: of which sort a set must have some, or the figure says nothing
    "refusal.auroc": {True, False},
    "refusal.precision": {False},
    "risk.aurc": {True},
}
LESS_IS_BETTER = frozenset(("risk.aurc", "confidence.ece"))
RESAMPLES = 2000
SEED = 0
BINS = 10


class RiskPoint(NamedTuple):
    """What answering the surest questions alone would be worth."""

    coverage: float
    """Share of the questions answered, surest first."""
    risk: float
    """Share of these answers that are wrong."""
    confidence: float
    """Of the least sure of them."""


class CalibrationBin(NamedTuple):
    """Questions of about the same confidence."""

    confidence: float
    """Their mean."""
    answerable: float
    """Share of them that the documents answer: the same, if confidence were calibrated."""
    questions: int


def figures(results: Sequence[Result]) -> dict[str, Figure]:
    """The metrics that some of the results measure, in the order of METRICS."""
    found: dict[str, Figure] = {}
    for metric in METRICS:
        applies = [one for one in results if applies_to(metric, one)]
        if not applies or not {one.is_answerable for one in results} >= NEEDS.get(metric, set()):
            continue
        statistic = statistic_of(metric, applies)
        rows = np.arange(len(applies))
        low, high = interval(statistic, len(applies))
        found[metric] = Figure(value=float(statistic(rows)), low=low, high=high, questions=len(applies))
    return found


def figures_by_kind(results: Sequence[Result]) -> dict[str, KindFigures]:
    """The figures of each kind, by its name; questions without a kind are in none."""
    kinds = sorted({one.kind for one in results if one.kind})
    of_kind = {kind: [one for one in results if one.kind == kind] for kind in kinds}
    return {kind: KindFigures(questions=len(ones), metrics=figures(ones)) for kind, ones in of_kind.items()}


def applies_to(metric: str, result: Result) -> bool:
    """Whether a result counts for a metric; one that failed has no confidence to judge, but a risk."""
    if metric in ("refusal.auroc", "confidence.ece"):
        return result.confidence is not None
    return metric == "risk.aurc" or metric in result.scores


def statistic_of(metric: str, results: Sequence[Result]) -> Statistic:
    """The metric over rows of `results`; those it does not apply to count for nothing, and NaN where none is left."""
    if metric in MEANS:
        scores = np.array([one.scores.get(metric, np.nan) for one in results])
        return lambda rows: mean(scores[rows])
    confidence = np.array([one.confidence or 0.0 for one in results])
    answerable = np.array([float(one.is_answerable) for one in results])
    wrong = np.array([float(not one.would_be_right) for one in results])
    return {
        "refusal.auroc": lambda rows: auroc(confidence[rows], answerable[rows]),
        "risk.aurc": lambda rows: aurc(confidence[rows], wrong[rows]),
        "confidence.ece": lambda rows: ece(confidence[rows], answerable[rows]),
    }[metric]


def interval(statistic: Statistic, questions: int) -> tuple[float, float]:
    """The 95 % percentile interval of a statistic over resampled questions; resamples without a figure are left out."""
    if questions < 2:  # nothing to resample
        value = float(statistic(np.arange(questions)))
        return value, value
    with warnings.catch_warnings(action="ignore", category=DegenerateDataWarning):  # of resamples without a figure
        resampled = bootstrap(
            (np.arange(questions),),
            lambda rows, axis: statistic(rows),
            vectorized=True,
            method="percentile",
            n_resamples=RESAMPLES,
            batch=max(1, 2_000_000 // questions),
            rng=np.random.default_rng(SEED),
        ).bootstrap_distribution
    low, high = np.nanquantile(resampled, (0.025, 0.975))
    return float(low), float(high)


def exact_interval(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Clopper and Pearson 1934), which says how little few questions show."""
    found = binomtest(count, of).proportion_ci(0.95, method="exact")
    return float(found.low), float(found.high)


def mean(scores: Array) -> Array:
    """Over the last axis, without NaN."""
    counts = (~np.isnan(scores)).sum(axis=-1)
    return np.asarray(np.nansum(scores, axis=-1) / np.where(counts, counts, np.nan))


def auroc(confidence: Array, answerable: Array) -> Array:
    """Probability that an answerable question has more confidence than an unanswerable one; equal ones count half.

    Mann and Whitney 1947; both arguments of shape (..., questions).
    """
    ranks = rankdata(confidence, axis=-1)
    yes = answerable.sum(axis=-1)
    pairs = yes * (answerable.shape[-1] - yes)
    return np.asarray(((ranks * answerable).sum(axis=-1) - yes * (yes + 1) / 2) / np.where(pairs, pairs, np.nan))


def aurc(confidence: Array, wrong: Array) -> Array:
    """Area under the risk-coverage curve (Geifman and El-Yaniv 2017, arXiv 1705.08500), 0 to 1, less is better.

    The mean, over n from 1 to all, of the share of wrong answers among the n surest; equally sure ones count as in
    random order. Both arguments of shape (..., questions).
    """
    number = np.arange(1, wrong.shape[-1] + 1)
    return np.asarray((np.cumsum(_surest_first(confidence, wrong), axis=-1) / number).mean(axis=-1))


def ece(confidence: Array, answerable: Array) -> Array:
    """Expected calibration error over ten bins of equal width (Guo et al. 2017, arXiv 1706.04599), 0 to 1.

    The mean distance of confidence and share of answerable questions; both arguments of shape (..., questions).
    """
    total = np.zeros(confidence.shape[:-1])
    numbers = _bins(confidence)
    for number in range(BINS):
        total += np.abs(((confidence - answerable) * (numbers == number)).sum(axis=-1))
    return np.asarray(total / confidence.shape[-1])


def risk_coverage(results: Sequence[Result]) -> list[RiskPoint]:
    """The curve whose area is `risk.aurc`, a point for each confidence there is, from sure to unsure."""
    ordered = sorted(results, key=lambda one: -(one.confidence or 0.0))
    points: list[RiskPoint] = []
    wrong = 0
    for number, one in enumerate(ordered, 1):
        wrong += not one.would_be_right
        confidence = one.confidence or 0.0
        if number == len(ordered) or (ordered[number].confidence or 0.0) < confidence:
            points.append(RiskPoint(number / len(ordered), wrong / number, confidence))
    return points


def calibration(results: Sequence[Result]) -> list[CalibrationBin]:
    """The bins behind `confidence.ece` that hold questions, from unsure to sure."""
    known = [one for one in results if one.confidence is not None]
    confidence = np.array([one.confidence for one in known], np.float64)
    answerable = np.array([one.is_answerable for one in known], np.float64)
    numbers = _bins(confidence)
    return [
        CalibrationBin(
            float(confidence[numbers == number].mean()),
            float(answerable[numbers == number].mean()),
            int((numbers == number).sum()),
        )
        for number in range(BINS)
        if (numbers == number).any()
    ]


def _surest_first(confidence: Array, wrong: Array) -> Array:
    """`wrong` by falling confidence, each the mean of those equally sure."""
    order = np.argsort(-confidence, axis=-1, kind="stable")
    ordered = np.take_along_axis(confidence, order, -1)
    before = np.concatenate(
        [np.zeros((*wrong.shape[:-1], 1)), np.cumsum(np.take_along_axis(wrong, order, -1), axis=-1)], axis=-1
    )
    start = rankdata(-ordered, method="min", axis=-1).astype(int) - 1
    end = rankdata(-ordered, method="max", axis=-1).astype(int)
    total = np.take_along_axis(before, end, -1) - np.take_along_axis(before, start, -1)
    return np.asarray(total / (end - start))


def _bins(confidence: Array) -> npt.NDArray[np.int64]:
    return np.asarray(np.minimum(confidence * BINS, BINS - 1).astype(int))
