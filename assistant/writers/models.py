"""Language models as writers, through llama-index's classes: Ollama, servers that speak OpenAI's protocol, llama.cpp.

A server may be down, slow, endless or hostile: everything is bounded in time and size, and every failure is a
WriterError.
"""

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import (
    GgufMissing,
    LlamaCppMissing,
    WriterError,
    WriterFailed,
    WriterRejectsKey,
    WriterTooSlow,
    WriterUnknown,
    WriterUnreachable,
    WriterUnreadable,
    WriterUnset,
)
from assistant.records import Draft
from assistant.writers.base import OnText, Task, Writer, no_text
from assistant.writers.bounded import UNPACKED, AnswerTooLarge, bound
from assistant.writers.pointing import SCHEMA, messages_of, read_draft, written_so_far

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage

KINDS = ("ollama:MODEL", "openai:MODEL", "gguf:FILE")
CONTEXT = 8192  # tokens that a model is asked to keep in view
MOST_TOKENS = 400  # of a draft
MOST_CHARACTERS = 20_000  # of a draft: more is babble
TRIES, FIRST_WAIT = 3, 0.5  # of a request, and the seconds before the second; each wait is twice the one before
NO_KEY = "none"
LEAST_SECRET = 6  # characters: shorter ones are no secret, and stand in other words

Stream = Callable[[Sequence["ChatMessage"]], Iterator[str]]
"""Sends messages, and gives the answer piece by piece."""


class ModelWriter:
    """A language model that points to sentences."""

    def __init__(self, name: str, streams: Sequence[Stream], secret: str = "") -> None:
        """Of ways to ask it, the stricter first: the next is tried where the server does not take one."""
        self._name = name
        self._streams = list(streams)
        self._secret = secret

    def draft(self, task: Task, seconds: float, on_text: OnText = no_text) -> Draft:
        """Claims, each with the numbers of its sentences; none: it cannot answer from these. Raises WriterError."""
        from llama_index.core.llms import ChatMessage

        messages = [ChatMessage(role=role, content=content) for role, content in messages_of(task)]
        text = self._written(messages, time.monotonic() + seconds, on_text)
        draft = read_draft(self._scrubbed(text))
        if draft is None:
            raise WriterUnreadable(self._name)
        return draft

    def _written(self, messages: Sequence["ChatMessage"], deadline: float, on_text: OnText) -> str:
        wait, tries = FIRST_WAIT, 0
        while True:
            try:
                return _collected(self._streams[0], messages, deadline, on_text)
            except TimeoutError as error:
                raise WriterTooSlow(self._name) from error
            except Exception as error:  # noqa: BLE001 - clients raise what they like; each becomes a WriterError
                if any(isinstance(one, AnswerTooLarge) for one in _chain(error)):
                    raise WriterUnreadable(self._name) from None
                status = _status_of(error)
                if status == 400 and len(self._streams) > 1:
                    self._streams.pop(0)  # does not know a schema
                    continue
                tries += 1
                may_pass = status is None or status == 429 or status >= 500
                if not may_pass or tries >= TRIES or time.monotonic() + wait > deadline:
                    raise self._failure(error, status) from None  # the cause may hold the key
            time.sleep(wait)
            wait *= 2

    def _scrubbed(self, text: str) -> str:
        """Without the key, which a server may send back."""
        return text.replace(self._secret, "***") if len(self._secret) >= LEAST_SECRET else text

    def _failure(self, error: Exception, status: int | None) -> WriterError:
        reason = self._scrubbed(" ".join(str(error).split()))[:200] or type(error).__name__
        if status in {401, 403}:
            return WriterRejectsKey(self._name)
        if status is None and _is_connection_error(error):
            return WriterUnreachable(self._name, reason=reason)
        return WriterFailed(self._name, reason=reason)


def _collected(stream: Stream, messages: Sequence["ChatMessage"], deadline: float, on_text: OnText) -> str:
    """All that is written until the end, the deadline or MOST_CHARACTERS. Raises TimeoutError and what clients raise.

    The client runs in a thread of its own, since a server that is silent blocks it for as long as it likes.
    """
    pieces: queue.Queue[str | Exception | None] = queue.Queue()
    stop = threading.Event()

    def produce() -> None:
        try:
            for piece in stream(messages):
                pieces.put(piece)
                if stop.is_set():
                    return
        except Exception as error:  # noqa: BLE001 - handed to the thread that waits
            pieces.put(error)
        pieces.put(None)

    threading.Thread(target=produce, daemon=True).start()
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
            if (so_far := written_so_far(text)) != shown:
                on_text(so_far)
                shown = so_far
    finally:
        stop.set()
    return text


