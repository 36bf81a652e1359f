# Every target sets itself up; the first run installs, later ones start at once.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PACKAGE := .venv/.package
WORKSHOP := .venv/.workshop

.PHONY: run test check bench figures fit clean

run: $(PACKAGE) ## build the index and open the chat page on 127.0.0.1:7860
	-$(BIN)/assistant index
	$(BIN)/assistant ui

test: $(WORKSHOP) ## all tests
	$(BIN)/pytest

check: $(WORKSHOP) ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(WORKSHOP) ## time what has to be fast
	$(BIN)/python -m tests.benchmarks.ask_speed
	$(BIN)/python -m tests.benchmarks.evaluate_speed
	$(BIN)/python -m tests.benchmarks.beside_plain_stack

figures: $(WORKSHOP) ## measure the README's figures and write them there
	$(BIN)/python -m tests.benchmarks.figures

fit: $(WORKSHOP) ## fit the evidence weights again and print what the fit is worth
	$(BIN)/python -m tests.benchmarks.fit_evidence

$(PACKAGE): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -e .
	touch $@

$(WORKSHOP): $(PACKAGE)
	$(BIN)/pip install -e '.[dev]'
	touch $@

clean: ## forget the environment and the index
	rm -rf .venv index
