"""``listlint baseline``, and the options of ``check`` that say what is known already."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from listlint.cli.options import configuration_options, make_session, path_options, render_options
from listlint.cli.streams import say
from listlint.model.errors import ListlintError

if TYPE_CHECKING:
    from collections.abc import Callable

    from listlint.baseline import Record
    from listlint.changes import KnownFile
    from listlint.model.compare import CompareMode

    Command = Callable[..., Any]

SCOPES = ("added", "diff-context", "file", "none")


def comparing_options(command: Command) -> Command:
    """Options that leave out what is known."""
    for option in reversed(
        (
            click.option(
                "--since",
                metavar="REF",
                help="Report only what is new since this branch left the commit REF; with --links ask for new links.",
            ),
            click.option(
                "--filter",
                "scope",
                type=click.Choice(SCOPES),
                default="none",
                show_default=True,
                help="Of what is new report what is on added lines, in the diff's context, in changed files; or all.",
            ),
            click.option(
                "--baseline",
                type=click.Path(path_type=Path, dir_okay=False),
                metavar="FILE",
                help="The file of known findings.  [default: listlint-baseline.json, if it is there]",
            ),
            click.option("--no-baseline", is_flag=True, help="Report known findings too."),
            click.option("--strict-baseline", is_flag=True, help="Fail if the baseline has findings that are fixed."),
        )
    ):
        command = option(command)
    return command


def compare_mode(options: dict[str, Any]) -> CompareMode:
    """What the options of a command say of what is known.

    Raises:
        click.UsageError: they contradict each other.
    """
    from listlint.model.compare import CompareMode

    if options["scope"] != "none" and options["since"] is None:
        raise click.UsageError(f"--filter {options['scope']} needs --since REF: it is about changes")
    if options["no_baseline"] and (options["baseline"] is not None or options["strict_baseline"]):
        raise click.UsageError("--no-baseline contradicts --baseline and --strict-baseline")
    return CompareMode(
        since=options["since"],
        scope=options["scope"],
        baseline=options["baseline"],
        use_baseline=not options["no_baseline"],
        strict=options["strict_baseline"],
    )


@click.command("baseline")
@path_options
@configuration_options
@click.option("--prune", is_flag=True, help="Only take out what is fixed; add nothing.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where the baseline is.  [default: listlint-baseline.json at the root of the configuration]",
)
@click.option(
    "--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Processes to use.  [default: one a processor]"
)
@click.option("--quiet", "-q", is_flag=True, help="No closing line and no notices.")
@click.option(
    "--color", type=click.Choice(("auto", "always", "never")), default="auto", envvar="LISTLINT_COLOR", help="Colour."
)
def baseline_command(**options: Any) -> None:
    """Write down all present findings, so that check reports new ones only.

    With PATHS the records of other files are kept. Exit code: 0 written, 2 something could not be checked, and
    nothing was written.
    """
    from msgspec.structs import replace

    from listlint.report import messages
    from listlint.session import check_batch

    session = make_session(options)
    files = session.files()
    known = session.known_file(files, options["output"], new=not options["prune"])
    if known is None:
        raise ListlintError(
            "the configuration has none: baseline is empty" if session.main.baseline == "" else "no such baseline",
            path="baseline",
            code="no-such-file",
            hint="name a file with --output" if session.main.baseline == "" else "write it with: listlint baseline",
        )
    known = known.following(None)
    checked = session.spread(files, check_batch)
    result = session.finish(files, checked)
    messages.render(
        replace(result, notices=()) if options["quiet"] else result,
        sys.stderr,
        render_options(options["color"], sys.stderr),
    )
    if any(diagnostic.code == "SUP000" for diagnostic in result.diagnostics) or result.errors:
        raise ListlintError("nothing was written, since not all could be checked", path=known.label, code="baseline")
    ran = session.ran(files, checked)
    records = (known.pruned if options["prune"] else known.renewed)(result.diagnostics, ran)
    _write(known, records)
    if not options["quiet"]:
        say(_closing(known, records, prune=options["prune"]))


def _write(known: KnownFile, records: tuple[Record, ...]) -> None:
    """Write the file whole or not at all, and not if it has these records already."""
    from listlint.baseline import encode

    content = encode(records)
    try:
        if known.file.is_file() and known.file.read_bytes() == content:
            return
        with click.open_file(str(known.file), "wb", atomic=True) as stream:
            stream.write(content)
    except OSError as error:
        raise ListlintError(
            f"cannot be written: {error.strerror or error}", path=known.label, code="unwritable"
        ) from error


def _closing(known: KnownFile, records: tuple[Record, ...], *, prune: bool) -> str:
    from collections import Counter

    from listlint.report.summary import count

    before, after = Counter(known.records), Counter(records)
    gone, come = (before - after).total(), (after - before).total()
    held = f"{count(len(records), 'known finding')} in {count(len({record.path for record in records}), 'file')}"
    change = f"{gone:,} removed" if prune else f"{come:,} added, {gone:,} removed"
    return f"{known.label}: {held} ({change})"
