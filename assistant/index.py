"""An index in memory: documents, their passages and sentences, and what is searched for a question."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from pydantic import Field

from assistant.contents import Documents, Passages
from assistant.embedding.words import Ints, WordStore
from assistant.errors import IndexOfAnotherModel, IndexOfAnotherVersion
from assistant.german import terms
from assistant.records import Document, Passage, Record
from assistant.search import LexicalSearch, VectorSearch
from assistant.sentences import display_form
from assistant.versions import INDEXING, code_sha256

FORMAT = 3  # of the files; raise it when they change


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
    milvus_uri: str = ""
    """Where Milvus holds the vectors and the lexical weights; "" if they are among the files."""
    collection: str = ""
    """What they are called there."""
    written: str = ""
    """When, as an ISO 8601 time in UTC; set on writing."""
    sha256: dict[str, str] = Field(default_factory=dict)
    """The seal of each file beside the manifest; set on writing."""


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
        passage_vectors: VectorSearch,
        sentence_vectors: VectorSearch,
        words: WordStore,
        lexical: LexicalSearch,
    ) -> None:
        """`words` are those of all sentences, then of all headings."""
        self.manifest = manifest
        self._contents = Documents.from_records(documents)
        self.documents: Sequence[Document] = self._contents
        self.passages = Passages.from_records(passages)
        self.passage_vectors = passage_vectors
        self.sentence_vectors = sentence_vectors
        self.words = words
        self.lexical = lexical
        self._first_sentence = np.concatenate([[0], np.cumsum(self._contents.sentences)])
        self._first_heading = self._first_sentence[-1] + np.concatenate([[0], np.cumsum(self._contents.headings)])

    @cached_property
    def by_name(self) -> Mapping[str, Document]:
        """The documents by their names."""
        return self._contents.by_name

    def sentence_number(self, document: int, sentence: int) -> int:
        """Position among all sentences of the one at this position in the document at this position."""
        return int(self._first_sentence[document]) + sentence

    def heading_number(self, document: int, heading: int) -> int:
        """Position among all texts that have words of the heading at this position in a document."""
        return int(self._first_heading[document]) + heading

    @cached_property
    def sentences_of_passages(self) -> Ints:
        """First and last sentence of each passage, shape (passages, 2); both ascend."""
        return self._first_sentence[self.passages.documents, None] + self.passages.sentences

    def passages_with(self, sentences: Ints) -> Ints:
        """Positions of the passages that hold any of the sentences, each once, ascending."""
        first, last = self.sentences_of_passages.T
        from_, to = np.searchsorted(last, sentences, side="left"), np.searchsorted(first, sentences, side="right")
        found = {passage for start, end in zip(from_, to, strict=True) for passage in range(start, end)}
        return np.array(sorted(found), np.int64)

    def says(self, word: str) -> bool:
        """Whether a word stands anywhere in the documents, in any form: in a passage or a heading."""
        term = terms(word)[0]  # its parts are further terms
        return self.lexical.has(term) or self._contents.heading_terms.find(term) is not None

    def texts(self) -> Iterator[str]:
        """All sentences and headings, in display form."""
        for document in self.documents:
            for span in (*document.sentences, *document.headings):
                yield display_form(document.quote(span))

    def of_sources(self, names: Collection[str]) -> Searched:
        """What there is of the documents named."""
        wanted = np.zeros(len(self._contents), bool)
        found = (self._contents.names.find(name) for name in names)
        wanted[[position for position in found if position is not None]] = True
        sentences = np.repeat(wanted, self._contents.sentences)
        return Searched(np.flatnonzero(wanted[self.passages.documents]), np.flatnonzero(sentences))


def ensure_fits(index: Index, model: str, dimension: int) -> None:
    """Raise IndexOfAnotherModel or IndexOfAnotherVersion unless the index was built with this model and this code."""
    built = index.manifest
    if (built.model, built.dimension) != (model, dimension):
        raise IndexOfAnotherModel(built=built.model, wanted=model)
    if built.code != code_sha256(INDEXING):
        raise IndexOfAnotherVersion()
