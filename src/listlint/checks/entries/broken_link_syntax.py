"""ENT001: something that was meant as a link is none, or leads nowhere."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from operator import itemgetter
from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.model.nodes import BlockKind, Document, LinkKind, Mask
from listlint.model.patterns import lazy
from listlint.text.broken_links import IMAGE, LINK, MASK, TRIGGER, Broken, Flaw, broken_links

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listlint.checks.api import Context
    from listlint.model.nodes import Block, Item, Link

_MESSAGES: Mapping[Flaw, tuple[str, str]] = {
    Flaw.SPACE: ("a space between the text and the URL of a link", "remove the space"),
    Flaw.BREAK_BEFORE: ("a line break between the text and the URL of a link", "remove the line break"),
    Flaw.SWAPPED: ("the brackets of this link are the wrong way round", "swap the brackets"),
    Flaw.UNCLOSED: ("the URL of this link is never closed", "insert a closing parenthesis"),
    Flaw.STRAY_PARENTHESIS: ("a stray parenthesis between the text and the URL of a link", "take it out"),
    Flaw.SURPLUS_BRACKET: ("a surplus bracket between the text and the URL of a link", "remove the bracket"),
    Flaw.UNOPENED: ("nothing opens the text of this link", ""),
    Flaw.LINE_BREAK: ("a line break inside the URL of a link", "join the URL"),
    Flaw.SPACE_IN_URL: ("white space inside the URL of a link", "replace the white space"),
    Flaw.TWO_URLS: ("two URLs in one link", ""),
    Flaw.TEXT_FOR_URL: ("words where the URL of a link should be", ""),
    Flaw.LINK_IN_TEXT: ("a link around another link", ""),
    Flaw.LINK_IN_URL: ("a whole link where the URL of a link should be", "keep the URL only"),
}
_GLUED = lazy(r"^[ \t>]*+(?P<mark>[-+*])(?=\[)", re.MULTILINE)
_MARKS = frozenset("-+*")
_LINK = lazy(r"\[(?P<text>[^\[\]]++)\]\((?P<url>[^()\s]++)\)\Z")
_MARKED = lazy(r"(?:[-+*]|\d{1,9}[.)])[ \t]|[-+*]\[|#{1,6}[ \t]")
_ATX = lazy(r"#{1,6}[ \t]+")
_WRITTEN = frozenset({LinkKind.INLINE, LinkKind.FULL, LinkKind.COLLAPSED, LinkKind.SHORTCUT})
_BARE = frozenset({LinkKind.BARE, LinkKind.AUTO})
_STYLE = 3
"""Headings with a link of their own that make it a style."""


class BrokenLinkSyntax(Rule[Document]):
    """Something was meant as a link, but Markdown does not read it as one, or it has no URL.

    Readers see brackets and a long address instead of a link, or click in vain; a link without text that an
    entry begins with cannot even be seen.

    Only what is left as text is looked at, never code, comments or HTML. `[note] (text)` with
    something other than a URL is text, so are `[1] (https://…)` and brackets with a backslash
    before them. `*[a](…)*` is emphasis and no list item without its space.
    """

    code, name = "ENT001", "broken-link-syntax"
    severity = Severity.ERROR
    fix = Applicability.SAFE
    valid = (
        "- [A](https://a.dev) - One.\n- [[pdf](https://b.dev)] [[code](https://c.dev)] (soon) - Two.\n",
        "- [ ] (https://a.dev) - Open.\n- [x] (https://b.dev) - Done.\n- [Vision] (arXiv 2021)\n",
        "See [1] (https://a.dev) and \\[a\\](https://b.dev) and \\[a] (https://b.dev).\n",
        "`[a] (https://a.dev)`\n\n    [a] (https://a.dev)\n\n```\n(a)[https://a.dev]\n```\n<!-- [a](https://a.dev -->\n",
        "*[A](https://a.dev), [B](https://b.dev)*\n*[C](https://c.dev)*\n",
        "> To be or not to be.\n> -[A](https://a.dev)\n",
        "- [A][x] - One.\n- [B](<https://b.dev/a b>) - Two.\n- [C](https://c.dev/(x)) - Three.\n\n[x]: https://a.dev\n",
        "- A method [[paper](https://a.dev)](extension of [B](https://b.dev))[[code](https://c.dev)]\n",
        "- A title (**VENUE**)[[paper](https://a.dev)](https-like words)\n- [A](https://a.dev)(2019)[2]\n",
        "- [A](#a)\n  # [B](https://b.dev)\n\n- f[x](a b c) and [sic](see below)\n",
        "## Tools\n- [A](https://a.dev)\n## [B](https://b.dev)\n- [C](https://c.dev)\n## [D](https://d.dev)\n- x\n"
        "## [E](https://e.dev)\n- y\n",
    )
    invalid = (
        Bad("- [A]⟦ ⟧(https://a.dev) - One.\n", "- [A](https://a.dev) - One.\n"),
        Bad("- [[pdf]]⟦  ⟧(https://a.dev/x_(y)) - One.\n", "- [[pdf]](https://a.dev/x_(y)) - One.\n"),
        Bad("- [A]⟦\n  ⟧(https://a.dev) - One.\n", "- [A](https://a.dev) - One.\n"),
        Bad("- [A]⟦ ⟧(docs/a.md) and [B]⟦ ⟧(#b)\n", "- [A](docs/a.md) and [B](#b)\n"),
        Bad("- ⟦(A)[https://a.dev]⟧ - One.\n", "- [A](https://a.dev) - One.\n"),
        Bad("- [A](⟦https://a.dev/x⟧ - One.\n", "- [A](https://a.dev/x) - One.\n"),
        Bad("- [A](⟦https://a.dev/x_(y)⟧ One.\n", "- [A](https://a.dev/x_(y)) One.\n"),
        Bad(
            "- [A](⟦https://a.dev/x⟧ - One (or two), and so on).\n",
            "- [A](https://a.dev/x) - One (or two), and so on).\n",
        ),
        Bad("- [A](⟦(https://a.dev)⟧) - One.\n", "- [A](https://a.dev) - One.\n"),
        Bad("- [A]⟦()⟧ - One.\n- ![A]⟦()⟧ - One.\n"),
        Bad("- ⟦[](https://a.dev)⟧ - One.\n- [A](https://a.dev) - [](https://b.dev)\n"),
        Bad("- [A]⟦)⟧(https://a.dev) - One.\n", "- [A](https://a.dev) - One.\n"),
        Bad("- X (after [A]⟦)⟧(https://a.dev).\n", "- X (after [A](https://a.dev)).\n"),
        Bad("- [A]⟦]⟧(https://a.dev) - One.\n", "- [A](https://a.dev) - One.\n"),
        Bad("- [A](https://a.dev), B⟦](https://b.dev)⟧ - One.\n"),
        Bad("- [A](https://a.dev/long-⟦\n  ⟧name.html) - One.\n", "- [A](https://a.dev/long-name.html) - One.\n"),
        Bad("> [A](https://a.dev/long-⟦\n> ⟧name.html) - One.\n", "> [A](https://a.dev/long-name.html) - One.\n"),
        Bad("- [A](⟦#Some Part⟧)\n- [B](⟦docs/my file.pdf⟧)\n", "- [A](#Some-Part)\n- [B](docs/my%20file.pdf)\n"),
        Bad('- [A](⟦#Some Part⟧)\n\n<a name="Some Part"></a>\n', '- [A](#Some%20Part)\n\n<a name="Some Part"></a>\n'),
        Bad("- [A](⟦https://a.dev https://b.dev⟧) - One.\n- [B](⟦https://a.dev/ x/y.pdf⟧) - Two.\n"),
        Bad("- A whole title [arXiv](⟦A whole title⟧)\n- [[pdf]](⟦A whole title⟧)\n"),
        Bad("- ⟦[see [A](https://a.dev)](https://b.dev)⟧ - One.\n"),
        Bad("- [A](⟦[https://a.dev](https://a.dev)⟧) - One.\n", "- [A](https://a.dev) - One.\n"),
        Bad("- [A](⟦[B](https://b.dev)⟧) - One.\n", "- [A](https://b.dev) - One.\n"),
        Bad("- [A](⟦[B c](https://b.dev)⟧) - One.\n", "- [A](https://b.dev) - One.\n"),
        Bad(
            "- [A](https://a.dev) - One.\n⟦-⟧[B](https://b.dev) - Two.\n- [C](https://c.dev) - Three.\n",
            "- [A](https://a.dev) - One.\n- [B](https://b.dev) - Two.\n- [C](https://c.dev) - Three.\n",
        ),
        Bad(
            "+ [A](https://a.dev) - One.\n\n⟦+⟧[B](https://b.dev) - Two.\n⟦+⟧[C](https://c.dev) - Three.\n",
            "+ [A](https://a.dev) - One.\n\n+ [B](https://b.dev) - Two.\n+ [C](https://c.dev) - Three.\n",
        ),
        Bad(
            "* [A](https://a.dev) - One.\n⟦*⟧[B](https://b.dev) - Two.\n",
            "* [A](https://a.dev) - One.\n* [B](https://b.dev) - Two.\n",
        ),
        Bad(
            "* [A](https://a.dev) - One.\n⟦# ⟧[B](https://b.dev) - Two.\n* [C](https://c.dev) - Three.\n",
            "* [A](https://a.dev) - One.\n* [B](https://b.dev) - Two.\n* [C](https://c.dev) - Three.\n",
        ),
        Bad(
            "| A | B |\n|---|---|\n| [A]⟦ ⟧(https://a.dev) | [B](⟦https://b.dev⟧ |\n",
            "| A | B |\n|---|---|\n| [A](https://a.dev) | [B](https://b.dev) |\n",
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each broken link, in text first, then among links and markers."""
        for region, text in _regions(node):
            for broken in broken_links(text):
                yield _finding(broken, region.start, node)
        for link in node.links:
            if (not link.url or link.url[0] in "[(") and (found := _bad_url(link)) is not None:
                yield found
        for entry in node.entries:
            primary = entry.primary
            if primary is not None and entry.head.start == primary.span.start and _is_blind(primary, node):
                yield Finding(primary.span, "a link without text, which nobody sees", entry=entry)
        yield from _glued(node)
        yield from _headings(node)


