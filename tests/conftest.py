"""The real model over the real article, made once; what needs neither uses `tests.doubles`."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Settings, load_settings, open_assistant

ROOT = Path(__file__).parents[1]
ARTICLE = ROOT / "corpus" / "us-drohung-friedensverhandlungen-ukraine.txt"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see no ASSISTANT_* of the shell, no hub, and German messages."""
    for name in ("ASSISTANT_HOME", "ASSISTANT_MODEL", "ASSISTANT_PORT", "ASSISTANT_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("ASSISTANT_LANGUAGE", "de")


@pytest.fixture(scope="session")
def article_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the article in its corpus."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(ROOT / "corpus", home / "corpus")
    return home


@pytest.fixture(scope="session")
def article_settings(article_home: Path) -> Settings:
    """The default settings for that home."""
    return load_settings(home=article_home)


@pytest.fixture(scope="session")
def article_assistant(article_settings: Settings) -> Iterator[Assistant]:
    """The real assistant over the article; its index lies in `article_home`."""
    yield open_assistant(article_settings)
