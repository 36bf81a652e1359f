"""Whatever happens to a writer or to the files: each question gets the answer of the old or the new index, or an error
that names the one command that mends it.

The processes are real, and killed by SIGKILL; most have a double for the model, so that there can be many.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from assistant import pipeline, store
from assistant.errors import IndexMissing, StoredIndexError
from assistant.indexing import update_index
from assistant.notes import CALIBRATION, LOOKS, forget_calibration, load_calibration, save_calibration
from assistant.risk import Calibration, Threshold
from assistant.settings import load_settings
from tests.conftest import ROOT
from tests.crashing import answers, put, update

OLD = {
    "a.txt": "Wale\n\nDer Wal singt im Meer. Er taucht tief.",
    "b.txt": "Es hagelt am Montag in Bonn.",
    "c.txt": "Weg.",
}
NEW = {
    "a.txt": "Wale\n\nDer Wal singt im Golf. Er taucht tief.",
    "b.txt": "Es hagelt am Dienstag in Bonn.",
    "d.txt": "Da.",
}
CHANCE = random.Random(7)  # the same moments each time
CALIBRATED = Calibration(
    thresholds=(Threshold(risk=0.05, confidence=0.8),),
    questions=120,
    fitted_on={"fragen.jsonl": "0" * 64},
    made_with={"code": "abc"},
    written="2025-01-31T12:00:00+00:00",
)

Ordered = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def ordered() -> Iterator[Ordered]:
    """Has children of another process do something, at once; what became of each."""
    command = [sys.executable, "-m", "tests.crashing"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:

        def order(*orders: dict[str, Any]) -> list[dict[str, Any]]:
            process.stdin.write(json.dumps(orders) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield order
        process.stdin.close()


def fill(home: Path, documents: dict[str, str]) -> None:
    """Make these the documents of a home folder."""
    shutil.rmtree(home / "corpus", ignore_errors=True)
    (home / "corpus").mkdir()
    for name, text in documents.items():
        put(home, name, text)


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory, where there is one: hundreds of indexes need not reach the disk."""
    shared = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=shared)) if shared.is_dir() else tmp_path_factory.mktemp("crashes")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def states(memory: Path) -> dict[str, Path]:
    """Home folders with the old index, with the new one, and with none; in all, new documents lie in the corpus."""
    homes = {name: memory / name for name in ("old", "new", "none")}
    for home in homes.values():
        home.mkdir()
    fill(homes["old"], OLD)
    update(homes["old"])
    for home in homes.values():
        fill(home, NEW)
    update(homes["new"])
    assert said(homes["old"]) != said(homes["new"])
    return homes


@cache
def said(home: Path) -> str:
    """The answers of an index that nothing happens to."""
    return answers(home)


@pytest.fixture
def home_of(states, memory) -> Callable[[str], Path]:
    """A copy of one of these, each time a fresh one."""
    return lambda state: Path(shutil.copytree(states[state], tempfile.mkdtemp(dir=memory), dirs_exist_ok=True))


def state_of(home: Path, states: dict[str, Path]) -> str:
    """Which of the states the answers are those of; an error names the command that mends it."""
    try:
        found = answers(home)
    except StoredIndexError as error:
        assert "assistant index" in error.message("en")
        return "none" if isinstance(error, IndexMissing) else "damaged"
    return next(state for state in ("old", "new") if said(states[state]) == found)


def assert_mended(home: Path, states: dict[str, Path]) -> None:
    """The command that mends all gives the new index, and nothing is left of any crash."""
    update(home)
    assert answers(home) == said(states["new"])
    generation = store.generation_in_use(home / "index")
    left = {path.name for path in (home / "index").iterdir()} - {"CURRENT", ".lock", LOOKS, CALIBRATION, generation}
    assert not left


# --- killed ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["old", "none"])
def test_killed_before_any_of_its_changes_to_files(ordered, home_of, states, before):
    """17 of build, and 17 of update: a writer killed just before it makes, renames or removes something."""
    (whole,) = ordered({"role": "updating", "home": str(home_of(before))})
    assert whole["changes"] > 17
    found = []
    for number in sorted(CHANCE.sample(range(1, whole["changes"] + 1), 17)):
        home = home_of(before)
        (killed,) = ordered({"role": "updating", "home": str(home), "kill_at": number})
        assert killed == {"killed_by": 9}
        found.append(state_of(home, states))
        assert_mended(home, states)
    assert set(found) <= {before, "new"}
    assert before in found
    assert "new" in found or before == "none"  # behind the step that puts a first index in place, there is no other
    assert found == sorted(found, key=[before, "new"].index)


@pytest.mark.parametrize("before", ["old", "none"])
def test_killed_at_any_time(ordered, home_of, states, before):
    """5 of build, and 5 of update."""
    (whole,) = ordered({"role": "updating", "home": str(home_of(before))})
    for _ in range(5):
        home = home_of(before)
        ordered({"role": "updating", "home": str(home), "kill_after": CHANCE.uniform(0, 1.2 * whole["seconds"])})
        assert state_of(home, states) in (before, "new")
        assert_mended(home, states)


