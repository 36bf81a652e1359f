"""Questions as the product judges them, for fitting: what it knows of each sentence near them, and what would be right.

Every question on a public article is read by the reader that has not seen that article. Each is asked where it is
answered and where its article is hidden; those written for this project of their paragraph among others', so that near
misses and false premises stay unanswered.
"""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import track

from assistant.corpus import read_document
from assistant.embedding.engine import PackagedEmbedder
from assistant.evaluation.judging import parts_covered
from assistant.evaluation.own import OwnSet
from assistant.evaluation.records import GoldPlace, Question
from assistant.evaluation.squad import SquadSet
from assistant.evidence import candidates_for, readings_of
from assistant.index import Index
from assistant.indexing import build_index
from assistant.reading.base import Reader
from assistant.retrieval import retrieve
from assistant.settings import Settings
from assistant.weighing import Compared, compare
from tests.benchmarks.fitting import ARTICLE, ROOT, SEED
from tests.benchmarks.folds import article_of, half_of_article, half_of_document
from tests.benchmarks.reading.lessons import own_index, own_questions, written_questions

FEW = 4  # other paragraphs beside a question's own, where it is asked of few
FULL, HIDDEN, WRITTEN, OWN, ARTICLE_SET = "full", "article hidden", "written", "own documents", "article"


class Example(NamedTuple):
    """A question asked, and what the product knows of it."""

    title: str
    """What it is of: "XQuAD de", ..."""
    variant: str
    language: str
    kind: str | None
    half: int | None
    """Of its article; None: of no public one."""
    compared: Compared | None
    """None where nothing was found."""
    answers: np.ndarray
    """Whether each candidate overlaps the gold; false all through where it is hidden, or there is none."""
    is_answerable: bool


def public(
    pair: tuple[Path, ...], embedder: PackagedEmbedder, readers: dict[int, Reader], step: int = 1
) -> list[Example]:
    """XQuAD or MLQA: every `step`th German question, every second of their translations, and half of those written."""
    german, english = pair
    squad = SquadSet(german)
    index = build_index(squad.documents, embedder, Settings().passage_characters)
    title = german.stem.split(".")[0].removesuffix("-dev")
    originals = list(squad.questions(index.by_name))[::step]
    translated = {one.id: one for one in SquadSet(english, german).questions(index.by_name)}
    asked: list[tuple[str, str, Question, Sequence[str] | None]] = []
    for number, original in enumerate(originals):
        others = [name for name in index.by_name if article_of(name) != article_of(original.gold[0].source)]
        for one in (original, *([translated[original.id]] if number % 2 and original.id in translated else [])):
            asked.append((title, FULL, one, None))
            asked.append((title, HIDDEN, one.without_gold(), others))
    rng = random.Random(SEED)
    for number, one in enumerate(written_questions(index)[::2]):
        others = [name for name in index.by_name if article_of(name) != article_of(one.article[0])]
        few = [one.article[0], *rng.sample(others, FEW)]
        asked.append((f"written on {title}", WRITTEN, one, few if number % 2 else [one.article[0], *others]))
    return [
        example(*of_one, index, embedder, readers, half_of_article(german, article_of(of_one[2].article[0])))
        for of_one in track(asked, title, console=Console(stderr=True))
    ]


def own(embedder: PackagedEmbedder, readers: dict[int, Reader]) -> list[Example]:
    """Half of the questions on documents of our own, by turns asked of their document alone and of all."""
    index = own_index(embedder)
    return [
        example(
            "own documents",
            OWN,
            one,
            list(one.article) if number % 2 else None,
            index,
            embedder,
            readers,
            half_of_document(one.article[0]),
        )
        for number, one in enumerate(track(own_questions(index)[::2], "own documents", console=Console(stderr=True)))
    ]


def article_set(path: Path, embedder: PackagedEmbedder, reader: Reader) -> list[Example]:
    """A question set for the article: nothing is fitted on it."""
    index = build_index([read_document(ARTICLE, ROOT)], embedder, Settings().passage_characters)
    questions = OwnSet(path).questions(index.by_name)
    return [example(path.stem, ARTICLE_SET, one, None, index, embedder, {0: reader}, None) for one in questions]


def example(
    title: str,
    variant: str,
    question: Question,
    sources: Sequence[str] | None,
    index: Index,
    embedder: PackagedEmbedder,
    readers: dict[int, Reader],
    half: int | None,
) -> Example:
    """What the product's own stages make of a question."""
    settings = Settings()
    query = embedder.encode_query(question.question)
    hits = retrieve(question.question, query, index, settings.hits, sources)
    readings = readings_of(question.question, hits[: settings.read], index, readers[half or 0])
    candidates = candidates_for(hits, index, query.vector, readings)
    return Example(
        title=title,
        variant=variant,
        language=question.language,
        kind=question.kind,
        half=half,
        compared=compare(question.question, query.words, candidates) if candidates else None,
        answers=np.array([_lies_at((one.source, *one.span), question.gold) for one in candidates], bool),
        is_answerable=bool(question.gold),
    )


def _lies_at(place: tuple[str, int, int], gold: Sequence[GoldPlace]) -> bool:
    return bool(parts_covered([place], gold))
