"""Figures that have to be reached: "refusal.recall>=0.95"."""

import operator
import re
from collections.abc import Mapping
from typing import NamedTuple

from assistant.errors import GateInvalid
from assistant.evaluation.metrics import METRICS
from assistant.evaluation.records import Figure, GateResult
from assistant.messages import Text

COMPARISONS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
GATE = re.compile(r"\s*([\w.@]+)\s*(>=|<=|>|<)\s*([0-9]*\.?[0-9]+)\s*")
NOT_UNDERSTOOD = Text(
    de="erwartet wird Größe, Vergleich (>=, <=, >, <) und Zahl",
    en="expected is a figure, a comparison (>=, <=, >, <) and a number",
)
NO_SHARE = Text(de="die Zahl liegt nicht zwischen 0 und 1", en="the number is not between 0 and 1")
NO_SUCH_FIGURE = Text(de="diese Größe gibt es nicht", en="there is no such figure")


class Gate(NamedTuple):
    """A figure, and how good it has to be."""

    text: str
    """As it was given."""
    metric: str
    comparison: str
    bound: float

    def judge(self, metrics: Mapping[str, Figure]) -> GateResult:
        """Whether the figures pass; one that is not measured does not."""
        figure = metrics.get(self.metric)
        is_passed = figure is not None and COMPARISONS[self.comparison](figure.value, self.bound)
        return GateResult(gate=self.text, value=figure.value if figure else None, is_passed=is_passed)


def read_gate(text: str) -> Gate:
    """The gate that a text such as "refusal.recall>=0.95" names. Raises GateInvalid."""
    match = GATE.fullmatch(text)
    if match is None:
        raise GateInvalid(text, reason=NOT_UNDERSTOOD, names=", ".join(METRICS))
    metric, comparison, bound = match.groups()
    if metric not in METRICS:
        raise GateInvalid(text, reason=NO_SUCH_FIGURE, names=", ".join(METRICS))
    if not 0 <= float(bound) <= 1:
        raise GateInvalid(text, reason=NO_SHARE, names=", ".join(METRICS))
    return Gate(text.strip(), metric, comparison, float(bound))
