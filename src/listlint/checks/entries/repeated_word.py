"""ENT012: a word stands twice in a row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.checks.prose import prose_around
from listlint.model.nodes import Document
from listlint.model.patterns import lazy
from listlint.packs.prose import ProseTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_TWICE = lazy(
    r"[ \n(\[*_\"'“‘«>](?P<word>\w{1,9})(?P<gap>[ \t\n]++)(?P<second>(?P=word))(?![\w'’/-]|\.\w)", re.IGNORECASE
)
_WORD = lazy(r"\w+")
_BEFORE = 80
"""Characters before a repetition in which a verb or clause is looked for."""
_STRETCH = 2000
"""Characters of a text that tell its language."""


class RepeatedWord(Rule[Document]):
    """A small word stands twice in a row: `the the`, `to to`.

    It is a slip of the pen that everybody reads over but the author of the list's next reviewer.

    Only words from a closed list count, which no sentence has twice, so that names (`Li Li`), titles
    (`Knock Knock`) and `that that` are left alone. The second one is in lower case, and both stand in
    one text, with nothing but white space between them. Words that other languages double need
    English around them, and `in`, `on`, `for` and `is` a sentence in which they cannot belong to a
    verb (`to log in in a browser`).
    """

    code, name = "ENT012", "repeated-word"
    severity = Severity.WARNING
    fix = Applicability.UNSAFE
    valid = (
        "- [A](https://a.dev) - By Li Li, He He and Yan Yan, with a very very deep net.\n",
        "- [The The](https://a.dev) - The band.\n- [To To](https://b.dev) - A tool for the to-do list.\n",
        "- [A](https://a.dev) - All that that tool had had.\n- [B](https://b.dev) - If you want it it is free.\n",
        "- [A](https://a.dev) - The way to log in in a browser.\n- [B](https://b.dev) - What this is is a tool.\n",
        "- [A](https://a.dev) - Co to to jest?\n- [B](https://b.dev) - Det at at spise.\n- [C](https://c.dev) - 天天的的确确。\n",
        "- [A](https://a.dev) - The the-first tool, `the the` and <https://a.dev/the> the tool.\n",
        "- [All about the](https://a.dev) the tool.\n- Made by the\n- the people\n",
        "| A | B |\n| - | - |\n| [of the](https://a.dev) | the tool |\n",
        "```\nthe the\n```\n\nText $a in in the set$ and the *the*.\n",
    )
    invalid = (
        Bad(
            "- [A](https://a.dev) - All of ⟦the the⟧ tools.\n- [B](https://b.dev) - ⟦The the⟧ tool.\n",
            "- [A](https://a.dev) - All of the tools.\n- [B](https://b.dev) - The tool.\n",
        ),
        Bad(
            "- [All ⟦of of⟧ the](https://a.dev) - Aims ⟦to  to⟧ please.\n  - Made ⟦with with⟧ care, (⟦by by⟧ the author).\n",
            "- [All of the](https://a.dev) - Aims to please.\n  - Made with care, (by the author).\n",
        ),
        Bad("Due to ⟦the\n   the⟧ rain.\n", "Due to the rain.\n"),
        Bad("# A list ⟦of of⟧ the tools\n", "# A list of the tools\n"),
        Bad(
            "| A | B |\n| - | - |\n| [a](https://a.dev) | the list ⟦and and⟧ more |\n",
            "| A | B |\n| - | - |\n| [a](https://a.dev) | the list and more |\n",
        ),
        Bad(
            "- [A](https://a.dev) - The tool runs ⟦in in⟧ a browser.\n",
            "- [A](https://a.dev) - The tool runs in a browser.\n",
        ),
        Bad(
            "- [A](https://a.dev) - The tool ⟦is is⟧ fast.\n- [A](https://b.dev) - Hunde ⟦und und⟧ Katzen.\n",
            "- [A](https://a.dev) - The tool is fast.\n- [A](https://b.dev) - Hunde und Katzen.\n",
        ),
        Bad(
            '<ul>\n<li><a href="https://a.dev">A</a> - Part of ⟦the the⟧ set.</li>\n</ul>\n',
            '<ul>\n<li><a href="https://a.dev">A</a> - Part of the set.</li>\n</ul>\n',
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on both words."""
        table = ctx.tables.get("prose", ProseTable)
        english = _English(node.text, table.english)
        for match in _TWICE.finditer(node.text):
            second = match["second"]
            if second not in table.never_twice or match["gap"].count("\n") > 1:
                continue
            span = Span(match.start("word"), match.end())
            block = prose_around(span, ctx)
            if block is None or not _meant_once(match, block, table, english):
                continue
            fix = Fix("keep one of them", (Edit(span, match["word"]),), Applicability.UNSAFE, May.TEXT)
            yield Finding(span, f'"{second}" stands twice in a row', fix)


def _meant_once(match: re.Match[str], block: Span, table: ProseTable, english: _English) -> bool:
    """Tell whether no reading of the text around it explains why a word stands twice."""
    word, text = match["second"], match.string
    if word in table.doubtful and not english.near(match.start(), block) - {word}:
        return False
    if word not in table.trailing:
        return True
    start = max(block.start, match.start() - _BEFORE)
    before = [other.lower() for other in _WORD.findall(text, start, match.start("word"))]
    if word == "is":
        return not table.clause.intersection(before)
    return not before or before[-1] not in table.phrasal


class _English:
    """The words around a place that make a text English, looked for once in each stretch of a block."""

    def __init__(self, text: str, words: frozenset[str]) -> None:
        self.text, self.words = text, words
        self.known: dict[tuple[int, int], frozenset[str]] = {}

    def near(self, at: int, block: Span) -> frozenset[str]:
        """Those in the stretch of ``block`` that holds ``at``."""
        part = (at - block.start) // _STRETCH
        if (block.start, part) not in self.known:
            start = block.start + part * _STRETCH
            found = _WORD.findall(self.text, start, min(block.end, start + _STRETCH))
            self.known[block.start, part] = self.words.intersection(map(str.lower, found))
        return self.known[block.start, part]
