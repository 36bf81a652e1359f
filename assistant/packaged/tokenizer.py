"""Text to tokens as XLM-R makes them: NFKC with spaces collapsed, metaspace, unigram, <s> and </s>.

The whole vocabulary takes half a second and 300 MB to load. A question needs only the pieces that occur in it, and a
unigram model of these alone finds the same tokens: Viterbi's best path goes through no others.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

    from assistant.packaged.weights import Weights

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")  # ids 0 to 3
SPECIAL_IN_TEXT = re.compile("|".join(SPECIAL))  # stands as a token by itself, and a word begins behind it
UNKNOWN = 3
SPACE = "▁"
TABLE, IDS = "pieces.npy", "piece_ids.npy"
CACHED_WORDS = 10_000
Ints = npt.NDArray[np.int64]


class Tokens(NamedTuple):
    """A text's tokens."""

    ids: Ints
    """Shape (tokens,), <s> first and </s> last."""
    spans: Ints
    """Shape (tokens, 2): start and end in the text."""


class PackagedTokenizer:
    """Tokenizes questions by the pieces that occur in them, and many texts by the whole vocabulary."""

    def __init__(self, weights: "Weights", folder: Path) -> None:
        """`folder` holds what `write_pieces` wrote."""
        self._weights = weights
        self._limit = weights.sizes.positions
        self._pieces = np.asarray(np.load(folder / TABLE, mmap_mode="r"))
        self._ids = np.asarray(np.load(folder / IDS, mmap_mode="r"))
        self._longest = self._pieces.dtype.itemsize
        worst = int(np.argmin(weights.scores))  # an unknown letter's score is taken from it
        self._always = self._entries([*range(len(SPECIAL)), worst])
        self._normalise = full_tokenizer(list(self._always.values())).normalizer.normalize_str
        self._pieces_in = lru_cache(CACHED_WORDS)(self._find)
        self._full: Tokenizer | None = None

    def one(self, text: str) -> Tokens:
        """The tokens of a short text, such as a question."""
        if self._full is not None:
            return self.many([text])[0]
        pieces = dict(self._always)
        for part in SPECIAL_IN_TEXT.split(text):
            for word in self._normalise(part).split():
                pieces |= self._pieces_in(SPACE + word)
        ids = np.array(list(pieces))
        small = _limited(full_tokenizer(list(pieces.values())), self._limit)
        tokens = _tokens(small.encode(text))
        return tokens._replace(ids=ids[tokens.ids])

    def many(self, texts: Sequence[str]) -> list[Tokens]:
        """The tokens of each text."""
        if self._full is None:
            self._full = _limited(full_tokenizer(self._weights.pieces), self._limit)
        return [_tokens(encoding) for encoding in self._full.encode_batch(list(texts))]

    def _entries(self, ids: Iterable[int]) -> dict[int, tuple[str, float]]:
        return {number: (self._weights.piece(number), float(self._weights.scores[number])) for number in ids}

    def _find(self, word: str) -> dict[int, tuple[str, float]]:
        """The pieces, by their ids, that occur in a word; none goes beyond a word."""
        letters = [letter.encode("utf-8") for letter in word]
        stretches = set()
        for start in range(len(letters)):
            stretch = b""
            for letter in letters[start:]:
                stretch += letter
                if len(stretch) > self._longest:
                    break
                stretches.add(stretch)
        wanted = np.array(sorted(stretches), self._pieces.dtype)
        at = np.minimum(np.searchsorted(self._pieces, wanted), len(self._pieces) - 1)
        ids = self._ids[at[self._pieces[at] == wanted]]
        return self._entries(number for number in sorted(ids.tolist()) if number >= len(SPECIAL))


def write_pieces(weights: "Weights", folder: Path) -> None:
    """Write the vocabulary in the order of its bytes, in which a piece is found by bisection."""
    pieces = np.array([piece.encode("utf-8") for piece, _ in weights.pieces])
    order = np.argsort(pieces, kind="stable")
    np.save(folder / TABLE, pieces[order])
    np.save(folder / IDS, order.astype(np.int32))


def full_tokenizer(pieces: list[tuple[str, float]]) -> "Tokenizer":
    """XLM-R's tokenizer of some pieces and their log probabilities, in the order of their ids."""
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=UNKNOWN, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(Regex(r"[\x00-\x08\x0b\x0e-\x1f\x7f\u00ad\u200b-\u200f\ufeff]"), ""),
            normalizers.Replace(Regex(r"\s+"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL])
    return tokenizer


def _limited(tokenizer: "Tokenizer", limit: int) -> "Tokenizer":
    tokenizer.enable_truncation(limit)
    return tokenizer


def _tokens(encoding: "Encoding") -> Tokens:
    return Tokens(np.array(encoding.ids, np.int64), np.array(encoding.offsets, np.int64))
