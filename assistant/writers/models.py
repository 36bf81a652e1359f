"""Language models as writers: asked, read while they write, and asked again where that may help.

A server may be down, slow, endless or hostile: everything is bounded in time and size, and every failure is a
WriterError.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from assistant.errors import WriterError, WriterTooSlow, WriterUnreadable
from assistant.records import Draft, DraftClaim
from assistant.writers.addresses import Server
from assistant.writers.base import OnText, Task, no_text
from assistant.writers.bounded import AnswerTooLarge, Reading
from assistant.writers.failures import chain, failure_of, status_of
from assistant.writers.hiding import Secrets
from assistant.writers.pointing import messages_of, read_draft, written_so_far

MOST_CHARACTERS = 20_000  # of a draft: more is babble
TRIES, FIRST_WAIT = 3, 0.5  # of a request, and the seconds before the second; each wait is twice the one before

Messages = Sequence[tuple[str, str]]
"""Role and content of each."""
Stream = Callable[[Messages], Iterator[str]]
"""Sends messages, and gives the answer piece by piece."""


class ModelWriter:
    """A language model that points to sentences."""

    def __init__(self, name: str, streams: Sequence[Stream], origin: str = "", server: Server | None = None) -> None:
        """Of ways to ask it, the stricter first: the next is tried where the server does not take one."""
        self.origin = origin
        self._name = name
        self._streams = list(streams)
        self._server = server
        self._secrets = Secrets(server.key, server.password) if server else Secrets()

    def draft(self, task: Task, seconds: float, on_text: OnText = no_text) -> Draft:
        """Claims, each with the numbers of its sentences; none: it cannot answer from these. Raises WriterError."""
        draft = read_draft(self._written(messages_of(task), time.monotonic() + seconds, on_text))
        if draft is None:
            raise WriterUnreadable(self._name)
        return Draft(claims=tuple(map(self._without_secrets, draft.claims)))

    def _written(self, messages: Messages, deadline: float, on_text: OnText) -> str:
        wait, tries = FIRST_WAIT, 0
        while True:
            try:
                return self._collected(messages, deadline, on_text)
            except TimeoutError as error:
                raise WriterTooSlow(self._name) from error
            except Exception as error:  # noqa: BLE001 - clients raise what they like; each becomes a WriterError
                if any(isinstance(one, AnswerTooLarge) for one in chain(error)):
                    raise WriterUnreadable(self._name) from None
                status = status_of(error)
                if status == 400 and len(self._streams) > 1:
                    self._streams.pop(0)  # does not know a schema
                    continue
                tries += 1
                may_pass = status is None or status == 429 or status >= 500
                if not may_pass or tries >= TRIES or time.monotonic() + wait > deadline:
                    raise self._failure(error) from None  # the cause may hold the key
            time.sleep(wait)
            wait *= 2

    def _collected(self, messages: Messages, deadline: float, on_text: OnText) -> str:
        """All that is written until the end, the deadline or MOST_CHARACTERS.

        Raises TimeoutError and what clients raise. The client runs in a thread of its own, since a server that is
        silent blocks it; that thread ends soon after.
        """
        pieces, reading = _read(self._streams[0], messages, deadline)
        text = shown = ""
        try:
            while len(text) < MOST_CHARACTERS:
                try:
                    piece = pieces.get(timeout=max(0.0, deadline - time.monotonic()))
                except queue.Empty:
                    raise TimeoutError from None
                if isinstance(piece, Exception):
                    raise piece
                if piece is None:
                    break
                text += piece
                if (so_far := self._secrets.hidden_so_far(written_so_far(text))) != shown:
                    on_text(so_far)
                    shown = so_far
        finally:
            reading.end()
        return text

    def _without_secrets(self, claim: DraftClaim) -> DraftClaim:
        text = None if claim.text is None else self._secrets.hidden_in(claim.text)
        return DraftClaim(text=text, sentences=claim.sentences)

    def _failure(self, error: Exception) -> WriterError:
        return failure_of(error, self._name, self._server, self._secrets)


def _read(stream: Stream, messages: Messages, deadline: float) -> tuple["queue.Queue[str | Exception | None]", Reading]:
    """The pieces of an answer as they come, the error that ends them or None, and the reading to end."""
    pieces: queue.Queue[str | Exception | None] = queue.Queue()
    reading = Reading(deadline)

    def produce() -> None:
        reading.begin()
        try:
            for piece in stream(messages):
                pieces.put(piece)
                if reading.is_over:
                    return
        except Exception as error:  # noqa: BLE001 - handed to the thread that waits
            pieces.put(error)
        pieces.put(None)

    threading.Thread(target=produce, name="writer", daemon=True).start()
    return pieces, reading
