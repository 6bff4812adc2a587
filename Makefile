# Everything happens in .venv, which is made when it is missing or pyproject.toml has changed.

PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
READY := .venv/ready
BENCH_READY := .venv/ready-bench
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help setup check fix test schema demo bench clean

help: ## show this
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

setup: $(READY) ## make .venv with the program and everything that checks it

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1 | head -n 1)." >&2; \
	  echo "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Setting up .venv ..." >&2
	@$(PYTHON) -m venv .venv
	@$(PIP) install --editable '.[dev]'
	@touch $@

$(BENCH_READY): $(READY)
	@$(PIP) install --editable '.[bench]'
	@touch $@

check: $(READY) ## format, lint, types, schemas and tests; changes nothing
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/recamera-gitops schema --check --output schemas --settings docs/settings.md --rules docs/rules.md
	$(BIN)/python -m pytest -n auto $(ARGS)

fix: $(READY) ## format, and repair what ruff can repair
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

test: $(READY) ## run the tests; more options in ARGS
	$(BIN)/python -m pytest -n auto $(ARGS)

schema: $(READY) ## write schemas/, docs/settings.md and docs/rules.md again, after a declaration has changed
	$(BIN)/recamera-gitops schema --output schemas --settings docs/settings.md --rules docs/rules.md

demo: $(READY) ## the whole story against three emulated cameras
	@$(BIN)/recamera-gitops demo

bench: $(BENCH_READY) ## measure how fast a fleet is planned
	$(BIN)/python -m benchmarks $(ARGS)

clean: ## remove .venv and what the tools left behind
	rm -rf .venv build dist *.egg-info .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
