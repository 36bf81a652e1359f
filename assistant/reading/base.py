"""What the rest of the package knows of a reader."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

Scores = list[float]
"""One per sentence of a passage."""


class ReadablePassage(NamedTuple):
    """What is read at once."""

    heading: str
    """Of its section; "" if there is none."""
    sentences: tuple[str, ...]


class Reader(Protocol):
    """Judges sentences by reading them with the question."""

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[Scores]:
        """For each passage, for each of its sentences, how surely it answers: log odds against "nothing here does"."""
        ...
