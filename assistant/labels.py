"""What stands beside an answer: labels in the language of the question, notes in that of whoever reads."""

from assistant.messages import Text
from assistant.records import EXTRACTIVE, Language, Reply

NEAREST = Text(de="Am nächsten kommen:", en="Nearest places:")
PAGE = Text(de="Seite {number}", en="page {number}")
_SURE = Text(de="Sicherheit: {percent} %", en="Confidence: {percent} %")
_UNSURE = Text(
    de="Wahrscheinlichkeit, dass die Dokumente antworten: {percent} %",
    en="Probability that the documents answer: {percent} %",
)
_WORDED = Text(de="Formuliert von {writer}", en="Worded by {writer}")
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
    """Which model worded an answer; None: it is quoted, or a refusal."""
    is_worded = reply.writer != EXTRACTIVE and reply.refusal is None
    return _WORDED.to(reply.language, writer=reply.writer) if is_worded else None


def provisional(language: Language, *, is_repair: bool) -> str:
    """What stands above words that no check has seen yet."""
    return (_REPAIRED if is_repair else _PROVISIONAL).to(language)


def note_of_writer(reply: Reply, language: Language) -> str | None:
    """Why the documents' sentences answer in place of a model; None: they do not, or none was to."""
    is_all_dropped = reply.writer == EXTRACTIVE and any(one.text for one in reply.dropped)
    return reply.fallback or (_ALL_DROPPED.to(language) if is_all_dropped and reply.refusal is None else None)
