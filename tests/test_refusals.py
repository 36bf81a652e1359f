"""What a refusal says, by its reason."""

from typing import get_args

import pytest

from assistant.records import RefusalReason
from assistant.refusals import REFUSED, refusal_reason, refusal_text


def test_each_reason_has_words():
    assert set(REFUSED) == set(get_args(RefusalReason))


@pytest.mark.parametrize(
    ("missing", "language", "text"),
    [
        ((), "de", "Das geht aus den Dokumenten nicht hervor."),
        ((), "en", "The documents do not say."),
        (("Rücktritt",), "de", "In den Dokumenten kommt nicht vor: „Rücktritt“."),
        (("Bonn", "Mai"), "en", "The documents do not mention: “Bonn”, “Mai”."),
        (("{words}",), "de", "In den Dokumenten kommt nicht vor: „{words}“."),
        (("a\u202eb\nc",), "de", "In den Dokumenten kommt nicht vor: „ab c“."),
    ],
)
def test_a_refusal_says_why(missing, language, text):
    assert refusal_text(refusal_reason(missing, 0.2), missing, language) == text


def test_what_is_likely_is_not_said_to_be_missing():
    assert refusal_reason(("Mai",), 0.5) == refusal_reason((), 0.9) == "not_sure_enough"
    assert "nicht sicher genug" in refusal_text("not_sure_enough", (), "de")
