"""Writes XML 1.0: small, escaped, safe to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.model.patterns import lazy
from listlint.report.sanitise import escape, sanitise, xml_safe

if TYPE_CHECKING:
    from collections.abc import Mapping

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FORBIDDEN = lazy("[\ufffe\uffff]")
"""What XML forbids (section 2.2) and :func:`sanitise` lets through."""


def text(value: str) -> str:
    """Character data; line ends are kept, everything else that acts or is forbidden is a visible escape."""
    return xml_safe("\n".join(_escaped(line) for line in value.split("\n")))


def attributes(values: Mapping[str, object]) -> str:
    """`` name="value"`` for each, on one line; None is left out."""
    return "".join(
        f' {name}="{xml_safe(_escaped(str(value)).replace(chr(34), "&quot;"))}"'
        for name, value in values.items()
        if value is not None
    )


def _escaped(line: str) -> str:
    safe = _FORBIDDEN.sub(lambda match: escape(match[0]), sanitise(line))
    return safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
