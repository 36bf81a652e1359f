"""`assistant evaluate` as a user meets it: contract, exit statuses, faults, interruption."""

import json
import re
import shutil

import pytest

from assistant import Assistant, cli_evaluate
from assistant.evaluation.metrics import METRICS
from tests.hostile_server import claims, hostile_server, says, status

SOURCE = "us-drohung-friedensverhandlungen-ukraine.txt"
QUOTE = "Das Problem ist jedoch, dass der Friedensprozess in der Ukraine nur ein Punkt auf der Agenda ist"
QUESTIONS = [
    {
        "id": "1",
        "question": "Welche Punkte stehen auf der Agenda der Neuordnung der Beziehungen zu Russland?",
        "answers": ["Raumfahrt"],
        "evidence": [{"source": SOURCE, "quote": QUOTE}],
        "kind": "what",
    },
    {"id": "2", "question": "Welche Partei regiert in Frankreich?", "refuse": True, "kind": "othertopic"},
    {"id": "3", "question": "Wer gewann 2014 die WM?", "refuse": True, "kind": "othertopic"},
]
PARAGRAPHS = ["Der Wal singt im Meer. Er wiegt dreißig Tonnen.", "Der Dackel bellt im Hof. Er jagt Füchse im Wald."]
SQUAD = {
    "version": "1.1",
    "data": [
        {
            "title": "Tiere",
            "paragraphs": [
                {
                    "context": PARAGRAPHS[0],
                    "qas": [
                        {
                            "id": "wal",
                            "question": "Wie viel wiegt der Wal?",
                            "answers": [{"text": "dreißig Tonnen", "answer_start": 32}],
                        }
                    ],
                },
                {
                    "context": PARAGRAPHS[1],
                    "qas": [
                        {
                            "id": "dackel",
                            "question": "Was jagt der Dackel?",
                            "answers": [{"text": "Füchse", "answer_start": 33}],
                        }
                    ],
                },
            ],
        }
    ],
}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def questions(tmp_path):
    """A set of three questions on the article."""
    file = tmp_path / "fragen.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in QUESTIONS), encoding="utf-8")
    return file


@pytest.fixture
def squad(tmp_path):
    """A set of two questions with its own paragraphs."""
    file = tmp_path / "tiere.json"
    file.write_text(json.dumps(SQUAD), encoding="utf-8")
    return file


def test_json_is_the_contract(run, home, questions):
    ran = run("evaluate", str(questions), "--json", home=home)
    assert ran.status == 0
    printed = json.loads(ran.out)
    assert (printed["set"], printed["questions"]) == ("fragen.jsonl", 3)
    assert set(printed["metrics"]) <= set(METRICS)
    assert {"value", "low", "high"} <= set(printed["metrics"]["refusal.recall"])
    assert printed["metrics"]["refusal.recall"]["value"] == 1
    assert printed["metrics"]["answer.contains"]["value"] == 1


def test_a_person_gets_tables(run, home, questions):
    ran = run("evaluate", str(questions), home=home)
    for shown in ("retrieval.mrr@10", "Ablehnungen", "othertopic", "Fragen: 3"):
        assert shown in ran.out


def test_tables_are_english_where_the_user_is(run, home, questions, monkeypatch):
    monkeypatch.setenv("ASSISTANT_LANGUAGE", "en")
    ran = run("evaluate", str(questions), home=home)
    assert "Kind of question" in ran.out
    assert "Frage" not in ran.out


def test_squad_is_asked_of_its_own_paragraphs_whose_index_is_kept(run, home, squad, tmp_path, monkeypatch):
    before = sorted((home / "index").rglob("*"))
    first = json.loads(run("evaluate", str(squad), "--json", home=home).out)
    assert first["metrics"]["evidence.hit@3"]["value"] == 1
    assert sorted((home / "index").rglob("*")) == before
    monkeypatch.setattr("assistant.pipeline.build_index", lambda *_: pytest.fail("the index is there"))
    second = json.loads(run("evaluate", str(squad), "--json", home=home).out)
    assert second["metrics"] == first["metrics"]


def test_a_set_without_its_documents_has_nothing_to_find(run, home, squad):
    hidden = json.loads(run("evaluate", str(squad), "--hide-gold", "--json", home=home).out)
    assert hidden["gold_is_hidden"]
    assert hidden["metrics"]["refusal.recall"]["value"] == 1
    assert "answer.correct" not in hidden["metrics"]


