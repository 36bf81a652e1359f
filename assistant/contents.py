"""The documents and passages of an index, in memory, or in files and read from there when they are asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from assistant.columns import Column, Files, Ints, Texts
from assistant.german import terms
from assistant.records import Document, Passage, Span
from assistant.sentences import display_form

TEXTS, NAMES, HEADINGS = "documents.jsonl", "names", "heading_terms"
SIZES, PASSAGES = "document_sizes.npy", "passages.npy"
FILES = (TEXTS, SIZES, *Texts.files(NAMES), *Texts.files(HEADINGS), PASSAGES)
KEPT = 64  # documents in memory: those of the passages that a question finds, several times over


class Documents(Sequence[Document]):
    """Documents in order, and what of them is asked of all."""

    def __init__(
        self, names: Texts, sizes: Ints, read: Callable[[int], Document], heading_terms: Texts | None = None
    ) -> None:
        """`sizes` are the numbers of sentences and headings of each, shape (documents, 2); `read` gives one."""
        self._names = names
        self._sizes = sizes
        self._read = read
        self._heading_terms = heading_terms

    @classmethod
    def from_records(cls, documents: Sequence[Document]) -> "Documents":
        """Of documents in memory."""
        if isinstance(documents, cls):
            return documents
        names, sizes = [], []
        for document in documents:
            names.append(document.name)
            sizes.append((len(document.sentences), len(document.headings)))
        return cls(Texts.from_texts(names), np.array(sizes, np.int64).reshape(-1, 2), documents.__getitem__)

    def save(self, folder: Path) -> None:
        """Write FILES, but for the passages."""
        lengths = []
        with (folder / TEXTS).open("wb") as file:
            for document in self:
                lengths.append(file.write(document.model_dump_json().encode() + b"\n"))
        sizes = np.column_stack([np.array(lengths, np.int64), self._sizes])
        Column(sizes).save(folder / SIZES)
        self._names.save(folder, NAMES)
        self.heading_terms.save(folder, HEADINGS)

    @classmethod
    def load(cls, files: Files) -> "Documents":
        """What `save` wrote."""
        sizes = Column.load(files(SIZES)).whole
        texts, ends = files(TEXTS), np.cumsum(sizes[:, 0])
        if texts.size != (ends[-1] if len(ends) else 0):
            raise ValueError(TEXTS)

        def read(position: int) -> Document:
            start, end = int(ends[position] - sizes[position, 0]), int(ends[position])
            return Document.model_validate_json(texts.read(start, end))

        return cls(Texts.load(files, NAMES), sizes[:, 1:], lru_cache(KEPT)(read), Texts.load(files, HEADINGS))

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, position: int) -> Document:  # type: ignore[override]
        if not -len(self) <= position < len(self):
            raise IndexError(position)
        return self._read(position % len(self))

    @property
    def names(self) -> Texts:
        """Their names, in order."""
        return self._names

    @property
    def sentences(self) -> Ints:
        """How many sentences each has, shape (documents,)."""
        return self._sizes[:, 0]

    @property
    def headings(self) -> Ints:
        """How many headings each has, shape (documents,)."""
        return self._sizes[:, 1]

    @property
    def by_name(self) -> "ByName":
        """The documents by their names."""
        return ByName(self)

    @cached_property
    def heading_terms(self) -> Texts:
        """The terms of all headings."""
        if self._heading_terms is not None:
            return self._heading_terms
        spans = ((document, heading) for document in self for heading in document.headings)
        found = {term for document, span in spans for term in terms(display_form(document.quote(span)))}
        return Texts.from_texts(sorted(found))


class ByName(Mapping[str, Document]):
    """Documents by their names, in order."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def __getitem__(self, name: str) -> Document:
        position = self._documents.names.find(name)
        if position is None:
            raise KeyError(name)
        return self._documents[position]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._documents.names.find(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents.names)

    def __len__(self) -> int:
        return len(self._documents)


class Passages(Sequence[Passage]):
    """Passages in order, and the columns of their table."""

    def __init__(self, rows: Ints) -> None:
        """Of each the document, the first and the last sentence there, the start and the end, shape (passages, 5)."""
        self._rows = rows

    @classmethod
    def from_records(cls, passages: Sequence[Passage]) -> "Passages":
        """Of passages in memory."""
        if isinstance(passages, cls):
            return passages
        rows = [(one.document, one.first, one.last, *one.span) for one in passages]
        return cls(np.array(rows, np.int64).reshape(-1, 5))

    def save(self, folder: Path) -> None:
        """Write their file."""
        Column(self._rows).save(folder / PASSAGES)

    @classmethod
    def load(cls, files: Files) -> "Passages":
        """What `save` wrote."""
        return cls(Column.load(files(PASSAGES)).whole)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, position: int) -> Passage:  # type: ignore[override]
        document, first, last, start, end = self._rows[position].tolist()
        return Passage(document=document, first=first, last=last, span=Span(start, end))

    @property
    def documents(self) -> Ints:
        """The position of each one's document, shape (passages,)."""
        return self._rows[:, 0]

    @property
    def sentences(self) -> Ints:
        """First and last sentence of each in its document, shape (passages, 2)."""
        return self._rows[:, 1:3]
