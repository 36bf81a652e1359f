"""The analyser: words, stems and the language of a question."""

import unicodedata

import pytest
from hypothesis import given

from assistant.german import folded, is_function_word, language_of, terms, words
from tests.strategies import any_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die Straße, die STRASSE", ["die", "strasse", "die", "strasse"]),
        ("US-Drohung", ["us", "drohung"]),
        ("1.234,56 Euro am 3.10.2024 um 14:30 Uhr.", ["1.234,56", "euro", "am", "3.10.2024", "um", "14:30", "uhr"]),
        ("Rubio's „Nein“ snake_case", ["rubio's", "nein", "snake", "case"]),
        ("ﬁnale Größe", ["finale", "grösse"]),
        ("… – !", []),
    ],
)
def test_words_are_folded_and_numbers_whole(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Verträge", "Vertrag"),
        ("Häuser", "Hauses"),
        ("Straßen", "STRASSE"),
        ("Sanktionen", "Sanktion"),
        ("russische Soldaten", "russischer Soldat"),
    ],
)
def test_inflected_words_share_their_terms(one, other):
    assert terms(one) == terms(other)


def test_terms_leave_function_and_question_words_out():
    assert terms("Welche Auswirkungen gibt es für die Wirtschaft?") == terms("Auswirkungen Wirtschaft")


def test_terms_of_function_words_alone_are_these():
    assert terms("Wer ist das?") == ["wer", "ist", "das"]


@pytest.mark.parametrize("word", ["für", "über", "dass", "the", "who"])
def test_function_words_are_known_in_folded_form(word):
    assert is_function_word(word)


@pytest.mark.parametrize("word", ["krieg", "nein", "0", "war's", ""])
def test_other_words_are_no_function_words(word):
    assert not is_function_word(word)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Was sagte Rubio in Paris?", "de"),
        ("What did Rubio say in Paris?", "en"),
        ("How long has the United States supported Ukraine?", "en"),
        pytest.param("Who will die in the war?", "en"),
        ("Rubio Paris", "de"),
        ("", "de"),
        ("Was war also in Berlin?", "de"),
    ],
)
def test_language_is_that_of_most_function_words(question, language):
    assert language_of(question) == language


@given(any_text)
def test_composed_and_decomposed_letters_are_the_same_words(text):
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))


@given(any_text)
def test_there_are_terms_where_there_are_words(text):
    assert bool(terms(text)) == bool(words(text))


@given(any_text)
def test_words_have_no_case(text):
    assert all(word == folded(word) or not word.isascii() for word in words(text))
    assert words(folded(text).upper() if text.isascii() else text) == words(text)
