"""Hits to evidence: each sentence near a question weighed by what is known of the two.

The weights are fitted by `tests/benchmarks/fit_evidence.py` (data, seed and hashes stand in `evidence_weights.json`);
nothing here looks at words of a particular document.
"""

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assistant.embedding import Embedder, Vectors, WordVectors
from assistant.german import WORD, folded, is_function_word, language_of
from assistant.index import Index
from assistant.records import Evidence, Hit, Record, Span
from assistant.sentences import display_form

Matrix = npt.NDArray[np.float64]

ALIKE = 0.7  # share of common trigrams from which two words count as spelled alike

FEATURES = (
    "passage",  # cosine of the question and the best passage that holds the sentence
    "sentence",  # cosine of the question and the sentence, or the question that it answers in the document
    "words",  # mean over the question's words of the best match among the sentence's words
    "weakest_word",  # the least of these matches
    "words_in_context",  # as `words`, the sentence before or the heading counted in
    "kind_missing",  # 1 if the question asks for a number, a time ... and the sentence holds none
    "other_language",  # 1 if the sentence is not in the question's language: similarities are lower then
)
QUESTION_FEATURES = (*FEATURES, "lead", "words_anywhere", "weakest_word_anywhere", "weakest_name_anywhere", "sentences")
"""Of the best sentence; `lead`: its `sentence` less the mean of all; then the least match of a question's word,
by meaning and by letters, in any sentence; the logarithm of the number of sentences."""


class Candidate(NamedTuple):
    """A sentence near the question, and what the model makes of it."""

    source: str
    """Name of its document."""
    span: Span
    """Its place there."""
    text: str
    """In display form."""
    passage: float
    """Cosine of the question and the best passage that holds it."""
    similarity: float
    """Cosine of the question and it, or the question in the document that it comes right after, if that is more."""
    words: WordVectors
    """Of `text`."""
    before: WordVectors | None
    """Of the sentence before it in its section, or of the section's heading."""
    answers_before: bool
    """Whether the sentence before it is a question."""


class Weights(Record):
    """A logistic model: probability = 1 / (1 + exp(-(intercept + sum(coefficient * feature))))."""

    coefficients: dict[str, float]
    """By name of the feature."""
    intercept: float

    def apply(self, features: Matrix, names: Sequence[str]) -> Matrix:
        """The linear part for each row; columns are `names`."""
        return np.asarray(features @ np.array([self.coefficients[name] for name in names]) + self.intercept)


class EvidenceWeights(Record):
    """The two fitted models, and what they were fitted on."""

    sentence: Weights
    """Which sentence answers: compares the sentences of one question."""
    answerable: Weights
    """Whether the best sentence answers at all."""
    fitted_on: dict[str, str]
    """SHA-256 of each data file by name."""
    seed: int


class Weighed(NamedTuple):
    """What the documents offer for a question."""

    evidence: tuple[Evidence, ...]
    """Best first."""
    probability: float
    """That the documents answer the question."""


def weigh(question: str, query_words: WordVectors, candidates: Sequence[Candidate]) -> Weighed:
    """The candidates as evidence, best first, and the probability that they answer `question`."""
    if not candidates or not query_words.words:
        return Weighed((), 0.0)
    features, anywhere = sentence_features(question, query_words, candidates)
    weights = fitted_weights()
    scores = weights.sentence.apply(features, FEATURES)
    order = np.argsort(-scores, kind="stable")
    of_question = question_features(features, anywhere, int(order[0]))
    probability = _logistic(float(weights.answerable.apply(of_question[None, :], QUESTION_FEATURES)[0]))
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    evidence = tuple(
        Evidence(
            source=candidates[position].source,
            span=candidates[position].span,
            probability=round(probability * float(shares[position]), 6),
        )
        for position in order
    )
    return Weighed(evidence, round(probability, 4))


