"""An Outcome beside a Question's gold: what was found, cited and refused rightly."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.evaluation.records import GoldPlace, Question, Result, Unit
from assistant.index import Index
from assistant.pipeline import Outcome
from assistant.records import Answer, Document, Hit, Place, Refusal
from assistant.sentences import display_form

HITS = 10
"""mrr@10 looks at that many paragraphs."""
HELD = 0.5  # share of a gold place's characters that must be cited
SENTENCE_RANKS = (1, 3)
PARAGRAPH_RANKS = (1, 5)


def judge(question: Question, outcome: Outcome, index: Index, unit: Unit) -> Result:
    """The question's Result. Places overlap if they share a character of the same document."""
    result = outcome.result
    is_answered = isinstance(result, Answer)
    cited = tuple(_places(result))
    drafted = [
        outcome.evidence[number - 1]
        for claim in outcome.draft.claims
        for number in claim.sentences
        if 1 <= number <= len(outcome.evidence)
    ]
    proposed = [(item.source, item.span.start, item.span.end) for item in drafted]
    said = [(place.source, place.start, place.end) for place in cited]
    covered = parts_held(said if is_answered else proposed, question.gold)
    would_be_right = bool(question.gold) and covered == question.parts
    ranks = tuple(_paragraph_ranks(question.gold, outcome.hits, index, unit))
    evidence_rank = next(
        (
            rank
            for rank, item in enumerate(outcome.evidence, 1)
            if parts_covered([(item.source, *item.span)], question.gold)
        ),
        None,
    )
    scores = dict(_scores_of_ranks(question, ranks, evidence_rank))
    scores |= _scores_of_answer(question, outcome, would_be_right)
    if is_answered:
        scores |= _scores_of_citations(question, said, covered)
    if cited:
        scores["citation.verbatim"] = _share(_is_verbatim(cited, index.by_name))
    is_right = is_answered and would_be_right if question.gold else not is_answered
    return Result(
        **_asked(question),
        gold_sentences=tuple(_widened(place, index.by_name[place.source]) for place in question.gold),
        status="answered" if is_answered else "refused",
        is_right=is_right,
        confidence=result.inquiry.confidence,
        would_be_right=would_be_right,
        scores=scores | {"overall.right": float(is_right)},
        answer=outcome.reply.answer,
        cited=cited,
        paragraph_ranks=ranks,
        evidence_rank=evidence_rank,
        timings_ms=outcome.timings_ms,
        writer=result.inquiry.writer,
        refusal=None if isinstance(result, Answer) else result.reason,
        dropped=result.dropped,
        fallback=outcome.reply.fallback,
    )


def _scores_of_ranks(
    question: Question, ranks: Sequence[int | None], evidence_rank: int | None
) -> Iterator[tuple[str, float]]:
    """What retrieval and evidence are worth; nothing where there is no gold to find."""
    if question.gold:
        for k in PARAGRAPH_RANKS:
            yield f"retrieval.recall@{k}", _share(_within(rank, k) for rank in ranks)
        first = min((rank for rank in ranks if rank is not None), default=None)
        yield "retrieval.mrr@10", 1 / first if first is not None and _within(first, HITS) else 0.0
        for k in SENTENCE_RANKS:
            yield f"evidence.hit@{k}", float(_within(evidence_rank, k))


def _scores_of_answer(question: Question, outcome: Outcome, would_be_right: bool) -> Iterator[tuple[str, float]]:
    """What answering or refusing is worth."""
    claims = outcome.result.claims if isinstance(outcome.result, Answer) else ()
    if question.gold:
        yield "answer.coverage", float(bool(claims))
        yield "answer.correct", float(bool(claims) and would_be_right)
        if answers := [one for one in question.answers if display_form(one)]:
            text = " ".join(claim.text for claim in claims)
            yield "answer.contains", float(any(_contains(text, answer) for answer in answers))
    else:
        yield "refusal.recall", float(not claims)
    if not claims:
        yield "refusal.precision", float(not question.gold)


def _scores_of_citations(
    question: Question, said: Sequence[tuple[str, int, int]], covered: frozenset[int]
) -> Iterator[tuple[str, float]]:
    """What an answer's citations are worth."""
    yield "citation.precision", _share(bool(parts_covered([place], question.gold)) for place in said)
    if question.gold:
        yield "citation.recall", len(covered) / len(question.parts)


