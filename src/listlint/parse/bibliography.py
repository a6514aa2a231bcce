"""BibTeX blocks of a list, and the entries that they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.model.nodes import BibBlock, BlockKind, EntryKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listlint.model.nodes import BibEntry
    from listlint.parse.blocks import Blocks
    from listlint.parse.entries import Draft


def bib_blocks(blocks: Blocks) -> list[BibBlock]:
    """The BibTeX in fences, indented code and HTML, in document order."""
    return []


def attach(bib: Sequence[BibBlock], drafts: Sequence[Draft]) -> dict[int, tuple[BibEntry, ...]]:
    """The references of each entry, by ``id`` of its draft."""
    return {}
