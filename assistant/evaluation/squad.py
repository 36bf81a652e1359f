"""SQuAD 1.1 and 2.0 files as they are: their paragraphs are the documents, their questions are asked of these.

Rajpurkar et al. 2016 (arXiv 1606.05250), Rajpurkar, Jia and Liang 2018 (arXiv 1806.03822).
"""

import codecs
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import ijson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.corpus import document_from_text, shown_name
from assistant.errors import QuestionSetEmpty, QuestionSetInvalid, QuestionSetUnreadable
from assistant.evaluation.files import sha256_of_files
from assistant.evaluation.records import GoldPlace, Question, Unit
from assistant.faults import fault, faults_of
from assistant.german import language_of
from assistant.messages import Text
from assistant.records import Document

IN_ARTICLE = Text(de="Artikel {number}: {problem}", en="article {number}: {problem}")
NO_SQUAD = Text(
    de='kein SQuAD: die Liste "data" fehlt oder ist leer', en='no SQuAD: the list "data" is missing or empty'
)
NO_ANSWER = Text(
    de="Der Fragensatz sagt weder eine Antwort noch, dass es keine gibt.",
    en="The question set gives neither an answer nor says that there is none.",
)
TOO_DEEP = Text(de="zu tief verschachtelt", en="nested too deeply")
DEEPEST = 32  # brackets within brackets: SQuAD has eight
ANSWER_NOT_FOUND = Text(
    de="Die Antwort, die der Fragensatz angibt, steht nicht in ihrem Absatz.",
    en="The answer that the question set gives is not in its paragraph.",
)


class _Lenient(BaseModel):
    """Files differ in what they leave out, and in how they write ids."""

    model_config = ConfigDict(coerce_numbers_to_str=True)


class _Answer(_Lenient):
    text: str
    answer_start: int | None = None


class _Question(_Lenient):
    id: str
    question: str
    answers: list[_Answer] | None = None
    is_impossible: bool | None = None


class _Paragraph(_Lenient):
    context: str
    qas: list[_Question] = Field(default_factory=list)


class _Article(_Lenient):
    title: str | None = None
    paragraphs: list[_Paragraph]


class SquadSet:
    """The questions of a SQuAD file, asked of its paragraphs, or of those of another file with the same ids.

    The other file is the same set in another language, such as XQuAD's: it has the paragraphs and the gold.
    """

    unit: Unit = "document"

    def __init__(self, path: Path, paragraphs: Path | None = None) -> None:
        """Raises QuestionSetUnreadable."""
        self.path = path
        self.name = shown_name(path.name)
        self.paragraphs = shown_name(paragraphs.name) if paragraphs else None
        self.left_out = 0
        self._source = paragraphs or path
        self.files: tuple[Path, ...] = (path, paragraphs) if paragraphs else (path,)
        self.sha256 = sha256_of_files(self.files)

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """A document for each paragraph, named "title/number". Raises QuestionSetUnreadable or QuestionSetInvalid."""
        return tuple(document_from_text(one.context, one.name, one.name) for one in _paragraphs(self._source))

    def count(self, documents: Mapping[str, Document]) -> int:
        """How many questions there are. Raises QuestionSetUnreadable, QuestionSetInvalid or QuestionSetEmpty."""
        answered = _ids(self._source)
        in_all = _ids(self.path) if self.paragraphs else answered
        asked = in_all & answered
        self.left_out = len(in_all) - len(asked)
        if not asked:
            raise QuestionSetEmpty(self.path)
        return len(asked)

    def questions(self, documents: Mapping[str, Document]) -> Iterator[Question]:
        """The questions, one article read at a time; without those whose ids the paragraphs' file does not have."""
        if not self.paragraphs:
            yield from self._originals()
            return
        originals = {question.id: question for question in self._originals()}
        for asked in _asked(self.path):
            if original := originals.get(asked.id):
                yield Question(**dict(original) | {"question": asked.question, "language": language_of(asked.question)})

    def _originals(self) -> Iterator[Question]:
        """The questions of the file that has the paragraphs."""
        of_article: dict[str, list[str]] = {}  # an article may come in several pieces
        for document in _paragraphs(self._source):
            of_article.setdefault(document.article, []).append(document.name)
        for paragraph in _paragraphs(self._source):
            for asked in paragraph.qas:
                yield _question(asked, paragraph.context, paragraph.name, of_article[paragraph.article])