def _finding(broken: Broken, base: int, document: Document) -> Finding:
    message, title = _MESSAGES[broken.flaw]
    span = Span(base + broken.start, base + broken.end)
    if broken.flaw is Flaw.LINK_IN_URL:
        return _pasted(document, span, message)
    edits = tuple(Edit(Span(base + start, base + end), new) for start, end, new in broken.edits)
    if document.slice(span)[1:].rstrip() in document.ids:
        # An id may have spaces, though it must not.
        edits = tuple(edit._replace(text="%20" * len(edit.text)) for edit in edits)
    if not edits:
        return Finding(span, message)
    safety = Applicability.SAFE if broken.sure else Applicability.UNSAFE
    guard = Span(min(span.start, edits[0].span.start), max(span.end, edits[-1].span.end))
    return Finding(span, message, Fix(title, edits, safety, May.TEXT | May.URL, guard=guard))


def _pasted(document: Document, span: Span, message: str) -> Finding:
    """A link in the place of a URL, which Markdown reads as text around that link."""
    written = (link for link in document.links if link.kind is LinkKind.INLINE)
    inner = next((link for link in written if link.span.start == span.start), None)
    return Finding(span, message) if inner is None else _replaced(inner.span, inner.text, inner.url)


def _replaced(span: Span, text: str, url: str) -> Finding:
    """A link in the place of a URL: its URL is sure to be meant where it shows nothing else."""
    message, title = _MESSAGES[Flaw.LINK_IN_URL]
    sure = text.strip().rstrip("/") == url.rstrip("/")
    safety = Applicability.SAFE if sure else Applicability.UNSAFE
    return Finding(span, message, Fix(title, (Edit(span, url),), safety, May.TEXT | May.URL, guard=span))


