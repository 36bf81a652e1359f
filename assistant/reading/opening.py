"""Which reader goes with an embedder."""

from assistant.embedding.base import Embedder, Report, no_report
from assistant.reading.base import Reader


def open_reader(embedder: Embedder, report: Report = no_report) -> Reader | None:
    """The packaged model's; None with any other model, which then answers without one.

    `report` is told of the making of its graphs, on first use. Raises the leaves of ModelError.
    """
    from assistant.embedding.engine import PackagedEmbedder

    if not isinstance(embedder, PackagedEmbedder):
        return None
    from assistant.reading.engine import PackagedReader

    return PackagedReader(embedder, report=report)
