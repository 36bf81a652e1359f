"""The mutation suite: claims made from XQuAD-R's German sentences, false ones stopped and faithful ones accepted."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from assistant.claims.checks import fault_of
from tests.benchmarks.claims.measure import XQUAD_R
from tests.benchmarks.claims.mutations import FAITHFUL, FALSE, cases, sentences

STOPPED, ACCEPTED = 0.98, 0.90  # least share of each class
HOSTILE = Path(__file__).parent / "claims" / "hostile.jsonl"
STOPPED_OF_HOSTILE = 0.99  # of 700 false claims that were written to pass, 262 of which had passed before

needs_data = pytest.mark.skipif(not XQUAD_R.is_file(), reason="the public test data is not here")


@pytest.fixture(scope="module")
def passed() -> dict[str, list[bool]]:
    """Of each class, whether each claim would be said."""
    found = defaultdict(list)
    for one in cases(sentences(XQUAD_R)):
        found[one.kind].append(fault_of(one.claim, [one.evidence], one.question) is None)
    return found


@needs_data
@pytest.mark.parametrize("kind", FALSE)
def test_false_claims_are_stopped(passed, kind):
    assert len(passed[kind]) > 200
    assert 1 - sum(passed[kind]) / len(passed[kind]) >= STOPPED


@needs_data
@pytest.mark.parametrize("kind", FAITHFUL)
def test_faithful_claims_are_accepted(passed, kind):
    assert len(passed[kind]) > 5
    assert sum(passed[kind]) / len(passed[kind]) >= ACCEPTED


def test_claims_written_to_pass_are_stopped():
    hostile = [json.loads(line) for line in HOSTILE.read_text("utf-8").splitlines()]
    said = [one["claim"] for one in hostile if fault_of(one["claim"], one["evidence"], one["question"]) is None]
    assert len(said) <= (1 - STOPPED_OF_HOSTILE) * len(hostile), said
