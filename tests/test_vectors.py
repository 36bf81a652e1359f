"""Vector search: exact while there are few, nearly so beyond, the same from a file, and never from a damaged one."""

from pathlib import Path

import numpy as np
import pytest

from assistant import columns, vectors
from assistant.columns import Seal, SealedFile
from assistant.embedding.words import unit
from assistant.errors import IndexDamaged
from assistant.vectors import VectorIndex

COUNT, DIMENSION = 6000, 256


def drawn(count: int, seed: int) -> np.ndarray:
    """Vectors that lean one way and lie in bunches, as those of texts do."""
    random = np.random.default_rng(seed)
    topics = np.random.default_rng(0).standard_normal((40, DIMENSION))
    spread = random.standard_normal((count, DIMENSION))
    return unit((3 + topics[random.integers(40, size=count)] + spread).astype(np.float32))


ROWS, QUERIES = drawn(COUNT, 1), drawn(50, 2)


@pytest.fixture
def many(monkeypatch) -> VectorIndex:
    """An index of more vectors than are compared with all."""
    monkeypatch.setattr(vectors, "EXACT", COUNT // 4)
    monkeypatch.setattr(vectors, "RERANKED", COUNT // 8)
    monkeypatch.setattr(vectors, "CHUNK", COUNT // 5)
    return VectorIndex.from_vectors(ROWS)


def saved(index: VectorIndex, folder: Path) -> list[SealedFile]:
    files = [folder / "rows.npy", folder / "codes.faiss"]
    index.save(*files)
    return [SealedFile(file, *Seal.of(file)) for file in files if file.exists()]


def exact(query: np.ndarray, limit: int, allowed: np.ndarray | None = None) -> list[int]:
    among = np.arange(COUNT) if allowed is None else allowed
    return among[np.argsort(-(ROWS[among] @ query), kind="stable")[:limit]].tolist()


def test_few_are_found_exactly(tmp_path):
    index = VectorIndex.from_vectors(ROWS)
    rows, *codes = saved(index, tmp_path)
    assert not codes
    for held in (index, VectorIndex.load(rows, None)):
        assert all(held.nearest(query, 10).tolist() == exact(query, 10) for query in QUERIES)


def test_of_many_nearly_all_are_found_best_first(many, tmp_path):
    for held in (many, VectorIndex.load(*saved(many, tmp_path))):
        found = [held.nearest(query, 10) for query in QUERIES]
        recall = np.mean(
            [len({*one.tolist()} & {*exact(query, 10)}) for one, query in zip(found, QUERIES, strict=True)]
        )
        assert recall / 10 >= 0.97
        for one, query in zip(found, QUERIES, strict=True):
            cosines = held.take(one) @ query
            assert (np.diff(cosines) <= 1e-6).all()
            assert cosines == pytest.approx(ROWS[one] @ query, abs=1e-3)


def test_of_many_those_allowed_are_found_exactly_in_parts(many):
    allowed = np.sort(np.random.default_rng(3).choice(COUNT, COUNT // 2, replace=False))
    for query in QUERIES:
        found = many.nearest(query, 10, allowed)
        assert ROWS[found] @ query == pytest.approx(ROWS[exact(query, 10, allowed)] @ query, abs=1e-3)
    assert not many.nearest(QUERIES[0], 10, allowed[:0]).size
    assert many.nearest(QUERIES[0], 10, allowed[:3]).size == 3


def test_all_can_be_asked_for(many):
    assert sorted(many.nearest(QUERIES[0], COUNT + 1).tolist()) == [*range(COUNT)]


def test_what_is_read_back_are_the_vectors(many, tmp_path):
    loaded = VectorIndex.load(*saved(many, tmp_path))
    assert np.array_equal(loaded.vectors, ROWS.astype(np.float16))
    assert np.array_equal(VectorIndex.from_vectors(loaded.vectors).vectors, loaded.vectors)
    assert np.array_equal(loaded[7], loaded.vectors[7])


def test_damaged_codes_and_rows_are_not_searched(many, tmp_path, monkeypatch):
    monkeypatch.setattr(columns, "AT_ONCE", 1 << 10)
    rows, codes = saved(many, tmp_path)
    seals = [Seal.of(rows.path), Seal.of(codes.path)]
    for file in (rows, codes):
        content = bytearray(file.path.read_bytes())
        content[len(content) // 2] ^= 1
        sound = file.path.read_bytes()
        file.path.write_bytes(content)
        with pytest.raises(IndexDamaged, match=file.path.name):
            found = VectorIndex.load(SealedFile(rows.path, *seals[0]), SealedFile(codes.path, *seals[1]))
            found.nearest(QUERIES[0], COUNT)
        file.path.write_bytes(sound)
