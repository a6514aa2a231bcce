"""Format ``rdjson``: the Reviewdog Diagnostic Format (``DiagnosticResult`` of its ``proto/rdf``).

Lines start at 1, columns too and count bytes of UTF-8, ends are exclusive. A fix is one
suggestion, because each suggestion stands for itself: it replaces everything from the first edit
to the last. reviewdog shows messages as Markdown, in the name of a bot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

import msgspec

from listlint.model.diagnostic import Severity
from listlint.model.edit import Applicability
from listlint.model.patterns import lazy
from listlint.model.result import rule_url
from listlint.model.span import Span
from listlint.report.problems import problems
from listlint.report.sanitise import json_safe, sanitise, well_formed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.model.diagnostic import Diagnostic, Related
    from listlint.model.edit import Fix
    from listlint.model.errors import ListlintError
    from listlint.model.result import Result
    from listlint.model.source import Source
    from listlint.report.options import RenderOptions

SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}
SUGGESTED_LINES = 50
"""A fix whose edits lie further apart is told in words: its suggestion would repeat all between them."""
_MENTION = lazy(r"(?:@(?=\w)|<(?=[\w/!?]))")
_LINK = lazy(r"\](?=[(\[])")


def render(result: Result, out: TextIO, options: RenderOptions) -> None:
    """Write one object. Paths stay relative to the working folder, from which reviewdog reads them."""
    diagnostics = [*map(_error, problems(result)), *(_finding(d, result) for d in result.diagnostics)]
    home = rule_url("", "").partition("/blob/")[0]
    encoded = msgspec.json.encode({"source": {"name": "listlint", "url": home}, "diagnostics": diagnostics})
    out.write(json_safe(msgspec.json.format(encoded, indent=2).decode()))
    out.write("\n")


def comment(text: str) -> str:
    """Text for a comment in Markdown, on one line: it mentions nobody, and holds no link and no HTML.

    A zero-width space behind the mark breaks it, as bots that quote strangers do it.
    """
    return _LINK.sub("]\u200b", _MENTION.sub(lambda match: match[0] + "\u200b", sanitise(text)))


def _finding(diagnostic: Diagnostic, result: Result) -> dict[str, Any]:
    code, name = diagnostic.code, diagnostic.name
    record: dict[str, Any] = {
        "message": "\n".join(_message(diagnostic)),
        "location": _location(diagnostic.path, diagnostic.source, diagnostic.span),
        "severity": SEVERITIES[diagnostic.severity],
        "code": {"value": code, "url": rule_url(code, name)},
    }
    suggestion = _suggestion(diagnostic.fix, diagnostic.source) if diagnostic.fix is not None else None
    if suggestion is not None:
        record["suggestions"] = [suggestion]
    if diagnostic.related:
        record["related_locations"] = [_related(related, diagnostic, result) for related in diagnostic.related]
    return record


def _message(diagnostic: Diagnostic) -> Iterator[str]:
    yield comment(diagnostic.message)
    if diagnostic.fix is not None:
        yield f"help: {comment(diagnostic.fix.title)} [{diagnostic.fix.applicability.value}]"


def _location(path: str, source: Source | None, span: Span) -> dict[str, Any]:
    location: dict[str, Any] = {"path": well_formed(path)}
    return location if source is None else location | {"range": _range(source, span)}


def _related(related: Related, diagnostic: Diagnostic, result: Result) -> dict[str, Any]:
    source = result.source_of(diagnostic, related)
    path = related.path or diagnostic.path
    return {"message": comment(related.message), "location": _location(path, source, related.span)}


def _range(source: Source, span: Span) -> dict[str, Any]:
    return {"start": _position(source, span.start), "end": _position(source, span.end)}


def _position(source: Source, offset: int) -> dict[str, int]:
    index = source.line_index(offset)
    before = source.text[source.line_starts[index] : offset]
    return {"line": index + 1, "column": len(before.encode("utf-8", "surrogateescape")) + 1}


def _suggestion(fix: Fix, source: Source) -> dict[str, Any] | None:
    """All edits as one; None if they are none, far apart, never meant to be made, or not UTF-8."""
    if not fix.edits or fix.applicability is Applicability.DISPLAY:
        return None
    whole = Span(fix.edits[0].span.start, max(edit.span.end for edit in fix.edits))
    if source.line_index(whole.end) - source.line_index(whole.start) > SUGGESTED_LINES:
        return None
    pieces, at = [], whole.start
    for edit in fix.edits:
        pieces += [source.text[at : edit.span.start], edit.text]
        at = edit.span.end
    text = "".join(pieces)
    return {"range": _range(source, whole), "text": text} if well_formed(text) == text else None


def _error(error: ListlintError) -> dict[str, Any]:
    location: dict[str, Any] = {"path": well_formed(error.path or ".")}
    if error.line is not None:
        location["range"] = {"start": {"line": error.line}}
    message = "\n".join(map(comment, filter(None, (error.message, error.hint))))
    return {"message": message, "location": location, "severity": "ERROR", "code": {"value": well_formed(error.code)}}
