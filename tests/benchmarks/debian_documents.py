"""Real documents in one index, asked: `make documents`. A folder may be named that keeps them and their index.

The question set has gold pages that another program told (pdftotext of poppler); it was written from reading the
documents, and nothing is tuned on it. The page of every citation is compared with what PDFium says stands on that page.
"""

import json
import re
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pypdfium2
from rich.console import Console
from rich.table import Table

from assistant import store
from assistant.evaluation.records import Evaluation
from assistant.sentences import display_form
from tests import debian
from tests.benchmarks.measuring import ASSISTANT, run

SET = Path(__file__).parents[1] / "questions" / "debian" / "questions.jsonl"
SHOWN = ("retrieval.mrr@10", "evidence.hit@1", "evidence.hit@3", "answer.coverage", "answer.correct", "answer.contains")
REFUSALS = ("refusal.recall", "refusal.precision", "citation.verbatim", "citation.precision")
GATES = ("citation.verbatim>=1",)
BEGINNING = 6  # words of a quote by which it is found on its page, whatever order PDFium has them in


def main(arguments: Sequence[str]) -> None:
    """A table of the figures; exit status 1 if a gate is not reached or a page is wrong."""
    if missing := debian.missing():
        sys.exit(f"Documents are missing ({', '.join(missing)}). To get them: {debian.INSTALL}")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(arguments[0] if arguments else folder)
        debian.copy_documents(home / "corpus")
        took = run(ASSISTANT, "index", "--home", home)
        gates = [word for gate in GATES for word in ("--gate", gate)]
        asked = run(ASSISTANT, "evaluate", SET, "--home", home, "--json", *gates, statuses=(0, 4))
        evaluation = Evaluation.model_validate_json(asked.output)
        right, wrong = pages_told(evaluation, home)
        manifest = store.load(home / "index").manifest
    table = Table(
        title=f"{manifest.documents} documents, {manifest.sentences} sentences, {evaluation.questions} questions"
    )
    for heading in ("figure", "value", "95 %"):
        table.add_column(heading)
    for name in (*SHOWN, *REFUSALS):
        figure = evaluation.metrics[name]
        table.add_row(name, f"{figure.value:.3f}", f"{figure.low:.3f} to {figure.high:.3f}")
    table.add_row("pages of citations that are right", f"{len(right)} of {len(right) + len(wrong)}", "")
    table.add_row("seconds to index", f"{took.seconds:.0f}", "")
    Console(width=100).print(table, *wrong)
    failed = [gate.gate for gate in evaluation.gates if not gate.is_passed]
    if failed or wrong or not right:
        sys.exit(f"not reached: {', '.join(failed)}; wrong pages: {len(wrong)} of {len(right) + len(wrong)}")


def pages_told(evaluation: Evaluation, home: Path) -> tuple[list[str], list[str]]:
    """The citations of PDFs whose page holds their beginning, by PDFium's own text of that page, and the others."""
    documents = store.load(home / "index").by_name
    told: tuple[list[str], list[str]] = ([], [])
    for result in evaluation.results:
        for place in result.cited:
            if place.source.endswith(".pdf"):
                page = documents[place.source].page_at(place.start)
                words = [letters(word) for word in display_form(place.quote).split()[:BEGINNING]]
                is_there = page is not None and all(word in page_text(home, place.source, page) for word in words)
                told[not is_there].append(json.dumps([result.id, place.source, page, place.quote[:80]]))
    return told


@cache
def page_text(home: Path, source: str, page: int) -> str:
    """The letters of a page of a document in `home`/corpus."""
    with pypdfium2.PdfDocument(home / "corpus" / source) as document:
        return letters(document[page - 1].get_textpage().get_text_range())


def letters(text: str) -> str:
    """A text's letters and digits alone, ligatures taken apart."""
    for ligature, parts in {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"}.items():
        text = text.replace(ligature, parts)
    return re.sub(r"[\W_¹²³⁰⁴-⁹]", "", text)


if __name__ == "__main__":
    main(sys.argv[1:])
