"""Dates, venues and author groups as people write them beside a title."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from listlint.model.patterns import lazy
from listlint.text.authors import first_people
from listlint.text.dates import find_places
from listlint.text.roles import VENUE_WORDS, is_venue, role_of
from listlint.text.venues import dated, ends_phrase, leads, with_track

if TYPE_CHECKING:
    import re

    from listlint.text.venues import Dated

_URLS = lazy(r"\]\([^()\s]*+(?:\([^()\s]*+\)[^()\s]*+)*+[^()]*+\)|<[^<>\s]*+>|https?://\S++")
_DIGITS = lazy(r"\d\d")
_ASCII_DIGITS = lazy(r"[0-9][0-9]")
_PARTS = lazy(r"[^`()\[\],;|]++")
_LAST_MONTH = lazy(r"(?:(?<=[ ,(\[])|(?<=\A))(?:19|20)[0-9]{2}\.[1-9](?=[\s.)\]]{0,8}\Z)")
_LETTER = lazy(r"[^\W\d_]")
_WORD = lazy(r"[^\W\d_]{2,}+")
_JOINTS = frozenset({"and", "et", "al", "in", "by"})
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


def find_date_below(text: str) -> Found | None:
    """That of a paragraph of fields, at whose end ``2022.1`` is a month too and no version."""
    if (found := find_date(text)) is not None:
        return found
    last = _LAST_MONTH.search(text)
    return Found(last.start(), last.end(), last[0]) if last is not None else None


def find_authors(text: str) -> Found | None:
    """The authors, the group or else the institute that ``text`` names first."""
    people = first_people(text) if text else None
    return Found(people.start, people.end, people.text) if people else None


class Below(NamedTuple):
    """What a paragraph below a title says, by name of the field: ``authors``, ``venue``, ``date``."""

    fields: dict[str, Found]
    led: bool
    """it begins with authors"""
    alone: bool
    """it is nothing but these and links that say what they are for"""


def read_below(text: str) -> Below:
    """Read a paragraph below a title."""
    prose = without_urls(text)
    named = (("authors", find_authors(prose)), ("venue", find_venue(prose)), ("date", find_date_below(prose)))
    fields = {name: found for name, found in named if found is not None}
    authors = fields.get("authors")
    led = authors is not None and not _LETTER.search(prose[: authors.start])
    rest, at = [], 0
    for found in sorted(fields.values()):
        rest.append(prose[at : max(at, found.start)])
        at = max(at, found.end)
    words = _WORD.findall(" ".join([*rest, prose[at:]])) if fields else ()
    return Below(fields, led, bool(fields) and all(word in _JOINTS or role_of(word) is not None for word in words))


def find_venue(text: str) -> Found | None:
    """A venue in a code span or between commas or brackets: ```nips2021```, ``(ICML 2020)``.

    With its year it may also be a sentence, or end one that only leads to it: ``. ICML 2018.``, ``In *ICML 2018*.``
    """
    if "`" not in text and not (_ASCII_DIGITS if text.isascii() else _DIGITS).search(text):
        return None
    if not VENUE_WORDS.isdisjoint(_FIRST_WORDS.findall("," + text.lower())):
        for match in _PARTS.finditer(text):
            word = match[0].strip(" .*_")
            if word and is_venue(word):
                start = match.start() + match[0].index(word)
                return Found(start, start + len(word), word)
    return _dated_venue(text)


def _dated_venue(text: str) -> Found | None:
    """A venue that has its year behind it and stands for itself."""
    for found in dated(text):
        known = is_venue(f"{found.name} {found.year}")
        if (known or _is_named(found, text)) and ends_phrase(found, text):
            end = with_track(found, text)
            shown = f"{found.name} {found.year}" if found.parted else text[found.start : found.end]
            return Found(found.start, end, shown + text[found.end : end])
    return None


def _is_named(found: Dated, text: str) -> bool:
    """Tell whether an acronym that may be any stands where only a venue does: ``In *ABC 2018*``."""
    if found.start == 0 or text[found.start - 1] not in "*_" or " " in found.name:
        return False
    return sum(map(str.isupper, found.name)) > 1 and leads(found.start, text)
