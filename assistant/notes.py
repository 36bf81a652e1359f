"""Notes beside the stored index: how files looked when they were read, and thresholds of one's own questions.

Both are files of JSON in the folder `index/` that end with the SHA-256 of all that they hold before, and are replaced
in one step.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from assistant.errors import CalibrationDamaged, IndexNotWritable
from assistant.files import Look, content_of, flush
from assistant.risk import Calibration
from assistant.store import NEW, NOTES, locked, make_way

CALIBRATION, LOOKS = NOTES
UNREADABLE = (OSError, ValueError, KeyError, TypeError, RecursionError)


class Looks(NamedTuple):
    """What was seen of the documents' files when they were last compared with the index."""

    at: float
    """When that began, in seconds since 1970; 0: never."""
    files: Mapping[str, tuple[Look, str]]
    """How the file of each document looked before it was read, by the document's name, and the SHA-256 of what was
    read. Those are left out that could change without looking different."""
    parsers: str = ""
    """The libraries that read them, and their versions: others may give another text."""


def load_looks(folder: Path) -> Looks:
    """What `save_looks` saved; if that is gone or damaged, nothing: then every file is read."""
    try:
        fields = _unsealed(folder / LOOKS)
        files = {name: (Look(*look), sha256) for name, (look, sha256) in fields["files"].items()}
        return Looks(fields["at"], files, str(fields["parsers"]))
    except UNREADABLE:
        return Looks(0.0, {})


def save_looks(looks: Looks, folder: Path) -> None:
    """Keep them, in a block of `writing`. They are true of any index. Raises IndexNotWritable."""
    _replace(folder / LOOKS, _sealed({"at": looks.at, "files": dict(looks.files), "parsers": looks.parsers}))


def load_calibration(folder: Path) -> Calibration | None:
    """The thresholds of one's own questions; None if there are none. Raises CalibrationDamaged."""
    try:
        return Calibration.model_validate(_unsealed(folder / CALIBRATION))
    except FileNotFoundError:
        return None
    except UNREADABLE as error:
        raise CalibrationDamaged(CALIBRATION) from error


def save_calibration(calibration: Calibration, folder: Path) -> None:
    """Keep it with the index, in place of an earlier one. Raises IndexBusy or IndexNotWritable."""
    with locked(folder):
        _replace(folder / CALIBRATION, _sealed(calibration.model_dump(mode="json")))


def forget_calibration(folder: Path) -> bool:
    """Remove it, damaged or not; whether there was one. Raises IndexBusy or IndexNotWritable."""
    file = folder / CALIBRATION
    if not file.exists():
        return False
    with locked(folder):
        try:
            make_way(file)
            file.unlink(missing_ok=True)
        except OSError as error:
            raise IndexNotWritable(error) from error
    return True


def _replace(file: Path, content: bytes) -> None:
    """Write a file in one step, in place of what is there, whatever it is. Raises IndexNotWritable."""
    try:
        new = file.with_name(file.name + NEW)
        make_way(new)
        new.write_bytes(content)
        flush(new)
        make_way(file)
        new.replace(file)
        flush(file.parent)
    except OSError as error:
        raise IndexNotWritable(error) from error


def _sealed(fields: dict[str, Any]) -> bytes:
    """The bytes of a file of these fields and, last, the SHA-256 of what they are without it."""
    sha256 = hashlib.sha256(json.dumps(fields).encode()).hexdigest()
    return json.dumps(fields | {"sha256": sha256}, indent=2).encode()


def _unsealed(file: Path) -> dict[str, Any]:
    """The fields of what `_sealed` made. Raises those of UNREADABLE."""
    content = content_of(file)
    fields: dict[str, Any] = json.loads(content)
    del fields["sha256"]
    if content != _sealed(fields):
        raise ValueError(file.name)
    return fields
