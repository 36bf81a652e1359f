"""Whether sentences in another language support a claim: by the likeness of its words, and by a model that reads both.

In one language the words themselves are compared (`claims.words`). Between two, the packaged model's vectors of words
in their place are (late interaction: Khattab and Zaharia 2020, arXiv 2004.12832), and its later layers, trained for it,
read the evidence and the claim together. Both have to hold.
"""

from collections.abc import Callable, Sequence
from importlib import resources
from typing import TYPE_CHECKING

from assistant.embedding.base import Embedder, Report, no_report
from assistant.embedding.words import WordVectors, unit

if TYPE_CHECKING:
    from assistant.reading.adapter import Adapter

FILE = "support.safetensors"
THRESHOLD = 3.0  # log odds from which the model counts a claim as supported: twenty to one
FEW = 6  # words of content, of which each one counts
LEAST_LIKENESS = 0.185  # of the word that is second least like one of the evidence: four of five translations have it

Support = Callable[[str, Sequence[str]], bool]
"""Whether a claim is supported by these sentences."""


def open_support(embedder: Embedder, report: Report = no_report) -> Support | None:
    """The packaged model's; None with any other model, whose claims have to be in the language of their sentences.

    `report` is told of the making of its graphs, on first use. Raises the leaves of ModelError.
    """
    from assistant.embedding.engine import PackagedEmbedder

    if not isinstance(embedder, PackagedEmbedder):
        return None
    from assistant.reading.base import ReadablePassage
    from assistant.reading.engine import PackagedReader

    reader = PackagedReader(embedder, adapter(), report)

    def supports(claim: str, sentences: Sequence[str]) -> bool:
        evidence = " ".join(sentences)
        if likeness(embedder.encode_query(claim).words, embedder.encode_query(evidence).words) < LEAST_LIKENESS:
            return False
        ((score,),) = reader.read(evidence, [ReadablePassage("", (claim,))])
        return score >= THRESHOLD

    return supports


def likeness(claim: WordVectors, evidence: WordVectors) -> float:
    """The cosine with any word of the evidence of the claim's word of content that is second least like one.

    The least one is left out where there are more than a few: a word of one language often has none in another. -1
    where either has no words.
    """
    if not len(claim.words) or not len(evidence.words):
        return -1.0
    said = unit(claim.vectors[claim.content] - claim.vectors.mean(axis=0))
    proved = unit(evidence.vectors - evidence.vectors.mean(axis=0))
    best = sorted((said @ proved.T).max(axis=1))
    return float(best[1 if len(best) > FEW else 0])


def adapter() -> "Adapter":
    """The one that the package carries. Raises ModelDamaged."""
    from assistant.reading.adapter import Adapter

    return Adapter(resources.files("assistant.claims").joinpath(FILE).read_bytes())
