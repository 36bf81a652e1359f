"""Whether a claim is its sentences, word for word, but for what cannot change their meaning.

A claim may leave out what `claims.omission` allows, put another part before the verb, spell numbers otherwise, and say
that the text says so. It says all sentences that it rests on, in their order. But for a change of voice
(`claims.voice`), what is worded more freely cannot be proved by rules, and is not said.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.claims.omission import omissions
from assistant.claims.tokens import Token, tokens_of
from assistant.claims.words import is_saying
from assistant.sentences import segment

_ATTRIBUTIONS = tuple(
    tuple(words.split())
    for words in (
        "dem text zufolge",
        "laut text",
        "laut dem text",
        "nach dem text",
        "dem dokument zufolge",
        "laut dokument",
        "laut dem dokument",
        "according to the text",
        "according to the document",
    )
)
_ASKS = re.compile(r"\?[\s!\"“”’»«)\]]*$|[!]\?+$")
_FIXED = frozenset("den dem des einen einem eines".split())  # articles that no subject has
_SUBJECTS = frozenset("er ich wir der".split())
_PRONOUNS = frozenset("er sie es ihn ihm ihr ihnen wir uns ich mich mir euch man das dies diese dieser".split())
_PREPOSITIONS = frozenset(
    """ab an am auf aus außer bei beim bis durch entgegen für gegen gegenüber gemäß hinter im in ins innerhalb laut mit
    nach neben ohne per pro seit statt trotz über um unter vom von vor während wegen zu zum zur zwischen""".split()
)
_CONJUNCTIONS = frozenset("wenn weil da obwohl nachdem bevor als damit falls sofern sobald solange während".split())
_LEADING = frozenset("der die das ein eine und oder als".split())  # to the word behind
_ATTACHED = frozenset("des der eines einer von of und oder sowie als wie bzw".split())  # to the noun before
_OF_VERBS = frozenset(  # rather than of the noun before
    "zum zur nach um seit ab durch während wegen trotz an am auf unter vom vor gegen gegenüber über".split()
)
_OF_TIME = re.compile(
    r"\d.*|januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|\w+tag|jahr\w*"
)
_TURNING = frozenset(
    """nicht nie niemals kein keine keinen keinem keiner keines nur auch erst fast kaum sehr so zu bis ab mindestens
    höchstens etwa rund gut knapp über unter""".split()
)


def not_derived(claim: str, evidence: Sequence[str]) -> str:
    """The first word at which a claim differs from its sentences otherwise than it may, or "".

    >>> not_derived("Der Zins beträgt 9 Prozent.", ["Bei Verzug beträgt der Zins 9 Prozent."])
    'Der'
    >>> not_derived("Im Mai kam Otto Kern.", ["Otto Kern kam im Mai."])
    ''
    """
    said = [claim[slice(*span)] for span in segment(claim).sentences]
    proved = [sentence[slice(*span)] for sentence in evidence for span in segment(sentence).sentences]
    if len(said) == len(proved):
        return next((found for one, other in zip(said, proved, strict=True) if (found := _differs(one, other))), "")
    if len(said) == 1 and len(proved) == 2:
        return _differs_joined(said[0], proved)
    return said[0].split()[0] if said else claim


def _differs_joined(claim: str, proved: Sequence[str]) -> str:
    """The same of a claim that joins two sentences by "und"."""
    for match in re.finditer(r",? (?:und|and) ", claim):
        if not _differs(claim[: match.start()], proved[0]) and not _differs(claim[match.end() :], proved[1]):
            return ""
    return claim.split()[0]


def _differs(claim: str, sentence: str) -> str:
    """The first word at which one sentence of a claim differs from one of its evidence otherwise than it may, or ""."""
    said, proved = list(tokens_of(claim)), tokens_of(sentence)
    if _ASKS.search(sentence) and not _ASKS.search(claim):
        return "?"
    reported = _without_attribution(said)
    for left in omissions(proved, sentence):
        if _keys(said) == _keys(left) or _is_turned(said, left) or (reported and _stands_behind(reported, left)):
            return ""
    at = next((at for at, (one, other) in enumerate(zip(said, proved, strict=False)) if one.key != other.key), 0)
    return said[at].word.text if said else claim


def _keys(tokens: Sequence[Token]) -> list[str]:
    return [token.key for token in tokens]


def _without_attribution(said: Sequence[Token]) -> list[Token]:
    """What the claim says that its text says; empty where it does not say so."""
    for words in _ATTRIBUTIONS:
        if _keys(said[: len(words)]) == [*words]:
            return list(said[len(words) :])
    return []


def _stands_behind(said: Sequence[Token], proved: Sequence[Token]) -> bool:
    """Whether a main clause stands behind an attribution: its verb first, the rest as it was, or all as it was."""
    if _keys(said) == _keys(proved):
        return True
    at = next((at for at, token in enumerate(proved) if token.key == said[0].key and token.may_be_finite), 0)
    moved = [proved[at], *proved[:at], *proved[at + 1 :]]
    return bool(at) and _is_one_part(proved[:at]) and _keys(said) == _keys(moved)


def _is_turned(said: Sequence[Token], proved: Sequence[Token]) -> bool:
    """Whether another part stands before the verb, and the one that did behind it: German main clauses may turn so."""
    if len(said) != len(proved):
        return False
    return any(_fits(said, proved, at, verb) for at, verb in _verbs(said, proved))


def _verbs(said: Sequence[Token], proved: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Where the same verb may stand second in both."""
    for at, token in enumerate(said):
        for other, verb in enumerate(proved):
            is_same = token.key == verb.key or {token.key, verb.key} == {"so", "sagte"}
            if at and other and is_same and (verb.may_be_finite or said[0].key in _CONJUNCTIONS):
                yield at, other


