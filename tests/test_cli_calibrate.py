"""`assistant calibrate` as a user meets it: the real model, the article, its questions."""

import json
import re

import pytest

from assistant import Assistant, notes, pipeline
from assistant.notes import CALIBRATION
from assistant.risk import NOT_KEPT, Calibration, Judged, Threshold, curve_from
from tests.test_cli import RUBIO, one_sentence
from tests.test_cli_evaluate import SQUAD
from tests.test_evaluation import QUESTIONS

LINES = QUESTIONS.read_text(encoding="utf-8").splitlines()
COUNT = len(LINES)
NOTE = "Die Kalibrierung entstand mit anderem Code"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def questions(tmp_path):
    """The questions on the article, in a file to be changed."""
    file = tmp_path / "fragen.jsonl"
    file.write_text("\n".join(LINES), encoding="utf-8")
    return file


@pytest.fixture
def calibrated(home, article_assistant):
    """The home folder's calibration, with which nothing is answered that is not certain."""
    calibration = Calibration(
        thresholds=(Threshold(risk=0.05, confidence=0.999), Threshold(risk=0.1, confidence=NOT_KEPT)),
        questions=30,
        fitted_on={"fragen.jsonl": "0" * 64},
        made_with=article_assistant.confidence_depends_on,
        written="2025-01-31T12:00:00+00:00",
    )
    notes.save_calibration(calibration, home / "index")
    return home / "index" / CALIBRATION


def test_json_is_the_contract_and_what_is_kept(run, home, questions):
    ran = run("calibrate", str(questions), "--risk", "0.5", "--json", home=home)
    assert ran.status == 0
    printed = json.loads(ran.out)
    assert (printed["risk"], printed["questions"], printed["failed"], printed["risk_is_kept"]) == (0.5, COUNT, 0, True)
    assert printed["after"]["wrong"]["value"] <= printed["after"]["wrong"]["high"] <= 0.5
    assert printed["before"]["least_confidence"] != printed["after"]["least_confidence"]
    kept = notes.load_calibration(home / "index")
    assert kept.model_dump(mode="json") == printed["calibration"]
    assert list(kept.fitted_on) == ["fragen.jsonl"]


def test_the_thresholds_are_those_of_the_answers_that_evaluate_gives(run, home, questions):
    assert run("calibrate", str(questions), "--risk", "0.5", home=home).status == 0
    evaluation = json.loads(run("evaluate", str(questions), "--json", home=home).out)
    judged = [Judged(one["confidence"], not one["is_answerable"]) for one in evaluation["results"]]
    assert notes.load_calibration(home / "index").thresholds == curve_from(judged)


def test_a_person_gets_before_and_after(run, home, questions, monkeypatch):
    ran = run("calibrate", str(questions), "--risk", "0.5", home=home)
    answerable = sum(not json.loads(line)["refuse"] for line in LINES)
    assert ran.out.splitlines()[0] == f"Fragen: {COUNT}, davon beantwortbar: {answerable}"
    assert [line.partition(":")[0] for line in ran.out.splitlines()[1:3]] == ["vorher", "nachher"]
    assert "risk = 0.5" in ran.out
    monkeypatch.setenv("ASSISTANT_LANGUAGE", "en")
    assert "after: threshold" in run("calibrate", str(questions), "--risk", "0.5", home=home).out


def test_what_is_kept_is_answered_by_and_reset_forgets_it(run, home, calibrated, article_assistant, article_settings):
    def threshold(risk: float) -> float:
        settings = article_settings.model_copy(update={"home": home, "risk": risk})
        return pipeline.open_assistant(settings).least_confidence

    default = article_assistant.least_confidence
    assert default < threshold(0.05) == 0.999
    assert run("ask", RUBIO, home=home).status == 3
    assert run("ask", RUBIO, "--risk", "1", home=home).status == 0
    assert run("calibrate", "--reset", home=home).status == 0
    assert not calibrated.exists()
    assert threshold(0.05) == default
    again = run("calibrate", "--reset", home=home)
    assert (again.status, again.out) == (0, "")
    assert "keine Kalibrierung" in again.err


def test_where_a_risk_cannot_be_kept_that_is_told_and_the_default_holds(run, home, questions):
    ran = run("calibrate", str(questions), "--risk", "0.01", home=home)
    assert ran.status == 0
    assert "bei keiner Schwelle, dass höchstens 1 % der Antworten zu Unrecht gegeben werden" in ran.err
    assert re.search(r"frühestens risk = 0\.\d+\. Bei risk = 0\.01", ran.err)
    assert "nachher" not in ran.out
    assert run("ask", RUBIO, "--risk", "1", home=home).status == 0


