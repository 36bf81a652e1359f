"""Times, and numbers with their units, that a sentence mentions: rules of form, German first."""

import re
from collections.abc import Iterator
from functools import lru_cache

from assistant.asking.mentions import Mention, Rule
from assistant.records import Span

MONTH = (
    r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|January|February|"
    r"March|May|June|July|October|December)\b"
)
WEEKDAY = (
    r"(?:(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch|Sonnabend|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)(?:abend|morgen|nacht|mittag|nachmittag)?s?\b"
)
UNIT_OF_TIME = (
    r"(?:(?:Jahr(?:zehnt|hundert|tausend)?|Monat|Tag)(?:e[ns]?|s)?|(?:Woche|Stunde|Minute|Sekunde)n?|"
    r"(?:year|month|week|day|hour|minute|second|decade|centurie)s?|century)\b"
)
_NOT_A_YEAR = r"(?![.,:’']?\d|\s?(?:[%€$°]|Prozent|Euro|[kcm]?m\b)|\s[A-ZÄÖÜ][a-zäöüß]+(?:e[nrs]?|n|s)\b|-[a-z])"
_YEAR = r"(?<![\d.,:–-])(?:1\d{3}|20\d\d)(?:er\b(?:[\s-]?Jahren?\b)?|ern\b|s\b|(?!\w))"
_ERA = r"(?:\s[vn]\.\s?(?:Chr|u\.\s?Z)\.|\s(?:BC|AD)\b)"
_DAY = (
    rf"\b\d{{1,2}}\.\s?(?:{MONTH}(?:\s+{_YEAR})?|\d{{1,2}}\.\s?(?:\d{{4}}|\d\d)?(?!\d))|\b\d{{4}}-\d\d-\d\d\b|"
    rf"\b{MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?\b(?!\.\d)(?:,?\s{_YEAR})?"
)
_CENTURY = (
    r"\b(?:\d{1,2}\.|\w+[tn]en)\s(?:(?:und|bis)\s\d{1,2}\.\s)?Jahrhunderts?\b|\b\d{1,2}(?:st|nd|rd|th)\scentury\b"
)
SEASON = r"(?:(?:Früh|Spät)?(?:jahr|sommer|herbst|winter)s?|Frühlings?|Sommers?|Herbsts?|Winters?)\b"
_YEAR_SAID = rf"(?:Jahre?n?s?|years?)\s\d{{3,4}}\b(?:{_ERA})?|\b\d{{1,4}}{_ERA}"
_POINT = (
    rf"(?:\b{WEEKDAY}(?:,?\s(?:de[mn]\s)?(?:{_DAY}))?|{_DAY}|\b{MONTH}(?:\s(?:des\sJahres\s)?{_YEAR})?|{_CENTURY}{_ERA}?|"
    rf"\b{SEASON}\s{_YEAR}|\b{_YEAR_SAID}|{_YEAR}{_NOT_A_YEAR})"
)
_WHEN = (
    r"\b(?i:um\sden|am|im|in|ab|seit|bis|von|vom|vor|nach|um|gegen|zwischen|on|since|until|by|before|after|from|"
    r"between)\s"
)
_PART = (
    r"(?:(?:den\sersten\s\w+|Anfang|Mitte|Ende|Beginn|(?:dem\s)?Jahresende|early|late)\s|"
    r"(?:zur|der)\s(?:Mitte|Hälfte)\s)"
)
_BEFORE = rf"(?:{_WHEN})?(?:zu[mr]\s)?(?:(?:de[mnrs]|the)\s)?{_PART}?(?:(?:de[srn]|dem)\s)?(?:Jahre?n?s?\s(?=\d))?"
_TIMES = Rule(
    rf"\d|Jahrhundert|{MONTH}|{WEEKDAY}",
    rf"(?P<all>{_BEFORE}(?P<core>{_POINT})(?:\s?(?:[–-]|bis|und|to|and)\s?(?:zu[mr]\s)?(?:de[nmr]\s)?(?:{_POINT}))?)",
)
_ONES = "zwei|drei|vier|fünf|sechs|sieben|acht|neun"
_TEENS = "zehn|elf|zwölf|(?:drei|vier|fünf|sech|sieb|acht|neun)zehn"
_TENS = "zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig"
_SMALL = f"(?:(?:(?:ein|{_ONES})und)?(?:{_TENS})|{_TEENS}|{_ONES})"
_ENGLISH = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    "(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-(?:one|two|three|four|five|six|seven|eight|nine))?|hundreds?|thousands?"
)
_IN_WORDS = (
    rf"\b(?i:(?:(?:ein|{_SMALL})?tausend)(?:und)?(?:(?:ein|{_ONES})?hundert)?(?:und)?(?:{_SMALL})?|"
    rf"(?:ein|{_ONES})?hundert(?:und)?(?:{_SMALL})?|{_SMALL}|{_ENGLISH})(?=\b|mal)"
)
_DIGITS = r"(?<![\w.,:/–-])(?:[€$£]\s?)?[-−]?\d+(?:[.,:’'\u202f]\d+)*(?!\.\s?\w|\.\d|(?:st|nd|rd|th)\b)"
_BIG = r"(?:Mio\.?|Mrd\.?|Millionen?|Milliarden?|Billionen?|Tausend|Dutzend|million|billion|thousand)(?!\w)"
_FRACTION = r"\b(?i:die\sHälfte|half|(?:ein(?:em)?|zwei|drei)\s(?:Drittel|Viertel|Fünftel|Zehntel)n?)\b"
_NUMERAL = (
    rf"(?:{_FRACTION}|(?:{_DIGITS}|{_IN_WORDS})(?:\s{_BIG})?|"
    rf"\b(?i:eine[rn]?|ein|an?)\s{_BIG}|\b(?:Hunderte|Tausende)n?\b)"
)
_ABOUT = (
    r"\b(?i:rund|etwa|ca\.|circa|ungefähr|fast|nahezu|knapp|mehr\sals|weniger\sals|über|mindestens|höchstens|bis\szu|"
    r"about|around|nearly|almost|more\sthan|less\sthan|over|at\sleast)\s"
)
_RANGE = rf"{_NUMERAL}(?:\s?(?:–|bis|to)\s?{_NUMERAL}|-\d+(?![\d-]))?"
_SIGN = r"\s?(?:%|‰|€|\$|£|°\s?[CF]?\b|(?:[kcmµ]?m[²³]?|km/h|[kmM]?[gWJ]|kWh|[kMGT]?Hz|[kMGT]B|ha|l|t|EUR|USD)\b)"
_NOUN = r"\s(?:[a-zäöüß]+e[nrsm]?\s)?[A-ZÄÖÜ][\w-]*\w"
_NUMBERS = re.compile(
    rf"(?P<all>(?:{_ABOUT})?(?P<core>{_RANGE})"
    rf"(?P<unit>(?:{_SIGN})|-?(?i:mal)(?:ige\w*)?\b|\sMal\b|-[a-zäöüA-ZÄÖÜ][\w-]*\w|{_NOUN}|\s(?i:percent|per\scent)\b)?)"
)
_PERCENTAGES = Rule(
    rf"%|[Pp]ro[zc]ent|per ?cent|{_FRACTION}",
    rf"(?P<all>(?:{_ABOUT})?(?P<core>{_FRACTION}|"
    rf"{_RANGE}(?=\s?(?:%|Prozent(?:punkte?n?)?\b|-?prozentig\w*|percent\b|per\scent\b)))"
    r"(?:\s?(?:%|Prozent(?:punkte?n?)?\b|-?prozentig\w*|percent\b|per\scent\b))?)",
)
_AGES = Rule(
    r"Jahr|jährig|year|Alter|\bage|\(",
    r"(?P<all>(?:\bim\sAlter\svon\s|\bat\sthe\sage\sof\s|\baged\s)(?P<at>\d+|\w+)(?:\sJahren)?|"
    rf"(?:{_ABOUT})?(?P<years>{_RANGE})(?:\s(?:Jahren?|years?)(?:\salte?[mnrs]?\b|\sold\b)?|-?jährig\w*|-years?-old)|"
    r"(?<=\()(?P<bracketed>\d\d)(?=\)))",
)
_LENGTHS = Rule(
    UNIT_OF_TIME,
    rf"(?P<all>(?P<when>\b(?i:seit|nach|vor|in|innerhalb\svon|binnen|für|after|for|within)\s)?(?:{_ABOUT})?"
    rf"(?P<core>{_RANGE}|\b(?i:eine[mnrs]?|ein|einige[nr]?|mehrere[nr]?|wenige[nr]?|several|an?)\b)\s(?:[a-zäöüß]+e[nrsm]?\s)?"
    rf"{UNIT_OF_TIME}(?P<later>\s(?:später|zuvor|danach|lang|later|ago)\b)?)",
)
_ADJECTIVES_OF_TIME = Rule(
    r"ig\b|ige", r"(?P<all>(?P<core>\b[\wäöü]+-?(?:jähr|monat|wöch|täg|stünd|minüt)ig(?:e[mnrs]?)?)\b)"
)
_CLOCKS = Rule(
    r"Uhr|clock|[ap]\.?m\b",
    rf"(?P<all>(?:\b(?i:um|gegen|ab|bis|von|nach|vor)\s)?(?P<core>{_RANGE})\s(?:Uhr|o'clock|[ap]\.?m\.?)(?!\w))",
)
_CAPITALISED = r"[A-ZÄÖÜ][\w-]*\w"
_EVENTS = Rule(
    r"(?i:\b(?:seit|während|bis|since|during|until|nach|vor)\s)",
    rf"(?P<all>\b(?i:(?:seit|während|bis\szu[mr]|since|during|until)\s(?:(?:de[mrs]|eine[mrs]|seine[mrs]|ihre[mrs]|the)\s)?|"
    rf"(?:nach|vor)\s(?:de[mr]|seine[mr]|ihre[mr])\s(?=(?:\w+\s){{0,2}}{_CAPITALISED}))(?:[a-zäöüß]+e[nrsm]\s)?"
    rf"(?P<core>{_CAPITALISED}(?:\s{_CAPITALISED})*)(?:\s(?:des|der)\s(?:[a-zäöüß]+en\s)?{_CAPITALISED}(?:\s{_CAPITALISED})*)?)",
)
_EVENT_NOUN = re.compile(
    r"(?:ung|tion|krieg|tod|ende|beginn|geburt|wahl|sturz|antritt|abschluss|zeit|jahr|schlacht|sieg|start|putsch)e?[sn]?$",
    re.I,
)
_LASTING = re.compile(r"(?:bis|until|seit|since|von\b.*\bbis)\b|.*\d\s?–\s?\d", re.IGNORECASE | re.DOTALL)
_NAME_BEFORE = re.compile(r"\b[A-ZÄÖÜ][\w-]*\s$")
_ADVERBS = Rule(
    r"[Hh]eute|estern|bermorgen|[Tt]oday|[Yy]ester|[Tt]omorrow",
    r"(?P<all>(?P<core>\b(?:[Hh]eute|[Gg]estern|[Vv]orgestern|[Üü]bermorgen|[Tt]oday|[Yy]esterday|[Tt]omorrow)"
    r"(?:\s(?:Abend|Morgen|Nacht|Mittag|Vormittag|Nachmittag))?)\b)",
)


