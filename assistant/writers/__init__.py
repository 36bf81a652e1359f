"""Writers draft answers from numbered evidence; they never publish.

A writer is a function of the question and the evidence offered; further ones import only records.
"""

from assistant.writers.extractive import extractive

__all__ = ["extractive"]
