# The same lines that CI runs. Everything stays inside this folder but Elasticsearch, which is kept in
# the user's cache (TINGFENG_CACHE); nothing needs root.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 \
	&& $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)
VENV ?= .venv
BIN = $(VENV)/bin
# Twice quiet: errors only. justext asks lxml for an extra by its old name, and pip warns of it.
PIP = $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check

# What the tests need, as listed under [dependency-groups] of pyproject.toml.
GROUP = $(BIN)/python -c "import tomllib; g = tomllib.load(open('pyproject.toml', 'rb'))['dependency-groups']; \
	flat = lambda n: [d for e in g[n] for d in (flat(e['include-group']) if isinstance(e, dict) else [e])]; \
	print('\n'.join(flat('$(1)')))"

.PHONY: demo test lint servers bench model wheels test-installed test-transformers clean setup

demo: $(VENV)/.base  ## make an environment, install, run the built-in story
	$(BIN)/tingfeng demo

test: $(VENV)/.dev lint  ## all checks and all tests but those that need torch
	$(BIN)/pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose*.yml

servers: $(VENV)/.dev  ## real Elasticsearch servers for the tests, into the cache (1.2 GB are downloaded once)
	$(BIN)/python -m servers fetch

test-transformers: $(VENV)/.torch  ## the tests that need torch (some 5 GB are installed)
	$(BIN)/pytest -m transformers

wheels: $(VENV)/.dev  ## tingfeng and the weights of its encoder, into dist/
	rm -rf dist
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .
	$(BIN)/python -m build --wheel --no-isolation --outdir dist encoder

test-installed: wheels  ## the built files, installed without and with the extra [encoder]
	.ci/installed dist

bench: $(VENV)/.dev  ## the slow measurements; results go to benchmarks/
	$(call GROUP,bench) | $(PIP) install -r /dev/stdin
	$(BIN)/python -m benchmarks

model: $(VENV)/.dev  ## make the shipped weights again from the real texts
	$(PIP) install -e '.[train]'
	$(BIN)/python -m nlp.train --data "$${TINGFENG_DATA:-../shared/data}"

setup: $(VENV)/.dev  ## environment for developers, with the git hook
	$(BIN)/pre-commit install

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed: set PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.base: $(VENV)/.python pyproject.toml
	$(PIP) install -e .
	touch $@

$(VENV)/.dev: $(VENV)/.base encoder/pyproject.toml
	$(call GROUP,dev) > $(VENV)/dev.txt
	$(PIP) install -e encoder -r $(VENV)/dev.txt
	touch $@

$(VENV)/.torch: $(VENV)/.dev
	$(PIP) install -e '.[transformers]'
	touch $@

clean:
	rm -rf $(VENV) demo dist build