def _fits(said: Sequence[Token], proved: Sequence[Token], at: int, verb: int) -> bool:
    front, rest, first, behind = said[:at], _keys(said[at + 1 :]), proved[:verb], proved[verb + 1 :]
    is_speech = is_saying(proved[verb].word) and any(token.may_be_finite for token in first)
    if rest[:verb] != _keys(first) and not (is_speech and rest[-verb:] == _keys(first)):
        return False
    for start in range(len(behind) - len(front) + 1):
        end = start + len(front)
        left = _keys([*behind[:start], *behind[end:]])
        if _keys(behind[start:end]) == _keys(front) and (
            rest == [*_keys(first), *left] or rest == [*left, *_keys(first)]
        ):
            may_move = _may_move(behind, start, end) and (is_speech or _are_told_apart(first, front))
            return may_move and (is_speech or _is_one_part(first))
    return False


def _is_one_part(tokens: Sequence[Token]) -> bool:
    """Whether what stands before a verb is no clause with one of its own, but for a subordinate one."""
    is_one_clause = len({token.clause for token in tokens}) == 1
    return is_one_clause or tokens[0].key in _CONJUNCTIONS or not any(token.may_be_finite for token in tokens)


def _may_move(behind: Sequence[Token], start: int, end: int) -> bool:
    """Whether a part of what stands behind the verb is one of its own, so that it may stand before the verb."""
    part = behind[start:end]
    before, after = behind[start - 1] if start else None, behind[end] if end < len(behind) else None
    is_of_noun = (
        part[0].key in _PREPOSITIONS and before is not None and before.is_noun and before.clause == part[0].clause
    )
    if is_of_noun and not any(_OF_TIME.fullmatch(token.key) for token in part):
        return False  # "das Haus am See"
    if before is not None and before.clause == part[0].clause and not _may_end(before, part[0]):
        return False
    if after is not None and after.clause == part[-1].clause and not _may_begin(after, part[-1]):
        return False
    crosses = len({token.clause for token in part}) > 1 or (part[0].key in _CONJUNCTIONS)
    ends_clause = after is None or after.clause != part[-1].clause
    return not crosses or (ends_clause and (before is None or before.clause != part[0].clause))


def _may_end(before: Token, first: Token) -> bool:
    """Whether a part may end before this one begins: not with what belongs to the word behind it."""
    belongs = before.key in _TURNING | _PREPOSITIONS | _FIXED | _LEADING
    is_adjective = not before.is_noun and before.key.endswith(("e", "en", "er", "es", "em")) and first.is_noun
    is_name = before.is_noun and first.is_noun
    return (
        not belongs and not is_name and not (is_adjective and not before.may_be_finite) and first.key not in _ATTACHED
    )


def _may_begin(after: Token, last: Token) -> bool:
    """Whether a part may begin behind this one: not with what belongs to the noun before it."""
    may_attach = after.key in _ATTACHED or after.key in _PREPOSITIONS - _OF_VERBS or after.is_noun
    is_of_noun = last.is_noun and may_attach
    is_unfinished = not last.is_noun and not last.key[0].isdigit() and after.is_noun
    return not is_of_noun and not is_unfinished


def _are_told_apart(first: Sequence[Token], part: Sequence[Token]) -> bool:
    """Whether it cannot be mistaken which of two parts is the subject, when they change places."""
    return _is_no_subject(first) or _is_no_subject(part) or (first[0].key in _SUBJECTS and part[0].key in _FIXED)


def _is_no_subject(part: Sequence[Token]) -> bool:
    key = part[0].key
    is_adverb = not part[0].is_noun and len(part) == 1 and not part[0].may_be_finite and key not in _PRONOUNS
    is_of_adverb = not part[0].is_noun and key not in _PRONOUNS and len(part) > 1 and part[1].key in _PREPOSITIONS
    begins_so = key in _PREPOSITIONS | _CONJUNCTIONS | _FIXED or is_adverb or is_of_adverb
    return begins_so or len({token.clause for token in part}) > 1
