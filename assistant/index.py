"""The stored index: the one module that touches faiss, bm25s and the folder `index/`.

    index/
      CURRENT                 name of the generation in use, replaced in one step
      .lock                   held by the one writer
      <generation>/
        manifest.json         format, model, sizes, and the SHA-256 of each other file; its own names the generation
        documents.jsonl       a Document a line
        passages.jsonl        a Passage a line
        passages.faiss        a vector a passage
        sentences.faiss       a vector a sentence, in the order of documents and their sentences
        terms.json            the lexical terms of each passage

A generation is written whole beside the one in use; a crash at any moment leaves the old one or the new one.
"""

import datetime
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from pydantic import Field, ValidationError

from assistant.embedding import Vectors
from assistant.errors import (
    IndexBusy,
    IndexDamaged,
    IndexMissing,
    IndexNotAFolder,
    IndexNotWritable,
    IndexOfAnotherModel,
)
from assistant.german import terms
from assistant.records import Document, Passage, Record

FORMAT = 1
FILES = ("documents.jsonl", "passages.jsonl", "passages.faiss", "sentences.faiss", "terms.json")


class Manifest(Record):
    """What a generation was made with, and what must be found in it."""

    format: int
    """Of the files; another one is built anew."""
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


class Index:
    """A generation in memory."""

    def __init__(
        self,
        manifest: Manifest,
        documents: Sequence[Document],
        passages: Sequence[Passage],
        passage_vectors: Vectors,
        sentence_vectors: Vectors,
        passage_terms: Sequence[Sequence[str]],
    ) -> None:
        """Vectors are of unit length, shapes (passages, dimension) and (sentences, dimension)."""
        self.manifest = manifest
        self.documents = tuple(documents)
        self.passages = tuple(passages)
        self.passage_vectors = passage_vectors
        self.sentence_vectors = sentence_vectors
        self.passage_terms = passage_terms
        self._first_sentence = [0, *accumulate(len(document.sentences) for document in documents)]

    @cached_property
    def by_name(self) -> dict[str, Document]:
        """The documents by their names."""
        return {document.name: document for document in self.documents}

    def sentence_vector(self, document: int, sentence: int) -> Vectors:
        """Shape (dimension,): of the sentence at this position in the document at this position."""
        vector: Vectors = self.sentence_vectors[self._first_sentence[document] + sentence]
        return vector

    def dense_scores(self, query: Vectors) -> Vectors:
        """Cosine of each passage with a query vector, shape (passages,)."""
        distances, positions = self._faiss.search(query[None, :], len(self.passages))
        scores = np.full(len(self.passages), -1.0, np.float32)
        scores[positions[0]] = distances[0]
        return scores

    def lexical_scores(self, question: str) -> Vectors:
        """BM25 of each passage for a question, shape (passages,); 0 where no term is shared."""
        known = [term for term in terms(question) if term in self._vocabulary]
        if not known:
            return np.zeros(len(self.passages), np.float32)
        scores: Vectors = self._bm25.get_scores(known)
        return scores

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return frozenset(term for passage in self.passage_terms for term in passage)

    @cached_property
    def _faiss(self) -> Any:
        return _flat_index(self.passage_vectors)

    @cached_property
    def _bm25(self) -> Any:
        import bm25s

        model = bm25s.BM25(method="lucene")
        model.index([list(passage) for passage in self.passage_terms], show_progress=False)
        return model


@contextmanager
def writing(folder: Path) -> Iterator[Callable[[Index], None]]:
    """Lock `folder` and give a function that makes an Index the one in use.

    Raises IndexBusy if another process writes, IndexNotWritable if the disk does not take it.
    """
    _ensure_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock").acquire(timeout=0)
    except Timeout as error:
        raise IndexBusy() from error
    except OSError as error:
        raise IndexNotWritable(error) from error
    with lock:
        yield lambda index: _write(index, folder)


def load(folder: Path) -> Index:
    """The index in use. Raises IndexMissing, or IndexDamaged, naming what does not fit."""
    _ensure_folder(folder)
    if not folder.is_dir() or not any(path.name != ".lock" for path in folder.iterdir()):
        raise IndexMissing(folder)
    for attempt in range(3):  # a writer may remove the generation while it is being read
        generation = _generation_in_use(folder)
        try:
            return _read(folder / generation)
        except IndexDamaged:
            if attempt == 2 or _generation_in_use(folder) == generation:
                raise
    raise AssertionError("the loop returns or raises")


