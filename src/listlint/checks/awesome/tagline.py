"""AWE008: the list does not say what it is about."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from listlint.checks import manifesto
from listlint.checks.api import Bad, Finding, Good, Rule, Severity
from listlint.model.nodes import BlockKind, Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Block

_WORDS = lazy(r"[^\W\d_]{2,}")
_IDEOGRAPHS = lazy("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{4}")
_INTRODUCTION = lazy(
    r"(?i)[\W_]*(?:introduc\w+|about|overview|what is|description|motivation|简介|介绍|概述|はじめに|소개|введение|introducción|einleitung)"
)
_TEXT = frozenset({BlockKind.PARAGRAPH, BlockKind.HTML, BlockKind.HEADING, BlockKind.TABLE})
_ENOUGH = 3
"""Words that say something."""
_ENTRIES = "".join(f"- [A{number}](https://a.dev/{number}) - Tool.\n" for number in range(5))


class Tagline(Rule[Document]):
    """Nothing between the title and the first entry says what the list is about.

    A reader who comes from a search does not learn what is in it and what is not.

    A line of text is enough: above or below the title, in Markdown or HTML, as a quotation, in a section of
    its own (`About`, `Introduction`, wherever it stands), as a second heading, or as `description` in the front matter. Badges and lines of links
    are none.
    """

    code, name = "AWE008", "tagline"
    severity = Severity.WARNING
    valid = (
        f"# Awesome A\n\n> All that one needs.\n\n## Tools\n\n{_ENTRIES}",
        f"# Awesome A\n\n- [Tools](#tools)\n\n## About\n\nAll that one needs.\n\n## Tools\n\n{_ENTRIES}",
        f"<p>All that one needs</p>\n\n# Awesome A\n\n## Tools\n\n{_ENTRIES}",
        f"# Awesome A\n\n## Tools\n\n{_ENTRIES}\n## 🌟 Introduction\n\nText.\n",
        f"# Awesome A\n### All that one needs\n\n## Tools\n\n{_ENTRIES}",
        f"---\ndescription: All that one needs.\n---\n\n# Awesome A\n\n## Tools\n\n{_ENTRIES}",
        f"# 精选\n\n一个精选工具列表。\n\n## 工具\n\n{_ENTRIES}",
        Good(f"# A\n\n{_ENTRIES}", path="notes.md"),
    )
    invalid = (
        Bad(f"⟦# Awesome A⟧\n\n## Tools\n\n{_ENTRIES}"),
        Bad(
            f"⟦# Awesome A⟧\n\n[![x y z](https://a.dev/x.svg)](https://a.dev)\n\n- [Fast Tools Here](#tools)\n\n## Tools\n\n{_ENTRIES}"
        ),
        Bad(f"⟦# Awesome A⟧\n\n## Tools that one needs\n\n### More\n\n{_ENTRIES}"),
        Bad(f"⟦# Awesome A⟧\n\n[One tool](#tools) | [More tools](#tools)\n\n## Tools\n\n{_ENTRIES}"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield one finding, on the title."""
        heading = manifesto.title(node)
        if heading is None or not manifesto.is_list(node, ctx):
            return
        if node.front_matter is not None and node.front_matter.values.get("description"):
            return
        if any(_INTRODUCTION.match(section.title) for section in node.sections):
            return
        if not any(_says_something(block, node) for block in _front(node, heading.span.start)):
            message = "nothing between the title and the first entry says what the list is about"
            yield Finding(heading.span, message, whole=True)


def _front(document: Document, title: int) -> Iterator[Block]:
    """The blocks above the first entry, without the title, tables of contents and headings of sections."""
    first = document.entries[0].span.start
    for block in document.blocks:
        if block.span.start >= first:
            return
        if block.span.start == title or _in_toc(block, document):
            continue
        if block.kind is not BlockKind.HEADING or document.section_at(block.span.start).span.end <= first:
            yield block


def _in_toc(block: Block, document: Document) -> bool:
    index = bisect_right(document.toc, block.span.start, key=lambda toc: toc.span.start) - 1
    return index >= 0 and block.span.start < document.toc[index].span.end


def _says_something(block: Block, document: Document) -> bool:
    if block.kind not in _TEXT:
        return False
    start, links, text = block.span.start, document.links, ""
    index = bisect_left(links, start, key=lambda link: link.span.start)
    while index < len(links) and links[index].span.start < block.span.end:
        text += manifesto.words_of(document, start, max(start, links[index].span.start)) + " "
        start = max(start, links[index].span.end)
        index += 1
    text += manifesto.words_of(document, start, max(start, block.span.end))
    return len(_WORDS.findall(text)) >= _ENOUGH or bool(_IDEOGRAPHS.search(text))
