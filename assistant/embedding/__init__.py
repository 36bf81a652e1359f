"""Text to vectors: one per text, and one per word where texts are compared word by word.

`base` says what an embedding model is, `words` what comes of a text's words; `engine` runs the packaged model,
`sentence_transformer` any other, and `opening` knows which of the two is meant.
"""
