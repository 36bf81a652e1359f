"""The project's own question sets: JSON Lines, one question a line, asked of a home folder's documents.

{"id": "f1", "question": "Wer kündigt?", "answers": ["der Mieter"], "kind": "who", "language": "de",
 "evidence": [{"source": "vertrag.txt", "quote": "Der Mieter kündigt."}]}
{"id": "f2", "question": "Wie hoch ist die Miete?", "refuse": true}
"""

import re
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from assistant.corpus import shown_name
from assistant.errors import QuestionSetEmpty, QuestionSetInvalid, QuestionSetUnreadable
from assistant.evaluation.files import sha256_of_files
from assistant.evaluation.records import GoldPlace, Question, Unit
from assistant.faults import KeyTwice, ensure_each_key_once, fault, faults_of
from assistant.german import language_of
from assistant.messages import Text
from assistant.records import Document, Language, Record
from assistant.sentences import display_form

SHOWN = 10  # faults that one error names
QUOTED = 80  # characters of a quote that a fault shows
LINE = Text(de="Zeile {number}: {problem}", en="line {number}: {problem}")
MORE = Text(de="und {count} weitere", en="and {count} more")
NOT_UTF8 = Text(de="kein UTF-8", en="not UTF-8")


def _not_blank(text: str) -> str:
    if not display_form(text):
        raise PydanticCustomError("string_too_short", "is empty")
    return text


Words = Annotated[str, AfterValidator(_not_blank)]
"""A text that shows something."""


class QuotedEvidence(Record):
    """A quote that proves the answer, or a part of it."""

    source: Words
    """The document's name, as `assistant sources` tells it."""
    quote: Words
    """Verbatim; white space may differ, as it does when a quote is copied over line breaks."""
    page: int | None = Field(default=None, ge=1)
    """The page that it begins on; None where the document has none, or any will do."""
    part: int = Field(default=1, ge=1)
    """Quotes of the same part prove the same; a right answer cites one of each part."""


class QuestionLine(Record):
    """A line of a question set."""

    id: Words
    """Unique in the set."""
    question: Words
    """As it is asked."""
    answers: tuple[Words, ...] = ()
    """Acceptable answers in words."""
    evidence: tuple[QuotedEvidence, ...] = ()
    """Where the documents answer; needed unless `refuse`."""
    refuse: bool = False
    """Whether the documents do not answer, so that a refusal is right."""
    kind: str | None = None
    """What it asks for, or how: figures are given for each kind."""
    language: Language | None = None
    """The question's; recognised if not given."""
    earlier: tuple[str, ...] = ()
    """Questions asked before it in the same conversation."""

    @model_validator(mode="after")
    def _evidence_unless_refused(self) -> Self:
        if self.refuse and (self.evidence or self.answers):
            raise PydanticCustomError("evidence_unexpected", "evidence and answers do not go with refuse")
        if not self.refuse and not self.evidence:
            raise PydanticCustomError("evidence_missing", "evidence is missing")
        return self


class OwnSet:
    """A question set in the project's own format."""

    documents: None = None
    unit: Unit = "passage"
    paragraphs: str | None = None
    left_out = 0

    def __init__(self, path: Path) -> None:
        """Raises QuestionSetUnreadable."""
        self.path = path
        self.name = shown_name(path.name)
        self.files: tuple[Path, ...] = (path,)
        self.sha256 = sha256_of_files(self.files)

    def count(self, documents: Mapping[str, Document]) -> int:
        """How many questions there are. Raises QuestionSetInvalid, naming all faults, or QuestionSetEmpty."""
        problems: list[Text] = []
        ids: set[str] = set()
        for number, line in self._lines():
            found = _read(line, documents)
            if isinstance(found, Question):
                is_again = found.id in ids
                ids.add(found.id)
                found = [fault("id_again", id=found.id)] if is_again else []
            problems += [LINE.filled(number=number, problem=problem) for problem in found]
        if problems:
            shown = problems[:SHOWN]
            if len(problems) > SHOWN:
                shown.append(MORE.filled(count=len(problems) - SHOWN))
            raise QuestionSetInvalid(
                self.path,
                problems=Text("; ".join(one.de for one in shown), "; ".join(one.en for one in shown)),
            )
        if not ids:
            raise QuestionSetEmpty(self.path)
        return len(ids)

    def questions(self, documents: Mapping[str, Document]) -> Iterator[Question]:
        """The questions, one line read at a time, their evidence found in `documents`."""
        for _, line in self._lines():
            if isinstance(question := _read(line, documents), Question):
                yield question

    def _lines(self) -> Iterator[tuple[int, str]]:
        """Number, from 1, and text of each line that is not empty."""
        try:
            with self.path.open(encoding="utf-8-sig") as file:
                for number, line in enumerate(file, 1):
                    if line.strip():
                        yield number, line
        except OSError as error:
            raise QuestionSetUnreadable(self.path, reason=error) from error
        except UnicodeDecodeError as error:
            raise QuestionSetUnreadable(self.path, reason=NOT_UTF8) from error


