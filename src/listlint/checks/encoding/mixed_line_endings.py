"""ENC012: lines end in different ways."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Finding, Fix, Good, May, Rewrite, Rule, Severity, Span
from listlint.model.nodes import Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_END = lazy(r"\r\n|\r|\n")
_NAMES = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}


class MixedLineEndings(Rule[Document]):
    """Some lines end as on Windows (CRLF), others as everywhere else (LF).

    Editors and git turn the one into the other, and then a change of one line shows as a change of
    the whole file.

    The fix gives all lines the form that most have.
    """

    code, name = "ENC012", "mixed-line-endings"
    severity = Severity.WARNING
    fix = Applicability.SAFE
    valid = (
        "# A\n\nText.\n",
        Good("# A\n\nText.\n", raw=b"# A\r\n\r\nText.\r\n"),
        Good("# A\n\nText.", raw=b"# A\r\n\r\nText."),
        "",
    )
    invalid = (
        Bad("# A\n\nText.⟦\n⟧", "# A\n\nText.\n", raw=b"# A\n\nText.\r\n"),
        Bad("# A\n\nText.⟦\n⟧More\n", "# A\n\nText.\nMore\n", raw=b"# A\r\n\r\nText.\nMore\r\n"),
        Bad("# A\n\nText.⟦\n⟧More\n", "# A\n\nText.\nMore\n", raw=b"# A\n\nText.\rMore\n"),
        Bad("# A\n⟦\n⟧", "# A\n\n", raw="\ufeff# A\r\n\n".encode("utf-16-le")),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield one finding, on the first line that ends in another way than most."""
        source = node.source
        if b"\r" not in source.raw:
            return
        if source.encoding == "utf-8" and source.raw.count(b"\r") == source.raw.count(b"\n") == source.raw.count(
            b"\r\n"
        ):
            return
        errors = "surrogateescape" if source.encoding == "utf-8" else "replace"
        ends = _END.findall(source.raw[len(source.bom) :].decode(source.encoding, errors))
        counts = Counter(ends)
        if len(counts) < 2:
            return
        # The first of equals, as the fix chooses.
        usual = max(counts, key=lambda end: counts[end])
        line = next(index for index, end in enumerate(ends) if end != usual)
        start = source.line_span(line).end
        others = " and ".join(f"{count} in {_NAMES[end]}" for end, count in counts.items() if end != usual)
        message = f"{counts[usual]} lines end in {_NAMES[usual]}, but {others}"
        fix = Fix(f"end all lines in {_NAMES[usual]}", (), may=May.SPACE, rewrite=Rewrite.UNIFY_LINE_ENDINGS)
        yield Finding(Span(start, start + 1), message, fix, whole=True)
