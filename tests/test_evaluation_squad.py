"""SQuAD files: their paragraphs as documents, their answers as places in them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.errors import QuestionSetEmpty, QuestionSetInvalid, QuestionSetUnreadable
from assistant.evaluation.records import Question
from assistant.evaluation.squad import ANSWER_NOT_FOUND, NO_ANSWER, SquadSet
from assistant.indexing import build_index
from assistant.pipeline import Assistant
from assistant.settings import Settings
from tests.conftest import ROOT
from tests.doubles import HashEmbedder, evaluate
from tests.strategies import any_text

DATA = ROOT.parent / "shared" / "data" / "xquad"
RAIN = "Es regnet in Bonn. Es stürmt in Köln. Der Wal singt."


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "squad.json"


def asked(id: str, *answers: tuple[str, int], question: str = "Wo regnet es?", **more: object) -> dict[str, Any]:
    return {"id": id, "question": question, "answers": [{"text": t, "answer_start": s} for t, s in answers], **more}


def paragraph(context: str, *questions: dict[str, Any]) -> dict[str, Any]:
    return {"context": context, "qas": list(questions)}


def article(*paragraphs: dict[str, Any], title: str | None = "Wetter") -> dict[str, Any]:
    return ({} if title is None else {"title": title}) | {"paragraphs": list(paragraphs)}


def write(file: Path, *articles: object) -> Path:
    file.write_text(json.dumps({"version": "1.1", "data": articles}), encoding="utf-8")
    return file


def opened(file: Path, *articles: object) -> SquadSet:
    return SquadSet(write(file, *articles))


def questions_of(squad: SquadSet) -> list[Question]:
    documents = {document.name: document for document in squad.documents}
    questions = list(squad.questions(documents))
    assert squad.count(documents) == len(questions)
    assert all(documents[place.source].reads(place) for question in questions for place in question.gold)
    return questions


def places(question: Question) -> list[tuple[str, int, str]]:
    return [(place.source, place.start, place.quote) for place in question.gold]


# --- paragraphs --------------------------------------------------------------------------------------------------


def test_each_paragraph_is_a_document_unchanged(file):
    squad = opened(
        file, article(paragraph("Es\u2028regnet.\r\n"), paragraph(RAIN)), article(paragraph("A."), title="B")
    )
    assert [(document.name, document.text) for document in squad.documents] == [
        ("Wetter/1", "Es\u2028regnet.\r\n"), ("Wetter/2", RAIN), ("B/1", "A.")
    ]  # fmt: skip
    assert (squad.unit, squad.paragraphs, squad.name) == ("document", None, "squad.json")


def test_articles_of_one_title_or_of_none_are_told_apart(file):
    squad = opened(
        file,
        article(paragraph("A.")),
        article(paragraph("B."), title=None),
        article(paragraph("C."), paragraph("D.")),
        article(paragraph("E."), title=""),
    )
    assert [document.name for document in squad.documents] == ["Wetter/1", "2/1", "Wetter (2)/1", "Wetter (2)/2", "4/1"]


def test_a_title_that_looks_like_a_counted_one_is_told_apart_too(file):
    titles = ("Wetter", "Wetter", "Wetter (2)")
    names = [one.name for one in opened(file, *(article(paragraph("A."), title=title) for title in titles)).documents]
    assert len(set(names)) == 3


# --- questions and answers ---------------------------------------------------------------------------------------


def test_squad_1_1_gives_gold_answers_language_and_article(file):
    squad = opened(file, article(paragraph("A."), paragraph(RAIN, asked("1", ("in Bonn", 10)))))
    (question,) = questions_of(squad)
    assert question.model_dump(exclude={"gold"}) == {
        "id": "1",
        "question": "Wo regnet es?",
        "answers": ("in Bonn",),
        "kind": None,
        "language": "de",
        "earlier": (),
        "article": ("Wetter/1", "Wetter/2"),
        "problem": None,
    }
    assert places(question) == [("Wetter/2", 10, "in Bonn")]
    assert question.parts == {1}


def test_squad_2_0_questions_without_an_answer_are_to_be_refused(file):
    plausible = {"plausible_answers": [{"text": "in Bonn", "answer_start": 10}]}
    questions = questions_of(
        opened(
            file,
            article(
                paragraph(
                    RAIN,
                    asked("1", is_impossible=True, **plausible),
                    asked("2", ("in Bonn", 10), is_impossible=True),
                    asked("3", ("in Bonn", 10), is_impossible=False),
                    asked("4"),
                )
            ),
        )
    )
    assert [(one.id, one.answers, len(one.gold), one.problem) for one in questions] == [
        ("1", (), 0, None), ("2", (), 0, None), ("3", ("in Bonn",), 1, None), ("4", (), 0, NO_ANSWER)
    ]  # fmt: skip


def test_several_answers_are_places_of_the_same_part_each_once(file):
    answers = ("in Bonn", 10), ("Bonn", 13), ("in Bonn", 10), ("Es", 0), ("Es", 19)
    (question,) = questions_of(opened(file, article(paragraph(RAIN, asked("1", *answers)))))
    assert question.answers == ("in Bonn", "Bonn", "Es")
    assert [place[1:] for place in places(question)] == [(10, "in Bonn"), (13, "Bonn"), (0, "Es"), (19, "Es")]
    assert question.parts == {1}


@pytest.mark.parametrize(("given_start", "start"), [(0, 0), (19, 19), (3, 0), (12, 19), (900, 19), (-5, 0)])
def test_a_misaligned_answer_is_found_at_the_nearest_place(file, given_start, start):
    (question,) = questions_of(opened(file, article(paragraph(RAIN, asked("1", ("Es", given_start))))))
    assert places(question) == [("Wetter/1", start, "Es")]


def test_overlapping_places_are_looked_at_too(file):
    (question,) = questions_of(opened(file, article(paragraph("a aXaXa b.", asked("1", ("aXa", 4))))))
    assert places(question) == [("Wetter/1", 4, "aXa")]


def test_an_answer_that_is_nowhere_is_left_out_beside_one_that_is_there(file):
    (question,) = questions_of(opened(file, article(paragraph(RAIN, asked("1", ("in Rom", 10), ("Bonn", 13))))))
    assert (places(question), question.problem) == ([("Wetter/1", 13, "Bonn")], None)


@pytest.mark.parametrize("answer", ["in Rom", "in bonn", ""])
def test_a_question_whose_answers_are_nowhere_fails_alone(file, tmp_path, answer):
    squad = opened(file, article(paragraph(RAIN, asked("1", (answer, 0)), asked("2", ("Bonn", 13)))))
    questions = questions_of(squad)
    assert [question.problem for question in questions] == [ANSWER_NOT_FOUND, None]
    embedder = HashEmbedder()
    assistant = Assistant(build_index(squad.documents, embedder, 800), embedder, Settings(home=tmp_path))
    evaluation = evaluate(squad, lambda _: assistant, tmp_path / "journals", language="en")
    assert (evaluation.questions, evaluation.failed) == (2, 1)
    first, second = evaluation.results
    assert (first.status, first.is_right, first.answer) == ("failed", False, ANSWER_NOT_FOUND.en)
    assert (second.id, second.paragraph_ranks) == ("2", (1,))
    assert second.status in ("answered", "refused")


# --- faults ------------------------------------------------------------------------------------------------------


def test_ids_that_are_there_twice_are_named(file):
    squad = opened(
        file, article(paragraph(RAIN, asked("eins"), asked("zwei"))), article(paragraph("A.", asked("zwei")))
    )
    with pytest.raises(QuestionSetInvalid) as raised:
        squad.count({})
    assert "die Kennung zwei gibt es schon" in raised.value.message("de")
    assert "the id zwei is there already" in raised.value.message("en")


def test_an_id_with_braces_that_is_there_twice_is_named(file):
    with pytest.raises(QuestionSetInvalid, match=r"\{x\}"):
        opened(file, article(paragraph(RAIN, asked("{x}"), asked("{x}")))).count({})


@pytest.mark.parametrize(
    ("second", "where"),
    [
        ({"title": "B"}, "article 2: paragraphs "),
        ({"title": [], "paragraphs": []}, "article 2: title "),
        (article({"qas": []}), "article 2: paragraphs.0.context "),
        (article(paragraph("A.", {"id": "1"})), "article 2: paragraphs.0.qas.0.question "),
        (article(paragraph("A.", asked("1", ([], 0)))), "article 2: paragraphs.0.qas.0.answers.0.text "),
        (article(paragraph("A.", asked("1", ("A", "vorn")))), "article 2: paragraphs.0.qas.0.answers.0.answer_start "),
    ],
)
def test_what_is_not_as_in_squad_is_told_with_its_place(file, second, where):
    squad = opened(file, article(paragraph(RAIN, asked("0"))), second)
    with pytest.raises(QuestionSetInvalid) as raised:
        squad.count({})
    assert where in raised.value.message("en")
    assert where.replace("article", "Artikel") in raised.value.message("de")
    with pytest.raises(QuestionSetInvalid):
        _ = squad.documents


@pytest.mark.parametrize("length", [0, 1, 20, 150, -1])
def test_truncated_json_is_unreadable(file, length):
    whole = write(file, article(paragraph(RAIN, asked("1", ("Bonn", 13))), paragraph(RAIN))).read_bytes()
    file.write_bytes(whole[:length])
    with pytest.raises(QuestionSetUnreadable, match="cannot be read"):
        SquadSet(file).count({})
    with pytest.raises(QuestionSetUnreadable):
        _ = SquadSet(file).documents


@pytest.mark.parametrize(
    "content", [b"hello", b'{"data": []} x', b'{"data": [NaN]}', b'{"data": [{"title": "\xff", "paragraphs": []}]}']
)
def test_what_is_no_json_is_unreadable(file, content):
    file.write_bytes(content)
    with pytest.raises(QuestionSetUnreadable):
        SquadSet(file).count({})


def test_why_bad_utf_8_is_unreadable_is_told_in_words(file):
    file.write_bytes(b'{"data": [{"title": "\xff", "paragraphs": []}]}')
    with pytest.raises(QuestionSetUnreadable) as raised:
        SquadSet(file).count({})
    assert "b'" not in raised.value.message("de")


@pytest.mark.parametrize("content", [{}, [], {"data": []}, {"data": {}}, {"questions": [1]}, 3])
def test_json_that_is_no_squad_says_so(file, content):
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(QuestionSetUnreadable, match="no SQuAD"):
        SquadSet(file).count({})


def test_squad_without_a_question_is_empty(file):
    file.write_text(json.dumps({"data": [article()]}), encoding="utf-8")
    with pytest.raises(QuestionSetEmpty, match="holds no question"):
        SquadSet(file).count({})


@pytest.mark.parametrize("content", ['{"data":' + "[" * 1000, '{"a":' + '{"a":' * 1000])
def test_json_that_is_nested_without_end_is_refused_before_it_takes_all_memory(file, content):
    file.write_text(content, encoding="utf-8")
    with pytest.raises(QuestionSetUnreadable, match="nested too deeply"):
        SquadSet(file).count({})


def test_what_other_files_leave_out_or_write_as_numbers_is_read(file):
    lenient = {"id": 7, "question": "Wo?", "is_impossible": None, "answers": [{"text": "Bonn", "answer_start": None}]}
    content = {"data": [{"title": None, "paragraphs": [{"context": RAIN, "qas": [lenient]}]}]}
    file.write_text(json.dumps(content), encoding="utf-8")
    (question,) = SquadSet(file).questions({})
    assert (question.id, question.gold[0].quote) == ("7", "Bonn")


def test_pieces_of_one_article_are_hidden_together(file):
    set_ = opened(
        file, article(paragraph(RAIN, asked("1", ("Bonn", 13))), title="W"), article(paragraph(RAIN), title="W")
    )
    assert questions_of(set_)[0].article == ("W/1", "W (2)/1")


def test_a_pipe_is_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(QuestionSetUnreadable, match="no regular file"):
        SquadSet(tmp_path / "pipe.json")


def test_an_article_that_is_no_object_is_invalid(file):
    with pytest.raises(QuestionSetInvalid, match="article 1"):
        opened(file, "Wetter").count({})


def test_a_missing_file_is_unreadable_of_both(file, tmp_path):
    with pytest.raises(QuestionSetUnreadable, match="no such file"):
        SquadSet(file)
    with pytest.raises(QuestionSetUnreadable, match=r"other\.json"):
        SquadSet(write(file), tmp_path / "other.json")


# --- another file's paragraphs -----------------------------------------------------------------------------------


@pytest.fixture
def originals(tmp_path: Path) -> Path:
    return write(
        tmp_path / "de.json",
        article(paragraph(RAIN, asked("1", ("Bonn", 13)), asked("3", ("Köln", 32)), asked("9", ("Wal", 42)))),
    )


def translation(file: Path) -> Path:
    texts = {"3": "Where is the storm?", "2": "Who is it?", "1": "Where is the rain?"}
    english = (asked(id, ("Rome", 0), question=text) for id, text in texts.items())
    return write(file, article(paragraph("Rome is wet.", *english), title="Weather"))


def test_questions_of_one_file_are_asked_of_the_other_s_paragraphs(file, originals):
    squad = SquadSet(translation(file), originals)
    assert [document.text for document in squad.documents] == [RAIN]
    storm, rain = questions_of(squad)
    assert (storm.id, storm.question, storm.language) == ("3", "Where is the storm?", "en")
    assert (places(storm), storm.answers) == ([("Wetter/1", 32, "Köln")], ("Köln",))
    assert (rain.id, rain.question, rain.article) == ("1", "Where is the rain?", ("Wetter/1",))
    assert (squad.paragraphs, squad.left_out) == ("de.json", 1)


def test_both_files_count_for_the_hash(file, originals):
    alone = SquadSet(translation(file)).sha256
    on_other = SquadSet(file, originals).sha256
    write(originals, article(paragraph("Es regnet in Bonn.", asked("1", ("Bonn", 13)))))
    assert len({alone, on_other, SquadSet(file, originals).sha256}) == 3
    assert SquadSet(file).sha256 == alone


def test_files_that_share_no_id_have_no_question(file, originals):
    squad = SquadSet(write(file, article(paragraph("A.", asked("x")))), originals)
    with pytest.raises(QuestionSetEmpty, match="--paragraphs"):
        squad.count({})


def test_an_id_twice_in_the_translation_is_named(file, originals):
    squad = SquadSet(write(file, article(paragraph("A.", asked("1"), asked("1")))), originals)
    with pytest.raises(QuestionSetInvalid, match="the id 1 is there already"):
        squad.count({})


def test_an_id_twice_in_the_paragraphs_file_is_named(file, originals):
    write(originals, article(paragraph(RAIN, asked("1", ("Bonn", 13)), asked("1", ("Köln", 32)))))
    with pytest.raises(QuestionSetInvalid, match="the id 1 is there already"):
        SquadSet(translation(file), originals).count({})


# --- properties and the real thing -------------------------------------------------------------------------------


@st.composite
def contexts_with_answers(draw: st.DrawFn) -> tuple[str, int, int, int]:
    """A paragraph, the span of an answer in it, and where a file says that the answer starts."""
    context = draw(any_text.filter(bool))
    start = draw(st.integers(0, len(context) - 1))
    end = draw(st.integers(start + 1, len(context)))
    assume(context[start:end].strip())
    return context, start, end, draw(st.one_of(st.just(start), st.integers(-5, len(context) + 5)))


@pytest.fixture(scope="module")
def lasting_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("squad") / "squad.json"


@given(st.lists(contexts_with_answers(), min_size=1, max_size=4))
def test_gold_is_what_the_paragraph_reads_nearest_to_where_the_file_says(lasting_file, drawn):
    squad = opened(
        lasting_file,
        article(
            *(
                paragraph(context, asked(str(number), (context[start:end], said)))
                for number, (context, start, end, said) in enumerate(drawn)
            )
        ),
    )
    questions = questions_of(squad)
    assert [document.text for document in squad.documents] == [context for context, *_ in drawn]
    for document, question, (context, start, end, said) in zip(squad.documents, questions, drawn, strict=True):
        (place,) = question.gold
        assert (place.source, place.end - place.start) == (document.name, end - start)
        assert context[place.start : place.end] == place.quote == context[start:end]
        assert abs(place.start - said) <= abs(start - said)


@pytest.mark.skipif(not DATA.is_dir(), reason=f"XQuAD does not lie in {DATA}")
def test_xquad_in_german_and_in_english_on_german_paragraphs():
    german = SquadSet(DATA / "xquad.de.json")
    questions = questions_of(german)
    assert (len(questions), len(german.documents)) == (1190, 240)
    assert all(question.gold and not question.problem for question in questions)
    crossed = SquadSet(DATA / "xquad.en.json", DATA / "xquad.de.json")
    translated = list(crossed.questions({}))
    assert crossed.count({}) == 1190
    assert crossed.left_out == 0
    assert {one.id: one.gold for one in translated} == {one.id: one.gold for one in questions}
    assert sum(one.language == "en" for one in translated) > 1100
    assert sum(one.language == "de" for one in questions) > 1100
