"""Vector search: the one module that touches faiss.

Up to EXACT vectors, the nearest are found by comparing with all. Beyond, a code of one bit a dimension is compared with
all (RaBitQ: Gao and Long 2024, arXiv 2405.12497), 56 bytes a vector of 384 in memory, and the vectors of the RERANKED
best are read from disk and compared.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from assistant.columns import Column, SealedFile
from assistant.embedding.words import Ints, Vectors

EXACT = 50_000  # vectors, 77 MB of 384: compared with a question in 5 to 10 ms
RERANKED = 1_000  # at least; more where more are asked for, or there are millions: their codes are the less apart
TRAINED_ON = 20_000  # vectors, for their mean
CHUNK = 50_000


class VectorIndex:
    """Unit vectors and their search by cosine."""

    def __init__(self, rows: Column, codes: Any = None) -> None:
        """Of rows, shape (n, dimension), and where they are many, faiss's index of their codes, and their mean."""
        self._rows = rows
        self._codes = codes

    @classmethod
    def from_vectors(cls, vectors: Vectors) -> "VectorIndex":
        """Of rows, shape (n, dimension); where they are many, they are kept in 16 bits."""
        if len(vectors) <= EXACT:
            return cls(Column(np.ascontiguousarray(vectors, np.float32)))
        return cls(Column(vectors.astype(np.float16)), _codes_of(vectors))

    @classmethod
    def load(cls, rows: SealedFile, codes: SealedFile | None) -> "VectorIndex":
        """What `save` wrote. Raises IndexDamaged; RuntimeError or ValueError if it is something else."""
        if codes is None:
            return cls(Column.load(rows))
        import faiss

        codes.ensure(0, codes.size)
        return cls(Column.load(rows), faiss.read_index(str(codes.path)))

    def save(self, rows: Path, codes: Path) -> None:
        """Write it to one file or two. Raises RuntimeError or OSError where the disk does not take it."""
        self._rows.save(rows)
        if self._codes is not None:
            import faiss

            faiss.write_index(self._codes, str(codes))

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, position: int) -> Vectors:
        """The vector at a position, shape (dimension,)."""
        return np.asarray(self._rows.row(position), np.float32)

    def take(self, positions: Ints) -> Vectors:
        """The vectors at positions, shape (positions, dimension)."""
        return np.asarray(self._rows.take(positions), np.float32)

    @cached_property
    def vectors(self) -> Vectors:
        """All vectors, shape (n, dimension): a view where they are few, a copy in memory where they are many."""
        return np.asarray(self._rows.whole, np.float32)

    def nearest(self, query: Vectors, limit: int, allowed: Ints | None = None) -> Ints:
        """Positions of the vectors nearest to `query`, best first, at most `limit`; only of `allowed` if given."""
        limit = min(limit, len(self) if allowed is None else len(allowed))
        if not limit:
            return np.zeros(0, np.int64)
        if self._codes is not None and allowed is None:
            allowed = self._near_by_code(query, limit)
        if allowed is None:
            return _nearest(query, self.vectors, limit)
        best = np.zeros(0, np.int64)
        for start in range(0, len(allowed), CHUNK):
            among = np.concatenate([best, allowed[start : start + CHUNK]])
            best = among[_nearest(query, self.take(among), min(limit, len(among)))]
        return best

    def _near_by_code(self, query: Vectors, limit: int) -> Ints:
        """Positions of those whose codes are nearest, ascending."""
        count = min(len(self), max(RERANKED, 30 * limit, len(self) // 1_000))
        _, positions = self._codes.search(query[None, :], count)
        found: Ints = np.sort(positions[0])
        return found[found >= 0]


def _nearest(query: Vectors, vectors: Vectors, limit: int) -> Ints:
    from faiss import METRIC_INNER_PRODUCT, knn

    _, positions = knn(query[None, :], vectors, limit, metric=METRIC_INNER_PRODUCT)
    found: Ints = positions[0]
    return found


def _codes_of(vectors: Vectors) -> Any:
    """An index of the codes; the mean is taken off first, whose cosine with a question is the same for all."""
    import faiss

    sample = vectors[:: max(1, len(vectors) // TRAINED_ON)].astype(np.float32)
    codes = faiss.IndexRaBitQFastScan(vectors.shape[1], faiss.METRIC_INNER_PRODUCT)
    mean = sample.mean(axis=0)
    codes.train(sample - mean)
    for start in range(0, len(vectors), CHUNK):
        codes.add(vectors[start : start + CHUNK].astype(np.float32) - mean)
    return codes
