"""The checks of a claim, in order: the first that fails is the reason why it is not said."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from assistant.claims import derivation, modality, names, negation, numbers, roles, words
from assistant.claims.statements import Statement
from assistant.claims.voice import is_in_another_voice
from assistant.german import language_of
from assistant.records import DropReason

_PLAIN = " .,;:()„“”\"'‚‘’»«-–/%€$£§&\n"
_LETTERS = "äöüÄÖÜßéèêàáâçñóòôúíåøæœëïŠšŽžČčŁłĆćĘęĄąŃńŚśŹźŻżŽ"
_MINUS = re.compile(r"(?<![\w.])-\d")
LEAST_WORDS = 3  # of a sentence
_MARKUP = re.compile(r"[<>{}|`*_#\\]|!?\[|\]\(|\w+://|www\.|\b\w+@\w")


class Fault(NamedTuple):
    """Why a claim is not proved."""

    reason: DropReason
    detail: str = ""
    """The number, name or word that it is about, where there is one."""


def fault_of(claim: str, evidence: Sequence[str], question: str) -> Fault | None:
    """What is wrong with a claim that rests on these sentences and answers this question, or None.

    Looks at wording alone: that they mean the same is for the support score to say.
    """
    said, proved, asked = Statement.of(claim), Statement.of(" ".join(evidence)), Statement.of(question)
    is_one_language = language_of(claim) == language_of(proved.text)
    marks = set(_MARKUP.findall(claim)) - set(_MARKUP.findall(proved.text))
    marks |= {sign for sign in claim if not sign.isalnum() and sign not in _PLAIN and sign not in proved.text}
    marks |= {sign for sign in claim if sign.isalnum() and not sign.isascii() and sign not in _LETTERS + proved.text}
    marks |= set(_MINUS.findall(claim)) - set(_MINUS.findall(proved.text))
    if len(said.words) < LEAST_WORDS or not any(word.is_content for word in said.words):
        return Fault("no_sentence")
    if fault := _named("markup", " ".join(sorted(marks))):
        return fault
    differs = derivation.not_derived(claim, evidence) if is_one_language else ""
    if is_one_language and not differs:
        return None  # word for word, it has the numbers, the names and all else
    checks: tuple[Callable[[], Fault | None], ...] = (
        lambda: _named("number_not_in_evidence", numbers.unproved(claim, proved.text)),
        lambda: Fault("negation_differs") if negation.negation_differs(said, proved) else None,
        lambda: _named("name_not_in_evidence", names.unproved_name(said, proved, asked)),
        lambda: _named("roles_differ", names.other_speaker(said, proved)),
        lambda: _named("roles_differ", names.name_of_another_sentence(said, proved) if is_one_language else ""),
        lambda: _named("roles_differ", " / ".join(roles.swapped(said, proved) or ())),
        lambda: _named("word_not_in_evidence", words.word_not_said(said, proved, asked) if is_one_language else ""),
        lambda: _named("modality_differs", modality.fact_made(said, proved) if is_one_language else ""),
    )
    if fault := next((fault for check in checks if (fault := check())), None):
        return fault
    is_turned = len(evidence) == 1 and is_in_another_voice(claim, evidence[0])
    return None if is_turned else _named("not_derived", differs)


def _named(reason: DropReason, detail: str) -> Fault | None:
    return Fault(reason, detail) if detail else None