def last_look(folder: Path) -> float:
    """When the documents were last compared with the index in use, in seconds since 1970; 0 if it is gone."""
    try:
        return (folder / "CURRENT").stat().st_mtime
    except OSError:  # somebody removed it meanwhile
        return 0.0


def note_look(folder: Path) -> None:
    """Note that the documents were compared with the index in use just now."""
    (folder / "CURRENT").touch()


def _ensure_folder(folder: Path) -> None:
    if (folder.exists() or folder.is_symlink()) and not folder.is_dir():
        raise IndexNotAFolder(folder)


def ensure_model(index: Index, model: str, dimension: int) -> None:
    """Raise IndexOfAnotherModel unless the index was built with this model."""
    built = index.manifest
    if (built.model, built.dimension) != (model, dimension):
        raise IndexOfAnotherModel(built=built.model, wanted=model)


def _write(index: Index, folder: Path) -> None:
    import faiss

    staging = folder / f"new-{uuid.uuid4().hex}"
    try:
        staging.mkdir()
        _write_lines(staging / "documents.jsonl", index.documents)
        _write_lines(staging / "passages.jsonl", index.passages)
        for name, vectors in (("passages", index.passage_vectors), ("sentences", index.sentence_vectors)):
            faiss.write_index(_flat_index(vectors), str(staging / f"{name}.faiss"))
        (staging / "terms.json").write_text(json.dumps(index.passage_terms, ensure_ascii=False), encoding="utf-8")
        written = {
            "written": datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds"),
            "sha256": {name: _sha256(staging / name) for name in FILES},
        }
        manifest = index.manifest.model_copy(update=written)
        (staging / "manifest.json").write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
        for path in staging.iterdir():
            _flush(path)
        generation = folder / _sha256(staging / "manifest.json")
        staging.rename(generation)
        pointer = folder / "CURRENT.new"
        pointer.write_text(generation.name, encoding="utf-8")
        _flush(pointer)
        if (folder / "CURRENT").is_dir():  # damage, which a file cannot replace
            shutil.rmtree(folder / "CURRENT")
        pointer.replace(folder / "CURRENT")
    except (OSError, RuntimeError) as error:  # faiss raises the latter where the disk is full
        raise IndexNotWritable(error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    for old in folder.iterdir():
        if old.is_dir() and old != generation:
            shutil.rmtree(old, ignore_errors=True)


def _write_lines(path: Path, records: Sequence[Record]) -> None:
    path.write_text("".join(record.model_dump_json() + "\n" for record in records), encoding="utf-8")


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _generation_in_use(folder: Path) -> str:
    try:
        return (folder / "CURRENT").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged("CURRENT") from error


def _read(generation: Path) -> Index:
    import faiss

    at = generation / "manifest.json"
    try:
        manifest = Manifest.model_validate_json(at.read_bytes())
        if _sha256(at) != generation.name or manifest.format != FORMAT or set(manifest.sha256) != set(FILES):
            raise IndexDamaged("manifest.json")
        for name, recorded in manifest.sha256.items():
            at = generation / name
            if _sha256(at) != recorded:
                raise IndexDamaged(name)
        documents = [Document.model_validate_json(line) for line in _lines(generation / "documents.jsonl")]
        passages = [Passage.model_validate_json(line) for line in _lines(generation / "passages.jsonl")]
        passage_vectors, sentence_vectors = (
            index.reconstruct_n(0, index.ntotal)
            for index in (faiss.read_index(str(generation / f"{name}.faiss")) for name in ("passages", "sentences"))
        )
        passage_terms = json.loads((generation / "terms.json").read_bytes())
    except (OSError, ValidationError, ValueError, RuntimeError) as error:
        raise IndexDamaged(at.name) from error
    found = (len(documents), len(passages), sum(len(document.sentences) for document in documents))
    if found != (manifest.documents, manifest.passages, manifest.sentences):
        raise IndexDamaged("manifest.json")
    return Index(manifest, documents, passages, passage_vectors, sentence_vectors, passage_terms)


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def _flat_index(vectors: Vectors) -> Any:
    """Exact inner-product search over rows."""
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors, np.float32))
    return index


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
