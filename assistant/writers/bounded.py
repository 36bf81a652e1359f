"""What a server of models may send: so many bytes, as they are, for so long."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from contextvars import ContextVar

import httpx

MOST_BYTES = 4_000_000  # of an answer; a draft of MOST_TOKENS takes a tenth of that on the wire
UNPACKED = {"Accept-Encoding": "identity"}
"""Headers to send, so that no answer grows where it is unpacked."""
GRACE = 1.0  # seconds behind the deadline, by when who waits has told that it is too late


class AnswerTooLarge(Exception):
    """More than MOST_BYTES, or packed."""


class ReadingOver(Exception):
    """Nobody waits for the rest."""


class Reading:
    """The reading of one answer, in a thread of its own: who waits for it may end it from another thread."""

    def __init__(self, deadline: float) -> None:
        """At the latest it is over when `time.monotonic()` is `deadline`."""
        self._deadline = deadline
        self._ended = threading.Event()
        self._socket: socket.socket | None = None

    @property
    def seconds_left(self) -> float:
        """Until the deadline; never negative."""
        return max(0.0, self._deadline - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Whether nobody waits any more."""
        return self._ended.is_set() or not self.seconds_left

    def begin(self) -> None:
        """Have the hooks of httpx clients that this thread uses watch this reading."""
        _READING.set(self)

    def end(self) -> None:
        """Wake the thread that reads, also from a server that is silent; what it reads raises there."""
        self._ended.set()
        if (reads := self._socket) is not None:
            with suppress(OSError):
                socket.socket.shutdown(
                    reads, socket.SHUT_RDWR
                )  # of the system's, not of TLS, which the other one holds

    def watch(self, response: httpx.Response) -> None:
        """Know what the answer comes through."""
        stream = response.extensions.get("network_stream")
        self._socket = stream.get_extra_info("socket") if stream is not None else None

    def leave(self) -> None:
        """The answer is read: its connection may serve another one."""
        self._socket = None


_READING: ContextVar[Reading | None] = ContextVar("reading", default=None)


def limit(request: httpx.Request) -> None:
    """Have a request wait no longer than who asks does: a hook of httpx clients."""
    if (reading := _READING.get()) is not None:
        seconds = reading.seconds_left + GRACE
        request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), seconds)


def bound(response: httpx.Response) -> None:
    """Have the body of `response` raise AnswerTooLarge or ReadingOver where it is: a hook of httpx clients."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise AnswerTooLarge
    assert isinstance(response.stream, httpx.SyncByteStream)
    reading = _READING.get()
    if reading is not None:
        reading.watch(response)
    response.stream = _Bounded(response.stream, reading)


HOOKS: dict[str, list[Callable[..., None]]] = {"request": [limit], "response": [bound]}
"""The event hooks of a client of models."""


class _Bounded(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, reading: Reading | None) -> None:
        self._stream = stream
        self._reading = reading

    def __iter__(self) -> Iterator[bytes]:
        left = MOST_BYTES
        for chunk in self._stream:
            left -= len(chunk)
            if left < 0:
                raise AnswerTooLarge
            if self._reading is not None and self._reading.is_over:
                raise ReadingOver
            yield chunk

    def close(self) -> None:
        """Of the stream that is bounded."""
        if self._reading is not None:
            self._reading.leave()
        self._stream.close()
