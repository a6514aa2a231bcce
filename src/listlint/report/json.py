"""Formats ``json`` and ``jsonl``: a stable interface, described by ``schemas/report.schema.json``.

Lines and columns start at 1 and count code points; ends are exclusive. Every string has a UTF-8
form: a byte of the file that is not UTF-8 stands as U+FFFD, and a fix that would have to write
such a byte has the applicability ``display``, since its edits cannot be carried out from here.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Any, Literal, TextIO

import msgspec
from msgspec import Meta, Struct

from listlint.model.edit import Applicability
from listlint.model.result import place, rule_url
from listlint.report.sanitise import json_safe, well_formed

if TYPE_CHECKING:
    from listlint.model.diagnostic import Diagnostic, Related
    from listlint.model.edit import Edit, Fix
    from listlint.model.errors import ListlintError
    from listlint.model.result import Result
    from listlint.model.source import Source
    from listlint.report.options import RenderOptions

VERSION: Literal[1] = 1

Line = Annotated[int, Meta(ge=1, description="Line, from 1.")]
Column = Annotated[int, Meta(ge=1, description="Column in code points, from 1.")]
EndLine = Annotated[int, Meta(ge=1, description="Line of the end, from 1.")]
EndColumn = Annotated[int, Meta(ge=1, description="First column behind the end, in code points, from 1.")]
Path = Annotated[str, Meta(description="Path of the file as it was given, or found below a folder that was given.")]
Count = Annotated[int, Meta(ge=0)]


class _Record(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of what is written: every field always present."""


class EditRecord(_Record, frozen=True):
    """Replace a stretch of the file by ``text``; an empty stretch inserts."""

    line: Line
    column: Column
    end_line: EndLine
    end_column: EndColumn
    text: Annotated[str, Meta(description="The new text; its line ends are LF.")]


class FixRecord(_Record, frozen=True):
    """Edits that are applied together or not at all.

    A fix without edits changes bytes that no edit of the text can express: a byte order mark,
    line endings.
    """

    title: str
    applicability: Annotated[
        Literal["safe", "unsafe", "display"],
        Meta(description="safe: the rendered list keeps its meaning; unsafe: probably right; display: never applied."),
    ]
    edits: tuple[EditRecord, ...]


class RelatedRecord(_Record, frozen=True):
    """Another place that the finding speaks of."""

    path: Path
    line: Line
    column: Column
    message: str


class FindingRecord(_Record, frozen=True):
    """One occurrence of one defect."""

    code: Annotated[str, Meta(description="Code of the rule, never reused.")]
    name: Annotated[str, Meta(description="Name of the rule.")]
    severity: Literal["error", "warning", "info"]
    message: str
    path: Path
    line: Line
    column: Column
    end_line: EndLine
    end_column: EndColumn
    entry: Annotated[str | None, Meta(description="Identity of the entry it stands in.")]
    group: Annotated[str | None, Meta(description="The same for all occurrences that people see as one in a file.")]
    related: tuple[RelatedRecord, ...]
    fix: FixRecord | None
    fingerprint: Annotated[str, Meta(description="Stays the same when the line moves; SHA-256, or empty.")]
    url: Annotated[str, Meta(description="Documentation of the rule.")]


class ErrorRecord(_Record, frozen=True):
    """Something that could not be checked."""

    path: Annotated[str | None, Meta(description="Null where no file is at fault.")]
    code: Annotated[str, Meta(description="What went wrong, as a stable word.")]
    message: str
    hint: str | None


class SeverityCounts(_Record, frozen=True):
    """Number of findings of each severity."""

    error: Count
    warning: Count
    info: Count


class SummaryRecord(_Record, frozen=True):
    """What was looked at, and what it came to."""

    files: Count
    entries: Count
    links: Count
    findings_by_severity: SeverityCounts
    errors: tuple[ErrorRecord, ...]
    known: Annotated[
        Count | msgspec.UnsetType,
        Meta(description="Findings left out because a baseline or the base has them; absent if nothing was compared."),
    ] = msgspec.UNSET


class Report(_Record, frozen=True):
    """Report of one run of listlint."""

    version: Annotated[Literal[1], Meta(description="Raised when a reader of the former version would break.")]
    findings: tuple[FindingRecord, ...]
    summary: SummaryRecord


