# `make` alone lists the targets. PYTHON=... names the interpreter that .venv is made with.

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 8
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--only-binary :all: --generate-hashes --no-emit-index-url --no-emit-find-links --no-header

.DEFAULT_GOAL := help
.PHONY: help run test bench check format lint types migration client lock openapi clean local dev

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

run: local  ## Start everything with demo data and print where it is; PORT, HOST, IMS_STATE_DIR=...
	@exec $(BIN)/python -m app.cli dev

test: dev  ## Run the tests on servers of their own; args="-k name" passes options on
	@$(PYTEST) $(args)

bench: local  ## Measure beside two references, write docs/performance.md; args="--rows 10000"
	@$(BIN)/python -m bench $(args)

check: dev  ## What CI runs: format, lint, types, import rules, Dockerfile, tests with coverage
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile
	$(PYTEST) --cov --cov-fail-under=90 --durations=15

format: dev  ## Format the code and mend what the linter can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lint: dev  ## Lint the code, the import rules and the Dockerfile
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile

types: dev  ## Check the types
	$(BIN)/mypy

migration: dev  ## Write a schema revision from the models: m="what it does"; needs a running `make run`
	@test -n "$(m)" || { echo 'Say what it does: make migration m="add a column"'; exit 1; }
	$(BIN)/alembic revision --autogenerate -m "$(m)"

client: dev  ## Write app/client/synchronous from app/client/asynchronous
	@$(BIN)/python -m app.client.translation

lock: dev  ## Compile requirements/*.txt from pyproject.toml
	$(COMPILE) --extra server -o requirements/run.txt
	$(COMPILE) --extra server --extra local -c requirements/run.txt -o requirements/local.txt
	$(COMPILE) --extra server --extra local --extra dev -c requirements/local.txt -o requirements/dev.txt

openapi: local  ## Write docs/openapi.json from the code; refused if it breaks clients unawares
	@$(BIN)/python -m app.cli openapi docs/openapi.json

clean:  ## Remove caches; .venv and the data in .ims stay
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis
	rm -rf .coverage .coverage.* htmlcov dist
	find app bench tests alembic -name __pycache__ -type d -prune -exec rm -rf {} +

local dev:
	@sh requirements/install.sh $@
