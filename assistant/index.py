"""An index in memory: documents, their passages and sentences, and what is searched for a question."""

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from pydantic import Field

from assistant.embedding.words import Ints, WordStore
from assistant.errors import IndexOfAnotherModel, IndexOfAnotherVersion
from assistant.german import terms
from assistant.lexical import LexicalIndex
from assistant.records import Document, Passage, Record
from assistant.sentences import display_form
from assistant.vectors import VectorIndex
from assistant.versions import INDEXING, code_sha256

FORMAT = 2  # of the files; raise it when they change


class Manifest(Record):
    """What an index was made with, and what must be found in it."""

    format: int
    """Of the files; another one is built anew."""
    code: str
    """SHA-256 of the code that decides what an index holds; another version finds other sentences and words."""
    model: str
    """The embedder's name."""
    dimension: int
    """Length of a vector."""
    passage_characters: int
    """Longest passage."""
    documents: int
    passages: int
    sentences: int
    written: str = ""
    """When, as an ISO 8601 time in UTC; set on writing."""
    sha256: dict[str, str] = Field(default_factory=dict)
    """Of each file beside the manifest; set on writing."""


class Searched(NamedTuple):
    """What is searched of an index: positions of passages and of sentences."""

    passages: Ints
    sentences: Ints


class Index:
    """Sentences are counted over all documents; behind them, for words alone, come the headings."""

    def __init__(
        self,
        manifest: Manifest,
        documents: Sequence[Document],
        passages: Sequence[Passage],
        passage_vectors: VectorIndex,
        sentence_vectors: VectorIndex,
        words: WordStore,
        lexical: LexicalIndex,
    ) -> None:
        """`words` are those of all sentences, then of all headings."""
        self.manifest = manifest
        self.documents = tuple(documents)
        self.passages = tuple(passages)
        self.passage_vectors = passage_vectors
        self.sentence_vectors = sentence_vectors
        self.words = words
        self.lexical = lexical
        self._first_sentence = [0, *accumulate(len(document.sentences) for document in documents)]
        headings = accumulate((len(document.headings) for document in documents), initial=self._first_sentence[-1])
        self._first_heading = list(headings)

    @cached_property
    def by_name(self) -> dict[str, Document]:
        """The documents by their names."""
        return {document.name: document for document in self.documents}

    def sentence_number(self, document: int, sentence: int) -> int:
        """Position among all sentences of the one at this position in the document at this position."""
        return self._first_sentence[document] + sentence

    def heading_number(self, document: int, heading: int) -> int:
        """Position among all texts that have words of the heading at this position in a document."""
        return self._first_heading[document] + heading

    @cached_property
    def sentences_of_passages(self) -> Ints:
        """First and last sentence of each passage, shape (passages, 2); both ascend."""
        pairs = [
            (self.sentence_number(one.document, one.first), self.sentence_number(one.document, one.last))
            for one in self.passages
        ]
        return np.array(pairs, np.int64).reshape(-1, 2)

    def passages_with(self, sentences: Ints) -> Ints:
        """Positions of the passages that hold any of the sentences, each once, ascending."""
        first, last = self.sentences_of_passages.T
        from_, to = np.searchsorted(last, sentences, side="left"), np.searchsorted(first, sentences, side="right")
        found = {passage for start, end in zip(from_, to, strict=True) for passage in range(start, end)}
        return np.array(sorted(found), np.int64)

    def says(self, word: str) -> bool:
        """Whether a word stands anywhere in the documents, in any form: in a passage or a heading."""
        term = terms(word)[0]  # its parts are further terms
        return self.lexical.has(term) or term in self._terms_of_headings

    def texts(self) -> Iterator[str]:
        """All sentences and headings, in display form."""
        for document in self.documents:
            for span in (*document.sentences, *document.headings):
                yield display_form(document.quote(span))

    @cached_property
    def _terms_of_headings(self) -> frozenset[str]:
        spans = ((document, heading) for document in self.documents for heading in document.headings)
        return frozenset(term for document, span in spans for term in terms(display_form(document.quote(span))))

    def of_sources(self, names: Collection[str]) -> Searched:
        """What there is of the documents named."""
        wanted = np.array([document.name in names for document in self.documents], bool)
        sizes = np.diff(self._first_sentence)
        documents = np.array([passage.document for passage in self.passages], np.int64)
        return Searched(np.flatnonzero(wanted[documents]), np.flatnonzero(np.repeat(wanted, sizes)))


def ensure_fits(index: Index, model: str, dimension: int) -> None:
    """Raise IndexOfAnotherModel or IndexOfAnotherVersion unless the index was built with this model and this code."""
    built = index.manifest
    if (built.model, built.dimension) != (model, dimension):
        raise IndexOfAnotherModel(built=built.model, wanted=model)
    if built.code != code_sha256(INDEXING):
        raise IndexOfAnotherVersion()
