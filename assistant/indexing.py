"""Documents to an index: read, segment, embed, write."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

from assistant import notes, store
from assistant.corpus import files_in, name_of, path_of, read_document
from assistant.embedding.base import Embedder
from assistant.encoding import Encoder, heading_texts, sentence_texts
from assistant.errors import (
    DocumentBeyondLimit,
    DocumentError,
    DocumentsGone,
    IndexDamaged,
    IndexMissing,
    IndexOfAnotherVersion,
    MilvusMissing,
    MilvusUnfit,
    MilvusUnreachable,
    NoDocuments,
)
from assistant.extraction import Extraction
from assistant.files import Look, is_endless, look_at, may_exist, settled_look_at, sha256_of
from assistant.german import terms
from assistant.index import FORMAT, Index, Manifest
from assistant.lexical import LexicalIndex
from assistant.limits import Limits
from assistant.notes import Looks
from assistant.passages import passage_text, passages_of
from assistant.readers.opening import FORMATS, parsers
from assistant.records import Document
from assistant.vectors import VectorIndex
from assistant.versions import INDEXING, code_sha256


class Skipped(NamedTuple):
    """A file that was not read, and why."""

    file: Path
    reason: DocumentError
    kept: bool
    """Whether the index keeps what it held of the file before."""


class Renamed(NamedTuple):
    """A document whose file has another name, or lies elsewhere, by its names."""

    before: str
    now: str


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What differs between two states of the documents, by their names."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[Renamed, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]

    @classmethod
    def between(cls, before: Iterable[Document], now: Iterable[Document]) -> "Changes":
        """A document is renamed if its content has gone under one name and come under another.

        It is changed, too, if another version of a library reads another text in the same file.
        """
        known, found = ({one.name: (one.sha256, one.text_sha256) for one in state} for state in (before, now))
        gone = [name for name in known if name not in found]
        new = [name for name in found if name not in known]
        renamed = []
        for name in list(new):
            same = next((one for one in gone if known[one] == found[name]), None)
            if same is not None:
                renamed.append(Renamed(same, name))
                gone.remove(same)
                new.remove(name)
        return cls(
            added=tuple(new),
            changed=tuple(name for name in found if name in known and known[name] != found[name]),
            renamed=tuple(renamed),
            removed=tuple(gone),
            unchanged=tuple(name for name in found if known.get(name) == found[name]),
        )

    @property
    def is_none(self) -> bool:
        """Whether both states are the same."""
        return not (self.added or self.changed or self.renamed or self.removed)


@dataclass(frozen=True, kw_only=True)
class IndexReport:
    """What an update did, and what the index now holds."""

    changes: Changes
    skipped: tuple[Skipped, ...]
    embedded: int
    """How many different passages, sentences and headings were embedded."""
    kept: int
    """How many were not, since the index had them before."""
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
    limits: Limits | None = None,
    waits: bool = False,
    milvus_uri: str = "",
) -> IndexReport:
    """Bring `home`/index up to date with `home`/corpus and `paths`, and write it in one step.

    A document stays as long as its file does; a file that cannot be read keeps what was indexed of it before. What
    has not changed is kept: the text of files of the same content, the vectors of texts that are embedded.
    `limits` bound what reading a file may cost.
    `model` identifies the embedder, which is made only if something has to be embedded.
    It `waits` for another process that writes the index, or else raises IndexBusy.
    Raises PathNotFound, and what `store.writing` raises; DocumentsGone where there were documents in the corpus, and
    are none; NoDocuments, or why they cannot be read, where there were none. The index that was there then stays.
    """
    folder = home / "index"

    def updated(before: Index | None, write: Callable[[Index], None]) -> IndexReport:
        started = time.time()
        is_same_code = before is not None and before.manifest.code == code_sha256(INDEXING)
        files = _files(home, paths, before)
        with Extraction(limits) as extraction:
            looks, using = notes.load_looks(folder), parsers()
            keeps_text = is_same_code and looks.parsers == using
            reading = _Reading(home, before, looks, extraction, keeps_text=keeps_text)
            documents, skipped = _read(files, reading, progress) if files else ([], [])
        _ensure_documents(documents, skipped, before, home)
        notes.save_looks(Looks(started, reading.looks, using), folder)
        is_same_model = before is not None and before.manifest.model == model
        base = before if is_same_code and is_same_model else None
        encoder = Encoder(make_embedder, base)
        changes = Changes.between(before.documents if before else (), documents)
        is_same_place = base is not None and base.manifest.milvus_uri == milvus_uri
        is_same_size = base is not None and base.manifest.passage_characters == passage_characters
        if base is not None and is_same_place and is_same_size and changes.is_none:
            index = base
        else:
            index = _built(documents, encoder, passage_characters, progress)
            write(index)
        counts = {"embedded": encoder.embedded, "kept": encoder.kept}
        return IndexReport(changes=changes, skipped=tuple(skipped), index=index, **counts)

    with store.writing(folder, partial(progress, "waiting", 0, 1) if waits else None, milvus_uri) as write:
        try:
            return updated(_index_before(home), write)
        except (IndexDamaged, MilvusUnfit, MilvusUnreachable):
            # in what is read only where it is needed: this is the command that mends it
            return updated(None, write)


def _ensure_documents(
    documents: Sequence[Document], skipped: Sequence[Skipped], before: Index | None, home: Path
) -> None:
    """Raise DocumentsGone, NoDocuments, or why they cannot be read, where `update_index` does.

    A corpus that looks empty may be a drive that is not mounted.
    """
    was_in_corpus, is_in_corpus = (
        any(not one.name.startswith(("./", "/")) for one in state)
        for state in (before.documents if before else (), documents)
    )
    is_damaged = before is None and not skipped and store.is_there(home / "index")
    if (was_in_corpus and not is_in_corpus) or (not documents and (before is not None or is_damaged)):
        raise DocumentsGone(home / "corpus", folder=home / "index")
    if not documents:
        is_for_limits = skipped and all(isinstance(one.reason, DocumentBeyondLimit) for one in skipped)
        raise skipped[0].reason if len(skipped) == 1 or is_for_limits else NoDocuments(home / "corpus")


def build_index(
    documents: Iterable[Document],
    embedder: Embedder,
    passage_characters: int,
    progress: Progress = lambda stage, done, total: None,
) -> Index:
    """An index in memory of `documents`, in their order."""
    return _built(tuple(documents), Encoder(lambda: embedder), passage_characters, progress)


def _built(documents: Sequence[Document], encoder: Encoder, passage_characters: int, progress: Progress) -> Index:
    passages = [
        passage
        for position, document in enumerate(documents)
        for passage in passages_of(document, position, passage_characters)
    ]
    passage_texts = [passage_text(documents[passage.document], passage) for passage in passages]
    sentences, headings = sentence_texts(documents), heading_texts(documents)
    passage_vectors = encoder.encode_passages(passage_texts, partial(progress, "passages"))
    encoded = encoder.encode_sentences(sentences, headings, partial(progress, "sentences"))
    manifest = Manifest(
        format=FORMAT,
        code=code_sha256(INDEXING),
        model=encoder.name,
        dimension=encoder.dimension,
        passage_characters=passage_characters,
        documents=len(documents),
        passages=len(passages),
        sentences=len(sentences),
    )
    return Index(
        manifest,
        documents,
        passages,
        VectorIndex.from_vectors(passage_vectors),
        VectorIndex.from_vectors(encoded.vectors),
        encoded.words,
        LexicalIndex.from_terms([terms(text) for text in passage_texts]),
    )


def changes_since(index: Index, home: Path) -> tuple[str, ...]:
    """Names of documents whose files changed, went or came since `index` was built."""
    looks = notes.load_looks(home / "index")
    gone_or_changed = changed_files(index.documents, home, looks)
    corpus = home / "corpus"
    files = [file for file in files_in(corpus) if file.suffix.lower() in FORMATS] if corpus.is_dir() else []
    new = [file for file in files if file.is_file() and file.stat().st_ctime > looks.at]  # older ones were unreadable
    added = [name for name in (name_of(file, home) for file in new) if name not in index.by_name]
    return (*gone_or_changed, *added)


def changed_files(documents: Iterable[Document], home: Path, looks: Looks | None = None) -> tuple[str, ...]:
    """Names of those documents whose files are not, or no longer, what was read."""
    known = looks or notes.load_looks(home / "index")
    return tuple(one.name for one in documents if not _is_unchanged(home / one.path, one, known))


def _is_unchanged(file: Path, document: Document, looks: Looks) -> bool:
    try:
        return looks.files.get(document.name) == (look_at(file), document.sha256) or sha256_of(file) == document.sha256
    except OSError:
        return False


def _index_before(home: Path) -> Index | None:
    """The index in use; None if there is none, or none that could be kept."""
    try:
        return store.load(home / "index", is_checked_whole=True)
    except (IndexMissing, IndexDamaged, IndexOfAnotherVersion, MilvusMissing, MilvusUnfit, MilvusUnreachable):
        return None


def _files(home: Path, paths: Iterable[Path], before: Index | None) -> dict[str, Path]:
    """All files to read, by their documents' names in order."""
    corpus = home / "corpus"
    files = [file for path in paths for file in files_in(path)]
    files += files_in(corpus) if corpus.is_dir() else []
    known = store.paths_in(home / "index") if before is None else [document.path for document in before.documents]
    files += [home / path for path in known if may_exist(home / path)]
    return dict(sorted((name_of(file, home), file) for file in files))


