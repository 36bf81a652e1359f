"""What the extractive writer says: what answers, what that needs to be understood, and nothing twice."""

from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.anaphora import stands_alone
from assistant.context import MOST_CONTEXT, is_whole
from assistant.enforcement import enforce
from assistant.records import Answer, Evidence
from assistant.sentences import display_form
from assistant.writers.extractive import chosen, extractive, parts
from tests.doubles import document_of, inquiry
from tests.strategies import articles, documents

SWORD = "Eine Abkehr wäre ein Schwert."
ARMY = "Sie könnte der Armee schaden."
LOSS = "Das wäre ein Verlust."
RENT = "Die Miete beträgt 500 Euro."
TENANT = "Der Mieter kündigt schriftlich."
MAY = "Die Kündigung gilt ab dem 3. Mai."


def unmarked(evidence):
    return tuple(item.model_copy(update={"answer": None}) for item in evidence)


def said(question: str, text: str | dict[str, str], *ranked: tuple[str, float], limit: int = 3) -> list[str]:
    """What is said of sentences weighed so, the best first: the display form of each claim."""
    texts = {"a.txt": text} if isinstance(text, str) else text
    named = {name: document_of(content, name) for name, content in texts.items()}
    evidence = []
    for sentence, probability in ranked:
        name, _, quote = sentence.rpartition("|")
        document = named[name or "a.txt"]
        (span,) = [span for span in document.sentences if document.quote(span) == quote]
        evidence.append(Evidence(source=document.name, span=span, probability=probability))
    choice = chosen(question, evidence, named, limit)
    assert unmarked(choice.evidence[: len(evidence)]) == tuple(evidence)
    result = enforce(inquiry(question), extractive(choice), choice.evidence, named)
    assert isinstance(result, Answer)
    assert not result.dropped
    return [claim.text for claim in result.claims]


# --- what a sentence leans on ------------------------------------------------------------------------------------


def test_a_sentence_brings_the_one_that_it_leans_on():
    assert said("Was schadet?", f"{SWORD} {ARMY}", (ARMY, 0.9)) == [f"{SWORD} {ARMY}"]


def test_a_sentence_is_brought_whether_it_was_weighed_or_not():
    weighed = said("Was schadet?", f"{SWORD} {ARMY} {RENT}", (ARMY, 0.9), (RENT, 0.1), (SWORD, 0.05))
    assert weighed == [f"{SWORD} {ARMY}"]


def test_a_sentence_that_stands_alone_brings_none():
    assert said("Was?", f"{RENT} {SWORD}", (SWORD, 0.9)) == [SWORD]


def test_nothing_is_brought_from_another_section():
    assert said("Was?", f"Eins\n\n{SWORD}\n\nZwei\n\n{ARMY} {RENT}", (ARMY, 0.9)) == [ARMY]


NOT_ALLOWED = "Nicht erlaubt sind im Haus:"
RULES = f"{NOT_ALLOWED}\n\n- Grillen mit Holzkohle.\n- Schlangen. Sie sind giftig.\n- Musik nach 22 Uhr"


def test_an_item_brings_what_introduces_its_list():
    for item in ("- Grillen mit Holzkohle.", "- Schlangen.", "- Musik nach 22 Uhr"):
        assert said("Was?", RULES, (item, 0.9)) == [f"{NOT_ALLOWED} {item}"]
    both = said("Was?", RULES, ("- Musik nach 22 Uhr", 0.9), ("- Grillen mit Holzkohle.", 0.8))
    assert both == [f"{NOT_ALLOWED} - Grillen mit Holzkohle. - Musik nach 22 Uhr"]


def test_a_sentence_brings_what_introduces_it_and_no_other():
    assert said("Was?", f"Falsch ist:\n\n{RENT}", (RENT, 0.9)) == [f"Falsch ist: {RENT}"]
    assert said("Was?", f"Falsch ist:\n\n{RENT} {SWORD}", (SWORD, 0.9)) == [SWORD]


def test_what_introduces_a_list_brings_the_list_or_is_not_said():
    listed = "- Grillen mit Holzkohle. - Schlangen. Sie sind giftig. - Musik nach 22 Uhr"
    assert said("Was?", RULES, (NOT_ALLOWED, 0.9)) == [f"{NOT_ALLOWED} {listed}"]
    assert said("Was?", f"Falsch ist:\n\n{RENT} {SWORD}", ("Falsch ist:", 0.9)) == [f"Falsch ist: {RENT}"]
    alone = document_of("Es regnet. Nicht erlaubt sind:", "a.txt")
    evidence = [Evidence(source="a.txt", span=alone.sentences[1], probability=0.9)]
    assert chosen("Was?", evidence, {"a.txt": alone}, 3).claims == ()


