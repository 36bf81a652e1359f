"""Which sentences lean on the one before them: "Sie könnte steigen", "Deshalb gilt ...", the end of a quotation.

Rules over closed classes of words, German and English; nothing is parsed. Where they cannot tell, as with "Sie können"
(they, or the reader), a sentence leans: one too many is read rather than one too few.
"""

import re

from assistant.asking.names import VERBS_OF_SAYING
from assistant.german import WORD, is_function_word, lexical_fold
from assistant.verbs import infinitive

# Words that, at the beginning of a sentence, stand for something said before it.
_REFERENCES = frozenset(
    """Er Ihm Ihn Ihnen Sein Seine Seinem Seinen Seiner Seines Deren Dessen Beide Beiden Beider Solche Solcher Solches
    Letztere Letzterer Letzteres Erstere Ersterer Ersteres
    Dort Dorthin Damals Dann Denn Zuvor Anschließend Währenddessen Deshalb Deswegen Daher Darum Demnach Somit Folglich
    Infolgedessen Dennoch Trotzdem Stattdessen Andernfalls Ansonsten Sonst
    Dabei Dadurch Dafür Dagegen Danach Daneben Daran Darauf Daraufhin Daraus Darin Darüber Darunter Davon Davor Dazu
    Hierbei Hierdurch Hierfür Hierzu Hieraus
    He She They Him Them His Her Its Their Such That Then Therefore Thus Hence Consequently Afterwards Subsequently
    Otherwise Instead Nevertheless Nonetheless""".split()
)
# "Dafür, dass" has its clause behind it; "Darüber hinaus" adds.
_POINTS_AHEAD = re.compile(r"\w+(?:, (?:dass|daß|ob|wie|was|wer|wo|wann|warum)\b| hinaus\b)")
_BEFORE_A_VERB = frozenset("Das Da Damit Seitdem".split())  # before other words an article or a conjunction
_VERBS = frozenset(
    """ist sind war waren wäre wären wird werden wurde wurden würde würden hat haben hatte hatten hätte hätten kann
    können konnte konnten könnte könnten soll sollen sollte sollten muss müssen musste müsste darf dürfen durfte dürfte
    will wollte mag gilt galt heißt hieß führt führte macht machte lässt ließ kostet kostete""".split()
)
_THEY_OR_YOU = re.compile(r"Sie|Ihre?[mnrs]?")
_YOU = re.compile(r" (?:Sie|Ihnen|Ihre?[mnrs]?)\b")  # a capital within the sentence: the reader is spoken to