def test_a_changed_or_rebuilt_index_keeps_it(run, home, calibrated):
    content = calibrated.read_bytes()
    (home / "corpus" / "neu.txt").write_text("Der Mieter kündigt zum Monatsende.", encoding="utf-8")
    assert run("index", home=home).status == 0
    assert calibrated.read_bytes() == content
    (home / "index" / "CURRENT").write_text("?")
    assert run("index", home=home).status == 0
    assert calibrated.read_bytes() == content
    assert NOTE not in run("ask", RUBIO, home=home).err


@pytest.mark.parametrize("change", ["code", "setting"])
def test_what_other_code_or_another_setting_calibrated_does_not_hold_and_is_told_once(
    run, home, questions, calibrated, article_assistant, monkeypatch, change
):
    questions.write_text(LINES[0], encoding="utf-8")
    assert NOTE not in run("ask", RUBIO, home=home).err
    if change == "setting":
        monkeypatch.setenv("ASSISTANT_HITS", "7")
    else:
        monkeypatch.setattr(pipeline, "code_sha256", lambda *modules: "another")
    ran = run("evaluate", str(questions), "--json", home=home)
    assert json.loads(ran.out)["made_with"]["least_confidence"] == str(article_assistant.least_confidence)
    assert ran.err.count(NOTE) == 1
    assert "assistant calibrate SET" in ran.err


@pytest.mark.parametrize("damage", ["flip a byte", "truncate", "empty", "a folder"])
def test_damage_gets_one_clear_sentence_and_reset_mends_it(run, home, questions, calibrated, damage):
    content = bytearray(calibrated.read_bytes())
    match damage:
        case "flip a byte":
            content[content.index(b"0.") + 3] ^= 1
            calibrated.write_bytes(content)
        case "truncate":
            calibrated.write_bytes(content[:-2])
        case "empty":
            calibrated.write_bytes(b"")
        case "a folder":
            calibrated.unlink()
            calibrated.mkdir()
    for command in (["ask", RUBIO], ["evaluate", str(questions)]):
        ran = run(*command, home=home)
        assert one_sentence(ran)
        assert CALIBRATION in ran.err
        assert "assistant calibrate --reset" in ran.err
    assert run("calibrate", "--reset", home=home).status == 0
    assert run("ask", RUBIO, "--risk", "1", home=home).status == 0


def test_a_set_that_cannot_calibrate_is_told_before_anything_is_asked(run, home, questions, tmp_path, monkeypatch):
    monkeypatch.setattr(Assistant, "ask", lambda *_: pytest.fail("asked"))
    squad = tmp_path / "tiere.json"
    squad.write_text(json.dumps(SQUAD), encoding="utf-8")
    few = tmp_path / "wenige.jsonl"
    few.write_text("\n".join(LINES[:29]), encoding="utf-8")
    one_sort = tmp_path / "eine.jsonl"
    one_sort.write_text("\n".join(line for line in LINES if '"refuse": true' in line), encoding="utf-8")
    for arguments, named in (
        ([questions, squad], "tiere.json bringt seine eigenen Dokumente mit"),
        ([few], "29 Fragen sind für eine Kalibrierung zu wenig"),
        ([one_sort], "nicht beantworten"),
        ([tmp_path / "gibtsnicht.jsonl"], "gibtsnicht.jsonl"),
    ):
        ran = run("calibrate", *map(str, arguments), home=home)
        assert one_sentence(ran), named
        assert named in ran.err
    assert not (home / "index" / CALIBRATION).exists()


@pytest.mark.parametrize("arguments", [[], ["fragen.jsonl", "--reset"], ["fragen.jsonl", "--risk", "5"]])
def test_neither_sets_nor_reset_or_both_or_a_risk_out_of_range_is_wrong_usage(run, home, arguments):
    assert run("calibrate", *arguments, home=home).status == 2


def test_a_question_that_fails_is_told_and_the_others_are_calibrated_on(run, home, questions, monkeypatch):
    with questions.open("a", encoding="utf-8") as file:
        file.write('\n{"id": "x", "question": "???", "refuse": true}\n')
    ran = run("calibrate", str(questions), "--risk", "0.5", home=home)
    assert ran.status == 1
    assert "nicht gezählt: 1" in ran.out
    assert notes.load_calibration(home / "index").questions == COUNT


def test_an_interruption_loses_nothing(run, home, questions, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(notes, "save_calibration", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        ran = run("calibrate", str(questions), "--risk", "0.5", home=home)
    assert ran.status == 130
    assert "macht dort weiter" in ran.err
    monkeypatch.setattr(Assistant, "ask", lambda *_: pytest.fail("asked again"))
    assert run("calibrate", str(questions), "--risk", "0.5", home=home).status == 0
