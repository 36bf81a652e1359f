"""Quellentreu with everything imported: indexing, then each question of a file, in a process of its own.

    python -m tests.benchmarks.own_stack HOME QUESTIONS [FIRST]

FIRST is a small home folder that is indexed before, for the imports. Prints a JSON object.
"""

import json
import sys
import time
from pathlib import Path

from assistant import Assistant, Outcome, build, load_settings, open_assistant

WARM_UP = 10
DEPTH = 100  # passages, so that they are of ten paragraphs at least


def main() -> None:
    """Index what is not indexed yet; ask."""
    home, questions, *first = map(Path, sys.argv[1:])
    for folder in first:
        build(load_settings(home=folder))
    start = time.perf_counter()
    manifest = build(load_settings(home=home)).index.manifest
    seconds = time.perf_counter() - start
    assistant = open_assistant(load_settings(home=home))
    texts = json.loads(questions.read_text(encoding="utf-8"))
    for text in texts[:WARM_UP]:
        assistant.ask(text, depth=DEPTH)
    hits_ms, answer_ms, found = [], [], []
    for text in texts:
        start = time.perf_counter()
        outcome = assistant.ask(text, depth=DEPTH)
        answer_ms.append((time.perf_counter() - start) * 1000)
        hits_ms.append(outcome.timings_ms["embed"] + outcome.timings_ms["retrieve"])
        found.append(files_of(outcome, assistant))
    embedded = manifest.passages + manifest.sentences
    measured = {"seconds": seconds, "embedded": embedded, "hits_ms": hits_ms, "answer_ms": answer_ms, "found": found}
    print(json.dumps(measured))


def files_of(outcome: Outcome, assistant: Assistant) -> list[str]:
    """Of the documents whose passages were found, best first."""
    documents = (assistant.index.passages[hit.passage].document for hit in outcome.hits)
    return [assistant.index.documents[document].name for document in dict.fromkeys(documents)]


if __name__ == "__main__":
    main()
