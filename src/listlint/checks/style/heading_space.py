"""STY004: a heading's `#` is followed by no space, or by several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.model.nodes import BlockKind, Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Block

_MARKS = lazy(r"(#{1,6})([ \t]*+)")
_GLUED = lazy(r"[ ]{0,3}(?P<marks>#{1,6})(?=[^#\s])(?P<text>[^\n]*)")
_STARTS_TEXT = lazy(r"[^\W_]|[\[*`<(\"“‘«_]|[^\x00-\x7f]")
_HASHTAGS = lazy(r"(?:\A|\s)#\w")


class HeadingSpace(Rule[Document]):
    """No space, or more than one, stands between a heading's `#` and its text.

    GitHub shows `##Tools` as plain text: the section and its link in the table of contents are
    gone. Several spaces break nothing but searches for the heading.

    With a single `#`, what may be a hashtag or a number (`#awesome`, `#1`) is left alone: it
    must be a paragraph of one line and several words that starts in upper case, or the first
    line of a document without a title. A heading without text is fine.
    """

    code, name = "STY004", "heading-space"
    severity = Severity.INFO
    fix = Applicability.SAFE
    layout = True
    valid = (
        "# A\n\n## B ##\n\n##\n\n### \n\nTitle\n=====\n",
        "# A\n\n#awesome #list\n\n#1 in the charts\n\n#hashtag first\n\nSee #Tools Below\n#Tagged Line\n",
        "# A\n\n```\n##B\n#!/bin/sh\n```\n\n<div>\n##B\n</div>\n\n`##B`\n\n####### Seven\n\n\\##B\n",
        "# A\n\n##!\n\n- #C Sharp\n",
        "<h2>  A</h2>\n",
    )
    invalid = (
        Bad("#⟦  ⟧A\n\n##⟦\t⟧B\n\n>  ###⟦   ⟧C\n", "# A\n\n## B\n\n>  ### C\n"),
        Bad("# A\n\n⟦##⟧B\n\n⟦###⟧[C](https://c.dev)\n- d\n", "# A\n\n## B\n\n### [C](https://c.dev)\n- d\n"),
        Bad("# A\n\nText\n⟦##⟧标题\nText\n", "# A\n\nText\n## 标题\nText\n"),
        Bad("⟦#⟧Tools\n\nText\n", "# Tools\n\nText\n"),
        Bad("# A\n\n⟦#⟧Good Tools\n", "# A\n\n# Good Tools\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield headings with too much space, then lines that lack it."""
        titled = any(heading.level == 1 for heading in node.headings)
        for heading in node.headings:
            match = None if heading.html or heading.setext else _MARKS.match(node.text, heading.span.start)
            if match and match[2] not in ("", " ") and match.end() < heading.span.end and heading.text:
                span = Span(*match.span(2))
                fix = Fix("keep one space", (Edit(span, " "),), may=May.SPACE)
                amount = "a tab" if match[2] == "\t" else f"{span.length} blanks"
                yield Finding(span, f"{amount} between `{match[1]}` and the heading's text", fix, group=self.code)
        for position, block in enumerate(node.blocks):
            if block.kind is BlockKind.PARAGRAPH and "#" in node.slice(block.span) and not block.depth:
                yield from self._glued(node, block, first=position == 0 and not titled)

    def _glued(self, document: Document, block: Block, *, first: bool) -> Iterator[Finding]:
        for index in range(*block.lines):
            span = document.source.line_span(index)
            match = _GLUED.match(document.text, span.start, span.end)
            if match is None or not _STARTS_TEXT.match(match["text"]) or document.mask_at(match.start("marks")):
                continue
            if len(match["marks"]) == 1 and not _is_title(match["text"], block, first=first):
                continue
            marks = Span(*match.span("marks"))
            fix = Fix("insert a space", (Edit(Span(marks.end, marks.end), " "),), may=May.TEXT | May.BLOCKS)
            yield Finding(marks, f"no space after `{match['marks']}`, so this is no heading", fix, group=self.code)


def _is_title(text: str, block: Block, *, first: bool) -> bool:
    """Tell whether a line after a single ``#`` is a title and no hashtag or number."""
    if block.lines[1] - block.lines[0] > 1 or not text[0].isalpha() or _HASHTAGS.search(text):
        return False
    return first or (text[0].isupper() and len(text.split()) > 1)
