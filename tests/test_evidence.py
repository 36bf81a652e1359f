"""Evidence from hits: which sentences are weighed, what is known of them, and how they are ordered."""

import hashlib

import numpy as np
import pytest

from assistant.evidence import (
    FEATURES,
    QUESTION_FEATURES,
    candidates_for,
    is_question,
    sentence_features,
    weigh,
)
from assistant.indexing import build_index
from assistant.retrieval import retrieve
from assistant.weights import fitted_weights
from tests.conftest import ROOT
from tests.doubles import HashEmbedder, document_of

TEXT = """Hausordnung

Wann darf gewaschen werden? Die Waschküche ist von 7 bis 20 Uhr offen. Fahrräder gehören in den Keller.

Haustiere

Hunde sind an der Leine zu führen.
"""


@pytest.fixture
def index_and_embedder():
    embedder = HashEmbedder()
    return build_index([document_of(TEXT)], embedder, 800), embedder


def weighed(question, index, embedder):
    query = embedder.encode_query(question)
    hits = retrieve(question, query, index, 8)
    return weigh(question, query.words, candidates_for(hits, index, query.vector))


def test_questions_in_a_document_are_no_evidence_but_context(index_and_embedder):
    index, embedder = index_and_embedder
    query = embedder.encode_query("Wann darf gewaschen werden?")
    hits = retrieve("Wann darf gewaschen werden?", query, index, 8)
    candidates = {one.text: one for one in candidates_for(hits, index, query.vector)}
    assert "Wann darf gewaschen werden?" not in candidates
    assert candidates["Die Waschküche ist von 7 bis 20 Uhr offen."].before.words == ["gewaschen"]
    assert candidates["Hunde sind an der Leine zu führen."].before.words == ["Haustiere"]


def test_evidence_is_ranked_and_its_probabilities_sum_to_the_question_s(index_and_embedder):
    found = weighed("Wohin gehören Fahrräder?", *index_and_embedder)
    probabilities = [one.probability for one in found.evidence]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(found.probability, abs=1e-3)
    assert TEXT[slice(*found.evidence[0].span)] == "Fahrräder gehören in den Keller."


def test_nothing_to_weigh_is_no_evidence(index_and_embedder):
    _, embedder = index_and_embedder
    assert weigh("Wer?", embedder.encode_query("Wer?").words, []) == ((), 0.0)


def test_a_typing_error_and_a_compound_part_match_by_their_letters(index_and_embedder):
    index, embedder = index_and_embedder
    question = "Wo stehen Farräder?"
    query = embedder.encode_query(question)
    candidates = candidates_for(retrieve(question, query, index, 8), index, query.vector)
    features, _ = sentence_features(question, query.words, candidates)
    best = np.argmax(features[:, FEATURES.index("words")])
    assert candidates[best].text == "Fahrräder gehören in den Keller."


@pytest.mark.parametrize(
    ("sentence", "asks"), [("Wer war das?", True), ("„Wer war das?“", True), ("„Wer?“, rief er.", False)]
)
def test_a_question_is_told_from_a_statement(sentence, asks):
    assert is_question(sentence) == asks


def test_the_fitted_weights_are_complete_and_say_what_they_were_fitted_on():
    weights = fitted_weights()
    assert set(weights.sentence.coefficients) == set(FEATURES)
    assert set(weights.answerable.coefficients) == set(QUESTION_FEATURES)
    questions = (ROOT / "tests" / "questions" / "article.jsonl").read_bytes()
    assert weights.fitted_on["article.jsonl"] == hashlib.sha256(questions).hexdigest()
    assert not any("xquad" in name for name in weights.fitted_on)
