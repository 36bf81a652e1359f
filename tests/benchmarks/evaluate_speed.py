"""Times `assistant evaluate` on XQuAD-de from nothing, and with the index of the first run: `make bench`."""

import json
import os
import subprocess
import sys
import tempfile
import time

from rich.console import Console
from rich.table import Table

from tests.benchmarks.measuring import ASSISTANT
from tests.benchmarks.xquad import SET

ALLOWED = 120


def main() -> None:
    """A table of both runs; the model is unpacked and all is imported in the time that counts."""
    if not SET.is_file():
        sys.exit(f"{SET} is missing: the public test data is needed.")
    table = Table(title=f"assistant evaluate {SET.name}, {os.cpu_count()} cores", title_justify="left")
    for heading in ("run", "seconds in all", "until ready", "questions", f"of {ALLOWED} s"):
        table.add_column(heading, justify="left" if heading == "run" else "right")
    with tempfile.TemporaryDirectory() as cache:
        for run in ("empty cache, indexing included", "index cached"):
            start = time.perf_counter()
            command = [ASSISTANT, "evaluate", SET, "--json"]
            ran = subprocess.run(
                command, stdout=subprocess.PIPE, check=True, env={**os.environ, "XDG_CACHE_HOME": cache}
            )
            total = time.perf_counter() - start
            seconds = json.loads(ran.stdout)["seconds"]
            share = f"{total / ALLOWED:.0%}"
            table.add_row(run, f"{total:.0f}", f"{seconds['opening']:.0f}", f"{seconds['questions']:.0f}", share)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
