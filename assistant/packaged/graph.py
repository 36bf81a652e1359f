"""The packaged weights as an ONNX graph that computes in int8.

Nearly all matrix products take int8 weights with a scale for each column, and activations that are rounded to 8 bits
with a scale for each token (LLM.int8(): Dettmers et al. 2022, arXiv 2208.07339, vector-wise). So a text's vectors do
not depend on what else is in its batch. Weights keep to 7 bits: with 8, processors without VNNI instructions overflow.
The rows of the vocabulary are an input, since a question needs few of its 250,002.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from assistant.packaged.weights import Sizes, Tensor

INPUT, OUTPUT = "word_embeddings", "token_states"
WEIGHT_LEVELS = 63
EXACT_ATTENTION_FROM = 6  # layer: what later ones ask for, and where, rounding hurts most (twice the error)
ACTIVATION_LEVELS = 127
ACTIVATION_ZERO = 128
MICROSOFT = "com.microsoft"
OPSETS = {"": 20, MICROSOFT: 1}
IR_VERSION = 10


class Tensors(Protocol):
    """Weights by their names, such as `Weights`."""

    @property
    def sizes(self) -> Sizes:
        """Of the whole model."""
        ...

    def tensor(self, name: str) -> Tensor:
        """A tensor in the shape that BERT gives it."""
        ...


def write_graph(weights: Tensors, path: Path, report: Callable[[int, int], None], layers: range | None = None) -> None:
    """Write the model: word embeddings, shape (texts, tokens, hidden), to token states of the same shape.

    Of `layers` alone if given; those that begin above the first take what the layer below them gives. All texts of
    a call have the same number of tokens. `report` is told the layers done and the number of all.
    """
    layers = range(weights.sizes.layers) if layers is None else layers
    graph = _Graph(weights)
    states = _embedded(graph) if layers.start == 0 else INPUT
    for done, layer in enumerate(layers, 1):
        states = _layer(graph, layer, states)
        report(done, len(layers))
    graph.save(states, path)


class _Graph:
    """Nodes and constants as they come."""

    def __init__(self, weights: Tensors) -> None:
        self.sizes = weights.sizes
        self._weights = weights
        self._nodes: list[Any] = []
        self._constants: dict[str, npt.NDArray[Any]] = {}

    def tensor(self, name: str) -> Tensor:
        """One of the weights."""
        return self._weights.tensor(name)

    def constant(self, name: str, values: npt.NDArray[Any]) -> str:
        """A constant's name; equal names are equal values."""
        self._constants[name] = np.ascontiguousarray(values)
        return name

    def vector(self, name: str) -> str:
        """One of the weights as a constant."""
        return self.constant(name, self.tensor(name))

    def node(self, operator: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Name of a node's output."""
        from onnx import helper

        output = f"{operator}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [output], output, domain=domain, **attributes))
        return output

    def save(self, output: str, path: Path) -> None:
        """Write the model whose result is `output`."""
        import onnx
        from onnx import TensorProto, helper, numpy_helper

        self._nodes.append(helper.make_node("Identity", [output], [OUTPUT], OUTPUT))
        shape: list[str | int | None] = ["texts", "tokens", self.sizes.hidden]
        graph = helper.make_graph(
            self._nodes,
            "multilingual-e5-small",
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, shape)],
            [numpy_helper.from_array(values, name) for name, values in self._constants.items()],
        )
        opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items()]
        onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION), str(path))


def _embedded(graph: _Graph) -> str:
    """Word embeddings plus those of positions and of the one type of text, normalised."""
    positions = graph.tensor("embeddings.position_embeddings.weight")
    types = graph.tensor("embeddings.token_type_embeddings.weight")
    table = graph.constant("positions", positions + types[0])
    zero = graph.constant("zero", np.array([0], np.int64))
    tokens = graph.node("Shape", INPUT, start=1, end=2)
    placed = graph.node("Add", INPUT, graph.node("Slice", table, zero, tokens, zero))
    scale, shift = (graph.vector(f"embeddings.LayerNorm.{part}") for part in ("weight", "bias"))
    return graph.node("LayerNormalization", placed, scale, shift, epsilon=graph.sizes.layer_norm_eps)


