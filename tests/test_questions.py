"""The article's question sets: well-formed, and every evidence quote verbatim."""

import json
from collections import Counter

import pytest

from assistant.corpus import read_document
from assistant.evaluation.own import OwnSet
from tests.conftest import ARTICLE, ROOT

DOCUMENT = read_document(ARTICLE, ROOT)
DOCUMENTS = {DOCUMENT.name: DOCUMENT}
FILES = sorted((ROOT / "tests" / "questions").glob("*.jsonl"))
KINDS = {
    "who",
    "what",
    "when",
    "where",
    "why",
    "howmany",
    "quote",
    "speaker",
    "twosentence",
    "paraphrase",
    "compound",
    "keyword",
    "typo",
    "english",
}
UNANSWERABLE_KINDS = {"nearmiss", "falsepremise", "othertopic", "injection"}


def lines(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_set_is_without_fault(file):
    assert OwnSet(file).count(DOCUMENTS) == len(lines(file))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_evidence_quote_is_verbatim(file):
    assert all(evidence["quote"] in DOCUMENT.text for question in lines(file) for evidence in question["evidence"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_kind_is_there_and_the_unanswerable_ones_are_refused(file):
    kinds = Counter(question["kind"] for question in lines(file))
    assert set(kinds) == KINDS | UNANSWERABLE_KINDS
    assert all(
        question["refuse"] == (question["kind"] in UNANSWERABLE_KINDS)
        for question in lines(file)
        if question["kind"] != "english"
    )


def test_there_are_enough_questions():
    for name in ("article.jsonl", "article-unseen.jsonl"):
        questions = lines(ROOT / "tests" / "questions" / name)
        assert len(questions) >= 90
        assert sum(question["refuse"] for question in questions) >= 40


def test_no_question_stands_in_two_sets():
    asked = Counter(question["question"] for file in FILES for question in lines(file))
    assert max(asked.values()) == 1
