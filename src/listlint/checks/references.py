"""What the rules that compare a reference with the list around it share: which work a BibTeX entry is of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.checks.bib import blocks, content, field, plain, raw, well_formed
from listlint.model.nodes import EntryKind, Role
from listlint.model.patterns import lazy
from listlint.model.span import Span
from listlint.text.identity import identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listlint.model.nodes import BibEntry, BibField, Document, Entry, Link

COMPARED = ("arxiv", "doi", "acl")
"""Schemes of identities in which a reference and a link are compared."""
ARXIV_NUMBER = r"(?P<id>\d{4}\.\d{4,5}(?!\d)|[a-z][a-z-]{1,9}(?:\.[a-z]{2})?/\d{7}(?!\d))(?:v\d{1,2}\b)?"
_NAMED = lazy(
    rf"(?:arxiv(?:\.org)?[\s:./,]{{1,4}}(?:(?:abs|pdf)/|preprints?[\s:,]{{1,3}})?|\babs/){ARXIV_NUMBER}", re.IGNORECASE
)
_NAMED_TWICE = lazy(rf"arxiv\s{{1,3}}(?:e-?)?prints?[\s:,]{{1,3}}(?:arxiv[\s:.]{{1,3}})?{ARXIV_NUMBER}", re.IGNORECASE)
_NOTE = lazy(
    rf"\W*(?:(?:available\s++(?:as|at|on)|preprint|e-?print)\W+)?arxiv(?:\s++preprint(?:\s++arxiv)?)?[\s:]*+{ARXIV_NUMBER}\W*",
    re.IGNORECASE,
)
_EPRINT = lazy(rf"\s*+(?:arxiv:\s*+)?{ARXIV_NUMBER}\s*+(?:\[[^\]]*+\]\s*+)?", re.IGNORECASE)
_TEXTS = ("journal", "journaltitle", "howpublished", "volume", "number", "booktitle", "series", "publisher", "type")
"""Fields in whose text an arXiv number is that of the work itself."""
_NOTES = ("note", "annote", "addendum", "pubstate")
_URLS = ("url", "ee", "link", "pdf", "eprint", "howpublished", "note", "journal")
_URL = lazy(r"https?://[^\s{}\\,;]++")
_PREPRINT = lazy(
    r"\b(?:arxiv|corr|e-?prints?|pre-?prints?|bio-?rxiv|med-?rxiv|chem-?rxiv|psy-?arxiv|soc-?arxiv|ssrn|techrxiv|hal)\b"
    r"|computing research repository|under review|submitted",
    re.IGNORECASE,
)
_PREPRINT_KINDS = frozenset({"article", "misc", "online", "unpublished", "techreport", "report", "electronic", "www"})
PREPRINT_DOI = lazy(
    r"doi:10\.(?:1101/(?:\d{6,8}|\d{4}\.\d\d\.\d\d\.\d+)|64898/|2139/ssrn|31234/|31219/|31235/|20944/preprints|21203/rs"
    r"|36227/techrxiv|26434/chemrxiv|5281/zenodo|6084/m9|22541/au|48550/|12688/|32942/|35542/|13140/rg)"
)
"""Identities of the archives of preprints, whose works have another DOI once they are published."""
_YEAR = lazy(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_PAPER_LINKS = frozenset({Role.PAPER, Role.PDF})
_NO_WORK = lazy(
    r"(?:how to |please )?(?:cite|citing|citations?|bibtex|bibliography|references?|acknowledge?ments?|licen[cs]e)"
    r"(?:\W+(?:this|these|us|our|me|my|it|the|and|if|info|information|format|to)\b.*)?"
    r"|(?:\w++ ){0,2}(?:citations?|bibtex)"
    r"|awesome\b.*|引用.*",
    re.IGNORECASE,
)
"""Titles of the parts of a document that ask to cite it."""
_CITE = lazy(r"\bcit(?:e|es|ed|ing)\b", re.IGNORECASE)
_SENTENCE = 4
"""Words from which a line with "cite" before a block asks to cite something, and is no mere label."""
_LOOK_BACK = 400
_SAYS = lazy(r"[^`~@<\w]*+[^\W\d_]")
"""A line that begins with a word, not with a fence, a tag or a reference."""


class Identifier(Struct, frozen=True):
    """A name by which a reference says which work it is: its identity, and where that stands.

    ``span`` is the identifier itself, or the whole value where that is not one unbroken text.
    """

    identity: str
    span: Span
    field: BibField

    @property
    def scheme(self) -> str:
        """The part before the colon: ``arxiv``, ``doi``, ``acl``."""
        return self.identity.partition(":")[0]

    @property
    def value(self) -> str:
        """The part after the colon."""
        return self.identity.partition(":")[2]


def identifiers(entry: BibEntry, macros: Mapping[str, str]) -> tuple[Identifier, ...]:
    """Every arXiv number, DOI and ACL Anthology id by which a reference names its own work, each once."""
    found: dict[str, Identifier] = {}
    for one in _identifiers(entry, macros):
        if one.scheme in COMPARED:
            found.setdefault(one.identity, one)
    return tuple(found.values())


def _identifiers(entry: BibEntry, macros: Mapping[str, str]) -> Iterator[Identifier]:
    eprint = field(entry, "eprint")
    archive = field(entry, "archiveprefix", "eprinttype")
    if eprint and (archive is None or plain(archive, macros).casefold() in {"arxiv", ""}):
        yield from _arxiv(eprint, raw(eprint, macros), _EPRINT.fullmatch(raw(eprint, macros)))
    for one in entry.fields:
        name = one.name.lower()
        if name == "doi":
            yield from _doi(one, raw(one, macros))
        if name in _TEXTS or name in _NOTES:
            text = raw(one, macros)[:_LOOK_BACK]
            match = (_NAMED.search(text) or _NAMED_TWICE.search(text)) if name in _TEXTS else _NOTE.fullmatch(text)
            yield from _arxiv(one, text, match)
        if name in _URLS and "://" in one.value:
            text = raw(one, macros)
            urls = _URL.findall(text)
            # Of several addresses none is the work's for certain; a note may speak of other works.
            if len(urls) == 1 and (name not in _NOTES or len(text.split()) == 1):
                work = identity(urls[0])
                if work:
                    yield Identifier(work, place(one, text, urls[0]), one)


def _arxiv(one: BibField, text: str, match: re.Match[str] | None) -> Iterator[Identifier]:
    if match is not None:
        written = match["id"]
        work = identity("arxiv:" + written)
        if work:
            yield Identifier(work, place(one, text, written), one)


def _doi(one: BibField, text: str) -> Iterator[Identifier]:
    written = text.strip().replace("\\_", "_").replace("{\\_}", "_")
    bare = written[4:].lstrip() if written[:4].lower() == "doi:" else written
    work = identity(bare if "//" in bare else "doi:" + bare)
    if work:
        yield Identifier(work, place(one, text, text.strip()), one)


def place(field: BibField, text: str, part: str) -> Span:
    """Where a part of a value's text stands; the whole value where that cannot be told."""
    inside = content(field)
    if inside is None or not inside[0].startswith(text[:_LOOK_BACK]):
        return field.value_span
    at = inside[0].find(part)
    return Span(inside[1].start + at, inside[1].start + at + len(part)) if at >= 0 and part else field.value_span


