"""Measures the figures of the README and writes them there: `make figures`.

Each column is what `assistant evaluate` prints; `figures.json` keeps them beside this file. Nothing is fitted here.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from assistant.evaluation.metrics import METRICS
from assistant.evaluation.records import Evaluation, Figure, Record
from tests.benchmarks.measuring import ASSISTANT
from tests.benchmarks.readme import README, with_section

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
STORE = Path(__file__).with_name("figures.json")
XQUAD, MLQA = DATA / "xquad", DATA / "mlqa"


class Column(NamedTuple):
    """A question set, how it is asked, and whether the weights know it."""

    title: str
    arguments: tuple[str, ...]
    hides: bool
    """Whether it is asked with the gold hidden, too."""


class Measured(Record):
    """What `figures.json` keeps of an evaluation."""

    questions: int
    metrics: dict[str, Figure]
    seconds: dict[str, float]


QUESTIONS = ROOT / "tests" / "questions"
COLUMNS = (
    Column("article, never seen", (str(QUESTIONS / "article-unseen.jsonl"),), False),
    Column("XQuAD German", (str(XQUAD / "xquad.de.json"),), True),
    Column(
        "XQuAD, English on German", (str(XQUAD / "xquad.en.json"), "--paragraphs", str(XQUAD / "xquad.de.json")), True
    ),
    Column("article (fitted on)", (str(QUESTIONS / "article.jsonl"),), False),
    Column("MLQA dev German (fitted on)", (str(MLQA / "mlqa-dev.de.json"),), True),
)
ROWS = tuple(metric for metric in METRICS if metric not in ("overall.right", "answer.contains"))
HIDDEN = ", gold hidden"
PEERS = (  # untuned baselines on the same files
    ("XQuAD German", "retrieval.mrr@10", ".931", ".943", ".966"),
    ("XQuAD, English on German", "retrieval.mrr@10", ".395", ".897", ""),
    ("MLQA dev German (fitted on)", "retrieval.mrr@10", ".670", ".694", ".727"),
    ("XQuAD German", "evidence.hit@1", ".632", ".740", ".771"),
    ("XQuAD German", "evidence.hit@3", "", "", ".907"),
)


def main() -> None:
    """Evaluate, keep the figures, write the README's tables."""
    if not DATA.is_dir():
        sys.exit(f"{DATA} is missing: the public test data is needed.")
    subprocess.run([ASSISTANT, "index", "--home", ROOT], check=True)
    measured: dict[str, Measured] = {}
    for column in COLUMNS:
        measured[column.title] = measure(*column.arguments)
        if column.hides:
            measured[column.title + HIDDEN] = measure(*column.arguments, "--hide-gold")
    STORE.write_text(
        json.dumps({title: one.model_dump() for title, one in measured.items()}, indent=1) + "\n", encoding="utf-8"
    )
    README.write_text(with_tables(README.read_text(encoding="utf-8"), measured), encoding="utf-8")


def measure(*arguments: str) -> Measured:
    """What `assistant evaluate` makes of a set; its progress is shown."""
    names = " ".join(Path(argument).name for argument in arguments)
    Console(stderr=True).print(f"assistant evaluate {names}", highlight=False)
    ran = subprocess.run(
        [ASSISTANT, "evaluate", *arguments, "--json", "--home", ROOT],
        stdout=subprocess.PIPE,
        check=True,
    )
    evaluation = Evaluation.model_validate_json(ran.stdout)
    return Measured(questions=evaluation.questions, metrics=evaluation.metrics, seconds=evaluation.seconds)


def stored() -> dict[str, Measured]:
    """The figures as they were measured last."""
    content = json.loads(STORE.read_text(encoding="utf-8"))
    return {title: Measured.model_validate(one) for title, one in content.items()}


def with_tables(readme: str, measured: dict[str, Measured]) -> str:
    """The README with its tables written anew."""
    return with_section(readme, "figures", "make figures", tables(measured))


def tables(measured: dict[str, Measured]) -> Iterator[str]:
    """Lines of Markdown: all figures with their intervals, then those that others have."""
    titles = [column.title for column in COLUMNS]
    yield "| figure | " + " | ".join(titles) + " |"
    yield "|---|" + "---|" * len(titles)
    yield "| questions | " + " | ".join(str(measured[title].questions) for title in titles) + " |"
    for row in ROWS:
        yield f"| `{row}` | " + " | ".join(cell(figure(measured[title], row)) for title in titles) + " |"
    hidden = [
        measured[title + HIDDEN].metrics["refusal.recall"] if title + HIDDEN in measured else None for title in titles
    ]
    yield "| `refusal.recall` with `--hide-gold` | " + " | ".join(map(cell, hidden)) + " |"
    yield ""
    yield "| figure | Quellentreu | BM25, Snowball, compounds | multilingual-e5-small | best simple fusion of these |"
    yield "|---|---|---|---|---|"
    for title, metric, *others in PEERS:
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
