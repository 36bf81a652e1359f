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
    arXiv 2210.11934). Passages of other sources count for nothing, not even for the scale.
    """
    allowed = np.array(
        [
            position
            for position, passage in enumerate(index.passages)
            if sources is None or index.documents[passage.document].name in sources
        ],
        int,
    )
    if not allowed.size:
        return []
    dense, lexical = index.dense_scores(query)[allowed], index.lexical_scores(question)[allowed]
    fused = _scaled(dense) + LEXICAL_WEIGHT * _scaled(lexical)
    best = np.argsort(-fused, kind="stable")[:limit]
    return [
        Hit(
            passage=int(allowed[position]),
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
