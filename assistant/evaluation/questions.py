"""Question sets by their files."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from assistant.corpus import shown_name
from assistant.errors import QuestionSetUnreadable
from assistant.evaluation.own import OwnSet
from assistant.evaluation.records import Question, Unit
from assistant.evaluation.squad import SquadSet
from assistant.messages import Text
from assistant.records import Document

NOT_A_SET = Text(de="die Endung sagt nicht, was es ist", en="its suffix does not tell what it is")
NO_PARAGRAPHS = Text(de="--paragraphs gehört zu SQuAD-Dateien", en="--paragraphs goes with SQuAD files")


class QuestionSet(Protocol):
    """Questions in a file, read as they are asked."""

    name: str
    """The file's name, or its path where that is needed to tell it from another."""
    sha256: str
    """Of the file, and of the paragraphs' file if it is another one."""
    files: tuple[Path, ...]
    """What it is read from."""
    paragraphs: str | None
    """Name of the file whose paragraphs are asked, where it is another one."""
    unit: Unit
    """What counts as a paragraph found."""
    left_out: int
    """Questions that `paragraphs` does not have; known once they are counted."""

    @property
    def documents(self) -> tuple[Document, ...] | None:
        """What is asked; None means the home folder's."""
        ...

    def count(self, documents: Mapping[str, Document]) -> int:
        """How many questions there are, all of them checked. Raises QuestionSetInvalid or QuestionSetEmpty."""
        ...

    def questions(self, documents: Mapping[str, Document]) -> Iterator[Question]:
        """The questions in order, their evidence found in `documents`."""
        ...


def open_sets(paths: Sequence[Path], paragraphs: Path | None = None) -> list[QuestionSet]:
    """The sets in some files; where two files have the same name, the sets are named by their paths."""
    sets = [open_set(path, paragraphs) for path in dict.fromkeys(paths)]
    names = Counter(one.name for one in sets)
    for path, one in zip(dict.fromkeys(paths), sets, strict=True):
        one.name = shown_name(path if names[one.name] > 1 else path.name)
    return sets


def open_set(path: Path, paragraphs: Path | None = None) -> QuestionSet:
    """The set in a .jsonl file of the project's own format or a .json file of SQuAD's. Raises QuestionSetUnreadable."""
    match path.suffix.lower():
        case ".json":
            return SquadSet(path, paragraphs)
        case ".jsonl" if paragraphs:
            raise QuestionSetUnreadable(path, reason=NO_PARAGRAPHS)
        case ".jsonl":
            return OwnSet(path)
        case _:
            raise QuestionSetUnreadable(path, reason=NOT_A_SET)
