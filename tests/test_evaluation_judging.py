"""Judging: each score from an outcome made by hand."""

import pytest

from assistant.enforcement import enforce, refuse
from assistant.evaluation.judging import judge, judge_failure, parts_covered
from assistant.evaluation.metrics import MEANS
from assistant.evaluation.records import GoldPlace, Question, Result, Unit
from assistant.index import Index
from assistant.indexing import build_index
from assistant.pipeline import Outcome
from assistant.records import Draft, DraftClaim, Evidence, Hit
from assistant.refusals import REFUSED
from tests.doubles import HashEmbedder, document_of, inquiry

A = (
    "Frist\n\nDer Mieter kündigt in der Mozartstraße. Die Frist ist drei\nMonate.\n\n"
    "Zahlung\n\nDie Miete ist fällig. Die Waffen-\nruhe gilt."
)
TEXTS = {"a.txt": A, "b.txt": "Es stürmt. Der Wal singt."}
NOTICE, TERM, RENT, TRUCE, STORM, WHALE = range(1, 7)
"""The sentences, by the numbers that a draft gives them."""
FIRST_OF_A, SECOND_OF_A, OF_B = range(3)
"""The passages, by their positions."""


def index_of(texts: dict[str, str]) -> Index:
    return build_index([document_of(text, name) for name, text in texts.items()], HashEmbedder(), 800)


INDEX = index_of(TEXTS)
EVIDENCE = tuple(
    Evidence(source=document.name, span=span, probability=0.1)
    for document in INDEX.documents
    for span in document.sentences
)


def gold(quote: str, part: int = 1, source: str = "a.txt") -> GoldPlace:
    start = TEXTS[source].index(quote)
    return GoldPlace(source=source, start=start, end=start + len(quote), quote=quote, part=part)


def question(*places: GoldPlace, answers: tuple[str, ...] = (), kind: str | None = None) -> Question:
    return Question(id="f", question="Was gilt?", answers=answers, gold=places, kind=kind, language="de")


def hits(*passages: int) -> tuple[Hit, ...]:
    return tuple(
        Hit(passage=passage, rank=rank, score=1 / rank, dense=0.5, lexical=1.0, sentence=0.5, words=0.5)
        for rank, passage in enumerate(passages, 1)
    )


def outcome(
    *claims: tuple[int, ...] | DraftClaim,
    is_refused: bool = False,
    evidence: tuple[Evidence, ...] = EVIDENCE,
    found: tuple[int, ...] = (FIRST_OF_A, SECOND_OF_A, OF_B),
) -> Outcome:
    """What becomes of a draft, or of a question that is refused in spite of it."""
    draft = Draft(claims=tuple(one if isinstance(one, DraftClaim) else DraftClaim(sentences=one) for one in claims))
    asked = inquiry("Was gilt?", 0.2 if is_refused else 0.9)
    result = (
        refuse(asked, "not_in_documents", evidence, INDEX.by_name)
        if is_refused
        else enforce(asked, draft, evidence, INDEX.by_name)
    )
    return Outcome(result, {"total": 1.0}, hits(*found), evidence, draft)


def judged(asked: Question, became: Outcome, unit: Unit = "passage", index: Index = INDEX) -> Result:
    return judge(asked, became, index, unit)


def test_the_documents_are_as_these_tests_say():
    assert len(EVIDENCE) == WHALE
    assert [INDEX.documents[passage.document].name for passage in INDEX.passages] == ["a.txt", "a.txt", "b.txt"]


# --- answers and refusals ----------------------------------------------------------------------------------------


def test_right_citation():
    result = judged(question(gold("Die Miete"), answers=("fällig",), kind="what"), outcome((RENT,)))
    assert result.scores == {
        "overall.right": 1,
        "retrieval.recall@1": 0,
        "retrieval.recall@5": 1,
        "retrieval.mrr@10": 0.5,
        "evidence.hit@1": 0,
        "evidence.hit@3": 1,
        "answer.coverage": 1,
        "answer.correct": 1,
        "answer.contains": 1,
        "citation.verbatim": 1,
        "citation.precision": 1,
        "citation.recall": 1,
    }
    assert (result.status, result.is_answerable, result.is_right, result.would_be_right) == ("answered", *[True] * 3)
    assert (result.paragraph_ranks, result.evidence_rank, result.confidence) == ((2,), 3, 0.9)
    assert [place.quote for place in result.cited] == ["Die Miete ist fällig."]
    assert result.answer == "Die Miete ist fällig. [1]"
    assert (result.id, result.kind, result.language, result.gold) == ("f", "what", "de", (gold("Die Miete"),))
    assert result.timings_ms == {"total": 1.0}


