"""What stands beside a claim's words, and beside the same words in the clauses that it is made of.

Which adjective, genitive or number belongs to which noun, what a preposition, a negation or a conjunction relates to,
and which article a noun has: where these change, the claim says something else.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby, pairwise

from assistant.claims.content import DETERMINERS, is_weighty
from assistant.claims.numbers import is_of_number, quantities
from assistant.claims.roles import PARTICIPLE, is_passive, passive_word
from assistant.claims.statements import Statement, Word
from assistant.claims.words import roots_in
from assistant.verbs import is_past

_GENITIVES = frozenset("des eines seines ihres".split())
_RELATING = frozenset(
    """als wie vor nach von aus in im an am auf bei beim mit ohne seit bis ab durch gegen fur um uber unter zwischen zu
    zum zur vom statt trotz wegen wahrend hinter neben innerhalb ausserhalb laut pro je""".split()
)
_TURNING = frozenset("nicht nur kaum alle allen aller jede jeder jedes jeden einige fast beinahe erst auch".split())
_SUBORDINATING = frozenset(
    """weil da wenn falls obwohl obgleich obschon damit sodass bevor ehe nachdem wahrend indem sofern sobald solange
    sondern""".split()
)
_ARTICLES = {
    "der": "der", "die": "die", "das": "das", "den": "den", "dem": "dem", "des": "des", "im": "dem", "vom": "dem",
    "zum": "dem", "am": "dem", "beim": "dem", "zur": "der", "ins": "das", "ans": "das",
}  # fmt: skip
_OF_SEVERAL = frozenset("der unter von".split())
_OF_AGENT = frozenset("von vom durch by".split())
_OF_PERFECT = frozenset("hat haben habe hast habt".split())
_PAST_OF_PASSIVE = frozenset("wurde wurden worden war waren hatte hatten".split())
_ONE_OF = frozenset("einer eine eines einem einen".split())
_DENYING = re.compile(r"nicht|kein\w*|nie|niemals|niemand\w*|nichts|weder|ohne|un\w+")
SAID = 0.5  # share of a clause's words from which a claim's clause is that one


def moved(
    words: Sequence[Word], sentence: Sequence[Word], taken: Sequence[Word], claim: Statement, evidence: Statement
) -> str:
    """The first word of a claim's `words` that stands otherwise than in the clauses `taken` of their sentence, or "".

    >>> claim, evidence = Statement.of("Das neue Modell wiegt mehr als das alte Gerät."), "das alte Modell, das neue"
    >>> given = Statement.of(evidence)
    >>> moved(claim.words, given.words, given.words, claim, given)
    'neue'
    """
    return (
        _torn_apart(words, taken, claim, evidence)
        or _related_otherwise(words, taken, claim, evidence)
        or _turned_elsewhere(words, sentence, taken)
        or _subordinated_otherwise(words, taken, claim, evidence)
        or _counted_otherwise(words, taken)
        or _with_another_article(words, sentence, claim, evidence)
        or _one_of_many(words, taken)
        or _of_another_voice(words, taken)
    )


def _torn_apart(words: Sequence[Word], taken: Sequence[Word], claim: Statement, evidence: Statement) -> str:
    """A word that belongs to another one than before, or "": "das neue Modell" for "das alte Modell"."""
    before = [(roots_in(one, evidence), roots_in(owner, evidence)) for one, owner in _belongings(taken, evidence)]
    for word, owner in _belongings(words, claim):
        ours, owners = roots_in(word, claim), roots_in(owner, claim)
        is_same = [not ours.isdisjoint(one) and not owners.isdisjoint(other) for one, other in before]
        is_near = [not ours.isdisjoint(one) or not owners.isdisjoint(other) for one, other in before]
        if any(is_near) and not any(is_same):
            return word.text
    return ""


def _belongings(words: Sequence[Word], statement: Statement) -> list[tuple[Word, Word]]:
    """Adjectives with the noun behind them, and nouns in the genitive with the noun before them."""
    found = []
    for at, word in enumerate(words[:-1]):
        behind = words[at + 1]
        if behind.clause != word.clause:
            continue
        if _is_adjective(word, statement) and behind.text[0].isupper():
            found.append((word, behind))
        third = words[at + 2] if at + 2 < len(words) else None
        if word.text[0].isupper() and behind.folded in _GENITIVES and third and third.text[0].isupper():
            found.append((third, word))
    return found


def _is_adjective(word: Word, statement: Statement) -> bool:
    is_plain = word.text[0].islower() and is_weighty(word, statement)
    return is_plain and word.folded.endswith(("e", "en", "er", "es", "em"))


def _related_otherwise(words: Sequence[Word], taken: Sequence[Word], claim: Statement, evidence: Statement) -> str:
    """A word that turns or relates what stands beside it, and stands beside another word now, or ""."""
    for at, word in enumerate(words):
        if word.folded not in _RELATING | _TURNING:
            continue
        places = [number for number, one in enumerate(taken) if one.folded == word.folded]
        ours, sides = _beside(words, at, claim), (1,) if word.folded in _RELATING else (0, 1)
        if word.folded in _TURNING and not _has_verb(words, word):
            sides = (0,)
        theirs = [_beside(taken, number, evidence) for number in places]
        if theirs and not any(ours[side] & other[side] for other in theirs for side in sides):
            return word.text
    return ""


def _turned_elsewhere(words: Sequence[Word], sentence: Sequence[Word], taken: Sequence[Word]) -> str:
    """A word that turns a clause of the claim, and in its sentence one that the claim leaves out, or ""."""
    turned = {word.folded for word in taken}
    if any(_DENYING.fullmatch(word) for word in turned):
        return ""
    elsewhere = {word.folded for word in sentence} - turned
    return next((word.text for word in words if word.folded in _TURNING & elsewhere), "")


def _has_verb(words: Sequence[Word], word: Word) -> bool:
    """Whether the clause of a word has more to it than that: "das Bad nicht" has not."""
    clause = [one for one in words if one.clause == word.clause]
    return sum(one.is_content for one in clause) > 1 or len(clause) > 4


def _beside(words: Sequence[Word], at: int, statement: Statement) -> tuple[frozenset[str], frozenset[str]]:
    """The roots of the next word that is no article before, and behind, a word in its clause; numbers as they are."""
    sides = []
    for others in (reversed(words[:at]), words[at + 1 :]):
        other = next((one for one in others if one.folded not in DETERMINERS), None)
        is_beside = other is not None and other.clause == words[at].clause
        if other is None or not is_beside:
            sides.append(frozenset({""}))
        elif is_of_number(other.text):
            sides.append(frozenset({"#"}))
        else:
            sides.append(roots_in(other, statement) | {other.folded})
    return sides[0], sides[1]


def _subordinated_otherwise(words: Sequence[Word], taken: Sequence[Word], claim: Statement, evidence: Statement) -> str:
    """A conjunction that begins another clause than before: cause and effect, condition and consequence exchanged."""
    before = _subordinate(taken, evidence)
    for conjunction, ours in _subordinate(words, claim):
        theirs = [frozenset().union(*roots) for other, roots in before if other.folded == conjunction.folded]
        shares = [sum(not one.isdisjoint(roots) for one in ours) / max(1, len(ours)) for roots in theirs]
        if shares and max(shares) < SAID:
            return conjunction.text
    return ""


def _subordinate(words: Sequence[Word], statement: Statement) -> list[tuple[Word, list[frozenset[str]]]]:
    """Conjunctions at the beginning of a clause, each with the roots of each weighty word of the clause."""
    found = []
    for _, group in groupby(words, lambda word: word.clause):
        clause = list(group)
        roots = [roots_in(one, statement) for one in clause if is_weighty(one, statement)]
        found += [(word, roots) for word in clause[:2] if word.folded in _SUBORDINATING]
    return found


def _counted_otherwise(words: Sequence[Word], taken: Sequence[Word]) -> str:
    """A number that stands where another one did: "Verlust von 4", "Gewinn von 9" exchanged."""
    before = _counted(taken)
    for noun, preposition, value in _counted(words):
        values = {other for one, relation, other in before if (one, relation) == (noun, preposition)}
        if values and value not in values:
            return preposition
    return ""


def _counted(words: Sequence[Word]) -> list[tuple[str, str, Fraction]]:
    """Noun, preposition and value, where these follow each other."""
    return [
        (noun.stem, relation.folded, found[0].value)
        for noun, relation, number in zip(words, words[1:], words[2:], strict=False)
        if noun.text[0].isupper() and relation.folded in _RELATING and (found := quantities(number.text))
    ]


def _with_another_article(
    words: Sequence[Word], sentence: Sequence[Word], claim: Statement, evidence: Statement
) -> str:
    """A noun whose article is another than before, in the same voice: it plays another part, or is one of many."""
    if is_passive(claim, claim) != is_passive(evidence, claim):
        return ""
    before: dict[str, set[str]] = {}
    for noun, article in _articles(sentence):
        before.setdefault(noun.stem, set()).add(article)
    return next(
        (noun.text for noun, article in _articles(words) if article not in before.get(noun.stem, {article})), ""
    )


def _articles(words: Sequence[Word]) -> list[tuple[Word, str]]:
    """Nouns with the definite article before them, adjectives between left out."""
    found, article = [], ""
    for before, word in zip((None, *words), words, strict=False):
        if before is None or before.clause != word.clause or (before.text[0].isupper() and before.is_content):
            article = ""
        if word.folded in _ARTICLES:
            article = _ARTICLES[word.folded]
        elif word.text[0].isupper() and article:
            found.append((word, article))
        elif not word.is_content:
            article = ""
    return found


def _one_of_many(words: Sequence[Word], taken: Sequence[Word]) -> str:
    """Two words that limit what is said, where the claim leaves them out: "einer der größten", "zu krank"."""
    limiting = [f"{one.text} {other.text}" for one, other in pairwise(taken) if _limits(one, other)]
    kept = {f"{one.text} {other.text}".casefold() for one, other in pairwise(words)}
    return next((pair for pair in limiting if pair.casefold() not in kept), "")


def _limits(word: Word, behind: Word) -> bool:
    is_one_of = word.folded in _ONE_OF and behind.folded in _OF_SEVERAL
    is_too = word.folded == "zu" and behind.is_content and behind.text[0].islower() and behind.folded[-1] != "n"
    return (is_one_of or is_too) and word.clause == behind.clause


def _of_another_voice(words: Sequence[Word], taken: Sequence[Word]) -> str:
    """The word of the passive where the voice changes, and nobody is said to do it, or the tense changes, too."""
    in_passive = [some for some in (words, taken) if passive_word(some)]
    if len(in_passive) != 1:
        return ""
    names_agent = any(word.folded in _OF_AGENT for word in in_passive[0])
    names_agent = names_agent or any(word.folded == "man" for word in (*words, *taken))
    return "" if names_agent and _is_past(words) == _is_past(taken) else passive_word(in_passive[0])


def _is_past(words: Sequence[Word]) -> bool:
    """Whether words tell of the past: in the past tense or the perfect."""
    folded = {word.folded for word in words}
    is_perfect = not folded.isdisjoint(_OF_PERFECT) and any(PARTICIPLE.fullmatch(word) for word in folded)
    is_weak = any(
        is_past(word.folded) for word in words if word.text[0].islower() and not _stands_before_noun(word, words)
    )
    return not folded.isdisjoint(_PAST_OF_PASSIVE) or is_perfect or is_weak


def _stands_before_noun(word: Word, words: Sequence[Word]) -> bool:
    """Whether what may be a verb is an adjective: "alte Regeln"."""
    at = words.index(word) + 1
    return at < len(words) and words[at].clause == word.clause and words[at].text[0].isupper()
