"""An index that is watched, and those who answer from it while it changes."""

import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant import Assistant, load_settings, store, watching
from assistant.errors import IndexDamaged, IndexMissing, IndexOfAnotherModel
from assistant.index_in_use import InUse
from assistant.indexing import update_index
from assistant.watching import looks_of, wait_for_change
from tests.conftest import ROOT
from tests.doubles import HashEmbedder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    put(tmp_path, "Der Wal singt im Meer.")
    return tmp_path


def put(home: Path, text: str, name: str = "a.txt") -> Path:
    file = home / "corpus" / name
    file.write_text(text, encoding="utf-8")
    return file


def update(home: Path) -> None:
    update_index(home, (), HashEmbedder.name, HashEmbedder, 40)


# --- when files have changed -----------------------------------------------------------------------------------------


class Clock:
    """Counts waits, and does something after some of them."""

    def __init__(self, **after: Callable[[], object]) -> None:
        self.waits = 0
        self._after = {int(name.removeprefix("wait_")): act for name, act in after.items()}

    def wait(self, seconds: float) -> None:
        self.waits += 1
        assert self.waits < 100
        self._after.get(self.waits, lambda: None)()


@pytest.mark.parametrize("change", ["changed", "added", "removed", "renamed", "outside"])
def test_any_change_is_seen(home, change):
    outside = home / "outside.txt"
    outside.write_text("Eins.", encoding="utf-8")
    file = home / "corpus" / "a.txt"
    acts = {
        "changed": lambda: put(home, "Der Wal sinkt im Meer."),
        "added": lambda: put(home, "Neu.", "b.txt"),
        "removed": file.unlink,
        "renamed": lambda: file.rename(file.with_name("c.txt")),
        "outside": outside.unlink,
    }
    clock = Clock(wait_3=acts[change])
    wait_for_change(lambda: looks_of(home, [home / "gone"], [outside]), looks_of(home, [], [outside]), clock.wait)
    assert clock.waits == 4


def test_what_goes_on_is_waited_for_but_not_for_ever(home):
    clock = Clock(**{f"wait_{number}": lambda n=number: put(home, "x" * n) for number in (2, 3, 4, 5)})
    wait_for_change(lambda: looks_of(home, ()), looks_of(home, ()), clock.wait)
    assert clock.waits == 6
    clock = Clock(**{f"wait_{number}": lambda n=number: put(home, "y" * n) for number in range(1, 90)})
    wait_for_change(lambda: looks_of(home, ()), looks_of(home, ()), clock.wait)
    assert clock.waits == watching.PATIENCE + 1


# --- the command line ------------------------------------------------------------------------------------------------


@pytest.fixture
def watched(home: Path, packaged_embedder) -> Iterator[Callable[[str], str]]:
    """`assistant index --watch`; a function that waits for a line that begins with something, and gives it."""
    command = [sys.executable, "-m", "assistant", "index", "--watch", "--home", str(home)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()

        def line(beginning: str) -> str:
            for said in process.stderr:
                assert "Traceback" not in said
                if said.startswith(beginning):
                    return said
            raise AssertionError(f"nothing begins with {beginning!r}")

        line.process = process
        yield line
        watchdog.cancel()
        process.kill()


def test_changes_are_taken_over_until_ctrl_c(home, watched):
    watched("Index: 1 Dokument,")
    watched("Die Dokumente werden beobachtet")
    put(home, "Der Hai schweigt.", "b.txt")
    assert "neu (1): b.txt" in watched("neu")
    watched("Index: 2 Dokumente")
    (home / "corpus" / "b.txt").rename(home / "corpus" / "c.txt")
    assert "b.txt → c.txt" in watched("umbenannt")
    for name in ("a.txt", "c.txt"):
        (home / "corpus" / name).unlink()
    watched("In")  # no document is left
    put(home, "Der Wal ist wieder da.")
    watched("Index: 1 Dokument,")
    watched.process.send_signal(signal.SIGINT)
    watched("Beobachtung beendet")
    assert watched.process.wait() == 0


# --- who answers meanwhile -------------------------------------------------------------------------------------------


@pytest.fixture
def assistant(home: Path) -> Assistant:
    update(home)
    in_use = InUse(home / "index")
    settings = load_settings(home=home, read=0, risk=1)
    return Assistant(in_use.index(), HashEmbedder(), settings, in_use=in_use.index)


def asked(assistant: Assistant) -> str:
    """The first document's text that the question was asked of."""
    return assistant.ask("Wo singt der Wal?").documents["a.txt"].text


def test_each_question_is_answered_from_the_index_in_use_then(home, assistant):
    assert asked(assistant) == "Der Wal singt im Meer."
    put(home, "Der Wal singt im Golf.")
    assert asked(assistant) == "Der Wal singt im Meer."
    update(home)
    assert asked(assistant) == assistant.index.by_name["a.txt"].text == "Der Wal singt im Golf."


def test_an_index_is_loaded_once(home, assistant, monkeypatch):
    first = assistant.index
    monkeypatch.setattr(store, "load", lambda _: pytest.fail("it is loaded again"))
    asked(assistant)
    assert assistant.index is first


def test_an_index_that_went_or_was_damaged_is_told_until_it_is_mended(home, assistant):
    current = home / "index" / "CURRENT"
    current.write_text("0" * 64, encoding="utf-8")
    for _ in range(2):
        with pytest.raises(IndexDamaged, match="assistant index"):
            asked(assistant)
    update(home)
    assert asked(assistant)
    shutil.rmtree(home / "index")
    with pytest.raises(IndexMissing, match="assistant index"):
        asked(assistant)
    update(home)
    assert asked(assistant)


def test_an_index_of_another_model_is_refused(home, assistant):
    class Other(HashEmbedder):
        name = "other"

    update_index(home, (), "other", Other, 40)
    with pytest.raises(IndexOfAnotherModel):
        asked(assistant)


def test_many_threads_ask_while_it_changes(home, assistant):
    texts = ["Der Wal singt im Meer.", "Der Wal singt im Golf."]
    found, errors, until = set(), [], time.monotonic() + 2

    def ask() -> None:
        while time.monotonic() < until:
            try:
                found.add(asked(assistant))
            except Exception as error:  # noqa: BLE001  # told below
                errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    while time.monotonic() < until:
        put(home, texts[0])
        update(home)
        texts.reverse()
    for thread in threads:
        thread.join()
    assert errors == []
    assert found == set(texts)
