"""Options that several commands take, and what becomes of them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from listlint.cli import complete

if TYPE_CHECKING:
    from collections.abc import Callable

    from listlint.liveness import LinkMode
    from listlint.model.compare import CompareMode
    from listlint.report.options import RenderOptions
    from listlint.session import Session

    Command = Callable[..., Any]


RUNNERS = frozenset({"GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"})
"""What the runners set that obey commands in a log: GitHub's and its kin, Azure Pipelines, TeamCity."""


def colour_wanted(choice: str, stream: Any) -> bool:
    """Decide on colour: ``--color`` over ``NO_COLOR`` over ``FORCE_COLOR`` over the terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE"):
        return True
    return bool(stream.isatty()) and os.environ.get("TERM") != "dumb"


def render_options(color: str, stream: Any, *, summary: bool = True) -> RenderOptions:
    """How to show things on a stream."""
    from listlint.report.options import RenderOptions

    return RenderOptions(
        colour=colour_wanted(color, stream),
        width=min(140, max(40, _columns(stream))),
        actions=any(os.environ.get(name, "").lower() not in {"", "false"} for name in RUNNERS),
        summary=summary,
    )


def _columns(stream: Any) -> int:
    """The width of the terminal; that of no terminal is 100, unless ``COLUMNS`` says otherwise."""
    if not stream.isatty() and not os.environ.get("COLUMNS"):
        return 100
    import shutil  # slow to load, and most runs write into a pipe

    return shutil.get_terminal_size((100, 24)).columns


def configuration_options(command: Command) -> Command:
    """Options that every command takes which reads a configuration."""
    for option in reversed(
        (
            click.option(
                "--preset",
                metavar="NAME",
                help="default, awesome, papers, notes or all.",
                shell_complete=complete.presets,
            ),
            click.option(
                "--select",
                multiple=True,
                metavar="RULES",
                help="Check these and no others: codes, names, families, ALL.",
                shell_complete=complete.selectors,
            ),
            click.option(
                "--extend-select",
                multiple=True,
                metavar="RULES",
                help="Check these too.",
                shell_complete=complete.selectors,
            ),
            click.option(
                "--ignore",
                multiple=True,
                metavar="RULES",
                help="Do not check these.",
                shell_complete=complete.selectors,
            ),
            click.option(
                "--config",
                type=click.Path(path_type=Path, dir_okay=False),
                metavar="FILE",
                help="Use this configuration file.",
            ),
            click.option(
                "--set", "values", multiple=True, metavar="KEY=VALUE", help="Override one value of the configuration."
            ),
            click.option("--isolated", is_flag=True, help="Read no configuration file."),
        )
    ):
        command = option(command)
    return command


def path_options(command: Command) -> Command:
    """Options that say which files are meant."""
    for option in reversed(
        (
            click.argument("paths", nargs=-1, metavar="[PATHS]...", shell_complete=complete.files),
            click.option(
                "--stdin-filename", default="README.md", metavar="NAME", help="What to call standard input (path -)."
            ),
            click.option(
                "--exclude", multiple=True, metavar="GLOB", help="Leave out files that match, as in .gitignore."
            ),
            click.option("--force-exclude", is_flag=True, help="Leave out excluded files even if they are named."),
        )
    ):
        command = option(command)
    return command


def make_session(
    options: dict[str, Any],
    *,
    links: LinkMode | None = None,
    links_only: bool = False,
    compare: CompareMode | None = None,
    keep_raw: bool = False,
) -> Session:
    """The session that the options of a command ask for."""
    from listlint.config.schema import Overrides
    from listlint.session import Request, Session

    paths: tuple[str, ...] = options.get("paths", ())
    overrides = Overrides(
        preset=options["preset"],
        select=options["select"] or None,
        extend_select=options["extend_select"],
        ignore=options["ignore"],
        values=options["values"],
        fail_on=options.get("fail_on"),
        exclude=options.get("exclude", ()),
    )
    request = Request(
        paths=paths,
        overrides=overrides,
        config=options["config"],
        isolated=options["isolated"],
        stdin=sys.stdin.buffer.read() if "-" in paths else None,
        stdin_filename=options.get("stdin_filename", "README.md"),
        force_exclude=options.get("force_exclude", False),
        jobs=options.get("jobs"),
        debug=options.get("debug", False),
        links=links,
        links_only=links_only,
        compare=compare,
        keep_raw=keep_raw,
    )
    return Session(request)
