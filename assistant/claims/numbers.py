"""Numbers, dates and shares of a claim beside those of its evidence: value, unit and bound."""

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from assistant.german import is_function_word, language_of, plain, terms
from assistant.numerals import MONTHS, NUMBER, OTHER_MONTHS, in_one_spelling, number_of, number_parts

_TOKEN = re.compile(rf"{NUMBER.pattern}|[^\W\d_]+")
SCALES = {
    "tausend": 10**3, "tsd": 10**3, "thousand": 10**3,
    "mio": 10**6, "million": 10**6, "millionen": 10**6, "millions": 10**6,
    "mrd": 10**9, "milliarde": 10**9, "milliarden": 10**9, "billion": 10**9, "billionen": 10**12, "dutzend": 12,
    "hundert": 100, "hundred": 100,
}  # fmt: skip
_VULGAR = {"½": ",5", "¼": ",25", "¾": ",75"}
_VULGAR_FRACTION = re.compile(r"(\d*)\s?([½¼¾])")
_PARTS = {
    "halfte": 2, "half": 2, "drittel": 3, "dritteln": 3, "viertel": 4, "vierteln": 4, "quarter": 4, "quarters": 4,
    "funftel": 5, "funfteln": 5, "zehntel": 10, "halbe": 2, "halben": 2, "halbes": 2,
}  # fmt: skip
_ENGLISH_PARTS = {"third": 3, "thirds": 3, "fifth": 5, "fifths": 5, "tenth": 10, "tenths": 10}
_ONE = frozenset("ein eine einen einem einer eines one".split())
_ENGLISH_ONE = re.compile(
    r"\b(within|after|for|least|most|than|about|nearly|almost|over|half|every) an? (?=\w)"
    r"|\ban? (?=million|billion|hundred|thousand|dozen)"
)  # in "two euros a day" it counts nothing
_ENGLISH_TENS = re.compile(
    r"\b(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-(one|two|three|four|five|six|seven|eight|nine)\b"
)
_ENGLISH_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_UNITS_OF_ONE = re.compile(
    r"(?:tag|woche|monat|jahr|stunde|minute|sekunde|jahrhundert|jahrzehnt|quartal|semester|prozent|euro|cent|meter|kilometer|"
    r"kilogramm|gramm|liter|day|week|month|year|hour|minute|century|decade)(?:e?[ns]?)$"
)
_BOUNDS = (
    ("<=", re.compile(r"(?:nicht mehr als|not more than|no more than)$")),
    (">=", re.compile(r"(?:nicht weniger als|not less than|no less than)$")),
    (">", re.compile(r"(?:mehr als|uber|more than|over|over the age of|above|groesser als|grosser als|oberhalb von)$")),
    (
        ">=",
        re.compile(
            r"(?:mindestens|wenigstens|zumindest|ab|seit|fruhestens|at least|minimum of)(?: (?:am|dem|der|den))*$"
        ),
    ),
    ("<", re.compile(r"(?:weniger als|unter|less than|fewer than|below|under|keine)$")),
    (
        "<=",
        re.compile(
            r"(?:hochstens|maximal|bis zu|bis|at most|up to|until|till|maximum of|langstens|spatestens)"
            r"(?: (?:am|zum|um|den|dem|der))*$"
        ),
    ),
    ("~", re.compile(r"(?:rund|etwa|ca|circa|ungefahr|fast|nahezu|knapp|gut|about|around|nearly|almost|roughly)$")),
)
_GENITIVES = {"zweier": 2, "dreier": 3, "beide": 2, "beiden": 2, "beider": 2, "both": 2}
_ENGLISH_ORDINALS = dict(
    zip("first second third fourth fifth sixth seventh eighth ninth tenth".split(), range(1, 11), strict=True)
)
_TENTH = re.compile(r"(?P<number>\w+)te[mnrs]?")
_SHORT_DATE = re.compile(r"(?<![\d.,])(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])\.(?!\d)")
_ENGLISH_UNITS = {
    "percent": "prozent", "euros": "euro", "dollars": "dollar", "days": "tag", "day": "tag",
    "weeks": "woch", "week": "woch",
    "months": "monat", "month": "monat", "years": "jahr", "year": "jahr", "hours": "stund", "hour": "stund",
    "minutes": "minut", "minute": "minut", "seconds": "sekund", "kilometres": "kilometer", "metres": "meter",
    "kilometers": "kilometer", "meters": "meter", "people": "menschen", "votes": "stimmen",
}  # fmt: skip
_BASE_UNITS = {
    "woch": (Fraction(7), "tag"), "jahr": (Fraction(12), "monat"), "prozent": (Fraction(1, 100), ""),
    "promille": (Fraction(1, 1000), ""), "kilometer": (Fraction(1000), "meter"),
    "kilometern": (Fraction(1000), "meter"), "metern": (Fraction(1), "meter"), "minut": (Fraction(60), "sekund"),
    "kilogramm": (Fraction(1000), "gramm"), "tonnen": (Fraction(10**6), "gramm"),
}  # fmt: skip
_MINUS = re.compile(r"(?<!\S)[-−–](?=\d)")
_SLASHED = re.compile(r"(?<![\d/])(\d)/(\d)(?![\d/])")
_NAMES_OF_PARTS = {"2": "halbe", "3": "dritteln", "4": "vierteln", "5": "funftel"}
_TIMES = {"einmal": 1, "once": 1, "twice": 2, "doppelt": 2, "doppelte": 2, "doppelten": 2}
_COUNTED = re.compile(r"(tag|jahr|woch|monat|stund|minut|sekund)(?:ig|lich|entlich)?(?:e[mnrs]?|en?s?|s|n)?")
_MONTHS = {name: number for names in MONTHS for number, name in enumerate(names, 1)} | {
    name: MONTHS[0].index(month) + 1 for name, month in OTHER_MONTHS.items()
}
_WEEKDAYS = {
    name: number
    for names in (
        "montag dienstag mittwoch donnerstag freitag samstag sonntag".split(),
        "monday tuesday wednesday thursday friday saturday sunday".split(),
    )
    for number, name in enumerate(names, 1)
} | {"sonnabend": 6}
_OF_CALENDAR = frozenset(("month", "weekday"))
_SIGNS = frozenset("prozent euro dollar pfund paragraph percent".split())
_NO_UNITS = frozenset("uhr chr abs nr satz".split())
_SPACE_IN_NUMBER = re.compile(r"(?<=\d)\s(?=\d{3}(?!\d))")
_MARK_IN_NUMBER = re.compile(r"(?<=\d)[.,](?=\d)")
_MAY_COUNT = re.compile(rf"[\d½¼¾]|\b(?:{'|'.join(SCALES)}|half|hälfte|quarters?|\w*tels?)\b", re.IGNORECASE)
_WORDS_BEFORE = 4
_ADJECTIVES = 2  # at most, between a number and its unit


