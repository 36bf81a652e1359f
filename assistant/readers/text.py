"""Plain text, in UTF-8 unchanged, in other encodings where one of them surely is the right one."""

import codecs
import re
from pathlib import Path

from assistant.errors import DocumentNotText
from assistant.limits import Limits
from assistant.readers.base import BINARY, Extract

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),  # after UTF-32, whose mark begins with this one
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WESTERN = ("cp1252", "iso-8859-15", "cp850", "mac_roman")
GERMAN = "äöüß"
OTHER_LETTERS = "àáâãåæçèéêëìíîïñòóôõøœùúûýÿšž"
OPENING, CLOSING = "„‚“‘«»‹›¿¡", "“”‘’»«›‹…"
INSIDE_WORDS = "’‘–—·"
SPACES = "\u00a0\u00ad"
BEHIND_WORDS = "²³°"
SIGNS = OPENING + CLOSING + INSIDE_WORDS + BEHIND_WORDS + "•§€£¹½¼¾×±©®™†"
PLAUSIBLE = 0.75  # least share of the letters and signs beyond ASCII that stand where such ones do
OTHER_LETTER = 0.5  # what such a letter counts for: rarer in German, commoner where the encoding is a wrong one
SAMPLE = 100_000  # bytes by which other encodings are told
COHERENT = 0.3  # least share of a text's letters that are as frequent as in a language of its encoding
AHEAD = 0.2  # how much larger that share is than with any other encoding
LEAST_FOREIGN = 30  # bytes beyond ASCII that it takes to tell one


def read(file: Path, name: str, limits: Limits) -> Extract:
    """The file decoded, and otherwise unchanged. Raises DocumentNotText, naming the byte that does not fit."""
    return Extract(text=decoded(file.read_bytes(), name))


def decoded(content: bytes, name: str, encodings: tuple[str, ...] = ()) -> str:
    """The text of `content`: by its mark, by those of `encodings` that fit, in UTF-8, or in what it surely is.

    Raises DocumentNotText.
    """
    try:
        marked = next((encoding for mark, encoding in MARKS if content.startswith(mark)), None)
        text = content.decode(marked) if marked else _first_that_fits(content, encodings) or content.decode("utf-8")
    except UnicodeDecodeError as error:
        guessed = None if marked else _guessed(content, error)
        if guessed is None:
            raise DocumentNotText(name, byte=error.start) from error
        return guessed
    if binary := BINARY.search(text):
        raise DocumentNotText(name, byte=len(text[: binary.start()].encode(marked or "utf-8")))
    return text


def _first_that_fits(content: bytes, encodings: tuple[str, ...]) -> str | None:
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return None


def _guessed(content: bytes, error: UnicodeDecodeError) -> str | None:
    """The text of what is not UTF-8; None where it may be damaged UTF-8, or no encoding surely fits."""
    halfway = content.decode("utf-8", "replace")
    beyond_ascii = len(re.sub(r"[\x00-\x7f]", "", halfway))
    is_damaged_utf8 = 2 * halfway.count("\ufffd") <= beyond_ascii or (
        error.reason == "unexpected end of data" and error.end - error.start > 1
    )
    if is_damaged_utf8 or BINARY.search(content.decode("latin-1")):
        return None
    texts = [text for text in (_first_that_fits(content, (one,)) for one in WESTERN) if text]
    best = max(texts, key=_plausibility, default=None)
    return best if best is not None and _plausibility(best) >= PLAUSIBLE else _foreign(content)


def _plausibility(text: str) -> float:
    """The share of the letters and signs beyond ASCII that stand where such ones do in German, 0 to 1."""
    found = [*re.finditer(r"[^\x00-\x7f]", text)]
    weights = (
        _weight(match.group(), text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1])
        for match in found
    )
    return sum(weights) / len(found) if found else 0.0


def _weight(sign: str, before: str, after: str) -> float:
    """1 for a letter or sign that may stand between these two, 0 for one that may not."""
    if sign.lower() in GERMAN + OTHER_LETTERS:
        is_small_inside = sign.islower() and (before.isalpha() or after.isalpha())
        is_capital_first = sign.isupper() and not before.islower() and after.isalpha()
        return (is_small_inside or is_capital_first) * (1.0 if sign.lower() in GERMAN else OTHER_LETTER)
    opens = sign in OPENING and not before.isalpha() and not after.isspace()
    closes = sign in CLOSING and not before.isspace() and not after.isalpha()
    stands_free = sign in SIGNS.replace("„", "") and not before.isalpha() and not after.isalpha()
    follows = sign in BEHIND_WORDS and not after.isalpha()
    if sign in SPACES:
        return 0.5
    return float(opens or closes or stands_free or follows or sign in INSIDE_WORDS)


def _foreign(content: bytes) -> str | None:
    """The text in an encoding of other languages, where their letters are as frequent in it as they should be."""
    if len(re.findall(rb"[\x80-\xff]", content[:SAMPLE])) < LEAST_FOREIGN:
        return None
    from charset_normalizer import from_bytes

    best, *others = [*from_bytes(content[:SAMPLE])] or [None]
    if best is None or best.coherence < COHERENT:
        return None
    rivals = [one.coherence for one in others if str(one) != str(best)]
    if rivals and max(rivals) > best.coherence - AHEAD:  # as among the encodings of Central Europe
        return None
    text = _first_that_fits(content, (best.encoding,))
    return None if text is None or re.search("[\x80-\x9f]", text) else text
