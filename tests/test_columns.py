"""Columns on disk: what was written is what is read, and what is damaged is not read."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import columns
from assistant.columns import Column, Files, Seal, SealedFile, Texts
from assistant.errors import IndexDamaged
from tests.doubles import files_in

WIDTH = 7


@pytest.fixture(autouse=True)
def _every_file_is_large(monkeypatch):
    """A file of more than 64 bytes is checked in blocks of 32."""
    monkeypatch.setattr(columns, "AT_ONCE", 64)
    monkeypatch.setattr(columns, "BLOCK", 32)


def sealed(path: Path) -> SealedFile:
    return SealedFile(path, *Seal.of(path))


@given(st.lists(st.integers(0, 255), max_size=400).map(bytes), st.data())
def test_a_sealed_file_reads_what_is_there_or_nothing(tmp_path_factory, content, data):
    path = tmp_path_factory.mktemp("sealed") / "file"
    path.write_bytes(content)
    seal = Seal.of(path)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(content))] * 2)))
    assert SealedFile(path, *seal).read(start, end) == content[start:end]
    for damaged in (content + b"x", content[:-1], b""):
        path.write_bytes(damaged)
        if damaged != content:
            with pytest.raises(IndexDamaged, match="file"):
                SealedFile(path, *seal)
    if content:
        flipped = bytearray(content)
        flipped[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        path.write_bytes(flipped)
        try:
            assert SealedFile(path, *seal).read(start, end) == content[start:end]
        except IndexDamaged as error:
            assert "file" in str(error)
        with pytest.raises(IndexDamaged):
            SealedFile(path, *seal).read(0, len(content))


@given(st.integers(0, 60), st.data())
def test_a_column_gives_its_rows_from_memory_and_from_a_file(tmp_path_factory, count, data):
    rows = np.random.default_rng(count).integers(0, 99, (count, WIDTH))
    path = tmp_path_factory.mktemp("column") / "rows.npy"
    Column(rows).save(path)
    positions = np.array(data.draw(st.lists(st.integers(0, count - 1))) if count else [], np.int64)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, count)] * 2)))
    for column in (Column(rows), Column.load(sealed(path))):
        assert len(column) == count
        assert np.array_equal(column.rows(start, end), rows[start:end])
        assert np.array_equal(column.take(positions), rows[positions])
        assert np.array_equal(column.whole, rows)
        assert all(np.array_equal(column.row(int(one)), rows[one]) for one in positions)


@given(st.integers(1, 60), st.data())
def test_a_damaged_row_is_not_given_in_any_way(tmp_path_factory, count, data):
    rows = np.random.default_rng(count).integers(0, 99, (count, WIDTH))
    path = tmp_path_factory.mktemp("column") / "rows.npy"
    Column(rows).save(path)
    seal, content = Seal.of(path), bytearray(path.read_bytes())
    position = data.draw(st.integers(0, count - 1))
    content[len(content) - rows.nbytes + position * rows.strides[0] + data.draw(st.integers(0, 55))] ^= 1
    path.write_bytes(content)
    try:
        column = Column.load(SealedFile(path, *seal))
    except IndexDamaged:  # its first or last block
        return
    for read in (
        lambda: column.row(position),
        lambda: column.rows(position, position + 1),
        lambda: column.take(np.array([0, position])),
        lambda: column.whole,
    ):
        with pytest.raises(IndexDamaged, match=r"rows\.npy"):
            read()


@given(st.lists(st.text(max_size=9), unique=True, max_size=30), st.text(max_size=9))
def test_texts_are_found_at_their_places(tmp_path_factory, texts, other):
    folder = tmp_path_factory.mktemp("texts")
    made = Texts.from_texts(texts)
    made.save(folder, "names")
    assert {file.name for file in folder.iterdir()} == {*Texts.files("names")}
    sealed_blocks(folder)
    for held in (made, Texts.load(files_in(folder), "names")):
        assert [*held] == texts
        assert [held.find(text) for text in texts] == [*range(len(texts))]
        assert held.find(other) == (texts.index(other) if other in texts else None)
        with pytest.raises(IndexError):
            held[len(texts)]


def test_blocks_that_belong_to_no_file_are_damage(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 100)
    (tmp_path / "b").write_bytes(b"y" * 10)
    sealed_blocks(tmp_path)
    assert files_in(tmp_path)("a").read(0, 100) == b"x" * 100
    seals = {file.name: Seal.of(file).sha256 for file in sorted(tmp_path.glob("?"))}
    (tmp_path / "blocks").write_bytes((tmp_path / "blocks").read_bytes() + b"x")
    with pytest.raises(IndexDamaged, match="blocks"):
        Files(tmp_path, seals)
    (tmp_path / "blocks").unlink()
    with pytest.raises(IndexDamaged, match="a"):
        Files(tmp_path, seals)


def sealed_blocks(folder: Path) -> None:
    """Write the blocks of the large files of a folder."""
    blocks = b"".join(Seal.of(file).blocks for file in sorted(folder.iterdir()))
    (folder / "blocks").write_bytes(blocks)
