"""Lists of one-line items, read by one pattern a line.

Two of three items of real lists stand in a list that holds nothing but bullets of one line each, nested
or not. Such a list is told apart here, several times as fast as by the steps of CommonMark; anything
that could be read in another way (paragraphs of two lines, blank lines between items, numbers, tabs,
blocks inside an item, odd indentation) is left to markdown-it-py. ``tests/parse/test_lists.py`` holds
the two against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.common.utils import mdTrim
from msgspec import Struct

from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_DEPTH = 20
"""Lists in lists that are read here, far fewer than markdown-it-py would follow."""
_DEEPEST = 3
"""Columns by which an item may be indented beyond the content of the one that it stands in."""

_TEXT = (
    # What starts no other block: emphasis that is no rule, and a bracket that is no definition.
    r"[^\s`~>*_\-+0-9<#|\[]|`(?!``)|\*\*?(?=[^\s*])|__?(?=[^\s_])|[0-9]++(?![.)])|\[(?!\^)[^\[\]\\\n]*+(?:\[|\](?!:))"
)
_ITEM = lazy(rf"( *+)([-+*])( {{1,4}}+)((?:{_TEXT})[^\n]*+)")
_END = lazy(r"\Z|#{1,6}[ \t]|(?:[ \t]*+\n)++(?:\Z|[^\s\-+*]|[-+*](?![ \t\n]|\Z))")
"""What may follow on the next line, so that it continues neither the last paragraph nor the list."""


class PlainItem(Struct):
    """An item of a plain list, whose one line is ``indent`` spaces, ``mark``, ``padding`` and ``content``.

    ``line`` is its index in the file and ``start`` the offset of its mark. ``parent`` is the position of the item
    around it among those of the list, ``list`` the number of the list that it stands in: 0 for the outermost, and
    those inside by the order in which they begin.
    """

    line: int
    start: int
    indent: int
    mark: str
    padding: str
    content: str
    parent: int | None
    list: int

    @property
    def column(self) -> int:
        """The column in which its content begins."""
        return self.indent + 1 + len(self.padding)


def plain_list(text: str, starts: Sequence[int], first: int) -> list[PlainItem] | None:
    """The items of the list that begins with the line ``first``; None where that is no plain list.

    ``starts`` holds the offset of each line of ``text``.
    """
    items: list[PlainItem] = []
    around: list[int] = []
    """positions of the items that are still open, from the outside in"""
    lists = 0
    line, size = first, len(starts)
    while line < size and (match := _ITEM.match(text, starts[line])):
        space, mark, padding, content = match.groups()
        indent = len(space)
        before = None
        while around and indent < items[around[-1]].column:
            before = items[around.pop()]
        if before is not None:
            # The list goes on with the same mark in the same column.
            if mark != before.mark or indent != before.indent:
                return None
            parent, number = before.parent, before.list
        else:
            parent = around[-1] if around else None
            base = items[around[-1]].column if around else 0
            if indent - base > (_DEEPEST if around else 0) or len(around) == MAX_DEPTH:
                return None
            number = lists
            lists += 1
        around.append(len(items))
        items.append(PlainItem(line, starts[line] + indent, indent, mark, padding, mdTrim(content), parent, number))
        line += 1
    if not items or (line < size and not _END.match(text, starts[line])):
        return None
    return items