def test_questions_in_another_language_are_asked_of_the_paragraphs_with_their_ids(run, home, squad, tmp_path):
    english = json.loads(json.dumps(SQUAD))
    english["data"][0]["paragraphs"][0]["context"] = "The whale weighs thirty tons."
    english["data"][0]["paragraphs"][0]["qas"][0] |= {"question": "How much does the whale weigh?", "answers": []}
    english["data"][0]["paragraphs"][1]["qas"][0]["id"] = "another"
    file = tmp_path / "animals.json"
    file.write_text(json.dumps(english), encoding="utf-8")
    ran = json.loads(run("evaluate", str(file), "--paragraphs", str(squad), "--json", home=home).out)
    assert (ran["questions"], ran["left_out"], ran["paragraphs"]) == (1, 1, "tiere.json")
    assert ran["results"][0]["gold"][0]["quote"] == "dreißig Tonnen"


def test_several_sets_are_a_line_each(run, home, questions, squad):
    lines = run("evaluate", str(questions), str(squad), "--json", home=home).out.splitlines()
    assert [json.loads(line)["set"] for line in lines] == ["fragen.jsonl", "tiere.json"]


def test_sets_of_the_same_name_are_told_apart(run, home, questions, tmp_path):
    other = tmp_path / "alt" / "fragen.jsonl"
    other.parent.mkdir()
    other.write_text(json.dumps(QUESTIONS[1]) + "\n", encoding="utf-8")
    ran = run("evaluate", str(questions), str(other), str(other), "--report", str(tmp_path / "bericht"), home=home)
    assert ran.status == 0
    assert len(list((tmp_path / "bericht").glob("*.html"))) == 2


def test_a_report_that_cannot_be_written_is_told_before_anything_is_asked(run, home, questions, monkeypatch):
    monkeypatch.setattr(Assistant, "ask", lambda *_: pytest.fail("asked"))
    ran = run("evaluate", str(questions), "--report", str(questions), home=home)
    assert ran.status == 1
    assert str(questions) in ran.err


def test_a_fault_in_any_set_is_told_before_any_is_asked(run, home, questions, tmp_path, monkeypatch):
    faulty = tmp_path / "faul.jsonl"
    faulty.write_text("{}", encoding="utf-8")
    monkeypatch.setattr(Assistant, "ask", lambda *_: pytest.fail("asked"))
    ran = run("evaluate", str(questions), str(faulty), home=home)
    assert (ran.status, ran.out) == (1, "")
    assert "faul.jsonl" in ran.err


def test_answers_are_kept_until_they_have_been_told(run, home, questions, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(cli_evaluate, "print_evaluation", full)
        assert run("evaluate", str(questions), home=home).status == 1
    monkeypatch.setattr(Assistant, "ask", lambda *_: pytest.fail("asked again"))
    assert json.loads(run("evaluate", str(questions), "--json", home=home).out)["resumed"] == 3


def test_a_copy_of_the_document_that_answers_is_hidden_too(run, home, questions):
    shutil.copy(home / "corpus" / SOURCE, home / "corpus" / "kopie.txt")
    assert run("index", home=home).status == 0
    hidden = json.loads(run("evaluate", str(questions), "--hide-gold", "--json", home=home).out)
    assert hidden["results"][0]["status"] == "refused"
    assert hidden["results"][0]["cited"] == []


def test_what_files_say_does_not_steer_the_terminal(run, home, questions):
    hostile = {
        "id": "4",
        "question": "Wer?",
        "refuse": True,
        "kind": "\x1b]0;PWN\x07\n\x1b[31mrot :smile: " + "k" * 3000,
    }
    with questions.open("a", encoding="utf-8") as file:
        file.write(json.dumps(hostile) + "\n")
    ran = run("evaluate", str(questions), home=home)
    assert "\x1b" not in ran.out
    assert ":smile:" in ran.out
    assert "1.000" in ran.out
    with questions.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"id": "5", "question": "Wer?", "\x1b[31m\u202e" + "x" * 5000: 1}) + "\n")
    ran = run("evaluate", str(questions), home=home)
    assert not {"\x1b", "\u202e"} & set(ran.err)
    assert len(ran.err) < 1500


def test_a_name_that_is_no_unicode_is_shown(run, home, questions):
    other = questions.with_name("fr\udcff.jsonl")
    shutil.copy(questions, other)
    assert json.loads(run("evaluate", str(other), "--json", home=home).out)["set"] == "fr?.jsonl"


