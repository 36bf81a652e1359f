"""Files to Documents. Reading fails closed: a file is read exactly or not at all, with the reason."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from assistant.errors import DocumentEmpty, DocumentUnreadable, FormatNotSupported, PathNotFound
from assistant.files import is_endless, sha256_of
from assistant.german import words
from assistant.messages import Text
from assistant.records import Document
from assistant.sentences import display_form, segment

FORMATS = (".txt",)
NAME_UNUSABLE = Text(
    de="der Dateiname ist kein UTF-8 oder enthält Steuerzeichen", en="its name is not UTF-8 or holds control characters"
)
NO_REGULAR_FILE = Text(de="keine gewöhnliche Datei", en="no regular file")
CHANGES = Text(de="sie ändert sich gerade", en="it is being changed")
NOTES = "PROVENANCE"  # files of this stem say where a corpus comes from; they are not part of it


def files_in(path: Path) -> Iterator[Path]:
    """The files under `path`, sorted, without hidden ones and provenance notes; a file yields itself.

    Raises PathNotFound.
    """
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            is_hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if not is_hidden and file.stem != NOTES and not _is_folder(file):
                yield file
    elif path.exists():
        yield path
    else:
        raise PathNotFound(path)


def _is_folder(file: Path) -> bool:
    """Whether it surely is one: what may not be looked at is told when it is read."""
    try:
        return file.is_dir()
    except PermissionError:
        return False


def read_document(file: Path, home: Path) -> Document:
    """The Document of `file`, named as by `name_of`.

    Raises FormatNotSupported, DocumentNotText, DocumentEmpty or DocumentUnreadable.
    """
    name, target = shown_name(file.name), _resolved(file)  # the file that a link leads to is what citations name
    if shown_name(target.name) != target.name:
        raise DocumentUnreadable(name, reason=NAME_UNUSABLE)
    if target.suffix.lower() not in FORMATS:
        raise FormatNotSupported(name, formats=", ".join(FORMATS))
    from assistant.readers import READERS  # llama-index takes two seconds to import; asking does without it

    try:
        if is_endless(file):
            raise DocumentUnreadable(name, reason=NO_REGULAR_FILE)
        sha256 = sha256_of(file)
        text = "".join(part.text for part in READERS[target.suffix.lower()].load_data(file))
        if sha256_of(file) != sha256:
            raise DocumentUnreadable(name, reason=CHANGES)
    except OSError as error:
        raise DocumentUnreadable(name, reason=error) from error
    if not words(text):
        raise DocumentEmpty(name)
    return document_from_text(text, name_of(file, home), _relative(file, home) or str(target), sha256)


def document_from_text(text: str, name: str, path: str, sha256: str | None = None) -> Document:
    """The Document of a canonical text; `sha256` is that of the file's bytes where they are not the text in UTF-8."""
    outline = segment(text)
    text_sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Document(
        name=name,
        path=path,
        text=text,
        sha256=sha256 or text_sha256,
        text_sha256=text_sha256,
        sentences=outline.sentences,
        headings=outline.headings,
    )


def name_of(file: Path, home: Path) -> str:
    """What citations call a file: its path in `home`/corpus, or "./" and its path in `home`, or its absolute path."""
    if in_corpus := _relative(file, home / "corpus"):
        return in_corpus
    in_home = _relative(file, home)
    return f"./{in_home}" if in_home else str(_resolved(file))


def shown_name(path: Path | str) -> str:
    """A file's name as it can be shown and stored, whatever its bytes are."""
    return display_form(str(path).encode(errors="replace").decode())


def file_named(name: str, home: Path) -> Path:
    """The file that a citation's source names: the inverse of `name_of`."""
    return home / name if name.startswith(("./", "/")) else home / "corpus" / name


def _relative(file: Path, folder: Path) -> str | None:
    resolved, base = _resolved(file), _resolved(folder)
    return resolved.relative_to(base).as_posix() if resolved.is_relative_to(base) else None


def _resolved(path: Path) -> Path:
    """The absolute path that `path` leads to; a link that leads to itself is left as it is.

    Raises DocumentUnreadable for a path that no file can have.
    """
    try:
        return Path(os.path.realpath(path))
    except ValueError as error:
        raise DocumentUnreadable(shown_name(path.name), reason=NAME_UNUSABLE) from error
