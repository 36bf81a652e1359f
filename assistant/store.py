"""The stored index: the one module that touches the folder `index/`.

    index/
      CURRENT                 name of the generation in use, replaced in one step
      .lock                   held by the one writer
      calibration.json        the thresholds of one's own questions, and the SHA-256 of all that; replaced in one step
      <generation>/
        manifest.json         format, model, sizes, and the SHA-256 of each other file; its own names the generation
        documents.jsonl       a Document a line
        passages.jsonl        a Passage a line
        passages.faiss        a vector a passage
        sentences.faiss       a vector a sentence, in the order of documents and their sentences
        words.npy             the words of each sentence and heading in 8 bits; with word_scales.npy, word_starts.npy
        terms.json            the lexical terms; with term_starts.npy, term_passages.npy, term_scores.npy

A generation is written whole beside the one in use; a crash at any moment leaves the old one or the new one.
"""

import datetime
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import ValidationError

from assistant import lexical
from assistant.embedding import words
from assistant.embedding.words import WordStore
from assistant.errors import (
    CalibrationDamaged,
    IndexBusy,
    IndexDamaged,
    IndexMissing,
    IndexNotAFolder,
    IndexNotWritable,
    IndexOfAnotherVersion,
)
from assistant.files import sha256_of
from assistant.index import FORMAT, Index, Manifest
from assistant.lexical import LexicalIndex
from assistant.records import Document, Passage, Record
from assistant.risk import Calibration
from assistant.vectors import VectorIndex

STAGING = "new-"
CALIBRATION = "calibration.json"
VECTORS = ("passages.faiss", "sentences.faiss")
FILES = ("documents.jsonl", "passages.jsonl", *VECTORS, *words.FILES, *lexical.FILES)


@contextmanager
def writing(folder: Path, on_wait: Callable[[], None] | None = None) -> Iterator[Callable[[Index], None]]:
    """Lock `folder` and give a function that makes an Index the one in use.

    While another process writes, calls `on_wait` and waits for it, or raises IndexBusy if there is no such function.
    Raises IndexNotWritable if the disk does not take it.
    """
    with _locked(folder, on_wait):
        yield lambda index: _write(index, folder)


@contextmanager
def _locked(folder: Path, on_wait: Callable[[], None] | None = None) -> Iterator[None]:
    from filelock import FileLock, Timeout  # reading does without it

    _ensure_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            if on_wait is None:
                raise IndexBusy() from error
            on_wait()
            lock.acquire()
    except OSError as error:
        raise IndexNotWritable(error) from error
    try:
        yield
    finally:
        lock.release()


def load(folder: Path) -> Index:
    """The index in use. Raises IndexMissing, IndexOfAnotherVersion, or IndexDamaged, naming what does not fit."""
    _ensure_folder(folder)
    if not folder.is_dir() or not _parts(folder):  # or being written for the first time
        raise IndexMissing(folder)
    for attempt in range(3):  # a writer may remove the generation while it is being read
        generation = _generation_in_use(folder)
        try:
            return _read(folder / generation)
        except IndexDamaged:
            if attempt == 2 or _generation_in_use(folder) == generation:
                raise
    raise AssertionError("the loop returns or raises")


def paths_in(folder: Path) -> list[str]:
    """Paths of the documents in an index that cannot be loaded, as far as they can be read."""
    try:
        files = [folder / _generation_in_use(folder) / "documents.jsonl"]
    except IndexDamaged:  # nothing says which generation is in use: there is one, or what a crash has left beside it
        files = list(folder.glob("*/documents.jsonl"))
    paths: dict[str, None] = {}
    for file in files:
        with suppress(OSError):
            for line in _lines(file):
                with suppress(ValueError, KeyError, TypeError):
                    paths[str(json.loads(line)["path"])] = None
    return list(paths)


def clear(folder: Path) -> bool:
    """Remove the index in use, damaged or not, in a block of `writing`; whether there was one. A calibration stays.

    Raises IndexNotWritable.
    """
    parts = _parts(folder)
    try:
        for part in sorted(parts, key=Path.is_dir):  # CURRENT first: a crash leaves no index in use that is torn
            if part.is_dir():
                shutil.rmtree(part)
            else:
                part.unlink()
    except OSError as error:
        raise IndexNotWritable(error) from error
    return bool(parts)


def last_look(folder: Path) -> float:
    """When the documents were last compared with the index in use, in seconds since 1970; 0 if it is gone."""
    try:
        return (folder / "CURRENT").stat().st_mtime
    except OSError:  # somebody removed it meanwhile
        return 0.0


def note_look(folder: Path) -> None:
    """Note that the documents were compared with the index in use just now."""
    (folder / "CURRENT").touch()


