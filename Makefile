# Kulkul's own commands. `make demo` and `make test` build what they need, also as the first command ever typed.
PYTHON ?= python3.11
# Many tests wait for a daemon, a server or a clock: two workers for each core keep the cores busy.
WORKERS ?= $(shell echo $$((2 * $$(nproc))))
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help install demo run test coverage check lint format lock schema dashboards clean
.DEFAULT_GOAL := help

help:  ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

install: $(STAMP)  ## Build .venv with the kulkul command in it

$(STAMP): pyproject.toml requirements.lock
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not installed. On Debian 12: apt-get install python3 python3-venv, or name another Python (3.11 to 3.13): make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "The virtual environment could not be built. On Debian: apt-get install python3-venv" >&2; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: install  ## Run the daemon against a bundled town of local sites; needs no network
	$(BIN)/kulkul demo

run: install  ## Run the daemon on config/kulkul.yml
	$(BIN)/kulkul run --config config/kulkul.yml

test: install  ## Run every test, in parallel
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

coverage: install  ## Run every test and show which lines none of them reaches
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q -n $(WORKERS) --dist worksteal
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --show-missing

check: install lint  ## Lint, types, layers, configuration, generated files
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/kulkul config check --config config/kulkul.yml

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: install  ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: install  ## Write config/schema/ anew from the models
	$(BIN)/kulkul config schema --output config/schema

dashboards: install  ## Write config/grafana/dashboards/ anew from dashboards/
	$(BIN)/python -m dashboards

lock:  ## Pin every dependency again, with hashes (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--no-header --all-extras --group dev pyproject.toml --output-file requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage* htmlcov
