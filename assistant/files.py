"""What is asked of any file, whatever it holds."""

import hashlib
from pathlib import Path


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_endless(path: Path) -> bool:
    """Whether it is a pipe, a device or a folder: something there that cannot be read as a file, or not to an end."""
    return path.exists() and not path.is_file()
