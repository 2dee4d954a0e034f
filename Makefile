# make setup | run | check | format | evaluate | pictures | lock

SHELL := bash
.SHELLFLAGS := -euo pipefail -c

PYTHON ?= python3.11
BIN := .venv/bin

.PHONY: setup run check format evaluate pictures lock

setup: $(BIN)/python
	$(BIN)/pip install -r requirements.txt

$(BIN)/python:
	$(PYTHON) -m venv .venv

run:
	$(BIN)/python app.py

# What CI runs.
check:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -m slow
	$(BIN)/python -m pytest

format:
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Every file of questions on the bundled sample, as it is at night: figures by kind, and the wrong answers in evaluation/.
evaluate:
	mkdir -p evaluation
	for file in tests/eval/sample_questions*.jsonl; do \
	  $(BIN)/python -m assistant evaluate $$file --data evaluation/data --failures evaluation/$$(basename $$file) || exit 1; \
	done

# Screenshots of every screen, into screenshots/. docs/*.png are page-ja, phone-en and the top of staff-timeline-desk-ja.
pictures:
	$(BIN)/python -m pytest -m pictures -n 0 tests/e2e

# Compiles requirements.txt from requirements.in; needs uv (pip install uv). The lines of NVIDIA's libraries are left out:
# the project runs on the CPU.
lock:
	{ echo '# Made from requirements.in by "make lock"; edit that file, not this one. It runs:'; \
	  echo '#   uv pip compile --python-version 3.11 --python-platform linux --no-emit-index-url --no-annotate --no-header \'; \
	  echo "#     requirements.in | grep -vE '^(nvidia-|cuda-|triton==)'"; \
	  uv pip compile --quiet --upgrade --python-version 3.11 --python-platform linux --no-emit-index-url \
	    --no-annotate --no-header requirements.in | grep -vE '^(nvidia-|cuda-|triton==)'; \
	} > requirements.txt.new
	mv requirements.txt.new requirements.txt
