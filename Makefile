# `make` alone lists the targets. Each does the set-up that it needs.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AWSCLI := .venv-awscli
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q 'pip>=25.1'
	$(BIN)/python -m pip install -q -e '.[sandbox]' --group dev
	touch $@

# The AWS CLI pins one version of botocore, so it lives apart from ours.
$(AWSCLI)/ready: pyproject.toml
	$(PYTHON) -m venv $(AWSCLI)
	$(AWSCLI)/bin/python -m pip install -q 'pip>=25.1'
	$(AWSCLI)/bin/python -m pip install -q --group awscli
	touch $@

setup: $(VENV)/ready $(AWSCLI)/ready  ## a .venv with the package and all that its checks need
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
	  echo 'No Chromium is on the path: the tests of the HTML report will be skipped. apt-get install chromium'

demo: $(VENV)/ready  ## plan, apply, drift and repair, with the real command line on a local sandbox
	$(BIN)/python manifests/demo.py

golden: setup  ## write the golden files of the tests anew
	GOLDEN=write $(BIN)/python -m pytest tests/report

lint: setup  ## format and lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup  ## format the code in place
	$(BIN)/ruff check --fix-only -q .
	$(BIN)/ruff format .

test: setup  ## the tests
	$(BIN)/python -m pytest

fuzz: setup  ## random stories of crashes and faults, for SECONDS (600); a failing one prints how to tell it again
	$(BIN)/python -m tests.simulation --seconds $(or $(SECONDS),600)

crash: setup  ## the command line killed at every write and every request of an apply, and at random moments (half an hour)
	$(BIN)/python -m tests.crash

bench: setup  ## what plans and applies cost, beside Terraform (where there is one) and boto3 (some ten minutes)
	$(BIN)/python -m tests.bench

profile: setup  ## where the time of a first plan of 10,000 jobs goes
	$(BIN)/python -m tests.bench.profiled

fleet: setup  ## a million jobs, planned as a whole, then in 16 shards planned and applied one after the other (half an hour)
	$(BIN)/python -m tests.bench.fleet

lint-kinds: setup  ## the kinds against the services' own models, offline
	$(BIN)/python -m reconcile.kinds.lint

check: lint lint-kinds test  ## what CI runs

.PHONY: help setup demo golden lint lint-kinds format test fuzz crash bench fleet profile check
