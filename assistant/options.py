"""What the commands' options have in common."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.messages import Text, language_of_terminal

if TYPE_CHECKING:
    from assistant.settings import Settings


def help_text(de: str, en: str) -> str:
    """Help in the terminal's language: it is written before settings are read."""
    return Text(de, en).to(language_of_terminal())


Home = Annotated[
    Path | None,
    typer.Option(
        help=help_text(
            "Ordner mit corpus/, index/ und assistant.toml; sonst ASSISTANT_HOME oder der aktuelle.",
            "Folder with corpus/, index/ and assistant.toml; otherwise ASSISTANT_HOME or the current one.",
        )
    ),
]
Writer = Annotated[
    str | None,
    typer.Option(
        help=help_text(
            "Wer die Antwort formuliert: extractive, ollama:MODELL, openai:MODELL, gguf:DATEI.",
            "Who words the answer: extractive, ollama:MODEL, openai:MODEL, gguf:FILE.",
        )
    ),
]


Risk = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=1,
        help=help_text(
            "Höchster Anteil zu Unrecht gegebener Antworten, 0 bis 1.",
            "Largest share of answers given wrongly, 0 to 1.",
        ),
    ),
]


def settings_of(context: typer.Context, home: Path | None, **options: object) -> "Settings":
    """The settings of the home folder that an option before or after the command names.

    Raises what is wrong usage for a writer that there is not, and the errors of `load_settings`.
    """
    from assistant.settings import load_settings

    if isinstance(writer := options.get("writer"), str):
        _ensure_writer(writer)
    return load_settings(home=home or context.obj, **options)


def _ensure_writer(name: str) -> None:
    from assistant.errors import WriterUnknown
    from assistant.records import EXTRACTIVE

    if name == EXTRACTIVE:
        return
    from assistant.writers.opening import kind_and_model

    try:
        kind_and_model(name)
    except WriterUnknown as error:
        raise typer.BadParameter(error.message(language_of_terminal())) from error
