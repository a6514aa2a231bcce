"""Format ``concise``: one line for each finding, in the form that editors and grep know."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from listlint.model.edit import Applicability
from listlint.report.options import RenderOptions, write_lines
from listlint.report.sanitise import sanitise
from listlint.report.style import SEVERITY_INK, Ink, Style

if TYPE_CHECKING:
    from listlint.model.diagnostic import Diagnostic
    from listlint.model.result import Result

_FIX = {Applicability.SAFE: " [safe fix]", Applicability.UNSAFE: " [unsafe fix]", Applicability.DISPLAY: ""}


def render(result: Result, out: TextIO, options: RenderOptions) -> None:
    """Write ``path:line:column: CODE name severity: message [safe fix]`` for every finding."""
    style = Style(options.colour)
    write_lines((line_of(diagnostic, style) for diagnostic in result.diagnostics), out, options)


def line_of(diagnostic: Diagnostic, style: Style) -> str:
    """One finding on one line."""
    line, column = diagnostic.source.position(diagnostic.span.start)
    place = style(Ink.STRONG, f"{sanitise(diagnostic.path)}:{line}:{column}:")
    code = style(SEVERITY_INK[diagnostic.severity], sanitise(diagnostic.code))
    severity = style.severity(diagnostic.severity)
    fix = style(Ink.HELP, _FIX[diagnostic.fix.applicability]) if diagnostic.fix else ""
    return f"{place} {code} {sanitise(diagnostic.name)} {severity}: {sanitise(diagnostic.message)}{fix}"
