"""Passages by the million, for measuring how an index behaves at that size.

Text, sentences and words are those of XQuAD-de and MLQA-de, repeated: of each copy, 15 % of the words are exchanged for
others of the same length, and 15 % of the terms for others. A copy's vectors are the real ones plus half the difference
of two others, so that their noise has the covariance of real vectors: a copy's cosine with its original is about .95,
that of two paragraphs about .8. The questions, and what the model makes of them, are real.
"""

import hashlib
import re
import string
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import numpy as np

from assistant.columns import Column
from assistant.embedding.base import Query
from assistant.embedding.opening import open_embedder
from assistant.embedding.words import Ints, Vectors, WordStore, WordVectors, unit
from assistant.evaluation.squad import SquadSet
from assistant.german import terms
from assistant.indexing import build_index
from assistant.passages import passage_text
from assistant.records import Document, Passage, Span
from assistant.settings import DEFAULT_MODEL
from tests.benchmarks.fitting import MLQA, XQUAD

QUESTIONS = 300
PARAGRAPHS = 20  # of a made document
EXCHANGED = 0.15
NOISE = 0.5
CHUNK = 50_000
WORD = re.compile(r"\w{4,}")


class Material(NamedTuple):
    """What is repeated: real paragraphs, each a document, and all that an index holds of them."""

    documents: list[Document]
    passages: list[list[Passage]]
    """Of each document."""
    terms: list[list[str]]
    """Of each passage."""
    passage_vectors: Vectors
    sentence_vectors: Vectors
    words: WordStore
    questions: list[str]
    queries: list[Query]


