"""What an index asks of whatever holds its vectors and its terms: files here, or Milvus."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from assistant.columns import Texts
from assistant.embedding.words import Ints, Vectors
from assistant.lexical import Found


class VectorSearch(Protocol):
    """Unit vectors and their search by cosine."""

    def __len__(self) -> int: ...

    def __getitem__(self, position: int) -> Vectors: ...

    def take(self, positions: Ints) -> Vectors:
        """The vectors at positions, shape (positions, dimension)."""
        ...

    @property
    def vectors(self) -> Vectors:
        """All vectors, shape (n, dimension)."""
        ...

    def nearest(self, query: Vectors, limit: int, allowed: Ints | None = None) -> Ints:
        """Positions of the vectors nearest to `query`, best first, at most `limit`; only of `allowed` if given."""
        ...


class LexicalSearch(Protocol):
    """What each term is worth in each passage that has it."""

    @property
    def head(self) -> tuple[Texts, Ints]:
        """The terms, and sums of how many passages have those before each."""
        ...

    def search(self, terms: Sequence[str], limit: int, allowed: Ints | None = None) -> Found:
        """The best passages for a question's terms, at most `limit` and only of `allowed` if given, which ascend."""
        ...

    def has(self, term: str) -> bool:
        """Whether any passage has a term."""
        ...

    def by_passage(self) -> Iterator[dict[int, float]]:
        """What each term is worth, by the term's number, a passage after the other."""
        ...
