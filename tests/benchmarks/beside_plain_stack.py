"""Quellentreu beside llama-index, over the same documents, questions and model: part of `make bench`.

Both are measured in one run, in turns, each in processes of its own. `beside_plain_stack.json` keeps the figures, and
the README's table is written from them. Of one figure the ratio says how many times better Quellentreu's is.
"""

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant.records import Record
from tests.benchmarks.measuring import Took, ask, percentile_95, run
from tests.benchmarks.readme import README, with_section
from tests.benchmarks.xquad import Asked, questions, write_corpus

STORE = Path(__file__).with_name("beside_plain_stack.json")
ROUNDS = 3  # of indexing; each asks its share of the questions
STARTS = 5  # of new processes


class Side(Record):
    """What one of the two takes."""

    documents_a_second: float
    """Indexed, once all is imported; loading the model counts."""
    embedded: int
    """Texts that were embedded for the index."""
    start_seconds: float
    """From the start of a new process to its end, one question asked of the index."""
    start_megabytes: float
    """The most memory that such a process held."""
    hits_ms: tuple[float, float]
    """Question to passages, in a process that has asked before: median, and what 95 % do not exceed."""
    answer_ms: tuple[float, float] | None
    """Question to answer; None where there are no answers."""
    mrr: float
    """MRR@10 of the paragraph that answers."""


class Measured(Record):
    """What `beside_plain_stack.json` keeps."""

    documents: int
    questions: int
    cores: int
    version: str
    """Of llama-index-core."""
    ours: Side
    plain: Side


class Row(NamedTuple):
    """A figure: its name, its value and where it has one its 95th percentile, and how they are written."""

    name: str
    value: Callable[[Side], tuple[float, ...] | None]
    digits: int
    is_better_higher: bool = False

    def cells(self, ours: Side, plain: Side) -> tuple[str, str, str, str]:
        """Name, both values, and how many times better ours is; of two values the first counts."""
        one, other = self.value(ours), self.value(plain)
        ratio = ""
        if one is not None and other is not None:
            (one_first, *_), (other_first, *_) = one, other
            times = one_first / other_first if self.is_better_higher else other_first / one_first
            ratio = f"{times:.1f}" if times < 10 else f"{times:.0f}"
        return self.name, self._written(one), self._written(other), ratio

    def _written(self, values: tuple[float, ...] | None) -> str:
        """Such as "12 (30)"; a dash where there is nothing."""
        if values is None:
            return "–"
        first, *rest = (f"{value:.{self.digits}f}".removeprefix("0") for value in values)
        return first + "".join(f" ({value})" for value in rest)


ROWS = (
    Row("documents indexed in a second, all imported", lambda side: (side.documents_a_second,), 1, True),
    Row("one question in a new process, seconds", lambda side: (side.start_seconds,), 2),
    Row("memory of that process at its peak, MB", lambda side: (side.start_megabytes,), 0),
    Row("question to passages, ms: median (95 %)", lambda side: side.hits_ms, 0),
    Row("question to proved answer, ms: median (95 %)", lambda side: side.answer_ms, 0),
    Row("MRR@10 of the right paragraph", lambda side: (side.mrr,), 3, True),
)


def main() -> None:
    """Measure, keep the figures, show them, write the README's table."""
    measured = measure()
    STORE.write_text(measured.model_dump_json(indent=1) + "\n", encoding="utf-8")
    README.write_text(with_table(README.read_text(encoding="utf-8"), measured), encoding="utf-8")
    headings, *rows = rows_of(measured)
    table = Table(title=title_of(measured), title_justify="left")
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    Console(width=120).print(table)


# --- measuring ---------------------------------------------------------------------------------------------------


