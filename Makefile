# The commands of Taizhang. They need Python 3.11 or newer and make; everything else is installed into .venv
# and node_modules.

# The system's own Python is tried first: distributions compile theirs with profiles, and it is a quarter faster than
# one compiled without. PYTHON=… chooses another.
PYTHONS := $(or $(PYTHON),/usr/bin/python3 python3) python3.13 python3.12 python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
NPM_STAMP := node_modules/.installed
SERVE ?= 127.0.0.1:8000
PYTEST_ARGS ?= -n auto --dist loadfile --no-loadscope-reorder --ignore=tests/browser
BROWSER_TESTS ?= tests/browser

# Each module is compiled once, not in every one of the many processes that tests and commands start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test browser run worker lint bench pictures messages clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements-dev.lock setup_venv.py
	@for needed in venv,ensurepip sys; do for python in $(PYTHONS); do \
		if $$python -c "import sys, $$needed; sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1; then \
			exec $$python setup_venv.py; \
		fi; \
	done; done; \
	python=$(or $(PYTHON),python3); \
	echo "Taizhang needs Python 3.11 or newer; $$python is $$($$python --version 2>&1)."; \
	echo "Install it, on Debian or Ubuntu: sudo apt install python3.11 python3.11-venv"; \
	echo "or on macOS: brew install python@3.13 — then call make again."; \
	exit 1

$(NPM_STAMP): package.json package-lock.json requirements-node.lock setup_npm.py | $(STAMP)
	@$(BIN)/python setup_npm.py && touch $(NPM_STAMP)

setup: $(STAMP) $(NPM_STAMP) ## install what the project needs, compile the translations
	@$(BIN)/python compile_messages.py

demo: setup ## load the demo venues, compute a payroll, write its Excel, serve (CHECK=1: all but serve)
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py demo
	@if [ -z "$(CHECK)" ]; then $(MAKE) --no-print-directory run; fi

test: setup ## run the tests
	@echo "Running the tests …"
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

browser: setup ## run the tests in a browser (needs chromium or chromium-headless-shell)
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(BROWSER_TESTS)

run: setup ## serve the pages
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@echo "Serving on http://$(SERVE)/ — stop with Ctrl-C."
	@$(BIN)/gunicorn config.wsgi --bind $(SERVE) --workers 2 --log-level warning

worker: setup ## compute what the pages ask for, and the nightly work (needs CELERY_BROKER_URL)
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py worker

lint: setup ## check style, types, layers, migrations, settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	HTTPS=1 $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: setup ## time import, run, export of 1,000 people on both databases; the pages under load
	@$(BIN)/python -m bench

pictures: setup ## take the pictures in docs/pictures of a generated night (needs chromium)
	@$(BIN)/python -m pictures

messages: setup ## gather the texts to translate
	$(BIN)/python manage.py makemessages -l zh_Hans --no-wrap --no-obsolete --add-location file \
		-i '.venv/*' -i 'node_modules/*' -i 'tests/*' -i 'static/*' -i 'var/*'

clean: ## remove what can be made again
	rm -rf $(VENV) node_modules static .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
