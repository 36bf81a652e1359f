"""An index that follows its documents: what an update gives is what a build from nothing gives, and costs less."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import indexing, store
from assistant.corpus import document_from_text, read_document
from assistant.embedding.base import Report, no_report
from assistant.embedding.words import Vectors
from assistant.errors import DocumentBeyondLimit, DocumentsGone, IndexDamaged
from assistant.indexing import IndexReport, Renamed, changes_since, update_index
from assistant.limits import Limits
from assistant.notes import LOOKS, load_looks
from assistant.records import Document
from tests.doubles import HashEmbedder

OLD = 1_000_000_000  # seconds since 1970: long before now
TEXTS = ["Es regnet. Der Wal singt.", "Wetter\n\nEs regnet. Es hagelt in Bonn.", "Der Wal singt.", "Es regnet."]
NAMES = ["a.txt", "b.txt", "x/c.txt", "x/d.TXT"]


class CountingEmbedder(HashEmbedder):
    """Remembers what it embedded."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode_passages(self, texts: Sequence[str], report: Report = no_report) -> Vectors:
        self.texts += texts
        return super().encode_passages(texts, report)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    return tmp_path


def put(home: Path, name: str, text: str, *, is_old: bool = True) -> Path:
    file = home / "corpus" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    if is_old:
        os.utime(file, (OLD, OLD))
    return file


def update(home: Path, *paths: Path, embedder: HashEmbedder | None = None, limits: Limits | None = None) -> IndexReport:
    return update_index(home, paths, HashEmbedder.name, lambda: embedder or HashEmbedder(), 40, limits=limits)


def content(home: Path) -> dict[str, bytes]:
    """All files of the index in use but the manifest, which says when it was written."""
    generation = home / "index" / store.generation_in_use(home / "index")
    return {file.name: file.read_bytes() for file in generation.iterdir() if file.name != "manifest.json"}


