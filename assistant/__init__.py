"""Quellentreu: answers to questions about one's own documents, every sentence proved by a verbatim place."""

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