class Quantity(NamedTuple):
    """A number with what is counted."""

    value: Fraction
    unit: str
    """What stands behind it, in small letters without umlauts; "" where nothing does."""
    bound: str
    """One of >, >=, <, <=, ~ (about) and "" (exactly)."""


def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of a text, months and days of the week, in reading order; a full date is also one, its parts joined.

    >>> [(int(one.value), one.unit, one.bound) for one in quantities("Mehr als zwei Millionen Euro, 30-tägig")]
    [(2000000, 'euro', '>'), (30, 'tag', '')]
    """
    return _quantities(text)


@lru_cache(1 << 10)
def _quantities(text: str) -> tuple[Quantity, ...]:
    dated = _SHORT_DATE.sub(lambda match: f"{match[1]}. {MONTHS[0][int(match[2]) - 1]} ", text)
    dated = _MINUS.sub(" minus ", dated)
    decimals = _VULGAR_FRACTION.sub(lambda match: f"{match[1] or 0}{_VULGAR[match[2]]}", dated)
    decimals = _SLASHED.sub(_spelled_fraction, decimals)
    is_english = language_of(text) == "en"
    if is_english:
        decimals = _ENGLISH_THOUSANDS.sub("", _ENGLISH_ONE.sub(lambda match: f"{match[1] or ''} one ", decimals))
        decimals = _ENGLISH_TENS.sub(_english_number, decimals)
    spelled = in_one_spelling(plain(re.sub(r"[–—]", " bis ", decimals)))
    return tuple(_found([match.group() for match in _TOKEN.finditer(spelled)], nouns_are_capital=not is_english))


def _spelled_fraction(match: re.Match[str]) -> str:
    return f"{match[1]} {_NAMES_OF_PARTS[match[2]]} " if match[2] in _NAMES_OF_PARTS else match.group()


def _english_number(match: re.Match[str]) -> str:
    return str(int(number_of(match[1])) + int(number_of(match[2]) or 1))


@lru_cache(1 << 16)
def values(text: str) -> frozenset[Fraction]:
    """What the numbers of a text may be, each read in every way; months and days of the week are none.

    >>> sorted(map(float, values("2 000 oder 1.500 Euro")))
    [0.0, 1.5, 2.0, 1500.0, 2000.0]
    """
    if not _MAY_COUNT.search(text):
        return frozenset()
    swapped = _MARK_IN_NUMBER.sub(lambda mark: "." if mark.group() == "," else ",", text)
    readings = {text, swapped, _SPACE_IN_NUMBER.sub("", text)}
    return frozenset(one.value for reading in readings for one in _quantities(reading) if one.unit not in _OF_CALENDAR)


def may_count(word: str, question: str, texts: Iterable[str]) -> bool:
    """Whether a number that a word of a question is part of may stand in texts in another spelling, or it is unclear.

    >>> may_count("000", "Wer zahlt 2 000 Euro?", ["2.000 Euro"]), may_count("Million", "Eine Million?", ["1.000.000"])
    (True, True)
    """
    without = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "", question)
    asked = values(question) - values(without)
    if not asked:  # no number, or unclear which
        return word[:1].isdigit()
    return any(not asked.isdisjoint(values(text)) for text in texts)


def _found(tokens: list[str], nouns_are_capital: bool) -> Iterator[Quantity]:
    small = [token.casefold() for token in tokens]
    at, ranges = 0, False  # whether a range's first number stands right before
    while at < len(tokens):
        if named := _named(tokens[at]):
            yield named
            at += 1
            continue
        value, unit, length = _at(small, at)
        if value is None:
            at += 1
            continue
        behind = at + length
        while behind < len(tokens) and small[behind] in SCALES:
            value *= SCALES[small[behind]]
            behind += 1
            more, _, length = _at(small, behind) if behind < len(small) else (None, "", 0)
            if more is not None and more < SCALES[small[behind - 1]] and small[behind].isalpha():
                further = small[behind + length] if behind + length < len(small) else ""
                value += more * SCALES.get(further, 1)  # two thousand six hundred
                behind += length + (further in SCALES)
        begins = behind + 1 < len(tokens) and small[behind] in {"bis", "to", "und", "oder"}
        begins = begins and _at(small, behind + 1)[0] is not None
        if at and small[at - 1] == "minus":
            value = -value
        yield Quantity(
            value, unit or _unit(tokens, behind, begins, nouns_are_capital), "" if ranges else _bound(small, at)
        )
        at, ranges = behind, begins


def _at(tokens: list[str], at: int) -> tuple[Fraction | None, str, int]:
    """The number that begins at a token, its unit if the word holds it, and how many tokens it takes."""
    token = tokens[at]
    following = tokens[at + 1] if at + 1 < len(tokens) else ""
    parts_of_one = _PARTS | _ENGLISH_PARTS
    if following in parts_of_one and (count := _count(token)):
        return Fraction(count, parts_of_one[following]), "", 2
    if token in _GENITIVES:
        return Fraction(_GENITIVES[token]), "", 1
    if token in _ENGLISH_ORDINALS:
        return Fraction(_ENGLISH_ORDINALS[token]), "", 1
    if token in _PARTS:
        return Fraction(1, _PARTS[token]), "", 1
    if token in _TIMES:
        return Fraction(_TIMES[token]), "mal", 1
    if token[0].isdigit():
        is_number = re.fullmatch(r"\d+(?:\.\d+)?", token)
        return Fraction(token if is_number else re.sub(r"\D", "", token)), "", 1
    if digits := number_of(token):
        return Fraction(digits), "", 1
    if token in _ONE and (_UNITS_OF_ONE.search(following) or following in SCALES):
        return Fraction(1), "", 1
    parts = number_parts(token)
    tenth = _TENTH.fullmatch(token)
    if tenth and (digits := number_of(tenth["number"])):
        return Fraction(digits), "", 1
    if parts and parts[0].isdigit():
        return Fraction(parts[0]), parts[1] if len(parts) > 1 else "", 1
    return None, "", 1


def _named(token: str) -> Quantity | None:
    """A month or a day of the week, by its number."""
    small = token.casefold().removesuffix("s")
    if not token[0].isupper() and small not in MONTHS[0]:  # in_one_spelling writes the months of dates small
        return None
    if small in _MONTHS:
        return Quantity(Fraction(_MONTHS[small]), "month", "")
    return Quantity(Fraction(_WEEKDAYS[small]), "weekday", "") if small in _WEEKDAYS else None


def is_of_number(word: str) -> bool:
    """Whether a word is, or holds, a number that `quantities` tells, or scales one."""
    return word[0].isdigit() or plain(word).casefold() in SCALES or bool(quantities(word))


def is_unit(word: str, text: str) -> bool:
    """Whether a word of a text is the unit of a number of it, which `unproved` compares."""
    unit = _unit([plain(word)], 0, begins_range=False, nouns_are_capital=False)
    small = plain(word).casefold()
    return any(
        one.unit in {unit, small} and one.unit in _BASE_UNITS.keys() | {"tag", "monat"} for one in quantities(text)
    )


def _count(token: str) -> int:
    digits = token if token.isdigit() else "1" if token in _ONE else number_of(token)
    return int(digits) if digits else 0


def _unit(tokens: list[str], at: int, begins_range: bool, nouns_are_capital: bool) -> str:
    """The noun or sign behind a number, adjectives between left out; of a range's first number that of its second."""
    if begins_range:
        at += 2
    for token in tokens[at : at + _ADJECTIVES + 1]:
        small = token.casefold()
        if small in _SIGNS:
            return _ENGLISH_UNITS.get(small, small)
        if small in _ENGLISH_UNITS:
            return _ENGLISH_UNITS[small]
        if counted := _COUNTED.fullmatch(small):
            return counted[1]
        if not nouns_are_capital:
            if is_function_word(small):
                return ""
            continue
        if token[0].isupper():
            return "" if small in _MONTHS or small in _NO_UNITS or is_function_word(token) else small
        if not small.endswith(("e", "en", "er", "es", "em")) or is_function_word(small):
            return ""
    return ""


