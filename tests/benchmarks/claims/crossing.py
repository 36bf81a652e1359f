"""Claims in one language on sentences of another: a question that both answer gives a pair that says the same.

False ones rest on a neighbouring sentence, say a clause more, or have one word of another sentence; German ones are
also changed as those in one language are.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.claims.statements import Statement
from assistant.german import language_of
from assistant.sentences import display_form, segment
from tests.benchmarks.claims.mutations import Case, Sentence, cases

FAITHFUL = ("translated", "shortened")
_CHANGED = ("number", "negation", "name", "roles", "reordered", "number_words", "reported", "voice")
_CLAUSE_END = re.compile(r"[,;:(]")


class _Answered(NamedTuple):
    """A question's paragraph, and where it answers."""

    sentences: tuple[str, ...]
    at: int
    question: str
    article: str

    @property
    def sentence(self) -> str:
        return self.sentences[self.at]

    @property
    def beside(self) -> str:
        """The sentence before, or else behind; "" where it is alone."""
        others = self.sentences[self.at - 1 : self.at] or self.sentences[self.at + 1 : self.at + 2]
        return others[0] if others else ""


def crossing_cases(claims: Path, evidence: Path, seed: int = 0) -> list[Case]:
    """Claims of one SQuAD file on sentences of another with the same questions."""
    said, proved = _answered(claims), _answered(evidence)
    rng = random.Random(seed)
    pairs = {(said[id_].sentence, proved[id_].sentence): (said[id_], proved[id_]) for id_ in said if id_ in proved}
    everything = [one for one, _ in pairs.values()]
    found = [case for one, other in pairs.values() for case in _cases(one, other, everything, rng)]
    if language_of(everything[0].sentence) == "de":  # which the rules for claims in one language are made for
        theirs = {one.sentence: other.sentence for one, other in pairs.values()}
        texts = [Sentence(one.sentence, one.article, number, one.question) for number, one in enumerate(everything)]
        found += [one._replace(evidence=theirs[one.evidence]) for one in cases(texts, seed) if one.kind in _CHANGED]
    return found


def _cases(one: _Answered, other: _Answered, everything: Sequence[_Answered], rng: random.Random) -> Iterator[Case]:
    def case(claim: str, kind: str, evidence: str = other.sentence) -> Case:
        return Case(claim, evidence, one.question, kind, kind in FAITHFUL, one.article)

    yield case(one.sentence, "translated")
    first = _CLAUSE_END.split(one.sentence)[0].rstrip(".")
    if 30 <= len(first) < len(one.sentence) - 10:
        yield case(f"{first}.", "shortened")
    if other.beside:
        yield case(one.sentence, "wrong_pointer", other.beside)
    elsewhere = rng.choice(rng.choice(everything).sentences)
    for kind, source in (("clause_added", elsewhere), ("clause_near", one.beside)):
        clause = _CLAUSE_END.split(source)[0].rstrip(".")
        if 20 <= len(clause) <= 90:
            joint = "und" if re.search(r"\b(?:der|die|das|und|ist)\b", one.sentence) else "and"
            yield case(f"{one.sentence.rstrip('.')}, {joint} {clause[0].lower()}{clause[1:]}.", kind)
    ours, theirs = _plain_words(one.sentence), _plain_words(rng.choice(rng.choice(everything).sentences))
    if ours and theirs:
        start, word = rng.choice(ours)
        yield case(one.sentence[:start] + rng.choice(theirs)[1] + one.sentence[start + len(word) :], "word")


def _plain_words(text: str) -> list[tuple[int, str]]:
    """The words of content in small letters, and where they start."""
    words = Statement.of(text).words
    return [(word.start, word.text) for word in words if word.is_content and word.text.islower() and len(word.text) > 3]


def _answered(file: Path) -> dict[str, _Answered]:
    found = {}
    for article in json.loads(file.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            spans = segment(paragraph["context"]).sentences
            sentences = tuple(display_form(paragraph["context"][span.start : span.end]) for span in spans)
            for asked in paragraph["qas"]:
                start = asked["answers"][0]["answer_start"] if asked["answers"] else -1
                at = next((number for number, span in enumerate(spans) if span.start <= start < span.end), None)
                if at is not None:
                    found[asked["id"]] = _Answered(sentences, at, asked["question"], article["title"])
    return found