def material(folder: Path) -> Material:
    """The real paragraphs and questions; what takes a model is kept in `folder`."""
    documents = [document for file in (XQUAD[0], MLQA[0]) for document in SquadSet(file).documents]
    questions = [one.question for one in SquadSet(XQUAD[0]).questions({d.name: d for d in documents})]
    questions = questions[:: len(questions) // QUESTIONS][:QUESTIONS]
    if not (folder / "material.npz").exists():
        _embed(documents, questions, folder)
    kept = np.load(folder / "material.npz")
    passages: list[list[Passage]] = [[] for _ in documents]
    for row in kept["passages"].tolist():
        passages[row[0]].append(Passage(document=row[0], first=row[1], last=row[2], span=Span(row[3], row[4])))
    words = [WordVectors(["x"] * len(one), one) for one in np.split(kept["asked"], kept["asked_starts"][1:-1])]
    return Material(
        documents,
        passages,
        [terms(passage_text(documents[one.document], one)) for of_one in passages for one in of_one],
        kept["passage_vectors"],
        kept["sentence_vectors"],
        WordStore(Column(kept["states"]), Column(kept["scales"]), kept["starts"]),
        questions,
        [Query(vector, of_words) for vector, of_words in zip(kept["queries"], words, strict=True)],
    )


def _embed(documents: list[Document], questions: list[str], folder: Path) -> None:
    embedder = open_embedder(DEFAULT_MODEL, "cpu")
    index = build_index(documents, embedder, 800)
    queries = [embedder.encode_query(question) for question in questions]
    asked = [query.words.vectors[query.words.content] for query in queries]
    sentences = [index.words[number] for number in range(index.manifest.sentences)]
    np.savez(
        folder / "material.npz",
        passages=np.array([(one.document, one.first, one.last, *one.span) for one in index.passages]),
        passage_vectors=index.passage_vectors.vectors,
        sentence_vectors=index.sentence_vectors.vectors,
        states=np.concatenate([one.states for one in sentences]),
        scales=np.concatenate([one.scales for one in sentences]),
        starts=np.array([0, *accumulate(len(one.scales) for one in sentences)]),
        queries=np.array([query.vector for query in queries]),
        asked=np.concatenate(asked),
        asked_starts=np.array([0, *accumulate(map(len, asked))]),
    )


class Repeated:
    """The material, repeated until there are at least as many passages as asked for."""

    def __init__(self, material: Material, passages: int) -> None:
        self.material = material
        of_paragraph = np.array([len(one) for one in material.passages])
        sentences = np.array([len(one.sentences) for one in material.documents])
        copies = -(-passages // int(of_paragraph.sum()))
        count = PARAGRAPHS * max(1, round(copies * len(of_paragraph) / PARAGRAPHS))
        self.paragraphs = np.arange(count) % len(of_paragraph)
        """Of each paragraph the original's position."""
        self.passages = self._rows(of_paragraph)
        """Of each passage the original's position."""
        self.sentences = self._rows(sentences)
        """Of each sentence the original's position."""
        self.documents = Lazily(count // PARAGRAPHS, self._document)
        self.terms = Lazily(len(self.passages), self._terms)
        self._vocabulary = sorted({term for of_passage in material.terms for term in of_passage})
        words = {word for document in material.documents for word in WORD.findall(document.text)}
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(words):
            self._by_length.setdefault(len(word), []).append(word)

    def _rows(self, sizes: Ints) -> Ints:
        firsts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        return np.concatenate([np.arange(firsts[one], firsts[one] + sizes[one]) for one in self.paragraphs])

    def _texts(self, document: int) -> Iterator[tuple[int, str]]:
        """Original and text of each paragraph of a made document."""
        for number in range(document * PARAGRAPHS, (document + 1) * PARAGRAPHS):
            original = int(self.paragraphs[number])
            text = self.material.documents[original].text
            is_copy = number >= len(self.material.documents)
            yield original, self._exchanged(text, number) if is_copy else text

    def _exchanged(self, text: str, seed: int) -> str:
        random = np.random.default_rng(seed)
        words = list(WORD.finditer(text))
        parts, at = [], 0
        for number in np.flatnonzero(random.random(len(words)) < EXCHANGED):
            start, end = words[number].span()
            alike = self._by_length[end - start]
            parts += [text[at:start], alike[int(random.integers(len(alike)))]]
            at = end
        return "".join([*parts, text[at:]])

    def _document(self, number: int) -> Document:
        text, sentences = "", []
        for original, paragraph in self._texts(number):
            shift = len(text)
            sentences += [Span(a + shift, b + shift) for a, b in self.material.documents[original].sentences]
            text += paragraph + "\n\n"
        encoded = hashlib.sha256(text.encode()).hexdigest()
        name = f"{number:07}.txt"
        hashes = {"sha256": encoded, "text_sha256": encoded}
        return Document(name=name, path=f"corpus/{name}", text=text, sentences=tuple(sentences), **hashes)

    def passage_records(self) -> Iterator[Passage]:
        """Each passage in its made document."""
        for number, original in enumerate(self.paragraphs.tolist()):
            if number % PARAGRAPHS == 0:
                characters = sentences = 0
            record = self.material.documents[original]
            for one in self.material.passages[original]:
                span = Span(one.span.start + characters, one.span.end + characters)
                first, last = one.first + sentences, one.last + sentences
                yield Passage(document=number // PARAGRAPHS, first=first, last=last, span=span)
            characters, sentences = characters + len(record.text) + 2, sentences + len(record.sentences)

    def _terms(self, number: int) -> list[str]:
        found = self.material.terms[self.passages[number]]
        if number < len(self.material.terms):
            return found
        random = np.random.default_rng(number)
        found = list(found)
        for at in np.flatnonzero(random.random(len(found)) < EXCHANGED).tolist():
            other = int(random.integers(len(self._vocabulary)))
            found[at] = self._vocabulary[other] if at % 8 else self._vocabulary[other] + string.ascii_letters[at % 52]
        return found

    def vectors(self, originals: Vectors, rows: Ints) -> Iterator[Vectors]:
        """Noisy copies of rows of `originals`, the first of each as it is: chunks of shape (CHUNK, dimension)."""
        for start in range(0, len(rows), CHUNK):
            random = np.random.default_rng(start)
            these = rows[start : start + CHUNK]
            one, other = random.integers(len(originals), size=(2, len(these)))
            noise = NOISE * (originals[one] - originals[other])
            noise[np.arange(start, start + len(these)) < len(originals)] = 0
            yield unit(originals[these] + noise)

    def words(self) -> Iterator[tuple[np.ndarray, Vectors, Ints]]:
        """States, scales and number of the words of the sentences, in chunks."""
        stored = [self.material.words[number] for number in range(len(self.material.words))]
        for start in range(0, len(self.sentences), CHUNK):
            these = [stored[one] for one in self.sentences[start : start + CHUNK].tolist()]
            counts = np.array([len(one.scales) for one in these])
            yield np.concatenate([one.states for one in these]), np.concatenate([one.scales for one in these]), counts


class Lazily(Sequence):
    """A sequence whose items are made when they are asked for."""

    def __init__(self, count: int, make) -> None:
        self._count, self._make = count, make

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, position):
        if not -self._count <= position < self._count:
            raise IndexError(position)
        return self._make(position % self._count)
