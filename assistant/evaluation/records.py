"""The records of an evaluation: what is asked, what came of it, and what that is worth."""

from typing import Literal

from pydantic import Field

from assistant.messages import Text
from assistant.records import Dropped, DropReason, Language, Place, Probability, Record, RefusalReason
from assistant.risk import Calibration

Unit = Literal["document", "passage"]
"""What counts as a paragraph found: a passage, or of a SQuAD file, whose documents are its paragraphs, a document."""


class GoldPlace(Place):
    """A place that proves a right answer, or a part of it."""

    part: int = Field(default=1, ge=1)
    """Places of the same part prove the same; a right answer cites one of each part."""


class Question(Record):
    """A question of a set, its evidence found in the documents."""

    id: str
    """Unique in its set."""
    question: str
    """As it is asked."""
    answers: tuple[str, ...] = ()
    """Acceptable answers in words."""
    gold: tuple[GoldPlace, ...] = ()
    """Where the documents answer; empty: they do not, and it is to be refused."""
    kind: str | None = None
    """What it asks for, or how; free to choose."""
    language: Language
    """The question's."""
    earlier: tuple[str, ...] = ()
    """Questions asked before it in the same conversation."""
    article: tuple[str, ...] = ()
    """Documents that `--hide-gold` takes away."""
    problem: Text | None = None
    """Why it cannot be asked, where that is so: it then counts as failed."""

    @property
    def is_answerable(self) -> bool:
        """Whether the documents answer it, as far as the set is to be believed."""
        return bool(self.gold) or self.problem is not None

    @property
    def parts(self) -> frozenset[int]:
        """Of its gold."""
        return frozenset(place.part for place in self.gold)

    def without_gold(self) -> "Question":
        """The same question where its article is hidden: no document answers it."""
        return Question(**dict(self) | {"gold": (), "problem": None})


class Result(Record):
    """What became of a question, judged."""

    id: str
    question: str
    kind: str | None
    language: Language
    is_answerable: bool
    """Whether the documents answer it; otherwise a refusal is right."""
    status: Literal["answered", "refused", "failed"]
    """Failed: an error came instead."""
    is_right: bool
    """Answered, and every part of the gold is cited; or rightly refused."""
    confidence: Probability | None
    """Probability that the documents answer; None if it failed."""
    would_be_right: bool
    """Whether the answer is right; for a refused question, the one the extractive writer would have given."""
    scores: dict[str, Probability]
    """By metric, 0 to 1; a metric that does not apply to the question is left out."""
    answer: str
    """The answer's text, the refusal's, or the error's."""
    expected: tuple[str, ...] = ()
    """Acceptable answers in words."""
    gold: tuple[GoldPlace, ...]
    gold_sentences: tuple[GoldPlace, ...] = ()
    """The gold, each place widened to whole sentences."""
    cited: tuple[Place, ...]
    """Sentences cited; if refused, the nearest places shown."""
    paragraph_ranks: tuple[int | None, ...]
    """For each part of the gold the rank, from 1, of the first paragraph found that holds it; None: not found."""
    evidence_rank: int | None
    """Rank of the first evidence sentence that overlaps the gold."""
    timings_ms: dict[str, float]
    """Milliseconds by stage, and `total`."""
    writer: str | None = None
    """Who worded the reply; None if it failed."""
    refusal: RefusalReason | None = None
    """Why nothing was said; None if answered or failed."""
    dropped: tuple[Dropped, ...] = ()
    """What the writer proposed and enforcement did not let through."""
    fallback: str | None = None
    """Why the writer that is set did not write, though it was asked; None: it did, or was not asked."""


class Figure(Record):
    """A metric's value over some questions, with its 95 % interval."""

    value: float
    low: float
    """2.5 % of bootstrap resamples lie below."""
    high: float
    """2.5 % of bootstrap resamples lie above."""
    questions: int
    """How many the metric applies to: with few, the interval is too narrow."""


class KindFigures(Record):
    """The figures of the questions of one kind."""

    questions: int
    metrics: dict[str, Figure]


