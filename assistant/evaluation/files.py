"""The files of a question set."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from assistant.corpus import NO_REGULAR_FILE, sha256_of
from assistant.errors import QuestionSetUnreadable
from assistant.sentences import display_form


def sha256_of_files(files: Sequence[Path]) -> str:
    """The SHA-256 of one file's bytes; of several, that of theirs in turn. Raises QuestionSetUnreadable."""
    found = []
    for file in files:
        if file.exists() and not file.is_file():  # reading a pipe or a device would not end
            raise QuestionSetUnreadable(file, reason=NO_REGULAR_FILE)
        try:
            found.append(sha256_of(file))
        except OSError as error:
            raise QuestionSetUnreadable(file, reason=error) from error
    return found[0] if len(found) == 1 else hashlib.sha256("".join(found).encode()).hexdigest()


def shown_name(path: Path | str) -> str:
    """A file's name as it can be shown and stored, whatever its bytes are."""
    return display_form(str(path).encode(errors="replace").decode())
