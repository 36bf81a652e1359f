# Every target sets itself up; the first run installs, later ones start at once.
PYTHON ?= python3.11
BIN := .venv/bin
READY := .venv/.ready

.PHONY: run test check bench clean

run: $(READY) ## build the index and open the chat page on 127.0.0.1:7860
	-$(BIN)/assistant index
	$(BIN)/assistant ui

test: $(READY) ## all tests
	$(BIN)/pytest

check: $(READY) ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(READY) ## fit the evidence weights again and print their figures
	$(BIN)/python -m tests.benchmarks.fit_evidence

$(READY): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --progress-bar on -e '.[dev]'
	touch $@

clean: ## forget the environment and the index
	rm -rf .venv index
