"""Fits how sentences are judged, with a reader and without, and prints what that is worth: the last part of `make fit`.

Fitted on XQuAD (German and English questions on German paragraphs) and on the questions written for this project on its
paragraphs. Each article's questions are read by a reader, and in the figures judged by weights, that
have not seen the article. The sets of the article in `corpus/` are only measured.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from assistant.embedding.engine import PackagedEmbedder
from assistant.evaluation.metrics import auroc, ece, interval
from assistant.reading.adapter import Adapter
from assistant.reading.base import Reader
from assistant.reading.engine import PackagedReader
from assistant.risk import Judged, Threshold, curve_from
from assistant.settings import Settings
from assistant.weighing import FEATURES, QUESTION_FEATURES, UNCLEAR, UNREAD, Compared, question_features
from assistant.weights import Judgement, Matrix, Weights
from assistant.writers.extractive import SHARE_OF_BEST
from tests.benchmarks.examples import FULL, HIDDEN, OWN, WRITTEN, Example, article_set, own, public
from tests.benchmarks.fitting import (
    DATA,
    HELD_OUT,
    QUESTIONS,
    SEED,
    XQUAD,
    conditional_logit,
    named,
    softmax,
    store,
)
from tests.benchmarks.folds import HALVES, judgement_without, out_of_fold

BY_READING = ("reading", "unread", "clear_reading", "best_read", "readings")
STEP = 3  # every third of XQuAD's questions is enough for so few weights
REGULARISATION = 0.002
C = 0.3  # inverse strength of the logistic model's regularisation
SHARES = {
    **{(FULL, True): 0.3, (HIDDEN, False): 0.3},
    **{(WRITTEN, answerable): 0.05 for answerable in (True, False)},
    **{(OWN, answerable): 0.15 for answerable in (True, False)},
}
"""What each sort of question counts in all: half of them are answerable, and two in five of the others hard."""


class Told(NamedTuple):
    """An example, judged."""

    example: Example
    confidence: float
    ranked: np.ndarray
    """`answers`, best sentence first."""
    said: int
    """How many sentences an answer would have."""

    @property
    def is_wrong(self) -> bool:
        """Whether answering is wrong."""
        return not self.ranked[: self.said].any()


def main() -> None:
    """Fit, store the weights, print the figures."""
    if not DATA.is_dir():
        sys.exit(f"{DATA} is missing: the public test data is needed to fit.")
    embedder = PackagedEmbedder()
    readers: dict[int, Reader] = {
        half: PackagedReader(embedder, Adapter(out_of_fold(half).read_bytes())) for half in HALVES
    }
    examples = [*public(XQUAD, embedder, readers, STEP), *own(embedder, readers)]
    sets = [one for path in (QUESTIONS, HELD_OUT) for one in article_set(path, embedder, PackagedReader(embedder))]
    store(**fitted_and_printed(examples, sets))


def fitted_and_printed(examples: Sequence[Example], sets: Sequence[Example]) -> dict[str, Judgement]:
    """The judgements with a reader and without, and on standard output what each is worth."""
    judgements = {}
    for name, is_read in (("read", True), ("unread", False)):
        seen = [one if is_read else without_reading(one) for one in examples]
        told = []
        for half in HALVES:
            judgement = fit([one for one in seen if one.half != half], is_read)
            told += [judge(one, judgement) for one in seen if one.half == half]
            if is_read:
                judgement_without(half).write_text(judgement.model_dump_json(indent=1) + "\n", encoding="utf-8")
        judgements[name] = fit(seen, is_read).model_copy(update={"thresholds": thresholds(told)})
        print_figures(f"{name}, out of fold", told)
        of_article = [judge(one if is_read else without_reading(one), judgements[name]) for one in sets]
        print_figures(f"{name}, sets of the article, never fitted on", of_article)
        print_thresholds(judgements[name].thresholds, [*told, *of_article])
    return judgements


def fit(examples: Sequence[Example], is_read: bool) -> Judgement:
    """Weights without thresholds."""
    sentence_names = [name for name in FEATURES if is_read or name not in BY_READING]
    columns = [FEATURES.index(name) for name in sentence_names]
    usable = [one for one in examples if one.compared is not None and one.answers.any()]
    sentence = conditional_logit(
        [(one.compared.features[:, columns], one.answers) for one in usable], sentence_names, REGULARISATION
    )
    found = [one for one in examples if one.compared is not None]
    of_topic = [one for one in found if one.variant != HIDDEN]
    names = [name for name in QUESTION_FEATURES if is_read or name not in BY_READING]
    topic = logistic(found, [one.variant != HIDDEN for one in found], sentence, names, found)
    said = logistic(of_topic, [one.is_answerable for one in of_topic], sentence, names, found)
    return Judgement(sentence=sentence, topic=topic, said=said, thresholds=())


def logistic(
    examples: Sequence[Example],
    is_so: Sequence[bool],
    sentence: Weights,
    names: Sequence[str],
    everything: Sequence[Example],
) -> Weights:
    """A model of what is so of which example; each sort counts its share of everything."""
    columns = [QUESTION_FEATURES.index(name) for name in names]
    features = np.array([of_question(one.compared, sentence) for one in examples])[:, columns]
    scaler = StandardScaler().fit(features)
    model = LogisticRegression(C=C, max_iter=5000, random_state=SEED)
    model.fit(scaler.transform(features), is_so, sample_weight=sample_weights(examples, everything))
    coefficients = model.coef_[0] / scaler.scale_
    intercept = round(float(model.intercept_[0] - coefficients @ scaler.mean_), 6)
    return Weights(coefficients=named(names, coefficients), intercept=intercept)


def sample_weights(examples: Sequence[Example], everything: Sequence[Example]) -> np.ndarray:
    """Each sort of question counts its share of everything."""
    counts = Counter((one.variant, one.is_answerable) for one in everything)
    sorts = [(one.variant, one.is_answerable) for one in examples]
    return np.array([SHARES[sort] / counts[sort] for sort in sorts]) * len(everything)


def of_question(compared: Compared, sentence: Weights) -> Matrix:
    return question_features(compared, sentence.apply(compared.features, FEATURES))


def without_reading(one: Example) -> Example:
    """As it would be known without a reader."""
    if one.compared is None:
        return one
    features = one.compared.features.copy()
    features[:, FEATURES.index("reading")], features[:, FEATURES.index("unread")] = UNREAD, 1.0
    features[:, FEATURES.index("clear_reading")], features[:, FEATURES.index("best_read")] = UNCLEAR, 1.0
    return one._replace(compared=one.compared._replace(features=features))


def judge(one: Example, judgement: Judgement) -> Told:
    """What the product would make of it."""
    if one.compared is None:
        return Told(one, 0.0, one.answers, 0)
    scores = judgement.sentence.apply(one.compared.features, FEATURES)
    confidence = judgement.probability(question_features(one.compared, scores)[None, :], QUESTION_FEATURES)[0]
    order = np.argsort(-scores, kind="stable")
    shares = softmax(scores)[order][: Settings().answer_sentences]
    said = int((shares >= SHARE_OF_BEST * shares[0]).sum())
    return Told(one, float(confidence), one.answers[order], said)


# --- figures -----------------------------------------------------------------------------------------------------


def thresholds(told: Sequence[Told]) -> tuple[Threshold, ...]:
    """The least confidence for each risk, of XQuAD's questions with their article and where it is hidden."""
    asked = [one for one in told if one.example.variant in (FULL, HIDDEN)]
    return curve_from(Judged(round(one.confidence, 4), not one.example.is_answerable) for one in asked)


