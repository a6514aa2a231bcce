"""Format ``github``: annotations, by the workflow commands of GitHub Actions.

GitHub shows 10 errors, 10 warnings and 10 notices of one step, and 50 of one job. So the gravest
come first, within a level those on added lines, findings of one group are one annotation, the tenth
says how many are left, and those stand in the log, folded, in the concise form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from listlint.model.diagnostic import Severity
from listlint.model.result import Group, grouped, place
from listlint.report import concise
from listlint.report.annotation import message_of
from listlint.report.options import RenderOptions, write_lines
from listlint.report.places import added_first, from_root
from listlint.report.problems import problems
from listlint.report.sanitise import command_data, command_property, sanitise
from listlint.report.style import Style

if TYPE_CHECKING:
    from listlint.model.diagnostic import Diagnostic
    from listlint.model.errors import ListlintError
    from listlint.model.result import Result

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
SHOWN = 10
"""Annotations of one level that GitHub shows of one step."""
MESSAGE_LENGTH = 4096


def render(result: Result, out: TextIO, options: RenderOptions) -> None:
    """Write the annotations, then what they leave out as ordinary lines of the log.

    Errors of the run are annotations too, before those of findings.
    """
    groups = added_first(grouped(result.diagnostics), options)
    left_out: list[Diagnostic] = []
    for severity in reversed(Severity):
        of_level = [group for group in groups if group.first.severity is severity]
        errors = problems(result) if severity is Severity.ERROR else ()
        commands = [*(_error(e, options) for e in errors), *(_finding(group, result, options) for group in of_level)]
        shown = commands if len(commands) <= SHOWN else commands[: SHOWN - 1]
        out.writelines(line + "\n" for line in shown)
        if shown is not commands:
            rest = of_level[max(0, SHOWN - 1 - len(errors)) :]
            left_out += (member for group in rest for member in group.members)
            out.write(_more(LEVELS[severity], len(commands) - len(shown)) + "\n")
    if left_out:
        out.write(command("group", {}, f"{len(left_out):,} findings without an annotation") + "\n")
        write_lines((concise.line_of(d, Style(False)) for d in left_out), out, RenderOptions(actions=True))
        out.write(command("endgroup", {}, "") + "\n")


def command(name: str, properties: dict[str, str], data: str) -> str:
    """A workflow command; ``data`` may have several lines."""
    listed = ",".join(f"{key}={command_property(sanitise(value, actions=True))}" for key, value in properties.items())
    text = "\n".join(sanitise(line, actions=True) for line in data.split("\n"))
    if len(text) > MESSAGE_LENGTH:
        text = text[: MESSAGE_LENGTH - 1] + "…"
    return f"::{name}{' ' if listed else ''}{listed}::{command_data(text)}"


def _finding(group: Group, result: Result, options: RenderOptions) -> str:
    first = group.first
    path, start, end = place(first.source, first.span)
    file = from_root(path, options)
    properties = {"file": file, "line": str(start.line), "endLine": str(max(start.line, end.line - (end.column == 1)))}
    if end.line == start.line:  # GitHub takes columns within one line only
        properties |= {"col": str(start.column), "endColumn": str(end.column)}
    properties["title"] = f"{first.code} {first.name}"
    return command(LEVELS[first.severity], properties, message_of(first.message, group, result, options))


def _error(error: ListlintError, options: RenderOptions) -> str:
    properties = {}
    if error.path is not None:
        properties["file"] = from_root(error.path, options)
        properties |= {"line": str(error.line)} if error.line is not None else {}
    properties["title"] = f"listlint {error.code}"
    return command("error", properties, "\n".join(filter(None, (error.message, error.hint))))


def _more(level: str, number: int) -> str:
    return command(level, {"title": "listlint"}, f"{number:,} more in the summary and in the log of this step")
