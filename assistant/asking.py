"""What kind of thing a question asks for, and where a sentence holds it."""

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import accumulate
from typing import Literal, NamedTuple

from assistant.german import WORD, folded, is_function_word, terms
from assistant.mentions import Mention, apart, trimmed
from assistant.names import VERBS_OF_SAYING, names, places, speakers
from assistant.quantities import ages, dates, durations, numbers, percentages, times
from assistant.records import Span

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
_OF_NAMES = frozenset(("speaker", "person", "name"))
_IN_EVERY_ANSWER: frozenset[Kind] = frozenset(("name", "percentage", "age", "date", "time", "duration", "number"))
_LEAST: dict[Kind, float] = {"person": 0.5, "place": 1.0, "name": 1.7}  # score of a mention to be marked
_LEAD: dict[Kind, float] = {"person": 0.3, "name": 0.5}  # in score, before the second best
_LEAD_OF_OTHERS = 0.15


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
    lacks_kind = any(kind in _IN_EVERY_ANSWER and not _new_mentions(kind, question, sentence) for kind in kinds)
    return float(lacks_kind or ("person" in kinds and not _holds_new_capital(question, sentence)))


def answer_spans(question: str, sentence: str) -> tuple[Span, ...]:
    """The places in `sentence` of what could answer `question`, in reading order; they do not overlap.

    >>> answer_spans("Wann kamen sie?", "Am 3. Mai kamen 87 Gäste.")
    (Span(start=0, end=9),)
    """
    found: list[Mention] = []
    for kind in kinds_asked(question):
        found += (one for one in _new_mentions(kind, question, sentence) if not _overlaps(one, found))
    return tuple(sorted(one.span for one in found))


def answer_span(question: str, sentence: str) -> Span | None:
    """The place in `sentence` to mark as the answer to who, when, where or how many; None where none clearly is it.

    Near the words that the sentence shares with the question is better; two that are about as good cancel out.
    """
    kinds = [kind for kind in kinds_asked(question) if kind != "reason"]
    if kinds[:1] == ["speaker"] and not _new_mentions("speaker", question, sentence):
        kinds = ["person"]
    if not kinds or not (found := _new_mentions(kinds[0], question, sentence)):
        return None
    shared = _Shared.of(question, sentence)
    best, *others = sorted(((_score(kinds[0], one, shared), one.span) for one in found), reverse=True)
    least, lead = _LEAST.get(kinds[0], 0.0), _LEAD.get(kinds[0], _LEAD_OF_OTHERS)
    return best[1] if best[0] >= max([least, *(score + lead for score, _ in others)]) else None


@lru_cache(1 << 13)
def _mentions(kind: Kind, sentence: str) -> tuple[Mention, ...]:
    return apart(list(_FINDERS[kind](sentence)))


def _new_mentions(kind: Kind, question: str, sentence: str) -> list[Mention]:
    """The mentions that the question does not hold already: a name in no part, anything else not as a whole."""
    asked = _asked(question)
    is_asked = any if kind in _OF_NAMES else all
    return [one for one in _mentions(kind, sentence) if not is_asked(map(asked.holds, _content(one.core)))]


def _content(text: str) -> list[str]:
    found = WORD.findall(text)
    return [word for word in found if not is_function_word(word)] or found


def _overlaps(one: Mention, others: list[Mention]) -> bool:
    return any(one.span.start < other.span.end and other.span.start < one.span.end for other in others)


def _holds_new_capital(question: str, sentence: str) -> bool:
    asked = _asked(question).words
    inside = sentence[:1].lower() + sentence[1:]
    return any(word[0].isupper() and folded(word) not in asked for word in WORD.findall(inside))


# --- which mention is it -----------------------------------------------------------------------------------------

_PREPOSITION = re.compile(
    r"\b(von|nach|mit|bei|für|gegen|durch|aus|in|an|auf)\s+(?:wem|wen|welche[mnrs]?)\b", re.IGNORECASE
)
_COUNTED = re.compile(r"(?:[Ww]ie\s?viele?n?|[Hh]ow\s(?:many|much))\s((?:[a-zäöüß]+\s){0,2}?(?:[A-ZÄÖÜ][\w-]+|[a-z]+))")
_MEASURE = re.compile(r"(?:%|Prozent|Jahre?n?|Tage?n?|Stunden?|Minuten?|Wochen?|Monate?n?)$")
_PASSIVE = re.compile(r"\b(?:wurden?|worden|werden|wird|was|were|been)\b")
_CALLED = re.compile(r"\b(?:namens|genannt|heiß(?:t|en)|hieß(?:en)?|Namen?|called|named)\s[„“\"»]?$")
_BOUNDARIES = frozenset(",;:()–")


