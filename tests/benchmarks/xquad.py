"""XQuAD-de as one's own documents: a text file a paragraph, and the questions with the file that answers each."""

import json
import random
import sys
from pathlib import Path
from typing import NamedTuple

SET = Path(__file__).parents[3] / "shared" / "data" / "xquad" / "xquad.de.json"


class Asked(NamedTuple):
    """A question and the name of the file that answers it."""

    question: str
    file: str


def questions() -> list[Asked]:
    """All of them, shuffled, so that what is remembered of one paragraph does not serve its next question at once."""
    asked = [Asked(one["question"], file) for file, paragraph in _paragraphs() for one in paragraph["qas"]]
    random.Random(0).shuffle(asked)
    return asked


def write_corpus(home: Path, most: int | None = None) -> int:
    """The paragraphs, or as many as `most` of them, into `home`/corpus; how many there are."""
    paragraphs = _paragraphs()[:most]
    corpus = home / "corpus"
    corpus.mkdir(parents=True)
    for file, paragraph in paragraphs:
        (corpus / file).write_text(paragraph["context"], encoding="utf-8")
    return len(paragraphs)


def _paragraphs() -> list[tuple[str, dict]]:
    """Each with the name of its file, which says nothing of what is in it."""
    if not SET.is_file():
        sys.exit(f"{SET} is missing: the public test data is needed.")
    articles = json.loads(SET.read_text(encoding="utf-8"))["data"]
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
    return [(f"{number:03}.txt", paragraph) for number, paragraph in enumerate(paragraphs, 1)]
