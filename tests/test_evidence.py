"""Evidence from hits: which sentences there are, and what the models make of them."""

import pytest

from assistant.evidence import candidates_for, is_question, readings_of
from assistant.indexing import build_index
from assistant.retrieval import retrieve
from tests.doubles import CountingReader, HashEmbedder, document_of

TEXT = """Hausordnung

Wann darf gewaschen werden? Die Waschküche ist von 7 bis 20 Uhr offen. Fahrräder gehören in den Keller.

Haustiere

Hunde sind an der Leine zu führen.
"""


@pytest.fixture
def index_and_embedder():
    embedder = HashEmbedder()
    return build_index([document_of(TEXT)], embedder, 800), embedder


def test_questions_in_a_document_are_no_evidence_but_context(index_and_embedder):
    index, embedder = index_and_embedder
    query = embedder.encode_query("Wann darf gewaschen werden?")
    hits = retrieve("Wann darf gewaschen werden?", query, index, 8)
    candidates = {one.text: one for one in candidates_for(hits, index, query.vector)}
    assert "Wann darf gewaschen werden?" not in candidates
    assert candidates["Die Waschküche ist von 7 bis 20 Uhr offen."].before.words == ["gewaschen"]
    assert candidates["Hunde sind an der Leine zu führen."].before.words == ["Haustiere"]


def test_pieces_of_a_sentence_too_long_are_no_evidence():
    long = "Es ist falsch, dass " + "der Mieter nach Prüfung aller Unterlagen " * 40 + "die Kaution überwiesen hat."
    embedder = HashEmbedder()
    index = build_index([document_of(f"{long} Die Kaution beträgt 4000 Euro.")], embedder, 800)
    assert len(index.documents[0].sentences) > 2
    query = embedder.encode_query("Wer hat die Kaution überwiesen?")
    candidates = candidates_for(retrieve("Kaution", query, index, 8), index, query.vector)
    assert [one.text for one in candidates] == ["Die Kaution beträgt 4000 Euro."]


@pytest.mark.parametrize(
    ("sentence", "asks"), [("Wer war das?", True), ("„Wer war das?“", True), ("„Wer?“, rief er.", False)]
)
def test_a_question_is_told_from_a_statement(sentence, asks):
    assert is_question(sentence) == asks


def test_a_reader_reads_headings_and_sentences_and_the_better_of_two_readings_counts(index_and_embedder):
    index, embedder = index_and_embedder
    question = "Wohin gehören Fahrräder?"
    hits = retrieve(question, embedder.encode_query(question), index, 8)
    twice = [hits[0], *hits]  # a sentence in two passages
    reader = CountingReader()
    readings = readings_of(question, twice, index, reader)
    assert {passage.heading for passage in reader.passages} == {"Hausordnung", "Haustiere"}
    assert sorted(readings) == list(range(4))
    first = {index.sentence_number(0, index.passages[hit.passage].first) for hit in hits}
    assert all(readings[number] >= 1.0 for number in first)
    candidates = candidates_for(hits, index, embedder.encode_query(question).vector, readings)
    assert all(one.reading is not None for one in candidates)
    assert all(one.reading is None for one in candidates_for(hits, index, embedder.encode_query(question).vector))
