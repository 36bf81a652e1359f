"""Vectors and lexical weights in Milvus: the one module that touches pymilvus and llama-index's store for it.

A collection holds an index's passages and sentences, a row each, `kind` and `position` telling which: their vectors as
dense ones, and what each term is worth in a passage as a sparse one, so that a passage's inner product with the terms
of a question is its BM25. It decides what is found and in which order; texts, offsets and words stay in `index/`, and
what is said is proved from there. Rows are written through llama-index's store, and read without it: its search for
sparse vectors leaves out a fifth of a question's terms, and to import it takes three seconds.
"""

import json
import logging
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from assistant.columns import Texts
from assistant.embedding.words import Ints, Vectors
from assistant.errors import MilvusMissing, MilvusUnfit, MilvusUnreachable
from assistant.lexical import Found, rarity
from assistant.search import LexicalSearch, VectorSearch

PASSAGE, SENTENCE = 0, 1
DENSE, SPARSE = "embedding", "sparse_embedding"
BATCH = 1_000
KEPT = 10_000  # vectors: a question's candidates are asked for twice
TIMEOUT = 30.0  # seconds for an answer
NOTHING = {0: 1.0}  # a sparse vector has to hold something; terms are counted from 1


class Address(NamedTuple):
    """Where a collection lies."""

    uri: str
    """A cluster's address, or a file that milvus-lite keeps."""
    collection: str


class Collection:
    """The rows of an index."""

    def __init__(self, address: Address, dimension: int, sizes: tuple[int, int], *, is_new: bool = False) -> None:
        """Of so many passages and sentences. Raises MilvusMissing, MilvusUnreachable, or MilvusUnfit."""
        self.sizes = sizes
        self._address = address
        if not is_new and "://" not in address.uri and not Path(address.uri).exists():
            raise MilvusUnfit(address.uri)
        with _asking(address):
            self._store = _made(address, dimension) if is_new else None
            self._client: Any = self._store.client if self._store else _found(address, dimension)
        if not is_new:
            self.ensure_whole()

    def ensure_whole(self) -> None:
        """Raise MilvusUnfit unless the collection has a row for each passage and sentence."""
        with _asking(self._address):
            counted = self._client.query(self._address.collection, output_fields=["count(*)"])
        if counted[0]["count(*)"] != sum(self.sizes):
            raise MilvusUnfit(self._address.uri)

    def add(self, kind: int, first: int, vectors: Vectors, weights: Sequence[Mapping[int, float]]) -> None:
        """Add the rows of one kind from position `first` on."""
        from llama_index.core.schema import TextNode

        names = [f"{kind}-{first + number}" for number in range(len(vectors))]
        assert self._store, "rows are added to a new collection"
        self._store.sparse_embedding_function.of = dict(zip(names, weights, strict=True))
        nodes = [
            TextNode(id_=name, text=name, embedding=vector, metadata={"kind": kind, "position": position})
            for position, (name, vector) in enumerate(zip(names, vectors.tolist(), strict=True), first)
        ]
        with _asking(self._address):
            self._store.add(nodes)

    def flush(self) -> None:
        """Make what was added lasting."""
        with _asking(self._address):
            self._client.flush(self._address.collection)

    def search(self, field: str, query: object, limit: int, kind: int, allowed: Ints | None) -> Ints:
        """Positions of the rows of one kind with the largest inner product, best first, of those allowed."""
        where = f"kind == {kind}" + ("" if allowed is None else f" and ({_among(allowed)})")
        name = self._address.collection
        with _asking(self._address):
            [hits] = self._client.search(
                name, [query], where, limit=limit, output_fields=["position"], anns_field=field, timeout=TIMEOUT
            )
        return np.array([hit["entity"]["position"] for hit in hits], np.int64)

    def rows(self, field: str, kind: int, positions: Ints) -> Iterator[Any]:
        """A field of the rows at positions of one kind, in their order. Raises MilvusUnfit where one is not there."""
        for start in range(0, len(positions), BATCH):
            names = [f"{kind}-{position}" for position in positions[start : start + BATCH].tolist()]
            with _asking(self._address):
                rows = self._client.get(self._address.collection, names, output_fields=[field], timeout=TIMEOUT)
            found = {row["id"]: row[field] for row in rows}
            if not found.keys() >= set(names):
                raise MilvusUnfit(self._address.uri)
            yield from (found[name] for name in names)


