"""The checks of a claim's wording beside its sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.claims.checks import fault_of
from tests.strategies import any_text

BOARD = "Der Vorstand wählte Anna Brühl am 3. Mai 2024 mit 12 von 15 Stimmen für zwei Jahre zur Vorsitzenden."
RENT = "Der Mieter zahlt dem Vermieter monatlich 1.234,56 Euro, aber höchstens 30 Prozent seines Einkommens."
FORBIDDEN = "Hunde sind im Garten nicht erlaubt, Katzen dürfen hinein."
SAID = "„Wir kaufen die Brücke“, sagte Otto Kern, und Lena Voss erklärte, sie wisse davon nichts."
TERM = "Die Frist beträgt 30 Tage und endet im dritten Quartal."


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        (BOARD, BOARD),
        ("Am 3.5.2024 wurde Anna Brühl mit zwölf von fünfzehn Stimmen zur Vorsitzenden gewählt.", BOARD),
        ("Anna Brühl wurde für 2 Jahre gewählt.", BOARD),
        ("Monatlich zahlt der Mieter 1234,56 € an den Vermieter.", RENT),
        ("Höchstens dreißig Prozent des Einkommens zahlt der Mieter.", RENT),
        ("Im Garten sind keine Hunde erlaubt.", FORBIDDEN),
        ("Katzen dürfen in den Garten.", FORBIDDEN),
        ("Laut Otto Kern kaufen sie die Brücke.", SAID),
        ("Es gilt eine 30-tägige Frist.", TERM),
        ("Sie endet im 3. Quartal.", TERM),
        ("Das Verfahren ist nicht möglich.", "Das Verfahren ist unmöglich."),
        ("In the garden, dogs are not allowed.", FORBIDDEN),
    ],
)
def test_what_says_the_same_otherwise_passes(claim, evidence):
    assert fault_of(claim, [evidence], "") is None


@pytest.mark.parametrize(
    ("reason", "claim", "evidence"),
    [
        ("number_not_in_evidence", "Anna Brühl erhielt 13 von 15 Stimmen.", BOARD),
        ("number_not_in_evidence", "Anna Brühl wurde am 3. Juni 2024 gewählt.", BOARD),
        ("number_not_in_evidence", "Anna Brühl wurde für zwei Monate gewählt.", BOARD),
        ("number_not_in_evidence", "Der Mieter zahlt 1.234,56 Dollar.", RENT),
        ("number_not_in_evidence", "Er zahlt mindestens 30 Prozent seines Einkommens.", RENT),
        ("number_not_in_evidence", "Er zahlt 30 Prozent seines Einkommens.", RENT),
        ("number_not_in_evidence", "Die Frist beträgt 30 Wochen.", TERM),
        ("number_not_in_evidence", "Sie endet im vierten Quartal.", TERM),
        ("negation_differs", "Hunde sind im Garten erlaubt.", FORBIDDEN),
        ("negation_differs", "Katzen dürfen nicht hinein.", FORBIDDEN),
        ("negation_differs", "Das Verfahren ist möglich.", "Das Verfahren ist unmöglich."),
        ("negation_differs", "Cats and dogs may enter the garden.", "Hunde dürfen nicht in den Garten."),
        ("name_not_in_evidence", "Der Vorstand wählte Karla Brühl.", BOARD),
        ("name_not_in_evidence", "Der Vorstand wählte Anna Brühl in Kassel.", BOARD),
        ("roles_differ", "Der Vermieter zahlt dem Mieter monatlich 1.234,56 Euro.", RENT),
        (
            "roles_differ",
            "„Wir kaufen die Brücke“, sagte Lena Voss.",
            "„Wir kaufen die Brücke“, sagte Otto Kern zu Lena Voss.",
        ),
        ("markup", "Der Vorstand wählte <b>Anna Brühl</b>.", BOARD),
        ("markup", "Der Vorstand wählte Anna Brühl ![x](http://127.0.0.1/x.png).", BOARD),
    ],
)
def test_what_differs_in_one_thing_is_stopped_for_that(reason, claim, evidence):
    fault = fault_of(claim, [evidence], "")
    assert fault is not None
    assert fault.reason == reason


def test_a_name_of_the_question_may_be_said():
    evidence = "Er trat am Montag zurück."
    assert fault_of("Bernd Aust trat am Montag zurück.", [evidence], "")
    assert fault_of("Bernd Aust trat am Montag zurück.", [evidence], "Wann trat Bernd Aust zurück?") is None


def test_several_sentences_count_together():
    sentences = ["Die Miete beträgt 500 Euro.", "Sie ist am 3. eines Monats fällig."]
    assert fault_of("Die Miete von 500 Euro ist am 3. fällig.", sentences, "") is None
    assert fault_of("Die Miete von 500 Euro ist am 3. fällig.", sentences[:1], "")


@given(any_text, any_text, any_text)
def test_no_text_breaks_the_checks(claim, evidence, question):
    fault_of(claim, [evidence], question)


@given(st.text(alphabet="abcde Äöü.,0123456789", max_size=60))
def test_a_text_has_no_fault_beside_itself(text):
    assert fault_of(text, [text], "") is None
