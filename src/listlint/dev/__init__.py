"""Tools for those who work on listlint itself: ``python -m listlint.dev``."""
