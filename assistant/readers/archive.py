"""Zip archives that hold a document, opened with care: what would unpack to far more than the file is refused."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lxml import etree

from assistant.errors import DocumentBeyondLimit, DocumentDamaged, DocumentEncrypted
from assistant.limits import Limits
from assistant.messages import Text

NO_ARCHIVE = Text(de="kein Zip-Archiv", en="no zip archive")
NO_PART = Text(de="{part} fehlt darin", en="{part} is missing in it")
UNPACKED = Text(
    de="ausgepackt wäre sie {ratio}-mal so groß, erlaubt ist das {limit}-Fache",
    en="unpacked it would be {ratio} times as large, {limit} times is allowed",
)
OWN_ENTITIES = Text(
    de="{part} enthält eigene Entitäten, die nicht aufgelöst werden",
    en="{part} holds entities of its own, which are not resolved",
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what Office wraps a document with a password in
HARMLESS = 20_000_000  # bytes that may be unpacked whatever the ratio
IS_ENCRYPTED = 1


class Archive:
    """The parts of an archive. What is unpacked is never more than the archive says, which was checked."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive, self._name = archive, name

    @property
    def parts(self) -> list[str]:
        """The names of all parts."""
        return self._archive.namelist()

    def __contains__(self, part: str) -> bool:
        return part in self._archive.NameToInfo

    def read(self, part: str) -> bytes:
        """The bytes of a part. Raises DocumentDamaged if there is none."""
        if part not in self:
            raise DocumentDamaged(self._name, reason=NO_PART.filled(part=part))
        return self._archive.read(part)

    def tree(self, part: str) -> Any:
        """The XML tree of a part. Raises DocumentDamaged if there is none, or if it has entities of its own."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        tree = etree.fromstring(self.read(part), parser)
        if next(tree.iter(etree.Entity), None) is not None:
            raise DocumentDamaged(self._name, reason=OWN_ENTITIES.filled(part=part))
        return tree


@contextmanager
def opened(file: Path, name: str, limits: Limits) -> Iterator[Archive]:
    """The archive in a file that errors call `name`.

    Raises DocumentDamaged, DocumentEncrypted or DocumentBeyondLimit.
    """
    with file.open("rb") as stream:
        if stream.read(len(OLE)) == OLE:
            raise DocumentEncrypted(name)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise DocumentDamaged(name, reason=NO_ARCHIVE) from error
    with archive:
        parts = archive.infolist()
        size, packed = sum(part.file_size for part in parts), max(file.stat().st_size, 1)
        if size > HARMLESS and size > limits.archive_ratio * packed:
            what = UNPACKED.filled(ratio=size // packed, limit=limits.archive_ratio)
            raise DocumentBeyondLimit(name, what=what, setting="FILE_ARCHIVE_RATIO")
        if any(part.flag_bits & IS_ENCRYPTED for part in parts):
            raise DocumentEncrypted(name)
        yield Archive(archive, name)
