"""The packaged weights as an ordinary sentence-transformers folder, for a GPU and for comparison."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from assistant.packaged.tokenizer import full_tokenizer
from assistant.packaged.weights import Sizes, Weights


def write_checkpoint(weights: Weights, folder: Path) -> None:
    """Write what sentence-transformers loads into `folder`, which exists."""
    from safetensors.numpy import save_file

    hidden = weights.sizes.hidden
    pooler = {  # BertModel has one, mean pooling does not look at it, and loading warns if it is missing
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    tensors = {name: np.ascontiguousarray(weights.tensor(name)) for name in weights.tensors}
    save_file(tensors | pooler, folder / "model.safetensors", metadata={"format": "pt"})
    full_tokenizer(weights.pieces).save(str(folder / "tokenizer.json"))
    for name, content in _configuration(weights.sizes).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")


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
