"""The table of BibTeX: the types of both dialects, and the fields that each needs and may have.

Facts from the manual of BibTeX ("BibTeXing", 1988, section 3) and from the manual and the default data
model of BibLaTeX (section 2.1).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection

DialectName = Literal["bibtex", "biblatex"]


class EntryType(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ``@type``. Each of ``required`` is a field, or several of which one is needed: ``a|b``."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    """fields, or ``+group``"""


class Alias(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another name of a type; ``gives`` are required fields that the name stands for."""

    type: str
    gives: tuple[str, ...] = ()


class Dialect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """What one dialect knows. All names are in lower case.

    ``general`` are fields that every type may have, ``groups`` names for sets of fields, and
    ``fields`` leads from other names of fields to those that ``types`` use.
    """

    types: dict[str, EntryType]
    general: tuple[str, ...] = ()
    groups: dict[str, tuple[str, ...]] = {}
    aliases: dict[str, Alias] = {}
    fields: dict[str, str] = {}

    def __post_init__(self) -> None:
        """Check that every name leads somewhere, so that a bad one is an error of the table's."""
        unknown = {alias.type for alias in self.aliases.values()} - self.types.keys()
        if unknown:
            raise ValueError(f"aliases of types that are not there: {', '.join(sorted(unknown))}")
        listed = [self.general, *(kind.optional for kind in self.types.values())]
        missing = {name[1:] for names in listed for name in names if name.startswith("+")} - self.groups.keys()
        if missing:
            raise ValueError(f"groups that are not there: {', '.join(sorted(missing))}")

    @cached_property
    def type_names(self) -> frozenset[str]:
        """Every type, under all its names."""
        return frozenset(self.types) | frozenset(self.aliases)

    @cached_property
    def field_names(self) -> frozenset[str]:
        """Every field of any type, under all its names."""
        return frozenset().union(self.fields, self._expanded(self.general), *map(self.fields_of, self.types))

    def type_of(self, kind: str) -> EntryType | None:
        """The type that ``kind`` names, in any case; None where the dialect has none of that name."""
        name = kind.lower()
        alias = self.aliases.get(name)
        return self.types.get(alias.type if alias else name)

    def fields_of(self, kind: str) -> frozenset[str]:
        """The fields that a type needs or may have, without other names; empty where it is unknown."""
        found = self.type_of(kind)
        if found is None:
            return frozenset()
        required = {name for choice in found.required for name in choice.split("|")}
        return frozenset(required) | self._expanded(found.optional) | self._expanded(self.general)

    def lacks(self, kind: str, names: Collection[str]) -> tuple[tuple[str, ...], ...]:
        """The required fields that an entry with fields ``names`` (in any case) does not have.

        Each is a tuple of the alternatives that would do. Nothing is inherited: ``crossref`` is
        the caller's matter. An unknown type lacks nothing.
        """
        found = self.type_of(kind)
        if found is None:
            return ()
        alias = self.aliases.get(kind.lower())
        folded = [name.lower() for name in names]
        have = {*folded, *(self.fields.get(name, name) for name in folded), *(alias.gives if alias else ())}
        choices = [tuple(choice.split("|")) for choice in found.required]
        return tuple(choice for choice in choices if have.isdisjoint(choice))

    def _expanded(self, names: tuple[str, ...]) -> frozenset[str]:
        found: set[str] = set()
        for name in names:
            found.update(self.groups[name[1:]] if name.startswith("+") else (name,))
        return frozenset(found)


class Tools(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fields that programs write and no style reads."""

    fields: tuple[str, ...]


class BibTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """``rules/tables/bibtex.toml``."""

    bibtex: Dialect
    biblatex: Dialect
    tools: Tools

    def dialect(self, name: DialectName) -> Dialect:
        """One of the two dialects."""
        return self.bibtex if name == "bibtex" else self.biblatex

    @cached_property
    def known_fields(self) -> frozenset[str]:
        """Every field that either dialect or a program has, for telling a slip from a field of one's own."""
        return self.bibtex.field_names | self.biblatex.field_names | frozenset(self.tools.fields)
