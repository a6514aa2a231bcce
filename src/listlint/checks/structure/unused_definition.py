"""STR010: nothing refers to a definition."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Severity, Span
from listlint.checks.definitions import is_comment, label_of
from listlint.checks.links import shorten
from listlint.model.nodes import Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context
    from listlint.model.nodes import Definition

_BRACKETS = lazy(r"\[\^?([^\[\]]++)\]")
_IMAGE = lazy(r"\.(?:png|svg|gif|jpe?g|webp|ico)(?:[?#].*)?\Z|//img\.shields\.io/", re.IGNORECASE)
_SET = 3
"""Defined images that are a set."""
_INDENTED = lazy(r"[ \t]|[-*+][ \t]|\d{1,9}[.)][ \t]")
"""What a list or footnote above would take for its own, were the definition between them gone."""


class UnusedDefinition(Rule[Document]):
    """Nothing refers to a link or footnote definition.

    It shows nothing, and whoever edits it later wonders what for. It is left over from a link that was
    deleted, or its label is misspelt in one of the two places.

    A label that stands in brackets anywhere else counts as used, be it in code, HTML or a comment.
    Definitions that are comments (`[//]: # (…)`, `[comment]: <> (…)`) are for editors, and an image among
    other defined images is one of a set to choose from. A second definition of one label is
    the matter of `duplicate-definition`.
    """

    code, name = "STR010", "unused-definition"
    severity = Severity.INFO
    fix = Applicability.SAFE
    valid = (
        "[a][x] [y] ![b][Z  z] text[^n]\n\n[x]: https://a.dev\n[y]: https://b.dev\n[z Z]: c.png\n\n[^n]: note\n",
        "[//]: # (comment)\n\n[comment]: <> (comment)\n\n[_]: # 'x'\n\n[^_^]: # (x)\n\n[todo]: #\n",
        "`[a][x]`\n\n[x]: https://a.dev\n",
        "<p>[a][x]</p>\n\n<!-- [y] -->\n\n[x]: https://a.dev\n[y]: https://b.dev\n",
        "[a][x]\n\n[x]: https://a.dev\n[x]: https://b.dev\n",
        "| A |\n|---|\n| a | [b][x] |\n\n[x]: https://a.dev\n",
        "```\n[x]: https://a.dev\n```\n",
        "![][c] ![][go]\n\n[c]: img/c.png 'C'\n[go]: img/go.png 'Go'\n[rust]: img/rust.png 'Rust'\n",
        Good("[x]: https://a.dev\n", path="a.bib"),
    )
    invalid = (
        Bad(
            "text\n\n[x]: https://a.dev\n[⟦y⟧]: https://b.dev\n[z]: https://c.dev\n\n[x] [z]\n",
            "text\n\n[x]: https://a.dev\n[z]: https://c.dev\n\n[x] [z]\n",
        ),
        Bad("text\n\n[⟦x⟧]: https://a.dev\n\nmore\n", "text\n\nmore\n"),
        Bad("text\n\n[⟦x⟧]: https://a.dev\n[⟦y⟧]: https://a.dev\n", "text\n"),
        Bad("text\n\n[⟦x⟧]:\n  https://a.dev\n  'A title'", "text"),
        Bad("[⟦x⟧]: https://a.dev\n\ntext\n", "text\n"),
        Bad("text\n\n[^⟦1⟧]: a note\n    that goes on\n\nmore\n", "text\n\nmore\n"),
        Bad("[x]: https://a.dev\n[x]: https://b.dev\n[^⟦1⟧]: a note on [x]\n"),
        Bad("- a\n\n[⟦x⟧]: https://a.dev\n\n- b\n"),
        Bad("- a\n\n  [⟦x⟧]: https://a.dev\n\n> [⟦y⟧]: https://a.dev\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each unused definition; neighbours share a fix."""
        used = {(reference.footnote, label_of(reference.label)) for reference in node.references}
        images = sum(_IMAGE.search(one.target) is not None for one in node.definitions)
        found = [
            definition
            for definition in node.definitions
            if not definition.duplicate
            and (definition.footnote, label_of(definition.label)) not in used
            and not is_comment(definition)
            and not (_IMAGE.search(definition.target) and images >= _SET)
        ]
        if found:
            elsewhere = _elsewhere(node)
            found = [one for one in found if label_of(one.label) not in elsewhere]
        deletion = _Deletion(node) if found else None
        for run in _runs(node, found):
            fix = deletion.fix(run) if deletion else None
            for one in run:
                what = "footnote" if one.footnote else "link label"
                yield Finding(one.label_span, f'nothing refers to the {what} "{shorten(one.label)}"', fix)


