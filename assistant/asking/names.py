"""Names of people and places, and speakers, that a sentence mentions.

German writes names and common nouns with capitals: the lexicon tells them apart, and articles and adjectives in front.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.asking.mentions import Mention
from assistant.asking.quantities import MONTH, SEASON, UNIT_OF_TIME, WEEKDAY
from assistant.german import is_common_noun, is_function_word
from assistant.records import Span

VERBS_OF_SAYING = (
    r"(?:(?:ge)?(?:sag|beton|warn|forder|äußer|meint?|mein|glaub)|erklär|bericht|kritisier|ergänz|behaupt|versicher|"
    r"bestätig|erläuter|argumentier|schilder|antwort|kommentier|verkünd)(?:t|te|ten|et|ete|eten)|"
    r"schrieb(?:en)?|schreib(?:t|en)|kündigten?|kündigte|sprach|said|says|told|explained|stated|claimed|wrote|argued|added|warned"
)
_SAYS = re.compile(rf"(?:{VERBS_OF_SAYING})$")
_WORD = re.compile(r"(?:[^\W\d_]\.\s?-?)+(?=[^\W\d_])|(?:Dr|Prof|St|Jr|Sr)\.|[^\W_]+(?:['’.&-][^\W_]+)*")
_PARTICLES = frozenset("von van de der den del della di da du la le el al bin ibn ben zu of the y dos das".split())
_DETERMINERS = frozenset(
    """der die das den dem des ein eine einen einem einer eines kein keine im am zum zur vom beim ins ans
    jede jeder jedes jeden jedem diese dieser dieses diesen diesem sein seine seinen seinem seiner seines
    ihr ihre ihren ihrem ihrer ihres
    unser unsere unserem unseren viele vielen alle allen einige einigen mehrere mehreren beide beiden""".split()
)
_PREPOSITIONS = frozenset(
    """in im ins nach aus bei beim auf an am ans vor über unter zu zum zur von vom mit für gegen durch um zwischen ohne
    seit während at from to near by with against for into through off of on""".split()
)
_OF_PLACES = frozenset("in im ins nach aus bei beim auf an am ans vor at from near into to von".split())
_NO_NAME = re.compile(
    rf"(?:{MONTH}|{WEEKDAY}|{UNIT_OF_TIME}|{SEASON}|(?:Jan|Feb|Aug|Sep|Okt|Nov|Dez|Regel|Lage|Stelle|Ende|Anfang|Zeit|Uhr|"
    r"UTC|Teil|Alter|Form|Kraft|Bezug|Höhe|Art|Weise|Rahmen|Fall|Chr|Nr)(?:e?[ns])?)$"
)
_ADVERB = re.compile(
    r".*(?:lich|weise|falls|mals|wärts|seits)$|(?:trotz|außer|zu|nach|seit|vor|in)dem$|(?:da|bis|vor|nach|hin|um|seit)her$|"
    r"(?:dar?|hier|so|wo)(?:bei|mit|zu|nach|durch|für|an|auf|aus|in|um|unter|von)$|früher|später|dennoch|zu(?:nächst|erst|letzt|"
    r"gleich|weilen)$|einst$|erst$|längst$|meist|jüngst|anfangs|übrigens|\w+stens$|besonders|bald|oft|eben|fast$|gern|ferner|"
    r"weiter|zusammen|insgesamt|genau|wirklich|however|later|then|also|there|it|they",
    re.IGNORECASE,
)
_ADJECTIVE_ENDINGS = ("e", "en", "er", "es", "em")


class _Word(NamedTuple):
    text: str
    start: int
    end: int


class _Run(NamedTuple):
    """Capitalised words in a row, and what stands around them."""

    words: tuple[_Word, ...]
    is_first: bool
    """Whether it begins the sentence, where every word has a capital."""
    is_determined: bool
    """Whether an article or an adjective stands in front."""
    preposition: str
    """In front of these, in small letters, or ""."""
    before: str
    """The word in front of articles and adjectives, in small letters, a comma before it kept."""
    follows: str
    """The word behind."""


def names(sentence: str) -> Iterator[Mention]:
    """Names with their titles; clear where there are several words."""
    for run in _runs(sentence):
        words = [word for word in run.words if not _NO_NAME.match(word.text)]
        words = _without_owned(words)
        proper = " ".join(word.text for word in words if not is_common_noun(word.text))
        is_single = len(words) == 1
        is_doubtful = is_single and (run.is_determined or (run.is_first and not _may_be_subject(run)))
        if proper and not is_doubtful:
            yield _mention(words, run, proper, is_clear=not is_single)


def places(sentence: str) -> Iterator[Mention]:
    """What stands behind a preposition of place; clear where it is a name."""
    for run in _runs(sentence):
        if run.preposition in _OF_PLACES and not _NO_NAME.match(run.words[0].text):
            is_name = not all(is_common_noun(word.text) for word in run.words)
            if is_name or run.is_determined:
                yield _mention(run.words, run, run.words[-1].text, is_name)


def speakers(sentence: str) -> Iterator[Mention]:
    """Subjects of verbs of saying, and whom something is according to."""
    for run in _runs(sentence):
        is_behind = bool(_SAYS.match(run.before)) or run.before in {",so", "–so", "laut"}
        is_in_front = bool(_SAYS.match(run.follows)) and not run.preposition
        if is_behind or is_in_front or run.follows == "zufolge":
            yield _mention(run.words, run, run.words[-1].text, is_clear=True)


def _mention(words: Sequence[_Word], run: _Run, core: str, is_clear: bool) -> Mention:
    return Mention(Span(words[0].start, words[-1].end), core, is_clear, run.preposition)


def _without_owned(words: list[_Word]) -> list[_Word]:
    """Of a name in the genitive and what it stands with only the name: of "Newtons Ruhm", of "Norden Syriens"."""
    common = [is_common_noun(word.text) for word in words]
    while len(words) > 1 and common[-1] and not common[-2] and words[-2].text.endswith(("s", "er")):
        is_genitive = words[-2].text.endswith("s")  # else an adjective: Pariser Modeblätter
        words, common = (words[:-1], common[:-1]) if is_genitive else (words[:-2], common[:-2])
    return words[1:] if common == [True, False] and words[1].text.endswith("s") else words


def _may_be_subject(run: _Run) -> bool:
    """Whether a sentence's first word, which is capitalised anyhow, may be a name."""
    is_before_verb = run.follows[:1].islower() and (
        run.follows.endswith(("t", "te", "ten")) or run.follows in {"war", "wurde", "said", "was"}
    )
    return is_before_verb and not _ADVERB.match(run.words[0].text)


