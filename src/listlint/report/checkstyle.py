"""Format ``checkstyle``: XML of Checkstyle, which Jenkins, reviewdog and many others read.

Columns count code points from 1. Checkstyle knows a start only, and no fixes.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, TextIO

from listlint.report.problems import problems
from listlint.report.xml import DECLARATION, attributes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.model.diagnostic import Diagnostic
    from listlint.model.errors import ListlintError
    from listlint.model.result import Result
    from listlint.report.options import RenderOptions

VERSION = "4.3"
"""Of the form; it is the one that other linters write."""


def render(result: Result, out: TextIO, options: RenderOptions) -> None:
    """Write a ``file`` for every file with findings, and an ``error`` in it for each.

    What kept a file from being checked is an error of that file.
    """
    out.write(DECLARATION)
    out.write(f"<checkstyle{attributes({'version': VERSION})}>\n")
    for path, errors in groupby(sorted(problems(result), key=lambda error: error.path or ""), lambda e: e.path or ""):
        _file(out, path or "listlint", map(_error, errors))
    for path, diagnostics in groupby(result.diagnostics, lambda diagnostic: diagnostic.path):
        _file(out, path, map(_finding, diagnostics))
    out.write("</checkstyle>\n")


def _file(out: TextIO, path: str, lines: Iterator[str]) -> None:
    out.write(f"  <file{attributes({'name': path})}>\n")
    out.writelines(f"    <error{line}/>\n" for line in lines)
    out.write("  </file>\n")


def _finding(diagnostic: Diagnostic) -> str:
    line, column = diagnostic.source.position(diagnostic.span.start)
    return attributes(
        {
            "line": line,
            "column": column,
            "severity": diagnostic.severity.value,
            "message": diagnostic.message,
            "source": f"listlint.{diagnostic.code}.{diagnostic.name}",
        }
    )


def _error(error: ListlintError) -> str:
    message = f"{error.message} ({error.hint})" if error.hint else error.message
    return attributes(
        {
            "line": error.line or 1,
            "column": error.column,
            "severity": "error",
            "message": message,
            "source": f"listlint.{error.code}",
        }
    )
