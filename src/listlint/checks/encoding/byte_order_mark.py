"""ENC004: a byte order mark stands in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rewrite, Rule, Severity, Span
from listlint.model.nodes import Document, Mask
from listlint.model.patterns import lazy
from listlint.text.invisible import removal
from listlint.text.mojibake import damages, is_damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_RUN = lazy("\ufeff+")


class ByteOrderMark(Rule[Document]):
    """A byte order mark (U+FEFF) stands at the start of the file, or in the middle of it.

    UTF-8 needs none. At the start it hides front matter and the first heading from programs
    that do not expect it; in the middle, where joined files leave it, it breaks headings, words
    and searches without anybody seeing why.

    A UTF-16 or UTF-32 file needs its mark. One inside a URL is `invisible-in-url`.
    """

    code, name = "ENC004", "byte-order-mark"
    severity = Severity.WARNING
    fix = Applicability.SAFE
    valid = (
        "# A\n\n- [B](https://b.dev)\n",
        Good("", raw="\ufeff# A\n".encode("utf-16-le")),
        "A link: <https://a.dev/\ufeffx>\n",
    )
    invalid = (
        Bad("⟦⟧# A\n", "# A\n", raw=b"\xef\xbb\xbf# A\n"),
        Bad("⟦⟧⟦\ufeff⟧# A\n", "# A\n", raw=b"\xef\xbb\xbf\xef\xbb\xbf# A\n"),
        Bad("# A\n\n⟦\ufeff⟧## B\n", "# A\n\n## B\n"),
        Bad("A wo⟦\ufeff⟧rd and `co⟦\ufeff⟧de`\n", "A word and `code`\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield the mark at the start, then each one inside."""
        if node.source.bom and node.source.encoding == "utf-8":
            fix = Fix("delete it", (), may=May.SPACE, rewrite=Rewrite.DROP_BOM)
            yield Finding(Span(0, 0), "the file starts with a byte order mark (U+FEFF)", fix, whole=True)
        for match in _RUN.finditer(node.text) if "\ufeff" in node.text else ():
            span = Span(*match.span())
            if is_damaged(ctx.memo(damages), span) or node.masked(span, Mask.URL):
                continue
            _, may = removal(node.text, span)
            fix = Fix("delete it", (Edit(span, ""),), Applicability.SAFE, may)
            yield Finding(span, "a byte order mark (U+FEFF) inside the text", fix, group=self.code)
