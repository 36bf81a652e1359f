"""Who does what to whom: the parts that words play in a claim beside those that they play in its evidence."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from assistant.claims.statements import Statement, Word

_PREPOSITIONS = frozenset(
    """ab wegen laut trotz je pro innerhalb ausserhalb gegenuber statt seitens ohne binnen entlang
    von vom aus nach zu zum zur gegen fur an am bei beim durch vor uber unter mit auf in im ins seit bis um zwischen
    by from to against for with of at on into""".split()
)
_SAME = {"vom": "von", "zum": "zu", "zur": "zu", "am": "an", "beim": "bei", "im": "in", "ins": "in"}
_ACCUSATIVE = frozenset("den einen keinen diesen jenen jeden seinen ihren meinen unseren".split())
_DATIVE = frozenset("dem einem keinem diesem jenem jedem seinem ihrem meinem unserem".split())
_GENITIVE = frozenset("des eines dieses jenes seines ihres".split())
_SUFFERING = frozenset(("acc", "dat"))
_NOMINATIVE = frozenset(("der",))
_DETERMINERS = (
    _ACCUSATIVE
    | _DATIVE
    | _GENITIVE
    | _NOMINATIVE
    | frozenset(
        """die das ein eine einer keine sein seine ihr ihre diese dieses jede jedes alle allen andere anderen manche
        manchen viele vielen einige einigen mehrere mehreren beide beiden the a an his her their""".split()
    )
)
_PASSIVE = re.compile(r"wird|werden|wurden?|worden|werde|wurde|is|was|were|been|be")
PARTICIPLE = re.compile(r"(?:\w*ge\w+(?:t|en)|(?:be|ver|er|ent|zer|miss|uber|unter)\w+(?:t|en)|\w+iert|\w+ed)")
LEAST_DECLINED = 4  # letters, of a word that may have an ending
WINDOW = 3  # content words on each side that a word's neighbours are
_OF_ADJECTIVES = ("e", "en", "er", "es", "em")
_REACH = 5  # words in front of a noun that are looked at for its article and preposition


_Places = dict[str, set[tuple[str, str]]]


class Part(NamedTuple):
    """What marks the part that a noun plays."""

    preposition: str
    case: str
    """"acc", "dat", "gen", "nom", or "" where the article does not tell."""


def swapped(claim: Statement, evidence: Statement) -> tuple[str, str] | None:
    """Two nouns or names that play each other's part in the claim, or None.

    >>> swapped(Statement.of("Anna schenkte dem Otto Wein."), Statement.of("Otto schenkte der Anna Wein."))
    ('Anna', 'Otto')
    """
    if pair := _places_exchanged(claim, evidence) or _misplaced(claim, evidence):
        return pair
    if is_passive(claim, claim) != is_passive(evidence, claim):
        return _swapped_by_voice(claim, evidence)
    said, proved = _nouns(claim), _nouns(evidence)
    common = [stem for stem in said if stem in proved]
    for number, first in enumerate(common):
        for second in common[number + 1 :]:
            if _keep_their_parts(said, proved, first, second):
                continue
            if _exchanged(said, proved, first, second) or _neighbours_exchanged(claim, evidence, first, second):
                return said[first].word.text, said[second].word.text
    return None


def _places_exchanged(claim: Statement, evidence: Statement) -> tuple[str, str] | None:
    """Two names, nouns or numbers that stand between the words that the other stood between, or None."""
    return _exchanged_places(_places(claim, True), _places(evidence, True)) or _exchanged_places(
        _places(claim, False), _places(evidence, False)
    )


def _exchanged_places(said: _Places, proved: _Places) -> tuple[str, str] | None:
    moved = [run for run in said if run in proved and said[run] != proved[run]]
    for number, first in enumerate(moved):
        for second in moved[number + 1 :]:
            new_of_first = (said[first] & proved[second]) - proved[first]
            new_of_second = (said[second] & proved[first]) - proved[second]
            if new_of_first and new_of_second:
                return first, second
    return None


def _misplaced(claim: Statement, evidence: Statement) -> tuple[str, str] | None:
    """In a claim of its evidence's words alone, a run that stands behind another function word and before another word.

    And that word; a verb that only changed sides with the run ("Rubio sagte", "sagte Rubio") is none.
    """
    words = [word.text.casefold() for word in claim.words]
    given = [word.text.casefold() for word in evidence.words]
    if not set(words) <= set(given):
        return None
    pairs = set(pairwise(given))
    for start, end in _runs(claim):
        if not 0 < start < end < len(words) or claim.words[start - 1].is_content:
            continue
        before, behind = (words[start - 1], words[start]), (words[end - 1], words[end])
        has_changed_sides = (words[end - 1], words[start - 1]) in pairs
        if before not in pairs and behind not in pairs and not has_changed_sides:
            return _text(claim, start, end), claim.words[start - 1].text
    return None


def _places(statement: Statement, over_ends: bool) -> _Places:
    """For each run, between which words it stands; "|" is the end of a clause, with the word beyond it if wanted."""
    found: _Places = {}
    words = statement.words
    for start, end in _runs(statement):
        is_last = end == len(words) or words[end].clause != words[start].clause
        beyond = words[end].folded if end < len(words) and (over_ends or not is_last) else ""
        place = (_leading(words, start, over_ends), f"| {beyond}" if is_last else beyond)
        found.setdefault(_key(statement, start, end), set()).add(place)
    return found


def _runs(statement: Statement) -> Iterator[tuple[int, int]]:
    """Where capitalised words, or numbers, follow each other in a clause: the first, and what is behind the last."""
    words, at = statement.words, 0
    while at < len(words):
        end = at
        kind = words[at].text[0].isdigit()
        while end < len(words) and words[end].clause == words[at].clause and _is_of_run(words[end], kind):
            end += 1
        if end > at:
            yield at, end
        at = max(end, at + 1)


def _is_of_run(word: Word, of_digits: bool) -> bool:
    return word.text[0].isdigit() if of_digits else word.text[0].isupper() and word.is_content


def _text(statement: Statement, start: int, end: int) -> str:
    return " ".join(word.text for word in statement.words[start:end])


def _key(statement: Statement, start: int, end: int) -> str:
    """The same in every case: "Nachbar" and "Nachbarn"."""
    folded = (word.folded for word in statement.words[start:end])
    return " ".join(word.rstrip("ns") if len(word) > LEAST_DECLINED else word for word in folded)


def _leading(words: Sequence[Word], at: int, over_ends: bool) -> str:
    """The function words right before a word in its clause, or else the word before it."""
    found: list[str] = []
    for word in reversed(words[:at]):
        if word.clause != words[at].clause:
            found = found or [word.folded if over_ends else "", "|"]
            break
        if found and word.is_content:
            break
        found.insert(0, word.folded)
        if word.is_content:
            break
    return " ".join(found)


def _keep_their_parts(said: dict[str, "_Noun"], proved: dict[str, "_Noun"], first: str, second: str) -> bool:
    """Whether what marks each of two words stays, and tells them apart: then they stand in another order only."""
    now, before = (said[first].part, said[second].part), (proved[first].part, proved[second].part)
    return now == before and now[0] != now[1] and any(part.preposition or part.case in _SUFFERING for part in now)


def _neighbours_exchanged(claim: Statement, evidence: Statement, first: str, second: str) -> bool:
    """Whether each of two words stands rather where the other did, by the words around."""
    pair = {first, second}
    before = {stem: _around(evidence, stem) - pair for stem in pair}
    for stem, other in ((first, second), (second, first)):
        around = _around(claim, stem) - pair
        if not len(around & before[other]) > len(around & before[stem]):
            return False
    return True


def _around(statement: Statement, stem: str) -> set[str]:
    """The stems of the content words near a word, in its clause."""
    content = [word for word in statement.words if word.is_content]
    return {
        other.stem
        for at, word in enumerate(content)
        if word.stem == stem
        for other in content[max(0, at - WINDOW) : at + WINDOW + 1]
        if other.clause == word.clause
    }


class _Noun(NamedTuple):
    word: Word
    part: Part
    at: int


def _nouns(statement: Statement) -> dict[str, _Noun]:
    """Capitalised words by stem; those that occur twice play no certain part."""
    found: dict[str, _Noun] = {}
    twice: set[str] = set()
    for at, word in enumerate(statement.words):
        if not word.text[0].isupper() or not word.is_content:
            continue
        if word.stem in found:
            before = found[word.stem]
            twice.add(word.stem) if before.part != _part(statement, at) else None
            continue
        found[word.stem] = _Noun(word, _part(statement, at), at)
    return {stem: noun for stem, noun in found.items() if stem not in twice}


def _part(statement: Statement, at: int) -> Part:
    """By the preposition and the article in front of a noun, adjectives and the titles of a name between left out."""
    case, has_article, is_title = "", False, True
    for before in reversed(statement.words[max(0, at - _REACH) : at]):
        folded = before.folded
        if before.clause != statement.words[at].clause:
            break
        if folded in _PREPOSITIONS:
            return Part(_SAME.get(folded, folded), "")
        if has_article:
            break
        if before.text[0].isdigit() or folded == "und":  # zwischen 9 und 15 Uhr
            continue
        if folded in _DETERMINERS:
            case, has_article = _case(folded), True
        elif before.text[0].isupper():
            if not is_title:
                break
        elif before.is_content and folded.endswith(_OF_ADJECTIVES):
            is_title = False
        else:
            break
    return Part("", case)


def _case(determiner: str) -> str:
    if determiner in _ACCUSATIVE:
        return "acc"
    if determiner in _DATIVE:
        return "dat"
    if determiner in _GENITIVE:
        return "gen"
    return "nom" if determiner in _NOMINATIVE else ""


def _exchanged(said: dict[str, _Noun], proved: dict[str, _Noun], first: str, second: str) -> bool:
    """Whether the parts of two nouns are exchanged: each has the other's, or what did it suffers it now."""
    now, before = (said[first].part, said[second].part), (proved[first].part, proved[second].part)
    if before[0] != before[1] and now == (before[1], before[0]):
        return True
    if any(len({nouns[first].word.clause, nouns[second].word.clause}) > 1 for nouns in (said, proved)):
        return False
    for one, other in ((first, second), (second, first)):
        did_it = _may_act(proved[one].part) and (proved[one].at < proved[other].at or not _may_act(proved[other].part))
        does_it = _may_act(said[other].part) and (said[other].at < said[one].at or not _may_act(said[one].part))
        is_sure = proved[other].part.case in _SUFFERING or said[one].part.case in _SUFFERING
        if did_it and does_it and is_sure:
            return True
    return False


