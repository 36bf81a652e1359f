"""Compounds: what they are made of, and which words are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.compounds import LONGEST, all_parts, parts
from assistant.german import lexical_fold
from assistant.lexicon import lexicon

COMPOUNDS = """
    Kündigungsfrist kundigung frist/Schulhaus schule haus/Sprachkurs sprache kurs/Bundestagswahl bundestag wahl
    Außenminister aussen minister/Krankenhaus kranke haus/Mietvertrag miete vertrag/Kinderarzt kind arzt
    Arbeitgeberverband arbeitgeber verband/Schifffahrt schiff fahrt/Schiffahrt schiff fahrt/Betttuch bett tuch
    Bettuch bett tuch/Verpackungsgesetz verpackung gesetz/Männerchor mann chor/Städtebau stadt bau
    Ärztekammer arzt kammer/Bücherregal buch regal/Großstadt gross stadt/Schwimmbad schwimm bad
    Sonnenschein sonne schein/Tageslicht tag licht/Freundeskreis freund kreis/Hundehütte hund hutte
    Straßenbahn strasse bahn/Geburtstag geburt tag/Haushaltsplan haushalt plan/Fußballspieler fussball spieler
    Lebensmittelgeschäft lebensmittel geschaft/Universitätsbibliothek universitat bibliothek
    Gesetzgebungsverfahren gesetzgebung verfahren/Friedensverhandlungen frieden verhandlung
    Zwischenbericht zwischen bericht/Gegenangriff gegen angriff/Jahreszeiten jahr zeit/Klimawandel klima wandel
    Wohnungssuche wohnung suche/Steuererklärung steuer erklarung/Tannenbaum tanne baum/Ölpreis ol preis
    Donaudampfschifffahrt donau dampf schifffahrt/Kirchturm kirche turm/Erdbeben erde beben/Zahnärzte zahn arzt
    Sicherheitsrates sicherheit rat/Mehrwertsteuer mehrwert steuer/Hauptstadt haupt stadt/Haustür haus tur
    Wasserqualität wasser qualitat/Bauernhof bauer hof/Parkplatz park platz/Hotelzimmer hotel zimmer
    Zeitungsartikels zeitung artikel/Gemüsesuppe gemuse suppe/Küchenmesser kuche messer/Bergsteiger berg steiger
    Abwasserentsorgung abwasser entsorgung/Brückenpfeiler brucke pfeiler
"""
EXPECTED = [line.split() for line in COMPOUNDS.strip().replace("\n", "/").split("/")]
LEAST_RIGHT = 0.98  # "Küchenmesser" could be one for cakes
SIMPLE = """
    Verantwortung Hamburg Merkel Freiburg Salzburg Königsberg Steinmeier Mannheim Wissenschaft Ballade Talent Buchstabe
    Regierung Generation Station Operation Information Gesellschaft Freundschaft Möglichkeit Mitteilung Unterhaltung
    Ergebnis Gebäude Kartoffel Schmetterling Interesse Spargel Elefant Familie Universität Literatur Temperatur Alkohol
    romantisch romantische gefährlich laufenden
""".split()
FIRSTS, LASTS = sorted(lexicon().first), sorted(lexicon().last)
made_up = st.tuples(st.sampled_from(FIRSTS), st.sampled_from(FIRSTS), st.sampled_from(LASTS)).map("".join)


def test_compounds_have_the_parts_that_a_reader_sees():
    found = {word: list(parts(lexical_fold(word))) for word, *_ in EXPECTED}
    wrong = {word: found[word] for word, *expected in EXPECTED if found[word] != expected}
    assert len(EXPECTED) >= 40
    assert 1 - len(wrong) / len(EXPECTED) >= LEAST_RIGHT, wrong


@pytest.mark.parametrize("word", SIMPLE)
def test_simple_words_and_names_stay_whole(word):
    assert not parts(lexical_fold(word))


@pytest.mark.parametrize("word", ["hauptstadt", "tierheim", "eisberg"])
def test_compounds_that_end_like_names_are_known(word):
    assert len(parts(word)) == 2


def test_parts_of_parts_are_found_once_each():
    assert all_parts("donaudampfschifffahrt") == ("donau", "dampf", "schifffahrt", "schiff", "fahrt")
    assert all_parts("schulschule") == ("schule",)
    assert all_parts("frist") == ()


@given(st.one_of(st.text(max_size=60), st.text("aehnrstfgmiou", max_size=60), made_up))
def test_parts_are_several_and_not_longer_than_the_word(word):
    found = parts(word)
    assert found == () or len(found) > 1
    assert all(2 <= len(part) <= len(word) for part in found)


@given(made_up)
def test_what_is_made_of_known_parts_comes_apart_up_to_a_length(word):
    assert not parts(word + "x" * LONGEST)
    assert all(part in lexicon().last for part in parts(word)[-1:])


def test_lexicon_is_folded_sorted_and_small():
    words = (*lexicon().first, *lexicon().last, *lexicon().whole, *lexicon().verbs)
    assert all(word == lexical_fold(word) for word in words)
    assert len(words) < 20_000
