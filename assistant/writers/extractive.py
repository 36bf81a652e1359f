"""The default writer: the sentences that answer, as they stand."""

from collections.abc import Sequence

from assistant.records import Draft, DraftClaim, Evidence

SHARE_OF_BEST = 0.5


def extractive(question: str, evidence: Sequence[Evidence], limit: int) -> Draft:
    """Propose the best sentence and those nearly as probable, at most `limit`, in reading order.

    `evidence` comes best first; sentences of the best one's document come before those of others.
    """
    if not evidence:
        return Draft(claims=())
    best = evidence[0]
    chosen = [
        (item.source != best.source, item.source, item.span, number)
        for number, item in enumerate(evidence[:limit], 1)
        if item.probability >= SHARE_OF_BEST * best.probability
    ]
    return Draft(claims=tuple(DraftClaim(sentences=(number,)) for *_, number in sorted(chosen)))