class _Reading:
    """Files to Documents. Those of an index stand for files of the same content, if they were made by the same code."""

    def __init__(
        self, home: Path, before: Index | None, looks: Looks, extraction: Extraction, *, keeps_text: bool
    ) -> None:
        self._home = home
        self._looks = looks
        self._extraction = extraction
        self.before = before.by_name if before else {}
        self._by_content = {
            (document.sha256, _suffix(document.path)): document
            for document in (self.before.values() if keeps_text else ())
        }
        self.looks: dict[str, tuple[Look, str]] = {}
        """How the files of the documents looked that were read."""

    def document(self, name: str, file: Path) -> Document:
        """Of a file, named as by `name_of`. Raises DocumentError."""
        look = settled_look_at(file)
        document = self._known(name, file, look) or read_document(file, self._home, self._extraction)
        if look is not None:
            self.looks[name] = (look, document.sha256)
        return document

    def _known(self, name: str, file: Path, look: Look | None) -> Document | None:
        """That of a file whose content is known, read or not."""
        path = path_of(file, self._home)
        seen, sha256 = self._looks.files.get(name, (None, ""))
        if look is None or look != seen:
            if _suffix(path) not in {suffix for _, suffix in self._by_content} or is_endless(file):
                return None
            try:
                sha256 = sha256_of(file)
            except OSError:
                return None  # why is told by `read_document`
        known = self._by_content.get((sha256, _suffix(path)))
        return known and Document(**{**dict(known), "name": name, "path": path})


def _suffix(path: str) -> str:
    return Path(path).suffix.lower()


def _read(files: dict[str, Path], reading: _Reading, progress: Progress) -> tuple[list[Document], list[Skipped]]:
    documents: list[Document] = []
    skipped: list[Skipped] = []
    pages = 0
    for done, (name, file) in enumerate(files.items()):
        progress("documents", done, len(files))
        try:
            documents.append(reading.document(name, file))
            if documents[-1].page_starts:
                pages += len(documents[-1].page_starts)
                progress("pages", pages, pages)
        except DocumentError as error:
            if not may_exist(file):  # it has gone since it was listed
                continue
            kept = reading.before.get(name)
            documents += [kept] if kept is not None else []
            skipped.append(Skipped(file, error, kept is not None))
    progress("documents", len(files), len(files))
    return documents, skipped