# -- text that Markdown did not take for a link -------------------------------------------------------


def _regions(document: Document) -> Iterator[tuple[Span, str]]:
    """The inline contents in which a broken link may stand, and their text with the rest blanked."""
    # Nearly all places are those of sound links.
    sound = {link.text_span.end for link in document.links if link.kind not in _BARE}
    places = [at for match in TRIGGER.finditer(document.text) if (at := match.start()) not in sound]
    if not places:
        return
    blanks = _blanks(document)
    starts = [start for start, _, _ in blanks]
    regions = _contents(document)
    index = 0
    suspects: dict[Span, None] = {}
    for at in places:
        blank = bisect_right(starts, at) - 1
        if blank >= 0 and at < blanks[blank][1]:
            continue
        while index < len(regions) and regions[index].end <= at:
            index += 1
        if index < len(regions) and at in regions[index]:
            suspects[regions[index]] = None
    for region in suspects:
        yield region, _blanked(document.text, region, blanks, max(0, bisect_right(starts, region.start) - 1))


def _contents(document: Document) -> list[Span]:
    """Paragraphs, headings and the cells that are shown: those beyond the header's are not."""
    kinds = (BlockKind.PARAGRAPH, BlockKind.HEADING)
    found = [block.inline for block in document.blocks if block.kind in kinds and block.inline is not None]
    for table in document.tables:
        for row in (table.header, *table.rows):
            found.extend(cell.span for cell in row.cells[: len(table.header.cells)])
    return sorted(found)


