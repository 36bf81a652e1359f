"""The main job on the real article with the real model."""

import pytest

from assistant import Answer, Assistant, Refusal, load_settings
from assistant.indexing import build_index
from assistant.sentences import display_form
from assistant.verification import verify
from tests.conftest import ARTICLE
from tests.doubles import HashEmbedder, document_of


def quotes(assistant, question):
    result = assistant.ask(question).result
    assert isinstance(result, Answer), question
    return [display_form(citation.quote) for citation in result.citations]


def test_the_branches_of_the_planned_reordering_are_cited(article_assistant):
    found = quotes(article_assistant, "Welche Punkte stehen auf der Agenda der Neuordnung der Beziehungen zu Russland?")
    assert any("Energiegeschäfte, Raumfahrt und Bergbauverträge" in quote for quote in found)


def test_a_sentence_over_a_page_break_is_cited_whole(article_assistant):
    whole = "Eine Möglichkeit könnte sein, die militärische Unterstützung der USA für die Ukraine zu verdoppeln."
    assert whole in quotes(article_assistant, "Was bedeutet ein Weitermachen?")


def test_another_topic_is_refused_with_the_nearest_places(article_assistant):
    result = article_assistant.ask("Welche Partei regiert in Frankreich?").result
    assert isinstance(result, Refusal)
    text = ARTICLE.read_text(encoding="utf-8")
    assert result.nearest
    assert all(text[place.start : place.end] == place.quote for place in result.nearest)


@pytest.mark.parametrize(
    ("question", "language"), [("Who won the World Cup in 2014?", "en"), ("Wer gewann 2014 die WM?", "de")]
)
def test_a_refusal_is_in_the_question_s_language(article_assistant, question, language):
    reply = article_assistant.ask(question).reply
    assert (reply.status, reply.language) == ("refused", language)
    assert ("do not" in reply.answer) == (language == "en")


def test_an_english_question_is_answered_with_german_quotes(article_assistant):
    assert any(
        "87 Tage" in quote for quote in quotes(article_assistant, "How many days has the president made efforts?")
    )


def test_the_same_question_has_the_same_reply(article_assistant):
    first, second = (article_assistant.ask("Was erklärte Rubio in Paris?").reply for _ in range(2))
    assert first.model_copy(update={"timings_ms": {}}) == second.model_copy(update={"timings_ms": {}})


def test_answers_come_in_reading_order(article_assistant):
    for question in ("Was sagte Rubio?", "Welche Folgen hätte ein Rückzug der USA für Russland?"):
        result = article_assistant.ask(question).result
        if isinstance(result, Answer):
            starts = [citation.start for citation in result.citations]
            assert starts == sorted(starts)
            assert 1 <= len(result.claims) <= 3


def test_a_letter_newer_than_this_python_is_a_letter(article_assistant):
    assert article_assistant.ask("Was erklärte Rubio in Paris? \U0001fae8").reply.question.endswith("\U0001fae8")


@pytest.mark.parametrize(
    ("asked", "said", "missing"),
    [
        ("2 000 Euro", "2.000 Euro", ()),
        ("2.000 Euro", "2\u202f000 Euro", ()),
        ("12.50 Euro", "12,50 Euro", ()),
        ("eine Million Euro", "1.000.000 Euro", ()),
        ("1.000.000 Euro", "eine Million Euro", ()),
        ("2½ Euro", "2,5 Euro", ()),
        ("2,5 Euro", "2½ Euro", ()),
        ("1,234 Euro", "1.234 Euro", ()),  # in doubt, it is not said to be missing
        ("3.000 Euro", "2.000 Euro", ("3.000",)),
        ("3 000 Euro", "2.000 Euro", ("3", "000")),
        ("eine Million Euro", "2.000 Euro", ("Million",)),
        ("17 Euro am Sonntag", "7 Euro", ("17", "Sonntag")),
    ],
)
def test_a_number_in_another_spelling_is_not_missing(tmp_path, asked, said, missing):
    text = f"Die Miete der Halle beträgt im Jahr {said}. Der Hof gehört dazu. Der Mieter zahlt sie.\n"
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text(text, encoding="utf-8")
    index = build_index([document_of(text)], HashEmbedder(), 800)
    assistant = Assistant(index, HashEmbedder(), load_settings(home=tmp_path, read=0))
    outcome = assistant.ask(f"Zahlt der Mieter der Halle im Jahr {asked}?")
    assert isinstance(outcome.result, Refusal)
    assert outcome.result.missing == missing
    assert verify(outcome.reply, tmp_path) == []
