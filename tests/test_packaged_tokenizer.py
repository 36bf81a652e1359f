"""The tokenizer: questions by the pieces that occur in them give what the whole vocabulary gives, as XLM-R does."""

import unicodedata
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.packaged.tokenizer import SPECIAL, PackagedTokenizer, Tokens, write_pieces
from assistant.packaged.weights import Sizes, Weights
from tests.doubles import weights_file
from tests.strategies import NOUNS, OTHERS, any_text

ODD = [
    *SPECIAL,
    "<mask>",
    "<",
    ">",
    "s",
    "▁",
    "▁▁",
    " ",
    "\u0301",
    "\u00ad",
    "ﬁ",
    "é",
    "😀",
    "👩‍👩‍👧‍👦",
    "\x85",
    "\x1c",
    "語",
]
with_odd_pieces = st.lists(st.sampled_from([*NOUNS, *OTHERS, *ODD]), max_size=12).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda space: space.join(pieces))
)
SIZES = Sizes(hidden=32, layers=1, heads=1, feed_forward=32, vocabulary=0, positions=9, types=1, layer_norm_eps=1e-12)
TEXTS = st.one_of(with_odd_pieces, any_text, st.text(st.sampled_from("<s>/padunk▁ äß"), max_size=30))


@pytest.fixture(scope="module")
def folder(installed_weights, tmp_path_factory):
    """What `write_pieces` writes of the real vocabulary."""
    folder = tmp_path_factory.mktemp("pieces")
    write_pieces(installed_weights, folder)
    return folder


@pytest.fixture(scope="module")
def whole(installed_weights, folder):
    """A tokenizer of the whole vocabulary."""
    tokenizer = PackagedTokenizer(installed_weights, folder)
    tokenizer.many([""])
    return tokenizer


@pytest.fixture(scope="module")
def small(installed_weights, folder):
    """One that never loads the whole vocabulary."""
    tokenizer = PackagedTokenizer(installed_weights, folder)
    yield tokenizer
    assert tokenizer._full is None


def assert_same(one: Tokens, other: Tokens) -> None:
    assert one.ids.tolist() == other.ids.tolist()
    assert one.spans.tolist() == other.spans.tolist()
    assert one.ids.dtype == other.ids.dtype == one.spans.dtype == other.spans.dtype == np.int64


# --- one as many -------------------------------------------------------------------------------------------------


@given(TEXTS)
@example("")
@example(" \n")
@example("Haus<s>Garten</s>Wal<pad>Berg<unk>Tal")
@example("<s>")
@example("a▁b▁")
def test_pieces_of_a_text_give_the_tokens_of_the_whole_vocabulary(small, whole, text):
    assert_same(small.one(text), whole.many([text])[0])


@given(st.data())
def test_pieces_drawn_from_the_vocabulary_give_its_tokens_too(small, whole, installed_weights, data):
    numbers = data.draw(st.lists(st.integers(0, len(installed_weights.pieces) - 1), max_size=12))
    space = data.draw(st.sampled_from(["", " "]))
    text = space.join(installed_weights.piece(number) for number in numbers)
    assert_same(small.one(text), whole.many([text])[0])


@settings(max_examples=200)
@given(
    st.dictionaries(st.text("▁abcß", min_size=1, max_size=4), st.floats(-20, -0.5, width=32), min_size=1, max_size=12),
    st.lists(st.text("abcßx ▁<s>", max_size=16), min_size=1, max_size=3),
)
@example({"▁": -1, "a": -3, "b": -3, "ababab": -2}, ["ababab"])  # the longest piece
@example({"▁": -1, "xb": -15, "bc": -1, "c": -15, "qq": -100}, ["xbc"])  # an unknown letter costs more than the worst
def test_pieces_of_a_text_give_the_tokens_of_any_vocabulary(tmp_path_factory, scores, texts):
    pieces = [*((token, 0.0) for token in SPECIAL), *scores.items()]
    weights = Weights(weights_file(SIZES._replace(vocabulary=len(pieces)), pieces, {}))
    folder = tmp_path_factory.mktemp("pieces")
    write_pieces(weights, folder)
    small, whole = (PackagedTokenizer(weights, folder) for _ in range(2))
    for text, tokens in zip(texts, whole.many(texts), strict=True):
        assert_same(small.one(text), tokens)


