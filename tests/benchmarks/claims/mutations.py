"""Claims made from the sentences of XQuAD-R German: false ones that differ in one thing, and faithful rewordings.

Each rule gives a claim, or nothing where it cannot be sure of one. What it changes, it changes in the text alone.
"""

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.asking.names import names
from assistant.german import is_function_word, lexical_fold
from assistant.sentences import display_form, segment
from assistant.verbs import may_be_finite

_NUMBER = re.compile(r"(?<![\w.,:-])\d+(?:[.,]\d+)*(?![\w:]|\.\d)")
_SMALL = dict(
    zip(map(str, range(2, 13)), "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split(), strict=True)
)
_DIGITS = {word: digits for digits, word in _SMALL.items()}
_FINITE = (
    "ist war sind waren wurde wurden wird werden hat hatte haben hatten kann konnte können konnten darf durfte muss "
    "musste müssen soll sollte sollen will wollte"
).split()
_AFTER_FINITE = re.compile(rf"\b(?:{'|'.join(_FINITE)})\b(?!\s(?:nicht|kein))")
_NEGATED = re.compile(r"\b(?:nicht|nie|niemals)\s(?!nur|mehr als|weniger)")
_KEIN = re.compile(r"\b([Kk])ein(?=(?:e[mnrs]?)?\b)")
_PAREN = re.compile(r"\s\([^()]{3,}\)")
_RELATIVE_CLAUSE = re.compile(
    r",\s(?:(?:in|an|auf|aus|mit|von|zu|für|bei|nach|durch|über|unter)\s)?(?:der|die|das|den|dem|deren|dessen|denen|welche[rsnm]?)\s"
    r"(?![^,]*(?:\szu\s\w+|zu\w+en),)[^,;:()„“]{8,}[a-zäöü](?:t|te|en|ten|war|hat|ist),\s"
)
_CLAUSE = (
    r"(?:um|dass|damit|was|wie|während|aber|so|sodass|sondern|als|weil|da|ob|wenn|obwohl|nachdem|bevor|indem|wobei|wo|"
    r"der|die|das|den|dem|deren|dessen|denen|welche[rsnm]?|laut|ein|eine|jedes|häufig|deutlich|(?:in|an|auf|aus|mit|von|zu|"
    r"für|bei|nach|durch|über|unter)\s(?:der|die|das|den|dem|deren|dessen|denen|welche[rsnm]?))\b"
)
_RELATIVE = re.compile(_RELATIVE_CLAUSE.pattern + rf"(?=[a-zäöü])(?!{_CLAUSE})")
_TRAILING = re.compile(
    r"(?<!nur),\s(?:(?:wobei|wodurch|sodass|während|indem|obwohl|weil|da|nachdem|bevor)\s[^;:„“]+|"
    r"(?:darunter|einschließlich)\s[^,;:„“]+(?:,\s(?![a-zäöü])[^,;:„“]+)*)\.$"
)
_NOUN = r"(?!(?:[DdSsIi](?:er|ie|as|eine?|hre?)|[Ee]ine?|Diese[rs]?|Im|In|Am|An|Zu[mr]?|Als|Es|Er|Man)\b)[A-ZÄÖÜ][\w-]+"
_NP = (
    r"(?:(?:[Dd](?:er|ie|as)|[Ee]in(?:e)?|[Dd]iese[rs]?|[Ss]eine?|[Ii]hre?)\s(?:[a-zäöüß]+e[rns]?\s){0,2})?"
    rf"(?:{_NOUN}\s){{0,2}}{_NOUN}"
)
_VERB = r"[a-zäöüß]+(?:t|te|ten|en|ierte|ierten|ar|urde|urden|ahm|ab|ing|ielt|am|and|ieß|og|ann)"
_SURE_VERB = rf"(?:{'|'.join(_FINITE)}|[a-zäöüß]+(?:te|ten|ierte|ierten))"
_FRONTED = re.compile(
    rf"^(?P<front>(?:Im|In|Am|An|Nach|Seit|Während|Vor|Ab|Um|Bei|Zwischen|Mit|Aus|Auf|Unter|Durch)\s[^,;:„“]{{3,45}}?)\s(?P<verb>{_SURE_VERB})\s"
    rf"(?P<subject>{_NP})\s(?P<rest>(?!des\s|der\s|von\s|of\s|und\s|oder\s|in\s|im\s|aus\s)[a-zäöü][^;:„“]*)\.$"
)
_SIDE = re.compile(
    rf"^(?P<subject>{_NP})\s(?P<verb>{_VERB})\s(?P<rest>[^,;:„“]+),\s(?P<side>(?:weil|obwohl|nachdem|wenn|als|bevor|damit|da)\s[^,;:„“]+)\.$"
)
_SAYS = re.compile(
    r"^„(?P<said>[^“]+?),?“,?\s(?P<verb>sagte|erklärte|schrieb|betonte|so|warnte|meinte)\s(?P<who>[^,.;:]+)\.$"
)
_PARTICIPLE = r"(?:\w*ge\w+|(?:be|ver|er|ent|zer|über|unter|wieder)\w+|\w+ier)(?:t|en)\b"
_PASSIVE = re.compile(
    rf"^(?P<before>[^,;:()„“]+?)\swurden?\s(?P<behind>(?:[^,;:()„“]+\s)?)(?P<participle>{_PARTICIPLE})"
    r"(?P<rest>(?:, (?:de[rmn]|die|das|als|weil|nachdem|wo)\s[^„“:;]+)?)\.$"
)
_AGENT = re.compile(
    r"\bvon\s(?P<agent>(?:(?P<article>der|den)\s)?(?:[A-ZÄÖÜ][\w.-]+\s){0,2}[A-ZÄÖÜ][\w-]+)\s"
    r"(?![A-ZÄÖÜ]|und|oder|bis|der|des|\S+ und)"
)
_SUBJECT = re.compile(rf"{_NP}(?:\s(?:des|der|von)\s(?:[a-zäöüß]+e[nrs]\s)?{_NOUN})?|Er|Sie")
_PREPOSITION = re.compile(
    r"(?:in|im|an|am|auf|bei|beim|nach|seit|vor|während|zu[mr]?|aus|mit|unter|durch|für|um|ab|zwischen|neben|später|"
    r"dabei|dadurch|danach|damals|dort|hier|so|\d{4})\b",
    re.IGNORECASE,
)
_ADVERB = re.compile(r"(?:Aller|Neuer|Über|Anderer)\w*dings|\w+(?:hin|weise|grund|ßend|folge)|Solche|Dabei|Weder")
_ACCUSATIVE = {"der": "den", "ein": "einen", "dieser": "diesen", "jeder": "jeden", "er": "ihn", "sein": "seinen"}
FALSE = ("number", "negation", "name", "roles", "clause_added", "wrong_pointer")
FAITHFUL = ("reordered", "shortened", "voice", "number_words", "reported")


class Case(NamedTuple):
    """A claim beside what it is said to rest on."""

    claim: str
    evidence: str
    question: str
    kind: str
    """One of FALSE and FAITHFUL."""
    faithful: bool
    document: str
    """What it is of: an article."""


class Sentence(NamedTuple):
    """A sentence, where it stands, and what is asked about its paragraph."""

    text: str
    article: str
    paragraph: int
    question: str


def sentences(file: Path) -> list[Sentence]:
    """All sentences of an XQuAD-R file."""
    found = []
    for article in json.loads(file.read_text("utf-8"))["data"]:
        for number, paragraph in enumerate(article["paragraphs"]):
            question = paragraph["qas"][0]["question"]
            found += [Sentence(text.strip(), article["title"], number, question) for text in paragraph["sentences"]]
    return found


def sentences_of_squad(file: Path) -> list[Sentence]:
    """All sentences of any SQuAD file, as this project finds them."""
    found = []
    for article in json.loads(file.read_text("utf-8"))["data"]:
        for number, paragraph in enumerate(article["paragraphs"]):
            text, question = paragraph["context"], paragraph["qas"][0]["question"]
            found += [
                Sentence(display_form(text[span.start : span.end]), article["title"], number, question)
                for span in segment(text).sentences
            ]
    return found


def written(file: Path) -> list[Case]:
    """The claims of a file that has one a line."""
    lines = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    return [
        Case(one["claim"], display_form(one["quote"]), one["question"], one["class"], one["faithful"], one["source"])
        for one in lines
    ]


def cases(texts: Sequence[Sentence], seed: int = 0) -> Iterator[Case]:
    """Every rule tried on every sentence."""
    rng = random.Random(seed)
    given = [one for one in texts if 40 <= len(one.text) <= 400 and one.text.endswith((".", "“"))]
    rules: dict[str, Callable[[Sentence, Sequence[Sentence], random.Random], str]] = {
        "number": _number,
        "negation": _negation,
        "name": _name,
        "roles": _roles,
        "clause_added": _clause_added,
        "reordered": _reordered,
        "shortened": _shortened,
        "voice": _voice,
        "number_words": _number_words,
        "reported": _reported,
    }
    for at, one in enumerate(given):
        for kind, rule in rules.items():
            if claim := rule(one, given, rng):
                yield Case(claim, one.text, one.question, kind, kind in FAITHFUL, one.article)
        other = given[at - 1]
        if other.paragraph == one.paragraph and other.article == one.article:
            yield Case(one.text, other.text, one.question, "wrong_pointer", False, one.article)


# --- false -------------------------------------------------------------------------------------------------------


def _number(one: Sentence, _: Sequence[Sentence], rng: random.Random) -> str:
    found = list(_NUMBER.finditer(one.text))
    words = [match for word in _DIGITS for match in re.finditer(rf"\b{word}\b", one.text)]
    if not found and not words:
        return ""
    match = rng.choice(found or words)
    text = match.group()
    if text in _DIGITS:
        new = rng.choice([word for word in _DIGITS if word != text])
    else:
        at = rng.choice([place for place, letter in enumerate(text) if letter.isdigit()])
        new = text[:at] + rng.choice([digit for digit in "123456789" if digit != text[at]]) + text[at + 1 :]
    changed = one.text[: match.start()] + new + one.text[match.end() :]
    return changed if new not in {m.group() for m in found} else ""


def _negation(one: Sentence, _: Sequence[Sentence], rng: random.Random) -> str:
    if match := _NEGATED.search(one.text):
        return one.text[: match.start()] + one.text[match.end() :]
    if match := _KEIN.search(one.text):
        return one.text[: match.start()] + ("E" if match[1] == "K" else "e") + "in" + one.text[match.end() :]
    found = list(_AFTER_FINITE.finditer(one.text))
    if not found:
        return ""
    match = rng.choice(found)
    is_last = not re.match(r"\s\w", one.text[match.end() :])
    at = match.start() if is_last else match.end()
    return one.text[:at] + ("nicht " if is_last else " nicht") + one.text[at:]


def _name(one: Sentence, given: Sequence[Sentence], rng: random.Random) -> str:
    own = [mention for mention in names(one.text) if mention.span.start > 0]
    if not own:
        return ""
    span = rng.choice(own).span
    for _ in range(20):
        other = rng.choice(given)
        theirs = [other.text[slice(*mention.span)] for mention in names(other.text) if mention.span.start > 0]
        new = rng.choice(theirs) if theirs else ""
        if new and not any(word in one.text + one.question for word in new.split()):
            return one.text[: span.start] + new + one.text[span.end :]
    return ""


def _roles(one: Sentence, _: Sequence[Sentence], rng: random.Random) -> str:
    found = [mention.span for mention in names(one.text)]
    pairs = [
        (first, second)
        for at, first in enumerate(found)
        for second in found[at + 1 :]
        if _has_verb(one.text[first.end : second.start])
    ]
    if not pairs:
        return ""
    first, second = rng.choice(pairs)
    a, b = one.text[slice(*first)], one.text[slice(*second)]
    if a in b or b in a:
        return ""
    return one.text[: first.start] + b + one.text[first.end : second.start] + a + one.text[second.end :]


def _has_verb(between: str) -> bool:
    """Whether what stands between two names is more than a list of them."""
    words = re.findall(r"\w+", between)
    return any(
        word[0].islower() and not is_function_word(word) and re.fullmatch(_VERB, word) for word in words
    ) and not re.search(r"[;:]", between)


def _clause_added(one: Sentence, given: Sequence[Sentence], rng: random.Random) -> str:
    if not one.text.endswith("."):
        return ""
    for _ in range(20):
        other = rng.choice(given)
        if other.paragraph == one.paragraph and other.article == one.article:
            continue
        clause = re.split(r"[,;:(]", other.text)[0].rstrip(".")
        if 25 <= len(clause) <= 90 and "„" not in clause:
            return f"{one.text[:-1]}, und {_small(clause)}."
    return ""


# --- faithful ----------------------------------------------------------------------------------------------------


def _reordered(one: Sentence, _: Sequence[Sentence], __: random.Random) -> str:
    if (match := _FRONTED.match(one.text)) and not _is_plural_mismatch(match) and _is_clause(match):
        front = match["front"][0].lower() + match["front"][1:]
        return f"{_capital(match['subject'])} {match['verb']} {front} {match['rest']}."
    if (match := _SIDE.match(one.text)) and not re.match(r"\w+(?:lich|dings|weise)\b", match["subject"]):
        return f"{_capital(match['side'])}, {match['verb']} {_small(match['subject'])} {match['rest']}."
    return ""


def _is_plural_mismatch(match: re.Match[str]) -> bool:
    return bool(re.match(r"(?:sich|es)\b", match["subject"]))


def _is_clause(match: re.Match[str]) -> bool:
    """Whether what the rule takes for the verb is one, and the first: "sehr kalte Phasen" has none."""
    before = match["front"].split() if "front" in match.groupdict() else match["subject"].split()
    is_verb = match["verb"] in _FINITE or may_be_finite(lexical_fold(match["verb"]))
    return is_verb and not is_function_word(before[-1]) and not any(word in _FINITE or word == "gab" for word in before)


def _shortened(one: Sentence, _: Sequence[Sentence], __: random.Random) -> str:
    for pattern, new in ((_PAREN, ""), (_RELATIVE, " "), (_TRAILING, ".")):
        shorter = pattern.sub(new, one.text, count=1)
        removed = one.text[: len(one.text) - len(shorter)] if shorter != one.text else ""
        if removed and len(shorter) > 30 and not re.search(r"\b(?:nicht|kein|nur)", _removed(one.text, shorter)):
            return shorter
    return ""


def _removed(text: str, shorter: str) -> str:
    at = next(
        (at for at, letters in enumerate(zip(text, shorter, strict=False)) if letters[0] != letters[1]), len(shorter)
    )
    return text[at : at + len(text) - len(shorter)]


def _voice(one: Sentence, _: Sequence[Sentence], __: random.Random) -> str:
    """Passive to active: whom "von" names did it, or else "man"."""
    match = _PASSIVE.match(one.text)
    if not match or re.search(r"\b(?:als|wie|zu|nicht)\b|geboren|geschieden", match["behind"] + match["participle"]):
        return ""
    before, behind = match["before"], match["behind"]
    if re.search(r"\b(?:und|oder|aber)\s(?![A-ZÄÖÜ]|de[rnms]|die|das|ihre?|seine?)", behind + match["rest"]):
        return ""  # a second verb may follow
    by = _AGENT.search(behind)
    if re.search(r"\bvo[nm]\b", behind):
        if not by or len(re.findall(r"\bvo[nm]\b", behind)) > 1 or re.search(r"[A-ZÄÖÜ]\S*\s$", behind[: by.start()]):
            return ""
        behind = behind[: by.start()] + behind[by.end() :]
    agent = re.sub(r"^(?:der|den)\s", "die ", by["agent"]) if by else "man"
    has = "haben" if by and by["article"] == "den" else "hat"
    if _PREPOSITION.match(before):  # "1905 wurde der Turm gebaut"
        front, object_, behind = f"{before} {has} {agent}", _as_object(behind.strip()), ""
    else:
        front, object_ = f"{_capital(agent)} {has}", _as_object(before) if _SUBJECT.fullmatch(before) else ""
    return re.sub(" +", " ", f"{front} {object_} {behind}{match['participle']}{match['rest']}.") if object_ else ""


def _as_object(subject: str) -> str:
    """The accusative of what begins a text, or "" where it is doubtful what that is."""
    first, _, rest = subject.partition(" ")
    if first.lower() in _ACCUSATIVE:
        rest = re.sub(r"^([a-zäöüß]+)e[rs]?\s(?=[A-ZÄÖÜ])", r"\1en ", rest)
        return f"{_ACCUSATIVE[first.lower()]} {rest}"
    if re.fullmatch(r"die|das|eine|diese|viele|mehrere|zwei|drei|vier|beide|alle|seine|ihre|sie", first.lower()):
        return f"{first.lower()} {rest}"
    is_certain = names(f"Es {first}") and re.fullmatch(_NOUN, first) and not _ADVERB.fullmatch(first)
    return subject if is_certain else ""


def _number_words(one: Sentence, _: Sequence[Sentence], __: random.Random) -> str:
    for match in re.finditer(r"(?<![\w.,:/–-])\d+(?![\w.,:%/–-])", one.text):
        if match.group() in _SMALL:
            return one.text[: match.start()] + _SMALL[match.group()] + one.text[match.end() :]
    for match in re.finditer(rf"\b(?:{'|'.join(_DIGITS)})\b", one.text):
        return one.text[: match.start()] + _DIGITS[match.group()] + one.text[match.end() :]
    return ""


def _reported(one: Sentence, _: Sequence[Sentence], __: random.Random) -> str:
    if match := _SAYS.match(one.text):
        verb = "sagte" if match["verb"] == "so" else match["verb"]
        return f"{_capital(match['who'])} {verb}: „{match['said']}.“"
    match = re.match(rf"^(?P<subject>{_NP})\s(?P<verb>{_VERB})\s(?P<rest>[^;:„“]+)\.$", one.text)
    if not match or re.match(r"(?:und|oder|des|der|von)\b", match["rest"]) or not _is_clause(match):
        return ""
    return f"Dem Text zufolge {match['verb']} {_small(match['subject'])} {match['rest']}."


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _small(text: str) -> str:
    """An article at its beginning in small letters."""
    return text[0].lower() + text[1:] if is_function_word(text.split()[0]) else text
