"""Words as vectors: pooled from tokens, stored in 8 bits, matched with each other; each against a plain loop."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.embedding.words import (
    FILES,
    LEVELS,
    NEAR,
    StoredWords,
    WordStore,
    WordVectors,
    best_matches,
    normalised,
    unit,
    word_vectors,
    words_of,
)
from assistant.german import WORD
from tests.doubles import files_in
from tests.strategies import NOUNS, OTHERS, any_text

DIMENSION = 5
seeds = st.integers(0, 2**32 - 1)
texts = st.one_of(any_text, st.lists(st.sampled_from([*NOUNS, *OTHERS, "US-Drohung", "Rubio's"])).map(" ".join))


def drawn(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0.5, 1, shape).astype(np.float32)


# --- from tokens -------------------------------------------------------------------------------------------------


@st.composite
def spans_in(draw: st.DrawFn, text: str) -> np.ndarray:
    """Spans of tokens in order, as tokenizers give them: behind a prompt, with marks at the ends, gaps and doubles."""
    ends = sorted(draw(st.lists(st.integers(-4, len(text)), max_size=20)))
    spans = [[-9, -4]]
    for end in ends:
        length = draw(st.sampled_from([0, 1, 1, 2, 5]))
        spans.append([max(end - length, spans[-1][0]), end])  # starts and ends both ascend
    return np.array([[-9, -9], *spans, [-9, -9]])


def word_vectors_in_a_loop(text: str, states: np.ndarray, spans: np.ndarray) -> list[np.ndarray]:
    vectors = []
    for word in WORD.finditer(text):
        tokens = [
            state
            for state, (start, end) in zip(states, spans, strict=True)
            if end > max(start, 0) and start < word.end() and end > word.start()
        ]
        vectors.append(np.mean(tokens, axis=0) if tokens else np.zeros(states.shape[1]))
    return vectors


@given(st.data(), texts.map(normalised), seeds)
def test_a_word_is_the_mean_of_the_tokens_that_touch_it(data, text, seed):
    spans = data.draw(spans_in(text))
    states = drawn(seed, len(spans), DIMENSION)
    found = word_vectors(text, states, spans)
    assert found.words == WORD.findall(text)
    assert found.vectors.dtype == np.float32
    assert found.vectors.shape == (len(found.words), DIMENSION)
    expected = word_vectors_in_a_loop(text, states, spans)
    assert np.allclose(found.vectors, np.array(expected).reshape(found.vectors.shape), atol=1e-6)


def test_the_last_words_of_a_long_text_are_as_exact_as_the_first():
    text = "ab " * 500
    spans = np.array([[3 * word + half, 3 * word + half + 1] for word in range(500) for half in (0, 1)])
    states = 100 + drawn(0, 1000, DIMENSION)
    expected = states.astype(np.float64).reshape(500, 2, DIMENSION).mean(axis=1)
    assert np.abs(word_vectors(text, states, spans).vectors - expected).max() < 1e-4


def test_a_word_behind_the_cut_is_zero_and_one_on_it_has_what_is_left():
    states = drawn(0, 4, DIMENSION)
    found = word_vectors("Der Walfisch singt", states, np.array([[-9, -9], [-1, 3], [3, 7], [-9, -9]]))
    assert found.words == ["Der", "Walfisch", "singt"]
    assert np.allclose(found.vectors[:2], states[1:3])
    assert not found.vectors[2].any()


def test_content_words_are_those_that_carry_meaning_or_else_all():
    for words, expected in ((["Der", "Wal", "singt"], [1, 2]), (["Wer", "ist", "DAS"], [0, 1, 2]), ([], [])):
        assert WordVectors(words, drawn(0, len(words), DIMENSION)).content == expected


# --- stored ------------------------------------------------------------------------------------------------------


@given(seeds, st.integers(0, 9), st.sampled_from([1e-3, 1.0, 1e3]))
def test_a_stored_word_is_off_by_half_a_level_at_most(seed, count, size):
    vectors = drawn(seed, count, DIMENSION) * np.float32(size)
    stored = StoredWords.from_vectors(vectors)
    assert (stored.states.dtype, stored.scales.dtype) == (np.int8, np.float32)
    errors = np.abs(stored.states * stored.scales[:, None] - vectors)
    assert (errors <= stored.scales[:, None] * 0.5001).all()
    assert np.allclose(stored.scales, np.abs(vectors).max(axis=1, initial=0) / LEVELS)
    assert (np.abs(stored.states).max(axis=1, initial=LEVELS) == LEVELS).all()


def test_a_word_of_zeros_is_stored_as_zeros():
    assert not StoredWords.from_vectors(np.zeros((2, DIMENSION), np.float32)).states.any()


def stored_texts(seed: int, counts: list[int]) -> list[StoredWords]:
    """Texts of so many words each, some words of zeros."""
    texts = []
    for number, count in enumerate(counts):
        vectors = drawn(seed + number, count, DIMENSION)
        vectors[np.random.default_rng(seed + number).random(count) < 0.15] = 0
        texts.append(StoredWords.from_vectors(vectors))
    return texts


@given(seeds, st.lists(st.integers(0, 4), max_size=6))
def test_a_store_has_each_text_and_so_has_what_it_saves(tmp_path_factory, seed, counts):
    texts = stored_texts(seed, counts)
    store = WordStore.from_texts(texts, DIMENSION)
    folder = tmp_path_factory.mktemp("store")
    store.save(folder)
    assert {path.name for path in folder.iterdir()} == {*FILES}
    for held in (store, WordStore.load(files_in(folder))):
        assert len(held) == len(texts)
        for number, text in enumerate(texts):
            assert np.array_equal(held[number].states, text.states)
            assert np.array_equal(held[number].scales, text.scales)
            assert held[number].states.shape == (counts[number], DIMENSION)


def test_a_text_beyond_the_last_is_refused():
    with pytest.raises(IndexError):
        WordStore.from_texts(stored_texts(0, [2]), DIMENSION)[1]


@given(texts)
def test_there_are_as_many_words_as_are_stored(text):
    read = normalised(text)
    words = word_vectors(read, drawn(0, 1, DIMENSION), np.array([[0, len(read)]]))
    assert words_of(text) == [words.words[position] for position in words.content]
    assert len(words_of(text)) == len(StoredWords.from_vectors(words.vectors[words.content]).states)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_words_are_the_same_in_any_form_of_unicode(form):
    text = "Die ﬁnale Größe, Straße; Übergang – Rubio's EU-Drohung ½"
    words = ["finale", "Größe", "Straße", "Übergang", "Rubio's", "EU", "Drohung", "1", "2"]
    assert words_of(unicodedata.normalize(form, text)) == words


# --- matched -----------------------------------------------------------------------------------------------------


def matches_in_a_loop(asked: np.ndarray, texts: list[StoredWords]) -> np.ndarray:
    words = [
        [state.astype(np.float64) * scale for state, scale in zip(text.states, text.scales, strict=True)]
        for text in texts
    ]
    everything = [word for of_text in words for word in of_text]
    best = np.full((len(texts), len(asked)), -1.0)
    if not everything:
        return best
    mean = np.mean(everything, axis=0)
    for row, of_text in enumerate(words):
        for column, query in enumerate(asked):
            for word in of_text:
                if word.any():
                    apart = max(np.linalg.norm(word - mean), NEAR * np.linalg.norm(word))
                    cosine = (query - mean) @ (word - mean) / apart / np.linalg.norm(query - mean)
                    best[row, column] = max(best[row, column], cosine)
    return best


@given(seeds, st.integers(0, 4), st.lists(st.integers(0, 4), max_size=7))
def test_best_matches_are_those_of_a_loop(seed, asked, counts):
    texts = stored_texts(seed, counts)
    queries = drawn(seed + 99, asked, DIMENSION)
    found = best_matches(queries, texts)
    assert found.dtype == np.float32
    assert found.shape == (len(texts), asked)
    assert np.allclose(found, matches_in_a_loop(queries, texts), atol=2e-4)


def test_texts_without_words_and_words_of_zeros_match_minus_1():
    zeros = StoredWords.from_vectors(np.zeros((2, DIMENSION), np.float32))
    nothing = StoredWords.from_vectors(np.zeros((0, DIMENSION), np.float32))
    query = drawn(0, 2, DIMENSION)
    assert (best_matches(query, [zeros, nothing]) == -1).all()
    assert (best_matches(query, [zeros, nothing, *stored_texts(1, [3])])[:2] == -1).all()


def test_a_word_matches_itself_with_1_and_its_opposite_with_minus_1():
    words = drawn(3, 2, DIMENSION)
    texts = [StoredWords.from_vectors(word[None, :]) for word in words]
    assert np.allclose(best_matches(words, texts), [[1, -1], [-1, 1]], atol=1e-2)


@given(seeds, st.sampled_from([1, 2, 5]), st.sampled_from([0.01, 0.5, 10]))
def test_a_word_that_is_alone_matches_nothing_in_particular(seed, copies, size):
    word = StoredWords.from_vectors(drawn(seed, 1, 384) * np.float32(size))
    matches = best_matches(drawn(seed + 1, 9, 384) * np.float32(size), [word] * copies)
    assert np.abs(matches).max() < 1e-3


@given(seeds, st.integers(0, 3))
def test_unit_vectors_have_length_1(seed, count):
    assert np.allclose(np.linalg.norm(unit(drawn(seed, count, 2, DIMENSION)), axis=-1), 1)
    assert not unit(np.zeros((2, DIMENSION), np.float32)).any()
