"""Fits how retrieval weighs its four scores, and prints what that is worth: the first half of `make fit`.

Fitted on MLQA dev (German and English questions on German paragraphs); figures on MLQA are cross-validated by article.
XQuAD and the article's sets are measured by `make figures` alone.
"""

import sys
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant.embedding.base import Embedder
from assistant.embedding.opening import open_embedder
from assistant.embedding.words import Ints
from assistant.evaluation.judging import parts_covered
from assistant.evaluation.records import Question
from assistant.evaluation.squad import SquadSet
from assistant.index import Index
from assistant.indexing import build_index
from assistant.retrieval import FEATURES, candidates
from assistant.settings import DEFAULT_MODEL, Settings
from assistant.weights import Matrix, Weights
from tests.benchmarks.fitting import DATA, MLQA, conditional_logit, store

FOLDS = 8
DEPTH = 10
REGULARISATION = 0.001


class Example(NamedTuple):
    """The passages found for a question."""

    fold: int
    language: str
    documents: Ints
    """Of each passage."""
    features: Matrix
    answers: np.ndarray
    """Whether each passage holds the gold."""


def main() -> None:
    """Fit, store, print."""
    if not DATA.is_dir():
        sys.exit(f"{DATA} is missing: the public test data is needed to fit.")
    embedder = open_embedder(DEFAULT_MODEL, "cpu")
    german = SquadSet(MLQA[0])
    index = build_index(german.documents, embedder, Settings().passage_characters)
    articles: dict[frozenset[str], int] = {}
    mlqa = [
        example(question, index, embedder, articles.setdefault(frozenset(question.article), len(articles)) % FOLDS)
        for file in (german, SquadSet(MLQA[1], MLQA[0]))
        for question in track(list(file.questions(index.by_name)), file.path.stem, console=Console(stderr=True))
    ]
    print_figures(mlqa)
    store(passage=fit(mlqa))


def example(question: Question, index: Index, embedder: Embedder, fold: int) -> Example:
    """What retrieval knows of a question."""
    found, features = candidates(question.question, embedder.encode_query(question.question), index, DEPTH)
    passages = [index.passages[position] for position in found]
    places = [(index.documents[one.document].name, *one.span) for one in passages]
    answers = np.array([bool(parts_covered([place], question.gold)) for place in places])
    return Example(fold, question.language, np.array([one.document for one in passages]), features, answers)


def fit(examples: Sequence[Example]) -> Weights:
    """The model of those questions for which something that answers was found."""
    usable = [(one.features, one.answers) for one in examples if one.answers.any()]
    return conditional_logit(usable, FEATURES, REGULARISATION)


def print_figures(mlqa: Sequence[Example]) -> None:
    """MRR@10 of the paragraph that answers, out of fold, by language; one score at a time beside all of them."""
    table = Table(title=f"MRR@{DEPTH}, MLQA dev, {FOLDS} folds by article", title_justify="left")
    for heading in ("ranked by", "German", "English"):
        table.add_column(heading, justify="left" if heading == "ranked by" else "right")
    ranked: dict[str, list[tuple[str, float]]] = {}
    for fold in range(FOLDS):
        weights = fit([one for one in mlqa if one.fold != fold])
        for one in mlqa:
            if one.fold == fold:
                for column, name in enumerate(FEATURES):
                    ranked.setdefault(name, []).append((one.language, reciprocal_rank(one, one.features[:, column])))
                scores = weights.apply(one.features, FEATURES)
                ranked.setdefault("all, fitted", []).append((one.language, reciprocal_rank(one, scores)))
    for name, ranks in ranked.items():
        means = [np.mean([rank for of, rank in ranks if of == language]) for language in ("de", "en")]
        table.add_row(name, *(f"{mean:.3f}".removeprefix("0") for mean in means))
    Console(width=100).print(table)


def reciprocal_rank(one: Example, scores: Matrix) -> float:
    """1 / rank of the first document that answers, each document counted once; 0 behind DEPTH."""
    order = np.argsort(-scores, kind="stable")
    ranks = {document: rank for rank, document in enumerate(dict.fromkeys(one.documents[order].tolist()), 1)}
    best = min((ranks[document] for document in one.documents[one.answers].tolist()), default=DEPTH + 1)
    return 1 / best if best <= DEPTH else 0.0


if __name__ == "__main__":
    main()
