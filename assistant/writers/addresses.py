"""Where servers of models are, and the keys that they want, as the environment says."""

import os
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

from assistant.errors import WriterAddressInvalid, WriterKeyInvalid, WriterUnset

OLLAMA_PORT = 11434


class Server(NamedTuple):
    """A server of models."""

    address: str
    """With its scheme; a user and password may stand in it."""
    key: str
    """Empty: none is set."""
    address_variable: str
    key_variable: str

    @property
    def shown(self) -> str:
        """The address without user and password."""
        parts = urlsplit(self.address)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

    @property
    def password(self) -> str:
        """That in the address; empty where there is none."""
        return urlsplit(self.address).password or ""


def openai_server(name: str) -> Server:
    """The one that `openai:` means; `name` is the writer's.

    Raises WriterUnset, WriterAddressInvalid or WriterKeyInvalid.
    """
    key = _key("OPENAI_API_KEY")
    address = os.environ.get("OPENAI_BASE_URL", "").strip()
    if not key and not address:
        raise WriterUnset(name)
    address = _address("OPENAI_BASE_URL", address or "https://api.openai.com/v1")
    return Server(address, key, "OPENAI_BASE_URL", "OPENAI_API_KEY")


def ollama_server() -> Server:
    """The one that `ollama:` means. Raises WriterAddressInvalid or WriterKeyInvalid."""
    key = _key("OLLAMA_API_KEY")
    host = os.environ.get("OLLAMA_HOST", "").strip() or "127.0.0.1"
    address = _address("OLLAMA_HOST", host)
    parts = urlsplit(address)
    if "://" not in host and parts.port is None:
        address = parts._replace(netloc=f"{parts.netloc}:{OLLAMA_PORT}").geturl()
    return Server(address, key, "OLLAMA_HOST", "OLLAMA_API_KEY")


def _address(variable: str, value: str) -> str:
    """The address with a scheme."""
    address = value if "://" in value else f"http://{value}"
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        httpx.URL(address)
    except (ValueError, httpx.InvalidURL):
        is_address = False
    if not is_address:
        raise WriterAddressInvalid(value.rpartition("@")[2], variable=variable)
    return address


def _key(variable: str) -> str:
    """The key; headers take ASCII alone."""
    key = os.environ.get(variable, "").strip()
    if not (key.isascii() and key.isprintable()):
        raise WriterKeyInvalid(variable)
    return key
