"""Findings as bytes, for another process or another run that has the same file.

Lines of `MessagePack <https://msgpack.org>`_: reading them runs nothing, unlike pickle, and needs no module more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from listlint.model.diagnostic import Diagnostic, Related, Severity
from listlint.model.edit import Applicability, Edit, Fix, May, Rewrite
from listlint.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from listlint.model.source import Source

_Pair = tuple[int, int]


class _Fix(Struct, frozen=True, array_like=True):
    title: str
    edits: tuple[tuple[_Pair, str], ...]
    applicability: Applicability
    may: int
    guard: _Pair | None
    rewrite: Rewrite | None


class Row(Struct, frozen=True, array_like=True):
    """A finding without its file."""

    code: str
    name: str
    severity: Severity
    message: str
    span: _Pair
    related: tuple[tuple[_Pair, str, str | None], ...]
    fix: _Fix | None
    entry: str | None
    context: str
    group: str | None
    fingerprint: str
    unit: str
    whole: bool


def dump(found: Iterable[Diagnostic]) -> bytes:
    """Findings as bytes, without their files.

    Raises:
        UnicodeEncodeError: one quotes bytes that are no text.
    """
    return msgspec.msgpack.encode(tuple(map(row_of, found)))


def load(content: bytes, source: Source) -> list[Diagnostic]:
    """Findings that were dumped, in the file that they are in.

    Raises:
        msgspec.DecodeError: these are no such bytes.
    """
    return [diagnostic_of(row, source) for row in msgspec.msgpack.decode(content, type=tuple[Row, ...])]


def _pair(span: Span) -> _Pair:
    return span.start, span.end


def row_of(found: Diagnostic) -> Row:
    """A finding, without its file."""
    return Row(
        found.code,
        found.name,
        found.severity,
        found.message,
        _pair(found.span),
        tuple((_pair(one.span), one.message, one.path) for one in found.related),
        None if found.fix is None else _fix_row(found.fix),
        found.entry,
        found.context,
        found.group,
        found.fingerprint,
        found.unit,
        found.whole,
    )


def _fix_row(fix: Fix) -> _Fix:
    edits = tuple((_pair(edit.span), edit.text) for edit in fix.edits)
    guard = None if fix.guard is None else _pair(fix.guard)
    return _Fix(fix.title, edits, fix.applicability, fix.may.value, guard, fix.rewrite)


def diagnostic_of(row: Row, source: Source) -> Diagnostic:
    """The finding in its file."""
    return Diagnostic(
        row.code,
        row.name,
        row.severity,
        row.message,
        source,
        Span(*row.span),
        tuple(Related(Span(*span), message, path) for span, message, path in row.related),
        None if row.fix is None else _fix(row.fix),
        row.entry,
        row.context,
        row.group,
        row.fingerprint,
        row.unit,
        row.whole,
    )


def _fix(row: _Fix) -> Fix:
    edits = tuple(Edit(Span(*span), text) for span, text in row.edits)
    guard = None if row.guard is None else Span(*row.guard)
    return Fix(row.title, edits, row.applicability, May(row.may), guard, row.rewrite)
