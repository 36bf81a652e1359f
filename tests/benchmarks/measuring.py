"""Child processes: how long they take, and how much memory.

The kernel counts to a child's peak what its parent held when it started the child, so whoever measures stays small:
neither this module nor those that use it import the package's heavy libraries.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ASSISTANT = Path(sys.executable).with_name("assistant")


class Took(NamedTuple):
    """What a process took, and what it said on standard output."""

    seconds: float
    """From its start to its end."""
    megabytes: float
    """The most memory that it held at once, in 10^6 bytes."""
    output: bytes


def run(*command: str | Path, statuses: Sequence[int] = (0,), environment: Mapping[str, str] | None = None) -> Took:
    """Run a command, with no hub to ask; what it says on standard error is shown if it fails."""
    variables = {**os.environ, "HF_HUB_OFFLINE": "1", **(environment or {})}
    start = time.perf_counter()
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=variables) as child,
    ):
        output = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in statuses:
            errors.seek(0)
            sys.exit(f"{command}: exit status {child.returncode}\n{errors.read().decode(errors='replace')}")
    return Took(seconds, usage.ru_maxrss * 1024 / 1e6, output)  # Linux counts in KiB


def ask(question: str, home: Path) -> Took:
    """`assistant ask`; a refusal is an answer, too."""
    return run(ASSISTANT, "ask", question, "--home", home, statuses=(0, 3))


def percentile_95(values: Sequence[float]) -> float:
    """What 95 % of the values do not exceed."""
    return statistics.quantiles(values, n=20)[-1]
