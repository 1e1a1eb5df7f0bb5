# Two commands matter: `make demo` and `make test`. Each sets up what it needs, once.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
RUN := .venv/.installed
DEV := .venv/.installed-dev

.PHONY: demo test check format browser bench clean

demo: $(RUN)
	$(BIN)/cutaway run head-wiki
	@echo; echo "to go on: source .venv/bin/activate"

test: $(DEV)
	$(BIN)/pytest -n auto

check: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -n auto

format: $(DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

browser: $(DEV)
	@command -v chromium chromedriver >/dev/null || (apt-get update -qq && apt-get install -y -qq chromium chromium-driver)
	$(BIN)/pytest -m browser

bench: $(DEV)
	$(BIN)/python benchmarks/head_scores.py

$(RUN): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Cutaway needs Python 3.11 or newer: make demo PYTHON=/path/to/python3.11"; exit 1)
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $(RUN)

$(DEV): $(RUN)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $(DEV)

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
