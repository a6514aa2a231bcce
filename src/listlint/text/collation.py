"""The orders in which people sort titles, and the entries that stand in none of them.

There is no one alphabetical order. Lists differ in whether capitals, articles, accents, punctuation and spaces
count, and in where digits go; a :class:`Collation` is one choice of these.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from bisect import bisect_right
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Key = tuple[Any, ...]
"""What titles are compared by; keys of one collation are comparable with each other."""


class Marks(Enum):
    """What becomes of punctuation and spaces."""

    SPACE = "space"
    """both separate words: ``a-b`` is ``a b``"""
    DROP = "drop"
    """neither counts: letter by letter"""
    WORDS = "words"
    """punctuation does not count, spaces separate words"""
    KEEP = "keep"
    """both are compared as they stand"""


class Collation(NamedTuple):
    """One way to compare titles; emoji count in none."""

    marks: Marks = Marks.SPACE
    articles: bool = True
    """a leading article counts"""
    case: bool = False
    """capitals come before small letters"""
    accents: bool = False
    """letters with accents come after those without"""
    natural: bool = True
    """``9`` comes before ``10``"""
    digits_last: bool = False


LEADING = (*(Collation(marks) for marks in Marks), Collation(articles=False))
"""The commonest collations, the commonest first; a list is measured by them."""


_LONGEST = 120
"""Characters of a title that are compared."""
_NO_WORD = lazy(r"[\W_]+")
_NO_LETTER = lazy(r"[^\w\s]|_")
_DIGITS = lazy(r"(\d{1,18})")
_ARTICLE = lazy(
    r"(?:(?:an?|the|el|l[aeo]s?|une?|una|uno|il|i|gli|der|die|das|den|ein|eine|os?|as|um|uma)\s+|l['’]\s*)(?=\w)",
    re.IGNORECASE,
)
_SCRIPTS = (("GREEK", "greek"), ("CYRILLIC", "cyrillic"), ("HANGUL", "hangul"), ("DIGIT", "digit"), ("LATIN", "latin"))


def usual_collations(titles: Iterable[str]) -> Iterator[Collation]:
    """The usual collations, without those that do not differ for these titles."""
    text = "\n".join(titles)
    flags = (False, True)
    return itertools.starmap(
        Collation,
        itertools.product(
            Marks,
            flags if any(_ARTICLE.match(title) for title in titles) else (True,),
            flags if text != text.casefold() else (False,),
            (False,) if text.isascii() else flags,
            flags if _DIGITS.search(text) else (True,),
            flags if _DIGITS.search(text) else (False,),
        ),
    )


def script_of(title: str) -> str | None:
    """The script of a title's first letter or digit, if it is one whose code points stand in alphabetical order."""
    for char in title[:_LONGEST]:
        if char.isascii() and char.isalnum():
            return "digit" if char.isdigit() else "latin"
        if char.isalnum():
            name = unicodedata.name(char, "")
            return next((script for prefix, script in _SCRIPTS if name.startswith(prefix)), None)
    return None


def in_one_script(title: str) -> str:
    """A title up to its first letter of another script: which script goes first, lists differ."""
    if title.isascii():
        return title
    first = None
    for index, char in enumerate(title[:_LONGEST]):
        if char.isalpha():
            script = "LATIN" if char.isascii() else unicodedata.name(char, "").partition(" ")[0]
            first = first or script
            if script != first:
                return title[:index]
    return title


def key(title: str, collation: Collation) -> Key:
    """What a title is compared by."""
    text = _plain(title, accents=collation.accents)
    if not collation.case:
        text = text.casefold()
    if not collation.articles and (found := _ARTICLE.match(text)):
        text = text[found.end() :]
    if collation.marks is Marks.SPACE:
        text = _NO_WORD.sub(" ", text).strip()
    elif collation.marks is Marks.DROP:
        text = _NO_WORD.sub("", text)
    elif collation.marks is Marks.WORDS:
        text = " ".join(_NO_LETTER.sub("", text).split())
    return _parts(text, collation)


def _plain(title: str, *, accents: bool) -> str:
    """A title without emoji and, unless they count, accents."""
    text = title[:_LONGEST].strip()
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC" if accents else "NFKD", text)
    unwanted = ("So", "Sk", "Cf", "Mn", "Me") if not accents else ("So", "Sk", "Cf", "Me")
    return "".join(char for char in text if unicodedata.category(char) not in unwanted).strip()


def _parts(text: str, collation: Collation) -> Key:
    """The text with its numbers by value, or its digits where they belong."""
    if not collation.natural and not collation.digits_last:
        return ((1, 0, text),)
    if not _DIGITS.search(text):
        return ((1, 0, text),) if text else ()
    number = 2 if collation.digits_last else 0
    pieces = _DIGITS.split(text)
    if not collation.natural:
        return tuple((number, 0, part) if at % 2 else (1, 0, part) for at, part in enumerate(pieces) if part)
    return tuple((number, int(part), part) if at % 2 else (1, 0, part) for at, part in enumerate(pieces) if part)


def longest_run(keys: Sequence[Any]) -> list[int]:
    """The indices of the longest subsequence of ``keys`` that does not decrease; ``n log n``."""
    tails: list[Any] = []
    at: list[int] = []
    before = [-1] * len(keys)
    for index, one in enumerate(keys):
        place = bisect_right(tails, one)
        before[index] = at[place - 1] if place else -1
        if place == len(tails):
            tails.append(one)
            at.append(index)
        else:
            tails[place], at[place] = one, index
    run: list[int] = []
    index = at[-1] if at else -1
    while index >= 0:
        run.append(index)
        index = before[index]
    return run[::-1]
