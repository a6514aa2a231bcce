"""What rules on links share: one finding per written URL, and exact places inside it."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from listlint.model.edit import May
from listlint.model.nodes import LinkKind
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


def wraps_image(link: Link, ctx: Context) -> bool:
    """Tell whether an image stands in a link, in its text or between its tags."""
    links = ctx.document.links
    index = bisect_right(links, link.span.start, key=lambda other: other.span.start)
    return index < len(links) and links[index].is_image and links[index].span.end <= link.span.end


class Places:
    """Finds places in the document for parts of a link's target.

    Where the URL is written with escapes or entities, offsets in the target are offsets in the
    text up to the first of them only.
    """

    def __init__(self, link: Link) -> None:
        self._start = link.url_span.start
        self._exact = len(link.url) if link.url == link.target else _common(link.url, link.target)

    def of(self, part: Span) -> Span | None:
        """The place of a part of the target; None where it is not known."""
        return Span(self._start + part.start, self._start + part.end) if part.end <= self._exact else None


def _common(one: str, other: str) -> int:
    for index, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return index
    return min(len(one), len(other))


def part_of(link: Link, part: Span) -> Span | None:
    """The place of one part of a link's target, if it is known; see :class:`Places`."""
    return Places(link).of(part)


def may_change(link: Link) -> May:
    """What a fix of the URL changes: of a link that shows its URL, the text too."""
    return May.URL | May.TEXT if link.kind in {LinkKind.BARE, LinkKind.AUTO} else May.URL


def shorten(text: str, limit: int = 60) -> str:
    """A URL as a message shows it."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
