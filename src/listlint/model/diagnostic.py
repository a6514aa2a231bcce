"""What a rule found."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from listlint.model.edit import Fix
    from listlint.model.source import Source
    from listlint.model.span import Span


class Severity(Enum):
    """How much it matters to a reader of the list; ordered from the least to the most."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for error."""
        return ("info", "warning", "error").index(self.value)


class Related(Struct, frozen=True):
    """Another place that a finding speaks of; ``path`` is None in the same file."""

    span: Span
    message: str
    path: str | None = None


class Diagnostic(Struct, frozen=True):
    """One occurrence of one defect, with exactly one primary place.

    ``entry`` is the identity of the entry it stands in, if any. ``group`` ties together the
    occurrences that people see as one. ``context`` is what the fingerprint uses where there
    is no entry: the section's anchors from the root.
    """

    code: str
    name: str
    severity: Severity
    message: str
    source: Source
    span: Span
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    entry: str | None = None
    context: str = ""
    group: str | None = None
    fingerprint: str = ""
    unit: str = ""
    """name of the entry where the entry has no identity"""
    whole: bool = False
    """it speaks of the document or its repository, and the place is only where that is shown"""

    @property
    def path(self) -> str:
        """Path of the file, as it is shown."""
        return self.source.path

    @property
    def subject(self) -> tuple[str, str, str]:
        """What it is about, wherever it stands: rule, entry (else its sections), text with white space folded."""
        return self.code, self.entry or f"#{self.context}", " ".join(self.source[self.span].split())
