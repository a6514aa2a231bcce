"""STY002: blank lines are missing, or there are too many."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import msgspec

from listlint.checks import api
from listlint.checks.api import Bad, Edit, Finding, Fix, Good, May, ReferenceTrait, Rule, Severity, Span
from listlint.checks.convention import FORMS_MINIMUM, FORMS_SHARE, Convention, convention
from listlint.model.nodes import BlockKind, Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context, Trait
    from listlint.model.nodes import Item

_CLOSED = frozenset({BlockKind.CODE, BlockKind.FENCE, BlockKind.HTML, BlockKind.FRONT_MATTER})
"""Blocks whose blank lines are their own."""
_LIST, _QUOTE = "list", "quote"
_FRAMED = frozenset({BlockKind.HEADING, _LIST, BlockKind.FENCE})
_ALOOF = frozenset({BlockKind.HTML, BlockKind.FRONT_MATTER, BlockKind.DEFINITION, BlockKind.CODE})
"""What may touch anything: comments are directives, definitions are invisible."""
_ATTRIBUTES = lazy(r"[ \t]*(?:\{[:%{#]|\[TOC\]|\[\[_TOC_\]\]|<)", re.IGNORECASE)
"""Lines of site generators that belong to the block that they touch; HTML."""
_EMPTY_ITEM = lazy(r"[ \t>]*+(?:[-*+]|\d{1,9}[.)])[ \t]*+")
"""Below an item without content parsers disagree on what further blank lines mean."""
_LEAD_IN = lazy(r"[:：*_]\s*\Z|>\s*\Z")
"""What ends a line that introduces the list or fence below it: a colon, bold text, a tag."""


_UNIVERSAL = "before a heading"
_OPTIONS = {
    f"{where} a {what}": f"{where}_{what}" for where in ("before", "after") for what in ("heading", "list", "fence")
}
"""The options that say whether a blank line is wanted."""
_FEW, _MOST = 2, 0.75
"""Hardly anybody glues a heading to the text above it: less is needed to call the rest a habit."""


class _Unit(NamedTuple):
    """A block of the outermost level, or a whole list: its kind, first line, and line after its last."""

    kind: str
    first: int
    last: int


class _Edge(NamedTuple):
    """Two neighbours of which one wants a blank line between them."""

    trait: str
    """``"before a heading"``, ``"after a list"`` …"""
    line: int
    """where the second one starts"""
    blank: int
    """blank lines between them"""


_Wanted = Annotated[
    bool | None, msgspec.Meta(description="whether a blank line belongs there; by default as in most such places")
]


class BlankLines(Rule[Document]):
    """Several blank lines follow each other, or none separates a heading, list or fence from its neighbour.

    Renderers differ in what they make of a heading or list that touches the text above it, and
    a list is easier to edit where its parts stand apart.

    A missing blank line is reported where the document has one in most such places: at least
    80 % of at least 5, and above headings 75 % whatever their number. Lists and fences below a line that introduces them (`Papers:`, bold
    text) are never reported, nor is anything beside HTML, comments, definitions and attribute
    lines. Where most headings have two blank lines above them, that is left alone. Code, HTML
    blocks and front matter keep their blank lines, and nothing is inserted inside a list.
    """

    class Options(api.Options, frozen=True):
        """What counts as the document's own habit, and what holds instead."""

        before_heading: Annotated[
            Literal[0, 1, 2] | None,
            msgspec.Meta(description="how many blank lines belong there, 0 for any; by default as in most such places"),
        ] = None
        after_heading: _Wanted = None
        before_list: _Wanted = None
        after_list: _Wanted = None
        before_fence: _Wanted = None
        after_fence: _Wanted = None
        minimum: Annotated[int, msgspec.Meta(description="number of places that make a habit", ge=1)] = FORMS_MINIMUM
        share: Annotated[float, msgspec.Meta(description="share of them that must agree", gt=0.5, le=1)] = FORMS_SHARE

    code, name = "STY002", "blank-lines"
    severity = Severity.INFO
    fix = api.Applicability.SAFE
    layout = True
    pins = {f"blank lines {trait}": option for trait, option in _OPTIONS.items()}
    valid = (
        "# A\n\n## B\n\n- [C](https://c.dev)\n- [D](https://d.dev)\n\n## E\n",
        "# A\n- x\n\n## B\n- x\n\n## C\n- x\n\n## D\n- x\n\n## E\n- x\n",
        "# A\nText.\n## B\nText.\n## C\nText.\n",
        "# A\n\nx\n\n\n## B\n\nx\n\n\n## C\n\nx\n\n\n## D\n\nx\n\n\n## E\n\nx\n\n\n## F\n",
        "# A\n\n```\na\n\n\nb\n```\n\n    c\n\n\n    d\n\n<pre>\na\n\n\nb\n</pre>\n",
        "---\na: 1\n\n\nb: 2\n---\n# A\n\nText.\n<!-- listlint-disable -->\n## B\n{: .no_toc }\n",
        Good(
            "# A\n\nx\n\n- y\n\nx\n\n- y\n\nPapers:\n- [B](https://b.dev)\n\n**Code**\n- [C](https://c.dev)\n",
            {"minimum": 2},
        ),
        "# A\n\n- a\n  - b\n- c\n\n  d\n- e\n",
        Good("% a\n\n\n\n@misc{a2020, title = {A}}\n", path="a.bib"),
        Good("x\n\n\n## B\n- x\n", {"before-heading": 2, "after-heading": False}),
        Good("# A\n\nx\n\n## B\n\nx\n## C\n", {"before-heading": 0}),
    )
    invalid = (
        Bad("# A\n\n⟦\n⟧Text.\n\n⟦ \n\t\n⟧- a\n\n⟦\n⟧- b\n", "# A\n\nText.\n\n- a\n\n- b\n"),
        Bad(
            "# A\n\n## B\n\nText.\n⟦## C⟧\n\nText.\n\n## D\n\n## E\n",
            "# A\n\n## B\n\nText.\n\n## C\n\nText.\n\n## D\n\n## E\n",
        ),
        Bad(
            "# A\n\nx\n\n⟦## B⟧\n- x\n\n## C\n\n- x\n",
            "# A\n\nx\n\n## B\n\n- x\n\n## C\n\n- x\n",
            {"minimum": 3, "share": 0.6},
        ),
        Bad("x\n\n- y\n\nx\n\n- y\n\nx\n⟦-⟧ y\n", "x\n\n- y\n\nx\n\n- y\n\nx\n\n- y\n", {"minimum": 3, "share": 0.6}),
        Bad(
            "- a\n\n```\nb\n```\n\n- a\n\n```\nb\n```\n\n- a\n⟦```⟧\nb\n```\n",
            "- a\n\n```\nb\n```\n\n- a\n\n```\nb\n```\n\n- a\n\n```\nb\n```\n",
            {"minimum": 2, "share": 0.6},
        ),
        Bad("x\n⟦## B⟧\n\n- x\n", "x\n\n## B\n\n- x\n", {"before-heading": 1}),
        Bad(
            "⟦## B⟧\n- x\n⟦```⟧\ny\n```\n",
            "## B\n\n- x\n\n```\ny\n```\n",
            {"after-heading": True, "before-fence": True},
        ),
        Bad("x\n\n⟦## B⟧\n\nx\n\n\n⟦\n⟧## C\n", "x\n\n\n## B\n\nx\n\n\n## C\n", {"before-heading": 2}),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[ReferenceTrait]:
        """Yield how many blank lines there are in each place that could have one."""
        for edge in _edges(document, _units(document)) if document.blocks else ():
            value = edge.blank if edge.trait == _UNIVERSAL else edge.blank > 0
            shown = str(edge.blank) if edge.trait == _UNIVERSAL else "yes" if value else "no"
            yield ReferenceTrait(f"blank lines {edge.trait}", _place(document, edge), value, shown)

    def pin(self, trait: Trait | ReferenceTrait) -> int | bool | None:
        """The number, or whether there is one; more than two nobody wants."""
        return trait.value if isinstance(trait.value, int) and trait.value <= _MOST_BLANK else None

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield surplus blank lines, then places without one."""
        if not node.blocks:
            return
        edges = list(_edges(node, _units(node)))
        habits = self._habits(edges)
        yield from self._surplus(node, edges)
        for edge in edges:
            habit = habits.get(edge.trait)
            if habit is None or edge.blank >= habit.value:
                continue
            start = node.source.line_starts[edge.line]
            fix = Fix(
                "insert a blank line", (Edit(Span(start, start), "\n" * (habit.value - edge.blank)),), may=May.SPACE
            )
            wanted = "no blank line" if not edge.blank else "one blank line"
            known = f"{habit.share()} such places have one" if habit.total else _SHOULD[habit.value]
            yield Finding(_place(node, edge), f"{wanted} {edge.trait}; {known}", fix, group=self.code)

    def _habits(self, edges: Sequence[_Edge]) -> dict[str, Convention[int]]:
        """How many blank lines there should be, by trait: what is set, else one where most places have some."""
        traits: dict[str, list[bool]] = {}
        for edge in edges:
            traits.setdefault(edge.trait, []).append(edge.blank > 0)
        found: dict[str, Convention[int]] = {}
        for trait, values in traits.items():
            wanted = getattr(self.options, _OPTIONS[trait])
            if wanted is not None:
                found[trait] = Convention(int(wanted), 0, 0)
                continue
            limits = (_FEW, _MOST) if trait == _UNIVERSAL else (self.options.minimum, self.options.share)
            if (own := convention(values, *limits)) is not None:
                found[trait] = Convention(int(own.value), own.count, own.total)
        return found

    def _surplus(self, document: Document, edges: Sequence[_Edge]) -> Iterator[Finding]:
        starts = document.source.line_starts
        above = {edge.line: edge.blank for edge in edges if edge.trait == _UNIVERSAL}
        wanted = self.options.before_heading
        if wanted is None:
            habit = convention(above.values(), self.options.minimum, self.options.share)
            usual, keep = habit.value if habit is not None else None, 1
        else:
            usual, keep = wanted, max(1, wanted)
        for first, last in _blank_runs(document):
            if usual is not None and above.get(last) == usual == last - first:
                continue
            kept = keep if last in above else 1
            span = Span(starts[first + kept], starts[last])
            fix = Fix("keep one of them" if kept == 1 else "keep two of them", (Edit(span, ""),), may=May.SPACE)
            yield Finding(span, f"{last - first} blank lines in a row", fix, group=self.code)


_MOST_BLANK = 2
_SHOULD = {1: "there should be one", 2: "there should be two"}


def _place(document: Document, edge: _Edge) -> Span:
    """The heading's line, or the mark that starts a list or fence (or what follows one)."""
    line = document.source.line_span(edge.line - (edge.trait == "after a heading"))
    if edge.trait.endswith("heading"):
        return line
    text = document.slice(line)
    start = len(text) - len(text.lstrip(" \t"))
    return Span(line.start + start, line.start + start + len(text.split()[0]))


def _blank_runs(document: Document) -> Iterator[tuple[int, int]]:
    """Lines [first, last) of each run of several blank lines with text below it, outside closed blocks."""
    lines = document.text.split("\n")
    closed = {line for block in document.blocks if block.kind in _CLOSED for line in range(*block.lines)}
    first = 0
    for index, line in enumerate(lines):
        if not line.strip(" \t") and index not in closed:
            continue
        if index - first > 1 and not (first and _EMPTY_ITEM.fullmatch(lines[first - 1])):
            yield first, index
        first = index + 1


def _units(document: Document) -> list[_Unit]:
    """The outermost blocks and lists, in order."""
    source = document.source
    units: list[_Unit] = []
    firsts: dict[int, Item] = {}
    lasts: dict[int, Item] = {}
    for item in document.items:
        if item.parent is None:
            firsts.setdefault(item.list_id, item)
            lasts[item.list_id] = item
    for number, item in lasts.items():
        line = source.line_index(item.span.start)
        last = source.line_index(max(item.span.start, item.span.end - 1)) + 1
        quoted = source.text[source.line_starts[line] : item.marker.span.start].strip(" \t")
        units.append(_Unit(_QUOTE if quoted else _LIST, source.line_index(firsts[number].span.start), last))
    loose = (block for block in document.blocks if block.item is None)
    units.extend(_Unit(block.kind if block.depth == 0 else _QUOTE, *block.lines) for block in loose)
    return sorted(units, key=lambda unit: (unit.first, unit.last))


def _edges(document: Document, units: Sequence[_Unit]) -> Iterator[_Edge]:
    """The places where a blank line is wanted, whether or not there is one."""
    source = document.source
    for above, below in pairwise(units):
        blank = below.first - above.last
        if blank < 0 or any(source.line(line).strip(" \t") for line in range(above.last, below.first)):
            continue
        last_line, first_line = source.line(above.last - 1), source.line(below.first)
        trait = _trait(above.kind, below.kind)
        if trait is None or _ATTRIBUTES.match(first_line) or _ATTRIBUTES.match(last_line):
            continue
        if below.kind != BlockKind.HEADING and above.kind == BlockKind.PARAGRAPH and _LEAD_IN.search(last_line):
            continue
        yield _Edge(trait, below.first, blank)


def _trait(above: str, below: str) -> str | None:
    """What a blank line between two kinds of units is for; None where none is wanted."""
    if above in _ALOOF or below in _ALOOF or above == below == _LIST:
        return None
    for kind, where in ((below, "before"), (above, "after")):
        if kind == BlockKind.HEADING:
            return f"{where} a heading"
    for kind, where in ((below, "before"), (above, "after")):
        if kind in _FRAMED:
            return f"{where} a {'list' if kind == _LIST else 'fence'}"
    return None