def candidates_for(hits: Iterable[Hit], index: Index, query: Vectors, embedder: Embedder) -> list[Candidate]:
    """The sentences of the passages hit, in index order, each once. Questions in a document prove nothing."""
    similarity: dict[tuple[int, int], float] = {}
    for hit in hits:
        passage = index.passages[hit.passage]
        for sentence in range(passage.first, passage.last + 1):
            key = (passage.document, sentence)
            similarity[key] = max(similarity.get(key, -1.0), hit.dense)
    places = sorted(similarity)
    contexts = {place: _span_before(index, *place) for place in places}
    spans = {
        (document, span)
        for document, sentence in places
        for span in (index.documents[document].sentences[sentence], contexts[document, sentence])
        if span is not None
    }
    texts = {key: display_form(index.documents[key[0]].quote(key[1])) for key in sorted(spans)}
    words = dict(zip(texts, embedder.encode_passage_words(list(texts.values())), strict=True))
    candidates = []
    for document, sentence in places:
        span = index.documents[document].sentences[sentence]
        before = contexts[document, sentence]
        answers_before = before is not None and sentence > 0 and is_question(texts[document, before])
        if not is_question(texts[document, span]) and words[document, span].words:
            candidates.append(
                Candidate(
                    source=index.documents[document].name,
                    span=span,
                    text=texts[document, span],
                    passage=similarity[document, sentence],
                    similarity=max(
                        float(index.sentence_vector(document, number) @ query)
                        for number in ((sentence - 1, sentence) if answers_before else (sentence,))
                    ),
                    words=words[document, span],
                    before=words[document, before] if before else None,
                    answers_before=answers_before,
                )
            )
    return candidates


def is_question(sentence: str) -> bool:
    """Whether a sentence of a document asks rather than states."""
    return sentence.rstrip('"“”»«’)').endswith("?")


def sentence_features(
    question: str, query_words: WordVectors, candidates: Sequence[Candidate]
) -> tuple[Matrix, Matrix]:
    """FEATURES of each candidate, shape (candidates, features), and the question words' best matches anywhere,
    shape (2, words): by meaning and by letters.

    Words are compared by their states in their sentences, the mean of all candidates' words taken off, as
    late interaction does (Khattab and Zaharia 2020, arXiv 2004.12832).
    """
    asked = [position for position, word in enumerate(query_words.words) if not is_function_word(folded(word))]
    asked = asked or list(range(len(query_words.words)))
    mean = np.concatenate([candidate.words.vectors for candidate in candidates]).mean(axis=0)
    asked_vectors = _unit(query_words.vectors[asked] - mean)
    asked_trigrams = [_trigrams(query_words.words[position]) for position in asked]

    @cache
    def spelling(word: str) -> Matrix:
        return np.array([_shared(trigrams, _trigrams(word)) for trigrams in asked_trigrams])

    def matches(words: WordVectors) -> Matrix:
        meaning = asked_vectors @ _unit(words.vectors - mean).T
        letters = np.array([spelling(word) for word in words.words]).reshape(len(words.words), len(asked)).T
        alike = np.where(letters >= ALIKE, letters, -1.0)
        return np.asarray(np.maximum(meaning, alike).max(axis=1, initial=-1.0), np.float64)

    all_words = [words for candidate in candidates for words in (candidate.words, candidate.before) if words]
    matched = {id(words): matches(words) for words in all_words}
    in_sentence = np.array([matched[id(candidate.words)] for candidate in candidates])
    before = np.array([matched.get(id(candidate.before), np.full(len(asked), -1.0)) for candidate in candidates])
    in_context = np.maximum(in_sentence, before)
    in_sentence = np.where([[candidate.answers_before] for candidate in candidates], in_context, in_sentence)
    language = language_of(question)
    features = np.column_stack(
        [
            [candidate.passage for candidate in candidates],
            [candidate.similarity for candidate in candidates],
            in_sentence.mean(axis=1),
            in_sentence.min(axis=1),
            in_context.mean(axis=1),
            [kind_is_missing(question, candidate.text) for candidate in candidates],
            [float(language_of(candidate.text) != language) for candidate in candidates],
        ]
    )
    is_name = [position > 0 and query_words.words[position][0].isupper() for position in asked]
    anywhere = in_context.max(axis=0)
    return features, np.array(
        [anywhere.mean(), anywhere.min(), anywhere[is_name].min(initial=1.0), np.log(len(candidates))]
    )


def question_features(features: Matrix, anywhere: Matrix, best: int) -> Matrix:
    """QUESTION_FEATURES, shape (features,), of a question whose best sentence is the row `best`."""
    lead = features[best, 1] - features[:, 1].mean()
    return np.array([*features[best], lead, *anywhere])


# --- what a question asks for ------------------------------------------------------------------------------------

