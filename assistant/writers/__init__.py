"""Writers draft answers from numbered evidence; they never publish.

A writer is a function of the evidence offered and what is chosen of it.
"""

from assistant.writers.extractive import chosen, extractive

__all__ = ["chosen", "extractive"]
