"""Wrong usage told in German: typer knows English only."""

import re
from typing import TYPE_CHECKING

from assistant.messages import Text

if TYPE_CHECKING:
    from assistant.records import Language

GERMAN = (  # what typer says, to what that means
    (r"^Usage:", "Aufruf:"),
    (r"^Try '(.+)' for help\.$", r"Hilfe: \1"),
    (r"^Error: ", "Fehler: "),
    (r"No such option: (\S+)", r"Die Option \1 gibt es nicht."),
    (r"\(Possible options: (.+)\)$", r"Es gibt: \1"),
    (r"No such command '(.+)'\.$", r"Den Befehl \1 gibt es nicht."),
    (r"Missing (?:argument|option|parameter) '(.+)'\.$", r"\1 fehlt."),
    (r"Got unexpected extra argument\(s\) \((.+)\)$", r"Zu viel ist: \1"),
    (r"Option '(.+)' requires an argument\.$", r"\1 braucht einen Wert."),
    (r"Option '(.+)' does not take a value\.$", r"\1 nimmt keinen Wert."),
    (r"Invalid value for '(.+?)':", r"\1"),
    (r"Invalid value: ", ""),
    (r"Input should be a valid (?:number|integer).*$", "ist keine Zahl."),
    (r"Input should be less than or equal to (\S+)$", r"ist mehr als \1."),
    (r"Input should be greater than or equal to (\S+)$", r"ist weniger als \1."),
    (r"it holds a NUL character", "enthält ein NUL-Zeichen."),
)

_UNQUOTED = re.compile(r"\bask\b.*^Error: Got unexpected extra argument", re.MULTILINE | re.DOTALL)
QUOTE_IT = Text(
    de='Setzen Sie die Frage in Anführungszeichen: assistant ask "Wer sagte was?"',
    en='Set the question in quotes: assistant ask "Who said what?"',
)


def wrong_usage(told: str, language: "Language") -> str:
    r"""What typer tells of wrong usage, in `language`.

    >>> wrong_usage("Error: No such option: --nix\n", "de")
    'Fehler: Die Option --nix gibt es nicht.\n'
    """
    told = told.replace("Value error, embedded null byte", "it holds a NUL character")
    is_unquoted = _UNQUOTED.search(told) is not None
    for pattern, german in GERMAN if language == "de" else ():
        told = re.sub(pattern, german, told, flags=re.MULTILINE)
    return f"{told.rstrip()}. {QUOTE_IT.to(language)}\n" if is_unquoted else told
