"""Measures the figures of the README and writes them there: `make figures`.

Each column is what `assistant evaluate` prints; `figures.json` keeps them beside this file. Nothing is fitted here.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import Progress

from assistant import Assistant, build, load_settings, open_assistant
from assistant.embedding.engine import PackagedEmbedder
from assistant.evaluation.metrics import METRICS, figures, interval
from assistant.evaluation.own import OwnSet
from assistant.evaluation.questions import QuestionSet
from assistant.evaluation.records import Figure, Question, Record, Result
from assistant.evaluation.running import evaluated
from assistant.evaluation.squad import SquadSet
from assistant.indexing import build_index
from assistant.reading.adapter import Adapter
from assistant.reading.engine import PackagedReader
from assistant.records import Document
from assistant.weights import Judgement, fitted_weights
from tests.benchmarks.folds import HALVES, article_of, half_of_article, judgement_without, out_of_fold
from tests.benchmarks.readme import README, with_section

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
STORE = Path(__file__).with_name("figures.json")
XQUAD, MLQA = DATA / "xquad", DATA / "mlqa"


class Column(NamedTuple):
    """A question set, and how it is asked."""

    title: str
    set: Path
    paragraphs: Path | None = None
    """Whose paragraphs are asked, of a public set: each half by the reader and the weights that have not seen it."""
    home: Path = ROOT
    """Whose corpus is asked, of a set of one's own."""


class Measured(Record):
    """What `figures.json` keeps of an evaluation."""

    questions: int
    metrics: dict[str, Figure]
    seconds: dict[str, float]
    milliseconds: float = 0.0
    """Median of a question."""
    results: tuple[Result, ...] = ()
    """Not kept."""


QUESTIONS = ROOT / "tests" / "questions"
COLUMNS = (
    Column("article, blind", QUESTIONS / "article-blind.jsonl"),
    Column(
        "six documents, blind", QUESTIONS / "documents-blind" / "questions.jsonl", home=QUESTIONS / "documents-blind"
    ),
    Column("article, earlier set", QUESTIONS / "article-unseen.jsonl"),
    Column("article, first set", QUESTIONS / "article.jsonl"),
    Column("XQuAD German", XQUAD / "xquad.de.json", XQUAD / "xquad.de.json"),
    Column("XQuAD, English on German", XQUAD / "xquad.en.json", XQUAD / "xquad.de.json"),
    Column("MLQA dev German", MLQA / "mlqa-dev.de.json", MLQA / "mlqa-dev.de.json"),
)
ROWS = tuple(metric for metric in METRICS if metric not in ("overall.right", "answer.contains"))
HIDDEN, BOTH = ", gold hidden", ", both"
COVERAGE = "answer.coverage where refusal.recall is .95"
PEERS = (  # untuned baselines on the same files
    ("XQuAD German", "retrieval.mrr@10", ".931", ".943", ".966"),
    ("XQuAD, English on German", "retrieval.mrr@10", ".395", ".897", ""),
    ("MLQA dev German", "retrieval.mrr@10", ".670", ".694", ".727"),
    ("XQuAD German", "evidence.hit@1", ".632", ".740", ".771"),
    ("XQuAD German", "evidence.hit@3", "", "", ".907"),
)


def main() -> None:
    """Evaluate, keep the figures, write the tables: of all columns, or of those whose titles hold an argument."""
    if not DATA.is_dir():
        sys.exit(f"{DATA} is missing: the public test data is needed.")
    wanted = [one for one in COLUMNS if not sys.argv[1:] or any(word in one.title for word in sys.argv[1:])]
    measured = stored() if sys.argv[1:] else {}
    for column in wanted:
        Console(stderr=True).print(column.title)
        measured[column.title] = measure(column)
        if column.paragraphs:
            measured[column.title + HIDDEN] = measure(column, hides_gold=True)
            measured[column.title + BOTH] = both(measured[column.title], measured[column.title + HIDDEN])
    kept = {title: one.model_dump(exclude={"results"}) for title, one in measured.items()}
    STORE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    README.write_text(with_tables(README.read_text(encoding="utf-8"), measured), encoding="utf-8")


def measure(column: Column, *, hides_gold: bool = False) -> Measured:
    """What `assistant evaluate` makes of a set."""
    if column.paragraphs is None:
        settings = load_settings(home=column.home)
        build(settings)
        assistant = open_assistant(settings)
        return of(*asked(OwnSet(column.set), assistant, hides_gold=hides_gold))
    halves = [
        asked(
            HalfOfSet(column.set, column.paragraphs, half),
            assistant_without(half, column.paragraphs),
            hides_gold=hides_gold,
        )
        for half in HALVES
    ]
    return of([one for results, _ in halves for one in results], sum(seconds for _, seconds in halves))


def asked(question_set: QuestionSet, assistant: Assistant, *, hides_gold: bool) -> tuple[list[Result], float]:
    """The results of a set, and the seconds that its questions took."""
    with (
        tempfile.TemporaryDirectory() as journals,
        Progress(console=Console(stderr=True)) as progress,
    ):
        task = progress.add_task(question_set.name, total=None)

        def report(stage: str, done: int, total: int | None) -> None:
            progress.update(task, completed=done, total=total)

        with evaluated(
            question_set, lambda _: assistant, Path(journals), hides_gold=hides_gold, progress=report
        ) as evaluation:
            return list(evaluation.results), evaluation.seconds["questions"]


