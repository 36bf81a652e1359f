import errno
from pathlib import Path
from unittest.mock import Mock

import pytest

from assistant.errors import SettingsInvalid
from assistant.settings import load_settings


def test_options_win_over_environment_over_file_over_default(tmp_path, monkeypatch):
    assert load_settings(home=tmp_path).hits == 8
    (tmp_path / "assistant.toml").write_text("hits = 5\nport = 7000\nanswer_sentences = 2\n")
    monkeypatch.setenv("ASSISTANT_PORT", "7001")
    monkeypatch.setenv("ASSISTANT_ANSWER_SENTENCES", "1")
    settings = load_settings(home=tmp_path, answer_sentences=3)
    assert (settings.hits, settings.port, settings.answer_sentences) == (5, 7001, 3)


def test_home_comes_from_the_environment_and_brings_its_file(tmp_path, monkeypatch):
    (tmp_path / "assistant.toml").write_text("hits = 5\n")
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path))
    assert load_settings().home == tmp_path
    assert load_settings(home=None).hits == 5


def test_the_environment_is_read_in_capitals_or_not_and_empty_values_set_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("assistant_hits", "5")
    monkeypatch.setenv("ASSISTANT_PORT", "")
    monkeypatch.setenv("ASSISTANT_COLOUR", "red")
    monkeypatch.setenv("ASSISTANT_GATES", '["refusal.recall>=0.9", "answer.correct>=0.5"]')
    settings = load_settings(home=tmp_path)
    assert (settings.hits, settings.port) == (5, 7860)
    assert settings.gates == ("refusal.recall>=0.9", "answer.correct>=0.5")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("hits = 0", "hits"),
        ("hits = 'x'", "hits"),
        ("colour = 'red'", "colour"),
        ("hits = ", "assistant.toml"),
        ("file_seconds = nan", "file_seconds is not finite"),
        ("file_seconds = 0", "file_seconds is not more than 0"),
        ("file_memory_megabytes = 9223372036854775807", "file_memory_megabytes is more than 1000000"),
        ('host = "a\\u0000b"', "host holds a NUL character"),
    ],
)
def test_a_bad_setting_is_named(tmp_path, content, named):
    (tmp_path / "assistant.toml").write_text(content)
    with pytest.raises(SettingsInvalid, match=named):
        load_settings(home=tmp_path)


def test_a_bad_environment_value_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("ASSISTANT_PORT", "many")
    with pytest.raises(SettingsInvalid, match="port"):
        load_settings(home=tmp_path)


def test_the_home_folder_is_not_set_in_its_own_file(tmp_path):
    (tmp_path / "assistant.toml").write_text('home = "/elsewhere"', encoding="utf-8")
    with pytest.raises(SettingsInvalid, match=r'"home" in assistant\.toml'):
        load_settings(home=tmp_path)


def test_a_settings_file_that_is_none_is_named(tmp_path):
    (tmp_path / "assistant.toml").mkdir()
    with pytest.raises(SettingsInvalid, match=r"assistant\.toml is no regular file") as raised:
        load_settings(home=tmp_path)
    assert "assistant.toml ist keine gewöhnliche Datei" in raised.value.message("de")


def test_a_settings_file_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    (tmp_path / "assistant.toml").touch()
    monkeypatch.setattr(Path, "read_text", Mock(side_effect=PermissionError(errno.EACCES, "Permission denied")))
    with pytest.raises(SettingsInvalid) as raised:
        load_settings(home=tmp_path)
    assert "assistant.toml lässt sich nicht lesen (keine Berechtigung)" in raised.value.message("de")
