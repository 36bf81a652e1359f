"""The German analyser: text to the terms of lexical search, and which of two languages a question is in."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeVar

from assistant.compounds import all_parts, noun
from assistant.lexicon import lexicon
from assistant.numerals import NUMBER, OTHER_MONTHS, in_one_spelling, number_of, number_parts
from assistant.records import Language
from assistant.verbs import infinitive

if TYPE_CHECKING:
    from Stemmer import Stemmer

_Found = TypeVar("_Found")

WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?", re.UNICODE)

# Articles, pronouns, prepositions, conjunctions, auxiliary verbs, some adverbs, and the words that ask.
QUESTION_WORDS_DE = frozenset(
    """wer wen wem wessen was wo woher wohin wann warum wieso weshalb weswegen wie wieviel wieviele welche welchem
    welchen welcher welches womit wofür worüber woran worin worum wodurch wozu wovon gibt bitte sage nenne
    nenn""".split()
)
QUESTION_WORDS_EN = frozenset("who whom whose what where when why how which much many please tell does did do".split())
STOP_WORDS_DE = QUESTION_WORDS_DE | frozenset(
    """der die das den dem des ein eine einem einen einer eines kein keine keinem keinen keiner keines
    ich du er sie es wir ihr mich dich ihn uns euch mir dir ihm ihnen sich man selbst einander etwas nichts
    mein meine meinem meinen meiner meines dein deine deinem deinen deiner deines sein seine seinem seinen seiner seines
    ihre ihrem ihren ihrer ihres unser unsere unserem unseren unserer unseres euer eure eurem euren eurer eures
    dies diese diesem diesen dieser dieses jene jenem jenen jener jenes jede jedem jeden jeder jedes jedoch
    manche manchem manchen mancher manches solche solchem solchen solcher solches alle allem allen aller alles
    andere anderem anderen anderer anderes anders einige einigem einigen einiger einiges viel viele vielen vieler
    derselbe dieselbe dasselbe denselben demselben desselben derselben dieselben dessen deren denen derer
    an am ans auf aufs aus außer bei beim bis durch für gegen hinter in im ins mit nach neben ohne seit über um unter
    vom von vor während wegen zu zum zur zwischen
    und oder aber denn sondern doch als wenn weil dass daß ob damit indem obwohl bevor nachdem sowie sowohl weder noch
    entweder falls sobald so also dann da dort hier hin her nun jetzt nur auch noch nicht schon sehr etwa bereits mehr
    wieder einmal immer zwar sonst weg weiter dabei dadurch dafür dagegen daher daran darauf daraus darin darüber davon
    dazu
    bin bist ist sind seid war warst waren wart gewesen sei seien wäre wären hab habe haben hast hat habt hatte hatten
    hätte hätten gehabt werde werden wirst wird werdet wurde wurden würde würden worden geworden kann kannst können
    könnt konnte konnten könnte könnten muss musst müssen musste mussten müsste darf darfst dürfen durfte durften dürfte
    soll sollst sollen sollte sollten will willst wollen wollte wollten mag mögen mochte möchte möchten lassen lässt
    machen""".split()
)
STOP_WORDS_EN = QUESTION_WORDS_EN | frozenset(
    """a an the this that these those some any each both few more most other such same own all no nor not only so than
    too very just again further once here there now then
    i you he she it we they me him her us them my your his its our their mine yours hers ours theirs myself yourself
    himself herself itself ourselves yourselves themselves
    about above after against at before below between by down during for from in into of off on out over through to
    under until up upon with without within
    and or but if because as while although though whether
    am is are was were be been being have has had having doing done can could may might must shall should will would
    isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't can't couldn't won't wouldn't shouldn't it's
    that's what's who's""".split()
)


def words(text: str) -> list[str]:
    """The words and numbers of `text`, case-folded, ß written ss; parts of hyphenated words stand alone.

    >>> words("Die US-Straße kostet 1.234,56 Euro.")
    ['die', 'us', 'strasse', 'kostet', '1.234,56', 'euro']
    """
    return WORD.findall(folded(text))


def folded(text: str) -> str:
    """`text` in Unicode NFKC without case: "ﬁnale Größe" is "finale grösse"."""
    return unicodedata.normalize("NFKC", text).casefold()


def is_function_word(word: str) -> bool:
    """Whether a word carries grammar rather than meaning; English ones in capitals stand for something else.

    >>> is_function_word("Wer"), is_function_word("us"), is_function_word("US")
    (True, True, False)
    """
    letters = folded(word)
    is_name = len(word) > 1 and word.isupper() and letters not in _GERMAN_FUNCTION_WORDS
    return letters in _FUNCTION_WORDS and not is_name


@lru_cache(1 << 16)
def is_common_noun(word: str) -> bool:
    """Whether a capitalised word is a noun that the lexicon knows or can take apart, rather than a name.

    >>> is_common_noun("Ausschüssen"), is_common_noun("US-Außenminister"), is_common_noun("Rubio")
    (True, True, False)
    """
    last = lexical_fold(word).rpartition("-")[2]
    if last.endswith(_ENDINGS_OF_NOUNS) or noun(last, lexicon()):
        return True
    parts = all_parts(last)
    return bool(parts) and parts[-1] != "land"  # Deutschland, Russland


