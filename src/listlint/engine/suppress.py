"""Applies a document's suppression comments to what was found in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from listlint.model.nodes import Directive, DirectiveScope, Document, Suppressions
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from listlint.model.diagnostic import Diagnostic
    from listlint.model.source import Source
    from listlint.model.span import Span

_FAMILY = lazy(r"[A-Za-z]{2,4}\Z")
AWESOME_LINT = {
    "awesome-toc": ("STR006", "STR007"),
    "toc": ("STR006", "STR007"),
    "double-link": ("DUP001",),
    "no-dead-urls": ("NET001",),
    "list-item": ("ENT002", "ENT003", "ENT004", "ENT005", "AWE009"),
    "awesome-list-item": ("ENT002", "ENT003", "ENT004", "ENT005", "AWE009"),
    "match-punctuation": ("AWE010",),
    "no-repeat-punctuation": ("ENT014",),
    "spell-check": ("AWE009",),
    "awesome-spell-check": ("AWE009",),
    "badge": ("AWE001",),
    "awesome-badge": ("AWE001",),
    "heading": ("STR001", "STR002", "AWE002"),
    "awesome-heading": ("STR001", "STR002", "AWE002"),
    "license": ("AWE004",),
    "awesome-license": ("AWE004",),
    "contributing": ("AWE005",),
    "awesome-contributing": ("AWE005",),
    "code-of-conduct": ("AWE006",),
    "no-ci-badge": ("AWE007",),
    "heading-increment": ("STR003",),
    "no-duplicate-headings": ("STR004",),
    "no-duplicate-headings-in-section": ("STR004",),
    "no-undefined-references": ("STR009",),
    "no-unused-definitions": ("STR010",),
    "no-duplicate-definitions": ("STR015",),
    "no-empty-url": ("ENT001",),
    "no-missing-blank-lines": ("STY002",),
    "no-consecutive-blank-lines": ("STY002",),
    "final-newline": ("STY003",),
    "hard-break-spaces": ("STY001",),
    "no-heading-content-indent": ("STY004",),
    "unordered-list-marker-style": ("ENT007",),
    "list-item-bullet-indent": ("ENT007",),
    "list-item-indent": ("ENT007",),
    "no-tabs": ("STY005",),
}
"""awesome-lint's rule names, with and without the prefix ``remark-lint:``, and what they mean here."""


class _Claim(Struct):
    """One rule name of one directive, or the whole of a bare directive."""

    directive: Directive
    written: str | None
    codes: frozenset[str] | None
    """None means every rule"""
    start: int
    end: int
    used: bool = field(default=False)

    def covers(self, code: str, offset: int) -> bool:
        return self.start <= offset < self.end and (self.codes is None or code in self.codes)


def apply(
    document: Document,
    found: Sequence[Diagnostic],
    codes: Callable[[str], frozenset[str]],
    active: frozenset[str],
) -> tuple[list[Diagnostic], Suppressions]:
    """Leave out what the document's directives suppress; say what became of each directive.

    ``codes`` gives the codes that a written name means (a code, a name or a family; empty if it
    means none). A directive for rules that are not ``active`` in this run is never called unused.
    A finding is suppressed where its primary place or any of its related places in the same
    file lies in reach.
    """
    claims, unknown = _claims(document, codes)
    if not claims:
        return list(found), Suppressions(document, (), unknown)
    kept = []
    for diagnostic in found:
        places = [diagnostic.span.start, *(r.span.start for r in diagnostic.related if r.path is None)]
        hits = [claim for claim in claims if any(claim.covers(diagnostic.code, place) for place in places)]
        for claim in hits:
            claim.used = True
        if not hits:
            kept.append(diagnostic)
    unused = tuple(
        (claim.directive, claim.written)
        for claim in claims
        if not claim.used and (claim.codes is None or claim.codes <= active)
    )
    return kept, Suppressions(document, unused, unknown)


def _claims(
    document: Document, codes: Callable[[str], frozenset[str]]
) -> tuple[list[_Claim], tuple[tuple[Directive, str, Span], ...]]:
    claims: list[_Claim] = []
    unknown: list[tuple[Directive, str, Span]] = []
    for position, directive in enumerate(document.directives):
        if directive.unknown is not None:
            if directive.dialect == "listlint":
                unknown.append((directive, directive.unknown, directive.span))
            continue
        if directive.scope is DirectiveScope.ENABLE:
            continue
        later = document.directives[position + 1 :]
        if not directive.rules:
            claims.append(_Claim(directive, None, None, *_reach(document, directive, later, None)))
        for written, span in directive.rules:
            meant = _meant(directive, written, codes)
            if meant:
                claims.append(_Claim(directive, written, meant, *_reach(document, directive, later, meant, codes)))
            elif directive.dialect == "listlint":
                unknown.append((directive, written, span))
    return claims, tuple(unknown)


def _meant(directive: Directive, written: str, codes: Callable[[str], frozenset[str]]) -> frozenset[str]:
    if directive.dialect == "awesome-lint":
        return frozenset(AWESOME_LINT.get(written.removeprefix("remark-lint:"), ()))
    return codes(written)


def _reach(
    document: Document,
    directive: Directive,
    later: Iterable[Directive],
    meant: frozenset[str] | None,
    codes: Callable[[str], frozenset[str]] | None = None,
) -> tuple[int, int]:
    """The offsets from and up to which a directive holds."""
    size = len(document.text) + 1
    if directive.scope is DirectiveScope.FILE:
        return 0, size
    if directive.scope in (DirectiveScope.LINE, DirectiveScope.NEXT_LINE):
        return _line_reach(document.source, directive)
    if directive.scope is DirectiveScope.SECTION:
        section = document.section_at(directive.span.start)
        return section.span.start, max(section.span.end, directive.span.end) + (section.span.end >= size - 1)
    ends = (other for other in later if other.scope is DirectiveScope.ENABLE and other.dialect == directive.dialect)
    for other in ends:
        named = {code for written, _ in other.rules for code in _meant(other, written, codes or _none)}
        if not other.rules or meant is None or meant <= named:
            return directive.span.start, other.span.start
    return directive.span.start, size


def _line_reach(source: Source, directive: Directive) -> tuple[int, int]:
    """The line of a directive, or the next one that has text."""
    first = source.line_index(directive.span.start)
    last = source.line_index(max(directive.span.start, directive.span.end - 1))
    if directive.scope is DirectiveScope.LINE:
        return source.line_starts[first], source.line_span(last).end + 1
    following = last + 1
    while following + 1 < len(source.line_starts) and not source.line(following).strip():
        following += 1
    if following >= len(source.line_starts):
        return len(source.text) + 1, len(source.text) + 1
    return source.line_starts[following], source.line_span(following).end + 1


def _none(_: str) -> frozenset[str]:
    return frozenset()