def _may_act(part: Part) -> bool:
    return not part.preposition and part.case in {"", "nom"}


def is_passive(statement: Statement, claim: Statement) -> bool:
    """Whether one of those sentences of a statement that are about what a claim says is in the passive."""
    for sentence in statement.sentences():
        is_about = sum(not word.terms.isdisjoint(claim.terms) for word in sentence if word.is_content) > 1
        if is_about and passive_word(sentence):
            return True
    return False


def passive_word(words: Sequence[Word]) -> str:
    """The word that makes the passive among some words, or ""."""
    auxiliary = next((word.text for word in words if _PASSIVE.fullmatch(word.folded)), "")
    return auxiliary if any(PARTICIPLE.fullmatch(word.folded) for word in words) else ""


def _swapped_by_voice(claim: Statement, evidence: Statement) -> tuple[str, str] | None:
    """Whom the passive names as doing it (von, durch, by) must not be what the active does it to."""
    passive, active = (claim, evidence) if is_passive(claim, claim) else (evidence, claim)
    doing, done = _nouns(active), _nouns(passive)
    agents = [
        stem
        for stem, noun in done.items()
        if noun.part.preposition in {"von", "durch", "by"} and stem in doing and doing[stem].part != noun.part
    ]
    suffering = next((stem for stem, noun in done.items() if not noun.part.preposition and stem in doing), None)
    for stem in agents:
        if doing[stem].part.case in _SUFFERING:
            return done[stem].word.text, doing[stem].word.text
        is_marked = suffering is not None and doing[suffering].part.case in _SUFFERING
        if suffering is not None and doing[suffering].at < doing[stem].at and not is_marked:
            return done[stem].word.text, done[suffering].word.text
    return None
