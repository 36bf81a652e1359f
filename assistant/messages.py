"""Words for people, in German and English."""

import os
from typing import NamedTuple

from assistant.records import Language


class Text(NamedTuple):
    """One message in both languages; placeholders are named as for `str.format`."""

    de: str
    en: str

    def to(self, language: Language, **values: object) -> str:
        """The message in `language`, its placeholders filled in."""
        return (self.de if language == "de" else self.en).format(**values)


def language_of_terminal() -> Language:
    """English where ASSISTANT_LANGUAGE, or else the locale, says so; otherwise German.

    >>> import os; os.environ["ASSISTANT_LANGUAGE"] = "en"; language_of_terminal()
    'en'
    """
    for variable in ("ASSISTANT_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "").lower()
        if value and value not in ("c", "posix", "c.utf-8"):
            return "en" if value.startswith("en") else "de"
    return "de"
