"""Which half of the articles and documents a question belongs to: an article is in one half in both languages."""

import hashlib
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from assistant.evaluation.records import Question
from assistant.evaluation.squad import SquadSet
from tests.benchmarks.fitting import MLQA, SEED, XQUAD

HALVES = (0, 1)
FITTED_WITHOUT = Path(__file__).parent / "reading"


def article_of(document: str) -> str:
    """The title of a SQuAD paragraph's article."""
    return document.rsplit("/", 1)[0]


@cache
def half_of_article(paragraphs: Path, article: str) -> int:
    """The half of an article of a SQuAD file."""
    return _halves()[_key(paragraphs, article)]


def half_of_document(document: str) -> int:
    """The half of a document written for this project."""
    return hashlib.sha256(f"{SEED} {document}".encode()).digest()[0] % 2


@cache
def _halves() -> dict[str, int]:
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    for id_, article in _asked():
        parent[root(f"question {id_}")] = root(article)
    articles = sorted({article for _, article in _asked()})
    roots = sorted({root(article) for article in articles})
    random.Random(SEED).shuffle(roots)
    number = {one: position for position, one in enumerate(roots)}
    return {article: number[root(article)] % 4 // 2 for article in articles}


@cache
def _asked() -> list[tuple[str, str]]:
    return [
        (question.id, _key(file, article_of(question.gold[0].source)))
        for pair in (XQUAD, MLQA)
        for file in pair
        for question in _answerable(file)
    ]


def _answerable(file: Path) -> Iterator[Question]:
    squad = SquadSet(file)
    by_name = {document.name: document for document in squad.documents}
    return (question for question in squad.questions(by_name) if question.gold)


def _key(file: Path, article: str) -> str:
    return f"{file.stem.removesuffix('.json').replace('-dev', '')}: {article}"


def out_of_fold(half: int) -> Path:
    """The reader's adapter that has not seen this half of the public articles."""
    return FITTED_WITHOUT / f"without_half_{half}.safetensors"


def judgement_without(half: int) -> Path:
    """How sentences are judged by weights that have not seen it."""
    return FITTED_WITHOUT / f"without_half_{half}.json"
