"""The table of brands: how names of products, languages and formats are written."""

from __future__ import annotations

from functools import cached_property
from string import ascii_letters, digits
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_BLANKED = bytes(byte if chr(byte) in ascii_letters + digits else ord(" ") for byte in range(256))
"""Parts the words of a text, byte by byte."""


def words_of(text: str) -> list[bytes]:
    """The runs of ASCII letters and digits in a text, as they are written."""
    # An expression would take four times as long.
    return text.encode(errors="replace").translate(_BLANKED).split()


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
    def _starts(self) -> dict[bytes, list[str]]:
        """Those by the first word in them, "" where they have none."""
        starts: dict[bytes, list[str]] = {}
        for form in self._folded:
            first = next(iter(words_of(form)), b"")
            starts.setdefault(first, []).append(form)
        return starts

    def wanting(self, words: Collection[bytes]) -> Mapping[bytes, tuple[str, ...]]:
        """The forms, in lower case, that are perhaps not written right in a text of these :func:`words_of` it.

        They stand below the words with which they begin there, and below "" if they begin with none.
        """
        starts = self._starts
        found: dict[bytes, tuple[str, ...]] = {}
        for written in {b"", *words}:
            if forms := starts.get(written.lower()):
                word = written.decode()
                folded, wrong = word.lower(), self.right(word) is not None
                if kept := tuple(form for form in forms if form != folded or wrong):
                    found[written] = kept
        return found

    def places(self, text: str, forms: Collection[str]) -> list[tuple[int, int]]:
        """Where these forms stand in a text, in whatever case, in order: ask :meth:`right` of each."""
        folded = text.lower()
        if len(folded) != len(text):
            folded = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
        found: dict[int, int] = {}
        for form in forms:
            at = folded.find(form)
            while at >= 0:
                found[at] = max(found.get(at, 0), at + len(form))
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
