"""Whether a claim is made of its sentences by what cannot change their meaning, and nothing else.

A claim may put phrases in another order, leave out whole clauses that follow, change the voice, spell numbers
otherwise, and say whose words they are. Each of its clauses comes from one sentence, has all words of the clauses that
it takes from it, and no other words. What is worded more freely cannot be proved by rules, and is not said.
"""

import re
from collections.abc import Sequence
from itertools import groupby

from assistant.claims.modality import ATTRIBUTIONS
from assistant.claims.numbers import in_base_unit, is_of_number, is_unit, quantities
from assistant.claims.roles import is_passive
from assistant.claims.statements import Statement, Word
from assistant.claims.words import ANYWHERE, SOURCES, is_saying, parts_of, roots_in
from assistant.verbs import SEPARABLE, verb_reading

SAID = 0.5  # share of a clause's words from which a claim says it
_DETERMINERS = frozenset(
    """der die das den dem des ein eine einen einem einer eines er sie es ihn ihm ihr ihre ihren ihrem ihrer ihres sein
    seine seinen seinem seiner seines sich wir uns unser unsere ich mich mir welche welcher welches dessen deren denen
    dies diese dieser dieses diesen diesem jene jener jenes man""".split()
)
_HARMLESS = frozenset(
    """auch dagegen hingegen jedoch aber allerdings zudem ausserdem dabei damit ferner denn doch nun dann daher deshalb
    darin davon dafur wobei sowie also ja selbst hier dort da so dazu nicht""".split()
) | {"kein"}  # what is denied, `negation` compares
_OF_VOICE = frozenset("wird werden wurde wurden worden hat haben hatte hatten von durch ist sind zu".split())
_OF_REPORT = frozenset("dass nach ob".split())
_INDICATIVE = {
    "sei": "ist", "seien": "sind", "habe": "hat", "werde": "wird", "konne": "kann", "musse": "muss", "solle": "soll",
    "wolle": "will", "durfe": "darf", "vom": "von", "zum": "zu", "zur": "zu", "am": "an", "beim": "bei", "im": "in",
    "ins": "in", "keine": "kein", "keinen": "kein", "keinem": "kein", "keiner": "kein", "keines": "kein",
}  # fmt: skip
_GENITIVES = frozenset("des eines seines ihres".split())
LEAST_INFLECTED = 4  # letters, of a word that may have an ending
_RELATING = frozenset(
    """als wie vor nach von aus in im an am auf bei beim mit ohne seit bis ab durch gegen fur um uber unter zwischen zu
    zum zur vom statt trotz wegen wahrend hinter neben innerhalb ausserhalb laut pro je""".split()
)
_TURNING = frozenset("nicht nur kaum alle allen aller jede jeder jedes jeden einige fast beinahe erst auch".split())
_OF_BEING = frozenset("betragt betrug lautet liegt lag gilt galt".split())
_SAYS = frozenset("laut gemass heisst besagt besagen".split())
_JOINS = frozenset("und oder aber sondern sowie doch".split())
SEPARABLE_SET = frozenset(SEPARABLE)
_PRONOUNS = frozenset("er sie es ihn ihm ihr ihre ihren sein seine seinen dieser diese dieses".split())


def not_derived(claim: Statement, evidence: Statement, question: Statement) -> str:
    """What a claim adds, leaves out or mixes that its sentences do not allow, or "".

    >>> claim, evidence = "Der Zins beträgt 9 Prozent.", "Bei Verzug beträgt der Zins 9 Prozent."
    >>> not_derived(*map(Statement.of, (claim, evidence, "")))
    'Verzug'
    """
    if claim.text == evidence.text:
        return ""
    sentences = evidence.sentences()
    used: dict[int, list[Word]] = {}
    for clause in claim.clauses():
        content = [word for word in clause if _is_weighty(word, claim)]
        at, left = _source_of(content, claim, sentences, evidence)
        if left and not _names_of_question(left, evidence, question):
            return left[0].text
        if at is not None:
            used.setdefault(at, []).extend(clause)
    for at, words in used.items():
        if difference := _difference(words, claim, sentences[at], evidence):
            return difference
    return ""


def _is_weighty(word: Word, statement: Statement) -> bool:
    is_number = is_of_number(word.text) or is_unit(word.text, statement.text)
    names_source = word.folded in SOURCES and any(one.folded in ATTRIBUTIONS | _SAYS for one in statement.words)
    is_free = names_source or word.folded in ANYWHERE - SOURCES - _OF_BEING or is_saying(word)
    return word.is_content and not is_number and not is_free


def _known(words: Sequence[Word], statement: Statement) -> frozenset[str]:
    return frozenset().union(*(roots_in(word, statement) | parts_of(word.text) for word in words))


