"""The stored index: with `notes`, which lie beside it, the one module that touches the folder `index/`.

    index/
      CURRENT                 name of the generation in use, replaced in one step
      .lock                   held by the one writer
      looks.json, calibration.json    notes
      <generation>/
        manifest.json         format, model, sizes, the seal of each other file; its own SHA-256 names the generation
        ...                   what `generation` writes

A generation is written whole beside the one in use; a crash at any moment leaves the old one or the new one, and
what it leaves besides the next writer removes. While there is CURRENT.new and no CURRENT, there is no index yet.
"""

import datetime
import json
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assistant import generation as files
from assistant.errors import (
    IndexBusy,
    IndexDamaged,
    IndexLockNoFile,
    IndexMissing,
    IndexNotAFolder,
    IndexNotWritable,
    IndexOfAnotherVersion,
)
from assistant.files import content_of, flush, is_endless, sha256_of
from assistant.index import FORMAT, Index, Manifest

STAGING, NEW = "new-", ".new"
GENERATION = re.compile("[0-9a-f]{64}")
NOTES = ("calibration.json", "looks.json")


@contextmanager
def writing(
    folder: Path, on_wait: Callable[[], None] | None = None, milvus_uri: str = ""
) -> Iterator[Callable[[Index], None]]:
    """Lock `folder` and give a function that makes an Index the one in use; vectors go to Milvus if it has an address.

    While another process writes, calls `on_wait` and waits for it, or raises IndexBusy if there is no such function.
    Raises IndexNotWritable if the disk does not take it, or what says that Milvus does not.
    """
    with locked(folder, on_wait):
        files.ensure_writable(milvus_uri)  # before hours of embedding
        _remove_leftovers(folder)
        yield lambda index: _write(index, folder, milvus_uri)


@contextmanager
def locked(folder: Path, on_wait: Callable[[], None] | None = None) -> Iterator[None]:
    """Lock `folder`, which is made if it is not there, against other writers, as `writing` does.

    Raises IndexLockNoFile where the lock cannot be taken since it is a folder, a pipe or a device.
    """
    from filelock import FileLock, Timeout  # reading does without it

    _ensure_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if is_endless(folder / ".lock"):
            raise IndexLockNoFile(folder / ".lock")
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


def load(folder: Path, *, is_checked_whole: bool = False) -> Index:
    """The index in use; large files are checked where they are read, or else all of them now.

    Raises IndexMissing, IndexOfAnotherVersion, or IndexDamaged, naming what does not fit.
    """
    generation = generation_in_use(folder)
    while True:
        try:
            return _read(folder / generation, is_checked_whole=is_checked_whole)
        except IndexDamaged:
            before, generation = generation, generation_in_use(folder)
            if generation == before:
                raise  # else a writer has removed it while it was being read


def generation_in_use(folder: Path) -> str:
    """The name of what `load` loads; another one is another index.

    Raises IndexNotAFolder, IndexMissing or IndexDamaged.
    """
    _ensure_folder(folder)
    pointer, announced = folder / "CURRENT", folder / f"CURRENT{NEW}"
    generation = None
    while generation is None:
        try:
            generation = content_of(pointer).decode()
        except FileNotFoundError as error:
            if announced.exists() or not folder.is_dir() or not _parts(folder):
                raise IndexMissing(folder) from error
            if not pointer.exists():  # else it was put there just now
                raise IndexDamaged(pointer.name) from error
        except (OSError, UnicodeDecodeError) as error:
            raise IndexDamaged(pointer.name) from error
    if not GENERATION.fullmatch(generation):
        raise IndexDamaged("CURRENT")
    return generation


def paths_in(folder: Path) -> list[str]:
    """Paths of the documents in an index that cannot be loaded, as far as they can be read."""
    used = _generation_or_none(folder)
    # where nothing says which generation is in use, there is one, or what a crash has left beside it
    files = [used / "documents.jsonl"] if used else list(folder.glob("*/documents.jsonl"))
    paths: dict[str, None] = {}
    for file in files:
        with suppress(OSError):
            for line in _lines(file):
                with suppress(ValueError, KeyError, TypeError):
                    paths[str(json.loads(line)["path"])] = None
    return list(paths)


