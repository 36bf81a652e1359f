"""What is asked of any file, whatever it holds."""

import errno
import hashlib
import os
import time
from pathlib import Path
from typing import NamedTuple

SETTLED_NS = 2_000_000_000  # as long as the coarsest usual file system (FAT) may take to tell two changes apart


class Look(NamedTuple):
    """What tells a file that has changed without reading it; the system alone sets `changed_ns`."""

    size: int
    modified_ns: int
    changed_ns: int
    inode: int

    def is_settled_at(self, time_ns: int) -> bool:
        """Whether a later change must look different: one as early as the last one could bear the same time.

        That is the rule of Git's index ("racy git").
        """
        return time_ns - max(self.modified_ns, self.changed_ns) >= SETTLED_NS


def look_at(file: Path) -> Look | None:
    """How a file looks now; None where it is gone or may not be looked at."""
    try:
        stat = file.stat()
    except (OSError, ValueError):  # the latter for a path that no file can have
        return None
    return Look(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


def settled_look_at(file: Path) -> Look | None:
    """How a file looks now, if its next change must look different; else None."""
    now = time.time_ns()
    look = look_at(file)
    return look if look is not None and look.is_settled_at(now) else None


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal. Raises OSError, as `content_of`."""
    _ensure_ends(file)
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def content_of(file: Path) -> bytes:
    """A file's bytes. Raises OSError, also for a pipe or a device, which might never end."""
    _ensure_ends(file)
    return file.read_bytes()


def _ensure_ends(file: Path) -> None:
    if is_endless(file):
        raise OSError(errno.EINVAL, "no regular file", str(file))


def is_endless(path: Path) -> bool:
    """Whether it is a pipe, a device or a folder: something there that cannot be read as a file, or not to an end."""
    return path.exists() and not path.is_file()


def may_exist(path: Path) -> bool:
    """Whether something is there, a link that leads nowhere included, or where it would be may not be looked at."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # the last for a path that no file can have
        return False
    except OSError:
        return True
    return True


def flush(path: Path) -> None:
    """Have the disk hold a file's content, or the names in a folder, before anything else is written."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        is_not_offered = error.errno in (errno.EINVAL, errno.ENOTSUP)  # as of folders on some network drives
        if not (is_not_offered and path.is_dir()):
            raise
    finally:
        os.close(handle)