def test_wrong_citation():
    result = judged(question(gold("Die Miete"), answers=("fällig",)), outcome((STORM,)))
    expected = {"answer.coverage": 1, "answer.correct": 0, "answer.contains": 0, "overall.right": 0}
    expected |= {"citation.verbatim": 1, "citation.precision": 0, "citation.recall": 0}
    assert {name: result.scores[name] for name in expected} == expected
    assert (result.status, result.is_right, result.would_be_right) == ("answered", False, False)


def test_right_and_wrong_citations_halve_precision_alone():
    scores = judged(question(gold("Die Miete")), outcome((RENT,), (STORM,))).scores
    assert (scores["citation.precision"], scores["citation.recall"], scores["answer.correct"]) == (0.5, 1, 1)


def test_one_of_two_parts_is_not_enough():
    two = question(gold("Die Miete"), gold("Es stürmt.", 2, "b.txt"))
    half = judged(two, outcome((RENT,)))
    assert (half.scores["answer.correct"], half.scores["citation.recall"], half.is_right) == (0, 0.5, False)
    assert half.scores["citation.precision"] == 1
    whole = judged(two, outcome((RENT, STORM)))
    assert (whole.scores["answer.correct"], whole.scores["citation.recall"], whole.is_right) == (1, 1, True)


def test_one_of_two_places_of_a_part_is_enough():
    result = judged(question(gold("Die Miete"), gold("Es stürmt.", 1, "b.txt")), outcome((STORM,)))
    assert (result.scores["answer.correct"], result.scores["citation.recall"], result.is_right) == (1, 1, True)


def test_unanswerable_and_answered():
    result = judged(question(answers=("fällig",)), outcome((RENT,)))
    assert result.scores == {
        "overall.right": 0,
        "refusal.recall": 0,
        "citation.precision": 0,
        "citation.verbatim": 1,
    }
    assert (result.is_answerable, result.is_right, result.would_be_right) == (False, False, False)
    assert (result.paragraph_ranks, result.evidence_rank) == ((), None)


def test_unanswerable_and_refused():
    result = judged(question(), outcome((RENT,), is_refused=True))
    assert result.scores == {"overall.right": 1, "refusal.recall": 1, "refusal.precision": 1, "citation.verbatim": 1}
    assert (result.status, result.is_right, result.would_be_right) == ("refused", True, False)
    assert [(place.source, place.start) for place in result.cited] == [
        ("a.txt", one.span.start) for one in EVIDENCE[:3]
    ]
    assert result.answer == REFUSED["not_in_documents"].de


def test_answerable_and_refused():
    result = judged(question(gold("Die Miete"), answers=("fällig",)), outcome((RENT,), is_refused=True))
    assert result.scores == {
        "overall.right": 0,
        "retrieval.recall@1": 0,
        "retrieval.recall@5": 1,
        "retrieval.mrr@10": 0.5,
        "evidence.hit@1": 0,
        "evidence.hit@3": 1,
        "answer.coverage": 0,
        "answer.correct": 0,
        "answer.contains": 0,
        "citation.verbatim": 1,
        "refusal.precision": 0,
    }
    assert (result.is_right, result.confidence) == (False, 0.2)


@pytest.mark.parametrize(
    ("claims", "would_be_right"),
    [
        ([(RENT,)], True),
        ([(STORM,), (WHALE, RENT)], True),
        ([(STORM,)], False),
        ([], False),
        ([(0,), (-1,), (WHALE + 1,)], False),
        ([(WHALE + 1,), (RENT,)], True),
    ],
)
def test_a_refused_question_would_be_right_if_its_draft_were(claims, would_be_right):
    assert judged(question(gold("Die Miete")), outcome(*claims, is_refused=True)).would_be_right == would_be_right


@pytest.mark.parametrize("number", [0, -1, -5])
def test_a_number_below_1_is_that_of_no_sentence(number):
    everywhere = question(*(gold(TEXTS[item.source][slice(*item.span)], source=item.source) for item in EVIDENCE))
    assert judged(everywhere, outcome((RENT,), is_refused=True)).would_be_right
    assert not judged(everywhere, outcome((number,), is_refused=True)).would_be_right


