"""Format ``markdown``: the whole table, grouped by file, for the job summary of GitHub Actions.

GitHub drops a summary of more than 1 MiB whole, so this one is cut at 900 KB: the gravest findings
are kept and a line says how many are not shown. Text of a list is shown as it is, never obeyed:
marks of Markdown and HTML are entities, and what GitHub would turn into a mention, a reference, an
emoji, mathematics or a link stands apart in a ``span``.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TextIO

from listlint.model.edit import Applicability
from listlint.model.patterns import lazy
from listlint.model.result import grouped, rule_url
from listlint.report.options import RenderOptions, write_lines
from listlint.report.places import from_root, is_added
from listlint.report.problems import problems
from listlint.report.sanitise import sanitise
from listlint.report.style import Style
from listlint.report.summary import closing, count, line_ranges

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from listlint.model.result import Group, Result

LIMIT = 900_000
"""Bytes of UTF-8 in the whole summary."""
MESSAGE_LENGTH = 1000
"""Code points of a message that are shown."""
RULES_SHOWN = 200
NOTES_SHOWN = 100
_RESERVED = 500
"""Bytes for the line that says what is left out."""
_MARKUP = lazy(r"[&<>\\`*_\[\]|~!]")
_LIVE = lazy(r"[@#$]|:(?=//|[\w+-]++:)|(?<=[wW]{3})\.")


class _Row(NamedTuple):
    """A line of a table, and the file that it is of."""

    path: str
    text: str
    findings: int
    gravity: tuple[int, bool]
    """Sorts the gravest first, within a severity what is on an added line."""

    @property
    def size(self) -> int:
        return len(self.text.encode()) + 1


def render(result: Result, out: TextIO, options: RenderOptions) -> None:
    """Write a heading, what could not be checked, the counts of the rules, and a table for every file."""
    limit = LIMIT if options.room is None else min(LIMIT, options.room)
    head = [*_head(result), *_errors(result, options), *_rules(result)]
    room = limit - _RESERVED - sum(len(line.encode()) + 1 for line in head)
    rows = [_row(group, result, options) for group in grouped(result.diagnostics)]
    kept = _kept(rows, room, options)
    left_out = sum(row.findings for row in rows) - sum(row.findings for row in kept)
    if room < 0:
        write_lines([_left_out(len(result.diagnostics))], out, options)
        return
    write_lines(head, out, options)
    write_lines(_tables(kept, options), out, options)
    if left_out:
        write_lines(["", _left_out(left_out)], out, options)


def escaped(text: str) -> str:
    """Text as Markdown that shows exactly that, on one line, also in a cell of a table."""
    shown = _LIVE.sub(lambda match: f"\x00{ord(match[0])}\x01", sanitise(text))
    shown = _MARKUP.sub(lambda match: f"&#{ord(match[0])};", shown)
    for mark in "@#$:.":
        shown = shown.replace(f"\x00{ord(mark)}\x01", f"<span>{mark}</span>")
    return shown


def code(text: str) -> str:
    """Text as code; GitHub looks for no mentions in it."""
    return f"<code>{escaped(text)}</code>"


def _head(result: Result) -> Iterator[str]:
    yield "## listlint"
    yield ""
    yield f"{escaped(closing(result, Style(False)))}."


def _errors(result: Result, options: RenderOptions) -> Iterator[str]:
    """What could not be checked, and what else the user should know."""
    notes = [_error(error.path, error.message, error.hint, options) for error in problems(result)]
    notes += [f"> [!NOTE]\n> {escaped(_short(notice))}" for notice in result.notices]
    for note in notes[:NOTES_SHOWN]:
        yield ""
        yield from note.split("\n")
    if len(notes) > NOTES_SHOWN:
        yield ""
        yield f"{len(notes) - NOTES_SHOWN:,} more notes are in the log."


def _error(path: str | None, message: str, hint: str | None, options: RenderOptions) -> str:
    place = f"{code(from_root(path, options))}: " if path else ""
    remedy = f" ({escaped(_short(hint))})" if hint else ""
    return f"> [!CAUTION]\n> {place}{escaped(_short(message))}{remedy}"


def _rules(result: Result) -> Iterator[str]:
    """How often each rule reports, the most frequent first."""
    counts = Counter((d.code, d.name, d.severity) for d in result.diagnostics)
    if not counts:
        return
    fixes = Counter((d.code, d.name, d.severity, d.fix.applicability) for d in result.diagnostics if d.fix)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0][0], -item[0][2].rank))
    yield ""
    yield "| Rule | Name | Severity | Findings | Safe fixes | Unsafe fixes |"
    yield "|---|---|---|--:|--:|--:|"
    for key, number in ordered[:RULES_SHOWN]:
        name, severity = key[1:]
        safe, unsafe = fixes[*key, Applicability.SAFE], fixes[*key, Applicability.UNSAFE]
        cells = (_rule(key[0], name), escaped(name), severity.value, f"{number:,}", f"{safe:,}", f"{unsafe:,}")
        yield f"| {' | '.join(cells)} |"


def _rule(label: str, name: str) -> str:
    """A rule's code as a link to its documentation."""
    from urllib.parse import quote

    url = quote(rule_url(label, name).encode("utf-8", "replace"), safe="/:#-._~")
    return f"[{escaped(label)}]({url})"


