"""What the rule on list markers needs to know of lists: where markers stand, and how to move items.

Columns count from 0, in code points from the start of the line. The rules of CommonMark (section 5.2) that
matter: an item's content begins behind its marker and one to four spaces; what is to stay inside has to
reach that column; what reaches the content of the item above becomes a part of it.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from msgspec import Struct, field

from listlint.model.edit import Edit
from listlint.model.nodes import BlockKind
from listlint.model.patterns import lazy
from listlint.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listlint.model.nodes import Block, Document, Item

_LEAD = lazy(r"[ \t]*+")
_BLANK = lazy(r"[ \t>\n]*+")
_RULE = lazy(r"[-*_ \t]*+(?:\n|\Z)")
_WIDEST = 3
"""Columns by which a block may be indented without becoming code."""
_SHARED = 50
"""Findings that bring the same fix."""
_FLAT = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING})


class Place(Struct, frozen=True):
    """Where the marker of an item stands.

    ``alone`` says that nothing but spaces stands before it on its line. ``content`` is the column at which
    what belongs to the item begins; None where that is not plain (a tab, an empty item, code).
    """

    line: int
    column: int
    alone: bool
    content: int | None


class Chain(Struct):
    """Lists that follow each other directly: with the same marker they would be one list."""

    apart: bool = False
    """a blank line stands between two of them"""
    tight: set[bool] = field(default_factory=set)
    """whether the items of each stand close together"""


class ListShape(Struct):
    """One list: its items (indices), and what follows or precedes it directly."""

    items: list[int]
    before: ListShape | None = None
    """the list that ends right above it"""
    after: ListShape | None = None
    """the list that begins right below it"""
    apart: bool = False
    """a blank line separates it from the list above"""
    chain: Chain = field(default_factory=Chain)


class Shapes:
    """The lists of a document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.items: Sequence[Item] = document.items
        self.places = [_place(item, document) for item in document.items]
        self.lists: dict[int, ListShape] = {}
        for index, item in enumerate(document.items):
            self.lists.setdefault(item.list_id, ListShape([])).items.append(index)
        self.children: dict[int, list[int]] = {}
        for index, item in enumerate(document.items):
            if item.parent is not None:
                self.children.setdefault(item.parent, []).append(index)
        self._blocks: Mapping[int, list[Block]] | None = None
        self._join()

    def list_of(self, index: int) -> ListShape:
        """The list that an item belongs to."""
        return self.lists[self.items[index].list_id]

    def _join(self) -> None:
        """Find the lists that follow each other with nothing or blank lines between them."""
        last: dict[int | None, ListShape] = {}
        text, starts = self.document.text, self.document.source.line_starts
        for shape in self.lists.values():
            parent = self.items[shape.items[0]].parent
            above = last.get(parent)
            last[parent] = shape
            end = self.items[above.items[-1]].span.end if above is not None else -1
            start = starts[self.places[shape.items[0]].line]
            if above is not None and start >= end and _BLANK.fullmatch(text, end, start):
                shape.before, above.after = above, shape
                shape.apart = text.count("\n", end, start) > 1
                shape.chain = above.chain
                shape.chain.apart |= shape.apart
            shape.chain.tight.add(self.items[shape.items[0]].tight)

    # -- bullets and marks of numbers -------------------------------------------------------------

    def is_separated(self, shape: ListShape) -> bool:
        """Tell whether a blank line and another marker separate a list from a neighbour on purpose."""
        return any(
            one is not None and other is not None and other.apart and (self._is_compact(one) or self._is_compact(other))
            for one, other in ((shape.before, shape), (shape, shape.after))
        )

    def _is_compact(self, shape: ListShape) -> bool:
        return len(shape.items) > 1 and self.items[shape.items[0]].tight

    def is_alike(self, shape: ListShape) -> bool:
        """Tell whether merging a list with its neighbours leaves the distance of their items as it is."""
        return not shape.chain.apart and len(shape.chain.tight) == 1

    def takes(self, shape: ListShape, bullet: str) -> bool:
        """Tell whether no item becomes a thematic break with another bullet."""
        ends = (self.items[index].marker.span.end for index in shape.items)
        return bullet == "+" or not any(_RULE.match(self.document.text, end) for end in ends)

    def seam(self, shape: ListShape, index: int, mark: str) -> tuple[Edit, ...]:
        """An edit without effect at the list below, where the item's new mark joins its list with that one.

        What stands nested in the item lies between, and the fix has to reach all that it changes.
        """
        below = shape.after
        if below is None or below.apart or index != shape.items[-1]:
            return ()
        first = self.items[below.items[0]].marker
        return (Edit(first.span, first.text),) if first.text[-1] == mark else ()

    # -- indentation ------------------------------------------------------------------------------

    def is_under_another(self, shape: ListShape) -> bool:
        """Tell whether a list looks nested under the last item of another, though it is not."""
        if shape.before is None:
            return False
        return self.places[shape.items[0]].column > self.places[shape.before.items[-1]].column

    def moves(self, shape: ListShape, bearers: Sequence[int], wanted: int) -> Iterator[tuple[int, tuple[Edit, ...]]]:
        """Yield the items of a list that do not stand in column ``wanted``, with edits that move them there.

        ``bearers`` are those that deviate for certain. Where the items cannot be moved one by one, the
        edits move all; without edits it is not possible without changing what belongs to what.
        """
        strays = [index for index in shape.items if self.places[index].column != wanted]
        columns = [wanted, *(self.places[index].column for index in shape.items)]
        apart = max(columns) - min(columns) < min(len(self.items[index].marker.text) + 1 for index in shape.items)
        if not apart and len(set(columns)) > 2:
            # Some were probably meant to be nested.
            yield from ((index, ()) for index in bearers)
            return
        edits = {index: self._moved(index, wanted) for index in strays}
        possible = self._fits(shape, wanted) and all(part is not None for part in edits.values())
        together = () if apart or not possible else tuple(edit for part in edits.values() for edit in part or ())
        for number, index in enumerate(strays):
            if apart:
                yield index, (edits[index] or ()) if possible else ()
            else:
                # One fix that many findings bring is compared with itself for each of them.
                yield index, together if number < _SHARED else ()

    def _fits(self, shape: ListShape, wanted: int) -> bool:
        """Tell whether a list in column ``wanted`` stays inside and outside of what it is in or outside of."""
        parent = self.items[shape.items[0]].parent
        least = 0
        if parent is not None:
            content = self.places[parent].content
            if content is None or not self.places[parent].alone:
                return False
            least = content
        if not least <= wanted <= least + _WIDEST:
            return False
        above = self.places[shape.before.items[-1]].content if shape.before is not None else None
        if shape.before is not None and (above is None or above <= wanted):
            return False
        last = self.places[shape.items[-1]]
        follows = self._lead_below(self.items[shape.items[-1]])
        return last.content is not None and (follows is None or follows < last.content - last.column + wanted)

    def _lead_below(self, item: Item) -> int | None:
        """Columns before the text of the first line with text below an item; None at the end of the file."""
        text = self.document.text
        at = item.span.end
        while 0 <= at < len(text):
            lead = _LEAD.match(text, at)
            assert lead is not None
            if lead.end() < len(text) and text[lead.end()] != "\n":
                line = text.rfind("\n", 0, lead.end()) + 1
                return sum(4 if char == "\t" else 1 for char in text[line : lead.end()])
            at = lead.end() + 1
        return None

    def _moved(self, index: int, wanted: int) -> tuple[Edit, ...] | None:
        """The edits that move an item with all it holds, None where a tab or what stands before it forbids it.

        So does a line that goes on with a paragraph although it does not reach the content, if it would then
        and does not begin with a letter: it might begin a list.
        """
        place, item = self.places[index], self.items[index]
        if not place.alone or place.content is None:
            return None
        delta = wanted - place.column
        edits = [_step(item.marker.span.start, delta)]
        for start, lead in self._lines_below(item, place):
            inside = len(lead) >= place.content
            lazy = (
                not inside
                and len(lead) >= place.content + delta
                and not self.document.text[start + len(lead)].isalpha()
            )
            if "\t" in lead or lazy:
                return None
            if inside:
                edits.append(_step(start + len(lead), delta))
        return tuple(edits)

    def _lines_below(self, item: Item, place: Place) -> Iterator[tuple[int, str]]:
        """Start and leading white space of an item's lines with text, but for the first."""
        text, starts = self.document.text, self.document.source.line_starts
        number = place.line + 1
        while number < len(starts) and starts[number] < item.span.end:
            lead = _LEAD.match(text, starts[number])
            assert lead is not None
            if lead.end() < len(text) and text[lead.end()] != "\n":
                yield starts[number], lead[0]
            number += 1

    # -- white space behind the marker ------------------------------------------------------------

    def respaced(self, index: int, wanted: str) -> tuple[Edit, ...]:
        """The edit that sets the white space behind a marker; none where what is in the item would fall out."""
        place, marker = self.places[index], self.items[index].marker
        if wanted.strip(" ") or not 1 <= len(wanted) <= _WIDEST + 1:
            return ()
        start = marker.span.end
        edit = Edit(Span(start, start + len(marker.padding)), wanted)
        content = place.column + len(marker.text) + len(wanted)
        return (edit,) if self._holds(index, content) else ()

    def _holds(self, index: int, content: int) -> bool:
        """Tell whether an item keeps all that it holds, and takes in no more, if its content begins elsewhere."""
        item, place = self.items[index], self.places[index]
        below = list(self._lines_below(item, place))
        if not place.alone or any("\t" in lead for _, lead in below):
            return False
        follows = self._lead_below(item)
        if place.content is None or (content < place.content and follows is not None and follows >= content):
            return False
        if not below:
            return True
        blocks = self.blocks.get(index, [])
        if not blocks or blocks[0].kind not in _FLAT or any(block.kind is BlockKind.CODE for block in blocks):
            return False
        if any(self._wavers(block, block.item == index, place.content, content) for block in self._inside(item)):
            return False
        leads = [self._column(block.lines[0]) for block in blocks[1:]]
        leads.extend(self.places[child].column for child in self.children.get(index, []))
        return all(content <= lead <= content + _WIDEST for lead in leads)

    def _inside(self, item: Item) -> Iterator[Block]:
        """The leaf blocks in an item, also those in nested ones."""
        blocks = self.document.blocks
        at = bisect_left(blocks, item.span.start, key=lambda block: block.span.start)
        while at < len(blocks) and blocks[at].span.start < item.span.end:
            yield blocks[at]
            at += 1

    def _wavers(self, block: Block, own: bool, old: int, new: int) -> bool:
        """Tell whether a further line of a block may begin another one when the content begins in another column.

        A line of a paragraph that does not reach the content, or exceeds it by four columns, goes on with the
        paragraph whatever it looks like. One that begins with a letter does so anyway. Of nested items only
        the paragraphs matter, whose lines may fall short of all content around them.
        """
        if not own and block.kind is not BlockKind.PARAGRAPH:
            return False
        for line in range(block.lines[0] + 1, block.lines[1]):
            lead = self._column(line)
            at = self.document.source.line_starts[line] + lead
            if _zone(lead, old) != _zone(lead, new) and not (
                block.kind is BlockKind.PARAGRAPH and self.document.text[at : at + 1].isalpha()
            ):
                return True
        return False

    def _column(self, line: int) -> int:
        lead = _LEAD.match(self.document.text, self.document.source.line_starts[line])
        return len(lead[0]) if lead else 0

    @property
    def blocks(self) -> Mapping[int, list[Block]]:
        """The leaf blocks directly in an item."""
        if self._blocks is None:
            found: dict[int, list[Block]] = {}
            for block in self.document.blocks:
                if block.item is not None:
                    found.setdefault(block.item, []).append(block)
            self._blocks = found
        return self._blocks


def _place(item: Item, document: Document) -> Place:
    source, marker = document.source, item.marker
    line = source.line_index(marker.span.start)
    start = source.line_starts[line]
    column = marker.span.start - start
    alone = not column or not document.text[start : marker.span.start].strip(" ")
    padding = marker.padding
    plain = padding == " " or (1 <= len(padding) <= _WIDEST + 1 and not padding.strip(" "))
    return Place(line, column, alone, column + len(marker.text) + len(padding) if plain else None)


def _zone(lead: int, content: int) -> int:
    """Whether a line falls short of the content, belongs to it, or is indented like code."""
    return (lead >= content) + (lead > content + _WIDEST)


def _step(at: int, delta: int) -> Edit:
    """Move what stands at an offset by ``delta`` columns."""
    return Edit(Span(at, at), " " * delta) if delta > 0 else Edit(Span(at + delta, at), "")
