"""Hits to evidence: each sentence near a question weighed by what is known of the two.

The weights are fitted; nothing here looks at words of a particular document.
"""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache, partial
from typing import NamedTuple

import numpy as np

from assistant.asking import kind_is_missing
from assistant.embedding.words import StoredWords, Vectors, WordVectors, best_matches, words_of
from assistant.german import folded, language_of
from assistant.index import Index
from assistant.records import Evidence, Hit, Span
from assistant.sentences import display_form
from assistant.weights import Matrix, fitted_weights

ALIKE = 0.7  # share of common trigrams from which two words count as spelled alike

FEATURES = (
    "passage",  # score of the best passage that holds the sentence
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


class Wording(NamedTuple):
    """The words of a sentence or heading."""

    words: list[str]
    """As written, in order: those that carry meaning."""
    stored: StoredWords
    """What the model makes of each."""


class Candidate(NamedTuple):
    """A sentence near the question, and what the model makes of it."""

    source: str
    """Name of its document."""
    span: Span
    """Its place there."""
    text: str
    """In display form."""
    passage: float
    """Score of the best passage that holds it."""
    similarity: float
    """Cosine of the question and it, or the question in the document that it comes right after, if that is more."""
    words: Wording
    """Of `text`."""
    before: Wording | None
    """Of the sentence before it in its section, or of the section's heading."""
    answers_before: bool
    """Whether the sentence before it is a question."""


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


def candidates_for(hits: Iterable[Hit], index: Index, query: Vectors) -> list[Candidate]:
    """The sentences of the passages hit, in index order, each once. Questions in a document prove nothing."""
    of_passage: dict[tuple[int, int], float] = {}
    for hit in hits:
        passage = index.passages[hit.passage]
        for sentence in range(passage.first, passage.last + 1):
            key = (passage.document, sentence)
            of_passage[key] = max(of_passage.get(key, hit.score), hit.score)
    read = cache(partial(_read, index))
    candidates = []
    for (document, sentence), score in sorted(of_passage.items()):
        span = index.documents[document].sentences[sentence]
        number = index.sentence_number(document, sentence)
        this = read(number, document, span)
        place = _place_before(index, document, sentence)
        before = read(*place) if place else None
        answers_before = before is not None and before.number == number - 1 and is_question(before.text)
        if not is_question(this.text) and this.words.words:
            candidates.append(
                Candidate(
                    source=index.documents[document].name,
                    span=span,
                    text=this.text,
                    passage=score,
                    similarity=max(
                        float(index.sentence_vectors.vectors[one] @ query)
                        for one in ((number - 1, number) if answers_before else (number,))
                    ),
                    words=this.words,
                    before=before.words if before else None,
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
    """FEATURES of each candidate, shape (candidates, features), and of the question's words' best matches anywhere the
    mean, the least, the least of a name, with the logarithm of the number of candidates, shape (4,).
    """
    asked = query_words.content
    asked_trigrams = [_trigrams(query_words.words[position]) for position in asked]

    @cache
    def spelling(word: str) -> list[float]:
        trigrams = _trigrams(word)
        shares = (_shared(of_asked, trigrams) for of_asked in asked_trigrams)
        return [share if share >= ALIKE else -1.0 for share in shares]

    wordings = {id(wording): wording for one in candidates for wording in (one.words, one.before) if wording}
    meaning = best_matches(query_words.vectors[asked], [wording.stored for wording in wordings.values()])
    letters = [
        np.array([spelling(word) for word in wording.words]).reshape(-1, len(asked)).max(axis=0, initial=-1.0)
        for wording in wordings.values()
    ]
    matched = dict(zip(wordings, np.maximum(meaning, letters), strict=True))
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


# --- small helpers -----------------------------------------------------------------------------------------------


class _Read(NamedTuple):
    number: int
    text: str
    words: Wording


def _read(index: Index, number: int, document: int, span: Span) -> _Read:
    """The display form and the words of the sentence or heading with this number, at `span` of a document."""
    text = display_form(index.documents[document].quote(span))
    return _Read(number, text, Wording(words_of(text), index.words[number]))


def _place_before(index: Index, document: int, sentence: int) -> tuple[int, int, Span] | None:
    """Number, document and span of the sentence before this one if they share a section, else of the heading."""
    record = index.documents[document]
    heading = record.section_at(record.sentences[sentence].start)
    previous = record.sentences[sentence - 1] if sentence else None
    if previous is not None and (heading is None or heading.start < previous.start):
        return index.sentence_number(document, sentence - 1), document, previous
    if heading is None:
        return None
    return index.heading_number(document, record.headings.index(heading)), document, heading


@lru_cache(100_000)
def _trigrams(word: str) -> frozenset[str]:
    padded = f"^{folded(word)}$"
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _shared(asked: frozenset[str], word: frozenset[str]) -> float:
    """Share of the shorter word's trigrams that the other has; a very short word does not count as contained."""
    return len(asked & word) / min(len(asked), max(len(word), 4))


def _logistic(score: float) -> float:
    return float(1 / (1 + np.exp(-score)))
