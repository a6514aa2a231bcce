"""What of a document is shown as it is, and therefore nobody's prose to repair."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from listlint.model.nodes import Mask
from listlint.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.model.nodes import Document

__all__ = ["is_verbatim", "verbatim_spans"]


def verbatim_spans(document: Document, within: Span) -> Iterator[Span]:
    """The stretches of code inside ``within``, clipped to it, in order.

    BibTeX in a fence is not among them: it is data of the list, damaged like its prose.
    """
    masks = document.masks
    index = max(0, bisect_right(masks, within.start, key=lambda pair: pair[0].start) - 1)
    while index < len(masks) and masks[index][0].start < within.end:
        mask, kind = masks[index]
        index += 1
        if kind is Mask.CODE and mask.end > within.start and not _is_bibtex(document, mask):
            yield Span(max(mask.start, within.start), min(mask.end, within.end))


def is_verbatim(document: Document, span: Span) -> bool:
    """Tell whether any part of ``span`` is code (BibTeX is none)."""
    return any(True for _ in verbatim_spans(document, span))


def _is_bibtex(document: Document, mask: Span) -> bool:
    index = bisect_right(document.bib, mask.start, key=lambda block: block.span.start)
    return any(block.content.overlaps(mask) for block in document.bib[max(0, index - 1) : index + 1])
