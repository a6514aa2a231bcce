"""Inline content without anything intricate, read by one pattern.

Nine of ten lines of a list are text, links such as ``[text](url)``, code spans and HTML tags, side by
side. These are told apart here, fifteen times as fast as by the whole of CommonMark; anything that could
be read in another way (emphasis, escapes, entities, images, nested or unbalanced brackets, references,
titles) is left to markdown-it-py. ``tests/parse/test_plain.py`` holds the two against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.model.patterns import lazy

if TYPE_CHECKING:
    import re

_TEXT = r"(?:[^\\`*_~\[\]<&!\n]++|!(?!\[)|~(?!~)|&(?![#\w]))++"
_LINK = (
    r"\[(?P<label>(?:[^\\`*_~\[\]<&\n]++|~(?!~)|&(?![#\w]))++)\]"
    # A semicolon could end an entity, and a bracket within brackets needs counting.
    r"\((?P<url>(?:[^\s\x00-\x1f\x7f()<>\\;]++|\([^\s\x00-\x1f\x7f()<>\\;]*+\))++)\)"
)
_CODE = r"`(?P<body>[^`\n]++)`(?!`)"
_NAME, _ATTRIBUTE = r"[A-Za-z][A-Za-z0-9-]*+", r"[A-Za-z_:][A-Za-z0-9_.:-]*+(?:=\"[^\"\n]*+\")?"
_TAG = rf"<(?:/(?P<closed>{_NAME})|(?P<name>{_NAME})(?P<attributes>(?:[ ]{_ATTRIBUTE})*+)[ ]?/?)>"
_PART = lazy(f"(?P<text>{_TEXT})|(?P<link>{_LINK})|(?P<code>{_CODE})|(?P<tag>{_TAG})")


def parts(content: str) -> list[re.Match[str]] | None:
    """The parts of ``content`` in order, or None where some of it is not plain.

    ``lastgroup`` of each match is ``text``, ``link`` (with ``label`` and ``url``), ``code`` (with
    ``body``) or ``tag`` (with ``closed``, or ``name`` and ``attributes``).
    """
    found: list[re.Match[str]] = []
    at, size, match = 0, len(content), _PART.match
    while at < size:
        part = match(content, at)
        if part is None:
            return None
        found.append(part)
        at = part.end()
    return found
