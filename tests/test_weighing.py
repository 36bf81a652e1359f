"""Evidence weighed: its order, its probability, what is missing, and the weights that say so."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence import candidates_for
from assistant.indexing import build_index
from assistant.retrieval import retrieve
from assistant.weighing import FEATURES, QUESTION_FEATURES, UNREAD, compare, missing_words, question_features, weigh
from assistant.weights import Weights, fitted_weights
from tests.benchmarks.fitting import FITTED_ON, OWN, WRITTEN
from tests.doubles import HashEmbedder, document_of

TEXT = """Hausordnung

Wann darf gewaschen werden? Die Waschküche ist von 7 bis 20 Uhr offen. Fahrräder gehören in den Keller.

Haustiere

Hunde sind an der Leine zu führen.
"""
EMBEDDER = HashEmbedder()
INDEX = build_index([document_of(TEXT)], EMBEDDER, 800)
BY_READING = {"reading", "unread", "clear_reading", "best_read", "readings"}


def candidates_of(question, readings=None):
    query = EMBEDDER.encode_query(question)
    return query.words, candidates_for(retrieve(question, query, INDEX, 8), INDEX, query.vector, readings or {})


def weighed(question, readings=None):
    words, candidates = candidates_of(question, readings)
    judgement = fitted_weights().read if readings else fitted_weights().unread
    return weigh(question, words, candidates, judgement, INDEX.says)


def test_evidence_is_ranked_and_its_probabilities_sum_to_the_question_s():
    found = weighed("Wohin gehören Fahrräder?")
    probabilities = [one.probability for one in found.evidence]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(found.probability, abs=1e-3)
    assert TEXT[slice(*found.evidence[0].span)] == "Fahrräder gehören in den Keller."


def test_nothing_to_weigh_is_no_evidence():
    assert weigh("Wer?", EMBEDDER.encode_query("Wer?").words, [], fitted_weights().unread, bool) == ((), 0.0, ())


def test_a_typing_error_and_a_compound_part_match_by_their_letters():
    question = "Wo stehen Farräder?"
    words, candidates = candidates_of(question)
    features = compare(question, words, candidates).features
    best = np.argmax(features[:, FEATURES.index("words")])
    assert candidates[best].text == "Fahrräder gehören in den Keller."


def test_what_the_reader_makes_of_a_sentence_counts():
    number = next(at for at, span in enumerate(INDEX.documents[0].sentences) if TEXT[slice(*span)].startswith("Hunde"))
    plain = dict.fromkeys(range(4), -6.0)
    found = weighed("Was ist Pflicht?", plain | {number: 6.0})  # similarity tells the sentences little apart
    assert TEXT[slice(*found.evidence[0].span)].startswith("Hunde")
    question = "Wohin gehören Fahrräder?"
    assert weighed(question, plain | {2: 6.0}).probability > weighed(question, plain).probability


def test_unread_sentences_are_known_as_such():
    words, candidates = candidates_of("Wohin gehören Fahrräder?", {2: 1.5})
    features = compare("Wohin gehören Fahrräder?", words, candidates).features
    reading, unread = (features[:, FEATURES.index(name)] for name in ("reading", "unread"))
    assert sorted(reading) == [UNREAD] * (len(candidates) - 1) + [1.5]
    assert ((reading == UNREAD) == (unread == 1)).all()


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Wohin gehören Fahrräder?", ()),
        ("Wohin gehören Fahrräder aus Carbon im Keller?", ("Carbon",)),
        ("Warum ist die Waschküche am Sonntag offen?", ("Sonntag",)),
        ("Where do Fahrräder aus dem Carbon belong to in the Keller?", ()),  # in another language, words prove nothing
        ("Wohin gehören lila Fahrräder?", ()),  # no name, no number
        ("Gilt die Hausordnung von 1987 für Fahrräder?", ("1987",)),  # what stands in headings, stands in the document
        ("Wann fährt der Zug nach Bremen?", ()),  # about something else altogether: no premise is named
    ],
)
def test_words_that_stand_nowhere_are_named_as_asked(question, missing):
    words, candidates = candidates_of(question)
    assert missing_words(compare(question, words, candidates), INDEX.says) == missing


@given(st.lists(st.floats(-12, 12), min_size=4, max_size=4))
def test_features_of_a_question_are_finite_whatever_is_read(scores):
    words, candidates = candidates_of("Wohin gehören Hunde und Fahrräder?", dict(enumerate(scores)))
    compared = compare("Wohin gehören Hunde und Fahrräder?", words, candidates)
    features = question_features(compared, compared.features[:, FEATURES.index("reading")])
    assert features.shape == (len(QUESTION_FEATURES),)
    assert np.isfinite(features).all()
    assert features[QUESTION_FEATURES.index("readings")] >= max(one.reading for one in candidates)


def test_weights_use_the_features_that_they_name():
    weights = Weights(coefficients={"b": 2.0}, intercept=1.0)
    assert weights.apply(np.array([[5.0, 3.0]]), ("a", "b")).tolist() == [7.0]


def test_the_fitted_weights_are_complete_and_say_what_they_were_fitted_on():
    weights = fitted_weights()
    assert set(weights.read.sentence.coefficients) == set(FEATURES)
    assert set(weights.read.topic.coefficients) == set(weights.read.said.coefficients) == set(QUESTION_FEATURES)
    assert set(weights.unread.sentence.coefficients) == set(FEATURES) - BY_READING
    unread = weights.unread
    assert set(unread.topic.coefficients) == set(unread.said.coefficients) == set(QUESTION_FEATURES) - BY_READING
    assert set(weights.fitted_on) == {file.name for file in FITTED_ON}
    for file in (OWN, WRITTEN):  # the others are not committed
        assert weights.fitted_on[file.name] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert not any("article" in name for name in weights.fitted_on)
