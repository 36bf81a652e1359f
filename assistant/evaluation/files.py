"""The files of a question set."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from assistant.corpus import NO_REGULAR_FILE
from assistant.errors import QuestionSetUnreadable
from assistant.files import is_endless, sha256_of


def sha256_of_files(files: Sequence[Path]) -> str:
    """The SHA-256 of one file's bytes; of several, that of theirs in turn. Raises QuestionSetUnreadable."""
    found = []
    for file in files:
        if is_endless(file):
            raise QuestionSetUnreadable(file, reason=NO_REGULAR_FILE)
        try:
            found.append(sha256_of(file))
        except OSError as error:
            raise QuestionSetUnreadable(file, reason=error) from error
    return found[0] if len(found) == 1 else hashlib.sha256("".join(found).encode()).hexdigest()
