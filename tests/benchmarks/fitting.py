"""What the fits have in common: the data, the conditional logit, and where its weights go."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from assistant.weights import FittedWeights, Matrix, Weights, fitted_weights

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
MLQA = tuple(DATA / "mlqa" / f"mlqa-dev.{language}.json" for language in ("de", "en"))
XQUAD = tuple(DATA / "xquad" / f"xquad.{language}.json" for language in ("de", "en"))
ARTICLE = ROOT / "corpus" / "us-drohung-friedensverhandlungen-ukraine.txt"
QUESTIONS = ROOT / "tests" / "questions" / "article.jsonl"
HELD_OUT = ROOT / "tests" / "questions" / "article-held-out.jsonl"
WRITTEN = ROOT / "tests" / "questions" / "written" / "paragraphs.jsonl"
OWN = ROOT / "tests" / "questions" / "written" / "documents.jsonl"
DOCUMENTS = ROOT / "tests" / "questions" / "written" / "corpus"
FITTED_ON = (*XQUAD, *MLQA, WRITTEN, OWN)
WEIGHTS = ROOT / "assistant" / "weights.json"
SEED = 0
REGULARISATION = 0.01


def conditional_logit(
    examples: Sequence[tuple[Matrix, np.ndarray]], names: Sequence[str], regularisation: float = REGULARISATION
) -> Weights:
    """Weights that make, among a question's candidates, those that answer probable (McFadden 1974).

    An example is the features, shape (candidates, features), and which candidates answer, at least one of them.
    """
    scale = np.concatenate([features for features, _ in examples]).std(axis=0) + 1e-9
    scaled = [(features / scale, answers) for features, answers in examples]

    def loss(coefficients: Matrix) -> tuple[float, Matrix]:
        total, gradient = 0.0, np.zeros_like(coefficients)
        for features, answers in scaled:
            shares = softmax(features @ coefficients)
            right = shares * answers
            total -= np.log(right.sum())
            gradient -= features.T @ (right / right.sum() - shares)
        penalty = regularisation * coefficients @ coefficients
        return total / len(scaled) + penalty, gradient / len(scaled) + 2 * regularisation * coefficients

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B")
    return Weights(coefficients=named(names, found.x / scale), intercept=0.0)


def softmax(scores: Matrix) -> Matrix:
    """Scores as shares of 1."""
    shares = np.exp(scores - scores.max())
    return np.asarray(shares / shares.sum())


def named(names: Sequence[str], values: Matrix) -> dict[str, float]:
    """Values by names, rounded to what is stored."""
    return {name: round(float(value), 6) for name, value in zip(names, values, strict=True)}


def store(**fitted: Weights) -> None:
    """Put newly fitted models beside the others, with the hashes of what all are fitted on."""
    weights = FittedWeights(**dict(fitted_weights()) | fitted | {"fitted_on": hashes(), "seed": SEED})
    WEIGHTS.write_text(json.dumps(weights.model_dump(), indent=2) + "\n", encoding="utf-8")
    fitted_weights.cache_clear()


def hashes() -> dict[str, str]:
    """SHA-256 of each file that something is fitted on, by its name."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FITTED_ON}
