"""Moves entries among their neighbours: list items, table rows, sections.

A unit is an entry with everything that belongs to it, in whole lines. Units are moved, and nothing within
them changes. Where lines do not show what belongs to which entry, there are no units.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.model.edit import Edit
from listlint.model.nodes import BlockKind, DirectiveScope
from listlint.model.patterns import lazy
from listlint.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listlint.model.nodes import Document, Item, Section, Table

_PAIRED = ("details", "summary", "div", "table", "ul", "ol", "center", "p", "picture", "span")
_FENCE_END = lazy(r"[ \t>]*+(?:`{3,}|~{3,})[ \t]*+\Z")
_STEADY = frozenset({DirectiveScope.LINE, DirectiveScope.FILE})
"""Suppressions that mean the same wherever their line stands."""


def item_units(document: Document, items: Sequence[Item]) -> list[Span] | None:
    """The units of the items of one list, or None where they cannot be moved safely."""
    if len({(item.marker.text, item.marker.indent) for item in items}) > 1 or any(item.entry is None for item in items):
        return None
    starts = [_line_start(document, item.span.start) for item in items]
    before = {document.text[start : item.marker.span.start] for start, item in zip(starts, items, strict=True)}
    if len(before) > 1 or before.pop().strip(" "):
        return None
    end = max(items[-1].span.end, items[-1].head.end)
    units = _units(document, starts, end)
    gaps = {document.text[a.end : b.start] for a, b in pairwise(units)}
    if len(gaps) > 1 or gaps.pop().strip("\n") or not _is_closed(document, units):
        return None
    return units


def row_units(document: Document, table: Table) -> list[Span] | None:
    """The lines of a table's rows, or None where they cannot be moved safely."""
    starts = [_line_start(document, row.span.start) for row in table.rows]
    before = {document.text[start : row.span.start] for start, row in zip(starts, table.rows, strict=True)}
    if len(before) > 1 or before.pop().strip(" "):
        return None
    units = _units(document, starts, table.rows[-1].span.end)
    whole = all("\n" not in document.slice(unit) for unit in units)
    return units if whole and _is_closed(document, units) else None


def section_units(document: Document, sections: Sequence[Section]) -> list[Span] | None:
    """The units of sections that follow each other, or None where they cannot be moved safely."""
    starts = [_line_start(document, section.span.start) for section in sections]
    if starts != [section.span.start for section in sections]:
        return None
    units = _units(document, starts, sections[-1].span.end)
    # Anchors, rules and comments above a heading belong to it, and stand in the unit before.
    ends = [block.span.end for block in document.blocks]
    for unit in units:
        last = document.blocks[bisect_right(ends, unit.end) - 1]
        open_fence = last.kind is BlockKind.FENCE and not _FENCE_END.match(
            document.slice(last.span).rpartition("\n")[2]
        )
        if last.kind in (BlockKind.HTML, BlockKind.RULE) or open_fence:
            return None
    blank = all(document.text.count("\n", a.end, b.start) > 1 for a, b in pairwise(units))
    return units if blank and _is_closed(document, units) and not _is_linked(document, units) else None


def _line_start(document: Document, offset: int) -> int:
    return document.source.line_starts[document.source.line_index(offset)]


def _units(document: Document, starts: Sequence[int], end: int) -> list[Span]:
    """The spans from each start to the last line with text before the next one."""
    source = document.source
    units: list[Span] = []
    for number, start in enumerate(starts):
        stop = starts[number + 1] if number + 1 < len(starts) else end
        last = source.line_index(max(start, stop - 1))
        while source.line_starts[last] > start and not source.line(last).strip(" \t"):
            last -= 1
        units.append(Span(start, source.line_span(last).end))
    return units


def _is_closed(document: Document, units: Sequence[Span]) -> bool:
    """Tell whether each unit has in it all that it needs: definitions, suppressions and open tags reach further."""
    whole = Span(units[0].start, units[-1].end)
    if any(definition.span.overlaps(whole) for definition in document.definitions):
        return False
    if any(one.span.overlaps(whole) and (one.scope not in _STEADY or one.unknown) for one in document.directives):
        return False
    if "<" not in document.slice(whole):
        return True
    for unit in units:
        text = document.slice(unit).lower()
        if "<" in text and (
            text.count("<!--") != text.count("-->")
            or any(_opened(text, tag) != text.count(f"</{tag}") for tag in _PAIRED)
        ):
            return False
    return True


