"""The table of venues: where works appear, and the forms in which people write it.

Forms are compared word by word after folding: case, accents, punctuation, articles and
prepositions do not count, and a word may be abbreviated as ISO 4 or usage has it, so that a row
needs no abbreviated forms of its own. Years, ordinals, sponsors and "Proceedings of the" are read
as what they are and are no part of a form.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

import msgspec

if TYPE_CHECKING:
    # Modules of rules import this one at the start of every run; what reads texts is loaded with the table.
    from listlint.packs.loader import Tables
    from listlint.packs.venue_glance import Glance
    from listlint.packs.venue_reader import Former as Former  # noqa: PLC0414 - re-exported, for annotations
    from listlint.packs.venue_reader import Index, Kind, Reader
    from listlint.packs.venue_reader import Mention as Mention  # noqa: PLC0414 - as above
    from listlint.packs.venue_reader import Venue as Venue  # noqa: PLC0414 - as above

T = TypeVar("T")

_LONGEST = 600
"""Characters beyond which a text as a whole is no venue."""
_CACHED = 4096
"""Texts whose answers are kept."""


_looks: WeakKeyDictionary[Tables, Glance] = WeakKeyDictionary()


def glance(tables: Tables) -> Glance | None:
    """A look at the table's text, which takes a twentieth of the time to load it; None where it is loaded."""
    if "venues" in tables._loaded:
        return None
    if tables not in _looks:
        from listlint.packs.venue_glance import Glance

        _looks[tables] = Glance(tables)
    return _looks[tables]


class Meaning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Acronyms that need a second look, separated by blanks.

    ``ambiguous`` ones name several venues, so they are known and name none. ``ordinary`` ones are
    also words, models or organisations: in prose they count with a year only.
    """

    ambiguous: str = ""
    ordinary: str = ""


class VenueTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """``rules/tables/venues.toml``.

    A row is ``key = 'ACRONYM | Full name | other form | former form (1988-2017)'``, the acronym is
    ``-`` where there is none. ``words`` leads from an abbreviation to the words that it stands for
    and, behind ``/``, their other abbreviations.
    """

    conference: dict[str, str] = {}
    workshop: dict[str, str] = {}
    journal: dict[str, str] = {}
    preprint: dict[str, str] = {}
    series: dict[str, str] = {}
    book: dict[str, str] = {}
    words: dict[str, str] = {}
    meaning: Meaning = Meaning()

    def __post_init__(self) -> None:
        """Check the form of the rows, so that a bad one is an error of the table's."""
        from listlint.packs.venue_reader import venue_of

        rows = self._rows
        if len({key for key, _, _ in rows}) != len(rows):
            keys = [key for key, _, _ in rows]
            raise ValueError(f"a key stands in two kinds: {next(key for key in keys if keys.count(key) > 1)}")
        for key, kind, row in rows:
            if "|  |" in row or "||" in row or "| |" in row or row.endswith(("|", " ")) or not row.strip(" -|"):
                venue_of(key, kind, row)

    @cached_property
    def _rows(self) -> list[tuple[str, Kind, str]]:
        kinds: tuple[tuple[Kind, dict[str, str]], ...] = (
            ("conference", self.conference),
            ("workshop", self.workshop),
            ("journal", self.journal),
            ("preprint", self.preprint),
            ("series", self.series),
            ("book", self.book),
        )
        return [(key, kind, row) for kind, rows in kinds for key, row in rows.items()]

    @cached_property
    def index(self) -> Index:
        """All forms by their folded words."""
        from listlint.packs.venue_reader import Index

        classes: dict[str, str] = {}
        short: set[str] = set()
        for key, row in self.words.items():
            full, _, others = row.partition("/")
            abbreviations = [key, *others.split()]
            short.update(abbreviations)
            classes.update(dict.fromkeys(abbreviations + full.split(), key))
        return Index(self._rows, classes, frozenset(short))

    @cached_property
    def venues(self) -> dict[str, Venue]:
        """Every venue by its key; slow, for listings and tests."""
        return {key: self.index.venue(number) for number, (key, _, _) in enumerate(self._rows)}

    @cached_property
    def _ambiguous(self) -> frozenset[str]:
        from listlint.packs.venue_words import words

        return frozenset(" ".join(words(word)) for word in self.meaning.ambiguous.split())

    @cached_property
    def _ordinary(self) -> frozenset[str]:
        from listlint.packs.venue_words import words

        return frozenset(" ".join(words(word)) for word in self.meaning.ordinary.split())

    @cached_property
    def _found(self) -> dict[str, Mention | None]:
        return {}

    @cached_property
    def _neighbours(self) -> dict[str, Venue | None]:
        return {}

    def _reader(self, text: str) -> Reader:
        from listlint.packs.venue_reader import Reader

        return Reader(text, self.index, self._ambiguous, self._ordinary)

    def find(self, text: str) -> Mention | None:
        """The venue that a text as a whole names: a BibTeX value, a tag, what stands in brackets.

        Year, ordinal, sponsors, volume, track, place and "Proceedings of the" may stand beside the
        name; None where the text says more than that, or names several venues.
        """
        if len(text) > _LONGEST:
            return None
        if text not in self._found:
            _keep(self._found, text, self._reader(text).whole())
        return self._found[text]

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """The venues that prose names, in order; rather none than a wrong one.

        These are full names of three words and more in capitals, acronyms with a year at them, and
        acronyms in their own spelling that are no ordinary words.
        """
        return tuple(self._reader(text).inside())

    def near(self, text: str) -> Venue | None:
        """The only known venue that a text misspells; None where it is the form of one.

        A name may differ by two edits (insertion, deletion, substitution, transposition of
        neighbours), an acronym by a transposition or, of five letters and more, one edit.
        """
        if len(text) > _LONGEST or self.find(text):
            return None
        if text not in self._neighbours:
            from listlint.packs.venue_near import near

            _keep(self._neighbours, text, near(text, self.index, self._ambiguous))
        return self._neighbours[text]


def _keep(cache: dict[str, T], text: str, found: T) -> None:
    """Remember an answer; a cache that is full starts anew."""
    if len(cache) >= _CACHED:
        cache.clear()
    cache[text] = found
