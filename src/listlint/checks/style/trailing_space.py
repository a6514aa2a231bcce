"""STY001: white space stands at the end of a line."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.model.nodes import BlockKind, Document, Mask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Block

_BLANKS = " \t"
_HARD_BREAK = "  "
_KEPT = frozenset({BlockKind.CODE, BlockKind.FENCE, BlockKind.FRONT_MATTER})
_BREAKABLE = (BlockKind.PARAGRAPH, BlockKind.HEADING)
"""Headings of several lines end in an underline, which is no line of theirs."""
_PREFORMATTED = ("<pre", "<textarea", "<script", "<style")


class TrailingSpace(Rule[Document]):
    """Spaces or tabs stand at the end of a line.

    Nobody sees them, editors strip them, and then a change of one line shows as a change of
    many.

    Two or more spaces inside a paragraph are a line break and stay; at the end of a paragraph,
    an item's last line or a heading they break nothing. Code, front matter and preformatted
    HTML are left alone.
    """

    code, name = "STY001", "trailing-space"
    severity = Severity.INFO
    fix = Applicability.SAFE
    layout = True
    valid = (
        "# A\n\nA line  \nbroken on purpose.\n\n- an item  \n  broken too\n\n> a quote   \n> as well\n",
        "```\ncode  \n```\n\n    code  \n    code\n\nSome `code  \nhere`.\n",
        "---\na: b  \n---\n\n<pre>\na  \n</pre>\n",
        "A backslash \\ \nbefore a space.\n\nA heading  \nof two lines\n====\n",
    )
    invalid = (
        Bad(
            "# A⟦  ⟧\n\nText⟦ ⟧\nand more⟦  ⟧\n⟦ \t⟧\n- item⟦  ⟧\n- item⟦\t⟧\n",
            "# A\n\nText\nand more\n\n- item\n- item\n",
        ),
        Bad("| a |⟦ ⟧\n|---|\n| b |⟦  ⟧\n\n<div>⟦ ⟧\na\n</div>\n", "| a |\n|---|\n| b |\n\n<div>\na\n</div>\n"),
        Bad("- a  \n  b⟦  ⟧\n  - c⟦  ⟧\n\n[a]: https://a.dev⟦ ⟧", "- a  \n  b\n  - c\n\n[a]: https://a.dev"),
        Bad("A tab⟦ \t⟧\nbreaks nothing.\n", "A tab\nbreaks nothing.\n"),
        Bad("a⟦ ⟧\nb\n", "a\nb\n", raw=b"a \r\nb\r\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield the white space at each line's end."""
        blocks = _Cursor(node.blocks)
        preformatted = lru_cache(maxsize=1)(partial(_is_preformatted, node))
        for index, line in enumerate(node.text.split("\n")):
            content = line.rstrip(_BLANKS)
            if len(content) == len(line):
                continue
            start = node.source.line_starts[index] + len(content)
            span = Span(start, start + len(line) - len(content))
            block = blocks.at(index)
            if block is not None and block.kind is BlockKind.HTML and preformatted(block.span):
                continue
            if _is_meant(block, index, line, content) or _is_kept(node, span):
                continue
            fix = Fix("delete it", (Edit(span, ""),), may=May.SPACE)
            yield Finding(span, _message(node.slice(span)), fix, group=self.code)


class _Cursor:
    """Finds the leaf block of a line, for lines that are asked for in order."""

    def __init__(self, blocks: tuple[Block, ...]) -> None:
        self.blocks = blocks
        self.index = 0

    def at(self, line: int) -> Block | None:
        while self.index < len(self.blocks) and self.blocks[self.index].lines[1] <= line:
            self.index += 1
        if self.index < len(self.blocks) and self.blocks[self.index].lines[0] <= line:
            return self.blocks[self.index]
        return None


def _is_preformatted(document: Document, html: Span) -> bool:
    text = document.slice(html).casefold()
    return any(tag in text for tag in _PREFORMATTED)


def _is_meant(block: Block | None, index: int, line: str, content: str) -> bool:
    if block is None:
        return False
    if block.kind in _KEPT:
        return True
    underline = block.kind is BlockKind.HEADING
    if block.kind not in _BREAKABLE or index + 1 + underline >= block.lines[1]:
        return False
    return line.endswith(_HARD_BREAK) or content.endswith("\\")


def _is_kept(document: Document, span: Span) -> bool:
    return document.mask_at(span.start) in (Mask.CODE, Mask.FRONT_MATTER, Mask.LIQUID)


def _message(blanks: str) -> str:
    if "\t" in blanks:
        return "trailing tab" if len(blanks) == 1 else "trailing tabs and spaces"
    return "trailing space" if len(blanks) == 1 else f"{len(blanks)} trailing spaces"
