"""Files to Documents. Reading fails closed: a file is read exactly or not at all, with the reason."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from assistant.errors import DocumentEmpty, DocumentUnreadable, FormatNotSupported, PathNotFound
from assistant.extraction import Extraction
from assistant.files import is_endless, sha256_of
from assistant.german import words
from assistant.messages import Text
from assistant.readers.base import Extract
from assistant.readers.opening import FORMATS
from assistant.records import Document
from assistant.sentences import display_form, segment, segment_blocks

NAME_UNUSABLE = Text(
    de="der Dateiname ist kein UTF-8 oder enthält Steuerzeichen", en="its name is not UTF-8 or holds control characters"
)
FOLDER_UNREADABLE = Text(de="ein Ordner, den das System nicht zeigt", en="a folder that the system does not show")
NO_REGULAR_FILE = Text(de="keine gewöhnliche Datei", en="no regular file")
CHANGES = Text(de="sie ändert sich gerade", en="it is being changed")
NOTES = "PROVENANCE"  # files of this stem say where a corpus comes from; they are not part of it


def files_in(path: Path) -> Iterator[Path]:
    """The files under `path`, sorted, without hidden ones and provenance notes; a file yields itself.

    Links to folders are followed, each folder is read once. A folder that may not be read is yielded itself: why is
    told when it is read. Raises PathNotFound.
    """
    if path.is_dir():
        yield from sorted(_files_below(path))
    elif path.exists():
        yield path
    else:
        raise PathNotFound(path)


def _files_below(top: Path) -> Iterator[Path]:
    folders, seen = [top], set()
    while folders:
        folder = folders.pop()
        if (real := os.path.realpath(folder)) in seen:
            continue
        seen.add(real)
        try:
            entries = [Path(entry) for entry in os.scandir(folder)]
        except FileNotFoundError:  # it has gone since it was listed
            continue
        except OSError:
            yield folder
            continue
        shown = [entry for entry in entries if not entry.name.startswith(".")]
        folders += [entry for entry in shown if _is_folder(entry)]
        yield from (entry for entry in shown if entry.stem != NOTES and not _is_folder(entry))


def _is_folder(file: Path) -> bool:
    """Whether it surely is one: what may not be looked at is told when it is read."""
    try:
        return file.is_dir()
    except PermissionError:
        return False


def read_document(file: Path, home: Path, extraction: Extraction | None = None) -> Document:
    """The Document of `file`, named as by `name_of`; without an `extraction`, one is opened for it alone.

    Raises DocumentError: FormatNotSupported, DocumentEmpty, or what is wrong with the file.
    """
    name, target = shown_name(file.name), _resolved(file)  # the file that a link leads to is what citations name
    if shown_name(target.name) != target.name:
        raise DocumentUnreadable(name, reason=NAME_UNUSABLE)
    if _is_folder(target):
        raise DocumentUnreadable(name, reason=FOLDER_UNREADABLE)
    suffix = target.suffix.lower()
    if suffix not in FORMATS:
        raise FormatNotSupported(name, formats=", ".join(FORMATS))
    if extraction is None:
        with Extraction() as own:
            return read_document(file, home, own)
    try:
        if is_endless(file):
            raise DocumentUnreadable(name, reason=NO_REGULAR_FILE)
        sha256 = sha256_of(file)
        extract = extraction.extract(file, name, suffix)
        if sha256_of(file) != sha256:
            raise DocumentUnreadable(name, reason=CHANGES)
    except OSError as error:
        raise DocumentUnreadable(name, reason=error) from error
    if not words(extract.text):
        raise DocumentEmpty(name)
    return document_from_extract(extract, name_of(file, home), path_of(file, home), sha256)


def document_from_text(text: str, name: str, path: str) -> Document:
    """The Document of a plain text file in UTF-8."""
    return document_from_extract(Extract(text=text), name, path, hashlib.sha256(text.encode()).hexdigest())


def document_from_extract(extract: Extract, name: str, path: str, sha256: str) -> Document:
    """The Document of what a reader found in a file, whose bytes have that SHA-256."""
    if extract.blocks is None:
        outline = segment(extract.text)
    else:
        outline = segment_blocks(extract.text, extract.blocks, extract.headings)
    return Document(
        name=name,
        path=path,
        text=extract.text,
        sha256=sha256,
        text_sha256=hashlib.sha256(extract.text.encode()).hexdigest(),
        page_starts=extract.page_starts,
        sentences=outline.sentences,
        headings=outline.headings,
    )


def name_of(file: Path, home: Path) -> str:
    """What citations call a file: its path in `home`/corpus, or "./" and its path in `home`, or its absolute path."""
    if in_corpus := _relative(file, home / "corpus"):
        return in_corpus
    in_home = _relative(file, home)
    return f"./{in_home}" if in_home else str(_resolved(file))


def path_of(file: Path, home: Path) -> str:
    """Where a Document says that it was read from: the file's path in `home`, or its absolute path."""
    return _relative(file, home) or str(_resolved(file))


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
