"""Records: Answer and Refusal exist only with the documents that prove them."""

import ast
from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.records import Answer, Citation, Claim, Refusal, Span, marked_text
from tests.doubles import document_of, inquiry

ROOT = Path(__file__).parents[1]
DOCUMENT = document_of("Titel\n\nEs regnet. Es stürmt.")
CONTEXT = {"documents": {"a.txt": DOCUMENT}}
QUOTE = "Es regnet."
LAST = "Es stürmt."


def citation(**changes: object) -> dict[str, object]:
    start = DOCUMENT.text.index(QUOTE)
    proved = {
        "number": 1,
        "source": "a.txt",
        "sha256": DOCUMENT.sha256,
        "start": start,
        "end": start + len(QUOTE),
        "quote": QUOTE,
    }
    return {**proved, **changes}


def answer(*citations: dict[str, object], claims: tuple[tuple[int, ...], ...] = ((1,),)) -> dict[str, object]:
    said = [{"text": QUOTE, "citations": numbers} for numbers in claims]
    return {"inquiry": inquiry(), "claims": said, "citations": citations or (citation(),)}


def refusal(**changes: object) -> dict[str, object]:
    place = {name: value for name, value in citation(**changes).items() if name not in ("number", "sha256")}
    return {"inquiry": inquiry(), "reason": "not_in_documents", "nearest": [place]}


def test_answer_and_refusal_are_built_from_what_the_documents_say():
    assert Answer.model_validate(answer(), context=CONTEXT).text == "Es regnet. [1]"
    assert Refusal.model_validate(refusal(), context=CONTEXT).nearest[0].quote == QUOTE


@pytest.mark.parametrize("context", [None, {}, {"documents": None}])
def test_nothing_is_built_without_documents(context):
    for record, values in ((Answer, answer()), (Refusal, refusal()), (Refusal, {**refusal(), "nearest": []})):
        with pytest.raises(ValidationError, match="built by enforcement"):
            record.model_validate(values, context=context)


def test_constructors_and_json_build_nothing():
    with pytest.raises(ValidationError, match="built by enforcement"):
        Answer(**answer())
    with pytest.raises(ValidationError, match="built by enforcement"):
        Refusal(**refusal())
    built = Answer.model_validate(answer(), context=CONTEXT)
    with pytest.raises(ValidationError, match="built by enforcement"):
        Answer.model_validate_json(built.model_dump_json())


START, END = citation()["start"], citation()["end"]
FALSE_PLACES = [
    {"quote": "Es regnet!"},
    {"quote": "Es regnet"},
    {"quote": "es regnet."},
    {"quote": ""},
    {"quote": "", "end": START},
    {"start": START + 1},
    {"start": START - 1},
    {"start": START + 1, "end": END + 1},
    {"end": END - 1},
    {"start": END, "end": START},
    {"source": "b.txt"},
    {"source": "A.txt"},
]
# A slice stops at the text's end and counts negative offsets from there, so these read like the quote.
BEHIND_THE_END = {"quote": LAST, "start": DOCUMENT.text.index(LAST), "end": len(DOCUMENT.text) + 7}
BEFORE_THE_START = {"quote": LAST, "start": -len(LAST), "end": len(DOCUMENT.text)}


@pytest.mark.parametrize("change", FALSE_PLACES, ids=str)
def test_place_that_does_not_read_like_its_quote_proves_nothing(change):
    with pytest.raises(ValidationError):
        Answer.model_validate(answer(citation(**change)), context=CONTEXT)
    with pytest.raises(ValidationError):
        Refusal.model_validate(refusal(**change), context=CONTEXT)


@pytest.mark.parametrize(
    ("record", "values"),
    [
        (Answer, answer(citation(**BEFORE_THE_START))),
        pytest.param(Answer, answer(citation(**BEHIND_THE_END))),
        pytest.param(Refusal, refusal(**BEFORE_THE_START)),
        pytest.param(Refusal, refusal(**BEHIND_THE_END)),
    ],
)
def test_place_outside_the_text_proves_nothing(record, values):
    with pytest.raises(ValidationError):
        record.model_validate(values, context=CONTEXT)


@pytest.mark.parametrize("sha256", ["", "0" * 64, DOCUMENT.sha256.upper()])
def test_citation_of_another_version_proves_nothing(sha256):
    with pytest.raises(ValidationError, match="another version"):
        Answer.model_validate(answer(citation(sha256=sha256)), context=CONTEXT)


@pytest.mark.parametrize(
    "values",
    [
        {**answer(), "claims": []},
        {**answer(), "citations": []},
        answer(claims=((),)),
        answer(claims=((2,),)),
        answer(claims=((1, 2),)),
        answer(citation(number=2), claims=((2,),)),
        answer(citation(number=0), claims=((0,),)),
        answer(citation(), citation(number=2)),
        answer(citation(number=2), citation(), claims=((1, 2),)),
        answer(citation(), citation(), claims=((1,),)),
        {**answer(), "note": "more"},
    ],
)
def test_claims_and_citations_belong_to_each_other(values):
    with pytest.raises(ValidationError):
        Answer.model_validate(values, context=CONTEXT)


@pytest.mark.parametrize("mark", [(START, END), (START, START + 2)])
def test_words_of_the_quote_can_be_marked(mark):
    (cited,) = Answer.model_validate(answer(citation(answer=mark)), context=CONTEXT).citations
    assert cited.quote[slice(*cited.answer_in_quote)] == DOCUMENT.text[slice(*mark)]
    assert Citation.model_validate_json(cited.model_dump_json(), strict=True) == cited
    assert f'"answer":[{mark[0]},{mark[1]}]' in cited.model_dump_json()


