"""From evidence to an answer: a draft, enforcement, one repair, and the extractive answer where nothing is left."""

import time
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from assistant.claims.support import Support
from assistant.enforcement import enforce, refuse
from assistant.errors import WriterError
from assistant.records import EXTRACTIVE, Answer, Document, Draft, DraftClaim, Dropped, Inquiry, Refusal
from assistant.sentences import display_form
from assistant.writers import Choice, extractive
from assistant.writers.base import Task, Writer


class Provisional(NamedTuple):
    """What a writer words, while no check has seen it."""

    text: str
    """All of the draft so far."""
    is_repair: bool
    """Whether it is the second draft, which was told what was wrong with the first."""


OnProvisional = Callable[[Provisional], None]


def shown_nowhere(provisional: Provisional) -> None:
    """Shows nothing."""


class Written(NamedTuple):
    """What became of the evidence."""

    result: Answer | Refusal
    draft: Draft
    """The one that the result is of."""
    fallback: WriterError | None = None
    """Why the writer that is set did not write, or not a second time; None: it did, or all it wrote was dropped."""


def quoted(
    inquiry: Inquiry, choice: Choice, documents: Mapping[str, Document], dropped: Sequence[Dropped] = ()
) -> Written:
    """The extractive answer, and what was dropped before it."""
    draft = extractive(choice)
    return Written(enforce(inquiry, draft, choice.evidence, documents, dropped_before=dropped), draft)


def written(
    inquiry: Inquiry,
    choice: Choice,
    documents: Mapping[str, Document],
    writer: Writer,
    support: Support | None,
    seconds: float,
    on_text: OnProvisional = shown_nowhere,
) -> Written:
    """The answer of a writer that words its own claims, or where nothing of it is proved the extractive one.

    A Refusal where it finds no answer. Takes about `seconds` at most, a repair of what was dropped included.
    """
    deadline = time.monotonic() + seconds
    task = Task(inquiry.question, inquiry.language, _offered(choice, documents))
    instead = Inquiry(**{**dict(inquiry), "writer": EXTRACTIVE})
    try:
        draft = _placed(writer.draft(task, seconds, lambda text: on_text(Provisional(text, is_repair=False))), choice)
    except WriterError as error:
        return quoted(instead, choice, documents)._replace(fallback=error)
    if not draft.claims:
        return Written(refuse(inquiry, "writer_declined", choice.evidence, documents), draft)
    result = enforce(inquiry, draft, choice.evidence, documents, support)
    failure = None
    if result.dropped and (left := deadline - time.monotonic()) > 0:
        try:
            repaired = _repaired(draft, result, writer, task, left, choice, on_text)
        except WriterError as error:
            repaired, failure = None, error
        if repaired is not None:
            draft = repaired
            result = enforce(inquiry, draft, choice.evidence, documents, support, result.dropped)
    if isinstance(result, Answer):
        return Written(result, draft)
    return quoted(instead, choice, documents, result.dropped)._replace(fallback=failure)


def _offered(choice: Choice, documents: Mapping[str, Document]) -> tuple[str, ...]:
    """What each offer says, in display form."""
    quotes = [display_form(documents[item.source].quote(item.span)) for item in choice.evidence]
    return tuple(" ".join(quotes[number - 1] for number in offer) for offer in choice.offers)


def _placed(draft: Draft, choice: Choice) -> Draft:
    """A draft that points to offers as one that points to evidence; a number of no offer points to no sentence."""
    offers = dict(enumerate(choice.offers, 1))
    claims = (
        DraftClaim(text=claim.text, sentences=tuple(chain(*(offers.get(number, (0,)) for number in claim.sentences))))
        for claim in draft.claims
    )
    return Draft(claims=tuple(claims))


def _repaired(
    draft: Draft,
    result: Answer | Refusal,
    writer: Writer,
    task: Task,
    seconds: float,
    choice: Choice,
    on_text: OnProvisional,
) -> Draft | None:
    """The claims that passed and those of a second draft, which is told what was wrong; None if it brings none.

    Raises WriterError.
    """
    again = task._replace(faults=result.dropped)
    second = _placed(writer.draft(again, seconds, lambda text: on_text(Provisional(text, is_repair=True))), choice)
    dropped = {fault.text for fault in result.dropped}
    kept = [claim for claim in draft.claims if claim.text not in dropped]
    new = [claim for claim in second.claims if claim.text not in dropped]
    return Draft(claims=(*kept, *new)) if new else None
