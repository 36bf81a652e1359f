"""Which sentences lean on the one before them, and which stand alone."""

import pytest
from hypothesis import given

from assistant.anaphora import stands_alone
from assistant.sentences import display_form
from tests.strategies import any_text

LEANING = {
    "pronoun": """
        Er wurde 1950 geboren.
        Sie könnte den Streitkräften schaden.
        Sie können schaden.
        „Er ist gefährlich“, sagte Rubio.
        Es wurde 1990 gebaut.
        Es ist nicht unser Krieg.
        Seine Frau starb 1920.
        Ihr Sprecher bestand darauf.
        Beide einigen sich.
        He was the first to say so.
        They left.
        Its capital is Rome.
        It was moved to Paris in 1990.
    """,
    "pronoun within the first clause": """
        1989 erhielt er den Preis.
        In Berlin traf sie Albert Einstein.
        Als er starb, war das Werk fertig.
        In 1989, he moved to Berlin.
        Yesterday he left.
    """,
    "demonstrative": """
        Das wäre eine enorme Herausforderung.
        Das bedeutete für Rom den Untergang.
        Dieser Schritt war falsch.
        Dies ist falsch.
        Aus diesem Grund endet die Frist.
        Solche Fälle sind selten.
        This is new.
        In this case, the rent rises.
        Those years were good.
    """,
    "connective": """
        Dort steht ein Haus.
        Deshalb steigt die Miete.
        Damit endet der Vertrag.
        Da kam der Vermieter.
        Dazu gehören Hunde und Katzen.
        Darüber entscheidet der Vorstand.
        Therefore the rent rises.
    """,
    "what is added": """
        „Der Präsident hat 87 Tage gearbeitet“, fügte Rubio hinzu, während es weitergeht.
        Rubio fügte in Paris hinzu, dass Trump wartet.
        „Trump wartet“, ergänzte Rubio.
        “We will leave,” Rubio added.
    """,
    "end of a quotation": """
        Die Länder ziehen sich zurück“, sagte Vance.
        Die Länder ziehen sich zurück", sagte Vance.
        Die Länder« und „Vance“.
        The countries leave,” said Vance.
    """,
}
ALONE = {
    "own subject": """
        Die Miete steigt.
        Putin könnte es später bedauern, die Gelegenheit verpasst zu haben.
        Doch die Zeit in Washington scheint zu schwinden.
        Nach dem Essen ging Luther nach Hause.
        The president left.
    """,
    "pronoun with a referent": """
        Rubio sagte, er werde kommen.
        Rubio sagte, dass sie kommen.
        Rubio said he would leave.
        When Rubio left, he was tired.
    """,
    "pronoun of nothing": """
        Es gibt drei Zimmer.
        Es scheint, dass ein Spielraum besteht.
        Es regnet.
        Es kamen drei Gäste.
        Es ist sicher, dass Rubio kommt.
        Es gelang, den Krieg zu beenden.
        It seems that Rubio left.
        It is possible to leave.
    """,
    "the reader": "Sie müssen Ihre Fahrräder in den Keller stellen.",
    "article": """
        Das Haus ist alt.
        Das neue Haus ist alt.
        Das geplante Treffen fand statt.
        Das seit 1990 geltende Gesetz endet.
        Das fast neue Haus steht leer.
    """,
    "the document itself": """
        Dieser Vertrag gilt ab Mai.
        Diese Hausordnung gilt für alle Mieter.
        This agreement ends in May.
    """,
    "what points ahead": """
        Dafür, dass die Miete steigt, gibt es Gründe.
        Those who smoke pay.
        Jene, die rauchen, zahlen.
        Both the tenant and the landlord pay.
    """,
    "conjunction": """
        Da der Mieter kündigt, endet der Vertrag.
        Damit der Motor läuft, braucht der Wagen Öl.
        Seitdem die Miete steigt, ist das Haus leer.
        Darüber hinaus gilt die Satzung.
    """,
    "what is added to something": "Man fügt dem Teig Zucker hinzu.",
    "whole quotation": """
        „Wir müssen weitermachen“, erklärte Rubio.
        “We have to go on,” said Rubio.
        "We have to go on," said Rubio.
        »Weiter«, sagte Rubio (und „Weiter“ sagte Vance).
        „Wir müssen weitermachen.
        Der Bildschirm misst 27".
    """,
}


def sentences(of: dict[str, str]) -> list[str]:
    return [line.strip() for lines in of.values() for line in lines.strip().splitlines()]


@pytest.mark.parametrize("sentence", sentences(LEANING))
def test_a_sentence_that_needs_the_one_before_leans(sentence):
    assert not stands_alone(sentence)


@pytest.mark.parametrize("sentence", sentences(ALONE))
def test_a_sentence_that_needs_no_other_stands_alone(sentence):
    assert stands_alone(sentence)


@given(any_text)
def test_any_text_is_one_or_the_other(text):
    assert stands_alone(display_form(text)) in (True, False)
