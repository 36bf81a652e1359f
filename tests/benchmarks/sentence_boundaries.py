"""Compares our sentence boundaries with simplemma's, on XQuAD-R German and on difficult text: `make bench`.

A boundary is the offset at which a sentence ends, white space left out; the end of a paragraph, which no one can miss,
is not counted. Precision, recall and F1 are of all paragraphs together. No rule was written for XQuAD-R: mistakes were
looked for in MLQA. The difficult cases are those that our tests demand, so they show what simplemma gets wrong in
German rather than how good we are elsewhere.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from simplemma import split_sentences

from assistant.sentences import segment
from tests.difficult_sentences import DIFFICULT, pieces_of

SET = Path(__file__).parents[3] / "shared" / "data" / "xquad-r" / "xquad-r.de.json"
RUNS = 5  # the fastest counts


class Paragraph(NamedTuple):
    """A text and the offsets at which its sentences end."""

    text: str
    ends: set[int]


class Counts(NamedTuple):
    """Boundaries found that are right, found that are wrong, and not found."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / (2 * self.right + self.wrong + self.missed)


def ours(text: str) -> list[str]:
    """Our sentences and headings, in reading order."""
    outline = segment(text)
    return [text[span.start : span.end] for span in sorted(outline.sentences + outline.headings)]


def simplemma(text: str) -> list[str]:
    return split_sentences(text, "de")


SPLITTERS: tuple[Callable[[str], list[str]], ...] = (ours, simplemma)


def paragraphs() -> Iterator[Paragraph]:
    for article in json.loads(SET.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            yield Paragraph(text, {len(text[:end].rstrip()) for _, end in paragraph["sentence_breaks"]})


def ends_of(pieces: list[str], text: str) -> set[int]:
    ends, at = set(), 0
    for piece in pieces:
        at = text.index(piece, at) + len(piece)
        ends.add(at)
    return ends


def count(split: Callable[[str], list[str]], texts: list[Paragraph]) -> Counts:
    right = wrong = missed = 0
    for text, expected in texts:
        last = {len(text.rstrip())}
        found, wanted = ends_of(split(text), text) - last, expected - last
        right, wrong, missed = right + len(found & wanted), wrong + len(found - wanted), missed + len(wanted - found)
    return Counts(right, wrong, missed)


def characters_per_second(split: Callable[[str], list[str]], texts: list[Paragraph]) -> float:
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        for text, _ in texts:
            split(text)
        seconds.append(time.perf_counter() - start)
    return sum(len(text) for text, _ in texts) / min(seconds)


def boundaries(texts: list[Paragraph]) -> Table:
    """A row for each splitter: how good on XQuAD-R, how fast in this run."""
    table = Table(title=f"Sentence boundaries inside {len(texts)} paragraphs of {SET.name}", title_justify="left")
    table.add_column("splitter")
    for heading in ("precision", "recall", "F1", "right", "wrong", "missed", "million characters/s"):
        table.add_column(heading, justify="right")
    for split in SPLITTERS:
        counts = count(split, texts)
        shares = (f"{share:.4f}" for share in (counts.precision, counts.recall, counts.f1))
        speed = f"{characters_per_second(split, texts) / 1e6:.1f}"
        table.add_row(split.__name__, *shares, *map(str, counts), speed)
    return table


def difficult_cases() -> Table:
    """A row for each kind of difficult case: how many of them come apart rightly."""
    table = Table(title="Difficult cases that come apart rightly", title_justify="left", show_footer=True)
    table.add_column("kind", footer="all")
    table.add_column("cases", str(sum(map(len, DIFFICULT.values()))), justify="right")
    right = {
        split: [sum(split(case.replace("|", "")) == pieces_of(case) for case in cases) for cases in DIFFICULT.values()]
        for split in SPLITTERS
    }
    for split in SPLITTERS:
        table.add_column(split.__name__, str(sum(right[split])), justify="right")
    for number, (kind, cases) in enumerate(DIFFICULT.items()):
        table.add_row(kind, str(len(cases)), *(str(right[split][number]) for split in SPLITTERS))
    return table


def main() -> None:
    """Both tables."""
    if not SET.is_file():
        sys.exit(f"{SET} is missing: the public test data is needed.")
    console = Console(width=110)
    console.print(boundaries(list(paragraphs())))
    console.print(difficult_cases())


if __name__ == "__main__":
    main()
