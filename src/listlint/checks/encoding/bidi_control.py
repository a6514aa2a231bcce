"""ENC005: a control of writing direction can make text look like another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Rule, Severity, Span
from listlint.model.nodes import Document, Mask
from listlint.model.patterns import lazy
from listlint.text.invisible import RIGHT_TO_LEFT, called
from listlint.text.mojibake import damages, is_damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_CONTROL = lazy("[\u202a-\u202e\u2066-\u2069]")
_RUN = lazy("[\u202a-\u202e\u2066-\u2069]++")
_ISOLATES = frozenset("\u2066\u2067\u2068")
_POP = "\u2069"


class BidiControl(Rule[Document]):
    """A control character that embeds, overrides or isolates the direction of writing stands in the text.

    It is invisible, and what a reader sees after it need not be what the file says: code that is copied
    from the list may do something else ("Trojan Source", CVE-2021-42574).

    Isolates that are closed on their line, which has right-to-left text, are fine: that is what they are
    for. The marks U+200E and U+200F are `invisible-character`, and what stands inside a URL is
    `invisible-in-url`. Code is no exception, for there it does most harm.
    """

    code, name = "ENC005", "bidi-control"
    severity = Severity.ERROR
    valid = (
        "- [A](https://a.dev) - Tools.\n",
        "- \u2067שלום\u2069 - \u2066A\u2069 Tools.\n",
        "- \u2068שלום \u2067עולם\u2069\u2069 - Tools.\n",
        "- [שלום\u200f](https://a.dev) - \u200eTools.\n",
        "- [A](https://a.dev/\u202ex)\n",
    )
    invalid = (
        Bad("- [A](https://a.dev) - Reads ⟦\u202e⟧fdp files.\n"),
        Bad("- [A](https://a.dev) - Reads ⟦\u202a⟧text⟦\u202c⟧.\n"),
        Bad("```\naccess = ⟦\u202e\u2066⟧user⟦\u2069\u2066⟧\n```\n"),
        Bad("- ⟦\u2067⟧שלום - Tools.\n\n⟦\u2069⟧ A\n"),
        Bad("- ⟦\u2067⟧A\u200b⟦\u2069⟧ - Tools.\n"),
        Bad("- ⟦\u202b⟧שלום⟦\u202c⟧ and \u2067שלום\u2069.\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield each run of controls that no closed isolate explains."""
        if not _CONTROL.search(node.source.alphabet):
            return
        text, fine, line_end = node.text, frozenset[int](), -1
        for match in _RUN.finditer(text):
            if match.start() > line_end:
                line_start = text.rfind("\n", 0, match.start()) + 1
                line_end = text.find("\n", match.end())
                line_end = len(text) if line_end < 0 else line_end
                fine = _closed(text, line_start, line_end)
            harmful = [at for at in range(*match.span()) if at not in fine]
            if not harmful:
                continue
            span = Span(harmful[0], harmful[-1] + 1)
            if node.masked(span, Mask.URL) or is_damaged(ctx.memo(damages), span):
                continue
            message = f"{called(text[span.start])} changes the direction in which the text behind it is shown"
            yield Finding(span, message, group=self.code)


def _closed(text: str, start: int, end: int) -> frozenset[int]:
    """The isolates of a line and what closes them, if the line has right-to-left text."""
    if not RIGHT_TO_LEFT.search(text, start, end):
        return frozenset()
    opened: list[int] = []
    closed: set[int] = set()
    for match in _CONTROL.finditer(text, start, end):
        if match[0] in _ISOLATES:
            opened.append(match.start())
        elif match[0] == _POP and opened:
            closed |= {opened.pop(), match.start()}
    return frozenset(closed)