def test_a_bare_answer_brings_its_question_or_is_not_said():
    asked = "Ist der Zutritt zum Dach verboten?"
    assert said("Ist das Dach erlaubt?", f"{asked} Nein.", ("Nein.", 0.9)) == [f"{asked} Nein."]
    alone = document_of("Nein. Der Zutritt ist erlaubt.", "a.txt")
    evidence = [Evidence(source="a.txt", span=alone.sentences[0], probability=0.9)]
    assert chosen("Ist das Dach erlaubt?", evidence, {"a.txt": alone}, 3).claims == ()


def test_an_item_under_a_heading_that_denies_it_is_not_said():
    text = "§ 3 Nicht versichert\n\na) Schäden durch Krieg\nb) Schäden durch Beben\n"
    document = document_of(text, "a.txt")
    evidence = [Evidence(source="a.txt", span=span, probability=0.9) for span in document.sentences]
    assert chosen("Was ist versichert?", evidence, {"a.txt": document}, 3).claims == ()
    allowed = document_of(text.replace("Nicht versichert", "Versichert"), "a.txt")
    evidence = [Evidence(source="a.txt", span=span, probability=0.9) for span in allowed.sentences]
    assert chosen("Was ist versichert?", evidence, {"a.txt": allowed}, 3).claims


def test_what_leans_on_a_piece_of_a_sentence_is_not_said():
    document = document_of("Das Haus " + "und das Haus " * 150 + "steht. Es brennt nicht. Er kam.", "a.txt")
    by_quote = {document.quote(span): span for span in document.sentences}
    evidence = [Evidence(source="a.txt", span=by_quote["Es brennt nicht."], probability=0.9)]
    assert chosen("Was?", evidence, {"a.txt": document}, 3).claims == ()


def test_what_is_brought_brings_no_more_than_two():
    text = f"{RENT} {SWORD} {ARMY} {LOSS} Deshalb wartet er."
    assert said("Was?", text, (LOSS, 0.9)) == [f"{SWORD} {ARMY} {LOSS}"]
    assert said("Was?", text, ("Deshalb wartet er.", 0.9)) == [f"{ARMY} {LOSS} Deshalb wartet er."]


def test_what_is_brought_and_chosen_is_said_once():
    assert said("Was?", f"{SWORD} {ARMY} {LOSS}", (ARMY, 0.5), (SWORD, 0.4), (LOSS, 0.4)) == [f"{SWORD} {ARMY} {LOSS}"]
    assert said("Was?", f"{SWORD} {ARMY}", (SWORD, 0.5), (ARMY, 0.4)) == [f"{SWORD} {ARMY}"]


def test_no_more_is_said_than_fits_but_the_best_is_understood():
    assert said("Was?", f"{SWORD} {ARMY} {RENT}", (ARMY, 0.5), (RENT, 0.5), limit=2) == [f"{SWORD} {ARMY}"]
    assert said("Was?", f"{SWORD} {ARMY} {RENT}", (RENT, 0.5), (ARMY, 0.5), limit=2) == [RENT]
    assert said("Was?", f"{SWORD} {ARMY}", (ARMY, 0.5), limit=1) == [f"{SWORD} {ARMY}"]


# --- nothing twice -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Die Miete endet im Mai.", "Die Miete endet in dem Mai."),
        (
            "Russische Soldaten, die in Umfang getötet und verwundet werden, würden weiterhin gedrängt.",
            "Russische Soldaten, die in hohem Umfang getötet und verwundet werden, würden weiterhin gedrängt.",
        ),
        ("Die Frist ist drei Monate.", "Die Frist ist 3 Monate."),
        ("Die Straße ist gesperrt.", "Die Strasse ist gesperrt."),
    ],
)
def test_sentences_that_say_the_same_are_one_and_the_better_stays(one, other):
    assert said("Was?", f"{one} {other}", (other, 0.5), (one, 0.4)) == [other]
    assert said("Was?", f"{one} {other}", (one, 0.5), (other, 0.4)) == [one]


def test_a_copy_of_a_document_is_not_said_again():
    texts = {"a.txt": f"{RENT} {TENANT}", "b.txt": f"{RENT} {TENANT}"}
    ranked = [(f"b.txt|{RENT}", 0.5), (f"a.txt|{RENT}", 0.5), (f"a.txt|{TENANT}", 0.4), (f"b.txt|{TENANT}", 0.4)]
    assert said("Was?", texts, *ranked) == [RENT, TENANT]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Die Miete beträgt 500 Euro.", "Die Miete beträgt 600 Euro."),
        ("Die Frist ist drei Monate.", "Die Frist ist sechs Monate."),
        ("Die Kündigung ist zulässig.", "Die Kündigung ist nicht zulässig."),
        ("Der Mieter kann kündigen.", "Der Mieter muss kündigen."),
        ("Die Miete zahlt der Mieter.", "Die Miete zahlt der Vermieter."),
        ("The rent can rise.", "The rent can't rise."),
    ],
)
def test_sentences_that_differ_in_what_turns_them_are_both_said(one, other):
    assert said("Was?", f"{one} {other}", (one, 0.5), (other, 0.4)) == [one, other]


# --- no filler ---------------------------------------------------------------------------------------------------


