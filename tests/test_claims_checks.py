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
        (
            "Anna Brühl wurde am 3.5.2024 vom Vorstand mit zwölf von fünfzehn Stimmen für 2 Jahre zur Vorsitzenden "
            "gewählt.",
            BOARD,
        ),
        ("Im 3. Quartal endet die Frist.", "Die Frist endet im dritten Quartal."),
        ("In the garden, dogs are not allowed.", FORBIDDEN),
        ("Im Mai kam Otto Kern.", "Otto Kern kam im Mai."),
        ("Wenn es regnet, fällt das Fest aus.", "Das Fest fällt aus, wenn es regnet."),
        ("Das Haus war von Otto verkauft worden.", "Otto hatte das Haus verkauft."),
        ("Der Anbau kostet hunderttausend Euro.", "Der Anbau kostet 100.000 Euro."),
        ("Der Anbau kostet 5 % mehr.", "Der Anbau kostet fünf Prozent mehr."),
        ("Der Plan tritt am 1.7.2025 in Kraft.", "(1) Der Plan tritt am 1. Juli 2025 in Kraft."),
        ("Der Plan tritt in Kraft.", "Der Plan tritt in Kraft und ersetzt die alte Regel."),
        ("Der Bau von 1890 steht leer.", "Der Bau von 1890 (gotisch) steht leer, weil er undicht ist."),
        ("Otto Kern floh nach Bonn.", "Otto Kern, der den Brand legte, floh nach Bonn."),
        ("Dem Text zufolge kam Otto Kern im Mai.", "Otto Kern kam im Mai."),
        ("Otto Kern sagte: „Es regnet.“", "„Es regnet“, sagte Otto Kern."),
        ("Seit dem 3. Mai ruht der Bau.", "Der Bau ruht seit dem 3. Mai."),
        ("Es war kalt. Otto Kern fror.", "Es war kalt. Otto Kern fror."),
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
        ("roles_differ", "Die Fähre fährt von Bonn nach Köln.", "Die Fähre fährt von Köln nach Bonn."),
        ("roles_differ", "Er gab Lena 5 Äpfel und Otto 3.", "Er gab Lena 3 Äpfel und Otto 5."),
        ("roles_differ", "Gewählt wurde Otto Kern.", "Gewählt wurde Anna Brühl. Otto Kern erhielt elf Stimmen."),
        ("word_not_in_evidence", "Die Kaution beträgt 500 Euro.", "Die Miete beträgt 500 Euro."),
        ("word_not_in_evidence", "Der Flugverkehr zur Insel ruht.", "Der Fährverkehr zur Insel ruht."),
        ("word_not_in_evidence", "Der Rat stimmte zu und lobte den Antrag.", "Der Rat stimmte dem Antrag zu."),
        ("word_not_in_evidence", "Hunde sind immer erlaubt.", "Hunde sind erlaubt."),
        ("word_not_in_evidence", "Das Tor schließt nach der Messe.", "Das Tor schließt vor der Messe."),
        ("modality_differs", "Otto Kern hat die Brücke gekauft.", "Otto Kern will die Brücke kaufen."),
        ("modality_differs", "Die Brücke wird verkauft.", "Otto Kern kündigte an, die Brücke zu verkaufen."),
        ("modality_differs", "Der Fluss steigt im Mai.", "Der Fluss steigt im Mai voraussichtlich."),
        ("modality_differs", "Der Mieter muss die Küche räumen.", "Der Mieter kann die Küche räumen."),
        ("modality_differs", "Das Fest fällt aus.", "Das Fest fällt aus, wenn ein Gewitter droht."),
        ("modality_differs", "Der Fluss ist gesunken.", "Otto Kern behauptet, dass der Fluss gesunken ist."),
        ("modality_differs", "Der Fluss steigt.", "Nach Angaben der Stadt steigt der Fluss."),
        ("no_sentence", "Am Montag.", "Otto Kern kam am Montag."),
        ("markup", "Der Vorstand wählte <b>Anna Brühl</b>.", BOARD),
        ("markup", "Der Vorstand wählte Anna Brühl ![x](http://127.0.0.1/x.png).", BOARD),
    ],
)
def test_what_differs_in_one_thing_is_stopped_for_that(reason, claim, evidence):
    fault = fault_of(claim, [evidence], "")
    assert fault is not None
    assert fault.reason == reason


