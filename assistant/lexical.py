"""Lexical search: BM25 over terms, in the variant of Lucene (Kamphuis et al. 2020); the one module that touches bm25s.

bm25s works out what each term is worth in each passage when an index is built; adding these up for a question is all
that is left to do then, and needs nothing but numpy.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assistant.columns import Column, Files, Texts
from assistant.embedding.words import Ints, Vectors

TERMS, ARRAYS = "terms", ("term_starts.npy", "term_passages.npy", "term_scores.npy")
FILES = (*Texts.files(TERMS), *ARRAYS)
HEAD = (*Texts.files(TERMS), ARRAYS[0])  # what is left of them where the scores lie elsewhere


class LexicalIndex:
    """What each term is worth in each passage that has it."""

    def __init__(self, terms: Texts, starts: Ints, passages: Column, scores: Column, count: int) -> None:
        """Of `count` passages; those with terms[t], and its scores there, stand from starts[t] to starts[t + 1]."""
        self._terms = terms
        self._starts = starts
        self._passages = passages
        self._scores = scores
        self._count = count

    @classmethod
    def from_terms(cls, terms: Iterable[Sequence[str]]) -> "LexicalIndex":
        """Of the terms of each passage."""
        corpus = _Corpus.from_terms(terms)
        if not corpus.terms:
            passages, scores = Column(np.zeros(0, np.int32)), Column(np.zeros(0, np.float32))
            return cls(Texts.from_texts(()), np.zeros(1, np.int64), passages, scores, len(corpus))
        import bm25s

        model = bm25s.BM25(method="lucene")
        columns = model.build_index_from_ids(range(len(corpus.terms)), corpus, show_progress=False)
        return cls(
            Texts.from_texts(corpus.terms),
            np.asarray(columns["indptr"], np.int64),
            Column(np.asarray(columns["indices"], np.int32)),
            Column(np.asarray(columns["data"], np.float32)),
            len(corpus),
        )

    @classmethod
    def from_weights(cls, terms: Texts, starts: Ints, weights: Sequence[Mapping[int, float]]) -> "LexicalIndex":
        """Of what `by_passage` gives, and its `head`."""
        numbers = np.array([number for of_passage in weights for number in of_passage], np.int64)
        scores = np.array([score for of_passage in weights for score in of_passage.values()], np.float32)
        passages = np.repeat(np.arange(len(weights), dtype=np.int32), [len(of_passage) for of_passage in weights])
        order = np.argsort(numbers, kind="stable")
        return cls(terms, starts, Column(passages[order]), Column(scores[order]), len(weights))

    def save(self, folder: Path) -> None:
        """Write its FILES."""
        save_head(self.head, folder)
        for name, values in zip(ARRAYS[1:], (self._passages, self._scores), strict=True):
            values.save(folder / name)

    @property
    def head(self) -> tuple[Texts, Ints]:
        """The terms, and their starts."""
        return self._terms, self._starts

    @classmethod
    def load(cls, files: Files, count: int) -> "LexicalIndex":
        """What `save` wrote, of `count` passages."""
        starts, passages, scores = (Column.load(files(name)) for name in ARRAYS)
        return cls(Texts.load(files, TERMS), starts.whole, passages, scores, count)

    def shares(self, terms: Sequence[str]) -> Vectors:
        """BM25 of each passage for a question's terms, as a share of the sum of their rarities, shape (passages,).

        0 where no term is shared; 1 would be a passage full of each term. Terms that no passage has count as rarest.
        """
        scores = np.zeros(self._count, np.float32)
        for number in map(self._terms.find, terms):
            if number is not None:
                start, end = self._starts[number : number + 2].tolist()
                scores[self._passages.rows(start, end)] += self._scores.rows(start, end)
        total = sum(rarity(self._terms, self._starts, term, self._count) for term in terms)
        return scores / np.float32(total) if total else scores

    def search(self, terms: Sequence[str], limit: int, allowed: Ints | None = None) -> "Found":
        """The best passages for a question's terms, at most `limit` and only of `allowed` if given, which ascend."""
        shares = self.shares(terms)
        among = np.flatnonzero(shares) if allowed is None else allowed[shares[allowed] > 0]
        if len(among) > limit:
            least = np.partition(shares[among], -limit)[-limit]
            among = among[shares[among] >= least]
        return Found(among[np.argsort(-shares[among], kind="stable")[:limit]], shares.__getitem__)

    def by_passage(self) -> Iterator[dict[int, float]]:
        """What each term is worth, by the term's number, a passage after the other."""
        passages, scores = self._passages.whole, self._scores.whole
        numbers = np.repeat(np.arange(len(self._terms)), np.diff(self._starts))
        order = np.argsort(passages, kind="stable")
        ends = np.cumsum(np.bincount(passages, minlength=self._count))
        for start, end in pairwise([0, *ends.tolist()]):
            rows = order[start:end]
            yield dict(zip(numbers[rows].tolist(), scores[rows].tolist(), strict=True))

    def has(self, term: str) -> bool:
        """Whether any passage has a term."""
        return self._terms.find(term) is not None


def save_head(head: tuple[Texts, Ints], folder: Path) -> None:
    """Write the files HEAD."""
    terms, starts = head
    terms.save(folder, TERMS)
    Column(starts).save(folder / ARRAYS[0])


def load_head(files: Files) -> tuple[Texts, Ints]:
    """What `save_head` wrote."""
    return Texts.load(files, TERMS), Column.load(files(ARRAYS[0])).whole


class Found(NamedTuple):
    """What was found for a question's terms."""

    best: Ints
    """Positions of the passages with the largest shares, best first; of equal ones the first. All share a term."""
    shares: Callable[[Ints], Vectors]
    """Of the passages at positions, as `LexicalIndex.shares`."""


def rarity(terms: Texts, starts: Ints, term: str, count: int) -> float:
    """What a term is worth that is one of `terms`, or none, by the share of `count` passages that have it."""
    number = terms.find(term)
    having = 0 if number is None else int(starts[number + 1] - starts[number])
    return float(np.log1p((count - having + 0.5) / (having + 0.5)))


class _Corpus(Sequence[list[int]]):
    """The numbers of the terms of each passage, kept as 4 bytes each."""

    def __init__(self, terms: list[str], numbers: npt.NDArray[np.int32], ends: Ints) -> None:
        self.terms, self._numbers, self._spans = terms, numbers, list(pairwise([0, *ends.tolist()]))

    @classmethod
    def from_terms(cls, passages: Iterable[Sequence[str]]) -> "_Corpus":
        """Numbers go by the terms' order in the alphabet."""
        known: dict[str, int] = {}
        seen, ends = array("i"), array("q")
        for of_passage in passages:
            seen.extend(known.setdefault(term, len(known)) for term in of_passage)
            ends.append(len(seen))
        terms = sorted(known)
        places = np.empty(len(terms), np.int32)
        places[[known[term] for term in terms]] = np.arange(len(terms), dtype=np.int32)
        return cls(terms, places[np.frombuffer(seen, np.int32)] if seen else places[:0], np.array(ends, np.int64))

    def __len__(self) -> int:
        return len(self._spans)

    def __getitem__(self, passage: int) -> list[int]:  # type: ignore[override]
        start, end = self._spans[passage]
        numbers: list[int] = self._numbers[start:end].tolist()
        return numbers