def arxiv_of(entry: BibEntry, macros: Mapping[str, str]) -> Identifier | None:
    """The arXiv number of a reference; None if it has none, or several that differ."""
    found = [one for one in identifiers(entry, macros) if one.scheme == "arxiv"]
    return found[0] if len(found) == 1 else None


def is_preprint(entry: BibEntry, macros: Mapping[str, str]) -> bool:
    """Tell whether a reference is that of a preprint: it names no journal or proceedings besides an archive."""
    if field(entry, "booktitle") is not None:
        return False
    journal = field(entry, "journal", "journaltitle")
    if journal is not None:
        name = plain(journal, macros)
        return bool(_PREPRINT.search(name)) or any(one.scheme == "arxiv" for one in _identifiers_in(journal, name))
    if entry.kind.lower() not in _PREPRINT_KINDS:
        return False
    return any(one.scheme == "arxiv" or PREPRINT_DOI.match(one.identity) for one in identifiers(entry, macros))


def _identifiers_in(journal: BibField, name: str) -> Iterator[Identifier]:
    work = identity(name.strip()) if "://" in name else None
    if work:
        yield Identifier(work, journal.value_span, journal)


def year_of(entry: BibEntry, macros: Mapping[str, str]) -> tuple[int, Span] | None:
    """The year of a reference and its place; None where it is not one year of four digits."""
    found = field(entry, "year", "date")
    if found is None:
        return None
    text = raw(found, macros)
    years = _YEAR.findall(text)
    if len(years) != 1 or (found.name.lower() == "year" and text.strip(" {}()") != years[0]):
        return None
    return int(years[0]), place(found, text, years[0])


