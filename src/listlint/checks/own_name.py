"""How rules recognise the name of the list itself: in the campaigns and short links that somebody made for it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from listlint.checks.api import Context
    from listlint.model.nodes import Document

_NO_LETTER = lazy(r"[\W_]++")
_WORD = lazy(r"[^\W_]++")
_LETTERS = 5
"""Letters from which a text is a name."""
_WORDS = 2
"""Words from which a folder's name says more than what kind of files it has."""
_TITLES = 8
"""Headings of level 1 that are looked at; a document with more has sections of level 1."""
_LONGEST = 200


def names_list(value: str, ctx: Context) -> bool:
    """Tell whether a value is the name of the list, has it or is part of it, whatever stands between its words.

    Names are the headings of level 1 and, for two words or more, the folders in which the file lies.
    """
    written = unquote(value[:_LONGEST])
    name = _fold(written)
    if len(name) < _LETTERS:
        return False
    if any(name in title or title in name for title in ctx.memo(titles)):
        return True
    return len(_WORD.findall(written)) >= _WORDS and any(name in folder for folder in ctx.memo(_folders))


def has_title(value: str, ctx: Context) -> bool:
    """Tell whether a value has a whole title of the list in it."""
    name = _fold(value[:_LONGEST])
    return any(title in name for title in ctx.memo(titles))


def titles(document: Document) -> tuple[str, ...]:
    """The letters of each heading of level 1: the first may be an advertisement or a heading of its own."""
    found = (_fold(heading.text[:_LONGEST]) for heading in document.headings if heading.level == 1)
    return tuple(dict.fromkeys(title for title in found if len(title) >= _LETTERS))[:_TITLES]


def _folders(document: Document) -> tuple[str, ...]:
    return tuple(_fold(part) for part in PurePosixPath(document.path).parts[:-1])


def _fold(text: str) -> str:
    return _NO_LETTER.sub("", text.casefold())
