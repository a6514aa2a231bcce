"""Format ``gitlab``: the code quality report of GitLab, an array of issues.

GitLab compares the reports of two branches by fingerprint, so each is unique in a report: the
finding's own, unless another file has the same.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, TextIO

import msgspec

from listlint.model.diagnostic import Severity
from listlint.model.result import CRASH_CODE
from listlint.report.places import from_root
from listlint.report.problems import FAILURE, problems
from listlint.report.sanitise import json_safe, sanitise

if TYPE_CHECKING:
    from listlint.model.diagnostic import Diagnostic
    from listlint.model.errors import ListlintError
    from listlint.model.result import Result
    from listlint.report.options import RenderOptions

SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}
"""``blocker`` is left for what could not be checked, ``critical`` for a rule that crashed."""


def render(result: Result, out: TextIO, options: RenderOptions) -> None:
    """Write the array, an issue a line. Paths are relative to the root of the repository."""
    shared = Counter(fingerprint for fingerprint, _ in {(d.fingerprint, d.path) for d in result.diagnostics})
    used: Counter[str] = Counter()
    issues = [_error(error, used, options) for error in problems(result)]
    for diagnostic in result.diagnostics:
        own = diagnostic.fingerprint
        mark = own if own and shared[own] == 1 else _digest(own, diagnostic.path, diagnostic.code)
        issues.append(_finding(diagnostic, _unique(mark, used), options))
    encode = msgspec.json.Encoder().encode
    lines = [json_safe(encode(issue).decode()) for issue in issues]
    out.write("[" + ",".join(f"\n{line}" for line in lines) + ("\n" if lines else "") + "]\n")


def _finding(diagnostic: Diagnostic, mark: str, options: RenderOptions) -> dict[str, Any]:
    first = diagnostic.source.position(diagnostic.span.start).line
    last = diagnostic.source.position(max(diagnostic.span.start, diagnostic.span.end - 1)).line
    return {
        "description": f"{diagnostic.code} {diagnostic.name}: {sanitise(diagnostic.message)}",
        "check_name": diagnostic.code,
        "fingerprint": mark,
        "severity": "critical" if diagnostic.code == CRASH_CODE else SEVERITIES[diagnostic.severity],
        "location": {
            "path": sanitise(from_root(diagnostic.path, options)),
            "lines": {"begin": first, "end": last},
        },
    }


def _error(error: ListlintError, used: Counter[str], options: RenderOptions) -> dict[str, Any]:
    line = error.line or 1
    path = from_root(error.path, options) if error.path else "."
    return {
        "description": sanitise(f"{error.message} ({error.hint})" if error.hint else error.message),
        "check_name": sanitise(error.code),
        "fingerprint": _unique(_digest(error.code, error.path or "", error.message), used),
        "severity": "major" if error.code == FAILURE else "blocker",
        "location": {"path": sanitise(path), "lines": {"begin": line, "end": line}},
    }


def _unique(mark: str, used: Counter[str]) -> str:
    """The mark, or another that follows from it and its number among equals."""
    number = used[mark]
    used[mark] += 1
    return mark if not number else _unique(_digest(mark, str(number)), used)


def _digest(*parts: str) -> str:
    from hashlib import sha256

    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
