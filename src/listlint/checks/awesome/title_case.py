"""AWE002: the title is not in title case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks import manifesto
from listlint.checks.anchors import keeps_anchors
from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Severity, Span
from listlint.model.nodes import Document
from listlint.model.patterns import lazy
from listlint.packs.prose import ProseTable

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from listlint.checks.api import Context

_ENTRIES = "".join(f"- [A{number}](https://a.dev/{number}) - Tool.\n" for number in range(5))
_WORD = lazy(r"[^\s/|()\[\]{}“”\"«»:,;–—]+")
_PLAIN = lazy(r"[a-z]+(?:['’][a-z]+)?")
_KEBAB = lazy(r"[a-z0-9]+(?:[-_][a-z0-9]+)+")
_LONGEST = 2000
_STYLES = (
    "a an and as at but by en for from if in into nor of off on onto or out over per so than the to up via vs with yet"
    " within without using about is"
)
_SMALL = frozenset(_STYLES.split())
"""Words that styles of English titles leave in lower case."""


class TitleCase(Rule[Document]):
    """A word of the list's title begins with a small letter.

    The manifesto asks for title case, and search results and the collection show lists by this title.

    Articles, conjunctions and prepositions may be small, except for the first word. Names that begin with a
    small letter (npm, iOS, jQuery), words with a digit, dot or capital inside, code, titles with other letters
    than those of English or words of another language, and images in the title are left alone. A comment or logo above the title changes
    nothing.
    """

    code, name = "AWE002", "title-case"
    severity = Severity.WARNING
    fix = Applicability.UNSAFE
    valid = (
        f"# Awesome Tools for the Web\n\n{_ENTRIES}",
        f"# Awesome jQuery, iOS, npm, d3.js and k8s Tools ![small](x.png)\n\n{_ENTRIES}",
        f"# Awesome A [![x](https://a.dev/x.svg)][badge] [B][other]\n\n{_ENTRIES}\n[badge]: https://a.dev\n[other]: https://b.dev\n",
        f"# Awesome `tmux` Tools\n\n{_ENTRIES}",
        f"# AWESOME TOOLS\n\n{_ENTRIES}",
        f"# 精选 awesome 工具\n\n{_ENTRIES}",
        f"# Outils pour étudier\n\n{_ENTRIES}",
        f"# Todo sobre las cometas\n\n{_ENTRIES}",
        f"# Liste de ressources pour les bibliothèques\n\n## Café\n\n{_ENTRIES}",
        f"# Awesome Tools\n\n## small tools\n\n{_ENTRIES}",
        Good(f"# some notes\n\n{_ENTRIES}", path="notes.md"),
    )
    invalid = (
        Bad(f"# Awesome ⟦machine⟧ ⟦learning⟧\n\n{_ENTRIES}", f"# Awesome Machine Learning\n\n{_ENTRIES}"),
        Bad(
            f"<!-- x -->\n\n# ⟦awesome⟧ Tools of the ⟦web⟧\n\n{_ENTRIES}",
            f"<!-- x -->\n\n# Awesome Tools of the Web\n\n{_ENTRIES}",
        ),
        Bad(
            f'<p><img src="logo.png"></p>\n\n<h1 align="center">⟦the⟧ Tools</h1>\n\n{_ENTRIES}',
            f'<p><img src="logo.png"></p>\n\n<h1 align="center">The Tools</h1>\n\n{_ENTRIES}',
        ),
        Bad(f"# [Awesome ⟦tools⟧](https://a.dev)\n\n{_ENTRIES}", f"# [Awesome Tools](https://a.dev)\n\n{_ENTRIES}"),
        Bad(f"# ⟦awesome-tools⟧\n\n{_ENTRIES}"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield each word that should have a capital."""
        heading = manifesto.title(node)
        if heading is None or not manifesto.is_list(node, ctx) or not _is_english(heading.text):
            return
        prose = ctx.tables.get("prose", ProseTable)
        if not prose.foreign.isdisjoint(heading.text.split()):
            return
        names = prose.small
        content = heading.content
        if content.length > _LONGEST:
            return
        hidden = list(_hidden(node, content))
        first = True
        for match in _WORD.finditer(node.text, content.start, content.end):
            span = Span(*match.span())
            if node.masked(span) or any(part.overlaps(span) for part in hidden):
                continue
            yield from self._word(match, names, ctx, first=first)
            first = first and not any(char.isalpha() for char in match[0])

    def _word(self, match: re.Match[str], names: frozenset[str], ctx: Context, *, first: bool) -> Iterator[Finding]:
        word = match[0].strip("*_~.!?&#")
        start = match.start() + match[0].find(word)
        span = Span(start, start + len(word))
        if _KEBAB.fullmatch(word) and word.startswith("awesome"):
            yield Finding(span, f'"{word}" is the name of a repository rather than a title')
        elif _PLAIN.fullmatch(word) and word not in names and (first or word not in _SMALL):
            edits = (Edit(Span(start, start + 1), word[0].upper()),)
            fix = Fix("begin it with a capital", edits, Applicability.UNSAFE, May.TEXT)
            kept = fix if keeps_anchors(edits, ctx) else None
            yield Finding(span, f'"{word}" in the title begins with a small letter', kept, group=self.code)


def _hidden(document: Document, content: Span) -> Iterator[Span]:
    """What of a heading's links is no text: images, targets, labels."""
    for link in document.links:
        if not content.start <= link.span.start < content.end:
            continue
        if link.is_image or link.image is not None:
            yield link.span
        else:
            yield Span(link.text_span.end, max(link.text_span.end, link.span.end))


def _is_english(title: str) -> bool:
    """Tell whether a title has no letters but those of English."""
    return all(char.isascii() for char in title if char.isalpha())
