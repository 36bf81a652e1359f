"""Numbers, dates and durations in one spelling, so that different ones of the same are the same terms."""

import re
from itertools import product

MONTHS = (
    "januar februar marz april mai juni juli august september oktober november dezember".split(),
    "january february march april may june july august september october november december".split(),
)
_GERMAN_MONTH = dict(zip(MONTHS[1], MONTHS[0], strict=True)) | {"janner": "januar", "feber": "februar", "maerz": "marz"}
OTHER_MONTHS = {name: month for name, month in _GERMAN_MONTH.items() if name not in {"march", "may"}}
"""Names that mean a month wherever they stand, to the German name."""

_IN_DATES = {name[:3]: month for months in MONTHS for name, month in zip(months, MONTHS[0], strict=True)}
_IN_DATES |= {month: month for month in MONTHS[0]} | _GERMAN_MONTH | {"sept": "september"}
_MONTH = rf"(?P<month>{'|'.join(sorted(_IN_DATES, key=len, reverse=True))})\b\.?"
_DAY = r"(?<![\d.,:])(?P<day>0?[1-9]|[12]\d|3[01])"
_NUMERIC_DATES = (
    re.compile(r"(?<![\d-])(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?![\d-])"),
    re.compile(rf"{_DAY}\.\s?(?P<month>0?[1-9]|1[0-2])\.\s?(?P<year>\d{{4}}|\d\d)(?!\d|[.,:]\d)"),
)
_YEAR = r"(?:,?\s(?P<year>\d{4})(?!\d|[.,:]\d))?"
_DATES = (
    re.compile(rf"{_DAY}(?:\.|st|nd|rd|th)?\s?{_MONTH}{_YEAR}", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s{_DAY}(?:st|nd|rd|th)?(?!\d|[.,:]\d){_YEAR}", re.IGNORECASE),
)
_SYMBOLS = {"%": "prozent", "€": "euro", "$": "dollar", "£": "pfund", "§": "paragraph"}
_SYMBOL = re.compile(r"(?<=\d)\s?([%€$£])|([€$£§])\s?(?=\d)")
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_GERMAN = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+")
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}")
_SWISS_GROUP = re.compile(r"(?<=\d)['’](?=\d{3}(?!\d))")


def in_one_spelling(text: str) -> str:
    """`text` with its dates, numbers and signs written out in one way; umlauts are gone from it already.

    A date ends with a number that stands for the whole of it.

    >>> in_one_spelling("am 3.10.24 um 1.234,50 €")
    'am 3 oktober 2024 20241003 um 1234.5 euro'
    """
    for numeric_date in _NUMERIC_DATES:
        text = numeric_date.sub(_with_name_of_month, text)
    for date in _DATES:
        text = date.sub(_spelled_date, text)
    text = _SYMBOL.sub(lambda match: f" {_SYMBOLS[match.group(1) or match.group(2)]} ", text)
    text = _SWISS_GROUP.sub("", text)
    return " ".join(NUMBER.sub(lambda match: _spelled_number(match.group()), text).split())


def _with_name_of_month(date: re.Match[str]) -> str:
    century = "" if len(date["year"]) == 4 else "19" if date["year"] >= "50" else "20"
    return f"{date['day']}. {MONTHS[0][int(date['month']) - 1]} {century}{date['year']}"


def _spelled_date(date: re.Match[str]) -> str:
    day, month, year = int(date["day"]), _IN_DATES[date["month"].lower()], date["year"]
    whole = f"{year} {year}{MONTHS[0].index(month) + 1:02}{day:02}" if year else ""
    return f" {day} {month} {whole} "


def _spelled_number(number: str) -> str:
    if _GERMAN.fullmatch(number):
        number = number.replace(".", "").replace(",", ".")
    elif _ENGLISH.fullmatch(number):
        number = number.replace(",", "")
    else:  # a version, a time, a list
        return number.replace(",", " ")
    return number.rstrip("0").removesuffix(".") if "." in number else number


# --- words -------------------------------------------------------------------------------------------------------

_ONES = "ein zwei drei vier funf sechs sieben acht neun".split()
_TEENS = "zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn".split()
_TENS = "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig".split()
_ENGLISH_WORDS = dict(
    zip("two three four five six seven eight nine ten eleven twelve".split(), range(2, 13), strict=True)
) | dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_ORDINALS = dict(zip("erst zweit dritt viert funft sechst siebt acht neunt".split(), range(1, 10), strict=True))


def _below_a_hundred() -> dict[str, int]:
    numbers = {word: number for number, word in enumerate(_ONES, 1)}
    numbers |= {word: number for number, word in enumerate(_TEENS, 10)}
    numbers |= {word: 10 * number for number, word in enumerate(_TENS, 2)}
    both = product(enumerate(_ONES, 1), enumerate(_TENS, 2))
    return numbers | {f"{one}und{ten}": 10 * tens + ones for (ones, one), (tens, ten) in both}


_SMALL = _below_a_hundred()
_SMALL_WORD = f"(?:{'|'.join(_ONES)})und(?:{'|'.join(_TENS)})|{'|'.join(_TENS + _TEENS + _ONES)}"
_BELOW_A_THOUSAND = re.compile(
    rf"(?:(?P<hundreds>{_SMALL_WORD})?(?P<hundred>hundert))?(?:und)?(?P<rest>{_SMALL_WORD})?"
)
_ORDINAL = re.compile(rf"(?:(?P<small>{'|'.join(_ORDINALS)})|(?P<large>\w+)st)e[mnrs]?")
_COUNTED = re.compile(
    r"(?P<count>\w*?)(?:(?P<unit>tag|jahr|woch|monat|stund|minut|sekund)(?:ig|lich|entlich)|(?P<times>mal|fach))(?:e[mnrs]?)?"
)


def number_of(word: str) -> str:
    """The digits of a number word without umlauts, or "": not of "ein", which is an article, too.

    >>> number_of("zweihundertdreissig"), number_of("hunderttausend"), number_of("twelve"), number_of("ein")
    ('230', '100000', '12', '')
    """
    if word in _ENGLISH_WORDS:
        return str(_ENGLISH_WORDS[word])
    return "" if word in {"ein", ""} else _number(word)


def _number(word: str) -> str:
    thousands, has_thousand, rest = word.rpartition("tausend")
    if not word or word.startswith("und"):
        return ""
    high, low = _below_a_thousand(thousands) if thousands else int(bool(has_thousand)), _below_a_thousand(rest)
    return "" if high is None or low is None else str(1000 * high + low)


def _below_a_thousand(word: str) -> int | None:
    found = _BELOW_A_THOUSAND.fullmatch(word)
    if not found:
        return None
    hundreds = _SMALL[found["hundreds"] or "ein"] if found["hundred"] else 0
    return 100 * hundreds + _SMALL.get(found["rest"], 0)


def number_parts(word: str) -> tuple[str, ...]:
    """What an ordinal, or an adjective of counting, counts: digits and unit, or nothing.

    >>> number_parts("dreissigtagige"), number_parts("jahrlich"), number_parts("dritten"), number_parts("zweimal")
    (('30', 'tag'), ('jahr',), ('3',), ('2', 'mal'))
    """
    if found := _ORDINAL.fullmatch(word):
        digits = str(_ORDINALS[found["small"]]) if found["small"] else _number(found["large"])
        return (digits,) if digits else ()
    if found := _COUNTED.fullmatch(word):
        digits = _number(found["count"])
        if found["unit"]:
            return (digits, found["unit"]) if digits else (found["unit"],)
        return (digits, found["times"]) if digits not in {"", "1"} else ()  # "einmal" and "einfach" count nothing
    return ()
