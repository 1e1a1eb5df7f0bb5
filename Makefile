# Three commands matter: `make demo`, `make serve` and `make test`. Each sets up what it needs, once.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
RUN := .venv/.installed
DEV := .venv/.installed-dev
SERVICES := chromium-headless-shell postgresql  # Debian's, for tests of pages and of the other database

.PHONY: demo serve test check format browser peers services bench bench-sweep vendor clean

demo: $(RUN)
	$(BIN)/cutaway run head-wiki
	@echo; echo "to go on: source .venv/bin/activate"

serve: $(RUN)
	$(BIN)/cutaway serve

test: $(DEV) services
	$(BIN)/pytest -n auto -m "not slow"

check: $(DEV) services
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -n auto

format: $(DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

browser: $(DEV) services
	$(BIN)/pytest -m browser

# what other libraries say of the same models; they live apart, because they pin much
peers: .venv-peers/.installed
	.venv-peers/bin/pytest -n auto tests/peers

.venv-peers/.installed: pyproject.toml constraints.txt
	@test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --no-compile --constraint constraints.txt torch
	.venv-peers/bin/python -m pip install --quiet --no-compile --constraint constraints.txt --editable '.[dev,peers]'
	@touch .venv-peers/.installed

# where apt is not to be had, the tests that need these are skipped and say so
services:
	@dpkg -s $(SERVICES) >/dev/null 2>&1 || ! command -v apt-get >/dev/null || test "$$(id -u)" != 0 \
	  || (apt-get update -qq && apt-get install -y -qq $(SERVICES)) || echo "could not install $(SERVICES)"

bench: $(DEV)
	$(BIN)/python benchmarks/instrument.py
	$(BIN)/python benchmarks/head_scores.py
	$(BIN)/python benchmarks/tasks.py
	$(BIN)/python benchmarks/planted.py
	$(BIN)/python benchmarks/attribution.py
	$(BIN)/python benchmarks/circuits.py
	$(BIN)/python benchmarks/site.py

# against plain hooks, TransformerLens, nnsight, pyvene and auto-circuit, each in an environment of its own: an hour
bench-sweep: $(DEV)
	$(BIN)/python benchmarks/sweep.py
	$(BIN)/python benchmarks/sweep_growth.py
	$(BIN)/python benchmarks/circuits_beside_peers.py

vendor: $(DEV)
	$(BIN)/python tools/vendor.py

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
	rm -rf .venv .venv-peers .venv-bench build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