@cache
def assistant_without(half: int, paragraphs: Path) -> Assistant:
    """Over the paragraphs of a public set, with a reader and weights that have not seen this half of its articles."""
    settings = load_settings(home=ROOT)
    embedder = PackagedEmbedder()
    index = build_index(SquadSet(paragraphs).documents, embedder, settings.passage_characters)
    reader = PackagedReader(embedder, Adapter(out_of_fold(half).read_bytes()))
    judgement = Judgement.model_validate_json(judgement_without(half).read_bytes())
    fitted = fitted_weights()
    # the thresholds are the shipped ones, measured over both halves out of fold
    read = judgement.model_copy(update={"thresholds": fitted.read.thresholds})
    return Assistant(index, embedder, settings, reader=reader, weights=fitted.model_copy(update={"read": read}))


class HalfOfSet(SquadSet):
    """Those questions of a set whose article is in a half; all its paragraphs are there."""

    def __init__(self, path: Path, paragraphs: Path, half: int) -> None:
        super().__init__(path, None if paragraphs == path else paragraphs)
        self._half, self._file = half, paragraphs

    def questions(self, documents: Mapping[str, Document]) -> Iterator[Question]:
        """As the whole set's."""
        for one in super().questions(documents):
            if half_of_article(self._file, article_of(one.gold[0].source)) == self._half:
                yield one

    def count(self, documents: Mapping[str, Document]) -> int:
        """How many there are."""
        return sum(1 for _ in self.questions(documents))


def of(results: Sequence[Result], seconds: float) -> Measured:
    """The figures of results."""
    return Measured(
        questions=len(results),
        metrics=figures(results),
        seconds={"questions": seconds},
        milliseconds=float(np.median([one.timings_ms["total"] for one in results if one.timings_ms])),
        results=tuple(results),
    )


def both(shown: Measured, hidden: Measured) -> Measured:
    """The questions asked with their article and without it: half of them answerable."""
    results = [*shown.results, *hidden.results]
    measured = of(results, 0.0)
    confidence = np.array([one.confidence for one in hidden.results], float)
    threshold = np.quantile(confidence, 0.95, method="higher")
    surer = np.array([float((one.confidence or 0) > threshold) for one in shown.results])
    low, high = interval(lambda rows: surer[rows].mean(axis=-1), len(surer))
    coverage = Figure(value=float(surer.mean()), low=low, high=high, questions=len(surer))
    return measured.model_copy(update={"metrics": measured.metrics | {COVERAGE: coverage}})


def stored() -> dict[str, Measured]:
    """The figures as they were measured last."""
    content = json.loads(STORE.read_text(encoding="utf-8"))
    return {title: Measured.model_validate(one) for title, one in content.items()}


def with_tables(readme: str, measured: dict[str, Measured]) -> str:
    """The README with its tables written anew."""
    return with_section(readme, "figures", "make figures", tables(measured))


def tables(measured: dict[str, Measured]) -> Iterator[str]:
    """Lines of Markdown: all figures with their intervals, then those that others have."""
    titles = [column.title for column in COLUMNS if column.title in measured]
    yield "| figure | " + " | ".join(titles) + " |"
    yield "|---|" + "---|" * len(titles)
    yield "| questions | " + " | ".join(str(measured[title].questions) for title in titles) + " |"
    for row in ROWS:
        yield f"| `{row}` | " + " | ".join(cell(figure(measured[title], row)) for title in titles) + " |"
    for row in ("refusal.recall",):
        hidden = [measured[title + HIDDEN].metrics[row] if title + HIDDEN in measured else None for title in titles]
        yield f"| `{row}` with `--hide-gold` | " + " | ".join(map(cell, hidden)) + " |"
    for row in ("refusal.auroc", "confidence.ece", COVERAGE):
        mixed = [measured[title + BOTH].metrics[row] if title + BOTH in measured else None for title in titles]
        yield (
            f"| {row if row == COVERAGE else f'`{row}`'}, with and without gold | "
            + " | ".join(map(cell, mixed))
            + " |"
        )
    yield ""
    yield "| figure | Quellentreu | BM25, Snowball, compounds | multilingual-e5-small | best simple fusion of these |"
    yield "|---|---|---|---|---|"
    for title, metric, *others in (peer for peer in PEERS if peer[0] in measured):
        yield f"| {title}: `{metric}` | {cell(measured[title].metrics[metric], 3)} | " + " | ".join(others) + " |"


def figure(measured: Measured, metric: str) -> Figure | None:
    """A set's figure; a set that has only answerable questions says nothing about refusals that are right."""
    is_void = metric == "refusal.precision" and "refusal.recall" not in measured.metrics
    return None if is_void else measured.metrics.get(metric)


def cell(figure: Figure | None, digits: int = 2) -> str:
    """A figure with its interval: ".78 (.75–.80)"."""
    if figure is None:
        return ""
    value, low, high = (f"{one:.{digits}f}".removeprefix("0") for one in (figure.value, figure.low, figure.high))
    return f"{value} ({low}–{high})"


if __name__ == "__main__":
    main()
