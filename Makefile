# setup: the environment in .venv   reproduce: the whole pipeline
# check: the quick loop, about a minute   test: linting and all tests
# verify: whether data, metrics and plots are those of dvc.lock
# study: the published study's sixteen runs, that of best.yaml beside them, and their report
# best: the recipe of best.yaml on the galaxies that params.yaml names, left in data/model
# start: the network that other trainings start from, by the recipe of start.yaml, kept in models/simulated-sky
# docs: the documents as a site in build/docs/site, strict: a dead link fails
# benchmark: speed, memory and disk beside the study as people write it; of ARCHIVE=FOLDER with Kaggle's two zips
# Each sets up what it needs. Another Python (3.11 to 3.13): make PYTHON=python3.12 ...

PYTHON ?= python3
IN_VENV = PATH="$(CURDIR)/.venv/bin:$$PATH"
# A file of tests a core, in their order: tests/faults and tests/pipeline first, whose files take longest.
PYTEST = python -m pytest --numprocesses logical --dist loadfile --no-loadscope-reorder
# Linting has a core less to do with tests beside it than before them.
SIDE_BY_SIDE = $(MAKE) --jobs=2 --no-print-directory

.PHONY: setup reproduce lint quick-tests all-tests check test verify study best start benchmark docs

setup: .venv/complete

.venv/complete: requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and "Python 3.11 to 3.13 is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

reproduce: setup
	$(IN_VENV) dvc repro
	@$(IN_VENV) tuning-fork scores

lint: setup
	$(IN_VENV) ruff check
	$(IN_VENV) ruff format --check
	$(IN_VENV) lint-imports --no-cache
	$(IN_VENV) basedpyright

quick-tests: setup
	$(IN_VENV) $(PYTEST) --quiet -m "not slow" tests/faults tests/unit

all-tests: setup
	$(IN_VENV) $(PYTEST)

check: setup
	$(SIDE_BY_SIDE) lint quick-tests

test: setup
	$(SIDE_BY_SIDE) lint all-tests

verify: setup
	$(IN_VENV) tuning-fork verify

study: setup
	$(IN_VENV) tuning-fork study

best: setup
	$(IN_VENV) dvc exp run --name best --force $$(sed -n 's/^\([a-z_.]*\): /-S \1=/p' best.yaml)
	@$(IN_VENV) tuning-fork scores

start: setup
	$(IN_VENV) dvc exp run --name start --force $$(sed -n 's/^\([a-z_.]*\): /-S \1=/p' start.yaml)
	$(IN_VENV) tuning-fork keep simulated-sky

benchmark: setup
	$(IN_VENV) python -m benchmarks $(ARCHIVE)

docs: .venv-docs/complete
	rm -rf build/docs
	mkdir -p build/docs/source
	git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t build/docs/source
	cp mkdocs.yml build/docs
	if [ -f plots/report.html ]; then cp --parents plots/report.html build/docs/source && \
		echo '  - "Report: this run": plots/report.html' >> build/docs/mkdocs.yml; fi
	cd build/docs && ../../.venv-docs/bin/zensical build --strict
	@echo 'the site is build/docs/site/index.html'

.venv-docs/complete: requirements-docs.txt
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-docs.txt
	touch $@