@pytest.mark.parametrize("before", ["old", "none"])
def test_the_command_line_killed_with_the_real_model(home_of, packaged_embedder, before):
    """3 of build, and 3 of update."""
    command = [sys.executable, "-m", "assistant", "index", "--home"]

    def real_update(home: Path) -> None:
        update_index(home, (), packaged_embedder.name, lambda: packaged_embedder, 800)

    def texts(home: Path) -> dict[str, str]:
        return {document.name: document.text for document in store.load(home / "index").documents}

    home = home_of("none")
    if before == "old":
        fill(home, OLD)
        real_update(home)
        fill(home, NEW)
    started = time.monotonic()
    for killed_at in (None, *(CHANCE.uniform(0.4, 1) for _ in range(3))):
        copy = shutil.copytree(home, home.with_name(f"{before}-{killed_at}"))
        with subprocess.Popen([*command, str(copy)], stderr=subprocess.PIPE, cwd=ROOT) as process:
            if killed_at is None:
                process.wait()
                seconds = time.monotonic() - started
            else:
                time.sleep(killed_at * seconds)
                process.kill()
        try:
            assert texts(copy) in (NEW, OLD)
        except IndexMissing:
            assert before == "none"
        real_update(copy)
        assert texts(copy) == NEW
        assistant = pipeline.Assistant(store.load(copy / "index"), packaged_embedder, load_settings(home=copy, read=0))
        assert assistant.ask("Wo singt der Wal?").hits


# --- the disk is full ------------------------------------------------------------------------------------------------


def assert_told_and_unharmed(told: dict[str, Any], home: Path, states: dict[str, Path], before: str) -> None:
    assert told.get("error") == "IndexNotWritable", told
    assert state_of(home, states) == before
    assert not list((home / "index").glob(f"{store.STAGING}*"))
    assert_mended(home, states)


@pytest.mark.parametrize("before", ["old", "none"])
def test_disk_full_from_any_change_on(ordered, home_of, states, before):
    (whole,) = ordered({"role": "updating", "home": str(home_of(before))})
    failed = 0
    for number in range(1, whole["changes"] + 1):
        home = home_of(before)
        (told,) = ordered({"role": "updating", "home": str(home), "full_from": number})
        if "error" not in told:
            break  # from here on it only removes
        assert_told_and_unharmed(told, home, states, before)
        failed += 1
    assert failed > 12
    assert state_of(home, states) == "new"


@pytest.mark.parametrize("share", [0, 0.03, 0.1, 0.5, 0.99])
def test_files_that_may_not_grow(ordered, home_of, states, share):
    """What the system does not let grow, and not what a test says that it does not."""
    home, largest = home_of("old"), max(file.stat().st_size for file in (states["new"] / "index").rglob("*"))
    (told,) = ordered({"role": "updating", "home": str(home), "largest_file": int(share * largest)})
    assert_told_and_unharmed(told, home, states, "old")


@pytest.mark.parametrize("room", [8, 16, 24, 32])
def test_a_disk_that_is_really_full(ordered, home_of, states, tmp_path, room):
    home, disk = home_of("old"), tmp_path / "disk"
    disk.mkdir()
    size = sum(file.stat().st_size // 4096 * 4 + 4 for file in (home / "index").rglob("*"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size + room}k", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk, and not everywhere")
    try:
        shutil.copytree(home / "index", disk, dirs_exist_ok=True)
        shutil.rmtree(home / "index")
        (home / "index").symlink_to(disk)
        (told,) = ordered({"role": "updating", "home": str(home)})
        assert told.get("error") == "IndexNotWritable", told
        assert state_of(home, states) == "old"
        subprocess.run(["mount", "-o", "remount,size=9m", str(disk)], check=True)
        assert_mended(home, states)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


# --- damage ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at_once", [1 << 24, 64])
def test_flipped_bytes_in_every_file(home_of, states, monkeypatch, at_once):
    """Also where files are checked block by block as they are read."""
    monkeypatch.setattr("assistant.columns.AT_ONCE", at_once)
    monkeypatch.setattr("assistant.columns.BLOCK", at_once)
    home = home_of("none")
    update(home)
    save_calibration(CALIBRATED, home / "index")
    sound = shutil.copytree(home / "index", home / "sound")
    files = sorted(path.relative_to(sound) for path in sound.rglob("*") if path.is_file())
    assert {file.name for file in files} >= {"CURRENT", ".lock", LOOKS, CALIBRATION, "manifest.json"}
    assert len(files) > 10
    for file in files:
        content = (sound / file).read_bytes()
        places = {0, len(content) // 3, len(content) - 1} if content else set()
        for place in places:
            damaged = bytearray(content)
            damaged[place] ^= content[place] if file.name == "CURRENT" else CHANCE.randrange(1, 256)
            (home / "index" / file).write_bytes(damaged)
            if file.name == CALIBRATION:
                with pytest.raises(StoredIndexError, match="assistant calibrate --reset"):
                    load_calibration(home / "index")
                forget_calibration(home / "index")
            is_beside = file.name in (LOOKS, CALIBRATION) or at_once < 1 << 24  # or in a block that no answer needs
            assert state_of(home, states) in ("damaged", "new" if is_beside else "damaged"), (file, place)
            assert_mended(home, states)
            shutil.rmtree(home / "index")
            shutil.copytree(sound, home / "index")


# --- many at once ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["old", "none"])
def test_two_builders_and_ten_readers_at_once(ordered, memory, before):
    texts = [OLD["a.txt"], NEW["a.txt"]]
    home, allowed = memory / f"many-{before}", set()
    home.mkdir()
    for text in texts:
        fill(home, {"a.txt": text, "b.txt": OLD["b.txt"]})
        update(home)
        allowed.add(answers(home))
    assert len(allowed) == 2
    if before == "none":
        shutil.rmtree(home / "index")
        allowed.add("IndexMissing")
    builder = {"role": "building", "home": str(home), "updates": 6, "name": "a.txt", "texts": texts}
    told = ordered(*[builder] * 2, *[{"role": "reading", "home": str(home), "builders": 2}] * 10)
    assert told[:2] == [{}, {}]
    assert all(one["times"] > 1 for one in told[2:])
    assert {answer for one in told[2:] for answer in one["answers"]} <= allowed
    assert {answer for one in told[2:] for answer in one["answers"]} >= allowed - {"IndexMissing"}
