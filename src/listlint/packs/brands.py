"""The table of brands: how names of products, languages and formats are written."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Collection

WORD = lazy(r"[A-Za-z0-9]+")
"""What a form begins with, as :meth:`BrandTable.wanting` wants the words of a text."""


class BrandTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """``rules/tables/brands.toml``: rows of names, names that may be lower case, and other forms of names."""

    names: dict[str, str] = {}
    plain: dict[str, str] = {}
    forms: dict[str, str] = {}

    @cached_property
    def _right(self) -> dict[str, str]:
        """The right form by the form in lower case."""
        return {name.lower(): name for row in self.names.values() for name in row.split()}

    @cached_property
    def _plain(self) -> frozenset[str]:
        return frozenset(name.lower() for row in self.plain.values() for name in row.split())

    @cached_property
    def _other(self) -> dict[str, str]:
        return {form.strip(): name for name, forms in self.forms.items() for form in forms.split(",")}

    @cached_property
    def _folded(self) -> tuple[str, ...]:
        """Everything that may be a misspelling, in lower case, longer ones first."""
        forms = {*self._right, *(form.lower() for form in self._other)}
        return tuple(sorted(forms, key=lambda form: (-len(form), form)))

    @cached_property
    def _starts(self) -> tuple[tuple[str, str], ...]:
        """With each of those the first word in it."""
        return tuple((match[0] if (match := WORD.search(form)) else "", form) for form in self._folded)

    def wanting(self, words: Collection[str]) -> tuple[str, ...]:
        """The forms, in lower case, that are perhaps not written right in a text of which these are the words.

        ``words`` are the runs of ASCII letters and digits, as they are written.
        """
        folded = {"", *(word.lower() for word in words)}
        wrong = {word.lower() for word in words if self.right(word) is not None}
        return tuple(form for start, form in self._starts if start in folded and (form != start or form in wrong))

    def places(self, text: str, forms: Collection[str]) -> list[tuple[int, int]]:
        """Where these forms stand in a text, in whatever case, in order: ask :meth:`right` of each."""
        folded = text.lower()
        if len(folded) != len(text):
            folded = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
        found: dict[int, int] = {}
        for form in forms:
            at = folded.find(form)
            while at >= 0:
                found.setdefault(at, at + len(form))
                at = folded.find(form, at + len(form))
        places: list[tuple[int, int]] = []
        for start in sorted(found):
            if not places or start >= places[-1][1]:
                places.append((start, found[start]))
        return places

    def right(self, written: str) -> str | None:
        """The right form of what is written; None if it is right, or all in capitals, or no name."""
        if written in self._other:
            return self._other[written]
        folded = written.lower()
        name = self._right.get(folded)
        if name is None or written in {name, name.upper()} or (written == folded and folded in self._plain):
            return None
        return name
