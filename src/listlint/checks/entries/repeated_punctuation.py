"""ENT014: two marks of punctuation stand where one is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.checks.prose import prose_around
from listlint.model.nodes import Document
from listlint.model.patterns import find_at, lazy
from listlint.text.prose import Ending, ending

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from listlint.checks.api import Context

_MARKS = lazy(
    r"(?P<comma>,[ \t]?,)(?![,.])"
    r"|(?P<wide>(?P<mark>[，、；])(?P=mark)|。。)(?![，、；。])"
    r"|(?P<semicolon>;[ \t]?;)(?![;,.])"
    r"|(?P<stop>[,;，、；；][.。]|\.[ \t],|…\.)(?![\w.。…,])"
    r"|(?P<shout>[!?！？][.。])(?=[ \t]*+(?:\n|\Z|[(\[!<]))"
)
_MAYBE = lazy(r"[,;.。，、；…!?！？](?=[ \t]?[,;.。，、；])")
"""Where :data:`_MARKS` may match."""
_BESIDE = frozenset(")]）】」』”’\"'*_`")
"""What may stand between a word and its mark."""
_SHOUTING = ("yahoo", "jeopardy", "wham", "panic", "hey", "joomla")
"""Names that end in an exclamation mark; a stop behind them is right."""
_LONGEST = 40
"""Characters before a mark that are looked at."""
_HANGUL = "\uac00", "\ud7a3"


class RepeatedPunctuation(Rule[Document]):
    """Two marks of punctuation stand where one is meant: `,,`, `, ,`, `。。`, `,.`, `!.`.

    It is what remains of a word that somebody deleted, or of two people who both ended the sentence.

    `..`, `::` and `...` are never reported, nor is what is code, a URL, an emoji code or a formula. Two
    commas have to follow a word, for `,,` also opens a quotation, and ends a Korean sentence that trails
    off. `.,` and `.;` stand behind abbreviations. `!.` and `?.` are reported at the end of a description
    only: many bibliographies put a stop behind every title.
    """

    code, name = "ENT014", "repeated-punctuation"
    severity = Severity.WARNING
    fix = Applicability.UNSAFE
    valid = (
        "- [A](https://a.dev) - Fast, small... And.. so on :: of a kind, B, ..., and C :cat: :dog:.\n",
        "- [A](https://a.dev) - By A et al., B Inc.; and C Jr.. Also D,E.\n- [B](https://b.dev) - For A, .NET, .js, and B,.c.\n",
        "- [A](https://a.dev) - Reads `a,,b`, <https://a.dev/a,,b> and [x](https://a.dev/,,).\n",
        "- [A](https://a.dev) - The book ,,Fast and slow'' (,,ò,,).\n- [B](https://b.dev) - 어렵다,, 그래서,,, 못한다,,(끝)\n",
        "- [A](https://a.dev) - A formula $a,,b$ and $x_1,.$ of it. Columns 1,,2.\n",
        "```\na,, b\n```\n\n    a,, b\n\n<!-- a,, b -->\n",
        "- [Who? Me?](https://a.dev) - So…\n- **Do tools think?.** *A. B.* 2020.\n- **Do tools think?** C. D.?. 2020. [[pdf](https://c.dev)]\n",
        "- [A](https://a.dev) - By Yahoo!.\n- [B](https://b.dev) - 工具（甲，乙，...）。\n- [C](https://c.dev) - 真的。。。真的……\n",
        "- [A](https://a.dev) - Fast, ![x](x.png), small, `b`, good.\n- [B](https://b.dev) - Corrects :;,.?! and all.\n",
    )
    invalid = (
        Bad("- [A](https://a.dev) - Fast⟦,,⟧ small.\n", "- [A](https://a.dev) - Fast, small.\n"),
        Bad("- [A](https://a.dev) - Fast⟦, ,⟧ small⟦;;⟧ good.\n", "- [A](https://a.dev) - Fast, small; good.\n"),
        Bad(
            "- [A](https://a.dev) - By [B](https://b.dev)⟦, ,⟧ and C.\n",
            "- [A](https://a.dev) - By [B](https://b.dev), and C.\n",
        ),
        Bad(
            "- [工具](https://a.dev) - 很快⟦，，⟧很小⟦。。⟧\n- [工具](https://b.dev) - 很快⟦，。⟧\n",
            "- [工具](https://a.dev) - 很快，很小。\n- [工具](https://b.dev) - 很快。\n",
        ),
        Bad(
            "- [A](https://a.dev) - For the people⟦,.⟧\n- [B](https://b.dev) - For all⟦;.⟧ Text.\n",
            "- [A](https://a.dev) - For the people.\n- [B](https://b.dev) - For all. Text.\n",
        ),
        Bad(
            "- [A](https://a.dev) by Bob Coe⟦. ,⟧ D Inc⟦. ,⟧ 2020.\n- [B](https://b.dev) - And (more)⟦….⟧ [C](https://c.dev)\n",
            "- [A](https://a.dev) by Bob Coe, D Inc., 2020.\n- [B](https://b.dev) - And (more)… [C](https://c.dev)\n",
        ),
        Bad(
            "- [A](https://a.dev) - A tool and more⟦!.⟧\n- [B](https://b.dev) - Is it⟦?.⟧ ([code](https://b.dev/c))\n",
            "- [A](https://a.dev) - A tool and more!\n- [B](https://b.dev) - Is it? ([code](https://b.dev/c))\n",
        ),
        Bad("Plain text⟦,,⟧ too.\n\n| A |\n| - |\n| b⟦,,⟧ c |\n", "Plain text, too.\n\n| A |\n| - |\n| b, c |\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on both marks."""
        for match in find_at(_MAYBE, _MARKS, node.text):
            span = Span(*match.span())
            if not _is_meant_once(match, node) or prose_around(span, ctx) is None:
                continue
            kept = _kept(match)
            fix = Fix(f'keep "{kept}"', (Edit(span, kept),), Applicability.UNSAFE, May.TEXT)
            yield Finding(span, f'"{match[0]}" where one mark is meant', fix)


