"""Any model that sentence-transformers runs, on any device that torch knows."""

import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from assistant.embedding.base import Query, Report, Sentences, no_report
from assistant.embedding.words import StoredWords, Vectors, WordStore, WordVectors, normalised, unit, word_vectors
from assistant.errors import ModelUnavailable
from assistant.messages import Text
from assistant.packaged.cache import made_once
from assistant.packaged.checkpoint import write_checkpoint
from assistant.packaged.weights import Weights

NO_SUCH_FOLDER = Text(de="diesen Ordner gibt es nicht", en="there is no such folder")
BATCH = 16
CHECKPOINT = "checkpoint-v3"  # raise it when another one is written


class _Encoded(NamedTuple):
    vector: Vectors
    words: WordVectors


class SentenceTransformerEmbedder:
    """A model by its name or folder; the default one comes from packaged weights.

    Prompts are the model's own; for models of the E5 family that have none on file they are "query: " and
    "passage: " (Wang et al. 2024, arXiv 2402.05672).
    """

    def __init__(self, model: str, device: str, name: str, is_packaged: bool) -> None:
        """Load a model. Raises ModelUnavailable, ModelDamaged or ModelNotWritable."""
        self._model = _load(str(checkpoint_folder()) if is_packaged else model, model, device, is_packaged)
        self.name = name
        self.dimension = int(self._model.get_embedding_dimension())
        is_e5 = "e5" in model.lower()
        prompts = self._model.prompts
        self._query_prompt = prompts.get("query") or ("query: " if is_e5 else "")
        self._passage_prompt = prompts.get("document") or prompts.get("passage") or ("passage: " if is_e5 else "")

    def encode_passages(self, texts: Sequence[str], report: Report = no_report) -> Vectors:
        """Shape (texts, dimension), unit length."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for batch in _batches(texts, report):
            encoded = self._model.encode([texts[position] for position in batch], prompt=self._passage_prompt)
            vectors[batch] = unit(np.asarray(encoded, np.float32))
        return vectors

    def encode_sentences(self, texts: Sequence[str], report: Report = no_report) -> Sentences:
        """The sentences' vectors and those of their words."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        words = {}
        for batch in _batches(texts, report):
            encoded = self._with_words([texts[position] for position in batch], self._passage_prompt)
            for position, one in zip(batch, encoded, strict=True):
                vectors[position] = one.vector
                words[position] = StoredWords.from_vectors(one.words.vectors[one.words.content])
        in_order = [words[position] for position in range(len(texts))]
        return Sentences(vectors, WordStore.from_texts(in_order, self.dimension))

    def encode_query(self, text: str) -> Query:
        """A question's vector and its words'."""
        ((vector, words),) = self._with_words([text], self._query_prompt)
        return Query(vector, words)

    def _with_words(self, texts: Sequence[str], prompt: str) -> list[_Encoded]:
        texts = [normalised(text) for text in texts]
        outputs = self._model.encode(texts, prompt=prompt, output_value=None, convert_to_numpy=False)
        offsets = self._model.tokenizer(
            [prompt + text for text in texts],
            truncation=True,
            max_length=self._model.max_seq_length,
            return_offsets_mapping=True,
        )["offset_mapping"]
        encoded = []
        for text, output, of_tokens in zip(texts, outputs, offsets, strict=True):
            spans = np.array(of_tokens) - len(prompt)
            states = output["token_embeddings"].cpu().numpy()[: len(spans)]  # behind them is padding
            vector = unit(output["sentence_embedding"].cpu().numpy())
            encoded.append(_Encoded(vector, word_vectors(text, states, spans)))
        return encoded


def checkpoint_folder() -> Path:
    """The packaged model as a sentence-transformers folder, made on first use."""

    def make(folder: Path) -> None:
        weights = Weights.installed()
        weights.ensure_recorded()
        write_checkpoint(weights, folder)

    return made_once(CHECKPOINT, make)


def _batches(texts: Sequence[str], report: Report) -> Iterator[list[int]]:
    """Positions of texts, texts of like length together; tells `report` when a batch is done."""
    by_length = sorted(range(len(texts)), key=lambda position: len(texts[position]))
    for start in range(0, len(by_length), BATCH):
        yield by_length[start : start + BATCH]
        report(min(start + BATCH, len(texts)), len(texts))


def _load(folder: str, model: str, device: str, is_packaged: bool) -> Any:
    if is_packaged:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # all is here; nothing is asked of a hub
    elif model.startswith((".", "/", "~")) and not Path(model).is_dir():
        raise ModelUnavailable(model, reason=NO_SUCH_FOLDER)
    # Nine seconds; the command line's help, its errors and verification do without it.
    import transformers
    from sentence_transformers import SentenceTransformer

    transformers.utils.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    try:
        return SentenceTransformer(folder, device=device)
    except Exception as error:  # whatever the hub, torch or the model's files raise: the user's remedy is one
        raise ModelUnavailable(model, reason=error) from error
