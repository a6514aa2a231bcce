"""ENC003: bytes are not UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Severity, Span
from listlint.model.nodes import Document
from listlint.model.patterns import lazy
from listlint.text.legacy import guess

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context
    from listlint.text.legacy import Codec

_INVALID = lazy("[\udc80-\udcff]+")
_VALID = lazy("[^\x00-\x7f\udc80-\udcff]")
_SAMPLE = 20_000
"""Code points of damaged lines that the codec is guessed from."""
_NAMES = {
    "utf-16-le": "UTF-16 (little endian)",
    "utf-16-be": "UTF-16 (big endian)",
    "utf-32-le": "UTF-32 (little endian)",
    "utf-32-be": "UTF-32 (big endian)",
}


class InvalidUtf8(Rule[Document]):
    """Bytes in the file are not valid UTF-8.

    Web pages show `�` in their place, and some programs refuse the whole file.

    One finding a line; it names the offset of the first byte, and the likely codec where one
    decodes all such lines to frequent characters. Code is looked at like everything else. A
    file in UTF-16 or UTF-32 is reported once.
    """

    code, name = "ENC003", "invalid-utf8"
    severity = Severity.ERROR
    fix = Applicability.UNSAFE
    valid = (
        "- [Café 中文 🚀](https://a.dev)\n",
        Good("", raw=b"\xef\xbb\xbf- [Caf\xc3\xa9](https://a.dev)\r\n"),
    )
    invalid = (
        Bad("- [Caf⟦\udce9⟧](https://a.dev)\n", "- [Café](https://a.dev)\n", raw=b"- [Caf\xe9](https://a.dev)\n"),
        Bad("é, ⟦\udcfcb\udcfc⟧\n", "é, übü\n", raw=b"\xc3\xa9, \xfcb\xfc\n"),
        Bad(
            "# ⟦\udcbb\udcfa\udcc6\udcf7ѧϰ⟧\n",
            "# 机器学习\n",
            raw="# 机器学习\n".encode("gb18030"),
        ),
        Bad("# A ⟦\udc81⟧ b\n", raw=b"# A \x81 b\n"),
        Bad("⟦⟧# A\n", raw="\ufeff# A\n".encode("utf-16-le")),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield each line with invalid bytes, or the whole file's encoding."""
        if node.source.encoding != "utf-8":
            encoding = _NAMES.get(node.source.encoding, node.source.encoding)
            yield Finding(Span(0, 0), f"the file is {encoding}, not UTF-8", whole=True)
            return
        lines = _damaged_lines(node)
        if not lines:
            return
        texts = [node.slice(line) for line in lines]
        codec = _codec(texts)
        for line, text in zip(lines, texts, strict=True):
            yield self._finding(node, line, text, codec or _codec([text]))

    def _finding(self, document: Document, line: Span, text: str, codec: Codec | None) -> Finding:
        runs = [Span(line.start + m.start(), line.start + m.end()) for m in _INVALID.finditer(text)]
        span = Span(runs[0].start, runs[-1].end)
        edits = _edits(line, text, runs, codec) if codec else ()
        if edits:
            span = Span(min(span.start, edits[0].span.start), max(span.end, edits[-1].span.end))
        count, offset = sum(run.length for run in runs), document.source.raw_offset(runs[0].start)
        first = f"0x{ord(document.text[runs[0].start]) - 0xDC00:02X}"
        if count == 1:
            message = f"the byte {first} at offset {offset} is not UTF-8"
        else:
            message = f"{count} bytes from offset {offset} on ({first} …) are not UTF-8"
        if not edits or codec is None:
            return Finding(span, message, group=self.code)
        message += f"; {'it looks' if count == 1 else 'they look'} like {codec.label}"
        may = May.TEXT | May.URL | May.BLOCKS
        fix = Fix(f"convert from {codec.label} to UTF-8", edits, Applicability.UNSAFE, may)
        return Finding(span, message, fix, group=self.code)


def _damaged_lines(document: Document) -> list[Span]:
    lines: list[Span] = []
    at = 0
    while _INVALID.search(document.source.alphabet) and (match := _INVALID.search(document.text, at)):
        lines.append(document.source.line_span(document.source.line_index(match.start())))
        at = lines[-1].end
    return lines


def _codec(texts: Sequence[str]) -> Codec | None:
    """The likely codec of damaged lines.

    A codec of several bytes a character is taken only where next to nothing is valid UTF-8, as
    it then explains the whole line; one of single bytes explains the invalid ones.
    """
    sample: list[str] = []
    size = 0
    for text in texts:
        size += len(text)
        if size > _SAMPLE:
            break
        sample.append(text)
    if not sample:
        return None
    invalid = sum(len(run) for text in sample for run in _INVALID.findall(text))
    valid = sum(len(_VALID.findall(text)) for text in sample)
    if valid <= invalid:
        codec = guess([text.encode("utf-8", "surrogateescape") for text in sample])
        if codec and codec.wide:
            return codec
    codec = guess([_VALID.sub(" ", text).encode("utf-8", "surrogateescape") for text in sample])
    return codec if codec and not codec.wide else None


def _edits(line: Span, text: str, runs: Sequence[Span], codec: Codec) -> tuple[Edit, ...]:
    """The edits that make ``text`` valid; none where the codec does not decode it."""
    try:
        if not codec.wide:
            pieces = [text[run.start - line.start : run.end - line.start] for run in runs]
            decoded_runs = [piece.encode("utf-8", "surrogateescape").decode(codec.name) for piece in pieces]
            return tuple(Edit(run, new) for run, new in zip(runs, decoded_runs, strict=True))
        decoded = text.encode("utf-8", "surrogateescape").decode(codec.name)
    except UnicodeDecodeError:
        return ()
    head, shorter = 0, min(len(text), len(decoded))
    while head < shorter and text[head] == decoded[head]:
        head += 1
    tail = 0
    while tail < shorter - head and text[-1 - tail] == decoded[-1 - tail]:
        tail += 1
    return (Edit(Span(line.start + head, line.end - tail), decoded[head : len(decoded) - tail]),)
