"""STR006: the table of contents and the headings disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Related, Rule, Severity, Span
from listlint.checks.links import shorten
from listlint.model.nodes import Document
from listlint.text.contents import compare
from listlint.text.contents_rewrite import rewrite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.text.contents import Mismatch

_MAY = May.BLOCKS | May.TEXT | May.URL
_TITLE = "rewrite the table of contents in its own style"
_FEW = 3
"""So many lines may always be deleted without asking."""


class TocMismatch(Rule[Document]):
    """The table of contents lists what is no heading, omits a heading, or has another order.

    Readers of a long list go by its table of contents: what it omits is not found.

    Which part of the document and which levels it means to cover is read from what it lists: a
    level, or a section's sub-sections, of which it lists few are left out on purpose. Headings
    before the table, its own, those without entries where the listed ones have some, those that
    are left out by custom (licence, contributing, citation, conclusion …) and those marked
    `<!-- omit in toc -->` are not missed, nor is one that the table names without leading there
    (plain text, another heading's text), nor one that stands a level above others of its kind
    (2025 above 2024 and 2023) which the table leaves out. An order that differs throughout is
    left alone, and so is the place of a line whose title or anchor several headings have. A
    listed heading whose anchor is misspelt is the matter of `broken-anchor`; one whose line leads to the
    heading of another line is reported here.

    The fix rewrites the table in its own style: it comes with the first finding and settles all.
    """

    code, name = "STR006", "toc-mismatch"
    severity = Severity.WARNING
    fix = Applicability.SAFE
    valid = (
        "# L\n\n## Contents\n\n- [A](#a)\n- [B](#b)\n\n## A\n\nx\n\n### A1\n\nx\n\n## B\n\nx\n\n## License\n\nMIT\n",
        "# L\n\n## Why\n\nx\n\n## Contents\n\n- [A](#a)\n- [B](#b)\n\n## A\n\nx\n\n## B\n\nx\n",
        "# L\n\n- [A](#a)\n  - [A1](#a1)\n  - [A2](#a2)\n- [B](#b)\n\n"
        "## A\n\n### A1\n\nx\n\n### A2\n\nx\n\n## B\n\n### B1\n\nx\n",
        "# L\n\n- [A](#a)\n- [C](#c)\n\n## A\n\nx\n\n## B\n\nx\n\n## C\n\nx\n\n## D\n\nx\n",
        "# L\n\n- [A](#a) · [B](#b)\n- [C](#c)\n\n## A\n\nx\n\n## B\n\nx\n\n## C\n\nx\n",
        "# L\n\n- [A](#a)\n- [B](#b)\n\n## A\n\nx\n\n## B\n\nx\n\n<!-- omit in toc -->\n## C\n\nx\n",
        '# L\n\n- [A](#one)\n- [B](#two)\n\n<a id="one"></a>\n## A\n\nx\n\n## <a name="two"></a>B\n\nx\n',
        "# L\n\n- [Tools](#tool)\n- [Papers](#papers)\n\n## Tools\n\nx\n\n## Papers\n\nx\n",
        "# L\n\n- [A](#a)\n- [B](#b)\n\n"
        "## A\n\n- [x](https://a.dev)\n\n## B\n\n- [y](https://b.dev)\n\n## Goodbye\n\ntext\n",
        "# L\n\n[TOC]\n\n## A\n\nx\n",
        "# L\n\n- [A](#a)\n- [Red Fish](#Red Fish)\n- [B](#b)\n\n"
        '## A\n\nx\n\n<a name="Red Fish"></a>\n\n## Red Fish\n\nx\n\n## B\n\nx\n',
        "# L\n\n- [A](#a)\n- Fish\n- [B](#b)\n\n## A\n\nx\n\n## Fish\n\nx\n\n## B\n\nx\n",
        "# L\n\n- [A](#a)\n- [B](#b)\n- [More B](#b)\n\n## A\n\nx\n\n## B\n\nx\n",
        "# L\n\n- [A](#a)\n  - [Rest](#rest)\n- [B](#b)\n  - [Rest](#rest)\n  - [B1](#b1)\n  - [B2](#b2)\n\n"
        "## A\n\n### Rest\n\nx\n\n## B\n\n### Rest\n\nx\n\n### B1\n\nx\n\n### B2\n\nx\n",
        "# L\n\n- [A](#a)\n- [B](#b)\n- [C](#c)\n\n## A\n\nx\n\n## B\n\nx\n\n"
        "## 2003\n\nx\n\n### 2002\n\nx\n\n### 2001\n\nx\n\n## C\n\nx\n",
        "# L\n\n- [A](#a)\n- [B](#b)\n- [C](#c)\n- [D](#dd)\n- [E](#e)\n\n## A\n\nx\n\n"
        '<a name="dd"></a>\n## D\n\nx\n\n## B\n\nx\n\n## C\n\nx\n\n<a name="dd"></a>\n## D\n\nx\n\n## E\n\nx\n',
        "# L\n\n- [A](#a)\n- [B](#b)\n\n## A\n\nx\n\n## B\n\nx\n\n## Congratulations\n\nx\n",
        "# L\n\n- [A](#a)\n- [B](#b)\n\n## A\n\nx\n\n## B\n\nx\n\n## Final thoughts\n\nx\n",
    )
    invalid = (
        Bad(
            "# L\n\n- [A](#a)\n- [B](#b)\n- [C](⟦#b⟧)\n\n## A\n\nx\n\n## B\n\nx\n\n## C\n\nx\n",
            "# L\n\n- [A](#a)\n- [B](#b)\n- [C](#c)\n\n## A\n\nx\n\n## B\n\nx\n\n## C\n\nx\n",
        ),
        Bad(
            "# L\n\n- [A](#a)\n- [⟦Old⟧](#old)\n- [B](#b)\n\n## A\n\nx\n\n## B\n\nx\n",
            "# L\n\n- [A](#a)\n- [B](#b)\n\n## A\n\nx\n\n## B\n\nx\n",
        ),
        Bad(
            "# L\n\n* [A](#a)\n* [B](#b)\n\n## A\n\nx\n\n## B\n\nx\n\n## ⟦C & `d`⟧\n\nx\n",
            "# L\n\n* [A](#a)\n* [B](#b)\n* [C & `d`](#c--d)\n\n## A\n\nx\n\n## B\n\nx\n\n## C & `d`\n\nx\n",
        ),
        Bad(
            "# L\n\n- [A](#a)\n- [⟦C⟧](#c)\n- [B](#b)\n- [D](#d)\n\n## A\n\nx\n\n## B\n\nx\n\n## C\n\nx\n\n## D\n\nx\n",
            "# L\n\n- [A](#a)\n- [B](#b)\n- [C](#c)\n- [D](#d)\n\n## A\n\nx\n\n## B\n\nx\n\n## C\n\nx\n\n## D\n\nx\n",
        ),
        Bad(
            "# L\n\n1. [A](#a)\n   1. [A1](#a1)\n   2. [A2](#a2)\n2. [Z](#z)\n\n"
            "## A\n\n### A1\n\nx\n\n### ⟦A1b⟧\n\nx\n\n### A2\n\nx\n\n## ⟦B⟧\n\nx\n\n## Z\n\nx\n",
            "# L\n\n1. [A](#a)\n   1. [A1](#a1)\n   2. [A1b](#a1b)\n   3. [A2](#a2)\n2. [B](#b)\n3. [Z](#z)\n\n"
            "## A\n\n### A1\n\nx\n\n### A1b\n\nx\n\n### A2\n\nx\n\n## B\n\nx\n\n## Z\n\nx\n",
        ),
        Bad(
            "# L\n\n- **[Fast](#-fast)** ⭐\n- **[Slow](#-slow)** ⭐\n\n"
            "## 🚀 Fast\n\nx\n\n## 🐌 Slow\n\nx\n\n## ⟦🎈 Light⟧\n\nx\n",
            "# L\n\n- **[Fast](#-fast)** ⭐\n- **[Slow](#-slow)** ⭐\n- **[Light](#-light)** ⭐\n\n"
            "## 🚀 Fast\n\nx\n\n## 🐌 Slow\n\nx\n\n## 🎈 Light\n\nx\n",
        ),
        Bad(
            "# L\n\n- [A](#a)\n  - [Rest](#rest)\n- [B](#b)\n  - [B1](#b1)\n  - [B2](#b2)\n\n"
            "## A\n\n### Rest\n\nx\n\n## B\n\n### ⟦Rest⟧\n\nx\n\n### B1\n\nx\n\n### B2\n\nx\n",
            "# L\n\n- [A](#a)\n  - [Rest](#rest)\n- [B](#b)\n  - [Rest](#rest-1)\n  - [B1](#b1)\n  - [B2](#b2)\n\n"
            "## A\n\n### Rest\n\nx\n\n## B\n\n### Rest\n\nx\n\n### B1\n\nx\n\n### B2\n\nx\n",
        ),
        Bad(
            "# L\n\n- [A](#a)\n- [⟦Old⟧](#old)\n  - [B](#b)\n\n## A\n\nx\n\n## B\n\nx\n",
        ),
        Bad("# L\n\n- [A](#a) · [B](#b)\n- [C](#c) · [⟦D⟧](#d)\n\n## A\n\nx\n\n## B\n\nx\n\n## C\n\nx\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield every difference of each table of contents."""
        for number, mismatch in enumerate(ctx.memo(compare), 1):
            if not mismatch:
                continue
            places = sorted(_places(node, mismatch), key=lambda place: place[0])
            edits = rewrite(node, mismatch)
            fix = Fix(_TITLE, edits, _applicability(mismatch), _MAY) if edits else None
            for index, (span, message, related) in enumerate(places):
                yield Finding(span, message, fix if index == 0 else None, related, group=f"STR006:{number}")
            yield from _astray(node, mismatch, group=f"STR006:{number}")


def _astray(document: Document, mismatch: Mismatch, group: str) -> Iterator[Finding]:
    """Yield a finding on the target of each line that leads to the heading of another one."""
    for index, named in mismatch.astray:
        link, heading = mismatch.listed[index].link, document.headings[named]
        message = f'"{link.text}" leads to {shorten(link.target)}, where another line of the table leads'
        edit = Edit(link.url_span, f"#{heading.anchor}")
        fix = Fix(f"lead to #{heading.anchor}", (edit,), Applicability.SAFE, May.URL)
        yield Finding(link.url_span, message, fix, (Related(heading.span, "the heading of that name"),), group=group)


def _applicability(mismatch: Mismatch) -> Applicability:
    """A table that lists much that is no heading may be ahead of its document: deletion is asked for."""
    many = len(mismatch.lost) > max(_FEW, len(mismatch.listed) // 4)
    return Applicability.UNSAFE if many else Applicability.SAFE


def _places(document: Document, mismatch: Mismatch) -> Iterator[tuple[Span, str, tuple[Related, ...]]]:
    """Where each difference is, what it is, and the other place it speaks of."""
    for index in mismatch.lost:
        link = mismatch.listed[index].link
        yield link.text_span, f'the table of contents lists "{link.text}", which is no heading', ()
    for index in mismatch.moved:
        one = mismatch.listed[index]
        if one.heading is not None:
            there = Related(document.headings[one.heading].span, "where the document has it")
            yield one.link.text_span, f'"{one.link.text}" is out of the document\'s order', (there,)
    start = mismatch.toc.span.start
    first = document.source.line_span(document.source.line_index(start))
    for index in mismatch.omitted:
        heading = document.headings[index]
        contents = Related(Span(start, first.end), "the table of contents")
        yield heading.content, f'the table of contents omits "{heading.text}"', (contents,)
