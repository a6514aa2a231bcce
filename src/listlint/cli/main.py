"""``listlint``: the commands and their options.

What a command needs is imported when it runs, so that ``--help`` and completion answer at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from listlint import __version__
from listlint.cli import complete
from listlint.cli.baseline import baseline_command, compare_mode, comparing_options
from listlint.cli.completion import completion
from listlint.cli.explain import explain
from listlint.cli.fix import fix, run_fix
from listlint.cli.init import init
from listlint.cli.links import how_options, link_mode, links
from listlint.cli.options import configuration_options, make_session, path_options, render_options
from listlint.cli.output import only_files, output_option, outputs, with_statistics, write_all
from listlint.cli.streams import refuse, say
from listlint.model.errors import ListlintError

if TYPE_CHECKING:
    from listlint.session import Look

ENTRY_FORMATS = ("table", "jsonl", "csv", "bibtex", "csl-json")
SEVERITIES = ("error", "warning", "info")


class Group(click.Group):
    """The command group: shows our own errors as errors, not as tracebacks."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the options before the command."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.ClickException as error:
            refuse(error)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            refuse(error)
        except ListlintError as error:
            fail(error)
        except BrokenPipeError:
            # The reader has gone, as `| head` does; nothing more can be said to it.
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123  # lives to the end
            sys.exit(0)


def fail(error: ListlintError) -> NoReturn:
    """Say what was wrong with the request, and end with exit code 2."""
    from listlint.config.schema import ConfigError
    from listlint.report.messages import render_error

    options = render_options("auto", sys.stderr)
    for problem in error.problems if isinstance(error, ConfigError) else (error,):
        render_error(problem, sys.stderr, options)
    sys.exit(2)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="listlint")