_ENDINGS_OF_NOUNS = tuple(
    "ung ungen heit heiten keit keiten schaft schaften tion tionen tat taten ismus mus nis nisse".split()
)


def language_of(question: str) -> Language:
    """The language of a question: that of most of its function words, or of the first; else German.

    >>> language_of("Who said so in Paris?"), language_of("Rubio Alter"), language_of("Was war in Paris?")
    ('en', 'de', 'de')
    """
    asked = words(question)
    is_english = [word in STOP_WORDS_EN for word in asked if (word in STOP_WORDS_EN) != (word in STOP_WORDS_DE)]
    english, german = is_english.count(True), is_english.count(False)
    return "en" if english > german or (english == german and is_english[:1] == [True]) else "de"


_GERMAN_FUNCTION_WORDS = frozenset(folded(word) for word in STOP_WORDS_DE)
_FUNCTION_WORDS = _GERMAN_FUNCTION_WORDS | STOP_WORDS_EN


# --- terms -------------------------------------------------------------------------------------------------------

TOKEN = re.compile(rf"{NUMBER.pattern}|[^\W\d_][^\W_]*(?:[-'’][^\W_]+)*")
_GENITIVE = re.compile("['’]s$", re.IGNORECASE)
_PIECE = re.compile(r"\d+|[^\W\d_]+")
_UNSEEN = dict.fromkeys([0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF])  # soft hyphens, joiners, marks of direction
_HYPHENS = dict.fromkeys([0x2010, 0x2011], "-")
_LETTERS = {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ı": "i", "œ": "oe", "æ": "ae"}
_SPELLINGS = str.maketrans(_LETTERS) | _UNSEEN | _HYPHENS
_FOOTNOTE = re.compile("(?<=\\d)[¹²³⁰⁴-⁹]+")  # NFKC would make them digits of the number
_ACCENT = re.compile("[\u0300-\u036f]+")
_TRANSCRIBED = re.compile("(?<![aeiouq])([aou])e")


def terms(text: str) -> list[str]:
    """The terms that lexical search compares, each word's stem twice and its parts once: a part weighs half.

    Words that carry no meaning are left out, unless there is no other.

    >>> terms("Welche Verträge gibt es?"), terms("Die Kündigungsfrist")
    (['vertrag', 'vertrag'], ['kundigungsfrist', 'kundigungsfrist', 'kundig', 'frist'])
    """
    tokens = TOKEN.findall(in_one_spelling(plain(text)))
    content = [token for token in tokens if not _is_function_token(token)]
    found = [term for token in content or tokens for term in _terms_of(token)]
    return found or words(text)


def lexical_fold(text: str) -> str:
    """`text` without case, umlauts and accents: "Größe" is "grosse". "Groesse" stays as it is."""
    return plain(text).casefold()


def plain(text: str) -> str:
    """`text` in Unicode NFKC without umlauts, accents and what is not seen; its case is kept."""
    composed = unicodedata.normalize("NFKC", _FOOTNOTE.sub(" ", text)).translate(_SPELLINGS)
    return _ACCENT.sub("", unicodedata.normalize("NFD", composed))


def _is_function_token(token: str) -> bool:
    """Whether a plain token carries grammar only. "IT" and "WHO" do not, as capitals; English words alone are so."""
    word = token.casefold()
    if token.isupper() and word not in _GERMAN_TOKENS:
        return False
    return word in _FUNCTION_TOKENS or _TRANSCRIBED.sub(r"\1", word) in _GERMAN_TOKENS


@lru_cache(1 << 16)
def _terms_of(token: str) -> tuple[str, ...]:
    """The terms of a token: of the whole, of the pieces between its hyphens, of the parts of each."""
    if NUMBER.fullmatch(token):
        return (token, token)
    pieces = _PIECE.findall(_GENITIVE.sub("", token))
    whole = "".join(pieces).casefold()
    if digits := _first(number_of, whole):
        return (digits, digits)
    meant = [piece.casefold() for piece in pieces if not _is_function_token(piece)]
    parts = [part for piece in meant for part in (piece, *_parts_of(piece)) if part != whole]
    whole = OTHER_MONTHS.get(whole) or _first(infinitive, whole) or whole
    return tuple(_stemmer().stemWords([whole, whole, *parts]))


def _parts_of(word: str) -> tuple[str, ...]:
    return _first(number_parts, word) or _first(all_parts, word) or ()


def _first(found_in: Callable[[str], _Found], word: str) -> _Found:
    """What is found in `word`, or else in it with ä, ö, ü for ae, oe, ue, the marks left out."""
    return found_in(word) or found_in(_TRANSCRIBED.sub(r"\1", word))


_GERMAN_TOKENS = frozenset(lexical_fold(word) for word in STOP_WORDS_DE)
_FUNCTION_TOKENS = _GERMAN_TOKENS | STOP_WORDS_EN


@cache
def _stemmer() -> "Stemmer":
    from Stemmer import Stemmer

    return Stemmer("german")
