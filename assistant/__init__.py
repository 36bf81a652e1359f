"""Quellentreu: answers to questions about one's own documents, every sentence proved by a verbatim place."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.errors import AssistantError
    from assistant.pipeline import Assistant, Outcome, build, open_assistant
    from assistant.records import Answer, Citation, Claim, Place, Refusal, Reply
    from assistant.settings import Settings, load_settings
    from assistant.verification import Problem, verify

__all__ = [
    "Answer",
    "Assistant",
    "AssistantError",
    "Citation",
    "Claim",
    "Outcome",
    "Place",
    "Problem",
    "Refusal",
    "Reply",
    "Settings",
    "build",
    "load_settings",
    "open_assistant",
    "verify",
]

_HOMES = {
    "errors": ("AssistantError",),
    "pipeline": ("Assistant", "Outcome", "build", "open_assistant"),
    "records": ("Answer", "Citation", "Claim", "Place", "Refusal", "Reply"),
    "settings": ("Settings", "load_settings"),
    "verification": ("Problem", "verify"),
}


def __getattr__(name: str) -> object:
    """A public name, imported when it is first asked for: the command line starts without what it does not need."""
    for module, names in _HOMES.items():
        if name in names:
            value: object = getattr(import_module(f"assistant.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
