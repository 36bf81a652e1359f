"""Texts to vectors: those of an index that has them, or else the model's, which embeds each text once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np

from assistant.embedding.base import Embedder, Report, Sentences, no_report
from assistant.embedding.words import Vectors, WordStore
from assistant.index import Index
from assistant.passages import passage_text
from assistant.records import Document
from assistant.sentences import display_form


class Encoder:
    """An embedder that knows what an index holds; it is made only if a text is not in there.

    The vectors are those that the embedder alone would give if what it makes of a text does not depend on what is
    embedded beside it, as is so with the packaged model.
    """

    def __init__(self, make_embedder: Callable[[], Embedder], index: Index | None = None) -> None:
        """`index`, if there is one, was built with the same embedder by the same code."""
        self._make_embedder = make_embedder
        self._index = index
        self.embedded = self.kept = 0
        """How many different texts were embedded, and how many were in the index."""

    @property
    def name(self) -> str:
        """The embedder's."""
        return self._index.manifest.model if self._index else self._embedder.name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._index.manifest.dimension if self._index else self._embedder.dimension

    def encode_passages(self, texts: Sequence[str], report: Report = no_report) -> Vectors:
        """Shape (texts, dimension), unit length."""
        index = self._index
        known = _numbered(passage_text(index.documents[one.document], one) for one in index.passages) if index else {}
        unknown = self._unknown(texts, (text for text in texts if text not in known))
        fresh = self._embedder.encode_passages(unknown, report) if unknown else self._no_vectors
        return _merged(texts, unknown, fresh, known, index.passage_vectors.vectors if index else self._no_vectors)

    def encode_sentences(
        self, sentences: Sequence[str], headings: Sequence[str], report: Report = no_report
    ) -> Sentences:
        """The vectors of the sentences, shape (sentences, dimension), and the words of these and of the headings."""
        index = self._index
        in_index = (sentence_texts(index.documents), heading_texts(index.documents)) if index else ([], [])
        with_vectors, with_words = _numbered(in_index[0]), _numbered([*in_index[0], *in_index[1]])
        missing = [text for text in sentences if text not in with_vectors]
        missing += [text for text in headings if text not in with_words]
        unknown = self._unknown([*sentences, *headings], missing)
        fresh = self._embedder.encode_sentences(unknown, report) if unknown else self._nothing
        vectors = _merged(
            sentences, unknown, fresh.vectors, with_vectors, index.sentence_vectors.vectors if index else fresh.vectors
        )
        numbers, known_words = _numbered(unknown), index.words if index else fresh.words
        words = [
            fresh.words[numbers[text]] if text in numbers else known_words[with_words[text]]
            for text in (*sentences, *headings)
        ]
        return Sentences(vectors, WordStore.from_texts(words, self.dimension))

    def _unknown(self, texts: Sequence[str], missing: Iterable[str]) -> list[str]:
        """Those of the texts that are missing, each once; takes note of how many they are."""
        unknown = list(dict.fromkeys(missing))
        self.embedded += len(unknown)
        self.kept += len(set(texts)) - len(unknown)
        return unknown

    @cached_property
    def _embedder(self) -> Embedder:
        return self._make_embedder()

    @property
    def _no_vectors(self) -> Vectors:
        return np.zeros((0, self.dimension), np.float32)

    @property
    def _nothing(self) -> Sentences:
        return Sentences(self._no_vectors, WordStore.from_texts([], self.dimension))


def sentence_texts(documents: Iterable[Document]) -> list[str]:
    """What is embedded of each sentence, in order."""
    return [display_form(document.quote(span)) for document in documents for span in document.sentences]


def heading_texts(documents: Iterable[Document]) -> list[str]:
    """What is embedded of each heading, in order."""
    return [display_form(document.quote(span)) for document in documents for span in document.headings]


def _numbered(texts: Iterable[str]) -> dict[str, int]:
    """The position of each text."""
    return {text: number for number, text in enumerate(texts)}


def _merged(
    texts: Sequence[str], unknown: Sequence[str], fresh: Vectors, known: Mapping[str, int], vectors: Vectors
) -> Vectors:
    """A row a text: of `fresh` for those that were unknown, in their order, else of `vectors`, by their positions."""
    numbers = _numbered(unknown)
    is_fresh = np.array([text in numbers for text in texts], bool)
    merged = np.empty((len(texts), fresh.shape[1]), np.float32)
    merged[is_fresh] = fresh[[numbers[text] for text in texts if text in numbers]]
    merged[~is_fresh] = vectors[[known[text] for text in texts if text not in numbers]]
    return merged
