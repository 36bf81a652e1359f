"""Running an evaluation: in order, a failure at a time, resumed where it was interrupted, one at a time."""

import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from assistant.errors import CacheNotWritable, EvaluationBusy, QuestionSetChanged, QuestionSetEmpty, QuestionSetInvalid
from assistant.evaluation.own import OwnSet
from assistant.evaluation.records import Evaluation
from assistant.evaluation.squad import SquadSet
from assistant.indexing import build_index
from assistant.pipeline import ANSWER_SETTINGS, Assistant, Outcome
from assistant.records import Document
from assistant.settings import Settings
from assistant.versions import versions
from tests.doubles import HashEmbedder, document_of, evaluate

TEXTS = {
    "a.txt": "Der Mieter kündigt schriftlich. Die Frist ist drei Monate.",
    "b.txt": "Der Wal singt im Meer. Der Dackel bellt im Garten.",
    "c.txt": "Der Zug nach Köln fährt pünktlich. Es regnet in Köln – „süß“.",
}
QUESTIONS = [
    ("f1", "Wie kündigt der Mieter?", "a.txt", "Der Mieter kündigt schriftlich."),
    ("f2", "Wo singt der Wal?", "b.txt", "Der Wal singt im Meer."),
    ("f3", "Wie hoch ist die Miete?", None, None),
    ("f4", "Fährt der Zug nach Köln pünktlich?", "c.txt", "Der Zug nach Köln"),
    ("f5", "Wer bellt im Garten?", "b.txt", "Der Dackel bellt"),
    ("f6", "Wo regnet es – „süß“?", "c.txt", "Es regnet in Köln"),
]
IDS = [id for id, *_ in QUESTIONS]


