"""Lexical search: BM25 over terms, in the variant of Lucene (Kamphuis et al. 2020); the one module that touches bm25s.

bm25s works out what each term is worth in each passage when an index is built; adding these up for a question is all
that is left to do then, and needs nothing but numpy.
"""

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.embedding.words import Ints, Vectors

FILES = ("terms.json", "term_starts.npy", "term_passages.npy", "term_scores.npy")


class LexicalIndex:
    """What each term is worth in each passage that has it."""

    def __init__(
        self, terms: Sequence[str], starts: Ints, passages: npt.NDArray[np.int32], scores: Vectors, count: int
    ) -> None:
        """Of `count` passages; those with terms[t], and its scores there, stand from starts[t] to starts[t + 1]."""
        self._terms = terms
        self._starts = starts
        self._passages = passages
        self._scores = scores
        self._count = count

    @classmethod
    def from_terms(cls, passages: Sequence[Sequence[str]]) -> "LexicalIndex":
        """Of the terms of each passage."""
        if not any(passages):
            return cls((), np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32), len(passages))
        import bm25s

        terms = sorted({term for of_passage in passages for term in of_passage})
        numbers = {term: number for number, term in enumerate(terms)}
        ids = [[numbers[term] for term in of_passage] for of_passage in passages]
        model = bm25s.BM25(method="lucene")
        model.index((ids, numbers), create_empty_token=False, show_progress=False)
        columns = model.scores
        return cls(
            terms,
            np.asarray(columns["indptr"], np.int64),
            np.asarray(columns["indices"], np.int32),
            np.asarray(columns["data"], np.float32),
            len(passages),
        )

    def save(self, folder: Path) -> None:
        """Write its FILES."""
        (folder / FILES[0]).write_text(json.dumps(list(self._terms), ensure_ascii=False), encoding="utf-8")
        arrays: tuple[npt.NDArray[Any], ...] = (self._starts, self._passages, self._scores)
        for name, values in zip(FILES[1:], arrays, strict=True):
            np.save(folder / name, values)

    @classmethod
    def load(cls, folder: Path, count: int) -> "LexicalIndex":
        """What `save` wrote, of `count` passages."""
        starts, passages, scores = (np.load(folder / name, mmap_mode="r") for name in FILES[1:])
        return cls(json.loads((folder / FILES[0]).read_bytes()), starts, passages, scores, count)

    def shares(self, terms: Sequence[str]) -> Vectors:
        """BM25 of each passage for a question's terms, as a share of the sum of their rarities, shape (passages,).

        0 where no term is shared; 1 would be a passage full of each term. Terms that no passage has count as rarest.
        """
        scores = np.zeros(self._count, np.float32)
        rarity = 0.0
        for term in terms:
            number = self._numbers.get(term)
            passages = 0
            if number is not None:
                start, end = self._starts[number : number + 2]
                passages = int(end - start)
                scores[self._passages[start:end]] += self._scores[start:end]
            rarity += float(np.log1p((self._count - passages + 0.5) / (passages + 0.5)))
        return scores / np.float32(rarity) if rarity else scores

    def has(self, term: str) -> bool:
        """Whether any passage has a term."""
        return term in self._numbers

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {term: number for number, term in enumerate(self._terms)}