def _bound(tokens: list[str], at: int) -> str:
    before = " ".join(tokens[max(0, at - _WORDS_BEFORE) : at])
    return next((bound for bound, pattern in _BOUNDS if pattern.search(before)), "")


def unproved(claim: str, evidence: str) -> str:
    """The first number of a claim that its evidence does not hold with the same unit and bound, or "".

    A number without a unit of its own takes any; a unit is the same if it is, or ends with, the evidence's.
    """
    proved = quantities(evidence)
    known = frozenset(terms(evidence))
    for one in quantities(claim):
        if not any(_proves(other, one, known) for other in proved):
            return f"{one.value} {one.unit}".strip()
    return ""


def _proves(proved: Quantity, said: Quantity, known: frozenset[str]) -> bool:
    return _states(proved, said, known) or _states(in_base_unit(proved), in_base_unit(said), known)


def in_base_unit(one: Quantity) -> Quantity:
    """The same, weeks in days, years in months, shares and lengths in one unit."""
    factor, unit = _BASE_UNITS.get(one.unit, (Fraction(1), one.unit))
    return Quantity(one.value * factor, unit, one.bound)


def _states(proved: Quantity, said: Quantity, known: frozenset[str]) -> bool:
    if proved.value != said.value or proved.bound != said.bound:
        return False
    if {proved.unit, said.unit} & _OF_CALENDAR:
        return proved.unit == said.unit
    if not said.unit or _same_unit(said.unit, proved.unit):
        return True
    return not proved.unit and terms(said.unit)[0] in known


def _same_unit(said: str, proved: str) -> bool:
    """Whether what is counted is the same, or named less closely: "Tage" of "Kalendertage", not the other way."""
    return bool(proved) and set(terms(said)[:1]) <= set(terms(proved))