def _kept(match: re.Match[str]) -> str:
    """The mark that a pair stands for: a stop behind a comma, else the first."""
    marks = match[0].replace(" ", "").replace("\t", "")
    if marks == ".,":
        before = match.string[max(0, match.start() - _LONGEST) : match.start() + 1]
        return "," if ending(before) is Ending.STOP else ".,"
    if match["stop"]:
        return "…" if "…" in marks else marks[1]
    return marks[0]


def _is_meant_once(match: re.Match[str], document: Document) -> bool:
    """Tell whether a pair follows a word, and what stands around it does not explain it."""
    text, start, end = match.string, match.start(), match.end()
    at = start - 1
    while at >= 0 and start - at < _LONGEST and text[at] in _BESIDE:
        at -= 1
    before, behind = text[at : at + 1] if at >= 0 else "", text[end : end + 1]
    if not before.isalnum() and not (start - at > 1 and text[start - 1] in ")]）】"):
        return False
    if match["comma"] or match["semicolon"]:
        if _HANGUL[0] <= before <= _HANGUL[1] or (match["comma"] == ",," and before.isdigit() and behind.isdigit()):
            return False
        return not behind or behind.isspace() or behind.isalnum() or behind in "([*_\"'“"
    return not match["shout"] or _ends_description(match, document)


def _ends_description(match: re.Match[str], document: Document) -> bool:
    """Tell whether `!.` or `?.` is the end of a description."""
    entry = document.entry_at(match.start())
    if entry is None or entry.description is None or entry.separator is None or not entry.separator.text.strip():
        return False
    before = match.string[max(0, match.start() - _LONGEST) : match.start()].casefold()
    return entry.description.span.end == match.end() and not before.endswith(_SHOUTING)
