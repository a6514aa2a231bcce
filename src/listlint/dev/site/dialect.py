"""Turns a page that GitHub shows into one that the site's generator reads alike.

The generator's Markdown (Python-Markdown) is older than CommonMark: what belongs to an item stands four columns in,
a list needs a blank line before it, and headings get other anchors. Pages are written for GitHub; this makes up the
difference, and ``tests/test_site.py`` holds both renderings against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.model.patterns import lazy
from listlint.testing import parse

if TYPE_CHECKING:
    from collections.abc import Callable

_ITEM = lazy(r" *+(?P<marker>[-*+]|[0-9]{1,9}[.)])(?P<space> {1,4})(?=[^ ])")
_FENCE = lazy(r" *+(?P<fence>`{3,}|~{3,})")
_BLOCK = lazy(r"#{1,6} |[<>|]|`{3}|~{3}|---")
STEP = 4


def for_site(text: str, path: str, address: Callable[[str], str]) -> str:
    """A page's Markdown for the site; ``address`` gives the new form of each of its URLs."""
    document = parse(text, path)
    edits: dict[tuple[int, int], str] = {}
    places = {link.url_span: link.url for link in document.links}
    places |= {one.url_span: one.url for one in document.definitions if not one.footnote}
    for span, url in places.items():
        edits[span.start, span.end] = address(url)
    for heading in document.headings:
        if not heading.html:
            end = heading.content.end
            edits[end, end] = f" {{#{heading.anchor}}}"
    for (start, end), new in sorted(edits.items(), reverse=True):
        text = text[:start] + new + text[end:]
    return indented(text)


def indented(text: str) -> str:
    """Markdown with what lists hold indented by four columns a level, and a blank line before each list."""
    lines: list[str] = []
    columns: list[int] = []  # where the content of each open item begins
    fence = ""
    for line in text.split("\n"):
        body = line.lstrip(" ")
        indent = len(line) - len(body)
        if not body:
            lines.append("")
            continue
        item = None if fence else _ITEM.match(line)
        if not fence:
            _leave(columns, indent, lazy_line=not item and bool(lines and lines[-1]) and not _BLOCK.match(body))
        if item and not columns and lines and lines[-1] and not _in_list(lines):
            lines.append("")
        level = " " * (STEP * len(columns))
        if item:
            columns.append(item.end())
            lines.append(f"{level}{item['marker'].replace(')', '.')} {line[item.end() :]}")
            body = line[item.end() :]
        else:
            over = max(0, indent - (columns[-1] if columns else 0))
            lines.append(level + " " * over + body)
        fence = _fence_after(fence, body)
    return "\n".join(lines)


def _leave(columns: list[int], indent: int, *, lazy_line: bool) -> None:
    """Close the items that a line does not belong to; the next line of a paragraph may stand anywhere."""
    while columns and indent < columns[-1] and not lazy_line:
        columns.pop()


def _in_list(lines: list[str]) -> bool:
    """Tell whether the last line is an item, or the text of one."""
    return bool(_ITEM.match(lines[-1])) or lines[-1].startswith(" " * STEP)


def _fence_after(fence: str, body: str) -> str:
    """The fence that is open behind a line, given that before it."""
    found = _FENCE.match(body)
    if not found:
        return fence
    if not fence:
        return found["fence"]
    closes = found["fence"].startswith(fence) and not body[found.end() :].strip()
    return "" if closes else fence
