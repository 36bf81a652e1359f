"""A text's words as vectors: pooled from token states, stored in 8 bits, compared one with another."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assistant.columns import Column, Files
from assistant.columns import Ints as Ints
from assistant.columns import Vectors as Vectors
from assistant.german import WORD, is_function_word

LEVELS = 127
NEAR = 0.01  # of a word's length: nearer to the mean than that, its 8 bits do not tell the two apart
FILES = ("words.npy", "word_scales.npy", "word_starts.npy")


class WordVectors(NamedTuple):
    """A text's words and what the model makes of each in its place."""

    words: list[str]
    """As written, in order."""
    vectors: Vectors
    """Shape (words, dimension): the mean of the states of each word's tokens, not normalised; zeros where the text was
    cut before the word."""

    @property
    def content(self) -> list[int]:
        """Positions of the words that carry meaning, or of all words if none does."""
        return content_positions(self.words)


class StoredWords(NamedTuple):
    """The vectors of a text's content words, each in 8 bits with a scale of its own."""

    states: npt.NDArray[np.int8]
    """Shape (words, dimension)."""
    scales: Vectors
    """Shape (words,): a vector is its states times its scale."""

    @classmethod
    def from_vectors(cls, vectors: Vectors) -> "StoredWords":
        """Of vectors, shape (words, dimension)."""
        scales = np.abs(vectors).max(axis=1, initial=1e-9) / LEVELS
        return cls(np.round(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32))


class WordStore:
    """The stored words of many texts."""

    def __init__(self, states: Column, scales: Column, starts: Ints) -> None:
        """The words of text t are those from starts[t] to starts[t + 1]."""
        self._states, self._scales, self._starts = states, scales, starts

    @classmethod
    def from_texts(cls, texts: Sequence[StoredWords], dimension: int) -> "WordStore":
        """Of each text's words."""
        nothing = StoredWords(np.zeros((0, dimension), np.int8), np.zeros(0, np.float32))
        states, scales = zip(nothing, *texts, strict=True)
        starts = np.cumsum([len(one) for one in states], dtype=np.int64)
        return cls(Column(np.concatenate(states)), Column(np.concatenate(scales)), starts)

    def save(self, folder: Path) -> None:
        """Write its FILES."""
        for name, values in zip(FILES, (self._states, self._scales, Column(self._starts)), strict=True):
            values.save(folder / name)

    @classmethod
    def load(cls, files: Files) -> "WordStore":
        """What `save` wrote, mapped into memory: a question reads the words of its candidates alone."""
        states, scales, starts = (Column.load(files(name)) for name in FILES)
        return cls(states, scales, starts.whole)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, text: int) -> StoredWords:
        start, end = int(self._starts[text]), int(self._starts[text + 1])
        return StoredWords(self._states.rows(start, end), self._scales.rows(start, end))


def normalised(text: str) -> str:
    """`text` as models read it: in Unicode NFKC."""
    return unicodedata.normalize("NFKC", text)


def words_of(text: str) -> list[str]:
    """The words whose vectors are stored for a text: those that carry meaning, or all if none does.

    >>> words_of("Die Frist beträgt drei Monate."), words_of("Was ist das?")
    (['Frist', 'beträgt', 'drei', 'Monate'], ['Was', 'ist', 'das'])
    """
    words = WORD.findall(normalised(text))
    return [words[position] for position in content_positions(words)]


def content_positions(words: Sequence[str]) -> list[int]:
    """Positions of the words that carry meaning, or of all words if none does."""
    return [at for at, word in enumerate(words) if not is_function_word(word)] or list(range(len(words)))


def word_vectors(text: str, states: Vectors, spans: Ints) -> WordVectors:
    """Words of `text`, in NFKC, from token states, shape (tokens, dimension), and the tokens' spans in it."""
    is_of_text = spans[:, 1] > np.maximum(spans[:, 0], 0)  # neither mark nor prompt
    states, spans = states[is_of_text], spans[is_of_text]
    matches = list(WORD.finditer(text))
    first = np.searchsorted(spans[:, 1], [match.start() for match in matches], side="right")
    last = np.searchsorted(spans[:, 0], [match.end() for match in matches], side="left")
    sums = np.concatenate([np.zeros((1, states.shape[1])), np.cumsum(states, axis=0, dtype=np.float64)])
    counts = np.maximum(last - first, 1)[:, None]
    vectors = np.where((last > first)[:, None], (sums[np.maximum(last, first)] - sums[first]) / counts, 0.0)
    return WordVectors([match.group(0) for match in matches], vectors.astype(np.float32))


def best_matches(asked: Vectors, texts: Sequence[StoredWords]) -> Vectors:
    """The best cosine of each word asked for with a word of each text, shape (texts, words asked for).

    `asked` has shape (words asked for, dimension); a text without words matches -1. The mean of all words is taken off
    first: what they have in common says nothing, and so does a word that is hardly apart from it, whose cosine tends
    to 0. Late interaction: Khattab and Zaharia 2020, arXiv 2004.12832.
    """
    matches = np.full((len(texts), len(asked)), -1.0, np.float32)
    filled = [number for number, text in enumerate(texts) if len(text.states)]
    if not filled or not len(asked):
        return matches
    states = np.concatenate([texts[number].states for number in filled]).astype(np.float32)
    scales = np.concatenate([texts[number].scales for number in filled])
    mean = np.asarray(scales @ states / len(states), np.float32)
    centred = unit(asked - mean)
    # (word - mean) . asked / |word - mean|, without a copy of all words
    products = states @ np.column_stack([centred.T, mean])
    with_asked, with_mean = products[:, :-1] * scales[:, None], products[:, -1] * scales
    squares = np.einsum("wd,wd->w", states, states)
    of_words = squares * scales**2
    at_least = NEAR**2 * of_words + 1e-12
    lengths = np.sqrt(np.maximum(of_words - 2 * with_mean + mean @ mean, at_least))
    cosines = (with_asked - centred @ mean) / lengths[:, None]
    cosines[squares == 0] = -1.0  # a text cut before the word
    starts = np.cumsum([0, *(len(texts[number].states) for number in filled[:-1])])
    matches[filled] = np.maximum.reduceat(cosines, starts, axis=0)
    return matches


def unit(vectors: Vectors) -> Vectors:
    """Each vector, along the last axis, at length 1."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), np.float32)
