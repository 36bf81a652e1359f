"""What questions ask for, and where sentences hold it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.asking.kinds import kind_is_missing, kinds_asked
from assistant.asking.marks import answer_span, answer_spans
from tests.strategies import any_text, plain_sentences

QUESTIONS = [
    "Wer sagte das?",
    "Von wem stammt es?",
    "Wie heißt sie?",
    "Wie viel Prozent?",
    "Wie alt ist er?",
    "In welchem Jahr?",
    "Wann kam er, starb er, wurde er geboren?",
    "Wie lange?",
    "Wie viele Tage?",
    "Wo war es?",
    "Warum?",
]
sentences = st.one_of(any_text, plain_sentences().map(" ".join))


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("Wer kam?", {"person"}),
        ("Wessen Hut ist das?", {"person"}),
        ("Von wem stammt der Satz?", {"person"}),
        ("Welcher deutsche Politiker kam?", {"person"}),
        ("Who came?", {"person"}),
        ("Wer sagte das?", {"speaker", "person"}),
        ("Wer hat die Lage erklärt?", {"speaker", "person"}),
        ("Who said so?", {"speaker", "person"}),
        ("Wie heißt der Sprecher?", {"name"}),
        ("Was ist der Name der Stadt?", {"name"}),
        ("Wo ist es?", {"place"}),
        ("Woher kommt er?", {"place"}),
        ("Wohin ging er?", {"place"}),
        ("In welcher Stadt wohnt er?", {"place"}),
        ("Where is it?", {"place"}),
        ("Wann kam er?", {"time"}),
        ("Seit wann gilt es?", {"time"}),
        ("Bis wann gilt es?", {"time"}),
        ("In welchem Jahr kam er?", {"date", "time"}),
        ("An welchem Datum kam er?", {"date"}),
        ("In welchem Monat kam er?", {"time"}),
        ("When did he come?", {"time"}),
        ("Wie viel Uhr ist es?", {"time"}),
        ("Wie lange blieb er?", {"duration"}),
        ("Wie viele kamen?", {"number"}),
        ("Wie hoch ist die Miete?", {"number"}),
        ("Wie oft kam er?", {"number"}),
        ("How many came?", {"number"}),
        ("Wie viel Prozent kamen?", {"percentage"}),
        ("Welcher Prozentsatz kam?", {"percentage"}),
        ("Wann stieg der Anteil auf 3 Prozent?", {"time"}),
        ("Wie alt ist er?", {"age"}),
        ("Warum kam er?", {"reason"}),
        ("Weshalb kam er?", {"reason"}),
        ("Why did he come?", {"reason"}),
        ("Welche Ebene würden Forscher nutzen?", set()),
        ("Rubio Alter", set()),
        ("Was geschah?", set()),
        ("", set()),
    ],
)
def test_the_kinds_that_a_question_asks_for(question, kinds):
    assert set(kinds_asked(question)) == kinds


@pytest.mark.parametrize(
    ("question", "sentence"),  # the spans between bars
    [
        ("Wann kam er?", "Er kam |am 3. Mai 2021| in die Stadt."),
        ("Wann kam er?", "|Am Montag, dem 3. Mai|, kam er."),
        ("Wann kam er?", "Er kam |im Jahr 1950|, sie |1999|."),
        ("Wann kam er?", "Er kam |nach drei Jahren|."),
        ("Wann kam er?", "Er kam |um 15 Uhr|."),
        ("Wann kam er?", "Er kam |Ende der 1960er Jahre|."),
        ("Wann kam er?", "Er kam |im 19. Jahrhundert|."),
        ("Seit wann gilt das?", "Das gilt |seit dem Zweiten Weltkrieg|."),
        ("Wann war der Krieg?", "Der Krieg dauerte |von 1939 bis 1945|."),
        ("Wann kam er 1950?", "Er kam 1950."),
        ("When did he come?", "He came |on May 3, 2021|."),
        ("Wie lange gilt sie?", "Die Waffenruhe ist |30-tägig|."),
        ("Wie lange blieb er?", "Er blieb |drei Jahre lang|."),
        ("Wie viele Tage sind es?", "Es sind |87 Tage|."),
        ("Wie viele Menschen kamen?", "Am 3. Mai 2021 kamen |2000 Menschen| und |vier Hunde|."),
        ("Wie viel kostet es?", "Es kostet |1.234,56 Euro| oder |rund 5 Mio. Euro|."),
        ("Wie hoch ist er?", "Der Turm ist |300 m| hoch."),
        ("Wie oft kam er?", "Er kam |22-mal|."),
        ("Wie viele Millionen waren es?", "Es waren Millionen."),
        ("Wie viele flogen?", "Apollo 11 flog im Juli."),
        ("Wie viel Prozent sind es?", "Es sind |rund 30 Prozent| von 50 Euro."),
        ("Wie alt ist er?", "Der |65-jährige| Mann und seine |30 Jahre alte| Frau kamen."),
        ("Wer kam?", "Der |US-Außenminister Marco Rubio| kam in die Stadt."),
        ("Wer schrieb das Buch?", "Das Buch wurde von |Luther| und dem Bischof geschrieben."),
        ("Wer war es?", "Die Regierung war es, im Mai."),
        ("Wer war es?", "|Luther| war es."),
        ("Wer war Marco Rubio?", "Marco Rubio war Minister."),
        ("Wo wohnt er?", "Er wohnt in |Paris|."),
        ("Wo in Paris wohnt er?", "Er wohnt im Mai in Paris."),
        ("Wo wohnt er?", "Er wohnt in der |Ukraine|, an der |Donau|."),
        ("Warum kam er?", "Er kam, weil |es regnete|, und ging."),
        ("Warum kam er?", "Er kam wegen |des Regens| am Abend."),
        ("Warum kam er?", "Er kam, um |die Stadt zu sehen|."),
        ("Why did he come?", "He came because of |the rain|."),
        ("Wer sagte das?", "Das ist falsch, erklärte |Müller|."),
        ("Laut wem ist das falsch?", "Das ist laut |Präsident Putin| falsch."),
        ("Was geschah?", "Am 3. Mai kam Müller."),
    ],
)
def test_what_could_answer_is_found(question, sentence):
    pieces = sentence.split("|")
    text = "".join(pieces)
    assert [text[slice(*span)] for span in answer_spans(question, text)] == pieces[1::2]


@pytest.mark.parametrize(
    ("question", "sentence", "marked"),
    [
        ("Wann starb sie?", "Anna Berg (* 3. Mai 1900 in Wien; † 5. Juni 1980 in Rom) malte.", "5. Juni 1980"),
        ("Wann wurde sie geboren?", "Anna Berg (* 3. Mai 1900 in Wien; † 5. Juni 1980 in Rom) malte.", "3. Mai 1900"),
        ("Wie viele Tore fielen?", "In 34 Spielen vor 500 Zuschauern fielen 90 Tore.", "90 Tore"),
        ("Wie viele Gäste waren es?", "Nach 30 Minuten waren es 12 Leute.", "12 Leute"),
        ("Von wem wurde es gebaut?", "Es wurde für Otto Lang von Emil Kraus gebaut.", "Emil Kraus"),
        ("Wer baute es?", "Es wurde für Otto Lang von Emil Kraus gebaut.", "Emil Kraus"),
        ("Wer sagte das?", "Das gelte in Paris, sagte Ministerin Anna Berg.", "Ministerin Anna Berg"),
        ("Wer sagte das?", "Das stammt von Anna Berg.", "Anna Berg"),
        ("Wo wohnt sie?", "Sie wohnt in Paris.", "Paris"),
        ("Wo wohnt sie?", "Sie wohnt in der Regel im Haus.", None),
        ("Wer kam?", "Anna Berg und Otto Lang.", None),
        ("Warum kam sie?", "Sie kam, weil es regnete.", None),
        ("Was kam?", "Anna Berg kam am 3. Mai.", None),
    ],
)
def test_one_place_is_marked_or_none(question, sentence, marked):
    span = answer_span(question, sentence)
    assert (sentence[slice(*span)] if span else None) == marked


@pytest.mark.parametrize(
    ("question", "sentence", "missing"),
    [
        ("Wie viele kamen?", "Es kamen viele.", 1.0),
        ("Wie viele kamen?", "Zwölf kamen.", 0.0),
        ("Wie viele Millionen waren es?", "Es waren Millionen.", 1.0),
        ("Wie viele Millionen waren es?", "Es waren 3 Millionen.", 0.0),
        ("Wie heißt der Sprecher?", "Der Sprecher bestand darauf.", 1.0),
        ("Wie heißt der Sprecher?", "Das sagte der Sprecher Max Beyer.", 0.0),
        ("Wie viel Prozent sind es?", "Es sind drei.", 1.0),
        ("An welchem Datum kam er?", "Er kam bald.", 1.0),
        ("How many came?", "Es kamen 30.", 0.0),
        ("Wann kam er?", "Er kam gern.", 1.0),
        ("Wann kam er?", "Er kam am 3. Mai.", 0.0),
        ("Wie lange blieb er?", "Er blieb gern.", 1.0),
        ("Wie lange gilt die Waffenruhe?", "Sie ist 30-tägig.", 0.0),
        ("Wie viele kamen?", "Er kam am 3. Mai 2021.", 1.0),
        ("Wer kam?", "Es kam der Minister.", 0.0),
        ("Wer kam?", "Es regnete.", 1.0),
        ("Warum kam er?", "Er kam.", 0.0),
        ("Wo war er?", "Er war dort.", 0.0),
    ],
)
def test_what_is_asked_for_is_missed_where_it_is_missing(question, sentence, missing):
    assert kind_is_missing(question, sentence) == missing


@given(question=st.sampled_from(QUESTIONS), sentence=sentences)
def test_spans_are_places_in_the_sentence_apart_from_one_another(question, sentence):
    spans = answer_spans(question, sentence)
    for span in spans:
        assert 0 <= span.start < span.end <= len(sentence)
        assert sentence[slice(*span)] == sentence[slice(*span)].strip()
    assert all(before.end <= after.start for before, after in pairwise(spans))


@given(question=st.sampled_from(QUESTIONS), sentence=sentences)
def test_what_is_marked_is_a_place_in_the_sentence(question, sentence):
    span = answer_span(question, sentence)
    assert span is None or sentence[slice(*span)].strip() == sentence[slice(*span)] != ""


@given(question=any_text, sentence=any_text)
def test_any_text_can_be_asked_of_any_text(question, sentence):
    assert all(span.end <= len(sentence) for span in answer_spans(question, sentence))
    assert kind_is_missing(question, sentence) in {0.0, 1.0}
