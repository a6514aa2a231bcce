"""listlint: a linter for awesome-lists and academic reading lists."""

__version__ = "0.1.0"
