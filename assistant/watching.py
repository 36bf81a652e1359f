"""Documents followed: tells when their files have changed and come to rest.

It looks again and again rather than being told by the system, which tells nothing of network drives and some
containers, and limits how many folders can be followed.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from assistant.corpus import files_in
from assistant.errors import PathNotFound
from assistant.files import Look, look_at

SECONDS = 1.0  # between two looks, or more where a look takes long
SHARE = 0.1  # of the time that looking may take
PATIENCE = 10  # looks: a file that is written to without end does not keep the others waiting

Seen = Mapping[Path, Look | None]
"""How each file looked."""


def looks_of(home: Path, paths: Iterable[Path], others: Iterable[Path] = ()) -> Seen:
    """How all files look that `indexing.update_index` would read: of the corpus, of `paths`, and the `others`."""
    files = set(others)
    for path in (home / "corpus", *paths):
        with suppress(PathNotFound):  # it may come, or come back
            files.update(files_in(path))
    return {file: look_at(file) for file in files}


def wait_for_change(look: Callable[[], Seen], seen: Seen, wait: Callable[[float], None] = time.sleep) -> None:
    """Come back when files look different from what was `seen`, and two looks in a row are the same."""
    started = time.monotonic()
    now = look()
    pause = max(SECONDS, (time.monotonic() - started) / SHARE)
    while now == seen:
        wait(pause)
        now = look()
    for _ in range(PATIENCE):
        wait(pause)
        before, now = now, look()
        if now == before:
            return
