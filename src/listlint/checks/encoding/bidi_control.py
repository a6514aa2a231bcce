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
_CLOSING = {"\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069", "\u202a": "\u202c", "\u202b": "\u202c"}
"""Isolates and embeddings, and what closes them (UAX #9, section 2); overrides are closed by the same."""
_CLOSES = frozenset("\u2069\u202c")
_EMBEDDINGS = frozenset("\u202a\u202b\u202c")
_OVERRIDES = frozenset("\u202d\u202e")
_WITHOUT_EFFECT = frozenset("\u2066\u2068\u202a")
"""What opens left-to-right text, or text of its own direction."""


class BidiControl(Rule[Document]):
    """A control character that embeds, overrides or isolates the direction of writing stands in the text.

    It is invisible, and what a reader sees after it need not be what the file says: code that is copied
    from the list may do something else ("Trojan Source", CVE-2021-42574).

    Isolates that are closed on their line, which has right-to-left text, are fine: that is what they are
    for. So are embeddings outside of code, which did the same before there were isolates. Where a line has no
    such text, what is closed and does not turn the direction is without effect, and a warning. The marks U+200E and U+200F are `invisible-character`, and what stands inside a URL is
    `invisible-in-url`. Code is no exception, for there it does most harm.
    """

    code, name = "ENC005", "bidi-control"
    severity = Severity.ERROR
    valid = (
        "- [A](https://a.dev) - Tools.\n",
        "- \u2067שלום\u2069 - \u2066A\u2069 Tools.\n",
        "- \u2068שלום \u2067עולם\u2069\u2069 - Tools.\n",
        "- \u202bשלום\u202c and \u2067שלום\u2069.\n- \u202aTools \u2067שלום\u2069\u202c עולם\n",
        "- [שלום\u200f](https://a.dev) - \u200eTools.\n",
        "- [A](https://a.dev/\u202ex)\n",
    )
    invalid = (
        Bad("- [A](https://a.dev) - Reads ⟦\u202e⟧fdp files.\n"),
        Bad("- [A](https://a.dev) - Reads ⟦\u202a⟧text⟦\u202c⟧.\n"),
        Bad("```\naccess = ⟦\u202e\u2066⟧user⟦\u2069\u2066⟧\n```\n"),
        Bad("- ⟦\u2067⟧שלום - Tools.\n\n⟦\u2069⟧ A\n"),
        Bad("- ⟦\u2067⟧A\u200b⟦\u2069⟧ - Tools.\n"),
        Bad("- ⟦\u202b⟧A⟦\u202c⟧ b.\n- `⟦\u202b⟧שלום⟦\u202c⟧`\n"),
        Bad("- ⟦\u202e⟧שלום⟦\u202c⟧ and ⟦\u2067\u202d⟧שלום⟦\u2069⟧.\n"),
        Bad("- By ⟦\u2068⟧Ada⟦\u2069⟧ and ⟦\u2066⟧Alan⟦\u2069⟧.\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield each run of controls that nothing closed explains."""
        if not _CONTROL.search(node.source.alphabet):
            return
        text, closed, line_end, is_needed = node.text, dict[int, str](), -1, False
        for match in _RUN.finditer(text):
            if match.start() > line_end:
                line_start = text.rfind("\n", 0, match.start()) + 1
                line_end = text.find("\n", match.end())
                line_end = len(text) if line_end < 0 else line_end
                closed = _closed(text, line_start, line_end)
                is_needed = RIGHT_TO_LEFT.search(text, line_start, line_end) is not None
            in_code = node.masked(Span(*match.span()), Mask.CODE)
            harmful = [
                at
                for at in range(*match.span())
                if not is_needed or at not in closed or (in_code and text[at] in _EMBEDDINGS)
            ]
            if not harmful:
                continue
            span = Span(harmful[0], harmful[-1] + 1)
            if node.masked(span, Mask.URL) or is_damaged(ctx.memo(damages), span):
                continue
            idle = not is_needed and all(closed.get(at) in _WITHOUT_EFFECT for at in harmful)
            effect = "has no effect here" if idle else "changes the direction in which the text behind it is shown"
            severity = Severity.WARNING if idle else None
            yield Finding(span, f"{called(text[span.start])} {effect}", group=self.code, severity=severity)


def _closed(text: str, start: int, end: int) -> dict[int, str]:
    """The isolates and embeddings that are closed on a line, and what closes them, each with what opened it."""
    opened: list[int] = []
    closed: dict[int, str] = {}
    for match in _CONTROL.finditer(text, start, end):
        if match[0] not in _CLOSES:
            opened.append(match.start())
        elif opened and _CLOSING.get(text[opened[-1]]) == match[0]:
            first = opened.pop()
            closed[first] = closed[match.start()] = text[first]
        elif opened and match[0] == "\u202c" and text[opened[-1]] in _OVERRIDES:
            opened.pop()
    return closed
