"""Entries in raw HTML: the items of lists and definition lists, table rows, paragraphs and ``<details>``.

An element may reach over several blocks: a blank line ends an HTML block, and what stands between ``<td>`` and
``</td>`` may be Markdown again.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from msgspec import Struct

from listlint.model.nodes import BlockKind, EntryKind
from listlint.model.patterns import lazy
from listlint.model.span import Span
from listlint.parse.draft import Draft
from listlint.parse.head import read_head
from listlint.parse.lists import MAX_DEPTH
from listlint.parse.paragraphs import ENTRY_SHAPES, MIN_LINES, lines_of, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from listlint.parse.blocks import Leaf
    from listlint.parse.entries import EntryReader
    from listlint.parse.inline import Inline, Piece

_One = TypeVar("_One")

_UNITS = frozenset({"li", "tr", "p", "details", "dt"})
_HOLDERS = frozenset({"ul", "ol", "table"})
"""Elements that are no entries but hold some, so that one inside does not end the one around."""
_COUNTED = _UNITS | _HOLDERS | {"dl"}
"""All elements that are asked for: a definition list ends its last term."""
_WIDE = frozenset({"li", "tr", "dt"})
"""Elements that may go on in the blocks that follow."""
_HEADED = frozenset({"li", "dt"})
"""Elements that are entries by what stands before the elements in them."""
_NESTING = _HOLDERS | {"details"}
"""Elements that may stand right in one of their kind."""
_MAX_OPEN = 16
"""Open elements among which an end tag looks for its start tag."""
_TAG = lazy(r"<(?P<close>/?)(?P<name>li|tr|dt|dl|ul|ol|table)(?=[\s/>])", re.IGNORECASE)


class _Unit(Struct):
    """An element from the leaf ``first`` to the leaf ``last``."""

    name: str
    start: int
    first: int
    end: int = -1
    last: int = -1
    head_end: int = -1
    """where the first element inside begins, or its end"""
    depth: int = 0
    reach: int = 0
    """where the last element in it ends"""


class _Event(NamedTuple):
    """A start or end tag of an element that counts."""

    name: str
    closing: bool
    start: int
    end: int


class HtmlEntries:
    """Finds the entries of the HTML of a document."""

    def __init__(self, reader: EntryReader) -> None:
        self.reader = reader
        self.leaves: Sequence[Leaf] = reader.blocks.leaves
        self.open: list[_Unit] = []
        self.done: list[_Unit] = []
        self.links: dict[int, list[int]] = {}
        """the links of leaves in the order of their places"""

    def read(self) -> Iterator[Draft]:
        """Every entry that is not nested in another."""
        for index, leaf in enumerate(self.leaves):
            if leaf.kind is BlockKind.HTML and leaf.code is not None:
                self.walk(index, self.events(leaf))
                self.leave(index)
            elif self.open:
                self.walk(index, self.inline_events(leaf))
        while self.open:
            self.stop(self.open.pop())
        yield from self.drafts()

    def events(self, leaf: Leaf) -> Iterator[_Event]:
        """The tags of an HTML block."""
        assert leaf.code is not None
        for tag in leaf.tags:
            if tag.name in _COUNTED:
                span = leaf.code.span(tag.start, tag.end)
                yield _Event(tag.name, tag.closing, span.start, span.end)

    def inline_events(self, leaf: Leaf) -> Iterator[_Event]:
        """The tags in a Markdown block that stands inside an element."""
        for piece in leaf.inline.pieces if leaf.inline else ():
            if piece.kind == "html" and (tag := _TAG.match(self.reader.blocks.source.text, piece.span.start)):
                yield _Event(tag["name"].lower(), bool(tag["close"]), piece.span.start, piece.span.end)

    def walk(self, index: int, events: Iterator[_Event]) -> None:
        """Open and close elements by the tags of a leaf."""
        for event in events:
            if event.closing:
                self.close("dt" if event.name == "dl" else event.name, index, event)
            elif event.name != "dl":
                self.start(index, event)

    def start(self, index: int, event: _Event) -> None:
        """Open an element, and end its neighbour whose end tag was left out."""
        stack = self.open
        if stack and stack[-1].name == event.name and event.name not in _NESTING:
            unit = stack.pop()
            same = unit.first == index or unit.name == "dt"
            self.finish(unit, index, event.start) if same else self.stop(unit)
        if stack and stack[-1].head_end < 0:
            stack[-1].head_end = event.start
        stack.append(_Unit(event.name, event.start, index, depth=len(stack)))

    def close(self, name: str, index: int, event: _Event) -> None:
        """Close an element and those inside it that are still open."""
        stack = self.open
        if name == "dt" and event.name == "dt":
            return  # its description belongs to it
        if not any(unit.name == name for unit in stack[-_MAX_OPEN:]):
            return
        while (unit := stack.pop()).name != name:
            self.finish(unit, index, event.start)
        self.finish(unit, index, event.start if event.name == "dl" else event.end)

    def leave(self, index: int) -> None:
        """At the end of an HTML block, end what does not go on behind it."""
        while self.open and self.open[-1].name not in _WIDE:
            self.stop(self.open.pop())

    def stop(self, unit: _Unit) -> None:
        """End an element without an end tag where its first block ends, or the last element that was closed in it."""
        self.finish(unit, unit.first, max(self.leaves[unit.first].span.end, unit.reach))

    def finish(self, unit: _Unit, index: int, end: int) -> None:
        """Note where an element ends."""
        unit.last, unit.end = index, end
        if self.open:
            self.open[-1].reach = max(self.open[-1].reach, end)
        if unit.name not in _HOLDERS:
            self.done.append(unit)

    # -- drafts -----------------------------------------------------------------------------------

    def drafts(self) -> Iterator[Draft]:
        """The entries that the elements are, one in another where they are nested."""
        around: list[Draft] = []
        for unit in sorted(self.done, key=lambda one: (one.start, -one.end)):
            for draft in self.unit(unit):
                while around and around[-1].span.end <= draft.span.start:
                    around.pop()
                if not around:
                    yield draft
                else:
                    draft.depth = around[-1].depth + 1
                    around[-1].children.append(draft)
                if len(around) < MAX_DEPTH:
                    around.append(draft)

    def unit(self, unit: _Unit) -> Iterator[Draft]:
        """The entry that an element is, or those of its lines."""
        if self.leaves[unit.first].kind is BlockKind.HTML and unit.first in self.reader.claimed_leaves:
            return  # its links are those of the heading above, which is an entry
        inner = unit.head_end >= 0
        if inner and unit.name not in _HEADED:
            return
        section = self.reader.section_at(unit.start)
        early = self.reader.section_at(self.leaves[unit.first].span.start).level < 2
        if early and (unit.name not in _WIDE or unit.first != unit.last):
            return
        # One that is never closed ends with its block, wherever the first element after it begins.
        own_end = min(unit.head_end, unit.end) if inner else unit.end
        pieces, own = self.content(unit, own_end)
        if not any(map(self.linked, own)):
            return
        if unit.name in ("p", "details"):
            lines = list(self.lines(pieces, own))
            if lines:
                yield from lines
                return
        # One that is never closed may end behind the white space of the element around it.
        span = Span(unit.start, self.trimmed(unit.start, unit.end))
        fields = read_head(pieces, own, self.reader.roles, item=False)
        head = Span(unit.start, self.trimmed(unit.start, own_end))
        yield Draft(EntryKind.HTML, span, head, section, fields)

    def trimmed(self, start: int, end: int) -> int:
        """``end`` moved back over white space, at most to ``start``."""
        text = self.reader.blocks.source.text
        while end > start and text[end - 1].isspace():
            end -= 1
        return end

    def content(self, unit: _Unit, end: int) -> tuple[list[Piece], list[int]]:
        """The pieces and links of an element up to ``end``, without those of list items in it."""
        pieces: list[Piece] = []
        own: list[int] = []
        for index in range(unit.first, unit.last + 1):
            leaf = self.leaves[index]
            if leaf.inline is None or (index != unit.first and leaf.item is not None):
                continue
            if leaf.kind is not BlockKind.HTML:
                self.reader.claimed_leaves.add(index)
            pieces += _from_to(leaf.inline.pieces, unit.start, end, _piece_start)
            # One that is never closed reaches further than its element.
            links = _from_to(self.sorted_links(index, leaf.inline), unit.start, end, self.link_start)
            own += [i for i in links if self.reader.links[i].span.end <= end]
        return pieces, own

    def sorted_links(self, index: int, inline: Inline) -> list[int]:
        """The links of a leaf in the order of their places, sorted once."""
        if index not in self.links:
            self.links[index] = sorted(inline.links, key=self.link_start)
        return self.links[index]

    def link_start(self, index: int) -> int:
        """Where a link begins."""
        return self.reader.links[index].span[0]

    def lines(self, pieces: Sequence[Piece], own: Sequence[int]) -> Iterator[Draft]:
        """The entries of an element that holds one a line."""
        reader = self.reader
        if sum(piece.kind == "break" for piece in pieces) + 1 < MIN_LINES:
            return
        found = [
            line
            for line in lines_of(reader.links, pieces, own)
            if shape_of(reader, line.pieces, line.links) in ENTRY_SHAPES
        ]
        if len(found) < MIN_LINES or sum(len(line.links) for line in found) * 5 < len(own) * 4:
            return
        for line in found:
            first, last = line.pieces[0].span, line.pieces[-1].span
            start = min(first.start, reader.links[line.links[0]].span.start)
            end = max(last.end, reader.links[line.links[-1]].span.end)
            span = Span(start, self.trimmed(start, end))
            fields = read_head(line.pieces, line.links, reader.roles, item=False)
            yield Draft(EntryKind.HTML, span, span, reader.section_at(start), fields)

    def linked(self, index: int) -> bool:
        """Tell whether a link leads out of the document and has a text."""
        link = self.reader.links[index]
        return not link.is_image and not link.is_fragment and (link.image is None or bool(link.text.strip()))


def _from_to(ordered: list[_One], start: int, end: int, key: Callable[[_One], int]) -> list[_One]:
    """Those that begin at ``start`` or behind it, and before ``end``."""
    first = bisect_left(ordered, start, key=key)
    return ordered[first : bisect_left(ordered, end, first, key=key)]


def _piece_start(piece: Piece) -> int:
    return piece.span[0]
