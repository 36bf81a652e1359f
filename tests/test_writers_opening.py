"""Names of writers and addresses of servers: what is wrong with them is told in one sentence that helps."""

import pytest

from assistant.errors import (
    GgufMissing,
    GgufUnreadable,
    LlamaCppMissing,
    WriterAddressInvalid,
    WriterFailed,
    WriterKeyInvalid,
    WriterLacksModel,
    WriterNeedsKey,
    WriterRejectsKey,
    WriterTooSlow,
    WriterUnknown,
    WriterUnreachable,
    WriterUnset,
)
from assistant.writers.addresses import ollama_server, openai_server
from assistant.writers.base import Task
from assistant.writers.opening import open_writer
from tests.hostile_server import claims, hostile_server, ollama_says, says, silent, status

TASK = Task("Wer kam?", "de", ("Anna kam am Montag.", "Otto blieb."))
SECONDS = 4.0
OPENAI, OLLAMA = "OPENAI_BASE_URL", "OLLAMA_HOST"


@pytest.fixture(autouse=True)
def _no_servers_from_outside(monkeypatch):
    for variable in (OPENAI, OLLAMA, "OPENAI_API_KEY", "OLLAMA_API_KEY"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def failure(monkeypatch):
    """What is told, in German, of a server that behaves like this."""

    def told(error: type[Exception], name: str, behaviour=None, seconds: float = SECONDS) -> str:
        with hostile_server(behaviour or silent()) as server:
            if behaviour is not None:
                monkeypatch.setenv(OPENAI, server.url)
                monkeypatch.setenv(OLLAMA, server.url.removesuffix("/v1"))
            with pytest.raises(error) as caught:
                open_writer(name, seconds).draft(TASK, seconds)
        return caught.value.message("de")

    return told


def test_a_key_that_is_missing_is_asked_for_and_a_wrong_one_is_told(failure, monkeypatch):
    assert failure(WriterNeedsKey, "openai:m", status(401)).endswith(
        "verlangt einen Schlüssel. Setzen Sie OPENAI_API_KEY."
    )
    assert "OLLAMA_API_KEY" in failure(WriterNeedsKey, "ollama:m", status(401, '{"error": "unauthorized"}'))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-1234")
    assert failure(WriterRejectsKey, "openai:m", status(403)).endswith("Prüfen Sie OPENAI_API_KEY.")


@pytest.mark.parametrize(("name", "variable", "other"), [("openai:m", OPENAI, OLLAMA), ("ollama:m", OLLAMA, OPENAI)])
def test_a_server_that_is_not_there_is_named_without_its_password(failure, monkeypatch, name, variable, other):
    monkeypatch.setenv(variable, "http://anna:geheim99@127.0.0.1:1/v1")
    said = failure(WriterUnreachable, name)
    assert "nicht zu erreichen: http://127.0.0.1:1/v1 antwortet nicht (Verbindung abgelehnt)" in said
    assert variable in said
    assert not any(word in said for word in (other, "anna", "geheim99"))


def test_a_model_that_a_server_lacks_is_told_in_its_words(failure):
    body = '{"error": {"message": "The model `m`\\u0007 does not exist' + " x" * 300 + '", "code": "model_not_found"}}'
    said = failure(WriterLacksModel, "openai:m", status(404, body))
    assert "(HTTP 404: The model `m` does not exist x x" in said
    assert not set("{}\x07") & set(said)
    assert len(said) < 400
    assert "ollama" not in said
    said = failure(WriterLacksModel, "ollama:qwen3:4b", status(404, '{"error": "model \'qwen3:4b\' not found"}'))
    assert said.endswith("ollama pull qwen3:4b")


@pytest.mark.parametrize("body", ['{"detail": "Not Found"}', "404 page not found", '{"x": {"y": 1}}', "[1]"])
def test_what_else_a_server_says_is_no_python(failure, body):
    said = failure(WriterFailed, "openai:m", status(404, body))
    assert "HTTP 404" in said
    assert not any(mark in said for mark in ("{", "'", "Error code"))
    assert "OLLAMA" not in said


def test_a_server_that_is_too_slow_is_told(failure):
    failure(WriterTooSlow, "openai:m", silent(), 1.0)


def test_addresses_without_a_scheme_are_those_of_http(monkeypatch):
    with hostile_server(says(claims(("Anna kam.", [1])))) as server:
        monkeypatch.setenv(OPENAI, server.url.removeprefix("http://"))
        writer = open_writer("openai:m", SECONDS)
        assert writer.draft(TASK, SECONDS).claims[0].text == "Anna kam."
        assert writer.origin == server.url
    with hostile_server(ollama_says(claims(("Anna kam.", [1])))) as server:
        monkeypatch.setenv(OLLAMA, server.url.removeprefix("http://").removesuffix("/v1"))
        assert open_writer("ollama:m", SECONDS).draft(TASK, SECONDS).claims[0].text == "Anna kam."


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("", "http://127.0.0.1:11434"),
        ("192.168.0.7", "http://192.168.0.7:11434"),
        ("[::1]", "http://[::1]:11434"),
        ("box:80", "http://box:80"),
        ("http://box", "http://box"),
        ("https://a:b@box/x", "https://box/x"),
    ],
)
def test_the_address_of_ollama_is_read_as_its_own_client_reads_it(monkeypatch, host, address):
    monkeypatch.setenv(OLLAMA, host)
    assert ollama_server().shown == address


