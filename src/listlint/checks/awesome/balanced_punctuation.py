"""AWE010: a bracket or quotation mark has no partner."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from listlint.checks import manifesto
from listlint.checks.api import Bad, Finding, Good, Rule, Severity, Span
from listlint.model.nodes import BlockKind, Document, LinkKind
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context

_PAIRS = {"(": ")", "（": "）", "《": "》", "「": "」", "『": "』", "【": "】", "“": "”"}
_RARE = tuple((opening, close) for opening, close in _PAIRS.items() if opening not in "(（")
_TEXTS = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING})
_KIND = {"(": "(", "（": "(", ")": ")", "）": ")"}
"""A half-width bracket and a full-width one make a pair."""
_MARK = lazy("[()（）《》「」『』【】“”„‟]")
_EXCUSED = lazy(
    r"\\[^\s]"
    r"|(?:^|(?<=[\s,;:>/*_，；：。、)）]))(?:\d{1,3}[a-z]?|[A-Za-z]|[ivxIVX]{1,5}|[一二三四五六七八九十]{1,3})[)）]"
    r"|(?<![A-Za-z0-9])[:;=8xX][-'^o]?[()]+|(?<![()])[()]++[-'^o]?[:;=8](?![A-Za-z0-9])|\([^()\s]{0,3}[°ʖಠ•◕ᵔ][^()\n]{0,9}\)"
    r"|[\[\]][^\[\]()\n]{1,20},[^\[\]()\n]{1,20}\)|\([^\[\]()\n]{1,20},[^\[\]()\n]{1,20}[\[\]]"
    r"|^\W{0,4}\w{1,20}\) (?=[^)\n]{0,20}[\uac00-\ud7a3])",
    re.MULTILINE,
)
"""What has brackets without partners by right: escapes, enumerators, emoticons, half-open intervals, labels of Korean titles."""
_NO_QUOTE = lazy(r"(?<=\d)\"|\\\"|'\"|\"'")
"""Straight marks that may be inches, or a character that is spoken of."""
_CURLY = frozenset("“”„‟")
_FORMULA = lazy(r"\$[^$\n]{1,300}\$")
_CUT = lazy(r"(?<!\.)\.\.(?=\W{0,9}\Z|[ ]{2})|…(?=\W{0,9}\Z|[ ]{2})")
"""Where a program cut a text off: at its end, or before what is no text."""
_CLOSING = frozenset("）》」』】”")
_LONGEST = 20_000


class BalancedPunctuation(Rule[Document]):
    """A bracket or a quotation mark is opened and not closed, or closed and not opened.

    The reader looks for the other end, and often a part of the sentence was lost with it.

    Looked at is each paragraph, heading and table cell by itself. A half-width bracket and a full-width one are a
    pair. Enumerators such as `1)` and `a)`, emoticons, half-open intervals, formulas, code, URLs and link syntax
    are left alone, as are quotation marks in the German and the Swedish style (`„…“`, `”…”`), a quotation of
    several paragraphs, a text that a program cut off (`(small..`), and labels as Korean titles have them (`A) text`).
    Straight marks (`"`) are counted where no curly ones stand beside them, inches are not; single ones are
    apostrophes too often to be looked at.
    """

    code, name = "AWE010", "balanced-punctuation"
    severity = Severity.INFO
    valid = (
        "- [A (b)](https://a.dev/x_(y)) - Fast (small “good” one), 《书》（a) and (b）.\n",
        "- [A](https://a.dev) - 1) fast, 2) small, a) good; :) ;-) \\( [0, 1) (0, 1]\n",
        "- [A](https://a.dev) - In O(log n) of (Linux, 2k) with (see 1) this, 2) that) from (ICML 2018).\n",
        "- [A](https://a.dev) - 文（https://a.dev/x）好, 「https://a.dev/y」; 1）a b）2）b\n\nText (https://a.dev/z)— more.\n",
        "- [A](https://a.dev) - In $O(n$ and `f(` and ![x(](x.png) and „so“.\n\n```\n(\n```\n",
        "“One.\n\n“Two.”\n",
        Good("- [A](https://a.dev) - Fast (small one.\n", path="archive/README.md"),
        "- [A](https://a.dev) - It says ”go” and ”stop”.\n",
        "- [A](https://a.dev) - Fast (small.. <code>MIT</code>\n- [B](https://b.dev) - Fast (small…\n",
        '- [A](https://a.dev "t") - It says "go", a 5" disk, `"`, \\" and \'"\'.\n',
        '"One.\n\n"Two."\n\n| A | B |\n| - | - |\n| a | b |\n| c | " |\n',
        "- [A) 도구](https://a.dev)\n- [도구) 빠른 도구](https://b.dev)\n",
        "A (long\ntext) of two lines.\n",
        "- [A](https://a.dev) [[pdf](https://b.dev)] ([code](https://c.dev), [data](https://d.dev))\n",
    )
    invalid = (
        Bad("- [A](https://a.dev) - Fast ⟦(⟧small one.\n"),
        Bad("- [A](https://a.dev) - Fast small one⟦)⟧.\n"),
        Bad(
            "- [A](https://a.dev) - 很快⟦（⟧很小。\n- [B](https://b.dev) - 《书⟦》⟧》。\n".replace(
                "《书⟦》⟧》", "《书》⟦》⟧"
            )
        ),
        Bad("## Tools ⟦(⟧old\n\n- [A](https://a.dev) - It says ⟦”⟧go.\n"),
        Bad('- [A](https://a.dev "t") - It says ⟦"⟧go.\n- ["B](https://b.dev) - It says go⟦"⟧.\n'.replace('["B', "[B")),
        Bad("| A |\n|---|\n| b ⟦(⟧c |\n| d (e) |\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield each mark without a partner."""
        alphabet = node.source.alphabet
        if ('"' not in alphabet and not _MARK.search(alphabet)) or manifesto.is_former(node):
            return
        pieces = list(_pieces(node))
        rare = [(opening, close) for opening, close in _RARE if opening in alphabet or close in alphabet]
        for index, span in enumerate(pieces):
            if span.length > _LONGEST or not _may_lack_one(node.slice(span), rare):
                continue
            text = _text_of(span, node)
            lonely = _lonely(text)
            cut = max((match.start() for match in _CUT.finditer(text)), default=-1) if lonely else -1
            for at in lonely:
                char = text[at]
                if char in '“"' and index + 1 < len(pieces) and _continues(node, pieces[index + 1], char):
                    continue
                opens = char in _PAIRS or (char == '"' and not _ends_a_word(text, at))
                if opens and at < cut:
                    continue
                shown = f'"{char}"' if char != '"' else "the straight quotation mark"
                message = f"{shown} is {'never closed' if opens else 'closed and was never opened'}"
                yield Finding(Span(span.start + at, span.start + at + 1), message)


