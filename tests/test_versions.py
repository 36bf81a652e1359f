"""What answers depend on changes with the code and with what was fitted."""

import pytest

from assistant import versions


@pytest.fixture
def package(tmp_path, monkeypatch):
    monkeypatch.setattr(versions, "__file__", str(tmp_path / "versions.py"))
    for name in ("evidence.py", "weights.json", "reader.safetensors", "notes.txt"):
        (tmp_path / name).write_bytes(b"1")
    (tmp_path / "evaluation").mkdir()
    (tmp_path / "evaluation" / "metrics.py").write_bytes(b"1")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("evidence.py", True),
        ("weights.json", True),
        ("reader.safetensors", True),
        ("notes.txt", False),
        ("evaluation/metrics.py", False),
    ],
)
def test_the_code_is_another_when_what_answers_depend_on_is(package, name, counts):
    before = versions.code_sha256.__wrapped__()
    (package / name).write_bytes(b"2")
    assert (versions.code_sha256.__wrapped__() != before) == counts