def _runs(sentence: str) -> Iterator[_Run]:
    words = [
        _Word(match.group().strip(), match.start(), match.start() + len(match.group().strip()))
        for match in _WORD.finditer(sentence)
    ]
    at = 0
    while at < len(words):
        if not _is_capitalised(words, at, sentence):
            at += 1
            continue
        end = at + 1
        while end < len(words) and (length := _continues(words, end, sentence)):
            end += length
        is_determined, preposition, before = _in_front(words, at, sentence)
        follows = words[end].text if end < len(words) else ""
        yield _Run(tuple(words[at:end]), at == 0, is_determined, preposition, before, follows)
        at = end


def _is_capitalised(words: list[_Word], at: int, sentence: str) -> bool:
    text, start = words[at].text, words[at].start
    if not text[0].isupper():
        return False
    begins = at == 0 or sentence[max(0, start - 2) : start].rstrip()[-1:] in set(':„“"»«.!?')
    return not is_function_word(text) or (text.isupper() and not begins)


def _continues(words: list[_Word], at: int, sentence: str) -> int:
    """How many words from `at` on belong to the run before: 1, 2 with a particle, or 0."""
    last, word = words[at - 1], words[at]
    if not sentence[last.end : word.start].isspace():
        return 0
    if word.text[0].isupper():
        return int(not is_function_word(word.text))
    if word.text not in _PARTICLES or at + 1 == len(words) or is_common_noun(last.text):
        return 0
    name = words[at + 1]
    adjoins = sentence[word.end : name.start].isspace()
    is_own_name = word.text == "von" and at + 2 < len(words) and words[at + 2].text[0].isupper()  # of another
    return 2 if adjoins and name.text[0].isupper() and not is_common_noun(name.text) and not is_own_name else 0


def _in_front(words: list[_Word], at: int, sentence: str) -> tuple[bool, str, str]:
    """Whether an article or adjective stands before the word at `at`, the preposition and the word before that."""
    is_determined = False
    for position in range(at - 1, max(-1, at - 5), -1):
        word = words[position]
        if sentence[word.end : words[position + 1].start].strip():
            return is_determined, "", ""
        text = word.text.lower()
        if text in _PREPOSITIONS:
            return is_determined or text in _DETERMINERS, text, text
        is_adjective = word.text[0].islower() and text.endswith(_ADJECTIVE_ENDINGS) and not is_function_word(text)
        if text not in _DETERMINERS and (not is_adjective or _SAYS.match(text)):
            mark = sentence[max(0, word.start - 2) : word.start].strip()[-1:]
            return is_determined, "", f"{mark}{text}" if text == "so" else text
        is_determined = True
    return is_determined, "", ""