def render(result: Result, out: TextIO, options: RenderOptions) -> None:
    """Write one object, indented."""
    write_json(report(result), out)


def write_json(value: Struct, out: TextIO) -> None:
    """Write a record as one object, indented, that neither a terminal nor a runner takes for a command."""
    encoded = msgspec.json.format(msgspec.json.encode(value), indent=2)
    out.write(json_safe(encoded.decode()))
    out.write("\n")


def render_lines(result: Result, out: TextIO, options: RenderOptions) -> None:
    """Write one finding a line."""
    encode = msgspec.json.Encoder().encode
    for diagnostic in result.diagnostics:
        out.write(json_safe(encode(_finding(diagnostic, result)).decode()))
        out.write("\n")


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of what :func:`render` writes."""
    return schema_of(Report, "report.schema.json", "listlint report")


def schema_of(record: type[Struct], file: str, title: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of a record, shipped as this file of ``schemas/``."""
    described: dict[str, Any] = _undented(msgspec.json.schema(record))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://github.com/listlint/listlint/blob/main/src/listlint/schemas/{file}",
        "title": title,
    } | described


def _undented(schema: Any) -> Any:
    """A schema whose descriptions, which are docstrings, have no indentation: from Python 3.13 on they come without."""
    if isinstance(schema, dict):
        return {
            key: inspect.cleandoc(value) if key == "description" and isinstance(value, str) else _undented(value)
            for key, value in schema.items()
        }
    return [_undented(item) for item in schema] if isinstance(schema, list) else schema


def report(result: Result) -> Report:
    """The whole result in the form in which it is written."""
    counts = {severity.value: number for severity, number in result.counts.items()}
    return Report(
        version=VERSION,
        findings=tuple(_finding(diagnostic, result) for diagnostic in result.diagnostics),
        summary=SummaryRecord(
            files=result.files,
            entries=result.entries,
            links=result.links,
            findings_by_severity=SeverityCounts(**counts),
            errors=tuple(map(_error, result.errors)),
            known=msgspec.UNSET if result.known is None else result.known,
        ),
    )


def _finding(diagnostic: Diagnostic, result: Result) -> FindingRecord:
    path, start, end = place(diagnostic.source, diagnostic.span)
    return FindingRecord(
        code=diagnostic.code,
        name=diagnostic.name,
        severity=diagnostic.severity.value,
        message=well_formed(diagnostic.message),
        path=well_formed(path),
        line=start.line,
        column=start.column,
        end_line=end.line,
        end_column=end.column,
        entry=_optional(diagnostic.entry),
        group=_optional(diagnostic.group),
        related=tuple(_related(related, diagnostic, result) for related in diagnostic.related),
        fix=None if diagnostic.fix is None else fix_record(diagnostic.fix, diagnostic.source),
        fingerprint=diagnostic.fingerprint,
        url=rule_url(diagnostic.code, diagnostic.name),
    )


def _related(related: Related, diagnostic: Diagnostic, result: Result) -> RelatedRecord:
    path, start, _ = result.place_of(diagnostic, related)
    return RelatedRecord(
        path=well_formed(path), line=start.line, column=start.column, message=well_formed(related.message)
    )


def fix_record(fix: Fix, source: Source) -> FixRecord:
    """A fix as it is written; ``source`` is the file that its edits speak of."""
    edits = tuple(_edit(edit, source) for edit in fix.edits)
    faithful = all(record.text == edit.text for record, edit in zip(edits, fix.edits, strict=True))
    applicability = fix.applicability if faithful else Applicability.DISPLAY
    return FixRecord(title=well_formed(fix.title), applicability=applicability.value, edits=edits)


def _edit(edit: Edit, source: Source) -> EditRecord:
    _, start, end = place(source, edit.span)
    return EditRecord(
        line=start.line,
        column=start.column,
        end_line=end.line,
        end_column=end.column,
        text=well_formed(edit.text),
    )


def _error(error: ListlintError) -> ErrorRecord:
    where = ", ".join(
        f"{word} {number}" for word, number in (("line", error.line), ("column", error.column)) if number is not None
    )
    message = f"{where}: {error.message}" if where else error.message
    return ErrorRecord(
        path=_optional(error.path), code=error.code, message=well_formed(message), hint=_optional(error.hint)
    )


def _optional(text: str | None) -> str | None:
    return None if text is None else well_formed(text)
