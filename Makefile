# Everything a clone needs: git, Python 3.11 or newer, make and a package index. `make` alone lists the targets.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8765
PYTEST_ARGS ?=

# Two environments, so that serving never sees the training stack.
DEV := .venv
SERVE := .venv-serve

UV_VERSION := 0.13.9
TORCH_VERSION := 2.13.0
# Where pip finds torch. The plain index has the CPU build for macOS but a CUDA build, and gigabytes with it, for Linux; the
# CPU build for Linux lies at https://download.pytorch.org/whl/cpu.
TORCH_INDEX_URL ?=

# uv keeps to the interpreter that made the environment, and takes every version from the lock.
uv_sync = UV_PROJECT_ENVIRONMENT=$(1) UV_PYTHON_DOWNLOADS=never $(1)/bin/uv sync --frozen --inexact --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help serve work test install install-serve lint format typecheck openapi docs lock clean

help: ## List the targets.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

serve: install-serve ## Serve the scores on 127.0.0.1:8765; HOST= and PORT= change that.
	$(SERVE)/bin/framescope serve --host $(HOST) --port $(PORT)

work: $(SERVE)/.synced-worker ## Score the items of a queue in Redis; see docs/queue.md.
	$(SERVE)/bin/framescope work

test: install ## Install all that testing needs and run every test; PYTEST_ARGS= goes to pytest.
	$(DEV)/bin/pytest $(PYTEST_ARGS)

install: $(DEV)/.synced $(DEV)/.torch-$(TORCH_VERSION) ## Install the development environment into .venv.

install-serve: $(SERVE)/.synced ## Install the serving environment into .venv-serve.

lint: install ## Check style, format and the rooms' imports.
	$(DEV)/bin/ruff check .
	$(DEV)/bin/ruff format --check .
	$(DEV)/bin/lint-imports

format: install ## Format, and mend what ruff can mend.
	$(DEV)/bin/ruff check --fix .
	$(DEV)/bin/ruff format .

typecheck: install ## Check the types.
	$(DEV)/bin/mypy

openapi: install ## Write api/openapi.json anew.
	$(DEV)/bin/python -m framescope_api.openapi > api/openapi.json.new
	mv api/openapi.json.new api/openapi.json

docs: install ## Build the documentation into site/; a warning is an error.
	NO_MKDOCS_2_WARNING=1 $(DEV)/bin/mkdocs build --strict --quiet

lock: install ## Resolve the dependencies anew, without raising versions that still fit.
	$(DEV)/bin/uv lock

clean: ## Remove both environments and all caches; runs/ stays.
	rm -rf $(DEV) $(SERVE) dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .schemathesis
	find model api training tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +

$(DEV)/.uv-$(UV_VERSION) $(SERVE)/.uv-$(UV_VERSION):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "framescope needs Python 3.11 or newer; this is " \
	  + sys.version.split()[0] + ". Name another: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	touch $@

$(DEV)/.synced: $(DEV)/.uv-$(UV_VERSION) pyproject.toml uv.lock
	$(call uv_sync,$(DEV)) --all-extras
	touch $@

$(SERVE)/.synced: $(SERVE)/.uv-$(UV_VERSION) pyproject.toml uv.lock
	$(call uv_sync,$(SERVE)) --no-dev --extra api
	touch $@

$(SERVE)/.synced-worker: $(SERVE)/.synced
	$(call uv_sync,$(SERVE)) --no-dev --extra api --extra worker
	touch $@

# After the lock's packages, so that pip adds only what torch itself needs.
$(DEV)/.torch-$(TORCH_VERSION): | $(DEV)/.synced
	$(DEV)/bin/python -m pip install --quiet --disable-pip-version-check torch==$(TORCH_VERSION) \
	  $(if $(TORCH_INDEX_URL),--index-url $(TORCH_INDEX_URL))
	touch $@
