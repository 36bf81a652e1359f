"""Training the reader: `lessons` says what it learns from, `network` what learns, `fit_reader` lets it learn."""