def _elsewhere(document: Document) -> frozenset[str]:
    """The labels that stand in brackets outside of the definitions' own."""
    own = {definition.label_span.start for definition in document.definitions}
    return frozenset(label_of(m[1]) for m in _BRACKETS.finditer(document.text) if m.start(1) not in own)


def _runs(document: Document, found: Sequence[Definition]) -> Iterator[list[Definition]]:
    """The definitions, those that follow each other line by line together."""
    run: list[Definition] = []
    for one in found:
        if run and document.text[run[-1].span.end : one.span.start].strip(" ") != "\n":
            yield run
            run = []
        run.append(one)
    if run:
        yield run


class _Deletion:
    """Finds what can be deleted without a change to what is around it."""

    def __init__(self, document: Document) -> None:
        self.source = document.source
        outer = [item.span for item in document.items if item.parent is None]
        outer += [one.span for one in document.definitions if one.footnote]
        self.outer = sorted(outer)
        self.lines = document.text.split("\n")
        self.repeated = any(one.duplicate and not one.footnote for one in document.definitions)

    def fix(self, run: Sequence[Definition]) -> Fix | None:
        """Delete whole lines, and a blank line where two would be left."""
        source, lines = self.source, self.lines
        first, last = source.line_index(run[0].span.start), source.line_index(max(run[-1].span.end - 1, 0))
        if any(self.is_inside(one) for one in run):
            return None
        if self.repeated and any(one.footnote for one in run):
            # A footnote may hold the only use of a label that is defined twice.
            return None
        above, below = first - 1, last + 1
        while above >= 0 and not lines[above].strip():
            above -= 1
        while below < len(lines) and not lines[below].strip():
            below += 1
        if below == len(lines) and above >= 0:
            span = Span(source.line_span(above).end, source.line_span(last).end)
        elif below == len(lines):
            span = Span(0, len(source.text))
        elif above >= 0 and _INDENTED.match(lines[below]) and self.in_container(source.line_starts[above]):
            return None
        else:
            blank = above < first - 1 or above < 0
            span = Span(source.line_starts[first], source.line_starts[below if blank else last + 1])
        title = "delete the definition" if len(run) == 1 else f"delete the {len(run)} definitions"
        return Fix(title, (Edit(span, ""),), Applicability.SAFE, May.BLOCKS)

    def is_inside(self, one: Definition) -> bool:
        """Tell whether a definition shares its lines or its container with something else."""
        start = self.source.line_starts[self.source.line_index(one.span.start)]
        if self.source.text[start : one.span.start].strip(" "):
            return True
        at = bisect_right(self.outer, (one.span.start, len(self.source.text) + 1)) - 1
        if at >= 0 and self.outer[at].start == one.span.start:
            at -= 1
        return at >= 0 and one.span.start < self.outer[at].end

    def in_container(self, offset: int) -> bool:
        """Tell whether a line belongs to a list or footnote."""
        at = bisect_right(self.outer, (offset, len(self.source.text) + 1)) - 1
        # A list's marker may be indented.
        return (at >= 0 and offset <= self.outer[at].end) or _INDENTED.match(self.source.text, offset) is not None
