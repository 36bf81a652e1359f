"""The only place that constructs an Answer or a Refusal: what the documents do not prove does not pass."""

from collections.abc import Mapping, Sequence

from assistant.claims.checks import Fault, fault_of
from assistant.claims.support import Support
from assistant.context import is_whole
from assistant.german import language_of
from assistant.orders import is_of_order
from assistant.records import (
    Answer,
    Citation,
    Claim,
    Document,
    Draft,
    DraftClaim,
    Dropped,
    Evidence,
    Inquiry,
    Place,
    Refusal,
    RefusalReason,
)
from assistant.sentences import display_form, section_title

NEAREST = 3  # places that a refusal shows
MOST_CITED = 6  # sentences of which a claim may say some only


def enforce(
    inquiry: Inquiry,
    draft: Draft,
    evidence: Sequence[Evidence],
    documents: Mapping[str, Document],
    support: Support | None = None,
    dropped_before: Sequence[Dropped] = (),
) -> Answer | Refusal:
    """The Answer that the documents prove of `draft`, or a Refusal where nothing of it is left.

    Claim numbers count `evidence` from 1; quotes and offsets are taken from `documents`, never from the writer. A
    wording of the writer's own passes all checks of `assistant.claims`, or is dropped, and told beside what was dropped
    of earlier drafts.
    """
    numbers: dict[int, int] = {}  # of the evidence that claims rest on so far, to citation numbers
    citations: list[Citation] = []
    claims: list[Claim] = []
    dropped = list(dropped_before)
    for drafted in draft.claims:
        if drafted.text is not None and display_form(drafted.text) in {claim.text for claim in claims}:
            continue  # it is said
        given = tuple(dict.fromkeys(drafted.sentences))
        faults: list[Fault] = []
        is_worded = drafted.text is not None and all(1 <= number <= len(evidence) for number in given)
        for rests_on in _proofs(given, is_worded):
            cited = [evidence[number - 1] for number in rests_on if 1 <= number <= len(evidence)]
            text, found = _checked(drafted, cited, len(rests_on), documents, inquiry.question, support)
            if found is None:
                break
            faults.append(found)
        fault = faults[0] if found is not None else None  # of all that it points to
        if fault is not None:
            one = Dropped(text=drafted.text, reason=fault.reason, detail=fault.detail)
            dropped += [one] if one not in dropped else []
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


def _proofs(numbers: tuple[int, ...], is_worded: bool) -> list[tuple[int, ...]]:
    """All that a claim points to, and where it words something of its own each run of it, the longest first.

    What it does not say it does not cite.
    """
    if not is_worded or not 1 < len(numbers) <= MOST_CITED:
        return [numbers]
    lengths = range(len(numbers), 0, -1)
    return [numbers[at : at + length] for length in lengths for at in range(len(numbers) - length + 1)]


def _checked(
    drafted: DraftClaim,
    cited: Sequence[Evidence],
    wanted: int,
    documents: Mapping[str, Document],
    question: str,
    support: Support | None,
) -> tuple[str, Fault | None]:
    """What a claim says of the `cited` of the `wanted` sentences that it points to, and why it may not, or None."""
    quotes = [display_form(documents[item.source].quote(item.span)) for item in cited]
    text = " ".join(quotes) if drafted.text is None else display_form(drafted.text)
    if len(cited) < max(1, wanted):
        return text, Fault("no_such_sentence")
    if not _is_whole(cited, documents):
        return text, Fault("context_missing")
    fault = _fault(text, quotes, question, support)
    if text != " ".join(quotes) and any(is_of_order(documents[item.source], item.span) for item in cited):
        fault = Fault("order_reworded")
    return text, fault


def _is_whole(cited: Sequence[Evidence], documents: Mapping[str, Document]) -> bool:
    """Whether what is cited of each document is there with what it needs to be understood."""
    names = {item.source for item in cited}
    return all(is_whole([item.span for item in cited if item.source == name], documents[name]) for name in names)


def _fault(text: str, quotes: Sequence[str], question: str, support: Support | None) -> Fault | None:
    """Why a claim is not proved by these quotes, or None. An error in a check is a fault, too."""
    if text == " ".join(quotes):
        return None if text else Fault("not_proved")
    if not text:
        return Fault("not_proved")
    try:
        if fault := fault_of(text, quotes, question):
            return fault
        if language_of(text) == language_of(" ".join(quotes)):
            return None
        return None if support is not None and support(text, quotes) else Fault("not_supported")
    except Exception:  # noqa: BLE001 - it fails closed, whatever went wrong
        return Fault("check_failed")


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
