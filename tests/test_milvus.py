"""An index in Milvus: it finds what files find, and what is not this index, or not there, is said in one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant import milvus, store
from assistant.columns import Texts
from assistant.embedding.words import unit
from assistant.errors import MilvusUnfit, MilvusUnreachable, MilvusUnset
from assistant.generation import SEARCHED
from assistant.german import terms
from assistant.index import Index
from assistant.lexical import LexicalIndex
from assistant.pipeline import open_assistant
from assistant.settings import load_settings
from assistant.vectors import VectorIndex
from tests.test_index import EMBEDDER, TEXTS, assert_equal, built, write

PASSAGES, SENTENCES, DIMENSION = 1500, 2500, 32


def write_to(uri: Path, index: Index, folder: Path) -> None:
    with store.writing(folder, milvus_uri=str(uri)) as write_index:
        write_index(index)


def collections(uri: Path) -> list[str]:
    from pymilvus import MilvusClient

    return MilvusClient(uri=str(uri)).list_collections()


@pytest.fixture
def uri(tmp_path) -> Path:
    return tmp_path / "milvus.db"


@pytest.fixture
def folder(tmp_path, uri) -> Path:
    """An index folder whose vectors lie in Milvus."""
    write_to(uri, built(), tmp_path / "index")
    return tmp_path / "index"


def test_what_is_loaded_is_what_was_written_and_files_hold_no_vectors(folder):
    index = built()
    loaded = store.load(folder)
    for question in ("Singt der Wal?", "Waffenruhe in Bonn", "Quarzuhr"):
        query, asked = EMBEDDER.encode_query(question).vector, terms(question)
        for ours, theirs in (
            (index.passage_vectors, loaded.passage_vectors),
            (index.sentence_vectors, loaded.sentence_vectors),
        ):
            assert np.array_equal(ours.vectors, theirs.vectors)
            assert np.array_equal(ours.take(theirs.nearest(query, 3)), ours.take(ours.nearest(query, 3)))
        ours, theirs = (one.lexical.search(asked, 9) for one in (index, loaded))
        everything = np.arange(len(index.passages))
        assert theirs.shares(everything) == pytest.approx(ours.shares(everything), abs=1e-6)
        assert sorted(theirs.best) == sorted(ours.best)
    assert loaded.says("Dackel")
    assert not loaded.says("Quarzuhr")
    assert [*loaded.documents] == [*index.documents]
    assert not {file.name for file in folder.rglob("*")} & {*SEARCHED}


def test_files_can_be_made_of_it_again_and_its_collection_goes(folder, uri):
    index = store.load(folder)
    assert len(collections(uri)) == 1
    write(index, folder)
    assert_equal(store.load(folder), built())
    assert not collections(uri)


def test_a_new_index_has_a_new_collection_and_the_old_one_goes(folder, uri):
    before = collections(uri)
    write_to(uri, built({"c.txt": "Es stürmt."}), folder)
    assert len(collections(uri)) == 1
    assert collections(uri) != before
    assert [document.name for document in store.load(folder).documents] == ["c.txt"]


def test_an_interrupted_write_leaves_the_old_index_and_no_other_collection(folder, uri, monkeypatch):
    before = collections(uri)
    monkeypatch.setattr(milvus.Collection, "flush", lambda _: (_ for _ in ()).throw(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        write_to(uri, built({"c.txt": "Es stürmt."}), folder)
    assert collections(uri) == before
    assert [document.name for document in store.load(folder).documents] == [*TEXTS]


def test_a_collection_that_is_gone_or_has_lost_rows_is_not_this_index(folder, uri):
    from pymilvus import MilvusClient

    client, [name] = MilvusClient(uri=str(uri)), collections(uri)
    client.delete(name, ids=["0-0"])
    with pytest.raises(MilvusUnfit, match="assistant index"):
        store.load(folder)
    client.drop_collection(name)
    with pytest.raises(MilvusUnfit):
        store.load(folder)


def test_a_collection_of_another_dimension_is_not_this_index(folder):
    manifest = store.load(folder).manifest
    address = milvus.Address(manifest.milvus_uri, manifest.collection)
    with pytest.raises(MilvusUnfit):
        milvus.Collection(address, manifest.dimension + 1, (manifest.passages, manifest.sentences))


def test_a_server_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(milvus, "TIMEOUT", 1.0)
    with (
        pytest.raises(MilvusUnreachable, match=r"127\.0\.0\.1:9"),
        store.writing(tmp_path / "index", milvus_uri="http://127.0.0.1:9") as write_index,
    ):
        write_index(built())
    assert not [path for path in (tmp_path / "index").iterdir() if path.name != ".lock"]


def run(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`assistant` in a process of its own."""
    command = [sys.executable, "-m", "assistant", *arguments, "--home", str(home)]
    variables = os.environ | {"ASSISTANT_LANGUAGE": "en", "ASSISTANT_STORE": "milvus"} | environment
    return subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8", env=variables)