def test_a_sentence_much_less_probable_than_the_best_is_not_said():
    assert said("Was gilt?", f"{TENANT} {RENT}", (TENANT, 0.6), (RENT, 0.29)) == [TENANT]
    assert said("Was gilt?", f"{TENANT} {RENT}", (TENANT, 0.6), (RENT, 0.31)) == [TENANT, RENT]


def test_a_sentence_that_answers_an_open_part_of_the_question_is_said():
    asked = "Wie kündigt der Mieter und wann?"
    assert said(asked, f"{TENANT} {RENT} {MAY}", (TENANT, 0.6), (RENT, 0.25), (MAY, 0.2)) == [TENANT, MAY]
    assert said(asked, f"{TENANT} {MAY}", (TENANT, 0.6), (MAY, 0.1)) == [TENANT]
    assert said("Wie kündigt der Mieter?", f"{TENANT} {MAY}", (TENANT, 0.6), (MAY, 0.2)) == [TENANT]


def test_a_part_of_the_question_that_the_best_answers_is_not_open():
    both = "Der Mieter kündigt schriftlich zum 1. Juni."
    assert said("Wie kündigt der Mieter und wann?", f"{both} {MAY}", (both, 0.6), (MAY, 0.2)) == [both]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Wer kündigt und wann?", ["Wer kündigt", "wann?"]),
        ("Wer kündigt, und in welchem Jahr?", ["Wer kündigt", "in welchem Jahr?"]),
        ("Wer kündigt? Wann gilt das?", ["Wer kündigt", "Wann gilt das?"]),
        ("Who left and how many stayed?", ["Who left", "how many stayed?"]),
        ("Wer kauft Brot und Wein?", ["Wer kauft Brot und Wein?"]),
        ("Was wollen Mieter und Vermieter?", ["Was wollen Mieter und Vermieter?"]),
        ("Who and what?", ["Who", "what?"]),
        ("", [""]),
    ],
)
def test_the_parts_of_a_question(question, asked):
    assert parts(question) == asked


# --- any evidence ------------------------------------------------------------------------------------------------


def test_no_evidence_is_no_draft():
    assert extractive(chosen("Was?", [], {}, 3)).claims == ()


@given(documents("a.txt"), articles(), st.integers(1, 5), st.data())
def test_what_is_chosen_of_any_evidence(one, text, limit, data):
    by_name = {one.name: one, "b.txt": document_of(text, "b.txt")}
    offered = [(name, span) for name, document in by_name.items() for span in document.sentences]
    picked = data.draw(st.lists(st.sampled_from(offered), unique=True, min_size=1))
    shares = sorted(data.draw(st.lists(st.floats(0, 1), min_size=len(picked), max_size=len(picked))), reverse=True)
    evidence = [
        Evidence(source=name, span=span, probability=share) for (name, span), share in zip(picked, shares, strict=True)
    ]
    question = "Wer kündigt und wann?"
    choice = chosen(question, evidence, by_name, limit)
    assert chosen(question, evidence, by_name, limit) == choice
    assert unmarked(choice.evidence[: len(evidence)]) == tuple(evidence)
    marks = [(item.answer, item.span) for item in choice.evidence if item.answer]
    assert all(span.holds(mark) for mark, span in marks)
    context = choice.evidence[len(evidence) :]
    assert all(item.probability == 0 and item.span in by_name[item.source].sentences for item in context)
    numbers = [number for claim in choice.claims for number in claim]
    assert len(numbers) == len(set(numbers))
    assert 1 in numbers
    offers = [[choice.evidence[number - 1] for number in offer] for offer in choice.offers]
    assert set(range(len(evidence) + 1, len(choice.evidence) + 1)) <= {*numbers, *chain(*choice.offers)}
    assert all(is_whole([item.span for item in offer], by_name[offer[0].source]) for offer in offers)
    assert len(choice.claims) <= limit
    assert len(numbers) <= max(limit, 2 + MOST_CONTEXT)
    places = [(choice.evidence[number - 1].source, choice.evidence[number - 1].span) for number in numbers]
    assert all(before[0] != after[0] or before[1] < after[1] for before, after in pairwise(places))
    assert len({name for name, _ in places}) == len(
        [1 for before, after in pairwise([("", None), *places]) if before[0] != after[0]]
    )
    assert not places or places[0][0] == evidence[0].source or not choice.claims
    for claim in choice.claims:
        spans = [choice.evidence[number - 1].span for number in claim]
        document = by_name[choice.evidence[claim[0] - 1].source]
        quotes = [display_form(document.quote(span)) for span in spans]
        introduced = [any(quote.endswith(":") for quote in quotes[:number]) for number in range(len(quotes))]
        for number, (before, after) in enumerate(pairwise(spans), 1):
            assert document.sentence_before(after) == before or introduced[number]
            assert not stands_alone(quotes[number]) or introduced[number]
    shown = " ".join(display_form(by_name[name].quote(span)) for name, span in places)
    if shown:
        assert isinstance(enforce(inquiry(), extractive(choice), choice.evidence, by_name), Answer)