def print_figures(title: str, told: Sequence[Told]) -> None:
    """By set and language: hit rates where the answer is there, how well confidence tells whether it is."""
    table = Table(title=title, title_justify="left")
    columns = (
        "asked of",
        "questions",
        "hit@1",
        "hit@3",
        "AUROC",
        "coverage at .95",
        "ECE",
        "false premise",
        "near miss",
    )
    for column in columns:
        table.add_column(column, justify="left" if column == "asked of" else "right")
    sorts = sorted({(one.example.title, one.example.language) for one in told})
    for of_title, language in [*sorts, ("all", "")]:
        here = [
            one
            for one in told
            if of_title == "all" or (one.example.title, one.example.language) == (of_title, language)
        ]
        table.add_row(f"{of_title} {language}", str(len(here)), *row(here))
    Console(width=150).print(table)


def row(told: Sequence[Told]) -> Iterator[str]:
    answerable = [one for one in told if one.example.is_answerable]
    for best in (1, 3):
        yield cell(np.array([one.ranked[:best].any() for one in answerable], float))
    confidence = np.array([one.confidence for one in told])
    truth = np.array([float(one.example.is_answerable) for one in told])
    yield over(lambda rows: auroc(confidence[rows], truth[rows]), len(told))
    threshold = np.quantile(confidence[truth == 0], 0.95, method="higher")
    yield f"{np.mean(confidence[truth == 1] > threshold):.3f}"
    yield over(lambda rows: ece(confidence[rows], truth[rows]), len(told))
    for kind in ("falsepremise", "nearmiss"):
        near = np.array([one.example.is_answerable or one.example.kind == kind for one in told])
        is_there = (truth[near] == 0).any()
        yield f"{float(auroc(confidence[near], truth[near])):.3f}" if is_there else ""


def cell(values: np.ndarray) -> str:
    return over(lambda rows: values[rows].mean(axis=-1), len(values))


def over(statistic: object, count: int) -> str:
    """A figure with its 95 % interval."""
    low, high = interval(statistic, count)
    return f"{float(statistic(np.arange(count))):.3f} ({low:.3f}-{high:.3f})"


def print_thresholds(curve: Sequence[Threshold], told: Sequence[Told]) -> None:
    """What each risk leaves to be answered, by variant."""
    table = Table(title="thresholds", title_justify="left")
    for column in ("risk", "least confidence", "asked", "answered of answerable", "right", "refused of others"):
        table.add_column(column, justify="left" if column == "asked" else "right")
    for point in curve:
        for title in sorted({one.example.title for one in told}):
            here = [one for one in told if one.example.title == title]
            answerable = [one for one in here if one.example.is_answerable]
            others = [one for one in here if not one.example.is_answerable]
            is_said = [round(one.confidence, 4) >= point.confidence for one in answerable]
            right = [said and not one.is_wrong for said, one in zip(is_said, answerable, strict=True)]
            refused = [round(one.confidence, 4) < point.confidence for one in others]
            shares = (f"{np.mean(values):.3f}" for values in (is_said, right, refused))
            table.add_row(f"{point.risk:.2f}", f"{point.confidence:.3f}", title, *shares)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
