"""What is said beside the findings, on the error stream: files not checked, and notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from listlint.report.options import RenderOptions, write_lines
from listlint.report.sanitise import sanitise
from listlint.report.style import Ink, Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.model.errors import ListlintError
    from listlint.model.result import Result


def render(result: Result, err: TextIO, options: RenderOptions) -> None:
    """Write every error with its hint, what else fails the run, then the notices."""
    for error in result.errors:
        render_error(error, err, options)
    style = Style(options.colour)
    write_lines((f"{style(Ink.ERROR, 'error:')} {sanitise(failure)}" for failure in result.failures), err, options)
    write_lines((f"{style(Ink.NOTE, 'note:')} {sanitise(notice)}" for notice in result.notices), err, options)


def render_closing(result: Result, err: TextIO, options: RenderOptions) -> None:
    """Write the closing line of a report that went to files only."""
    from listlint.report.summary import closing

    write_lines([closing(result, Style(options.colour))], err, options)


def render_error(error: ListlintError, err: TextIO, options: RenderOptions) -> None:
    """Write one error, with its place and hint."""
    write_lines(_lines(error, Style(options.colour)), err, options)


def _lines(error: ListlintError, style: Style) -> Iterator[str]:
    yield f"{style(Ink.ERROR, 'error:')} {sanitise(str(error))}"
    if error.hint:
        yield f"  {style(Ink.HELP, 'hint:')} {sanitise(error.hint)}"
