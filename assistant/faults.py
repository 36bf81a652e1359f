"""What is wrong with what somebody wrote, in words: pydantic's findings in German and English."""

import json
from typing import Any

from pydantic import ValidationError

from assistant.messages import Text

FAULTS = {  # by pydantic's type of error, or our own
    "missing": Text(de="{where} fehlt", en="{where} is missing"),
    "extra_forbidden": Text(de="{where} ist unbekannt", en="{where} is unknown"),
    "json_invalid": Text(de="kein JSON-Objekt", en="no JSON object"),
    "model_type": Text(de="{where} ist kein JSON-Objekt", en="{where} is no JSON object"),
    "string_type": Text(de="{where} ist kein Text", en="{where} is no text"),
    "string_too_short": Text(de="{where} ist leer", en="{where} is empty"),
    "bool_type": Text(de="{where} ist nicht true oder false", en="{where} is not true or false"),
    "int_type": Text(de="{where} ist keine ganze Zahl", en="{where} is no whole number"),
    "float_type": Text(de="{where} ist keine Zahl", en="{where} is no number"),
    "greater_than": Text(de="{where} ist nicht größer als {gt}", en="{where} is not more than {gt}"),
    "greater_than_equal": Text(de="{where} ist kleiner als {ge}", en="{where} is less than {ge}"),
    "less_than_equal": Text(de="{where} ist größer als {le}", en="{where} is more than {le}"),
    "finite_number": Text(de="{where} ist nicht endlich", en="{where} is not finite"),
    "tuple_type": Text(de="{where} ist keine Liste", en="{where} is no list"),
    "literal_error": Text(de="{where} ist nicht {expected}", en="{where} is not {expected}"),
    "nul": Text(de="{where} enthält ein NUL-Zeichen", en="{where} holds a NUL character"),
    "evidence_missing": Text(
        de="evidence fehlt (oder refuse: true, wenn die Dokumente nicht antworten)",
        en="evidence is missing (or refuse: true where the documents do not answer)",
    ),
    "evidence_unexpected": Text(
        de="evidence und answers passen nicht zu refuse: true", en="evidence and answers do not go with refuse: true"
    ),
    "key_twice": Text(de="{key} steht zweimal in einem Objekt", en="{key} stands twice in one object"),
    "id_again": Text(de="die Kennung {id} gibt es schon", en="the id {id} is there already"),
    "source_unknown": Text(
        de="kein Dokument heißt {source} (vorhanden: {names})", en="no document is called {source} (there are: {names})"
    ),
    "quote_unknown": Text(
        de="{source} enthält nicht wörtlich „{quote}“", en="{source} does not hold, word for word, “{quote}”"
    ),
    "quote_on_another_page": Text(
        de="„{quote}“ steht in {source} nicht auf Seite {page}, sondern auf {pages}",
        en="“{quote}” is not on page {page} of {source}, but on {pages}",
    ),
    "quote_elsewhere": Text(
        de="„{quote}“ steht nicht in {source}, sondern in {other}", en="“{quote}” is not in {source}, but in {other}"
    ),
}
MOST = 200  # characters of a value that a fault shows
SAME_FAULT = {
    "int_parsing": "int_type",
    "float_parsing": "float_type",
    "bool_parsing": "bool_type",
    "list_type": "tuple_type",
    "int_from_float": "int_type",
    "model_attributes_type": "model_type",
}
OTHER = Text(de="{where}: {message}", en="{where}: {message}")
WHOLE = Text(de="der Eintrag", en="the entry")


def fault(kind: str, **values: object) -> Text:
    """A fault of a kind in words."""
    shown = {name: _short(value) for name, value in values.items()}
    return FAULTS.get(SAME_FAULT.get(kind, kind), OTHER).filled(**shown)


class KeyTwice(Exception):
    """Two values under one key of a JSON object: a reader could see the one that was not checked."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def ensure_each_key_once(content: str | bytes) -> None:
    """Raise KeyTwice if an object in some JSON text, which is valid, has two values under one key."""
    json.loads(content, object_pairs_hook=_without_duplicates)


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    unique: dict[str, object] = {}
    for key, value in pairs:
        if key in unique:
            raise KeyTwice(key)
        unique[key] = value
    return unique


def _short(value: object) -> object:
    return f"{value[:MOST]}…" if isinstance(value, str) and len(value) > MOST else value


def faults_of(error: ValidationError) -> list[Text]:
    """What pydantic found, in words, each with the field it was found in."""
    return [
        fault(
            one["type"],
            where=".".join(map(str, one["loc"])) or WHOLE,
            message=one["msg"],
            **_details(one.get("ctx", {})),
        )
        for one in error.errors()
    ]


def _details(context: dict[str, Any]) -> dict[str, Any]:
    """What pydantic tells beside, such as a limit; of what it would have expected, the German too."""
    expected = context.get("expected")
    if not isinstance(expected, str):
        return context
    return context | {"expected": Text(de=expected.replace(" or ", " oder "), en=expected)}
