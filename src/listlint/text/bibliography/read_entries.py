"""Reads what an entry of a list says of its work: nothing is guessed, and nothing is looked up but names of venues."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

from msgspec.structs import replace

from listlint.model.patterns import lazy
from listlint.text.authors import Kind as Who
from listlint.text.authors import find_people
from listlint.text.bibliography.gather import archive, entry_title
from listlint.text.bibliography.reference import OTHERS, Kind, Person, Reference, person
from listlint.text.dates import find_dates
from listlint.text.identity import identity
from listlint.text.roles import role_of
from listlint.text.works import is_paper, is_repository, scheme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listlint.model.nodes import Entry
    from listlint.text.authors import People
    from listlint.text.bibliography.gather import Work
    from listlint.text.dates import Date


class Venue(Protocol):
    """A venue of the table (:class:`listlint.packs.venues.Venue`)."""

    @property
    def kind(self) -> str:
        """``conference``, ``journal`` …"""

    def name_in(self, year: int | None) -> str:
        """Its full name in a year."""


class Mention(Protocol):
    """A venue that a text names (:class:`listlint.packs.venues.Mention`)."""

    @property
    def venue(self) -> Venue:
        """The venue."""

    @property
    def year(self) -> int | None:
        """The year beside it."""

    @property
    def track(self) -> str | None:
        """``workshop``, ``oral`` …"""


class Venues(Protocol):
    """Knows venues (:class:`listlint.packs.venues.VenueTable`)."""

    def find(self, text: str) -> Mention | None:
        """The venue that a whole text is."""


_PROCEEDINGS = frozenset({None, "oral", "spotlight", "poster", "award", "datasets"})
"""Tracks whose papers are in the proceedings under the venue's own name."""
_KINDS = {"youtube": Kind.VIDEO, "youtube-list": Kind.VIDEO, "isbn": Kind.BOOK, "gist": Kind.SOFTWARE}
_NAMED = frozenset({Who.PEOPLE, Who.ET_AL})
_ET_AL = lazy(r"(?P<family>[^\W\d_][^\W\d_'’-]*+(?:['’-][^\W\d_]++)*),?\s+et\.?\s?al\.?", re.IGNORECASE)
_FAMILIES = lazy(
    r"(?P<families>[A-ZÀ-ÖØ-Þ][^\W\d_]++(?:, [A-ZÀ-ÖØ-Þ][^\W\d_]++)*),? (?:and|&) (?P<last>[A-ZÀ-ÖØ-Þ][^\W\d_]++)"
)
_BRACKETED = lazy(r"\[([^\[\]]*)\]")
_STATUS = lazy(r"(?:un)?read|reading|done|todo|to read|finished|skimmed", re.IGNORECASE)
_ADDRESS = lazy(r"(?:https?://|www\.)\S++")
_LETTER = lazy(r"[^\W_]")
_WORD = lazy(r"[^\W\d_]{2,}")
_MONTHS = lazy(
    r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\b\.?|\b(?:and|by|in)\b", re.IGNORECASE
)
_REMARK_WORDS = 3
"""Words besides people, dates and venues from which a description says something of its own."""


class _Where(NamedTuple):
    """Where a work appeared, by the list: ``note`` is what cannot be said otherwise."""

    kind: Kind | None = None
    name: str = ""
    year: int | None = None
    note: str = ""
    texts: tuple[str, ...] = ()
    """the texts that say so"""


def from_entries(work: Work, venues: Venues) -> Reference:
    """What the entries of a work say of it; where several speak of one thing, the first counts."""
    found = Reference()
    for place in work.places:
        if place.entry is not None:
            found = _filled(found, _reference(place.entry, work, venues))
    names = {archive(name): name.partition(":")[2] for name in reversed(work.names)}
    doi = names.get("doi") or names.get("short-doi", "")
    found = replace(found, arxiv=names.get("arxiv", ""), doi=doi, isbn=names.get("isbn", ""), url=_url(work))
    return replace(found, kind=_kind(work)) if found.kind is Kind.OTHER else found


