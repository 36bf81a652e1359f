"""The German analyser: text to the terms of lexical search, and which of two languages a question is in."""

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from bm25s.stopwords import STOPWORDS_EN_PLUS, STOPWORDS_GERMAN

from assistant.records import Language

if TYPE_CHECKING:
    from Stemmer import Stemmer

WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?", re.UNICODE)
QUESTION_WORDS_DE = frozenset(
    """wer wen wem wessen was wo woher wohin wann warum wieso weshalb weswegen wie wieviel wieviele welche welchem
    welchen welcher welches womit wofür worüber woran worin worum wodurch wozu wovon gibt bitte sage nenne
    nenn""".split()
)
QUESTION_WORDS_EN = frozenset("who whom whose what where when why how which much many please tell does did do".split())
STOP_WORDS_DE = frozenset(STOPWORDS_GERMAN) | QUESTION_WORDS_DE
STOP_WORDS_EN = frozenset(STOPWORDS_EN_PLUS) | QUESTION_WORDS_EN


def words(text: str) -> list[str]:
    """The words and numbers of `text`, case-folded, ß written ss; parts of hyphenated words stand alone.

    >>> words("Die US-Straße kostet 1.234,56 Euro.")
    ['die', 'us', 'strasse', 'kostet', '1.234,56', 'euro']
    """
    return WORD.findall(folded(text))


def folded(text: str) -> str:
    """`text` in Unicode NFKC without case: "ﬁnale Größe" is "finale grösse"."""
    return unicodedata.normalize("NFKC", text).casefold()


def terms(text: str) -> list[str]:
    """The terms that lexical search compares: stems of the words that carry meaning, or of all if none does.

    >>> terms("Welche Verträge gibt es?"), terms("Wer ist das?")
    (['vertrag'], ['wer', 'ist', 'das'])
    """
    all_words = words(text)
    stems: list[str] = _stemmer().stemWords(content_words(all_words) or all_words)
    return stems


def content_words(folded: list[str]) -> list[str]:
    """Those of some words that are neither stop words nor question words, German or English."""
    return [word for word in folded if not is_function_word(word)]


def is_function_word(word: str) -> bool:
    """Whether a case-folded word carries grammar rather than meaning."""
    return word in _FUNCTION_WORDS


def language_of(question: str) -> Language:
    """The language of a question: that of most of its function words, or of the first; else German.

    >>> language_of("Who said so in Paris?"), language_of("Rubio Alter"), language_of("Was war in Paris?")
    ('en', 'de', 'de')
    """
    asked = words(question)
    is_english = [word in STOP_WORDS_EN for word in asked if (word in STOP_WORDS_EN) != (word in STOP_WORDS_DE)]
    english, german = is_english.count(True), is_english.count(False)
    return "en" if english > german or (english == german and is_english[:1] == [True]) else "de"


_FUNCTION_WORDS = frozenset(folded(word) for word in STOP_WORDS_DE | STOP_WORDS_EN)


@cache
def _stemmer() -> "Stemmer":
    from Stemmer import Stemmer

    return Stemmer("german")
