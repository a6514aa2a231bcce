"""What rules on authors share: every author list of a document, with the places of its names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.checks import bib
from listlint.model.nodes import Document, Entry, EntryKind
from listlint.model.patterns import lazy
from listlint.model.span import Span
from listlint.text.authors import Kind, Name, Order, find_people, split_names
from listlint.text.metadata import without_urls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SUFFIX = lazy(r"(?:jr|sr|jnr|snr)\.?\Z|[IVX]++\Z", 2)
_NO_LIST = lazy(r"[;&\d]|\bet\.?\s?al\b")


class AuthorList(Struct, frozen=True):
    """Names that stand together. ``names`` have their places in the document.

    ``order`` is how they are written; None where some are written one way and some another, or
    where nothing tells. ``reference`` says that it is a value of BibTeX.
    """

    span: Span
    names: tuple[Name, ...]
    order: Order | None
    reference: bool
    entry: Entry | None = None

    @property
    def telling(self) -> Sequence[Name]:
        """The names whose form says something: not those of institutions or of one word."""
        return [name for name in self.names if name.order is not None and not name.braced and not name.others]


def author_lists(document: Document) -> Sequence[AuthorList]:
    """Every author list of the document, those of BibTeX first. Use it through ``ctx.memo``."""
    return [*_references(document), *_prose(document)]


def _references(document: Document) -> Iterator[AuthorList]:
    if not document.bib:
        return
    untouched = bib.well_formed(document)
    for owner, entry in bib.blocks(document):
        field = bib.field(entry, "author")
        found = bib.content(field) if field is not None and untouched(entry) else None
        if found is None or _NO_LIST.search(found[0]):
            continue
        text, span = found
        names = tuple(_moved(name, span.start) for name in split_names(text))
        if not all(map(_readable, names)):
            continue
        listed = AuthorList(span, names, None, True, owner)
        orders = {name.order for name in listed.telling}
        yield AuthorList(span, names, orders.pop() if len(orders) == 1 else None, True, owner)


def _readable(name: Name) -> bool:
    """Tell whether BibTeX reads a name as it was meant, as far as its form shows."""
    if name.empty or name.commas > 2 or (name.commas == 2 and not _SUFFIX.match(name.suffix)):
        return False
    # "Ada Lovelace, Charles Babbage" is two people, and the work of another rule.
    whole = [word for word in name.given.split() if len(word.strip(".")) > 1]
    return name.commas != 1 or len(name.family.split()) == 1 or len(whole) < 2


def _prose(document: Document) -> Iterator[AuthorList]:
    for entry in document.entries:
        if entry.authors is None:
            continue
        description = entry.description
        if description is None or entry.kind is EntryKind.HEADING:
            start, end = entry.head
        else:
            start, end = description.span.start, entry.head.end
        text = without_urls(document.text[start:end])
        for people in find_people(text):
            if people.kind in (Kind.PEOPLE, Kind.ET_AL):
                names = tuple(_moved(name, start) for name in people.names)
                span = Span(names[0].start, names[-1].end)
                yield AuthorList(span, names, people.order, False, entry)


def _moved(name: Name, by: int) -> Name:
    return name._replace(start=name.start + by, end=name.end + by)
