"""`assistant index`: the index brought up to date, once or for as long as it is watched."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.messages import Text
from assistant.options import Home, help_text, settings_of
from assistant.terminal import print_index_report, progress_bars, stderr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.settings import Settings

FAILED = 1  # exit status

WATCHING = Text(
    de="Die Dokumente werden beobachtet; Ende mit Strg-C.", en="The documents are being watched; end it with Ctrl-C."
)
ENDED = Text(de="Beobachtung beendet.", en="Watching ended.")


def index(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH]...", show_default=False)] = None,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch",
            help=help_text(
                "Weiterlaufen und Änderungen der Dokumente übernehmen, bis Strg-C.",
                "Go on and take over changes of the documents, until Ctrl-C.",
            ),
        ),
    ] = False,
    home: Home = None,
) -> None:
    """Exit status 1 if a file could not be read; the others are in the index then."""
    settings = settings_of(context, home)
    if watch:
        _watch(settings, paths or ())
        return
    from assistant import pipeline

    with progress_bars(settings.language, is_kept=True) as progress:
        report = pipeline.build(settings, paths or (), progress)
    if print_index_report(report, settings.language):
        raise typer.Exit(FAILED)


def _watch(settings: "Settings", paths: "Sequence[Path]") -> None:
    """Update whenever files change, until Ctrl-C, which may come in the middle of one: it leaves the index before."""
    try:
        _take_over_changes(settings, paths)
    except KeyboardInterrupt:
        stderr().print(ENDED.to(settings.language))


def _take_over_changes(settings: "Settings", paths: "Sequence[Path]") -> None:
    """An error in one update does not end it."""
    from assistant.errors import AssistantError
    from assistant.pipeline import Updates
    from assistant.watching import looks_of, wait_for_change

    updates = Updates(settings, paths)
    console, is_first = stderr(), True
    while True:
        seen = looks_of(settings.home, paths, updates.files)
        try:
            with progress_bars(settings.language) as progress:
                report = updates.update(progress)
            if is_first or report.skipped or not report.changes.is_none:
                print_index_report(report, settings.language, is_brief=not is_first)
        except AssistantError as error:
            console.print(error.message(settings.language), soft_wrap=True)
        if is_first:
            console.print(WATCHING.to(settings.language))
        is_first = False
        wait_for_change(lambda: looks_of(settings.home, paths, updates.files), seen)
