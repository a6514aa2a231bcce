"""Nodes of a document as data that can be compared."""

from __future__ import annotations

from typing import Any

import msgspec

_NO_DATA = {"source", "_visible", "_found", "text"}


def as_data(value: Any, known: dict[int, Any] | None = None) -> Any:
    """A node with all that it holds, but for its file and for what is only remembered."""
    known = {} if known is None else known
    if isinstance(value, msgspec.Struct):
        if id(value) not in known:
            whole = type(value).__name__ == "TextDetails"  # whose text is that of the file
            names = [name for name in value.__struct_fields__ if name not in _NO_DATA or (name == "text" and not whole)]
            known[id(value)] = type(value).__name__, {name: as_data(getattr(value, name), known) for name in names}
        return known[id(value)]
    if isinstance(value, (list, tuple)):
        return [as_data(item, known) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, dict):
        return {key: as_data(item, known) for key, item in value.items()}
    return value
