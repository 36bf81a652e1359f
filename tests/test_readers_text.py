"""Plain text: UTF-8 unchanged, other encodings only where they surely are the right ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import DocumentNotText
from assistant.readers.text import decoded
from tests.strategies import plain_sentences

GERMAN = "Größere Straßen: „Übergänge“ über Öl – für 5 Euro, »ähnlich« wie § 3."
RUSSIAN = "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью. " * 3
POLISH = (
    "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni rozumem. " * 9
)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-32", "utf-8", "mac_roman"])
def test_german_is_read_in_any_usual_encoding(encoding):
    assert decoded(GERMAN.encode(encoding), "a.txt") == GERMAN


@pytest.mark.parametrize("encoding", ["cp1252", "iso-8859-15", "cp850", "mac_roman"])
@given(sentences=plain_sentences())
def test_german_sentences_are_never_read_wrongly(encoding, sentences):
    text = " ".join(sentences).replace("„", '"').replace("“", '"')
    assert decoded(text.encode(encoding), "a.txt") == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Das kostet 5 €. Die Größe zählt.", "iso-8859-15"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r")],
    ids=["euro in latin-9", "russian", "koi8"],
)
def test_other_encodings_are_told_by_their_letters(text, encoding):
    assert decoded(text.encode(encoding), "a.txt") == text


@pytest.mark.parametrize("encoding", ["cp1250", "iso8859-2", "cp852"])
def test_where_several_encodings_make_words_none_is_taken(encoding):
    with pytest.raises(DocumentNotText):
        decoded(POLISH.encode(encoding), "a.txt")


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_mark_of_byte_order_decides_and_is_left_out(mark):
    assert decoded("\ufeffRat ä.\r\n".encode(mark), "a.txt") == "Rat ä.\r\n"
    with pytest.raises(DocumentNotText):
        decoded("\ufeffRat ä.".encode(mark)[:-1], "a.txt")


@pytest.mark.parametrize(
    "content",
    [
        "Größe und Höhe, Straße ".encode() + b"\xff",
        "Gr\u00f6\u00dfe".encode() + b"\xc3",
        b"gut \xe2\x82",
        b"\xe9\xe9\xe9\xe9",
        "Größe".encode("cp1252") + b"\0",
        bytes(range(0x80, 0x100)),
    ],
    ids=["damaged", "cut off", "cut off in a sign", "no words", "zero byte", "no text"],
)
def test_what_no_encoding_surely_fits_is_refused(content):
    with pytest.raises(DocumentNotText):
        decoded(content, "a.txt")


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_refused(content):
    try:
        text = decoded(content, "a.txt")
    except DocumentNotText:
        return
    assert isinstance(text.encode(), bytes)
    assert "\0" not in text


@given(st.text(alphabet="Größe ÄÖÜß€„“–…\r\n\t", max_size=40))
def test_what_is_utf_8_is_never_read_otherwise(text):
    assert decoded(text.encode(), "a.txt") == text
