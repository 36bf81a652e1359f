"""Documents to an index: read, segment, embed, write."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

from assistant import store
from assistant.corpus import FORMATS, files_in, name_of, read_document
from assistant.embedding.base import Embedder
from assistant.errors import (
    DocumentError,
    DocumentsGone,
    IndexDamaged,
    IndexMissing,
    IndexOfAnotherVersion,
    NoDocuments,
)
from assistant.files import sha256_of
from assistant.german import terms
from assistant.index import FORMAT, Index, Manifest
from assistant.lexical import LexicalIndex
from assistant.passages import passage_text, passages_of
from assistant.records import Document
from assistant.sentences import display_form
from assistant.vectors import VectorIndex
from assistant.versions import INDEXING, code_sha256


class Skipped(NamedTuple):
    """A file that was not read, and why."""

    file: Path
    reason: DocumentError
    kept: bool
    """Whether the index keeps what it held of the file before."""


@dataclass(frozen=True, kw_only=True)
class IndexReport:
    """What an update did, by document names, and what the index now holds."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    index: Index


class Progress(Protocol):
    """Called with a stage's name, how much of it is done, and how much there is."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note of it."""
        ...


def update_index(
    home: Path,
    paths: Iterable[Path],
    model: str,
    make_embedder: Callable[[], Embedder],
    passage_characters: int,
    progress: Progress = lambda stage, done, total: None,
    *,
    waits: bool = False,
) -> IndexReport:
    """Bring `home`/index up to date with `home`/corpus and `paths`, and write it in one step.

    A document stays as long as its file does; a file that cannot be read keeps what was indexed of it before.
    `model` identifies the embedder, which is made only if something has to be embedded.
    It `waits` for another process that writes the index, or else raises IndexBusy.
    Raises PathNotFound, and what `store.writing` raises; the index that was there then stays. Where no document is left
    of it, nor another one, it is removed. Raises DocumentsGone then, or NoDocuments if there was none.
    """
    with store.writing(home / "index", partial(progress, "waiting", 0, 1) if waits else None) as write:
        before = _index_before(home)
        files = _files(home, paths, before)
        documents, skipped = _read(files, home, before, progress) if files else ([], [])
        if not documents:
            if (before is not None or not files) and store.clear(home / "index"):
                raise DocumentsGone(home / "corpus")
            raise skipped[0].reason if len(skipped) == 1 else NoDocuments(home / "corpus")
        known = {} if before is None else {document.name: document.sha256 for document in before.documents}
        names = [document.name for document in documents]
        changes = {
            "added": tuple(d.name for d in documents if d.name not in known),
            "changed": tuple(d.name for d in documents if d.name in known and known[d.name] != d.sha256),
            "removed": tuple(name for name in known if name not in names),
            "unchanged": tuple(d.name for d in documents if known.get(d.name) == d.sha256),
        }
        if (
            before is not None
            and len(changes["unchanged"]) == len(documents) == len(known)
            and (before.manifest.model, before.manifest.passage_characters) == (model, passage_characters)
            and before.manifest.code == code_sha256(INDEXING)
        ):
            store.note_look(home / "index")
            return IndexReport(skipped=tuple(skipped), index=before, **changes)
        index = build_index(documents, make_embedder(), passage_characters, progress)
        write(index)
    return IndexReport(skipped=tuple(skipped), index=index, **changes)


def build_index(
    documents: Iterable[Document],
    embedder: Embedder,
    passage_characters: int,
    progress: Progress = lambda stage, done, total: None,
) -> Index:
    """An index in memory of `documents`, in their order."""
    kept = tuple(documents)
    passages = [
        passage
        for position, document in enumerate(kept)
        for passage in passages_of(document, position, passage_characters)
    ]
    passage_texts = [passage_text(kept[passage.document], passage) for passage in passages]
    sentence_texts = [display_form(document.quote(span)) for document in kept for span in document.sentences]
    heading_texts = [display_form(document.quote(span)) for document in kept for span in document.headings]
    passage_vectors = embedder.encode_passages(passage_texts, partial(progress, "passages"))
    encoded = embedder.encode_sentences([*sentence_texts, *heading_texts], partial(progress, "sentences"))
    manifest = Manifest(
        format=FORMAT,
        code=code_sha256(INDEXING),
        model=embedder.name,
        dimension=embedder.dimension,
        passage_characters=passage_characters,
        documents=len(kept),
        passages=len(passages),
        sentences=len(sentence_texts),
    )
    return Index(
        manifest,
        kept,
        passages,
        VectorIndex.from_vectors(passage_vectors),
        VectorIndex.from_vectors(encoded.vectors[: len(sentence_texts)]),
        encoded.words,
        LexicalIndex.from_terms([terms(text) for text in passage_texts]),
    )


def changes_since(index: Index, home: Path) -> tuple[str, ...]:
    """Names of documents whose files changed, went or came since `index` was built."""
    gone_or_changed = [
        document.name for document in index.documents if not _is_unchanged(home / document.path, document)
    ]
    corpus = home / "corpus"
    files = [file for file in files_in(corpus) if file.suffix.lower() in FORMATS] if corpus.is_dir() else []
    looked = store.last_look(home / "index")
    new = [file for file in files if file.is_file() and file.stat().st_ctime > looked]  # older ones were unreadable
    added = [name for name in (name_of(file, home) for file in new) if name not in index.by_name]
    return (*gone_or_changed, *added)


def _is_unchanged(file: Path, document: Document) -> bool:
    try:
        return sha256_of(file) == document.sha256
    except OSError:
        return False


def _index_before(home: Path) -> Index | None:
    """The index in use; None if there is none, or none that could be kept."""
    try:
        return store.load(home / "index")
    except (IndexMissing, IndexDamaged, IndexOfAnotherVersion):
        return None


def _files(home: Path, paths: Iterable[Path], before: Index | None) -> dict[str, Path]:
    """All files to read, by their documents' names in order."""
    corpus = home / "corpus"
    files = [file for path in paths for file in files_in(path)]
    files += files_in(corpus) if corpus.is_dir() else []
    known = store.paths_in(home / "index") if before is None else [document.path for document in before.documents]
    files += [home / path for path in known if _may_exist(home / path)]
    return dict(sorted((name_of(file, home), file) for file in files))


def _may_exist(file: Path) -> bool:
    """Whether a file is there, or where it would be may not be looked at."""
    try:
        return file.exists()
    except PermissionError:
        return True


def _read(
    files: dict[str, Path], home: Path, before: Index | None, progress: Progress
) -> tuple[list[Document], list[Skipped]]:
    documents: list[Document] = []
    skipped: list[Skipped] = []
    for done, (name, file) in enumerate(files.items()):
        progress("documents", done, len(files))
        try:
            documents.append(read_document(file, home))
        except DocumentError as error:
            kept = before.by_name.get(name) if before is not None else None
            documents += [kept] if kept is not None else []
            skipped.append(Skipped(file, error, kept is not None))
    progress("documents", len(files), len(files))
    return documents, skipped
