"""Saved answers: what enforcement let through is accepted, and any change to it is refused and named."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.corpus import read_document
from assistant.enforcement import enforce, refuse
from assistant.errors import ReplyUnreadable
from assistant.pipeline import Outcome
from assistant.records import Draft, DraftClaim, Evidence
from assistant.sentences import section_title
from assistant.verification import read_reply, verify
from assistant.writers.extractive import chosen, extractive
from tests.doubles import inquiry
from tests.made_documents import write
from tests.strategies import articles

TEXTS = {
    "a.txt": "Titel\r\n\r\nDie Waffen-\r\nruhe gilt. Es regnet.\r\n",
    "x/b.txt": "Ein Sturm tobt. Er bleibt. Es hagelt.",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    for name, text in TEXTS.items():
        file = folder / "corpus" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    return folder


def saved(home: Path, *claims: tuple[int, ...]) -> dict[str, Any]:
    """What `ask --json` prints for an extractive draft."""
    documents = {name: read_document(home / "corpus" / name, home) for name in TEXTS}
    evidence = [Evidence(source=d.name, span=s, probability=0.4) for d in documents.values() for s in d.sentences]
    draft = Draft(claims=tuple(DraftClaim(sentences=numbers) for numbers in claims))
    asked = inquiry() if claims else inquiry(confidence=0.2)
    return json.loads(Outcome(enforce(asked, draft, evidence, documents), {"total": 1.0}).reply.model_dump_json())


@pytest.fixture(scope="module")
def answered(home: Path) -> dict[str, Any]:
    return saved(home, (1,), (3, 4))


@pytest.fixture(scope="module")
def without_premise(home: Path) -> dict[str, Any]:
    documents = {"a.txt": read_document(home / "corpus" / "a.txt", home)}
    evidence = [Evidence(source="a.txt", span=documents["a.txt"].sentences[1], probability=0.1)]
    refusal = refuse(
        inquiry("Wann war der Rücktritt?", 0.2), "premise_not_found", evidence, documents, missing=("Rücktritt",)
    )
    return json.loads(Outcome(refusal, {"total": 1.0}).reply.model_dump_json())


@pytest.fixture(scope="module")
def refused(home: Path) -> dict[str, Any]:
    return saved(home)


def problems(reply: dict[str, Any], home: Path, language: str = "en") -> str:
    found = verify(read_reply(json.dumps(reply), "reply.json"), home)
    return "\n".join(problem.message(language) for problem in found)


def changed(reply: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    other = copy.deepcopy(reply)
    change(other)
    assert other != reply
    return other


def put(value: object, *path: str | int) -> Callable[[dict[str, Any]], object]:
    """A change that sets the field at `path`; a function as value is given the old one."""

    def change(reply: dict[str, Any]) -> None:
        at: Any = reply
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = value(at[path[-1]]) if callable(value) else value

    return change


def test_enforced_replies_hold(home, answered, refused, without_premise):
    assert answered["status"] == "answered"
    assert refused["status"] == without_premise["status"] == "refused"
    assert problems(answered, home) == problems(refused, home) == problems(without_premise, home) == ""


def _first_word(citation: dict[str, Any]) -> list[int]:
    return [citation["start"], citation["start"] + len(re.match(r"\w+", citation["quote"]).group())]


def test_half_a_word_marked_is_refused(home, answered):
    start, end = _first_word(answered["citations"][0])
    assert "words marked" in problems(changed(answered, put([start, end - 1], "citations", 0, "answer")), home)


def test_words_said_to_be_missing_are_the_question_s_and_do_not_occur(home, without_premise):
    for missing in (["Rücktrit"], ["Rücktritt", "Rücktritt"], [""], ["Miete"]):
        assert problems(changed(without_premise, put(missing, "refusal", "missing")), home)


@pytest.mark.parametrize("word", ["nicht", "Die", "der", "gilt", "war"])
def test_words_that_carry_grammar_or_are_no_names_are_never_missing(home, without_premise, word):
    for change in (
        put([word], "refusal", "missing"),
        put(f"Die Miete gilt nicht, war der {word}?", "question"),
        put(f"In den Dokumenten kommt nicht vor: „{word}“.", "answer"),
    ):
        without_premise = changed(without_premise, change)
    assert "Refusal" in problems(without_premise, home)


def test_a_number_that_stands_there_in_another_spelling_is_not_missing(tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("Die Miete beträgt 2.000 Euro.", encoding="utf-8")
    document = read_document(tmp_path / "corpus" / "a.txt", tmp_path)
    evidence = [Evidence(source="a.txt", span=document.sentences[0], probability=0.1)]
    for asked, missing, holds in (("2 000", ("2", "000"), False), ("3 000", ("3",), True)):
        about = inquiry(f"Wer zahlt {asked} Euro?", 0.2)
        refusal = refuse(about, "premise_not_found", evidence, {"a.txt": document}, missing=missing)
        assert (verify(Outcome(refusal, {"total": 1.0}).reply, tmp_path) == []) == holds


def test_words_are_missing_of_documents_that_are_named(home, without_premise):
    assert "Refusal: its reason" in problems(changed(without_premise, put([], "refusal", "nearest")), home)


def test_what_is_probable_is_not_refused_as_unanswered_unless_all_was_dropped(home, refused):
    probable = changed(refused, put(0.99, "confidence"))
    assert "Refusal: its reason" in problems(probable, home)
    dropped = [{"text": "Es schneit.", "reason": "not_proved"}]
    assert problems(changed(probable, put(dropped, "dropped")), home) == ""


def test_what_a_saved_answer_holds_does_not_steer_the_terminal(home, without_premise):
    forged = put(["Regen\x1b[2J\x1b[HAlles belegt"], "refusal", "missing")
    assert "\x1b" not in problems(changed(without_premise, forged), home)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_mark_of_byte_order_is_no_part_of_the_answer(home, answered, encoding):
    assert verify(read_reply(json.dumps(answered).encode(encoding), "x"), home) == []


def test_words_marked_inside_their_quote_hold(home, answered):
    first = answered["citations"][0]
    for mark in ([first["start"], first["end"]], _first_word(first), None):
        reply = copy.deepcopy(answered)
        reply["citations"][0]["answer"] = mark
        assert problems(reply, home) == ""


@pytest.mark.parametrize("by", [(-1, 0), (0, 1), (0, -99), (99, 99)])
def test_words_marked_outside_their_quote_are_refused_and_named(home, answered, by):
    first = answered["citations"][0]
    mark = [first["start"] + by[0], first["end"] + by[1]]
    assert problems(changed(answered, put(mark, "citations", 0, "answer")), home).startswith(
        "Quote 1: the words marked"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put(["Antritt"], "refusal", "missing"), "Refusal: its reason"),
        (put([], "refusal", "missing"), "Refusal: its reason"),
        (put("not_in_documents", "refusal", "reason"), "Refusal: its reason"),
        (put("not_in_documents", "refusal", "reason"), "Answer: its text"),
        (put("Das geht aus den Dokumenten nicht hervor.", "answer"), "Answer: its text"),
        (put("Wann war das?", "question"), "Refusal: its reason"),
        (put("en", "language"), "Answer: its text"),
    ],
)
def test_each_change_to_what_is_missing_is_refused_and_named(home, without_premise, change, message):
    assert message in problems(changed(without_premise, change), home)


ANSWER_CHANGES = {
    "quote's letter": (put("Die Waffen-\r\nruhe galt.", "citations", 0, "quote"), "Quote 1: a.txt reads differently"),
    "quote's line end": (put("Die Waffen-\nruhe gilt.", "citations", 0, "quote"), "Quote 1: a.txt"),
    "quote emptied": (put("", "citations", 1, "quote"), "Quote 2: x/b.txt"),
    "quote of no length": (lambda reply: reply["citations"][1].update(quote="", start=0, end=0), "Quote 2: x/b.txt"),
    "start earlier": (put(lambda start: start - 1, "citations", 0, "start"), "Quote 1"),
    "start later": (put(lambda start: start + 1, "citations", 1, "start"), "Quote 2"),
    "end earlier": (put(lambda end: end - 1, "citations", 2, "end"), "Quote 3"),
    "end later": (put(lambda end: end + 1, "citations", 0, "end"), "Quote 1"),
    "hash": (put("0" * 64, "citations", 0, "sha256"), "Source a.txt: the file has changed"),
    "source gone": (put("c.txt", "citations", 0, "source"), "Source c.txt: c.txt cannot be read"),
    "source of another format": (put("a.log", "citations", 0, "source"), "Source a.log: a.log has a format"),
    "source swapped": (put("x/b.txt", "citations", 0, "source"), "Source x/b.txt: the file has changed"),
    "claim's word": (put("Die Waffenruhe gilt nicht.", "claims", 0, "text"), "Claim 1: it is not the wording"),
    "claim's citation": (put([1], "claims", 1, "citations"), "Claim 2"),
    "claim's citations swapped": (put([3, 2], "claims", 1, "citations"), "Claim 2"),
    "claim's citation missing": (put([9], "claims", 1, "citations"), "Claim 2: a citation that it rests on is missing"),
    "number": (put(7, "citations", 1, "number"), "Citations: they are not numbered"),
    "number twice": (put(1, "citations", 1, "number"), "Citations: they are not numbered"),
    "order": (put(lambda all_: all_[::-1], "citations"), "Citations: they are not numbered"),
    "answer's letter": (put(lambda text: text.replace("bleibt", "blieb"), "answer"), "Answer: its text"),
    "answer's marker": (put(lambda text: text.replace("[3]", "[1]"), "answer"), "Answer: its text"),
    "answer emptied": (put("", "answer"), "Answer: its text"),
    "status": (put("refused", "status"), "Status: it does not fit"),
    "claims emptied": (put([], "claims"), "Status: it does not fit"),
    "claim left out": (put(lambda claims: claims[:1], "claims"), "or one belongs to no claim"),
    "refusal added": (put({"reason": "not_in_documents", "nearest": []}, "refusal"), "Status: it does not fit"),
}
NOT_CHECKED = {
    "section": put("Gericht bestätigt", "citations", 0, "section"),
    "page": put(12, "citations", 0, "page"),
}


@pytest.mark.parametrize("name", ANSWER_CHANGES)
def test_each_change_to_an_answer_is_refused_and_named(home, answered, name):
    change, message = ANSWER_CHANGES[name]
    assert message in problems(changed(answered, change), home)


@pytest.mark.parametrize("name", NOT_CHECKED)
def test_place_that_a_citation_names_is_checked(home, answered, name):
    assert "Quote 1" in problems(changed(answered, NOT_CHECKED[name]), home)


def test_quote_behind_the_end_of_the_text_is_refused(home, answered):
    assert "Quote 2" in problems(changed(answered, put(999, "citations", 1, "end")), home)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put("Es schneit.", "refusal", "nearest", 1, "quote"), "Nearest place 2: a.txt"),
        (put(0, "refusal", "nearest", 0, "start"), "Nearest place 1: a.txt"),
        (put("c.txt", "refusal", "nearest", 0, "source"), "Source c.txt"),
        (put("Es regnet.", "answer"), "Answer: its text"),
        (put("answered", "status"), "Status: it does not fit"),
        (put(None, "refusal"), "Status: it does not fit"),
        (put("en", "language"), "Answer: its text"),
    ],
)
def test_each_change_to_a_refusal_is_refused_and_named(home, refused, change, message):
    assert message in problems(changed(refused, change), home)


def test_source_changed_by_one_character_is_named(home, answered):
    file = home / "corpus" / "a.txt"
    content = file.read_bytes()
    try:
        file.write_bytes(content.replace(b"Titel", b"Titol"))
        assert problems(answered, home) == "Source a.txt: the file has changed since the answer (its SHA-256 differs)."
        file.write_bytes(content.replace(b"gilt", b"galt"))
        assert "Source a.txt: the file has changed" in problems(answered, home)
        assert "Quote 1: a.txt reads differently" in problems(answered, home)
        file.write_bytes(b"\xff")
        assert "Source a.txt: a.txt is not UTF-8 text" in problems(answered, home)
        file.unlink()
        assert "Source a.txt: a.txt cannot be read" in problems(answered, home)
    finally:
        file.write_bytes(content)
    assert problems(answered, home) == ""


def test_messages_are_in_the_language_asked_for(home, answered):
    reply = changed(answered, put("Falsch.", "claims", 0, "text"))
    assert "Aussage 1: sie ist nicht der Wortlaut ihrer Zitate." in problems(reply, home, "de")


@given(st.data())
def test_any_other_letter_in_a_quote_or_claim_is_refused(home, answered, data):
    path = data.draw(
        st.sampled_from([("citations", 0, "quote"), ("citations", 2, "quote"), ("claims", 1, "text"), ("answer",)])
    )
    letter = data.draw(st.characters(codec="utf-8"))

    def with_letter(text: str) -> str:
        at = data.draw(st.integers(0, len(text) - 1))
        return text[:at] + (letter if letter != text[at] else "§") + text[at + 1 :]

    assert problems(changed(answered, put(with_letter, *path)), home)


@pytest.mark.parametrize("source", ["{x}.txt", "{}.txt", "a\x00.txt"])
def test_source_of_an_odd_name_is_named_like_any_other(home, answered, source):
    reply = changed(answered, put(source, "citations", 0, "source"))
    shown = source.replace("\x00", "")
    assert f"Source {shown}: {shown} cannot be read" in problems(reply, home)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "no JSON object"),
        ("[]", "object"),
        ("{}", "question"),
        (b"\xff\xfe", "JSON"),
        ('{"question": 1}', "question"),
    ],
)
def test_file_that_is_no_saved_answer_is_refused_by_name(content, named):
    with pytest.raises(ReplyUnreadable, match=rf"(?s)reply\.json is not a saved answer \(.*{named}"):
        read_reply(content, "reply.json")


@pytest.mark.parametrize("path", [("claims", 0, "citations"), ("citations", 0, "start"), ("confidence",)])
def test_field_that_does_not_fit_is_named(answered, path):
    with pytest.raises(ReplyUnreadable, match=r"\.".join(map(str, path))):
        read_reply(json.dumps(changed(answered, put(-1, *path))), "reply.json")


# --- sentences that belong together ------------------------------------------------------------------------------

RULES = {
    "hof.txt": "Nicht erlaubt sind im Hof:\n\n- Grillen mit Holzkohle.\n- Hunde. Sie beißen.\n- Lärm.\n\n"
    "Der Hof ist offen. Der Garten ist zu.",
    "tor.txt": "Ist das Tor offen? Nein. Das Tor bleibt zu.\n\nNicht versichert\n\na) Schäden durch Krieg\n",
}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "corpus").mkdir()
    for name, text in RULES.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("quotes", "is_whole"),
    [
        (["Nicht erlaubt sind im Hof:", "- Lärm."], True),
        (["Nicht erlaubt sind im Hof:", "- Grillen mit Holzkohle.", "- Lärm."], True),
        (["Nicht erlaubt sind im Hof:", "- Hunde.", "Sie beißen."], True),
        (["Der Hof ist offen."], True),
        (["Ist das Tor offen?", "Nein."], True),
        (["- Lärm."], False),
        (["Sie beißen."], False),
        (["- Hunde.", "Sie beißen."], False),
        (["- Lärm.", "Nicht erlaubt sind im Hof:"], False),
        (["Nicht erlaubt sind im Hof:", "Der Hof ist offen."], False),
        (["Der Hof ist offen.", "Der Garten ist zu."], False),
        (["Der Hof ist offen.", "Der Hof ist offen."], False),
        (["Der Hof ist offen.", "Das Tor bleibt zu."], False),
        (["Nein."], False),
        (["a) Schäden durch Krieg"], False),
    ],
)
def test_a_claim_is_sentences_of_one_document_that_belong_together(rules, quotes, is_whole):
    documents = {name: read_document(rules / "corpus" / name, rules) for name in RULES}
    places = {d.quote(span): (name, span) for name, d in documents.items() for span in d.sentences}
    evidence = [Evidence(source=places[q][0], span=places[q][1], probability=0.5) for q in quotes]
    citations = [
        {"number": number, "source": item.source, "sha256": documents[item.source].sha256, "start": item.span.start,
         "end": item.span.end, "quote": quote, "section": section_title(documents[item.source], item.span.start)}
        for number, (quote, item) in enumerate(zip(quotes, evidence, strict=True), 1)
    ]  # fmt: skip
    text = " ".join(quotes)
    numbers = [*range(1, len(quotes) + 1)]
    reply = {
        "question": "Was gilt?", "status": "answered", "refusal": None, "citations": citations,
        "answer": f"{text} " + "".join(f"[{n}]" for n in numbers), "claims": [{"text": text, "citations": numbers}],
        "confidence": 0.9, "writer": "extractive", "language": "de", "timings_ms": {},
    }  # fmt: skip
    assert problems(reply, rules) == ("" if is_whole else TORN)


TORN = "Claim 1: its quotes are not just the sentences of one document that belong together, in its order."


@pytest.fixture(scope="module")
def any_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("any")
    (folder / "corpus").mkdir()
    return folder


LEANING = st.sampled_from(
    [
        "Er kam.",
        "Deshalb ging sie.",
        "Das Haus ist alt.",
        "Verboten ist:",
        "- Lärm.",
        "- Er singt.",
        "Ist es so?",
        "Nein.",
    ]
)
LEANING_TEXTS = st.lists(st.tuples(LEANING, st.sampled_from([" ", "\n", "\n\n"])), min_size=1, max_size=12).map(
    lambda parts: "".join(sentence + gap for sentence, gap in parts)
)


@given(st.lists(st.one_of(LEANING_TEXTS, articles()), min_size=2, max_size=2), st.integers(1, 6), st.data())
def test_whatever_the_extractive_writer_says_holds(any_home, texts, limit, data):
    documents = {}
    for name, text in zip(("a.txt", "b.txt"), texts, strict=True):
        (any_home / "corpus" / name).write_bytes(text.encode())
        documents[name] = read_document(any_home / "corpus" / name, any_home)
    offered = [(name, span) for name, document in documents.items() for span in document.sentences]
    picked = data.draw(st.lists(st.sampled_from(offered), unique=True, min_size=1))
    evidence = [Evidence(source=name, span=span, probability=0.4) for name, span in picked]
    choice = chosen("Wer kam und wann?", evidence, documents, limit)
    result = enforce(inquiry(), extractive(choice), choice.evidence, documents)
    reply = json.loads(Outcome(result, {"total": 1.0}).reply.model_dump_json())
    if reply["status"] == "answered":
        assert problems(reply, any_home) == ""


@pytest.mark.parametrize("suffix", [".docx", ".epub", ".html", ".md", ".odt", ".pdf"])
def test_an_answer_of_any_format_is_checked_by_reading_the_file_again(tmp_path, suffix):
    (tmp_path / "corpus").mkdir()
    file = tmp_path / "corpus" / f"a{suffix}"
    write(file, [("Frist", [["Der Mieter kündigt.", "Die Frist beträgt drei Monate."]])])
    document = read_document(file, tmp_path)
    evidence = [Evidence(source=file.name, span=span, probability=0.5) for span in document.sentences]
    result = enforce(inquiry(), Draft(claims=(DraftClaim(sentences=(2,)),)), evidence, {file.name: document})
    reply = json.loads(Outcome(result, {"total": 1.0}).reply.model_dump_json())
    assert reply["citations"][0]["page"] == (1 if suffix == ".pdf" else None)
    assert reply["citations"][0]["section"] == "Frist"
    assert problems(reply, tmp_path) == ""
    assert "Quote 1: its page or section" in problems(changed(reply, put(2, "citations", 0, "page")), tmp_path)
    write(file, [("Frist", [["Der Mieter kündigt.", "Die Frist beträgt vier Monate."]])])
    assert "the file has changed" in problems(reply, tmp_path)
    assert "Quote 1: " in problems(reply, tmp_path)
