"""Applies fixes to a file: its text changes where they say, and no other byte does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.model.edit import Rewrite
from listlint.model.errors import ListlintError
from listlint.model.patterns import lazy
from listlint.model.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from listlint.model.edit import Edit, Fix

_LINE_END = lazy(r"\r\n?")
_FORMS = ("\n", "\r\n", "\r")


class RefusedError(Exception):
    """Fixes cannot be applied; the message says why: lower case, no final stop."""


def fault(fix: Fix, text: str) -> str | None:
    """What makes a fix impossible in ``text``, or None: a mistake of its rule."""
    at, size = 0, len(text)
    for (start, end), _ in fix.edits:
        if not 0 <= start <= end <= size:
            return f"its edit {start}–{end} lies outside of the file"
        if start < at:
            return "its edits overlap or are out of order"
        at = end
    if fix.guard is not None and not 0 <= fix.guard.start <= fix.guard.end <= size:
        return f"its guard {fix.guard.start}–{fix.guard.end} lies outside of the file"
    if fix.rewrite is None and not any(text[edit.span.start : edit.span.end] != edit.text for edit in fix.edits):
        return "it changes nothing"
    return None


def in_order(fixes: Iterable[Fix]) -> list[Edit]:
    """The edits of fixes that do not touch one another, by place."""
    # By place alone: insertions of one fix at one place keep their order.
    return sorted((edit for fix in fixes for edit in fix.edits), key=lambda edit: edit.span)


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with ``edits``, which are in order and do not overlap."""
    parts: list[str] = []
    at = 0
    for span, new in edits:
        parts += (text[at : span.start], new)
        at = span.end
    parts.append(text[at:])
    return "".join(parts)


def rewrite(source: Source, fixes: Sequence[Fix]) -> Source:
    """The file with ``fixes``, in its own encoding; every byte outside of the edits stays.

    A new line ending takes the form of those around it.

    Raises:
        RefusedError: the result cannot be written in the file's encoding, would not be read
            as what the edits say, or is no file that listlint reads.
    """
    edits = [edit._replace(text=_LINE_END.sub("\n", edit.text)) for edit in in_order(fixes)]
    wanted = {fix.rewrite for fix in fixes}
    try:
        raw = _raw(source, edits, drop_bom=Rewrite.DROP_BOM in wanted)
        after = Source.from_bytes(raw, source.path)
        if Rewrite.UNIFY_LINE_ENDINGS in wanted:
            after = Source.from_bytes(_unified(after), source.path)
    except UnicodeEncodeError as error:
        raise RefusedError(f"{source.encoding} cannot say {error.object[error.start : error.end]!r}") from error
    except ListlintError as error:
        raise RefusedError(error.message) from error
    if after.text != apply(source.text, edits):
        raise RefusedError("the file would not be read as the text that the fix wants")
    return after


class _Offsets:
    """Byte offsets of ascending text offsets: what has been encoded of a line is not encoded again."""

    def __init__(self, source: Source, errors: str) -> None:
        self.source, self.errors = source, errors
        self.line, self.offset, self.raw = -1, 0, 0
        self.ends: dict[int, str] = {}

    def at(self, offset: int) -> int:
        """The byte offset of a text offset that is not before the last one."""
        source, line = self.source, self.source.line_index(offset)
        start, raw = source.line_starts[line], 0
        if line == self.line:
            start, raw = self.offset, self.raw
        else:
            raw = source.raw_offset(start)
        raw += len(source.text[start:offset].encode(source.encoding, self.errors))
        self.line, self.offset, self.raw = line, offset, raw
        return raw

    def line_end(self, offset: int) -> str:
        """How the line that holds ``offset`` ends, or the one before it if that is the last."""
        line = self.source.line_index(offset)
        if line not in self.ends:
            self.ends[line] = _line_end(self.source, line)
        return self.ends[line]


def _raw(source: Source, edits: Sequence[Edit], *, drop_bom: bool) -> bytes:
    errors = "surrogateescape" if source.encoding == "utf-8" else "strict"
    offsets = _Offsets(source, errors)
    start = len(source.bom) if drop_bom and source.encoding == "utf-8" else 0
    carriage, feed = ("\r".encode(source.encoding), "\n".encode(source.encoding))
    parts: list[bytes] = []

    def add(part: bytes) -> None:
        if part:
            if parts and parts[-1].endswith(carriage) and part.startswith(feed):
                # Two line endings that come together here must not become one.
                parts.append(feed)
            parts.append(part)

    at = start
    for span, text in edits:
        here = max(start, offsets.at(span.start))
        add(source.raw[at:here])
        new = text.replace("\n", offsets.line_end(span.start)) if "\n" in text else text
        add(new.encode(source.encoding, errors))
        at = max(here, offsets.at(span.end))
    add(source.raw[at:])
    return b"".join(parts)


def _line_end(source: Source, index: int) -> str:
    if index + 1 == len(source.line_starts):
        index -= 1
    if index < 0:
        return "\n"
    end = source.line_starts[index + 1]
    raw = source.raw[source.raw_offset(end - 1) : source.raw_offset(end)]
    return next((form for form in _FORMS if form.encode(source.encoding) == raw), "\n")


def _unified(source: Source) -> bytes:
    """The file with the form of line ending that most of its lines have; the first of equals."""
    offsets = [source.raw_offset(start) for start in source.line_starts[1:]]
    ends = [source.raw_offset(start - 1) for start in source.line_starts[1:]]
    used = [source.raw[a:b] for a, b in zip(ends, offsets, strict=True)]
    if not used:
        return source.raw
    best = max(dict.fromkeys(used), key=used.count)
    parts: list[bytes] = []
    at = 0
    for end, offset in zip(ends, offsets, strict=True):
        parts += (source.raw[at:end], best)
        at = offset
    return b"".join((*parts, source.raw[at:]))
