"""The real model: sentences' words come out the same, whether remembered or not."""

import numpy as np

from assistant.embedding import SentenceTransformerEmbedder
from assistant.sentences import display_form
from assistant.settings import DEFAULT_MODEL


def test_sentences_are_embedded_as_passages_and_their_words_remembered(article_assistant, monkeypatch):
    document = article_assistant.index.documents[0]
    texts = [display_form(document.quote(span)) for span in document.sentences[:12]]
    embedder, other = (SentenceTransformerEmbedder(DEFAULT_MODEL) for _ in range(2))
    vectors = embedder.encode_sentences(texts)
    assert np.abs(vectors - other.encode_passages(texts)).max() < 1e-5
    expected = other.encode_passage_words(texts)
    monkeypatch.setattr(embedder, "_encode_with_words", lambda texts, prompt: [])  # nothing is left to encode
    for words, again in zip(embedder.encode_passage_words(texts), expected, strict=True):
        assert words.words == again.words
        assert np.abs(words.vectors - again.vectors).max() < 1e-4


def test_words_of_more_sentences_than_can_be_remembered_are_not_computed(article_assistant, monkeypatch):
    embedder = SentenceTransformerEmbedder(DEFAULT_MODEL)
    monkeypatch.setattr("assistant.embedding.REMEMBERED", 1)
    embedder.encode_sentences(["Es regnet.", "Es stürmt."])
    assert embedder._words == {}
