"""The stored index: what is written is what is loaded, damage is seen, and a failed write changes nothing."""

import errno
import hashlib
import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import (
    CalibrationDamaged,
    IndexBusy,
    IndexDamaged,
    IndexLockNoFile,
    IndexMissing,
    IndexNotAFolder,
    IndexNotWritable,
    IndexOfAnotherModel,
    IndexOfAnotherVersion,
)
from assistant.generation import FILES
from assistant.german import terms
from assistant.index import Index, Manifest, ensure_fits
from assistant.indexing import build_index
from assistant.notes import (
    CALIBRATION,
    LOOKS,
    Looks,
    forget_calibration,
    load_calibration,
    load_looks,
    save_calibration,
    save_looks,
)
from assistant.passages import passage_text
from assistant.risk import Calibration, Threshold
from assistant.sentences import display_form
from assistant.store import load, paths_in, writing
from tests.doubles import HashEmbedder, document_of

EMBEDDER = HashEmbedder()
TEXTS = {
    "a.txt": "Wetter\r\n\r\nEs regnet\u2028 heute in Bonn. Die Waffen-\nruhe gilt. \ufeff„Ja“, sagte\x85 er. 😀",
    "x/b.txt": "Der Wal singt im Meer. Der Wal taucht. Der Dackel bellt.",
}
EVERY_FILE = (*FILES, "manifest.json", "CURRENT")


def built(texts: dict[str, str] = TEXTS) -> Index:
    return build_index([document_of(text, name) for name, text in texts.items()], EMBEDDER, 40)


def passage_texts(index: Index) -> list[str]:
    return [passage_text(index.documents[passage.document], passage) for passage in index.passages]


def write(index: Index, folder: Path) -> None:
    with writing(folder) as write_index:
        write_index(index)