def _read(line: str, documents: Mapping[str, Document]) -> "Question | list[Text]":
    """The question of a line, or what is wrong with it."""
    try:
        read = QuestionLine.model_validate_json(line, strict=True)
        ensure_each_key_once(line)
    except KeyTwice as error:
        return [fault("key_twice", key=error.key)]
    except ValidationError as error:
        return faults_of(error)
    problems: list[Text] = []
    gold: list[GoldPlace] = []
    for evidence in read.evidence:
        document = documents.get(evidence.source)
        places = list(occurrences(evidence, document)) if document else []
        gold += places
        if document is None:
            problems.append(fault("source_unknown", source=evidence.source, names=", ".join([*documents][:SHOWN])))
        elif not places:
            problems.append(_misquoted(evidence, documents))
    if problems:
        return problems
    return Question(
        id=read.id,
        question=read.question,
        answers=read.answers,
        gold=tuple(gold),
        kind=read.kind,
        language=read.language or language_of(read.question),
        earlier=read.earlier,
        article=tuple(_and_their_copies({place.source for place in gold}, documents)),
    )


def _and_their_copies(names: Set[str], documents: Mapping[str, Document]) -> Iterator[str]:
    """The documents named, and those with the same text."""
    texts = {documents[name].text_sha256 for name in names}
    return (name for name, document in documents.items() if texts and document.text_sha256 in texts)


def _misquoted(evidence: QuotedEvidence, documents: Mapping[str, Document]) -> Text:
    """The fault of a quote that its source does not have; where it stands instead, if it does."""
    quote = display_form(evidence.quote)[:QUOTED]
    source = documents[evidence.source]
    if evidence.page is not None:
        anywhere = occurrences(QuotedEvidence(**{**dict(evidence), "page": None}), source)
        if pages := [*dict.fromkeys(str(source.page_at(place.start) or "-") for place in anywhere)]:
            where = ", ".join(pages)
            return fault("quote_on_another_page", source=evidence.source, quote=quote, page=evidence.page, pages=where)
    for name, document in documents.items():
        if next(occurrences(evidence, document), None) is not None:
            return fault("quote_elsewhere", source=evidence.source, quote=quote, other=name)
    return fault("quote_unknown", source=evidence.source, quote=quote)


def occurrences(evidence: QuotedEvidence, document: Document) -> Iterator[GoldPlace]:
    """Where a document has the quote, on its page, as whole words, any white space standing for any other."""
    quote = evidence.quote.strip()
    if len(quote) > 2 * len(document.text):
        return
    starts, ends = (r"(?<!\w)" * bool(re.match(r"\w", quote)), r"(?!\w)" * bool(re.search(r"\w$", quote)))
    pattern = starts + r"\s+".join(map(re.escape, quote.split())) + ends
    for match in re.finditer(pattern, document.text):
        if evidence.page is None or document.page_at(match.start()) == evidence.page:
            yield GoldPlace(
                source=document.name, start=match.start(), end=match.end(), quote=match.group(0), part=evidence.part
            )
