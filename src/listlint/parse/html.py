"""A small linear reader of HTML as it stands in Markdown: tags and text, with positions.

It follows the tag syntax of CommonMark 0.31 (section 6.6) loosely, since browsers do, and
never fails: what is no tag is text.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAG = lazy(
    r"<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]*+)"
    r"(?P<attrs>(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+'){0,200}+)>",
    re.DOTALL,
)
_ATTRIBUTE = lazy(
    r"(?P<name>[A-Za-z_:@][A-Za-z0-9_.:@-]*+)(?:\s*+=\s*+(?:\"(?P<d>[^\"]*+)\"|'(?P<s>[^']*+)'|(?P<u>[^\s\"'=<>`]++)))?+"
)


class Attribute(Struct, frozen=True, array_like=True):
    """An attribute's raw value and where it stands (offsets in the scanned text)."""

    value: str
    start: int
    end: int

    @property
    def decoded(self) -> str:
        """The value with its character references resolved."""
        return html.unescape(self.value)


class Tag(Struct, frozen=True, tag=True, array_like=True):
    """``<name attrs>`` or ``</name>``. Names are lower-case."""

    start: int
    end: int
    name: str
    closing: bool
    attributes: dict[str, Attribute]

    def get(self, name: str) -> Attribute | None:
        """An attribute by its lower-case name."""
        return self.attributes.get(name)


class Comment(Struct, frozen=True, tag=True, array_like=True):
    """``<!-- … -->``; ``body`` is what stands between."""

    start: int
    end: int
    body: str


class Text(Struct, frozen=True, tag=True, array_like=True):
    """What is neither tag nor comment, as written."""

    start: int
    end: int
    raw: str


Node = Tag | Comment | Text

STRUCTURE = frozenset({"details", "dl", "dt", "li", "ol", "p", "table", "tr", "ul", "h1", "h2", "h3", "h4", "h5", "h6"})
"""Elements that entries and headings are made of."""


def scan(text: str) -> Iterator[Node]:
    """Yield the nodes of ``text`` in order; together they cover all of it."""
    at, size = 0, len(text)
    # Where no terminator is left, no construct can begin: this keeps runs of `<` linear.
    last_close = text.rfind(">")
    while at < size:
        match = _next_tag(text, at, last_close)
        if match is None:
            yield Text(at, size, text[at:])
            return
        if match.start() > at:
            yield Text(at, match.start(), text[at : match.start()])
        if match["name"] is None:
            yield Comment(match.start(), match.end(), match["comment"])
        else:
            yield _tag(match)
        at = match.end()


def _next_tag(text: str, at: int, last_close: int) -> re.Match[str] | None:
    while 0 <= (at := text.find("<", at)) < last_close:
        if match := _TAG.match(text, at):
            return match
        at += 1
    if at >= 0 and text.startswith("<!--", at):
        return _TAG.match(text, at)
    return None


def _tag(match: re.Match[str]) -> Tag:
    close, name, written = match.group("close", "name", "attrs")
    found = attributes(written, match.start("attrs")) if written else {}
    return Tag(match.start(), match.end(), name.lower(), bool(close), found)


def attributes(written: str, base: int) -> dict[str, Attribute]:
    """The attributes of a tag, by lower-case name; ``written`` starts at the offset ``base``."""
    known: dict[str, Attribute] = {}
    for found in _ATTRIBUTE.finditer(written):
        group = found.lastgroup or "name"
        if group == "name":
            value = Attribute("", base, base)
        else:
            start, end = found.span(group)
            value = Attribute(found[group], base + start, base + end)
        known.setdefault(found["name"].lower(), value)
    return known


def visible(text: str) -> str:
    """The text that a browser shows for a piece of HTML, white space folded."""
    parts = (html.unescape(node.raw) if isinstance(node, Text) else " " if _breaks(node) else "" for node in scan(text))
    return " ".join("".join(parts).split())


def _breaks(node: Node) -> bool:
    return isinstance(node, Tag) and node.name in {"br", "p", "div", "li", "tr", "td", "th"}
