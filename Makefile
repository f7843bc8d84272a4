# Every verb does its own set-up: `make run` and `make test` work on a machine that has Python 3.11, make and git.
SHELL := /bin/bash
PORT ?= 8501
PYTHON ?= $(firstword $(foreach name,python3.11 python3 python,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo $(name))))
DESK := .venv/bin/python
SAMPLE := var/sample/world.toml
WAREHOUSE := var/snapshots/warehouse/current

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/installed ## build .venv with the exact, hashed versions

.venv/installed: requirements.txt requirements-dev.txt
	@[ -n "$(PYTHON)" ] || { echo "Pricing Desk needs Python 3.11: install it, or name it: make PYTHON=/path/to/python3.11"; exit 2; }
	@echo "Installing the pinned packages into .venv (once; a minute or two)"
	@$(PYTHON) -m venv .venv
	@$(DESK) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

world: $(WAREHOUSE) ## make the sample world and its warehouse, unless they stand already

$(SAMPLE): $(shell find data/sample -type f -not -name '*.pyc' 2>/dev/null) | .venv/installed
	@for months_ago in 1 0; do $(DESK) data/sample/generate.py --out var/sample --months-ago $$months_ago && $(DESK) -m lib pull || exit; done
	@touch $@

$(WAREHOUSE): $(SAMPLE) requirements.txt $(shell find lib/warehouse lib/mapping.py data/feeds data/catalog.toml data/billing.toml data/segments.toml data/stages.toml -type f -not -name '*.pyc' 2>/dev/null) | .venv/installed
	@for day in $$(cd var/snapshots && ls -d 20*); do $(DESK) -m lib build --as-of $$day || exit; done
	@touch $@

run: world ## open the desk on http://localhost:8501 (another port: make run PORT=9000)
	@$(DESK) -m streamlit run app.py --server.port $(PORT)

browser: ## find a Chromium, a MariaDB and a PostgreSQL for the tests, or install them where that is allowed
	@tests/servers/provide

lint: install ## formatter, linter and strict types
	@$(DESK) -m ruff format --check .
	@$(DESK) -m ruff check .
	@$(DESK) -m mypy

test: world browser lint ## the whole suite; skipped tests are counted last
	@$(DESK) -m pytest -n 2 --dist loadgroup

look: world browser ## photograph every page into var/screens: two widths, light and dark
	@$(DESK) -m tests.browser.look

clone-check: ## prove that a clean clone of HEAD needs nothing else: run its tests in a new folder
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	git clone --quiet . "$$folder/desk" && { [ ! -d ../shared ] || ln -s "$$(cd ../shared && pwd)" "$$folder/shared"; } && \
	$(MAKE) --no-print-directory -C "$$folder/desk" test

fuzz: world ## search the laws of rating, kernel, contracts and meter with thousands of examples, new ones in every run
	@$(DESK) -m pytest -n 2 --hypothesis-profile=fuzz tests/test_rating_laws.py tests/test_rating_rules.py tests/kernel \
		tests/test_periods.py tests/test_contracts.py tests/test_contract_terms.py tests/test_contract_offers.py \
		tests/test_owed.py tests/test_remittance.py tests/test_scenario.py

kills: install ## kill -9 pull and build at 30 random moments each, under a reader
	@$(DESK) -m tests.endurance.kills

publishes: install ## publish 100 warehouses under 8 reading sessions
	@$(DESK) -m tests.endurance.publishes

bench: .venv/bench/installed ## measure the kernel against DuckDB, Polars and pandas in one interleaved run
	@.venv/bench/bin/python -m tests.benchmarks

fuzz-readers: install ## give every reader of usage and of exports 100,000 broken inputs (fewer: INPUTS=1000)
	@$(DESK) -m tests.fuzz --inputs $(or $(INPUTS),100000)

bench-page: install browser ## measure a moved price on the page of 5,000 customers against a minimal app, in one browser run
	@$(DESK) -m tests.benchmarks.race

bench-reading: install ## measure what accounting for every line costs over a strict reader, on a million lines
	@$(DESK) -m tests.benchmarks.reading

bench-lever: install browser ## measure in a browser what a moved lever of the forecast waits for
	@$(DESK) -m tests.benchmarks.redraw

bench-calibration: install ## forecast 400 made-up companies with known rates, three times over: do nine ranges in ten hold?
	@$(DESK) -m tests.benchmarks.calibration

bench-forecast: world ## measure the forecast's walk against its floor, and what the same luck is worth
	@$(DESK) -m tests.benchmarks.forecast
	@$(DESK) -m tests.benchmarks.pairing

.venv/bench/installed: requirements-bench.txt | .venv/installed
	@$(PYTHON) -m venv .venv/bench
	@.venv/bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

lock: ## pin every package again, with hashes, from pyproject.toml
	$(PYTHON) -m venv .venv/lock && .venv/lock/bin/pip install --quiet uv
	.venv/lock/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet -o requirements.txt
	.venv/lock/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --quiet -o requirements-dev.txt
	.venv/lock/bin/uv pip compile pyproject.toml --extra bench -c requirements.txt --universal --python-version 3.11 --generate-hashes --no-header --quiet -o requirements-bench.txt

clean: ## remove what can be made again: the sample world, its warehouse, the screenshots; what people decided stays
	if [ -d var ]; then find var -mindepth 1 -maxdepth 1 ! -name 'decisions.sqlite*' -exec rm -rf {} +; fi

.PHONY: help install world run browser lint test look clone-check fuzz fuzz-readers kills publishes bench bench-page bench-reading bench-lever bench-forecast bench-calibration lock clean
.DEFAULT_GOAL := help
