"""What the README says is so: each command exists and runs, each file it names is there."""

import json
import re
import shlex
import shutil

import pytest

from assistant import Settings, cli
from assistant.evaluation.metrics import METRICS
from assistant.evaluation.own import QuestionLine
from tests.benchmarks import beside_plain_stack, figures
from tests.conftest import ROOT
from tests.test_cli_evaluate import QUESTIONS, SQUAD
from tests.test_evaluation import QUESTIONS as ARTICLE_QUESTIONS

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
SHELL_LINES = [
    line.removeprefix("$ ").strip()
    for block in re.findall(r"```(?:sh|console)\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith(("$ ", "make ", "assistant "))
]
COMMANDS = [line for line in SHELL_LINES if line.startswith("assistant ")]


def test_the_readme_begins_with_run_test_and_ask():
    first = [line.split("#")[0].split()[:2] for line in SHELL_LINES[:3]]
    assert [words[-1] for words in first] == ["run", "test", "ask"]


@pytest.mark.parametrize("target", [line.split()[1] for line in SHELL_LINES if line.startswith("make ")])
def test_each_make_target_exists(target):
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)


def test_each_command_is_in_the_readme():
    commands = {command.name or command.callback.__name__ for command in cli.app.registered_commands}
    assert commands <= {line.split()[1] for line in COMMANDS if len(line.split()) > 1}


@pytest.fixture
def folder(tmp_path, monkeypatch, article_assistant):
    """The current folder, with the files that the README's commands name."""
    reply = article_assistant.ask("Was erklärte Rubio in Paris?").reply
    (tmp_path / "antwort.json").write_text(reply.model_dump_json(), encoding="utf-8")
    (tmp_path / "fragen.jsonl").write_text("".join(json.dumps(one) + "\n" for one in QUESTIONS), encoding="utf-8")
    for name in ("xquad.de.json", "xquad.en.json"):
        (tmp_path / name).write_text(json.dumps(SQUAD), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_of_the_readme_runs(line, run, home, folder):
    arguments = shlex.split(re.split(r"\s(?:#|>|\|)\s", line)[0])[1:]
    is_endless = arguments[0] in ("ui", "chat") or (arguments[0] == "index" and len(arguments) > 1)
    if arguments[0] == "calibrate":  # takes more questions than the other commands are tried with
        shutil.copy(ARTICLE_QUESTIONS, folder / "fragen.jsonl")
    if "--baseline" in arguments:
        (folder / "frueher.json").write_text(run("evaluate", "fragen.jsonl", "--json", home=home).out, encoding="utf-8")
    ran = run(*arguments, "--help") if is_endless else run(*arguments, home=home)
    assert ran.status in (0, 3), ran.err


@pytest.mark.parametrize("block", re.findall(r"```console\n(.*?)```", README, re.DOTALL))
def test_each_sample_of_the_readme_is_what_is_printed(block, run, article_home, tmp_path, monkeypatch):
    """But for line breaks, and for figures in per cent, which processors may round otherwise."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSISTANT_HOME", str(article_home))
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
        line, _, file = command.partition(" > ")
        printed = run(*shlex.split(line)[1:], home=article_home).out
        if file:
            (tmp_path / file).write_text(printed, encoding="utf-8")
        else:
            assert _wording(printed) == _wording(shown)


def _wording(text: str) -> str:
    return re.sub(r"\d+ %", "N %", " ".join(text.split()))


def test_the_question_set_of_the_readme_is_one():
    (block,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    assert len([QuestionLine.model_validate_json(line) for line in block.splitlines()]) == 2


def test_each_field_of_a_question_and_each_figure_is_in_the_readme():
    fields = re.findall(r"^\| `(\w+)` \| [A-Zd`]", README.partition("## Measuring answers")[2], re.MULTILINE)
    assert set(fields) == set(QuestionLine.model_fields)
    told = README.partition("| figure | what it says |")[2].partition("## What")[0]
    for metric in METRICS:
        assert f"`{metric}`" in told or f"`@{metric.partition('@')[2]}`" in told


def test_the_figures_are_those_that_were_measured():
    assert figures.with_tables(README, figures.stored()) == README
    assert beside_plain_stack.with_table(README, beside_plain_stack.stored()) == README


def test_each_file_of_the_readme_is_there():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_each_setting_is_in_the_readme_with_its_default():
    section = README.partition("## Settings")[2].partition("## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", section, re.MULTILINE))
    assert set(rows) == set(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        if field.default_factory is None:
            assert rows[name] == (f"`{field.default}`" if field.default != "" else "")
