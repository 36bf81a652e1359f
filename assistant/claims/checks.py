"""The checks of a claim, in order: the first that fails is the reason why it is not said."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from assistant.claims import names, negation, numbers, roles
from assistant.claims.statements import Statement
from assistant.records import DropReason

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
    marks = set(_MARKUP.findall(claim)) - set(_MARKUP.findall(proved.text))
    checks: tuple[Callable[[], Fault | None], ...] = (
        lambda: _named("markup", " ".join(sorted(marks))),
        lambda: _named("number_not_in_evidence", numbers.unproved(claim, proved.text)),
        lambda: Fault("negation_differs") if negation.negation_differs(said, proved) else None,
        lambda: _named("name_not_in_evidence", names.unproved_name(said, proved, asked)),
        lambda: _named("roles_differ", names.other_speaker(said, proved)),
        lambda: _named("roles_differ", " / ".join(roles.swapped(said, proved) or ())),
    )
    return next((fault for check in checks if (fault := check())), None)


def _named(reason: DropReason, detail: str) -> Fault | None:
    return Fault(reason, detail) if detail else None