class MilvusVectors:
    """Unit vectors of one kind and their search by cosine, as `vectors.VectorIndex`."""

    def __init__(self, collection: Collection, kind: int, dimension: int) -> None:
        self._collection, self._kind, self._dimension = collection, kind, dimension
        self._known: dict[int, Vectors] = {}

    def __len__(self) -> int:
        return self._collection.sizes[self._kind]

    def __getitem__(self, position: int) -> Vectors:
        vector: Vectors = self.take(np.array([position]))[0]
        return vector

    def take(self, positions: Ints) -> Vectors:
        """The vectors at positions, shape (positions, dimension)."""
        if len(self._known) > KEPT:
            self._known.clear()
        missing = np.array([one for one in np.unique(positions).tolist() if one not in self._known], np.int64)
        rows = self._collection.rows(DENSE, self._kind, missing)
        self._known |= {one: np.array(row, np.float32) for one, row in zip(missing.tolist(), rows, strict=True)}
        return np.array([self._known[one] for one in positions.tolist()], np.float32).reshape(-1, self._dimension)

    @property
    def vectors(self) -> Vectors:
        """All vectors, shape (n, dimension), fetched."""
        rows = self._collection.rows(DENSE, self._kind, np.arange(len(self)))
        return np.array(list(rows), np.float32).reshape(-1, self._dimension)

    def nearest(self, query: Vectors, limit: int, allowed: Ints | None = None) -> Ints:
        """Positions of the vectors nearest to `query`, best first, at most `limit`; only of `allowed` if given."""
        limit = min(limit, len(self) if allowed is None else len(allowed))
        if not limit:
            return np.zeros(0, np.int64)
        return self._collection.search(DENSE, query.tolist(), limit, self._kind, allowed)


class MilvusLexical:
    """What each term is worth in each passage, as `lexical.LexicalIndex`; the terms themselves are here."""

    def __init__(self, collection: Collection, terms: Texts, starts: Ints) -> None:
        """The term at a position is in starts[position + 1] - starts[position] passages."""
        self._collection, self._terms, self._starts = collection, terms, starts
        self._count = collection.sizes[PASSAGE]

    @property
    def head(self) -> tuple[Texts, Ints]:
        """The terms, and their starts."""
        return self._terms, self._starts

    def has(self, term: str) -> bool:
        """Whether any passage has a term."""
        return self._terms.find(term) is not None

    def search(self, terms: Sequence[str], limit: int, allowed: Ints | None = None) -> Found:
        """The best passages for a question's terms, and what the terms are worth in any."""
        known = [number for number in map(self._terms.find, terms) if number is not None]
        total = sum(rarity(self._terms, self._starts, term, self._count) for term in terms)
        weights = {number + 1: float(known.count(number)) for number in known}
        limit = min(limit, self._count if allowed is None else len(allowed))
        best = np.zeros(0, np.int64)
        if weights and limit:
            best = self._collection.search(SPARSE, weights, limit, PASSAGE, allowed)

        def shares(passages: Ints) -> Vectors:
            if not weights:
                return np.zeros(len(passages), np.float32)
            rows = self._collection.rows(SPARSE, PASSAGE, passages)
            sums = [sum(row.get(number, 0.0) * often for number, often in weights.items()) for row in rows]
            return np.asarray(np.array(sums, np.float32) / np.float32(total), np.float32)

        return Found(best[shares(best) > 0], shares)

    def by_passage(self) -> Iterator[dict[int, float]]:
        """What each term is worth, by the term's number, a passage after the other."""
        for row in self._collection.rows(SPARSE, PASSAGE, np.arange(self._count)):
            yield {number - 1: weight for number, weight in row.items() if number}


def write(uri: str, passages: VectorSearch, sentences: VectorSearch, lexical: LexicalSearch, dimension: int) -> Address:
    """Put an index into a new collection, whole, or none. Raises what `Collection` does."""
    address = Address(uri, f"quellentreu_{uuid.uuid4().hex}")
    collection = Collection(address, dimension, (len(passages), len(sentences)), is_new=True)
    try:
        weights = lexical.by_passage()
        for kind, vectors in ((PASSAGE, passages), (SENTENCE, sentences)):
            for start in range(0, len(vectors), BATCH):
                rows = vectors.take(np.arange(start, min(start + BATCH, len(vectors))))
                of_rows = [_shifted(next(weights)) if kind == PASSAGE else NOTHING for _ in rows]
                collection.add(kind, start, rows, of_rows)
        collection.flush()
        collection.ensure_whole()
    except BaseException:
        drop(address)
        raise
    return address