def _blanks(document: Document) -> list[tuple[int, int, str]]:
    """What Markdown understood, sorted and without overlaps: (start, end, character)."""
    # The end is negative, for of two that begin at one place the longer one counts.
    found = [
        (link.span.start, -link.span.end, IMAGE if link.is_image else LINK)
        for link in document.links
        if link.kind not in _BARE
    ]
    found += [(span.start, -span.end, MASK) for span, mask in document.masks if mask is not Mask.URL]
    found.sort(key=itemgetter(0, 1))
    kept: list[tuple[int, int, str]] = []
    last = 0
    for start, end, char in found:
        if start >= last:
            last = -end
            kept.append((start, last, char))
    return kept


def _blanked(text: str, region: Span, blanks: Sequence[tuple[int, int, str]], index: int) -> str:
    parts: list[str] = []
    at = region.start
    while index < len(blanks) and blanks[index][0] < region.end:
        start, end, char = blanks[index]
        start, end = max(start, at), min(end, region.end)
        if end > start:
            parts += (text[at:start], char * (end - start))
            at = end
        index += 1
    parts.append(text[at : region.end])
    return "".join(parts)


# -- links without a URL ------------------------------------------------------------------------------


def _bad_url(link: Link) -> Finding | None:
    """``[text]()`` and ``[text]((url))``."""
    if link.label is not None or link.kind not in (LinkKind.INLINE, LinkKind.IMAGE):
        return None
    if not link.url:
        empty = link.kind is LinkKind.INLINE and not link.text.strip() and link.image is None
        return None if empty else Finding(Span(link.text_span.end + 1, link.span.end), "a link without a URL")
    if link.url[0] == "[" and (pasted := _LINK.match(link.url)):
        return _replaced(link.url_span, pasted["text"], pasted["url"])
    inner = link.url[1:-1]
    if link.url[0] != "(" or link.url[-1] != ")" or not inner or "(" in inner or ")" in inner:
        return None
    edit = Edit(link.url_span, inner)
    fix = Fix("remove one pair", (edit,), Applicability.SAFE, May.URL, guard=link.url_span)
    return Finding(link.url_span, "two pairs of parentheses around the URL of a link", fix)


