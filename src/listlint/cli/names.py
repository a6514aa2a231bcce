"""File names among the arguments: a hook and a shell's glob hand them over as they are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SUFFIXES = (".md", ".mdown", ".markdown", ".bib")
"""What hooks are given (``types_or: [markdown, bib]``)."""


def as_files(arguments: Sequence[str]) -> list[str]:
    """The arguments, files whose names begin with a dash marked as files.

    Else a contributor who adds a file ``--exclude=README.md`` decides what the hook checks.
    """
    return [f".{os.sep}{word}" if _passes_for_option(word) else word for word in arguments]


def _passes_for_option(word: str) -> bool:
    return word.startswith("-") and word.lower().endswith(SUFFIXES) and os.path.lexists(word)
