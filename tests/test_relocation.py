"""Saved answers whose sources changed: their quotes are found where they stand now, or said to stand nowhere."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.corpus import read_document
from assistant.enforcement import enforce, refuse
from assistant.errors import ReplyUnreadable
from assistant.pipeline import Outcome
from assistant.records import Draft, DraftClaim, Evidence, Reply
from assistant.relocation import verification
from assistant.verification import read_reply, verify
from tests.doubles import inquiry

TEXT = "Wale\n\nDer Wal singt. Das Meer ist\ntief. Der Wal singt.\n\nWetter\n\nEin Sturm tobt. Er bleibt."
SENTENCES = ["Der Wal singt.", "Das Meer ist\ntief.", "Der Wal singt.", "Ein Sturm tobt.", "Er bleibt."]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    put(tmp_path, "a.txt", TEXT)
    put(tmp_path, "z.txt", "Etwas anderes.")
    return tmp_path


def put(home: Path, name: str, text: str) -> Path:
    file = home / "corpus" / name
    file.write_text(text, encoding="utf-8")
    return file


def answered(home: Path, *claims: tuple[int, ...]) -> Reply:
    """An answer whose claims are these sentences of a.txt, counted from 1."""
    document = read_document(home / "corpus" / "a.txt", home)
    assert [document.quote(span) for span in document.sentences] == SENTENCES
    evidence = [Evidence(source="a.txt", span=span, probability=0.4) for span in document.sentences]
    draft = Draft(claims=tuple(DraftClaim(sentences=claim) for claim in claims))
    return Outcome(enforce(inquiry(), draft, evidence, {"a.txt": document}), {"total": 1.0}).reply


def assert_holds(reply: Reply, home: Path) -> None:
    """The moved answer is one that `verify` finds valid, and its quotes are those of the files."""
    assert verify(reply, home) == []
    assert verification(reply, home).status == "valid"
    for citation in reply.citations:
        text = (home / "corpus" / citation.source).read_bytes().decode()
        assert text[citation.start : citation.end] == citation.quote


def test_an_unchanged_source_is_valid(home):
    reply = answered(home, (2,), (4, 5))
    found = verification(reply, home)
    assert (found.status, found.moves, found.problems, found.reply) == ("valid", (), (), reply)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["Es regnet. ", "Wetter\n\n", "Der Wal singt. ", "Neu.\r\n\r\n", "Ein Satz. "]), max_size=6
    )
)
def test_text_before_and_behind_moves_quotes_that_stay_provable(tmp_path_factory, pieces):
    home = tmp_path_factory.mktemp("home")
    (home / "corpus").mkdir()
    put(home, "a.txt", TEXT)
    reply = answered(home, (2,), (4, 5))
    put(home, "a.txt", "".join(["Vorweg.\n\n", *pieces, "\n\n", TEXT, "\n\n", *pieces]))
    found = verification(reply, home)
    if found.status == "moved":
        assert [move.before for move in found.moves] == list(reply.citations)
        assert_holds(found.reply, home)
        assert [one.quote for one in found.reply.citations] == [one.quote for one in reply.citations]
    else:
        assert found.problems


def test_a_quote_moves_in_its_file_with_section_and_words_marked(home):
    reply = answered(home, (4, 5))
    first = reply.citations[0]
    marked = first.model_copy(update={"answer": (first.start, first.start + 3)})
    reply = Reply.model_validate(
        reply.model_dump() | {"citations": (marked.model_dump(), reply.citations[1].model_dump())}
    )
    put(home, "a.txt", "Neues\n\nEs hagelt.\n\nWetter\n\nEin Sturm tobt. Er bleibt.")
    found = verification(reply, home)
    assert (found.status, found.problems) == ("moved", ())
    now = found.reply.citations[0]
    assert (now.section, now.start, now.answer) == ("Wetter", 27, (27, 30))
    assert_holds(found.reply, home)


@pytest.mark.parametrize("heading", ["Verworfen\n\n", ""])
def test_a_quote_under_another_heading_may_mean_something_else(home, heading):
    reply = answered(home, (4, 5))
    put(home, "a.txt", f"{heading}Ein Sturm tobt. Er bleibt.\n\nWetter\n\nEs hagelt.")
    found = verification(reply, home)
    assert (found.status, found.moves) == ("source changed", ())
    assert f"„{heading.strip()}“" in found.problems[0].de or not heading
    assert "“Wetter”" in found.problems[0].en


def test_another_file_counts_only_for_one_that_is_gone_under_the_same_heading(home):
    reply = answered(home, (2,), (4, 5))
    put(home, "b.txt", TEXT)
    put(home, "a.txt", "Etwas anderes.")
    assert verification(reply, home).status == "source changed"
    (home / "corpus" / "a.txt").unlink()
    put(home, "b.txt", TEXT.replace("Wetter", "Entwurf"))
    assert verification(reply, home).status == "source changed"
    put(home, "b.txt", TEXT + "\n")
    assert verification(reply, home).status == "moved"


@pytest.mark.parametrize("source", ["/etc/passwd", "/nix/passwd", "../../x"])
def test_what_was_never_a_document_has_not_moved(home, source):
    reply = json.loads(answered(home, (2,)).model_dump_json())
    reply["citations"][0]["source"] = source
    found = verification(Reply.model_validate_json(json.dumps(reply)), home)
    assert (found.status, found.moves) == ("source changed", ())


@pytest.mark.parametrize(("count", "sha256"), [(1, "0" * 64), (3, "0"), (3, "X" * 64)])
def test_a_sha256_that_cannot_have_been_is_invalid(home, count, sha256):
    reply = json.loads(answered(home, (2,), (4, 5)).model_dump_json())
    for citation in reply["citations"][:count]:
        citation["sha256"] = sha256
    assert verification(Reply.model_validate_json(json.dumps(reply)), home).status == "invalid"


def test_of_several_places_the_one_as_far_from_the_quotes_before_counts(home):
    """Both claims quote the same words, once before "Das Meer ist tief." and once behind it."""
    reply = answered(home, (1,), (2,), (3,))
    put(home, "a.txt", "Vorwort\n\nEs regnet. Es schneit.\n\n" + TEXT)
    found = verification(reply, home)
    assert found.status == "moved"
    shifts = {move.now.start - move.before.start for move in found.moves}
    assert len(shifts) == 1
    assert_holds(found.reply, home)


@pytest.mark.parametrize("name", ["b.txt", "zz.txt"])
def test_a_renamed_file_is_found_by_its_content(home, name):
    reply = answered(home, (2,), (4, 5))
    (home / "corpus" / "a.txt").rename(home / "corpus" / name)
    found = verification(reply, home)
    assert (found.status, {one.source for one in found.reply.citations}) == ("moved", {name})
    assert [(one.start, one.end) for one in found.reply.citations] == [(one.start, one.end) for one in reply.citations]
    assert_holds(found.reply, home)


def test_a_renamed_file_counts_before_another_one_that_says_the_same(home):
    reply = answered(home, (2,))
    put(home, "aa.txt", "Wale\n\nDas Meer ist\ntief. Und mehr.")
    (home / "corpus" / "a.txt").rename(home / "corpus" / "b.txt")
    assert verification(reply, home).reply.citations[0].source == "b.txt"


def test_a_file_that_was_renamed_and_changed_is_found_by_all_its_quotes(home):
    reply = answered(home, (2,), (4, 5))
    (home / "corpus" / "a.txt").unlink()
    put(home, "b.txt", "Nur dies: Das Meer ist\ntief.")
    put(home, "c.txt", f"Vorwort\n\nEs hagelt.\n\n{TEXT}\n\nEnde.")
    found = verification(reply, home)
    assert (found.status, {one.source for one in found.reply.citations}) == ("moved", {"c.txt"})
    assert_holds(found.reply, home)


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("tobt", "tobte"),
        TEXT.replace("Ein Sturm", "Nicht ein Sturm"),
        TEXT.replace("Sturm tobt", "Sturm\ntobt"),
        TEXT.replace("Ein Sturm tobt.", "Es heißt: Ein Sturm tobt."),
        "Etwas anderes.",
        None,
    ],
    ids=["a letter", "denied", "a line end", "inside another sentence", "another text", "gone"],
)
def test_a_quote_that_stands_nowhere_is_not_proved(home, text):
    reply = answered(home, (2,), (4, 5))
    if text is None:
        (home / "corpus" / "a.txt").unlink()
    else:
        put(home, "a.txt", text)
    found = verification(reply, home)
    assert found.status == "source changed"
    assert found.problems


def test_a_quote_behind_what_introduces_it_otherwise_proves_no_claim(home):
    reply = answered(home, (2,))
    put(home, "a.txt", TEXT.replace("Der Wal singt. Das", "Was hier folgt, das war leider immer schon falsch:\n\nDas"))
    assert verification(reply, home).status == "invalid"


def test_sentences_that_belong_together_no_more_prove_no_claim(home):
    """ "Er" was the storm; now it is the frost."""
    reply = answered(home, (4, 5))
    put(home, "a.txt", TEXT.replace("Er bleibt.", "Der Frost kommt. Er bleibt."))
    found = verification(reply, home)
    assert (found.status, bool(found.problems)) == ("invalid", True)


def test_an_answer_that_was_tampered_with_is_invalid_and_healed_by_nothing(home):
    reply = answered(home, (2,), (4, 5))
    forged = reply.model_dump() | {"answer": "Das Meer ist flach. [1]"}
    assert verification(Reply.model_validate(forged), home).status == "invalid"
    elsewhere = json.loads(reply.model_dump_json())
    elsewhere["citations"][0] |= {"start": 0, "end": 4}
    assert verification(Reply.model_validate_json(json.dumps(elsewhere)), home).status == "invalid"
    put(home, "a.txt", "Vorwort\n\n" + TEXT)
    assert verification(Reply.model_validate(forged), home).status == "invalid"


def test_the_nearest_places_of_a_refusal_move_too(home):
    document = read_document(home / "corpus" / "a.txt", home)
    evidence = [Evidence(source="a.txt", span=document.sentences[1], probability=0.1)]
    missing = ("Rücktritt",)
    refusal = refuse(
        inquiry("Wann war der Rücktritt?", 0.2), "premise_not_found", evidence, {"a.txt": document}, missing=missing
    )
    reply = Outcome(refusal, {"total": 1.0}).reply
    put(home, "a.txt", "Vorwort\n\n" + TEXT)
    found = verification(reply, home)
    assert (found.status, len(found.moves)) == ("moved", 1)
    assert verify(found.reply, home) == []
    put(home, "a.txt", "Der Rücktritt war gestern.\n\n" + TEXT)
    assert verification(reply, home).status == "invalid"


def test_what_has_been_searched_is_reported(home):
    reply = answered(home, (2,))
    (home / "corpus" / "a.txt").rename(home / "corpus" / "b.txt")
    told: list[tuple[int, int]] = []
    verification(reply, home, lambda done, total: told.append((done, total)))
    assert told == [(1, 2)]


def test_it_is_stored_as_json(home):
    reply = answered(home, (2,))
    put(home, "a.txt", "Vorwort\n\n" + TEXT)
    found = json.loads(verification(reply, home).model_dump_json())
    assert found["moves"][0]["now"]["start"] == found["moves"][0]["before"]["start"] + 9
    assert Reply.model_validate_json(json.dumps(found["reply"])).citations
    assert verification(read_reply(json.dumps(found), "b.json"), home).status == "valid"
    with pytest.raises(ReplyUnreadable):
        read_reply(json.dumps(found | {"moves": 1}), "b.json")