def assert_equal(one: Index, other: Index) -> None:
    assert one.manifest.model_copy(update={"sha256": {}, "written": ""}) == other.manifest.model_copy(
        update={"sha256": {}, "written": ""}
    )
    assert [*one.documents] == [*other.documents]
    assert [*one.passages] == [*other.passages]
    assert np.array_equal(one.passage_vectors.vectors, other.passage_vectors.vectors)
    assert np.array_equal(one.sentence_vectors.vectors, other.sentence_vectors.vectors)
    assert len(one.words) == len(other.words)
    for text in range(len(one.words)):
        assert np.array_equal(one.words[text].states, other.words[text].states)
        assert np.array_equal(one.words[text].scales, other.words[text].scales)
    for question in ("Singt der Wal?", "Waffenruhe in Bonn", "Quarzuhr"):
        query = EMBEDDER.encode_query(question).vector
        assert np.array_equal(one.passage_vectors.nearest(query, 9), other.passage_vectors.nearest(query, 9))
        assert np.array_equal(one.lexical.shares(terms(question)), other.lexical.shares(terms(question)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index folder with an index in it."""
    write(built(), tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture(scope="module")
def lasting_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, for tests that leave it as it was."""
    folder = tmp_path_factory.mktemp("home") / "index"
    write(built(), folder)
    return folder


def file_in(folder: Path, name: str) -> Path:
    return folder / name if name == "CURRENT" else folder / (folder / "CURRENT").read_text() / name


@contextmanager
def content(file: Path, damaged: bytes) -> Iterator[None]:
    sound = file.read_bytes()
    assert damaged != sound
    file.write_bytes(damaged)
    try:
        yield
    finally:
        file.write_bytes(sound)


# --- scores ------------------------------------------------------------------------------------------------------


def test_passages_that_share_no_term_score_0():
    index = built()
    asked = terms("Singt ein Wal in Bonn?")
    scores = index.lexical.shares(asked)
    shares = [not set(asked).isdisjoint(terms(text)) for text in passage_texts(index)]
    assert any(shares) and not all(shares)
    assert [score > 0 for score in scores] == shares
    assert not index.lexical.shares(terms("Quarzuhr")).any()


def test_nearest_vectors_are_those_of_the_largest_cosines():
    index = built()
    query = EMBEDDER.encode_query("Dackel im Meer").vector
    order = np.argsort(-(index.passage_vectors.vectors @ query))
    assert index.passage_vectors.nearest(query, 3).tolist() == order[:3].tolist()
    allowed = np.sort(order[1:])
    assert index.passage_vectors.nearest(query, 2, allowed).tolist() == order[1:3].tolist()
    assert index.passage_vectors.nearest(query, 2, order[:0]).tolist() == []


def test_sentences_and_headings_are_found_by_their_numbers():
    index = built()
    for position, document in enumerate(index.documents):
        for sentence, span in enumerate(document.sentences):
            number = index.sentence_number(position, sentence)
            encoded = EMBEDDER.encode_sentences([display_form(document.quote(span))])
            assert np.array_equal(index.sentence_vectors.vectors[number], encoded.vectors[0])
            assert np.array_equal(index.words[number].states, encoded.words[0].states)
        for heading, span in enumerate(document.headings):
            encoded = EMBEDDER.encode_sentences([display_form(document.quote(span))])
            assert np.array_equal(index.words[index.heading_number(position, heading)].states, encoded.words[0].states)


def test_passages_are_found_by_their_sentences():
    index = built()
    for number in range(len(index.sentence_vectors)):
        holding = [
            position for position, (first, last) in enumerate(index.sentences_of_passages) if first <= number <= last
        ]
        assert index.passages_with(np.array([number])).tolist() == holding
    assert index.passages_with(np.arange(len(index.sentence_vectors))).tolist() == [*range(len(index.passages))]
    assert not index.passages_with(np.zeros(0, np.int64)).size


# --- write and load ----------------------------------------------------------------------------------------------


def test_loaded_index_equals_the_written_one(folder):
    index = built()
    write(index, folder)
    assert_equal(load(folder), index)


def test_nothing_but_the_documented_files_remains(folder):
    (folder / "new-left-by-a-crash").mkdir()
    write(built({"c.txt": "Es stürmt."}), folder)
    generation = (folder / "CURRENT").read_text()
    assert {path.name for path in folder.iterdir()} - {".lock"} == {"CURRENT", generation}
    assert {path.name for path in (folder / generation).iterdir()} == {*FILES, "manifest.json"}


def test_folder_without_an_index_is_missing_one(tmp_path):
    with pytest.raises(IndexMissing, match="index"):
        load(tmp_path / "index")
    with writing(tmp_path / "index"):
        pass
    with pytest.raises(IndexMissing):
        load(tmp_path / "index")


def test_index_of_another_model_is_refused_naming_both():
    ensure_fits(built(), "hash-double", 64)
    with pytest.raises(IndexOfAnotherModel, match="hash-double, but other is set"):
        ensure_fits(built(), "other", 64)
    with pytest.raises(IndexOfAnotherModel):
        ensure_fits(built(), "hash-double", 65)


def test_index_of_another_version_is_refused():
    index = built()
    index.manifest = Manifest(**dict(index.manifest) | {"code": "another"})
    with pytest.raises(IndexOfAnotherVersion, match="assistant index"):
        ensure_fits(index, "hash-double", 64)


def test_index_in_another_format_is_one_of_another_version_and_tells_its_documents(folder):
    generation = folder / (folder / "CURRENT").read_text()
    manifest = json.loads((generation / "manifest.json").read_bytes()) | {"format": 1}
    (generation / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    name = hashlib.sha256((generation / "manifest.json").read_bytes()).hexdigest()
    generation.rename(folder / name)
    (folder / "CURRENT").write_text(name)
    with pytest.raises(IndexOfAnotherVersion):
        load(folder)
    assert paths_in(folder) == [document.path for document in built().documents]
    (folder / name / "documents.jsonl").write_bytes(b'{"path": "a"}\nx\n[]\n{}\n')
    assert paths_in(folder) == ["a"]


def test_an_index_that_is_being_written_for_the_first_time_is_missing(tmp_path):
    (tmp_path / "index" / "new-1").mkdir(parents=True)
    with pytest.raises(IndexMissing):
        load(tmp_path / "index")
    assert paths_in(tmp_path / "index") == []


def test_a_writer_that_waits_comes_after_the_one_that_writes(folder):
    waited = threading.Event()

    def second() -> None:
        with writing(folder, waited.set) as write_index:
            write_index(built({"c.txt": "Es stürmt."}))

    with writing(folder) as write_index:
        thread = threading.Thread(target=second)
        thread.start()
        assert waited.wait(10)
        write_index(built())
    thread.join()
    assert [document.name for document in load(folder).documents] == ["c.txt"]


def test_the_same_index_can_be_written_again(folder):
    index = load(folder)
    write(index, folder)
    assert_equal(load(folder), index)


def test_lexical_scores_are_the_same_after_loading(tmp_path):
    texts = {
        "vertrag.txt": "Die Kündigungsfrist beträgt dreißig Tage. Sie begann am 3. Oktober 2024.",
        "preis.txt": "In München kostet das Straßenbahnticket 1.234,50 Euro. Der US-Außenminister zahlte bar.",
        "wal.txt": "Der Wal singt im Meer.",
    }
    index = built(texts)
    write(index, tmp_path / "index")
    loaded = load(tmp_path / "index")
    for question, source in {
        "Welche Frist gilt?": "vertrag.txt",
        "Was ist 30-tägig?": "vertrag.txt",
        "Was geschah am 03.10.2024?": "vertrag.txt",
        "Was kostet 1234,5 €?": "preis.txt",
        "Wie kommt man nach Muenchen?": "preis.txt",
        "Welcher Minister?": "preis.txt",
    }.items():
        scores = index.lexical.shares(terms(question))
        assert np.array_equal(loaded.lexical.shares(terms(question)), scores)
        sources = [index.documents[passage.document].name for passage in index.passages]
        assert {name for name, score in zip(sources, scores, strict=True) if score > 0} == {source}
        shares = [not set(terms(question)).isdisjoint(of_passage) for of_passage in map(terms, passage_texts(index))]
        assert [score > 0 for score in scores] == shares
    assert not loaded.lexical.shares(terms("Quarzuhr")).any()


# --- damage ------------------------------------------------------------------------------------------------------


@given(st.sampled_from(EVERY_FILE), st.floats(0, 1), st.integers(1, 255))
def test_flipped_bits_anywhere_are_seen(lasting_folder, name, place, bits):
    file = file_in(lasting_folder, name)
    damaged = bytearray(file.read_bytes())
    damaged[int(place * (len(damaged) - 1))] ^= bits
    with content(file, bytes(damaged)), pytest.raises(IndexDamaged):
        load(lasting_folder)


@pytest.mark.parametrize("name", EVERY_FILE)
def test_first_last_and_middle_byte_are_guarded_in_every_file(lasting_folder, name):
    file = file_in(lasting_folder, name)
    sound = file.read_bytes()
    for place in (0, 1, len(sound) // 2, len(sound) - 2, len(sound) - 1):
        damaged = bytearray(sound)
        damaged[place] ^= 1
        with content(file, bytes(damaged)), pytest.raises(IndexDamaged):
            load(lasting_folder)


@pytest.mark.parametrize("name", EVERY_FILE)
def test_truncated_emptied_and_extended_files_are_seen_and_named(lasting_folder, name):
    file = file_in(lasting_folder, name)
    sound = file.read_bytes()
    for damaged in (b"", sound[:-1], sound[: len(sound) // 2], sound + b"x"):
        with content(file, damaged), pytest.raises(IndexDamaged):
            load(lasting_folder)


@pytest.mark.parametrize("name", EVERY_FILE)
def test_deleted_file_is_seen_and_named(folder, name):
    file_in(folder, name).unlink()
    with pytest.raises(IndexDamaged, match=name):
        load(folder)


def test_deleted_generation_is_seen_and_another_name_does_not_pass(folder):
    generation = folder / (folder / "CURRENT").read_text()
    generation.rename(folder / "other")
    with pytest.raises(IndexDamaged):
        load(folder)
    for name in ("other", "", "..", "\0", "0" * 64):
        (folder / "CURRENT").write_text(name)
        with pytest.raises(IndexDamaged), writing(folder):
            load(folder)
        assert paths_in(folder) == [document.path for document in built().documents]
    (folder / "other").rename(folder / ("0" * 64))
    with pytest.raises(IndexDamaged, match=r"manifest\.json"):
        load(folder)
    shutil.rmtree(folder / ("0" * 64))
    with pytest.raises(IndexDamaged):
        load(folder)


def test_damaged_index_is_mended_by_writing_anew(folder):
    file_in(folder, "terms.npy").write_bytes(b"")
    write(built({"c.txt": "Es stürmt."}), folder)
    assert [document.name for document in load(folder).documents] == ["c.txt"]


# --- writers -------------------------------------------------------------------------------------------------------


FULL_DISK = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(("owner", "step"), [(np, "save"), (os, "fsync"), (os, "rename"), (os, "replace")])
def test_failed_write_leaves_the_old_index_in_use(folder, monkeypatch, owner, step):
    before = load(folder)
    with monkeypatch.context() as patch, pytest.raises(IndexNotWritable, match="no space left"):
        patch.setattr(owner, step, Mock(side_effect=FULL_DISK))
        write(built({"c.txt": "Es stürmt."}), folder)
    assert_equal(load(folder), before)
    assert not list(folder.glob("new-*"))
    write(built({"c.txt": "Es stürmt."}), folder)
    assert [document.name for document in load(folder).documents] == ["c.txt"]
    assert sum(path.is_dir() for path in folder.iterdir()) == 1


def test_interrupted_write_leaves_the_old_index_in_use(folder, monkeypatch):
    before = load(folder)
    monkeypatch.setattr(np, "save", Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write(built({"c.txt": "Es stürmt."}), folder)
    assert_equal(load(folder), before)
    assert not list(folder.glob("new-*"))


def test_second_writer_is_told_that_the_index_is_busy(folder):
    with writing(folder):
        with pytest.raises(IndexBusy), writing(folder):
            pass
        load(folder)  # readers are not kept out
    write(built(), folder)


def test_error_of_something_else_is_not_said_to_be_one_of_writing(folder):
    with pytest.raises(ConnectionError), writing(folder):
        raise ConnectionError("the model could not be fetched")


def test_folder_that_cannot_be_made_is_not_writable(tmp_path):
    (tmp_path / "index").write_bytes(b"")
    with pytest.raises(IndexNotAFolder):
        write(built(), tmp_path / "index")
    with pytest.raises(IndexNotAFolder):
        load(tmp_path / "index")


def test_a_folder_where_the_pointer_should_be_is_damage_that_writing_mends(folder):
    (folder / "CURRENT").unlink()
    (folder / "CURRENT").mkdir()
    with pytest.raises(IndexDamaged):
        load(folder)
    write(built(), folder)
    assert_equal(load(folder), built())


# --- calibration -------------------------------------------------------------------------------------------------

CALIBRATED = Calibration(
    thresholds=(Threshold(risk=0.05, confidence=0.8), Threshold(risk=0.1, confidence=0.5)),
    questions=120,
    fitted_on={"frägen.jsonl": "0" * 64},
    made_with={"code": "abc", "hits": "8"},
    written="2025-01-31T12:00:00+00:00",
)


def test_a_calibration_is_kept_through_a_new_index_until_it_is_forgotten(folder):
    assert load_calibration(folder) is None
    save_calibration(CALIBRATED.model_copy(update={"questions": 30}), folder)
    save_calibration(CALIBRATED, folder)
    write(built({"c.txt": "Ein anderer Text."}), folder)
    assert load_calibration(folder) == CALIBRATED
    assert load(folder).documents[0].name == "c.txt"
    assert forget_calibration(folder)
    assert load_calibration(folder) is None
    assert not forget_calibration(folder)


@given(st.data())
def test_any_flipped_bit_of_a_calibration_is_noticed(lasting_folder, data):
    save_calibration(CALIBRATED, lasting_folder)
    file = lasting_folder / CALIBRATION
    damaged = bytearray(file.read_bytes())
    damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with content(file, bytes(damaged)), pytest.raises(CalibrationDamaged, match=CALIBRATION):
        load_calibration(lasting_folder)


@pytest.mark.parametrize("damaged", [b"", b"null", b"[]", b"{}", b'{"sha256": 1}', b"\xff", b"[" * 200_000])
def test_what_is_no_calibration_is_damage(folder, damaged):
    (folder / CALIBRATION).write_bytes(damaged)
    with pytest.raises(CalibrationDamaged):
        load_calibration(folder)


def test_a_calibration_takes_the_place_of_a_folder(folder):
    (folder / CALIBRATION / "x").mkdir(parents=True)
    with pytest.raises(CalibrationDamaged):
        load_calibration(folder)
    save_calibration(CALIBRATED, folder)
    assert load_calibration(folder) == CALIBRATED


def test_a_calibration_waits_for_nobody_and_a_failed_write_keeps_the_old_one(folder, monkeypatch):
    save_calibration(CALIBRATED, folder)
    other = CALIBRATED.model_copy(update={"questions": 30})
    with writing(folder), pytest.raises(IndexBusy):
        save_calibration(other, folder)
    with writing(folder), pytest.raises(IndexBusy):
        forget_calibration(folder)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", Mock(side_effect=OSError(errno.ENOSPC, "full")))
        with pytest.raises(IndexNotWritable):
            save_calibration(other, folder)
    assert load_calibration(folder) == CALIBRATED


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("name", ["CURRENT", "CURRENT.new", CALIBRATION, LOOKS, f"{LOOKS}.new", "documents.jsonl"])
def test_a_pipe_where_a_file_belongs_is_damage_that_hangs_nobody(folder, name):
    """Whoever opens a pipe that nobody else has open waits without end."""
    file = next(folder.rglob(name), folder / name)
    file.unlink(missing_ok=True)
    os.mkfifo(file)
    if name in ("CURRENT", "documents.jsonl"):
        with pytest.raises(IndexDamaged, match=name):
            load(folder)
    if name == CALIBRATION:
        with pytest.raises(CalibrationDamaged):
            load_calibration(folder)
    assert load_looks(folder).files == {}
    write(built(), folder)
    with writing(folder):
        save_looks(Looks(1.0, {}), folder)
    save_calibration(CALIBRATED, folder)
    assert_equal(load(folder), built())
    assert (load_calibration(folder), load_looks(folder).at) == (CALIBRATED, 1.0)


@pytest.mark.parametrize("make", [Path.mkdir, getattr(os, "mkfifo", Path.mkdir)])
def test_a_lock_that_is_no_file_is_named(folder, make):
    (folder / ".lock").unlink()
    make(folder / ".lock")
    with pytest.raises(IndexLockNoFile, match=r"\.lock is no regular file.*delete"):
        write(built(), folder)