def open_writer(name: str, seconds: float) -> Writer:
    """The writer that `name` names as KINDS says. Raises WriterUnknown, GgufMissing or LlamaCppMissing."""
    kind, _, model = name.partition(":")
    openers: dict[str, Callable[[str, str, float], Writer]] = {"ollama": _ollama, "openai": _openai, "gguf": _gguf}
    if kind not in openers or not model:
        raise WriterUnknown(name, names=", ".join(("extractive", *KINDS)))
    return openers[kind](name, model, seconds)


def _ollama(name: str, model: str, seconds: float) -> Writer:
    from llama_index.llms.ollama import Ollama
    from ollama import Client

    host = os.environ.get("OLLAMA_HOST", "").strip() or "http://127.0.0.1:11434"
    address = host if "://" in host else f"http://{host}"
    llm = Ollama(
        model=model,
        client=Client(address, timeout=seconds, headers=UNPACKED, event_hooks={"response": [bound]}),
        temperature=0.0,
        context_window=CONTEXT,
        additional_kwargs={"num_predict": MOST_TOKENS},
    )
    return ModelWriter(name, [_stream(llm, format=SCHEMA)], os.environ.get("OLLAMA_API_KEY", "").strip())


def _openai(name: str, model: str, seconds: float) -> Writer:
    from llama_index.llms.openai_like import OpenAILike
    from openai import DefaultHttpxClient

    key = os.environ.get("OPENAI_API_KEY", "").strip()
    address = os.environ.get("OPENAI_BASE_URL", "").strip()
    if not key and not address:
        raise WriterUnset(name)
    llm = OpenAILike(
        model=model,
        api_base=address or "https://api.openai.com/v1",
        api_key=key or NO_KEY,
        is_chat_model=True,
        timeout=seconds,
        default_headers=UNPACKED,
        http_client=DefaultHttpxClient(event_hooks={"response": [bound]}),
        max_retries=0,
        temperature=0.0,
        max_tokens=MOST_TOKENS,
        context_window=CONTEXT,
    )
    schema = {"type": "json_schema", "json_schema": {"name": "claims", "schema": SCHEMA}}
    return ModelWriter(name, [_stream(llm, response_format=schema), _stream(llm)], key)


def _gguf(name: str, model: str, _: float) -> Writer:
    if not Path(model).is_file():
        raise GgufMissing(model)
    try:
        from llama_cpp.llama_grammar import LlamaGrammar
        from llama_index.llms.llama_cpp import LlamaCPP
    except ImportError as error:
        raise LlamaCppMissing() from error
    import json

    try:
        llm: Any = LlamaCPP(
            model_path=model,
            temperature=0.0,
            max_new_tokens=MOST_TOKENS,
            context_window=CONTEXT,
            verbose=False,
            generate_kwargs={"grammar": LlamaGrammar.from_json_schema(json.dumps(SCHEMA), verbose=False)},
        )
    except (ValueError, OSError, RuntimeError) as error:
        raise WriterFailed(name, reason=str(error)) from error
    llm.messages_to_prompt = _template_of(llm)
    lock = threading.Lock()  # one model answers one question at a time
    ask = _stream(llm)

    def stream(messages: Sequence["ChatMessage"]) -> Iterator[str]:
        with lock:
            yield from ask(messages)

    return ModelWriter(name, [stream])


def _template_of(llm: Any) -> Callable[[Sequence["ChatMessage"]], str]:
    """How the file says that a conversation is written for its model; plainly where it does not say."""
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    metadata = llm._model.metadata
    template = metadata.get("tokenizer.chat_template")

    def token(kind: str) -> str:
        number = int(metadata.get(f"tokenizer.ggml.{kind}_token_id", -1))
        return llm._model._model.token_get_text(number) if number >= 0 else ""

    def prompt(messages: Sequence["ChatMessage"]) -> str:
        turns: Any = [{"role": str(one.role.value), "content": str(one.content)} for one in messages]
        if not template:
            return "\n\n".join(turn["content"] for turn in turns) + "\n\n"
        formatter = Jinja2ChatFormatter(template=template, eos_token=token("eos"), bos_token=token("bos"))
        return str(formatter(messages=turns).prompt)

    return prompt


def _stream(llm: "LLM", **options: Any) -> Stream:
    def stream(messages: Sequence["ChatMessage"]) -> Iterator[str]:
        for part in llm.stream_chat(list(messages), **options):
            yield part.delta or ""

    return stream


def _status_of(error: Exception) -> int | None:
    """The HTTP status that a client's error carries."""
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) and status > 0 else None


def _is_connection_error(error: Exception) -> bool:
    return any(isinstance(one, ConnectionError) or "Connect" in type(one).__name__ for one in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
