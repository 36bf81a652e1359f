"""The packaged model as a reader: question and passage are read together by its later layers, trained for it.

The earlier layers read each alone, so that a passage is not read anew for each question as long as it is remembered
(Cao et al. 2020, arXiv 2005.00697); on the others an adapter was trained, see `reading.adapter`.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from assistant.embedding.base import Report, no_report
from assistant.embedding.engine import PASSAGE_PROMPT, QUERY_PROMPT, PackagedEmbedder, session
from assistant.embedding.words import Ints, Vectors, normalised, unit
from assistant.packaged.cache import made_once
from assistant.packaged.graph import INPUT, OUTPUT, write_graph
from assistant.reading.adapter import AdaptedWeights, Adapter
from assistant.reading.base import ReadablePassage, Scores

VERSION = 1  # of what is made of the weights; raise it when that changes
EARLIER, LATER = "earlier.onnx", "later.onnx"
PROMPT_TOKENS = 3  # <s>, "query" and ":"
REMEMBERED = 64  # passages; 0.3 MB each at most
UNREADABLE = -15.0  # the score of a sentence that the reader does not see, since the passage is too long


class _Text(NamedTuple):
    states: Vectors
    """After the earlier layers, shape (tokens, hidden)."""
    spans: Ints
    """Of the tokens in the text, shape (tokens, 2)."""


class PackagedReader:
    """Reads passages side by side on all processors."""

    def __init__(self, embedder: PackagedEmbedder, adapter: Adapter | None = None, report: Report = no_report) -> None:
        """With the package's adapter if none is given; its graphs are made on first use, telling `report`.

        Raises ModelDamaged, ModelNotWritable or ModelUnavailable.
        """
        self._embedder = embedder
        self._adapter = adapter or Adapter.shipped()
        folder = made_once(f"reader-v{VERSION}-{self._adapter.sha256[:12]}", partial(self._write, report=report))
        self._earlier, self._later = session(folder / EARLIER), session(folder / LATER)
        self._remembered = lru_cache(REMEMBERED)(self._alone)

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[Scores]:
        """For each passage, for each of its sentences, how surely it answers: log odds against "nothing here does"."""
        asked = self._alone(QUERY_PROMPT + normalised(question))

        def scores(passage: ReadablePassage) -> Scores:
            text, places = joined(passage)
            return self._scores(asked, self._remembered(text), places)

        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
            return list(threads.map(scores, passages))

    def _alone(self, text: str) -> _Text:
        tokens = self._embedder.tokens(text)
        words = self._embedder.weights.word_embeddings(tokens.ids[None, :])
        (states,) = self._earlier.run([OUTPUT], {INPUT: words})
        return _Text(states[0], tokens.spans)

    def _scores(self, asked: _Text, text: _Text, places: Sequence[tuple[int, int]]) -> Scores:
        kinds = self._adapter.kinds
        together = np.concatenate([asked.states + kinds[0], text.states + kinds[1]])
        (states,) = self._later.run([OUTPUT], {INPUT: together[None].astype(np.float32)})
        question = states[0, PROMPT_TOKENS : len(asked.states) - 1]
        passage = states[0, len(asked.states) :]
        head, mean = self._adapter.head, passage.mean(axis=0)
        likeness = unit(question - mean) @ unit(passage - mean).T
        of_question = unit(question.mean(axis=0))
        inner = text.spans[1:-1]
        scores = []
        for start, end in places:
            first = int(np.searchsorted(inner[:, 1], start, side="right")) + 1
            last = int(np.searchsorted(inner[:, 0], end, side="left")) + 1
            if last <= first:
                scores.append(UNREADABLE)
                continue
            sentence = passage[first:last]
            of_sentence = sentence.mean(axis=0)
            score = head.cosine * float(unit(of_sentence) @ of_question)
            score += head.words * float(likeness[:, first:last].max(axis=1).mean())
            score += float(head.states @ np.concatenate([of_sentence, sentence.max(axis=0)]))
            scores.append(score + head.intercept)
        return scores

    def _write(self, folder: Path, report: Report) -> None:
        weights, first = self._embedder.weights, self._adapter.first_layer
        write_graph(weights, folder / EARLIER, report, range(first))
        later = range(first, weights.sizes.layers)
        write_graph(AdaptedWeights(weights, self._adapter), folder / LATER, report, later)


def joined(passage: ReadablePassage) -> tuple[str, list[tuple[int, int]]]:
    """The passage as one text, and the places of its sentences in it."""
    text = PASSAGE_PROMPT + (f"{normalised(passage.heading)} " if passage.heading else "")
    places = []
    for sentence in passage.sentences:
        words = normalised(sentence)
        places.append((len(text), len(text) + len(words)))
        text += f"{words} "
    return text.rstrip(), places
