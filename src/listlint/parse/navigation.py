"""Tells which links outside entries are navigation: rows of languages and pages, ways back to the top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.model.nodes import BlockKind, Role
from listlint.model.patterns import lazy
from listlint.text.roles import role_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from listlint.parse.blocks import Blocks
    from listlint.parse.inline import Inline

_BAR = lazy(r"[|｜│•∙]|\s[·/／]\s")
_SHORT = 3
"""Words of a part of a navigation bar that is no link."""


def navigation(blocks: Blocks, owned: Mapping[int, Role]) -> Iterator[int]:
    """The links of navigation: ``English | [中文](README.zh.md)``, and of tables that are nothing but a header.

    None of them is one of ``owned``, those of entries.
    """
    free = frozenset(range(len(blocks.out.links))).difference(owned)
    for place in blocks.by_kind[BlockKind.TABLE]:
        rows = blocks.leaves[place].rows
        if len(rows) == 1:
            yield from (index for cell in rows[0].cells for index in cell.links if index in free)
    for place in blocks.by_kind[BlockKind.PARAGRAPH]:
        leaf = blocks.leaves[place]
        if leaf.inline is None or free.isdisjoint(leaf.inline.links):
            continue
        bar = leaf.item is None and _is_bar(leaf.inline)
        for index in free.intersection(leaf.inline.links):
            if bar or role_of(blocks.out.links[index].text) is Role.NAVIGATION:
                yield index


def _is_bar(inline: Inline) -> bool:
    """Tell whether a content is a row of links and short labels with bars or dots between them."""
    text = "".join(["\1" if piece.link >= 0 else piece.text for piece in inline.pieces if piece.text])
    parts = [part.strip() for part in _BAR.split(text)]
    linked = sum("\1" in part for part in parts)
    return linked > 0 and len(parts) > 1 and linked >= len(parts) - 1 and all(_is_label(part) for part in parts)


def _is_label(part: str) -> bool:
    words = part.replace("\1", " ").split()
    return len(words) <= _SHORT and all(len(word) <= 16 for word in words) and part.strip("\1").count("\1") == 0
