"""What a reader of BibTeX finds besides entries: strings, comments, problems, pieces of values."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.model.patterns import lazy
from listlint.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.model.edit import Edit
    from listlint.model.nodes import BibEntry, BibField


class BibProblemKind(StrEnum):
    """What is wrong with the syntax. Each is an error in BibTeX itself."""

    MISSING_COMMA = "missing-comma"
    """after a value or after the key"""
    DOUBLED_COMMA = "doubled-comma"
    MISSING_EQUALS = "missing-equals"
    """between a field's name and its value; also a lone word where a field should stand"""
    MISSING_NAME = "missing-name"
    """``= value`` without a field name"""
    MISSING_VALUE = "missing-value"
    """``name = ,``"""
    MISSING_KEY = "missing-key"
    """the first field stands where the key should"""
    EMPTY_KEY = "empty-key"
    """``@misc{,``"""
    SPACE_IN_KEY = "space-in-key"
    UNCLOSED_BRACE = "unclosed-brace"
    """of a value"""
    UNCLOSED_QUOTE = "unclosed-quote"
    DROPPED_OPENING_BRACE = "dropped-opening-brace"
    """of a value that has its closing brace, or after ``@type``"""
    DROPPED_OPENING_QUOTE = "dropped-opening-quote"
    EXTRA_CLOSING_BRACE = "extra-closing-brace"
    """also names the fields left behind an entry that it closed too early"""
    TRUNCATED_ENTRY = "truncated-entry"
    """it is still open where the next one starts or the text ends"""
    PERCENT = "percent"
    """BibTeX knows no comments inside an entry"""
    UNQUOTED_VALUE = "unquoted-value"
    """text without braces or quotes that is neither a number nor one macro"""
    UNEXPECTED_TEXT = "unexpected-text"
    """text that belongs to no field, such as a quote inside a quoted value leaves"""


class BibProblem(Struct, frozen=True):
    """One cause of a syntax error.

    ``span`` is the culprit; where something is missing, the character after which it should
    stand (the word, for a missing ``=``). ``subject`` is the field's name, or the text that is
    superfluous. ``key`` is that of the entry ("" if it has none). ``opener`` is the brace or
    quote that was never closed. ``repair`` is the nearest edit that makes the text parse, None
    where nothing says what was meant.
    """

    kind: BibProblemKind
    span: Span
    subject: str = ""
    key: str = ""
    opener: Span | None = None
    repair: Edit | None = None


class BibString(Struct, frozen=True):
    """``@string{name = value}``; ``value`` is raw, with its delimiters."""

    span: Span
    name: str
    name_span: Span
    value: str
    value_span: Span


class BibPreamble(Struct, frozen=True):
    """``@preamble{value}``; ``value`` is raw, with its delimiters."""

    span: Span
    value: str
    value_span: Span


class CommentKind(StrEnum):
    """Why a stretch of text holds no entry."""

    FREE = "free"
    """text between the entries; BibTeX skips it"""
    EXPLICIT = "explicit"
    """``@comment{…}``"""
    TEMPLATE = "template"
    """an entry to be filled in, such as ``@article{<key>, ...}``"""


class BibComment(Struct, frozen=True):
    """Text that is not read as BibTeX; free text may be white space alone."""

    span: Span
    kind: CommentKind


class PieceKind(StrEnum):
    """The forms of a part of a value."""

    BRACED = "braced"
    QUOTED = "quoted"
    NUMBER = "number"
    MACRO = "macro"
    OTHER = "other"
    """what a broken value holds besides"""


class BibPiece(Struct, frozen=True):
    """One operand of ``#``. ``text`` lacks the delimiters, ``span`` has them."""

    kind: PieceKind
    span: Span
    text: str


class BibScan(Struct, frozen=True):
    """All that a stretch of BibTeX holds, each in document order.

    ``entries``, ``strings``, ``preambles`` and ``comments`` together cover ``span`` without gap
    or overlap (several strings may share one ``@string{…}``).
    """

    span: Span
    entries: tuple[BibEntry, ...] = ()
    strings: tuple[BibString, ...] = ()
    preambles: tuple[BibPreamble, ...] = ()
    comments: tuple[BibComment, ...] = ()
    problems: tuple[BibProblem, ...] = ()

    def parts(self) -> tuple[Span, ...]:
        """The spans of everything found, in order; they tile :attr:`span`."""
        found = {part.span for group in (self.entries, self.strings, self.preambles, self.comments) for part in group}
        return tuple(sorted(found))


_DELIMITER = lazy(r'[{}"]')
_BARE = lazy(r"[^#]++")


def pieces(field: BibField | BibString | BibPreamble) -> tuple[BibPiece, ...]:
    """The operands of a raw value, in order.

    Spans are exact where the value stands in the text as one stretch; in a value that was
    joined from the lines of a block quote every piece has the span of the whole value.
    """
    value, start = field.value, field.value_span.start
    joined = field.value_span.length != len(value)
    return tuple(
        BibPiece(kind, field.value_span if joined else Span(start + a, start + b), text)
        for kind, a, b, text in _split(value)
    )


def _split(value: str) -> Iterator[tuple[PieceKind, int, int, str]]:
    at = 0
    while at < len(value):
        char = value[at]
        if char == "#" or char.isspace():
            at += 1
            continue
        if char in '{"':
            end = _closed(value, at)
            closed = end - at > 1 and value[end - 1] == ("}" if char == "{" else '"')
            kind = PieceKind.BRACED if char == "{" else PieceKind.QUOTED
            yield kind, at, end, value[at + 1 : end - closed]
        else:
            found = _BARE.match(value, at)
            text = found[0].rstrip() if found else char
            end = at + len(text)
            yield _bare_kind(text), at, end, text
        at = end


def _closed(value: str, at: int) -> int:
    """The offset behind the piece that opens at ``at``; the end if it is never closed."""
    depth = 0
    quoted = value[at] == '"'
    for found in _DELIMITER.finditer(value, at + quoted):
        char = found[0]
        if char == '"':
            if quoted and depth == 0:
                return found.end()
        else:
            depth += 1 if char == "{" else -1
            if depth == 0 and not quoted:
                return found.end()
    return len(value)


def _bare_kind(text: str) -> PieceKind:
    if text.isdecimal():
        return PieceKind.NUMBER
    return PieceKind.OTHER if any(char.isspace() or char in "\"#%'(),={}" for char in text) else PieceKind.MACRO
