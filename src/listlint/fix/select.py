"""Chooses the fixes of one pass: those that do not touch one another."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from listlint.model.diagnostic import Diagnostic
    from listlint.model.edit import Fix, Rewrite


class Choice(Struct, frozen=True, eq=False):
    """Findings whose fixes go together, and what the others have to wait for.

    ``chosen`` holds each fix once, ``shared`` the further findings that bring one of those fixes
    again (it repairs them too), ``deferred`` those that touch a chosen fix.
    """

    chosen: tuple[Diagnostic, ...] = ()
    shared: tuple[Diagnostic, ...] = ()
    deferred: tuple[Diagnostic, ...] = ()


class _Intervals:
    """Spans that do not touch each other, in order: what is added to touching ones is merged with them."""

    __slots__ = ("ends", "starts")

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []

    def touch(self, span: Span) -> bool:
        """Tell whether any of them shares a code point or a border with ``span``."""
        last = bisect_right(self.starts, span.end) - 1
        return last >= 0 and self.ends[last] >= span.start

    def add(self, span: Span) -> None:
        """Take ``span`` in."""
        first, last = bisect_left(self.ends, span.start), bisect_right(self.starts, span.end)
        start, end = span
        if first < last:
            start, end = min(start, self.starts[first]), max(end, self.ends[last - 1])
        self.starts[first:last] = [start]
        self.ends[first:last] = [end]


def select(found: Iterable[Diagnostic]) -> Choice:
    """Choose the fixes of one pass among those that findings bring; each is taken whole or not at all.

    The first by place, then by code, wins. A fix waits for the next pass if one of its edits
    touches an edit or the guard of a chosen one, or its guard an edit; adjoining counts as touching.
    Guards may share their place: two fixes that were computed from one text do not disturb it.
    """
    edits, guards = _Intervals(), _Intervals()
    rewrites: set[Rewrite] = set()
    chosen: list[Diagnostic] = []
    shared: list[Diagnostic] = []
    deferred: list[Diagnostic] = []
    taken: set[tuple[object, ...]] = set()
    for fix, diagnostic in sorted(((d.fix, d) for d in found if d.fix), key=_order):
        content = (fix.edits, fix.rewrite)
        if content in taken:
            shared.append(diagnostic)
            continue
        spans = [edit.span for edit in fix.edits]
        waits = fix.rewrite in rewrites or (fix.guard is not None and edits.touch(fix.guard))
        if waits or any(edits.touch(span) or guards.touch(span) for span in spans):
            deferred.append(diagnostic)
            continue
        for span in spans:
            edits.add(span)
        if fix.guard is not None:
            guards.add(fix.guard)
        if fix.rewrite is not None:
            rewrites.add(fix.rewrite)
        taken.add(content)
        chosen.append(diagnostic)
    return Choice(tuple(chosen), tuple(shared), tuple(deferred))


def _order(pair: tuple[Fix, Diagnostic]) -> tuple[Span, str, Span, tuple[object, ...]]:
    fix, diagnostic = pair
    return fix.edits[0].span if fix.edits else Span(0, 0), diagnostic.code, diagnostic.span, fix.edits
