"""Words for people, in German and English."""

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from assistant.records import Language


class Text(NamedTuple):
    """One message in both languages; placeholders are named as for `str.format`."""

    de: str
    en: str

    def to(self, language: "Language", **values: object) -> str:
        """The message in `language`, its placeholders filled in; without values it is complete already."""
        text = self.de if language == "de" else self.en
        return text.format(**values) if values else text

    def filled(self, **values: object) -> "Text":
        """The message with its placeholders filled in, in both languages; values may be messages themselves."""
        of_language = (
            {name: getattr(value, language) if isinstance(value, Text) else value for name, value in values.items()}
            for language in ("de", "en")
        )
        return Text(*(text.format(**of) for text, of in zip(self, of_language, strict=True)))


def language_of_terminal() -> "Language":
    """English where ASSISTANT_LANGUAGE, or else the locale, says so; otherwise German.

    >>> import os; os.environ["ASSISTANT_LANGUAGE"] = "en"; language_of_terminal()
    'en'
    """
    for variable in ("ASSISTANT_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "").lower()
        if value and value not in ("c", "posix", "c.utf-8"):
            return "en" if value.startswith("en") else "de"
    return "de"
