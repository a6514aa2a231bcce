"""AWE009: the name of a product is not written as its owner writes it."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from listlint.checks import manifesto
from listlint.checks.anchors import keeps_anchors
from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Severity, Span
from listlint.checks.prose import prose_around
from listlint.model.nodes import BlockKind, Document
from listlint.model.patterns import lazy
from listlint.packs.brands import BrandTable, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_GLUED = frozenset("-_/\\@#.:$+~=&")
"""Before or behind a name, they make it part of an address, a package or a compound."""
_MARKERS = lazy(r"[\s>*+|\d.-]*\Z")
"""What may stand on a line before its first word."""
_INDENT = 40
"""Characters before a label that are looked at."""
_CUT = lazy(r"\.\.(?<=[^\W_]\.\.)(?=[\s<|]|\Z)|…(?<=[^\W_]…)(?=[\s<|]|\Z)")
_MANY_CUT, _SHARE = 5, 10
"""Descriptions cut off, and one in how many entries, that show that a program took them over."""
_NO_TEXT = frozenset({BlockKind.CODE, BlockKind.FENCE, BlockKind.FRONT_MATTER, BlockKind.RULE})
"""Blocks that no name is looked for in."""
_SCRIPTS = "\u2e80"
"""From here on letters have no case, and stand beside a name without a space."""


class BrandSpelling(Rule[Document]):
    """A well-known name is not written as its owner writes it, such as `Github` or `Javascript`.

    It is the comment that reviewers of lists make after the one on the full stop, and a search that minds
    case misses the entry.

    The names stand in the table `brands.toml`. Looked at is running text, also before a full stop; never code,
    URLs, the text of links, titles of entries, words of other languages that contain the name, compounds with
    a hyphen, text all in capitals, or a label in small letters (`github:`) at the start of a line. Lists with
    many descriptions cut off in the middle (`..`) are left alone: a program took them over as the projects wrote
    them. So are former lists in `archive/`.
    """

    code, name = "AWE009", "brand-spelling"
    severity = Severity.INFO
    fix = Applicability.UNSAFE
    valid = (
        "- [A](https://a.dev) - For GitHub, JavaScript and Node.js.\n",
        "- [A](https://github.com/a/javascript) - Uses `javascript`, github.com, @github, and a-javascript-tool.\n",
        "- [Javascript Tool](https://a.dev) - A tool, see [Github](https://github.com).\n- **Github Tool** - [x](https://b.dev)\n",
        "- [A](https://a.dev) - Ein Javascriptwerkzeug, javascripté, Githubs.\n",
        "- [A](https://a.dev) - THE GITHUB BOOK. Install nodejs with npm.\n",
        "- github: [https://github.com/a/a](https://github.com/a/a)\n",
        "- <b><a href='https://a.dev'>A</a></b> - Tool for Github and.. <code>MIT</code>\n" * 5,
        Good("- [A](https://a.dev) - On Github.\n", path="archive/README.md"),
        "```\nGithub\n```\n\n<!-- Github -->\n",
    )
    invalid = (
        Bad("- [A](https://a.dev) - For ⟦Github⟧.\n", "- [A](https://a.dev) - For GitHub.\n"),
        Bad(
            "- [A](https://a.dev) - A ⟦javascript⟧ and ⟦NodeJS⟧ tool on ⟦StackOverflow⟧.\n",
            "- [A](https://a.dev) - A JavaScript and Node.js tool on Stack Overflow.\n",
        ),
        Bad(
            "## ⟦Javascript⟧ tools\n\n[x](#javascript-tools) 关于⟦Github⟧的\n",
            "## JavaScript tools\n\n[x](#javascript-tools) 关于GitHub的\n",
        ),
        Bad(
            "- [A](https://a.dev) - Needs ⟦github⟧: it is there.\n- ⟦Github⟧: there.\n",
            "- [A](https://a.dev) - Needs GitHub: it is there.\n- GitHub: there.\n",
        ),
        Bad("## ⟦StackOverflow⟧\n\nSee [it](#stackoverflow).\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield each name that is written in another way."""
        if manifesto.is_former(node):
            return
        table = ctx.tables.get("brands", BrandTable)
        text = node.text
        for span in _places(node, table):
            written = node.slice(span)
            right = table.right(written)
            if right is None or _is_part(text, span.start, span.end) or _is_name(span, ctx):
                continue
            if _is_label(node, span) or prose_around(span, ctx) is None or ctx.memo(_is_taken_over):
                continue
            edits = (Edit(span, right),)
            fix = Fix(f"write {right}", edits, Applicability.UNSAFE, May.TEXT)
            yield Finding(span, f'"{written}" is written "{right}"', fix if keeps_anchors(edits, ctx) else None)


def _places(document: Document, table: BrandTable) -> Iterator[Span]:
    """Where names stand that are perhaps not written right."""
    # Of most forms there is none, and looking for each in the whole text, URLs and all, would take longer.
    blocks = [
        (block.span, words_of(block.text or document.slice(block.span)))
        for block in document.blocks
        if block.kind not in _NO_TEXT
    ]
    wanted = table.wanting(set[bytes]().union(*(words for _, words in blocks)))
    for (start, end), words in blocks if wanted else ():
        if b"" in wanted or not wanted.keys().isdisjoint(words):
            forms = {form for word in wanted.keys() & {b"", *words} for form in wanted[word]}
            for place in table.places(document.text[start:end], forms):
                yield Span(start + place[0], start + place[1])


def _is_label(document: Document, place: Span) -> bool:
    """Tell whether a name in small letters is the first word of a line, with a colon behind it."""
    text = document.text
    if text[place.end : place.end + 1] not in {":", "："} or not document.slice(place).islower():
        return False
    near = max(0, place.start - _INDENT)
    line = text.rfind("\n", near, place.start)
    return (line >= 0 or near == 0) and _MARKERS.match(text, line + 1, place.start) is not None


def _is_taken_over(document: Document) -> bool:
    """Tell whether a program took the descriptions over from the projects, and cut long ones off."""
    cut = sum(1 for _ in _CUT.finditer(document.text))
    return cut >= _MANY_CUT and cut * _SHARE >= len(document.entries)


def _is_part(text: str, start: int, end: int) -> bool:
    """Tell whether what was found belongs to a longer word, an address or a compound."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if any(char.isalnum() and char < _SCRIPTS for char in (before, after)) or before in _GLUED:
        return True
    if after in {".", ":"}:
        return text[end + 1 : end + 2].isalnum() or text[end + 1 : end + 2] in {"/", "-"}
    return after in _GLUED


def _link_starts(document: Document) -> list[int]:
    return [link.span.start for link in document.links]


def _is_name(span: Span, ctx: Context) -> bool:
    """Tell whether a place lies in the text of a link or in the title of an entry."""
    links = ctx.document.links
    index = bisect_right(ctx.memo(_link_starts), span.start) - 1
    if index >= 0 and span.start < links[index].span.end:
        return True
    entry = ctx.document.entry_at(span.start)
    return entry is not None and entry.title is not None and entry.title.span.overlaps(span)
