"""What is sent to a model, and what is made of what it writes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.records import Dropped
from assistant.writers.base import Task
from assistant.writers.pointing import LONGEST_CLAIM, MOST_CLAIMS, messages_of, read_draft, written_so_far

GOOD = '{"claims": [{"text": "Es regnet.", "sentences": [1, 2]}]}'


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"Gern! Hier ist die Antwort:\n{GOOD}\nNoch Fragen?",
        f"<think>Ich sage {{nichts}}.</think>{GOOD}",
        '[{"text": "Es regnet.", "sentences": ["1", "2"]}]',
        '{"text": "Es regnet.", "sentences": "1, 2"}',
        "Es regnet. [1][2]",
        "Es regnet. [1, 2]",
    ],
)
def test_claims_are_read_however_they_are_wrapped(text):
    draft = read_draft(text)
    assert [(claim.text, claim.sentences) for claim in draft.claims] == [("Es regnet.", (1, 2))]


@pytest.mark.parametrize("text", ["", "Es regnet.", '{"claims": 3}', "null", '{"claims": [{"text"'])
def test_what_has_no_claims_is_nothing(text):
    assert read_draft(text) is None


def test_no_claims_mean_that_it_cannot_answer():
    assert read_draft('{"claims": []}').claims == ()


@pytest.mark.parametrize("numbers", [None, "eins", [None], [True], [1.5], {}, [[]]])
def test_what_is_no_number_points_to_no_sentence(numbers):
    (claim,) = read_draft(json.dumps({"claims": [{"text": "x", "sentences": numbers}]})).claims
    assert not claim.sentences or 0 in claim.sentences


def test_a_draft_is_bounded():
    many = json.dumps({"claims": [{"text": "x" * 5000, "sentences": [1]}] * 50})
    claims = read_draft(many).claims
    assert len(claims) == MOST_CLAIMS
    assert all(len(claim.text) <= LONGEST_CLAIM for claim in claims)


@given(st.text())
def test_any_text_is_read_or_not(text):
    read_draft(text)
    written_so_far(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda one: st.lists(one) | st.dictionaries(st.sampled_from(["claims", "text", "sentences"]), one),
    )
)
def test_any_json_is_read_or_not(value):
    read_draft(json.dumps(value))


def test_messages_number_the_sentences_and_are_in_the_language_of_the_question():
    german = messages_of(Task("Wer kam?", "de", ("Anna kam.", "Otto blieb.")))
    english = messages_of(Task("Who came?", "en", ("Anna kam.", "Otto blieb.")))
    assert german[-1][1] == "Sätze:\n[1] Anna kam.\n[2] Otto blieb.\n\nFrage: Wer kam?"
    assert "Question: Who came?" in english[-1][1]
    assert "deutscher Satz" in german[0][1]
    assert "English sentence" in english[0][1]


def test_a_second_try_is_told_what_was_wrong():
    faults = (Dropped(text="Anna kam 3 Mal.", reason="number_not_in_evidence", detail="3 mal"),)
    content = messages_of(Task("Wer kam?", "de", ("Anna kam.",), faults))[-1][1]
    assert "Anna kam 3 Mal.: die Zahl „3 mal“ steht so nicht in den Sätzen" in content
