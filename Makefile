# The only commands anyone must know: make demo, make test, make check, make bench.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.wayhome-installed
TESTS  := $(VENV)/.tests-installed
SOAK   := $(VENV)/.soak-installed
BENCH  := $(VENV)/.bench-installed
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK   := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links
PLUGINS := belgium netherlands nigeria brazil sierra_leone
JOBS   ?= 2

# What is compiled is kept: else each of the programs that the tests start compiles the engine anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test waits pure check bench dist soak docs lock clean

demo: $(STAMP)
	$(BIN)/wayhome demo

# FAST=1 leaves out PostgreSQL, most rows of a test that has many, and what takes long (tests/fast.py). What waits (for a process that is killed, for a bound of seconds) is run by .ci/run: of each a sample is run here.
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder
test: $(TESTS)
	WAYHOME_TEST_FAST=$(FAST) $(PYTEST) -m "not soak and not waits"

waits: $(TESTS)
	$(PYTEST) -m waits

# The newest other Python that this machine has: what needs no database, and nothing of the system, is tried there too.
OTHER  ?= $(shell for one in python3.14 python3.13 python3.12; do for it in $$(which -a $$one 2>/dev/null); do \
	$$it -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] == ($(shell $(PYTHON) -c 'import sys; print("%d, %d" % sys.version_info[:2])')))' 2>/dev/null && echo $$it && exit; done; done)
PURE   := tests/model tests/calendar tests/rules tests/flow tests/forms tests/cards tests/golden
pure: $(TESTS)
	@if [ -z "$(OTHER)" ]; then echo "This machine has no newer Python beside $(PYTHON): nothing was tried on another."; else \
	set -e; echo "On $$($(OTHER) --version):"; \
	test -x $(VENV)-other/bin/python || $(OTHER) -m venv $(VENV)-other; \
	$(VENV)-other/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock -r requirements-tests.lock; \
	$(VENV)-other/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . $(PLUGINS:%=-e plugins/%); \
	$(VENV)-other/bin/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -p no:cacheprovider -m "not soak and not waits" $(PURE); fi

check: $(TESTS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry .

# With BEFORE=<commit> only this: the same commands in the code of that commit and in this, in turn. Error 1: a goal is missed. Error 2: something was not measured.
bench: $(BENCH)
	@$(BIN)/python benchmarks/$(if $(BEFORE),before.py $(BEFORE),every.py)

# Wheels and source packages of the engine and the plugins, and a try of them: in an environment that has neither this folder nor the lock.
DIST_PYTHON ?= $(PYTHON)
dist: $(STAMP)
	rm -rf dist && mkdir dist
	$(BIN)/python -m hatchling build -d dist
	for one in $(PLUGINS); do (cd plugins/$$one && ../../$(BIN)/python -m hatchling build -d ../../dist) || exit 1; done
	$(DIST_PYTHON) -m venv dist/tried
	dist/tried/bin/python -m pip install --quiet --disable-pip-version-check "$$(ls -d $(CURDIR)/dist/wayhome-*.whl)[shell]" $(CURDIR)/dist/wayhome_*.whl
	dist/tried/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps -w dist/again $(CURDIR)/dist/*.tar.gz
	cd dist/tried && bin/wayhome demo --json > demo.json && bin/python -c 'import json; assert json.load(open("demo.json"))["verify"]["ok"]; print("The packages in dist install, and the demo runs from them.")'

soak: $(SOAK)
	$(BIN)/python -m pytest -m soak -p no:cacheprovider
	JOBS=$(JOBS) $(BIN)/python -m tests.mutation

docs: $(TESTS)
	$(BIN)/python docs/generate.py

# Only maintainers need uv; it is not in the locks.
lock:
	$(LOCK) --extra shell -o requirements.lock pyproject.toml requirements.in
	$(LOCK) -o requirements-tests.lock requirements-tests.in
	$(LOCK) -o requirements-soak.lock requirements-soak.in
	$(LOCK) -o requirements-bench.lock requirements-bench.in

# A lock names everything, so nothing else is looked for: pip would take the
# newest of what is asked for with an extra, and then miss its hash.
$(STAMP): requirements.lock pyproject.toml $(PLUGINS:%=plugins/%/pyproject.toml)
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Wayhome needs Python 3.11 or later: make PYTHON=python3.12 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --no-deps --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e . $(PLUGINS:%=-e plugins/%)
	touch $(STAMP)

$(TESTS): $(STAMP) requirements-tests.lock
	$(PIP) --no-deps --require-hashes -r requirements-tests.lock
	touch $(TESTS)

$(SOAK): $(TESTS) requirements-soak.lock
	$(PIP) --no-deps --require-hashes -r requirements-soak.lock
	touch $(SOAK)

$(BENCH): $(TESTS) requirements-bench.lock
	$(PIP) --no-deps --require-hashes -r requirements-bench.lock
	touch $(BENCH)

clean:
	rm -rf $(VENV) $(VENV)-other dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
