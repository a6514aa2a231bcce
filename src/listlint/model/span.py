"""Positions in a document, counted in code points."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range ``[start, end)`` of code points in :attr:`Source.text`."""

    start: int
    end: int

    def __contains__(self, offset: object) -> bool:
        """Tell whether an offset lies inside."""
        return isinstance(offset, int) and self.start <= offset < self.end

    def covers(self, other: Span) -> bool:
        """Tell whether ``other`` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end

    @property
    def length(self) -> int:
        """Number of code points."""
        return self.end - self.start