def _is_blind(link: Link, document: Document) -> bool:
    """Tell whether a link leads somewhere and shows nothing: ``[](url)``."""
    return (
        link.kind is LinkKind.INLINE
        and bool(link.url)
        and link.image is None
        and not link.text.strip()
        and not document.slice(link.text_span).strip()
    )


# -- list items that are none -------------------------------------------------------------------------


def _glued(document: Document) -> Iterator[Finding]:
    """``-[text](url)`` at the start of a line; in a quotation it names the source."""
    text = document.text
    starts = {
        start
        for link in document.links
        if text[(start := link.span.start) - 1 : start] in _MARKS
        and link.kind in _WRITTEN
        and not text[max(0, start - 2) : start - 1].strip("> \t\r\n")
    }
    if not starts:
        return
    listed = {item.section.index for item in document.items}
    indices = {bisect_right(document.blocks, start, key=lambda block: block.span.start) - 1 for start in starts}
    for block in (document.blocks[index] for index in sorted(indices)):
        if block.kind is not BlockKind.PARAGRAPH or block.inline is None:
            continue
        text = document.slice(block.inline)
        for match in _GLUED.finditer(text):
            at = block.inline.start + match.start("mark")
            mark = match["mark"]
            if at + 1 not in starts or (mark == "*" and text.count("*") > 1):
                continue
            quoted = block.item is None and ">" in document.text[document.source.line_starts[block.lines[0]] : at]
            if quoted or document.section_at(at).index not in listed:
                continue
            edit = Edit(Span(at + 1, at + 1), " ")
            fix = Fix("insert a space", (edit,), Applicability.SAFE, May.TEXT | May.BLOCKS)
            message = f"no space between the list marker `{mark}` and its link"
            yield Finding(Span(at, at + 1), message, None if _leads_in(document, block) else fix)


def _leads_in(document: Document, block: Block) -> bool:
    """Tell whether what follows would become a part of the item that a repair makes, and is none of another yet."""
    source, line = document.source, block.lines[1]
    if line < len(source.line_starts) and source.line(line).strip() and not _MARKED.match(source.line(line).lstrip()):
        return True
    while line < len(source.line_starts) and not source.line(line).strip():
        line += 1
    if line == len(source.line_starts) or source.line(line)[0] not in " \t":
        return False
    index = bisect_left(document.items, source.line_starts[line], key=lambda item: item.span.start)
    return index == len(document.items) or document.items[index].marker.depth == 0


def _headings(document: Document) -> Iterator[Finding]:
    """A heading that is nothing but a link, glued to the list items before and after it."""
    starts = {link.span.start for link in document.links if link.in_heading and link.kind in _WRITTEN}
    if not starts:
        return
    found = [
        (before, block, after)
        for before, block, after in zip(document.blocks, document.blocks[1:], document.blocks[2:], strict=False)
        if block.kind is BlockKind.HEADING and block.inline is not None and block.inline.start in starts
    ]
    if len(found) >= _STYLE:
        return
    for before, block, after in found:
        items = [document.items[index] for index in (before.item, after.item) if index is not None]
        match = _ATX.match(document.slice(block.span))
        if match is None or len(items) < 2 or not _between(items, before, block, after):
            continue
        span = Span(block.span.start, block.span.start + match.end())
        marker = items[0].marker
        edit = Edit(span, marker.text + (marker.padding or " "))
        fix = Fix("make it a list item", (edit,), Applicability.UNSAFE, May.BLOCKS)
        yield Finding(span, f"a heading among list items that start with `{marker.text}`", fix)


def _between(items: Sequence[Item], before: Block, block: Block, after: Block) -> bool:
    """Tell whether no blank line parts a heading from the bullets around it."""
    bullets = not any(item.ordered or item.marker.depth for item in items)
    same = items[0].marker.text == items[1].marker.text
    return bullets and same and before.lines[1] == block.lines[0] and after.lines[0] == block.lines[1]
