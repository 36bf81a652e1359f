"""What is made of the weights: once, whole or not at all, by whichever process is first."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ModelDamaged, ModelNotWritable
from assistant.packaged.cache import HASHES, made_once
from assistant.packaged.weights import WEIGHTS_SHA256

CONTENT = {"model.onnx": b"graph", "deeper/table.npy": bytes(range(200)), "empty": b""}


class Maker:
    """Writes CONTENT, and counts how often."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, folder: Path) -> None:
        assert not [*folder.iterdir()]
        self.count += 1
        for name, content in CONTENT.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)


def content_of(folder: Path) -> dict[str, bytes]:
    """Bytes of each file but the hashes."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != HASHES]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def names_beside(folder: Path) -> set[str]:
    return {path.name for path in folder.parent.iterdir()} - {folder.name, f"{folder.name}.lock"}


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """An empty cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "quellentreu"


@pytest.fixture(scope="module")
def lasting_cache(tmp_path_factory):
    """One for tests that repair what they damage."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield made_once("test", Maker())


def assert_remade_once(folder: Path) -> None:
    make = Maker()
    assert made_once("test", make) == made_once("test", make) == folder
    assert make.count == 1
    assert folder.is_dir() and not folder.is_symlink()
    assert content_of(folder) == CONTENT
    assert not names_beside(folder)


# --- once --------------------------------------------------------------------------------------------------------


def test_it_is_made_once_and_named_after_the_weights_and_its_kind(cache):
    assert_remade_once(cache / f"e5-small-{WEIGHTS_SHA256[:12]}-test")


def test_kinds_lie_beside_each_other(cache):
    one, other = Maker(), Maker()
    for _ in range(2):
        assert made_once("one", one) != made_once("other", other)
    assert (one.count, other.count) == (1, 1)


def test_what_is_whole_needs_no_writing(cache):
    folder = made_once("test", Maker())
    (cache / f"{folder.name}.lock").unlink()
    make = Maker()
    made_once("test", make)
    assert not make.count
    assert [path.name for path in cache.iterdir()] == [folder.name]


# --- damage ------------------------------------------------------------------------------------------------------


@given(st.sampled_from(["model.onnx", "deeper/table.npy", HASHES]), st.floats(0, 1), st.integers(1, 255))
def test_it_is_made_again_when_any_byte_differs(lasting_cache, name, place, bits):
    file = lasting_cache / name
    damaged = bytearray(file.read_bytes())
    at = int(place * (len(damaged) - 1))
    damaged[at] ^= bits if not chr(damaged[at]).isspace() else 0x7F  # a space in JSON may be another one
    file.write_bytes(damaged)
    assert_remade_once(lasting_cache)


@given(st.sampled_from(["model.onnx", "deeper/table.npy", HASHES]), st.floats(0, 1, exclude_max=True))
def test_it_is_made_again_when_a_file_is_cut(lasting_cache, name, share):
    file = lasting_cache / name
    content = file.read_bytes()
    file.write_bytes(content[: int(share * len(content))])
    assert_remade_once(lasting_cache)


@pytest.mark.parametrize("name", [*CONTENT, "deeper", HASHES])
def test_it_is_made_again_when_a_file_is_missing_or_a_folder(lasting_cache, name):
    (lasting_cache / name).rename(lasting_cache / "elsewhere")
    assert_remade_once(lasting_cache)
    (lasting_cache / name).rename(lasting_cache / "elsewhere")
    (lasting_cache / name).mkdir()
    assert_remade_once(lasting_cache)


@pytest.mark.parametrize(
    "content", [b"{}", b"[1]", b"1", b"null", b'{"model.onnx": 1}', b'{"model.onnx": null}', b"\xff"]
)
def test_it_is_made_again_when_the_hashes_are_none(lasting_cache, content):
    (lasting_cache / HASHES).write_bytes(content)
    assert_remade_once(lasting_cache)


def test_a_file_or_a_link_in_its_place_is_replaced_and_its_target_kept(cache, tmp_path):
    folder = made_once("test", Maker())
    target = tmp_path / "target"
    target.mkdir()
    (target / "kept.txt").touch()
    for put in (
        lambda: folder.write_bytes(b"a file"),
        lambda: folder.symlink_to(target),
        lambda: folder.symlink_to(tmp_path / "nowhere"),
    ):
        folder.rename(tmp_path / "away")
        put()
        assert_remade_once(folder)
        subprocess.run(["rm", "-r", str(tmp_path / "away")], check=True)
    assert [path.name for path in target.iterdir()] == ["kept.txt"]


# --- failure -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("raised", "expected"), [(ModelDamaged, ModelDamaged), (KeyboardInterrupt, KeyboardInterrupt)])
def test_nothing_half_made_is_left_when_making_fails(cache, raised, expected):
    def fail(folder: Path) -> None:
        Maker()(folder)
        raise raised

    for _ in range(2):
        with pytest.raises(expected):
            made_once("test", fail)
        assert {path.suffix for path in cache.iterdir()} <= {".lock"}
    assert_remade_once(cache / f"e5-small-{WEIGHTS_SHA256[:12]}-test")


def test_what_was_there_stays_when_making_it_again_fails(cache):
    folder = made_once("test", Maker())
    (folder / "empty").unlink()

    def fail(_: Path) -> None:
        raise ModelDamaged

    with pytest.raises(ModelDamaged):
        made_once("test", fail)
    assert set(content_of(folder)) == {*CONTENT} - {"empty"}
    assert not names_beside(folder)


def test_a_cache_that_cannot_be_written_is_named_with_the_remedy(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    make = Maker()
    with pytest.raises(ModelNotWritable, match=r"file/quellentreu/e5-small-\w+-test .*no folder.*XDG_CACHE_HOME"):
        made_once("test", make)
    assert not make.count


def test_a_full_disk_is_named_too(cache):
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError(28, "No space left on device")

    with pytest.raises(ModelNotWritable, match="no space left"):
        made_once("test", fail)
    assert {path.suffix for path in cache.iterdir()} <= {".lock"}


def test_folders_left_behind_are_removed_and_those_of_other_kinds_are_not(cache):
    folder = f"e5-small-{WEIGHTS_SHA256[:12]}-test"
    for name in (f"{folder}-new-abc", f"{folder}2-new-abc", f"{folder}2"):
        (cache / name / "deeper").mkdir(parents=True)
    made_once("test", Maker())
    assert names_beside(cache / folder) == {f"{folder}2-new-abc", f"{folder}2"}


# --- processes ---------------------------------------------------------------------------------------------------

STOPPED = """
import time
from assistant.packaged.cache import HASHES, made_once

