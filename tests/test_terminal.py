"""What a person meets in the terminal."""

from rich.console import Console

from assistant import terminal


def test_words_stay_as_they_are(capsys):
    terminal.out("Der Code lautet :smile: und [red]rot[/red].")
    assert capsys.readouterr().out == "Der Code lautet :smile: und [red]rot[/red].\n"


def test_progress_has_figures(monkeypatch):
    shown = Console(record=True, force_terminal=True, width=100, stderr=True)
    monkeypatch.setattr(terminal, "stderr", lambda: shown)
    with terminal.progress_bars("de", is_kept=True) as report:
        report("sentences", 26, 26)
    assert "26/26" in shown.export_text()
