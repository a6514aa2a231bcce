"""The dates that stand as fields of entries: alone in a cell, between commas, in brackets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.model.nodes import EntryKind, Mask
from listlint.model.patterns import lazy
from listlint.model.span import Span
from listlint.text.dates import Date, Place, bare, find_dates, find_places, parse_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from listlint.model.nodes import Document, Entry

_REACH = 8
"""Characters of markup and white space that can stand between a date and its neighbours."""
_SHORTEST, _LEAD = 4, 60
"""Characters in front of a title that can hold a date."""
_ENDS = frozenset(" )],;:\n")
"""Some of what does not go on with a date."""
_TRIED = 20
"""Dates of one entry that are looked at: prose of many dates is none that has a field."""
_MARKS = r"{},;:|<>\"“”.。，、；：·•—–\-/!?"
_BEFORE = lazy(rf"(?:[\[\](){_MARKS}（）【】*_`]|\barxiv)[\s*_`]*\Z", re.IGNORECASE)
_SKIPPED, _LAST_BEFORE = "*_` \t\n", frozenset(["", *'{},;:|<>"“”.。，、；：·•—–-/!?[]()（）【】vV'])
"""What :data:`_BEFORE` skips, and the characters before that, one of which it needs."""
_AFTER = lazy(rf"\s*(?:[\[\](){_MARKS}（）【】*_`]|\Z)")
_OPENS, _CLOSES = lazy(r"[\[(（【]\s*\Z"), lazy(r"\s*[\])）】](?![\[(])")


class DateField(Struct, frozen=True):
    """The date of an entry and its place in the document."""

    entry: Entry
    date: Date
    span: Span


def date_fields(document: Document) -> Mapping[int, DateField]:
    """The date of each entry that has one, in order, by the entry's id.

    It is the one in front of its title, else the most precise one, if it is a field. Words of a sentence, a title or a
    link are none. Use it through ``ctx.memo``.
    """
    fields = ((entry, _leading(document, entry) or _field(document, entry)) for entry in document.entries)
    return {id(entry): field for entry, field in fields if field is not None}


def _leading(document: Document, entry: Entry) -> DateField | None:
    start, end = entry.head.start, entry.title.span.start if entry.title else 0
    if entry.kind is EntryKind.TABLE_ROW or not _SHORTEST <= end - start <= _LEAD:
        return None
    text = document.text[start:end]
    return _first_field(document, entry, start, text, find_places(text)) if "20" in text or "19" in text else None


def _field(document: Document, entry: Entry) -> DateField | None:
    found = entry.date
    if found is None:
        return None
    text, offset = document.slice(found.span), found.span.start
    start, end = bare(text)
    span = Span(offset + start, offset + end)
    if _is_field(document, entry, span) and (whole := parse_date(text)) is not None:
        return DateField(entry, whole, span)
    if entry.kind is EntryKind.TABLE_ROW:
        return None
    head = document.slice(entry.head)
    if head.count("20") + head.count("19") == 1 and _is_plain(text) and document.text[span.end] in _ENDS:
        return None  # the only date, and read here as it was there
    places = find_places(head)
    if len(places) > 1:
        places.sort(key=lambda place: (-place.precision, place.start))
    return _first_field(document, entry, entry.head.start, head, places[:_TRIED])


def _is_plain(text: str) -> bool:
    """Tell whether a date consists of figures and one mark: ``26.10.2021``."""
    mark = text[-5:-4]
    return mark in {".", "/", "-"} and text[:-5].replace(mark, "").isdigit()


def _first_field(document: Document, entry: Entry, offset: int, text: str, places: Iterable[Place]) -> DateField | None:
    """The first of the dates in ``text``, which begins at ``offset``, that is a field."""
    for start, end, _ in places:
        span = Span(offset + start, offset + end)
        if _is_field(document, entry, span):
            return DateField(entry, next(date for date in find_dates(text) if date.start == start), span)
    return None


def _is_field(document: Document, entry: Entry, span: Span) -> bool:
    row = entry.kind is EntryKind.TABLE_ROW
    before = document.text[max(entry.head.start, span.start - _REACH) : span.start]
    last = before.rstrip(_SKIPPED)[-1:]
    if not row and last not in _LAST_BEFORE and not last.isspace():
        return False
    mask = document.mask_at(span.start)
    if (mask is not None and mask is not Mask.CODE) or any(link.span.covers(span) for link in entry.links):
        return False
    after = document.text[span.end : min(entry.head.end, span.end + _REACH)]
    if row or (_OPENS.search(before) and _CLOSES.match(after)):
        return True
    if entry.title is not None and entry.title.span.overlaps(span):
        return False
    starts = not before.strip("*_` ") and span.start - _REACH <= entry.head.start
    return bool((starts or _BEFORE.search(before)) and _AFTER.match(after))
