"""What is made of the packaged weights lies in the user's cache, made once and checked against its hashes."""

import json
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

import platformdirs

from assistant.errors import ModelNotWritable
from assistant.files import sha256_of
from assistant.packaged.weights import WEIGHTS_SHA256

HASHES = "sha256.json"


def made_once(kind: str, make: Callable[[Path], None]) -> Path:
    """The folder of this kind, filled by `make` unless it is there and each of its files has its recorded hash.

    It is written beside its place and renamed into it, under a lock: two processes never make it twice, and a crash
    leaves none or all of it. Raises ModelNotWritable, and what `make` raises.
    """
    folder = platformdirs.user_cache_path("quellentreu") / f"e5-small-{WEIGHTS_SHA256[:12]}-{kind}"
    if not _is_whole(folder):
        from filelock import FileLock

        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(folder.with_name(f"{folder.name}.lock")):
                if not _is_whole(folder):  # otherwise another process was first
                    _make(folder, make)
        except OSError as error:
            raise ModelNotWritable(folder, reason=error) from error
    return folder


def _make(folder: Path, make: Callable[[Path], None]) -> None:
    for left_behind in folder.parent.glob(f"{folder.name}-new-*"):  # by a process that was stopped
        shutil.rmtree(left_behind, ignore_errors=True)
    staging = folder.with_name(f"{folder.name}-new-{uuid.uuid4().hex}")
    staging.mkdir()
    try:
        make(staging)
        hashes = {str(file.relative_to(staging)): sha256_of(file) for file in staging.rglob("*") if file.is_file()}
        (staging / HASHES).write_text(json.dumps(hashes, indent=1), encoding="utf-8")
        if folder.is_file() or folder.is_symlink():
            folder.unlink()
        elif folder.exists():  # damaged
            shutil.rmtree(folder)
        staging.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _is_whole(folder: Path) -> bool:
    try:
        hashes = json.loads((folder / HASHES).read_bytes())
        return bool(hashes) and all(sha256_of(folder / name) == recorded for name, recorded in hashes.items())
    except (OSError, ValueError, AttributeError, RecursionError):
        return False
