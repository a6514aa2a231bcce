"""What an entry's text says of its work, looked for when somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.model.nodes import Field, Stated
from listlint.model.span import Span
from listlint.text.identity import identity
from listlint.text.metadata import find_authors, find_date, find_venue, without_urls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from listlint.text.metadata import Found


class TextDetails(Struct):
    """The details of an entry, most of which nobody asks for: rules look at a few, and the export at all."""

    text: str
    """that of the document"""
    start: int
    """where what is said of the work begins, and where it ends"""
    end: int
    columns: Mapping[str, Field]
    """what columns of a table say, or a paragraph below the title"""
    target: str | None
    """where the primary link leads"""

    _found: Stated | None = None

    @property
    def found(self) -> Stated:
        """What columns or the text say of authors, venue and date, looked for once."""
        # A cached property takes a lock, for longer than most texts take.
        if self._found is None:
            prose, columns = without_urls(self.text[self.start : self.end]), self.columns
            self._found = Stated(
                columns.get("authors") or _field(find_authors(prose), self.start),
                columns.get("venue") or _field(find_venue(prose), self.start),
                columns.get("date") or _field(find_date(prose), self.start),
            )
        return self._found

    @property
    def authors(self) -> Field | None:
        """As a column or the text says."""
        return self.found.authors

    @property
    def venue(self) -> Field | None:
        """As a column or the text says."""
        return self.found.venue

    @property
    def date(self) -> Field | None:
        """As a column or the text says."""
        return self.found.date

    @property
    def identity(self) -> str | None:
        """That of the primary link."""
        return None if self.target is None else identity(self.target)


def _field(found: Found | None, start: int) -> Field | None:
    return Field(Span(start + found.start, start + found.end), found.text) if found else None
