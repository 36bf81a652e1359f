"""The command line as a user meets it: real processes for the contract, in-process runs for the rest."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib

import pytest

from tests.conftest import ARTICLE, ROOT, Ran

RUBIO = "Was erklärte Rubio in Paris?"
FRANCE = "Welche Partei regiert in Frankreich?"


@pytest.fixture
def saved(run, home, tmp_path):
    """A saved answer."""
    file = tmp_path / "answer.json"
    file.write_text(run("ask", RUBIO, "--json", home=home).out, encoding="utf-8")
    return file


def one_sentence(ran: Ran) -> bool:
    lines = ran.err.strip().splitlines()
    return ran.status == 1 and not ran.out and len(lines) == 1 and len(lines[0]) > 20


def test_a_real_process_answers_with_one_json_object_and_nothing_else(article_home, article_assistant):
    command = [sys.executable, "-m", "assistant", "ask", RUBIO, "--json", "--home", str(article_home)]
    first, second = (subprocess.run(command, capture_output=True, check=False, timeout=300) for _ in range(2))
    assert first.returncode == 0
    reply, again = json.loads(first.stdout), json.loads(second.stdout)
    text = ARTICLE.read_text(encoding="utf-8")
    assert reply["status"] == "answered"
    assert all(text[c["start"] : c["end"]] == c["quote"] for c in reply["citations"])
    reply.pop("timings_ms"), again.pop("timings_ms")
    assert reply == again
    assert list(json.loads(first.stdout)) == list(json.loads(second.stdout))


def test_help_imports_nothing_heavy():
    command = [sys.executable, "-X", "importtime", "-m", "assistant", "--help"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in ran.stderr.splitlines()}
    assert "typer" in imported
    data = "bm25s faiss llama_index matplotlib numpy pydantic pydantic_settings scipy torch transformers".split()
    assert not imported & {*data, "gradio", "platformdirs", "rich"}


def test_an_interruption_while_modules_are_imported_ends_quietly(tmp_path):
    (tmp_path / "typer.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"] == {
        "assistant": "assistant.__main__:main"
    }
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    for start in (["-m", "assistant"], ["-c", "from assistant.__main__ import main; main()"]):
        ran = subprocess.run([sys.executable, *start], capture_output=True, env=environment, check=False, timeout=60)
        assert (ran.returncode, ran.stdout, ran.stderr) == (130, b"", b"")


def test_a_question_asked_cold_imports_neither_torch_nor_what_builds_an_index(article_home, article_assistant):
    command = [sys.executable, "-X", "importtime", "-m", "assistant", "ask", RUBIO, "--home", str(article_home)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in ran.stderr.splitlines()}
    assert {"onnxruntime", "tokenizers", "faiss"} <= imported
    assert not imported & {"torch", "transformers", "sentence_transformers", "gradio"}
    assert not imported & {"bm25s", "llama_index", "matplotlib", "onnx", "scipy"}


def test_two_first_questions_at_once_are_both_answered_and_nobody_is_told_of_them(tmp_path):
    """Neither the model nor the index is there; onnxruntime would note each use in the cache and report it."""
    (tmp_path / "corpus").mkdir()
    shutil.copy(ARTICLE, tmp_path / "corpus")
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "assistant", "ask", RUBIO, "--home", str(tmp_path)]
    asking = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) for _ in range(2)
    ]
    answers = [process.communicate(timeout=300) for process in asking]
    assert [process.returncode for process in asking] == [0, 0], answers
    assert answers[0][0] == answers[1][0]
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["quellentreu"]
    assert len(list((tmp_path / "cache" / "quellentreu").glob("*int8*/model.onnx"))) == 1


def test_a_refusal_has_status_3_and_the_nearest_places(run, home):
    ran = run("ask", FRANCE, "--json", home=home)
    reply = json.loads(ran.out)
    assert (ran.status, reply["status"], reply["claims"], reply["citations"]) == (3, "refused", [], [])
    assert reply["refusal"]["nearest"]


def test_answers_for_people_carry_markers_and_places(run, home):
    ran = run("ask", RUBIO, home=home)
    assert ran.status == 0
    assert "[1] us-drohung-friedensverhandlungen-ukraine.txt" in ran.out
    assert run("ask", FRANCE, home=home).status == 3


def test_the_first_question_builds_the_index(run, tmp_path):
    (tmp_path / "corpus").mkdir()
    shutil.copy(ARTICLE, tmp_path / "corpus")
    assert run("ask", RUBIO, home=tmp_path).status == 0
    assert (tmp_path / "index" / "CURRENT").exists()


@pytest.mark.parametrize("question", ["", "   ", "?!", "x" * 100_000, "Was\x00sagte er?", "Was \x1b[31m sagte er?"])
def test_a_bad_question_gets_one_clear_sentence(run, home, question):
    assert one_sentence(run("ask", question, home=home))


def test_no_documents_get_one_clear_sentence(run, tmp_path):
    assert one_sentence(run("ask", RUBIO, home=tmp_path))
    assert one_sentence(run("index", home=tmp_path))


def test_wrong_usage_has_status_2(run):
    assert run("ask").status == 2
    assert run("nonsense").status == 2


@pytest.mark.parametrize(
    ("arguments", "german", "english"),
    [
        (["ask"], "QUESTION fehlt.", "Missing argument 'QUESTION'."),
        (["frage"], "Den Befehl frage gibt es nicht.", "No such command 'frage'."),
        (["ask", "--nix"], "Die Option --nix gibt es nicht.", "No such option: --nix"),
        (["ask", "Wer?", "--jsn"], "Die Option --jsn gibt es nicht. Es gibt: --json", "(Possible options: --json)"),
        (
            ["ask", "Wer", "kam"],
            'Zu viel ist: kam. Setzen Sie die Frage in Anführungszeichen: assistant ask "Wer sagte was?"',
            '(kam). Set the question in quotes: assistant ask "Who said what?"',
        ),
        (["sources", "x"], "Zu viel ist: x", "Got unexpected extra argument(s) (x)"),
        (["ask", "Wer?", "--risk"], "--risk braucht einen Wert.", "Option '--risk' requires an argument."),
        (["ask", "Wer?", "--json=1"], "--json nimmt keinen Wert.", "Option '--json' does not take a value."),
        (["ask", "Wer?", "--risk", "x"], "--risk ist keine Zahl.", "valid number"),
        (["ask", "Wer?", "--risk", "2"], "--risk ist mehr als 1.", "less than or equal to 1"),
        (["ask", "Wer?", "--risk", "-1"], "--risk ist weniger als 0.", "greater than or equal to 0"),
        (["ui", "--port", "x"], "--port ist keine Zahl.", "valid integer"),
        (["verify", "a\0b"], "FILE enthält ein NUL-Zeichen.", "'FILE': it holds a NUL character"),
        (["calibrate"], "Nennen Sie entweder Fragensätze oder --reset.", "Name either question sets or --reset."),
    ],
)
def test_wrong_usage_is_told_in_the_language_of_the_terminal(run, monkeypatch, arguments, german, english):
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.splitlines()[-1] == f"Fehler: {german}"
    if len(ran.err.splitlines()) > 1:
        assert ran.err.startswith("Aufruf: ") and "\nHilfe: " in ran.err
    monkeypatch.setenv("ASSISTANT_LANGUAGE", "en")
    assert english in run(*arguments).err


def test_unknown_source_and_writer_are_named(run, home):
    assert "nirgends.txt" in run("ask", RUBIO, "--source", "nirgends.txt", home=home).err
    assert "telepathic" in run("ask", RUBIO, "--writer", "telepathic", home=home).err


def test_bad_files_are_skipped_with_their_reason_and_the_rest_goes_in(run, home):
    (home / "corpus" / "bild.txt").write_bytes(b"\x89PNG\x00\x01")
    (home / "corpus" / "latin.txt").write_bytes(b"Gr\xf6\xdfe\x00")
    (home / "corpus" / "leer.txt").write_text(" \n")
    (home / "corpus" / "tabelle.xlsx").write_text("x")
    (home / "corpus" / "kreis.txt").symlink_to(home / "corpus" / "kreis.txt")
    ran = run("index", home=home)
    assert ran.status == 1
    assert all(name in ran.err for name in ("bild.txt", "latin.txt", "leer.txt", "tabelle.xlsx", "kreis.txt"))
    assert run("ask", RUBIO, home=home).status == 0


def test_a_file_that_breaks_keeps_what_was_indexed_of_it(run, home):
    article = home / "corpus" / ARTICLE.name
    article.write_bytes(b"\xff\xfe\x00")
    ran = run("index", home=home)
    assert ran.status == 1
    ran = run("ask", RUBIO, home=home)
    assert ran.status == 0
    assert "Hinweis" in ran.err


def test_index_adds_changes_and_removes(run, home, tmp_path):
    extra = tmp_path / "vertrag.txt"
    extra.write_text("Die Kündigungsfrist beträgt drei Monate zum Quartalsende.\n", encoding="utf-8")
    assert "neu (1)" in run("index", str(extra), home=home).err
    assert "vertrag.txt" in run("sources", home=home).out
    assert "unverändert (2)" in run("index", home=home).err
    extra.write_text("Die Kündigungsfrist beträgt vier Monate zum Quartalsende.\n", encoding="utf-8")
    assert "geändert (1)" in run("index", home=home).err
    only = json.loads(run("ask", "Wie lang ist die Kündigungsfrist?", "--json", "--source", str(extra), home=home).out)
    assert [c["source"] for c in only["citations"]] in ([str(extra)], [])
    extra.unlink()
    assert "entfernt (1)" in run("index", home=home).err


@pytest.mark.parametrize("left", [{}, {"latin.txt": b"Gr\xf6\xdfe\x00"}], ids=["nothing", "an unreadable file"])
@pytest.mark.parametrize("is_damaged", [False, True])
def test_the_index_outlasts_its_last_document(run, home, left, is_damaged):
    (home / "corpus" / ARTICLE.name).unlink()
    for name, content in left.items():
        (home / "corpus" / name).write_bytes(content)
    if is_damaged:
        (home / "index" / "CURRENT").unlink()
    ran = run("index", home=home)
    assert ran.status == 1
    assert ("der Index bleibt" in ran.err.splitlines()[-1]) == (not left or not is_damaged)
    asked = run("ask", RUBIO, home=home)
    assert one_sentence(asked) if is_damaged else (asked.status, ARTICLE.name in asked.err) == (0, True)
    (home / "corpus" / "a.txt").write_text("Die Frist beträgt drei Monate.", encoding="utf-8")
    assert "1 Dokument," in run("index", home=home).err


@pytest.mark.parametrize("damage", ["truncate", "remove a file", "remove the generation", "flip a byte"])
def test_a_damaged_index_gets_one_clear_sentence_and_is_mended_by_the_command_it_names(run, home, damage):
    generation = home / "index" / (home / "index" / "CURRENT").read_text()
    file = generation / "documents.jsonl"
    match damage:
        case "truncate":
            file.write_bytes(file.read_bytes()[:100])
        case "remove a file":
            file.unlink()
        case "remove the generation":
            shutil.rmtree(generation)
        case "flip a byte":
            content = bytearray(file.read_bytes())
            content[len(content) // 2] ^= 1
            file.write_bytes(content)
    ran = run("ask", RUBIO, home=home)
    assert one_sentence(ran)
    assert "assistant index" in ran.err
    assert run("index", home=home).status == 0
    assert run("ask", RUBIO, home=home).status == 0


def test_an_index_of_another_model_gets_one_clear_sentence(run, home, monkeypatch):
    monkeypatch.setenv("ASSISTANT_MODEL", "some/other-model")
    ran = run("ask", RUBIO, home=home)
    assert one_sentence(ran)
    assert "some/other-model" in ran.err
    assert "assistant index" in ran.err


def test_a_port_in_use_gets_one_clear_sentence(run, home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = run("ui", "--port", str(taken.getsockname()[1]), home=home)
    assert ran.status == 1
    assert "Port" in ran.err.strip().splitlines()[-1]


def test_verify_accepts_what_was_saved(run, home, saved):
    ran = run("verify", str(saved), home=home)
    assert (ran.status, ran.err) == (0, "")
    assert "belegt" in ran.out


def test_verify_names_the_changed_source(run, home, saved):
    source = home / "corpus" / ARTICLE.name
    source.write_text(source.read_text(encoding="utf-8").replace("Paris", "Parus", 1), encoding="utf-8")
    ran = run("verify", str(saved), home=home)
    assert ran.status == 1
    assert ran.out.startswith(f"Quelle {ARTICLE.name}")


def test_verify_names_the_changed_quote(run, home, saved):
    saved.write_text(re.sub('"quote": "..', '"quote": "Wa', saved.read_text(encoding="utf-8")), encoding="utf-8")
    ran = run("verify", str(saved), home=home)
    assert ran.status == 1
    assert ran.out.startswith("Zitat 1")


def test_verify_finds_quotes_that_moved_and_gives_the_answer_with_their_places(run, home, saved):
    source = home / "corpus" / ARTICLE.name
    source.write_bytes(b"Vorwort\n\nEs regnet.\n\n" + source.read_bytes())
    source.rename(source.with_name("neu.txt"))
    ran = run("verify", str(saved), home=home)
    assert ran.status == 5
    assert ran.out.startswith("Zitat 1: es steht jetzt in neu.txt, ")
    ran = run("verify", str(saved), "--json", home=home)
    found = json.loads(ran.out)
    assert (ran.status, found["status"], found["problems"]) == (5, "moved", [])
    saved.write_text(json.dumps(found["reply"]), encoding="utf-8")
    assert run("verify", str(saved), home=home).status == 0
    source.with_name("neu.txt").unlink()
    ran = run("verify", str(saved), "--json", home=home)
    assert (ran.status, json.loads(ran.out)["status"]) == (1, "source changed")
    assert "belegen die Antwort nicht mehr" in run("verify", str(saved), home=home).out


def test_verify_refuses_a_fragment_that_could_turn_the_meaning(run, home, saved):
    reply = json.loads(saved.read_text(encoding="utf-8"))
    citation, claim = reply["citations"][0], reply["claims"][0]
    citation["end"] -= 1
    citation["quote"] = citation["quote"][:-1]
    claim["text"] = claim["text"][:-1]
    reply["answer"] = reply["answer"].replace(". [1]", " [1]")
    saved.write_text(json.dumps(reply), encoding="utf-8")
    ran = run("verify", str(saved), home=home)
    assert ran.status == 1
    assert "kein ganzer Satz" in ran.out


def test_verify_refuses_a_second_value_under_one_key(run, home, saved):
    content = saved.read_text(encoding="utf-8")
    saved.write_text('{"answer": "Der Mond ist aus Käse.",' + content.removeprefix("{"), encoding="utf-8")
    assert one_sentence(run("verify", str(saved), home=home))


def test_verify_refuses_a_detour_to_the_source(run, home, saved):
    content = saved.read_text(encoding="utf-8")
    saved.write_text(content.replace(f'"{ARTICLE.name}"', f'"./corpus/{ARTICLE.name}"'), encoding="utf-8")
    assert run("verify", str(saved), home=home).status == 1


def test_a_missing_home_is_named_and_not_made(run, tmp_path):
    missing = tmp_path / "nirgends"
    for command in (["ask", RUBIO], ["index"], ["sources"]):
        ran = run(*command, home=missing)
        assert one_sentence(ran)
        assert "nirgends" in ran.err
    assert not missing.exists()


def test_a_file_that_was_never_readable_is_not_said_to_have_changed(run, home):
    (home / "corpus" / "latin.txt").write_bytes(b"Gr\xf6\xdfe\x00")
    assert "latin.txt" in run("index", home=home).err
    (home / "corpus" / ARTICLE.name).touch()
    run("index", str(home / "corpus"), home=home)
    assert "Hinweis" not in run("ask", RUBIO, home=home).err


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"question": 1', "\x00"])
def test_verify_refuses_what_is_no_answer(run, home, tmp_path, content):
    file = tmp_path / "x.json"
    file.write_text(content)
    assert one_sentence(run("verify", str(file), home=home))
    assert one_sentence(run("verify", str(tmp_path / "missing.json"), home=home))


def test_chat_answers_each_line_and_survives_a_bad_one(run, home, monkeypatch):
    lines = iter([f"{RUBIO}\n", "?!\n", "\n", f"{FRANCE}\n", ""])
    monkeypatch.setattr(sys.stdin, "readline", lambda: next(lines))
    ran = run("chat", home=home)
    assert ran.status == 0
    assert "Rubio" in ran.out
    assert "keine Wörter" in ran.err
    assert "In den Dokumenten kommt nicht vor: „Partei“." in ran.out


def test_messages_are_english_where_the_user_is(run, home, monkeypatch):
    monkeypatch.setenv("ASSISTANT_LANGUAGE", "en")
    assert "holds no words" in run("ask", "?", home=home).err


def test_one_is_told_as_one(run, tmp_path, monkeypatch):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("Die Frist beträgt drei Monate.\n", encoding="utf-8")
    assert "Index: 1 Dokument, 1 Passage, 1 Satz." in run("index", home=tmp_path).err
    (tmp_path / "corpus" / "b.txt").write_text("Es regnet heute. Morgen schneit es.\n", encoding="utf-8")
    monkeypatch.setenv("ASSISTANT_LANGUAGE", "en")
    assert "Index: 2 documents, 2 passages, 3 sentences." in run("index", home=tmp_path).err


def test_of_a_refusal_the_nearest_places_are_verified(run, home, tmp_path):
    saved = tmp_path / "antwort.json"
    saved.write_text(run("ask", "Welche Partei regiert in Frankreich?", "--json", home=home).out, encoding="utf-8")
    assert run("verify", str(saved), home=home).out == "Alles belegt, Zeichen für Zeichen (nächste Stellen: 3).\n"
    gone = run("verify", "nix.json", home=home)
    assert (gone.status, gone.err) == (1, "nix.json gibt es nicht. Prüfen Sie den Pfad.\n")


def test_the_risk_of_the_readme_changes_what_is_answered(run, home):
    (question, risk) = re.findall(
        r'^assistant ask "(.*)" --risk (\S+)', (ROOT / "README.md").read_text("utf-8"), re.MULTILINE
    )[0]
    assert run("ask", question, home=home).status == 3
    assert run("ask", question, "--risk", risk, home=home).status == 0
