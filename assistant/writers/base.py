"""What a writer that words its own claims is asked, and what it hands back."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from assistant.records import Draft, Dropped, Language

OnText = Callable[[str], None]
"""Is given provisional text as it is written: what no check has seen yet."""


def no_text(text: str) -> None:
    """Shows nothing."""


class Task(NamedTuple):
    """A question and the sentences that may be pointed to."""

    question: str
    language: Language
    """That claims are to be written in."""
    sentences: tuple[str, ...]
    """In display form; the first is number 1."""
    faults: tuple[Dropped, ...] = ()
    """What was wrong with an earlier draft of the same; none: it is the first."""


class Writer(Protocol):
    """Drafts claims. What a new kind of writer has to bring."""

    origin: str
    """Where it comes from, as far as answers depend on it: a server's address, a model file's hash."""

    def draft(self, task: Task, seconds: float, on_text: OnText = no_text) -> Draft:
        """Claims, each with the numbers of its sentences; none: it cannot answer from these.

        Returns or raises within about `seconds`. Raises WriterError.
        """
        ...


class ScriptedWriter:
    """A test double: hands out the drafts given, one after the other, and keeps what it was asked."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self.origin = "script"
        self._drafts = list(drafts)
        self.tasks: list[Task] = []

    def draft(self, task: Task, seconds: float, on_text: OnText = no_text) -> Draft:
        """The next draft."""
        self.tasks.append(task)
        return self._drafts.pop(0)
