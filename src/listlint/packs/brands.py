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
    def _starts(self) -> dict[bytes, list[str]]:
        """Everything that may be a misspelling, in lower case, by the first word in it, "" where it has none."""
        starts: dict[bytes, list[str]] = {}
        for form in {*self._right, *(form.lower() for form in self._other)}:
            first = next(iter(words_of(form)), b"")
            starts.setdefault(first, []).append(form)
        return starts

    def wanting(self, words: Collection[bytes]) -> Mapping[bytes, tuple[str, ...]]:
        """The forms that are perhaps not written right in a text of which these are the :func:`words_of`.

        They stand below the words with which they begin there, and below "" if they begin with none: what is not one
        such word, in lower case.
        """
        starts = self._starts
        found: dict[bytes, tuple[str, ...]] = {}
        for written in {b"", *words}:
            if forms := starts.get(written.lower()):
                word = written.decode()
                kept = [form for form in forms if form != word.lower()]
                if self.right(word) is not None:
                    kept.append(word)
                if kept:
                    found[written] = tuple(kept)
        return found

    def places(self, text: str, forms: Collection[str]) -> list[tuple[int, int]]:
        """Where these forms that a text is :meth:`wanting` stand in it, in order: ask :meth:`right` of each."""
        found: dict[int, int] = {}
        for form in forms:
            where = text if form.isascii() and form.isalnum() else _lower(text)
            at = where.find(form)
            while at >= 0:
                found[at] = max(found.get(at, 0), at + len(form))
                at = where.find(form, at + len(form))
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


def _lower(text: str) -> str:
    """A text in lower case, in which everything keeps its place."""
    folded = text.lower()
    if len(folded) != len(text):
        folded = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return folded