class _Asked(NamedTuple):
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
        return folded(word) in self.words or bool(self.stems & _stems(word))


@lru_cache(1000)
def _asked(question: str) -> _Asked:
    preposition, counted = _PREPOSITION.search(question), _COUNTED.search(question)
    found = WORD.findall(question)
    return _Asked(
        words=frozenset(map(folded, found)),
        stems=_stems_of(question),
        counted=_stems_of(counted[1]) if counted else frozenset(),
        preposition=preposition[1].lower() if preposition else "",
        is_subject=bool(found) and folded(found[0]) in {"wer", "who", "welche", "welcher", "welches"},
    )


def _stems_of(text: str) -> frozenset[str]:
    return frozenset(stem for word in WORD.findall(text) for stem in _stems(word))


@lru_cache(1 << 16)
def _stems(word: str) -> frozenset[str]:
    return frozenset() if is_function_word(word) else frozenset(terms(word))


@cache
def _signs() -> dict[str, frozenset[str]]:
    """Signs of short biographies, and the stems that they stand for."""
    return {"*": _stems_of("geboren Geburt"), "†": _stems_of("gestorben Tod")}


class _Shared(NamedTuple):
    """A question and a sentence, and the sentence's words that the question has, too."""

    asked: _Asked
    sentence: str
    places: tuple[Span, ...]
    """Of these words in the sentence."""
    steps: tuple[int, ...]
    """Up to each offset of the sentence: white space counts 1, a mark between clauses 2."""

    @classmethod
    def of(cls, question: str, sentence: str) -> "_Shared":
        asked = _asked(question)
        steps = accumulate((2 if one in _BOUNDARIES else int(one.isspace()) for one in sentence), initial=0)
        places = (Span(*one.span()) for one in WORD.finditer(sentence) if asked.stems & _stems(one.group()))
        asked_signs = [sign for sign, stems in _signs().items() if stems & asked.stems]
        signs = (Span(at, at + 1) for at, one in enumerate(sentence) if one in asked_signs)
        return cls(asked, sentence, (*places, *signs), tuple(steps))

    def nearness(self, span: Span) -> float:
        """The sum of 1 / (1 + steps to it) over the shared words."""
        return sum(1 / (1 + self._steps_between(span, place)) for place in self.places)

    def _steps_between(self, one: Span, other: Span) -> int:
        first, second = sorted((one, other))
        return max(0, self.steps[second.start] - self.steps[first.end])


def _score(kind: Kind, one: Mention, shared: _Shared) -> float:
    """How much speaks for a mention: its form, its nearness to what is asked, and what fits it to the question."""
    score = float(one.is_clear) + shared.nearness(one.span)
    if kind == "number":
        return score + _fit_of_unit(shared.sentence[slice(*one.span)], shared.asked)
    if kind == "name":
        return score + float(bool(_CALLED.search(shared.sentence, max(0, one.span.start - 20), one.span.start)))
    if kind in _OF_NAMES:
        return score + _fit_of_preposition(one.preposition, shared)
    return score


def _fit_of_unit(text: str, asked: _Asked) -> float:
    """1 for the unit that is asked for; less than 0 for a measure that is not."""
    measure = _MEASURE.search(text)
    is_other_measure = measure is not None and not asked.holds(measure.group())
    return float(bool(asked.counted & _stems_of(text))) - 0.5 * is_other_measure


def _fit_of_preposition(preposition: str, shared: _Shared) -> float:
    """1 for the question's own, or that of who acts in the passive; less than 0 for another if a subject is asked."""
    if shared.asked.preposition:
        return float(preposition[:2] == shared.asked.preposition[:2])
    if not shared.asked.is_subject or not preposition:
        return 0.0
    is_agent = preposition in {"von", "vom", "durch", "by"} and _PASSIVE.search(shared.sentence)
    return 1.0 if is_agent else -0.5
