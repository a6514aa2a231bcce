"""The ``@string`` macros that the bibliographies of a run define together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from listlint.model.facts import RunStrings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_NAME = rb"([^\s\"#%'(),={}]+)\s*="


def run_strings(paths: Iterable[Path]) -> RunStrings:
    """The names that any of the ``.bib`` files defines; a file that cannot be read defines none."""
    names: set[str] = set()
    for path in paths:
        if path.suffix.lower() != ".bib":
            continue
        try:
            names |= strings_of(path.read_bytes())
        except OSError:
            continue
    return RunStrings(frozenset(names))


def strings_of(raw: bytes) -> set[str]:
    """The names that the content of one ``.bib`` file defines."""
    found = re.findall(rb"@string\s*[{(]\s*" + _NAME, raw, re.IGNORECASE)
    return {name.decode("utf-8", "replace").lower() for name in found}
