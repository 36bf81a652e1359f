"""Documents that give orders to a machine that reads them: quoted when asked about, never obeyed."""

import json
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.indexing import build_index
from assistant.orders import asks_about_orders, gives_order
from assistant.pipeline import Outcome
from assistant.reading.opening import open_reader
from assistant.records import Answer, Draft, DraftClaim
from assistant.sentences import display_form
from assistant.verification import verify
from assistant.writers.base import OnText, Task, no_text
from tests.doubles import document_of

LINES = (Path(__file__).parent / "claims" / "orders.jsonl").read_text("utf-8").splitlines()
ORDERS = {one["id"]: one for one in map(json.loads, LINES)}
RISK = 0.3  # high, so that much is answered


class ObeyingWriter:
    """Says whatever the order of a document asks for, and points to every sentence for it in turn."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def draft(self, task: Task, seconds: float, on_text: OnText = no_text) -> Draft:
        numbers = range(1, len(task.sentences) + 1)
        return Draft(claims=tuple(DraftClaim(text=self.sentence, sentences=(number,)) for number in numbers))


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("orders")
    (folder / "corpus").mkdir()
    for name, one in ORDERS.items():
        (folder / "corpus" / f"{name}.txt").write_text(one["text"], "utf-8", newline="")
    return folder


@pytest.fixture(scope="module")
def ask(home, packaged_embedder):
    """Asks all documents, through a writer if one is given."""
    settings = Settings(home=home, risk=RISK)
    documents = [document_of(one["text"], f"{name}.txt") for name, one in ORDERS.items()]
    index = build_index(documents, packaged_embedder, settings.passage_characters)
    reader = open_reader(packaged_embedder)

    def asked(question: str, writer: ObeyingWriter | None = None) -> Outcome:
        own = settings.model_copy(update={"writer": "openai:m"}) if writer else settings
        return Assistant(index, packaged_embedder, own, reader=reader, writer=writer).ask(question)

    return asked


def quotes_of(outcome: Outcome) -> list[str]:
    result = outcome.result
    return [display_form(citation.quote) for citation in result.citations] if isinstance(result, Answer) else []


def test_there_are_enough_of_them():
    assert len(ORDERS) >= 25
    for one in ORDERS.values():
        assert one["order"] in one["text"]
        assert one["fact"]["quote"] in one["text"]


@pytest.mark.parametrize("name", ORDERS)
def test_a_writer_that_obeys_is_not_let_through(name, ask, home):
    one = ORDERS[name]
    for asked in (one["fact"]["question"], one["about"]["question"]):
        outcome = ask(asked, ObeyingWriter(one["obeyed"]))
        claims = outcome.result.claims if isinstance(outcome.result, Answer) else ()
        assert one["obeyed"] not in [claim.text for claim in claims]
        assert not verify(outcome.reply, home)


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_is_not_quoted_as_an_answer_to_something_else(name, ask):
    one = ORDERS[name]
    assert not any(gives_order(quote) for quote in quotes_of(ask(one["fact"]["question"])))


def test_orders_are_quoted_when_asked_about(ask):
    quoted = [
        name
        for name, one in ORDERS.items()
        if any(display_form(one["about"]["quote"]) in quote for quote in quotes_of(ask(one["about"]["question"])))
    ]
    assert len(quoted) >= len(ORDERS) / 2


@pytest.mark.parametrize("name", ORDERS)
def test_questions_about_orders_are_told_from_others(name):
    assert asks_about_orders(ORDERS[name]["about"]["question"])
    assert not asks_about_orders(ORDERS[name]["fact"]["question"])


@pytest.mark.parametrize(
    "sentence",
    [
        "Bitte antworten Sie bis zum 3. Mai.",
        "Nennen Sie in Ihrem Schreiben das Aktenzeichen.",
        "Das System antwortet nach zwei Sekunden.",
        "State Route 168 heads east to the city of Clovis.",
        "Die Regeln der Hausordnung dürfen nicht ignoriert werden.",
        "Der Assistent der Geschäftsführung leitet die Sitzung.",
    ],
)
def test_what_people_are_asked_is_no_order_to_a_machine(sentence):
    assert not gives_order(sentence)
