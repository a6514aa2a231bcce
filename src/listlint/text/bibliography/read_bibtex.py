"""Reads a reference in BibTeX as data: macros expanded, LaTeX decoded, names in parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from listlint.model.bib import PieceKind, pieces
from listlint.model.patterns import lazy
from listlint.text.authors import split_names
from listlint.text.bibliography.gather import archive, identities
from listlint.text.bibliography.reference import Kind, Person, Reference, person
from listlint.text.identity import identity
from listlint.text.latex import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from listlint.model.bib import BibString
    from listlint.model.nodes import BibEntry, BibField

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""The macros that every standard style defines."""
LONGEST = 20_000
"""Characters up to which a value is expanded: macros that name each other twice double with every step."""

_KINDS = {
    **dict.fromkeys(("article", "periodical", "review", "suppperiodical"), Kind.ARTICLE),
    **dict.fromkeys(("inproceedings", "conference"), Kind.PAPER),
    **dict.fromkeys(
        ("incollection", "inbook", "inreference", "bookinbook", "suppbook", "suppcollection"), Kind.CHAPTER
    ),
    **dict.fromkeys(("book", "booklet", "mvbook", "proceedings", "mvproceedings", "collection"), Kind.BOOK),
    **dict.fromkeys(("mvcollection", "reference", "mvreference", "manual"), Kind.BOOK),
    **dict.fromkeys(("phdthesis", "mastersthesis", "thesis"), Kind.THESIS),
    **dict.fromkeys(("techreport", "report"), Kind.REPORT),
    "unpublished": Kind.MANUSCRIPT,
    "patent": Kind.PATENT,
    "software": Kind.SOFTWARE,
    "dataset": Kind.DATASET,
    **dict.fromkeys(("video", "movie"), Kind.VIDEO),
    **dict.fromkeys(("online", "www", "electronic", "webpage"), Kind.PAGE),
}
_GENRES = {"phdthesis": "PhD thesis", "mastersthesis": "Master's thesis"}
_PREPRINTS = lazy(r"arxiv|\bcorr\b|bio-?rxiv|med-?rxiv|preprint", re.IGNORECASE)
_YEAR = lazy(r"(?<!\d)(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?!\d)")
_DAY = lazy(r"(?<!\d)([0-3]?\d)(?!\d)")
_DASHES = lazy(r"\s*(?:[\u2010-\u2015]|-)+\s*")


def expand(field: BibField | BibString, macro: Callable[[str], str | None]) -> str:
    """A value without delimiters, its pieces joined; macros that ``macro`` does not know stay as they are."""
    parts: list[str] = []
    size = 0
    for piece in pieces(field):
        text = (macro(piece.text.lower()) or piece.text) if piece.kind is PieceKind.MACRO else piece.text
        size += len(text)
        if size > LONGEST:
            break
        parts.append(text)
    return "".join(parts)


def from_bibtex(entry: BibEntry, macro: Callable[[str], str | None]) -> Reference:
    """What a well-formed reference says."""
    raw: dict[str, str] = {}
    for field in entry.fields:
        raw.setdefault(field.name.lower(), expand(field, macro).strip())
    text = {name: decode(value) for name, value in raw.items()}
    year, month, day = _date(text)
    names = {archive(name): name.partition(":")[2] for name in identities(entry)}
    container = _first(text, "booktitle", "journal", "journaltitle")
    eprint = names.get("arxiv", "")
    return Reference(
        kind=_kind(entry.kind.lower(), container, eprint),
        title=_title(text),
        authors=_people(raw.get("author", "")),
        editors=_people(raw.get("editor", "")),
        container=container,
        series=text.get("series", ""),
        year=year,
        month=month,
        day=day,
        volume=text.get("volume", ""),
        issue=_first(text, "issue", "number") if entry.kind.lower() == "article" else text.get("issue", ""),
        number="" if entry.kind.lower() == "article" else text.get("number", ""),
        pages=_DASHES.sub("-", text.get("pages", "")),
        chapter=text.get("chapter", ""),
        edition=text.get("edition", ""),
        publisher=_first(text, "publisher", "school", "institution", "organization"),
        place=_first(text, "address", "location"),
        genre=text.get("type", "") or _GENRES.get(entry.kind.lower(), ""),
        language=_first(text, "langid", "language"),
        arxiv=eprint,
        doi=names.get("doi") or names.get("short-doi", ""),
        isbn=text.get("isbn", ""),
        issn=text.get("issn", ""),
        pmid=text.get("pmid", ""),
        url=_url(raw),
        abstract=text.get("abstract", ""),
        note=_first(text, "note", "addendum", "howpublished"),
        remark=_first(text, "annote", "annotation"),
        keywords=tuple(word.strip() for word in re.split("[,;]", text.get("keywords", "")) if word.strip()),
    )


def _first(values: Mapping[str, str], *names: str) -> str:
    return next((values[name] for name in names if values.get(name)), "")


def _title(text: Mapping[str, str]) -> str:
    title, subtitle = text.get("title", ""), text.get("subtitle", "")
    return f"{title}: {subtitle}" if title and subtitle else title or subtitle


def _kind(kind: str, container: str, eprint: str) -> Kind:
    found = _KINDS.get(kind, Kind.OTHER)
    preprint = (found is Kind.ARTICLE and (not container or _PREPRINTS.search(container))) or found is Kind.OTHER
    return Kind.PREPRINT if preprint and (eprint or _PREPRINTS.search(container)) else found


def _people(value: str) -> tuple[Person, ...]:
    return tuple(_decoded(person(name)) for name in split_names(value) if not name.empty)


def _decoded(one: Person) -> Person:
    return Person(decode(one.family), decode(one.given), decode(one.particle), decode(one.suffix), decode(one.literal))


def _date(text: Mapping[str, str]) -> tuple[int | None, int | None, int | None]:
    """Year, month and day, from ``date`` (ISO 8601) or from the fields of those names."""
    match = _YEAR.search(text.get("date", ""))
    if match is not None:
        parts = [int(part) if part else None for part in match.groups()]
        return (parts[0], *_calendar(parts[1], parts[2]))
    match = _YEAR.search(text.get("year", ""))
    if match is None:
        return None, None, None
    said = text.get("month", "").casefold()
    month = next((number for number, name in enumerate(MONTHS, 1) if re.search(rf"\b{name}", said)), None)
    if month is None and said.isdecimal():
        return (int(match[1]), *_calendar(int(said[:4]), None))
    day = _DAY.search(text.get("day", "") or said)
    return (int(match[1]), *_calendar(month, int(day[1]) if day else None))


def _calendar(month: int | None, day: int | None) -> tuple[int | None, int | None]:
    """Month and day, as far as there are such."""
    if month is None or not 1 <= month <= 12:
        return None, None
    return month, day if day is not None and 1 <= day <= 31 else None


def _url(raw: Mapping[str, str]) -> str:
    url = raw.get("url", "").replace("\\_", "_").replace("\\%", "%").replace("\\&", "&").replace("\\#", "#")
    return url if identity(url) is not None else ""