_NUMBER = (
    r"\d|\b(?:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|\w+zig|dreißig|hundert|tausend|million|milliarde|"
    r"hälfte|drittel|viertel|dutzend|doppel|verdoppel|einzige)"
)
_MONTH = r"(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)"
_DATE = rf"\b(?:1\d{{3}}|20\d\d)\b|\d{{1,2}}\. ?(?:{_MONTH}|\d)|\b(?:mon|diens|donners|frei|sams|sonn)tag|\bmittwoch"
_TIME = (
    rf"{_DATE}|\b{_MONTH}|\b(?:tag|woche|stunde|minute|sekunde|heute|gestern|morgen|nacht|abend|mittag|seit|während|nachdem|"
    r"bevor|später|früher|zuvor|uhr|zeit|bald|frist|ende|anfang|beginn|mittelalter|antike)|"
    r"(?:jahr|jährig|tag|tägig|wöchig|stündig|monat)"
)
_FIRST_WORDS = r"(?:D(?:er|ie|as|en|em|es)|Eine?[mnrs]?|I[nm]|A[nmu][fs]?|Bei|Für|Nach|Mit|Von|Zu[mr]?|Kein|Dies)\w*\b"
_WHICH = r"\b(?:welche[mnrs]?|which|what) "
KINDS: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    name: (re.compile(asks, re.IGNORECASE), re.compile(holds, flags))
    for name, asks, holds, flags in (
        ("number", r"\bwie ?viele?\b|\bhow (?:many|much)\b", _NUMBER, re.IGNORECASE),
        ("percentage", r"\b(?:prozent|percent)", r"%|prozent", re.IGNORECASE),
        ("age", r"\bwie alt\b|\bhow old\b|\balter\b|\bage\b", r"\d", re.IGNORECASE),
        ("time", rf"\b(?:wann|when)\b|{_WHICH}(?:jahr|monat|tag|year|month|day)\b", _TIME, re.IGNORECASE),
        ("date", r"\b(?:datum|date)\b", _DATE, re.IGNORECASE),
        ("duration", r"\bwie lange?\b|\bhow long\b", f"{_NUMBER}|{_TIME}", re.IGNORECASE),
        # a person's name is two capitalised words in a row that are not a sentence's first word and a noun
        (
            "name",
            r"\bwie (?:heißt|heißen|hieß)\b|\bnamens\b|\bname of\b|\bthe names?\b|\bcalled\b",
            rf"(?:^(?!{_FIRST_WORDS})|(?<=[\w…,“–] ))[A-ZÄÖÜ][\w.-]* [A-ZÄÖÜ][\w-]+",
            re.NOFLAG,
        ),
        ("person", r"^\W*(?:\w+ ){0,2}(?:wer|wen|wem|wessen|who|whom|whose)\b", r"(?<=\w )[A-ZÄÖÜ]", re.NOFLAG),
    )
}


def kind_is_missing(question: str, sentence: str) -> float:
    """1.0 if `question` asks for a kind of thing, such as a number, that `sentence` does not hold, else 0.0.

    Words of the question do not count: "Wie viele Millionen?" is not answered by "Millionen".

    >>> kind_is_missing("Wie viele kamen?", "Es kamen viele."), kind_is_missing("Wie viele kamen?", "Drei kamen.")
    (1.0, 0.0)
    """
    asked = {folded(word) for word in WORD.findall(question)}
    rest = WORD.sub(lambda match: "…" if folded(match.group(0)) in asked else match.group(0), sentence)
    return float(any(asks.search(question) and not holds.search(rest) for asks, holds in KINDS.values()))


# --- small helpers -----------------------------------------------------------------------------------------------


@cache
def fitted_weights() -> EvidenceWeights:
    """The weights that the package carries."""
    content = resources.files("assistant").joinpath("evidence_weights.json").read_bytes()
    return EvidenceWeights.model_validate(json.loads(content))


def _span_before(index: Index, document: int, sentence: int) -> Span | None:
    """The sentence before this one if they share a section, else the section's heading."""
    record = index.documents[document]
    heading = record.section_at(record.sentences[sentence].start)
    previous = record.sentences[sentence - 1] if sentence else None
    if previous is not None and (heading is None or heading.start < previous.start):
        return previous
    return heading


def _trigrams(word: str) -> frozenset[str]:
    padded = f"^{folded(word)}$"
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _shared(asked: frozenset[str], word: frozenset[str]) -> float:
    """Share of the shorter word's trigrams that the other has; a very short word does not count as contained."""
    return len(asked & word) / min(len(asked), max(len(word), 4))


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9), np.float32)


def _logistic(score: float) -> float:
    return float(1 / (1 + np.exp(-score)))