@contextmanager
def settled() -> Iterator[None]:
    """Every file counts as one that was last changed long ago; tests need not wait."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("assistant.files.SETTLED_NS", -(10**18))
        yield


# --- the same as from nothing --------------------------------------------------------------------------------------

STATES = st.lists(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(TEXTS), min_size=1), min_size=2, max_size=4)


@settings(max_examples=40, deadline=None)
@given(STATES)
def test_an_updated_index_is_the_one_built_from_nothing_byte_for_byte(tmp_path_factory, states):
    home, other = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("other")
    for state in states:
        shutil.rmtree(home / "corpus", ignore_errors=True)
        for name, text in state.items():
            put(home, name, text)
        report = update(home)
        assert {document.name: document.text for document in report.index.documents} == state
    for name, text in states[-1].items():
        put(other, name, text)
    update(other)
    assert content(home) == content(other)


def test_with_the_real_model_too(home, tmp_path_factory, packaged_embedder):
    other = tmp_path_factory.mktemp("other")
    article = "Wetter\n\n" + " ".join(f"Am {day}. Mai fielen in Bonn {day * 7} Liter Regen." for day in range(1, 9))
    put(home, "a.txt", article)
    put(home, "b.txt", "Der Wal singt. Es hagelt nicht.")
    for where, text in ((home, "Es stürmt seit gestern. Der Wal singt."), (other, "")):
        if text:
            update_index(where, (), packaged_embedder.name, lambda: packaged_embedder, 200)
            put(where, "b.txt", text)
    put(other, "a.txt", article)
    put(other, "b.txt", "Es stürmt seit gestern. Der Wal singt.")
    for where in (home, other):
        update_index(where, (), packaged_embedder.name, lambda: packaged_embedder, 200)
    assert content(home) == content(other)


# --- what it costs ---------------------------------------------------------------------------------------------------


def test_nothing_is_embedded_twice_and_nothing_again(home):
    put(home, "a.txt", "Es regnet. Es regnet. Der Wal singt.")
    put(home, "b.txt", "Es regnet.")
    embedder = CountingEmbedder()
    report = update(home, embedder=embedder)
    assert len(embedder.texts) == report.embedded
    assert report.kept == 0
    put(home, "a.txt", "Es regnet. Es regnet. Der Wal taucht.")
    again = CountingEmbedder()
    report = update(home, embedder=again)
    assert "Der Wal taucht." in again.texts
    assert not set(again.texts) & set(embedder.texts)
    assert (report.embedded, report.kept > 0) == (len(again.texts), True)


def test_what_needs_no_vector_loads_no_model(home):
    put(home, "a.txt", "Es regnet. Der Wal singt.")
    put(home, "b.txt", "Es hagelt.")
    update(home)

    def no_model() -> HashEmbedder:
        pytest.fail("the model is loaded")

    (home / "corpus" / "a.txt").rename(home / "corpus" / "c.txt")
    (home / "corpus" / "b.txt").unlink()
    report = update_index(home, (), HashEmbedder.name, no_model, 40)
    assert [document.name for document in report.index.documents] == ["c.txt"]
    update_index(home, (), HashEmbedder.name, no_model, 40)


def test_a_heading_that_becomes_a_sentence_gets_its_vector(home, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    put(home, "a.txt", "Der Wal\n\nEr singt.")
    update(home)
    for where in (home, other):
        put(where, "a.txt", "Er singt. Der Wal")
        update(where)
    assert content(home) == content(other)


def test_damage_that_is_noticed_while_vectors_are_taken_over_is_mended(home, monkeypatch):
    put(home, "a.txt", "Es regnet.")
    update(home)
    put(home, "b.txt", "Der Wal singt.")

    def damaged(index: object) -> None:
        raise IndexDamaged("passages.faiss")

    with monkeypatch.context() as patched:
        patched.setattr("assistant.vectors.VectorIndex.vectors", property(damaged))
        report = update(home)
    assert (report.changes.added, report.kept) == (("a.txt", "b.txt"), 0)
    assert len(store.load(home / "index").documents) == 2


def test_another_model_or_other_code_keeps_nothing(home, monkeypatch):
    put(home, "a.txt", "Es regnet.")
    update(home)
    assert update(home).embedded == 0
    monkeypatch.setattr(indexing, "code_sha256", lambda _: "other")
    assert update(home).embedded > 0

    class Other(HashEmbedder):
        name = "other"

    report = update_index(home, (), "other", Other, 40)
    assert (report.embedded > 0, report.kept, report.index.manifest.model) == (True, 0, "other")


# --- which files are read ------------------------------------------------------------------------------------------


@pytest.fixture
def reads(monkeypatch) -> list[str]:
    """Names of the files that are read, or hashed."""
    seen: list[str] = []

    def noted(function):
        def call(file, *arguments):
            seen.append(file.name)
            return function(file, *arguments)

        return call

    monkeypatch.setattr(indexing, "read_document", noted(read_document))
    monkeypatch.setattr(indexing, "sha256_of", noted(indexing.sha256_of))
    return seen


def test_a_file_that_looks_the_same_is_not_read_again(home, reads):
    with settled():
        put(home, "a.txt", "Es regnet.")
        put(home, "b.txt", "Der Wal singt.")
        update(home)
        reads.clear()
        assert update(home).changes.unchanged == ("a.txt", "b.txt")
        assert changes_since(store.load(home / "index"), home) == ()
        assert reads == []
        put(home, "b.txt", "Der Wal sinkt.")  # of the same size
        assert update(home).changes.changed == ("b.txt",)
        assert set(reads) == {"b.txt"}


def test_another_version_of_a_parser_reads_every_file_again(home, monkeypatch):
    with settled():
        file = put(home, "a.html", "<p>Es regnet.</p>")
        before = update(home).index
        monkeypatch.setattr("assistant.indexing.parsers", lambda: "lxml 99")
        document = read_document(file, home)
        other = document_from_text("Es schneit.", document.name, document.path)
        other = Document(**{**dict(other), "sha256": document.sha256})
        monkeypatch.setattr("assistant.indexing.read_document", lambda *_: other)
        report = update(home)
    assert before.by_name["a.html"].text.strip() == "Es regnet."
    assert report.changes.changed == ("a.html",)
    assert store.load(home / "index").by_name["a.html"].text == "Es schneit."


def test_a_file_that_was_changed_just_now_is_read_again(home, reads):
    """Another change could bear the same time: Git's "racy" entries."""
    put(home, "a.txt", "Es regnet.", is_old=False)
    update(home)
    assert load_looks(home / "index").files == {}
    reads.clear()
    update(home)
    assert reads == ["a.txt"]


def test_a_file_that_is_touched_is_read_and_its_text_kept(home, reads):
    with settled():
        file = put(home, "a.txt", "Es regnet.")
        update(home)
        reads.clear()
        os.utime(file)
        assert update(home).changes.unchanged == ("a.txt",)
        assert reads == ["a.txt"]  # for its hash; it is not read as a document


def test_a_change_that_sets_the_time_back_is_seen(home):
    """The system alone sets the time of a change to a file's name, place or time."""
    with settled():
        put(home, "a.txt", "Es regnet.")
        update(home)
        put(home, "a.txt", "Es hagelt.")
        assert update(home).changes.changed == ("a.txt",)


@pytest.mark.parametrize("damaged", [b"", b"{}", b"[" * 200_000, b'{"at": 1, "files": {"a.txt": 1}}', None])
def test_notes_of_looks_that_are_damaged_cost_no_more_than_reading(home, reads, damaged):
    with settled():
        put(home, "a.txt", "Es regnet.")
        update(home)
        reads.clear()
        if damaged is None:
            (home / "index" / LOOKS).unlink()
            (home / "index" / LOOKS).mkdir()
        else:
            (home / "index" / LOOKS).write_bytes(damaged)
        assert update(home).changes.unchanged == ("a.txt",)
        assert reads == ["a.txt"]
        assert "a.txt" in load_looks(home / "index").files


# --- what is told --------------------------------------------------------------------------------------------------


