"""Arrays and texts on disk: mapped into memory, and read only where they are what was written.

A file is known by its seal. A large one is sealed block by block, and a block is checked when it is first read: loading
takes no longer the larger a file is, and what is damaged is still never answered from.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from assistant.errors import IndexDamaged
from assistant.files import content_of, sha256_of

Ints = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]
Array = npt.NDArray[Any]

BLOCK = 1 << 16  # bytes: what a passage's words take four times over
AT_ONCE = 1 << 24  # bytes: hashed in 10 ms, so a file up to this size is checked when it is opened
DIGEST = hashlib.sha256().digest_size


class Seal(NamedTuple):
    """What a file is known by."""

    sha256: str
    """Of its bytes; of a file larger than AT_ONCE, of `blocks`."""
    blocks: bytes = b""
    """The SHA-256 of each block of a file that is larger."""

    @classmethod
    def of(cls, path: Path) -> "Seal":
        """Of a file as it is."""
        if path.stat().st_size <= AT_ONCE:
            return cls(sha256_of(path))
        with path.open("rb") as file:
            blocks = b"".join(hashlib.sha256(block).digest() for block in iter(lambda: file.read(BLOCK), b""))
        return cls(hashlib.sha256(blocks).hexdigest(), blocks)


class SealedFile:
    """A file whose bytes are checked before they are read: all at once when it is opened, or block by block."""

    def __init__(self, path: Path, sha256: str, blocks: bytes = b"") -> None:
        """`blocks` begins with those of the file, if it is a large one. Raises IndexDamaged, or OSError."""
        self.path = path
        self.size = path.stat().st_size
        count = -(-self.size // BLOCK) if self.size > AT_ONCE else 0
        self._blocks = blocks[: count * DIGEST]
        self._is_sound = np.full(max(count, 1), not count)
        is_sealed = hashlib.sha256(self._blocks).hexdigest() == sha256 if count else sha256_of(path) == sha256
        if not is_sealed or (count and len(self._blocks) != count * DIGEST):
            raise IndexDamaged(path.name)
        self.sealed = len(self._blocks)
        """How many bytes of `blocks` are its own."""
        self.bytes: Array = np.memmap(path, np.uint8, "r") if self.size else np.zeros(0, np.uint8)
        self.ensure(self.size - 1, self.size)  # its length

    def ensure(self, start: int, end: int) -> None:
        """Check the bytes from `start` to `end`, unless they were. Raises IndexDamaged."""
        if start >= end or not self._blocks:
            return
        blocks = slice(start // BLOCK, (end - 1) // BLOCK + 1)
        self._check(np.arange(blocks.start, blocks.stop)[~self._is_sound[blocks]])

    def ensure_each(self, starts: Ints, length: int) -> None:
        """Check as many bytes from each start, unless they were. Raises IndexDamaged."""
        if not self._blocks:
            return
        ends = starts + length - 1
        if length > BLOCK:
            for start in starts.tolist():
                self.ensure(start, start + length)
        blocks = np.concatenate([starts, ends]) // BLOCK
        self._check(np.unique(blocks[~self._is_sound[blocks]]))

    def _check(self, blocks: Ints) -> None:
        for number in blocks.tolist():
            content = self.bytes[number * BLOCK : (number + 1) * BLOCK]
            if hashlib.sha256(content.tobytes()).digest() != self._blocks[number * DIGEST : (number + 1) * DIGEST]:
                raise IndexDamaged(self.path.name)
            self._is_sound[number] = True

    def read(self, start: int, end: int) -> bytes:
        """The bytes from `start` to `end`. Raises IndexDamaged."""
        self.ensure(start, end)
        return bytes(self.bytes[start:end])


class Column:
    """An array of rows, in memory or in a file. What reads rows of a file raises IndexDamaged where it is damaged."""

    def __init__(self, rows: Array, file: SealedFile | None = None) -> None:
        """`rows` are those of `file`, if it is given, which has them in the format of numpy."""
        self._rows = rows
        self._file = file
        self._stride = rows.strides[0] if len(rows) else 0
        self._head = file.size - rows.nbytes if file else 0

    @classmethod
    def load(cls, file: SealedFile) -> "Column":
        """Of a file that `save` wrote. Raises IndexDamaged, or ValueError if it is something else."""
        file.ensure(0, 128)  # numpy's header
        rows = np.load(file.path, mmap_mode="r")
        return cls(np.asarray(rows), file)

    def save(self, path: Path) -> None:
        """Write it to a file."""
        self._ensure(0, len(self))
        np.save(path, self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def width(self) -> int:
        """Length of a row."""
        return int(self._rows.shape[1])

    def rows(self, start: int, end: int) -> Array:
        """Those from `start` to `end`: a view, not a copy."""
        self._ensure(start, end)
        return self._rows[start:end]

    def row(self, position: int) -> Array:
        """The one at `position`."""
        self._ensure(position, position + 1)
        found: Array = self._rows[position]
        return found

    def take(self, positions: Ints) -> Array:
        """Those at `positions`, in their order: a copy."""
        if self._file:
            self._file.ensure_each(self._head + positions * self._stride, self._stride)
        found: Array = self._rows[positions]
        return found

    @property
    def whole(self) -> Array:
        """All rows: a view, not a copy."""
        return self.rows(0, len(self))

    def _ensure(self, start: int, end: int) -> None:
        if self._file:
            self._file.ensure(self._head + start * self._stride, self._head + end * self._stride)


class Texts(Sequence[str]):
    """Many short texts, and the position of each: in memory they take no more than their bytes and 12 each."""

    def __init__(self, content: Column, ends: Column, order: Column) -> None:
        """Of their bytes in UTF-8, the end of each among these, and their positions, sorted by text."""
        self._content = content
        self._ends, self._order = ends.whole, order.whole  # searched anywhere

    @classmethod
    def from_texts(cls, texts: Iterable[str]) -> "Texts":
        """Of texts, each once."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        ends = np.cumsum([len(one) for one in encoded], dtype=np.int64)
        order = np.array(sorted(range(len(encoded)), key=encoded.__getitem__), np.int32)
        return cls(Column(np.frombuffer(b"".join(encoded), np.uint8)), Column(ends), Column(order))

    @staticmethod
    def files(name: str) -> tuple[str, ...]:
        """Names of the files that `save` writes."""
        return f"{name}.npy", f"{name}_ends.npy", f"{name}_order.npy"

    def save(self, folder: Path, name: str) -> None:
        """Write its files."""
        parts = (self._content.whole, self._ends, self._order)
        for file, values in zip(self.files(name), parts, strict=True):
            np.save(folder / file, values)

    @classmethod
    def load(cls, files: "Files", name: str) -> "Texts":
        """What `save` wrote."""
        content, ends, order = (Column.load(files(file)) for file in cls.files(name))
        return cls(content, ends, order)

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, position: int) -> str:  # type: ignore[override]
        if not 0 <= position < len(self):
            raise IndexError(position)
        return self._encoded(position).decode("utf-8", "surrogatepass")

    def find(self, text: str) -> int | None:
        """The position of a text; None if it is none of them."""
        wanted = text.encode("utf-8", "surrogatepass")
        at = bisect_left(self._order, wanted, key=self._encoded)
        found = at < len(self) and self._encoded(self._order[at]) == wanted
        return int(self._order[at]) if found else None

    def _encoded(self, position: int) -> bytes:
        start = self._ends[position - 1] if position else 0
        return self._content.rows(int(start), int(self._ends[position])).tobytes()


class Files:
    """The sealed files of a folder, by their names."""

    def __init__(self, folder: Path, sha256: Mapping[str, str], blocks_name: str = "blocks") -> None:
        """The blocks of the large ones stand, in the order of `sha256`, in a file. Raises IndexDamaged, or OSError."""
        file = folder / blocks_name
        blocks = content_of(file) if file.exists() else b""
        self._files = {}
        for name, seal in sha256.items():
            self._files[name] = SealedFile(folder / name, seal, blocks)
            blocks = blocks[self._files[name].sealed :]
        if blocks:
            raise IndexDamaged(blocks_name)

    def __call__(self, name: str) -> SealedFile:
        """The one of this name, which is among those sealed."""
        return self._files[name]
