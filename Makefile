# Everything there is to run. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/.ready
ORDERS ?=
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	--custom-compile-command "make lock" --quiet

.PHONY: help setup demo check test test-fast test-compose soak bench up down image sbom audit check-kubernetes lock clean
BUILD_FACTS = VERSION="$$($(BIN)/hatchling version 2>/dev/null)" COMMIT="$$(git rev-parse --short HEAD 2>/dev/null)" \
	BUILT="$$(date -u +%Y-%m-%dT%H:%M:%SZ)"

help: ## show this list
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*?## "} {printf "  make %-17s %s\n", $$1, $$2}'

setup: $(READY) ## make the environment in .venv, from the lock

$(READY): requirements-dev.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed. Debian: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "The venv module is missing. Debian: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "setup: installing the locked dependencies"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: setup ## a whole system with two simulators; ORDERS=200, KEEP=1 leaves it running
	@$(BIN)/ml-connector demo $(if $(ORDERS),--orders $(ORDERS)) $(if $(KEEP),--keep)

check: setup ## lint, types, import rules
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo >.venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }
	@echo "check: lint, types and import rules are clean"

test: check ## what CI runs: every check and every test, with services of its own where there are none
	@ML_CONNECTOR_TEST_REQUIRE_SERVICES=1 $(BIN)/python -m pytest -q -n 4 --dist worksteal

test-fast: setup ## unit and property tests, in seconds
	@$(BIN)/python -m pytest -q -n 2 tests/unit tests/properties

soak: setup ## minutes under load: short tokens, throttling, an outage, a rotation; lengths as in tests/soak
	@ML_CONNECTOR_TEST_REQUIRE_SERVICES=1 $(BIN)/python -m pytest -q -s tests/soak

bench: setup ## records per second beside what the bus alone can do; ORDERS=2000
	@$(BIN)/python -m benchmarks.throughput $(if $(ORDERS),--orders $(ORDERS))

up: ## the whole system in docker compose, against the simulators: docker compose up, with the version in its image
	@$(BUILD_FACTS) docker compose up --build --detach --wait
	@echo "Oracle http://127.0.0.1:8801/admin · JAGGAER http://127.0.0.1:8802/admin · RabbitMQ http://127.0.0.1:15672"
	@echo "RabbitMQ's management page: user ml-connector-operator, password $$(docker compose run --rm secrets show 2>/dev/null)"

down: ## stop docker compose; its data stay
	@docker compose down

image: setup ## the image, with its version, commit and date
	@$(BUILD_FACTS) docker compose build secrets

test-compose: setup ## minutes: docker compose under load, everything in it killed, restarted and scaled; ORDERS=3000
	@$(if $(ORDERS),ML_CONNECTOR_TEST_DRILL=$(ORDERS)) $(BIN)/python -m pytest -q -s tests/compose

sbom: ## what is in the image, as CycloneDX: sbom.json
	@$(PYTHON) deploy/release/sbom.py requirements.lock "$$($(BIN)/hatchling version 2>/dev/null)" >sbom.json && echo "sbom: wrote sbom.json"

audit: setup ## known vulnerabilities of what is locked; without a network it says so
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-audit
	@deploy/release/audit

check-kubernetes: setup ## deploy/kubernetes, rendered if kustomize is here, against Kubernetes' own schemas
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check kubernetes-validate
	@$(BIN)/python deploy/release/check_kubernetes.py

lock: setup ## resolve the dependencies again: what runs, what builds, what develops
	@$(BIN)/python -m pip install --quiet uv
	@$(LOCK) pyproject.toml -o requirements.lock
	@$(LOCK) --group build -o requirements-build.lock
	@$(LOCK) pyproject.toml --group dev -o requirements-dev.lock

clean: ## remove the environment and every cache
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .run dist build
