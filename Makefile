# Every verb does its own set-up: `make run` and `make test` work on a machine that has Python 3.11, make and git.
PYTHON ?= python3.11
SHELL := /bin/bash
BIN := .venv/bin
PORT ?= 8501

help: ## list the verbs
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1|/' | column -t -s '|'

install: .venv/installed ## build .venv with the exact, hashed versions

.venv/installed: requirements.txt requirements-dev.txt
	@command -v $(PYTHON) >/dev/null || { echo "Pricing Desk needs Python 3.11: install it, or name it with make PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

world: install ## make the sample world and its warehouse, unless they stand already
	@$(BIN)/python -m lib build --if-missing

run: world ## open the desk on http://localhost:8501
	$(BIN)/streamlit run app.py --server.port $(PORT)

browser: ## find a Chromium and MariaDB for the tests, or install them where that is allowed
	@tests/servers/provide

lint: install ## formatter, linter and strict types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

test: world browser lint ## the whole suite; skipped tests are counted last
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lock: ## pin every package again, with hashes, from pyproject.toml
	$(PYTHON) -m venv .venv/lock && .venv/lock/bin/pip install --quiet uv
	.venv/lock/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet -o requirements.txt
	.venv/lock/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --quiet -o requirements-dev.txt

clean: ## remove what can be made again: the sample world and the warehouse
	rm -rf var

.PHONY: help install world run browser lint test lock clean
.DEFAULT_GOAL := help
