"""``listlint explain``: the grammar of a list, and one entry held against it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from listlint.cli import complete
from listlint.cli.options import configuration_options, make_session, render_options
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from listlint.model.errors import ListlintError
    from listlint.model.grammar import EntryGrammar, Grammar

_WITH_LINE = lazy(r"(?P<file>.+?):(?P<line>[0-9]{1,9})(?::[0-9]{1,9})?")


@click.command()
@click.argument("places", nargs=-1, metavar="[FILE|FILE:LINE]...", shell_complete=complete.files)
@click.option("--stdin-filename", default="README.md", metavar="NAME", help="What to call standard input (path -).")
@configuration_options
@click.option("--output", type=click.Choice(("text", "json")), default="text", show_default=True, help="Format.")
@click.option(
    "--color", type=click.Choice(("auto", "always", "never")), default="auto", envvar="LISTLINT_COLOR", help="Colour."
)
def explain(places: tuple[str, ...], **options: Any) -> None:
    """Show the habits that a list has: separator, order of fields, dates, labels ….

    For each, how many entries follow it, an example, the rule that speaks of it, and whether the configuration sets
    it. With a line (README.md:12): the fields of the entry that stands there, and where it differs from the others.
    Rules that are off are shown too.
    """
    from listlint.model.result import Result
    from listlint.report import grammar as report
    from listlint.report import messages

    grammars, entries, errors = _explained([_place(place) for place in places], options)
    shown = render_options(options["color"], sys.stdout)
    if grammars or entries:
        render = report.render_json if options["output"] == "json" else report.render_text
        render(grammars, entries, sys.stdout, shown)
    sys.stdout.flush()
    messages.render(Result(errors=tuple(errors)), sys.stderr, render_options(options["color"], sys.stderr))
    sys.exit(2 if errors else 0)


def _explained(
    wanted: list[tuple[str, int | None]], options: dict[str, Any]
) -> tuple[list[Grammar], list[EntryGrammar], list[ListlintError]]:
    """What is to be said of each place, and of the places where nothing can be said why."""
    from listlint.grammar import entry_grammar, grammar, read
    from listlint.model.errors import ListlintError

    grammars: list[Grammar] = []
    entries: list[EntryGrammar] = []
    errors: list[ListlintError] = []
    whole = tuple(name for name, line in wanted if line is None)
    asked: list[tuple[tuple[str, ...], int | None]] = [(whole, None)] if whole or not wanted else []
    asked += [((name,), line) for name, line in wanted if line is not None]
    for names, line in asked:
        session = make_session({**options, "paths": names})
        files = session.files()
        if line is not None and len(files) != 1:
            raise ListlintError("is no file that has lines", path=names[0], code="usage")
        for file in files:
            try:
                known = read(session, file)
                if line is None:
                    grammars.append(grammar(known))
                else:
                    entries.append(entry_grammar(known, line))
            except ListlintError as error:
                errors.append(error)
    return grammars, entries, errors


def _place(text: str) -> tuple[str, int | None]:
    """The file and the line that an argument names; a file that is called so is no place."""
    match = None if Path(text).exists() else _WITH_LINE.fullmatch(text)
    return (match["file"], int(match["line"])) if match else (text, None)
