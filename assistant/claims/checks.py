"""The checks of a claim, in order: the first that fails is the reason why it is not said."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from assistant.claims import derivation, modality, names, negation, numbers, roles, words
from assistant.claims.statements import Statement
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
    checks: tuple[Callable[[], Fault | None], ...] = (
        lambda: _named("markup", " ".join(sorted(marks))),
        lambda: _named("number_not_in_evidence", numbers.unproved(claim, proved.text)),
        lambda: Fault("negation_differs") if negation.negation_differs(said, proved) else None,
        lambda: _named("name_not_in_evidence", names.unproved_name(said, proved, asked)),
        lambda: _named("roles_differ", names.other_speaker(said, proved)),
        lambda: _named("roles_differ", names.name_of_another_sentence(said, proved) if is_one_language else ""),
        lambda: _named("roles_differ", " / ".join(roles.swapped(said, proved) or ())),
        lambda: _named("word_not_in_evidence", words.word_not_said(said, proved, asked) if is_one_language else ""),
        lambda: _named("modality_differs", modality.fact_made(said, proved) if is_one_language else ""),
        lambda: _named("not_derived", derivation.not_derived(said, proved, asked) if is_one_language else ""),
    )
    return next((fault for check in checks if (fault := check())), None)


def _named(reason: DropReason, detail: str) -> Fault | None:
    return Fault(reason, detail) if detail else None
