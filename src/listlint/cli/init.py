"""``listlint init``: the files that turn listlint on for a repository."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from listlint.cli import complete
from listlint.cli.streams import note, say

if TYPE_CHECKING:
    from listlint.scaffold.files import Plan, Wishes
    from listlint.scaffold.survey import Survey


@click.command()
@click.argument("path", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--preset",
    metavar="NAME",
    help="default, awesome, papers, notes or all.  [default: what fits the lists]",
    shell_complete=complete.presets,
)
@click.option(
    "--from",
    "model",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Set the habits of this list: its separator, its dates ….",
    shell_complete=complete.files,
)
@click.option("--config/--no-config", default=None, help="Write listlint.toml.  [default: yes]")
@click.option("--hook/--no-hook", default=None, help="Write .pre-commit-config.yaml.  [default: yes]")
@click.option("--workflow/--no-workflow", default=None, help="Write .github/workflows/listlint.yml.  [default: yes]")
@click.option(
    "--baseline/--no-baseline", default=None, help="Write down what is found today.  [default: if anything is]"
)
@click.option("--yes", "-y", is_flag=True, help="Ask nothing: take the defaults.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--force", is_flag=True, help="Write over listlint.toml and the workflow.")
def init(path: Path, **options: Any) -> None:
    """Turn listlint on for a repository: configuration, pre-commit hook and workflow.

    On a terminal it asks; elsewhere, and with --yes, the options and the lists decide. It writes all files or none, and
    never over one that is there.
    """
    from listlint.scaffold.files import plan
    from listlint.scaffold.survey import survey
    from listlint.scaffold.write import refuse_conflicts, write

    _refuse_unknown(options["preset"])
    found = survey(path)
    asks = _asks() and not options["yes"] and not options["dry_run"]
    _tell(found, options["preset"])
    made = plan(found, _pinned(_wishes(found, options, asks=asks), found, options["model"]))
    refuse_conflicts(found, made.files, force=options["force"])
    if options["dry_run"]:
        _show(made, found)
        if options["baseline"]:
            say("\nwould write a baseline of what is found")
        return
    if asks and made.files:
        say("Files to write:\n" + "\n".join(f"  {name}" for name in _names(made, found)))
        click.confirm("Write them?", default=True, abort=True)
    written = write(made.files)
    try:
        baseline = _baseline(found, options["baseline"], asks=asks)
    except BaseException:
        written.undo()
        raise
    for name in _names(made, found):
        say(f"wrote {name}")
    if baseline:
        say("wrote a baseline: what is found today is not shown again until it changes")
    if not made.files and not baseline:
        say("nothing to write")
    _tell_rest(made)


def _refuse_unknown(preset: str | None) -> None:
    from listlint.config.merge import preset_names
    from listlint.config.validate import suggest
    from listlint.model.errors import ListlintError

    if preset is not None and preset not in (known := preset_names()):
        hint = suggest(preset, known) or "presets are " + ", ".join(known)
        raise ListlintError(f"unknown preset '{preset}'", path="--preset", code="unknown-preset", hint=hint)


def _asks() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _tell(found: Survey, chosen: str | None) -> None:
    """Say what was found, and what follows from it."""
    from listlint.report.summary import count

    lists = count(len(found.lists), "list")
    bibliographies = f", {len(found.bibliographies)} BibTeX" if found.bibliographies else ""
    if chosen is None:
        said = f"{found.reason}, so the preset `{found.preset}` fits"
    elif chosen == found.preset:
        said = f"{found.reason}, so the preset `{chosen}`, which --preset names, fits"
    else:
        said = f"the preset is `{chosen}`, as --preset says (`{found.preset}` would fit: {found.reason})"
    say(f"{found.folder.name}: {lists}{bibliographies}; {said}")


def _wishes(found: Survey, options: dict[str, Any], *, asks: bool) -> Wishes:
    """What the options say, what the user answers to the rest, and defaults elsewhere."""
    from listlint.config.merge import preset_names
    from listlint.scaffold.files import CONFIGURATION, HOOKS, WORKFLOW, Wishes

    preset = options["preset"]
    config = _decide(options["config"], f"Write {CONFIGURATION}?", asks=asks)
    if asks and config and preset is None:
        choices = click.Choice(preset_names())
        preset = click.prompt("Preset", default=found.preset, type=choices)
    hook = _decide(options["hook"], f"Run listlint as a pre-commit hook ({HOOKS})?", asks=asks)
    workflow = _decide(
        options["workflow"],
        f"Check pull requests on GitHub ({WORKFLOW})?",
        asks=asks,
        default=found.other_ci is None,
    )
    if options["workflow"] is None and found.other_ci is not None and not workflow:
        note([f"{found.other_ci} is there: docs/recipes of listlint has the lines for it"])
    return Wishes(preset, config, hook, workflow)


def _pinned(wishes: Wishes, found: Survey, model: Path | None) -> Wishes:
    """The wishes with the habits of a list, as the rules of the preset see them.

    Raises:
        ListlintError: no configuration is wanted that could set them, or the list cannot be read.
    """
    if model is None:
        return wishes
    from msgspec.structs import replace

    from listlint.config.schema import Overrides
    from listlint.grammar import pins, read
    from listlint.model.errors import ListlintError
    from listlint.session import Request, Session

    if not wishes.config:
        raise ListlintError("--from is for the configuration, which --no-config leaves out", code="usage")
    overrides = Overrides(preset=wishes.preset or found.preset)
    session = Session(Request(paths=(str(model),), isolated=True, overrides=overrides))
    return replace(wishes, pins=pins(read(session, session.files()[0])), model=model.name)


def _decide(option: bool | None, question: str, *, asks: bool, default: bool = True) -> bool:
    """What an option says; where it says nothing, what the user answers, if anybody is asked."""
    if option is not None:
        return option
    return click.confirm(question, default=default) if asks else default


def _names(made: Plan, found: Survey) -> list[str]:
    """The files as people read them: all relative to the working folder, or all to the top of the repository."""
    here = Path.cwd()
    base = here if all(file.path.is_relative_to(here) for file in made.files) else found.root
    return [file.path.relative_to(base).as_posix() for file in made.files]


def _show(made: Plan, found: Survey) -> None:
    for file, name in zip(made.files, _names(made, found), strict=True):
        body = "\n".join(f"  {line}".rstrip() for line in file.text.splitlines())
        say(f"\nwould write {name}:\n\n{body}")
    _tell_rest(made)


def _tell_rest(made: Plan) -> None:
    note(made.notes)
    if made.by_hand:
        say(f"\n{made.by_hand}")


def _baseline(found: Survey, wanted: bool | None, *, asks: bool) -> bool:
    """Write a baseline, if it is wanted and there is anything to write into it; tell whether."""
    from contextlib import chdir

    from listlint.model.errors import ListlintError

    root = click.get_current_context().find_root().command
    command = root.get_command(click.get_current_context(), "baseline") if isinstance(root, click.Group) else None
    if wanted is False or command is None or not (found.lists or found.bibliographies):
        return False
    with chdir(found.folder):
        if wanted is None:
            findings = _findings()
            question = f"{findings:,} findings today. Write a baseline, so that only new ones are shown?"
            if not findings or (asks and not click.confirm(question, default=True)):
                return False
        try:
            command.main([], prog_name="listlint baseline", standalone_mode=False)
        except SystemExit as ended:
            if ended.code:
                raise ListlintError(
                    "no baseline could be written, and so nothing was",
                    code="baseline",
                    hint="leave it out with --no-baseline",
                ) from None
    return True


def _findings() -> int:
    """How many findings would fail a run in the working folder."""
    from listlint.session import Request, Session

    result = Session(Request()).check()
    least = result.fail_on
    return sum(least is not None and found.severity.rank >= least.rank for found in result.diagnostics)
