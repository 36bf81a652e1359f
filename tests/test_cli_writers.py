"""Answers that a model words, on the command line: what is printed, saved and verified, and what without a model."""

import json

import pytest

from tests.hostile_server import claims, hostile_server, says, status

RUBIO = "Was erklärte Rubio in Paris?"
PROVED = (
    "Der US-Außenminister Marco Rubio erklärte gegenüber Reportern nach Gesprächen mit europäischen und ukrainischen "
    "Offiziellen in Paris: „Wenn es nicht möglich ist, den Krieg in der Ukraine zu beenden, müssen wir weitermachen.“"
)
FALSE = "Rubio erklärte es 300 Reportern."


@pytest.fixture
def ask(run, home, monkeypatch):
    """Asks through a server that drafts this."""

    def asked(*drafts, options=(), question=RUBIO):
        with hostile_server(*drafts) as server:
            monkeypatch.setenv("OPENAI_BASE_URL", server.url)
            return run("ask", question, "--writer", "openai:small", "--risk", "0.2", *options, home=home)

    return asked


def test_what_a_model_words_is_printed_with_its_quotes_and_what_was_dropped(ask):
    ran = ask(says(claims((PROVED, [1]), (FALSE, [1]))), says(claims((FALSE, [1]))))
    assert ran.status == 0
    assert ran.out.startswith(f"{PROVED} [1]\n")
    assert "müssen wir weitermachen“, erklärte der US-Außenminister" in ran.out
    assert FALSE not in ran.out
    assert f"Nicht belegt, nicht gesagt: {FALSE} (die Zahl „" in ran.err
    assert "\nFormuliert von openai:small\nSicherheit: " in ran.out


def test_where_nothing_of_a_model_is_proved_it_is_said_that_the_documents_answer(ask):
    ran = ask(says(claims((FALSE, [1]))))
    assert ran.status == 0
    assert ran.out.startswith("„Wenn es nicht möglich ist")
    assert "Formuliert von" not in ran.out
    assert "nichts belegt; die Sätze der Dokumente antworten selbst" in ran.err


def test_a_saved_answer_of_a_model_is_verified_and_a_changed_one_is_not(ask, run, home, tmp_path):
    ran = ask(says(claims((PROVED, [1]), (FALSE, [1]))), says(claims((FALSE, [1]))), options=["--json"])
    reply = json.loads(ran.out)
    assert reply["writer"] == "openai:small"
    assert [claim["text"] for claim in reply["claims"]] == [PROVED]
    assert [(one["text"], one["reason"]) for one in reply["dropped"]] == [(FALSE, "number_not_in_evidence")]
    saved = tmp_path / "answer.json"
    saved.write_text(ran.out, "utf-8")
    assert run("verify", str(saved), home=home).status == 0
    changes = (
        ("nicht möglich", "möglich"),
        ("Marco Rubio erklärte", "Emil Rubio erklärte"),
        ("zu beenden", "zu gewinnen"),
    )
    for before, after in changes:
        saved.write_text(ran.out.replace(before, after, 2), "utf-8")
        assert run("verify", str(saved), home=home).status == 1


def test_without_a_server_the_quotes_answer_and_the_reason_is_told(run, home, monkeypatch):
    with hostile_server(status(500)) as server:
        gone = server.url
    monkeypatch.setenv("OPENAI_BASE_URL", gone)
    ran = run("ask", RUBIO, "--writer", "openai:small", "--risk", "0.2", home=home)
    assert ran.status == 0
    assert ran.out.startswith("„Wenn es nicht möglich ist")
    assert "ist nicht zu erreichen" in ran.err
    assert "OPENAI_BASE_URL" in ran.err
    reply = json.loads(run("ask", RUBIO, "--writer", "openai:small", "--risk", "0.2", "--json", home=home).out)
    assert reply["writer"] == "extractive"
    assert "nicht zu erreichen" in reply["fallback"]


def test_a_model_that_finds_nothing_makes_a_refusal_that_is_verified(ask, run, home, tmp_path):
    ran = ask(says('{"claims": []}'), options=["--json"])
    assert ran.status == 3
    assert json.loads(ran.out)["refusal"]["reason"] == "writer_declined"
    saved = tmp_path / "refusal.json"
    saved.write_text(ran.out, "utf-8")
    assert run("verify", str(saved), home=home).status == 0


def test_english_claims_are_said_with_german_quotes_or_the_quotes_alone_answer(ask):
    said = "Rubio told reporters in Paris that we must move on if it is not possible to end the war in Ukraine."
    ran = ask(says(claims((said, [1]))), question="What did Rubio tell reporters in Paris?", options=["--json"])
    reply = json.loads(ran.out)
    assert (reply["language"], reply["status"]) == ("en", "answered")
    assert "müssen" in reply["citations"][0]["quote"]
    if [claim["text"] for claim in reply["claims"]] != [said]:
        assert [one["reason"] for one in reply["dropped"]] == ["not_supported"]
        assert reply["writer"] == "extractive"


def test_a_writer_that_cannot_be_is_told_before_anything_is_loaded(run, home, tmp_path):
    (tmp_path / "kein.gguf").write_bytes(b"no model")
    broken = f"gguf:{tmp_path}/kein.gguf"
    for writer, said in ((broken, "gguf"), ("gguf:nirgends.gguf", "nirgends.gguf")):
        ran = run("ask", RUBIO, "--writer", writer, home=home)
        assert ran.status == 1
        assert said in ran.err
        assert len(ran.err.strip().splitlines()) == 1


@pytest.mark.parametrize("command", [("ask", RUBIO), ("chat",), ("ui",), ("evaluate", "fragen.jsonl")])
@pytest.mark.parametrize("writer", ["gpt", "openai:"])
def test_a_writer_that_there_is_not_is_wrong_usage(run, home, monkeypatch, command, writer):
    ran = run(*command, "--writer", writer, home=home)
    assert ran.status == 2
    assert "openai:MODEL" in ran.err
    assert f"Den Schreiber {writer} gibt es nicht." in ran.err
    monkeypatch.setenv("ASSISTANT_WRITER", "gpt")
    assert run("ask", RUBIO, home=home).status == 1  # a setting, no usage


def test_an_english_question_is_answered_and_refused_in_english_and_noted_in_german(ask, run, home, monkeypatch):
    refused = run("ask", "Which party governs France?", home=home).out
    assert "Nearest places:" in refused
    assert "Probability that the documents answer: " in refused
    assert "nächsten" not in refused
    ran = ask(status(404), question="What did Rubio tell reporters in Paris?")
    assert "Confidence: " in ran.out
    assert "meldet einen Fehler" in ran.err
    ran = ask(status(404), question="What did Rubio tell reporters in Paris?", options=["--json"])
    assert "meldet einen Fehler" in json.loads(ran.out)["fallback"]