def _has(word: Word, statement: Statement, known: frozenset[str]) -> bool:
    parts = parts_of(word.text)
    return not roots_in(word, statement).isdisjoint(known) or bool(parts and parts <= known)


def _source_of(
    content: Sequence[Word], claim: Statement, sentences: Sequence[Sequence[Word]], evidence: Statement
) -> tuple[int | None, list[Word]]:
    """The sentence that a clause comes from, None if it says nothing, and the words that it mixes in."""
    if not content:
        return None, []
    missing = [
        [word for word in content if not _has(word, claim, _known(sentence, evidence))] for sentence in sentences
    ]
    for at, words in enumerate(missing):
        if not words or _stands_for_a_pronoun(words, sentences, at):
            return at, []
    at = min(range(len(sentences)), key=lambda number: len(missing[number]))
    return at, missing[at]


def _names_of_question(words: Sequence[Word], evidence: Statement, question: Statement) -> bool:
    """Whether words are the question's, and the evidence, which names nobody, says "er" instead."""
    has_pronoun = any(word.folded in _PRONOUNS for word in evidence.words)
    names_nobody = not any(word.is_name for word in evidence.words)
    return has_pronoun and names_nobody and all(not word.terms.isdisjoint(question.terms) for word in words)


def _stands_for_a_pronoun(words: Sequence[Word], sentences: Sequence[Sequence[Word]], at: int) -> bool:
    """Whether words of a claim are the one name or noun before a sentence that its pronoun can mean."""
    if at == 0 or not any(word.folded in _PRONOUNS for word in sentences[at]):
        return False
    nouns = [word for word in sentences[at - 1] if word.text[0].isupper() and word.is_content]
    names = [word for word in nouns if word.is_name and not is_of_number(word.text)]
    may_be_meant = names if names else nouns[:1]
    pairs = zip((None, *may_be_meant), may_be_meant, strict=False)
    runs = sum(before is None or word.start > before.start + len(before.text) + 1 for before, word in pairs)
    return runs == 1 and {word.folded for word in words} <= {word.folded for word in nouns}


def _difference(words: Sequence[Word], claim: Statement, sentence: Sequence[Word], evidence: Statement) -> str:
    """The first word that clauses taken from a sentence, and those of the claim made of them, have not in common."""
    clauses = [list(group) for _, group in groupby(sentence, lambda word: word.clause)]
    taken = _taken(clauses, _known(words, claim), evidence)
    reports = any(word.folded in ATTRIBUTIONS or is_saying(word) for word in claim.words) or "„" in claim.text
    before = [one for one in clauses[: taken[0] if taken else 0] if any(_is_weighty(word, evidence) for word in one)]
    if before and not reports and clauses[taken[0]][0].folded not in _JOINS:
        return before[0][0].text  # what comes first may turn all that follows
    speech = next((one[0] for at, one in enumerate(clauses) if at not in taken and is_saying(one[0])), None)
    if speech and not reports:
        return speech.text
    if taken and _asks(sentence, evidence) and "?" not in claim.text:
        return "?"
    said = _known(claim.words, claim)
    numbers = {in_base_unit(one).value for one in quantities(claim.text)}
    for clause in (clauses[at] for at in taken):
        if lost := next((one for one in clause if _is_weighty(one, evidence) and not _has(one, evidence, said)), None):
            return lost.text
        text = evidence.text[clause[0].start : clause[-1].start + len(clause[-1].text)]
        if number := next(
            (one for one in quantities(text) if in_base_unit(one).value not in numbers and one.unit != "month"), None
        ):
            return f"{number.value} {number.unit}".strip()
    given = [word for at in taken for word in clauses[at]]
    if torn := _torn_apart(words, given, claim, evidence) or _moved(words, given, claim, evidence):
        return torn
    if other := _other_form(words, sentence, claim, evidence, reports):
        return other
    return _other_function_word(words, sentence, given, claim, evidence, reports)


def _taken(clauses: Sequence[Sequence[Word]], known: frozenset[str], evidence: Statement) -> list[int]:
    """The clauses of a sentence that a claim says most of, or else the one that it says anything of.

    What another clause of the sentence has, too, tells nothing.
    """
    weighty = [[word for word in clause if _is_weighty(word, evidence)] for clause in clauses]
    shares = []
    for at, words in enumerate(weighty):
        elsewhere = _known([word for other, some in enumerate(weighty) if other != at for word in some], evidence)
        own = [word for word in words if roots_in(word, evidence).isdisjoint(elsewhere)]
        shares.append(sum(_has(word, evidence, known) for word in own) / max(1, len(own)))
    return [at for at, share in enumerate(shares) if share >= SAID or (0 < share == max(shares))]


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
    is_plain = word.text[0].islower() and _is_weighty(word, statement)
    return is_plain and word.folded.endswith(("e", "en", "er", "es", "em"))