def main() -> None:
    """Check awesome-lists and academic reading lists: links, BibTeX, metadata, duplicates, encoding.

    Exit code: 0 clean, 1 findings at or above --fail-on, 2 something could not be checked.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A console that lacks a character shows its number; the report is not lost.
            stream.reconfigure(errors="backslashreplace")


@main.command()
@path_options
@configuration_options
@output_option("full")
@click.option(
    "--fail-on", type=click.Choice(SEVERITIES), help="Least severity that makes the exit code 1.  [default: warning]"
)
@click.option("--exit-zero", is_flag=True, help="End with 0 whatever is found.")
@click.option("--statistics", is_flag=True, help="Show how often each rule reports, instead of each finding.")
@click.option(
    "--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Processes to use.  [default: one a processor]"
)
@click.option("--quiet", "-q", is_flag=True, help="No closing line and no notices.")
@click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    envvar="LISTLINT_COLOR",
    help="Colour the report.",
)
@click.option("--debug", is_flag=True, help="Let the exceptions of rules through.")
@click.option("--no-cache", is_flag=True, help="Check every file, also where it is known what is found in it.")
@click.option("--links", is_flag=True, help="Ask the network what became of the links.")
@click.option("--fix", "fixing", is_flag=True, help="Fix first, as `listlint fix` does.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix: apply fixes that are only probably right, too.")
@comparing_options
@how_options
def check(**options: Any) -> None:
    """Check lists: files, folders, globs, or - for standard input.

    Without a path: the configured files, else README.md and every Markdown file that looks like a list.
    """
    from listlint.report import messages

    if options["fixing"]:
        code = run_fix(options)
        sys.exit(code if not options["exit_zero"] or code == 2 else 0)
    wanted = outputs(options["output"], "full")
    wanted = with_statistics(wanted) if options["statistics"] else wanted
    asked = link_mode(options) if options["links"] else None
    kept = not options["no_cache"]
    session = make_session(options, links=asked, compare=compare_mode(options), keep_raw=kept)
    result = session.check(_check_new() if kept else None)
    out = render_options(options["color"], sys.stdout, summary=not options["quiet"])
    err = render_options(options["color"], sys.stderr)
    failures = write_all(result, wanted, out, others=session.others)
    messages.render(result if not options["quiet"] else _without_notices(result), sys.stderr, err)
    if only_files(wanted) and not options["quiet"]:
        messages.render_closing(result, sys.stderr, err)
    for error in failures:
        messages.render_error(error, sys.stderr, err)
    code = result.exit_code if not options["exit_zero"] or result.exit_code == 2 else 0
    sys.exit(2 if failures else code)


def _check_new() -> Look:
    from listlint.recall import check_new

    return check_new


def _without_notices(result: Any) -> Any:
    from msgspec.structs import replace

    return replace(result, notices=())


main.add_command(baseline_command)
main.add_command(links)
main.add_command(fix)
main.add_command(completion)
main.add_command(init)
main.add_command(explain)


@main.command()
@path_options
@configuration_options
@click.option("--output", type=click.Choice(ENTRY_FORMATS), default="table", show_default=True, help="Format.")
@click.option(
    "--color", type=click.Choice(("auto", "always", "never")), default="auto", envvar="LISTLINT_COLOR", help="Colour."
)
def entries(**options: Any) -> None:
    """Show a list as data: the entries that the parser read, with their fields.

    bibtex and csl-json give each work once over all files: the list's own BibTeX where it has some, else what its
    entry says.
    """
    from listlint.model.result import Result
    from listlint.report import messages
    from listlint.report.formats import BIBLIOGRAPHIES, entries_renderer

    documents, errors = make_session(options).documents()
    if options["output"] in BIBLIOGRAPHIES and hasattr(sys.stdout, "reconfigure") and not sys.stdout.isatty():
        # What reads these files expects UTF-8, whatever the console has.
        sys.stdout.reconfigure(encoding="utf-8")
    render = entries_renderer(options["output"])
    notices = render(documents, sys.stdout, render_options(options["color"], sys.stdout))
    sys.stdout.flush()
    result = Result(errors=tuple(errors), notices=notices or ())
    messages.render(result, sys.stderr, render_options(options["color"], sys.stderr))
    sys.exit(result.exit_code)


@main.command()
@click.argument("label", required=False, metavar="[CODE|NAME|FAMILY]", shell_complete=complete.rule)
@click.option("--output", type=click.Choice(("text", "json")), default="text", show_default=True, help="Format.")
@click.option(
    "--color", type=click.Choice(("auto", "always", "never")), default="auto", envvar="LISTLINT_COLOR", help="Colour."
)
def rule(label: str | None, output: str, color: str) -> None:
    """Explain a rule, or list all of them, or those of a family (URL)."""
    from listlint.catalogue import describe, listing
    from listlint.report.options import write_lines
    from listlint.session import Request, Session

    options = render_options(color, sys.stdout)
    if label:
        text = describe(label, output, options, lambda: Session(Request()).others)
    else:
        text = listing(output, options, _others_if_possible())
    write_lines(text.removesuffix("\n").split("\n"), sys.stdout, options)


def _others_if_possible() -> tuple[Any, ...]:
    """The rules that plugins and the configuration give; where these are at fault, that is said and ours are shown."""
    from listlint.config.schema import ConfigError
    from listlint.report.messages import render_error
    from listlint.session import Request, Session

    try:
        return Session(Request()).others
    except ListlintError as error:
        for problem in error.problems if isinstance(error, ConfigError) else (error,):
            render_error(problem, sys.stderr, render_options("auto", sys.stderr))
        return ()


@main.command()
@click.argument("path", required=False, shell_complete=complete.files)
@configuration_options
@click.option("--output", type=click.Choice(("text", "json")), default="text", show_default=True, help="Format.")
def config(path: str | None, output: str, **options: Any) -> None:
    """Show the effective configuration, and where each value comes from.

    With PATH: as it holds for that file.
    """
    from listlint.config.explain import as_data, as_text, effective
    from listlint.report.sanitise import json_safe, sanitise

    session = make_session(options)
    settings = session.settings_for(Path(path)) if path else session.main
    values = effective(settings, Path(path) if path else None)
    if output == "json":
        import msgspec

        say(json_safe(msgspec.json.format(msgspec.json.encode(as_data(values)), indent=2).decode()))
        return
    say(as_text(values, sanitise))