def _filled(one: Reference, other: Reference) -> Reference:
    """A reference with what only the other one says."""
    date, where = ("year", "month", "day"), ("kind", "container")
    changes: dict[str, object] = {}
    for names in (date, where, *((name,) for name in Reference.__struct_fields__ if name not in (*date, *where))):
        if not any(getattr(one, name) for name in names if name != "kind"):
            changes |= {name: getattr(other, name) for name in names}
    return replace(one, **changes)


def _reference(entry: Entry, work: Work, venues: Venues) -> Reference:
    where = _where(entry, venues)
    authors, besides, who = _people(entry)
    date = _date(entry)
    year = where.year or (date.year if date else None)
    sure = date is not None and date.year == year and not date.impossible and where.kind is not Kind.PAPER
    said = [*where.texts, *who, *((date.text,) if date else ())]
    tags = [tag.text for tag in entry.tags]
    return Reference(
        kind=where.kind or Kind.OTHER,
        title=_title(entry),
        authors=authors,
        container=where.name,
        year=year,
        month=date.month if date and sure else None,
        day=date.day if date and sure else None,
        note="; ".join(dict.fromkeys((*besides, *((where.note,) if where.note else ())))),
        remark=_remark(entry, (*said, *tags)),
        keywords=_keywords(entry, said),
    )


def _title(entry: Entry) -> str:
    """The title without brackets around all of it; "" where it is a number in brackets, or the date."""
    title = entry_title(entry).rstrip(" ,;:")
    bracketed = _BRACKETED.fullmatch(title)
    title = bracketed[1].strip() if bracketed else title
    number = bracketed is not None and title.isdecimal()
    return "" if number or (entry.date is not None and title == entry.date.text.strip()) else title


# --- Where it appeared -----------------------------------------------------------------------------


def _where(entry: Entry, venues: Venues) -> _Where:
    """What the entry says of a venue: in its own field, else in a tag."""
    texts = [entry.venue.text] if entry.venue is not None else []
    texts += [tag.text for tag in entry.tags if tag.text not in texts]
    notes: list[str] = []
    for text in (" ".join(text.split()) for text in texts):
        mention = venues.find(text)
        if mention is None:
            if entry.venue is not None and text == " ".join(entry.venue.text.split()):
                notes.append(text)
            continue
        kind = mention.venue.kind
        if kind == "conference" and mention.track in _PROCEEDINGS:
            return _Where(Kind.PAPER, mention.venue.name_in(mention.year), mention.year, "", (*notes, text))
        if kind == "journal":
            return _Where(Kind.ARTICLE, mention.venue.name_in(mention.year), mention.year, "", (*notes, text))
        if kind == "preprint":
            return _Where(None, "", mention.year, "", (*notes, text))
        notes.append(text)
    return _Where(note="; ".join(dict.fromkeys(notes)), texts=tuple(notes))


def _kind(work: Work) -> Kind:
    """What a work without a venue is, by its identities."""
    schemes = [scheme(name) for name in work.names]
    if "arxiv" in schemes:
        return Kind.PREPRINT
    if any(map(is_paper, work.names)):
        return Kind.OTHER
    if any(map(is_repository, work.names)):
        return Kind.SOFTWARE
    first = work.names[0] if work.names else ""
    if first.startswith("huggingface:"):
        return Kind.DATASET if first.startswith("huggingface:datasets/") else Kind.SOFTWARE
    return _KINDS.get(scheme(first), Kind.PAGE if first else Kind.OTHER)


def _url(work: Work) -> str:
    """The address of the work: the link that gave its first name, else the link that is the entry."""
    entries = [place.entry for place in work.places if place.entry is not None]
    for entry in entries:
        for link in entry.links:
            if work.names and identity(link.target) == work.names[0]:
                return link.target.strip()
    targets = (entry.primary.target.strip() for entry in entries if entry.primary is not None and entry.identity)
    return next(targets, "")


