"""ENC009: full-width punctuation stands between Latin words."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from listlint.checks.anchors import keeps_anchors
from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.checks.prose import prose_around
from listlint.model.nodes import Document
from listlint.model.patterns import lazy
from listlint.text.mojibake import damages, is_damaged

if TYPE_CHECKING:
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
_BEGINS = lazy(r"[^\W_]|[(\[“‘«`]|!\[|:[\w+-]+:|<(?:https?:|mailto:|(?:a|b|i|em|strong|code|kbd)\b)", re.IGNORECASE)
"""What begins a word, a bracket, a code span, a link, an image or an emoji."""
_MARKUP = lazy(r"[*_~]+|\"")
"""What stands both before and behind what it marks."""
_MARKUP_BEFORE = lazy(r"(?:[*_~]+|[\"'])\Z")
_OPEN = frozenset("([“‘«")
_LINE = 200
"""Characters of a line that are looked at for markup."""
_REACH = 12
_FOREIGN = 0.2
"""Share of lines with such letters from which on a list is not one in a Latin script."""


class FullwidthPunctuation(Rule[Document]):
    """A full-width mark such as `，` or `（` stands between Latin words, on a line without Chinese, Japanese or Korean.

    It comes from a keyboard that was not switched back. It leaves a gap that no font can close, and a
    search for the words with their comma does not find them.

    Lines with text in Chinese, Japanese or Korean are left alone, and so are documents in which such lines
    are more than a fifth, as well as code, URLs and BibTeX. Where a link of the document leads to the heading that
    would change its anchor, there is no fix.
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
        Bad(
            "- A⟦，⟧`b`⟦，⟧[c](https://c.dev)⟦，⟧**d**⟦，⟧_e_⟦，⟧![](f.png), f⟦，⟧<a href='#g'>g</a>, h⟦：⟧🔥, i⟦！⟧:cat:\n",
            "- A, `b`, [c](https://c.dev), **d**, _e_, ![](f.png), f, <a href='#g'>g</a>, h: 🔥, i! :cat:\n",
        ),
        Bad(
            '**A⟦，⟧** b **⟦（⟧c⟦）⟧** d**⟦（⟧e⟦）⟧** "f⟦，⟧" g⟦：⟧"h" and **[i](#i)⟦，⟧** **_j_**⟦，⟧**_k_**\n',
            '**A,** b **(c)** d** (e)** "f," g: "h" and **[i](#i),** **_j_**, **_k_**\n',
        ),
        Bad(
            "## A⟦（⟧b⟦）⟧\n\n## C⟦！⟧\n\nSee [it](#ab) and [that](#c).\n",
            "## A（b）\n\n## C!\n\nSee [it](#ab) and [that](#c).\n",
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
            edits = (Edit(span, _plain(match)),)
            fix = Fix("write the plain mark", edits, Applicability.UNSAFE, May.TEXT)
            message = f'full-width "{match[0]}" between Latin words'
            yield Finding(span, message, fix if _keeps_anchors(match[0], edits, ctx) else None, group=self.code)


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
        return half if _is_at_start(text, match.start()) else f" {half}"
    return f"{half} " if _goes_on(text, match.end()) else half


def _keeps_anchors(mark: str, edits: tuple[Edit, ...], ctx: Context) -> bool:
    """Tell whether edits leave alone every anchor that is linked to; of a pair of brackets both stay or none."""
    if mark in "（）":
        edits = tuple(Edit(edit.span, f" {edit.text}") for edit in edits)
    return keeps_anchors(edits, ctx)


def _is_at_start(text: str, at: int) -> bool:
    """Tell whether nothing stands before a bracket that it would have to keep away from."""
    markup = _MARKUP_BEFORE.search(text, max(0, at - _LINE), at)
    start = markup.start() if markup else at
    before = text[start - 1 : start]
    if not before or before.isspace() or before in _OPEN:
        return True
    return markup is not None and not before.isalnum() and not _is_within(text, start, markup[0])


def _goes_on(text: str, at: int) -> bool:
    """Tell whether a word begins behind a mark, or what stands like one."""
    markup = _MARKUP.match(text, at, at + _LINE)
    behind = markup.end() if markup else at
    if not _BEGINS.match(text, behind) and unicodedata.category(text[behind : behind + 1] or " ") != "So":
        return False
    # Between a full-width mark and a letter, asterisks can only open (CommonMark 0.31, section 6.2).
    opens = markup is not None and markup[0] != '"' and text[behind].isalnum()
    return markup is None or opens or not _is_within(text, at, markup[0])


def _is_within(text: str, at: int, markup: str) -> bool:
    """Tell whether markup was opened and not closed on the line before a place."""
    start = max(text.rfind("\n", max(0, at - _LINE), at) + 1, at - _LINE, 0)
    return text.count(markup, start, at) % 2 == 1
