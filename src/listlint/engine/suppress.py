"""Applies a document's suppression comments to what was found in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from msgspec import Struct, field

from listlint.engine import awesome_lint
from listlint.model.nodes import Directive, DirectiveScope, Document, Suppressions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from listlint.model.diagnostic import Diagnostic
    from listlint.model.source import Source
    from listlint.model.span import Span


class _Claim(Struct):
    """One rule name of one directive, or the whole of a bare directive."""

    directive: Directive
    written: str | None
    codes: frozenset[str] | None
    """None means every rule"""
    start: int
    end: int
    used: bool = field(default=False)


class _Reach(Struct):
    """Where the directives for one code hold: stretches that do not touch, in order."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def add(self, start: int, end: int) -> None:
        """Add a stretch; those before begin no later."""
        if not self.ends or start > self.ends[-1]:
            self.starts.append(start)
            self.ends.append(end)
        else:
            self.ends[-1] = max(self.ends[-1], end)

    def has(self, offset: int) -> bool:
        index = bisect_right(self.starts, offset) - 1
        return index >= 0 and offset < self.ends[index]


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
    places = [(one.span.start, *(r.span.start for r in one.related if r.path is None)) for one in found]
    reach = _use(claims, [(one.code, place) for one, own in zip(found, places, strict=True) for place in own])
    kept = [
        one
        for one, own in zip(found, places, strict=True)
        if not any(reach[code].has(place) for code in (one.code, None) if code in reach for place in own)
    ]
    unused = tuple(
        (claim.directive, claim.written)
        for claim in claims
        if not claim.used and (claim.codes is None or claim.codes <= active)
    )
    return kept, Suppressions(document, unused, unknown)


def _use(claims: Sequence[_Claim], places: Sequence[tuple[str, int]]) -> dict[str | None, _Reach]:
    """Note which claims have one of the places of findings; give the reach of claims for each code, and for all."""
    offsets: dict[str | None, list[int]] = {None: sorted(place for _, place in places)}
    for code, place in sorted(places):
        offsets.setdefault(code, []).append(place)
    reach: dict[str | None, _Reach] = {}
    for claim in sorted(claims, key=lambda one: one.start):
        for key in (None,) if claim.codes is None else claim.codes & offsets.keys():
            at = bisect_left(offsets[key], claim.start)
            if at < len(offsets[key]) and offsets[key][at] < claim.end:
                claim.used = True
                reach.setdefault(key, _Reach()).add(claim.start, claim.end)
    return reach


class _Ends(Struct):
    """Where the next ``enable`` of a dialect stands, seen from behind: for each code, for all, and of any kind."""

    by_code: dict[str, int] = field(default_factory=dict)
    bare: int | None = None
    any: int | None = None

    def add(self, start: int, named: Sequence[frozenset[str]]) -> None:
        """Note an ``enable`` that stands before all that were noted, with what each of its names means."""
        self.any = start
        self.bare = self.bare if named else start
        for codes in named:
            self.by_code.update(dict.fromkeys(codes, start))

    def of(self, meant: frozenset[str] | None, dialect: str) -> int | None:
        """Where a block ends: all its codes are enabled again there; None if nowhere.

        A block of all rules ends at any ``enable`` of ours, and at one without names of awesome-lint.
        """
        if meant is None:
            return self.any if dialect == "listlint" else self.bare
        ends = [self.by_code.get(code) for code in meant]
        named = None if None in ends else max((end for end in ends if end is not None), default=None)
        return min((end for end in (named, self.bare) if end is not None), default=None)


def _claims(
    document: Document, codes: Callable[[str], frozenset[str]]
) -> tuple[list[_Claim], tuple[tuple[Directive, str, Span], ...]]:
    """What each directive claims, and the names that mean nothing, both in order."""
    claims: list[_Claim] = []
    unknown: list[tuple[Directive, str, Span]] = []
    ends: dict[str, _Ends] = {}
    for directive in reversed(document.directives):
        ours = directive.dialect == "listlint"
        end = ends.setdefault(directive.dialect, _Ends())
        if directive.unknown is not None:
            if ours:
                unknown.append((directive, directive.unknown, directive.span))
            continue
        if directive.scope is DirectiveScope.ENABLE:
            end.add(directive.span.start, [_meant(directive, written, codes) for written, _ in directive.rules])
            continue
        if not directive.rules:
            claims.append(_Claim(directive, None, None, *_reach(document, directive, end.of(None, directive.dialect))))
        for written, span in reversed(directive.rules):
            meant = _meant(directive, written, codes)
            if meant:
                reach = _reach(document, directive, end.of(meant, directive.dialect))
                claims.append(_Claim(directive, written, meant, *reach))
            elif ours:
                unknown.append((directive, written, span))
    return claims[::-1], tuple(reversed(unknown))


def _meant(directive: Directive, written: str, codes: Callable[[str], frozenset[str]]) -> frozenset[str]:
    return awesome_lint.codes(written) if directive.dialect == "awesome-lint" else codes(written)


def _reach(document: Document, directive: Directive, end: int | None) -> tuple[int, int]:
    """The offsets from and up to which a directive holds; ``end`` is where a block of it is ended."""
    size = len(document.text) + 1
    if directive.scope is DirectiveScope.FILE:
        return 0, size
    if directive.dialect == "awesome-lint" and directive.scope is DirectiveScope.NEXT_LINE:
        return awesome_lint.ignored(document, directive)
    if directive.scope in (DirectiveScope.LINE, DirectiveScope.NEXT_LINE):
        return _line_reach(document.source, directive)
    if directive.scope is DirectiveScope.SECTION:
        section = document.section_at(directive.span.start)
        return section.span.start, max(section.span.end, directive.span.end) + (section.span.end >= size - 1)
    return directive.span.start, size if end is None else end


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