@pytest.mark.parametrize(
    "mark", [(START - 1, END), (START, END + 1), (START, START), (END, START), (0, 2), (-9, 99), (END - 1, END)]
)
def test_words_outside_the_quote_cannot_be_marked(mark):
    with pytest.raises(ValidationError, match="outside the quote"):
        Answer.model_validate(answer(citation(answer=mark)), context=CONTEXT)


def test_nothing_is_marked_unless_it_is_said():
    (cited,) = Answer.model_validate(answer(), context=CONTEXT).citations
    assert cited.answer is cited.answer_in_quote is None
    assert cited.marks_its_quote


@pytest.mark.parametrize(
    ("reason", "missing", "message"),
    [
        ("premise_not_found", (), "if, and only if"),
        ("not_in_documents", ("gilt",), "if, and only if"),
        ("premise_not_found", ("Rücktritt",), "as asked"),
        ("premise_not_found", ("GILT",), "as asked"),
    ],
)
def test_words_are_missing_where_the_premise_is(reason, missing, message):
    Refusal.model_validate({**refusal(), "reason": "premise_not_found", "missing": ("gilt",)}, context=CONTEXT)
    with pytest.raises(ValidationError, match=message):
        Refusal.model_validate({**refusal(), "reason": reason, "missing": missing}, context=CONTEXT)


def test_records_are_frozen():
    built = Answer.model_validate(answer(), context=CONTEXT)
    with pytest.raises(ValidationError, match="frozen"):
        built.claims = ()
    with pytest.raises(ValidationError, match="frozen"):
        built.citations[0].quote = "Es schneit."


def test_markers_follow_each_claim():
    claims = (Claim(text="Es regnet.", citations=(1,)), Claim(text="Es stürmt.", citations=(2, 3)))
    assert marked_text(claims) == "Es regnet. [1] Es stürmt. [2][3]"


def test_section_and_page_are_those_that_begin_last_before_the_offset():
    document = document_of("Vorab.\n\nEins\n\nEs regnet. Es hagelt.\n\nZwei\n\nEs stürmt.").model_copy(
        update={"page_starts": (0, 20)}
    )
    sections = [document.section_at(sentence.start) for sentence in document.sentences]
    assert [section and document.quote(section) for section in sections] == [None, "Eins", "Eins", "Zwei"]
    assert [document.page_at(offset) for offset in (0, 19, 20, 99)] == [1, 1, 2, 2]
    assert document_of("Vorab.").page_at(0) is None


def test_sentence_before_is_of_the_same_section():
    document = document_of("Vorab.\n\nEins\n\nEs regnet. Es hagelt.\n\nZwei\n\nEs stürmt.")
    before = [document.sentence_before(sentence) for sentence in document.sentences]
    assert before == [None, None, document.sentences[1], None]


def test_span_holds_what_lies_inside_and_is_not_empty():
    held = [Span(2, 3), Span(2, 5), Span(4, 5)]
    assert all(Span(2, 5).holds(other) for other in held)
    assert not any(Span(2, 5).holds(Span(*other)) for other in [(1, 3), (4, 6), (3, 3), (4, 3), (0, 9), (6, 8)])


# --- the one way in ----------------------------------------------------------------------------------------------

BUILDING = {
    "model_validate",
    "model_validate_json",
    "model_validate_strings",
    "model_construct",
    "construct",
    "parse_obj",
}
COPYING = {"model_copy", "copy", "deepcopy", "replace", "__replace__", "__setattr__", "__setstate__", "setattr"}


def _calls_that_build_results(tree: ast.AST) -> list[str]:
    """Calls in a module that make an Answer or Refusal, or could make one from another without checks."""
    calls = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and {ast.unparse(base).split(".")[-1] for base in node.bases} & {
            "Answer",
            "Refusal",
        }:
            calls.append(ast.unparse(node).splitlines()[0])
        if isinstance(node, ast.alias) and node.name in ("Answer", "Refusal") and node.asname:
            calls.append(ast.unparse(node))
        if not isinstance(node, ast.Call):
            continue
        *owners, name = ast.unparse(node.func).split(".")
        makes_it = name in ("Answer", "Refusal") or (
            owners and owners[-1] in ("Answer", "Refusal") and name in BUILDING
        )
        copies_it = name in COPYING and owners[-1:] in (
            ["result"],
            ["answer"],
            ["refusal"],
            ["object"],
            ["outcome"],
            [],
        )
        if makes_it or name == "model_construct" or copies_it or (name == "model_copy" and owners[-1:] != ["manifest"]):
            calls.append(ast.unparse(node))
    return calls


CALLS = """Answer(x=1)
records.Refusal()
Answer.model_validate(x)
Claim.model_construct()
answer.model_copy(update={})
from assistant.records import Answer as A
class B(Answer): pass
object.__setattr__(answer, 'claims', ())"""


@pytest.mark.parametrize("call", CALLS.splitlines())
def test_the_search_for_builders_finds(call):
    assert _calls_that_build_results(ast.parse(call))


def test_only_enforcement_builds_answers_and_refusals():
    files = [*ROOT.glob("assistant/**/*.py"), *ROOT.glob("ui.py")]
    builders = {file.stem: _calls_that_build_results(ast.parse(file.read_text("utf-8"))) for file in files}
    assert sorted(builders.pop("enforcement"))[0].startswith("Answer.model_validate(")
    assert not {name: calls for name, calls in builders.items() if calls}