@lru_cache(1 << 10)
def _points(sentence: str) -> tuple[Mention, ...]:
    return tuple(_TIMES.mentions(sentence))


def times(sentence: str) -> Iterator[Mention]:
    """Dates, years, hours, spans of time, events that something lasted since: what answers "when"."""
    yield from _points(sentence)
    yield from _CLOCKS.mentions(sentence)
    yield from _ADVERBS.mentions(sentence, is_clear=False)
    yield from _ADJECTIVES_OF_TIME.mentions(sentence, is_clear=False)
    for match in _LENGTHS.finditer(sentence):
        says_when = bool(match["when"]) or match["later"] not in {None, " lang"}
        yield Mention(Span(*match.span("all")), match["core"], says_when)
    for match in _EVENTS.finditer(sentence):
        preposition = match.group().split(None, 1)[0].lower()
        if preposition not in {"nach", "vor"} or _EVENT_NOUN.search(match["core"]):
            yield Mention(Span(*match.span("all")), match["core"], is_clear=preposition in {"seit", "since"})


def dates(sentence: str) -> Iterator[Mention]:
    """Times that hold a number: of a day, a year or a century."""
    return (one for one in _points(sentence) if any(map(str.isdigit, one.core)))


def durations(sentence: str) -> Iterator[Mention]:
    """How long: "drei Jahre", "30-tägig", "von 1999 bis 2001", "seit dem Krieg"."""
    yield from _LENGTHS.mentions(sentence)
    yield from _ADJECTIVES_OF_TIME.mentions(sentence)
    for one in (*_points(sentence), *_EVENTS.mentions(sentence)):
        if _LASTING.match(sentence[slice(*one.span)]):
            yield one


def numbers(sentence: str) -> Iterator[Mention]:
    """Numbers with their units, those of dates and of names ("Apollo 11") left out; clear where there is a unit."""
    of_times = [one.span for one in _points(sentence)]
    for match in _NUMBERS.finditer(sentence):
        start, end = match.span("core")
        is_time = any(start < time.end and time.start < end for time in of_times)
        is_in_name = not match["unit"] and _NAME_BEFORE.search(sentence[max(0, match.start() - 30) : match.start()])
        if not is_time and not is_in_name:
            yield Mention(Span(*match.span("all")), match["core"], is_clear=bool(match["unit"]))


def percentages(sentence: str) -> Iterator[Mention]:
    """Shares of a hundred."""
    return _PERCENTAGES.mentions(sentence)


def ages(sentence: str) -> Iterator[Mention]:
    """Years of age: "65 Jahre alt", "65-jährig", "im Alter von 65 Jahren", a number of two digits in brackets."""
    for match in _AGES.finditer(sentence):
        core = match["at"] or match["years"] or match["bracketed"]
        yield Mention(Span(*match.span("all")), core, is_clear=True)
