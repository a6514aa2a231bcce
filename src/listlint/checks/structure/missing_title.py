"""STR001: the document has no title."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Good, Rule, Severity, Span
from listlint.model.nodes import BlockKind, Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Heading

_TEMPLATE = lazy(r"(?:^|/)(?:\.github/|(?:issue|pull_request)_template)", re.IGNORECASE)
_COMMENTS = lazy(r"(?:\s++|<!--.*?(?:-->|\Z))*+", re.DOTALL)
_LAYOUT = lazy(r"(?:\s++|<!--.*?-->|<[^<>]++>)*+", re.DOTALL)
_CONTENTS = lazy(r"\W*(?:(?:table of )?contents?|index|toc)\W*\Z", re.IGNORECASE)
_BADGE = lazy(r"badge|shields\.io|/workflows/|travis-ci|\bci\.svg", re.IGNORECASE)


class MissingTitle(Rule[Document]):
    """The document has no title: no heading of level 1 and no title in its front matter.

    The title is what search engines, link previews and screen readers call the list.

    A logo is a title too: a first heading of any level that shows an image (no badge), or an image
    that stands alone before the first heading. So is `<h1>`. Where the title stands does
    not matter. Templates for issues and pull requests have none by custom.
    """

    code, name = "STR001", "missing-title"
    severity = Severity.WARNING
    valid = (
        "# A List\n\n- [A](https://a.dev) - Fast.\n",
        "<!-- made by hand -->\n\n\n# A List\n",
        "A List\n======\n",
        "---\ntitle: A List\n---\n\n## Tools\n\n- [A](https://a.dev)\n",
        '<h1 align="center">A List</h1>\n\n## Tools\n\n- [A](https://a.dev)\n',
        "## ![A List](logo.png)\n\n## Tools\n\n- [A](https://a.dev)\n",
        '<div align="center">\n<img src="logo.png">\n</div>\n\n## Tools\n\n- [A](https://a.dev)\n',
        "![](banner.png)\n\nSome tools.\n\n## Tools\n\n- [A](https://a.dev)\n",
        "[![CI](https://a.dev/ci.svg)](https://a.dev)\n\n# A List\n",
        "",
        "<!-- nothing here -->\n",
        Good("## What happened?\n", path=".github/ISSUE_TEMPLATE/bug.md"),
        Good("@misc{a, title={A}}\n", path="refs.bib"),
    )
    invalid = (
        Bad("⟦## Tools⟧\n\n- [A](https://a.dev) - Fast.\n"),
        Bad("<!-- made by hand -->\n\n⟦Some tools.⟧\n\n- [A](https://a.dev) - Fast.\n"),
        Bad("---\nlayout: page\n---\n\n⟦## Tools⟧\n\n- [A](https://a.dev)\n"),
        Bad("⟦## Tools⟧\n\n- [A](https://a.dev)\n\n### ![More](logo.png)\n"),
        Bad("⟦## A List [![A](https://awesome.re/badge.svg)](https://awesome.re)⟧\n\n- [A](https://a.dev)\n"),
        Bad("⟦[![CI](https://a.dev/badge.svg)](https://a.dev)⟧\n\nSome tools.\n\n- [A](https://a.dev)\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield at most one finding, at the first line that says something."""
        if node.path.lower().endswith(".bib") or _TEMPLATE.search(node.path) or _has_title(node):
            return
        start = node.front_matter.span.end if node.front_matter else 0
        found = _COMMENTS.match(node.text, start)
        first = found.end() if found else start
        if first >= len(node.text):
            return
        line = node.source.line_span(node.source.line_index(first))
        yield Finding(Span(first, line.end), _message(node, first), whole=True)


def _message(document: Document, first: int) -> str:
    """What is missing: the title, or only its level where a heading starts the document at ``first``."""
    heading = document.headings[0] if document.headings else None
    if heading and not _CONTENTS.match(heading.text):
        layout = _LAYOUT.match(document.text, first, max(first, heading.span.start))
        if layout and layout.end() >= heading.span.start:
            return f"the title is a heading of level {heading.level}, not of level 1"
    return "no title: no heading of level 1 and none in the front matter"


def _has_title(document: Document) -> bool:
    if document.front_matter and document.front_matter.values.get("title", "").strip():
        return True
    if any(heading.level == 1 for heading in document.headings):
        return True
    if document.headings and document.headings[0].has_image and _shows_logo(document.headings[0], document):
        return True
    return _has_logo(document) or all(block.kind is BlockKind.FRONT_MATTER for block in document.blocks)


def _shows_logo(heading: Heading, document: Document) -> bool:
    """Tell whether a heading's images are more than badges beside its text."""
    if not any(char.isalpha() for char in heading.text):
        return True
    images = (
        link for link in document.links if link.is_image and heading.span.start <= link.span.start < heading.span.end
    )
    return any(not _BADGE.search(image.target) for image in images)


def _has_logo(document: Document) -> bool:
    """Tell whether an image that is no badge stands by itself, or in HTML, before any heading or list."""
    spans = [*(heading.span for heading in document.headings[:1]), *(item.span for item in document.items[:1])]
    end = min((span.start for span in spans), default=len(document.text))
    above = [block for block in document.blocks if block.span.start < end]
    starts = [block.span.start for block in above]
    for image in document.links:
        if image.span.start >= end:
            break
        if not image.is_image or _BADGE.search(image.target):
            continue
        block = above[bisect_right(starts, image.span.start) - 1] if above else None
        if block and (block.kind is BlockKind.HTML or (block.kind is BlockKind.PARAGRAPH and not block.text.strip())):
            return True
    return False
