"""What fixing changes, as a unified diff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.report.sanitise import sanitise
from listlint.report.style import Ink, Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.model.edit import Fix
    from listlint.model.outcome import Outcome
    from listlint.model.source import Source

_INKS = {"+": Ink.HELP, "-": Ink.ERROR, "@": Ink.NOTE}
_QUOTED = {byte: f"\\{byte:03o}".encode() for byte in (*range(0x20), 0x7F)} | {0x22: rb"\"", 0x5C: rb"\\"}
_NO_LINE_END = "\\ No newline at end of file"


def patch(outcome: Outcome) -> bytes:
    """The change as ``git apply`` and ``patch`` read it, byte for byte; empty where there is none.

    The form is that of the unified format of GNU diffutils, with git's marks of old and new side.
    """
    return b"".join(_lines(outcome))


def shown(outcome: Outcome, style: Style) -> Iterator[str]:
    """The change as lines for people: coloured, and without characters that act."""
    for line in _lines(outcome):
        text = line.decode("utf-8", "surrogateescape").removesuffix("\n")
        head = text[:3] in {"---", "+++"}
        ink = Ink.STRONG if head else _INKS.get(text[:1])
        # A carriage return before the line end is how the file ends its lines, not a change to see.
        safe = sanitise(text.removesuffix("\r"))
        yield style(ink, safe) if ink else safe


def _lines(outcome: Outcome) -> Iterator[bytes]:
    from difflib import diff_bytes, unified_diff  # here, for only a preview needs it

    if not outcome.changed:
        return
    before, after = _split(outcome.before), _split(outcome.after)
    path = outcome.before.path.encode("utf-8", "surrogateescape")
    for line in diff_bytes(unified_diff, before, after, _name(b"a/" + path), _name(b"b/" + path)):
        if line.endswith(b"\n"):
            yield line
        else:
            yield line + b"\n"
            yield _NO_LINE_END.encode() + b"\n"


def _name(path: bytes) -> bytes:
    """A path in a header as git writes it: quoted as in C where it has to be, a tab behind one with blanks."""
    if any(byte < 0x20 or byte == 0x7F or byte in b'"\\' for byte in path):
        return b'"' + b"".join(_QUOTED.get(byte, bytes([byte])) for byte in path) + b'"'
    return path + b"\t" if b" " in path else path


def _split(source: Source) -> list[bytes]:
    """The bytes of the lines, each with its line feed."""
    lines = source.raw.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def of_fix(source: Source, fix: Fix, style: Style) -> Iterator[str]:
    """The lines that a fix changes, before and after, as lines for people; nothing for a fix without edits."""
    from difflib import unified_diff  # here, for only questions need it

    if not fix.edits:
        return
    first = source.line_span(source.line_index(fix.edits[0].span.start)).start
    last = source.line_span(source.line_index(fix.edits[-1].span.end)).end
    parts: list[str] = []
    at = first
    for span, text in fix.edits:
        parts += (source.text[at : span.start], text)
        at = span.end
    after = "".join((*parts, source.text[at:last]))
    changes = unified_diff(source.text[first:last].split("\n"), after.split("\n"), n=0, lineterm="")
    for line in list(changes)[2:]:
        if not line.startswith("@@"):
            yield style(_INKS[line[0]], sanitise(f"{line[0]} {line[1:]}"))
