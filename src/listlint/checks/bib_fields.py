"""What the rules on fields of BibTeX share: empty values, entries to be filled in, misspelt names."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from listlint.checks.bib import field
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from listlint.model.nodes import BibEntry, BibField, Document
    from listlint.packs.bibtex import BibTable

_NOTHING = lazy(r"[\s{}\"]*+\Z")
_PLACEHOLDER = lazy(
    r"[.…]++|<.*>|\[.*\]|x{2,}+|todo|tbd|\?++|(?:your|the|paper|full|some|insert)?\s*+(?:paper|author|title|name)s?(?:\s++(?:of|here|name|title|list)\b.*)?",
    re.IGNORECASE | re.DOTALL,
)
"""What stands where a title or a name is to be filled in."""
_LONGEST = 60
_SHORT = 3
"""Letters of a name up to which another letter makes another word (`uri` is not `url`)."""
_OWN = frozenset({"annot", "data", "dates", "issued", "node", "notes", "published"})
"""Names that are one edit away from a known field and are no slips."""
_MINE = 3
"""References with a field from which on it is the list's own."""


def is_empty(one: BibField) -> bool:
    """Tell whether a value is there and says nothing: ``{}``, ``""``, ``{{ }}``."""
    return one.value[:1] in {"{", '"'} and _NOTHING.match(one.value) is not None


def is_reference(entry: BibEntry, table: BibTable) -> bool:
    """Tell whether an entry is BibTeX at all: its type or one of its fields is known.

    Other languages have `@word {…}` too, and code without a language is read by how it starts.
    """
    if any(entry.kind.lower() in dialect.type_names for dialect in (table.bibtex, table.biblatex)):
        return True
    return any(one.name.lower() in table.known_fields for one in entry.fields)


def is_template(entry: BibEntry) -> bool:
    """Tell whether an entry is there to be filled in: neither its title nor its authors say anything."""
    if entry.fields and all(map(is_empty, entry.fields)):
        return True
    named = [one for one in (field(entry, "title"), field(entry, "author", "editor")) if one is not None]
    return bool(named) and all(_is_placeholder(one) for one in named)


def _is_placeholder(one: BibField) -> bool:
    text = one.value.strip('{}" \n\t')
    return is_empty(one) or (len(text) <= _LONGEST and _PLACEHOLDER.fullmatch(text) is not None)


class Slips:
    """Finds the misspelt fields of a document's references.

    Use it through ``ctx.memo``: it keeps what it worked out.
    """

    def __init__(self, document: Document) -> None:
        self.uses = Counter(
            name
            for block in document.bib
            for entry in block.entries
            for name in {one.name.lower() for one in entry.fields}
        )
        """in how many references each field stands, by name in lower case"""
        self._fields: dict[str, frozenset[str]] = {}
        self._near: dict[tuple[str, str], tuple[str, ...]] = {}

    def of(self, entry: BibEntry, table: BibTable) -> list[tuple[BibField, str]]:
        """The fields that are one edit away from one that the entry's type has and that it lacks, with that one.

        A letter in front marks a field that is switched off (``xdoi``), a digit or a sign one of several
        (``url2``); both are meant. So is what several references have, unless the type needs the other.
        """
        unknown = [one for one in entry.fields if one.name.lower() not in table.known_fields]
        if not unknown:
            return []
        have = {one.name.lower() for one in entry.fields}
        found = []
        for one in unknown:
            name = one.name.lower()
            near = [other for other in self._candidates(name, entry.kind.lower(), table) if other not in have]
            if len(near) != 1:
                continue
            if self.uses[name] < _MINE or near[0] in required(entry.kind, table):
                have.add(near[0])
                found.append((one, near[0]))
        return found

    def _candidates(self, name: str, kind: str, table: BibTable) -> tuple[str, ...]:
        if kind not in self._fields:
            self._fields[kind] = _shown(kind, table)
        if (name, kind) not in self._near:
            near = () if name in _OWN else sorted(other for other in self._fields[kind] if is_slip(name, other))
            self._near[name, kind] = tuple(near)
        return self._near[name, kind]


def required(kind: str, table: BibTable) -> frozenset[str]:
    """The fields that a type needs in either dialect, alternatives included."""
    types = (dialect.type_of(kind) for dialect in (table.bibtex, table.biblatex))
    return frozenset(name for one in types if one for choice in one.required for name in choice.split("|"))


def _shown(kind: str, table: BibTable) -> frozenset[str]:
    """The fields that a slip may stand for: those that bibliographies show, of the type where it is known."""
    dialects = (table.bibtex, table.biblatex)
    shown = table.bibtex.field_names.union(*(required(one, table) for one in table.biblatex.types))
    known = frozenset[str]().union(*(dialect.fields_of(kind) for dialect in dialects))
    return (shown & (known | frozenset(table.biblatex.fields))) if known else shown


def is_slip(written: str, meant: str) -> bool:
    """Tell whether two names are one slip apart: a letter more, less, another one, or two that changed places.

    Names of up to three letters are told apart by anything but a change of places; a sign, a digit,
    or a letter in front is no slip.
    """
    if abs(len(written) - len(meant)) > 1 or written == meant:
        return False
    start = 0
    while start < min(len(written), len(meant)) and written[start] == meant[start]:
        start += 1
    one, other = written[start:], meant[start:]
    if len(one) == len(other) and one[:2] == other[1::-1] and one[2:] == other[2:]:
        return True
    if len(meant) <= _SHORT:
        return False
    if len(one) > len(other):
        return start > 0 and one[1:] == other and one[0].isalpha()
    if len(one) < len(other):
        return one == other[1:]
    return one[1:] == other[1:] and one[0].isalpha()
