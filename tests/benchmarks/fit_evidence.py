"""Fits which sentence answers and whether any does, and prints what that is worth: the second half of `make fit`.

Fitted on MLQA dev (German and English questions on German paragraphs) and on the article's question set; XQuAD is
only measured. Paragraphs stand in groups of five, about the size of the article. Each question is asked of its group
as it is; without the sentences that answer, and without their paragraph (near misses); of another group; and of the
whole set, with and without the article that answers.
"""

import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from assistant.corpus import read_document
from assistant.embedding.base import Embedder, Query
from assistant.embedding.opening import open_embedder
from assistant.evaluation.judging import parts_covered
from assistant.evaluation.own import OwnSet
from assistant.evaluation.records import GoldPlace, Question
from assistant.evaluation.squad import SquadSet
from assistant.evidence import (
    FEATURES,
    QUESTION_FEATURES,
    Candidate,
    candidates_for,
    question_features,
    sentence_features,
)
from assistant.index import Index
from assistant.indexing import build_index
from assistant.retrieval import retrieve
from assistant.settings import DEFAULT_MODEL, Settings
from assistant.weights import Matrix, Weights
from assistant.writers.extractive import SHARE_OF_BEST
from tests.benchmarks.fitting import (
    ARTICLE,
    DATA,
    HELD_OUT,
    MLQA,
    QUESTIONS,
    ROOT,
    SEED,
    XQUAD,
    conditional_logit,
    named,
    softmax,
    store,
)

GROUP = 5
XQUAD_STEP = 3  # every third question is enough to measure


class Asked(NamedTuple):
    """A question, where it is asked, and what would be right."""

    question: str
    language: str
    variant: str
    sources: frozenset[str]
    gold: tuple[GoldPlace, ...]
    """Places of the answer; none where it is hidden or there is none."""
    hidden: tuple[GoldPlace, ...] = ()
    """Places whose sentences are taken away."""


class Example(NamedTuple):
    """What the product knows of an asked question."""

    asked: Asked
    features: Matrix
    anywhere: Matrix
    answers: np.ndarray
    """Whether each candidate holds the gold."""


def main() -> None:
    """Fit, store the weights, print the figures."""
    if not DATA.is_dir():
        sys.exit(f"{DATA} is missing: the public test data is needed to fit.")
    embedder = open_embedder(DEFAULT_MODEL, "cpu")
    fitted = examples_of(*MLQA, embedder, 1) + article_examples(QUESTIONS, embedder)
    sentence = conditional_logit([(one.features, one.answers) for one in fitted if one.answers.any()], FEATURES)
    answerable = fit_answerable(fitted, sentence)
    store(sentence=sentence, answerable=answerable)
    sets = {
        "fitted on: MLQA dev, article": fitted,
        "only measured: XQuAD": examples_of(*XQUAD, embedder, XQUAD_STEP),
        "only measured: article, questions held out": article_examples(HELD_OUT, embedder),
    }
    print_figures(sets, sentence, answerable)


def fit_answerable(examples: Sequence[Example], sentence: Weights) -> Weights:
    """The logistic model of whether the best sentence answers."""
    features = np.array([best_features(example, sentence) for example in examples])
    is_answerable = [bool(example.asked.gold) for example in examples]
    scaler = StandardScaler().fit(features)
    model = LogisticRegression(C=0.1, max_iter=3000, random_state=SEED)
    model.fit(scaler.transform(features), is_answerable, sample_weight=sample_weights(examples))
    coefficients = model.coef_[0] / scaler.scale_
    return Weights(
        coefficients=named(QUESTION_FEATURES, coefficients),
        intercept=round(float(model.intercept_[0] - coefficients @ scaler.mean_), 6),
    )


def sample_weights(examples: Sequence[Example]) -> list[float]:
    """Answerable and unanswerable count the same in each source, and the article as much as MLQA's groups."""
    kinds = [(example.asked.variant.startswith("article"), bool(example.asked.gold)) for example in examples]
    return [1.0 / kinds.count(kind) * len(kinds) / 4 for kind in kinds]


def best_features(example: Example, sentence: Weights) -> Matrix:
    scores = sentence.apply(example.features, FEATURES)
    return question_features(example.features, example.anywhere, int(np.argmax(scores)))


# --- examples ----------------------------------------------------------------------------------------------------


def examples_of(german: Path, english: Path, embedder: Embedder, step: int) -> list[Example]:
    """The questions of a German SQuAD file, and their translations, asked of its paragraphs."""
    original = SquadSet(german)
    documents = original.documents
    index = build_index(documents, embedder, Settings().passage_characters)
    questions = list(original.questions(index.by_name))
    translated = {question.id: question for question in SquadSet(english, german).questions(index.by_name)}
    names = [document.name for document in documents]
    asked = [
        one
        for number, question in enumerate(questions)
        if number % step == 0
        for language, version in (("de", question), ("en", translated.get(question.id)))
        if version
        for one in variants(version, language, names, number)
    ]
    return [example(one, index, embedder) for one in track(asked, german.stem, console=Console(stderr=True))]


