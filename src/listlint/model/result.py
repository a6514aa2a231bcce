"""What a run found: the one thing that every report format renders."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

from listlint.model.diagnostic import Severity
from listlint.model.source import Position

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from listlint.model.diagnostic import Diagnostic, Related
    from listlint.model.edit import Applicability
    from listlint.model.errors import ListlintError
    from listlint.model.source import Source
    from listlint.model.span import Span

CATALOGUE_URL = "https://github.com/listlint/listlint/blob/main/rules/README.md"
"""Where the rules are documented; every finding links into it."""
OTHERS_URL = "https://github.com/listlint/listlint/blob/main/docs/plugins.md"
"""Where it is said what rules are that others wrote."""
PATTERNS_URL = "https://github.com/listlint/listlint/blob/main/docs/patterns.md"
"""Where it is said what the rules are that a configuration makes of patterns."""
FAMILIES = frozenset({"STR", "ENT", "URL", "NET", "DUP", "BIB", "MET", "ENC", "AWE", "STY", "SUP", "PAT"})
"""The families of our own rules; others must not take these letters."""
CRASH_CODE = "SUP000"
"""The finding that stands for a rule that crashed: a bug, so the run fails whatever it found."""


def rule_url(code: str, name: str) -> str:
    """Address of a rule's documentation."""
    if code and code.rstrip("0123456789") not in FAMILIES:
        return OTHERS_URL
    return f"{CATALOGUE_URL}#{code.lower()}-{name.lower()}"


class RuleText(Struct, frozen=True):
    """What a report may say of a rule beside its findings; ``full``, ``help`` and ``markdown`` have several lines.

    ``precision`` is one of ``very-high``, ``high``, ``medium``, ``low``.
    """

    code: str
    name: str
    severity: Severity
    short: str
    full: str
    help: str
    markdown: str
    precision: str = "medium"
    tags: tuple[str, ...] = ()


def reading_order(diagnostic: Diagnostic) -> tuple[str, int, int, str, str]:
    """Sort key of findings: path, place, code, message."""
    return (diagnostic.path, *diagnostic.span, diagnostic.code, diagnostic.message)


class Place(NamedTuple):
    """A place as people read it; ``end`` is exclusive."""

    path: str
    start: Position
    end: Position


class Result(Struct, frozen=True):
    """Findings in reading order, what kept files from being checked, and what was looked at.

    ``errors`` are files that could not be checked, ``notices`` what the user should know beside
    the findings. ``sources`` maps the shown path of each file that a related place names to its
    content; the files of the findings themselves need not be in it. ``fail_on`` is the least
    severity that fails the run, None if none does. ``paths`` are the shown paths of all files that
    were checked, with findings or without. ``known`` is the number of findings that were left out
    because they are known; None if nothing was compared. ``failures`` fail the run, though they are
    findings in no file.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    errors: tuple[ListlintError, ...] = ()
    notices: tuple[str, ...] = ()
    files: int = 0
    entries: int = 0
    links: int = 0
    sources: Mapping[str, Source] = field(default_factory=dict)
    fail_on: Severity | None = Severity.WARNING
    paths: tuple[str, ...] = ()
    known: int | None = None
    failures: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[Severity, int]:
        """Number of findings by severity, the gravest first, zeros included."""
        counts = dict.fromkeys(reversed(Severity), 0)
        for diagnostic in self.diagnostics:
            counts[diagnostic.severity] += 1
        return counts

    def fixable(self, applicability: Applicability) -> int:
        """Number of findings whose fix has exactly this applicability."""
        return sum(d.fix is not None and d.fix.applicability is applicability for d in self.diagnostics)

    @property
    def exit_code(self) -> int:
        """2 if something could not be checked or a rule crashed, 1 if findings or failures fail the run, else 0."""
        if self.errors or any(d.code == CRASH_CODE for d in self.diagnostics):
            return 2
        if self.failures:
            return 1
        threshold = self.fail_on
        return int(threshold is not None and any(d.severity.rank >= threshold.rank for d in self.diagnostics))

    def source_of(self, diagnostic: Diagnostic, related: Related) -> Source | None:
        """The file of a related place; None if it is not at hand."""
        if related.path is None or related.path == diagnostic.path:
            return diagnostic.source
        return self.sources.get(related.path)

    def place_of(self, diagnostic: Diagnostic, related: Related) -> Place:
        """Where a related place is; the start of its file if that file is not at hand."""
        source = self.source_of(diagnostic, related)
        if source is None:
            return Place(related.path or diagnostic.path, Position(1, 1), Position(1, 1))
        return place(source, related.span)


def place(source: Source, span: Span) -> Place:
    """Where a span is, in lines and columns."""
    return Place(source.path, source.position(span.start), source.position(span.end))


class Group(NamedTuple):
    """Findings that people see as one; ``first`` stands for all of them."""

    first: Diagnostic
    members: tuple[Diagnostic, ...]


def grouped(diagnostics: Iterable[Diagnostic]) -> list[Group]:
    """Gather findings of one file, code and ``group``, in the order of each group's first."""
    groups: dict[object, list[Diagnostic]] = {}
    for number, diagnostic in enumerate(diagnostics):
        key = number if diagnostic.group is None else (diagnostic.path, diagnostic.code, diagnostic.group)
        groups.setdefault(key, []).append(diagnostic)
    return [Group(members[0], tuple(members)) for members in groups.values()]
