"""The table of capitals: words of titles that a style of BibTeX must not put into lower case."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import msgspec

from listlint.model.patterns import lazy

_WORD = lazy(r"[^\W_]+")


class Capital(NamedTuple):
    """A word or name as it is written inside a sentence.

    ``words`` are its parts without hyphens, in lower case. ``own`` says that only its own case means it.
    """

    text: str
    words: tuple[str, ...]
    own: bool


class Ordinary(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that have another meaning, or nothing wrong, in lower case."""

    words: str = ""


class CapitalTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """``rules/tables/capitals.toml``; rows are words separated by blanks."""

    acronyms: dict[str, str] = {}
    names: dict[str, str] = {}
    models: dict[str, str] = {}
    ordinary: Ordinary = Ordinary()

    @cached_property
    def _by_first(self) -> dict[str, list[Capital]]:
        """Capitals by their first word, the longest first."""
        own = set(self.ordinary.words.split())
        plural = {f"{word}s" for row in self.acronyms.values() for word in row.split() if word[-1:].isupper()}
        rows = (row for table in (self.acronyms, self.names, self.models) for row in table.values())
        found: dict[str, list[Capital]] = {}
        for text in {word for row in rows for word in row.split()} | plural:
            words = tuple(_WORD.findall(text.lower()))
            found.setdefault(words[0], []).append(Capital(text, words, text in own or text[:-1] in own))
        for capitals in found.values():
            capitals.sort(key=lambda capital: (-len(capital.words), capital.text))
        return found

    def starting(self, word: str) -> list[Capital]:
        """The capitals whose first part is ``word`` (in lower case), longer ones first."""
        return self._by_first.get(word, [])
