"""What a claim may leave out of its sentence without changing what the rest says: remarks, and some clauses.

Nothing that limits, conditions, denies, reports or takes back; of relative clauses none that may say which ones are
meant ("Mieter, die nicht zahlen"). In doubt it stays.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, combinations, groupby
from typing import NamedTuple

from assistant.claims.statements import Word
from assistant.claims.tokens import Token, in_words
from assistant.verbs import is_past

MOST_OMITTED = 2  # parts of a sentence that are left out at once
_BRACKETED = re.compile(r"\([^()]+\)")
_TAKES_BACK = re.compile(r"irrtum|falsch\w*|dement\w+|bestreit\w+|bestritt\w*|erfunden\w*|widerr\w+|zurück\w*")
_DENIES = re.compile(r"nicht\w*|kein\w*|niemals|nie|niemand\w*|weder|ohne|kaum|nur|lediglich|sondern|erst")
_LIMITS = re.compile(
    r"bloß|außer\w*|ausgenommen|ausnahme\w*|ab|bis|sofern|falls|wenn|soweit|solange|sobald|angeblich\w*|vermutlich\w*|"
    r"voraussichtlich\w*|möglicherweise|vielleicht|geplant\w*|höchstens|mindestens|maximal|spätestens|frühestens|"
    r"wohl|behaupt\w+|glaub\w*|hoff\w*|laut|zufolge|statt\w*|gescheitert\w*|theoretisch|scheinbar|würden?|hätten?|wären?|"
    rf"könnten?|sollten?|{_TAKES_BACK.pattern}"
)
_PRESENT_MODALS = "kann|können|darf|dürfen|muss|müssen|soll|sollen|will|wollen|gelten|gilt"
_MODALS = re.compile(rf"{_PRESENT_MODALS}|konnten?|durften?|mussten?|zu")
_RULES = re.compile(
    rf"{_PRESENT_MODALS}|erhält|erhalten|bekomm\w+|zahl\w+|haft\w+|"
    r"untersagt|verboten|erlaubt|zulässig|berechtigt|verpflichtet|kostet|kosten|frei|kostenlos|versichert|beträgt|betragen|"
    r"endet|enden|entfällt|entfallen|verfällt|verfallen|verliert|verlieren|schuldet|schulden|trägt|tragen|ersetzt|erstattet|"
    r"brauch\w+|kündig\w+"
)
_ADDING = frozenset("und siehe also".split())
_INDEFINITE = frozenset("ein eine einen einem einer eines".split())
_QUANTIFIES = re.compile(r"alle[mnrs]?|jede[mnrs]?|sämtliche\w*|wer|wenige\w*|meisten|manche\w*")
_BESIDE = frozenset("da wodurch sodass obwohl obgleich während indem".split())  # whatever the rest says
_OF_EXAMPLE = frozenset("wobei darunter einschließlich".split())
_OF_CAUSE = frozenset(("weil",))
_OF_TIME = frozenset("nachdem bevor".split())
_RELATIVE = frozenset("der die das den dem deren dessen denen welche welcher welches welchem welchen".split())
_BEFORE_RELATIVE = frozenset("in an auf aus mit von zu für bei nach durch über unter".split())
_OF_PLURAL = frozenset("die denen deren welche welchen".split())
_REACH = 4  # words before a noun that are looked at for what counts or determines it


class _Part(NamedTuple):
    """What may be left out: from `start` to `end` of the tokens."""

    start: int
    end: int


def omissions(tokens: Sequence[Token], sentence: str) -> Iterator[list[Token]]:
    """The sentence, and what is left of it where some of what may be left out is; MOST_OMITTED parts at once."""
    parts = [*_remarks(tokens, sentence), *_second_sentences(tokens, sentence), *_clauses(tokens)]
    counts = range(min(MOST_OMITTED, len(parts)) + 1)
    for some in chain.from_iterable(combinations(parts, count) for count in counts):
        yield [token for at, token in enumerate(tokens) if not any(part.start <= at < part.end for part in some)]


def _remarks(tokens: Sequence[Token], sentence: str) -> Iterator[_Part]:
    """What stands in brackets."""
    for match in _BRACKETED.finditer(in_words(sentence)):
        inside = [at for at, token in enumerate(tokens) if match.start() < token.word.start < match.end()]
        if inside and inside[0] and (tokens[inside[0]].key in _ADDING or not _is_limited(tokens, inside)):
            yield _Part(inside[0], inside[-1] + 1)


def _second_sentences(tokens: Sequence[Token], sentence: str) -> Iterator[_Part]:
    """What stands behind a semicolon."""
    for match in re.finditer(";", in_words(sentence)):
        start = next((at for at, token in enumerate(tokens) if token.word.start > match.start()), 0)
        first, behind = range(start, min(start + 4, len(tokens))), range(start, len(tokens))
        if start and not _is_limited(tokens, first) and not _has(_TAKES_BACK, tokens, behind):
            yield _Part(start, len(tokens))


def _has(words: re.Pattern[str], tokens: Sequence[Token], places: Sequence[int]) -> bool:
    return any(words.fullmatch(tokens[at].key) for at in places)


def _clauses(tokens: Sequence[Token]) -> Iterator[_Part]:
    """Clauses behind what they are about, and a second verb with what follows it ("und …")."""
    at, end = 0, len(tokens)
    for _, group in groupby(tokens, lambda token: token.clause):
        start, at = at, at + len(list(group))
        if not start:
            continue
        if _only_adds(tokens, start):
            yield _Part(start, end)
        is_relative = _is_relative(tokens[start:at]) and not _is_limited(tokens, range(start, at))
        if is_relative and _tells_nothing_apart(tokens, start, at):
            yield _Part(start, at)
    if tokens:
        yield from _second_verbs(tokens)


def _is_limited(tokens: Sequence[Token], places: Sequence[int]) -> bool:
    return _has(_DENIES, tokens, places) or _has(_LIMITS, tokens, places)


def _only_adds(tokens: Sequence[Token], start: int) -> bool:
    """Whether what begins a subordinate clause leaves the rest true without it."""
    first, before, behind = tokens[start].key, range(start), range(start, len(tokens))
    denies = _has(_DENIES, tokens, before)
    if _has(_TAKES_BACK, tokens, behind):
        return False
    if first in _BESIDE or first in _OF_EXAMPLE:
        return first in _BESIDE or not _is_limited(tokens, behind)
    if first in _OF_CAUSE:
        return not denies
    is_told = _is_past(tokens[:start]) and not _has(_MODALS, tokens, before)
    return first in _OF_TIME and is_told and not denies and not _is_limited(tokens, behind)


def _second_verbs(tokens: Sequence[Token]) -> Iterator[_Part]:
    """What begins with "und" and a verb in a main clause that nothing before it denies, limits or counts."""
    last = tokens[-1].clause
    first = next(at for at, token in enumerate(tokens) if token.clause == last)
    if first:
        return
    for at in range(2, len(tokens) - 2):
        is_second = tokens[at].key == "und" and tokens[at + 1].may_be_finite
        is_free = not any(_has(words, tokens, range(at)) for words in (_DENIES, _QUANTIFIES, _LIMITS))
        if is_second and is_free and not _has(_LIMITS, tokens, range(at, len(tokens))):
            yield _Part(at, len(tokens))


def _is_relative(own: Sequence[Token]) -> bool:
    first, second = own[0].key, own[1].key if len(own) > 1 else ""
    return len(own) > 2 and (first in _RELATIVE or (first in _BEFORE_RELATIVE and second in _RELATIVE))


def _tells_nothing_apart(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether a relative clause only adds something to what is named before it, rather than say which is meant.

    In what tells of the past, or is about one thing and no rule, it does no harm either way.
    """
    outside = [*range(start), *range(end, len(tokens))]
    counts = _has(_QUANTIFIES, tokens, [0, *range(max(0, start - _REACH), start)])
    if counts or _has(_DENIES, tokens, outside) or _has(_RULES, tokens, outside):
        return False
    if tokens[start - 1].word.is_name or _is_past([tokens[at] for at in outside]):
        return True
    is_plural = tokens[start].key in _OF_PLURAL and tokens[end - 1].key.endswith(("n", "nd"))
    is_any = any(token.key in _INDEFINITE for token in tokens[max(0, start - _REACH) : start])
    return not is_plural and not is_any


def _is_past(tokens: Sequence[Token]) -> bool:
    return any(_is_past_word(token.word) for token in tokens)


def _is_past_word(word: Word) -> bool:
    auxiliary = {"war", "waren", "wurde", "wurden", "hatte", "hatten"}
    return word.text in auxiliary or (word.text[0].islower() and is_past(word.folded))