def _pieces(document: Document) -> Iterator[Span]:
    """The stretches in which pairs are looked for, in order."""
    for block in document.blocks:
        if block.kind in _TEXTS:
            yield block.inline or block.span
    for table in document.tables:
        for row in (table.header, *table.rows):
            for cell in row.cells:
                yield cell.span


def _continues(document: Document, following: Span, mark: str) -> bool:
    """Tell whether the next paragraph goes on with a quotation."""
    return document.text[following.start : following.start + 3].lstrip().startswith(mark)


def _text_of(span: Span, document: Document) -> str:
    """The text of a stretch, with blanks in the place of all that is no text, of the same length."""
    chars = list(document.slice(span))
    for part in _no_text(span, document):
        for at in range(max(part.start, span.start), min(part.end, span.end)):
            chars[at - span.start] = " "
    return _blank(_FORMULA, "".join(chars))


def _no_text(span: Span, document: Document) -> Iterator[Span]:
    """What of a stretch is code, a tag or the syntax of a link."""
    links, masks = document.links, document.masks
    bare: set[Span] = set()
    index = bisect_left(links, span.start, key=lambda link: link.span.start)
    while index < len(links) and links[index].span.start < span.end:
        link = links[index]
        index += 1
        if link.kind is LinkKind.BARE:
            bare.add(link.span)
            yield Span(link.span.start, link.span.start + _own_end(document.slice(link.span)))
        elif link.is_image or not (link.span.start <= link.text_span.start and link.text_span.end <= link.span.end):
            yield link.span
        else:
            yield Span(link.span.start, link.text_span.start)
            yield Span(link.text_span.end, link.span.end)
    index = max(0, bisect_left(masks, span.start, key=lambda pair: pair[0].start) - 1)
    while index < len(masks) and masks[index][0].start < span.end:
        if masks[index][0].end > span.start and masks[index][0] not in bare:
            yield masks[index][0]
        index += 1


