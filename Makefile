# Two commands: `make demo` and `make test`. Each sets up what it needs, in .venv.
PYTHON ?= python3.11
BIN := .venv/bin

export UV_SYSTEM_CERTS = 1
export UV_PYTHON_DOWNLOADS = never
# Tests and demo start hundreds of processes: each would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo stop test lint types bench messages screenshots lock clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 10

demo: .venv/.run ## set up, play the Malaysia-Korea case, and leave both desks open
	@$(BIN)/sepakat demo

stop: ## stop the nodes that the demo left running
	@$(BIN)/sepakat demo --stop

test: .venv/.dev lint types ## set up, check style, types and imports, and run every test
	@echo "==> Running the tests"
	@# In the order of the folders: the browser, which takes longest, begins first.
	@$(BIN)/pytest -n auto --dist loadscope --no-loadscope-reorder

lint: .venv/.dev ## style, formatting and the one-way imports
	@echo "==> Checking style and imports"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo

types: .venv/.dev ## static types
	@echo "==> Checking types"
	@$(BIN)/mypy

bench: .venv/.bench ## measure, beside the parts that bound us and a peer
	@$(BIN)/python -m bench

messages: .venv/.dev ## bring the translations' catalogues up to date, and say what they lack
	@DJANGO_SETTINGS_MODULE=sepakat.node.settings $(BIN)/python -m django messages

screenshots: .venv/.dev ## the documentation's pictures of the desk, made anew by its tests
	@SEPAKAT_SCREENSHOTS=docs/images $(BIN)/pytest -q tests/browser -k page

lock: .venv/.uv ## write the lock files anew from pyproject.toml
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra postgres --extra methods --extra outlook pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra postgres --extra methods --extra outlook --extra cluster --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra postgres --extra methods --extra outlook --extra cluster --group dev --group bench -c requirements-dev.lock pyproject.toml -o requirements-bench.lock
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --group build -c requirements-dev.lock -o requirements-build.lock

clean: ## remove the environment and what the demo left
	-@$(BIN)/sepakat demo --stop 2>/dev/null
	rm -rf .venv var

# Without pip, as Debian's Python makes no other environment unless one more package is installed;
# the system's pip can install into it all the same.
PIP = $(PYTHON) -m pip --python $(BIN)/python install -q --disable-pip-version-check

.venv/.uv: requirements-build.lock
	@echo "==> Making a Python environment in .venv"
	@$(PYTHON) -m venv --without-pip .venv
	@$(PIP) --require-hashes -r requirements-build.lock || echo "    uv is not to be had; pip will do, more slowly"
	@touch $@

# $(call install,LOCK): exactly what LOCK pins, checked against its hashes, and Sepakat itself.
define install
	@echo "==> Installing what $(1) pins"
	@if [ -x $(BIN)/uv ]; then \
	  $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r $(1) && \
	  $(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	else \
	  $(PIP) --require-hashes -r $(1) && $(PIP) --no-deps -e .; \
	fi
	@touch $@
endef

.venv/.run: .venv/.uv requirements.lock pyproject.toml
	$(call install,requirements.lock)

.venv/.dev: .venv/.uv requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock)
	@touch .venv/.run

.venv/.bench: .venv/.uv requirements-bench.lock pyproject.toml
	$(call install,requirements-bench.lock)
	@touch .venv/.run .venv/.dev