def is_there(folder: Path) -> bool:
    """Whether `folder` holds an index, damaged or not."""
    return folder.is_dir() and bool(_parts(folder))


def make_way(path: Path) -> None:
    """Remove what is no file where a file belongs: damage, which cannot be written to, or a file cannot replace."""
    if path.is_dir():
        shutil.rmtree(path)
    elif is_endless(path):
        path.unlink()


def _ensure_folder(folder: Path) -> None:
    if (folder.exists() or folder.is_symlink()) and not folder.is_dir():
        raise IndexNotAFolder(folder)


def _write(index: Index, folder: Path, milvus_uri: str = "") -> None:
    before, manifest = _manifest_in_use(folder), None
    staging, pointer = folder / f"{STAGING}{uuid.uuid4().hex}", folder / f"CURRENT{NEW}"
    try:
        staging.mkdir()
        manifest = files.write(index, staging, milvus_uri)
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds")
        manifest = manifest.model_copy(update={"written": now})
        (staging / "manifest.json").write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
        for path in (*staging.iterdir(), staging):
            flush(path)
        generation = folder / sha256_of(staging / "manifest.json")
        make_way(pointer)
        pointer.write_text(generation.name, encoding="utf-8")
        flush(pointer)
        staging.rename(generation)
        flush(folder)  # the generation is there for good before anything names it
        make_way(folder / "CURRENT")
        pointer.replace(folder / "CURRENT")
        flush(folder)
    except (OSError, RuntimeError) as error:  # faiss raises the latter where the disk is full
        raise IndexNotWritable(error) from error
    finally:
        _remove_leftovers(folder)
        used = _manifest_in_use(folder)
        for unused in (before, manifest):
            if unused is not None and (used is None or unused.collection != used.collection):
                files.forget(unused)


def _remove_leftovers(folder: Path) -> None:
    """Remove all but the generation in use and the files beside it: what writers left that failed or were killed.

    Where nothing says which generation is in use, all of them stay: they tell which documents were in it.
    """
    used = _generation_or_none(folder)
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and (path.name.startswith(STAGING) or (used is not None and path != used)):
            shutil.rmtree(path, ignore_errors=True)
        elif path.suffix == NEW and (used is not None or not path.name.startswith("CURRENT")):
            with suppress(OSError):
                path.unlink()


def _manifest_in_use(folder: Path) -> Manifest | None:
    """None where there is none that can be read."""
    try:
        return _manifest(folder / generation_in_use(folder))
    except (IndexMissing, IndexDamaged, IndexOfAnotherVersion):
        return None


def _parts(folder: Path) -> list[Path]:
    """CURRENT and the generations."""
    return [
        path
        for path in folder.iterdir()
        if path.name == "CURRENT" or (path.is_dir() and not path.name.startswith((STAGING, *NOTES)))
    ]


def _generation_or_none(folder: Path) -> Path | None:
    """The folder of the generation in use; None where nothing says so, or it is not there."""
    try:
        generation = folder / generation_in_use(folder)
    except (IndexNotAFolder, IndexMissing, IndexDamaged):
        return None
    return generation if generation.is_dir() else None


def _read(generation: Path, *, is_checked_whole: bool) -> Index:
    manifest = _manifest(generation)
    index = files.read(manifest, generation, is_checked_whole=is_checked_whole)
    found = (len(index.documents), len(index.passages), len(index.sentence_vectors))
    if found != (manifest.documents, manifest.passages, manifest.sentences):
        raise IndexDamaged("manifest.json")
    return index


def _manifest(generation: Path) -> Manifest:
    file = generation / "manifest.json"
    try:
        content = content_of(file)
        if sha256_of(file) != generation.name:
            raise IndexDamaged(file.name)
        if json.loads(content)["format"] != FORMAT:
            raise IndexOfAnotherVersion()
        return Manifest.model_validate_json(content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(file.name) from error


def _lines(path: Path) -> list[bytes]:
    return content_of(path).splitlines()
