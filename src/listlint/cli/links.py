"""``listlint links``: ask what became of the links, show it, remember it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from listlint.liveness import LinkMode
    from listlint.session import Session

    Command = Callable[..., Any]

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def asking_options(command: Command) -> Command:
    """Options that say how links are asked for; ``check --links`` has them too."""
    for option in reversed(
        (
            click.option("--since", metavar="REF", help="Ask only for links that the commit REF has not."),
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
            with _written(options["export"]) as stream:
                history.export(stream)
        if options["history"]:
            render_history(history.rows(), sys.stdout)
        for notice in history.notices:
            click.echo(f"note: {notice}", err=True)


def show_plan(session: Session) -> None:
    """What would be asked, by host."""
    from listlint.report.sanitise import sanitise
    from listlint.report.summary import count

    counts = session.link_plan()
    for host, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        click.echo(f"{number:>7}  {sanitise(host)}")
    total = sum(counts.values())
    click.echo(f"{total:>7}  {'link' if total == 1 else 'links'} at {count(len(counts), 'host')} would be asked for")


def write_files(session: Session, options: dict[str, Any]) -> None:
    """The files that were asked for: verdicts as JSON lines, the page."""
    run = session.link_run
    assert run is not None
    if options["verdicts"] is not None:
        from listlint.report import verdicts

        with _written(options["verdicts"]) as out:
            verdicts.render_jsonl(run.seen, out)
    if options["html"] is not None:
        import time

        from listlint.report import links_page

        with _written(options["html"]) as out:
            links_page.render(run.seen, out, made=time.time())


def _written(path: str) -> AbstractContextManager[TextIO]:
    """A file that is there whole or not at all; ``-`` is standard output."""
    stream = click.open_file(path, "w", encoding="utf-8", atomic=path != "-")
    return cast("AbstractContextManager[TextIO]", stream)


def _is_terminal() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--include", "only", multiple=True, metavar="REGEX", help="Ask only for URLs in which this is found.")
@click.option("--exclude", "but", multiple=True, metavar="REGEX", help="Ask for no URL in which this is found.")
@asking_options
@click.option("--dry-run", is_flag=True, help="Show what would be asked, by host, and ask nobody.")
@click.option("--verdicts", metavar="FILE", help="Write JSON lines, one for every distinct URL.")
@click.option("--html", metavar="FILE", help="Write a page that needs no network.")
@click.option("--history", is_flag=True, help="Show the link history.")
@click.option("--export", metavar="FILE", help="Write the link history as JSON lines.")
@click.option("--import", "load", metavar="FILE", help="Take over a history that was exported.")
@click.option(
    "--config", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Use this configuration file."
)
@click.option("--set", "values", multiple=True, metavar="KEY=VALUE", help="Override one value of the configuration.")
@click.option("--isolated", is_flag=True, help="Read no configuration file.")
@click.option(
    "--output",
    type=click.Choice(("full", "concise", "json", "jsonl", "github")),
    default="concise",
    show_default=True,
    help="Report format.",
)
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
    from listlint.cli.options import make_session, render_options
    from listlint.report import messages
    from listlint.report.formats import MACHINE_FORMATS, renderer
    from listlint.report.progress import Progress
    from listlint.report.style import Style
    from listlint.report.verdicts import render_summary

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
    renderer(options["output"])(result, sys.stdout, out)
    sys.stdout.flush()
    run = session.link_run
    write_files(session, options)
    messages.render(result, sys.stderr, err)
    if run is not None and not options["quiet"] and options["output"] not in MACHINE_FORMATS:
        render_summary(run.seen, sys.stderr, Style(err.colour))
    sys.exit(INTERRUPTED if run is not None and run.interrupted else result.exit_code)
