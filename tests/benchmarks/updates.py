"""What an update of an index costs beside building it: `python -m tests.benchmarks.updates [SQUAD FILE]`.

Every paragraph of a SQuAD file is a document; the model is the packaged one, loaded before the clock starts.
"""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.embedding.engine import PackagedEmbedder
from assistant.evaluation.squad import SquadSet
from assistant.indexing import update_index

XQUAD = Path("../shared/data/xquad/xquad.de.json")


def main(file: Path) -> None:
    """Print a line for each kind of change."""
    embedder = PackagedEmbedder()
    with TemporaryDirectory() as folder:
        home, corpus = Path(folder), Path(folder) / "corpus"
        corpus.mkdir()
        documents = SquadSet(file).documents
        files = [corpus / f"{number:05}.txt" for number in range(len(documents))]
        for path, document in zip(files, documents, strict=True):
            path.write_text(document.text, encoding="utf-8")
        embedder.encode_query("Wer?")

        def told(name: str) -> None:
            started = time.perf_counter()
            report = update_index(home, (), embedder.name, lambda: embedder, 800)
            seconds = time.perf_counter() - started
            print(f"{name:<36} {seconds:7.2f} s  embedded {report.embedded:5}  kept {report.kept:5}", flush=True)

        told("built from nothing, with imports")
        told("nothing changed, all read: just written")
        time.sleep(2.5)  # until files count as settled
        told("nothing changed, all read: not settled")
        told("nothing changed, none read")
        files[1].write_text(documents[1].text + " Ein Satz kommt hinzu.", encoding="utf-8")
        told("a sentence added to one document")
        files[2].rename(corpus / "renamed.txt")
        told("one renamed")
        files[3].unlink()
        told("one removed")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else XQUAD)
