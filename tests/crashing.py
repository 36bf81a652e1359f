"""A process that updates indexes in children of its own and has them killed, or their disk full: for `test_crashes`.

It imports all once, so that a child is there in some milliseconds. An order is a line of JSON on standard input, and
what became of its children one on standard output.
"""

import errno
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant import Assistant, load_settings, store
from assistant.errors import AssistantError
from assistant.indexing import update_index
from tests.doubles import HashEmbedder

QUESTIONS = ("Wo singt der Wal?", "Wann hagelt es in Bonn?")
CREATES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir")
FILLS = ("open", "os.mkdir")


def update(home: Path) -> None:
    """What `assistant index` does, with a double for the model."""
    update_index(home, (), HashEmbedder.name, HashEmbedder, 40, waits=True)


def answers(home: Path) -> str:
    """What the index in use answers to all questions, as JSON. Raises StoredIndexError."""
    assistant = Assistant(store.load(home / "index"), HashEmbedder(), load_settings(home=home, read=0, language="en"))
    replies = [assistant.ask(question).reply for question in QUESTIONS]
    return json.dumps([reply.model_dump(mode="json", exclude={"timings_ms"}) for reply in replies])


def put(home: Path, name: str, text: str) -> None:
    """Write a document in one step."""
    new = home / "corpus" / f".{os.getpid()}"
    new.write_text(text, encoding="utf-8")
    new.replace(home / "corpus" / name)


# --- what children do ----------------------------------------------------------------------------------------------


def updating(order: dict[str, Any]) -> dict[str, Any]:
    """One update; it is killed before its change number `kill_at`, or all that takes room fails from `full_from` on."""
    changes = 0

    def act(event: str) -> None:
        nonlocal changes
        changes += 1
        if changes == order.get("kill_at"):
            os.kill(os.getpid(), signal.SIGKILL)
        if changes >= order.get("full_from", changes + 1) and event in FILLS:
            raise OSError(errno.ENOSPC, "No space left on device")

    on_each_change(Path(order["home"]) / "index", act)
    if "largest_file" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest_file"], resource.RLIM_INFINITY))
    started = time.monotonic()
    update(Path(order["home"]))
    return {"changes": changes, "seconds": time.monotonic() - started}


def building(order: dict[str, Any]) -> dict[str, Any]:
    """Some updates, each after a document was changed; a file in the home folder tells when they are done."""
    home = Path(order["home"])
    for number in range(order["updates"]):
        put(home, order["name"], order["texts"][number % len(order["texts"])])
        update(home)
        time.sleep(0.2)  # the other one is to come in between
    (home / f"done-{os.getpid()}").touch()
    return {}


def reading(order: dict[str, Any]) -> dict[str, Any]:
    """All different answers until so many builders are done."""
    home, found, times = Path(order["home"]), set(), 0
    while len(list(home.glob("done-*"))) < order["builders"]:
        try:
            found.add(answers(home))
        except AssistantError as error:
            found.add(type(error).__name__)
        times += 1
    return {"answers": sorted(found), "times": times}


ROLES = {"updating": updating, "building": building, "reading": reading}


def on_each_change(folder: Path, act: Callable[[str], None]) -> None:
    """Call `act` before each change to a file in a folder that Python makes, with its kind."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        is_change = event in CHANGES or (event == "open" and isinstance(arguments[2], int) and arguments[2] & CREATES)
        is_in_tree_removed = event in ("os.remove", "os.rmdir") and arguments[1] != -1
        if is_change and (is_in_tree_removed or str(arguments[0]).startswith(str(folder))):
            act(event)

    sys.addaudithook(hook)


# --- the process ---------------------------------------------------------------------------------------------------


def child(order: dict[str, Any]) -> tuple[int, int]:
    """Its process id, and where it will tell what came of it."""
    reading_end, writing_end = os.pipe()
    if process := os.fork():
        os.close(writing_end)
        return process, reading_end
    try:
        told = ROLES[order["role"]](order)
    except AssistantError as error:
        told = {"error": type(error).__name__, "message": error.message("en")}
    os.write(writing_end, json.dumps(told).encode())
    os._exit(0)


def outcome(process: int, reading_end: int) -> dict[str, Any]:
    """What a child told; of one that was killed, the signal."""
    with open(reading_end, "rb") as stream:
        told = stream.read()
    _, status = os.waitpid(process, 0)
    return {"killed_by": os.WTERMSIG(status)} if os.WIFSIGNALED(status) else json.loads(told)


def main() -> None:
    with TemporaryDirectory() as folder:  # all is imported before there are children
        (Path(folder) / "corpus").mkdir()
        put(Path(folder), "a.txt", "Es regnet.")
        update(Path(folder))
        answers(Path(folder))
    for line in sys.stdin:
        orders = json.loads(line)
        children = [child(order) for order in orders]
        for order, (process, _) in zip(orders, children, strict=True):
            if "kill_after" in order:
                time.sleep(order["kill_after"])
                os.kill(process, signal.SIGKILL)
        print(json.dumps([outcome(*one) for one in children]), flush=True)


if __name__ == "__main__":
    main()