def test_a_refused_draft_of_one_part_of_two_would_not_be_right():
    two = question(gold("Die Miete"), gold("Es stürmt.", 2, "b.txt"))
    assert not judged(two, outcome((RENT,), is_refused=True)).would_be_right
    assert judged(two, outcome((RENT,), (STORM,), is_refused=True)).would_be_right


def test_what_enforcement_dropped_of_an_answer_does_not_count():
    reworded = DraftClaim(sentences=(RENT,), text="Die Miete ist nicht fällig.")
    result = judged(question(gold("Die Miete")), outcome(reworded, (STORM,)))
    assert (result.status, result.would_be_right, result.is_right) == ("answered", False, False)


def test_nothing_found_is_a_refusal_without_places():
    result = judged(question(gold("Die Miete")), outcome(is_refused=True, evidence=(), found=()))
    assert "citation.verbatim" not in result.scores
    assert (result.cited, result.paragraph_ranks, result.evidence_rank) == ((), (None,), None)
    assert {result.scores[name] for name in ("retrieval.recall@5", "retrieval.mrr@10", "evidence.hit@3")} == {0}


def test_quotes_are_checked_against_the_documents_of_the_index():
    other = index_of({"a.txt": A.replace("Die Miete", "Die Pacht")})
    answered = outcome((NOTICE,), (RENT,), (STORM,), found=())
    assert judged(question(), answered).scores["citation.verbatim"] == 1
    assert judged(question(), answered, index=other).scores["citation.verbatim"] == pytest.approx(1 / 3)


def test_places_overlap_from_one_common_character_on_in_the_same_document():
    places = (gold("Die Miete"), gold("Es stürmt.", 2, "b.txt"))
    start, end = places[0].start, places[0].end
    assert parts_covered([("a.txt", end - 1, end + 5)], places) == {1}
    assert parts_covered([("a.txt", start - 5, start + 1), ("b.txt", 0, 99)], places) == {1, 2}
    assert parts_covered([("a.txt", start + 1, end - 1)], places) == {1}
    assert parts_covered([("a.txt", start - 5, start), ("a.txt", end, end + 5), ("c.txt", start, end)], places) == set()


# --- what was found ----------------------------------------------------------------------------------------------


def test_passages_count_each_and_documents_once():
    in_b = question(gold("Es stürmt.", 1, "b.txt"))
    became = outcome((STORM,), found=(SECOND_OF_A, FIRST_OF_A, OF_B))
    by_passage, by_document = (judged(in_b, became, unit) for unit in ("passage", "document"))
    assert (by_passage.paragraph_ranks, by_document.paragraph_ranks) == ((3,), (2,))
    assert by_passage.scores["retrieval.mrr@10"] == pytest.approx(1 / 3)
    assert by_document.scores["retrieval.mrr@10"] == 0.5


def test_any_passage_of_the_document_will_do_where_documents_count():
    asked = question(gold("Die Miete"))
    became = outcome((RENT,), found=(FIRST_OF_A, OF_B))
    assert judged(asked, became, "document").paragraph_ranks == (1,)
    assert judged(asked, became, "passage").paragraph_ranks == (None,)


def test_each_part_has_a_rank_and_the_first_one_counts_for_mrr():
    asked = question(gold("Es stürmt.", 3, "b.txt"), gold("Die Miete", 2), gold("Die Frist", 1))
    result = judged(asked, outcome((RENT,), found=(OF_B, SECOND_OF_A)))
    assert result.paragraph_ranks == (None, 2, 1)
    assert result.scores["retrieval.recall@1"] == pytest.approx(1 / 3)
    assert result.scores["retrieval.recall@5"] == pytest.approx(2 / 3)
    assert result.scores["retrieval.mrr@10"] == 1


def test_the_first_paragraph_that_holds_a_part_gives_its_rank():
    asked = question(gold("Die Miete"), gold("Es stürmt.", 1, "b.txt"), gold("Die Frist", 2))
    assert judged(asked, outcome((RENT,), found=(OF_B, FIRST_OF_A, SECOND_OF_A))).paragraph_ranks == (1, 2)


