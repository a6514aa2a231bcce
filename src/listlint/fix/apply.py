"""Applies fixes to a text: which ones go together, and what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.model.edit import Applicability, Edit, Fix, Rewrite
from listlint.model.source import Source
from listlint.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def select(fixes: Iterable[tuple[str, Fix]], threshold: Applicability) -> list[Fix]:
    """The fixes of at least this applicability that can be applied in one pass.

    ``fixes`` are (code, fix) pairs. A fix is atomic; the first by place and code wins, and one
    that touches an edit or a guard of a chosen one waits for the next pass.
    """
    wanted = [(code, fix) for code, fix in fixes if fix.applicability.at_least(threshold)]
    wanted.sort(key=lambda pair: (pair[1].edits[0].span if pair[1].edits else Span(0, 0), pair[0]))
    taken: list[Span] = []
    chosen: list[Fix] = []
    rewrites: set[Rewrite] = set()
    for _, fix in wanted:
        claims = [edit.span for edit in fix.edits] + ([fix.guard] if fix.guard else [])
        if any(_touch(claim, other) for claim in claims for other in taken[-_NEAR:]) or fix.rewrite in rewrites:
            continue
        taken.extend(claims)
        if fix.rewrite:
            rewrites.add(fix.rewrite)
        chosen.append(fix)
    return chosen


_NEAR = 256
"""Claims before the current one that can still reach it; fixes are sorted by place."""


def _touch(a: Span, b: Span) -> bool:
    return a.start <= b.end and b.start <= a.end


def apply(text: str, fixes: Sequence[Fix]) -> str:
    """The text with the edits of ``fixes``, which must not overlap."""
    edits: list[Edit] = sorted(edit for fix in fixes for edit in fix.edits)
    parts: list[str] = []
    at = 0
    for span, new in edits:
        parts += (text[at : span.start], new)
        at = span.end
    parts.append(text[at:])
    return "".join(parts)


def rewrite(source: Source, fixes: Sequence[Fix]) -> Source:
    """A new source with ``fixes`` applied, in the file's own encoding and line endings."""
    text = apply(source.text, fixes)
    wanted = {fix.rewrite for fix in fixes}
    raw = text.encode("utf-8", "surrogateescape")
    if b"\r\n" in source.raw and source.raw.count(b"\r\n") * 2 > source.raw.count(b"\n"):
        raw = raw.replace(b"\n", b"\r\n")
    if source.bom and Rewrite.DROP_BOM not in wanted and source.encoding == "utf-8":
        raw = source.bom + raw
    return Source.from_bytes(raw, source.path)
