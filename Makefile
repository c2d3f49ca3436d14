# Every target sets up what it needs; `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready
# Read again by each of the many processes that the tests start.
BYTECODE := $(VENV)/bytecode
export PYTHONDONTWRITEBYTECODE := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo run test lint bench docs lock clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 14

$(LOCKED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 …"; exit 1; }
	@echo "Setting up $(VENV) from requirements.lock …"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

# Apart from the lock: a word changed in a tool's settings must not empty an environment that tests are running in.
$(READY): pyproject.toml $(LOCKED)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: $(READY) ## Make the virtual environment

demo: $(READY) ## Tell a ticket's whole life and a team's day on a sandbox helpdesk (ONCE=1: check it and exit; PLATFORM=jira: on Jira, PLATFORM=both: on two)
	@ONCE=$(ONCE) PLATFORM=$(PLATFORM) $(BIN)/python -m examples.demo

run: $(READY) ## Run receiver and worker with ./policy.json and ./connections.json
	@$(BIN)/escalation run

test: $(READY) ## Run the tests
	@PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(CURDIR)/$(BYTECODE) $(BIN)/python -m pytest -q -n auto --dist worksteal

lint: $(READY) ## Check style, types and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(READY) ## Measure rules on a ticket, ingest throughput and event-to-write latency
	@$(BIN)/python -m tests.bench_rules
	@$(BIN)/python -m tests.bench

docs: $(READY) ## Rewrite the tables of the policy's reference from its schema
	@$(BIN)/python -m tests.house.policy_page

lock: $(READY) ## Pin the newest allowed versions with hashes
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header --no-strip-extras --quiet --upgrade -o requirements.lock

clean: ## Remove the virtual environment and caches
	@rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