def drop(address: Address) -> None:
    """Remove a collection if it can be reached."""
    with suppress(MilvusMissing, MilvusUnreachable), _asking(address):
        _client(address.uri).drop_collection(address.collection)


def ensure_reachable(uri: str) -> None:
    """Raise MilvusMissing or MilvusUnreachable unless there is a Milvus, or a file for milvus-lite can be made."""
    address = Address(uri, "")
    with _asking(address):
        _client(uri).list_collections()


def opened(
    address: Address, dimension: int, sizes: tuple[int, int], terms: Texts, starts: Ints
) -> tuple[MilvusVectors, MilvusVectors, MilvusLexical]:
    """Vectors of passages and of sentences, and the lexical index. Raises what `Collection` does."""
    collection = Collection(address, dimension, sizes)
    passages, sentences = (MilvusVectors(collection, kind, dimension) for kind in (PASSAGE, SENTENCE))
    return passages, sentences, MilvusLexical(collection, terms, starts)


# --- small helpers -----------------------------------------------------------------------------------------------


def _found(address: Address, dimension: int) -> Any:
    """A client of Milvus that has the collection, loaded. Raises MilvusUnfit."""
    client = _client(address.uri)
    if not client.has_collection(address.collection):
        raise MilvusUnfit(address.uri)
    fields = {one["name"]: one for one in client.describe_collection(address.collection)["fields"]}
    if not {DENSE, SPARSE} <= fields.keys() or int(fields[DENSE]["params"]["dim"]) != dimension:
        raise MilvusUnfit(address.uri)
    client.load_collection(
        address.collection
    )  # it is not where another process has written it, or Milvus was restarted
    return client


def _client(uri: str) -> Any:
    from pymilvus import MilvusClient

    return MilvusClient(uri=uri, token=_token(), timeout=TIMEOUT)


def _made(address: Address, dimension: int) -> Any:
    """A store of llama-index with a new collection."""
    try:
        from llama_index.vector_stores.milvus import MilvusVectorStore
        from llama_index.vector_stores.milvus.utils import BaseSparseEmbeddingFunction
    except ImportError as error:
        raise MilvusMissing() from error
    from pymilvus import DataType

    class Weights(BaseSparseEmbeddingFunction):
        """Weights that are known already, by the names of their rows."""

        of: Mapping[str, Mapping[int, float]]

        def encode_documents(self, documents: list[str]) -> list[dict[int, float]]:
            return [dict(self.of[name]) for name in documents]

        def encode_queries(self, queries: list[str]) -> list[dict[int, float]]:
            raise NotImplementedError

    return MilvusVectorStore(
        uri=address.uri,
        token=_token(),
        collection_name=address.collection,
        dim=dimension,
        enable_sparse=True,
        sparse_embedding_function=Weights(),
        scalar_field_names=["kind", "position"],
        scalar_field_types=[DataType.INT8, DataType.INT64],
        index_config={"index_type": "AUTOINDEX" if "://" in address.uri else "FLAT"},
        similarity_metric="IP",
        batch_size=BATCH,
        use_async_client=False,
        timeout=TIMEOUT,
    )


def _token() -> str:
    return os.environ.get("MILVUS_TOKEN", "").strip()


@contextmanager
def _asking(address: Address) -> Iterator[None]:
    """Raise MilvusUnreachable for what pymilvus raises, which it shall not print besides."""
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    try:
        from pymilvus import MilvusException
    except ImportError as error:
        raise MilvusMissing() from error
    for name in ("pymilvus", "milvus_lite"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    except (MilvusException, ConnectionError, OSError) as error:
        reason = getattr(error, "message", "") or str(error)
        raise MilvusUnreachable(address.uri, reason=json.dumps(reason)[1:-1][:200]) from error


def _among(positions: Ints) -> str:
    """A condition that holds for these positions, which ascend."""
    ends = np.flatnonzero(np.diff(positions) != 1)
    firsts, lasts = positions[[0, *(ends + 1)]], positions[[*ends, -1]]
    return " or ".join(f"(position >= {a} and position <= {b})" for a, b in zip(firsts, lasts, strict=True))


def _shifted(weights: Mapping[int, float]) -> dict[int, float]:
    """By numbers from 1."""
    return {number + 1: weight for number, weight in weights.items()} or NOTHING
