"""What rules on links share: one finding per written URL, and exact places inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.model.span import Span

if TYPE_CHECKING:
    from listlint.checks.api import Context
    from listlint.model.nodes import Document, Link


def is_first_use(link: Link, ctx: Context) -> bool:
    """Tell whether no link before this one has the same written URL (a definition's)."""
    return link.label is None or ctx.memo(_first_uses).get(link.url_span) == link.span


def _first_uses(document: Document) -> dict[Span, Span]:
    found: dict[Span, Span] = {}
    for link in document.links:
        if link.label is not None:
            found.setdefault(link.url_span, link.span)
    return found


def part_of(link: Link, part: Span) -> Span | None:
    """The place in the document of a part of ``link.target``.

    None where the URL is written with escapes or entities before the part's end, so that offsets
    in the target are not offsets in the text.
    """
    if link.url[: part.end] != link.target[: part.end]:
        return None
    return Span(link.url_span.start + part.start, link.url_span.start + part.end)


def shorten(text: str, limit: int = 60) -> str:
    """A URL as a message shows it."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