def _may_lack_one(text: str, rare: Sequence[tuple[str, str]]) -> bool:
    """Tell whether some mark and its partner differ in number, link syntax included.

    ``rare`` are the pairs other than round brackets of which the document has a mark.
    """
    if text.count("(") + text.count("（") != text.count(")") + text.count("）") or text.count('"') % 2:
        return True
    return bool(rare) and not text.isascii() and any(text.count(one) != text.count(other) for one, other in rare)


def _own_end(address: str) -> int:
    """Where a bare URL meets a bracket that closes one before it: readers of Markdown take it for a part of the URL."""
    depth = 0
    for at, char in enumerate(address):
        depth += char == "("
        depth -= char == ")"
        if depth < 0 or char in _CLOSING:
            return at
    return len(address)


def _ends_a_word(text: str, at: int) -> bool:
    """Tell whether a mark at this offset stands right behind a word or the mark that ends one."""
    return at > 0 and (text[at - 1].isalnum() or text[at - 1] in ".,;:!?…)")


def _blank(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: " " * len(match[0]), text)


def _lonely(text: str) -> list[int]:
    """Offsets of the marks without a partner, in order.

    What looks like an enumerator or an emoticon may as well close a bracket (`of size n)`), so a mark must lack
    its partner whether those count or not.
    """
    found = _unpaired(text)
    if found:
        others = frozenset(_unpaired(_blank(_EXCUSED, text)))
        found = [at for at in found if at in others]
    lone = _lone_quote(text)
    return found if lone is None else sorted([*found, lone])


def _lone_quote(text: str) -> int | None:
    """The offset of the straight quotation mark without a partner, if their number is odd however one counts."""
    if text.count('"') % 2 == 0 or _blank(_NO_QUOTE, text).count('"') % 2 == 0:
        return None
    if not _CURLY.isdisjoint(text) or not any(char.isalnum() for char in text):
        return None
    opened: int | None = None
    at = text.find('"')
    while at >= 0:
        starts = not _ends_a_word(text, at)
        ends = not text[at + 1 : at + 2].strip() or text[at + 1] in ".,;:!?)"
        if opened is None:
            if ends and not starts:
                return at
            opened = at
        elif starts and not ends:
            return opened
        else:
            opened = None
        at = text.find('"', at + 1)
    return opened


def _unpaired(text: str) -> list[int]:
    german = "„" in text or "‟" in text or ("“" not in text and text.count("”") % 2 == 0)
    opened: dict[str, list[int]] = {}
    found: list[int] = []
    closing = {_KIND.get(close, close): _KIND.get(opening, opening) for opening, close in _PAIRS.items()}
    for match in _MARK.finditer(text):
        kind = _KIND.get(match[0], match[0])
        if german and kind in "“”„‟":
            continue
        if kind in closing:
            stack = opened.get(closing[kind])
            if stack:
                stack.pop()
            else:
                found.append(match.start())
        else:
            opened.setdefault(kind, []).append(match.start())
    return sorted([*found, *(at for stack in opened.values() for at in stack)])
