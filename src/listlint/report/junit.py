"""Format ``junit``: XML of JUnit, as Jenkins (``junit-10.xsd`` of its xUnit plugin), GitLab and others read it.

A file is a test suite and a finding a test case of it. A finding that fails the run is a
``failure``; one below ``--fail-on`` is ``skipped``, so that the report and the exit code agree. A
file without findings is one case that passes; one that could not be checked is an ``error``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TextIO

from listlint.model.result import CRASH_CODE, rule_url
from listlint.report.problems import FAILURE, problems
from listlint.report.xml import DECLARATION, attributes, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.model.diagnostic import Diagnostic, Severity
    from listlint.model.errors import ListlintError
    from listlint.model.result import Result
    from listlint.report.options import RenderOptions


class _Case(NamedTuple):
    """A test case; ``outcome`` is the name of its element, empty if it passes."""

    name: str
    outcome: str = ""
    message: str = ""
    sort: str = ""
    details: str = ""


def render(result: Result, out: TextIO, options: RenderOptions) -> None:
    """Write one ``testsuite`` for each file that was asked for, in the order of their paths."""
    suites = _suites(result)
    out.write(DECLARATION)
    every = [case for cases in suites.values() for case in cases]
    out.write(f"<testsuites{attributes({'name': 'listlint'} | _counts(every, skipped=False))}>\n")
    for path, cases in sorted(suites.items()):
        out.write(f"  <testsuite{attributes({'name': path} | _counts(cases) | {'file': path})}>\n")
        for case in cases:
            _write(out, path, case)
        out.write("  </testsuite>\n")
    out.write("</testsuites>\n")


def _suites(result: Result) -> dict[str, list[_Case]]:
    suites: dict[str, list[_Case]] = {path: [] for path in result.paths}
    for error in problems(result):
        suites.setdefault(error.path or "listlint", []).append(_error(error))
    for diagnostic in result.diagnostics:
        suites.setdefault(diagnostic.path, []).append(_finding(diagnostic, result))
    return {path: cases or [_Case("no findings")] for path, cases in suites.items()}


def _counts(cases: list[_Case], *, skipped: bool = True) -> dict[str, object]:
    counts: dict[str, object] = {"tests": len(cases)}
    names = {"failures": "failure", "errors": "error"} | ({"skipped": "skipped"} if skipped else {})
    return counts | {name: sum(case.outcome == outcome for case in cases) for name, outcome in names.items()}


def _write(out: TextIO, path: str, case: _Case) -> None:
    head = f"    <testcase{attributes({'name': case.name, 'classname': path})}"
    if not case.outcome:
        out.write(f"{head}/>\n")
        return
    listed = attributes({"message": case.message, "type": case.sort})
    body = f">{text(case.details)}</{case.outcome}>" if case.details else "/>"
    out.write(f"{head}>\n      <{case.outcome}{listed}{body}\n    </testcase>\n")


def _finding(diagnostic: Diagnostic, result: Result) -> _Case:
    line, column = diagnostic.source.position(diagnostic.span.start)
    name = f"{diagnostic.code} {diagnostic.name} at {line}:{column}"
    sort = f"{diagnostic.severity.value} {diagnostic.code}"
    return _Case(name, _outcome(diagnostic, result), diagnostic.message, sort, "\n".join(_details(diagnostic, result)))


def _outcome(diagnostic: Diagnostic, result: Result) -> str:
    if diagnostic.code == CRASH_CODE:
        return "error"
    least: Severity | None = result.fail_on
    return "failure" if least is not None and diagnostic.severity.rank >= least.rank else "skipped"


def _details(diagnostic: Diagnostic, result: Result) -> Iterator[str]:
    line, column = diagnostic.source.position(diagnostic.span.start)
    yield _one_line(f"{diagnostic.path}:{line}:{column}: {diagnostic.message}")
    for related in diagnostic.related:
        path, start, _ = result.place_of(diagnostic, related)
        yield _one_line(f"{path}:{start.line}:{start.column}: {related.message}")
    if diagnostic.fix is not None:
        yield _one_line(f"help: {diagnostic.fix.title} [{diagnostic.fix.applicability.value}]")
    yield rule_url(diagnostic.code, diagnostic.name)


def _error(error: ListlintError) -> _Case:
    if error.code == FAILURE:
        return _Case("run", "failure", error.message, error.code)
    return _Case("can be checked", "error", error.message, error.code, "\n".join(map(_one_line, _parts(error))))


def _parts(error: ListlintError) -> Iterator[str]:
    yield str(error)
    if error.hint:
        yield f"hint: {error.hint}"


def _one_line(line: str) -> str:
    return line.replace("\n", r"\n")
