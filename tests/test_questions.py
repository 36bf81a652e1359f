"""The article's question sets: well-formed, and every evidence quote verbatim."""

import json

from tests.conftest import ARTICLE, ROOT

FILES = [ROOT / "tests" / "questions" / name for name in ("article.jsonl", "article-held-out.jsonl")]
QUESTIONS = [json.loads(line) for file in FILES for line in file.read_text(encoding="utf-8").splitlines()]


def test_every_evidence_quote_is_verbatim():
    text = ARTICLE.read_text(encoding="utf-8")
    assert all(quote in text for question in QUESTIONS for quote in question["evidence"])


def test_questions_are_unique_and_refused_ones_have_no_evidence():
    assert len({question["question"] for question in QUESTIONS}) == len(QUESTIONS)
    assert all(question["refuse"] == (not question["evidence"]) for question in QUESTIONS)
