"""ENC007: a control character stands in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.model.nodes import Document, Mask
from listlint.model.patterns import lazy
from listlint.text.invisible import called, removal
from listlint.text.mojibake import damages, is_damaged
from listlint.text.verbatim import is_verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_RUN = lazy("[\x00-\x08\x0b-\x1f\x7f-\x9f]+")
_DESTINATION = lazy(r"\]\([^\s()]*\Z")
_FAR = 200
"""Characters before one in which the start of a link's destination is looked for."""
_BREAKS = frozenset("\x0b\x0c\x1c\x1d\x1e\x1f\x85")
"""Controls that end a line or a field, so that words on either side are two."""


class ControlCharacter(Rule[Document]):
    """A control character (C0 or C1, other than tab and line ends) stands in the text.

    Input methods and copied slides leave backspaces and line tabulations behind. They show as
    boxes or not at all, XML and some feeds refuse them, and no search finds the word.

    Code is left alone. C1 characters that are really Windows-1252 punctuation are `mojibake`.
    """

    code, name = "ENC007", "control-character"
    severity = Severity.ERROR
    fix = Applicability.SAFE
    valid = (
        "# A\n\n- [B](https://b.dev)\tTab.\n",
        "Colour: `\x1b[31m`\n\n```\n\x1b[31mred\x1b[0m\n```\n",
        "It\x92s\n",
    )
    invalid = (
        Bad("- [A](https://a.dev) - Good⟦\x08⟧ tool⟦\x7f⟧.\n", "- [A](https://a.dev) - Good tool.\n"),
        Bad("Two⟦\x0b⟧words, hyper⟦\x02⟧parameter ⟦\x0c⟧x\n", "Two words, hyperparameter x\n"),
        Bad("⟦\x08⟧## Tools\n", "## Tools\n"),
        Bad("中⟦\x9d\x08⟧文\n", "中文\n"),
        Bad("- [A](https://a.dev/⟦\x08⟧x)\n", "- [A](https://a.dev/x)\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield each run of control characters."""
        for match in _RUN.finditer(node.text) if _RUN.search(node.source.alphabet) else ():
            span = Span(*match.span())
            if is_verbatim(node, span) or is_damaged(ctx.memo(damages), span):
                continue
            message = f"control character {called(node.text[span.start])}"
            if span.length > 1:
                message = f"{span.length} control characters, {called(node.text[span.start])} first"
            yield Finding(span, message, _fix(node, span), group=f"{self.code}:{ord(node.text[span.start]):04X}")


def _fix(document: Document, span: Span) -> Fix:
    text = document.text
    applicability, may = removal(text, span)
    if document.masked(span, Mask.URL, Mask.HTML):
        may |= May.URL
    elif _DESTINATION.search(text, max(0, span.start - _FAR), span.start):
        # It may be what kept this from being a link.
        applicability, may = Applicability.UNSAFE, May.TEXT | May.URL | May.BLOCKS
    before, after = text[max(0, span.start - 1) : span.start], text[span.end : span.end + 1]
    if _BREAKS.intersection(document.slice(span)) and before.strip() and after.strip():
        return Fix("put a space in its place", (Edit(span, " "),), applicability, may)
    return Fix("delete it", (Edit(span, ""),), applicability, may)
