"""How an index behaves at size: build rate, disk, memory, latency and recall, without the embedding.

    python -m tests.benchmarks.size [--folder FOLDER] [--json FILE] PASSAGES...

Each size is built in a process and asked in another. What is made for it says `tests.benchmarks.synthetic`; how fast
the model embeds is measured by `tests.benchmarks.embedding_speed`. FOLDER keeps the indexes and what is made once;
without it they are removed. FILE is written for the README's table and plot.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.benchmarks.measuring import percentile_95

RECALL_AT = 10


def main() -> None:
    """Measure each size, print the table."""
    parser = argparse.ArgumentParser(prog="size", description="an index at size")
    parser.add_argument("passages", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--child", choices=("build", "ask"))
    options = parser.parse_args()
    if options.child:
        print(json.dumps({"build": build, "ask": ask}[options.child](options.folder, options.passages[0])))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        measured = [measure(folder, passages) for passages in options.passages]
    Console(width=150).print(table(measured))
    if options.json:
        options.json.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


def measure(folder: Path, passages: int) -> dict[str, float]:
    """All figures of a size."""
    command = [sys.executable, "-m", "tests.benchmarks.size", "--folder", str(folder), str(passages), "--child"]
    built, asked = (
        json.loads(subprocess.run([*command, child], check=True, stdout=subprocess.PIPE).stdout)
        for child in ("build", "ask")
    )
    return built | asked


def build(folder: Path, passages: int) -> dict[str, float]:
    """Make an index of at least so many passages and write it."""
    from assistant import store
    from assistant.index import FORMAT, Index, Manifest
    from assistant.lexical import LexicalIndex
    from assistant.vectors import VectorIndex
    from assistant.versions import INDEXING, code_sha256
    from tests.benchmarks.synthetic import Repeated, material

    made = Repeated(material(folder), passages)
    spools = folder / f"spools-{passages}"
    spools.mkdir(exist_ok=True)
    parts = _spooled(made, spools)
    dimension = parts[0].shape[1]
    took = {}
    with _timed(took, "lexical_s"):
        lexical = LexicalIndex.from_terms(made.terms)
    with _timed(took, "vectors_s"):
        vectors = [VectorIndex.from_vectors(rows) for rows in parts[:2]]
    manifest = Manifest(
        format=FORMAT,
        code=code_sha256(INDEXING),
        model="synthetic",
        dimension=dimension,
        passage_characters=800,
        documents=len(made.documents),
        passages=len(made.passages),
        sentences=len(made.sentences),
    )
    with _timed(took, "write_s"):
        index = Index(manifest, made.documents, made.passage_records(), *vectors, _words(*parts[2:]), lexical)
        with store.writing(folder / f"index-{passages}") as write:
            write(index)
    return {
        "passages": len(made.passages),
        "sentences": len(made.sentences),
        "documents": len(made.documents),
        **took,
        "build_mb": _memory_mb("VmHWM"),
    }


def _words(states: np.ndarray, scales: np.ndarray, counts: np.ndarray) -> object:
    from assistant.columns import Column
    from assistant.embedding.words import WordStore

    return WordStore(Column(states), Column(scales), np.concatenate([[0], np.cumsum(counts)]))


def _spooled(made, spools: Path) -> list[np.ndarray]:
    """Vectors of passages and sentences, and states, scales and counts of words, as an embedder would leave them."""
    kept, dimension = made.material, made.material.passage_vectors.shape[1]
    names = ("passages", "sentences", "states", "scales", "counts")
    files = [spools / f"{name}.raw" for name in names]
    with files[0].open("wb") as file:
        for chunk in made.vectors(kept.passage_vectors, made.passages):
            file.write(chunk.data)
    with files[1].open("wb") as file:
        for chunk in made.vectors(kept.sentence_vectors, made.sentences):
            file.write(chunk.data)
    with files[2].open("wb") as states, files[3].open("wb") as scales, files[4].open("wb") as counts:
        for parts in made.words():
            for file, part in zip((states, scales, counts), parts, strict=True):
                file.write(part.data)
    kinds = (np.float32, np.float32, np.int8, np.float32, np.int64)
    flat = [np.memmap(file, kind, "r") for file, kind in zip(files, kinds, strict=True)]
    return [*(one.reshape(-1, dimension) for one in flat[:3]), *flat[3:]]


def ask(folder: Path, passages: int) -> dict[str, float]:
    """Load that index and ask the questions."""
    from assistant import store
    from assistant.evidence import candidates_for
    from assistant.retrieval import retrieve
    from tests.benchmarks.synthetic import material

    made = material(folder)
    before = _memory_mb("RssAnon")
    start = time.perf_counter()
    index = store.load(folder / f"index-{passages}")
    took: dict[str, float] = {"load_ms": 1000 * (time.perf_counter() - start)}
    asked = list(zip(made.questions, made.queries, strict=True))
    hits = {}

    def search(question: str, query) -> None:
        hits[question] = retrieve(question, query, index, 8)

    near, near_sentence = index.passage_vectors.nearest, index.sentence_vectors.nearest
    for first in ("first_", ""):
        took |= _latency(f"{first}near", lambda _, query: near(query.vector, 30), asked)
        took |= _latency(f"{first}near_sentence", lambda _, query: near_sentence(query.vector, 30), asked)
        took |= _latency(f"{first}search", search, asked)
        took |= _latency(f"{first}evidence", lambda text, query: candidates_for(hits[text], index, query.vector), asked)
    took["memory_mb"] = _memory_mb("RssAnon") - before
    took["mapped_mb"] = _memory_mb("RssFile")
    vectors = [query.vector for query in made.queries]
    for name, searched in (("passages", index.passage_vectors), ("sentences", index.sentence_vectors)):
        exact = _exact(folder / f"spools-{passages}" / f"{name}.raw", np.array(vectors))
        found = [searched.nearest(vector, RECALL_AT) for vector in vectors]
        both = [len({*a} & {*b.tolist()}) for a, b in zip(exact, found, strict=True)]
        took[f"recall_{name}"] = statistics.fmean(both) / RECALL_AT
    return took | _disk(folder / f"index-{passages}")


def _latency(name: str, work: Callable[..., object], asked: list) -> dict[str, float]:
    """Milliseconds of each question at the median and at 95 %."""
    each = []
    for arguments in asked:
        start = time.perf_counter()
        work(*arguments)
        each.append(1000 * (time.perf_counter() - start))
    return {f"{name}_p50_ms": statistics.median(each), f"{name}_p95_ms": percentile_95(each)}


def _exact(file: Path, queries: np.ndarray, chunk: int = 100_000) -> list[list[int]]:
    """The nearest rows of each query by a plain product with all."""
    rows = np.memmap(file, np.float32, "r").reshape(-1, queries.shape[1])
    scores = np.zeros((len(queries), 0), np.float32)
    numbers = np.zeros((len(queries), 0), np.int64)
    for start in range(0, len(rows), chunk):
        products = queries @ np.asarray(rows[start : start + chunk]).T
        best = np.argpartition(-products, min(RECALL_AT, products.shape[1] - 1), axis=1)[:, :RECALL_AT]
        scores = np.concatenate([scores, np.take_along_axis(products, best, axis=1)], axis=1)
        numbers = np.concatenate([numbers, best + start], axis=1)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :RECALL_AT]
    return np.take_along_axis(numbers, order, axis=1).tolist()


def _disk(folder: Path) -> dict[str, float]:
    """Megabytes of each file, and of all."""
    sizes = {f"disk_{file.name}": file.stat().st_size / 1e6 for file in folder.rglob("*") if file.is_file()}
    return {"disk_mb": sum(sizes.values()), **{name: size for name, size in sizes.items() if size > 0.01}}


def _memory_mb(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) * 1024 / 1e6


class _timed:  # noqa: N801
    """Notes how long a block takes."""

    def __init__(self, notes: dict[str, float], name: str) -> None:
        self._notes, self._name = notes, name

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._notes[self._name] = time.perf_counter() - self._start


ROWS = {
    "passages": "passages",
    "lexical terms of all, indexed, s": "lexical_s",
    "vectors prepared, s": "vectors_s",
    "written and hashed, s": "write_s",
    "memory of the build at its peak, MB": "build_mb",
    "on disk, MB": "disk_mb",
    "loaded, ms": "load_ms",
    "memory when asked, MB": "memory_mb",
    "mapped files in memory, MB": "mapped_mb",
    "near passages, ms, median": "near_p50_ms",
    "near passages, ms, 95 %": "near_p95_ms",
    "near sentences, ms, 95 %": "near_sentence_p95_ms",
    "whole search, ms, median": "search_p50_ms",
    "whole search, ms, 95 %": "search_p95_ms",
    "whole search, first time, ms, 95 %": "first_search_p95_ms",
    "sentences of the hits, ms, 95 %": "evidence_p95_ms",
    "recall@10 of passages": "recall_passages",
    "recall@10 of sentences": "recall_sentences",
}


def table(measured: list[dict[str, float]]) -> Table:
    """A column a size."""
    found = Table(title="an index at size, without the embedding", title_justify="left")
    found.add_column("figure")
    for _ in measured:
        found.add_column(justify="right")
    for label, name in ROWS.items():
        digits = 4 if "recall" in name else 0 if name == "passages" else 1
        found.add_row(label, *(f"{one[name]:,.{digits}f}" for one in measured))
    return found


if __name__ == "__main__":
    main()
