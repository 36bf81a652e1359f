"""Files to Documents: read exactly, or not at all with the reason."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.corpus import file_named, files_in, name_of, read_document
from assistant.errors import (
    DocumentEmpty,
    DocumentError,
    DocumentNotText,
    DocumentUnreadable,
    FormatNotSupported,
    PathNotFound,
)
from assistant.extraction import Extraction
from tests.strategies import any_text


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    return tmp_path


@pytest.fixture(scope="module")
def lasting_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "corpus").mkdir()
    return folder


def written(home: Path, content: bytes, name: str = "corpus/a.txt") -> Path:
    file = home / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


# --- what is read ------------------------------------------------------------------------------------------------


@given(any_text)
def test_text_is_the_decoded_file_unchanged(lasting_home, text):
    content = f"Ein Satz.\r\n{text}\rEnde.\n".encode("utf-8", "ignore")
    file = written(lasting_home, content)
    if set(content) & (set(range(32)) - set(b"\t\n\v\f\r\x1b")):  # control characters that no text holds
        with pytest.raises(DocumentNotText):
            read_document(file, lasting_home)
    else:
        document = read_document(file, lasting_home)
        assert document.text == content.decode("utf-8")
        assert document.sha256 == document.text_sha256 == hashlib.sha256(content).hexdigest()


def test_line_ends_and_byte_order_mark_are_kept(home):
    document = read_document(written(home, b"\xef\xbb\xbfEins.\r\nZwei.\r\n"), home)
    assert document.text == "\ufeffEins.\r\nZwei.\r\n"
    assert document.quote(document.sentences[1]) == "Zwei."


def test_suffix_counts_without_case(home):
    assert read_document(written(home, b"Eins.", "corpus/A.TXT"), home).name == "A.TXT"


@pytest.mark.parametrize(
    ("content", "byte"),
    [
        ("Rat.".encode("utf-16-le"), 1),
        ("äh\x00".encode(), 3),
        (b"gut \xe2\x82", 4),
        (b"\x89PNG\r\n\x1a\n", 0),
        ("\ud800".encode("utf-8", "surrogatepass"), 0),
    ],
    ids=["utf-16 without mark", "zero byte", "cut off", "image", "surrogate"],
)
def test_what_is_no_text_is_refused_naming_the_byte(home, content, byte):
    with pytest.raises(DocumentNotText, match=rf"a\.txt .*byte {byte} "):
        read_document(written(home, content), home)


@pytest.mark.parametrize("content", [b"", b" \r\n\t\f\n", "\u00a0\u2003\n".encode()])
def test_file_without_words_is_empty(home, content):
    with pytest.raises(DocumentEmpty, match=r"a\.txt"):
        read_document(written(home, content), home)


def test_file_of_a_byte_order_mark_is_empty(home):
    with pytest.raises(DocumentEmpty):
        read_document(written(home, b"\xef\xbb\xbf\n"), home)


@pytest.mark.parametrize("name", ["corpus/a.doc", "corpus/a", "corpus/txt", "corpus/a.txt.gz"])
def test_other_formats_are_refused_naming_those_that_are_read(home, name):
    with pytest.raises(FormatNotSupported, match=r"\.pdf, \.txt"):
        read_document(written(home, b"Eins.", name), home)


def test_unreadable_file_is_refused_with_the_reason(home):
    loop = home / "corpus" / "a.txt"
    loop.symlink_to(loop)
    with pytest.raises(DocumentUnreadable, match=r"a\.txt cannot be read \(a link that leads to itself"):
        read_document(loop, home)
    assert name_of(loop, home) == "a.txt"


@pytest.mark.parametrize("target", ["notes.log", "notes", "no\x01tes.txt"])
def test_a_link_is_read_if_what_it_leads_to_is(home, target):
    link, file = home / "corpus" / "link.txt", written(home, b"Eins.", f"corpus/{target}")
    link.symlink_to(file)
    with pytest.raises(DocumentError, match=r"link\.txt"):
        read_document(link, home)
    other = home / "corpus" / "link.log"
    other.symlink_to(written(home, b"Eins.", "corpus/a.txt"))
    assert read_document(other, home) == read_document(file_named("a.txt", home), home)


@pytest.mark.parametrize("name", ["gone.txt", "folder.txt"])
def test_what_is_no_file_is_unreadable(home, name):
    (home / "folder.txt").mkdir()
    with pytest.raises(DocumentUnreadable, match=name):
        read_document(home / name, home)


def test_file_whose_name_is_not_utf_8_is_refused_or_can_be_stored(home):
    file = written(home, b"Eins.", "corpus/" + os.fsdecode(b"\xff.txt"))
    try:
        assert read_document(file, home).model_dump_json()
    except DocumentError as refused:
        assert str(refused).encode()


def test_pipe_is_refused(home):
    os.mkfifo(home / "corpus" / "a.txt")
    with pytest.raises(DocumentError):
        read_document(home / "corpus" / "a.txt", home)


def test_a_format_with_blocks_has_its_headings_from_them(home):
    file = written(home, b"<h1>Miete</h1><p>Er zahlt 500 Euro.</p><p>Sofort</p>", "corpus/a.HTML")
    document = read_document(file, home)
    assert [document.quote(span) for span in document.headings] == ["Miete"]
    assert [document.quote(span) for span in document.sentences] == ["Er zahlt 500 Euro.", "Sofort"]
    assert document.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert document.text_sha256 == hashlib.sha256(document.text.encode()).hexdigest()


def test_a_file_that_changes_while_it_is_read_is_refused(home):
    file = written(home, b"Eins.")

    class Changing(Extraction):
        def extract(self, file, name, suffix):
            extract = super().extract(file, name, suffix)
            file.write_bytes(b"Zwei.")
            return extract

    with pytest.raises(DocumentUnreadable, match="being changed"), Changing() as extraction:
        read_document(file, home, extraction)


# --- which files there are ---------------------------------------------------------------------------------------


def test_files_are_sorted_without_hidden_ones_and_provenance_notes(home):
    for name in ("b.txt", "a/c.pdf", "PROVENANCE.md", "a/PROVENANCE.txt", ".hidden.txt", ".git/d.txt", "a/.x/e.txt"):
        written(home, b"Eins.", f"corpus/{name}")
    assert list(files_in(home / "corpus")) == [home / "corpus/a/c.pdf", home / "corpus/b.txt"]


def test_folder_named_by_a_hidden_path_is_read(home):
    file = written(home, b"Eins.", ".notes/a.txt")
    assert list(files_in(home / ".notes")) == [file]


def test_file_yields_itself_and_nothing_is_an_error(home):
    file = written(home, b"Eins.")
    assert list(files_in(file)) == [file]
    with pytest.raises(PathNotFound, match="gone"):
        list(files_in(home / "gone"))


# --- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("corpus/a.txt", "a.txt"),
        ("corpus/x/a.txt", "x/a.txt"),
        ("a.txt", "./a.txt"),
        ("x/corpus/a.txt", "./x/corpus/a.txt"),
    ],
)
def test_name_is_the_path_in_the_corpus_or_in_the_home(home, place, name):
    assert name_of(home / place, home) == name
    assert read_document(written(home, b"Eins.", place), home).path == place


def test_name_of_a_file_outside_is_its_absolute_path(home, tmp_path_factory):
    outside = tmp_path_factory.mktemp("elsewhere") / "a.txt"
    outside.write_bytes(b"Eins.")
    document = read_document(outside, home)
    assert document.name == document.path == str(outside.resolve())


def test_name_does_not_depend_on_the_way_to_the_file(home, monkeypatch):
    file = written(home, b"Eins.")
    (home / "link.txt").symlink_to(file)
    monkeypatch.chdir(home / "corpus")
    assert {name_of(path, home) for path in (Path("a.txt"), Path("../corpus/a.txt"), home / "link.txt")} == {"a.txt"}


PARTS = st.text(st.characters(codec="utf-8", exclude_characters="/\x00\\"), min_size=1, max_size=8)
FILE_NAMES = PARTS.filter(lambda part: part not in (".", ".."))


@given(st.lists(FILE_NAMES, min_size=1, max_size=3), st.sampled_from(["corpus", "", "corpora", ".."]))
def test_file_named_is_the_inverse_of_name_of(lasting_home, parts, folder):
    file = lasting_home.joinpath(folder, *parts)
    assert file_named(name_of(file, lasting_home), lasting_home).resolve() == file.resolve()
