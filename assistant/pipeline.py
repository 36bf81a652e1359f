"""Question to answer: composes the stages. The only module below the command line that reads Settings."""

import time
import unicodedata
from collections.abc import Callable, Collection, Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from assistant import index as store
from assistant.embedding import Embedder, SentenceTransformerEmbedder, identity
from assistant.enforcement import enforce, refuse
from assistant.errors import (
    IndexMissing,
    QuestionEmpty,
    QuestionNotText,
    QuestionTooLong,
    SourceNotInIndex,
    WriterUnknown,
)
from assistant.evidence import candidates_for, weigh
from assistant.german import language_of, words
from assistant.index import Index
from assistant.indexing import IndexReport, Progress, update_index
from assistant.messages import Text
from assistant.records import Answer, Inquiry, Refusal, Reply, ReplyRefusal
from assistant.retrieval import retrieve
from assistant.settings import Settings
from assistant.writers import extractive

REFUSED = Text(
    de="Das geht aus den Dokumenten nicht hervor.",
    en="The documents do not say.",
)


WRITERS = ("extractive",)


class Outcome(NamedTuple):
    """What became of a question."""

    result: Answer | Refusal
    timings_ms: dict[str, float]
    """Milliseconds by stage, and `total`."""

    @property
    def reply(self) -> Reply:
        """The outcome as the command line's JSON."""
        result, inquiry = self.result, self.result.inquiry
        if isinstance(result, Answer):
            return Reply(
                **dict(inquiry),
                status="answered",
                answer=result.text,
                claims=result.claims,
                citations=result.citations,
                refusal=None,
                dropped=result.dropped,
                timings_ms=self.timings_ms,
            )
        return Reply(
            **dict(inquiry),
            status="refused",
            answer=REFUSED.to(inquiry.language),
            claims=(),
            citations=(),
            refusal=ReplyRefusal(reason=result.reason, nearest=result.nearest),
            dropped=result.dropped,
            timings_ms=self.timings_ms,
        )


class Assistant:
    """Answers questions from one index."""

    def __init__(self, index: Index, embedder: Embedder, settings: Settings) -> None:
        """Raises IndexOfAnotherModel or WriterUnknown."""
        store.ensure_model(index, embedder.name, embedder.dimension)
        ensure_writer(settings.writer)
        self.index = index
        self._embedder = embedder
        self._settings = settings

    def ask(self, question: str, sources: Collection[str] | None = None) -> Outcome:
        """Answer from all documents, or from those named by `sources`.

        Raises QuestionEmpty, QuestionNotText, QuestionTooLong or SourceNotInIndex.
        """
        asked = checked_question(question, self._settings.question_characters)
        for name in sources or ():
            if name not in self.index.by_name:
                raise SourceNotInIndex(name, names=", ".join(self.index.by_name))
        clock = _Clock()
        query, query_words = self._embedder.encode_query(asked)
        clock.lap("embed")
        hits = retrieve(asked, query, self.index, self._settings.hits, sources)
        clock.lap("retrieve")
        candidates = candidates_for(hits, self.index, query, self._embedder)
        weighed = weigh(asked, query_words, candidates)
        clock.lap("weigh")
        inquiry = Inquiry(
            question=asked,
            language=language_of(asked),
            writer=self._settings.writer,
            confidence=weighed.probability,
        )
        result: Answer | Refusal
        if weighed.probability < self._settings.least_confidence:
            result = refuse(inquiry, "not_in_documents", weighed.evidence, self.index.by_name)
        else:
            draft = extractive(asked, weighed.evidence, self._settings.answer_sentences)
            result = enforce(inquiry, draft, weighed.evidence, self.index.by_name)
        clock.lap("write")
        return Outcome(result, clock.timings_ms())


def open_assistant(settings: Settings, progress: Progress = lambda stage, done, total: None) -> Assistant:
    """The assistant of a home folder; its index is built first if there is none.

    Raises the errors of `build` and `index.load`, and IndexOfAnotherModel before a model is loaded.
    """
    ensure_writer(settings.writer)
    make_embedder = _embedder_maker(settings, progress)
    try:
        index = store.load(settings.index_folder)
    except IndexMissing:
        index = _update(settings, (), make_embedder, progress).index
    store.ensure_model(index, identity(settings.model), index.manifest.dimension)
    return Assistant(index, make_embedder(), settings)


def build(
    settings: Settings, paths: Iterable[Path] = (), progress: Progress = lambda stage, done, total: None
) -> IndexReport:
    """Bring the index of a home folder up to date; see `indexing.update_index`."""
    return _update(settings, paths, _embedder_maker(settings, progress), progress)


def _update(
    settings: Settings, paths: Iterable[Path], make_embedder: Callable[[], Embedder], progress: Progress
) -> IndexReport:
    return update_index(
        settings.home, paths, identity(settings.model), make_embedder, settings.passage_characters, progress
    )


def _embedder_maker(settings: Settings, progress: Progress) -> Callable[[], Embedder]:
    @cache
    def make() -> Embedder:
        progress("model", 0, 1)
        embedder = SentenceTransformerEmbedder(settings.model, settings.device)
        progress("model", 1, 1)
        return embedder

    return make


def ensure_writer(name: str) -> None:
    """Raise WriterUnknown unless there is a writer of this name."""
    if name not in WRITERS:
        raise WriterUnknown(name, names=", ".join(WRITERS))


def checked_question(question: str, limit: int) -> str:
    """The question without outer white space.

    Raises QuestionNotText, QuestionTooLong or QuestionEmpty.
    """
    stripped = question.strip()
    if len(stripped) > limit:
        raise QuestionTooLong(len(stripped), limit=limit)
    for character in stripped:
        if unicodedata.category(character) in ("Cc", "Cs", "Cn") and character not in "\t\n\r":
            raise QuestionNotText(f"U+{ord(character):04X}")
    if not words(stripped):
        raise QuestionEmpty()
    return stripped


class _Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self._laps: dict[str, float] = {}
        self._start = self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """End a stage."""
        now = time.perf_counter()
        self._laps[stage] = round((now - self._last) * 1000, 1)
        self._last = now

    def timings_ms(self) -> dict[str, float]:
        """The stages and `total`."""
        return {**self._laps, "total": round((self._last - self._start) * 1000, 1)}
