"""Dates, venues and author groups as people write them beside a title."""

from __future__ import annotations

import re
from typing import NamedTuple

from listlint.model.patterns import lazy
from listlint.text.roles import is_venue

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE = lazy(
    rf"(?<![\w/.-])(?:(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])(?:[-/.](?:[0-2]?\d|3[01]))?(?![\w/-])"
    rf"|{_MONTH}\s++(?:[0-2]?\d|3[01])(?:st|nd|rd|th)?[.,]?\s++(?:19|20)\d\d(?!\w)"
    rf"|(?:[0-2]?\d|3[01])(?:st|nd|rd|th)?\s++{_MONTH},?\s++(?:19|20)\d\d(?!\w)"
    rf"|{_MONTH},?\s++(?:19|20)\d\d(?!\w)"
    r"|(?:19|20)\d\d(?![\w/-]))",
    re.IGNORECASE,
)
_GROUP = lazy(
    r"[^\W\d_][\w.-]*+(?:\s[^\W\d_][\w.-]*+){0,4}?['’]s\s(?:group|lab|team)\b"
    r"|[^\W\d_][\w.-]*+(?:\s[^\W\d_][\w.-]*+){0,3}?\set\sal\b\.?"
)
_GROUP_END = lazy(r"\s(?:group|lab|team|al)\b")

_YEAR = lazy(r"(?:19|20)\d\d")
_DIGITS = lazy(r"\d\d")
_PARTS = lazy(r"[^`()\[\],;|]++")


class Found(NamedTuple):
    """A piece of metadata: where it stands in the given text (half open), and itself."""

    start: int
    end: int
    text: str


def find_date(text: str) -> Found | None:
    """The most precise date in ``text``, the first of equals: ``Oct. 26 2021``, ``2021-10``, ``2021``."""
    if not _YEAR.search(text):
        return None
    found = [Found(match.start(), match.end(), match[0]) for match in _DATE.finditer(text)]
    return max(found, key=lambda f: (_precision(f.text), -f.start), default=None)


def _precision(text: str) -> int:
    return len(re.findall(r"\w+", text))


def find_authors(text: str) -> Found | None:
    """The group or the first author with ``et al.`` that ``text`` names."""
    if " al" not in text and "group" not in text and "lab" not in text and "team" not in text:
        return None
    # What every match ends in is looked for first, since most words with these letters are others.
    match = _GROUP.search(text) if _GROUP_END.search(text) else None
    return Found(match.start(), match.end(), match[0]) if match else None


def find_venue(text: str) -> Found | None:
    """A venue in a code span or between commas or brackets: ```nips2021```, ``(ICML 2020)``."""
    if "`" not in text and not _DIGITS.search(text):
        return None
    for match in _PARTS.finditer(text):
        word = match[0].strip(" .*_")
        if word and is_venue(word):
            start = match.start() + match[0].index(word)
            return Found(start, start + len(word), word)
    return None
