"""An evaluation beside an earlier one: paired differences, and the questions that flipped."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from assistant.corpus import NO_REGULAR_FILE
from assistant.errors import BaselineUnfit, BaselineUnreadable
from assistant.evaluation.metrics import METRICS, OF_CONFIDENCE, Array, applies_to, interval, statistic_of
from assistant.evaluation.records import Comparison, Difference, Evaluation, Flip, Result
from assistant.faults import faults_of
from assistant.files import is_endless
from assistant.messages import Text

EMPTY = Text(de="sie ist leer", en="it is empty")


def read_baseline(path: Path) -> list[Evaluation]:
    """The evaluations that `evaluate --json` printed or a report holds, one a line or a single one.

    Raises BaselineUnreadable.
    """
    if is_endless(path):
        raise BaselineUnreadable(path, reason=NO_REGULAR_FILE)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BaselineUnreadable(path, reason=error) from error
    try:  # a single one may be laid out over several lines
        return [Evaluation.model_validate_json(content, extra="ignore")]
    except ValidationError:
        lines = [line for line in content.splitlines() if line.strip()]
    try:
        found = [Evaluation.model_validate_json(line, extra="ignore") for line in lines]
    except ValidationError as error:
        raise BaselineUnreadable(path, reason=faults_of(error)[0]) from error
    if not found:
        raise BaselineUnreadable(path, reason=EMPTY)
    return found


def with_comparison(evaluation: Evaluation, baselines: Sequence[Evaluation], file: Path) -> Evaluation:
    """The evaluation beside its baseline: the one of the same set and paragraphs, or the only one that `file` has.

    Raises BaselineUnfit if there is none or no question is the same.
    """
    named = [one for one in baselines if one.title == evaluation.title]
    if not named and len(baselines) > 1:
        raise BaselineUnfit(file, set=evaluation.title)
    return Evaluation(**dict(evaluation) | {"comparison": compare((named or baselines)[0], evaluation, file)})


def compare(before: Evaluation, after: Evaluation, baseline: Path) -> Comparison:
    """Two evaluations, question by question. Raises BaselineUnfit if they share none."""
    earlier = {one.id: one for one in before.results}
    pairs = [(earlier[one.id], one) for one in after.results if one.id in earlier and _same_task(earlier[one.id], one)]
    if not pairs:
        raise BaselineUnfit(baseline, set=after.title)
    differences: dict[str, Difference] = {}
    for metric in METRICS:
        enough = all if metric in OF_CONFIDENCE else any
        asked = [pair for pair in pairs if enough(applies_to(metric, one) for one in pair)]
        difference = _difference(metric, asked) if asked else None
        if difference is not None:
            differences[metric] = difference
    flips = tuple(
        Flip(
            id=now.id,
            question=now.question,
            kind=now.kind,
            is_right_now=now.is_right,
            before=then.answer,
            after=now.answer,
        )
        for then, now in pairs
        if then.is_right != now.is_right
    )
    then_with, now_with = before.made_with | _asked_how(before), after.made_with | _asked_how(after)
    keys = [key for key in {**then_with, **now_with} if then_with.get(key) != now_with.get(key)]
    return Comparison(
        baseline=str(baseline),
        questions=len(pairs),
        only_before=len(before.results) - len(pairs),
        only_now=len(after.results) - len(pairs),
        differences=differences,
        flips=flips,
        changes={key: (then_with.get(key, ""), now_with.get(key, "")) for key in keys},
    )


def _asked_how(evaluation: Evaluation) -> dict[str, str]:
    return {
        "set": evaluation.set,
        "--paragraphs": evaluation.paragraphs or "",
        "--hide-gold": str(evaluation.gold_is_hidden),
    }


def _same_task(one: Result, other: Result) -> bool:
    return (one.question, one.is_answerable, one.gold) == (other.question, other.is_answerable, other.gold)


def _difference(metric: str, pairs: Sequence[tuple[Result, Result]]) -> Difference | None:
    """The same questions are drawn for both, so that what they share falls out; None if one side has no figure."""
    then, now = (statistic_of(metric, side) for side in zip(*pairs, strict=True))

    def statistic(rows: npt.NDArray[np.int64]) -> Array:
        return now(rows) - then(rows)

    rows = np.arange(len(pairs))
    before, after = float(then(rows)), float(now(rows))
    if np.isnan(before) or np.isnan(after):
        return None
    low, high = interval(statistic, len(pairs))
    return Difference(
        before=before,
        after=after,
        value=after - before,
        low=low,
        high=high,
        questions=len(pairs),
    )
