"""A server on loopback that speaks OpenAI's protocol, or what is left of it when it means ill."""

import gzip
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Handler = Any
MOST_SECONDS = 20  # that any behaviour goes on for


def claims(*pairs: tuple[object, object]) -> str:
    """The JSON that a well-behaved model writes: claims with the numbers of their sentences."""
    return json.dumps({"claims": [{"text": text, "sentences": numbers} for text, numbers in pairs]}, ensure_ascii=False)


def says(text: str, pieces: int = 7, pause: float = 0.0) -> Callable[[Handler], None]:
    """Streams this text, in some pieces, with seconds between them."""

    def behave(handler: Handler) -> None:
        start_stream(handler)
        for at in range(0, max(len(text), 1), max(1, len(text) // pieces)):
            send(handler, text[at : at + max(1, len(text) // pieces)])
            handler.wfile.flush()
            time.sleep(pause)
        handler.wfile.write(b"data: [DONE]\n\n")

    return behave


def ollama_says(text: str) -> Callable[[Handler], None]:
    """The same as Ollama sends it: a JSON object a line."""

    def behave(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/x-ndjson")
        handler.end_headers()
        for at in range(0, len(text), 9):
            part = {"model": "m", "message": {"role": "assistant", "content": text[at : at + 9]}, "done": False}
            handler.wfile.write(json.dumps(part).encode() + b"\n")
        last = {"model": "m", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}
        handler.wfile.write(json.dumps(last).encode() + b"\n")

    return behave


def status(code: int, body: str = '{"error": {"message": "no"}}') -> Callable[[Handler], None]:
    """Answers with an error."""

    def behave(handler: Handler) -> None:
        handler.send_response(code)
        handler.send_header("Content-Type", "application/json")
        handler.end_headers()
        handler.wfile.write(body.encode())

    return behave


def raw(body: bytes, content_type: str = "text/event-stream") -> Callable[[Handler], None]:
    """Answers 200 with any bytes."""

    def behave(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", content_type)
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def cut_off(text: str) -> Callable[[Handler], None]:
    """Breaks the connection in the middle of the stream."""

    def behave(handler: Handler) -> None:
        start_stream(handler)
        send(handler, text)
        handler.wfile.flush()
        handler.connection.close()

    return behave


def cut_off_in_chunks(text: str) -> Callable[[Handler], None]:
    """The same with a length that is known to be missing, and without the courtesy of an end."""

    def behave(handler: Handler) -> None:
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        event = event_of(text)
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
        handler.wfile.flush()
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()

    return behave


def pings(count: int = 1000) -> Callable[[Handler], None]:
    """Sends what means nothing, as servers do to keep a connection open; after `count` times it is silent."""

    def behave(handler: Handler) -> None:
        start_stream(handler)
        end = time.monotonic() + MOST_SECONDS
        for _ in range(count):
            if time.monotonic() > end:
                return
            handler.wfile.write(b"\n: ping\n\n")
            handler.wfile.flush()
            time.sleep(0.2)
        silent()(handler)

    return behave


def endless(piece: str, pause: float = 0.0) -> Callable[[Handler], None]:
    """Streams the same piece again and again, as long as someone listens."""

    def behave(handler: Handler) -> None:
        start_stream(handler)
        end = time.monotonic() + MOST_SECONDS
        while time.monotonic() < end:
            send(handler, piece)
            handler.wfile.flush()
            time.sleep(pause)

    return behave


def endless_line(content_type: str = "text/event-stream") -> Callable[[Handler], None]:
    """Sends bytes without an end of a line, as long as someone listens."""

    def behave(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", content_type)
        handler.end_headers()
        end = time.monotonic() + MOST_SECONDS
        while time.monotonic() < end:
            handler.wfile.write(b"[" * 65536)

    return behave


def packed(body: bytes) -> Callable[[Handler], None]:
    """Sends a body that unpacks to a thousand times its size."""

    def behave(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Content-Encoding", "gzip")
        handler.end_headers()
        handler.wfile.write(gzip.compress(body))

    return behave


def silent(seconds: float = MOST_SECONDS) -> Callable[[Handler], None]:
    """Accepts the question and says nothing."""

    def behave(handler: Handler) -> None:
        handler.server.stopped.wait(seconds)

    return behave


def start_stream(handler: Handler) -> None:
    """The head of an event stream."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.end_headers()


def send(handler: Handler, piece: str) -> None:
    """One event of a chat completion."""
    handler.wfile.write(event_of(piece))


def event_of(piece: str) -> bytes:
    """It as bytes."""
    event = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "m",
        "choices": [{"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}],
    }
    return f"data: {json.dumps(event)}\n\n".encode()


class HostileServer(ThreadingHTTPServer):
    """Behaves as told, request by request; the last behaviour goes on."""

    daemon_threads = True

    def __init__(self, behaviours: list[Callable[[Handler], None]], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Requests)
        self.behaviours = behaviours
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.stopped = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Requests(BaseHTTPRequestHandler):
    server: HostileServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self.server.keys.append(self.headers.get("Authorization", ""))
        self.server.requests.append(body)
        behaviours = self.server.behaviours
        behave = behaviours.pop(0) if len(behaviours) > 1 else behaviours[0]
        try:
            behave(self)
        except (BrokenPipeError, ConnectionResetError, OSError):
            self.close_connection = True  # whoever asked has had enough

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def hostile_server(*behaviours: Callable[[Handler], None], port: int = 0) -> Iterator[HostileServer]:
    """A server that runs for as long as the block."""
    server = HostileServer(list(behaviours), port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