def load_calibration(folder: Path) -> Calibration | None:
    """The thresholds of one's own questions; None if there are none. Raises CalibrationDamaged."""
    try:
        content = (folder / CALIBRATION).read_bytes()
        fields = json.loads(content)
        del fields["sha256"]
        calibration = Calibration.model_validate(fields)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise CalibrationDamaged(CALIBRATION) from error
    if content != _sealed(calibration):
        raise CalibrationDamaged(CALIBRATION)
    return calibration


def save_calibration(calibration: Calibration, folder: Path) -> None:
    """Keep it with the index, in place of an earlier one. Raises IndexBusy or IndexNotWritable."""
    with _locked(folder):
        try:
            new = folder / f"{CALIBRATION}.new"
            new.write_bytes(_sealed(calibration))
            _flush(new)
            _remove_folder(folder / CALIBRATION)
            new.replace(folder / CALIBRATION)
        except OSError as error:
            raise IndexNotWritable(error) from error


def forget_calibration(folder: Path) -> bool:
    """Remove it, damaged or not; whether there was one. Raises IndexBusy or IndexNotWritable."""
    file = folder / CALIBRATION
    if not file.exists():
        return False
    with _locked(folder):
        try:
            _remove_folder(file)
            file.unlink(missing_ok=True)
        except OSError as error:
            raise IndexNotWritable(error) from error
    return True


def _sealed(calibration: Calibration) -> bytes:
    """The bytes of its file: its fields and, last, the SHA-256 of what they are without it."""
    fields = calibration.model_dump(mode="json")
    sha256 = hashlib.sha256(json.dumps(fields).encode()).hexdigest()
    return json.dumps(fields | {"sha256": sha256}, indent=2).encode()


def _remove_folder(path: Path) -> None:
    """Remove a folder where a file belongs: damage, which a file cannot replace."""
    if path.is_dir():
        shutil.rmtree(path)


def _ensure_folder(folder: Path) -> None:
    if (folder.exists() or folder.is_symlink()) and not folder.is_dir():
        raise IndexNotAFolder(folder)


def _write(index: Index, folder: Path) -> None:
    staging = folder / f"{STAGING}{uuid.uuid4().hex}"
    try:
        staging.mkdir()
        _write_lines(staging / "documents.jsonl", index.documents)
        _write_lines(staging / "passages.jsonl", index.passages)
        for name, vectors in zip(VECTORS, (index.passage_vectors, index.sentence_vectors), strict=True):
            vectors.save(staging / name)
        index.words.save(staging)
        index.lexical.save(staging)
        written = {
            "written": datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds"),
            "sha256": {name: sha256_of(staging / name) for name in FILES},
        }
        manifest = index.manifest.model_copy(update=written)
        (staging / "manifest.json").write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
        for path in staging.iterdir():
            _flush(path)
        generation = folder / sha256_of(staging / "manifest.json")
        staging.rename(generation)
        pointer = folder / "CURRENT.new"
        pointer.write_text(generation.name, encoding="utf-8")
        _flush(pointer)
        _remove_folder(folder / "CURRENT")
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


def _parts(folder: Path) -> list[Path]:
    """CURRENT and the generations."""
    beside = (STAGING, CALIBRATION)
    return [
        path
        for path in folder.iterdir()
        if path.name == "CURRENT" or (path.is_dir() and not path.name.startswith(beside))
    ]


def _generation_in_use(folder: Path) -> str:
    try:
        return (folder / "CURRENT").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged("CURRENT") from error


def _read(generation: Path) -> Index:
    at = generation / "manifest.json"
    try:
        content = at.read_bytes()
        if sha256_of(at) != generation.name:
            raise IndexDamaged("manifest.json")
        if json.loads(content)["format"] != FORMAT:
            raise IndexOfAnotherVersion()
        manifest = Manifest.model_validate_json(content)
        if set(manifest.sha256) != set(FILES):
            raise IndexDamaged("manifest.json")
        for name, recorded in manifest.sha256.items():
            at = generation / name
            if sha256_of(at) != recorded:
                raise IndexDamaged(name)
        documents = [Document.model_validate_json(line) for line in _lines(generation / "documents.jsonl")]
        passages = [Passage.model_validate_json(line) for line in _lines(generation / "passages.jsonl")]
        passage_vectors, sentence_vectors = (VectorIndex.load(generation / name) for name in VECTORS)
        index = Index(
            manifest,
            documents,
            passages,
            passage_vectors,
            sentence_vectors,
            WordStore.load(generation),
            LexicalIndex.load(generation, len(passages)),
        )
    except (OSError, ValidationError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise IndexDamaged(at.name) from error
    found = (len(documents), len(passages), sum(len(document.sentences) for document in documents))
    if found != (manifest.documents, manifest.passages, manifest.sentences):
        raise IndexDamaged("manifest.json")
    return index


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()
