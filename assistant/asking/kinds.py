"""What kind of thing a question asks for, and whether a sentence holds it."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from assistant.asking.mentions import Mention, apart, trimmed
from assistant.asking.names import VERBS_OF_SAYING, names, places, speakers
from assistant.asking.quantities import ages, dates, durations, numbers, percentages, times
from assistant.german import WORD, folded, is_function_word, terms

Kind = Literal[
    "speaker", "person", "name", "percentage", "age", "date", "time", "duration", "number", "place", "reason"
]
"""Whose words something is; who; what something is called; which share; how old; which day or year; when; how long;
how many or how much; where; why."""

_WHICH = r"\b(?:welche[mnrs]?|which|what)\s+(?:(?-i:[a-zäöüß]+)\s+){0,2}"
_BEGINNING = r"^\W*(?:\w+\s+){0,2}"
_PERSONS = (
    r"\w*(?:person|mann|frau|politiker|präsident|minister|könig|königin|kaiser|papst|autor|dichter|schriftsteller|"
    r"schauspieler|sänger|spieler|künstler|maler|forscher|wissenschaftler|chemiker|physiker|trainer|regisseur|komponist|"
    r"philosoph|sprecher|chef|leiter|experte|man|woman|president|king|queen|author|actor|player|singer)"
    r"(?:in|innen|n|en|s)?\b"
)
_PLACES = (
    r"\w*(?:stadt|städten|land|ländern|lande|ort|orten|staat|staaten|kontinente?s?|region|insel|gegend|provinz|dorf|"
    r"city|country|town|village|continent|island)\b"
)
_ASKING: dict[Kind, str] = {
    "speaker": (
        rf"{_BEGINNING}(?:wer|who)\s+(?:\w+\s+){{0,8}}(?:{VERBS_OF_SAYING})\b|\blaut\s+wem\b|"
        r"\bwessen\s+(?:angabe|ansicht|meinung|worte)"
    ),
    "person": rf"{_BEGINNING}(?:wer|who|whom|whose)\b|\b(?:wen|wem|wessen)\b|{_WHICH}{_PERSONS}",
    "name": (
        r"\bwie\s+(?:heißt|heißen|hieß|hießen)\b|\b(?:was|wie)\s+(?:ist|war|lautete?)\s+der\s+name\b|"
        r"\bname\s+of\b|\bthe\s+names?\b|\bcalled\b"
    ),
    "percentage": (
        rf"\b(?:wie\s?viele?|how\s+(?:many|much)|what)\s+(?:prozent|percent)|{_WHICH}prozent|"
        r"\b(?:wie|how)\s+(?:hoch|groß|high)\b.*\b(?:anteil|prozentsatz|percentage)\b"
    ),
    "age": rf"\bwie\s+alt\b|\bhow\s+old\b|{_WHICH}(?:alter|age)\b",
    "date": rf"{_WHICH}(?:datum|date|jahr|tag|year|day)(?:e?n?)\b",
    "time": (
        rf"\b(?:wann|when)\b|\bwie\s?viel\s+uhr\b|"
        rf"{_WHICH}(?:jahr|jahrzehnt|jahrhundert|monat|woche|year|month|decade|century|week)(?:e?n?)\b"
    ),
    "duration": r"\bwie\s+lange?\b|\bhow\s+long\b",
    "number": (
        r"\bwie\s?viele?n?\b(?!\s+(?:uhr|prozent))|\bwie\s+(?:hoch|weit|groß|schwer|teuer|tief|breit|schnell|oft|häufig)\b|"
        r"\bhow\s+(?:many(?!\s+percent)|much|high|far|tall|heavy|often|big|large|deep|fast|wide)\b"
    ),
    "place": rf"{_BEGINNING}(?:wo|where)\b|\b(?:woher|wohin)\b|{_WHICH}{_PLACES}",
    "reason": r"\b(?:warum|wieso|weshalb|weswegen|why)\b|\baus\s+welche[mn]\s+gr[uü]nd",
}
_ASKS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _ASKING.items()}
_REASONS = re.compile(
    r"(?:(?:^|,\s|\bund\s|\boder\s)(?i:da|denn)|\b(?i:weil|because(?:\sof)?|due\sto|in\sorder\sto)|"
    r",\s(?:damit|since)|^Since)\s(?P<clause>[^,;.()]+)|"
    r"\b(?i:wegen|aufgrund|auf\sGrund|angesichts|dank|infolge|mangels)\s"
    r"(?P<noun>(?:(?:von|de[sr]|eine[sr])\s)?(?:[a-zäöüß]+\s){0,3}?[A-ZÄÖÜ][\w-]*"
    r"(?:\s(?:(?:de[sr]|von|und)\s)?(?:[a-zäöüß]+e[nrs]\s)?[A-ZÄÖÜ][\w-]*)*)|"
    r"\b(?i:um)\s(?P<purpose>[^;.]{1,150}?(?:\bzu\s\w+|\w{1,30}zu\w{1,30}en\b))"
)


def _reasons(sentence: str) -> Iterator[Mention]:
    """What stands behind "weil", "wegen", "um ... zu" and the like."""
    for match in _REASONS.finditer(sentence):
        group = str(match.lastgroup)
        if match[group].strip():
            yield Mention(trimmed(sentence, *match.span(group)), match[group], is_clear=True)


_FINDERS: dict[Kind, Callable[[str], Iterator[Mention]]] = {
    "speaker": speakers,
    "person": names,
    "name": names,
    "percentage": percentages,
    "age": ages,
    "date": dates,
    "time": times,
    "duration": durations,
    "number": numbers,
    "place": places,
    "reason": _reasons,
}
OF_NAMES = frozenset(("speaker", "person", "name"))
_IN_EVERY_ANSWER: frozenset[Kind] = frozenset(("name", "percentage", "age", "date", "time", "duration", "number"))


@lru_cache(1000)
def kinds_asked(question: str) -> tuple[Kind, ...]:
    """The kinds of thing that `question` asks for, the most special first; none where it is keywords only.

    >>> kinds_asked("Seit wann gilt das?"), kinds_asked("Von wem stammt das?"), kinds_asked("Rubio Alter")
    (('time',), ('person',), ())
    """
    return tuple(kind for kind, asks in _ASKS.items() if asks.search(question))


def kind_is_missing(question: str, sentence: str) -> float:
    """1.0 if `question` asks for a kind of thing, such as a number, that `sentence` does not hold, else 0.0.

    Words of the question do not count: "Wie viele Millionen?" is not answered by "Millionen". Places and reasons are
    told in so many ways that they are never missed; someone is wherever there is a capital within the sentence.

    >>> kind_is_missing("Wie viele kamen?", "Es kamen viele."), kind_is_missing("Wie viele kamen?", "Drei kamen.")
    (1.0, 0.0)
    """
    kinds = kinds_asked(question)
    lacks_kind = any(kind in _IN_EVERY_ANSWER and not new_mentions(kind, question, sentence) for kind in kinds)
    return float(lacks_kind or ("person" in kinds and not _holds_new_capital(question, sentence)))


@lru_cache(1 << 13)
def _mentions(kind: Kind, sentence: str) -> tuple[Mention, ...]:
    return apart(list(_FINDERS[kind](sentence)))


def new_mentions(kind: Kind, question: str, sentence: str) -> list[Mention]:
    """The mentions that the question does not hold already: a name in no part, anything else not as a whole."""
    asked = asked_of(question)
    is_asked = any if kind in OF_NAMES else all
    return [one for one in _mentions(kind, sentence) if not is_asked(map(asked.holds, _content(one.core)))]


def _content(text: str) -> list[str]:
    found = WORD.findall(text)
    return [word for word in found if not is_function_word(word)] or found


def _holds_new_capital(question: str, sentence: str) -> bool:
    asked = asked_of(question).words
    inside = sentence[:1].lower() + sentence[1:]
    return any(word[0].isupper() and folded(word) not in asked for word in WORD.findall(inside))


# --- what a question says of its answer ---------------------------------------------------------------------------

_PREPOSITION = re.compile(
    r"\b(von|nach|mit|bei|für|gegen|durch|aus|in|an|auf)\s+(?:wem|wen|welche[mnrs]?)\b", re.IGNORECASE
)
_COUNTED = re.compile(r"(?:[Ww]ie\s?viele?n?|[Hh]ow\s(?:many|much))\s((?:[a-zäöüß]+\s){0,2}?(?:[A-ZÄÖÜ][\w-]+|[a-z]+))")


class Asked(NamedTuple):
    """What a question says of its answer."""

    words: frozenset[str]
    """Its words, folded."""
    stems: frozenset[str]
    """Of its words that carry meaning."""
    counted: frozenset[str]
    """Stems of what is to be counted."""
    preposition: str
    """Before the word that asks, or ""."""
    is_subject: bool
    """Whether someone is asked for who does or is something."""

    def holds(self, word: str) -> bool:
        """Whether the question has a word of the same stem."""
        return folded(word) in self.words or bool(self.stems & stems(word))


@lru_cache(1000)
def asked_of(question: str) -> Asked:
    """What its words say."""
    preposition, counted = _PREPOSITION.search(question), _COUNTED.search(question)
    found = WORD.findall(question)
    return Asked(
        words=frozenset(map(folded, found)),
        stems=stems_of(question),
        counted=stems_of(counted[1]) if counted else frozenset(),
        preposition=preposition[1].lower() if preposition else "",
        is_subject=bool(found) and folded(found[0]) in {"wer", "who", "welche", "welcher", "welches"},
    )


def stems_of(text: str) -> frozenset[str]:
    """Of its words that carry meaning."""
    return frozenset(stem for word in WORD.findall(text) for stem in stems(word))


@lru_cache(1 << 16)
def stems(word: str) -> frozenset[str]:
    """Of a word and its parts; none of a function word."""
    return frozenset() if is_function_word(word) else frozenset(terms(word))
