"""What a server of models may send: so many bytes, as they are."""

from collections.abc import Iterator

import httpx

MOST_BYTES = 4_000_000  # of an answer; a draft of MOST_TOKENS takes a tenth of that on the wire
UNPACKED = {"Accept-Encoding": "identity"}
"""Headers to send, so that no answer grows where it is unpacked."""


class AnswerTooLarge(Exception):
    """More than MOST_BYTES, or packed."""


def bound(response: httpx.Response) -> None:
    """Have the body of `response` raise AnswerTooLarge where it is: a hook of httpx clients."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise AnswerTooLarge
    assert isinstance(response.stream, httpx.SyncByteStream)
    response.stream = _Bounded(response.stream)


class _Bounded(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        left = MOST_BYTES
        for chunk in self._stream:
            left -= len(chunk)
            if left < 0:
                raise AnswerTooLarge
            yield chunk

    def close(self) -> None:
        """Of the stream that is bounded."""
        self._stream.close()
