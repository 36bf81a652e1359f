"""What a person meets in the terminal."""

import io
import sys

import pytest
from rich.console import Console

from assistant import terminal
from assistant.enforcement import enforce, refuse
from assistant.pipeline import Outcome
from assistant.records import Draft, DraftClaim, Evidence, Reply, Span
from tests.doubles import document_of, inquiry

TEXT = "Die Frist ist drei \t Monate. Es regnet [red] :smile:."
DOCUMENTS = {"a.txt": document_of(TEXT)}


def reply() -> Reply:
    """An answer of two sentences in one claim; "drei Monate" answers."""
    months = Span(TEXT.index("drei"), TEXT.index("."))
    evidence = [
        Evidence(source="a.txt", span=span, probability=0.5, answer=months) for span in DOCUMENTS["a.txt"].sentences
    ]
    draft = Draft(claims=(DraftClaim(sentences=(1, 2)), DraftClaim(sentences=(2,))))
    return Outcome(enforce(inquiry(), draft, evidence, DOCUMENTS), {"total": 1.0}).reply


def test_words_stay_as_they_are(capsys):
    terminal.out("Der Code lautet :smile: und [red]rot[/red].")
    assert capsys.readouterr().out == "Der Code lautet :smile: und [red]rot[/red].\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_is_true_whatever_the_output_s_encoding(monkeypatch, encoding):
    said = reply().model_copy(update={"question": "Wie groß ist „x“ 😀?"})
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding, errors="replace"))
    terminal.out_json(said, indent=2)
    assert Reply.model_validate_json(raw.getvalue().decode(encoding)) == said
    assert ("ß".encode() in raw.getvalue()) == (encoding == "utf-8")


def test_progress_has_figures(monkeypatch):
    shown = Console(record=True, force_terminal=True, width=100, stderr=True)
    monkeypatch.setattr(terminal, "stderr", lambda: shown)
    with terminal.progress_bars("de", is_kept=True) as report:
        report("sentences", 26, 26)
    assert "26/26" in shown.export_text()


def test_the_words_that_answer_are_bold_in_a_terminal(monkeypatch):
    shown = Console(record=True, force_terminal=True, width=100, markup=False, highlight=False, emoji=False)
    monkeypatch.setattr(terminal, "console_of", lambda **options: shown)
    terminal.print_reply(reply(), "de")
    assert "Die Frist ist \x1b[1mdrei Monate\x1b[0m. Es regnet [red] :smile:. [1][2]" in shown.export_text(styles=True)


def test_elsewhere_the_answer_is_plain(capsys):
    terminal.print_reply(reply(), "de")
    assert capsys.readouterr().out.splitlines()[0] == reply().answer


def test_a_refusal_names_the_words_that_are_missing(capsys):
    refusal = refuse(inquiry("Wann war der Rücktritt?"), "premise_not_found", [], DOCUMENTS, missing=("Rücktritt",))
    terminal.print_reply(Outcome(refusal, {"total": 1.0}).reply, "de")
    assert capsys.readouterr().out.startswith("In den Dokumenten kommt nicht vor: „Rücktritt“.\n")


@pytest.mark.parametrize(("language", "page"), [("de", "a.txt, Seite 7, 0-"), ("en", "a.txt, page 7, 0-")])
def test_a_citation_has_its_page(capsys, language, page):
    said = reply()
    on_a_page = (said.citations[0].model_copy(update={"page": 7}), said.citations[1])
    terminal.print_reply(said.model_copy(update={"citations": on_a_page, "language": language}), "de")
    assert f"[1] {page}" in capsys.readouterr().out
