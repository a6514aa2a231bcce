"""What a fix changed of the rendered page, as another Markdown parser sees it.

cmark-gfm renders the text before and after each pass, with the source lines of every block. From
these pages the leaf blocks are read and compared: what no fix of the pass touched is the same, and
what one touched differs in what its rule declared. No code of ours parses Markdown here.
"""

from __future__ import annotations

import functools
import operator
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NamedTuple

import cmarkgfm
from cmarkgfm.cmark import Options

from listlint.model.edit import Fix, May

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listlint.model.source import Source

_OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES | Options.CMARK_OPT_SOURCEPOS
_LEAVES = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "td", "th", "hr", "li"})


class Block(NamedTuple):
    """A leaf block of the page: its tag below its containers, its text and addresses, its lines (from 1)."""

    path: tuple[str, ...]
    text: str
    urls: tuple[str, ...]
    first: int
    last: int


class _Reader(HTMLParser):
    """Gathers leaf blocks; text belongs to the innermost open tag with a source position."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._open: list[tuple[str, list[str], list[str], int, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        place = known.get("data-sourcepos")
        if place:
            start, _, end = place.partition("-")
            lines = int(start.split(":")[0]), int(end.split(":")[0])
            self._open.append((tag, [], [], *lines))
            if tag == "hr":
                self.handle_endtag(tag)
        elif self._open:
            self._open[-1][2].extend(value for name in ("href", "src") if (value := known.get(name)) is not None)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            path = tuple(frame[0] for frame in self._open)
            _, words, urls, first, last = self._open.pop()
            text = " ".join("".join(words).split())
            if tag in _LEAVES and (text or urls or tag == "hr"):
                self.blocks.append(Block(path, text, tuple(urls), first, last))

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1][1].append(data)


def blocks(text: str) -> list[Block]:
    """The leaf blocks of a Markdown text."""
    html = cmarkgfm.github_flavored_markdown_to_html(text.encode("utf-8", "replace").decode(), _OPTIONS)
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.blocks


def undeclared(before: Source, after: Source, fixes: Sequence[Fix]) -> list[str]:
    """What is different on the page although no fix declared it; an empty list if all is well."""
    old, new = blocks(before.text), blocks(after.text)
    allowed = _allowed(before, fixes)
    touched = [_rights(block, allowed) for block in old]
    if any(fix.may & (May.BLOCKS | May.MOVE) for fix in fixes):
        kept = Counter((b.path[-1], b.text, b.urls) for b, may in zip(old, touched, strict=True) if may is None)
        lost = kept - Counter((b.path[-1], b.text, b.urls) for b in new)
        return [f"lost: {block}" for block in lost]
    if len(old) != len(new):
        return [f"{len(old)} blocks became {len(new)}", *(_first_difference(old, new))]
    wrong = []
    for one, other, may in zip(old, new, touched, strict=True):
        rights = may or 0
        if one.path != other.path:
            wrong.append(f"another block: {one} became {other}")
        elif one.text != other.text and not rights & May.TEXT.value:
            wrong.append(f"text: {one} became {other}")
        elif one.urls != other.urls and not rights & May.URL.value:
            wrong.append(f"address: {one} became {other}")
    return wrong


def _rights(block: Block, allowed: dict[int, int]) -> int | None:
    """What may change in a block, None if no fix touches its lines."""
    rights = [allowed[line] for line in range(block.first, block.last + 1) if line in allowed]
    return functools.reduce(operator.or_, rights) if rights else None


def _first_difference(old: Sequence[Block], new: Sequence[Block]) -> list[str]:
    for one, other in zip(old, new, strict=False):
        if (one.path, one.text) != (other.path, other.text):
            return [f"{one} became {other}"]
    return []


def _allowed(source: Source, fixes: Sequence[Fix]) -> dict[int, int]:
    """What may change in each line (from 1) that a fix touches, as bits of ``May``."""
    allowed: dict[int, int] = {}
    for fix in fixes:
        for edit in fix.edits:
            first, last = source.position(edit.span.start).line, source.position(edit.span.end).line
            for line in range(first, last + 1):
                allowed[line] = allowed.get(line, 0) | fix.may.value
    return allowed
