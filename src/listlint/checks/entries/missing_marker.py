"""ENT013: an entry without a list marker, which sticks to the entry above."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.model.nodes import BlockKind, Document, LinkKind
from listlint.model.patterns import lazy
from listlint.text.prose import goes_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from listlint.checks.api import Context
    from listlint.model.nodes import Block, Item, Link

_WRITTEN = frozenset({LinkKind.INLINE, LinkKind.FULL, LinkKind.COLLAPSED, LinkKind.SHORTCUT})
_PREFIX = lazy(r"[ \t>]*+(?:\*\*|__)?")
_REST = lazy(r"(?:\*\*|__)?(?P<mark>[ \t]++(?:-{1,3}|[–—|~→])[ \t]++|[:：][ \t]*+)(?=[^\s-])")


class MissingMarker(Rule[Document]):
    """A line between two list items is an entry of its own, but has no list marker.

    Markdown takes it for the continuation of the entry above, so that two entries run together in
    one paragraph.

    The line has to stand in the column of the markers, with a title link, the separator of the
    entry above and a description. A line that goes on with a sentence is left alone.
    """

    code, name = "ENT013", "missing-marker"
    severity = Severity.WARNING
    fix = Applicability.UNSAFE
    valid = (
        "- [A](https://a.dev) - One.\n  [B](https://b.dev) - Two.\n- [C](https://c.dev) - Three.\n",
        "- [A](https://a.dev) - A tool that was made by the people of\n[B](https://b.dev) - a company.\n"
        "- [C](https://c.dev) - Three.\n",
        "- [A](https://a.dev) - One,\n[B](https://b.dev) - Two.\n- [C](https://c.dev) - Three.\n",
        "- [A](https://a.dev) - A long description\nthat goes on.\n[B](https://b.dev) - Two.\n- [C](https://c.dev) - Three.\n",
        "- [A](https://a.dev) - One.\n[B](https://b.dev)\n- [C](https://c.dev) - Three.\n",
        "- [A](https://a.dev) - One.\n[B](https://b.dev): two.\n- [C](https://c.dev) - Three.\n",
        "- [A](https://a.dev) - One.\n\n[B](https://b.dev) - Two.\n\n- [C](https://c.dev) - Three.\n",
        "1. [A](https://a.dev) - One.\n[B](https://b.dev) - Two.\n2. [C](https://c.dev) - Three.\n",
        "- [A](https://a.dev) - One.\n[B](https://b.dev) - Two.\n",
    )
    invalid = (
        Bad(
            "- [A](https://a.dev) - One.\n⟦[B](https://b.dev)⟧ - Two.\n- [C](https://c.dev) - Three.\n",
            "- [A](https://a.dev) - One.\n- [B](https://b.dev) - Two.\n- [C](https://c.dev) - Three.\n",
        ),
        Bad(
            "* [A](https://a.dev): one\n⟦[B][x]⟧: two\n**⟦[C](https://c.dev)⟧**: three\n* [D](https://d.dev): four\n\n"
            "[x]: https://b.dev\n",
            "* [A](https://a.dev): one\n* [B][x]: two\n* **[C](https://c.dev)**: three\n* [D](https://d.dev): four\n\n"
            "[x]: https://b.dev\n",
        ),
        Bad(
            "- [A](https://a.dev) - One.\n  - [B](https://b.dev) – Two.\n  ⟦[C](https://c.dev)⟧ – Three.\n"
            "  - [D](https://d.dev) – Four.\n",
            "- [A](https://a.dev) - One.\n  - [B](https://b.dev) – Two.\n  - [C](https://c.dev) – Three.\n"
            "  - [D](https://d.dev) – Four.\n",
        ),
        Bad(
            "> -   [A](https://a.dev) - One.\n> ⟦[B](https://b.dev)⟧ - Two.\n> -   [C](https://c.dev) - Three.\n",
            "> -   [A](https://a.dev) - One.\n> -   [B](https://b.dev) - Two.\n> -   [C](https://c.dev) - Three.\n",
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each line that should be an item of the list around it."""
        links = {link.span.start: link for link in node.links if link.kind in _WRITTEN}
        last = {item.list_id: index for index, item in enumerate(node.items)}
        for block in node.blocks:
            if block.kind is not BlockKind.PARAGRAPH or block.item is None or block.lines[1] - block.lines[0] < 2:
                continue
            item = node.items[block.item]
            if not item.ordered and item.entry is not None and last[item.list_id] > block.item:
                yield from _lines(block, item, node, links)


def _lines(block: Block, item: Item, document: Document, links: Mapping[int, Link]) -> Iterator[Finding]:
    """The lines below an item's first that are entries, up to the first that is none."""
    source, entry = document.source, item.entry
    separator = entry.separator.text.strip() if entry and entry.separator else ""
    column = item.marker.span.start - source.line_starts[source.line_index(item.marker.span.start)]
    for number in range(block.lines[0] + 1, block.lines[1]):
        line = source.line_span(number)
        prefix = _PREFIX.match(document.text, line.start, line.end)
        link = links.get(prefix.end()) if prefix else None
        if link is None or link.span.end > line.end:
            return
        if link.kind is LinkKind.SHORTCUT and document.text.startswith(":", link.span.end):
            # With a marker before it, it would begin a definition.
            return
        rest = _REST.match(document.text, link.span.end, line.end)
        if rest is None or rest["mark"].strip() != separator or goes_on(source.line(number - 1)):
            return
        start = line.start + column
        if document.text[line.start : start].strip(" \t>") or document.text[start : start + 1] not in "[*_":
            return
        edit = Edit(Span(start, start), item.marker.text + (item.marker.padding or " "))
        fix = Fix("insert the list marker", (edit,), Applicability.UNSAFE, May.BLOCKS, guard=Span(start, link.span.end))
        yield Finding(link.span, f"an entry without the list marker `{item.marker.text}` of its neighbours", fix)