def judge_failure(question: Question, error: str) -> Result:
    """The Result of a question that an error came of: wrong in all that applies to it."""
    applies = (
        (
            *(f"retrieval.recall@{k}" for k in PARAGRAPH_RANKS),
            "retrieval.mrr@10",
            *(f"evidence.hit@{k}" for k in SENTENCE_RANKS),
            "answer.coverage",
            "answer.correct",
            *(["answer.contains"] if question.answers else []),
        )
        if question.is_answerable
        else ("refusal.recall",)
    )
    return Result(
        **_asked(question),
        status="failed",
        is_right=False,
        confidence=None,
        would_be_right=False,
        scores=dict.fromkeys((*applies, "overall.right"), 0.0),
        answer=error.encode(errors="replace").decode(),
        cited=(),
        paragraph_ranks=(None,) * len(question.parts),
        evidence_rank=None,
        timings_ms={},
    )


def is_of(result: Result, question: Question) -> bool:
    """Whether a result is of this very question, with the same gold."""
    asked = _asked(question)
    return all(getattr(result, name) == value for name, value in asked.items())


def parts_covered(places: Iterable[tuple[str, int, int]], gold: Sequence[GoldPlace]) -> frozenset[int]:
    """Parts of the gold that some of the places, each (source, start, end), overlap."""
    return frozenset(
        one.part
        for source, start, end in places
        for one in gold
        if one.source == source and one.start < end and start < one.end
    )


def parts_held(places: Sequence[tuple[str, int, int]], gold: Sequence[GoldPlace]) -> frozenset[int]:
    """Parts of the gold that the places, each (source, start, end), hold for the most part."""

    def held(one: GoldPlace) -> int:
        spans = [range(start, end) for source, start, end in places if source == one.source]
        return sum(any(at in span for span in spans) for at in range(one.start, one.end))

    return frozenset(one.part for one in gold if held(one) >= HELD * (one.end - one.start))


def _paragraph_ranks(gold: Sequence[GoldPlace], hits: Sequence[Hit], index: Index, unit: Unit) -> Iterator[int | None]:
    """For each part, in order, the rank of the first paragraph that holds it; each paragraph counts once."""
    found: dict[int, int] = {}
    rank, seen = 0, set()
    for hit in hits:
        passage = index.passages[hit.passage]
        document = index.documents[passage.document]
        key = passage.document if unit == "document" else hit.passage
        if key in seen:
            continue
        seen.add(key)
        rank += 1
        span = (0, len(document.text)) if unit == "document" else passage.span
        for part in parts_covered([(document.name, *span)], gold):
            found.setdefault(part, rank)
    for part in sorted({place.part for place in gold}):
        yield found.get(part)


def _widened(place: GoldPlace, document: Document) -> GoldPlace:
    """The sentences that a place lies in; the place itself if it lies in none."""
    around = [span for span in document.sentences if span.start < place.end and place.start < span.end]
    if not around:
        return place
    start, end = min(place.start, around[0].start), max(place.end, around[-1].end)
    return GoldPlace(source=place.source, start=start, end=end, quote=document.text[start:end], part=place.part)


def _places(result: Answer | Refusal) -> Iterator[Place]:
    for one in result.citations if isinstance(result, Answer) else result.nearest:
        yield Place(source=one.source, start=one.start, end=one.end, quote=one.quote)


def _is_verbatim(places: Iterable[Place], documents: Mapping[str, Document]) -> Iterator[bool]:
    """Checked against the text itself, not by the code that enforcement uses."""
    for place in places:
        document = documents.get(place.source)
        yield document is not None and document.text[place.start : place.end] == place.quote != ""


def _within(rank: int | None, limit: int) -> bool:
    return rank is not None and rank <= limit


def _share(truths: Iterable[bool]) -> float:
    values = list(truths)
    return sum(values) / len(values)


def _contains(text: str, answer: str) -> bool:
    """Whether the text has the answer, as whole words, in any case and spacing."""
    return bool(re.search(rf"(?<!\w){re.escape(display_form(answer).casefold())}(?!\w)", text.casefold()))


def _asked(question: Question) -> dict[str, object]:
    return {
        "id": question.id,
        "question": question.question,
        "kind": question.kind,
        "language": question.language,
        "is_answerable": question.is_answerable,
        "expected": question.answers,
        "gold": question.gold,
    }
