"""Evidence weighed: which sentence answers a question, how probable it is that any does, and what none says.

The weights are fitted; nothing here looks at words of a particular document.
"""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from assistant.asking.kinds import kind_is_missing
from assistant.embedding.words import WordVectors, best_matches
from assistant.evidence import Candidate
from assistant.german import folded, language_of
from assistant.records import Evidence
from assistant.refusals import LIKELY
from assistant.weights import Judgement, Matrix

ALIKE = 0.7  # share of common trigrams from which two words count as spelled alike
NOT_SAID = 0.6  # best match of a question's word, below which nothing near it says it
HALF = 0.5
UNCLEAR = -6.0
UNREAD = -14.0  # what a reader makes of a sentence that it did not read

FEATURES = (
    "passage",  # score of the best passage that holds the sentence
    "sentence",  # cosine of the question and the sentence, or the question that it answers in the document
    "words",  # mean over the question's words of the best match among the sentence's words
    "weakest_word",  # the least of these matches
    "words_in_context",  # as `words`, the sentence before or the heading counted in
    "kind_missing",  # 1 if the question asks for a number, a time ... and the sentence holds none
    "other_language",  # 1 if the sentence is not in the question's language: similarities are lower then
    "reading",  # what the reader makes of it
    "unread",  # 1 if it did not read it
    "clear_reading",  # `reading`, but no less than UNCLEAR: how far below that it is says nothing
    "best_read",  # 1 if the reader makes most of it
    "most_similar",  # 1 if it is nearest to the question
)
QUESTION_FEATURES = (
    *FEATURES,  # of the best sentence
    "lead",  # its `sentence` less the mean of all
    "words_anywhere",  # mean over the question's words of the best match in any sentence
    "weakest_word_anywhere",  # the least of these
    "weakest_name_anywhere",  # the least of those of words in capitals; 1 if there are none
    "readings",  # log odds, for the reader, that some sentence answers, against that none does
)


class Compared(NamedTuple):
    """A question beside the candidates."""

    features: Matrix
    """Shape (candidates, FEATURES)."""
    words: list[str]
    """The question's words that carry meaning, as asked."""
    is_name: list[bool]
    """Whether each is in capitals, and not only as the question's first word."""
    anywhere: Matrix
    """The best match of each in any candidate or what stands before it, -1 to 1, shape (words,)."""


class Weighed(NamedTuple):
    """What the documents offer for a question."""

    evidence: tuple[Evidence, ...]
    """Best first."""
    probability: float
    """That the documents answer the question."""
    missing: tuple[str, ...] = ()
    """Words of the question that stand nowhere in the documents, although others do; looked for where no answer is
    likely."""


def weigh(
    question: str,
    query_words: WordVectors,
    candidates: Sequence[Candidate],
    judgement: Judgement,
    occurs: Callable[[str], bool],
) -> Weighed:
    """The candidates as evidence, best first, and the probability that they answer `question`.

    `occurs` tells whether a word of the question stands anywhere in the documents, in any form.
    """
    if not candidates or not query_words.words:
        return Weighed((), 0.0)
    compared = compare(question, query_words, candidates)
    scores = judgement.sentence.apply(compared.features, FEATURES)
    order = np.argsort(-scores, kind="stable")
    of_question = question_features(compared, scores)
    exact = float(judgement.probability(of_question[None, :], QUESTION_FEATURES)[0])
    probability = round(exact, 4)
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    evidence = tuple(
        Evidence(
            source=candidates[position].source,
            span=candidates[position].span,
            probability=round(exact * float(shares[position]), 6),
        )
        for position in order
    )
    missing = missing_words(compared, occurs) if probability < LIKELY else ()
    return Weighed(evidence, probability, missing)


def compare(question: str, query_words: WordVectors, candidates: Sequence[Candidate]) -> Compared:
    """The question beside the candidates, at least one."""
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
    similarity = np.array([candidate.similarity for candidate in candidates])
    readings = np.array([UNREAD if candidate.reading is None else candidate.reading for candidate in candidates])
    features = np.column_stack(
        [
            [candidate.passage for candidate in candidates],
            similarity,
            in_sentence.mean(axis=1),
            in_sentence.min(axis=1),
            in_context.mean(axis=1),
            [kind_is_missing(question, candidate.text) for candidate in candidates],
            [float(language_of(candidate.text) != language) for candidate in candidates],
            readings,
            readings == UNREAD,
            np.maximum(readings, UNCLEAR),
            readings == readings.max(),
            similarity == similarity.max(),
        ]
    )
    return Compared(
        features=features,
        words=[query_words.words[position] for position in asked],
        is_name=[position > 0 and query_words.words[position][0].isupper() for position in asked],
        anywhere=in_context.max(axis=0),
    )


def question_features(compared: Compared, scores: Matrix) -> Matrix:
    """QUESTION_FEATURES, shape (features,), where sentences have these scores."""
    features, anywhere = compared.features, compared.anywhere
    best = int(np.argmax(scores))
    readings = features[:, FEATURES.index("reading")]
    return np.array(
        [
            *features[best],
            features[best, FEATURES.index("sentence")] - features[:, FEATURES.index("sentence")].mean(),
            anywhere.mean(),
            anywhere.min(),
            anywhere[compared.is_name].min(initial=1.0),
            np.logaddexp.reduce(readings),
        ]
    )


def missing_words(compared: Compared, occurs: Callable[[str], bool]) -> tuple[str, ...]:
    """Words of the question, as asked, that stand nowhere in the documents, nor anything near them in meaning.

    `occurs` tells whether a word stands anywhere. None are named where most are missing, and all names, since then the
    documents are about something else; nor where most sentences are in another language: then words prove nothing.
    """
    if compared.features[:, FEATURES.index("other_language")].mean() > HALF:
        return ()
    is_missing = [
        match < NOT_SAID and (name or word[0].isdigit()) and not occurs(word)
        for word, match, name in zip(compared.words, compared.anywhere, compared.is_name, strict=True)
    ]
    names_something = any(name and not gone for name, gone in zip(compared.is_name, is_missing, strict=True))
    if not names_something and sum(is_missing) > HALF * len(is_missing):
        return ()
    return tuple(dict.fromkeys(word for word, gone in zip(compared.words, is_missing, strict=True) if gone))


# --- small helpers -----------------------------------------------------------------------------------------------


@lru_cache(100_000)
def _trigrams(word: str) -> frozenset[str]:
    padded = f"^{folded(word)}$"
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _shared(asked: frozenset[str], word: frozenset[str]) -> float:
    """Share of the shorter word's trigrams that the other has; a very short word does not count as contained."""
    return len(asked & word) / min(len(asked), max(len(word), 4))
