"""How many false claims the checks of wording stop, and how many faithful ones they accept, by class: `make claims`.

On claims made from XQuAD-R's German sentences by rules, and on claims written for this project. No check is fitted.
"""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant.claims.checks import fault_of
from assistant.evaluation.metrics import exact_interval
from assistant.german import language_of
from assistant.sentences import display_form
from tests.benchmarks.claims.mutations import Case, cases, sentences
from tests.benchmarks.fitting import DATA, ROOT

XQUAD_R = DATA / "xquad-r" / "xquad-r.de.json"
WRITTEN = ROOT / "tests" / "questions" / "written" / "claims.jsonl"


class Judged(NamedTuple):
    """What became of a case."""

    case: Case
    reason: str
    """Of the first check that failed, or ""."""


def main() -> None:
    """Print a table for each set."""
    if not DATA.is_dir():
        sys.exit(f"{DATA} is missing: the public test data is needed.")
    show("Claims made from XQuAD-R German", judged([*cases(sentences(XQUAD_R))]))
    of_project = judged(written(WRITTEN))
    german = [one for one in of_project if language_of(one.case.claim) == "de"]
    show("Claims written for this project, German", german)
    show("The same, English on German sentences", [one for one in of_project if one not in german])


def written(file: Path) -> list[Case]:
    """The claims of a file that has one a line."""
    lines = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    return [
        Case(one["claim"], display_form(one["quote"]), one["question"], one["class"], one["faithful"], one["source"])
        for one in lines
    ]


def judged(given: Sequence[Case]) -> list[Judged]:
    """Each case with what the checks say."""
    found = []
    for one in track(given, "claims", console=Console(stderr=True)):
        fault = fault_of(one.claim, [one.evidence], one.question)
        found.append(Judged(one, fault.reason if fault else ""))
    return found


def show(title: str, given: Sequence[Judged]) -> None:
    """A row for each class: the share judged rightly, and the reasons."""
    table = Table(title=title, title_justify="left")
    for column in ("class", "n", "stopped or accepted (95 %)", "reasons"):
        table.add_column(column, justify="right" if column == "n" else "left")
    for faithful in (False, True):
        part = [one for one in given if one.case.faithful is faithful]
        for kind in [*sorted({one.case.kind for one in part}), "all"]:
            of_kind = [one for one in part if kind in (one.case.kind, "all")]
            right = sum((not one.reason) is faithful for one in of_kind)
            low, high = exact_interval(right, len(of_kind))
            reasons = Counter(one.reason for one in of_kind if one.reason)
            told = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common(4))
            name = f"{'faithful' if faithful else 'false'}: {kind}"
            table.add_row(name, str(len(of_kind)), f"{right / len(of_kind):.3f} ({low:.3f}–{high:.3f})", told)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
