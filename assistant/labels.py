"""What stands beside an answer: labels in the language of the question, notes in that of whoever reads."""

from assistant.german import language_of
from assistant.messages import Text
from assistant.records import EXTRACTIVE, Claim, Language, Reply

NEAREST = Text(de="Am nächsten kommen:", en="Nearest places:")
PAGE = Text(de="Seite {number}", en="page {number}")
CHANGED = Text(
    de="Hinweis: seit dem Indexieren geändert: {names}. Neu einlesen: assistant index",
    en="Note: changed since indexing: {names}. Read anew: assistant index",
)
_SURE = Text(de="Sicherheit: {percent} %", en="Confidence: {percent} %")
_UNSURE = Text(
    de="Wahrscheinlichkeit, dass die Dokumente antworten: {percent} %",
    en="Probability that the documents answer: {percent} %",
)
_WORDED = Text(de="Formuliert von {writer}", en="Worded by {writer}")
_TRANSLATED = Text(
    de="Formuliert von {writer}: eine Übersetzung, nicht bewiesen, mit den Zitaten zu vergleichen",
    en="Worded by {writer}: a translation, not proved, to be compared with the quotes",
)
_PROVISIONAL = Text(de="Vorläufig, noch ungeprüft:", en="Provisional, not checked yet:")
_REPAIRED = Text(
    de="Vorläufig, noch ungeprüft (wird nachgebessert):", en="Provisional, not checked yet (being mended):"
)
_ALL_DROPPED = Text(
    de="Von den Worten des Sprachmodells ist nichts belegt; die Sätze der Dokumente antworten selbst.",
    en="Nothing of the language model's words is proved; the documents' own sentences answer.",
)


def sureness(reply: Reply) -> str:
    """How probable it is that the documents answer, never more than it is."""
    return (_UNSURE if reply.refusal else _SURE).to(reply.language, percent=int(100 * reply.confidence))


def worded_by(reply: Reply) -> str | None:
    """Which model worded an answer, and whether it translated; None: it is quoted, or a refusal."""
    if reply.writer == EXTRACTIVE or reply.refusal is not None:
        return None
    label = _TRANSLATED if any(_is_translated(claim, reply) for claim in reply.claims) else _WORDED
    return label.to(reply.language, writer=reply.writer)


def _is_translated(claim: Claim, reply: Reply) -> bool:
    quotes = " ".join(one.quote for one in reply.citations if one.number in claim.citations)
    return language_of(claim.text) != language_of(quotes)


def provisional(language: Language, *, is_repair: bool) -> str:
    """What stands above words that no check has seen yet."""
    return (_REPAIRED if is_repair else _PROVISIONAL).to(language)


def note_of_writer(reply: Reply, language: Language) -> str | None:
    """Why the documents' sentences answer in place of a model; None: they do not, or none was to."""
    is_all_dropped = reply.writer == EXTRACTIVE and any(one.text for one in reply.dropped)
    return reply.fallback or (_ALL_DROPPED.to(language) if is_all_dropped and reply.refusal is None else None)
