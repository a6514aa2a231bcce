"""What was fixed: by rule for people, edit by edit for programs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import msgspec

from listlint.model.result import Result, place
from listlint.report import full
from listlint.report.diff import of_fix
from listlint.report.json import FixRecord, Line, Path, Report, fix_record, report, schema_of, write_json
from listlint.report.options import RenderOptions, write_lines
from listlint.report.sanitise import sanitise, well_formed
from listlint.report.style import Ink, Style
from listlint.report.summary import count
from listlint.report.width import pad, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.model.diagnostic import Diagnostic
    from listlint.model.outcome import Applied, Outcome
    from listlint.report.formats import Renderer


def render_summary(
    outcomes: Sequence[Outcome], out: TextIO, options: RenderOptions, *, written: bool, spared: str = ""
) -> None:
    """Write how many findings of which rule were fixed; ``written``: the files have changed.

    ``spared`` says what could have been fixed and was left alone; it is for where nothing was.
    """
    write_lines(_summary(outcomes, Style(options.colour), written, spared), out, options)


def spared_text(number: int, *, unsafe: bool, remedy: str) -> str:
    """``31 known findings have a safe fix: --no-baseline``; empty where there are none."""
    if not number:
        return ""
    fix = "a fix" if unsafe else "a safe fix"
    return f"{count(number, 'known finding')} {'has' if number == 1 else 'have'} {fix}{remedy and f': {remedy}'}"


def _summary(outcomes: Sequence[Outcome], style: Style, written: bool, spared: str) -> Iterator[str]:
    counts = Counter((a.diagnostic.code, a.diagnostic.name) for outcome in outcomes for a in outcome.applied)
    changed = sum(outcome.changed for outcome in outcomes)
    verb = "fixed" if written else "would fix"
    if not counts:
        yield ("nothing fixed" if written else "nothing to fix") + (spared and f"; {spared}")
        return
    digits = len(f"{max(counts.values()):,}")
    names = max(width(sanitise(name)) for _, name in counts)
    for (code, name), number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"{number:>{digits},}  {style(Ink.HELP, sanitise(code))}  {pad(sanitise(name), names)}".rstrip()
    total = count(sum(counts.values()), "finding")
    yield style(Ink.STRONG, f"{verb} {total} in {count(changed, 'file')}")


class FixedRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A fix that was applied, or would be. Its places are those of the file as its pass found it."""

    code: str
    name: str
    message: str
    path: Path
    line: Line
    number: Annotated[int, msgspec.Meta(ge=1, description="The pass over the file, from 1.")] = msgspec.field(
        name="pass"
    )
    fix: FixRecord


class FixReport(Report, frozen=True):
    """Report of one run of ``listlint fix``: what it changed, and what is left to find."""

    fixed: tuple[FixedRecord, ...]


def json_renderer(outcomes: Sequence[Outcome]) -> Renderer:
    """Format ``json`` of a run that fixed: a report of what is left, with what was fixed beside it."""

    def render(result: Result, out: TextIO, options: RenderOptions) -> None:
        left = report(result)
        fixed = tuple(_record(applied) for outcome in outcomes for applied in outcome.applied)
        write_json(FixReport(version=left.version, findings=left.findings, summary=left.summary, fixed=fixed), out)

    return render


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of what :func:`json_renderer` writes."""
    return schema_of(FixReport, "fix.schema.json", "listlint fix report")


def _record(applied: Applied) -> FixedRecord:
    diagnostic = applied.diagnostic
    assert diagnostic.fix is not None
    path, start, _ = place(diagnostic.source, diagnostic.span)
    return FixedRecord(
        code=diagnostic.code,
        name=diagnostic.name,
        message=well_formed(diagnostic.message),
        path=well_formed(path),
        line=start.line,
        number=applied.turn,
        fix=fix_record(diagnostic.fix, diagnostic.source),
    )


def render_question(diagnostic: Diagnostic, out: TextIO, options: RenderOptions) -> None:
    """Show a finding, and the lines that its fix would change, before it is asked about."""
    left = RenderOptions(options.colour, options.width, options.actions, summary=False)
    full.render(Result(diagnostics=(diagnostic,)), out, left)
    if diagnostic.fix is not None:
        write_lines(of_fix(diagnostic.source, diagnostic.fix, Style(options.colour)), out, options)
