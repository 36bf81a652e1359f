"""The reader's adapter: what training changed of the model's later layers, and how their states become a score.

The changes are of low rank (LoRA: Hu et al. 2021, arXiv 2106.09685) and are added to the packaged weights once, when
the reader's graph is written. `make fit` trains the adapter that the package carries.
"""

from functools import cached_property
from importlib import resources
from typing import NamedTuple

import numpy as np

from assistant.errors import ModelDamaged
from assistant.packaged.weights import Sizes, Tensor, Weights

FILE = "reader.safetensors"
FIRST_LAYER = "first_layer"
DOWN, UP = ".down", ".up"  # a matrix changes by up @ down


class Head(NamedTuple):
    """How the states of a question and of a sentence, read together, become a score."""

    cosine: float
    """Weight of the cosine of their mean states."""
    words: float
    """Weight of the mean over the question's tokens of the best cosine with a token of the sentence."""
    states: Tensor
    """Weights of the sentence's mean state and of its largest values, shape (2 * hidden,)."""
    intercept: float


class Adapter:
    """Tensors by name: `NAME.down`, `NAME.up` for each changed matrix NAME, `kinds` and those of the head."""

    def __init__(self, content: bytes) -> None:
        """Of a safetensors file. Raises ModelDamaged if it is not one that this version reads."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            tensors = {name: np.asarray(values, np.float32) for name, values in load(content).items()}
            self.first_layer = int(tensors.pop(FIRST_LAYER))
            self.kinds = tensors.pop("kinds")
            scalars = (float(tensors.pop(f"head.{name}")) for name in ("cosine", "words", "intercept"))
            cosine, words, intercept = scalars
            self.head = Head(cosine, words, tensors.pop("head.states"), intercept)
        except (SafetensorError, KeyError, TypeError, ValueError) as error:
            raise ModelDamaged(f"{FILE} is not whole") from error
        self._content = content
        self._tensors = tensors

    @classmethod
    def shipped(cls) -> "Adapter":
        """The one that the package carries. Raises ModelDamaged."""
        try:
            return cls(resources.files("assistant.reading").joinpath(FILE).read_bytes())
        except OSError as error:
            raise ModelDamaged(f"{FILE} cannot be read") from error

    @cached_property
    def sha256(self) -> str:
        """Of its file."""
        import hashlib

        return hashlib.sha256(self._content).hexdigest()

    def change(self, name: str) -> Tensor | None:
        """What is added to the matrix of this name; None if nothing is."""
        if f"{name}{UP}" not in self._tensors:
            return None
        return np.asarray(self._tensors[f"{name}{UP}"] @ self._tensors[f"{name}{DOWN}"], np.float32)


class AdaptedWeights:
    """The packaged weights with an adapter's changes added."""

    def __init__(self, weights: Weights, adapter: Adapter) -> None:
        self._weights = weights
        self._adapter = adapter

    @property
    def sizes(self) -> Sizes:
        """Of the whole model."""
        return self._weights.sizes

    def tensor(self, name: str) -> Tensor:
        """A tensor in the shape that BERT gives it."""
        values, change = self._weights.tensor(name), self._adapter.change(name)
        return values if change is None else values + change
