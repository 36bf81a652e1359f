"""Enforcement: what the documents do not prove does not pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.claims.checks import fault_of
from assistant.enforcement import NEAREST, enforce, refuse
from assistant.records import Answer, Document, Draft, DraftClaim, Evidence, Refusal, Span
from assistant.sentences import display_form
from tests.doubles import document_of, inquiry
from tests.strategies import any_text, documents

TEXT = "Titel\n\nDie Waffen-\nruhe gilt drei Monate. Der Handel ist zulässig. Es regnet. Es stürmt."
DOCUMENTS = {"a.txt": document_of(TEXT)}


def evidence_of(document: Document) -> list[Evidence]:
    return [Evidence(source=document.name, span=span, probability=0.5) for span in document.sentences]


def enforced(*claims: DraftClaim | tuple[int, ...]) -> Answer | Refusal:
    drafted = tuple(claim if isinstance(claim, DraftClaim) else DraftClaim(sentences=claim) for claim in claims)
    return enforce(inquiry(), Draft(claims=drafted), evidence_of(DOCUMENTS["a.txt"]), DOCUMENTS)


def reworded(text: str, *sentences: int) -> DraftClaim:
    return DraftClaim(sentences=sentences, text=text)


def test_answer_says_and_cites_the_sentences_pointed_to():
    answer = enforced((1,), (4, 3))
    assert isinstance(answer, Answer)
    assert answer.text == "Die Waffenruhe gilt drei Monate. [1] Es stürmt. Es regnet. [2][3]"
    assert [citation.quote for citation in answer.citations] == [
        "Die Waffen-\nruhe gilt drei Monate.", "Es stürmt.", "Es regnet."
    ]  # fmt: skip
    assert {(citation.source, citation.section, citation.page) for citation in answer.citations} == {
        ("a.txt", "Titel", None)
    }
    assert answer.citations[0].sha256 == DOCUMENTS["a.txt"].sha256


def test_words_that_answer_are_marked_in_their_quote():
    first, second, *others = evidence_of(DOCUMENTS["a.txt"])
    months = Span(TEXT.index("drei"), TEXT.index(" Monate"))
    answer = enforce(
        inquiry(),
        Draft(claims=(DraftClaim(sentences=(1, 2)),)),
        [Evidence(**{**dict(first), "answer": months}), second, *others],
        DOCUMENTS,
    )
    assert isinstance(answer, Answer)
    assert [citation.answer for citation in answer.citations] == [months, None]
    assert TEXT[slice(*months)] == "drei"


@pytest.mark.parametrize("mark", [(0, 5), (7, 200), (-3, 20), (20, 20), (30, 20), (5, 12)])
def test_mark_that_is_not_inside_its_quote_is_dropped_alone(mark):
    first = evidence_of(DOCUMENTS["a.txt"])[0]
    marked = Evidence(source=first.source, span=first.span, probability=0.5, answer=Span(*mark))
    answer = enforce(inquiry(), Draft(claims=(DraftClaim(sentences=(1,)),)), [marked], DOCUMENTS)
    assert isinstance(answer, Answer)
    assert answer.citations[0].answer is None


def test_refusal_names_the_words_that_are_missing():
    refusal = refuse(inquiry("Was gilt in Bonn?"), "premise_not_found", [], DOCUMENTS, missing=("Bonn",))
    assert (refusal.reason, refusal.missing) == ("premise_not_found", ("Bonn",))


def test_sentence_that_two_claims_rest_on_is_cited_once():
    answer = enforced((3, 3), (4, 3))
    assert [claim.citations for claim in answer.claims] == [(1,), (2, 1)]
    assert len(answer.citations) == 2


@pytest.mark.parametrize("numbers", [(), (0,), (5,), (-1,), (1, 5), (10**20,)])
def test_claim_with_numbers_of_no_sentence_is_dropped(numbers):
    answer = enforced(numbers, (2,))
    assert [claim.text for claim in answer.claims] == ["Der Handel ist zulässig."]
    assert [dropped.reason for dropped in answer.dropped] == ["no_such_sentence"]


@pytest.mark.parametrize(
    ("wording", "number", "reason"),
    [
        ("Die Waffenruhe gilt sechs Monate.", 1, "number_not_in_evidence"),
        ("Der Handel ist nicht zulässig.", 2, "negation_differs"),
        ("zulässig", 2, "no_sentence"),
        ("Der Handel ist zulässig. Immer.", 2, "word_not_in_evidence"),
        ("Der Handel ist zulässig.", 3, "word_not_in_evidence"),
        ("Otto ist zulässig im Handel.", 2, "name_not_in_evidence"),
        ("The trade is permitted.", 2, "not_supported"),
        ("", 2, "not_proved"),
    ],
)
def test_claim_with_a_wording_that_its_quote_does_not_prove_is_dropped(wording, number, reason):
    answer = enforced((4,), reworded(wording, number))
    assert [claim.text for claim in answer.claims] == ["Es stürmt."]
    assert [(dropped.text, dropped.reason) for dropped in answer.dropped] == [(wording, reason)]


def test_claim_in_another_language_is_said_if_it_is_supported():
    claim = reworded("The trade is permitted.", 2)
    given = [evidence_of(DOCUMENTS["a.txt"]), DOCUMENTS]
    for supports in (True, False):
        result = enforce(inquiry(), Draft(claims=(claim,)), *given, lambda text, quotes, says=supports: says)
        assert isinstance(result, Answer) is supports


def test_a_check_that_fails_lets_nothing_through():
    def broken(text: str, quotes: object) -> bool:
        raise RuntimeError

    claim = reworded("The trade is permitted.", 2)
    refusal = enforce(inquiry(), Draft(claims=(claim,)), evidence_of(DOCUMENTS["a.txt"]), DOCUMENTS, broken)
    assert isinstance(refusal, Refusal)
    assert [one.reason for one in refusal.dropped] == ["check_failed"]


def test_a_sentence_is_not_cited_without_the_one_that_it_leans_on():
    documents = {"a.txt": document_of("Otto Kern kam am Montag. Er kaufte eine Brücke.")}
    result = enforce(inquiry(), Draft(claims=(DraftClaim(sentences=(2,)),)), evidence_of(documents["a.txt"]), documents)
    assert [one.reason for one in result.dropped] == ["context_missing"]
    whole = enforce(
        inquiry(), Draft(claims=(DraftClaim(sentences=(1, 2)),)), evidence_of(documents["a.txt"]), documents
    )
    assert isinstance(whole, Answer)


def test_claim_worded_like_its_quotes_passes_in_display_form():
    answer = enforced(reworded("Die  Waffenruhe gilt drei Monate.\nEs regnet.", 1, 3))
    assert answer.claims[0].text == "Die Waffenruhe gilt drei Monate. Es regnet."
    assert answer.dropped == ()


def test_nothing_left_is_a_refusal_with_the_nearest_places():
    refusal = enforced((9,), reworded("Es schneit.", 3))
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "not_in_documents"
    assert [place.quote for place in refusal.nearest] == [
        DOCUMENTS["a.txt"].quote(span) for span in DOCUMENTS["a.txt"].sentences[:NEAREST]
    ]
    assert [dropped.reason for dropped in refusal.dropped] == ["no_such_sentence", "no_sentence"]


def test_empty_draft_and_no_evidence_are_refusals():
    assert isinstance(enforced(), Refusal)
    assert refuse(inquiry(), "not_in_documents", [], DOCUMENTS).nearest == ()
    assert isinstance(enforce(inquiry(), Draft(claims=(DraftClaim(sentences=(1,)),)), [], {}), Refusal)


def test_sentence_without_visible_characters_is_not_said():
    invisible = document_of("\ufeff\u200b")
    result = enforce(
        inquiry(), Draft(claims=(DraftClaim(sentences=(1,)),)), evidence_of(invisible), {"a.txt": invisible}
    )
    assert isinstance(result, Refusal)


@st.composite
def drafts(draw: st.DrawFn, sentences: list[str]) -> Draft:
    numbers = st.lists(st.integers(-2, len(sentences) + 2), max_size=4).map(tuple)
    wordings = st.one_of(
        st.none(), any_text, st.sampled_from(sentences), st.just(" ".join(map(display_form, sentences[:2])))
    )
    claims = st.lists(st.builds(DraftClaim, sentences=numbers, text=wordings), max_size=5).map(tuple)
    return Draft(claims=draw(claims))


@given(documents("a.txt"), documents("b.txt"), st.data())
def test_any_draft_becomes_a_verbatim_answer_or_a_refusal(one, other, data):
    by_name = {one.name: one, other.name: other}
    offered = [
        item for item in evidence_of(one) + evidence_of(other) if display_form(by_name[item.source].quote(item.span))
    ]
    evidence = data.draw(st.permutations(offered))
    draft = data.draw(drafts([display_form(by_name[item.source].quote(item.span)) for item in evidence] or ["x"]))
    result = enforce(inquiry(), draft, evidence, by_name)
    places = result.citations if isinstance(result, Answer) else result.nearest
    for place in places:
        assert by_name[place.source].text[place.start : place.end] == place.quote
        assert Span(place.start, place.end) in by_name[place.source].sentences
    if isinstance(result, Answer):
        quotes = {citation.number: citation.quote for citation in result.citations}
        for claim in result.claims:
            own = [display_form(quotes[number]) for number in claim.citations]
            assert claim.text == " ".join(own) or fault_of(claim.text, own, "Was gilt?") is None
        assert len(result.claims) + len(result.dropped) <= len(draft.claims)
    else:
        assert 1 <= len(result.dropped) <= len(draft.claims) or not draft.claims