# --- Who and when ----------------------------------------------------------------------------------


def _people(entry: Entry) -> tuple[tuple[Person, ...], tuple[str, ...], tuple[str, ...]]:
    """The authors that an entry names, whom it names besides (groups, laboratories), and the texts that say so.

    The field of authors must be names as a whole; in a description they must come before any prose.
    """
    if entry.authors is not None:
        text = " ".join(entry.authors.text.split())
        named = _family_names(text) or _whole(text)
        return named, () if named or not text else (text,), (text,)
    if entry.description is None:
        return (), (), ()
    text = entry.description.text
    found = [one for one in find_people(text) if not _words(text[: one.start])]
    authors = [one for one in found if one.kind in _NAMED]
    besides = tuple(one.text for one in found if one.kind not in _NAMED)
    if len(authors) == 1:
        return _authors(authors[0]), besides, (*besides, authors[0].text)
    if not authors and is_paper(entry.identity) and _follows_comma(entry) and entry.date is not None:
        head = text.partition(entry.date.text)[0].rstrip(" ,.;(")
        return _family_names(head) or _whole(head), besides, (*besides, head)
    return (), besides, besides


def _follows_comma(entry: Entry) -> bool:
    """Tell whether the description continues the title as a citation does: ``Title, Lovelace and Babbage, 1843``."""
    return entry.separator is not None and entry.separator.text == ", "


def _family_names(text: str) -> tuple[Person, ...]:
    """``Lovelace et al.``, ``Lovelace and Babbage``: what is said to be authors may be family names alone."""
    match = _ET_AL.fullmatch(text)
    if match is not None:
        return Person(match["family"]), OTHERS
    match = _FAMILIES.fullmatch(text)
    return tuple(map(Person, (*match["families"].split(", "), match["last"]))) if match else ()


def _whole(text: str) -> tuple[Person, ...]:
    """Names in full, if a text is nothing else."""
    found = find_people("by " + text)
    whole = len(found) == 1 and found[0].start == 3 and found[0].end >= len("by " + text.rstrip(" .,;"))
    return _authors(found[0]) if whole and found[0].kind in _NAMED else ()


def _words(text: str) -> list[str]:
    return _WORD.findall(_MONTHS.sub(" ", text))


def _authors(people: People) -> tuple[Person, ...]:
    named = tuple(map(person, people.names))
    return (*named, OTHERS) if people.kind is Who.ET_AL else named


def _date(entry: Entry) -> Date | None:
    text = entry.date.text if entry.date is not None else ""
    found = find_dates(text) or find_dates(text[:4])  # the year of ``2022.1``, which is no date elsewhere
    return found[0] if found else None


# --- What else it says -----------------------------------------------------------------------------


def _remark(entry: Entry, said: Sequence[str]) -> str:
    """The description, where it is more than people, dates and venues."""
    if entry.description is None:
        return ""
    text = " ".join(entry.description.text.split())
    rest = _ADDRESS.sub(" ", text)
    for known in said:
        rest = rest.replace(" ".join(known.split()), " ")
    return text if len(_words(rest)) >= _REMARK_WORDS else ""


def _keywords(entry: Entry, said: Sequence[str]) -> tuple[str, ...]:
    """Its tags that say nothing else: no venue, date, status or role."""
    known = {" ".join(text.split()).casefold() for text in said}
    found = (" ".join(tag.text.split()) for tag in entry.tags if not _is_status(entry, tag.span.start))
    return tuple(
        dict.fromkeys(
            tag
            for tag in found
            if _LETTER.search(tag)
            and tag.casefold() not in known
            and role_of(tag) is None
            and not _STATUS.fullmatch(tag)
        )
    )


def _is_status(entry: Entry, offset: int) -> bool:
    return entry.status_span is not None and offset in entry.status_span
