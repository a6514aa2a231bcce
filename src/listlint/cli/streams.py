"""The two streams of the command line: what is written there passes :mod:`listlint.report`.

Besides our own words that is what others say through us: click of a wrong option, Python of an error
that nobody caught, a library of a warning. All of them quote file names, options and configurations.
"""

from __future__ import annotations

import sys
from io import StringIO
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

ISSUES_URL = "https://github.com/listlint/listlint/issues"


def say(text: str, stream: TextIO | None = None) -> None:
    """Write a text of one line or several, made safe line by line; to standard output unless told otherwise."""
    from listlint.cli.options import render_options
    from listlint.report.options import write_lines
    from listlint.report.sanitise import sanitise

    out = stream or sys.stdout
    write_lines(map(sanitise, text.removesuffix("\n").split("\n")), out, render_options("never", out))


def note(notices: Iterable[str]) -> None:
    """Write notices to standard error."""
    from listlint.cli.options import render_options
    from listlint.model.result import Result
    from listlint.report import messages

    messages.render(Result(notices=tuple(notices)), sys.stderr, render_options("auto", sys.stderr))


class _Paper(StringIO):
    """A stream that click takes for a terminal: of any other it drops escape sequences, which are to be seen."""

    def isatty(self) -> bool:
        return True


def refuse(error: click.ClickException) -> NoReturn:
    """Say what was wrong with the command line, and end with click's exit code."""
    # The choices of a missing argument take several lines, and help is our own; everything else quotes its user.
    own = isinstance(error, click.MissingParameter | click.exceptions.NoArgsIsHelpError)
    if not own:
        from listlint.report.sanitise import sanitise

        error = click.UsageError(sanitise(error.format_message()), getattr(error, "ctx", None))
    paper = _Paper()
    error.show(paper)
    # What is quoted has no tabulators any more; click sets the choices off with one.
    say(paper.getvalue().expandtabs(4), sys.stderr)
    sys.exit(error.exit_code)


def crash(error: BaseException) -> None:
    """Show an error that nobody expected, with its traceback."""
    import traceback

    text = "".join(traceback.format_exception(error))
    say(f"{text}error: listlint itself has failed; please report this to {ISSUES_URL}", sys.stderr)


def guard() -> None:
    """Make safe what Python writes to standard error on its own: warnings, errors in destructors."""
    import warnings

    warnings.showwarning = _warned
    sys.unraisablehook = lambda told: _lost(told.exc_value)


def guard_logs() -> None:
    """The same for logs of libraries and for errors in threads, which only a run over the network has."""
    import logging
    import threading

    class Safe(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            say(self.format(record), sys.stderr)

    logging.lastResort = Safe(logging.WARNING)
    threading.excepthook = lambda told: _lost(told.exc_value)


def _lost(error: BaseException | None) -> None:
    import traceback

    if error is not None and sys.stderr is not None:
        say("".join(traceback.format_exception(error)), sys.stderr)


def _warned(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, file: Any = None, line: Any = None
) -> None:
    if sys.stderr is not None:
        say(f"warning: {category.__name__}: {message}", file or sys.stderr)
