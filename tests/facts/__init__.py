"""Tests of ``listlint.facts``."""
