"""What ``listlint explain`` writes: the grammar of a list as a table, or one entry taken apart.

``text`` is for people, fitted to the terminal; ``json`` is one object with ``files`` and ``entries``, a stable
interface that ``schemas/explain.schema.json`` describes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TextIO

import msgspec
from msgspec import Struct

from listlint.model.grammar import EntryGrammar, Grammar  # noqa: TC001  # msgspec reads the annotations of Explained
from listlint.report.json import schema_of
from listlint.report.options import RenderOptions, write_lines
from listlint.report.sanitise import json_safe, sanitise, well_formed
from listlint.report.style import Ink, Style
from listlint.report.summary import count
from listlint.report.width import fit, pad, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.model.grammar import Conduct, Habit, Local, Part, Place

FORMS_SHOWN = 6
"""Forms of one trait that are shown, and sections that differ."""
_HABITS, _PARTS, _CONDUCT = (30, 28, 17, 5, 30, 32), (28, 60, 20), (30, 28, 20, 48, 30, 24)
"""Most columns that each cell takes: of a trait of the list, of a field, of a trait of an entry."""


class Explained(Struct, frozen=True):
    """What was asked for: the habits of whole files, and single entries held against those of their file."""

    version: Literal[1]
    files: tuple[Grammar, ...]
    entries: tuple[EntryGrammar, ...]


def render_json(
    grammars: Sequence[Grammar], entries: Sequence[EntryGrammar], out: TextIO, options: RenderOptions
) -> None:
    """Write one object, indented."""
    encoded = msgspec.json.encode(_encodable(msgspec.to_builtins(Explained(1, tuple(grammars), tuple(entries)))))
    write_lines(json_safe(msgspec.json.format(encoded, indent=2).decode()).split("\n"), out, options)


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of what :func:`render_json` writes."""
    return schema_of(Explained, "explain.schema.json", "listlint explain")


def _encodable(value: Any) -> Any:
    """Plain data whose texts have a UTF-8 form."""
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, dict):
        return {name: _encodable(one) for name, one in value.items()}
    return [_encodable(one) for one in value] if isinstance(value, list | tuple) else value


def render_text(
    grammars: Sequence[Grammar], entries: Sequence[EntryGrammar], out: TextIO, options: RenderOptions
) -> None:
    """Write a table a file, and two tables an entry, with an empty line between them."""
    style = Style(options.colour)
    blocks = [_grammar(one, style, options.width) for one in grammars]
    blocks += [_entry(one, style, options.width) for one in entries]
    for number, block in enumerate(blocks):
        write_lines([""] if number else [], out, options)
        write_lines(block, out, options)


# -- a list -----------------------------------------------------------------------------------------


class _Row(Struct, frozen=True):
    """A line of a table: its cells, and what is shown behind them as far as there is room."""

    cells: tuple[str, ...]
    rest: str = ""
    inks: tuple[Ink | None, ...] = ()


def _grammar(found: Grammar, style: Style, columns: int) -> Iterator[str]:
    sections = count(found.sections, "section")
    yield style(Ink.STRONG, f"{sanitise(found.path)}: {count(found.entries, 'entry', 'entries')} in {sections}")
    if not found.habits:
        yield "nothing to compare"
        return
    yield ""
    heads = _Row(("trait", "form", "share", "", "rule", ""), "example", (Ink.FAINT,) * 6)
    yield from _table(
        [heads, *(row for habit in found.habits for row in _rows(habit, columns))], _HABITS, style, columns
    )


def _rows(habit: Habit, columns: int) -> Iterator[_Row]:
    name = _rule(habit, columns)
    for number, form in enumerate(habit.forms[:FORMS_SHOWN]):
        first = number == 0
        share = f"{form.count:,} of {habit.total:,}" if first else f"{form.count:,}"
        part = _percent(form.count, habit.total)
        example = f"{form.example.line}: {_excerpt(form.excerpt)}"
        cells = (habit.trait if first else "", form.shown, share, part, name if first else "", _says(habit, number))
        inks = (Ink.STRONG if first else None, None, None, None, None, Ink.HELP if habit.holds and first else Ink.FAINT)
        yield _Row(tuple(map(sanitise, cells)), sanitise(example), inks)
    left = habit.forms[FORMS_SHOWN:]
    if left:
        more = f"and {count(len(left), 'more form')}"
        yield _Row(("", more, f"{sum(form.count for form in left):,}", "", "", ""))
    for section in habit.sections[:FORMS_SHOWN]:
        yield _local(section)
    if len(habit.sections) > FORMS_SHOWN:
        yield _Row(("", f"and {count(len(habit.sections) - FORMS_SHOWN, 'more section')}", "", "", "", ""))


def _rule(spoken: Habit | Conduct, columns: int) -> str:
    """The rule that speaks of a trait; its code alone where there is little room."""
    return f"{spoken.code} {spoken.rule}".strip() if columns >= _ROOMY else spoken.code


