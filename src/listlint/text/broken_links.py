"""Finds what was meant as an inline link and is none, by CommonMark 0.31.2, section 6.3.

It reads text in which everything that Markdown has understood is blanked out, so that a bracket
that is left is one that the reader sees.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LINK, IMAGE, MASK = "\x01", "\x02", "\x00"
"""What stands for each character of a link, of an image, and of code, tags and comments."""


class Flaw(Enum):
    """What keeps it from being a link."""

    SPACE = auto()
    """``[text] (url)``"""
    BREAK_BEFORE = auto()
    """the same with a line break"""
    SWAPPED = auto()
    """``(text)[url]``"""
    UNCLOSED = auto()
    """``[text](url``"""
    STRAY_PARENTHESIS = auto()
    """``[text])(url)``"""
    SURPLUS_BRACKET = auto()
    """``[text]](url)``"""
    UNOPENED = auto()
    """``text](url)``"""
    LINE_BREAK = auto()
    """a line break inside the URL"""
    SPACE_IN_URL = auto()
    """``[text](two words)``"""
    TWO_URLS = auto()
    """``[text](url url)``"""
    TEXT_FOR_URL = auto()
    """``[text](A whole title)``"""
    LINK_IN_TEXT = auto()
    """``[a [b](url) c](url)``"""
    LINK_IN_URL = auto()
    """``[text]([url](url))``"""


class Broken(Struct, frozen=True):
    """One broken link.

    ``start`` and ``end`` enclose the culprit, ``edits`` are (start, end, text) replacements that
    repair it, in order; ``sure`` says that nothing else can have been meant. The repair of
    :attr:`Flaw.LINK_IN_URL` is the caller's, who knows the link.
    """

    flaw: Flaw
    start: int
    end: int
    edits: tuple[tuple[int, int, str], ...] = ()
    sure: bool = True


TRIGGER = lazy(
    r"\](?:\)?\(|(?:[ \t]{1,4}|[ \t]*+\n[ \t>]*+)\((?=[\w#./]))|\)\[(?=(?:https?|ftp)://|www\.)", re.IGNORECASE
)
"""Where a broken link may stand; sound links match as well."""

_WEB = lazy(r"(?:(?:https?|ftp)://|www\.)[^\s()]", re.IGNORECASE)
_PATH = lazy(r"\.{0,2}/\S|#(?!\d++\b)\S|[^\s()\x00-\x02]{1,200}\.(?:md|html?|pdf|ipynb|png|txt|rst)\b", re.IGNORECASE)
_DEST = lazy(r"[^\s()\\\x00-\x02]*+(?:(?:\\.|\([^\s()]{0,400}\))[^\s()\\\x00-\x02]*+)*+")
_STOP = lazy(r"[()\n\x01\x02]")
_TOKEN = lazy(r"\\.|[\[\]()]", re.DOTALL)
_SWAPPED = lazy(
    r"\((?P<text>[^()\[\]\n\x00-\x02]{1,200})\)\[(?P<url>(?:(?:https?|ftp)://|www\.)[^\s\[\]\x00-\x02]{1,2000})\](?![\[(:])",
    re.IGNORECASE,
)
_GAP = lazy(r"[ \t]*+\n?[ \t>]*+")
_CONTINUED = lazy(r"\n[ \t>]*+(?P<rest>[^\s()<>\x00-\x02]{1,2000}+)\)")
_FILE = lazy(r"\.(?:md|html?|pdf|ipynb|png|jpe?g|svg|txt|rst|pptx?|docx?)(?:#\S*+)?\Z", re.IGNORECASE)
_TITLE = lazy(r"[^()\n\x00-\x02]{3,300}\)")
_CLAUSE = lazy(r"\s(?:-{1,2}|[–—|])\s|[.;,]\s")
_SPACE = lazy(r"\s++")
_LOST = lazy(r"/\s")
_TASK = lazy(r"[ xX]\Z|\d++\Z")
_LONGEST = 1000
"""Characters of a link text that are looked at."""
_REST_OF_LINE = 500
"""Characters in which a closing bracket is looked for."""
_TRAILING = ".,;:!?"
_SENTENCE = 3
"""Words that make a destination text rather than an address."""


def broken_links(text: str) -> Iterator[Broken]:
    """The broken links of one paragraph, heading or cell, in no particular order.

    ``text`` has each character of what Markdown understood replaced by ``LINK``, ``IMAGE`` or
    ``MASK``; bare URLs stay. Takes linear time.
    """
    pairs = _pairs(text)
    for match in TRIGGER.finditer(text):
        at = match.start()
        if text[at] == ")" or _escaped(text, at):
            continue
        if match[0] == "](":
            found = _adjacent(text, at, pairs)
        elif match[0] == "])(":
            found = _stray(text, at, pairs)
        else:
            found = _apart(text, at, pairs)
        if found is not None:
            yield found
    for match in _SWAPPED.finditer(text):
        if not _escaped(text, match.start()):
            new = f"[{match['text']}]({match['url']})"
            yield Broken(Flaw.SWAPPED, match.start(), match.end(), ((match.start(), match.end(), new),))


def _escaped(text: str, at: int) -> bool:
    return at > 0 and text[at - 1] == "\\" and not (at > 1 and text[at - 2] == "\\")


def _pairs(text: str) -> Mapping[int, int]:
    """The offset of the opening bracket by that of the closing one."""
    found: dict[int, int] = {}
    square: list[int] = []
    round_: list[int] = []
    for match in _TOKEN.finditer(text):
        char, at = match[0], match.start()
        if char == "[":
            square.append(at)
        elif char == "(":
            round_.append(at)
        elif char == "]" and square:
            found[at] = square.pop()
        elif char == ")" and round_:
            found[at] = round_.pop()
    return found


def _label(text: str, close: int, pairs: Mapping[int, int]) -> str | None:
    """What stands between the brackets, None if nothing opens them."""
    opening = pairs.get(close)
    return None if opening is None else text[opening + 1 : min(close, opening + _LONGEST)]


def _url_end(text: str, start: int) -> int | None:
    """The end of a URL or path that starts here and is followed by ``)``."""
    end = _end(_DEST, text, start)
    if end < len(text) and text[end] == ")" and (_WEB.match(text, start) or _PATH.match(text, start)):
        return end
    return None


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start


def _apart(text: str, at: int, pairs: Mapping[int, int]) -> Broken | None:
    """``[text] (url)``; a number in brackets is a reference, and ``[x]`` a task."""
    label = _label(text, at, pairs)
    start = _end(_GAP, text, at + 1)
    if not label or LINK in label or _TASK.match(label) or _url_end(text, start + 1) is None:
        return None
    flaw = Flaw.BREAK_BEFORE if "\n" in text[at + 1 : start] else Flaw.SPACE
    return Broken(flaw, at + 1, start, ((at + 1, start, ""),))


def _stray(text: str, at: int, pairs: Mapping[int, int]) -> Broken | None:
    """``[text])(url)``; a parenthesis that closes one before the link moves behind it."""
    label = _label(text, at, pairs)
    end = _url_end(text, at + 3)
    if not label or LINK in label or end is None:
        return None
    opening = pairs.get(at + 1)
    if opening is not None and opening < pairs[at]:
        return Broken(Flaw.STRAY_PARENTHESIS, at + 1, at + 2, ((at + 1, at + 2, ""), (end + 1, end + 1, ")")))
    return Broken(Flaw.STRAY_PARENTHESIS, at + 1, at + 2, ((at + 1, at + 2, ""),))


def _adjacent(text: str, at: int, pairs: Mapping[int, int]) -> Broken | None:
    """``](`` that Markdown did not take for a link."""
    start = at + 2
    label = _label(text, at, pairs)
    if label is None:
        return _unopened(text, at, pairs)
    if text.startswith(LINK, start):
        return Broken(Flaw.LINK_IN_URL, start, start) if label and LINK not in label else None
    if LINK in label:
        end = _url_end(text, start)
        return None if end is None else Broken(Flaw.LINK_IN_TEXT, pairs[at], end + 1)
    if not label.strip():
        return None
    if _WEB.match(text, start) or _PATH.match(text, start):
        return _unfinished(text, start)
    return _title(text, at, pairs)


def _unopened(text: str, at: int, pairs: Mapping[int, int]) -> Broken | None:
    end = _url_end(text, at + 2)
    if end is None:
        return None
    if at and text[at - 1] == "]" and LINK not in (_label(text, at - 1, pairs) or LINK):
        return Broken(Flaw.SURPLUS_BRACKET, at, at + 1, ((at, at + 1, ""),))
    if "\\[" in text[max(0, at - _LONGEST) : at].rpartition("\n")[2]:
        return None
    return Broken(Flaw.UNOPENED, at, end + 1)


def _unfinished(text: str, start: int) -> Broken | None:
    """A URL or path behind ``](`` that nothing closes where it should."""
    end = _end(_DEST, text, start)
    after = text[end : end + 1]
    if after == ")" or after in (LINK, IMAGE, MASK):
        return None
    if after == "\n" and _WEB.match(text, start) and (more := _CONTINUED.match(text, end)):
        rest = more.start("rest")
        if _WEB.match(text, rest):
            return Broken(Flaw.TWO_URLS, start, more.end("rest"))
        return Broken(Flaw.LINE_BREAK, end, rest, ((end, rest, ""),))
    close = _closing(text, start)
    if close is not None and after and after in " \t":
        return _spaced(text, start, close)
    if after == "(":
        return Broken(Flaw.UNCLOSED, start, end)
    while end > start and text[end - 1] in _TRAILING:
        end -= 1
    return Broken(Flaw.UNCLOSED, start, end, ((end, end, ")"),), sure=close is None)


def _closing(text: str, start: int) -> int | None:
    """The offset of the parenthesis that closes what starts here, on the same line."""
    depth = 0
    for match in _STOP.finditer(text, start, start + _REST_OF_LINE):
        char = match[0]
        if char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        else:
            return match.start() if char == ")" else None
    return None


def _spaced(text: str, start: int, close: int) -> Broken | None:
    """A URL with white space up to its closing parenthesis, unless a description starts there."""
    body = text[start:close]
    gap = _SPACE.search(body)
    if gap is None:
        return None
    if gap.end() < len(body) and _WEB.match(body, gap.end()):
        return Broken(Flaw.TWO_URLS, start, close)
    if _CLAUSE.search(body):
        end = start + gap.start()
        return Broken(Flaw.UNCLOSED, start, end, ((end, end, ")"),), sure=False)
    return _encoded(text, start, close)


def _encoded(text: str, start: int, close: int) -> Broken:
    """Spaces in a URL; behind a slash, or with a title in quotes, something else is wrong."""
    body = text[start:close]
    if any(quote in body for quote in "\"'“”") or _LOST.search(body):
        return Broken(Flaw.SPACE_IN_URL, start, close)
    new = "-" if body[0] == "#" else "%20"
    edits = tuple((start + m.start(), start + m.end(), new * len(m[0])) for m in _SPACE.finditer(body.rstrip()))
    return Broken(Flaw.SPACE_IN_URL, start, close, edits, sure=False)


def _title(text: str, at: int, pairs: Mapping[int, int]) -> Broken | None:
    """``[text](A whole title)``: words where the address should stand."""
    opening = pairs[at]
    before = text[opening - 1] if opening else " "
    match = _TITLE.match(text, at + 2)
    if match is None or before.isalnum() or before in "\\$_)]":
        return None
    body = match[0][:-1]
    label = text[opening + 1 : at]
    words = len(body.split())
    if IMAGE in label or MASK in label or not any(char.isalpha() for char in label):
        return None
    if _FILE.search(body):
        return _encoded(text, at + 2, match.end() - 1)
    if words < _SENTENCE:
        return None
    return Broken(Flaw.TEXT_FOR_URL, at + 2, match.end() - 1)
