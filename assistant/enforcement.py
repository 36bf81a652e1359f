"""The only place that constructs an Answer or a Refusal: what the documents do not prove does not pass."""

from collections.abc import Mapping, Sequence

from assistant.records import (
    Answer,
    Citation,
    Claim,
    Document,
    Draft,
    Dropped,
    Evidence,
    Inquiry,
    Place,
    Refusal,
    RefusalReason,
)
from assistant.sentences import display_form, section_title

NEAREST = 3  # places that a refusal shows


def enforce(
    inquiry: Inquiry, draft: Draft, evidence: Sequence[Evidence], documents: Mapping[str, Document]
) -> Answer | Refusal:
    """The Answer that the documents prove of `draft`, or a Refusal where nothing of it is left.

    Claim numbers count `evidence` from 1; quotes and offsets are taken from `documents`, never from the writer.
    """
    numbers: dict[int, int] = {}  # of the evidence that claims rest on so far, to citation numbers
    citations: list[Citation] = []
    claims: list[Claim] = []
    dropped: list[Dropped] = []
    for drafted in draft.claims:
        rests_on = list(dict.fromkeys(drafted.sentences))
        if not rests_on or not all(1 <= number <= len(evidence) for number in rests_on):
            dropped.append(Dropped(text=drafted.text, reason="no_such_sentence"))
            continue
        text = claim_text([documents[item.source].quote(item.span) for item in (evidence[n - 1] for n in rests_on)])
        if not text or (drafted.text is not None and display_form(drafted.text) != text):
            # A wording of the writer's own passes only if it is that of its sentences.
            dropped.append(Dropped(text=drafted.text, reason="not_proved"))
            continue
        for number in rests_on:
            if number not in numbers:
                numbers[number] = len(citations) + 1
                citations.append(_citation(numbers[number], evidence[number - 1], documents))
        claims.append(Claim(text=text, citations=tuple(numbers[number] for number in rests_on)))
    if not claims:
        return refuse(inquiry, "not_in_documents", evidence, documents, tuple(dropped))
    return Answer.model_validate(
        {"inquiry": inquiry, "claims": tuple(claims), "citations": tuple(citations), "dropped": tuple(dropped)},
        context={"documents": documents},
    )


def refuse(
    inquiry: Inquiry,
    reason: RefusalReason,
    evidence: Sequence[Evidence],
    documents: Mapping[str, Document],
    dropped: tuple[Dropped, ...] = (),
    missing: tuple[str, ...] = (),
) -> Refusal:
    """The Refusal of a question, with the nearest places that `evidence`, best first, has.

    `missing` are the question's words that they do not say, where that is the reason.
    """
    places = [
        Place(
            source=item.source, start=item.span.start, end=item.span.end, quote=documents[item.source].quote(item.span)
        )
        for item in evidence[:NEAREST]
    ]
    return Refusal.model_validate(
        {"inquiry": inquiry, "reason": reason, "nearest": tuple(places), "missing": missing, "dropped": dropped},
        context={"documents": documents},
    )


def claim_text(quotes: Sequence[str]) -> str:
    """What an extractive claim says: its quotes, in display form."""
    return " ".join(display_form(quote) for quote in quotes)


def _citation(number: int, item: Evidence, documents: Mapping[str, Document]) -> Citation:
    document = documents[item.source]
    return Citation(
        number=number,
        source=document.name,
        sha256=document.sha256,
        start=item.span.start,
        end=item.span.end,
        quote=document.quote(item.span),
        page=document.page_at(item.span.start),
        section=section_title(document, item.span.start),
        answer=item.answer if item.answer and item.span.holds(item.answer) else None,  # a mark elsewhere marks nothing
    )
