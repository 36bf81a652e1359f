"""EPUB: its chapters in the order of the spine, each as HTML."""

import posixpath
import re
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from assistant.errors import DocumentEncrypted
from assistant.limits import Limits
from assistant.readers.archive import Archive, opened
from assistant.readers.base import Block, Extract, extract_of
from assistant.readers.html import blocks_of
from assistant.readers.markup import text_of

CONTAINER = "META-INF/container.xml"
ENCRYPTION = "META-INF/encryption.xml"
LINK = re.compile(r"""<(?:\w+:)?link\b[^>]*?\shref\s*=\s*["']([^"'#?]+)""", re.I)
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
        sheets = {
            item.part: text_of(archive.read(item.part), name) for item in items.values() if _is_sheet(item, archive)
        }
        spine = [items[one.get("idref")] for one in tree.iter("{*}itemref") if one.get("idref") in items]
        chapters = {item.part: item for item in spine}.values()  # each once, whatever the spine repeats
        blocks = [
            block
            for item in chapters
            if item.media_type in CHAPTERS and "nav" not in item.properties.split()
            for block in _blocks_in(item.part, text_of(archive.read(item.part), name), sheets, name)
        ]
    return extract_of(blocks)


def _blocks_in(part: str, markup: str, sheets: dict[str, str], name: str) -> list[Block]:
    """What a chapter shows with the style sheets that it links, and with all where these bring others."""
    folder = posixpath.dirname(part)
    links = {posixpath.normpath(posixpath.join(folder, unquote(link))) for link in LINK.findall(markup)}
    linked = [sheet for place, sheet in sheets.items() if place in links]
    has_more = "<?xml-stylesheet" in markup or any("@import" in text.lower() for text in (markup, *linked))
    return blocks_of(markup, name, [*sheets.values()] if has_more else linked)


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
