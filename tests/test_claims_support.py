"""The support score: claims in another language than their sentences, read by the real model."""

import pytest

from assistant.claims.support import open_support
from tests.doubles import HashEmbedder

RENT = "Der Mieter zahlt die Miete monatlich im Voraus, spätestens am dritten Werktag des Monats."
BRIDGE = "Die Brücke wurde im Jahr 1932 gebaut und 1987 wegen Rissen im Beton gesperrt."


@pytest.fixture(scope="module")
def support(packaged_embedder):
    return open_support(packaged_embedder)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The meeting begins at 8 o'clock.", "Die Sitzung beginnt um 8 Uhr."),
        ("The council meets on Monday.", "Der Rat tagt am Montag."),
    ],
)
def test_a_translation_is_supported(support, claim, evidence):
    assert support(claim, [evidence])


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The tenant has to paint the walls before moving out.", RENT),
        ("The bridge was built in 1932 by prisoners of war from the neighbouring camp.", BRIDGE),
        ("The tenant pays the rent monthly in advance, on the third working day of the month at the latest.", BRIDGE),
    ],
)
def test_what_a_sentence_does_not_say_is_not(support, claim, evidence):
    assert not support(claim, [evidence])


def test_other_models_support_nothing():
    assert open_support(HashEmbedder()) is None