class Difference(Record):
    """How a metric changed from the baseline, question by question."""

    before: float
    after: float
    value: float
    """`after - before`."""
    low: float
    high: float
    questions: int
    """Asked in both."""

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out 0; over fewer than ten questions it says too little."""
        return self.questions >= 10 and (self.low > 0 or self.high < 0)


class Flip(Record):
    """A question that was right in one evaluation and wrong in the other."""

    id: str
    question: str
    kind: str | None
    is_right_now: bool
    before: str
    """What was said before."""
    after: str
    """What is said now."""


class Comparison(Record):
    """An evaluation beside an earlier one of the same questions."""

    baseline: str
    """The earlier one's file."""
    questions: int
    """Asked in both, with the same gold."""
    only_before: int
    """Questions that are in the baseline alone, or have changed since."""
    only_now: int
    """Questions that are not in the baseline, or have changed since."""
    differences: dict[str, Difference]
    """By metric."""
    flips: tuple[Flip, ...]
    changes: dict[str, tuple[str, str]]
    """Settings and versions that differ: before and now."""


class GateResult(Record):
    """Whether a figure is as good as it has to be."""

    gate: str
    """As it was given, e.g. "refusal.recall>=0.95"."""
    value: float | None
    """The figure; None where the set does not measure it, which fails."""
    is_passed: bool


class Wording(Record):
    """What a language model did as the writer."""

    writer: str
    """As it is set."""
    worded: int
    """Answers in its words."""
    declined: int
    """Questions that it found no answer to."""
    instead: int
    """Questions that the extractive writer answered in its place: nothing of its words was proved, or it failed."""
    failed: int
    """Questions that it was asked and failed at."""
    last_failure: str | None
    """Why, the last time."""
    dropped: dict[DropReason, int]
    """Claims that were not let through, by reason, the most frequent first."""


class Evaluation(Record):
    """All of it: what `evaluate --json` prints."""

    set: str
    """The question set's file name."""
    sha256: str
    """Of the set's files."""
    paragraphs: str | None
    """The file whose paragraphs were asked, where it is another one."""
    gold_is_hidden: bool
    questions: int
    left_out: int
    """Questions of the set that `paragraphs` does not have."""
    resumed: int
    """Questions that an interrupted run had asked already."""
    failed: int
    """Questions that an error came of; they count as wrong."""
    metrics: dict[str, Figure]
    """By name; those that no question of the set measures are left out."""
    by_kind: dict[str, KindFigures]
    gates: tuple[GateResult, ...] = ()
    comparison: Comparison | None = None
    wording: Wording | None = None
    """What the language model that is set did; None: the writer is the extractive one."""
    seconds: dict[str, float]
    """How long this run took for `opening` (model and index) and `questions`."""
    made_with: dict[str, str]
    """Settings, versions and the code that produced it."""
    results: tuple[Result, ...]
    """In the set's order."""

    @property
    def title(self) -> str:
        """The set's name and how it was asked, e.g. "xquad.en.json on xquad.de.json, gold hidden"."""
        return (
            self.set
            + (f" on {self.paragraphs}" if self.paragraphs else "")
            + (", gold hidden" if self.gold_is_hidden else "")
        )


class WrongShare(Record):
    """Share of answers to questions that the documents do not answer, with its exact 95 % interval."""

    value: Probability
    low: Probability
    high: Probability


class ThresholdWorth(Record):
    """What a threshold is worth over some questions."""

    least_confidence: Probability
    """The threshold."""
    answered: Probability
    """Share of the questions that are at least so sure."""
    wrong: WrongShare | None
    """Of these; None where there are none."""


class CalibrationReport(Record):
    """What `calibrate --json` prints."""

    risk: Probability
    """Largest share of the answers that may be given though the documents do not answer."""
    risk_is_kept: bool
    """Whether the questions show, at any threshold, that it is not exceeded."""
    least_risk: Probability
    """The smallest risk, in whole per cent, that they show to be kept."""
    questions: int
    """How many it rests on."""
    answerable: int
    """How many of them the documents answer."""
    failed: int
    """Further questions, which an error came of."""
    before: ThresholdWorth
    """The threshold that held so far."""
    after: ThresholdWorth | None
    """The new one, over the questions that it was chosen with; None where the risk is not kept: the default holds."""
    calibration: Calibration
    """What is kept with the index."""