@pytest.mark.parametrize(
    "gates", ["answer.correct<0.5", '["answer.correct<0.5"]', "refusal.recall>=0.5, answer.correct < 0.5"]
)
def test_gates_stand_in_the_environment_too(run, home, questions, monkeypatch, gates):
    monkeypatch.setenv("ASSISTANT_GATES", gates)
    assert run("evaluate", str(questions), home=home).status == 4


def test_a_baseline_that_does_not_fit_is_told_and_nothing_measured_is_lost(run, home, questions, squad, tmp_path):
    earlier = tmp_path / "frueher.json"
    earlier.write_text(run("evaluate", str(squad), "--json", home=home).out, encoding="utf-8")
    ran = run("evaluate", str(questions), "--baseline", str(earlier), "--json", home=home)
    assert ran.status == 1
    assert "keine Frage" in ran.err
    assert json.loads(ran.out)["comparison"] is None


def test_a_gate_that_fails_exits_with_4_and_is_named(run, home, questions):
    gates = ("--gate", "refusal.recall>=0.9", "--gate", "answer.correct<0.5")
    ran = run("evaluate", str(questions), *gates, home=home)
    assert ran.status == 4
    assert "NICHT erreicht: answer.correct<0.5 (gemessen: 1)" in ran.out
    assert "erreicht: refusal.recall>=0.9 (1)" in ran.out


def test_gates_stand_in_assistant_toml_too(run, home, questions):
    (home / "assistant.toml").write_text('gates = ["answer.correct<0.5"]', encoding="utf-8")
    ran = run("evaluate", str(questions), "--json", home=home)
    assert ran.status == 4
    assert "NICHT erreicht: answer.correct<0.5" in ran.err
    assert json.loads(ran.out)["gates"][0]["is_passed"] is False


def test_a_gate_that_nothing_measures_fails(run, home, squad):
    assert run("evaluate", str(squad), "--gate", "refusal.recall>=0", home=home).status == 4


def test_a_baseline_shows_what_changed(run, home, questions, tmp_path):
    earlier = tmp_path / "frueher.json"
    earlier.write_text(run("evaluate", str(questions), "--json", home=home).out, encoding="utf-8")
    ran = run("evaluate", str(questions), "--risk", "0", "--baseline", str(earlier), home=home)
    assert ran.status == 0
    assert "Vorher richtig, jetzt falsch: 1" in ran.out
    assert QUESTIONS[0]["question"] in ran.out
    assert "risk: 0.05 -> 0.0" in ran.out
    assert re.search(r"least_confidence: 0\.\d+ -> 1\.0", ran.out)


def test_a_report_is_a_page_and_a_baseline(run, home, questions, tmp_path):
    ran = run("evaluate", str(questions), "--report", str(tmp_path / "bericht"), home=home)
    assert ran.status == 0
    (page,) = (tmp_path / "bericht").glob("*.html")
    assert str(page) in ran.err
    assert "fragen.jsonl" in page.read_text(encoding="utf-8")
    (saved,) = (tmp_path / "bericht").glob("*.json")
    assert run("evaluate", str(questions), "--baseline", str(saved), home=home).status == 0


def test_a_question_that_fails_is_told_and_the_others_are_asked(run, home, questions):
    with questions.open("a", encoding="utf-8") as file:
        file.write('{"id": "4", "question": "???", "refuse": true}\n')
    ran = run("evaluate", str(questions), home=home)
    assert ran.status == 1
    assert "Davon mit Fehler abgebrochen: 1" in ran.out


def test_an_interruption_loses_nothing(run, home, questions, monkeypatch):
    ask = Assistant.ask

    def interrupted(self, question, *rest):
        if question == QUESTIONS[2]["question"]:
            raise KeyboardInterrupt
        return ask(self, question, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(Assistant, "ask", interrupted)
        ran = run("evaluate", str(questions), home=home)
    assert ran.status == 130
    assert "macht dort weiter" in ran.err
    asked = []
    monkeypatch.setattr(
        Assistant, "ask", lambda self, question, *rest: asked.append(question) or ask(self, question, *rest)
    )
    again = json.loads(run("evaluate", str(questions), "--json", home=home).out)
    assert asked == [QUESTIONS[2]["question"]]
    assert (again["resumed"], again["questions"]) == (2, 3)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["gibtsnicht.jsonl"], "gibtsnicht.jsonl"),
        (["gibtsnicht.json"], "gibtsnicht.json"),
        (["fragen.csv"], "fragen.csv"),
        (["{questions}", "--gate", "x"], "Schwelle x"),
        (["{questions}", "--baseline", "gibtsnicht.json"], "gibtsnicht.json"),
        (["{questions}", "--paragraphs", "{squad}"], "--paragraphs"),
    ],
)
def test_bad_input_is_one_clear_sentence(run, home, questions, squad, arguments, named):
    ran = run("evaluate", *(one.format(questions=questions, squad=squad) for one in arguments), home=home)
    assert ran.status == 1
    assert named in ran.err
    assert ran.out == ""