def test_another_process_asks_and_what_is_broken_is_left_behind(tmp_path, uri):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("Die Waffenruhe wurde in Bonn vereinbart.", encoding="utf-8")
    there, question = {"ASSISTANT_MILVUS_URI": str(uri)}, "Wo wurde die Waffenruhe vereinbart?"
    assert run(tmp_path, "index", **there).returncode == 0
    asked = run(tmp_path, "ask", question, **there)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "in Bonn" in asked.stdout
    for elsewhere in ("http://127.0.0.1:9", str(tmp_path / "nix" / "milvus.db")):
        refused = run(tmp_path, "index", ASSISTANT_MILVUS_URI=elsewhere)
        assert (refused.returncode, refused.stderr.strip().count("\n")) == (1, 0)
        assert refused.stderr.strip().startswith(f"Milvus does not answer: {elsewhere} (")
    uri.rename(tmp_path / "gone.db")
    uri.write_text("broken", encoding="utf-8")
    broken = run(tmp_path, "ask", question, **there)
    assert (broken.returncode, broken.stderr.strip().count("\n")) == (1, 0)
    assert broken.stderr.rstrip().endswith("assistant index")
    assert run(tmp_path, "index", ASSISTANT_STORE="files").returncode == 0
    assert "in Bonn" in run(tmp_path, "ask", question, ASSISTANT_STORE="files").stdout


def test_milvus_without_an_address_is_told(tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("Es regnet.", encoding="utf-8")
    with pytest.raises(MilvusUnset, match="milvus_uri"):
        open_assistant(load_settings(home=tmp_path, store="milvus"))


def test_both_stores_find_the_same_among_many(uri):
    random = np.random.default_rng(0)
    vectors = [unit(random.standard_normal((count, DIMENSION)).astype(np.float32)) for count in (PASSAGES, SENTENCES)]
    words = [f"wort{number}" for number in range(200)]
    lexical = LexicalIndex.from_terms([[words[one] for one in random.integers(200, size=20)] for _ in range(PASSAGES)])
    ours = (*map(VectorIndex.from_vectors, vectors), lexical)
    address = milvus.write(str(uri), *ours, DIMENSION)
    theirs = milvus.opened(address, DIMENSION, (PASSAGES, SENTENCES), *lexical.head)
    allowed = np.flatnonzero(random.random(PASSAGES) < 0.3)
    shared = []
    for query in unit(random.standard_normal((30, DIMENSION)).astype(np.float32)):
        asked = [words[one] for one in random.integers(200, size=5)]
        for kind in (0, 1):
            shared.append({*ours[kind].nearest(query, 10)} & {*theirs[kind].nearest(query, 10)})
        shared.append({*ours[0].nearest(query, 10, allowed)} & {*theirs[0].nearest(query, 10, allowed)})
        found = [one[2].search(asked, 10, allowed) for one in (ours, theirs)]
        best = [one.shares(one.best) for one in (found[0], found[1])]
        assert best[1] == pytest.approx(best[0], abs=1e-6)  # of equal ones, either may come first
        assert {*found[1].best} <= {*allowed}
    assert np.mean([len(one) for one in shared]) >= 9.9


def test_texts_that_no_passage_has_find_nothing(uri):
    lexical = LexicalIndex.from_terms([["wal"], []])
    vectors = VectorIndex.from_vectors(np.eye(2, DIMENSION, dtype=np.float32))
    address = milvus.write(str(uri), vectors, vectors, lexical, DIMENSION)
    _, _, found = milvus.opened(address, DIMENSION, (2, 2), *lexical.head)
    assert isinstance(found.head[0], Texts)
    assert found.search(["wal"], 5).best.tolist() == [0]
    assert not found.search(["dackel"], 5).best.size
    assert found.search(["dackel"], 5).shares(np.arange(2)).tolist() == [0.0, 0.0]
