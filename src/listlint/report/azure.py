"""Format ``azure``: issues of an Azure Pipelines run, by the logging command ``task.logissue``.

The agent keeps 10 errors and 10 warnings of one task and has no third level. So the gravest come
first, findings of one group are one issue, the tenth says how many are left, and those, with all
that is only information, are lines of the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from listlint.model.diagnostic import Severity
from listlint.model.result import Group, grouped
from listlint.report import concise
from listlint.report.annotation import message_of
from listlint.report.options import RenderOptions, write_lines
from listlint.report.places import added_first, from_root
from listlint.report.problems import problems
from listlint.report.sanitise import sanitise
from listlint.report.style import Style
from listlint.report.summary import count

if TYPE_CHECKING:
    from listlint.model.diagnostic import Diagnostic
    from listlint.model.errors import ListlintError
    from listlint.model.result import Result

SHOWN = 10
"""Issues of one type that the agent keeps of one task."""
MESSAGE_LENGTH = 4096


def render(result: Result, out: TextIO, options: RenderOptions) -> None:
    """Write the issues, then what they leave out as ordinary lines of the log."""
    groups = added_first(grouped(result.diagnostics), options)
    left_out: list[Diagnostic] = []
    for severity in (Severity.ERROR, Severity.WARNING):
        of_type = [group for group in groups if group.first.severity is severity]
        errors = problems(result) if severity is Severity.ERROR else ()
        commands = [*(_error(error, options) for error in errors), *(_finding(g, result, options) for g in of_type)]
        shown = commands if len(commands) <= SHOWN else commands[: SHOWN - 1]
        out.writelines(line + "\n" for line in shown)
        if shown is not commands:
            rest = of_type[max(0, SHOWN - 1 - len(errors)) :]
            left_out += (member for group in rest for member in group.members)
            more = f"{len(commands) - len(shown):,} more in the log of this step"
            out.write(command({"type": severity.value}, f"listlint: {more}") + "\n")
    left_out += (d for group in groups if group.first.severity is Severity.INFO for d in group.members)
    if left_out:
        write_lines([f"{count(len(left_out), 'finding')} without an issue:"], out, options)
        write_lines((concise.line_of(d, Style(False)) for d in left_out), out, RenderOptions(actions=True))


def command(properties: dict[str, str], data: str) -> str:
    """A logging command; ``data`` may have several lines."""
    listed = "".join(f"{key}={_property(sanitise(value, actions=True))};" for key, value in properties.items())
    text = "\n".join(sanitise(line, actions=True) for line in data.split("\n"))
    if len(text) > MESSAGE_LENGTH:
        text = text[: MESSAGE_LENGTH - 1] + "…"
    return f"##vso[task.logissue {listed}]{_data(text)}"


def _data(text: str) -> str:
    """Text behind the bracket; the agent decodes ``%AZP25`` last."""
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")


def _finding(group: Group, result: Result, options: RenderOptions) -> str:
    first = group.first
    line, column = first.source.position(first.span.start)
    properties = {
        "type": first.severity.value,
        "sourcepath": from_root(first.path, options),
        "linenumber": str(line),
        "columnnumber": str(column),
        "code": first.code,
    }
    return command(properties, message_of(f"{first.code} {first.name}: {first.message}", group, result, options))


def _error(error: ListlintError, options: RenderOptions) -> str:
    properties = {"type": "error"}
    if error.path is not None:
        properties["sourcepath"] = from_root(error.path, options)
        properties |= {"linenumber": str(error.line)} if error.line is not None else {}
    properties["code"] = error.code
    return command(properties, "\n".join(map(sanitise, filter(None, (error.message, error.hint)))))
