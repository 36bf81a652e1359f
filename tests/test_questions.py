"""The article's question sets: well-formed, and every evidence quote verbatim."""

import json
from collections import Counter

import pytest

from assistant.corpus import read_document
from assistant.evaluation.own import OwnSet
from tests.benchmarks.fitting import DOCUMENTS as DOCUMENTS_OF_OUR_OWN
from tests.benchmarks.fitting import OWN
from tests.conftest import ARTICLE, ROOT

DOCUMENT = read_document(ARTICLE, ROOT)
DOCUMENTS = {DOCUMENT.name: DOCUMENT}
BLIND = ROOT / "tests" / "questions" / "documents-blind"
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
    "yesno",
}
UNANSWERABLE_KINDS = {"nearmiss", "falsepremise", "othertopic", "injection"}


def lines(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_set_is_without_fault(file):
    assert OwnSet(file).count(DOCUMENTS) == len(lines(file))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_evidence_quote_is_verbatim(file):
    text = " ".join(DOCUMENT.text.split())  # some sets give quotes with their line breaks, some without
    quotes = [evidence["quote"] for question in lines(file) for evidence in question["evidence"]]
    assert all(" ".join(quote.split()) in text for quote in quotes)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_kind_is_there_and_the_unanswerable_ones_are_refused(file):
    kinds = Counter(question["kind"] for question in lines(file))
    assert set(kinds) > UNANSWERABLE_KINDS
    assert set(kinds) - UNANSWERABLE_KINDS <= KINDS
    assert all(
        question["refuse"] == (question["kind"] in UNANSWERABLE_KINDS)
        for question in lines(file)
        if question["kind"] != "english"
    )


def test_there_are_enough_questions():
    for name in ("article.jsonl", "article-unseen.jsonl", "article-blind.jsonl"):
        questions = lines(ROOT / "tests" / "questions" / name)
        assert len(questions) >= 90
        assert sum(question["refuse"] for question in questions) >= 40


def test_no_question_stands_in_two_sets():
    known = [file for file in FILES if "blind" not in file.stem]  # who wrote that had read no other set
    asked = Counter(question["question"] for file in known for question in lines(file))
    assert max(asked.values()) == 1


def test_the_sets_of_several_documents_are_without_fault():
    for questions, corpus in (
        (OWN, DOCUMENTS_OF_OUR_OWN),
        (BLIND / "questions.jsonl", BLIND / "corpus"),
    ):
        documents = {path.name: read_document(path, corpus.parent) for path in sorted(corpus.glob("*.txt"))}
        found = list(OwnSet(questions).questions(documents))
        assert len(found) == len(lines(questions)) > 100
        assert all(question.problem is None for question in found)
        assert {place.source for question in found for place in question.gold} == set(documents)
