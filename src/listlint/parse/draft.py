"""An entry while it is being found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from listlint.model.nodes import EntryKind, Field, ListMarker, Section
    from listlint.model.span import Span
    from listlint.parse.head import Head


class Draft(Struct):
    """An entry whose links are still indices and whose roles may still change."""

    kind: EntryKind
    span: Span
    head: Span
    section: Section
    fields: Head
    marker: ListMarker | None = None
    stated: dict[str, Field] = field(default_factory=dict)
    """authors, venue and date where a column of a table holds them, or a paragraph below a title"""
    annotations: list[Field] = field(default_factory=list)
    children: list[Draft] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    cells: tuple[Field, ...] = ()
    item: int | None = None
    depth: int = 0
