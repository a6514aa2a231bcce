"""``listlint links``: ask what became of the links, show it, remember it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from listlint.cli import complete
from listlint.cli.options import render_options
from listlint.cli.output import output_option, outputs, write_all, written
from listlint.cli.streams import guard_logs, note, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from listlint.liveness import LinkMode, LinkRun
    from listlint.model.result import Result
    from listlint.session import Session

    Command = Callable[..., Any]

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def asking_options(command: Command) -> Command:
    """Options that say which links are asked for, and how."""
    since = click.option("--since", metavar="REF", help="Ask only for links that the commit REF has not.")
    return since(how_options(command))


def how_options(command: Command) -> Command:
    """Options that say how links are asked for; ``check --links`` has them too."""
    for option in reversed(
        (
            click.option(
                "--accept",
                multiple=True,
                type=click.IntRange(100, 999),
                metavar="STATUS",
                help="A status that counts as alive too.",
            ),
            click.option("--fragments/--no-fragments", default=None, help="Look for the anchors that links name."),
            click.option(
                "--soft-404/--no-soft-404", default=None, help="Look for pages that only say that they are not there."
            ),
            click.option("--allow-private", is_flag=True, default=None, help="Ask private addresses too."),
            click.option(
                "--max-age", type=click.FloatRange(min=0), metavar="DAYS", help="Reuse successes that are not older."
            ),
            click.option("--archived", is_flag=True, help="Look for copies of dead links in the web archive."),
            click.option("--no-store", is_flag=True, help="Write nothing into the link history."),
            click.option("--offline", is_flag=True, help="Ask nobody: say what the link history knows."),
        )
    ):
        command = option(command)
    return command


def link_mode(options: dict[str, Any], on_state: Callable[[Any], None] | None = None) -> LinkMode:
    """What the options of a command say of links."""
    from listlint.liveness import LinkMode

    guard_logs()
    return LinkMode(
        since=options.get("since"),
        include=options.get("only", ()),
        exclude=options.get("but", ()),
        accept=options.get("accept", ()),
        fragments=options.get("fragments"),
        soft_404=options.get("soft_404"),
        allow_private=options.get("allow_private"),
        max_age=options.get("max_age"),
        store=not options.get("no_store"),
        offline=bool(options.get("offline")),
        archived=bool(options.get("archived")),
        on_state=on_state,
    )


def show_history(session: Session, options: dict[str, Any]) -> None:
    """The link history: shown, exported or filled from a file."""
    from listlint.report.history import render_history

    with session.history(store=options["load"] is not None) as history:
        if options["load"] is not None:
            with click.open_file(options["load"], encoding="utf-8") as stream:
                history.load(stream, name=options["load"])
        if options["export"] is not None:
            with written(options["export"]) as stream:
                history.export(stream)
        if options["history"]:
            rows = list(history.rows())
            render_history(rows, sys.stdout, render_options(options["color"], sys.stdout))
            if not rows and not history.notices and not options["quiet"]:
                note([f"the link history is empty: {session.main.links.store}"])
        note(history.notices)


def show_plan(session: Session) -> None:
    """What would be asked, by host."""
    from listlint.report.summary import count

    counts = session.link_plan()
    for host, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        say(f"{number:>7}  {host}")
    total = sum(counts.values())
    say(f"{total:>7}  {'link' if total == 1 else 'links'} at {count(len(counts), 'host')} would be asked for")


def write_files(session: Session, options: dict[str, Any]) -> None:
    """The files that were asked for: verdicts as JSON lines, the page."""
    run = session.link_run
    assert run is not None
    if options["verdicts"] is not None:
        from listlint.report import verdicts

        with written(options["verdicts"]) as out:
            verdicts.render_jsonl(run.seen, out)
    if options["html"] is not None:
        import time

        from listlint.report import links_page

        with written(options["html"]) as out:
            links_page.render(run.seen, out, made=time.time())


def knows_nothing(run: LinkRun) -> bool:
    """Tell whether nobody was asked, and the history knew none of the links either."""
    from listlint.model.links import Reason

    return bool(run.seen) and all(seen.outcome.reason is Reason.NOT_ASKED for seen in run.seen)


def without_unknown(result: Result, links: int) -> Result:
    """The same with one notice for the run in place of a finding on each of its links, of which nothing is known."""
    from msgspec.structs import replace

    from listlint.report.summary import count

    notice = f"nothing is known of {count(links, 'link')}: the link history has none of them (NET006)"
    left = tuple(found for found in result.diagnostics if found.code != "NET006")
    return replace(result, diagnostics=left, notices=(*result.notices, notice))


def write_issue(result: Result, path: str) -> None:
    """The body of the issue on what is wrong; empty if nothing is."""
    from listlint.report import issue

    with written(path) as out:
        issue.render(result, out)


def _is_terminal() -> bool:
    """Tell whether a line can be redrawn; pre-commit and some CI give a terminal that nobody looks at."""
    unwatched = os.environ.get("PRE_COMMIT") or os.environ.get("CI")
    return not unwatched and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...", shell_complete=complete.files)
@click.option("--include", "only", multiple=True, metavar="REGEX", help="Ask only for URLs in which this is found.")
@click.option("--exclude", "but", multiple=True, metavar="REGEX", help="Ask for no URL in which this is found.")
@asking_options
@click.option("--dry-run", is_flag=True, help="Show what would be asked, by host, and ask nobody.")
@click.option("--verdicts", metavar="FILE", help="Write JSON lines, one for every distinct URL.")
@click.option("--html", metavar="FILE", help="Write a page that needs no network.")
@click.option("--issue-body", metavar="FILE", help="Write the text of an issue; nothing if no link wants attention.")
@click.option("--history", is_flag=True, help="Show the link history.")
@click.option("--export", metavar="FILE", help="Write the link history as JSON lines.")
@click.option("--import", "load", metavar="FILE", help="Take over a history that was exported.")
@click.option(
    "--config", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Use this configuration file."
)
@click.option("--set", "values", multiple=True, metavar="KEY=VALUE", help="Override one value of the configuration.")
@click.option("--isolated", is_flag=True, help="Read no configuration file.")
@click.option("--force-exclude", is_flag=True, help="Leave out files that the configuration excludes, even if named.")
@output_option("concise")
@click.option(
    "--fail-on",
    type=click.Choice(("error", "warning", "info")),
    help="Least severity that makes the exit code 1.  [default: error]",
)
@click.option("--quiet", "-q", is_flag=True, help="No progress, no summary and no notices.")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", envvar="LISTLINT_COLOR")
def links(**options: Any) -> None:
    """Ask what became of the links: alive, dead, or nobody would say.

    Exit code: 0 no dead link, 1 dead links (or what --fail-on says), 2 something could not be checked, 130 interrupted.
    """
    from listlint.cli.options import make_session
    from listlint.report import messages
    from listlint.report.formats import MACHINE_FORMATS
    from listlint.report.progress import Progress
    from listlint.report.verdicts import render_summary

    wanted = outputs(options["output"], "concise")
    options |= {"preset": None, "select": (), "extend_select": (), "ignore": (), "exclude": ()}
    err = render_options(options["color"], sys.stderr)
    progress = None if options["quiet"] else Progress(sys.stderr, terminal=_is_terminal(), colour=err.colour)
    mode = link_mode(options, progress.update if progress else None)
    session = make_session(options, links=mode, links_only=True)
    if options["history"] or options["export"] is not None or options["load"] is not None:
        show_history(session, options)
        return
    if options["dry_run"]:
        show_plan(session)
        return
    try:
        result = session.check()
    finally:
        if progress is not None:
            progress.close()
    out = render_options(options["color"], sys.stdout, summary=not options["quiet"])
    run = session.link_run
    short = [output for output in wanted if output.format == "concise"]
    if short and options["offline"] and run is not None and not result.exit_code and knows_nothing(run):
        failures = write_all(result, [output for output in wanted if output not in short], out)
        result = without_unknown(result, len(run.seen))
        failures += write_all(result, short, out)
    else:
        failures = write_all(result, wanted, out)
    write_files(session, options)
    if options["issue_body"] is not None and result.exit_code != 2 and run is not None and not run.interrupted:
        write_issue(result, options["issue_body"])
    messages.render(result, sys.stderr, err)
    machine = any(output.file is None and output.format in MACHINE_FORMATS for output in wanted)
    if run is not None and not options["quiet"] and not machine:
        render_summary(run.seen, sys.stderr, err)
    for error in failures:
        messages.render_error(error, sys.stderr, err)
    if failures:
        sys.exit(2)
    sys.exit(INTERRUPTED if run is not None and run.interrupted else result.exit_code)
