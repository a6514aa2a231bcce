"""ENC006: a character that nobody sees stands in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity
from listlint.model.nodes import Document, Mask
from listlint.text.invisible import called, may_hold_stray, removal, stray_runs
from listlint.text.mojibake import damages, is_damaged
from listlint.text.verbatim import is_verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context, Span


class InvisibleCharacter(Rule[Document]):
    """An invisible character (zero width space, soft hyphen, word joiner …) stands in the text.

    It comes along when text is copied from web pages and PDF files. The reader does not see
    it, but a search does not find the word any more.

    Where a script or an emoji needs it, it stays: joiners in emoji sequences and in the scripts
    of India, the zero width non-joiner in Persian, the zero width space between Thai, Lao,
    Khmer and Burmese words, directional marks beside right-to-left text. Code and comments are
    left alone; inside a URL it is `invisible-in-url`. Where it keeps markup apart, the fix is
    unsafe.
    """

    code, name = "ENC006", "invisible-character"
    severity = Severity.WARNING
    fix = Applicability.SAFE
    valid = (
        "- [👩‍💻 🏳️‍🌈 ❤️‍🔥 👨🏽‍🔬](https://a.dev) - For developers.\n",
        "- [می‌شود](https://a.dev) - **کتاب**‌ها.\n",
        "- [ക്‍ഷ ന്‍ क्‍ष র‍্য](https://a.dev) - Joiners of India.\n",
        "- [ภาษา\u200bไทย, ភាសា\u200bខ្មែរ, ພາສາ\u200bລາວ, မြန်မာ\u200bစာ](https://a.dev)\n",
        "- [עברית\u200e (C++)](https://a.dev) - אבג \u200f.\n",
        "- [🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f](https://a.dev)\n",
        "Write `a\u200bb`.\n\n```\na\u200bb\n```\n\n<!-- a\u200bb -->\n",
        "- [A](https://a.dev/\u200bx)\n",
    )
    invalid = (
        Bad("- [Good⟦\u200b⟧ Tool](https://a.dev) - Fast⟦\u200b\u200b⟧.\n", "- [Good Tool](https://a.dev) - Fast.\n"),
        Bad("It helps com⟦\u00ad⟧puter⟦\u2060⟧ scientists⟦\u200b⟧\n", "It helps computer scientists\n"),
        Bad("A wizard 🧙⟦\u200d⟧.\n", "A wizard 🧙.\n"),
        Bad("A⟦\u200c⟧B and plain⟦\u200e⟧ text\n", "AB and plain text\n"),
        Bad("⟦\u200b⟧## Tools\n", "## Tools\n"),
        Bad("[A]⟦\u200b⟧(https://a.dev)\n", "[A](https://a.dev)\n"),
        Bad("Hidden⟦\U000e0041\U000e0042⟧ tags\n", "Hidden tags\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield each run of invisible characters."""
        if not may_hold_stray(node.source.alphabet):
            return
        for span in stray_runs(node.text, node.source.alphabet):
            if is_verbatim(node, span) or node.masked(span, Mask.URL, Mask.COMMENT):
                continue
            if is_damaged(ctx.memo(damages), span):
                continue
            char = node.text[span.start]
            message = called(char) if span.length == 1 else f"{span.length} invisible characters, {called(char)} first"
            yield Finding(span, message, _removal(node, span), group=f"{self.code}:U+{ord(char):04X}")


def _removal(document: Document, span: Span) -> Fix:
    applicability, may = removal(document.text, span)
    if document.masked(span, Mask.HTML):
        applicability, may = Applicability.UNSAFE, May.TEXT | May.URL | May.BLOCKS
    return Fix("delete it", (Edit(span, ""),), applicability, may)
