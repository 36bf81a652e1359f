"""Question to passages: found by meaning, by their sentences and by their terms, then compared word by word."""

from collections.abc import Collection

import numpy as np

from assistant.embedding.base import Query
from assistant.embedding.words import Ints, best_matches
from assistant.german import terms
from assistant.index import Index
from assistant.records import Hit
from assistant.weights import Matrix, fitted_weights

CANDIDATES = 30  # passages that each of the three searches puts forward
FEATURES = (
    "dense",  # cosine of the question and the passage
    "sentence",  # cosine of the question and the passage's best sentence
    "lexical",  # BM25 as a share of the rarity of the question's terms
    "words",  # mean over the question's words of the best match among the passage's words
)


def retrieve(
    question: str, query: Query, index: Index, limit: int, sources: Collection[str] | None = None
) -> list[Hit]:
    """The best passages for a question, best first, at most `limit`; only of `sources` if given.

    Passages of other sources count for nothing, but for how rare a term is.
    """
    passages, features = candidates(question, query, index, limit, sources)
    scores = fitted_weights().passage.apply(features, FEATURES)
    best = np.argsort(-scores, kind="stable")[:limit]
    return [
        Hit(
            passage=int(passages[position]),
            rank=rank,
            score=float(scores[position]),
            **dict(zip(FEATURES, map(float, features[position]), strict=True)),
        )
        for rank, position in enumerate(best, 1)
    ]


def candidates(
    question: str, query: Query, index: Index, limit: int, sources: Collection[str] | None = None
) -> tuple[Ints, Matrix]:
    """Positions of the passages that may answer, ascending, and their FEATURES, shape (passages, features)."""
    searched = None if sources is None else index.of_sources(sources)
    most = max(CANDIDATES, limit)
    lexical = index.lexical.search(terms(question), most, searched and searched.passages)
    near = index.passage_vectors.nearest(query.vector, most, searched and searched.passages)
    sentences = index.sentence_vectors.nearest(query.vector, most, searched and searched.sentences)
    found = np.unique(np.concatenate([near, index.passages_with(sentences), lexical.best]))
    if not found.size:
        return found, np.zeros((0, len(FEATURES)))
    first, last = index.sentences_of_passages[found].T
    numbers = np.unique(np.concatenate([np.arange(a, b + 1) for a, b in zip(first, last, strict=True)]))
    similarity = index.sentence_vectors.take(numbers) @ query.vector
    words = [index.words[number] for number in numbers.tolist()]
    matches = best_matches(query.words.vectors[query.words.content], words)
    rows = [slice(*np.searchsorted(numbers, (a, b + 1))) for a, b in zip(first, last, strict=True)]
    features = np.column_stack(
        [
            index.passage_vectors.take(found) @ query.vector,
            [similarity[row].max() for row in rows],
            lexical.shares(found),
            [matches[row].max(axis=0).mean() for row in rows],
        ]
    )
    return found, np.asarray(features, np.float64)
