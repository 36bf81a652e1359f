"""How many false claims are stopped and how many faithful ones accepted, by class: `make claims`.

Made by rules from sentences of XQuAD-R and MLQA, and written by people: those that the checks were developed with, and
those kept for measuring. What is in another language than its evidence is judged by the support score, too.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant.claims.checks import fault_of
from assistant.claims.support import Support, open_support
from assistant.embedding.engine import PackagedEmbedder
from assistant.evaluation.metrics import exact_interval
from assistant.german import language_of
from assistant.sentences import segment
from tests.benchmarks.claims.crossing import crossing_cases
from tests.benchmarks.claims.mutations import Case, cases, sentences, sentences_of_squad, written
from tests.benchmarks.fitting import DATA, MLQA, ROOT, XQUAD

XQUAD_R = DATA / "xquad-r" / "xquad-r.de.json"
WRITTEN = ROOT / "tests" / "claims" / "written.jsonl"
BLIND = ROOT / "tests" / "claims" / "kept.jsonl"


class Judged(NamedTuple):
    """A case, and what enforcement says of it."""

    case: Case
    reason: str
    """Why it is not said, or ""."""


def main() -> None:
    """Print a table for each set."""
    if not DATA.is_dir():
        sys.exit(f"{DATA} is missing: the public test data is needed.")
    support = open_support(PackagedEmbedder())
    assert support is not None
    german, english = XQUAD
    sets = {
        "made from XQuAD-R German": cases(sentences(XQUAD_R)),
        "made from MLQA German": cases(sentences_of_squad(MLQA[0])),
        "English of XQuAD on its German sentences": crossing_cases(english, german),
        "German of XQuAD on its English sentences": crossing_cases(german, english),
        "written, seen while the checks were made": written(WRITTEN),
        "written, kept for measuring": written(BLIND),
    }
    for title, given in sets.items():
        of_set = judged(given, support)
        in_one_language = [one for one in of_set if _is_in_one_language(one.case)]
        in_two = [one for one in of_set if not _is_in_one_language(one.case)]
        for judgements, languages in ((in_one_language, "one language"), (in_two, "two languages")):
            if len(judgements) > len(of_set) / 20:
                show(f"Claims {title} ({languages})", judgements)


def judged(given: Iterable[Case], support: Support) -> list[Judged]:
    """Each case with what the checks say."""
    found = []
    for one in track([*given], "claims", console=Console(stderr=True)):
        found.append(Judged(one, _reason(one, support)))
    return found


def _reason(one: Case, support: Support) -> str:
    """Why it is not said, whichever of its sentences, or both of two, the writer points to; "" if it is."""
    sentences = [one.evidence[slice(*span)] for span in segment(one.evidence).sentences] or [one.evidence]
    pointed = [[one.evidence], *([sentence] for sentence in sentences if len(sentences) > 1)]
    faults = [fault_of(one.claim, some, one.question) for some in pointed]
    if all(faults):
        return str(faults[0].reason if faults[0] else "")
    proof = pointed[faults.index(None)]
    return "" if _is_in_one_language(one) or support(one.claim, proof) else "not_supported"


def _is_in_one_language(one: Case) -> bool:
    return language_of(one.claim) == language_of(one.evidence)


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
            table.add_row(name, str(len(of_kind)), f"{right / max(1, len(of_kind)):.3f} ({low:.3f}–{high:.3f})", told)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