def variants(question: Question, language: str, names: Sequence[str], number: int) -> Iterator[Asked]:
    """One question, asked where it is answered and where it is not."""
    text, gold = question.question, question.gold
    position = names.index(gold[0].source) // GROUP * GROUP
    group = frozenset(names[position : position + GROUP])
    elsewhere = (position + GROUP * (1 + number % 7)) % (len(names) - GROUP)
    yield Asked(text, language, "group", group, gold)
    yield Asked(text, language, "sentence hidden", group, (), gold)
    if len(group) > 1:
        yield Asked(text, language, "paragraph hidden", group - {gold[0].source}, ())
    yield Asked(text, language, "other group", frozenset(names[elsewhere : elsewhere + GROUP]) - group, ())
    if number % 2 == 0:
        yield Asked(text, language, "whole set", frozenset(names), gold)
        yield Asked(text, language, "article hidden", frozenset(names) - frozenset(question.article), ())


def article_examples(path: Path, embedder: Embedder) -> list[Example]:
    """A question set for the article."""
    index = build_index([read_document(ARTICLE, ROOT)], embedder, Settings().passage_characters)
    names = frozenset(index.by_name)
    asked = [
        Asked(
            question.question,
            question.language,
            "article" if question.gold else f"article, {question.kind}",
            names,
            question.gold,
        )
        for question in OwnSet(path).questions(index.by_name)
    ]
    examples = [example(one, index, embedder) for one in asked]
    return [one for one in examples if not one.asked.gold or one.answers.any()]


def example(asked: Asked, index: Index, embedder: Embedder) -> Example:
    """What the product's own stages make of a question."""
    query = _encode(embedder, asked.question)
    hits = retrieve(asked.question, query, index, Settings().hits, asked.sources)
    candidates = without(candidates_for(hits, index, query.vector), asked.hidden)
    features, anywhere = sentence_features(asked.question, query.words, candidates)
    answers = [lies_at(one, asked.gold) for one in candidates]
    return Example(asked, features, anywhere, np.array(answers))


@cache
def _encode(embedder: Embedder, question: str) -> Query:
    return embedder.encode_query(question)


def without(candidates: Sequence[Candidate], places: Sequence[GoldPlace]) -> list[Candidate]:
    """The candidates that do not lie at the places, nor have them before them."""
    gone = [one.words for one in candidates if lies_at(one, places)]
    return [
        one._replace(before=None) if any(one.before is words for words in gone) else one
        for one in candidates
        if not any(one.words is words for words in gone)
    ]


def lies_at(candidate: Candidate, places: Sequence[GoldPlace]) -> bool:
    return bool(parts_covered([(candidate.source, *candidate.span)], places))


# --- figures -----------------------------------------------------------------------------------------------------


def print_figures(sets: dict[str, list[Example]], sentence: Weights, answerable: Weights) -> None:
    """Hit rates where the answer is there, and how well the probability tells it from where it is not.

    correct: answered, and a cited sentence holds the answer; AUROC: against the same questions where it is there.
    """
    for title, examples in sets.items():
        table = Table(title=title, title_justify="left")
        for column in (
            "asked of",
            "language",
            "questions",
            "hit@1",
            "hit@3",
            "sentences",
            "answered",
            "correct",
            "refused",
            "AUROC",
        ):
            table.add_column(column, justify="left" if column in ("asked of", "language") else "right")
        for variant, language in sorted({(one.asked.variant, one.asked.language) for one in examples}):
            table.add_row(variant, language, *figures(examples, variant, language, sentence, answerable))
        Console(width=120).print(table)


def figures(
    examples: Sequence[Example], variant: str, language: str, sentence: Weights, answerable: Weights
) -> list[str]:
    """The row of a variant and language."""
    here = [one for one in examples if (one.asked.variant, one.asked.language) == (variant, language)]
    probabilities = np.array([probability(one, sentence, answerable) for one in here])
    threshold = Settings().least_confidence
    if here[0].asked.gold:
        ranks = [one.answers[np.argsort(-sentence.apply(one.features, FEATURES), kind="stable")] for one in here]
        hits = [np.mean([ranked[:best].any() for ranked in ranks]) for best in (1, 3)]
        chosen = [chosen_sentences(one, sentence) for one in here]
        is_answered = probabilities >= threshold
        holds_answer = [ranked[:count].any() for ranked, count in zip(ranks, chosen, strict=True)]
        shares = [*hits, np.mean(chosen), is_answered.mean(), np.mean(is_answered & holds_answer)]
        return [str(len(here)), *(f"{share:.2f}" for share in shares), "", ""]
    full = {"article hidden": "whole set"}.get(variant, "article" if variant.startswith("article,") else "group")
    other = [one for one in examples if (one.asked.variant, one.asked.language) == (full, language)]
    truth = [1] * len(other) + [0] * len(here)
    area = roc_auc_score(truth, [*(probability(one, sentence, answerable) for one in other), *probabilities])
    return [str(len(here)), *[""] * 5, f"{np.mean(probabilities < threshold):.2f}", f"{area:.2f}"]


def chosen_sentences(example: Example, sentence: Weights) -> int:
    """How many sentences the extractive writer takes."""
    shares = np.sort(softmax(sentence.apply(example.features, FEATURES)))[::-1]
    return int((shares[: Settings().answer_sentences] >= SHARE_OF_BEST * shares[0]).sum())


def probability(example: Example, sentence: Weights, answerable: Weights) -> float:
    features = best_features(example, sentence)
    return float(1 / (1 + np.exp(-answerable.apply(features[None, :], QUESTION_FEATURES)[0])))


if __name__ == "__main__":
    main()
