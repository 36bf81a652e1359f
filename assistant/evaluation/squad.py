"""SQuAD 1.1 and 2.0 files as they are: their paragraphs are the documents, their questions are asked of these.

Rajpurkar et al. 2016 (arXiv 1606.05250), Rajpurkar, Jia and Liang 2018 (arXiv 1806.03822).
"""

import codecs
import itertools
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import ijson
from pydantic import BaseModel, Field, ValidationError

from assistant.corpus import document_from_text
from assistant.errors import QuestionSetEmpty, QuestionSetInvalid, QuestionSetUnreadable
from assistant.evaluation.faults import fault, faults_of
from assistant.evaluation.files import sha256_of_files
from assistant.evaluation.records import GoldPlace, Question, Unit
from assistant.german import language_of
from assistant.messages import Text
from assistant.records import Document

IN_ARTICLE = Text(de="Artikel {number}: {problem}", en="article {number}: {problem}")
ANSWER_NOT_FOUND = Text(
    de="Die Antwort, die der Fragensatz angibt, steht nicht in ihrem Absatz.",
    en="The answer that the question set gives is not in its paragraph.",
)


class _Answer(BaseModel):
    text: str
    answer_start: int = 0


class _Question(BaseModel):
    id: str
    question: str
    answers: list[_Answer] = Field(default_factory=list)
    is_impossible: bool = False


class _Paragraph(BaseModel):
    context: str
    qas: list[_Question] = Field(default_factory=list)


class _Article(BaseModel):
    title: str = ""
    paragraphs: list[_Paragraph]


class SquadSet:
    """The questions of a SQuAD file, asked of its paragraphs, or of those of another file with the same ids.

    The other file is the same set in another language, such as XQuAD's: it has the paragraphs and the gold.
    """

    unit: Unit = "document"

    def __init__(self, path: Path, paragraphs: Path | None = None) -> None:
        """Raises QuestionSetUnreadable."""
        self.path = path
        self.name = path.name
        self.paragraphs = paragraphs.name if paragraphs else None
        self.left_out = 0
        self._source = paragraphs or path
        self.files: tuple[Path, ...] = (path, paragraphs) if paragraphs else (path,)
        self.sha256 = sha256_of_files(self.files)

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """A document for each paragraph, named "title/number". Raises QuestionSetUnreadable or QuestionSetInvalid."""
        return tuple(
            document_from_text(paragraph.context, name, name)
            for names, article in _articles(self._source)
            for name, paragraph in zip(names, article.paragraphs, strict=True)
        )

    def count(self, documents: Mapping[str, Document]) -> int:
        """How many questions there are. Raises QuestionSetUnreadable, QuestionSetInvalid or QuestionSetEmpty."""
        asked = sum(1 for _ in _without_repetition(self._source))
        if self.paragraphs:
            in_all = sum(1 for _ in _without_repetition(self.path))
            asked = sum(1 for _ in self.questions(documents))
            self.left_out = in_all - asked
        if not asked:
            raise QuestionSetEmpty(self.path)
        return asked

    def questions(self, documents: Mapping[str, Document]) -> Iterator[Question]:
        """The questions, one article read at a time; without those whose ids the paragraphs' file does not have."""
        if self._source == self.path:
            yield from _questions(self.path)
            return
        for translated in _questions(self.path):
            if original := self._originals.get(translated.id):
                yield original.model_copy(
                    update={"question": translated.question, "language": language_of(translated.question)}
                )

    @cached_property
    def _originals(self) -> dict[str, Question]:
        return {question.id: question for question in _questions(self._source)}


def _without_repetition(path: Path) -> Iterator[Question]:
    """The questions of a file. Raises QuestionSetInvalid if an id comes again."""
    ids: set[str] = set()
    for question in _questions(path):
        if question.id in ids:
            raise QuestionSetInvalid(path, problems=fault("id_again", id=question.id))
        ids.add(question.id)
        yield question


def _questions(path: Path) -> Iterator[Question]:
    for names, article in _articles(path):
        for name, paragraph in zip(names, article.paragraphs, strict=True):
            for asked in paragraph.qas:
                gold = tuple(_gold(asked, paragraph.context, name))
                [one.text for one in asked.answers if one.text.strip()]
                texts = [one.text for one in asked.answers if one.text.strip()]
                is_answerable = bool(asked.answers) and not asked.is_impossible
                yield Question(
                    id=asked.id,
                    question=asked.question,
                    answers=tuple(dict.fromkeys(texts)) if is_answerable else (),
                    gold=gold if is_answerable else (),
                    language=language_of(asked.question),
                    article=tuple(names),
                    problem=ANSWER_NOT_FOUND if is_answerable and not gold else None,
                )


def _gold(asked: _Question, context: str, name: str) -> Iterator[GoldPlace]:
    """The answers' places: where the file says, or, as some files count amiss, the nearest place that reads so."""
    known: set[tuple[int, int]] = set()
    for answer in asked.answers:
        starts = [found.start() for found in re.finditer(f"(?={re.escape(answer.text)})", context)]
        if starts and answer.text.strip():
            start = min(starts, key=lambda at: abs(at - answer.answer_start))
            if (start, len(answer.text)) in known:
                continue
            known.add((start, len(answer.text)))
            yield GoldPlace(source=name, start=start, end=start + len(answer.text), quote=answer.text)


def _articles(path: Path) -> Iterator[tuple[list[str], _Article]]:
    """Each article with its paragraphs' names, read one at a time."""
    known: set[str] = set()
    try:
        with path.open("rb") as file:
            if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
                file.seek(0)
            for number, item in enumerate(ijson.items(file, "data.item", use_float=True), 1):
                try:
                    article = _Article.model_validate(item)
                except ValidationError as error:
                    problem = IN_ARTICLE.filled(number=number, problem=faults_of(error)[0])
                    raise QuestionSetInvalid(path, problems=problem) from error
                title = _unused(article.title or str(number), known)
                known.add(title)
                yield [f"{title}/{place}" for place in range(1, len(article.paragraphs) + 1)], article
    except OSError as error:
        raise QuestionSetUnreadable(path, reason=error.strerror) from error
    except (ijson.JSONError, UnicodeDecodeError) as error:
        reason = error.args[0]
        text = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise QuestionSetUnreadable(path, reason=text.partition("\n")[0]) from error


def _unused(title: str, known: set[str]) -> str:
    """The title, counted if it is known already: "Wetter (2)"."""
    counted = (f"{title} ({count})" for count in itertools.count(2))
    return next(name for name in itertools.chain([title], counted) if name not in known)
