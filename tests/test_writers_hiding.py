"""Keys that come back: whole or in pieces, in any spelling, nothing of them is shown."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.writers.hiding import HIDDEN, LEAST, Secrets

KEYS = st.text("abcAB12-_", min_size=LEAST, max_size=40)
OTHERS = st.text("xyz ÄÖ.,\n", max_size=30)


@given(KEYS, OTHERS, OTHERS, st.sampled_from(["", " ", "\u200b", "\u00ad"]))
def test_a_key_is_hidden_wherever_it_stands(key, before, behind, between):
    text = before + between.join(key) + behind
    assert Secrets(key).hidden_in(text) == before + HIDDEN + behind


@given(KEYS, OTHERS, OTHERS)
def test_of_a_key_in_pieces_no_piece_is_shown(key, before, behind):
    secrets, text = Secrets(key), before + key + behind
    for end in range(len(text) + 1):
        shown = secrets.hidden_so_far(text[:end])
        assert (before + HIDDEN + behind).startswith(shown)
    assert secrets.hidden_so_far(text) == before + HIDDEN + behind


@given(OTHERS)
def test_other_text_stays_as_it_is(text):
    assert Secrets("sk-secret-1234", "", "kurz").hidden_in(text) == text
    assert Secrets().hidden_so_far(text + "kurz") == text + "kurz"


def test_a_key_that_is_cut_off_is_hidden_as_far_as_it_goes():
    assert Secrets("sk-secret-1234").hidden_in("Er heißt sk-secr") == f"Er heißt {HIDDEN}"
    assert Secrets("sk-secret-1234").hidden_in("Er ist ein s") == "Er ist ein s"
    assert Secrets("sk-secret-1234", "passwort").hidden_so_far("das pass") == "das "
