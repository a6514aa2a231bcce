"""``listlint fix``: repair what can be repaired, show it, or ask first."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, TextIO

import click

from listlint.cli.baseline import compare_mode, comparing_options
from listlint.cli.links import how_options, link_mode
from listlint.cli.options import configuration_options, make_session, path_options, render_options
from listlint.cli.output import only_files, output_option, outputs, write_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listlint.cli.output import Output
    from listlint.model.diagnostic import Diagnostic
    from listlint.model.errors import ListlintError
    from listlint.repair import Repairs
    from listlint.report.options import RenderOptions


def run_fix(options: dict[str, Any]) -> int:
    """Fix, show, and give the exit code."""
    from listlint.repair import RepairMode, repair

    stdin = "-" in options["paths"]
    if stdin and options.get("interactive"):
        raise click.UsageError("--interactive cannot ask while standard input is the file")
    wanted = outputs(options["output"], "full")
    preview = options.get("diff", False)
    mode = RepairMode(
        unsafe=options["unsafe_fixes"],
        write=not preview,
        choose=Chooser(render_options(options["color"], sys.stderr)) if options.get("interactive") else None,
    )
    asked = link_mode(options) if options["links"] else None
    session = make_session(options, links=asked, compare=compare_mode(options))
    repairs = repair(session, mode)
    if stdin and not preview:
        _pass_on(repairs, options["stdin_filename"])
        _aside(repairs, wanted, options)
        wanted = tuple(output for output in wanted if output.file is not None)
    failures = _reports(repairs, wanted, options) if wanted and not preview else []
    if preview:
        _preview(repairs, wanted, options)
    _said(
        repairs, options, stream=sys.stderr if stdin or preview or only_files(wanted) else sys.stdout, preview=preview
    )
    if failures or repairs.result.exit_code == 2:
        return 2
    return int(any(outcome.changed for outcome in repairs.outcomes)) if preview else repairs.result.exit_code


def _pass_on(repairs: Repairs, name: str) -> None:
    """The text of standard input, fixed, on standard output, byte for byte."""
    sys.stdout.flush()
    for outcome in repairs.outcomes:
        if outcome.before.path == name:
            sys.stdout.buffer.write(outcome.after.raw)
    sys.stdout.buffer.flush()


def _aside(repairs: Repairs, wanted: Sequence[Output], options: dict[str, Any]) -> None:
    """What is left to find, on standard error, since standard output is taken by the text."""
    from listlint.report.formats import renderer

    err = render_options(options["color"], sys.stderr, summary=not options["quiet"])
    for output in wanted:
        if output.file is None:
            renderer(output.format)(repairs.result, sys.stderr, err)


def _reports(repairs: Repairs, wanted: Sequence[Output], options: dict[str, Any]) -> list[ListlintError]:
    """Write what is left to find; in JSON also what was fixed."""
    from listlint.report.fixes import json_renderer
    from listlint.report.formats import renderer

    out = render_options(options["color"], sys.stdout, summary=not options["quiet"])
    ours = json_renderer(repairs.outcomes)
    return write_all(repairs.result, wanted, out, lambda name: ours if name == "json" else renderer(name))


def _preview(repairs: Repairs, wanted: Sequence[Output], options: dict[str, Any]) -> None:
    """The diff on standard output: exact where a program reads it, safe and coloured where people do."""
    from listlint.report import diff
    from listlint.report.options import write_lines
    from listlint.report.style import Style

    if any(output.format == "json" for output in wanted):
        _reports(repairs, wanted, options)
        return
    out = render_options(options["color"], sys.stdout)
    if sys.stdout.isatty() or out.colour or out.actions or os.environ.get("CI"):
        for outcome in repairs.outcomes:
            write_lines(diff.shown(outcome, Style(out.colour)), sys.stdout, out)
        sys.stdout.flush()
        return
    sys.stdout.flush()
    for outcome in repairs.outcomes:
        sys.stdout.buffer.write(diff.patch(outcome))
    sys.stdout.buffer.flush()


def _said(repairs: Repairs, options: dict[str, Any], *, stream: TextIO, preview: bool) -> None:
    """Beside the reports: what was fixed, on ``stream``; what went wrong and notices, on standard error."""
    from msgspec.structs import replace

    from listlint.report import messages
    from listlint.report.fixes import render_summary, spared_text
    from listlint.report.formats import MACHINE_FORMATS

    machine = any(output.file is None and output.format in MACHINE_FORMATS for output in options["output"])
    if not options["quiet"]:
        shown = sys.stderr if machine else stream
        # With --since, that one is what knows most of them.
        remedy = "" if options["since"] else "--no-baseline"
        spared = spared_text(repairs.spared, unsafe=options["unsafe_fixes"], remedy=remedy)
        how = render_options(options["color"], shown)
        render_summary(repairs.outcomes, shown, how, written=not preview, spared=spared)
        shown.flush()
    result = replace(repairs.result, notices=()) if options["quiet"] else repairs.result
    messages.render(result, sys.stderr, render_options(options["color"], sys.stderr))


class Chooser:
    """Asks about one fix after the other, and remembers the answers.

    A fix that waits for a later pass is the same question, and not asked again: findings are told
    apart by their file and fingerprint.
    """

    def __init__(self, options: RenderOptions) -> None:
        self._options = options
        self._answers: dict[tuple[str, str], bool] = {}
        self._rules: dict[str, bool] = {}
        self._over = False

    def __call__(self, diagnostic: Diagnostic) -> bool:
        """Tell whether the user wants this fix."""
        key = (diagnostic.path, diagnostic.fingerprint)
        if diagnostic.code in self._rules:
            return self._rules[diagnostic.code]
        if key not in self._answers:
            self._answers[key] = not self._over and self._ask(diagnostic)
        return self._answers[key]

    def _ask(self, diagnostic: Diagnostic) -> bool:
        from listlint.report.fixes import render_question

        render_question(diagnostic, sys.stderr, self._options)
        choices = f"y yes, n no, a all of {diagnostic.code}, s skip all of {diagnostic.code}, q quit"
        while True:
            answer = click.prompt(f"Apply this fix? [{choices}]", default="y", show_default=False, err=True)
            word = answer.strip().lower()[:1]
            if word in {"y", "n"}:
                return bool(word == "y")
            if word in {"a", "s"}:
                self._rules[diagnostic.code] = word == "a"
                return self._rules[diagnostic.code]
            if word == "q":
                self._over = True
                return False


@click.command()
@path_options
@configuration_options
@click.option("--unsafe-fixes", is_flag=True, help="Apply fixes that are only probably right, too.")
@click.option("--diff", is_flag=True, help="Show what would change and write nothing; 1 if it would.")
@click.option("--interactive", "-i", is_flag=True, help="Show each fix and ask.")
@output_option("full")
@click.option(
    "--fail-on",
    type=click.Choice(("error", "warning", "info")),
    help="Least severity left that makes the exit code 1.  [default: warning]",
)
@click.option(
    "--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Processes to use.  [default: one a processor]"
)
@click.option("--quiet", "-q", is_flag=True, help="No summary and no notices.")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", envvar="LISTLINT_COLOR")
@click.option("--debug", is_flag=True, help="Let the exceptions of rules through.")
@click.option("--links", is_flag=True, help="Ask the network, and fix links that have moved.")
@comparing_options
@how_options
def fix(**options: Any) -> None:
    """Fix what can be fixed without changing the meaning of a list, and show what is left.

    Findings that a baseline knows are left alone, unless --no-baseline is given.

    With - the fixed text goes to standard output. Exit code: 0 nothing is left, 1 findings at or above --fail-on are
    left (with --diff: something would change), 2 something could not be read or written.
    """
    sys.exit(run_fix(options))
