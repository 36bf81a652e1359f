"""Own question sets: what is read, where the evidence lies, and every fault named with its line."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.errors import QuestionSetEmpty, QuestionSetInvalid, QuestionSetUnreadable
from assistant.evaluation.own import SHOWN, OwnSet
from assistant.evaluation.records import Question
from assistant.records import Document
from assistant.sentences import display_form
from tests.doubles import document_of
from tests.strategies import SPACES, documents

TEXT = "Vertrag\r\n\r\nDer Mieter kündigt\r\nschriftlich. Die Frist {Monate} ist drei. Der Mieter zahlt."
HOME = {"a.txt": document_of(TEXT), "b.txt": document_of("Es regnet. Es regnet.", "b.txt")}
REFUSED = {"id": "r", "question": "Wie hoch ist die Miete?", "refuse": True}
ASKED = {"id": "f", "question": "Wer kündigt?", "evidence": [{"source": "a.txt", "quote": "Der Mieter kündigt"}]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "fragen.jsonl"


def lines_of(*lines: object) -> str:
    """The lines, made JSON where they are not text."""
    return "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in lines)


def read(file: Path, *lines: object, home: Mapping[str, Document] = HOME) -> list[Question]:
    """The questions of a set with these lines."""
    file.write_text(lines_of(*lines), encoding="utf-8")
    question_set = OwnSet(file)
    questions = list(question_set.questions(home))
    assert question_set.count(home) == len(questions)
    return questions


def quoting(*quotes: object, source: str = "a.txt", **more: object) -> dict[str, object]:
    return {"id": "f", "question": "Was?", "evidence": [{"source": source, "quote": q} for q in quotes], **more}


def fault(file: Path, *lines: object) -> QuestionSetInvalid:
    """The error that counting these lines raises."""
    file.write_text(lines_of(*lines), encoding="utf-8")
    with pytest.raises(QuestionSetInvalid) as raised:
        OwnSet(file).count(HOME)
    return raised.value


# --- faults ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "german", "english"),
    [
        ({"question": "Wer?", "refuse": True}, "id fehlt", "id is missing"),
        ({"id": "x", "refuse": True}, "question fehlt", "question is missing"),
        ({**ASKED, "evidence": [{"source": "a.txt"}]}, "evidence.0.quote fehlt", "evidence.0.quote is missing"),
        ({**REFUSED, "id": "x", "antwort": "1"}, "antwort ist unbekannt", "antwort is unknown"),
        ({**REFUSED, "id": 7}, "id ist kein Text", "id is no text"),
        ({**REFUSED, "id": "x", "kind": 7}, "kind ist kein Text", "kind is no text"),
        ({**REFUSED, "id": "x", "question": ""}, "question ist leer", "question is empty"),
        ({**REFUSED, "id": "x", "refuse": "ja"}, "refuse ist nicht true oder false", "refuse is not true or false"),
        ({**REFUSED, "id": "x", "refuse": 1}, "refuse ist nicht true oder false", "refuse is not true or false"),
        ({**ASKED, "answers": "Wer"}, "answers ist keine Liste", "answers is no list"),
        ({**ASKED, "answers": [1]}, "answers.0 ist kein Text", "answers.0 is no text"),
        ({**ASKED, "evidence": None}, "evidence ist keine Liste", "evidence is no list"),
        ({**ASKED, "language": "fr"}, "language ist nicht 'de' oder 'en'", "language is not 'de' or 'en'"),
        ('{"id": "x", "question"', "kein JSON-Objekt", "no JSON object"),
        (
            '{"id": "x", "question": "Wer?", "question": "Wann?", "refuse": true}',
            "question steht zweimal in einem Objekt",
            "question stands twice in one object",
        ),
        (
            '{"id": "x", "question": "Wer?", "evidence": [{"source": "a.txt", "quote": "Der", "quote": "Die"}]}',
            "quote steht zweimal",
            "quote stands twice",
        ),
        ("Wer kündigt?", "kein JSON-Objekt", "no JSON object"),
        ("[]", "der Eintrag ist kein JSON-Objekt", "the entry is no JSON object"),
        ("null", "der Eintrag ist kein JSON-Objekt", "the entry is no JSON object"),
        ({**ASKED, "refuse": True}, "evidence und answers passen nicht zu refuse", "do not go with refuse: true"),
        (
            {**REFUSED, "id": "x", "answers": ["drei"]},
            "evidence und answers passen nicht zu refuse: true",
            "evidence and answers do not go with refuse: true",
        ),
        ({"id": "x", "question": "Wer?"}, "evidence fehlt (oder refuse: true", "evidence is missing (or refuse: true"),
        ({**ASKED, "evidence": [], "refuse": False}, "evidence fehlt (oder", "evidence is missing (or"),
        (REFUSED, "die Kennung r gibt es schon", "the id r is there already"),
        (
            quoting("Es", source="c.txt"),
            "kein Dokument heißt c.txt (vorhanden: a.txt, b.txt)",
            "no document is called c.txt (there are: a.txt, b.txt)",
        ),
        (quoting("Der Vermieter"), "a.txt enthält nicht wörtlich „Der V", "a.txt does not hold, word for word, “Der V"),
        (quoting("der Mieter"), "a.txt enthält nicht wörtlich „der Mieter", "word for word, “der Mieter"),
        (quoting("DerMieter"), "a.txt enthält nicht wörtlich „DerMieter", "word for word, “DerMieter"),
        (quoting("Es regnet."), "„Es regnet.“ steht nicht in a.txt, sondern in b.txt", "is not in a.txt, but in b.txt"),
        (quoting("Der .ieter"), "a.txt enthält nicht wörtlich „Der .ieter", "word for word, “Der .ieter"),
    ],
)
def test_a_fault_is_named_with_its_line_in_both_languages(file, line, german, english):
    error = fault(file, REFUSED, "", line)
    assert f"Zeile 3: {german}" in error.message("de")
    assert "line 3: " in error.message("en") and english in error.message("en")
    assert str(file) in error.message("de")
    assert error.message("de").count("Zeile") - error.message("de").count("Zeilen") == 1  # and no other


def test_all_faults_are_named_not_only_the_first(file):
    error = fault(
        file,
        "nein",
        ASKED,
        {"question": "Wer?", "refuse": "ja"},
        {**ASKED, "id": "g", "evidence": [{"source": "c.txt", "quote": "Es"}, {"source": "b.txt", "quote": "Nein"}]},
        ASKED,
    )
    found = error.message("en").split(" has faults: ")[1].split(". Correct")[0].split("; ")
    assert found == [
        "line 1: no JSON object",
        "line 3: id is missing",
        "line 3: refuse is not true or false",
        "line 4: no document is called c.txt (there are: a.txt, b.txt)",
        "line 4: b.txt does not hold, word for word, “Nein”",
        "line 5: the id f is there already",
    ]


def test_of_very_many_faults_ten_are_named_and_the_rest_counted(file):
    error = fault(file, REFUSED, *["nein"] * (SHOWN + 3))
    assert SHOWN == 10
    assert "Zeile 11: kein JSON-Objekt; und 3 weitere" in error.message("de")
    assert "line 11: no JSON object; and 3 more" in error.message("en")
    assert "Zeile 12" not in error.message("de")
    assert "weitere" not in fault(file, *["nein"] * SHOWN).message("de")


def test_a_long_quote_and_many_documents_are_cut_short(file):
    file.write_text(lines_of(quoting("x" * 500), quoting("x", source="z")), encoding="utf-8")
    home = {f"{number}.txt": HOME["a.txt"] for number in range(500)} | HOME
    with pytest.raises(QuestionSetInvalid) as raised:
        OwnSet(file).count(home)
    assert len(raised.value.message("de")) < 600 + len(str(file))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (quoting("{nein}"), "wörtlich „{nein}“."),
        (quoting("nein {"), "wörtlich „nein {“."),
        (quoting("{}"), "wörtlich „{}“."),
        (quoting("x", source="{c}"), "kein Dokument heißt {c} "),
        ({**REFUSED, "{x}": 1}, "{x} ist unbekannt."),
    ],
)
def test_a_fault_with_braces_is_named_too(file, line, told):
    assert told in fault(file, line).message("de")


@pytest.mark.parametrize("evidence", [{"part": 0}, {"part": "1"}, {"part": 1.5}, {"quote": " "}])
def test_every_fault_is_told_in_german(file, evidence):
    message = fault(file, {**ASKED, "evidence": [{"source": "a.txt", "quote": "Der", **evidence}]}).message("de")
    assert "Zeile 1: evidence.0." in message
    assert not any(word in message for word in ("Input", "String", "should", "valid"))


def test_evidence_that_is_no_object_is_told_apart_from_a_line_that_is_none(file):
    assert "evidence.0" in fault(file, {**ASKED, "evidence": ["Der Mieter kündigt"]}).message("de")


def test_a_quote_of_nothing_but_odd_white_space_is_a_fault(file):
    fault(file, quoting("\x1c\x1f"))


def test_an_empty_acceptable_answer_is_a_fault(file):
    fault(file, {**ASKED, "answers": [""]})


# --- files -------------------------------------------------------------------------------------------------------


def test_blank_lines_hold_no_question_but_are_counted(file):
    assert [question.id for question in read(file, "", REFUSED, "  \t", ASKED, "")] == ["r", "f"]
    assert "line 5: no JSON" in fault(file, "", REFUSED, "  \t", ASKED, "nein").message("en")


def test_byte_order_mark_and_windows_line_ends_are_read(file):
    file.write_bytes(b"\xef\xbb\xbf" + lines_of(REFUSED, "", ASKED).replace("\n", "\r\n").encode())
    assert [question.id for question in OwnSet(file).questions(HOME)] == ["r", "f"]
    file.write_bytes(b"\xef\xbb\xbf" + lines_of(REFUSED, "", "nein").replace("\n", "\r\n").encode())
    with pytest.raises(QuestionSetInvalid, match="has faults: line 3: no JSON object"):
        OwnSet(file).count(HOME)


def test_line_separators_inside_a_text_end_no_line(file):
    asked = json.dumps({**REFUSED, "question": "Wer\u2028zahlt\x85wann?"}, ensure_ascii=False)
    assert read(file, asked)[0].question == "Wer\u2028zahlt\x85wann?"


def test_last_line_needs_no_line_end(file):
    file.write_text(lines_of(REFUSED, ASKED).rstrip("\n"), encoding="utf-8")
    assert OwnSet(file).count(HOME) == 2


def test_another_encoding_than_utf_8_is_said(file):
    file.write_bytes(lines_of(REFUSED).encode() + '{"id": "ü"}'.encode("latin-1"))
    with pytest.raises(QuestionSetUnreadable) as raised:
        OwnSet(file).count(HOME)
    assert "(kein UTF-8)" in raised.value.message("de")
    assert "(not UTF-8)" in raised.value.message("en")


@pytest.mark.parametrize("content", [b"", b"\n \n\r\n", b"\xef\xbb\xbf"])
def test_a_file_without_questions_is_empty(file, content):
    file.write_bytes(content)
    with pytest.raises(QuestionSetEmpty, match="holds no question"):
        OwnSet(file).count(HOME)


def test_a_missing_file_and_a_folder_are_unreadable(file, tmp_path):
    with pytest.raises(QuestionSetUnreadable, match="no such file"):
        OwnSet(file)
    with pytest.raises(QuestionSetUnreadable, match="no regular file"):
        OwnSet(tmp_path)


def test_the_hash_is_that_of_the_bytes(file):
    read(file, REFUSED)
    before = OwnSet(file).sha256
    assert before == OwnSet(file).sha256
    read(file, {**REFUSED, "id": "s"})
    assert OwnSet(file).sha256 != before


# --- questions ---------------------------------------------------------------------------------------------------


def test_a_question_has_what_its_line_says(file):
    line = {**ASKED, "answers": ["der Mieter"], "kind": "who", "language": "en", "earlier": ["Wer zahlt?"]}
    (question,) = read(file, line)
    assert question.model_dump(exclude={"gold"}) == {
        "id": "f",
        "question": "Wer kündigt?",
        "answers": ("der Mieter",),
        "kind": "who",
        "language": "en",
        "earlier": ("Wer zahlt?",),
        "article": ("a.txt",),
        "problem": None,
    }
    assert [(place.source, place.quote, place.part) for place in question.gold] == [("a.txt", "Der Mieter kündigt", 1)]


def test_a_question_to_be_refused_has_no_gold_and_no_article(file):
    (question,) = read(file, REFUSED)
    assert (question.gold, question.answers, question.article, question.kind) == ((), (), (), None)


@pytest.mark.parametrize(("asked", "language"), [("Who pays the rent?", "en"), ("Wer zahlt die Miete?", "de")])
def test_the_language_is_recognised_where_it_is_missing(file, asked, language):
    assert read(file, {**REFUSED, "question": asked})[0].language == language


@pytest.mark.parametrize("quote", ["kündigt schriftlich.", " kündigt\n\n\tschriftlich. ", "kündigt\u00a0schriftlich."])
def test_a_quote_is_found_with_other_white_space_and_kept_verbatim(file, quote):
    ((place,),) = (question.gold for question in read(file, quoting(quote)))
    assert place.quote == "kündigt\r\nschriftlich."
    assert TEXT[place.start : place.end] == place.quote


def test_a_quote_that_occurs_twice_has_two_places(file):
    (question,) = read(file, quoting("Es regnet.", source="b.txt"))
    assert [(place.start, place.end) for place in question.gold] == [(0, 10), (11, 21)]
    assert question.parts == {1}


def test_parts_are_kept_apart(file):
    evidence = [
        {"source": "a.txt", "quote": "Die Frist", "part": 2},
        {"source": "b.txt", "quote": "Es regnet.", "part": 2},
        {"source": "a.txt", "quote": "zahlt"},
    ]
    (question,) = read(file, {**ASKED, "evidence": evidence})
    assert [(place.quote, place.part) for place in question.gold] == [
        ("Die Frist", 2), ("Es regnet.", 2), ("Es regnet.", 2), ("zahlt", 1)
    ]  # fmt: skip
    assert question.parts == {1, 2}
    assert question.article == ("a.txt", "b.txt")


def test_signs_of_a_pattern_stand_for_themselves(file):
    assert read(file, quoting("Frist {Monate}"))[0].gold[0].quote == "Frist {Monate}"


@st.composite
def quoted(draw: st.DrawFn) -> tuple[Document, int, int, str]:
    """A document, a span of whole words in it, and its words as somebody might have copied them."""
    document = draw(documents())
    words = list(re.finditer(r"\S+", document.text))
    assume(words)
    first = draw(st.integers(0, len(words) - 1))
    chosen = words[first : draw(st.integers(first + 1, len(words)))]
    assume(all(display_form(word.group()) for word in (chosen[0], chosen[-1])))  # between may be what nobody sees
    gaps = st.text(SPACES, min_size=1, max_size=3)
    quote = draw(st.text(SPACES, max_size=2)) + "".join(word.group() + draw(gaps) for word in chosen)
    return document, chosen[0].start(), chosen[-1].end(), quote


@pytest.fixture(scope="module")
def lasting_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("own") / "fragen.jsonl"


@given(quoted())
def test_any_copied_quote_is_found_verbatim(lasting_file, drawn):
    document, start, end, quote = drawn
    assume("\xad" not in document.text)  # at a line's end it joins what the words of the quote keep apart
    (question,) = read(lasting_file, quoting(quote), home={document.name: document})
    assert any(place.start < end and start < place.end for place in question.gold)
    for place in question.gold:
        assert document.text[place.start : place.end] == place.quote
        assert place.quote.split() == quote.split()
        assert place.quote == place.quote.strip()


def test_a_quote_counts_on_its_page_alone(tmp_path):
    document = document_of("Es regnet.\n\nEs regnet.").model_copy(update={"page_starts": (0, 12)})
    quote = {"source": "a.txt", "quote": "Es regnet."}
    path = tmp_path / "fragen.jsonl"
    for page, starts in ((None, [0, 12]), (1, [0]), (2, [12])):
        line = {"id": "1", "question": "Regnet es?", "evidence": [quote | ({"page": page} if page else {})]}
        path.write_text(json.dumps(line), encoding="utf-8")
        (question,) = OwnSet(path).questions({"a.txt": document})
        assert [place.start for place in question.gold] == starts
    path.write_text(json.dumps(line | {"evidence": [quote | {"page": 3}]}), encoding="utf-8")
    with pytest.raises(QuestionSetInvalid, match=r"is not on page 3 of a\.txt, but on 1, 2"):
        OwnSet(path).count({"a.txt": document})
