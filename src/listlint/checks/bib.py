"""What the rules on BibTeX share: fields by name, values as text, and the list entry of each reference."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from listlint.model.bib import PieceKind, pieces
from listlint.model.span import Span
from listlint.text.latex import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from listlint.model.bib import BibString
    from listlint.model.nodes import BibEntry, BibField, Document, Entry

_MONTHS = {
    "jan": "January",
    "feb": "February",
    "mar": "March",
    "apr": "April",
    "may": "May",
    "jun": "June",
    "jul": "July",
    "aug": "August",
    "sep": "September",
    "oct": "October",
    "nov": "November",
    "dec": "December",
}
"""The macros that every standard style defines."""
_LONGEST = 100_000
"""Characters up to which a value is expanded: macros that name each other twice double with every step."""
_DELIMITED = {PieceKind.BRACED: "}", PieceKind.QUOTED: '"'}


def field(entry: BibEntry, *names: str) -> BibField | None:
    """The first field of that name (in any case), names in order of preference."""
    for name in names:
        wanted = name.lower()
        for one in entry.fields:
            if one.name.lower() == wanted:
                return one
    return None


def content(field: BibField | BibString) -> tuple[str, Span] | None:
    """A value's text and its place, without delimiters.

    None unless the value is one braced, quoted or number piece that stands in the text as one stretch.
    """
    if field.value_span.length != len(field.value):
        return None
    parts = pieces(field)
    if len(parts) != 1:
        return None
    part = parts[0]
    if part.kind is PieceKind.NUMBER:
        return part.text, part.span
    if part.kind not in _DELIMITED or part.span.length != len(part.text) + 2:
        return None
    return part.text, Span(part.span.start + 1, part.span.end - 1)


def macros(document: Document) -> Mapping[str, str]:
    """The text of each ``@string`` of the document without delimiters, by name in lower case.

    As in BibTeX a macro may use those defined before it. Use it through ``ctx.memo``.
    """
    found: dict[str, str] = {}
    for block in document.bib:
        for string in block.strings:
            found[string.name.lower()] = raw(string, found)
    return found


def raw(field: BibField | BibString, macros: Mapping[str, str]) -> str:
    """A value without delimiters, its pieces joined and macros expanded; unknown macros stay as they are."""
    parts: list[str] = []
    size = 0
    for piece in pieces(field):
        text = piece.text
        if piece.kind is PieceKind.MACRO:
            name = text.lower()
            text = macros.get(name) or _MONTHS.get(name) or text
        size += len(text)
        if size > _LONGEST:
            break
        parts.append(text)
    return "".join(parts)


def is_known(field: BibField | BibString, macros: Mapping[str, str]) -> bool:
    """Tell whether every macro of a value is known, so that its text is what BibTeX would print."""
    names = (piece.text.lower() for piece in pieces(field) if piece.kind is PieceKind.MACRO)
    return all(name in macros or name in _MONTHS for name in names)


def plain(field: BibField | BibString, macros: Mapping[str, str]) -> str:
    """The text that a value shows: see :func:`raw` and :func:`listlint.text.latex.decode`."""
    return decode(raw(field, macros))


def well_formed(document: Document) -> Callable[[BibEntry], bool]:
    """A function that tells whether no syntax problem touches an entry. Use it through ``ctx.memo``."""
    places = sorted(problem.span.start for block in document.bib for problem in block.problems)

    def untouched(entry: BibEntry) -> bool:
        at = bisect_left(places, entry.span.start)
        return at == len(places) or places[at] > entry.span.end

    return untouched


def blocks(document: Document) -> Sequence[tuple[Entry | None, BibEntry]]:
    """Every reference of the document, in order, with the list entry that owns it. Use it through ``ctx.memo``."""
    owners = {bib.span: entry for entry in document.entries for bib in entry.bib}
    return [(owners.get(bib.span), bib) for block in document.bib for bib in block.entries]
