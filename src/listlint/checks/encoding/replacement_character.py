"""ENC002: a replacement character stands where text was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Rule, Severity, Span
from listlint.model.nodes import Document
from listlint.model.patterns import lazy
from listlint.text.verbatim import is_verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_RUN = lazy("\ufffd+")


class ReplacementCharacter(Rule[Document]):
    """A replacement character (U+FFFD, `�`) stands where a program could not decode the text.

    The reader sees a question mark in a box, and no program can tell what stood there: look it
    up in the file's history or in the work itself.

    Code is left alone.
    """

    code, name = "ENC002", "replacement-character"
    severity = Severity.ERROR
    valid = ("- [A](https://a.dev) - What?\n", "It is shown as `\ufffd`.\n\n```\n\ufffd\n```\n")
    invalid = (
        Bad("- [Caf⟦\ufffd⟧](https://a.dev) - A⟦\ufffd\ufffd⟧.\n"),
        Bad("- [A](https://a.dev/⟦\ufffd⟧x)\n"),
        Bad("```bibtex\n@misc{a2020, author = {Jos⟦\ufffd⟧}}\n```\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield each run of replacement characters."""
        for match in _RUN.finditer(node.text) if "\ufffd" in node.text else ():
            span = Span(*match.span())
            if is_verbatim(node, span):
                continue
            count = "a replacement character (U+FFFD)" if span.length == 1 else f"{span.length} replacement characters"
            yield Finding(span, f"{count}: what stood here is lost", group=self.code)