def _short(text: str) -> str:
    return text if len(text) <= MESSAGE_LENGTH else text[: MESSAGE_LENGTH - 1] + "…"


def _row(group: Group, result: Result, options: RenderOptions) -> _Row:
    first, members = group
    line, column = first.source.position(first.span.start)
    message = [escaped(_short(first.message))]
    if len(members) > 1:
        lines = line_ranges(member.source.position(member.span.start).line for member in members)
        message.append(f"{len(members)} times in this file: {lines}")
    for related in first.related[:3]:
        path, start, _ = result.place_of(first, related)
        place = f"{from_root(path, options)}:{start.line}:{start.column}"
        message.append(f"{code(place)}: {escaped(_short(related.message))}")
    fix = ""
    if first.fix is not None:
        fix = f"{escaped(_short(first.fix.title))} ({first.fix.applicability.value})"
    cells = (f"{line}:{column}", _rule(first.code, first.name), first.severity.value, "<br>".join(message), fix)
    old = not any(is_added(member, options) for member in members)
    return _Row(first.path, f"| {' | '.join(cells)} |", len(members), (-first.severity.rank, old))


def _kept(rows: list[_Row], room: int, options: RenderOptions) -> list[_Row]:
    """The rows that fit, the gravest before others, in the order of the files."""
    kept: list[int] = []
    files: set[str] = set()
    for number in sorted(range(len(rows)), key=lambda number: rows[number].gravity):
        row = rows[number]
        opening = 0 if row.path in files else sum(len(line.encode()) + 1 for line in _opening(row.path, 10**6, options))
        if row.size + opening > room:
            break
        room -= row.size + opening
        files.add(row.path)
        kept.append(number)
    return [rows[number] for number in sorted(kept)]


def _tables(rows: Iterable[_Row], options: RenderOptions) -> Iterator[str]:
    for path, group in groupby(rows, lambda row: row.path):
        of_file = list(group)
        yield from _opening(path, sum(row.findings for row in of_file), options)
        yield from (row.text for row in of_file)


def _opening(path: str, findings: int, options: RenderOptions) -> list[str]:
    return [
        "",
        f"### {code(from_root(path, options))} ({count(findings, 'finding')})",
        "",
        "| Place | Rule | Severity | Message | Fix |",
        "|--:|---|---|---|---|",
    ]


def _left_out(number: int) -> str:
    return f"**{count(number, 'finding')} not shown here: the summary is cut at {LIMIT // 1000} KB. The log has all.**"
