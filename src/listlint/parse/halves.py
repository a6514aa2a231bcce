"""Parses a long file in two processes at once.

A heading behind an empty line ends whatever was open, except for a fence, a comment and the like. So the
blocks on both sides of it are what they would be alone, and so is what stands in them where nothing in one
half can define what the other refers to. ``tests/parse/test_halves.py`` holds this against the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from listlint import fork
from listlint.model.nodes import Role  # noqa: TC001  # msgspec reads the annotations of a half
from listlint.model.patterns import lazy
from listlint.model.span import Span  # noqa: TC001  # as above
from listlint.parse.blocks import Blocks, Leaf, RawItem, read, read_lines
from listlint.parse.head import Roles, read_head
from listlint.parse.inline import Collected, Inline  # noqa: TC001  # as above
from listlint.parse.spans import ContentMap, Segment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.model.source import Source

_BORDER = lazy(r"(?<=\n\n)#{1,6}[ \t]")
_LEAST, _BEST, _MOST = 0.3, 0.54, 0.8
"""The part of a file that this process reads: within these bounds another one pays, whose work takes some carrying."""


class _Half(Struct, array_like=True):
    """What travels of the blocks of a half."""

    leaves: list[Leaf]
    items: list[RawItem]
    out: Collected
    too_deep: Span | None
    roles: dict[int, Role | None]


def read_halves(source: Source) -> Blocks:
    """The blocks of a file, which another process helps to read."""
    line = border(source)
    if line is None:
        return read(source)
    with fork.Errand(lambda: _dump(half(source, line, len(source.line_starts)))) as errand:
        left = half(source, 0, line)
        if not left.closed:
            return read(source)
        content = errand.result()
    right = half(source, line, len(source.line_starts)) if content is None else _load(content, source)
    return join(left, right)


def border(source: Source) -> int | None:
    """The line with which the second half begins, None where the file is better left in one piece."""
    text = source.text
    if "]:" in text or text.startswith("---"):  # something may be defined, or the beginning be no Markdown
        return None
    size = len(text)
    places = [match.start() for match in _BORDER.finditer(text, int(size * _LEAST), int(size * _MOST))]
    return source.line_index(min(places, key=lambda place: abs(place - size * _BEST))) if places else None


def half(source: Source, first: int, last: int) -> Blocks:
    """The blocks of some lines, and what can be said already of the entries that they are."""
    blocks = read_lines(source, first, last)
    roles = Roles(blocks.out.links)
    for inline in _inlines(blocks):
        _ = inline.visible  # which is remembered, and travels
    for item in blocks.items:
        opening = blocks.leaves[item.leaves[0]].inline if item.leaves else None
        if opening is not None and opening.links:
            opening.head = read_head(opening.pieces, opening.links, roles, item=True)
    blocks.roles = roles.known
    return blocks


def join(left: Blocks, right: Blocks) -> Blocks:
    """The blocks of both halves; takes both apart."""
    leaves, items, links = len(left.leaves), len(left.items), len(left.out.links)
    lists = max((item.list_id for item in left.items), default=0)
    for leaf in right.leaves:
        if leaf.item is not None:
            leaf.item += items
    for item in right.items:
        item.list_id += lists
        item.leaves = [index + leaves for index in item.leaves]
        item.children = [index + items for index in item.children]
        if item.parent is not None:
            item.parent += items
    for inline in _inlines(right):
        if inline.links:
            _renumber(inline, links)
    left.leaves += right.leaves
    left.items += right.items
    left.roles |= {index + links: role for index, role in right.roles.items()}
    left.too_deep = left.too_deep or right.too_deep
    out = left.out
    out.links += right.out.links
    out.references += right.out.references
    out.masks += right.out.masks
    out.directives += right.out.directives
    out.comments += right.out.comments
    out.anchors |= right.out.anchors
    return left


def _inlines(blocks: Blocks) -> Iterator[Inline]:
    for leaf in blocks.leaves:
        if leaf.inline is not None:
            yield leaf.inline
        for row in leaf.rows:
            yield from row.cells


def _renumber(inline: Inline, by: int) -> None:
    """Let the links of a content be ``by`` further behind."""
    inline.links = [index + by for index in inline.links]
    for piece in inline.pieces:
        if piece.link >= 0:
            piece.link += by
    head = inline.head
    if head is not None:
        head.links = [index + by for index in head.links]
        head.roles = {index + by: role for index, role in head.roles.items()}
        if head.primary is not None:
            head.primary += by


def _dump(blocks: Blocks) -> bytes:
    kept = _Half(blocks.leaves, blocks.items, blocks.out, blocks.too_deep, blocks.roles)
    return msgspec.msgpack.encode(kept, enc_hook=_encoded)


def _load(content: bytes, source: Source) -> Blocks:
    read = msgspec.msgpack.decode(content, type=_Half, dec_hook=_decoded)
    return Blocks(source, read.leaves, read.items, out=read.out, too_deep=read.too_deep, roles=read.roles)


def _encoded(value: Any) -> Any:
    if isinstance(value, ContentMap):
        return value.content, value.segments
    raise NotImplementedError(f"a {type(value).__name__} does not travel")


def _decoded(kind: type, value: Any) -> Any:
    if kind is ContentMap:
        content, segments = value
        return ContentMap(content, [Segment(*segment) for segment in segments])
    raise NotImplementedError(f"a {kind.__name__} does not travel")