def arxiv_date(number: str) -> tuple[int, int] | None:
    """Year and month that an arXiv number (``1412.7479``, ``math/0309136``) says; None if it says no month."""
    digits = number.rpartition("/")[2][:4]
    year, month = int(digits[:2]), int(digits[2:])
    if not 1 <= month <= 12:
        return None
    return (1900 if "/" in number and year >= 91 else 2000) + year, month


def paper_links(entry: Entry) -> list[Link]:
    """The links of an entry that lead to its paper, the linked title first.

    Code, slides and what a sentence mentions are none. A link that says nothing (``here``) is one only where it
    is the entry's first and no other is called the paper: others lead to follow-up work and the like.
    """
    called = [link for link in entry.links if link.role in _PAPER_LINKS]
    primary = entry.primary
    if primary is None or primary in called:
        return sorted(called, key=lambda link: link is not primary)
    if primary.role is Role.TITLE or (primary.role is Role.HERE and not called):
        return [primary, *called]
    return called


class Pair(Struct, frozen=True):
    """An entry of the list and its one reference."""

    entry: Entry
    bib: BibEntry


def cited_works(document: Document) -> Sequence[Pair]:
    """The entries that have one reference, which is that of the work itself. Use it through ``ctx.memo``.

    Left out are sections that say how to cite the list, blocks behind a sentence that asks to cite, and
    blocks that text parts from the entry above.
    """
    whole = well_formed(document)
    return [
        Pair(owner, bib)
        for owner, bib in blocks(document)
        if owner is not None
        and len(owner.bib) == 1
        and whole(bib)
        and is_work(owner)
        and _belongs(document, owner, bib)
    ]


def outermost(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The entries that are not part of another, of all in the order of the text."""
    end = 0
    for entry in entries:
        if entry.span.start >= end:
            yield entry
            end = entry.span.end


def is_work(entry: Entry) -> bool:
    """Tell whether an entry names a work, not a part of the document such as "Citation"."""
    return not _NO_WORK.fullmatch(entry.name.strip(" :#*_"))


def _belongs(document: Document, owner: Entry, bib: BibEntry) -> bool:
    inside = owner.span.covers(bib.span)
    start = max(owner.head.end if inside else owner.span.end, bib.span.start - _LOOK_BACK)
    lines = [line for line in document.text[start : bib.span.start].split("\n") if _SAYS.match(line)]
    if not inside and owner.kind is not EntryKind.BOLD:
        return not any(len(line.split()) >= _SENTENCE for line in lines)
    return not any(_CITE.search(line) and len(line.split()) >= _SENTENCE for line in lines[-2:])
