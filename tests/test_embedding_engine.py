"""The packaged model in int8: near the same weights in fp32, and no text's vectors hang on another text."""

import os
import threading

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.embedding.engine import BATCH, BATCH_TOKENS, PackagedEmbedder, _batches
from assistant.embedding.words import WordStore, words_of
from tests.strategies import NOUNS, OTHERS, any_text

TEXTS = """Der Wal singt im Meer.
Wer singt im Meer?
Die Kündigungsfrist beträgt dreißig Tage zum Ende des Quartals.
„Wenn es nicht möglich ist, den Krieg zu beenden, müssen wir weitermachen“, erklärte der US-Außenminister.
Was sagte Marco Rubio nach dem Treffen in Paris?
Donaudampfschifffahrtsgesellschaftskapitän
Das Straßenbahnticket kostet in München 3,90 Euro (Stand: 1. Januar 2025).
§ 573c BGB: Fristen der ordentlichen Kündigung
Ja.
42
Öffnungszeiten: Mo–Fr 9:00–17:30 Uhr, Sa geschlossen
Bitte überweisen Sie 1.234,56 € auf das Konto DE02 1203 0000 0000 2020 51.
Die Regierung hat gestern beschlossen, die Steuern auf Öl und Gas trotz der Krise nicht zu senken.
Wo liegt der Schlüssel?
DER HUND BELLT SEHR LAUT!
der hund schläft ganz leise ...
Zwei plus zwei ist vier – meistens.
In der Quantenmechanik beschreibt die Wellenfunktion den Zustand eines Teilchens.
Mehl, Zucker, Butter und Eier verrühren; eine Stunde bei 180 °C backen.
Sein oder Nichtsein, das ist hier die Frage.
Sie lief und lief und lief, bis die Sonne hinter den Hügeln verschwand und der Wind sich legte.
The quick brown fox jumps over the lazy dog.
What is the notice period for tenants in Germany?
Photosynthesis turns light, water and carbon dioxide into sugar and oxygen.
To be, or not to be, that is the question.
Returns are accepted within 14 days if the item is unused and in its original packaging.
Who won the football world cup in 1954?
Error 404: page not found
She didn't say a word; he wouldn't have listened anyway.
https://example.org/index.html?q=wal&lang=de
😀 Großartig!!! 👍
Gro\u0308ße der ﬁnalen U\u0308bergänge""".splitlines()
LONG = "Die Waffenruhe gilt für dreißig Tage, sagte der Minister. " * 60  # some 800 tokens
many_texts = st.lists(st.sampled_from([*TEXTS, "", " \n"]), max_size=40)


def cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(one, axis=-1) * np.linalg.norm(other, axis=-1)
    return (one * other).sum(axis=-1) / lengths


def words_in(store: WordStore) -> list[np.ndarray]:
    """Vectors of each text's words."""
    return [store[text].states * store[text].scales[:, None] for text in range(len(store))]


@pytest.fixture(scope="module")
def alone(packaged_embedder):
    """Of each text by itself: its vector and its stored words."""
    found = {}
    for text in [*TEXTS, "", " \n"]:
        vectors, words = packaged_embedder.encode_sentences([text])
        found[text] = vectors[0], words[0]
    return found


# --- near fp32 ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reference(float_embedder):
    """What the weights in fp32 make of the texts and of a long one."""
    return float_embedder.encode_sentences([*TEXTS, LONG])


def assert_near(ours: np.ndarray, reference: np.ndarray) -> None:
    near = cosines(ours, reference)
    assert near.min() >= 0.99
    assert near.mean() >= 0.995


def test_passages_are_near_those_of_the_weights_in_fp32(packaged_embedder, reference):
    assert_near(packaged_embedder.encode_passages([*TEXTS, LONG]), reference.vectors)


def test_sentences_and_their_words_are_near_those_of_the_weights_in_fp32(packaged_embedder, reference):
    sentences = packaged_embedder.encode_sentences([*TEXTS, LONG])
    assert_near(sentences.vectors, reference.vectors)
    ours, theirs = [], []
    for one, other in zip(words_in(sentences.words), words_in(reference.words), strict=True):
        assert one.shape == other.shape
        assert np.array_equal(one.any(axis=1), other.any(axis=1))  # both are cut before the same words
        ours += [*one[one.any(axis=1)]]
        theirs += [*other[other.any(axis=1)]]
    assert cosines(np.array(ours), np.array(theirs)).mean() >= 0.98
    assert np.linalg.norm(ours, axis=1) == pytest.approx(np.linalg.norm(theirs, axis=1), rel=0.1)