def _layer(graph: _Graph, layer: int, states: str) -> str:
    """Attention and feed-forward, each added to what went in, and normalised."""
    prefix = f"encoder.layer.{layer}."
    parts = ("query", "key", "value")
    joined = [
        np.concatenate([graph.tensor(f"{prefix}attention.self.{part}.{kind}") for part in parts])
        for kind in ("weight", "bias")
    ]
    project = _exact_product if layer >= EXACT_ATTENTION_FROM else _product
    projected = project(graph, f"{prefix}attention.self.weight", joined[0], states)
    hidden = graph.sizes.hidden
    ends = [graph.constant(f"end{number}", np.array([number * hidden], np.int64)) for number in range(4)]
    last = graph.constant("last axis", np.array([-1], np.int64))
    queries, keys, values = (
        graph.node("Slice", projected, ends[number], ends[number + 1], last) for number in range(3)
    )
    bias = graph.constant(f"{prefix}attention.self.bias", joined[1])
    attended = graph.node(
        "MultiHeadAttention", queries, keys, values, bias, domain=MICROSOFT, num_heads=graph.sizes.heads
    )
    states = _added(graph, f"{prefix}attention.output.", attended, states)
    inner = f"{prefix}intermediate.dense."
    spread = _product(graph, f"{inner}weight", graph.tensor(f"{inner}weight"), states)
    spread = graph.node("BiasGelu", spread, graph.vector(f"{inner}bias"), domain=MICROSOFT)
    return _added(graph, f"{prefix}output.", spread, states)


def _added(graph: _Graph, prefix: str, values: str, states: str) -> str:
    """`values` through a dense layer, added to `states`, normalised."""
    product = _product(graph, f"{prefix}dense.weight", graph.tensor(f"{prefix}dense.weight"), values)
    constants = [graph.vector(f"{prefix}{name}") for name in ("LayerNorm.weight", "LayerNorm.bias", "dense.bias")]
    epsilon = graph.sizes.layer_norm_eps
    return graph.node("SkipLayerNormalization", product, states, *constants, domain=MICROSOFT, epsilon=epsilon)


def _exact_product(graph: _Graph, name: str, matrix: Tensor, values: str) -> str:
    """`values` times the transpose of `matrix`, shape (outputs, inputs), in fp32."""
    return graph.node("MatMul", values, graph.constant(name, matrix.T))


def _product(graph: _Graph, name: str, matrix: Tensor, values: str) -> str:
    """`values` times the transpose of `matrix`, shape (outputs, inputs), in int8."""
    column_scale = np.abs(matrix).max(axis=1) / WEIGHT_LEVELS
    rounded = np.round(matrix / column_scale[:, None]).astype(np.int8).T
    last = graph.constant("last axis", np.array([-1], np.int64))
    levels = graph.constant("levels", np.array([1 / ACTIVATION_LEVELS], np.float32))
    least = graph.constant("least", np.array([1e-9], np.float32))  # a token of zeros would divide by zero
    half_above = graph.constant("half above zero", np.array([ACTIVATION_ZERO + 0.5], np.float32))
    zero_point = graph.constant("zero point", np.array(ACTIVATION_ZERO, np.uint8))
    largest = graph.node("Max", graph.node("ReduceMax", graph.node("Abs", values), last, keepdims=1), least)
    token_scale = graph.node("Mul", largest, levels)
    shifted = graph.node("Add", graph.node("Div", values, token_scale), half_above)
    quantised = graph.node("Cast", shifted, to=2)  # to uint8: cuts off, so that adding a half rounds
    product = graph.node("MatMulInteger", quantised, graph.constant(name, rounded), zero_point)
    as_float = graph.node("Cast", product, to=1)
    return graph.node("Mul", graph.node("Mul", as_float, token_scale), graph.constant(f"{name} scale", column_scale))