def measure() -> Measured:
    """Both sides, in turns."""
    asked = questions()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_corpus(root / "first", 1)
        model = _model_folder()
        rounds: dict[str, list[dict]] = {"own": [], "plain": []}
        for number in track(range(ROUNDS), "Indexing and asking", console=Console(stderr=True)):
            home = root / f"home {number}"
            documents = write_corpus(home)
            part = root / f"{number}.json"
            part.write_text(json.dumps([one.question for one in asked[number::ROUNDS]]), encoding="utf-8")
            commands = {
                "own": ("own_stack", home, part, root / "first"),
                "plain": ("plain_stack", "measure", model, home, part, root / "first"),
            }
            for side in _in_turns(rounds, number):
                rounds[side].append(json.loads(_module(*commands[side]).output))
        starts: dict[str, list[Took]] = {"own": [], "plain": []}
        for number in track(range(STARTS + 1), "Starting", console=Console(stderr=True)):
            question = asked[number].question
            for side in _in_turns(starts, number):
                is_own = side == "own"
                took = ask(question, home) if is_own else _module("plain_stack", "ask", model, home, question)
                starts[side].append(took)
    return Measured(
        documents=documents,
        questions=len(asked),
        cores=os.cpu_count() or 1,
        version=metadata.version("llama-index-core"),
        ours=side_of(rounds["own"], starts["own"][1:], asked, documents),  # the first fills the system's caches
        plain=side_of(rounds["plain"], starts["plain"][1:], asked, documents),
    )


def side_of(rounds: Sequence[dict], starts: Sequence[Took], asked: Sequence[Asked], documents: int) -> Side:
    """Figures from what the processes of one side told and took."""
    reciprocal_ranks = [
        1 / (found.index(one.file) + 1) if one.file in found[:10] else 0.0
        for number, told in enumerate(rounds)
        for one, found in zip(asked[number::ROUNDS], told["found"], strict=True)
    ]
    return Side(
        documents_a_second=round(documents / statistics.median(told["seconds"] for told in rounds), 2),
        embedded=rounds[0]["embedded"],
        start_seconds=round(statistics.median(took.seconds for took in starts), 2),
        start_megabytes=round(max(took.megabytes for took in starts)),
        hits_ms=_median_and_95([ms for told in rounds for ms in told["hits_ms"]]),
        answer_ms=_median_and_95([ms for told in rounds for ms in told["answer_ms"]]),
        mrr=round(statistics.mean(reciprocal_ranks), 4),
    )


def _median_and_95(values: Sequence[float]) -> tuple[float, float] | None:
    return (round(statistics.median(values), 1), round(percentile_95(values), 1)) if values else None


def _in_turns(sides: dict[str, list], number: int) -> list[str]:
    """The other one first each time."""
    return list(sides) if number % 2 == 0 else list(sides)[::-1]


def _module(name: str, *arguments: str | Path) -> Took:
    return run(sys.executable, "-m", f"tests.benchmarks.{name}", *arguments)


def _model_folder() -> str:
    program = "from assistant.embedding.sentence_transformer import checkpoint_folder; print(checkpoint_folder())"
    return run(sys.executable, "-c", program).output.decode().strip()


# --- figures -----------------------------------------------------------------------------------------------------


def rows_of(measured: Measured) -> Iterator[tuple[str, str, str, str]]:
    """Headings, then a row a figure."""
    yield "figure", "Quellentreu", f"llama-index {measured.version}", "times better"
    for row in ROWS:
        yield row.cells(measured.ours, measured.plain)


def title_of(measured: Measured) -> str:
    """What was measured."""
    return (
        f"XQuAD German: {measured.documents} documents, {measured.questions} questions, {measured.cores} cores; "
        f"texts embedded: {measured.ours.embedded} and {measured.plain.embedded}"
    )


def with_table(readme: str, measured: Measured) -> str:
    """The README with its table written anew."""
    headings, *rows = rows_of(measured)
    lines = [headings, ("---", "---:", "---:", "---:"), *rows]
    text = [title_of(measured) + ".", "", *("| " + " | ".join(line) + " |" for line in lines)]
    return with_section(readme, "beside the plain stack", "make bench", text)


def stored() -> Measured:
    """The figures as they were measured last."""
    return Measured.model_validate_json(STORE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
