"""What a sentence needs beside it to be understood as its document means it."""

import re
from collections.abc import Sequence

from assistant.anaphora import is_bare_answer, stands_alone
from assistant.records import Document, Span
from assistant.sentences import display_form, is_piece

MOST_ITEMS = 8  # sentences of a list that its introduction brings along
MOST_CONTEXT = 2  # sentences that one brings from before it, what introduces it not counted

_ITEM = re.compile(r"(?:[-–—•*·▪]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]+)[.)])\s")
_DENIES = re.compile(
    r"\b(?:nicht|kein\w*|nie|ohne|verbot\w*|verboten\w*|untersagt\w*|unzulässig\w*|ausgeschlossen\w*|ausschl[uü]ss\w*|ausnahmen?|"
    r"not|no|never|without|forbidden|prohibited|excluded|exclusions?|exceptions?)\b",
    re.IGNORECASE,
)


def with_context(sentence: Span, document: Document) -> list[Span]:
    """The sentence, and before it those of its section that it leans on or that introduce it, in reading order.

    What introduces others ("Zulässig sind:") brings the items behind it, or the one sentence. Empty where even that
    proves nothing, since what may turn the sentence, or what it promises, cannot be quoted.
    """
    spans = [sentence]
    while len(spans) <= MOST_CONTEXT and not stands_alone(display_form(document.quote(spans[0]))):
        before = document.sentence_before(spans[0])
        if before is None:
            break
        spans.insert(0, before)
    if introduction := _introduction(document, spans[0]):
        spans.insert(0, introduction)
    introduced = _introduced(document, sentence) if _introduces(document, sentence) else []
    if _introduces(document, sentence) and not introduced:
        return []
    spans += introduced
    is_without_question = spans == [sentence] and is_bare_answer(display_form(document.quote(sentence)))
    is_torn = any(is_piece(document, document.sentences.index(span)) for span in spans)
    if is_without_question or is_torn or _is_turned_by_its_heading(document, sentence):
        return []
    return spans


def is_whole(sentences: Sequence[Span], document: Document) -> bool:
    """Whether each of some sentences of a document is there with all that it, or one that leans on it, needs."""
    runs = [with_context(sentence, document) for sentence in sentences]
    return {*sentences} == {span for run in runs if {*run} <= {*sentences} for span in run}


def _introduction(document: Document, sentence: Span) -> Span | None:
    """What ends with a colon before a sentence, or before the list that it is an item of: "Nicht erlaubt sind:"."""
    before = document.sentence_before(sentence)
    while before is not None and not _introduces(document, before) and _is_item(document, sentence):
        before = document.sentence_before(before)
    return before if before is not None and _introduces(document, before) else None


def _introduced(document: Document, sentence: Span) -> list[Span]:
    """The list behind what ends with a colon, of MOST_ITEMS sentences at most, or else the sentence behind it.

    All of its section.
    """
    number = document.sentences.index(sentence) + 1
    behind = document.sentences[number : number + MOST_ITEMS]
    in_section = [one for one in behind if document.section_at(one.start) == document.section_at(sentence.start)]
    last = 0
    for at, one in enumerate(in_section):
        if at > last + 2:
            break  # two sentences on end that begin no item: the list has ended
        last = at if _is_item(document, one) else last
    return in_section[: last + 1]


def _introduces(document: Document, sentence: Span) -> bool:
    return document.quote(sentence).rstrip().endswith(":")


def _is_item(document: Document, sentence: Span) -> bool:
    return _ITEM.match(document.quote(sentence)) is not None


def _is_turned_by_its_heading(document: Document, sentence: Span) -> bool:
    """Whether it is an item of a list that a heading denies, which cannot be quoted: "Nicht versichert"."""
    heading = document.section_at(sentence.start)
    is_bare = heading is not None and _is_item(document, sentence) and _introduction(document, sentence) is None
    return is_bare and heading is not None and _DENIES.search(document.quote(heading)) is not None
