"""ENC008: a no-break or other odd space stands where it breaks something."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.model.nodes import BlockKind, Document, LinkKind
from listlint.model.patterns import lazy
from listlint.text.invisible import called
from listlint.text.mojibake import damages, is_damaged
from listlint.text.verbatim import is_verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Block

_ODD = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ANY = lazy(f"[{_ODD}]")
_AFTER = lazy(rf"^[ \t>]*+(?P<mark>[-*+]|\d{{1,9}}[.)]|#{{1,6}})(?P<odd>[{_ODD}]++)(?=[^\n])", re.MULTILINE)
_BEFORE = lazy(
    r"^[ \t]*+(?P<odd>[\u00a0\u2000-\u200a\u202f][ \t\u00a0\u2000-\u200a\u202f]*+)(?P<mark>[-*+]|\d{1,9}[.)]|#{1,6})[ \t]+\S",
    re.MULTILINE,
)
_NO_BREAK = lazy("[\u00a0\u202f]+")
_IN_URL = lazy("[\u1680\u2000-\u200a\u205f\u3000]+")
"""Odd spaces that are not invisible-in-url's already."""
_FRENCH_BEFORE, _FRENCH_AFTER = frozenset("?!:;»›%€$"), frozenset("«‹")
_SAFE_INDENT = 3
"""White space before a marker, in columns, that cannot make it code."""


class OddSpace(Rule[Document]):
    """A no-break space, or another space that is not the plain one, stands where it breaks something.

    After a list marker or the `#` of a heading it keeps the line from being an item or a
    heading. In link text the title is no longer found by a search, and in a URL it leads
    elsewhere.

    In prose such spaces are good typography, and so are those of French punctuation and between
    digits in link text. No-break spaces in a URL are `invisible-in-url`.
    """

    code, name = "ENC008", "odd-space"
    severity = Severity.WARNING
    fix = Applicability.SAFE
    valid = (
        "- [A](https://a.dev) - Il dit\u00a0: «\u00a0oui\u00a0»\u00a0; 10\u00a0km.\n",
        "- [Pourquoi\u00a0?](https://a.dev) - [«\u00a0Oui\u00a0»](https://b.dev) - [10\u00a0000](https://c.dev)\n",
        "- \u00a0[A](https://a.dev)\n\nText\u00a0- not a marker.\n",
        "`#\u00a0code`\n\n```\n-\u00a0code\n```\n",
        "- [A](https://a.dev)\n  -\u00a0a description on a line of its own\n",
        "- [選集\u30001](https://a.dev) - [a\u200a—\u200ab](https://b.dev)\n",
        "*\u00a0\n",
    )
    invalid = (
        Bad("#⟦\u00a0⟧Title\n\n-⟦\u00a0⟧one\n-⟦\u00a0⟧two\n", "# Title\n\n- one\n- two\n"),
        Bad("- [A](https://a.dev)\n-⟦\u00a0⟧[B](https://b.dev)\n", "- [A](https://a.dev)\n- [B](https://b.dev)\n"),
        Bad("##⟦\u3000⟧标题\n\n1.⟦\u00a0⟧ one\n", "## 标题\n\n1. one\n"),
        Bad(
            "- [A](https://a.dev)\n\n⟦\u00a0 ⟧- [B](https://b.dev)\n",
            "- [A](https://a.dev)\n\n  - [B](https://b.dev)\n",
        ),
        Bad("- [Good⟦\u00a0⟧Tool](https://a.dev)\n", "- [Good Tool](https://a.dev)\n"),
        Bad("- [A](https://a.dev/x⟦\u2003⟧y)\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield odd spaces beside markers, in link text and in URLs."""
        if not _ANY.search(node.source.alphabet):
            return
        found = [*self._markers(node), *self._links(node)]
        for finding in found:
            if not is_damaged(ctx.memo(damages), finding.span) and not is_verbatim(node, finding.span):
                yield finding

    def _markers(self, document: Document) -> Iterator[Finding]:
        paragraphs = [block for block in document.blocks if block.kind is BlockKind.PARAGRAPH]
        starts = [block.span.start for block in paragraphs]
        for pattern in (_AFTER, _BEFORE):
            for match in pattern.finditer(document.text):
                span, mark = Span(*match.span("odd")), match["mark"]
                index = bisect_right(starts, match.end("odd")) - 1
                if index < 0 or not _is_meant(document, paragraphs[index], match.start("mark"), mark):
                    continue
                kind = "heading" if mark.startswith("#") else "list"
                side = "after" if pattern is _AFTER else "before"
                message = f"{called(document.text[span.start])} {side} the {kind} marker `{mark}`, which breaks it"
                yield Finding(span, message, _marker_fix(document, span, after=pattern is _AFTER), group=self.code)

    def _links(self, document: Document) -> Iterator[Finding]:
        seen: set[Span] = set()
        for link in document.links:
            if not link.is_image and link.kind not in (LinkKind.AUTO, LinkKind.BARE):
                yield from self._link_text(document, link.text_span, link.image)
            for match in _IN_URL.finditer(link.url) if link.url_span not in seen else ():
                seen.add(link.url_span)
                start = link.url_span.start + match.start()
                span = Span(start, start + len(match.group()))
                if document.slice(span) == match.group():
                    yield Finding(span, f"{called(match.group()[0])} in a URL")

    def _link_text(self, document: Document, text: Span, image: Span | None) -> Iterator[Finding]:
        for match in _NO_BREAK.finditer(document.text, text.start, text.end):
            span = Span(*match.span())
            before, after = document.text[span.start - 1 : span.start], document.text[span.end : span.end + 1]
            if (image and image.overlaps(span)) or _is_typography(before, after):
                continue
            fix = Fix("put a plain space in its place", (Edit(span, " "),), may=May.TEXT)
            yield Finding(span, f"{called(match.group()[0])} in link text", fix, group=f"{self.code}:link-text")


def _is_typography(before: str, after: str) -> bool:
    return after in _FRENCH_BEFORE or before in _FRENCH_AFTER or (before.isdigit() and after.isdigit())


def _is_meant(document: Document, paragraph: Block, mark: int, text: str) -> bool:
    """Tell whether a mark that starts a line of a paragraph was meant as a marker."""
    source = document.source
    index = source.line_index(mark)
    first, last = paragraph.lines
    if not first <= index < last:
        return False
    if index == first:
        return not document.slice(Span(paragraph.span.start, mark)).strip(" \t>\u00a0\u2000\u2003\u202f\u3000")
    if text.startswith("#"):
        return True
    if paragraph.item is not None:
        marker = document.items[paragraph.item].marker.span.start
        column = marker - source.line_starts[source.line_index(marker)]
        return mark - source.line_starts[index] <= column
    return not text[0].isdigit() or bool(_AFTER.match(source.line(index - 1)))


def _marker_fix(document: Document, span: Span, *, after: bool) -> Fix:
    may = May.TEXT | May.BLOCKS
    if after:
        space = "" if document.text[span.end] in " \t" else " "
        return Fix("put a plain space in its place", (Edit(span, space),), may=may)
    line = document.source.line_starts[document.source.line_index(span.start)]
    safe = span.end - line <= _SAFE_INDENT
    return Fix(
        "put plain spaces in their place",
        (Edit(span, " " * span.length),),
        Applicability.SAFE if safe else Applicability.UNSAFE,
        may,
    )
