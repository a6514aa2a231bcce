"""STR014: bold text stands where other sections have headings."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Rule, Severity
from listlint.checks.comments import before_comments
from listlint.checks.links import shorten
from listlint.model.nodes import BlockKind, Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Block, Section

_BOLD = lazy(r"(\*\*|__)[^*_\n]++\1[ \t]*[:：]?[ \t]*\Z")
_LONGEST = 60
"""Characters of bold text that can be a heading; more is a sentence."""
_SEVERAL = 2
"""Entries below bold text, and sections with headings, that make a pattern."""


class EmphasisAsHeading(Rule[Document]):
    """Bold text alone introduces entries where the document's other sections have headings.

    It looks like a heading and is none: it is in no outline and no table of contents, nobody can link to it, and
    screen readers pass over it.

    It must introduce a list of two or more entries, and more of the document's sections on that level
    must be divided by headings than by bold text. Most bold paragraphs are entries, or labels that a list uses
    throughout, and are left alone; so are those that hold a link or a sentence.
    """

    code, name = "STR014", "emphasis-as-heading"
    severity = Severity.INFO
    valid = (
        "# L\n\n## A\n\n**A1**\n\n- [x](https://a.dev)\n- [y](https://b.dev)\n\n## B\n\n### B1\n\n- [z](https://c.dev)\n",
        "# L\n\n## A\n\n### A1\n\n- [x](https://a.dev)\n\n## B\n\n### B1\n\n- [y](https://b.dev)\n\n## C\n\n"
        "**Note**\n\ntext\n\n**C1**\n\n- [z](https://c.dev)\n\n**[C2](https://a.dev)**\n\n"
        "- [v](https://d.dev)\n- [w](https://e.dev)\n\n**C3** is fast:\n\n- [v](https://d.dev)\n- [w](https://e.dev)\n",
    )
    invalid = (
        Bad(
            "# L\n\n## A\n\n### A1\n\n- [x](https://a.dev)\n\n## B\n\n### B1\n\n- [y](https://b.dev)\n\n## C\n\n"
            "⟦**C1**⟧\n\n- [z](https://c.dev)\n- [w](https://d.dev)\n\n⟦__C2:__ <!-- c -->⟧\n\n* [v](https://e.dev)\n* [u](https://f.dev)\n"
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on each such paragraph, those of one section in one group."""
        found = [(block, node.section_at(block.span.start)) for block in _introductions(node)]
        bold = Counter(section.level for section in {section.index: section for _, section in found}.values())
        divided = Counter(section.level for section in node.sections if _is_divided(node, section)) if found else bold
        for block, section in found:
            count = divided[section.level]
            if count >= _SEVERAL and count > bold[section.level]:
                message = f'"{shorten(block.text.strip())}" is bold text; {count} other sections have headings here'
                yield Finding(block.span, message, group=f"{self.code}:{section.index}")


def _is_divided(document: Document, section: Section) -> bool:
    """Tell whether a section has sub-sections with entries."""
    return section.level > 0 and any(document.entries_of(child) for child in document.subsections_of(section))


def _introductions(document: Document) -> Iterator[Block]:
    """The paragraphs of bold text alone that a list of several entries follows."""
    starts = [link.span.start for link in document.links]
    sizes = Counter(item.list_id for item in document.items if item.entry is not None)
    for block, below in pairwise(document.blocks):
        if block.kind is not BlockKind.PARAGRAPH or block.depth or below.item is None or below.depth == 0:
            continue
        item = document.items[below.item]
        if item.parent is not None or sizes[item.list_id] < _SEVERAL or item.span.start < block.span.end:
            continue
        at = bisect_left(starts, block.span.start)
        linked = at < len(starts) and starts[at] < block.span.end
        text = before_comments(document.slice(block.span))
        if not linked and len(text) <= _LONGEST and _BOLD.match(text):
            yield block