def _opened(text: str, tag: str) -> int:
    return sum(text.count(f"<{tag}{end}") for end in (">", " ", "\n"))


def _is_linked(document: Document, units: Sequence[Span]) -> bool:
    """Tell whether something refers to the order of the headings: a table of contents, a numbered anchor."""
    whole = Span(units[0].start, units[-1].end)
    inside = [heading for heading in document.headings if heading.span.overlaps(whole)]
    targets = {link.target[1:] for link in document.links if link.is_fragment}
    anchors = {heading.anchor for heading in inside}
    texts = Counter(heading.text.casefold() for heading in document.headings)
    listed = any(item.fragment in anchors for toc in document.toc for item in toc.items)
    return listed or (bool(targets) and any(texts[heading.text.casefold()] > 1 for heading in inside))


class _Change(Struct):
    """An edit, and the moved units (indices) that it belongs to."""

    edit: Edit
    moved: set[int]


def move(document: Document, units: Sequence[Span], before: Mapping[int, int]) -> dict[int, tuple[Edit, ...]]:
    """The edits that move units: for each moved one, those of all moves that touch its own.

    ``before`` has for each unit to be moved (an index) the index of one that stays and in front of which it is put, or
    ``len(units)`` for the end; units with the same goal are put there in the order of ``before``. At least
    one unit stays.
    """
    changes = sorted((*_deletions(units, before), *_insertions(document, units, before)), key=lambda one: one.edit.span)
    groups: list[tuple[list[Edit], set[int]]] = []
    end = -1
    for change in changes:
        if change.edit.span.start <= end:
            groups[-1][0].append(change.edit)
            groups[-1][1].update(change.moved)
        else:
            groups.append(([change.edit], set(change.moved)))
        end = max(end, change.edit.span.end)
    return _united(groups)


def _united(groups: Sequence[tuple[list[Edit], set[int]]]) -> dict[int, tuple[Edit, ...]]:
    """The edits of each moved unit, with those of all that share one with it."""
    found: dict[int, list[int]] = {}
    for number, (_, moved) in enumerate(groups):
        for unit in moved:
            found.setdefault(unit, []).append(number)
    root = list(range(len(groups)))

    def top(number: int) -> int:
        while root[number] != number:
            root[number] = number = root[root[number]]
        return number

    for numbers in found.values():
        for number in numbers[1:]:
            one, other = sorted((top(numbers[0]), top(number)))
            root[other] = one
    edits: dict[int, list[Edit]] = {}
    for number, (own, _) in enumerate(groups):
        edits.setdefault(top(number), []).extend(own)
    whole = {number: tuple(sorted(own, key=lambda edit: edit.span)) for number, own in edits.items()}
    return {unit: whole[top(numbers[0])] for unit, numbers in found.items()}


def _deletions(units: Sequence[Span], before: Mapping[int, int]) -> list[_Change]:
    """Runs of moved units go, with the gap behind them, or before them at the end."""
    changes: list[_Change] = []
    first = 0
    while first < len(units):
        last = first
        while last < len(units) and last in before:
            last += 1
        if last > first:
            at_end = last == len(units)
            span = Span(units[first - 1].end, units[-1].end) if at_end else Span(units[first].start, units[last].start)
            changes.append(_Change(Edit(span, ""), set(range(first, last))))
        first = last + 1
    return changes


def _insertions(document: Document, units: Sequence[Span], before: Mapping[int, int]) -> list[_Change]:
    goals: dict[int, list[int]] = {}
    for unit, goal in before.items():
        goals.setdefault(goal, []).append(unit)
    stays = max(index for index in range(len(units)) if index not in before)
    changes: list[_Change] = []
    for goal, moved in goals.items():
        parts: list[str] = []
        for unit in moved:
            text, gap = document.slice(units[unit]), _gap(document, units, unit)
            parts += (text, gap) if goal < len(units) else (gap, text)
        at = units[goal].start if goal < len(units) else units[stays].end
        changes.append(_Change(Edit(Span(at, at), "".join(parts)), set(moved)))
    return changes


def _gap(document: Document, units: Sequence[Span], unit: int) -> str:
    """What stands between a unit and the next one, or the one before the last."""
    first = min(unit, len(units) - 2)
    return document.text[units[first].end : units[first + 1].start]