_PREPOSITION = (
    "(?:An|Auf|Aus|Bei|Bis|Durch|Für|Gegen|In|Mit|Nach|Neben|Ohne|Seit|Trotz|Über|Um|Unter|Von|Vor|Während|Wegen|Zu|"
    "After|At|Because of|Before|By|During|For|From|Of|On|Since|Through|To|Under|Until|With|Without)"
)
_DOCUMENT = (  # "Dieser Vertrag", "this agreement" point to the document that they stand in
    r"(?:\w*(?i:vertrag|vereinbarung|satzung|ordnung|gesetz|richtlinie|bericht|artikel|dokument|handbuch|anleitung|kapitel|"
    r"abschnitt)(?:e?s|en)?|agreement|contract|document|report|article|manual|guide|policy|chapter|section)\b"
)
_DEMONSTRATIVE = re.compile(
    rf"(?:{_PREPOSITION} d|D)ies(?:e[mnrs]?)?\b(?! {_DOCUMENT})"
    rf"|(?:{_PREPOSITION} t|T)his\b(?! {_DOCUMENT})|(?:{_PREPOSITION} t|T)hese\b"
    rf"|(?:{_PREPOSITION} t|T)hose\b(?! (?:who|that|which|of|in|with)\b)|{_PREPOSITION} (?:that|it|him|her|them)\b"
    r"|Jene[mnrs]?\b(?!,)|Both\b(?!.* and\b)|There,"
)
_ES_OF_NOTHING = re.compile(  # "Es gibt", "Es kamen drei", "Es regnet", "Es ist sicher, dass", "Es gelang, ... zu"
    r"Es (?:gibt|gab|gäbe|scheint|schien|heißt|hieß|bedarf|besteht|bestand|herrscht\w*|fehlt\w*|folgt\w*|sind|\w+en\b"
    r"|(?:regne|schnei|stürm|hagel|donner|blitz|tau|dämmer|niesel)\w*)"
    r"|Es\b.*?, (?:dass|daß|ob|wer|wen|was|wie|wo|wann|warum|der|die|das)\b|Es\b.*?, .*\bzu \w+en\b"
)
_IT_OF_NOTHING = re.compile(
    r"It (?:seem|appear|rain|snow)\w*|It (?:is|was|has been|will be|would be|remains|became)"
    r" (?!\w+ed\b)(?:\w+ ){1,3}?(?:that|to|whether|who)\b"
)
# A pronoun stands for nothing in its own clause: "1950 zog er um" leans, "Rubio sagt, er komme" does not.
_CLAUSE_END = re.compile(r" (?:und|oder|aber|denn|dass|weil|wie|als) |[,;:–—(„“”»«\"]")
_PRONOUN = re.compile(r"\w (?:er|sie|ihn|ihm|ihnen)\b")
_PRONOUN_AFTER_A_LEAD = re.compile(rf"(?:\w+,?|{_PREPOSITION} [^,A-Z]*,) (?:he|she|they)\b")  # "In 1989, he left"
_ADDED = re.compile(
    r"[“”»«\"],? (?:füg\w+ (?:\S+ ){1,4}hinzu|ergänzt\w*)\b|\bfüg\w+ (?:\S+ ){1,4}hinzu, dass\b"
    r"|[“”\"] (?:\S+ ){1,3}added\b|\badded(?: that|, [“\"])"
    rf"|[“”»«\"],? (?:{VERBS_OF_SAYING}) (?:er|sie)\b|[“”\"],? (?:he|she) (?:{VERBS_OF_SAYING})\b"
)
_BARE_ANSWER = re.compile(r"(?:Ja|Nein|Doch|Jawohl|Keineswegs|Keinesfalls|Richtig|Falsch|Stimmt|Yes|No)\s*[.,!:;–—]")
_QUOTATION_MARK = re.compile(r"(?P<opening>„|(?<![^\s(\[–—-])[“”»«\"](?=\S))|[“”»«]|(?<!\d)\"")  # 27" is no quotation


def stands_alone(sentence: str) -> bool:
    """Whether a sentence, in display form, makes sense without the one before it.

    >>> stands_alone("Für den Kreml wäre das ein Schwert."), stands_alone("Sie könnte ihm schaden.")
    (True, False)
    """
    words = sentence.lstrip("„“”»«\"'‚(–—- ")
    return not (
        _closes_an_earlier_quotation(sentence)
        or is_bare_answer(sentence)
        or _begins_with_a_reference(words)
        or _DEMONSTRATIVE.match(words)
        or _PRONOUN.search(_CLAUSE_END.split(words, 1)[0])
        or _PRONOUN_AFTER_A_LEAD.match(words)
        or _ADDED.search(sentence)
    )


def is_bare_answer(sentence: str) -> bool:
    """Whether it answers a question that it does not hold, and that may be asked the other way round.

    >>> is_bare_answer("Nein."), is_bare_answer("Doch er kam.")
    (True, False)
    """
    return _BARE_ANSWER.match(sentence.lstrip("„“”»«\"'‚(–—- ")) is not None


def _begins_with_a_reference(words: str) -> bool:
    """Whether the first word stands for something that was said before."""
    first, *others = WORD.findall(words)[:3] or [""]
    if first in _BEFORE_A_VERB:
        return _is_verb(*others)
    if first == "Es":
        return not _ES_OF_NOTHING.match(words)
    if first == "It":
        return not _IT_OF_NOTHING.match(words)
    if _THEY_OR_YOU.fullmatch(first):
        return not _YOU.search(words)
    return first in _REFERENCES and not _POINTS_AHEAD.match(words)


def _is_verb(word: str = "", following: str = "") -> bool:
    """Whether a word in small letters is a verb, rather than an adjective: "bedeutete für", not "geplante Treffen"."""
    if word in _VERBS:
        return True
    is_form = word.islower() and word != "fast" and bool(infinitive(lexical_fold(word)))
    return is_form and (not word.endswith(("e", "en")) or is_function_word(following))


def _closes_an_earlier_quotation(sentence: str) -> bool:
    """Whether a quotation ends that does not begin in the sentence."""
    is_open = False
    for mark in _QUOTATION_MARK.finditer(sentence):
        if mark["opening"] is None and not is_open:
            return True
        is_open = mark["opening"] is not None
    return False
