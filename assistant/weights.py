"""The fitted weights that the package carries: small linear models.

`make fit` fits them; what they were fitted on stands beside them in `weights.json`.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from assistant.records import Record
from assistant.risk import Threshold

Matrix = npt.NDArray[np.float64]


class Weights(Record):
    """A linear model: intercept + sum(coefficient * feature)."""

    coefficients: dict[str, float]
    """By name of the feature."""
    intercept: float

    def apply(self, features: Matrix, names: Sequence[str]) -> Matrix:
        """Its value for each row; columns are `names`, some of which it may leave out."""
        return np.asarray(features @ np.array([self.coefficients.get(name, 0.0) for name in names]) + self.intercept)


class Judgement(Record):
    """How sentences are judged."""

    sentence: Weights
    """Which sentence answers: compares the sentences of one question."""
    topic: Weights
    """Whether the documents are about what is asked; a logistic model."""
    said: Weights
    """Whether they answer, given that they are about it; a logistic model."""
    thresholds: tuple[Threshold, ...]
    """The least confidence for each risk, ascending, measured out of fold; an index's own calibration comes first."""

    def probability(self, features: Matrix, names: Sequence[str]) -> Matrix:
        """That the documents answer, for each row: that they are about it, times that they say it.

        Two models, since a question fails in two ways that look opposite: one on another topic is unlike the documents,
        a near miss is more like them than most that they answer.
        """
        return _logistic(self.topic.apply(features, names)) * _logistic(self.said.apply(features, names))


class FittedWeights(Record):
    """The fitted models, and what they were fitted on."""

    passage: Weights
    """Which passage answers: compares the passages found for one question."""
    read: Judgement
    """Where a reader reads the best passages."""
    unread: Judgement
    """Where none does."""
    fitted_on: dict[str, str]
    """SHA-256 of each data file by name."""
    seed: int


@cache
def fitted_weights() -> FittedWeights:
    """The weights that the package carries."""
    content = resources.files("assistant").joinpath("weights.json").read_bytes()
    return FittedWeights.model_validate(json.loads(content))


def _logistic(scores: Matrix) -> Matrix:
    return np.asarray(1 / (1 + np.exp(-scores)))
