"""Question to answer: composes the stages. The only module below the command line that reads Settings."""

import hashlib
import json
import os
import shutil
import time
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from assistant import notes, risk, store
from assistant.claims.numbers import may_count
from assistant.claims.support import Support, open_support
from assistant.embedding.base import Embedder
from assistant.embedding.opening import identity, open_embedder
from assistant.enforcement import refuse
from assistant.errors import (
    IndexBusy,
    IndexMissing,
    IndexNotWritable,
    MilvusUnset,
    QuestionEmpty,
    QuestionNotText,
    QuestionTooLong,
    SourceNotInIndex,
    StoredIndexError,
    WriterError,
)
from assistant.evidence import candidates_for, readings_of
from assistant.german import language_of, words
from assistant.index import Index, ensure_fits
from assistant.index_in_use import InUse
from assistant.indexing import IndexReport, Progress, build_index, changed_files, update_index
from assistant.reading.base import Reader
from assistant.reading.opening import open_reader
from assistant.records import (
    EXTRACTIVE,
    Answer,
    Document,
    Draft,
    Evidence,
    Hit,
    Inquiry,
    Language,
    Refusal,
    Reply,
    ReplyRefusal,
)
from assistant.refusals import refusal_reason, refusal_text
from assistant.retrieval import retrieve
from assistant.settings import Settings
from assistant.versions import INDEXING, code_sha256
from assistant.weighing import weigh
from assistant.weights import FittedWeights, fitted_weights
from assistant.writers import chosen, extractive
from assistant.writers.base import Writer
from assistant.writing import OnProvisional, Written, quoted, shown_nowhere, written

LOOKED_THROUGH = 100_000  # sentences, for a number in another spelling: some seconds
KEPT = 8  # indexes in a cache
ANSWER_SETTINGS = {
    "model",
    "device",
    "writer",
    "passage_characters",
    "hits",
    "read",
    "answer_sentences",
    "risk",
    "question_characters",
}


class Outcome(NamedTuple):
    """What became of a question."""

    result: Answer | Refusal
    timings_ms: dict[str, float]
    """Milliseconds by stage, and `total`."""
    hits: tuple[Hit, ...] = ()
    """What was found, best first: at least the hits that were searched for evidence."""
    evidence: tuple[Evidence, ...] = ()
    """The sentences weighed, best first; behind them those that the chosen ones need to be understood."""
    draft: Draft = Draft(claims=())
    """What the writer proposed of `evidence`; where nothing was asked of it, what the extractive writer would have."""
    fallback: WriterError | None = None
    """Why the extractive writer answered in place of the one that is set; None: it did not."""
    documents: Mapping[str, Document] = MappingProxyType({})
    """Those that were asked, by their names."""

    @property
    def reply(self) -> Reply:
        """The outcome as plain data, its notes in the question's language."""
        return self.reply_for(self.result.inquiry.language)

    def reply_for(self, reader: Language) -> Reply:
        """The outcome as the command line's JSON; what is said follows the question, what is noted is for `reader`."""
        result, inquiry = self.result, self.result.inquiry
        fallback = self.fallback and self.fallback.message(reader)
        if isinstance(result, Answer):
            return Reply(
                **dict(inquiry),
                status="answered",
                answer=result.text,
                claims=result.claims,
                citations=result.citations,
                refusal=None,
                dropped=result.dropped,
                fallback=fallback,
                timings_ms=self.timings_ms,
            )
        return Reply(
            **dict(inquiry),
            status="refused",
            answer=refusal_text(result.reason, result.missing, inquiry.language),
            claims=(),
            citations=(),
            refusal=ReplyRefusal(reason=result.reason, nearest=result.nearest, missing=result.missing),
            dropped=result.dropped,
            fallback=fallback,
            timings_ms=self.timings_ms,
        )


