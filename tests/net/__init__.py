"""Tests of ``listlint.net``."""
