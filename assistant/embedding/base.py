"""What the rest of the package knows of an embedding model."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from assistant.embedding.words import Vectors, WordStore, WordVectors

Report = Callable[[int, int], None]
"""Called with how much is done and how much there is."""


def no_report(done: int, total: int) -> None:
    """Tell nobody."""


class Sentences(NamedTuple):
    """Sentences as vectors."""

    vectors: Vectors
    """Shape (sentences, dimension), unit length."""
    words: WordStore
    """Of each sentence; which words they are tells `words.words_of`."""


class Query(NamedTuple):
    """A question as vectors."""

    vector: Vectors
    """Shape (dimension,), unit length."""
    words: WordVectors


class Embedder(Protocol):
    """An embedding model."""

    @property
    def name(self) -> str:
        """The model and the version of its weights: equal names make equal vectors."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode_passages(self, texts: Sequence[str], report: Report = ...) -> Vectors:
        """Shape (texts, dimension), unit length."""
        ...

    def encode_sentences(self, texts: Sequence[str], report: Report = ...) -> Sentences:
        """The sentences' vectors and those of their words."""
        ...

    def encode_query(self, text: str) -> Query:
        """A question's vector and its words'."""
        ...