def _local(section: Local) -> _Row:
    """A section that has another form than the document."""
    share = f"{section.count:,} of {section.total:,}"
    says = "the convention there" if section.holds else "no convention there"
    cells = ("  in a section", section.form, share, _percent(section.count, section.total), "", says)
    return _Row(tuple(map(sanitise, cells)), sanitise(f"{section.line}: {section.section}"))


def _says(habit: Habit, number: int) -> str:
    """What the rule makes of the first form of a trait, and what its option says."""
    if number:
        return ""
    if habit.pinned is not None:
        return f"set to {_written(habit.pinned)} by {habit.pinned_by}"
    if not habit.code or habit.minimum is None:
        return ""
    off = "" if habit.active else "; rule off"
    if habit.holds:
        return f"convention{off}"
    return f"{'too few' if habit.total < habit.minimum else 'no convention'}{off}"


def _written(value: object) -> str:
    """The value of an option as people read it."""
    if isinstance(value, tuple):
        return ", ".join(map(_written, value))
    return f"`{value}`" if isinstance(value, str) else str(value).lower()


def _percent(number: int, total: int) -> str:
    """A part in percent: 100 for all alone, 0 for none alone."""
    return f"{min(99, max(1, round(100 * number / total))) if number < total else 100} %"


def _excerpt(line: str) -> str:
    return " ".join(line[:400].split())


def _table(rows: Sequence[_Row], limits: Sequence[int], style: Style, columns: int) -> Iterator[str]:
    cut = [tuple(fit(cell, limit) for cell, limit in zip(row.cells, limits, strict=False)) for row in rows]
    widths = [max((width(cell) for cell in cells), default=0) for cells in zip(*cut, strict=True)]
    for row, cells in zip(rows, cut, strict=True):
        padded = [pad(cell, room) for cell, room in zip(cells, widths, strict=True)]
        inks = row.inks or (None,) * len(cells)
        shown = [style(ink, cell) if ink is not None else cell for ink, cell in zip(inks, padded, strict=True)]
        room = columns - sum(widths) - 2 * len(widths)
        rest = style(Ink.FAINT, fit(row.rest, room)) if room >= _LEAST and row.rest else ""
        yield "  ".join([*shown, rest]).rstrip()


_LEAST = 12
"""Columns that are needed to show an example."""
_ROOMY = 120
"""Columns from which rules are shown with their names."""


# -- an entry ---------------------------------------------------------------------------------------


def _entry(found: EntryGrammar, style: Style, columns: int) -> Iterator[str]:
    head = f"{found.path}:{found.place.line}:{found.place.column}: {found.name}"
    yield style(Ink.STRONG, fit(sanitise(head), columns))
    where = f", in {' / '.join(found.section)}" if found.section else ""
    lines = "" if found.place.end_line == found.place.line else f", lines {found.place.line} to {found.place.end_line}"
    yield fit(sanitise(f"{found.kind}{lines}{where}"), columns)
    if found.identity is not None:
        yield fit(sanitise(f"identity {found.identity}"), columns)
    yield ""
    yield from _table([_part(part) for part in found.parts], _PARTS, style, columns)
    if found.conduct:
        yield ""
        yield from _table([_conduct(one, columns) for one in found.conduct], _CONDUCT, style, columns)
    yield from [""] if found.findings else []
    for one in found.findings:
        where = f"{one.place.line}:{one.place.column}"
        yield style(Ink.WARNING, sanitise(f"{where}: {one.code} {one.rule}: {one.message}"))


def _part(part: Part) -> _Row:
    text = " ".join(part.text.split()) or part.text
    cells = (part.field, f"`{part.text}`" if part.field in _MARKS else text, _spans(part.place))
    return _Row(tuple(map(sanitise, cells)), sanitise(part.detail), (Ink.STRONG, None, Ink.FAINT))


_SILENT = {
    "": "not reported",
    "off": "rule off",
    "not judged": "file not judged",
    "suppressed": "suppressed",
    "let be": "rule lets it be",
}
"""Why nothing is said of a form that differs."""
_MARKS = frozenset({"separator", "marker"})


def _spans(place: Place) -> str:
    """``12:3–9``, or ``12:3–14:2`` over lines; the end is the last character's place."""
    last = max(place.end_column - 1, 1)
    if place.end_line == place.line:
        return f"{place.line}:{place.column}–{max(last, place.column)}"
    return f"{place.line}:{place.column}–{place.end_line}:{last}"


def _conduct(one: Conduct, columns: int) -> _Row:
    usual = f"{one.usual}: {one.count:,} of {one.total:,}" if one.pinned is None else f"set to {_written(one.pinned)}"
    where = " in this section" if one.scope else ""
    verdict = "" if not one.deviates else "deviates" if one.findings else f"differs, {_SILENT[one.why]}"
    ink = Ink.WARNING if one.findings else Ink.FAINT
    cells = (one.trait, one.shown, _spans(one.place), usual + where, _rule(one, columns), verdict)
    return _Row(tuple(map(sanitise, cells)), "", (Ink.STRONG, None, Ink.FAINT, None, None, ink))
