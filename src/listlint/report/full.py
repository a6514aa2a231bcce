"""Format ``full``: each finding with its line, a mark under it, related places and the fix.

Findings of one group are shown once, with their number and lines. Text for people: its form may
change with any release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from listlint.model.edit import Applicability
from listlint.model.result import grouped
from listlint.report.options import RenderOptions, write_lines
from listlint.report.sanitise import sanitise
from listlint.report.snippet import MarkedLine, marked_lines
from listlint.report.style import SEVERITY_INK, Ink, Style
from listlint.report.summary import closing, line_ranges
from listlint.report.width import width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.model.diagnostic import Diagnostic, Related
    from listlint.model.result import Group, Result

RELATED_SHOWN = 3
_MINIMUM_COLUMNS = 20


def render(result: Result, out: TextIO, options: RenderOptions) -> None:
    """Write the findings, then the closing line."""
    style = Style(options.colour)
    for group in grouped(result.diagnostics):
        write_lines(_finding(group, result, options, style), out, options)
        out.write("\n")
    if options.summary:
        write_lines([closing(result, style)], out, options)


def _finding(group: Group, result: Result, options: RenderOptions, style: Style) -> Iterator[str]:
    first = group.first
    line, column = first.source.position(first.span.start)
    yield " ".join(
        (
            style(Ink.STRONG, f"{sanitise(first.path)}:{line}:{column}"),
            style(SEVERITY_INK[first.severity], sanitise(first.code)),
            sanitise(first.name),
            style.severity(first.severity),
        )
    )
    yield f"  {sanitise(first.message)}"
    related = first.related[:RELATED_SHOWN]
    gutter = _gutter(first, related, result)
    columns = max(_MINIMUM_COLUMNS, options.width - gutter - 3)
    lines = marked_lines(first.source, first.span, columns, actions=options.actions)
    yield from _snippet(lines, gutter, style, SEVERITY_INK[first.severity], "^")
    for place in related:
        yield from _related(place, first, result, (gutter, columns, options.actions), style)
    yield from _notes(group, gutter, style)


def _gutter(diagnostic: Diagnostic, related: tuple[Related, ...], result: Result) -> int:
    """Columns of the widest line number that will be shown, and two for the indentation."""
    numbers = [diagnostic.source.position(max(diagnostic.span.start, diagnostic.span.end - 1)).line]
    for place in related:
        source = result.source_of(diagnostic, place)
        if source is not None:
            numbers.append(source.position(max(place.span.start, place.span.end - 1)).line)
    return 2 + len(str(max(numbers)))


def _snippet(
    lines: list[MarkedLine | None], gutter: int, style: Style, ink: Ink, mark: str, label: str = ""
) -> Iterator[str]:
    """The lines with their marks; ``label`` stands behind the last mark."""
    blank = style(Ink.GUTTER, " " * gutter + " |")
    for index, line in enumerate(lines):
        if line is None:
            yield style(Ink.GUTTER, " " * (gutter - 1) + "...")
            continue
        yield style(Ink.GUTTER, f"{line.number:>{gutter}} |") + (f" {line.text}" if line.text else "")
        here = label if index == len(lines) - 1 else ""
        if line.length or here:
            marks = mark * line.length + (f" {here}" if here else "")
            yield f"{blank} {' ' * line.lead}{style(ink, marks)}"


def _related(
    place: Related, diagnostic: Diagnostic, result: Result, layout: tuple[int, int, bool], style: Style
) -> Iterator[str]:
    gutter, columns, actions = layout
    source = result.source_of(diagnostic, place)
    message = sanitise(place.message)
    if source is None:
        yield _note(gutter, style, Ink.NOTE, "note", f"{sanitise(place.path or '')}: {message}")
        return
    if source.path != diagnostic.path:
        line, column = source.position(place.span.start)
        yield style(Ink.GUTTER, " " * (gutter - 1) + "--> ") + f"{sanitise(source.path)}:{line}:{column}"
    lines = marked_lines(source, place.span, columns, actions=actions)
    last = lines[-1]
    if last is not None and last.lead + last.length + 1 + width(message) > columns:
        yield from _snippet(lines, gutter, style, Ink.NOTE, "-")
        yield _note(gutter, style, Ink.NOTE, "note", message)
    else:
        yield from _snippet(lines, gutter, style, Ink.NOTE, "-", message)


def _notes(group: Group, gutter: int, style: Style) -> Iterator[str]:
    first, members = group
    more = len(first.related) - RELATED_SHOWN
    if more > 0:
        yield _note(gutter, style, Ink.NOTE, "note", f"{more} more related {'place' if more == 1 else 'places'}")
    if len(members) > 1:
        lines = line_ranges(member.source.position(member.span.start).line for member in members)
        yield _note(gutter, style, Ink.NOTE, "note", f"{len(members)} times in this file: {lines}")
    fixes = [member.fix for member in members if member.fix is not None]
    if fixes:
        sort = fixes[0].applicability
        safety = "not applied" if sort is Applicability.DISPLAY else sort.value
        share = "" if len(fixes) == len(members) else f", {len(fixes)} of {len(members)}"
        title = sanitise(fixes[0].title)
        here = " (at this place; the others likewise)" if any(fix.title != fixes[0].title for fix in fixes) else ""
        yield _note(gutter, style, Ink.HELP, "help", f"{title}{here} [{safety}{share}]")


def _note(gutter: int, style: Style, ink: Ink, word: str, text: str) -> str:
    return f"{style(Ink.GUTTER, ' ' * gutter + ' =')} {style(ink, word + ':')} {text}"
