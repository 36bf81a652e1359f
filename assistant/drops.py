"""Why a drafted claim is not said, in words: for whoever asked, and for the model that may repair it."""

from assistant.messages import Text
from assistant.records import Dropped, DropReason, Language

_FAULTS: dict[DropReason, Text] = {
    "no_such_sentence": Text(de="diese Satznummer gibt es nicht", en="there is no sentence of this number"),
    "number_not_in_evidence": Text(
        de="die Zahl „{detail}“ steht so nicht in den Sätzen", en="the number “{detail}” is not in the sentences"
    ),
    "negation_differs": Text(de="die Verneinung weicht ab", en="the negation differs"),
    "name_not_in_evidence": Text(
        de="der Name „{detail}“ steht nicht in den Sätzen", en="the name “{detail}” is not in the sentences"
    ),
    "roles_differ": Text(
        de="wer es tut oder sagt, ist anders ({detail})", en="who does or says it is another ({detail})"
    ),
    "word_not_in_evidence": Text(
        de="das Wort „{detail}“ steht nicht in den Sätzen", en="the word “{detail}” is not in the sentences"
    ),
    "modality_differs": Text(
        de="„{detail}“ fehlt: die Sätze sagen es nicht als Tatsache",
        en="“{detail}” is missing: the sentences do not say it as a fact",
    ),
    "not_derived": Text(
        de="ab „{detail}“ ist sie nicht Wort für Wort der Satz; ob sie dasselbe sagt, lässt sich nicht beweisen",
        en="from “{detail}” on it is not the sentence word for word; whether it says the same cannot be proved",
    ),
    "markup": Text(de="sie enthält Auszeichnungen oder Adressen", en="it holds markup or addresses"),
    "no_sentence": Text(de="sie ist kein vollständiger Satz", en="it is no complete sentence"),
    "context_missing": Text(
        de="ein Satz, auf den sie sich stützt, braucht den vor ihm",
        en="a sentence that it rests on needs the one before",
    ),
    "order_reworded": Text(
        de="sie gibt wieder, was ein Satz einer Maschine aufträgt",
        en="it words anew what tells a machine to do something",
    ),
}
_NOT_PROVED = Text(de="die Sätze belegen es nicht", en="the sentences do not prove it")


def drop_text(dropped: Dropped, language: Language) -> str:
    """The reason why a claim was dropped, without the claim."""
    return _FAULTS.get(dropped.reason, _NOT_PROVED).to(language, detail=dropped.detail)
