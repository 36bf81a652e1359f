"""Evaluation of the real assistant over the article: what is broken on purpose is caught by the metric that should."""

import pytest

from assistant import Assistant, pipeline, writing
from assistant.evaluation.comparison import compare
from assistant.evaluation.questions import open_set
from assistant.evaluation.records import Comparison, Evaluation
from assistant.records import Draft, DraftClaim
from tests.conftest import ROOT
from tests.doubles import evaluate

QUESTIONS = ROOT / "tests" / "questions" / "article.jsonl"


def evaluation_of(assistant: Assistant, journals) -> Evaluation:
    return evaluate(open_set(QUESTIONS), lambda _: assistant, journals)


@pytest.fixture(scope="module")
def whole(article_assistant, tmp_path_factory) -> Evaluation:
    """The evaluation of the assistant as it is."""
    return evaluation_of(article_assistant, tmp_path_factory.mktemp("journals"))


@pytest.fixture
def compared(whole, article_assistant, tmp_path):
    """`compared(assistant)`: it, broken by then, beside the whole one."""

    def compared(assistant: Assistant = article_assistant) -> Comparison:
        return compare(whole, evaluation_of(assistant, tmp_path), tmp_path / "whole.json")

    return compared


def unchanged(comparison: Comparison, *groups: str) -> bool:
    return all(
        one.value == one.low == one.high == 0 for name, one in comparison.differences.items() if name.startswith(groups)
    )


def test_the_figures_of_the_article_are_those_of_a_working_assistant(whole):
    assert whole.failed == 0
    assert whole.metrics["citation.verbatim"].value == 1
    assert whole.metrics["evidence.hit@3"].low > 0.7
    assert whole.metrics["refusal.auroc"].low > 0.6
    assert {"nearmiss", "falsepremise", "who", "english"} <= set(whole.by_kind)


def test_a_second_evaluation_is_the_same_and_differs_in_nothing(compared):
    comparison = compared()
    assert comparison.flips == ()
    assert unchanged(comparison, "")


def test_a_broken_retriever_is_caught_by_retrieval(compared, monkeypatch):
    retrieve = pipeline.retrieve

    def worst_first(question, query, index, limit, sources=None):
        hits = retrieve(question, query, index, len(index.passages), sources)[::-1][:limit]
        return [hit.model_copy(update={"rank": rank}) for rank, hit in enumerate(hits, 1)]

    monkeypatch.setattr(pipeline, "retrieve", worst_first)
    differences = compared().differences
    for name in ("retrieval.recall@1", "retrieval.recall@5", "retrieval.mrr@10"):
        assert differences[name].high < -0.1, name


def test_a_writer_that_cites_the_wrong_sentence_is_caught_by_citations(compared, monkeypatch):
    monkeypatch.setattr(
        writing,
        "extractive",
        lambda choice: Draft(claims=(DraftClaim(sentences=choice.offers[-1]),)),
    )
    comparison = compared()
    for name in ("citation.precision", "citation.recall", "answer.correct"):
        assert comparison.differences[name].high < -0.1, name
    assert unchanged(comparison, "retrieval", "evidence", "refusal", "answer.coverage")


def test_one_that_never_refuses_is_caught_by_refusal(compared, article_assistant, article_settings):
    fearless = article_settings.model_copy(update={"risk": 1.0})
    comparison = compared(
        Assistant(article_assistant.index, article_assistant._embedder, fearless, reader=article_assistant._reader)
    )
    assert comparison.differences["refusal.recall"].after == 0
    assert comparison.differences["refusal.recall"].is_clear
    assert comparison.differences["answer.coverage"].after == 1
    assert unchanged(comparison, "retrieval", "evidence", "confidence", "refusal.auroc")
    assert comparison.changes["risk"] == ("0.05", "1.0")
    assert comparison.changes["least_confidence"] == (str(article_assistant.least_confidence), "0.0")


def test_an_invented_quote_is_caught_by_verbatim(article_assistant, tmp_path, monkeypatch):
    """Enforcement cannot build one; evaluation does not take its word for it."""
    document = article_assistant.index.documents[0]
    forged = document.model_copy(update={"text": document.text.replace("R", "r")})
    assistant = Assistant(
        article_assistant.index,
        article_assistant._embedder,
        article_assistant._settings,
        reader=article_assistant._reader,
    )
    outcomes = iter([assistant.ask("Was erklärte Rubio in Paris?")])
    monkeypatch.setattr(assistant, "ask", lambda *_: next(outcomes))
    monkeypatch.setattr(assistant.index, "documents", (forged,))
    monkeypatch.setattr(assistant.index, "by_name", {document.name: forged})
    questions = tmp_path / "one.jsonl"
    questions.write_text('{"id": "1", "question": "Was erklärte Rubio in Paris?", "refuse": true}', encoding="utf-8")
    found = evaluate(open_set(questions), lambda _: assistant, tmp_path)
    assert found.metrics["citation.verbatim"].value == 0