class Watched(Assistant):
    """An Assistant that notes what it is asked, and raises an error at one question."""

    def __init__(
        self,
        home: Path,
        texts: Mapping[str, str] = TEXTS,
        raises: tuple[str, BaseException] | None = None,
        documents: Collection[Document] = (),
        **settings: object,
    ) -> None:
        embedder = HashEmbedder()
        documents = documents or [document_of(text, name) for name, text in texts.items()]
        super().__init__(build_index(documents, embedder, 40), embedder, Settings(home=home, **settings))
        self.asked: list[str] = []
        self.outcomes: list[Outcome] = []
        self.raises = raises

    def ask(self, question: str, sources: Collection[str] | None = None, depth: int = 0) -> Outcome:
        self.asked.append(question)
        if self.raises and self.raises[0] == question:
            raise self.raises[1]
        self.outcomes.append(super().ask(question, sources, depth))
        return self.outcomes[-1]

    def documents_hit(self) -> list[set[str]]:
        """By question."""
        return [
            {self.index.documents[self.index.passages[hit.passage].document].name for hit in outcome.hits}
            for outcome in self.outcomes
        ]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The set."""
    return write(tmp_path / "fragen.jsonl", *QUESTIONS)


@pytest.fixture
def journals(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "journals"


def write(file: Path, *questions: tuple[str, str, str | None, str | None], kind: str = "plain") -> Path:
    lines = [
        {"id": id, "question": question, "kind": kind}
        | ({"evidence": [{"source": source, "quote": quote}]} if source else {"refuse": True})
        for id, question, source, quote in questions
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


def run(file: Path, assistant: Assistant, journals: Path, **options: object) -> Evaluation:
    return evaluate(OwnSet(file), lambda _: assistant, journals, **options)


def interrupt(file: Path, home: Path, journals: Path, at: int, **settings: object) -> Path:
    """Interrupt an evaluation at a question, counted from 0, and give the journal that it leaves."""
    assistant = Watched(home, raises=(QUESTIONS[at][1], KeyboardInterrupt()), **settings)
    before = set(journals.glob("*.jsonl"))
    with pytest.raises(KeyboardInterrupt):
        run(file, assistant, journals)
    assert len(assistant.asked) == at + 1
    (journal,) = set(journals.glob("*.jsonl")) - before
    return journal


def untimed(evaluation: Evaluation) -> dict[str, object]:
    """All but how long it took and how often it was begun."""
    found = evaluation.model_dump(exclude={"seconds", "resumed"})
    for result in found["results"]:
        del result["timings_ms"]
    return found


# --- in order ----------------------------------------------------------------------------------------------------


def test_questions_are_asked_and_judged_in_order(file, journals, tmp_path):
    assistant = Watched(tmp_path, risk=1)
    evaluation = run(file, assistant, journals)
    assert [result.id for result in evaluation.results] == IDS
    assert assistant.asked == [question for _, question, *_ in QUESTIONS]
    assert (evaluation.questions, evaluation.resumed, evaluation.failed, evaluation.left_out) == (6, 0, 0, 0)
    assert (evaluation.set, evaluation.paragraphs, evaluation.gold_is_hidden) == ("fragen.jsonl", None, False)
    assert evaluation.sha256 == OwnSet(file).sha256
    assert [result.is_answerable for result in evaluation.results] == [id != "f3" for id in IDS]
    assert {result.status for result in evaluation.results} == {"answered"}
    assert all(result.timings_ms["total"] >= 0 for result in evaluation.results)
    assert evaluation.metrics["answer.coverage"].value == 1
    assert evaluation.metrics["refusal.recall"].value == 0
    assert evaluation.by_kind["plain"].questions == 6


def test_it_is_told_what_it_was_made_with(file, journals, tmp_path):
    made_with = run(file, Watched(tmp_path, hits=7), journals).made_with
    assert {*ANSWER_SETTINGS, "least_confidence", *versions()} == set(made_with)
    assert (made_with["hits"], made_with["risk"], made_with["writer"]) == ("7", "0.05", "extractive")


def test_an_evaluation_can_be_written_and_read_again(file, journals, tmp_path):
    evaluation = run(file, Watched(tmp_path), journals)
    assert Evaluation.model_validate_json(evaluation.model_dump_json()) == evaluation


def test_progress_is_told_question_by_question(file, journals, tmp_path):
    told = []
    run(file, Watched(tmp_path), journals, progress=lambda *step: told.append(step))
    assert told == [("questions", done, 6) for done in range(7)]


def test_paragraphs_are_looked_at_beyond_those_searched_for_evidence(file, journals, tmp_path):
    assistant = Watched(tmp_path, hits=1)
    results = run(file, assistant, journals).results
    assert len(assistant.index.passages) == 6
    assert {len(outcome.hits) for outcome in assistant.outcomes} == {6}
    assert all(result.paragraph_ranks[0] for result in results if result.is_answerable)


def test_of_a_squad_file_ten_paragraphs_are_found_however_many_passages_they_are(journals, tmp_path):
    context = "Der Wal singt im Meer und taucht. " * 12
    qas = [{"id": "1", "question": "Wo singt der Wal?", "answers": [{"text": "Meer", "answer_start": 17}]}]
    others = [{"context": f"Der Zug Nummer {number} fährt.", "qas": []} for number in range(9)]
    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"data": [{"title": "t", "paragraphs": [{"context": context, "qas": qas}, *others]}]}))
    squad = SquadSet(file)
    assistant = Watched(tmp_path, documents=squad.documents)
    assert len(assistant.index.passages) > 20
    (result,) = evaluate(squad, lambda _: assistant, journals).results
    assert len(assistant.documents_hit()[0]) == 10
    assert result.paragraph_ranks == (1,)


# --- failures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "german", "english"),
    [
        ("?", "Die Frage enthält keine Wörter.", "The question holds no words."),
        ("Wer\x07?", "Die Frage enthält Steuerzeichen (U+0007).", "The question holds control characters (U+0007)."),
        ("Wer? " * 500, "Die Frage hat 2499 Zeichen, erlaubt sind 2000.", "The question has 2499 characters"),
    ],
)
def test_a_question_that_cannot_be_asked_fails_and_the_others_go_on(
    file, journals, tmp_path, question, german, english
):
    write(file, QUESTIONS[0], ("x", question, None, None), ("y", question, "a.txt", "Die Frist"), *QUESTIONS[1:])
    evaluation = run(file, Watched(tmp_path), journals)
    assert [result.id for result in evaluation.results if result.status == "failed"] == ["x", "y"]
    assert (evaluation.questions, evaluation.failed) == (8, 2)
    assert evaluation.results[1].answer.startswith(german)
    assert not evaluation.results[1].is_right
    assert run(file, Watched(tmp_path), journals, language="en").results[2].answer.startswith(english)


def test_an_unexpected_error_is_that_question_s_failure(file, journals, tmp_path):
    good = run(file, Watched(tmp_path), journals)
    error = RuntimeError("{kaputt}\nüberall")
    evaluation = run(file, Watched(tmp_path, raises=("Wo singt der Wal?", error)), journals)
    failed = evaluation.results[1]
    assert (failed.id, failed.status, failed.answer) == ("f2", "failed", "RuntimeError: {kaputt}\nüberall")
    assert (failed.confidence, failed.is_right, evaluation.failed) == (None, False, 1)
    rest, all_good = untimed(evaluation)["results"], untimed(good)["results"]
    assert rest[:1] + rest[2:] == all_good[:1] + all_good[2:]


def test_an_error_whose_text_is_no_unicode_is_that_question_s_failure(file, journals, tmp_path):
    error = RuntimeError("modell-\udcff")  # what Python makes of a file name in another encoding
    assert run(file, Watched(tmp_path, raises=("Wo singt der Wal?", error)), journals).failed == 1


def test_nothing_is_asked_of_a_faulty_or_empty_set(file, journals, tmp_path):
    assistant = Watched(tmp_path)
    write(file, *QUESTIONS, QUESTIONS[0])
    with pytest.raises(QuestionSetInvalid):
        run(file, assistant, journals)
    with pytest.raises(QuestionSetEmpty):
        run(write(file), assistant, journals)
    assert assistant.asked == []
    assert list(journals.glob("*")) == []


def test_errors_of_opening_are_raised(file, journals):
    def open_assistant(_: object) -> Assistant:
        raise RuntimeError("zu")

    with pytest.raises(RuntimeError, match="zu"):
        evaluate(OwnSet(file), open_assistant, journals)


class CountedThenChanged(OwnSet):
    """A set whose file loses a question between counting and asking."""

    def count(self, documents: Mapping[str, Document]) -> int:
        total = super().count(documents)
        write(self.path, *QUESTIONS[1:])
        return total


def test_a_set_that_loses_a_question_on_the_way_is_said_to_have_changed(file, journals, tmp_path):
    with pytest.raises(QuestionSetChanged, match=r"fragen\.jsonl was changed"):
        evaluate(CountedThenChanged(file), lambda _: Watched(tmp_path), journals)
    assert run(file, Watched(tmp_path), journals).resumed == 0


def test_a_set_that_changes_while_the_model_loads_is_noticed(file, journals, tmp_path):
    def open_assistant(_: object) -> Assistant:
        write(file, ("f1", "Wer bellt?", None, None), *QUESTIONS[1:])
        return Watched(tmp_path)

    with pytest.raises(QuestionSetChanged):
        evaluate(OwnSet(file), open_assistant, journals)


# --- interrupted and resumed -------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [0, 1, 3, 5])
def test_an_interrupted_run_goes_on_where_it_was(file, journals, tmp_path, at):
    whole = run(file, Watched(tmp_path), tmp_path / "other")
    journal = interrupt(file, tmp_path, journals, at)
    assert len(journal.read_bytes().splitlines()) == at
    assistant = Watched(tmp_path)
    told = []
    evaluation = run(file, assistant, journals, progress=lambda *step: told.append(step))
    assert assistant.asked == [question for _, question, *_ in QUESTIONS[at:]]
    assert (evaluation.resumed, whole.resumed) == (at, 0)
    assert untimed(evaluation) == untimed(whole)
    assert told == [("questions", done, 6) for done in range(7)]


def test_a_run_may_be_interrupted_again(file, journals, tmp_path):
    interrupt(file, tmp_path, journals, 2)
    again = Watched(tmp_path, raises=(QUESTIONS[4][1], KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        run(file, again, journals)
    assert len(again.asked) == 3
    last = Watched(tmp_path)
    evaluation = run(file, last, journals)
    assert (evaluation.resumed, len(last.asked)) == (4, 2)
    assert [result.id for result in evaluation.results] == IDS


def test_failures_are_not_asked_again_either(file, journals, tmp_path):
    write(file, ("x", "?", None, None), *QUESTIONS)
    assistant = Watched(tmp_path, raises=(QUESTIONS[1][1], KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        run(file, assistant, journals)
    evaluation = run(file, Watched(tmp_path), journals)
    assert (evaluation.resumed, evaluation.failed, evaluation.questions) == (2, 1, 7)


@pytest.mark.parametrize("cut", [1, 2, 40, -1, -2, -30])
def test_a_journal_is_used_up_to_a_line_that_is_cut_short(file, journals, tmp_path, cut):
    journal = interrupt(file, tmp_path, journals, 3)
    first, second, third = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(first + second + third[:cut])
    is_whole = cut == -1  # but for the line end
    assistant = Watched(tmp_path)
    evaluation = run(file, assistant, journals)
    assert (evaluation.resumed, len(assistant.asked)) == ((3, 3) if is_whole else (2, 4))
    assert untimed(evaluation) == untimed(run(file, Watched(tmp_path), tmp_path / "other"))


def test_a_journal_may_be_cut_within_a_letter_and_be_interrupted_again(file, journals, tmp_path):
    journal = interrupt(file, tmp_path, journals, 4)
    content = journal.read_bytes()
    journal.write_bytes(content[: content.rindex("ö".encode()) + 1])
    with pytest.raises(KeyboardInterrupt):
        run(file, Watched(tmp_path, raises=(QUESTIONS[5][1], KeyboardInterrupt())), journals)
    evaluation = run(file, Watched(tmp_path), journals)
    assert evaluation.resumed == 5
    assert untimed(evaluation) == untimed(run(file, Watched(tmp_path), tmp_path / "other"))


def test_a_journal_is_not_used_beyond_a_damaged_line(file, journals, tmp_path):
    journal = interrupt(file, tmp_path, journals, 3)
    first, second, third = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(first + second[:-9] + b"\n" + third)
    assistant = Watched(tmp_path)
    assert (run(file, assistant, journals).resumed, len(assistant.asked)) == (1, 5)


def test_what_is_done_is_in_the_journal_at_once_as_a_killed_process_would_leave_it(file, journals, tmp_path):
    lengths = []

    def look(stage: str, done: int, total: int) -> None:
        (journal,) = journals.glob("*.jsonl")
        lengths.append(len(journal.read_bytes().splitlines()))

    run(file, Watched(tmp_path), journals, progress=look)
    assert lengths == list(range(7))


@pytest.mark.parametrize("content", [b"", b"\n", b"\x00" * 50, b"{}\n", b"[1]"])
def test_a_journal_of_something_else_is_not_used(file, journals, tmp_path, content):
    interrupt(file, tmp_path, journals, 3).write_bytes(content)
    assert run(file, Watched(tmp_path), journals).resumed == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"hits": 7},
        {"answer_sentences": 1},
        {"risk": 0.1},
        {"passage_characters": 700},
        {"model": "other"},
        {"device": "cuda"},
        {"question_characters": 1000},
    ],
)
def test_another_setting_has_another_journal(file, journals, tmp_path, settings):
    interrupt(file, tmp_path, journals, 3)
    assistant = Watched(tmp_path, **settings)
    assert (run(file, assistant, journals).resumed, len(assistant.asked)) == (0, 6)
    assert run(file, Watched(tmp_path), journals).resumed == 3  # the old one is still there


def test_a_setting_that_answers_do_not_depend_on_has_the_same_journal(file, journals, tmp_path):
    interrupt(file, tmp_path, journals, 3)
    assert run(file, Watched(tmp_path, port=7999, language="en"), journals).resumed == 3


@pytest.mark.parametrize(
    "texts",
    [
        TEXTS | {"b.txt": TEXTS["b.txt"] + " Es schneit."},
        TEXTS | {"d.txt": "Es schneit."},
        dict(reversed(TEXTS.items())),
    ],
)
def test_other_documents_have_another_journal(file, journals, tmp_path, texts):
    interrupt(file, tmp_path, journals, 3)
    assistant = Watched(tmp_path, texts)
    assert (run(file, assistant, journals).resumed, len(assistant.asked)) == (0, 6)


def test_another_set_or_hidden_gold_has_another_journal(file, journals, tmp_path):
    interrupt(file, tmp_path, journals, 3)
    assert run(file, Watched(tmp_path), journals, hides_gold=True).resumed == 0
    write(file, *QUESTIONS, kind="other")
    assert run(file, Watched(tmp_path), journals).resumed == 0
    write(file, *QUESTIONS)
    assert run(file, Watched(tmp_path), journals).resumed == 3


def test_nothing_but_locks_is_left_when_all_is_done(file, journals, tmp_path):
    interrupt(file, tmp_path, journals, 3)
    run(file, Watched(tmp_path), journals)
    run(file, Watched(tmp_path), journals, hides_gold=True)
    assert {path.suffix for path in journals.iterdir()} <= {".lock"}


def test_interrupted_runs_that_nobody_comes_back_to_do_not_pile_up(file, journals, tmp_path):
    interrupt(file, tmp_path, journals, 1, hits=3)
    old = list(journals.iterdir())
    for path in old:
        os.utime(path, (0, 0))
    run(file, Watched(tmp_path, hits=20), journals)
    assert not [path for path in old if path.exists()]


def test_the_same_evaluation_runs_once_at_a_time(file, journals, tmp_path):
    refused = []

    def again(stage: str, done: int, total: int) -> None:
        if done == 2:
            with pytest.raises(EvaluationBusy, match=r"evaluating fragen\.jsonl") as raised:
                run(file, Watched(tmp_path), journals)
            refused.append(raised.value.message("de"))
            other = run(file, Watched(tmp_path, hits=3), journals)  # another one does
            assert other.questions == 6

    evaluation = run(file, Watched(tmp_path), journals, progress=again)
    assert len(refused) == 1
    assert "wertet fragen.jsonl gerade ebenso aus" in refused[0]
    assert (evaluation.resumed, evaluation.failed) == (0, 0)
    assert run(file, Watched(tmp_path), journals).resumed == 0


def test_many_other_evaluations_do_not_take_a_running_one_s_journal(file, journals, tmp_path):
    busy = []

    def others(stage: str, done: int, total: int) -> None:
        if done == 2:
            for hits in range(20, 37):
                run(file, Watched(tmp_path, hits=hits), journals)
            with pytest.raises(EvaluationBusy):
                run(file, Watched(tmp_path), journals)
            busy.append(True)

    assert run(file, Watched(tmp_path), journals, progress=others).questions == 6
    assert busy


def test_a_cache_that_cannot_be_written_is_told_in_words(file, tmp_path):
    assistant = Watched(tmp_path)
    with pytest.raises(CacheNotWritable) as raised:
        run(file, assistant, file / "journals")
    assert str(file) in raised.value.message("de")
    assert assistant.asked == []


def test_another_error_of_the_system_is_not_put_down_to_the_cache(file, journals, tmp_path):
    def to_nobody(stage: str, done: int, total: int) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        run(file, Watched(tmp_path), journals, progress=to_nobody)


# --- hidden gold -------------------------------------------------------------------------------------------------


def test_hidden_gold_is_not_searched_and_nothing_is_answerable(file, journals, tmp_path):
    assistant = Watched(tmp_path, risk=1)
    evaluation = run(file, assistant, journals, hides_gold=True)
    for (_, _, source, _), found in zip(QUESTIONS, assistant.documents_hit(), strict=True):
        assert found == set(TEXTS) - {source}
    assert evaluation.gold_is_hidden
    assert not any(result.is_answerable or result.gold or result.paragraph_ranks for result in evaluation.results)
    assert evaluation.metrics["refusal.recall"].questions == 6
    assert "answer.correct" not in evaluation.metrics
    for (_, _, source, _), result in zip(QUESTIONS, evaluation.results, strict=True):
        assert result.cited
        assert source not in {place.source for place in result.cited}


def test_hidden_gold_may_leave_no_document(journals, tmp_path):
    file = write(tmp_path / "fragen.jsonl", QUESTIONS[0])
    assistant = Watched(tmp_path, {"a.txt": TEXTS["a.txt"]}, risk=1)
    (result,) = run(file, assistant, journals, hides_gold=True).results
    assert assistant.outcomes[0].hits == ()
    assert (result.status, result.is_right, result.cited) == ("refused", True, ())


def test_hidden_gold_of_a_squad_file_is_the_whole_article(journals, tmp_path):
    def article(title: str, *contexts: str) -> dict[str, object]:
        answer = {"text": contexts[0][:3], "answer_start": 0}
        qas = [{"id": title, "question": "Wo singt der Wal?", "answers": [answer]}]
        first, *others = contexts
        paragraphs = [{"context": first, "qas": qas}, *({"context": context, "qas": []} for context in others)]
        return {"title": title, "paragraphs": paragraphs}

    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"data": [article("eins", *TEXTS.values()), article("zwei", "Der Wal taucht.")]}))
    squad = SquadSet(file)
    assistant = Watched(tmp_path, documents=squad.documents)
    evaluation = evaluate(squad, lambda _: assistant, journals, hides_gold=True)
    assert assistant.documents_hit() == [{"zwei/1"}, {"eins/1", "eins/2", "eins/3"}]
    assert [result.is_answerable for result in evaluation.results] == [False, False]
