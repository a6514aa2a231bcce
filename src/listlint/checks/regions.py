"""Stretches of a document that are not written by hand where they stand: programs put them there."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from listlint.model.nodes import Mask
from listlint.model.patterns import lazy
from listlint.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listlint.model.nodes import Document

_CONTRIBUTORS = lazy(r"<!-- ALL-CONTRIBUTORS-LIST:START.*?(?:ALL-CONTRIBUTORS-LIST:END|\Z)", re.DOTALL)
_TAG = lazy(r"<(?P<close>/?)(?P<name>t[dhr]|table)\b", re.IGNORECASE)
_CELL = frozenset({"td", "th"})


def contributor_tables(document: Document) -> tuple[Span, ...]:
    """What the program all-contributors writes, between its comments."""
    return tuple(Span(*match.span()) for match in _CONTRIBUTORS.finditer(document.text))


def html_cells(document: Document) -> tuple[Span, ...]:
    """The contents of cells of HTML tables, from tag to tag; a cell with a table in it ends where that begins."""
    found: list[Span] = []
    start: int | None = None
    for match in _TAG.finditer(document.text):
        if document.mask_at(match.start()) is not Mask.HTML:
            continue
        if start is not None:
            found.append(Span(start, match.start()))
        start = match.end() if not match["close"] and match["name"].lower() in _CELL else None
    return tuple(found)


def lies_in(place: Span, regions: Sequence[Span]) -> bool:
    """Tell whether a place lies in one of some regions, which are in order and do not overlap."""
    index = bisect_right(regions, place.start, key=lambda region: region.start) - 1
    return index >= 0 and place.end <= regions[index].end
