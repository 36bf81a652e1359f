"""Real German documents with pages, tables and lists, as Debian packages bring them: never part of this project.

They are under the GPL; what of them stands in the question set are single sentences, quoted to be found again.
"""

import gzip
import shutil
from pathlib import Path
from typing import NamedTuple

from assistant.readers.opening import FORMATS

PACKAGES = "debian-reference-de developers-reference-de maint-guide-de debian-edu-doc-de debian-faq-de"
INSTALL = f"apt-get install --no-install-recommends {PACKAGES}"
SHARE = Path("/usr/share")


class Source(NamedTuple):
    """Where a package puts its documents, and which files are the German ones."""

    folder: Path
    pattern: str


SOURCES = {
    "reference": Source(SHARE / "debian-reference", "*.de.*"),
    "developers": Source(SHARE / "developers-reference" / "de", "developers-reference.*"),
    "developers/html": Source(SHARE / "developers-reference" / "de", "*.html"),
    "maint-guide": Source(SHARE / "doc" / "maint-guide-de", "maint-guide.de.*"),
    "maint-guide/html": Source(SHARE / "doc" / "maint-guide-de" / "html", "*.html"),
    "edu": Source(SHARE / "doc" / "debian-edu-doc-de", "debian-edu-*"),
    "faq": Source(SHARE / "doc" / "debian" / "FAQ" / "de", "*.html"),
    "faq/text": Source(SHARE / "doc" / "debian" / "FAQ", "debian-faq.de.txt*"),
}


def missing() -> list[str]:
    """The folders of SOURCES that hold no document: what INSTALL brings."""
    return [name for name, source in SOURCES.items() if not _files_of(source)]


def copy_documents(corpus: Path) -> None:
    """Put the documents into a corpus folder, texts unpacked."""
    for name, source in SOURCES.items():
        folder = corpus / name
        folder.mkdir(parents=True, exist_ok=True)
        for file in _files_of(source):
            if file.suffix == ".gz":
                (folder / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
            else:
                shutil.copyfile(file, folder / file.name)


def _files_of(source: Source) -> list[Path]:
    files = sorted(source.folder.glob(source.pattern)) if source.folder.is_dir() else []
    return [file for file in files if file.is_file() and file.name.removesuffix(".gz").endswith(FORMATS)]
