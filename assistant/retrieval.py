"""Question to passages: dense and lexical search, fused."""

from collections.abc import Collection

import numpy as np

from assistant.embedding import Vectors
from assistant.index import Index
from assistant.records import Hit

LEXICAL_WEIGHT = 0.5


def retrieve(
    question: str, query: Vectors, index: Index, limit: int, sources: Collection[str] | None = None
) -> list[Hit]:
    """The best passages for a question and its vector, best first, at most `limit`; only of `sources` if given.

    The two scores are scaled over the passages and added (convex combination: Bruch, Gai and Ingber 2023,
    arXiv 2210.11934).
    """
    dense, lexical = index.dense_scores(query), index.lexical_scores(question)
    fused = _scaled(dense) + LEXICAL_WEIGHT * _scaled(lexical)
    allowed = np.array(
        [sources is None or index.documents[passage.document].name in sources for passage in index.passages], bool
    )
    best = [int(position) for position in np.argsort(-fused, kind="stable") if allowed[position]][:limit]
    return [
        Hit(
            passage=position,
            rank=rank,
            score=float(fused[position]),
            dense=float(dense[position]),
            lexical=float(lexical[position]),
        )
        for rank, position in enumerate(best, 1)
    ]


def _scaled(scores: Vectors) -> Vectors:
    """Scores as shares of the span from the mean to the best; all 0 where they do not differ."""
    spread = float(scores.max() - scores.mean())
    return np.asarray((scores - scores.mean()) / spread if spread > 1e-9 else np.zeros_like(scores), np.float32)
