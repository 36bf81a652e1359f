"""Asks a question set and judges the answers: streamed, resumable, a failure at a time."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from assistant.errors import AssistantError, CacheNotWritable, EvaluationBusy, QuestionSetChanged
from assistant.evaluation.files import sha256_of_files
from assistant.evaluation.gates import Gate
from assistant.evaluation.judging import HITS, is_of, judge, judge_failure
from assistant.evaluation.metrics import figures, figures_by_kind
from assistant.evaluation.questions import QuestionSet
from assistant.evaluation.records import Evaluation, Question, Result
from assistant.evaluation.wording import wording_of
from assistant.indexing import Progress
from assistant.pipeline import Assistant
from assistant.records import Document, Language
from assistant.versions import versions

PASSAGES_A_PARAGRAPH = 10  # rarely more: so many times HITS passages hold HITS paragraphs
KEPT_SECONDS = 30 * 24 * 3600  # of what an interrupted run left
OpenOver = Callable[[Sequence[Document] | None], Assistant]
"""The assistant of a set's own documents, or of the home folder's where it has none."""


@contextmanager
def evaluated(
    question_set: QuestionSet,
    open_over: OpenOver,
    journals: Path,
    *,
    hides_gold: bool = False,
    gates: Sequence[Gate] = (),
    language: Language = "de",
    progress: Progress = lambda stage, done, total: None,
) -> Iterator[Evaluation]:
    """All questions of a set asked and judged.

    Results are written to a journal in `journals` as they come, so that the same call goes on where one was
    interrupted; the journal goes when the caller is done with the evaluation. Raises QuestionSetInvalid,
    QuestionSetEmpty, EvaluationBusy, CacheNotWritable, what `open_over` raises, and a WriterError that will not pass;
    an error of a single question is that question's failure, told in `language`. What was answered because the writer
    failed is not kept, and then the journal stays.
    """
    start = time.perf_counter()
    assistant = open_over(question_set.documents)
    documents = assistant.index.by_name
    total = question_set.count(documents)
    opened = time.perf_counter()
    made_with = {name: str(value) for name, value in assistant.configuration.items()} | versions()
    with _journal(journals, question_set, hides_gold, assistant, made_with) as (known, write):
        results: list[Result] = []
        resumed = 0
        for question in question_set.questions(documents):
            progress("questions", len(results), total)
            asked = question.without_gold() if hides_gold else question
            result = known.get(question.id)
            if result is not None and is_of(result, asked):
                resumed += 1
            else:
                hidden = frozenset(question.article) if hides_gold else frozenset()
                result = _ask(asked, hidden, assistant, question_set, language)
                write(result)
            results.append(result)
        progress("questions", len(results), total)
        if len(results) != total or sha256_of_files(question_set.files) != question_set.sha256:
            raise QuestionSetChanged(question_set.name)
        asked_until = time.perf_counter()
        metrics = figures(results)
        yield Evaluation(
            set=question_set.name,
            sha256=question_set.sha256,
            paragraphs=question_set.paragraphs,
            gold_is_hidden=hides_gold,
            questions=total,
            left_out=question_set.left_out,
            resumed=resumed,
            failed=sum(result.status == "failed" for result in results),
            metrics=metrics,
            by_kind=figures_by_kind(results),
            wording=wording_of(made_with["writer"], results),
            gates=tuple(gate.judge(metrics) for gate in gates),
            seconds={"opening": round(opened - start, 1), "questions": round(asked_until - opened, 1)},
            made_with=made_with,
            results=tuple(results),
        )


def _ask(
    question: Question, hidden: frozenset[str], assistant: Assistant, question_set: QuestionSet, language: Language
) -> Result:
    if question.problem is not None:
        return judge_failure(question, question.problem.to(language))
    sources = frozenset(assistant.index.by_name) - hidden if hidden else None
    depth = HITS * (PASSAGES_A_PARAGRAPH if question_set.unit == "document" else 1)
    try:
        outcome = assistant.ask(question.question, sources, depth)
        if outcome.fallback is None or not outcome.fallback.is_lasting:
            return judge(question, outcome, assistant.index, question_set.unit)
    except AssistantError as error:
        return judge_failure(question, error.message(language))
    except Exception as error:  # noqa: BLE001 - whatever one question brings about, the others are asked
        return judge_failure(question, f"{type(error).__name__}: {error}")
    raise outcome.fallback


@contextmanager
def _journal(
    folder: Path, question_set: QuestionSet, hides_gold: bool, assistant: Assistant, made_with: Mapping[str, str]
) -> Iterator[tuple[dict[str, Result], Callable[[Result], None]]]:
    """What an interrupted run of the same questions and documents left, by id, and how to add to it.

    The journal goes when all questions are done by the writer that is set. Raises EvaluationBusy or CacheNotWritable.
    """
    documents = [(document.name, document.text_sha256) for document in assistant.index.documents]
    task = [question_set.name, question_set.sha256, hides_gold, dict(made_with), documents]
    path = folder / f"{hashlib.sha256(json.dumps(task).encode()).hexdigest()[:32]}.jsonl"
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _forget_old(folder)
            stack.enter_context(FileLock(path.with_suffix(".lock"), timeout=0))
            known = {result.id: result for result in _read_journal(path)}
            whole = path.with_suffix(".new")  # without a line that was cut short
            whole.write_text("".join(one.model_dump_json() + "\n" for one in known.values()), encoding="utf-8")
            whole.replace(path)
            file = stack.enter_context(path.open("a", encoding="utf-8", buffering=1))
        except Timeout as error:
            raise EvaluationBusy(question_set.name) from error
        except OSError as error:
            raise CacheNotWritable(folder, reason=error) from error

        is_whole = True

        def write(result: Result) -> None:
            nonlocal is_whole
            if result.fallback is not None:  # it is not the answer of the writer that is set
                is_whole = False
                return
            try:
                file.write(result.model_dump_json() + "\n")
            except OSError as error:
                raise CacheNotWritable(folder, reason=error) from error

        yield known, write
        if is_whole:
            path.unlink(missing_ok=True)


def _forget_old(folder: Path) -> None:
    """Remove journals and locks that nobody came back to."""
    for old in folder.iterdir():
        with suppress(OSError):  # another process tidies up, too
            if time.time() - old.stat().st_mtime > KEPT_SECONDS:
                old.unlink()


def _read_journal(path: Path) -> Iterator[Result]:
    """Its results; the line that an interruption cut short is left out."""
    if path.is_file():
        for line in path.read_bytes().splitlines():
            try:
                yield Result.model_validate_json(line)
            except ValidationError:
                return
