"""The plain stack: llama-index as its documentation shows it, with the same embedding model and no language model.

    python -m tests.benchmarks.plain_stack ask MODEL HOME QUESTION               the files that are found
    python -m tests.benchmarks.plain_stack measure MODEL HOME QUESTIONS FIRST    as own_stack does

Storing and, beside it, loading and indexing: https://developers.llamaindex.ai/python/framework/understanding/rag/storing/
The embedding model: https://developers.llamaindex.ai/python/examples/embeddings/huggingface/
"""

import json
import sys
import time
from pathlib import Path

from llama_index.core import Settings, SimpleDirectoryReader, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

HITS = 10
WARM_UP = 10


def main() -> None:
    """Ask one question of a stored index, or index and ask many."""
    command, model, home, asked, *first = sys.argv[1:]
    if command == "ask":
        load_model(model)
        print("\n".join(files_for(asked, retriever_of(Path(home)))))
    else:
        print(json.dumps(measured(model, Path(home), Path(asked), Path(first[0]))))


def measured(model: str, home: Path, questions: Path, first: Path) -> dict[str, object]:
    """Seconds to read, embed and store; milliseconds from each question to its hits; the files found."""
    build(model, first)
    start = time.perf_counter()
    embedded = build(model, home)
    seconds = time.perf_counter() - start
    retriever = retriever_of(home)
    texts = json.loads(questions.read_text(encoding="utf-8"))
    for text in texts[:WARM_UP]:
        files_for(text, retriever)
    hits_ms, found = [], []
    for text in texts:
        start = time.perf_counter()
        found.append(files_for(text, retriever))
        hits_ms.append((time.perf_counter() - start) * 1000)
    return {"seconds": seconds, "embedded": embedded, "hits_ms": hits_ms, "answer_ms": [], "found": found}


def load_model(folder: str) -> None:
    """Set the embedding model, with the prompts that it was trained with."""
    Settings.embed_model = HuggingFaceEmbedding(
        model_name=folder, query_instruction="query: ", text_instruction="passage: "
    )


def build(model: str, home: Path) -> int:
    """From the files to the stored index; how many texts were embedded."""
    load_model(model)
    documents = SimpleDirectoryReader(str(home / "corpus")).load_data()
    for document in documents:  # by default the file's path is embedded with its text, which finds less
        document.excluded_embed_metadata_keys.append("file_path")
    index = VectorStoreIndex.from_documents(documents)
    index.storage_context.persist(persist_dir=str(home / "storage"))
    return len(index.index_struct.nodes_dict)


def retriever_of(home: Path) -> BaseRetriever:
    """Of the stored index."""
    storage = StorageContext.from_defaults(persist_dir=str(home / "storage"))
    return load_index_from_storage(storage).as_retriever(similarity_top_k=HITS)


def files_for(question: str, retriever: BaseRetriever) -> list[str]:
    """Of the hits, best first."""
    return list(dict.fromkeys(hit.node.metadata["file_name"] for hit in retriever.retrieve(question)))


if __name__ == "__main__":
    main()
