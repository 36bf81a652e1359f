"""The writer that a name names, through llama-index's classes: Ollama, OpenAI's protocol, llama.cpp."""

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import GgufMissing, GgufUnreadable, LlamaCppMissing, WriterUnknown
from assistant.messages import Text
from assistant.writers.addresses import ollama_server, openai_server
from assistant.writers.base import Writer
from assistant.writers.bounded import HOOKS, UNPACKED
from assistant.writers.models import Messages, ModelWriter, Stream
from assistant.writers.pointing import SCHEMA

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage

KINDS = ("ollama:MODEL", "openai:MODEL", "gguf:FILE")
CONTEXT = 8192  # tokens that a model is asked to keep in view
MOST_TOKENS = 400  # of a draft
NO_KEY = "none"
GGUF = b"GGUF"  # what such a file begins with
FINGERPRINTED = 1_000_000  # bytes at either end of a file
NO_GGUF = Text(de="sie beginnt nicht wie eine", en="it does not begin like one")


def open_writer(name: str, seconds: float) -> Writer:
    """The writer that `name` names as KINDS says, which answers within `seconds` or not at all.

    Raises WriterUnknown, WriterUnset, WriterAddressInvalid, WriterKeyInvalid, GgufMissing, GgufUnreadable or
    LlamaCppMissing.
    """
    kind, model = kind_and_model(name)
    openers: dict[str, Callable[[str, str, float], Writer]] = {"ollama": _ollama, "openai": _openai, "gguf": _gguf}
    return openers[kind](name, model, seconds)


def kind_and_model(name: str) -> tuple[str, str]:
    """The two parts of a model's name: "ollama" and "library/small:1b". Raises WriterUnknown."""
    kind, _, model = name.partition(":")
    if not model or kind not in {one.partition(":")[0] for one in KINDS}:
        raise WriterUnknown(name, names=", ".join(("extractive", *KINDS)))
    return kind, model


def _ollama(name: str, model: str, seconds: float) -> Writer:
    from llama_index.llms.ollama import Ollama
    from ollama import Client

    server = ollama_server()
    llm = Ollama(
        model=model,
        client=Client(server.address, timeout=seconds, headers=UNPACKED, event_hooks=HOOKS),
        temperature=0.0,
        context_window=CONTEXT,
        additional_kwargs={"num_predict": MOST_TOKENS},
    )
    return ModelWriter(name, [_stream(llm, format=SCHEMA)], server.shown, server)


def _openai(name: str, model: str, seconds: float) -> Writer:
    server = openai_server(name)
    from llama_index.llms.openai_like import OpenAILike
    from openai import DefaultHttpxClient

    llm = OpenAILike(
        model=model,
        api_base=server.address,
        api_key=server.key or NO_KEY,
        is_chat_model=True,
        timeout=seconds,
        default_headers=UNPACKED,
        http_client=DefaultHttpxClient(event_hooks=HOOKS),
        max_retries=0,
        temperature=0.0,
        max_tokens=MOST_TOKENS,
        context_window=CONTEXT,
    )
    schema = {"type": "json_schema", "json_schema": {"name": "claims", "schema": SCHEMA}}
    return ModelWriter(name, [_stream(llm, response_format=schema), _stream(llm)], server.shown, server)


def _gguf(name: str, model: str, _: float) -> Writer:
    file = Path(model)
    if not file.is_file():
        raise GgufMissing(model)
    origin = _fingerprint(file)
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
    except Exception as error:  # llama.cpp raises what it likes of a file that is cut off
        raise GgufUnreadable(model, reason=error) from error
    llm.messages_to_prompt = _template_of(llm)
    lock = threading.Lock()  # one model answers one question at a time
    ask = _stream(llm)

    def stream(messages: Messages) -> Iterator[str]:
        with lock:
            yield from ask(messages)

    return ModelWriter(name, [stream], origin)


def _fingerprint(file: Path) -> str:
    """What tells a model file from others, without reading all of it. Raises GgufUnreadable."""
    try:
        with file.open("rb") as opened:
            start = opened.read(FINGERPRINTED)
            size = opened.seek(0, os.SEEK_END)
            opened.seek(max(0, size - FINGERPRINTED))
            end = opened.read()
    except OSError as error:
        raise GgufUnreadable(file, reason=error) from error
    if not start.startswith(GGUF):
        raise GgufUnreadable(file, reason=NO_GGUF)
    return hashlib.sha256(b"%d:" % size + start + end).hexdigest()


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
    def stream(messages: Messages) -> Iterator[str]:
        from llama_index.core.llms import ChatMessage

        for part in llm.stream_chat([ChatMessage(role=role, content=content) for role, content in messages], **options):
            yield part.delta or ""

    return stream
