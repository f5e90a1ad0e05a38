# Two commands do all the set-up: `make demo` and `make test`. Both make their own virtual environment, .venv.

PYTHON ?= python3
PIP_FLAGS ?=
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint format docs check house bench study clean clean-cache

demo: $(VENV)/.installed
	$(BIN)/python -m analysis.demo --out demo

test: $(VENV)/.tested
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.tested
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.documented
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

check: lint test docs

house: $(VENV)/.installed
	$(BIN)/python -m analysis.house

bench: $(VENV)/.benched
	$(BIN)/python -m analysis.benchmarks $(BENCH)

study: $(VENV)/.benched
	$(BIN)/python -m analysis.robustness $(STUDY)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python setup.cfg pyproject.toml constraints.txt
	$(BIN)/python -m pip install $(PIP_FLAGS) -c constraints.txt -e .
	touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(BIN)/python -m pip install $(PIP_FLAGS) -c constraints.txt -e '.[test]'
	touch $@

$(VENV)/.benched: $(VENV)/.installed
	$(BIN)/python -m pip install $(PIP_FLAGS) -c constraints.txt -e '.[bench]'
	touch $@

$(VENV)/.documented: $(VENV)/.installed
	$(BIN)/python -m pip install $(PIP_FLAGS) -c constraints.txt -e '.[docs]'
	touch $@

clean-cache:
	rm -rf netsparse/kernels/__pycache__

clean: clean-cache
	rm -rf $(VENV) demo build *.egg-info .pytest_cache .ruff_cache .hypothesis docs/_build docs/api
