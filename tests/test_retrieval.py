"""Retrieval: hits ranked from 1, limited, and of the sources asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import store
from assistant.index import Index
from assistant.indexing import build_index
from assistant.records import Hit
from assistant.retrieval import retrieve
from tests.doubles import HashEmbedder, document_of
from tests.strategies import NOUNS, OTHERS

TEXTS = {
    "a.txt": "Wetter\n\nEs regnet heute in Bonn.\n\nVerkehr\n\nDer Zug nach Bonn fährt pünktlich.",
    "b.txt": "Der Wal singt im Meer. Der Dackel bellt.",
    "c.txt": "Der Bundestag berät den Haushalt.",
}
EMBEDDER = HashEmbedder()


@pytest.fixture(scope="module", params=["memory", "files", "milvus"])
def index(request, tmp_path_factory) -> Index:
    built = build_index([document_of(text, name) for name, text in TEXTS.items()], EMBEDDER, 40)
    if request.param == "memory":
        return built
    folder = tmp_path_factory.mktemp("stored")
    uri = str(folder / "milvus.db") if request.param == "milvus" else ""
    with store.writing(folder / "index", milvus_uri=uri) as write:
        write(built)
    return store.load(folder / "index")


def hits(question: str, index: Index, limit: int = 10, sources: list[str] | None = None) -> list[Hit]:
    return retrieve(question, EMBEDDER.encode_query(question), index, limit, sources)


def text_of(hit: Hit, index: Index) -> str:
    passage = index.passages[hit.passage]
    return index.documents[passage.document].quote(passage.span)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("Fährt der Zug?", "Der Zug nach Bonn fährt pünktlich."),
        ("Wo singen die Wale?", "Der Wal singt im Meer. Der Dackel bellt."),
        ("Wer berät über den Haushalt?", "Der Bundestag berät den Haushalt."),
        ("Wetter?", "Es regnet heute in Bonn."),
    ],
)
def test_passage_that_shares_the_words_comes_first(index, question, best):
    assert text_of(hits(question, index)[0], index) == best


@given(st.lists(st.sampled_from([*NOUNS, *OTHERS, "Bonn", "Wal", "Zug"]), min_size=1).map(" ".join), st.integers(0, 6))
def test_hits_are_ranked_from_1_best_first_each_once(index, question, limit):
    found = hits(question, index, limit)
    assert len(found) == min(limit, len(index.passages))
    assert [hit.rank for hit in found] == list(range(1, len(found) + 1))
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert len({hit.passage for hit in found}) == len(found)
    assert all(-1.001 <= hit.dense <= 1.001 and hit.lexical >= 0 for hit in found)
    assert found == hits(question, index, 6)[:limit]


def test_scores_are_those_of_the_index(index):
    query = EMBEDDER.encode_query("Bonn").vector
    for hit in hits("Bonn", index):
        assert hit.dense == pytest.approx(float(index.passage_vectors.vectors[hit.passage] @ query), abs=1e-5)
        assert (hit.lexical > 0) == ("Bonn" in text_of(hit, index))


def test_only_named_sources_are_searched_before_the_limit_counts(index):
    assert [
        index.documents[index.passages[hit.passage].document].name for hit in hits("Zug nach Bonn", index, 1, ["c.txt"])
    ] == ["c.txt"]
    everywhere = hits("Wal", index, 10, list(TEXTS))
    assert everywhere == hits("Wal", index)


def test_no_sources_and_unknown_ones_have_no_hits(index):
    assert hits("Wal", index, 10, []) == hits("Wal", index, 10, ["d.txt"]) == []


def test_words_that_no_passage_holds_leave_the_order_to_the_vectors(index):
    found = hits("Quarzuhr", index)
    assert {hit.lexical for hit in found} == {0.0}
    assert [hit.dense for hit in found] == sorted((hit.dense for hit in found), reverse=True)


def test_alike_passages_come_in_index_order():
    alike = build_index([document_of("Es regnet.", name) for name in ("a.txt", "b.txt", "c.txt")], EMBEDDER, 100)
    found = hits("Regen", alike)
    assert [hit.passage for hit in found] == [0, 1, 2]
    assert np.isfinite([hit.score for hit in found]).all()


@given(st.sampled_from(["Fährt der Zug nach Bonn?", "Wo singt der Wal?", "Bellt der Dackel im Haushalt?"]))
def test_documents_that_were_not_asked_count_for_nothing(index, question):
    """But for how rare a term is, which is why the lexical score is left out."""
    names = ["a.txt", "c.txt"]
    alone = build_index([document_of(TEXTS[name], name) for name in names], EMBEDDER, 40)
    expected = {(text_of(hit, alone), hit.dense, hit.sentence, hit.words) for hit in hits(question, alone)}
    found = {(text_of(hit, index), hit.dense, hit.sentence, hit.words) for hit in hits(question, index, 10, names)}
    assert found == expected


def test_no_documents_asked_is_no_hits(index):
    assert hits("Wo singt der Wal?", index, 10, []) == []