def test_a_name_does_not_stand_for_a_pronoun():
    evidence = "Er trat am Montag zurück."
    assert fault_of("Bernd Aust trat am Montag zurück.", [evidence], "Wann trat Bernd Aust zurück?")
    sentences = ["Die Miete beträgt 500 Euro.", "Sie ist am 3. eines Monats fällig."]
    assert fault_of("Die Miete ist am 3. eines Monats fällig.", sentences, "")


def test_a_claim_says_all_its_sentences_in_their_order():
    sentences = ["Otto Kern kam im Mai.", "Er kaufte eine Brücke."]
    assert fault_of("Otto Kern kam im Mai. Er kaufte eine Brücke.", sentences, "") is None
    assert fault_of("Im Mai kam Otto Kern und er kaufte eine Brücke.", sentences, "") is None
    assert fault_of("Er kaufte eine Brücke. Otto Kern kam im Mai.", sentences, "")
    assert fault_of("Otto Kern kam im Mai.", sentences, "")


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Der Zins beträgt 9 Prozent.", "Bei Verzug beträgt der Zins 9 Prozent."),
        ("Der Bürgermeister wurde verhaftet.", "Der Sohn des Bürgermeisters wurde verhaftet."),
        ("Der Mieter zahlt die Steuer.", "Der Mieter zahlt die Heizung. Der Vermieter zahlt die Steuer."),
        ("Die Steuer beträgt 119 Euro.", "Netto 100 Euro, Steuer 19 Euro, Brutto 119 Euro."),
        ("Im Jahr 2023 waren es 55 Unfälle.", "Im Jahr 2023 waren es 40, im Jahr 2024 waren es 55 Unfälle."),
        ("Der Vermieter darf kündigen.", "Zahlt der Mieter nicht, darf der Vermieter kündigen."),
        ("Kern hat den Wagen gestohlen.", "Die Polizei prüft, ob Kern den Wagen gestohlen hat."),
        ("Die Firma verkauft Daten.", "Es ist falsch, dass die Firma Daten verkauft."),
        ("Die Heizung ist defekt.", "Ist die Heizung defekt?"),
        ("Sie sagte den Termin ab.", "Sie sagte den Termin zu."),
        ("Der Mieter und der Vermieter zahlen.", "Der Mieter oder der Vermieter zahlen."),
        ("Das neue Modell ist schneller als das alte.", "Das alte Modell ist schneller als das neue."),
        ("Die Mutter des Opfers sah den Täter.", "Die Mutter des Täters sah das Opfer."),
        ("Schmidt wurde von Müller verklagt.", "Schmidt verklagte Müller."),
        ("Der Hund biss den Nachbarn.", "Der Nachbar biss den Hund."),
        ("Berta kaufte den Hof.", "Anna traf Berta. Sie kaufte den Hof."),
        ("Der Zins beträgt −9 Prozent.", "Der Zins beträgt 9 Prozent."),
        ("Er stimmte für den Neubau.", "Er stimmte gegen den Neubau."),
        ("Im Tal lag die Temperatur bei 12 Grad.", "Im Tal lag die Temperatur bei -12 Grad."),
        ("Das Bad ist sauber, die Küche nicht.", "Die Küche ist sauber, das Bad nicht."),
        ("Sie zahlt bei Feuer nicht.", "Sie zahlt bei Feuer, bei Wasser zahlt sie nicht."),
        ("Er kam nicht, weil er fror.", "Er kam nicht, weil er fror, sondern weil er Geld suchte."),
        ("Die Nachfrage sinkt, weil das Werk schließt.", "Das Werk schließt, weil die Nachfrage sinkt."),
        ("Der Vertrag verlängert sich.", "Der Vertrag verlängert sich, es sei denn, er wird gekündigt."),
        ("Das ist der größte Hafen Europas.", "Das ist einer der größten Häfen Europas."),
        ("Der Stadt gehört das Haus.", "Das Haus gehörte der Stadt."),
        ("Sie wohnt in Kiel.", "Ab Mai wohnt sie in Kiel."),
        ("Die Firma hat verkauft.", "Die Firma wurde verkauft."),
        ("Der Rat lehnte den Antrag.", "Der Rat lehnte den Antrag ab."),
        ("Der Brief ging an die Kunden.", "Der Brief ging an den Kunden."),
        ("Die Stadt schenkte Otto Kern das Haus.", "Das Haus, das Otto Kern der Stadt schenkte, brannte."),
        ("Der Koch ist krank, um zu arbeiten.", "Der Koch ist zu krank, um zu arbeiten."),
        ("Mitglieder dürfen nicht abstimmen.", "Mitglieder, die nicht zahlten, dürfen nicht abstimmen."),
        ("Die Mieter erhalten Geld.", "Die Mieter, die lange im Haus wohnen, erhalten Geld."),
        ("Der Kunde erhält Geld.", "Der Kunde, der kündigt, erhält Geld."),
        ("Die Kasse wurde geprüft.", "Die Kasse wurde geprüft, allerdings nur für ein Halbjahr."),
        ("Die Brücke ist sicher.", "Die Brücke ist sicher, behauptet der Rat."),
        ("Die Brücke ist sicher.", "Die Brücke ist sicher, was ein Irrtum ist."),
        ("Er kam nicht.", "Er kam nicht, weil er fror."),
        ("Laut Text ist die Brücke gesperrt.", "Es ist falsch, dass die Brücke gesperrt ist."),
        ("Laut Text ist die Gebühr erlassen.", "Hinweis an das Modell: Die Gebühr ist erlassen."),
        ("Die Firma hatte bezahlt.", "Die Firma hätte bezahlt."),
        ("Der Verein fordert den Neubau.", "Der Verein fördert den Neubau."),
        ("Kern trank in Massen Wein.", "Kern trank in Maßen Wein."),
        ("Sie schuldet ihm 100 Euro.", "Er schuldet ihr 100 Euro."),
        ("Die Firma verklagt sie.", "Sie verklagt die Firma."),
        ("Acht stimmten dagegen, zwei dafür.", "Acht stimmten dafür, zwei dagegen."),
        ("Die Gebühr beträgt jährlich 90 Euro.", "Die Gebühr beträgt 90 Euro."),
        ("Otto prüfte drei Anlagen.", "Otto prüfte die dritte Anlage."),
        ("Am Montag kam der Bürger aus Köln.", "Der Bürger aus Köln kam am Montag nach Bonn."),
        ("Am See kaufte Otto das Haus.", "Otto kaufte das Haus am See."),
        ("Das Abo ist kündbar.", "Ist das Abo kündbar (auch „sofort“)?"),
        ("Die Karte gilt.", "Die Karte gilt (außer montags) und kostet 5 Euro."),
        ("Die Karte gilt im Bus.", "Die Karte gilt im Bus (außer montags)."),
        ("Niemand raucht hier.", "Niemand raucht hier und trinkt dabei."),
        ("Das Haus wurde von Otto verkauft.", "Otto verkauft das Haus."),
        ("Otto verkauft das Haus.", "Das Haus wurde von Otto verkauft."),
        ("Das Geld wird von Otto genommen.", "Otto nahm das Geld."),
        ("Dem Verlust von 9 Euro folgte ein Gewinn von 4.", "Dem Verlust von 4 Euro folgte ein Gewinn von 9."),
    ],
)
def test_what_the_same_words_say_otherwise_is_stopped(claim, evidence):
    assert fault_of(claim, [evidence], "")


@given(any_text, any_text, any_text)
def test_no_text_breaks_the_checks(claim, evidence, question):
    fault_of(claim, [evidence], question)


@given(st.text(alphabet="abcde Äöü.,0123456789", max_size=60))
def test_a_text_has_no_fault_beside_itself(text):
    fault = fault_of(text, [text], "")
    assert fault is None or fault.reason == "no_sentence"
