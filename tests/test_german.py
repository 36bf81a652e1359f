"""The analyser: words, stems and the language of a question."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.german import folded, is_function_word, language_of, terms, words
from assistant.numerals import MONTHS
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
    assert terms("Wer ist das?") == ["wer", "wer", "ist", "ist", "das", "das"]


@pytest.mark.parametrize("word", ["für", "über", "dass", "the", "who", "WAS"])
def test_function_words_are_known_in_any_form(word):
    assert is_function_word(word)


@pytest.mark.parametrize("word", ["krieg", "nein", "0", "war's", "", "US", "IT", "WHO"])
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


SAME = [
    ("Muenchen", "München"),
    ("Munchen", "München"),
    ("Mu\u0308nchen", "München"),
    ("Größe", "Groesse"),
    ("STRASSE", "Straße"),
    ("Café", "Cafe"),
    ("２０２４", "2024"),
    ("Kündi\u00adgung", "Kündigung"),
    ("Buergermeisterwahl", "Bürgermeisterwahl"),
    ("1.234,56", "1234,56"),
    ("1,234.56", "1.234,56"),
    ("1,234,567", "1.234.567"),
    ("1'234'567", "1.234.567"),
    ("12,50 Euro", "12,5 €"),
    ("5,00 Euro", "5 €"),
    ("10.000", "10000"),
    ("5 %", "5%"),
    ("5 %", "fünf Prozent"),
    ("§ 5", "Paragraph 5"),
    ("dreißig Tage", "30 Tage"),
    ("dreissig Tage", "30 Tage"),
    ("zweihundertfünfzig", "250"),
    ("dreitausend", "3.000"),
    ("einundzwanzig", "21"),
    ("twelve", "zwölf"),
    ("am 3. Oktober 2024", "am 03.10.2024"),
    ("3.10.24", "03.10.2024"),
    ("3. 10. 2024", "03.10.2024"),
    ("2024-10-03", "03.10.2024"),
    ("3. Okt. 2024", "03.10.2024"),
    ("October 3rd, 2024", "03.10.2024"),
    ("3 October 2024", "03.10.2024"),
    ("1. März 1999", "01.03.99"),
    ("im Oktober", "in October"),
    ("Merkel's Rede", "Merkels Rede"),
    ("E‑Mail", "E-Mail"),
    ("gründete", "gegründet"),
    ("nahm teil, teilnahm", "nimmt teil, teilgenommen"),
    ("starb", "gestorben"),
    ("regierte", "regiert"),
    ("einzusetzen", "eingesetzt"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_and_forms_of_the_same_have_the_same_terms(one, other):
    assert terms(one) == terms(other)


@pytest.mark.parametrize(
    ("question", "passage", "shared"),
    [
        ("Frist", "Kündigungsfrist", {"frist"}),
        ("Kündigungsfrist", "Frist zur Kündigung", {"frist", "kundig"}),
        ("Außenminister", "US-Außenminister", {"aussenminist", "auss", "minist"}),
        ("USA oder US", "US-Außenminister", {"us"}),
        ("Internetseite", "Internet-Seite", {"internetseit", "internet", "seit"}),
        ("30 Tage", "30-tägig", {"30", "tag"}),
        ("30 Tage", "30tägige", {"30", "tag"}),
        ("30 Tage", "dreißigtägige", {"30", "tag"}),
        ("drei Mal", "dreimal", {"3", "mal"}),
        ("Jahr", "jährliche", {"jahr"}),
        ("1. Weltkrieg", "Erster Weltkrieg", {"1", "weltkrieg", "welt", "krieg"}),
        ("20. Jahrhundert", "zwanzigsten Jahrhunderts", {"20", "jahrhundert"}),
        ("im Jahr 2024", "03.10.2024", {"2024"}),
        ("F-16", "F16", {"f16", "f", "16"}),
        ("2.6", "Version 2.6", {"2.6"}),
        ("1918", "1914-1918", {"1918"}),
        ("Was ist die IT?", "Leiterin der IT-Abteilung", {"it"}),
        ("Sprache", "Sprachen", {"sprach"}),
        ("Angaben", "Angabe", {"angab"}),
        ("1 und drei", "ein Arbeiter einfach einmal", set()),
    ],
)
def test_a_question_and_a_passage_share_these_terms(question, passage, shared):
    assert set(terms(question)) & set(terms(passage)) == shared


def test_a_word_weighs_twice_what_its_parts_weigh():
    assert terms("Kündigungsfristen") == ["kundigungsfrist"] * 2 + ["kundig", "frist"]


def test_a_whole_date_is_a_term_of_its_own():
    assert "20241003" in terms("03.10.2024")
    assert "20241003" not in terms("Oktober 2024, der 3.")


def test_capitals_are_no_english_function_word_and_german_ones_are_none_in_any_case():
    assert terms("die WHO") == ["who", "who"]
    assert terms("who, WER und Zeit fuer") == terms("Zeit")


@pytest.mark.parametrize("number", ["14:30", "1.2.3", "192.168.0.1", "3.5", "0", "007"])
def test_times_versions_and_addresses_stay_as_they_are(number):
    assert set(terms(number)) == {number}


def test_numbers_in_a_list_are_several():
    assert set(terms("1,2,3")) == {"1", "2", "3"}


@given(st.integers(0, 10**12))
def test_grouped_numbers_are_the_plain_ones(number):
    assert terms(f"{number:,}".replace(",", ".")) == terms(str(number))


@given(st.dates())
def test_dates_are_the_same_in_every_spelling(date):
    german, day, year = MONTHS[0][date.month - 1], date.day, f"{date.year:04}"
    spellings = [date.isoformat(), f"{day:02}.{date.month:02}.{year}", f"{day}. {german} {year}"]
    assert all(terms(spelling) == terms(spellings[0]) for spelling in spellings)


@given(any_text)
def test_terms_are_never_empty_and_always_the_same(text):
    found = terms(text)
    assert all(found)
    assert found == terms(text)


@given(any_text)
def test_terms_do_not_depend_on_how_letters_are_composed(text):
    assert terms(unicodedata.normalize("NFD", text)) == terms(unicodedata.normalize("NFC", text))


@given(st.lists(st.sampled_from("Fürst Größe Übergang Straße Händler Öl König schützen Kündigungsfrist".split())))
def test_umlauts_may_be_written_out(some):
    text = " ".join(some)
    written_out = text
    for letter, letters in {"ä": "ae", "ö": "oe", "ü": "ue", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}.items():
        written_out = written_out.replace(letter, letters)
    assert terms(written_out) == terms(text)


@pytest.mark.parametrize(
    "piece", ["a", "schifffahrt", "1.234", "3. ", "a-", "1'000", "😀", "einund", "ge", "jan ", "10 "]
)
def test_long_garbage_takes_no_time(piece):
    started = time.perf_counter()
    terms(piece * (100_000 // len(piece)))
    assert time.perf_counter() - started < 2


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


def test_the_mark_of_a_footnote_is_no_digit():
    assert terms("1990¹") == terms("1990") != terms("19901")
