"""Files to canonical text, within limits: what parses a file runs in a process of its own, which can be killed.

A parser that hangs, crashes or eats memory costs its file, and a reason is given; the next file gets a new process.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from assistant import errors
from assistant.errors import DocumentBeyondLimit, DocumentDamaged, DocumentError
from assistant.limits import Limits
from assistant.messages import Text
from assistant.readers.base import Extract
from assistant.readers.opening import PLAIN, open_reader
from assistant.readers.worker import OUT_OF_MEMORY

TOO_LARGE = Text(de="sie hat {size} MB, erlaubt sind {limit}", en="it has {size} MB, {limit} are allowed")
TOO_SLOW = Text(de="nach {limit} Sekunden war sie nicht gelesen", en="it had not been read after {limit} seconds")
TOO_HUNGRY = Text(
    de="sie zu lesen braucht mehr als {limit} MB Arbeitsspeicher", en="to read it takes more than {limit} MB of memory"
)
CRASHED = Text(de="das Leseprogramm brach darüber ab", en="the parser crashed over it")
PACKAGE = Path(__file__).parents[1]
MEGABYTE = 1_000_000


class Extraction:
    """Reads files within `limits`. Its process starts when it is first needed and ends with the block."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._worker: _Worker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end()

    def extract(self, file: Path, name: str, suffix: str) -> Extract:
        """The content of `file`, which errors call `name`, read as a file with that suffix of FORMATS.

        Raises DocumentError or OSError. The same bytes give the same Extract, whatever was read before.
        """
        size = file.stat().st_size
        if size > self.limits.megabytes * MEGABYTE:
            what = TOO_LARGE.filled(size=size // MEGABYTE, limit=self.limits.megabytes)
            raise DocumentBeyondLimit(name, what=what, setting="FILE_MEGABYTES")
        if suffix in PLAIN:
            return open_reader(suffix)(file, name, self.limits)
        served_before = self._worker is not None
        try:
            return self._read(file, name, suffix)
        except DocumentError:
            if self._worker is not None or not served_before:
                raise
            return self._read(file, name, suffix)  # what earlier files left in the process may be to blame

    def _read(self, file: Path, name: str, suffix: str) -> Extract:
        """The content of a file, by the process; one that fails at it is ended."""
        self._worker = self._worker or _Worker()
        request = {"file": str(file), "name": name, "suffix": suffix, "limits": self.limits.model_dump()}
        try:
            reply = self._worker.answer(request, self.limits.seconds)
            if reply.get("error") == OUT_OF_MEMORY:
                what = TOO_HUNGRY.filled(limit=self.limits.memory_megabytes)
                raise DocumentBeyondLimit(name, what=what, setting="FILE_MEMORY_MEGABYTES")
        except TimeoutError as error:
            self._end()
            what = TOO_SLOW.filled(limit=f"{self.limits.seconds:g}")
            raise DocumentBeyondLimit(name, what=what, setting="FILE_SECONDS") from error
        except EOFError as error:
            self._end()
            raise DocumentDamaged(name, reason=CRASHED) from error
        if "error" in reply:
            raise _error_of(reply)
        return Extract.model_validate(reply["extract"])

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.end()
            self._worker = None


class _Worker:
    """A process of `readers.worker`."""

    def __init__(self) -> None:
        path = os.pathsep.join(filter(None, (str(PACKAGE), os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "assistant.readers.worker"],  # -P: it imports nothing from the current folder
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": path},
        )

    def answer(self, request: Mapping[str, object], seconds: float) -> dict[str, Any]:
        """The reply to a request. Raises TimeoutError after killing the process, or EOFError if it ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            timer.cancel()
        if line.endswith(b"\n"):
            reply: dict[str, Any] = json.loads(line)
            return reply
        if late.is_set():
            raise TimeoutError
        raise EOFError

    def end(self) -> None:
        """End the process, whatever it is doing."""
        assert self._process.stdin is not None
        with self._process:  # closes its pipes, and waits
            self._process.kill()
            with suppress(BrokenPipeError):  # of what it did not take any more
                self._process.stdin.close()


def _error_of(reply: Mapping[str, Any]) -> DocumentError:
    """The error that a process reports."""
    kind = getattr(errors, reply["error"])
    assert issubclass(kind, DocumentError)
    details = {name: Text(**value) if isinstance(value, dict) else value for name, value in reply["details"].items()}
    error: DocumentError = kind(details.pop("detail"), **details)
    return error
