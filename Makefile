# One command a wish; every target makes the virtual environment it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
SPREAD := -n $(JOBS) --dist worksteal  # neighbours stay on one worker, where what they share is made once
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

NATIVE := chain/engines/revm
NATIVE_SOURCES := $(wildcard $(addprefix $(NATIVE)/,Cargo.toml Cargo.lock pyproject.toml src/*.rs src/python/*.rs src/stake/*.rs))
MATURIN := $(shell sed -n 's/^requires = \["\(maturin==[0-9.]*\)"\]/\1/p' $(NATIVE)/pyproject.toml)

.DEFAULT_GOAL := help
.PHONY: help demo native native-if-possible nativetests test coverage check lint long machines contracts clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime ## set up, run the baseline scenario, print the path of its report
	@run=$$($(BIN)/medsim run scenarios/baseline.toml | tail -n 1) && test -n "$$run" && echo "report: $$run/report.html"

native: $(VENV)/.native ## build the fast engine (revm) in release mode into the virtual environment; needs Rust

native-if-possible: | $(VENV)/bin/python
	@if command -v cargo >/dev/null; then \
		$(MAKE) --no-print-directory native || echo "the fast engine could not be built: its tests are skipped" >&2; \
	else \
		echo "no Rust toolchain (cargo): the fast engine is not built, its tests are skipped" >&2; \
	fi

test: $(VENV)/.dev native-if-possible ## set up and run the tests
	$(BIN)/python -m pytest $(SPREAD) --durations=15

coverage: $(VENV)/.dev native-if-possible ## the same tests with branch coverage of chain and sim; takes twice as long
	$(BIN)/python -m pytest $(SPREAD) --cov --cov-report=term:skip-covered --cov-fail-under=90

check: lint test ## everything a change must pass: lint, types, import rules, artifacts, tests

lint: $(VENV)/.dev ## ruff, mypy (strict), one-way imports, artifacts against their sources
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/medsim contracts check

nativetests: $(VENV)/.native ## the fast engine's own tests in Rust
	PYO3_PYTHON=$(abspath $(BIN)/python) CARGO_TARGET_DIR=$(abspath build/native) \
		cargo test --quiet --locked --manifest-path $(NATIVE)/Cargo.toml

long: $(VENV)/.dev native-if-possible ## the tests that take long, and how often the state machines called each function
	rm -rf build/machines/long
	$(BIN)/python -m pytest $(SPREAD) -m long -o addopts="--strict-markers --strict-config -q"
	$(BIN)/python tests/chain/contracts/machines/summary.py long

machines: $(VENV)/.dev ## the contract state machines as every change runs them, and their counts
	rm -rf build/machines/short
	$(BIN)/python -m pytest -n $(JOBS) tests/chain/contracts/machines
	-$(BIN)/python tests/chain/contracts/machines/summary.py short

contracts: $(VENV)/.runtime ## rebuild the contract artifacts (needs Node)
	$(BIN)/medsim contracts build

clean: ## remove the virtual environment and caches; runs are kept
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage build dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "MedSim needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.native: $(NATIVE_SOURCES) | $(VENV)/.runtime
	@command -v cargo >/dev/null \
		|| { echo "the fast engine needs Rust: cargo is missing (rust-version in $(NATIVE)/Cargo.toml)" >&2; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(MATURIN) \
		|| { echo "the fast engine needs $(MATURIN), which pip could not install" >&2; exit 2; }
	VIRTUAL_ENV=$(abspath $(VENV)) CARGO_TARGET_DIR=$(abspath build/native) \
		$(BIN)/maturin develop --quiet --release --locked --manifest-path $(NATIVE)/Cargo.toml
	@touch $@

$(VENV)/.runtime: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.runtime