def test_each_kind_of_change_is_told(home):
    for name, text in {
        "a.txt": "Eins.",
        "b.txt": "Zwei.",
        "c.txt": "Drei.",
        "d.txt": "Vier.",
        "e.txt": "Vier.",
    }.items():
        put(home, name, text)
    update(home)
    put(home, "a.txt", "Eins und eins.")
    (home / "corpus" / "b.txt").unlink()
    (home / "corpus" / "d.txt").rename(home / "corpus" / "x.txt")
    put(home, "f.txt", "Fünf.")
    put(home, "g.txt", "Vier.")  # a copy: its first is still there
    changes = update(home).changes
    assert changes.changed == ("a.txt",)
    assert changes.removed == ("b.txt",)
    assert changes.renamed == (Renamed("d.txt", "g.txt"),)
    assert changes.added == ("f.txt", "x.txt")
    assert changes.unchanged == ("c.txt", "e.txt")
    assert update(home).changes.is_none


def test_a_file_that_vanishes_while_it_is_read_is_gone(home, monkeypatch):
    put(home, "a.txt", "Es regnet.")
    put(home, "b.txt", "Der Wal singt.")
    update(home)
    put(home, "b.txt", "Der Wal taucht.")

    def vanish(file: Path, *rest: object) -> object:
        file.unlink()
        return read_document(file, *rest)

    monkeypatch.setattr(indexing, "read_document", vanish)
    report = update(home)
    assert (report.changes.removed, report.skipped) == (("b.txt",), ())


def test_a_file_that_changes_while_it_is_read_keeps_its_old_state(home, monkeypatch):
    put(home, "a.txt", "Es regnet.")
    update(home)
    file = put(home, "a.txt", "Es hagelt.")
    hashes = iter("ab" * 9)
    monkeypatch.setattr("assistant.corpus.sha256_of", lambda _: next(hashes))
    report = update(home)
    assert [(one.file, one.kept) for one in report.skipped] == [(file, True)]
    assert report.index.documents[0].text == "Es regnet."
    monkeypatch.undo()
    assert update(home).changes.changed == ("a.txt",)


def test_links_to_folders_are_followed_once_and_loops_end(home, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "b.txt").write_text("Der Wal singt.", encoding="utf-8")
    put(home, "a.txt", "Es regnet.")
    (home / "corpus" / "link").symlink_to(elsewhere)
    (home / "corpus" / "again").symlink_to(elsewhere)
    (home / "corpus" / "loop").symlink_to(home / "corpus")
    (elsewhere / "back").symlink_to(home)
    names = [document.name for document in update(home).index.documents]
    assert names == sorted([str(elsewhere.resolve() / "b.txt"), "a.txt"])


def test_a_folder_that_may_not_be_read_is_told_and_what_was_in_it_stays(home, monkeypatch):
    put(home, "a.txt", "Es regnet.")
    put(home, "x/b.txt", "Der Wal singt.")
    update(home)
    scandir = os.scandir

    def closed(folder):
        if Path(folder).name == "x":
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", closed)
    report = update(home)
    assert [(one.file.name, one.kept) for one in report.skipped] == [("x", False)]
    assert report.changes.unchanged == ("a.txt", "x/b.txt")


def test_two_paths_to_one_file_are_one_document(home):
    file = put(home, "a.txt", "Es regnet.")
    (home / "link.txt").symlink_to(file)
    report = update(home, home / "link.txt", file, home / "corpus")
    assert [document.name for document in report.index.documents] == ["a.txt"]


@pytest.mark.parametrize("is_other_left", [False, True])
def test_a_corpus_that_looks_empty_costs_no_index(home, tmp_path_factory, is_other_left):
    """It may be a drive that is not mounted."""
    file = put(home, "a.txt", "Es regnet.")
    other = tmp_path_factory.mktemp("elsewhere") / "c.txt"
    other.write_text("Es stürmt.", encoding="utf-8")
    update(home, *([other] if is_other_left else []))
    names = [*store.load(home / "index").by_name]
    for is_there in (True, False):
        file.unlink(missing_ok=True)
        if not is_there:
            file.parent.rmdir()
        with pytest.raises(DocumentsGone, match="delete the folder"):
            update(home)
        assert [*store.load(home / "index").by_name] == names
        assert changes_since(store.load(home / "index"), home) == ("a.txt",)
    file.parent.mkdir()
    put(home, "b.txt", "Der Wal singt.")
    changes = update(home).changes
    assert (changes.added, changes.removed) == (("b.txt",), ("a.txt",))


def test_what_was_added_by_its_path_can_be_the_last_to_go(home, tmp_path_factory):
    other = tmp_path_factory.mktemp("elsewhere") / "c.txt"
    other.write_text("Es stürmt.", encoding="utf-8")
    update(home, other)
    other.unlink()
    with pytest.raises(DocumentsGone):
        update(home)
    assert store.load(home / "index").documents


def test_a_limit_that_no_file_keeps_is_named(home):
    for name in ("a.md", "b.md"):
        put(home, name, "Es regnet. " * 200_000)
    with pytest.raises(DocumentBeyondLimit, match="FILE_MEGABYTES"):
        update(home, limits=Limits(megabytes=1))
