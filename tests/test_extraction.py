"""The process that reads files: limits, crashes, and bytes of all kinds."""

import os
import random
import sys
import zipfile
from pathlib import Path

import pytest

from assistant.corpus import read_document
from assistant.errors import DocumentBeyondLimit, DocumentDamaged, DocumentEncrypted, DocumentError, DocumentNotText
from assistant.extraction import Extraction
from assistant.limits import Limits
from assistant.readers.opening import FORMATS, PLAIN
from tests.made_documents import write, write_epub

SECTIONS = [
    ("Frist", [["Der Mieter kündigt.", "Die Frist beträgt drei Monate."]]),
    ("Miete", [["Sie beträgt 500 Euro."]]),
]
DISTINCT = [suffix for suffix in FORMATS if suffix not in (*PLAIN, ".htm", ".xhtml", ".markdown")]
TRIES = 60


@pytest.fixture(scope="module")
def extraction():
    with Extraction() as one:
        yield one


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A document of each format."""
    folder = tmp_path_factory.mktemp("made")
    for suffix in DISTINCT:
        write(folder / f"a{suffix}", SECTIONS)
    write_epub(folder / "b.epub", SECTIONS, prefix="book/")  # as some tools wrongly pack it
    return folder


def extract(extraction: Extraction, file: Path):
    return extraction.extract(file, file.name, file.suffix)


def stuck(tmp_path: Path, code: str, monkeypatch) -> None:
    """Let the process that reads run `code` before anything else."""
    (tmp_path / "sitecustomize.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))


ON_OPENING = """
import assistant.readers.opening as opening
def open_reader(suffix):
    {deed}
opening.open_reader = open_reader
"""


def test_every_format_is_read(extraction, made):
    for file in made.iterdir():
        assert "drei Monate" in extract(extraction, file).text


def test_the_process_serves_many_files_and_ends_with_the_block(made):
    with Extraction() as one:
        extract(one, made / "a.html")
        process = one._worker._process
        extract(one, made / "a.md")
        assert one._worker._process is process
    assert process.poll() is not None


def test_plain_text_is_read_without_a_process(tmp_path):
    (tmp_path / "a.txt").write_text("Es regnet.", encoding="utf-8")
    with Extraction() as one:
        assert extract(one, tmp_path / "a.txt").text == "Es regnet."
        assert one._worker is None


def test_errors_come_back_as_they_were_raised(extraction, tmp_path):
    (tmp_path / "a.md").write_bytes(b"Gr\xf6\xdfe \x00")
    with pytest.raises(DocumentNotText) as raised:
        extract(extraction, tmp_path / "a.md")
    assert raised.value.details == {"detail": "a.md", "byte": 2}
    (tmp_path / "a.epub").write_bytes(b"PK")
    with pytest.raises(DocumentDamaged) as damaged:
        extract(extraction, tmp_path / "a.epub")
    assert "kein Zip-Archiv" in damaged.value.message("de")
    with pytest.raises(OSError, match=r"gone\.pdf"):
        extract(extraction, tmp_path / "gone.pdf")


def test_a_file_that_takes_too_long_is_named_and_the_next_one_is_read(made, tmp_path, monkeypatch):
    stuck(tmp_path, ON_OPENING.format(deed="import time; time.sleep(60)"), monkeypatch)
    with Extraction(Limits(seconds=1)) as one:
        with pytest.raises(DocumentBeyondLimit, match=r"1 seconds.*ASSISTANT_FILE_SECONDS"):
            extract(one, made / "a.html")
        monkeypatch.undo()
        one.limits = Limits()
        assert extract(one, made / "a.md").text


def test_a_parser_that_crashes_is_a_reason_and_the_next_file_is_read(made, tmp_path, monkeypatch):
    stuck(tmp_path, ON_OPENING.format(deed="import os; os.abort()"), monkeypatch)
    with Extraction() as one:
        with pytest.raises(DocumentDamaged, match="crashed"):
            extract(one, made / "a.html")
        monkeypatch.undo()
        assert extract(one, made / "a.md").text


def test_a_crash_that_earlier_files_are_to_blame_for_costs_nothing(made):
    with Extraction() as one:
        expected = extract(one, made / "a.html")
        one._worker._process.kill()
        assert extract(one, made / "a.html") == expected


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux")
def test_a_file_that_takes_too_much_memory_is_named(made, tmp_path, monkeypatch):
    stuck(tmp_path, ON_OPENING.format(deed="bytearray(400_000_000)"), monkeypatch)
    with Extraction(Limits(memory_megabytes=300)) as one, pytest.raises(DocumentBeyondLimit, match="300 MB of memory"):
        extract(one, made / "a.html")


def test_what_a_library_prints_is_no_reply(made, tmp_path, monkeypatch):
    stuck(tmp_path, ON_OPENING.format(deed="import os; os.write(1, b'{}\\n'); raise KeyError('x')"), monkeypatch)
    with Extraction() as one, pytest.raises(DocumentDamaged, match="x"):
        extract(one, made / "a.html")


def test_modules_of_the_current_folder_are_not_imported(made, tmp_path, monkeypatch):
    (tmp_path / "lxml.py").write_text("raise SystemExit", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    with Extraction() as one:
        assert extract(one, made / "a.html").text


def test_a_file_that_is_too_large_is_named(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"Es regnet.\n" * 100_000)
    with Extraction(Limits(megabytes=1)) as one, pytest.raises(DocumentBeyondLimit, match="1 MB, 1 are allowed"):
        extract(one, tmp_path / "a.txt")


@pytest.mark.parametrize("suffix", [".docx", ".epub", ".odt"])
def test_an_archive_that_unpacks_to_far_more_is_named(extraction, tmp_path, suffix):
    with zipfile.ZipFile(tmp_path / f"a{suffix}", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.xml", b" " * 10_000_000)
    with pytest.raises(DocumentBeyondLimit, match="ASSISTANT_FILE_ARCHIVE_RATIO"):
        extract(extraction, tmp_path / f"a{suffix}")


@pytest.mark.parametrize("suffix", [".docx", ".epub", ".odt"])
def test_a_password_is_told(extraction, tmp_path, suffix):
    (tmp_path / f"a{suffix}").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000))
    with pytest.raises(DocumentEncrypted):
        extract(extraction, tmp_path / f"a{suffix}")


@pytest.mark.parametrize("suffix", DISTINCT)
def test_damaged_files_are_documents_or_refused(extraction, made, tmp_path, suffix):
    whole = (made / f"a{suffix}").read_bytes()
    file = tmp_path / "corpus" / f"a{suffix}"
    file.parent.mkdir()
    for seed in range(TRIES):
        dice = random.Random(seed)
        content = bytearray(whole)
        for _ in range(dice.randint(0, 12)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        if seed % 3 == 0:
            del content[dice.randrange(len(content)) :]
        elif seed % 3 == 1:
            at = dice.randrange(len(content))
            content[at : at + dice.randint(0, 40)] = dice.randbytes(dice.randint(0, 40))
        file.write_bytes(content)
        try:
            assert read_document(file, tmp_path, extraction).text
        except DocumentError as error:
            assert error.message("de").startswith(file.name)
