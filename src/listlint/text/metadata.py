"""Dates, venues and author groups as people write them beside a title."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from listlint.model.patterns import lazy
from listlint.text.authors import first_people
from listlint.text.dates import find_places
from listlint.text.roles import VENUE_WORDS, is_venue

if TYPE_CHECKING:
    import re

_URLS = lazy(r"\]\([^()\s]*+(?:\([^()\s]*+\)[^()\s]*+)*+[^()]*+\)|<[^<>\s]*+>|https?://\S++")
_DIGITS = lazy(r"\d\d")
_PARTS = lazy(r"[^`()\[\],;|]++")
_FIRST_WORDS = lazy(r"[`()\[\],;|][\W_]*+(3dv|[a-z]++)")


class Found(NamedTuple):
    """A piece of metadata: where it stands in the given text (half open), and itself."""

    start: int
    end: int
    text: str


def without_urls(text: str) -> str:
    """``text`` with URLs and tags blanked out: they give away no year, and everything else keeps its place."""
    if "](" in text or "<" in text or "http" in text:
        return _URLS.sub(_blank, text)
    return text


def _blank(match: re.Match[str]) -> str:
    start, end = match.span()
    return " " * (end - start)


def find_date(text: str) -> Found | None:
    """The most precise date in ``text``, the first of equals: ``Oct. 26 2021``, ``2021-10``, ``2021``."""
    places = find_places(text)
    if not places:
        return None
    start, end, _ = places[0] if len(places) == 1 else max(places, key=lambda place: (place.precision, -place.start))
    return Found(start, end, text[start:end])


def find_authors(text: str) -> Found | None:
    """The authors, the group or else the institute that ``text`` names first."""
    people = first_people(text) if text else None
    return Found(people.start, people.end, people.text) if people else None


def find_venue(text: str) -> Found | None:
    """A venue in a code span or between commas or brackets: ```nips2021```, ``(ICML 2020)``."""
    if "`" not in text and not _DIGITS.search(text):
        return None
    if VENUE_WORDS.isdisjoint(_FIRST_WORDS.findall("," + text.lower())):
        return None
    for match in _PARTS.finditer(text):
        word = match[0].strip(" .*_")
        if word and is_venue(word):
            start = match.start() + match[0].index(word)
            return Found(start, start + len(word), word)
    return None
