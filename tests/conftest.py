"""What all tests share: golden files, and a cache of their own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import pytest

from listlint.cache import VARIABLE

GOLDEN = Path(__file__).parent / "golden"


class Golden(Protocol):
    """Compares a text with a golden file."""

    def __call__(self, name: str | Path, text: str) -> None:
        """Fail unless ``text`` is what the file holds; ``name`` is below ``tests/golden`` or absolute."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--update-golden``: golden files are rewritten, to be reviewed as code."""
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files instead of comparing")


@pytest.fixture(autouse=True, scope="session")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Leave the user's cache alone, in this process and in those that tests start."""
    os.environ[VARIABLE] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare with golden files, or rewrite them under ``--update-golden``.

    Files are UTF-8 with LF; a missing one fails.
    """

    def compare(name: str | Path, text: str) -> None:
        path = GOLDEN / name
        expected = path.read_bytes().decode() if path.exists() else None
        if request.config.getoption("--update-golden"):
            if text != expected:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text.encode())
            return
        assert expected is not None, f"{path} is missing; write it with: pytest --update-golden"
        assert text == expected, f"{path} differs; after review, rewrite it with: pytest --update-golden"

    return compare
