"""Vector search: the one module that touches faiss."""

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from assistant.embedding.words import Ints, Vectors


class VectorIndex:
    """Unit vectors and their exact search by cosine."""

    def __init__(self, faiss_index: Any) -> None:
        self._faiss = faiss_index

    @classmethod
    def from_vectors(cls, vectors: Vectors) -> "VectorIndex":
        """Of rows, shape (n, dimension)."""
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, np.float32))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> "VectorIndex":
        """What `save` wrote. Raises RuntimeError if it is something else."""
        import faiss

        return cls(faiss.read_index(str(path)))

    def save(self, path: Path) -> None:
        """Write it to a file. Raises RuntimeError where the disk does not take it."""
        import faiss

        faiss.write_index(self._faiss, str(path))

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    @cached_property
    def vectors(self) -> Vectors:
        """All vectors, shape (n, dimension); a view, not a copy."""
        import faiss

        count, dimension = len(self), int(self._faiss.d)
        if not count:
            return np.zeros((0, dimension), np.float32)
        rows: Vectors = faiss.rev_swig_ptr(self._faiss.get_xb(), count * dimension).reshape(count, dimension)
        return rows

    def nearest(self, query: Vectors, limit: int, allowed: Ints | None = None) -> Ints:
        """Positions of the vectors nearest to `query`, best first, at most `limit`; only of `allowed` if given."""
        from faiss import IDSelectorBatch, SearchParameters

        limit = min(limit, len(self) if allowed is None else len(allowed))
        if not limit:
            return np.zeros(0, np.int64)
        only = None if allowed is None else SearchParameters(sel=IDSelectorBatch(allowed))  # type: ignore[call-arg]
        _, positions = self._faiss.search(query[None, :], limit, params=only)
        found: Ints = positions[0]
        return found
