"""The int8 engine beside sentence-transformers in fp32 on the same weights, texts and cores: part of `make bench`.

How many passages a second, how near the vectors are, and what int8 costs in the figures that count.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant.embedding.engine import PackagedEmbedder
from assistant.embedding.sentence_transformer import SentenceTransformerEmbedder, checkpoint_folder
from assistant.evaluation.squad import SquadSet
from assistant.settings import DEFAULT_MODEL
from tests.benchmarks.fitting import DATA, MLQA, XQUAD
from tests.benchmarks.measuring import ASSISTANT, run

ROUNDS = 3  # of each, in turns
QUERIES = 50
LEAST_RATIO, LEAST_COSINE, MOST_LOSS = 1.8, 0.99, 0.003
FIGURES = ("retrieval.mrr@10", "evidence.hit@1", "evidence.hit@3")
SETS = {
    "XQuAD German": (XQUAD[0],),
    "XQuAD, English on German": (XQUAD[1], "--paragraphs", XQUAD[0]),
    "MLQA dev German": (MLQA[0],),
}


def main() -> None:
    """Both tables."""
    if not DATA.is_dir():
        sys.exit(f"{DATA} is missing: the public test data is needed.")
    console = Console(width=110)
    console.print(speed_table([document.text for document in SquadSet(XQUAD[0]).documents]))
    console.print(loss_table())


def speed_table(texts: list[str]) -> Table:
    """Passages and questions a second, and cosines."""
    ours = PackagedEmbedder()
    theirs = SentenceTransformerEmbedder(DEFAULT_MODEL, "cpu", "fp32", is_packaged=True)
    plain = theirs._model  # its own batches, without what we add
    questions = [text[:60] for text in texts[:QUERIES]]
    passages: dict[str, list[float]] = {"int8": [], "fp32": []}
    queries: dict[str, list[float]] = {"int8": [], "fp32": []}
    ours.encode_passages(texts[:16])
    plain.encode(texts[:16])
    for _ in track(range(ROUNDS), "Embedding", console=Console(stderr=True)):
        passages["int8"].append(seconds(lambda: ours.encode_passages(texts)))
        passages["fp32"].append(seconds(lambda: plain.encode(texts, prompt_name="document", batch_size=32)))
        queries["int8"].append(seconds(lambda: [ours.encode_query(text) for text in questions]))
        queries["fp32"].append(seconds(lambda: [plain.encode(text, prompt_name="query") for text in questions]))
    cosines = (ours.encode_passages(texts) * theirs.encode_passages(texts)).sum(axis=1)
    rate = {name: len(texts) / statistics.median(each) for name, each in passages.items()}
    lag = {name: 1000 * statistics.median(each) / QUERIES for name, each in queries.items()}
    title = f"{len(texts)} paragraphs of XQuAD-de, {os.cpu_count()} cores, median of {ROUNDS} rounds in turns"
    table = Table(title=title, title_justify="left")
    for heading in ("figure", "int8", "sentence-transformers fp32", "ratio", "limit", ""):
        table.add_column(heading, justify="left" if heading == "figure" else "right")
    ratio = rate["int8"] / rate["fp32"]
    table.add_row(
        "passages a second", f"{rate['int8']:.0f}", f"{rate['fp32']:.0f}", f"{ratio:.2f}", f"{LEAST_RATIO}",
        mark(ratio >= LEAST_RATIO),
    )  # fmt: skip
    table.add_row("a question, ms", f"{lag['int8']:.1f}", f"{lag['fp32']:.1f}", f"{lag['fp32'] / lag['int8']:.2f}")
    mean, least = float(np.mean(cosines)), float(np.min(cosines))
    table.add_row("cosine, mean", f"{mean:.4f}", "", "", f"{LEAST_COSINE}", mark(mean >= LEAST_COSINE))
    table.add_row("cosine, least", f"{least:.4f}")
    return table


def loss_table() -> Table:
    """The figures of `assistant evaluate` with both."""
    table = Table(title="what int8 costs", title_justify="left")
    for heading in ("set", "figure", "int8", "fp32", "difference", "limit", ""):
        table.add_column(heading, justify="left" if heading in ("set", "figure") else "right")
    for name, arguments in SETS.items():
        int8 = metrics(DEFAULT_MODEL, *arguments)
        fp32 = metrics(str(checkpoint_folder()), *arguments)
        for figure in FIGURES:
            difference = int8[figure] - fp32[figure]
            is_limited = figure.startswith("retrieval") or name == "XQuAD German"
            table.add_row(
                name, figure, f"{int8[figure]:.3f}", f"{fp32[figure]:.3f}", f"{difference:+.3f}",
                *((f"-{MOST_LOSS}", mark(difference >= -MOST_LOSS)) if is_limited else ()),
            )  # fmt: skip
    return table


def metrics(model: str, *arguments: str | Path) -> dict[str, float]:
    """Figures of a set with a model."""
    os.environ["ASSISTANT_MODEL"] = model
    ran = run(ASSISTANT, "evaluate", *arguments, "--json")
    return {name: figure["value"] for name, figure in json.loads(ran.output)["metrics"].items()}


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def mark(is_reached: bool) -> str:
    """Whether a limit is kept."""
    return "[green]ok[/green]" if is_reached else "[red]not ok[/red]"


if __name__ == "__main__":
    main()
