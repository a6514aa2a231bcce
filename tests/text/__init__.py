"""Tests of ``listlint.text``."""
