# Two commands: `make run` and `make test`. Each prepares all it needs and can be repeated from any
# half-finished state. Variables: docs/operations.md; say them in the environment or after `make run`.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run test lint format bench bench-collector bench-dashboard bench-folding bench-home bench-import bench-import-reach bench-kazakh bench-ledger bench-pushes bench-queue bench-report-pdf bench-search bench-setup faults kazakh-accuracy pins clean venv venv-dev

# The first of these that is new enough; none is: python3, so that tools/venv.py can say so.
NEW_ENOUGH = $(shell $(1) -c 'import sys; print(sys.version_info >= (3, 11) or "")' 2>/dev/null)
ifndef PYTHON
PYTHON := $(firstword $(foreach one,python3 python3.13 python3.12 python3.11,$(if $(call NEW_ENOUGH,$(one)),$(one))) python3)
endif
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
PYTEST := $(BIN)/python -m pytest
# Worker processes for the tests: more than processors, since many tests wait for other processes.
JOBS ?= 4
PYTEST_ARGS ?=

help:  ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

setup: venv  ## virtual environment, packages, configuration file, database, static files
	@$(BIN)/python -m edu_cms.environment
	@$(MANAGE) prepare

run: venv  ## all of that, the demo content on the first run, then site and scheduler on PORT
	@$(BIN)/python -m edu_cms.environment
	@$(MANAGE) prepare --demo
	@exec $(BIN)/python -m edu_cms.serve

test: venv-dev  ## every test, on SQLite unless DATABASE_URL says otherwise
	@$(MANAGE) update_catalogues --compile
	@command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || echo "Browser tests are skipped: no Chromium here (Debian: apt-get install chromium-headless-shell fonts-noto-cjk fonts-noto-core)"
	@fc-list :lang=zh-cn 2>/dev/null | grep -q . || echo "Pictures of Chinese text show boxes: no CJK font here (Debian: apt-get install fonts-noto-cjk)"
	@ldconfig -p 2>/dev/null | grep -q libpangoft2-1.0 || echo "Tests of PDF reports are skipped: no pango here (Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)"
	$(PYTEST) -n $(JOBS) --maxschedchunk 1 $(PYTEST_ARGS)

lint: venv-dev  ## style, templates, layers, migrations, production settings, catalogues, known holes
	@sh tools/lint.sh $(BIN)

format: venv-dev  ## put Python and templates into the house's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djhtml edu_cms/templates content/templates campaigns/templates

bench: bench-collector bench-dashboard bench-folding bench-home bench-import bench-import-reach bench-kazakh bench-ledger bench-pushes bench-queue bench-report-pdf bench-search bench-setup  ## every benchmark, each prints one table

bench-collector: venv-dev  ## hits per second that POST /hit takes and keeps, beside a view that does nothing
	@$(BIN)/python -m tests.benchmarks.bench_collector

bench-dashboard: venv-dev  ## one look at the dashboard at 1 and 10 million entries, which stay in KEEP
	@$(BIN)/python -m tests.benchmarks.bench_dashboard $(if $(KEEP),--keep $(KEEP))

bench-folding: venv-dev  ## hits per second and core into the ledger; on PostgreSQL too with BENCH_DATABASE_URL
	@$(BIN)/python -m tests.benchmarks.bench_folding

bench-home: venv-dev  ## requests per second of the home page beside its peers
	@$(MANAGE) update_catalogues --compile
	@$(BIN)/python -m tests.benchmarks.bench_home

bench-import: venv-dev  ## 1,000 generated materials
	@$(BIN)/python -m tests.benchmarks.bench_import

bench-import-reach: venv-dev  ## the checks of 100,000 spreadsheet rows beside the parser alone
	@$(BIN)/python -m tests.benchmarks.bench_import_reach

bench-kazakh: venv-dev  ## megabytes per second of each direction of Kazakh script conversion
	@$(BIN)/python -m tests.benchmarks.bench_kazakh

bench-ledger: venv-dev  ## a page of the ledger under any filter at 1 and 10 million entries, which stay in KEEP
	@$(BIN)/python -m tests.benchmarks.bench_ledger $(if $(KEEP),--keep $(KEEP))

bench-pushes: venv-dev  ## 10,000 pushes due in one minute; on PostgreSQL too with BENCH_DATABASE_URL
	@$(BIN)/python -m tests.benchmarks.bench_pushes

bench-queue: venv-dev  ## what looks at the translation queue cost with 2,000 pieces; on PostgreSQL too with BENCH_DATABASE_URL
	@$(MANAGE) update_catalogues --compile
	@$(BIN)/python -m tests.benchmarks.bench_queue

bench-report-pdf: venv-dev  ## seconds until a report is there as PDF, the first of a process included
	@$(BIN)/python -m tests.benchmarks.bench_report_pdf

bench-search: venv-dev  ## what a search among 20,000 pages takes and finds, beside stock Wagtail; on PostgreSQL too with BENCH_DATABASE_URL
	@$(MANAGE) update_catalogues --compile
	@$(BIN)/python -m tests.benchmarks.bench_search

bench-setup:  ## make setup and make run in a fresh copy of the project, cold and again
	@$(PYTHON) tests/benchmarks/bench_setup.py

kazakh-accuracy: venv-dev  ## how right script conversion is on words it was not made from; CORPUS: a CoNLL-U file
	@$(BIN)/python -m tests.accuracy.kazakh $(CORPUS)

faults: venv-dev  ## the fault tests with their full number of pushes and kills
	@$(MANAGE) update_catalogues --compile
	FAULT_PUSHES=$${FAULT_PUSHES:-1000} FAULT_KILLS=$${FAULT_KILLS:-200} $(PYTEST) -m fault $(PYTEST_ARGS)

pins: venv-dev  ## pin anew what pyproject.toml asks for; UPGRADE=--upgrade for newer releases
	CUSTOM_COMPILE_COMMAND="make pins" $(BIN)/pip-compile -q $(UPGRADE) --strip-extras --no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements.txt pyproject.toml
	CUSTOM_COMPILE_COMMAND="make pins" $(BIN)/pip-compile -q $(UPGRADE) --strip-extras --no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --allow-unsafe --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml

clean:  ## remove the virtual environment and caches; VAR_DIR, with the data, stays
	rm -rf .venv .venv.lock .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

venv:
	@$(PYTHON) tools/venv.py requirements.txt

venv-dev: venv
	@$(PYTHON) tools/venv.py requirements-dev.txt