def _moved(words: Sequence[Word], taken: Sequence[Word], claim: Statement, evidence: Statement) -> str:
    """A word that turns or relates what stands beside it, and stands beside another word now, or ""."""
    for at, word in enumerate(words):
        if word.folded not in _RELATING | _TURNING:
            continue
        places = [number for number, one in enumerate(taken) if one.folded == word.folded]
        ours, sides = _beside(words, at, claim), (1,) if word.folded in _RELATING else (0, 1)
        theirs = [_beside(taken, number, evidence) for number in places]
        if theirs and not any(ours[side] & other[side] for other in theirs for side in sides):
            return word.text
    return ""


def _beside(words: Sequence[Word], at: int, statement: Statement) -> tuple[frozenset[str], frozenset[str]]:
    """The roots of the next word that is no article before, and behind, a word in its clause; numbers as they are."""
    sides = []
    for others in (reversed(words[:at]), words[at + 1 :]):
        other = next((one for one in others if one.folded not in _DETERMINERS), None)
        is_beside = other is not None and other.clause == words[at].clause
        if other is None or not is_beside:
            sides.append(frozenset({""}))
        elif is_of_number(other.text):
            sides.append(frozenset({"#"}))
        else:
            sides.append(roots_in(other, statement) | {other.folded})
    return sides[0], sides[1]


def _other_form(
    words: Sequence[Word], sentence: Sequence[Word], claim: Statement, evidence: Statement, reports: bool
) -> str:
    """A word in another form than its sentence has, where neither voice nor reported speech asks for it, or ""."""
    if is_passive(claim, claim) != is_passive(evidence, claim):
        return ""
    given = {_uninflected(word) for word in (sentence if len(evidence.sentences()) == 1 else evidence.words)}
    given |= {form.removeprefix("un") for form in given}  # what is denied so, `negation` compares
    known = _known(evidence.words, evidence)
    for word in words:
        if not _has(word, claim, known):
            continue  # it was let through for another reason
        is_verb = word.text[0].islower() and bool(verb_reading(word.folded))
        if _is_weighty(word, claim) and not (reports and is_verb) and _uninflected(word) not in given:
            parts = parts_of(word.text)
            if not parts and not word.folded.startswith("un") and not is_of_number(word.text):
                return word.text
    return ""


def _uninflected(word: Word) -> str:
    """Without the endings of nouns and adjectives; a verb as it stands."""
    folded = word.folded
    if word.text[0].isupper() and not word.opens:
        return re.sub(r"(?:e?ns?|e?s|e)$", "", folded) if len(folded) > LEAST_INFLECTED else folded
    if verb_reading(folded) and not folded.endswith(("e", "en", "er", "es", "em")):
        return folded
    return re.sub(r"(?:e[mnrs]?|n|s)$", "", folded) if len(folded) > LEAST_INFLECTED else folded


def _asks(sentence: Sequence[Word], evidence: Statement) -> bool:
    end = sentence[-1].start + len(sentence[-1].text)
    return evidence.text[end : end + 2].strip().startswith("?")


def _other_function_word(
    words: Sequence[Word],
    sentence: Sequence[Word],
    taken: Sequence[Word],
    claim: Statement,
    evidence: Statement,
    reports: bool,
) -> str:
    free = _DETERMINERS | _HARMLESS
    if is_passive(claim, claim) != is_passive(evidence, claim):
        free |= _OF_VOICE
    said, given, all_given = (
        {_INDICATIVE.get(word.folded, word.folded): word.text for word in some if _is_function(word)}
        for some in (words, taken, sentence)
    )
    everywhere = {_INDICATIVE.get(word.folded, word.folded) for word in claim.words}
    allowed = free | (_OF_REPORT if reports else frozenset()) | {"und"}
    allowed |= {word for word in said if _is_prefix(word, evidence)}
    if added := next((text for word, text in said.items() if word not in all_given and word not in allowed), ""):
        return added
    is_split = {word for word in given if _is_prefix(word, claim)}
    lost = (text for word, text in given.items() if word not in everywhere and word not in free | is_split | _OF_REPORT)
    return next(lost, "")


def _is_prefix(word: str, other: Statement) -> bool:
    """Whether a verb's prefix that stands alone here is joined to its verb there: "lehnt … ab" and "abgelehnt"."""
    return word in SEPARABLE and any(one.folded.startswith(word) and verb_reading(one.folded) for one in other.words)


def _is_function(word: Word) -> bool:
    is_number = word.text[0].isdigit() or is_of_number(word.text)
    return not word.is_content and not is_number and word.folded not in ANYWHERE - SEPARABLE_SET
