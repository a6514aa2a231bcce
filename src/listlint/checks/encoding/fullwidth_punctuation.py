"""ENC009: full-width punctuation stands between Latin words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.checks.prose import prose_around
from listlint.model.nodes import Document
from listlint.model.patterns import lazy
from listlint.text.mojibake import damages, is_damaged

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from listlint.checks.api import Context

_HALF = {"，": ",", "。": ".", "：": ":", "；": ";", "（": "(", "）": ")", "！": "!", "？": "?"}
_MARK = lazy("[，。：；（）！？]")
_CJK = lazy("[\u2e80-\u2fff\u3005\u3007\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]")
"""Letters of Chinese, Japanese and Korean."""
_LATIN = lazy("[A-Za-z0-9\u00c0-\u024f\u1e00-\u1eff]")
_BETWEEN = frozenset(" \t*_`'\"“”‘’()[]~")
"""Markup, blanks and quotes that may stand between a word and a mark."""
_QUOTES = frozenset("'\"“”‘’`")
"""Between two of them, a mark is what the text speaks of."""
_REACH = 12
_FOREIGN = 0.2
"""Share of lines with such letters from which on a list is not one in a Latin script."""


class FullwidthPunctuation(Rule[Document]):
    """A full-width mark such as `，` or `（` stands between Latin words, on a line without Chinese, Japanese or Korean.

    It comes from a keyboard that was not switched back. It leaves a gap that no font can close, and a
    search for the words with their comma does not find them.

    Lines with text in Chinese, Japanese or Korean are left alone, and so are documents in which such lines
    are more than a fifth, as well as code, URLs and BibTeX.
    """

    code, name = "ENC009", "fullwidth-punctuation"
    severity = Severity.INFO
    fix = Applicability.UNSAFE
    valid = (
        "- [工具](https://a.dev) - 很快，很小（好）。\n",
        "- [A](https://a.dev) - A tool by 张，B（C）.\n",
        "- [A](https://a.dev) - `a，b` and more.\n\n```\na，b\n```\n",
        "- [工具一](https://a.dev)：Tool.\n- [工具二](https://b.dev)：A，B.\n- [C](https://c.dev) - A，B.\n",
        "- [A](https://a.dev) - The marks “，” and “。”.\n",
    )
    invalid = (
        Bad("- [A](https://a.dev) - Fast⟦，⟧ small.\n", "- [A](https://a.dev) - Fast, small.\n"),
        Bad("- [A](https://a.dev) - Fast⟦，⟧small⟦；⟧good.\n", "- [A](https://a.dev) - Fast, small; good.\n"),
        Bad(
            "- [A](https://a.dev) - Tool⟦（⟧fast⟦）⟧for all⟦。⟧\n- [B](https://b.dev) - Note⟦：⟧old⟦。⟧ More.\n",
            "- [A](https://a.dev) - Tool (fast) for all.\n- [B](https://b.dev) - Note: old. More.\n",
        ),
        Bad("By **Ann**⟦，⟧ **Bob**⟦！⟧ And⟦？⟧\n", "By **Ann**, **Bob**! And?\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield each mark between Latin words."""
        if not _MARK.search(node.source.alphabet) or _is_foreign(node):
            return
        text, source = node.text, node.source
        foreign_line = {-1: False}
        for match in _MARK.finditer(text):
            span = Span(*match.span())
            line = source.line_index(span.start)
            if line not in foreign_line:
                foreign_line[line] = bool(_CJK.search(source.line(line)))
            if foreign_line[line] or not _is_latin(match) or prose_around(span, ctx) is None:
                continue
            if is_damaged(ctx.memo(damages), span):
                continue
            fix = Fix("write the plain mark", (Edit(span, _plain(match)),), Applicability.UNSAFE, May.TEXT)
            message = f'full-width "{match[0]}" between Latin words'
            yield Finding(span, message, fix, group=self.code)


def _is_foreign(document: Document) -> bool:
    if not _CJK.search(document.source.alphabet):
        return False
    lines = [line for line in document.text.split("\n") if line.strip()]
    return sum(1 for line in lines if _CJK.search(line)) > _FOREIGN * len(lines)


def _is_latin(match: re.Match[str]) -> bool:
    """Tell whether a mark follows a Latin word (an opening bracket precedes one) and no other letter is near."""
    text = match.string
    if text[match.start() - 1 : match.start()] in _QUOTES and text[match.end() : match.end() + 1] in _QUOTES:
        return False
    before, after = _near(text, match.start() - 1, -1), _near(text, match.end(), 1)
    if match[0] == "（":
        return bool(_LATIN.match(after)) and (before == "\n" or bool(_LATIN.match(before)))
    if not _LATIN.match(before) and not (before in _HALF or before in ")]"):
        return False
    return after == "\n" or not after.isalnum() or bool(_LATIN.match(after))


def _near(text: str, at: int, step: int) -> str:
    """The next character that is no markup, in one direction; a line end if there is none near."""
    for _ in range(_REACH):
        if not 0 <= at < len(text):
            return "\n"
        if text[at] not in _BETWEEN:
            return text[at]
        at += step
    return " "


def _plain(match: re.Match[str]) -> str:
    """The plain mark, with the space that the full-width one had inside."""
    text, half = match.string, _HALF[match[0]]
    if half == "(":
        before = text[match.start() - 1 : match.start()]
        return half if not before or before.isspace() or before in "([" else f" {half}"
    after = text[match.end() : match.end() + 1]
    return f"{half} " if after.isalnum() or (after and after in "([") else half
