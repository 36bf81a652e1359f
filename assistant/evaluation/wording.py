"""What a language model did as the writer of an evaluation: how often it answered, and why it did not."""

from collections import Counter
from collections.abc import Sequence

from assistant.evaluation.records import Result, Wording
from assistant.messages import Text
from assistant.records import EXTRACTIVE, Language

_SUMMARY = Text(
    de="Schreiber {writer}: {worded} Antworten formuliert, {declined}-mal keine gefunden; {instead}-mal antworteten die"
    " Sätze der Dokumente, davon {failed}-mal, weil er ausfiel.",
    en="Writer {writer}: {worded} answers worded, {declined} times none found; {instead} times the documents' sentences"
    " answered, {failed} of them because it failed.",
)
_DROPPED = Text(de="Aussagen verworfen: {count} ({reasons})", en="Claims dropped: {count} ({reasons})")
_FAILED = Text(
    de="ACHTUNG: Der Schreiber {writer} fiel bei {failed} Fragen aus; dort sind die Antworten nicht die seinen, und sie"
    " werden nicht aufgehoben: derselbe Befehl fragt sie noch einmal. Zuletzt: {reason}",
    en="WARNING: the writer {writer} failed at {failed} questions; the answers to these are not its own, and are not"
    " kept: the same command asks them again. The last time: {reason}",
)


def wording_of(writer: str, results: Sequence[Result]) -> Wording | None:
    """What became of the drafts of `writer`; None for the extractive one."""
    if writer == EXTRACTIVE:
        return None
    answered = [one for one in results if one.status == "answered"]
    return Wording(
        writer=writer,
        worded=sum(one.writer != EXTRACTIVE for one in answered),
        declined=sum(one.refusal == "writer_declined" for one in results),
        instead=sum(one.writer == EXTRACTIVE for one in answered),
        failed=sum(one.fallback is not None for one in results),
        last_failure=next((one.fallback for one in reversed(results) if one.fallback), None),
        dropped=dict(Counter(fault.reason for one in results for fault in one.dropped if fault.text).most_common()),
    )


def summary(wording: Wording, language: Language) -> list[str]:
    """It in words, a line each."""
    lines = [_SUMMARY.to(language, **wording.model_dump(include={"writer", "worded", "declined", "instead", "failed"}))]
    if wording.dropped:
        count = sum(wording.dropped.values())
        reasons = ", ".join(f"{reason} {times}" for reason, times in wording.dropped.items())
        lines.append(_DROPPED.to(language, count=count, reasons=reasons))
    return lines


def warning(wording: Wording, language: Language) -> str | None:
    """That some answers are not the writer's; None: all that it was asked are."""
    if not wording.failed:
        return None
    return _FAILED.to(language, writer=wording.writer, failed=wording.failed, reason=wording.last_failure)
