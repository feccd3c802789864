# make run and make test are the two that matter. `make help` names the rest.
# Set-up tells its progress on standard error: `make -s TARGET` prints the target's output only.

PYTHON ?= $(firstword $(foreach found,python3.11 python3 python3.12 python3.13 python3.14,$(shell \
	$(found) -c 'import sys; sys.version_info >= (3, 11) and print("$(found)")' 2>/dev/null)))
BIN := .venv/bin
RUFF := cd server && ../$(BIN)/ruff
PYTHON_FILES := --config pyproject.toml . ../scripts
# They measure, or kill under load: a machine that does other work spoils them.
UNDER_LOAD := server/tests/faults server/tests/overload server/tests/stream server/tests/bench
# Two processes, each with its own server, share the files of tests among them; 0 makes it one.
WORKERS ?= 2
SHARED := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
NAME ?=
ARGS ?=
# The suites start openbook some hundred times: it is compiled once, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests geo run test test-server test-under-load test-web test-android test-ios stores check format bench weight package spec picture screenshots

help: ## what there is to make
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## the environment, the browser parts and the geolocation data, as far as missing
	@$(or $(PYTHON),$(error openbook needs Python 3.11 or newer, for example Debian's python3)) scripts/setup.py

setup-tests:
	@$(or $(PYTHON),$(error openbook needs Python 3.11 or newer, for example Debian's python3)) scripts/setup.py --tests

geo: setup ## the geolocation data alone, if it could not be fetched before

run: setup ## set up and serve; PORT, OPENBOOK_DATA and OPENBOOK_DATABASE_URL are honoured
	@exec $(BIN)/openbook serve

test: setup-tests ## all tests: server, browser, mobile SDKs; with ARGS for pytest, those and the browser parts'
	@failed=; \
	$(MAKE) -s -k -j3 -Otarget ARGS= test-web $(if $(ARGS),,test-android test-ios) || failed=yes; \
	$(MAKE) -s test-server || failed=yes; \
	[ -z "$$failed" ] || { echo 'Some of the tests failed: see above.' >&2; exit 1; }

test-server: setup-tests
	@$(BIN)/pytest -c server/pyproject.toml $(SHARED) $(or $(ARGS),server/tests $(addprefix --ignore=,$(UNDER_LOAD)))

test-under-load: setup-tests ## kills, overload, restarts: wants a machine that does nothing else
	@$(BIN)/pytest -c server/pyproject.toml $(or $(ARGS),$(UNDER_LOAD))

test-web: setup-tests
	@npm test --prefix web --silent

test-android: setup ## the Android SDK, against the real server; ARGS are Maven's
	@scripts/test-android.sh $(ARGS)

test-ios: setup ## the iOS SDK, as far as it is plain Swift, on Linux, against the real server
	@scripts/test-ios.sh $(ARGS)

stores: setup ## what the mobile SDKs declare to the app stores, from the catalogue
	@$(BIN)/python scripts/stores.py

check: setup-tests ## style, types and architecture
	@$(RUFF) check $(PYTHON_FILES)
	@$(RUFF) format --check $(PYTHON_FILES)
	@cd server && ../$(BIN)/pyright
	@cd server && ../$(BIN)/lint-imports
	@npm run check --prefix web --silent

format: setup-tests ## put the Python files into the one style
	@$(RUFF) check --fix-only $(PYTHON_FILES)
	@$(RUFF) format $(PYTHON_FILES)

bench: setup-tests ## measure: NAME=ingest (its last line is JSON), or all, with a table at the end
	@$(BIN)/python server/bench/suite.py $(NAME) $(ARGS)

weight: setup ## what a page loads, in bytes after gzip
	@node web/weight.mjs

package: setup-tests ## one wheel in dist/ with the browser parts inside, tried in an empty environment
	@rm -rf dist
	@cd server && ../$(BIN)/hatchling build -t wheel -d ../dist
	@$(BIN)/pytest -c server/pyproject.toml server/tests/package

spec: setup ## spec/openapi.json, from the server
	@mkdir -p spec
	@$(BIN)/python -c 'from openbook.reference.document import openapi_document as document; \
	import json; print(json.dumps(document(), indent=2, ensure_ascii=False))' > spec/openapi.json

picture: setup-tests ## docs/pictures/first-contact.png, from a real visit to the demo
	@$(BIN)/python scripts/picture.py

screenshots: setup-tests ## docs/pictures/screens, every screen light and dark, wide and narrow
	@$(BIN)/python scripts/screens.py
