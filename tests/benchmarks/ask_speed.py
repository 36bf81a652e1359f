"""Times `assistant ask` cold and warm against its limits, on an index of XQuAD-de: part of `make bench`.

Cold is a new process with the system's caches filled, beside the import of sentence-transformers in the same run.
"""

import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.benchmarks.measuring import ASSISTANT, Took, ask, percentile_95, run
from tests.benchmarks.xquad import SET, questions, write_corpus

RUNS = 7  # of each command, in turns
SHARE_OF_IMPORT = 1 / 5
MOST_MEGABYTES = 450
HELP_SECONDS = 0.3
MEDIAN_MS, MEDIAN_UNREAD_MS = 300, 60
UNREAD = {"ASSISTANT_READ": "0"}
PROCESSES = ("assistant ask", "assistant --help", "import sentence_transformers")


def main() -> None:
    """A table of what was measured, and one of the limits."""
    asked = [one.question for one in questions()]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write_corpus(home)
        run(ASSISTANT, "index", "--home", home)
        took: dict[str, list[Took]] = {name: [] for name in PROCESSES}
        for question in track(asked[: RUNS + 1], "Cold", console=Console(stderr=True)):
            took["assistant ask"].append(ask(question, home))
            took["assistant --help"].append(run(ASSISTANT, "--help"))
            took["import sentence_transformers"].append(run(sys.executable, "-c", "import sentence_transformers"))
        cold = {name: each[1:] for name, each in took.items()}  # the first run fills the system's caches
        file = home / "questions.json"
        file.write_text(json.dumps(asked), encoding="utf-8")
        stack = (sys.executable, "-m", "tests.benchmarks.own_stack", home, file)
        warm, unread = (json.loads(run(*stack, environment=one).output)["answer_ms"] for one in ({}, UNREAD))
    console = Console(width=100)
    console.print(processes_table(cold))
    console.print(limits_table(cold, warm, unread))


def processes_table(cold: dict[str, list[Took]]) -> Table:
    """Seconds and memory of each command."""
    table = Table(title=f"{RUNS} new processes each, {os.cpu_count()} cores", title_justify="left")
    for heading in ("process", "seconds, median", "least", "most", "peak MB"):
        table.add_column(heading, justify="left" if heading == "process" else "right")
    for name, each in cold.items():
        seconds = [one.seconds for one in each]
        cells = (f"{figure:.2f}" for figure in (statistics.median(seconds), min(seconds), max(seconds)))
        table.add_row(name, *cells, f"{_peak(each):.0f}")
    return table


def limits_table(cold: dict[str, list[Took]], warm: list[float], unread: list[float]) -> Table:
    """Each figure beside its limit."""
    ask_seconds, help_seconds, import_seconds = (
        statistics.median(one.seconds for one in cold[name]) for name in PROCESSES
    )
    rows = (
        ("cold ask / import of sentence-transformers", ask_seconds / import_seconds, SHARE_OF_IMPORT, ".2f"),
        ("cold ask, peak MB", _peak(cold["assistant ask"]), MOST_MEGABYTES, ".0f"),
        ("assistant --help, seconds", help_seconds, HELP_SECONDS, ".2f"),
        ("warm question to answer, median ms", statistics.median(warm), MEDIAN_MS, ".0f"),
        ("the same without the reader", statistics.median(unread), MEDIAN_UNREAD_MS, ".0f"),
    )
    table = Table(
        title=f"limits; warm: {len(warm)} questions of {SET.name}, 95 % within {percentile_95(warm):.0f} ms",
        title_justify="left",
    )
    for heading in ("figure", "measured", "at most", ""):
        table.add_column(heading, justify="left" if heading == "figure" else "right")
    for name, measured, limit, form in rows:
        mark = "[green]ok[/green]" if measured <= limit else "[red]not ok[/red]"
        table.add_row(name, f"{measured:{form}}", f"{limit:{form}}", mark)
    return table


def _peak(processes: list[Took]) -> float:
    return max(one.megabytes for one in processes)


if __name__ == "__main__":
    main()
