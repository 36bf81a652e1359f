"""Active and passive of the same sentence."""

from collections import Counter
from collections.abc import Sequence

from assistant.claims.roles import PARTICIPLE, passive_word
from assistant.claims.tokens import Token, tokens_of
from assistant.verbs import is_past, verb_reading

_OF_VOICE = frozenset(
    "wird werden wurde wurden worden war waren hat haben hatte hatten ist sind von vom durch man".split()
)
_ARTICLES = frozenset("der die das den dem ein eine einen einem einer".split())
_OF_AGENT = frozenset("von vom durch".split())
_OF_PERFECT = frozenset("hat haben".split())
_PAST = frozenset("wurde wurden worden war waren hatte hatten".split())
_PRONOUNS = frozenset("er sie es ihn ihm ihr ihnen wir uns ich mich mir".split())


def is_in_another_voice(claim: str, sentence: str) -> bool:
    """Whether a claim says in the passive what its sentence says in the active, or the other way, and nothing else.

    Who does it is named in both ("von", "durch"), or "man" does it; the tense stays. That the two are not exchanged is
    for `claims.roles` to say.
    """
    said, proved = tokens_of(claim), tokens_of(sentence)
    passive = [one for one in (said, proved) if passive_word([token.word for token in one])]
    by_nobody = any(token.key == "man" for token in (*said, *proved))
    names_agent = any(token.key in _OF_AGENT for token in passive[0]) if passive else False
    if len(passive) != 1 or not (by_nobody or names_agent) or _pronouns(said) != _pronouns(proved):
        return False
    has_parts = by_nobody or not _pronouns(said)
    return has_parts and _is_past(said) == _is_past(proved) and _core(said) == _core(proved)


def _pronouns(tokens: Sequence[Token]) -> list[str]:
    return sorted(token.key for token in tokens if token.key in _PRONOUNS)


def _core(tokens: Sequence[Token]) -> Counter[str]:
    """What both voices have: words without the endings of their cases, verbs by their infinitive."""
    return Counter(_stem(token) for token in tokens if token.key not in _OF_VOICE | _ARTICLES)


def _stem(token: Token) -> str:
    reading = verb_reading(token.word.folded)
    if reading and (token.word.text[0].islower() or token.word.opens):
        return reading
    return token.key.rstrip("nrs").rstrip("e") if len(token.key) > 4 else token.key


def _is_past(tokens: Sequence[Token]) -> bool:
    keys = {token.key for token in tokens}
    is_perfect = bool(keys & _OF_PERFECT) and any(PARTICIPLE.fullmatch(token.word.folded) for token in tokens)
    follows = zip(tokens, (*tokens[1:], None), strict=True)
    is_preterite = any(
        is_past(token.word.folded) and token.word.text[0].islower() and not _is_adjective(tokens, token, behind)
        for token, behind in follows
    )
    return bool(keys & _PAST) or is_perfect or is_preterite


def _is_adjective(tokens: Sequence[Token], token: Token, behind: Token | None) -> bool:
    """Whether what may be a verb stands between an article and a noun: "die alte Brücke"."""
    at = tokens.index(token)
    return behind is not None and behind.is_noun and at > 0 and tokens[at - 1].key in _ARTICLES
