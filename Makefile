# Everything works from a fresh clone where only Python 3.11 to 3.13 and make are installed.
# Options of a command: make demo ARGS="--for 60"

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BENCH := .venv-bench
BENCH_READY := $(BENCH)/.ready
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock"
ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help install demo test lint format bench evaluate chaos check fresh-clone proto lock clean
.DEFAULT_GOAL := help

help: ## Show this
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: $(READY) ## Make the environment in .venv; `.venv/bin/ringfence --help` goes on from there

demo: $(READY) ## Start everything, let simulated fleets work, and watch (ARGS="--for 60")
	$(BIN)/ringfence demo $(ARGS)

test: $(READY) ## Run all tests but the chaos ones
	$(BIN)/pytest -m "not chaos and not chaos_long and not fresh_clone" $(ARGS)

chaos: $(READY) ## Kill and freeze workers and the broker under load, the long form
	$(BIN)/pytest -m "chaos or chaos_long" --timeout 3600 $(ARGS)

check: lint ## What CI runs: lint, all tests, the short form of chaos
	$(BIN)/pytest -m "not chaos_long and not fresh_clone" $(ARGS)

fresh-clone: $(READY) ## Clone the project and run it as a stranger who has Python and make alone
	$(BIN)/pytest -m fresh_clone $(ARGS)

lint: $(READY) ## Check style, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## Format the code, and mend what can be mended
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(READY) $(BENCH_READY) ## Measure, beside plain Faust, Quix Streams and a bare loop
	$(BIN)/ringfence bench $(ARGS)

evaluate: $(READY) ## Score every detector on public and simulated data (ARGS="--quick --set govsim")
	$(BIN)/python -m tests.evaluation $(ARGS)

proto: $(READY) ## Generate the messages of Envoy's external authorization anew
	$(BIN)/python -m grpc_tools.protoc -I . --python_out=. --pyi_out=. api/doors/wire/ext_authz.proto

lock: $(READY) ## Resolve all dependencies anew, Kafka's jars too
	$(BIN)/$(LOCK) --upgrade --extra dev pyproject.toml --output-file requirements.txt
	$(BIN)/$(LOCK) --upgrade --group bench --output-file requirements-bench.txt
	$(BIN)/python -m app.embedded.jars

clean: ## Remove the environments and all caches; what ./data holds stays
	rm -rf $(VENV) $(BENCH) build dist *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.txt pyproject.toml
	@ops/environment $(VENV) requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(BENCH_READY): requirements-bench.txt
	@ops/environment $(BENCH) requirements-bench.txt
	@touch $@
