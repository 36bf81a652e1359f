"""What went wrong with a server of models, in one sentence: clients raise what they like."""

from collections.abc import Iterator

from assistant.errors import (
    WriterError,
    WriterFailed,
    WriterHungUp,
    WriterLacksModel,
    WriterNeedsKey,
    WriterRejectsKey,
    WriterUnreachable,
)
from assistant.messages import Text
from assistant.reasons import reason_of
from assistant.writers.addresses import Server
from assistant.writers.hiding import Secrets

LONGEST_REASON = 200  # characters of what a server says
PULL = "ollama pull {model}"
NOT_REACHED = frozenset(("ConnectError", "ConnectTimeout", "ConnectionError", "ConnectionRefusedError"))
"""Names of errors, of httpx, the system, and of clients that hide these."""
HUNG_UP = frozenset(("RemoteProtocolError", "ReadError", "WriteError", "ConnectionResetError", "BrokenPipeError"))
OTHER_NAME = Text(de="Prüfen Sie den Namen des Modells und {variable}.", en="Check the model's name and {variable}.")
OTHER_FILE = Text(de="Nehmen Sie eine andere Modelldatei.", en="Take another model file.")


def failure_of(error: Exception, writer: str, server: Server | None, secrets: Secrets) -> WriterError:
    """What `error` of the client of `writer` means; without a server it is a file that failed."""
    said = _said(error, secrets)
    if server is None:
        return WriterFailed(writer, reason=said, advice=OTHER_FILE)
    status = status_of(error)
    if status == 401 and not server.key:
        return WriterNeedsKey(writer, variable=server.key_variable)
    if status in {401, 403} and server.key:
        return WriterRejectsKey(writer, variable=server.key_variable)
    kind, _, model = writer.partition(":")
    name_or_address = OTHER_NAME.filled(variable=server.address_variable)
    if status == 404 and "model" in said.casefold():
        pull = PULL.format(model=model)
        advice = pull if kind == "ollama" else name_or_address
        return WriterLacksModel(writer, reason=said, advice=advice)
    if status is None and _is_raised(error, NOT_REACHED):
        reason = _refusal_of_system(error) or said
        return WriterUnreachable(writer, address=server.shown, variable=server.address_variable, reason=reason)
    if status is None and _is_raised(error, HUNG_UP):
        return WriterHungUp(writer, reason=_refusal_of_system(error) or said)
    return WriterFailed(writer, reason=said, advice=name_or_address)


def status_of(error: Exception) -> int | None:
    """The HTTP status that a client's error carries."""
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) and status > 0 else None


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _said(error: Exception, secrets: Secrets) -> str:
    """The server's own words, or the client's, fit to print."""
    status = status_of(error)
    body = getattr(error, "body", None) or getattr(error, "error", None)  # of openai's and of ollama's errors
    if isinstance(body, dict):
        body = next((body[name] for name in ("message", "detail", "error") if isinstance(body.get(name), str)), None)
    words = body if isinstance(body, str) else "" if status else str(error)
    words = "".join(one for one in " ".join(words.split()) if one.isprintable())
    words = " ".join(part for part in (f"HTTP {status}:" if status else "", secrets.hidden_in(words)) if part)
    return words.removesuffix(":")[:LONGEST_REASON] or type(error).__name__


def _is_raised(error: Exception, names: frozenset[str]) -> bool:
    return any(type(one).__name__ in names for one in chain(error))


def _refusal_of_system(error: Exception) -> Text | None:
    """Why it lets nothing through, where that is known."""
    refusals = [one for one in chain(error) if isinstance(one, OSError) and one.errno]
    return reason_of(refusals[-1]) if refusals else None
