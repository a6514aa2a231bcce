"""A file as it was read: bytes, text, and the way back from one to the other."""

from __future__ import annotations

import codecs
import itertools
import re
from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from listlint.model.errors import ListlintError
from listlint.model.patterns import lazy
from listlint.model.span import Span

MAX_BYTES = 10 * 1024 * 1024
MAX_LINE = 1024 * 1024
_SNIFFED = 8000
"""Bytes in which a NUL makes a file binary, as git decides it."""
_LINE_END = lazy(r"\r\n?")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Position(NamedTuple):
    """A place as people count it: both numbers start at 1, columns are code points."""

    line: int
    column: int


class Source(Struct, frozen=True, eq=False, dict=True):
    r"""The content of one file.

    ``text`` has no byte order mark and ``\n`` as its only line ending. A byte that is not
    valid in ``encoding`` stands in it as a lone surrogate (U+DC80 to U+DCFF, as Python's
    ``surrogateescape`` has it), so that every code point maps back to its own bytes.
    """

    path: str
    raw: bytes
    text: str
    encoding: str = "utf-8"
    bom: bytes = b""

    @classmethod
    def from_bytes(cls, raw: bytes, path: str) -> Source:
        """Decode ``raw``, read from ``path`` (a label, shown in messages).

        Raises:
            ListlintError: the content is binary, larger than 10 MB, or has a line of more
                than 1 MB.
        """
        if len(raw) > MAX_BYTES:
            raise ListlintError(
                f"the file has {len(raw):,} bytes; listlint reads at most {MAX_BYTES:,}",
                path=path,
                code="too-large",
                hint="split the list, or exclude the file",
            )
        bom, encoding = next(((b, e) for b, e in _BOMS if raw.startswith(b)), (b"", "utf-8"))
        if encoding == "utf-8" and b"\0" in raw[:_SNIFFED]:
            raise ListlintError(
                "this is a binary file: it has a NUL byte at offset " + str(raw.index(b"\0")),
                path=path,
                code="binary-file",
                hint="name Markdown or BibTeX files only, or exclude this one",
            )
        text = raw[len(bom) :].decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
        if "\r" in text:
            text = _LINE_END.sub("\n", text)
        source = cls(path, raw, text, encoding, bom)
        starts = (*source.line_starts, len(text) + 1)
        longest = max(b - a for a, b in itertools.pairwise(starts))
        if longest > MAX_LINE + 1:
            line = next(n for n, (a, b) in enumerate(itertools.pairwise(starts), 1) if b - a == longest)
            raise ListlintError(
                f"line {line} has {longest - 1:,} characters; listlint reads at most {MAX_LINE:,} a line",
                path=path,
                code="line-too-long",
                hint="break the line, or exclude the file",
            )
        return source

    @classmethod
    def from_text(cls, text: str, path: str = "README.md") -> Source:
        """Make a source from a string, as if it had been read from a UTF-8 file."""
        return cls.from_bytes(text.encode("utf-8", "surrogateescape"), path)

    @cached_property
    def alphabet(self) -> str:
        """Each code point that occurs, once: whether a character is there can be asked of this short text."""
        return "".join(set(self.text))

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offset of the first code point of every line; line 1 stands at index 0."""
        starts = [0]
        find, at = self.text.find, 0
        while (at := find("\n", at) + 1) > 0:
            starts.append(at)
        return tuple(starts)

    @cached_property
    def _raw_line_starts(self) -> tuple[int, ...]:
        """Byte offset of the first byte of every line, in step with ``line_starts``."""
        if self.encoding == "utf-8":
            return (len(self.bom), *(m.end() for m in re.finditer(rb"\r\n|\r|\n", self.raw)))
        starts, at, last = [len(self.bom)], len(self.bom), 0
        decoded = self.raw[len(self.bom) :].decode(self.encoding, "replace")
        for match in re.finditer(r"\r\n|\r|\n", decoded):
            at += len(decoded[last : match.end()].encode(self.encoding))
            last = match.end()
            starts.append(at)
        return tuple(starts)

    def line_index(self, offset: int) -> int:
        """Index (from 0) of the line that holds ``offset``."""
        return bisect_right(self.line_starts, offset) - 1

    def position(self, offset: int) -> Position:
        """Line and column (from 1) of an offset."""
        index = self.line_index(offset)
        return Position(index + 1, offset - self.line_starts[index] + 1)

    def line_span(self, index: int) -> Span:
        """The span of the line with this index (from 0), without its line ending."""
        start = self.line_starts[index]
        last = index + 1 == len(self.line_starts)
        return Span(start, len(self.text) if last else self.line_starts[index + 1] - 1)

    def line(self, index: int) -> str:
        """The text of the line with this index (from 0), without its line ending."""
        return self[self.line_span(index)]

    def __getitem__(self, span: Span) -> str:
        """The text that a span covers."""
        return self.text[span.start : span.end]

    def raw_offset(self, offset: int) -> int:
        """The byte offset in ``raw`` of a code point offset in ``text``."""
        index = self.line_index(offset)
        prefix = self.text[self.line_starts[index] : offset]
        errors = "surrogateescape" if self.encoding == "utf-8" else "strict"
        return self._raw_line_starts[index] + len(prefix.encode(self.encoding, errors))