def test_a_fault_in_a_set_is_told_with_its_line(run, home, questions):
    with questions.open("a", encoding="utf-8") as file:
        file.write('\n{"id": "4", "question": "Wer?", "evidence": [{"source": "x.txt", "quote": "y"}]}\n')
    ran = run("evaluate", str(questions), home=home)
    assert ran.status == 1
    assert "Zeile 5: kein Dokument heißt x.txt" in ran.err


WHAT = "Was erklärte Rubio in Paris?"
TRUE = (
    "Der US-Außenminister Marco Rubio erklärte gegenüber Reportern nach Gesprächen mit europäischen und ukrainischen "
    "Offiziellen in Paris: „Wenn es nicht möglich ist, den Krieg in der Ukraine zu beenden, müssen wir weitermachen.“"
)
FALSE = "Rubio erklärte es 300 Reportern."


@pytest.fixture
def worded(run, home, tmp_path, monkeypatch):
    """Evaluates three questions, of which two are asked of a server that behaves like this."""
    file = tmp_path / "fragen.jsonl"
    evidence = [{"source": SOURCE, "quote": "müssen wir weitermachen"}]
    asked = [{"id": str(n), "question": WHAT, "evidence": evidence} for n in (1, 2)] + [QUESTIONS[1] | {"id": "3"}]
    file.write_text("".join(json.dumps(one) + "\n" for one in asked), encoding="utf-8")
    arguments = ("evaluate", str(file), "--writer", "openai:small", "--risk", "0.2")

    def evaluated(*behaviours, options=("--json",), port=0):
        with hostile_server(*behaviours, port=port) as server:
            monkeypatch.setenv("OPENAI_BASE_URL", server.url)
            ran = run(*arguments, *options, home=home)
            return ran, server

    return evaluated


def test_what_a_model_did_as_the_writer_is_told(worded, tmp_path):
    ran, _ = worded(says(claims((TRUE, [1]))), says(claims((FALSE, [1]))))
    told = json.loads(ran.out)
    assert ran.status == 0
    assert told["wording"] | {"writer": ""} == {
        "writer": "",
        "worded": 1,
        "declined": 0,
        "instead": 1,
        "failed": 0,
        "last_failure": None,
        "dropped": {"number_not_in_evidence": 1},
    }
    assert [one["writer"] for one in told["results"]] == ["openai:small", "extractive", "openai:small"]
    assert told["results"][1]["dropped"][0]["text"] == FALSE
    ran, _ = worded(says('{"claims": []}'), options=("--report", str(tmp_path / "bericht")))
    said = "Schreiber openai:small: 0 Antworten formuliert, 2-mal keine gefunden"
    assert said in " ".join(ran.out.split())
    assert said in next((tmp_path / "bericht").glob("*.html")).read_text("utf-8")


def test_without_its_server_a_model_is_not_said_to_have_answered(worded):
    ran, server = worded(status(401))
    assert ran.status == 1
    assert ran.out == ""
    assert "verlangt einen Schlüssel" in ran.err
    assert "derselbe Befehl macht dort weiter" in ran.err
    assert len(server.requests) == 1


def test_where_a_model_failed_is_told_and_asked_again(worded):
    good = says(claims((TRUE, [1])))
    ran, server = worded(good, status(418))
    told = json.loads(ran.out)
    assert ran.status == 1
    assert (told["wording"]["worded"], told["wording"]["instead"], told["wording"]["failed"]) == (1, 1, 1)
    assert "ACHTUNG: Der Schreiber openai:small fiel bei 1 Fragen aus" in ran.err
    assert told["results"][1]["fallback"]
    ran, again = worded(good, port=server.server_port)
    told = json.loads(ran.out)
    assert (ran.status, told["resumed"], told["wording"]["worded"]) == (0, 2, 2)
    assert len(again.requests) == 1
    ran, again = worded(good, status(418))
    ran, other = worded(good)  # at another address it is another writer
    assert len(other.requests) == 2


def test_a_gate_that_a_set_cannot_measure_says_so(run, home, squad):
    ran = run("evaluate", str(squad), "--gate", "refusal.recall>=0.5", home=home)
    assert ran.status == 4
    assert "nicht messbar: refusal.recall>=0.5" in ran.out
