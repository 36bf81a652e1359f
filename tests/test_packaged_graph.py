"""The graph of tiny weights against BERT in plain numpy, in floats and in the same 8 bits."""

from collections.abc import Callable
from math import erf

import numpy as np
import onnx
import onnxruntime
import pytest

from assistant.packaged.graph import INPUT, OUTPUT, write_graph
from assistant.packaged.weights import Sizes, Weights
from tests.doubles import weights_file

SIZES = Sizes(hidden=64, layers=2, heads=4, feed_forward=96, vocabulary=2, positions=12, types=2, layer_norm_eps=0.02)
SHAPES = {
    **{f"{part}.w": (64, 64) for part in ("q", "k", "v", "ao")},
    **{f"{part}.b": (64,) for part in ("q", "k", "v", "ao", "fo")},
    **{"fi.w": (96, 64), "fi.b": (96,), "fo.w": (64, 96)},
}
Product = Callable[[np.ndarray, np.ndarray], np.ndarray]


def drawn_tensors(seed: int = 0) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    tensors = {"emb.pos": random.normal(0, 1, (12, 64)), "emb.type": random.normal(0, 1, (2, 64))}
    for layer in range(SIZES.layers):
        tensors |= {f"L{layer}.{name}": random.normal(0, 0.25, shape) for name, shape in SHAPES.items()}
    for norm in ("emb.ln", *(f"L{layer}.{name}" for layer in range(SIZES.layers) for name in ("aln", "oln"))):
        tensors |= {f"{norm}.w": random.normal(1, 0.3, 64), f"{norm}.b": random.normal(0, 0.3, 64)}
    return {name: values.astype("<f4") for name, values in tensors.items()}


def in_floats(values: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    return values @ matrix.T


def in_8_bits(values: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Each token in 127 levels either way, each row of the matrix in 63."""
    of_tokens = np.abs(values).max(axis=-1, keepdims=True) / 127 + 1e-12
    of_rows = np.abs(matrix).max(axis=1, keepdims=True) / 63
    return (np.round(values / of_tokens) @ np.round(matrix / of_rows).T) * of_tokens * of_rows.T


def normalised(values: np.ndarray, tensors: dict[str, np.ndarray], name: str) -> np.ndarray:
    centred = values - values.mean(axis=-1, keepdims=True)
    deviation = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + SIZES.layer_norm_eps)
    return centred / deviation * tensors[f"{name}.w"] + tensors[f"{name}.b"]


def bert(words: np.ndarray, tensors: dict[str, np.ndarray], product: Product) -> np.ndarray:
    """Token states of one text, shape (tokens, hidden), of word embeddings of this shape."""

    def dense(name: str, values: np.ndarray) -> np.ndarray:
        return product(values, tensors[f"{name}.w"]) + tensors[f"{name}.b"]

    states = normalised(words + tensors["emb.pos"][: len(words)] + tensors["emb.type"][0], tensors, "emb.ln")
    for layer in range(SIZES.layers):
        queries, keys, values = (dense(f"L{layer}.{part}", states) for part in "qkv")
        attended = np.zeros_like(states)
        for head in range(SIZES.heads):
            of_head = slice(head * 16, head * 16 + 16)
            weights = np.exp(queries[:, of_head] @ keys[:, of_head].T / 4)
            attended[:, of_head] = weights / weights.sum(axis=1, keepdims=True) @ values[:, of_head]
        states = normalised(states + dense(f"L{layer}.ao", attended), tensors, f"L{layer}.aln")
        spread = dense(f"L{layer}.fi", states)
        spread = spread * (1 + np.vectorize(erf)(spread / np.sqrt(2))) / 2
        states = normalised(states + dense(f"L{layer}.fo", spread), tensors, f"L{layer}.oln")
    return states


def session_of(tensors: dict[str, np.ndarray], path, report=lambda done, total: None) -> onnxruntime.InferenceSession:
    write_graph(Weights(weights_file(SIZES, [("a", 0.0), ("b", 0.0)], tensors)), path, report)
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def states_of(session: onnxruntime.InferenceSession, words: np.ndarray) -> np.ndarray:
    (states,) = session.run([OUTPUT], {INPUT: words})
    return states


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """The graph of `drawn_tensors()`."""
    return session_of(drawn_tensors(), tmp_path_factory.mktemp("graph") / "model.onnx")


def drawn_words(texts: int, tokens: int) -> np.ndarray:
    return np.random.default_rng(texts * 100 + tokens).normal(0, 2, (texts, tokens, 64)).astype(np.float32)


def apart(states: np.ndarray, expected: np.ndarray) -> float:
    """Mean difference: of floats, some .04; a value that happens to be rounded the other way changes it little."""
    return float(np.abs(states - expected).mean())


@pytest.mark.parametrize("tokens", [1, 2, 7, 12])
def test_states_are_those_of_bert_in_8_bits(session, tokens):
    words = drawn_words(3, tokens)
    expected = np.array([bert(text, drawn_tensors(), in_8_bits) for text in words])
    assert apart(states_of(session, words), expected) < 0.005


def test_8_bits_are_near_floats(session):
    words = drawn_words(3, 12)
    states, expected = states_of(session, words), np.array([bert(text, drawn_tensors(), in_floats) for text in words])
    cosines = (states * expected).sum(axis=2) / np.linalg.norm(states, axis=2) / np.linalg.norm(expected, axis=2)
    assert cosines.min() > 0.995


def test_a_text_has_the_same_states_in_any_batch(session):
    words = drawn_words(9, 7) * np.linspace(0.01, 100, 9, dtype=np.float32)[:, None, None]
    together = states_of(session, words)
    for number in range(9):
        assert np.array_equal(states_of(session, words[[number]])[0], together[number])


def test_tokens_of_any_size_keep_their_8_bits_and_zeros_stay_zeros(tmp_path):
    for name, size, shift in (("tiny", 1e-6, 0), ("large", 1e6, 0), ("zero", 1, -1000)):
        tensors = drawn_tensors()
        for layer in (f"L{number}" for number in range(SIZES.layers)):  # of attention; nothing passes the feed-forward
            tensors[f"{layer}.ao.b"] = tensors[f"{layer}.v.b"] = np.zeros(64, "<f4")
            tensors[f"{layer}.v.w"] = tensors[f"{layer}.v.w"] * np.float32(size)
            tensors[f"{layer}.ao.w"] = tensors[f"{layer}.ao.w"] / np.float32(size)
            tensors[f"{layer}.fi.b"] += np.float32(shift)
        words = drawn_words(2, 5)
        expected = np.array([bert(text, tensors, in_8_bits) for text in words])
        assert apart(states_of(session_of(tensors, tmp_path / name), words), expected) < 0.005, name


def test_layers_are_told_as_they_are_done_and_the_model_is_sound(tmp_path):
    told = []
    session_of(drawn_tensors(), tmp_path / "model.onnx", lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
    model = onnx.load(str(tmp_path / "model.onnx"))
    onnx.checker.check_model(model)
    products = [node for node in model.graph.node if node.op_type == "MatMulInteger"]
    assert len(products) == 4 * SIZES.layers


def test_weights_keep_to_7_bits(tmp_path):
    session_of(drawn_tensors(), tmp_path / "model.onnx")
    constants = onnx.load(str(tmp_path / "model.onnx")).graph.initializer
    matrices = [onnx.numpy_helper.to_array(one) for one in constants if one.data_type == onnx.TensorProto.INT8]
    assert len(matrices) == 4 * SIZES.layers
    assert all((np.abs(matrix).max(axis=0) == 63).all() for matrix in matrices)
