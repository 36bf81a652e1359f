"""What the README says is so: each command exists and runs, each file it names is there."""

import re
import shlex
import sys

import pytest

from assistant import Settings, cli
from tests.conftest import ROOT

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


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_of_the_readme_runs(line, monkeypatch, capsys, tmp_path, article_assistant, article_home):
    arguments = shlex.split(re.split(r"\s[#>|]", line)[0])[1:]
    answer = tmp_path / "antwort.json"
    answer.write_text(article_assistant.ask("Was erklärte Rubio in Paris?").reply.model_dump_json(), encoding="utf-8")
    is_endless = arguments[0] in ("ui", "chat") or (arguments[0] == "index" and len(arguments) > 1)
    arguments = [str(answer) if argument == "antwort.json" else argument for argument in arguments]
    monkeypatch.setattr("assistant.pipeline.SentenceTransformerEmbedder", lambda *_: article_assistant._embedder)
    monkeypatch.setattr(sys, "argv", ["assistant", *arguments, *(["--help"] if is_endless else [])])
    monkeypatch.setenv("ASSISTANT_HOME", str(article_home))
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code in (0, 3, None), capsys.readouterr().err


def test_each_file_of_the_readme_is_there():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_each_setting_is_in_the_readme_with_its_default():
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", README, re.MULTILINE))
    assert set(rows) == set(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        if field.default_factory is None:
            assert rows[name] == f"`{field.default}`"