@pytest.mark.parametrize("address", ["http://[", "http://", "ftp://x", "http://x:99999", "http://anna:geheim99@["])
def test_what_is_no_address_is_told(monkeypatch, address):
    monkeypatch.setenv(OLLAMA, address)
    monkeypatch.setenv(OPENAI, address)
    for name, variable in (("ollama:m", OLLAMA), ("openai:m", OPENAI)):
        with pytest.raises(WriterAddressInvalid, match=variable) as caught:
            open_writer(name, SECONDS)
        assert "geheim99" not in caught.value.message("de")


@pytest.mark.parametrize("key", ["schlüssel-1234", "sk-1234\n5678", "sk\u200b1234"])
def test_a_key_that_no_header_can_hold_is_told_and_not_shown(monkeypatch, key):
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(WriterKeyInvalid, match="OPENAI_API_KEY") as caught:
        open_writer("openai:m", SECONDS)
    assert "1234" not in caught.value.message("de")


def test_without_an_address_the_key_is_for_openai(monkeypatch):
    with pytest.raises(WriterUnset):
        openai_server("openai:m")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-1234")
    assert openai_server("openai:m").shown == "https://api.openai.com/v1"


def test_a_broken_model_file_is_told_without_advice_about_servers(tmp_path):
    broken = tmp_path / "kein.gguf"
    broken.write_bytes(b"no model")
    with pytest.raises(GgufUnreadable) as caught:
        open_writer(f"gguf:{broken}", SECONDS)
    assert "Server" not in caught.value.message("de")
    broken.write_bytes(b"GGUF\x03\x00\x00\x00" + b"\xff" * 64)  # the rest is missing
    with pytest.raises((GgufUnreadable, LlamaCppMissing)):
        open_writer(f"gguf:{broken}", SECONDS)
    with pytest.raises(GgufMissing):
        open_writer("gguf:nirgends.gguf", SECONDS)


def test_a_missing_llama_cpp_is_installed_as_the_readme_says():
    assert "pip install -e '.[gguf]'" in LlamaCppMissing().message("de")


@pytest.mark.parametrize("name", ["gpt", "openai:", ":m", "ollama", "extractive:x"])
def test_a_writer_that_there_is_not_is_told_with_those_that_there_are(name):
    with pytest.raises(WriterUnknown, match=r"ollama:MODEL, openai:MODEL, gguf:FILE"):
        open_writer(name, SECONDS)
