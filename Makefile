# The same jobs as `python3 dev.py`, for those who have make.
PYTHON ?= python3

.PHONY: demo test lint corpus wheel bench generate docs

demo test lint corpus wheel bench generate docs:
	$(PYTHON) dev.py $@ $(ARGS)