def make(folder):
    (folder / "model.onnx").write_bytes(b"half")
    (folder / "deeper").mkdir()
    print("half", flush=True)
    time.sleep(60)

made_once("test", make)
"""
OPENED = """
import json, sys
from assistant.embedding.engine import PackagedEmbedder

told = []
print("ready", flush=True)
sys.stdin.readline()
embedder = PackagedEmbedder(lambda done, total: told.append([done, total]))
print(json.dumps([told, embedder.encode_query("Wer singt im Meer?").vector.tolist()]))
"""


def process(script: str, cache_home: Path) -> subprocess.Popen[str]:
    """Another python that runs `script` with this cache."""
    environment = os.environ | {"XDG_CACHE_HOME": str(cache_home)}
    return subprocess.Popen(
        [sys.executable, "-c", script],
        env=environment,
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_what_a_killed_process_was_making_is_not_taken_for_whole(cache, tmp_path):
    with process(STOPPED, tmp_path) as stopped:
        assert stopped.stdout.readline() == "half\n"
        stopped.send_signal(signal.SIGKILL)
    folder = cache / f"e5-small-{WEIGHTS_SHA256[:12]}-test"
    assert not folder.exists()
    assert len(names_beside(folder)) == 1
    assert_remade_once(folder)


def test_two_processes_make_the_model_once_and_get_the_same_vectors(packaged_embedder, tmp_path):
    with process(OPENED, tmp_path) as one, process(OPENED, tmp_path) as other:
        for running in (one, other):
            assert running.stdout.readline() == "ready\n"
        for running in (one, other):
            print("go", file=running.stdin, flush=True)
        outcomes = [json.loads(running.stdout.read()) for running in (one, other)]
    expected = packaged_embedder.encode_query("Wer singt im Meer?").vector.tolist()
    assert [vector for _, vector in outcomes] == [expected, expected]
    assert sorted(told for told, _ in outcomes) == [[], [[layer + 1, 12] for layer in range(12)]]
    (folder,) = (path for path in (tmp_path / "quellentreu").iterdir() if path.suffix != ".lock")
    assert {path.name for path in folder.iterdir()} == {"model.onnx", "pieces.npy", "piece_ids.npy", HASHES}
