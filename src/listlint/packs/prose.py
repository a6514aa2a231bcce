"""The table of running text: words that are never meant twice, names that begin with a small letter."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable


class ProseTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """``rules/tables/prose.toml``: rows of words by a name, in four parts."""

    repeated: dict[str, str] = {}
    verbs: dict[str, str] = {}
    context: dict[str, str] = {}
    lower_case: dict[str, str] = {}

    @cached_property
    def never_twice(self) -> frozenset[str]:
        """Words that are not meant twice in a row."""
        return _words(self.repeated.values())

    @cached_property
    def trailing(self) -> frozenset[str]:
        """Those of them that may end a verb or a clause."""
        return _words([self.repeated.get("trailing", "")])

    @cached_property
    def doubtful(self) -> frozenset[str]:
        """Those of them that other languages have too, and have twice."""
        return _words([self.context.get("doubtful", "")])

    @cached_property
    def english(self) -> frozenset[str]:
        """Words that make a text English."""
        return _words([self.context.get("english", "")])

    @cached_property
    def foreign(self) -> frozenset[str]:
        """Words that make a title one of another language."""
        return _words([self.context.get("foreign", "")])

    @cached_property
    def phrasal(self) -> frozenset[str]:
        """Words to which a trailing word may belong."""
        return _words([self.verbs.get("phrasal", "")])

    @cached_property
    def clause(self) -> frozenset[str]:
        """Words that begin a clause which may end in `is`."""
        return _words([self.verbs.get("clause", "")])

    @cached_property
    def opening(self) -> frozenset[str]:
        """Words with which a description goes on with what the title began."""
        return _words([self.verbs.get("opening", "")])

    @cached_property
    def small(self) -> frozenset[str]:
        """Names that begin with a small letter, and particles of names."""
        return _words(self.lower_case.values())


def _words(rows: Iterable[str]) -> frozenset[str]:
    return frozenset(word for row in rows for word in row.split())
