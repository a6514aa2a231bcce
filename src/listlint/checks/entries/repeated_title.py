"""ENT006: a description begins with the title of its entry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Rule, Severity, Span
from listlint.model.nodes import Entry, EntryKind
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from listlint.checks.api import Context

_OPENING = lazy(r"[*_\"“«]*+(?:[Tt]he\s++)?+")
_OPENS = frozenset('*_"“«Tt')
_VERBS = (
    "is|are|was|has|can|will|does|provides|allows|lets|helps|makes|offers|aims|enables|gives|supports|uses|brings|works|"
    "comes|contains|covers|features|includes|generates|implements|turns|runs|handles|adds|takes|simplifies"
)
_BEHIND = lazy(
    r"[*_\"”»\]]*+(?:\Z|\s*+\([^()\n]{1,200}\)(?!\w)|[ \t]?[:：,，.。–—]|\s++(?:[-–—:]|(?:" + _VERBS + r")\b))"
)
_RELATIVE = (
    "which|who|whose|whom|where|welche[rsmn]?|deren|dessen|qui|que|dont|où|laquelle|lequel|lesquel(?:le)?s|cuyo|cuya|quien|"
    "cuj[oa]s?|che|quale|cui|которы[йехм]|которыми|котор(?:ая|ое|ого|ому|ой|ую)|чей|чья|чьё|где|який|яка|яке|які|"
    "któr[yaeą]|który(?:m|ch|mi)|które(?:go|j|mu)|kter[ýáéíou]|ktor[ýáéíou]|که|الذي|التي|الذين|जो|जिस(?:का|की|के|में)?"
)
_CLAUSE = lazy(r"[*_\"”»\]]*+\s?[,，،]\s*+(?:[^\W\d_]++\s++)?(?:" + _RELATIVE + r")\b", re.IGNORECASE)
"""A relative clause on the title, which is the subject of what follows it."""
_WORD_END = lazy(r"[\w'’]|[-./+#]\w|[+#]")
_MORE = lazy(r"[*_\"”»]*+\s++(?!(?:and|as|at|by|for|from|in|of|on|or|to|with)\b)\S++\s++\S++\s++\S")
"""Words behind a title that stand by themselves without it."""
_SEVERAL = lazy(r"\w\s\w")


class RepeatedTitle(Rule[Entry]):
    """A description begins by repeating the title word for word: `[Foo](…) - Foo is a tool`.

    The reader has just read the name; without it, the description says the same in fewer words, and lists
    are easier to skim.

    A title of one word, or in another case, has to be followed by a verb, a comma, a colon or the end, since
    names of languages and of things begin descriptions too: `[Go](…) - Go bindings`. Behind `a` and `an` it is
    no name. A relative clause (`Foo, which …,`) needs the word that it hangs on. All that a document
    repeats is one group.
    """

    code, name = "ENT006", "repeated-title"
    severity = Severity.INFO
    valid = (
        "- [Foo](https://a.dev) - A tool.\n- [Foo](https://b.dev) - Food is a tool.\n- [Foo](https://c.dev) - Foo-bar is one.\n",
        "- [Go](https://a.dev) - Go bindings for all.\n- [C](https://b.dev) - C++ is a language.\n- [A](https://c.dev) - A is.js runs.\n",
        "- [Foo Bar](https://a.dev) - Foo Barista is one.\n- [Foo Bar](https://b.dev) - Foo Bar text.\n- [Foo Bar](https://b.dev) - Foo Bar by its examples here.\n- [Foo](https://b.dev) - [[Foo](https://c.dev)] is a tool.\n- [Foo](https://b.dev) - Like Foo, it is a tool.\n",
        "- [Foo](https://a.dev)\n- [Foo](https://b.dev) - `Foo` is a tool.\n- [pdf](https://c.dev) - A tool.\n",
        "- [Tar Reader](https://a.dev) - A tar reader in C.\n- [Tar Reader](https://b.dev) - Tar reader in C.\n",
        "- [Foo](https://a.dev) - Foo, which runs all day, is free.\n- [The Foo](https://b.dev) - The Foo, in which all is free.\n- [Бар](https://c.dev) - Бар, который быстрый.\n- [Бар](https://d.dev) - Бар, с которым всё быстро.\n",
        "- [Foo](https://a.dev) is a tool.\n- [The Foo](https://a.dev) - Foo is a tool.\n",
    )
    invalid = (
        Bad("- [Foo](https://a.dev) - ⟦Foo⟧ is a tool.\n- [Foo](https://b.dev): **⟦foo⟧** provides it.\n"),
        Bad("- [Foo Bar](https://a.dev) - ⟦Foo Bar⟧ tool for all.\n- [Foo](https://b.dev) - The ⟦Foo⟧, a tool.\n"),
        Bad(
            "- [Foo](https://a.dev) - ⟦Foo⟧\n- [Foo](https://b.dev) - ⟦Foo⟧: a tool.\n- [Foo.js](https://c.dev) - ⟦Foo.js⟧ (new) tool.\n"
        ),
        Bad("| Name | Description |\n| - | - |\n| [Foo](https://a.dev) | ⟦Foo⟧ is a tool |\n"),
        Bad("- [工具](https://a.dev) - ⟦工具⟧：很快。\n"),
    )

    def check(self, node: Entry, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the repeated title."""
        if node.title is None or node.description is None or not _is_set_off(node):
            return
        text, where = ctx.document.text, node.description.span
        title = node.title.text.strip()
        folded = title.casefold()
        for start in _starts(text, where):
            end = start + len(title)
            if len(title) < 2 or end > where.end or text[start:end].casefold() != folded:
                continue
            span = Span(start, end)
            if ctx.document.masked(span) or _WORD_END.match(text, end, where.end):
                continue
            if _CLAUSE.match(text, end, where.end):
                return
            same = text[start:end] == title and _SEVERAL.search(title) and _MORE.match(text, end, where.end)
            if same or _BEHIND.match(text, end, where.end):
                yield Finding(span, f'the description begins with the title "{title}"', entry=node, group=self.code)
            return


def _starts(text: str, where: Span) -> Iterable[int]:
    """Where a title may stand that a description begins with."""
    start = where.start
    if text[start : start + 1] not in _OPENS:
        return (start,)
    opening = _OPENING.match(text, start, where.end)
    return (start,) if opening is None else dict.fromkeys((opening.end(), start))


def _is_set_off(entry: Entry) -> bool:
    """Tell whether a mark or a cell separates title and description."""
    if entry.kind is EntryKind.TABLE_ROW:
        return True
    return entry.separator is not None and bool(entry.separator.text.strip())