def test_questions_and_their_words_are_near_those_of_the_weights_in_fp32(packaged_embedder, float_embedder):
    ours, theirs = ([model.encode_query(text) for text in TEXTS[1::5]] for model in (packaged_embedder, float_embedder))
    assert [one.words.words for one in ours] == [other.words.words for other in theirs]
    assert_near(*(np.array([query.vector for query in queries]) for queries in (ours, theirs)))
    words = [np.concatenate([query.words.vectors for query in queries]) for queries in (ours, theirs)]
    assert cosines(*words).mean() >= 0.98


def test_questions_and_passages_differ_by_their_prompts(packaged_embedder, float_embedder):
    for model in (packaged_embedder, float_embedder):
        assert cosines(model.encode_query(TEXTS[0]).vector, model.encode_passages(TEXTS[:1])[0]) < 0.98


# --- one text, one vector ----------------------------------------------------------------------------------------


@settings(max_examples=12)
@given(many_texts)
def test_a_text_has_the_same_vectors_in_any_company(packaged_embedder, alone, texts):
    passages = packaged_embedder.encode_passages(texts)
    vectors, words = packaged_embedder.encode_sentences(texts)
    assert passages.shape == vectors.shape == (len(texts), 384)
    assert passages.dtype == vectors.dtype == np.float32
    assert len(words) == len(texts)
    for number, text in enumerate(texts):
        vector, stored = alone[text]
        assert passages[number].tobytes() == vectors[number].tobytes() == vector.tobytes()
        assert words[number].states.tobytes() == stored.states.tobytes()
        assert words[number].scales.tobytes() == stored.scales.tobytes()


def test_a_text_beyond_the_limit_has_the_same_vector_in_any_company(packaged_embedder):
    texts = [LONG, "Ja.", LONG + "Mehr.", LONG]
    vectors = packaged_embedder.encode_passages(texts)
    (expected,) = packaged_embedder.encode_passages([LONG])
    assert all(vectors[number].tobytes() == expected.tobytes() for number in (0, 2, 3))


def test_many_texts_of_one_length_have_the_vectors_that_each_has(packaged_embedder, alone):
    vectors = packaged_embedder.encode_passages(["Ja."] * (2 * BATCH + 1))
    assert {vector.tobytes() for vector in vectors} == {alone["Ja."][0].tobytes()}


def test_many_batches_have_the_vectors_that_each_text_has(packaged_embedder, alone):
    vectors = packaged_embedder.encode_passages(TEXTS)
    assert [vector.tobytes() for vector in vectors] == [alone[text][0].tobytes() for text in TEXTS]


def test_threads_change_nothing(packaged_embedder):
    texts = [*TEXTS, *(f"{noun} {other}" for noun in NOUNS for other in OTHERS)]
    processors = os.sched_getaffinity(0)
    used = []

    def seen(done: int, total: int) -> None:
        used.append({thread.name for thread in threading.enumerate() if "ThreadPool" in thread.name})

    expected = packaged_embedder.encode_sentences(texts, seen)
    try:
        os.sched_setaffinity(0, {min(processors)})
        one = packaged_embedder.encode_sentences(texts, seen)
    finally:
        os.sched_setaffinity(0, processors)
    assert (len(used[-1]), max(map(len, used))) == (1, len(processors))
    assert one.vectors.tobytes() == expected.vectors.tobytes()
    for text in range(len(texts)):
        assert one.words[text].states.tobytes() == expected.words[text].states.tobytes()


def test_vectors_have_length_1_and_questions_the_same_ones_before_and_after(packaged_embedder, installed_weights):
    fresh = PackagedEmbedder()
    before = fresh.encode_query(TEXTS[1])  # by the pieces of the question
    fresh.encode_passages(TEXTS)  # loads the whole vocabulary
    after = fresh.encode_query(TEXTS[1])
    assert before.vector.tobytes() == after.vector.tobytes()
    assert before.words.vectors.tobytes() == after.words.vectors.tobytes()
    assert np.linalg.norm(before.vector) == pytest.approx(1, abs=1e-6)
    assert np.allclose(np.linalg.norm(fresh.encode_passages(TEXTS), axis=1), 1, atol=1e-6)