class _Named(NamedTuple):
    """A paragraph, and what the file and we call it."""

    article: str
    """Title of its article, or its number; the same for all its pieces."""
    name: str
    """Of its document."""
    context: str
    qas: list[_Question]


def _ids(path: Path) -> set[str]:
    """Of a file's questions. Raises QuestionSetUnreadable if it is no SQuAD, QuestionSetInvalid if one comes again."""
    if next(_articles(path), None) is None:
        raise QuestionSetUnreadable(path, reason=NO_SQUAD)
    ids: set[str] = set()
    for asked in _asked(path):
        if asked.id in ids:
            raise QuestionSetInvalid(path, problems=fault("id_again", id=asked.id))
        ids.add(asked.id)
    return ids


def _asked(path: Path) -> Iterator[_Question]:
    return (asked for paragraph in _paragraphs(path) for asked in paragraph.qas)


def _paragraphs(path: Path) -> Iterator[_Named]:
    known: set[str] = set()
    for number, article in enumerate(_articles(path), 1):
        title = article.title or str(number)
        unused = _unused(title, known)
        known.add(unused)
        for place, paragraph in enumerate(article.paragraphs, 1):
            yield _Named(title, f"{unused}/{place}", paragraph.context, paragraph.qas)


def _question(asked: _Question, context: str, name: str, article: Sequence[str]) -> Question:
    is_impossible = bool(asked.is_impossible)
    gold = () if is_impossible else tuple(_gold(asked, context, name))
    texts = [] if is_impossible else [one.text for one in asked.answers or () if one.text.strip()]
    return Question(
        id=asked.id,
        question=asked.question,
        answers=tuple(dict.fromkeys(texts)),
        gold=gold,
        language=language_of(asked.question),
        article=tuple(article),
        problem=None if is_impossible or gold else ANSWER_NOT_FOUND if asked.answers else NO_ANSWER,
    )


def _gold(asked: _Question, context: str, name: str) -> Iterator[GoldPlace]:
    """The answers' places: where the file says, or, as some files count amiss, the nearest place that reads so."""
    known: set[tuple[int, int]] = set()
    for answer in asked.answers or ():
        starts = [found.start() for found in re.finditer(f"(?={re.escape(answer.text)})", context)]
        if starts and answer.text.strip():
            start = min(starts, key=lambda at: abs(at - (answer.answer_start or 0)))
            if (start, len(answer.text)) in known:
                continue
            known.add((start, len(answer.text)))
            yield GoldPlace(source=name, start=start, end=start + len(answer.text), quote=answer.text)


def _articles(path: Path) -> Iterator[_Article]:
    """Each article, read one at a time."""
    try:
        with path.open("rb") as file:
            if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
                file.seek(0)
            events = _shallow(ijson.basic_parse(file, use_float=True), path)
            for number, item in enumerate(ijson.items(ijson.parse(events), "data.item"), 1):
                try:
                    yield _Article.model_validate(item)
                except ValidationError as error:
                    problem = IN_ARTICLE.filled(number=number, problem=faults_of(error)[0])
                    raise QuestionSetInvalid(path, problems=problem) from error
    except OSError as error:
        raise QuestionSetUnreadable(path, reason=error) from error
    except (ijson.JSONError, UnicodeDecodeError) as error:
        reason = error.args[0]
        text = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise QuestionSetUnreadable(path, reason=text.partition("\n")[0]) from error


def _shallow(events: Iterator[tuple[str, object]], path: Path) -> Iterator[tuple[str, object]]:
    """The events of a JSON file. Raises QuestionSetUnreadable where it is so deep that memory would not suffice."""
    depth = 0
    for event, value in events:
        depth += event.startswith("start_") - event.startswith("end_")
        if depth > DEEPEST:
            raise QuestionSetUnreadable(path, reason=TOO_DEEP)
        yield event, value


def _unused(title: str, known: set[str]) -> str:
    """The title, counted if it is known already: "Wetter (2)"."""
    counted = (f"{title} ({count})" for count in itertools.count(2))
    return next(name for name in itertools.chain([title], counted) if name not in known)
