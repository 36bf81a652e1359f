"""Writers draft answers from numbered evidence; they never publish.

The extractive one chooses sentences; `models` words claims of its own, and points to the sentences that prove them.
"""

from assistant.writers.extractive import Choice, chosen, extractive

__all__ = ["Choice", "chosen", "extractive"]
