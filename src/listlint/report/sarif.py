"""Format ``sarif``: SARIF 2.1.0 (OASIS standard of 27 March 2020), for GitHub code scanning and viewers.

Columns count code points from 1, ends are exclusive. Paths are relative to ``%SRCROOT%``, the root
of the repository. GitHub reads 5,000 results of a run, so the gravest are kept and a notification
says how many are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TextIO

import msgspec

from listlint import __version__
from listlint.model.diagnostic import Severity
from listlint.model.edit import Applicability
from listlint.model.patterns import lazy
from listlint.model.result import CRASH_CODE, RuleText, place, rule_url
from listlint.report.places import address, from_root, is_absolute
from listlint.report.problems import problems
from listlint.report.sanitise import json_safe, sanitise, well_formed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listlint.model.diagnostic import Diagnostic, Related
    from listlint.model.edit import Fix
    from listlint.model.errors import ListlintError
    from listlint.model.result import Result
    from listlint.model.source import Source
    from listlint.model.span import Span
    from listlint.report.options import RenderOptions

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
RESULTS = 5000
ROOT: Final = "%SRCROOT%"
FINGERPRINT: Final = "listlint/v1"
"""Not ``primaryLocationLineHash``: GitHub computes that from the line, and complains of any other value in it."""
LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
PROBLEMS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_TEXT_LENGTH = 1024
"""What GitHub shows of a description."""
_LINK = lazy(r"\](?=\()")


def render(result: Result, out: TextIO, options: RenderOptions) -> None:
    """Write one log with one run."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(result, options)]}
    out.write(json_safe(msgspec.json.format(msgspec.json.encode(log), indent=2).decode()))
    out.write("\n")


def _run(result: Result, options: RenderOptions) -> dict[str, Any]:
    kept = gravest(result.diagnostics)
    rules = {d.code: d for d in sorted(kept, key=lambda d: d.code)}
    numbers = {code: number for number, code in enumerate(rules)}
    crashed = any(d.code == CRASH_CODE for d in kept)
    return {
        "tool": {
            "driver": {
                "name": "listlint",
                "semanticVersion": __version__,
                "informationUri": rule_url("", "").partition("/blob/")[0],
                "rules": [_rule(diagnostic, options) for diagnostic in rules.values()],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not (result.errors or crashed),
                "toolExecutionNotifications": _notifications(result, len(kept), options),
            }
        ],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_finding(d, numbers[d.code], result, options) for d in kept],
    }


def gravest(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """At most as many findings as GitHub reads, in their order: errors before warnings before info."""
    if len(diagnostics) <= RESULTS:
        return diagnostics
    by_rank = sorted(range(len(diagnostics)), key=lambda number: -diagnostics[number].severity.rank)
    return [diagnostics[number] for number in sorted(by_rank[:RESULTS])]


def _rule(diagnostic: Diagnostic, options: RenderOptions) -> dict[str, Any]:
    code, name = diagnostic.code, diagnostic.name
    url = rule_url(code, name)
    rule = options.rules.get(code)
    if rule is None:  # the caller has no description of it
        said = f"Described at {url}."
        rule = RuleText(code, name, diagnostic.severity, f"{name}.", said, said, said)
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in name.split("-")),
        "shortDescription": {"text": _cut(rule.short)},
        "fullDescription": {"text": _cut(rule.full)},
        "helpUri": url,
        "help": {"text": rule.help, "markdown": rule.markdown},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {
            "precision": rule.precision,
            "problem.severity": PROBLEMS[rule.severity],
            "tags": list(rule.tags),
        },
    }


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT_LENGTH else text[: _TEXT_LENGTH - 1] + "…"


def _message(text: str) -> str:
    """A plain text message in which no ``[text](target)`` is an embedded link (section 3.11.6)."""
    return _LINK.sub("] ", sanitise(text))


def _finding(diagnostic: Diagnostic, number: int, result: Result, options: RenderOptions) -> dict[str, Any]:
    source = diagnostic.source
    record: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": number,
        "level": LEVELS[diagnostic.severity],
        "message": {"text": _message(diagnostic.message)},
        "locations": [_location(diagnostic.path, source, diagnostic.span, options)],
    }
    if diagnostic.related:
        record["relatedLocations"] = [
            _related(key, related, diagnostic, result, options) for key, related in enumerate(diagnostic.related, 1)
        ]
    if diagnostic.fingerprint:
        record["partialFingerprints"] = {FINGERPRINT: diagnostic.fingerprint}
    fix = _fix(diagnostic.fix, source, options) if diagnostic.fix is not None else None
    return record | {"fixes": [fix]} if fix is not None else record


def _location(path: str, source: Source | None, span: Span, options: RenderOptions) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(path, options)}
    if source is not None:
        physical["region"] = _region(source, span)
    return {"physicalLocation": physical}


def _related(
    key: int, related: Related, diagnostic: Diagnostic, result: Result, options: RenderOptions
) -> dict[str, Any]:
    source = result.source_of(diagnostic, related)
    location = _location(related.path or diagnostic.path, source, related.span, options)
    return {"id": key} | location | {"message": {"text": _message(related.message)}}


def _artifact(path: str, options: RenderOptions) -> dict[str, Any]:
    shown = from_root(path, options)
    uri = {"uri": address(shown)}
    return uri if is_absolute(shown) else uri | {"uriBaseId": ROOT}


def _region(source: Source, span: Span) -> dict[str, int]:
    _, start, end = place(source, span)
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def _fix(fix: Fix, source: Source, options: RenderOptions) -> dict[str, Any] | None:
    """A fix that a viewer can carry out; None for one that no edit of the text can say, or that is only shown."""
    texts = [edit.text for edit in fix.edits]
    if not texts or fix.applicability is Applicability.DISPLAY or any(well_formed(text) != text for text in texts):
        return None
    replacements = [
        {"deletedRegion": _region(source, edit.span), "insertedContent": {"text": edit.text}} for edit in fix.edits
    ]
    return {
        "description": {"text": _message(fix.title)},
        "artifactChanges": [{"artifactLocation": _artifact(source.path, options), "replacements": replacements}],
        "properties": {"applicability": fix.applicability.value},
    }


def _notifications(result: Result, kept: int, options: RenderOptions) -> list[dict[str, Any]]:
    notifications = [_error(error, options) for error in problems(result)]
    left_out = len(result.diagnostics) - kept
    if left_out:
        total = len(result.diagnostics)
        text = f"{left_out:,} of {total:,} findings are left out: a run holds {RESULTS:,}, the gravest."
        notifications.append({"level": "warning", "message": {"text": text}})
    return notifications + [{"level": "note", "message": {"text": _message(notice)}} for notice in result.notices]


def _error(error: ListlintError, options: RenderOptions) -> dict[str, Any]:
    text = f"{error.message} ({error.hint})" if error.hint else error.message
    record: dict[str, Any] = {
        "descriptor": {"id": sanitise(error.code)},
        "level": "error",
        "message": {"text": _message(text)},
    }
    if error.path is None:
        return record
    physical: dict[str, Any] = {"artifactLocation": _artifact(error.path, options)}
    if error.line is not None:
        column = {"startColumn": error.column} if error.column is not None else {}
        physical["region"] = {"startLine": error.line} | column
    return record | {"locations": [{"physicalLocation": physical}]}
