"""What rules that change a heading's words share: whether links of the document would be lost."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from listlint.text.fragments import fold_fragment
from listlint.text.slug import slug

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listlint.checks.api import Context
    from listlint.model.edit import Edit
    from listlint.model.nodes import Document, Heading


def keeps_anchors(edits: Sequence[Edit], ctx: Context) -> bool:
    """Tell whether edits leave alone every anchor that a link of the document leads to.

    A heading whose anchor stays the same in spite of the edit (only the case of letters changes) is fine.
    """
    document = ctx.document
    for edit in edits:
        heading = _heading_at(document, edit.span.start)
        if heading is None or slug(document.slice(edit.span)) == slug(edit.text):
            continue
        if fold_fragment(heading.anchor) in ctx.memo(_linked):
            return False
    return True


def _heading_at(document: Document, offset: int) -> Heading | None:
    index = bisect_right(document.headings, offset, key=lambda heading: heading.span.start) - 1
    if index >= 0 and offset < document.headings[index].span.end:
        return document.headings[index]
    return None


def _linked(document: Document) -> frozenset[str]:
    return frozenset(fold_fragment(link.target.removeprefix("#")) for link in document.links if link.is_fragment)
