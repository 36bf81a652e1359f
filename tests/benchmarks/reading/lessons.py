"""What the reader learns from: questions, passages in which they are answered, and passages in which they are not.

XQuAD and MLQA dev in German and English as they are; the questions written for this project on their German paragraphs
(`paragraphs.jsonl`) and on documents of our own (`documents.jsonl`), nearly half of them near misses and false
premises. All questions of an article, in both languages, are in one fold.
"""

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import track

from assistant.corpus import read_document
from assistant.embedding.base import Embedder
from assistant.evaluation.judging import parts_covered
from assistant.evaluation.own import OwnSet
from assistant.evaluation.records import GoldPlace, Question
from assistant.evaluation.squad import SquadSet
from assistant.evidence import readable
from assistant.german import WORD, folded, is_function_word
from assistant.index import Index
from assistant.indexing import build_index
from assistant.reading.base import ReadablePassage
from assistant.records import Passage
from assistant.retrieval import retrieve
from assistant.settings import Settings
from tests.benchmarks.fitting import DOCUMENTS, MLQA, OWN, SEED, WRITTEN, XQUAD
from tests.benchmarks.folds import article_of, half_of_article, half_of_document

NEAR, ELSEWHERE = 5, 3  # passages kept of a question's hits

Gold = tuple[int, ...]
"""Positions in a passage of the sentences that answer."""


class Lesson(NamedTuple):
    """A question and the passages near it."""

    id: str
    question: str
    half: int
    """Of its article or document, see `folds`."""
    is_written: bool
    """For this project; otherwise it is one of a public set."""
    answers: tuple[str, ...]
    golden: tuple[tuple[ReadablePassage, Gold], ...]
    """Passages that answer; none: it is a near miss or has a false premise."""
    near: tuple[ReadablePassage, ...]
    """Passages near it that do not answer."""
    elsewhere: tuple[ReadablePassage, ...]
    """The nearest ones where its article is hidden."""
    turned: str | None
    """The question with one word replaced, so that nothing answers it."""


def lessons(embedder: Embedder) -> list[Lesson]:
    """All of them, always in the same order."""
    found: list[Lesson] = []
    for german, english in (XQUAD, MLQA):
        squad = SquadSet(german)
        index = build_index(squad.documents, embedder, Settings().passage_characters)
        for questions in (squad, SquadSet(english, german)):
            found += _of_index(list(questions.questions(index.by_name)), index, embedder, german)
        found += _of_index(written_questions(index), index, embedder, german, is_written=True)
        squad = SquadSet(english)
        index = build_index(squad.documents, embedder, Settings().passage_characters)
        found += _of_index(list(squad.questions(index.by_name)), index, embedder, english)
    return [*found, *own_lessons(embedder)]


def own_lessons(embedder: Embedder) -> list[Lesson]:
    """Of the questions on documents of our own."""
    index = own_index(embedder)
    return list(_of_index(own_questions(index), index, embedder, None, is_written=True))


def own_index(embedder: Embedder) -> Index:
    """Of the documents of our own."""
    documents = [read_document(path, DOCUMENTS.parent) for path in sorted(DOCUMENTS.glob("*.txt"))]
    return build_index(documents, embedder, Settings().passage_characters)


def written_questions(index: Index) -> list[Question]:
    """Those written for this project on paragraphs of an index; `article` is the paragraph that each was written on."""
    questions = []
    for line in WRITTEN.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        document = index.by_name.get(row["paragraph"])
        if document is None or document.text_sha256 != row["text_sha256"]:
            continue  # of the other set
        gold = [
            GoldPlace(source=document.name, start=start, end=end, quote=document.text[start:end], part=part)
            for part, (start, end) in enumerate(row["evidence"], 1)
        ]
        if row["kind"] != "compound":  # otherwise each sentence answers
            gold = [place.model_copy(update={"part": 1}) for place in gold]
        answer = [document.text[slice(*row["answer"])]] if row["answer"] else []
        questions.append(
            Question(
                id=row["id"],
                question=row["question"],
                answers=tuple(answer),
                gold=tuple(gold),
                kind=row["kind"],
                language=row["language"],
                article=(document.name,),
            )
        )
    return questions


