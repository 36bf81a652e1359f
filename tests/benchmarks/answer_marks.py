"""How often a sentence holds what a question asks for, and whether what is marked there is the answer: `make bench`.

On XQuAD and MLQA dev, German. The rules were written with an eye on every second article, from the first; the others
were only measured. "held" is the share of sentences that hold a place of the kind: of those that answer, and of the
others of their paragraph. What is marked is measured in the sentence that answers.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from assistant.asking.kinds import kinds_asked
from assistant.asking.marks import answer_span, answer_spans
from assistant.corpus import document_from_text
from assistant.german import words
from assistant.records import Span

DATA = Path(__file__).parents[3] / "shared" / "data"
SETS = (DATA / "xquad" / "xquad.de.json", DATA / "mlqa" / "mlqa-dev.de.json")


class Case(NamedTuple):
    """A question, the sentence that answers it, and the other sentences of its paragraph."""

    question: str
    sentence: str
    gold: Span
    """Of the answer in the sentence."""
    others: list[str]


class Marked(NamedTuple):
    """What is marked in the sentence that answers."""

    overlaps: bool
    """The answer."""
    f1: float
    """Of its words and the answer's."""


def cases(first: int) -> Iterator[Case]:
    """Those of every second article from `first`, with questions of some kind."""
    for file in SETS:
        for article in json.loads(file.read_text("utf-8"))["data"][first::2]:
            for paragraph in article["paragraphs"]:
                yield from _cases_of(paragraph)


def _cases_of(paragraph: dict) -> Iterator[Case]:
    document = document_from_text(paragraph["context"], "paragraph", "paragraph")
    for question in paragraph["qas"]:
        answer = question["answers"][0]
        start, end = answer["answer_start"], answer["answer_start"] + len(answer["text"])
        span = next((one for one in document.sentences if one.start <= start < one.end), None)
        if span and kinds_asked(question["question"]):
            others = [document.quote(one) for one in document.sentences if one != span]
            gold = Span(start - span.start, min(end, span.end) - span.start)
            yield Case(question["question"], document.quote(span), gold, others)


def marked(case: Case) -> Marked | None:
    span = answer_span(case.question, case.sentence)
    if span is None:
        return None
    overlaps = span.start < case.gold.end and case.gold.start < span.end
    found, wanted = (Counter(words(case.sentence[slice(*place)])) for place in (span, case.gold))
    both = found.total() + wanted.total()
    return Marked(overlaps, 2 * (found & wanted).total() / both if both else 0.0)


def table_of(title: str, asked: list[Case]) -> Table:
    """A row for each kind that is asked for first, and one for all."""
    table = Table(title=title, title_justify="left")
    table.add_column("kind")
    for heading in ("questions", "held: answering", "held: others", "marked", "marks the answer", "F1"):
        table.add_column(heading, justify="right")
    kinds = Counter(kinds_asked(case.question)[0] for case in asked)
    for kind, _ in kinds.most_common():
        table.add_row(kind, *figures([case for case in asked if kinds_asked(case.question)[0] == kind]))
    table.add_row("all", *figures(asked))
    return table


def figures(asked: list[Case]) -> Iterator[str]:
    marks = [marked(case) for case in asked]
    found = [mark for mark in marks if mark]
    yield str(len(asked))
    yield share([bool(answer_spans(case.question, case.sentence)) for case in asked])
    yield share([bool(answer_spans(case.question, other)) for case in asked for other in case.others])
    yield share([mark is not None for mark in marks])
    yield share([mark.overlaps for mark in found])
    yield share([mark.f1 for mark in found])


def share(values: list[float]) -> str:
    return f"{fmean(values):.2f}" if values else "-"


def main() -> None:
    """A table for each half, and the time that a question and sentence take."""
    if missing := [file for file in SETS if not file.is_file()]:
        sys.exit(f"{missing[0]} is missing: the public test data is needed.")
    console = Console(width=110)
    halves = {"only measured": list(cases(1)), "seen": list(cases(0))}
    answer_span("Wer war es?", "Anna Berg war es.")  # reads the lexicon
    start = time.process_time()
    for case in halves["only measured"]:
        answer_span(case.question, case.sentence)
    milliseconds = (time.process_time() - start) * 1000 / len(halves["only measured"])
    for name, asked in halves.items():
        console.print(table_of(f"Articles {name}", asked))
    console.print(f"A mark takes {milliseconds:.2f} ms, each question, sentence and word met for the first time.")


if __name__ == "__main__":
    main()