class Assistant:
    """Answers questions from one index."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        settings: Settings,
        *,
        reader: Reader | None = None,
        weights: FittedWeights | None = None,
        calibration: risk.Calibration | None = None,
        writer: Writer | None = None,
        support: Support | None = None,
        in_use: Callable[[], Index] | None = None,
    ) -> None:
        """Each question is answered from the index that `in_use` gives then, or else from `index`.

        Without a reader it judges by similarity alone; the weights are those that the package carries, if none are
        given. A calibration of other code or settings does not hold. Without a writer it quotes; what one words is let
        through only with `support`. Raises IndexOfAnotherModel.
        """
        ensure_fits(index, embedder.name, embedder.dimension)
        self.writer = writer
        """Who words answers; None: they are quoted."""
        self._support = support
        self._in_use = in_use
        self.index = index
        """The one that the last question was answered from."""
        self._embedder = embedder
        self._settings = settings
        self._reader = reader if settings.read else None
        fitted = weights or fitted_weights()
        self._judgement = fitted.read if self._reader else fitted.unread
        self.calibration_is_outdated = calibration is not None and calibration.made_with != self.confidence_depends_on
        is_calibrated = calibration is not None and not self.calibration_is_outdated
        own = risk.least_confidence(calibration.thresholds, settings.risk) if calibration and is_calibrated else None
        default = risk.least_confidence(self._judgement.thresholds, settings.risk)
        # own questions that show nothing for a risk change nothing
        self.least_confidence = default if own is None or own == risk.NOT_KEPT else own
        """Questions that the documents answer less probably than this are refused."""

    @property
    def configuration(self) -> dict[str, str | int | float]:
        """The settings that answers depend on, by name, and the threshold that follows from them."""
        settings: dict[str, str | int | float] = self._settings.model_dump(include=ANSWER_SETTINGS)
        if self.writer is not None:
            settings["writer_origin"] = self.writer.origin
        return settings | {"least_confidence": round(self.least_confidence, 4)}

    @property
    def confidence_depends_on(self) -> dict[str, str]:
        """The settings and the code that a question's confidence depends on, by name."""
        settings = self._settings.model_dump(include=ANSWER_SETTINGS - {"risk", "writer"})
        return {name: str(value) for name, value in settings.items()} | {"code": code_sha256()}

    def ask(
        self,
        question: str,
        sources: Collection[str] | None = None,
        depth: int = 0,
        on_text: OnProvisional = shown_nowhere,
    ) -> Outcome:
        """Answer from all documents, or from those named by `sources`; the outcome tells at least `depth` hits.

        `on_text` is given what a writer words while it is not checked yet: it is provisional. Raises
        QuestionEmpty, QuestionNotText, QuestionTooLong or SourceNotInIndex, and StoredIndexError where the index that
        is in use now cannot be used.
        """
        asked = checked_question(question, self._settings.question_characters)
        index = self._up_to_date()
        documents = index.by_name
        for name in sources or ():
            if name not in documents:
                raise SourceNotInIndex(name, names=", ".join(documents))
        clock = _Clock()
        query = self._embedder.encode_query(asked)
        clock.lap("embed")
        hits = retrieve(asked, query, index, max(self._settings.hits, depth), sources)
        clock.lap("retrieve")
        read = hits[: min(self._settings.read, self._settings.hits)]
        readings = readings_of(asked, read, index, self._reader) if self._reader else {}
        clock.lap("read")
        candidates = candidates_for(hits[: self._settings.hits], index, query.vector, readings)
        weighed = weigh(asked, query.words, candidates, self._judgement, partial(_occurs, index, asked))
        clock.lap("weigh")
        inquiry = Inquiry(
            question=asked,
            language=language_of(asked),
            writer=_name_of_writer(self._settings.writer),
            confidence=weighed.probability,
        )
        offered = chosen(asked, weighed.evidence, documents, self._settings.answer_sentences)
        if weighed.probability < self.least_confidence:
            reason = refusal_reason(weighed.missing, weighed.probability)
            refusal = refuse(inquiry, reason, weighed.evidence, documents, missing=weighed.missing)
            answer = Written(refusal, extractive(offered))
        elif self.writer is None:
            answer = quoted(inquiry, offered, documents)
        else:
            seconds = self._settings.writer_seconds
            answer = written(inquiry, offered, documents, self.writer, self._support, seconds, on_text)
        clock.lap("write")
        timings = clock.timings_ms()
        return Outcome(answer.result, timings, tuple(hits), offered.evidence, answer.draft, answer.fallback, documents)

    def changed_sources(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of the documents named whose files are not what was indexed: what they said cannot be checked."""
        documents = self.index.by_name
        return changed_files((documents[name] for name in names if name in documents), self._settings.home)

    def _up_to_date(self) -> Index:
        """The index to answer from, all along one question, whatever is written meanwhile."""
        index = self._in_use() if self._in_use else self.index
        if index is not self.index:
            ensure_fits(index, self._embedder.name, self._embedder.dimension)
            self.index = index
        return index


def _occurs(index: Index, question: str, word: str) -> bool:
    """Whether a word of a question stands anywhere in the documents, in any form or spelling."""
    texts = index.texts() if index.manifest.sentences <= LOOKED_THROUGH else (question,)  # of many, any may stand there
    return index.says(word) or may_count(word, question, texts)


def open_assistant(
    settings: Settings, progress: Progress = lambda stage, done, total: None, *, follows: bool = False
) -> Assistant:
    """The assistant of a home folder; its index is built first if there is none.

    If it `follows`, it answers each question from the index that is in use then.

    Raises the errors of `build`, `store.load` and `notes.load_calibration`, IndexOfAnotherModel and WriterError, before
    a model is loaded.
    """
    writer = _writer(settings)
    make_embedder = _embedder_maker(settings, progress)
    in_use = InUse(settings.index_folder)
    try:
        index = in_use.index()
    except IndexMissing:
        index = _update(settings, (), make_embedder, progress, waits=True).index
    ensure_fits(index, identity(settings.model, settings.device), index.manifest.dimension)
    calibration = notes.load_calibration(settings.index_folder)
    return _assistant(
        index, make_embedder(), settings, progress, writer, calibration, in_use.index if follows else None
    )


def open_over(
    documents: Sequence[Document] | None, settings: Settings, progress: Progress = lambda stage, done, total: None
) -> Assistant:
    """The assistant of documents that lie in no home, or of the home folder's where there are none given.

    Their index is kept in the cache, under the hash of its content. Raises WriterError or ModelError.
    """
    if documents is None:
        return open_assistant(settings, progress)
    writer = _writer(settings)
    make_embedder = _embedder_maker(settings, progress)
    cache = settings.cache_folder / "indexes"
    folder = cache / _index_key(documents, settings)
    if folder.is_file():  # damage, which a folder cannot replace
        folder.unlink()
    try:
        index = store.load(folder)
    except StoredIndexError:  # not there yet, or damaged: it can always be made again
        index = build_index(documents, make_embedder(), settings.passage_characters, progress)
        with suppress(IndexBusy, IndexNotWritable), store.writing(folder) as write:
            write(index)
    with suppress(OSError):
        os.utime(folder)
    _keep_latest(cache)
    return _assistant(index, make_embedder(), settings, progress, writer)


def build(
    settings: Settings, paths: Iterable[Path] = (), progress: Progress = lambda stage, done, total: None
) -> IndexReport:
    """Bring the index of a home folder up to date; see `indexing.update_index`."""
    return _update(settings, paths, _embedder_maker(settings, progress), progress)


class Updates:
    """Updates of the index of a home folder, one after another; the model is loaded once."""

    def __init__(self, settings: Settings, paths: Iterable[Path] = ()) -> None:
        self._settings = settings
        self._paths = tuple(paths)
        self._embedder: Embedder | None = None
        self.files: tuple[Path, ...] = ()
        """Those of the documents in the index, after an update."""

    def update(self, progress: Progress) -> IndexReport:
        """As `build`, but it waits for other writers."""

        def make_embedder() -> Embedder:
            self._embedder = self._embedder or _embedder_maker(self._settings, progress)()
            return self._embedder

        report = _update(self._settings, self._paths, make_embedder, progress, waits=True)
        self.files = tuple(self._settings.home / document.path for document in report.index.documents)
        return report


def _update(
    settings: Settings,
    paths: Iterable[Path],
    make_embedder: Callable[[], Embedder],
    progress: Progress,
    *,
    waits: bool = False,
) -> IndexReport:
    name = identity(settings.model, settings.device)
    return update_index(
        settings.home,
        paths,
        name,
        make_embedder,
        settings.passage_characters,
        progress,
        limits=settings.limits,
        waits=waits,
        milvus_uri=_milvus_uri(settings),
    )


def _milvus_uri(settings: Settings) -> str:
    """Where an index is written to, "" for files; a file's path is relative to the home folder. Raises MilvusUnset."""
    if settings.store == "files":
        return ""
    if not settings.milvus_uri:
        raise MilvusUnset()
    is_address = "://" in settings.milvus_uri
    return settings.milvus_uri if is_address else str((settings.home / settings.milvus_uri).resolve())


def _embedder_maker(settings: Settings, progress: Progress) -> Callable[[], Embedder]:
    @cache
    def make() -> Embedder:
        progress("model", 0, 1)
        embedder = open_embedder(settings.model, settings.device, partial(progress, "engine"))
        progress("model", 1, 1)
        return embedder

    return make


def _name_of_writer(writer: str) -> str:
    """As answers name it: a file without the folders that it lies in.

    >>> _name_of_writer("gguf:/models/small.gguf"), _name_of_writer("ollama:library/small")
    ('gguf:small.gguf', 'ollama:library/small')
    """
    kind, _, model = writer.partition(":")
    return f"{kind}:{Path(model).name}" if kind == "gguf" else writer


def _writer(settings: Settings) -> Writer | None:
    """The writer that is set; None: the extractive one."""
    if settings.writer == EXTRACTIVE:
        return None
    from assistant.writers.opening import open_writer

    return open_writer(settings.writer, settings.writer_seconds)


def _assistant(
    index: Index,
    embedder: Embedder,
    settings: Settings,
    progress: Progress,
    writer: Writer | None,
    calibration: risk.Calibration | None = None,
    in_use: Callable[[], Index] | None = None,
) -> Assistant:
    report = partial(progress, "engine")
    return Assistant(
        index,
        embedder,
        settings,
        reader=open_reader(embedder, report) if settings.read else None,
        calibration=calibration,
        writer=writer,
        support=open_support(embedder, report) if writer else None,
        in_use=in_use,
    )


def _index_key(documents: Iterable[Document], settings: Settings) -> str:
    content = [identity(settings.model, settings.device), settings.passage_characters, code_sha256(INDEXING)]
    content += [(document.name, document.text_sha256) for document in documents]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]


def _keep_latest(cache: Path) -> None:
    """Remove all but the latest indexes of a cache; who reads one that goes has it in memory."""
    with suppress(OSError):  # another process tidies up, too
        for old in sorted(cache.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
            shutil.rmtree(old)


def checked_question(question: str, limit: int) -> str:
    """The question without outer white space.

    Raises QuestionNotText, QuestionTooLong or QuestionEmpty.
    """
    stripped = question.strip()
    if len(stripped) > limit:
        raise QuestionTooLong(len(stripped), limit=limit)
    for character in stripped:
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\t\n\r":
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