def own_questions(index: Index) -> list[Question]:
    """Those on documents of our own; `article` is the document that each was written on."""
    documents = {Path(name).stem: name for name in index.by_name}
    return [
        question.model_copy(update={"article": (documents[question.id.rsplit("/", 1)[0]],)})
        for question in OwnSet(OWN).questions(index.by_name)
    ]


def _of_index(
    questions: Sequence[Question], index: Index, embedder: Embedder, file: Path | None, *, is_written: bool = False
) -> Iterator[Lesson]:
    pool = _words_by_kind(questions)
    title = f"{file.stem if file else 'own documents'}{', written' if is_written else ''}"
    for number, asked in enumerate(track(questions, title, console=Console(stderr=True))):
        own = asked.gold[0].source if asked.gold else asked.article[0]
        of_own = [one for one in index.passages if index.documents[one.document].name == own]
        others = [name for name in index.by_name if article_of(name) != article_of(own)]
        found = _hits(asked, index, embedder, [own, *others] if is_written else None)
        golden = [(readable(one, index), gold) for one in of_own if (gold := _gold(one, asked.gold, index))]
        near = [one for one in found if not _gold(one, asked.gold, index)] if asked.gold else of_own
        elsewhere = [] if is_written else _hits(asked, index, embedder, others)
        rng = random.Random(f"{SEED} {title} {number}")
        yield Lesson(
            id=asked.id,
            question=asked.question,
            half=half_of_article(file, article_of(own)) if file else half_of_document(own),
            is_written=is_written,
            answers=asked.answers,
            golden=tuple(golden),
            near=tuple(readable(one, index) for one in near[:NEAR]),
            elsewhere=tuple(readable(one, index) for one in elsewhere[:ELSEWHERE]),
            turned=None if is_written else _turned(asked, pool, rng),
        )


def _hits(asked: Question, index: Index, embedder: Embedder, sources: Sequence[str] | None) -> list[Passage]:
    query = embedder.encode_query(asked.question)
    hits = retrieve(asked.question, query, index, Settings().hits, sources)
    return [index.passages[hit.passage] for hit in hits]


def _gold(passage: Passage, gold: Sequence[GoldPlace], index: Index) -> Gold:
    document = index.documents[passage.document]
    spans = document.sentences[passage.first : passage.last + 1]
    return tuple(at for at, span in enumerate(spans) if parts_covered([(document.name, *span)], gold))


# --- questions that nothing answers any more ---------------------------------------------------------------------

Pool = dict[tuple[str, str], list[str]]
"""The words of questions by language and kind."""


def _words_by_kind(questions: Sequence[Question]) -> Pool:
    pool: dict[tuple[str, str], set[str]] = defaultdict(set)
    for asked in questions:
        for match in _content_words(asked.question):
            pool[asked.language, _kind_of(match.group(0))].add(match.group(0))
    return {key: sorted(words) for key, words in pool.items()}


def _turned(asked: Question, pool: Pool, rng: random.Random) -> str | None:
    """The question with a name, a number or another word replaced by one of its kind; None if it has none.

    After the rule-made negatives of SQuADRUn (Rajpurkar, Jia and Liang 2018, arXiv 1806.03822).
    """
    matches = _content_words(asked.question)
    if not matches:
        return None
    match = rng.choice(matches)
    word = match.group(0)
    asked_for = folded(asked.question)
    fitting = [one for one in pool[asked.language, _kind_of(word)] if folded(one)[:4] not in asked_for]
    if not fitting:
        return None
    other = str(int(word) + rng.choice((-3, -2, -1, 1, 2, 3, 10))) if word.isdecimal() else rng.choice(fitting)
    return asked.question[: match.start()] + other + asked.question[match.end() :]


def _content_words(question: str) -> list[re.Match[str]]:
    return [match for match in WORD.finditer(question) if match.start() and not is_function_word(match.group(0))]


def _kind_of(word: str) -> str:
    return "number" if word[0].isdigit() else "name" if word[0].isupper() else "other"