@pytest.mark.parametrize("text", ["Donaudampfschiff" * 200, "x" * 3000, "😀" * 700, "Das Haus. " * 400, "\u4e9c" * 600])
def test_long_texts_are_cut_alike(small, whole, text):
    cut = small.one(text)
    assert_same(cut, whole.many([text])[0])
    assert len(cut.ids) <= 512
    assert cut.ids[[0, -1]].tolist() == [0, 2]


def test_texts_beyond_the_limit_are_cut_to_it(small):
    assert len(small.one("der Wal " * 600).ids) == 512
    assert len(small.one("der Wal " * 200).ids) == 402


def test_one_text_is_tokenized_as_among_many(whole):
    texts = ["Der Wal singt.", "", "Größe " * 600, "语言 und mehr"]
    for text, tokens in zip(texts, whole.many(texts), strict=True):
        assert_same(whole.one(text), tokens)
    assert whole.many([]) == []


# --- what a token is ---------------------------------------------------------------------------------------------


def test_tokens_are_those_of_xlm_r(small):
    assert small.one("Hello World!").ids.tolist() == [0, 35378, 6661, 38, 2]


def test_special_tokens_have_the_first_ids(installed_weights):
    assert [installed_weights.piece(number) for number in range(4)] == ["<s>", "<pad>", "</s>", "<unk>"]


def test_spans_are_where_the_tokens_stand(small, installed_weights):
    text = "Übergröße: 30-tägig"
    tokens = small.one(text)
    pieces = [installed_weights.piece(int(number)) for number in tokens.ids]
    assert (pieces[0], pieces[-1]) == ("<s>", "</s>")
    assert "".join(pieces[1:-1]) == "▁Übergröße:▁30-tägig"
    for piece, (start, end) in zip(pieces[1:-1], tokens.spans[1:-1], strict=True):
        assert text[start:end].strip() == piece.strip("▁")
    assert tokens.spans[[0, -1]].tolist() == [[0, 0], [0, 0]]
    assert all(end <= start for (_, end), (start, _) in pairwise(tokens.spans[1:-1]))


@pytest.mark.parametrize("word", ["Größe", "Übergang", "é", "Ångström"])
def test_composed_and_decomposed_letters_are_the_same_tokens(small, word):
    composed, decomposed = (unicodedata.normalize(form, word) for form in ("NFC", "NFD"))
    assert composed != decomposed
    assert small.one(composed).ids.tolist() == small.one(decomposed).ids.tolist()


def test_german_text_has_no_unknown_tokens(small):
    assert 3 not in small.one("„Wenn es nicht möglich ist“, erklärte Marco Rubio – 30-tägige Waffenruhe.").ids


def test_unknown_letters_are_one_unknown_token(small):
    assert small.one("\U000e0041\U000e0042").ids.tolist() == [0, 6, 3, 2]


@pytest.mark.parametrize(("text", "plain"), [("ﬁnale", "finale"), ("①", "1"), ("ＡＢＣ", "ABC"), ("½", "1⁄2")])
def test_letters_are_read_in_nfkc(small, text, plain):
    assert small.one(text).ids.tolist() == small.one(plain).ids.tolist()


@pytest.mark.parametrize(
    "text", ["a  b", " a b ", "a\nb", "a\u00a0b", "a\u200b b", "\ufeffa b", "a\x85b", "a\u00ad\x00 \x7fb", "a\t\r\f b"]
)
def test_white_space_and_invisible_characters_make_no_tokens(small, text):
    assert small.one(text).ids.tolist() == small.one("a b").ids.tolist()


# --- what is stored ----------------------------------------------------------------------------------------------


def test_the_packaged_model_keeps_these_pieces(packaged_embedder, folder):
    kept = packaged_embedder._tokenizer
    for name, values in (("pieces.npy", kept._pieces), ("piece_ids.npy", kept._ids)):
        assert np.array_equal(np.load(folder / name), values)


def test_words_are_looked_up_once(installed_weights, folder):
    tokenizer = PackagedTokenizer(installed_weights, folder)
    for _ in range(3):
        tokenizer.one("Wal Berg Wal")
    assert tokenizer._pieces_in.cache_info().misses == 2
