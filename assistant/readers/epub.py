"""EPUB: its chapters in the order of the spine, each as HTML."""

import posixpath
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from assistant.errors import DocumentEncrypted
from assistant.limits import Limits
from assistant.readers.archive import Archive, opened
from assistant.readers.base import Extract, extract_of
from assistant.readers.html import blocks_of, text_of

CONTAINER = "META-INF/container.xml"
ENCRYPTION = "META-INF/encryption.xml"
CHAPTERS = ("application/xhtml+xml", "text/html")


class _Item(NamedTuple):
    """An entry of the manifest."""

    part: str
    media_type: str
    properties: str


def read(file: Path, name: str, limits: Limits) -> Extract:
    """What its chapters show; its own table of contents is left out.

    Raises DocumentDamaged, DocumentEncrypted, DocumentNotText or DocumentBeyondLimit.
    """
    with opened(file, name, limits) as archive:
        top = next((part.removesuffix(CONTAINER) for part in archive.parts if part.endswith(CONTAINER)), "")
        container = archive.tree(top + CONTAINER)
        package = top + next((one.get("full-path", "") for one in container.iter("{*}rootfile")), "")
        tree = archive.tree(package)
        items = {item.get("id"): _item(item, posixpath.dirname(package)) for item in tree.iter("{*}item")}
        locked = _locked(archive)
        if any(item.part in locked for item in items.values() if item.media_type in CHAPTERS):
            raise DocumentEncrypted(name)
        sheets = [text_of(archive.read(item.part), name) for item in items.values() if _is_sheet(item, archive)]
        chapters = [items[one.get("idref")] for one in tree.iter("{*}itemref") if one.get("idref") in items]
        blocks = [
            block
            for item in chapters
            if item.media_type in CHAPTERS and "nav" not in item.properties.split()
            for block in blocks_of(text_of(archive.read(item.part), name), sheets)
        ]
    return extract_of(blocks)


def _item(item: Any, folder: str) -> _Item:
    part = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", "").partition("#")[0])))
    return _Item(part, item.get("media-type", ""), item.get("properties", ""))


def _is_sheet(item: _Item, archive: Archive) -> bool:
    return item.media_type == "text/css" and item.part in archive


def _locked(archive: Archive) -> set[str]:
    """The parts that only a licence opens."""
    if ENCRYPTION not in archive:
        return set()
    references = archive.tree(ENCRYPTION).iter("{*}CipherReference")
    return {posixpath.normpath(unquote(reference.get("URI", ""))) for reference in references}
