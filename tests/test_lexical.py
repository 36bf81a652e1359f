"""Lexical search: BM25 in Lucene's variant, against a plain loop."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.lexical import FILES, LexicalIndex
from tests.doubles import files_in

K1, B = 1.5, 0.75
TERMS = st.sampled_from("abcdefgh") | st.sampled_from(["größe", "", "语", "30", "a b"])
PASSAGES = st.lists(st.lists(TERMS, max_size=12), max_size=8)
QUESTIONS = st.lists(TERMS | st.just("unbekannt"), max_size=5)


def shares_in_a_loop(passages: list[list[str]], question: list[str]) -> list[float]:
    count = len(passages)
    average = sum(map(len, passages)) / max(count, 1)
    rarities = {}
    for term in question:
        having = sum(term in passage for passage in passages)
        rarities[term] = math.log(1 + (count - having + 0.5) / (having + 0.5))
    shares = []
    for passage in passages:
        score = 0.0
        for term in question:
            often = passage.count(term)
            if often:
                score += rarities[term] * often / (often + K1 * (1 - B + B * len(passage) / average))
        shares.append(score / sum(rarities[term] for term in question) if question else 0.0)
    return shares


def reloaded(index: LexicalIndex, folder: Path, count: int) -> LexicalIndex:
    index.save(folder)
    assert {path.name for path in folder.iterdir()} == {*FILES}
    return LexicalIndex.load(files_in(folder), count)


@given(PASSAGES, QUESTIONS)
@example([["a"], [], ["a", "b"]], ["", "a"])
@example([["a", "a"], ["b"]], ["a", "a"])
def test_shares_are_those_of_a_loop(passages, question):
    shares = LexicalIndex.from_terms(passages).shares(question)
    assert shares.dtype == np.float32
    assert shares.shape == (len(passages),)
    assert shares.tolist() == pytest.approx(shares_in_a_loop(passages, question), abs=1e-5)
    for share, passage in zip(shares, passages, strict=True):
        assert 0 <= share <= 1
        assert (share > 0) == (not set(question).isdisjoint(passage))


@given(PASSAGES, st.lists(QUESTIONS, min_size=1, max_size=3))
def test_shares_are_the_same_after_loading(tmp_path_factory, passages, questions):
    index = LexicalIndex.from_terms(passages)
    folder = tmp_path_factory.mktemp("terms")
    loaded = reloaded(index, folder, len(passages))
    for question in questions:
        assert np.array_equal(loaded.shares(question), index.shares(question))


def test_terms_that_no_passage_has_count_as_rarest():
    index = LexicalIndex.from_terms([["wal", "meer"], ["dackel"], ["wal"]])
    assert not index.shares(["quarzuhr"]).any()
    known, rare, unknown = (index.shares(["wal", *more])[0] for more in ([], ["dackel"], ["quarzuhr"]))
    assert known > rare > unknown > 0


@pytest.mark.parametrize("passages", [[], [[]], [[], []]])
def test_passages_without_terms_share_nothing(passages, tmp_path):
    index = LexicalIndex.from_terms(passages)
    for held in (index, reloaded(index, tmp_path, len(passages))):
        assert held.shares(["wal"]).tolist() == held.shares([]).tolist() == [0.0] * len(passages)


def test_what_is_stored_does_not_depend_on_the_order_of_sets(tmp_path):
    LexicalIndex.from_terms([["wal", "meer"], ["berg", "wal", "abend"]]).save(tmp_path)
    assert np.load(tmp_path / "terms.npy").tobytes() == b"abendbergmeerwal"