# --- odd texts ---------------------------------------------------------------------------------------------------


def test_no_texts_make_no_vectors(packaged_embedder):
    assert packaged_embedder.encode_passages([]).shape == (0, 384)
    vectors, words = packaged_embedder.encode_sentences([])
    assert vectors.shape == (0, 384) and len(words) == 0


@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b", "…"])
def test_a_text_without_words_has_a_vector_and_no_words(packaged_embedder, text):
    vectors, words = packaged_embedder.encode_sentences([text])
    query = packaged_embedder.encode_query(text)
    for vector in (vectors[0], query.vector):
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)
    assert words[0].states.shape == query.words.vectors.shape == (0, 384)


@settings(max_examples=15)
@given(st.lists(any_text, max_size=6))
def test_a_text_has_as_many_stored_words_as_words_of_names(packaged_embedder, texts):
    words = packaged_embedder.encode_sentences(texts).words
    assert [len(words[number].states) for number in range(len(texts))] == [len(words_of(text)) for text in texts]


@pytest.mark.parametrize(
    "text",
    [
        "Gro\u0308ße U\u0308bergang",
        "Die ﬁnale Straße ist heiß",
        "Nord-Süd-Gefälle, 30-tägig",
        "Rubio's „geht’s“ l'été",
        "ﷺ ½ Å ㎏",
        LONG,
    ],
)
def test_words_of_a_text_name_its_stored_words(packaged_embedder, text):
    words = packaged_embedder.encode_sentences([text]).words[0]
    query = packaged_embedder.encode_query(text).words
    names = words_of(text)
    assert len(words.states) == len(names)
    assert [query.words[position] for position in query.content] == names
    reached = words.states.any(axis=1)
    assert reached.all() if text != LONG else reached[:150].all() and not reached[-100:].any()


def test_the_same_word_is_nearer_to_itself_than_to_others(packaged_embedder):
    words = packaged_embedder.encode_sentences(["Der Wal singt.", "Im Meer singt ein Wal."]).words
    one, other = words_in(words)
    best = cosines(one[:, None], other[None, :]).argmax(axis=1)
    assert [words_of("Im Meer singt ein Wal.")[number] for number in best] == ["Wal", "singt"]


# --- progress ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encode", ["encode_passages", "encode_sentences"])
def test_progress_rises_to_the_number_of_texts(packaged_embedder, encode):
    texts = TEXTS * 2
    told = []
    getattr(packaged_embedder, encode)(texts, lambda done, total: told.append((done, total)))
    assert told[-1] == (len(texts), len(texts))
    assert told == sorted(set(told)) and len(told) > 5
    assert {total for _, total in told} == {len(texts)}


def test_an_interrupt_waits_for_few_batches_only(packaged_embedder, monkeypatch):
    texts = [" ".join(["Wal"] * length) for length in range(1, 161)]  # a batch each
    told, run = [], []
    states = packaged_embedder._states
    monkeypatch.setattr(packaged_embedder, "_states", lambda batch: run.append(batch) or states(batch))

    def interrupted(done: int, total: int) -> None:
        told.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        packaged_embedder.encode_passages(texts, interrupted)
    assert told == [1]
    assert len(run) < 100
    assert not [thread for thread in threading.enumerate() if "ThreadPool" in thread.name]


@example([5] * 2 * BATCH)
@given(st.lists(st.sampled_from([1, 5, 32, 33, 40, 300, BATCH_TOKENS]), max_size=80))
def test_batches_hold_each_text_once_with_others_of_its_length(lengths):
    batches = _batches(lengths)
    assert sorted(position for batch in batches for position in batch) == [*range(len(lengths))]
    for batch in batches:
        (length,) = {lengths[position] for position in batch}
        assert 0 < len(batch) <= BATCH
        assert len(batch) * length <= BATCH_TOKENS
    assert [lengths[batch[0]] for batch in batches] == sorted(lengths[batch[0]] for batch in batches)
