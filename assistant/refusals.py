"""Refusals in words: why nothing is said, in both languages."""

from assistant.messages import Text
from assistant.records import Language, RefusalReason
from assistant.sentences import display_form

REFUSED: dict[RefusalReason, Text] = {
    "not_in_documents": Text(de="Das geht aus den Dokumenten nicht hervor.", en="The documents do not say."),
    "premise_not_found": Text(
        de="In den Dokumenten kommt nicht vor: {words}.", en="The documents do not mention: {words}."
    ),
    "not_sure_enough": Text(
        de="Es ist nicht sicher genug, dass die Dokumente darauf antworten.",
        en="It is not certain enough that the documents answer this.",
    ),
    "writer_declined": Text(
        de="Das Sprachmodell hat in den Fundstellen keine Antwort gefunden.",
        en="The language model found no answer in the places found.",
    ),
}
LIKELY = 0.5  # from which it would be untrue to say that the documents do not answer
QUOTED = Text(de="„{word}“", en="“{word}”")


def refusal_reason(missing: tuple[str, ...], probability: float) -> RefusalReason:
    """Why a question is refused: the documents answer it with some probability, and `missing` are words they lack."""
    if probability >= LIKELY:
        return "not_sure_enough"
    return "premise_not_found" if missing else "not_in_documents"


def refusal_text(reason: RefusalReason, missing: tuple[str, ...], language: Language) -> str:
    """What a refusal says.

    >>> refusal_text("premise_not_found", ("Rücktritt", "Mai"), "de")
    'In den Dokumenten kommt nicht vor: „Rücktritt“, „Mai“.'
    """
    words = ", ".join(QUOTED.to(language, word=display_form(word)) for word in missing)
    return REFUSED[reason].to(language, words=words)