@pytest.mark.parametrize("unit", ["passage", "document"])
@pytest.mark.parametrize(
    ("rank", "at_1", "at_5", "reciprocal"),
    [(1, 1, 1, 1), (2, 0, 1, 1 / 2), (5, 0, 1, 1 / 5), (6, 0, 0, 1 / 6), (10, 0, 0, 1 / 10), (11, 0, 0, 0)],
)
def test_recall_and_mrr_have_their_limits(unit, rank, at_1, at_5, reciprocal):
    index = index_of({f"{number}.txt": "Es regnet." for number in range(12)})
    place = GoldPlace(source=f"{rank - 1}.txt", start=0, end=2, quote="Es")
    result = judged(question(place), outcome(found=tuple(range(12)), is_refused=True, evidence=()), unit, index)
    assert result.paragraph_ranks == (rank,)
    assert [result.scores[f"retrieval.{name}"] for name in ("recall@1", "recall@5", "mrr@10")] == [
        at_1, at_5, pytest.approx(reciprocal)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("quote", "source", "rank", "at_1", "at_3"),
    [("Der Mieter", "a.txt", 1, 1, 1), ("Miete ", "a.txt", 3, 0, 1), ("ruhe", "a.txt", 4, 0, 0)],
)
def test_evidence_counts_by_the_rank_of_the_first_right_sentence(quote, source, rank, at_1, at_3):
    result = judged(question(gold(quote, source=source)), outcome((NOTICE,)))
    assert (result.evidence_rank, result.scores["evidence.hit@1"], result.scores["evidence.hit@3"]) == (
        rank,
        at_1,
        at_3,
    )


# --- answers in words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "is_contained"),
    [
        ("drei", True),
        ("drei Monate", True),
        ("DREI monate", True),
        ("drei\n Monate", True),
        ("drei Monate.", True),
        ("Waffenruhe", True),
        ("Waffen-\nruhe gilt", True),
        ("MOZARTSTRASSE", True),
        ("Monate. Die Waffenruhe", True),
        ("Monat", False),
        ("rei", False),
        ("dreiMonate", False),
        ("d.ei", False),
        ("vier", False),
        ("Waffen", False),
        ("Miete", False),
    ],
)
def test_an_answer_is_contained_in_whole_words_in_any_case_and_over_line_breaks(answer, is_contained):
    result = judged(question(gold("Die Frist"), answers=(answer,)), outcome((NOTICE,), (TERM,), (TRUCE,)))
    assert result.scores["answer.contains"] == is_contained


def test_any_of_the_acceptable_answers_will_do():
    became = outcome((TERM,))
    assert judged(question(gold("Die Frist"), answers=("vier", "drei")), became).scores["answer.contains"] == 1
    assert judged(question(gold("Die Frist"), answers=("vier", "fünf")), became).scores["answer.contains"] == 0
    assert "answer.contains" not in judged(question(gold("Die Frist")), became).scores


def test_markers_are_no_part_of_an_answer():
    assert judged(question(gold("Die Frist"), answers=("1",)), outcome((TERM,))).scores["answer.contains"] == 0


@pytest.mark.parametrize("answer", ["", " ", "\u200b"])
def test_an_answer_without_characters_is_not_looked_for(answer):
    result = judged(question(gold("Die Frist"), answers=(answer,)), outcome(is_refused=True))
    assert "answer.contains" not in result.scores


# --- failures ----------------------------------------------------------------------------------------------------


def test_a_failure_is_wrong_in_all_that_applies():
    result = judge_failure(question(gold("Die Miete"), answers=("fällig",), kind="what"), "Es ging nicht.")
    assert set(result.scores) == {
        name for name in MEANS if not name.startswith(("citation.", "refusal."))
    }  # which take an answer, a refusal, or a question that is to be refused
    assert set(result.scores.values()) == {0}
    assert (result.status, result.is_right, result.would_be_right) == ("failed", False, False)
    assert (result.answer, result.confidence, result.cited, result.timings_ms) == ("Es ging nicht.", None, (), {})
    assert (result.is_answerable, result.kind) == (True, "what")


def test_a_failure_without_acceptable_answers_or_without_gold_has_fewer_scores():
    with_gold = judge_failure(question(gold("Die Miete")), "Es ging nicht.")
    assert "answer.contains" not in with_gold.scores
    assert judge_failure(question(answers=("fällig",)), "x").scores == {"refusal.recall": 0, "overall.right": 0}


@pytest.mark.parametrize("places", [(), (gold("Die Miete"),)])
def test_a_failure_has_no_score_that_an_outcome_of_the_same_question_has_not(places):
    asked = question(*places, answers=("fällig",) if places else ())
    failed = judge_failure(asked, "x").scores.keys()
    for became in (outcome((RENT,)), outcome(is_refused=True)):
        assert failed <= judged(asked, became).scores.keys()
