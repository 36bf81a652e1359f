"""Keys and passwords that a server was given, and may send back: nobody is shown them."""

import re
from collections.abc import Sequence

LEAST = 6  # characters: shorter ones are no secret, and stand in other words
HIDDEN = "***"
_UNSEEN = r"\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
_ANY_UNSEEN = re.compile(f"[{_UNSEEN}]*")


class Secrets:
    """What is not to be shown."""

    def __init__(self, *secrets: str) -> None:
        """Those that are too short to be secret are left out."""
        self._secrets = tuple(secret for secret in secrets if len(secret) >= LEAST)
        self._patterns = [
            re.compile(f"[{_UNSEEN}]*".join(map(_spelled, secret)), re.IGNORECASE) for secret in self._secrets
        ]

    def hidden_in(self, text: str) -> str:
        r"""The text without them, nor a beginning of one at its end, where it was cut off.

        What nobody sees may stand between their characters; these may be written as in JSON.

        >>> Secrets("sk-secret-1234").hidden_in("Er heißt SK-secret-\u200b1234, nein sk-secret")
        'Er heißt ***, nein ***'
        """
        text = self._replaced(text)
        start = self._start_of_tail(text)
        return text[:start] + HIDDEN if len(_ANY_UNSEEN.sub("", text[start:])) >= LEAST else text

    def hidden_so_far(self, text: str) -> str:
        """The same of a text that goes on: any end that may become one of them is held back.

        >>> Secrets("sk-secret-1234").hidden_so_far("Er heißt s")
        'Er heißt '
        """
        text = self._replaced(text)
        return text[: self._start_of_tail(text)]

    def _replaced(self, text: str) -> str:
        for pattern in self._patterns:
            text = pattern.sub(HIDDEN, text)
        return text

    def _start_of_tail(self, text: str) -> int:
        """Where the longest end of the text starts that is the beginning of a secret; its length if there is none."""
        return min((_start_of_tail(text, secret) for secret in self._secrets), default=len(text))


def _spelled(character: str) -> str:
    return rf"(?:{re.escape(character)}|\\u{ord(character):04x})"


def _start_of_tail(text: str, secret: str) -> int:
    places: list[int] = []  # of the last characters that are seen, the last first
    at = len(text)
    while at > 0 and len(places) < len(secret) - 1:
        at -= 1
        if not _ANY_UNSEEN.fullmatch(text[at]):
            places.append(at)
    seen = "".join(text[at] for at in reversed(places)).casefold()
    lengths: Sequence[int] = range(len(seen), 0, -1)
    for length in lengths:
        if secret.casefold().startswith(seen[-length:]):
            return places[length - 1]
    return len(text)
