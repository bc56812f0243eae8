# Every command of the project. CI, the guides and people call these same targets.

SHELL := /bin/bash
.DEFAULT_GOAL := help

BIN := .venv/bin
FORGE := $(CURDIR)/contracts/node_modules/@foundry-rs/forge-linux-amd64/bin
PYTHON ?= $(shell for python in python3.11 python3.12 python3; do \
	$$python -c 'import sys, ensurepip, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null \
	&& { command -v $$python; break; }; done)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
NPM := npm ci --no-audit --no-fund --no-update-notifier --loglevel=error
APT := DEBIAN_FRONTEND=noninteractive apt-get
ROOT := $(shell [ "$$(id -u)" = 0 ] || echo sudo -n env)
BENCHES := $(sort $(wildcard bench/*.py))

# Only the installation gains from running side by side; checks keep their order even under -j.
ifndef SIDE_BY_SIDE
.NOTPARALLEL:
endif

.PHONY: help run test check bench contracts frontend translations
.PHONY: install install-test lint types storeys contracts-lint contracts-test slither pytest browser kubo

help:  ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

run: install  ## start three chains, a node and the example story
	@$(BIN)/tcmchain run --example

test: install-test browser kubo contracts-lint contracts-test lint types storeys pytest slither  ## install and run every test and check

check: install-test lint types storeys  ## run the quick checks and the tests that need no engine
	@$(BIN)/pytest -q -m "not engine and not browser and not postgres and not kubo"

bench: install-test  ## measure every figure; results are written to bench/results
	@for bench in $(filter-out bench/measured.py,$(BENCHES)); do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

contracts: contracts/node_modules/.full  ## build the contracts and export their artifacts
	@cd contracts && npm run --silent export

frontend: frontend/node_modules/.full  ## bundle scripts and styles into the package
	@cd frontend && npm run --silent build

translations: install-test  ## collect the sentences of all pages and compile their English
	@$(BIN)/python -m tests.web.catalogue

# -- installation: a stamp file stands for each thing installed --

install:
	@$(MAKE) --no-print-directory -s -j2 SIDE_BY_SIDE=1 .venv/.run contracts/node_modules/.run

install-test:
	@$(MAKE) --no-print-directory -s -j3 SIDE_BY_SIDE=1 .venv/.test contracts/node_modules/.full frontend/node_modules/.full

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 with its venv module is needed, and was not found."; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.run: pyproject.toml | .venv/bin/python
	@echo "Installing the Python packages"
	@$(PIP) -e .
	@touch $@

.venv/.test: pyproject.toml | .venv/bin/python
	@echo "Installing the Python packages, those of the tests too"
	@$(PIP) -e '.[test]'
	@touch .venv/.run $@

contracts/node_modules/.run: contracts/package-lock.json
	@echo "Installing the chains' executor"
	@cd contracts && $(NPM) --omit=dev
	@touch $@

contracts/node_modules/.full: contracts/package-lock.json
	@echo "Installing the contracts' tools"
	@cd contracts && $(NPM)
	@touch contracts/node_modules/.run $@

frontend/node_modules/.full: frontend/package-lock.json
	@echo "Installing the pages' tools"
	@cd frontend && $(NPM)
	@touch $@

# Without the right to install, the tests themselves report what was not run and why.
browser:
	@if command -v chromium >/dev/null && fc-list :lang=zh | grep -q .; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then echo "No apt-get here: install Chromium and a Chinese font by hand."; exit 0; fi; \
	if [ "$$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then echo "May not install Debian's chromium."; exit 0; fi; \
	echo "Installing Debian's chromium"; \
	{ $(ROOT) $(APT) update -qq && $(ROOT) $(APT) install -qq -y --no-install-recommends chromium fonts-noto-cjk >/dev/null; } \
	|| echo "Debian's chromium could not be installed."

# Without Go, or without its modules, the tests on Kubo report that they were not run.
kubo: .kubo/ipfs

.kubo/ipfs: tests/ipfs/kubo/go.mod tests/ipfs/kubo/go.sum
	@if ! PATH="$$PATH:/usr/local/go/bin" command -v go >/dev/null; then echo "Go is not installed: no Kubo is built."; exit 0; fi; \
	echo "Building Kubo"; mkdir -p .kubo; \
	cd tests/ipfs/kubo && PATH="$$PATH:/usr/local/go/bin" go build -o ../../../.kubo/ipfs github.com/ipfs/kubo/cmd/ipfs \
	|| echo "Kubo could not be built."

# -- checks --

lint:
	@$(BIN)/ruff check --no-cache .
	@$(BIN)/ruff format --check .

types:
	@$(BIN)/mypy

storeys:
	@$(BIN)/lint-imports

contracts-lint:
	@cd contracts && npm run --silent lint

contracts-test:
	@cd contracts && npm run --silent test

pytest:
	@$(BIN)/pytest -q -ra

# Last: it cleans what forge has built.
slither:
	@cd contracts && PATH="$(FORGE):$(CURDIR)/$(BIN):$$PATH" npm run --silent slither
