"""The files that ``listlint init`` writes, as texts."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - msgspec reads the annotations
from typing import TYPE_CHECKING

from msgspec import Struct

from listlint import __version__
from listlint.config.json_schema import URL
from listlint.model.errors import ListlintError
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from listlint.model.grammar import Pin
    from listlint.scaffold.survey import Survey

CONFIGURATION = "listlint.toml"
HOOKS = ".pre-commit-config.yaml"
WORKFLOW = ".github/workflows/listlint.yml"
REPOSITORY = "https://github.com/listlint/listlint"
_MOST_NAMES = 20
"""Lists that a configuration names one by one; more are meant by a glob."""
_GLOB_SIGNS = lazy(r"([\\*?\[\]!#])")
_PATTERN_SIGNS = lazy(r"([^\w/-])")

_CONFIGURATION = """\
#:schema {schema}
# What listlint checks here. `listlint config` shows every value and where it comes from.

# {reason}
preset = "{preset}"

# The least severity that fails a run: "error", "warning" or "info".
fail-on = "warning"
"""
_INCLUDE = """
# The files to check where none is named. Without this line: README.md and what looks like a list.
include = [
{names}]
"""
_PINNED = """\
# How {model} does it. What is set here holds instead of what most entries do."""
_HOOK = """\
  - repo: {repository}
    rev: v{version}
    hooks:
      - id: listlint
"""
_WORKFLOW = """\
# Pull requests are told what they bring in themselves, and nothing that was there before.
name: listlint

on:
  pull_request:
  push:
    branches: [{branch}]

permissions: {{}}

concurrency:
  group: ${{{{ github.workflow }}}}-${{{{ github.ref }}}}
  cancel-in-progress: true

jobs:
  listlint:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          fetch-depth: 2 # the base, to compare with
          persist-credentials: false
      # The tag of the release that wrote this; name its commit instead if you pin all actions.
      - uses: listlint/listlint@v{version} # zizmor: ignore[unpinned-uses]
"""


class NewFile(Struct, frozen=True):
    """A file to write: where, and what."""

    path: Path
    text: str


class Wishes(Struct, frozen=True):
    """What is wanted of ``listlint init``. Without a preset, the one that fits is taken.

    ``pins`` are the habits of the list that ``model`` names, which the configuration is to set.
    """

    preset: str | None = None
    config: bool = True
    hook: bool = True
    workflow: bool = True
    pins: tuple[Pin, ...] = ()
    model: str = ""


class Plan(Struct, frozen=True):
    """Files to write, what to know besides, and lines that are left to be added by hand."""

    files: tuple[NewFile, ...]
    notes: tuple[str, ...] = ()
    by_hand: str = ""


def plan(survey: Survey, wishes: Wishes) -> Plan:
    """The files that fulfil the wishes.

    Raises:
        ListlintError: a name cannot be said in one of the files.
    """
    files: list[NewFile] = []
    notes: list[str] = []
    by_hand = ""
    if wishes.config:
        files.append(NewFile(survey.folder / CONFIGURATION, configuration(survey, wishes.preset) + pinned(wishes)))
    if wishes.hook:
        path = survey.root / HOOKS
        if path.exists():
            named = path.is_file() and b"listlint/listlint" in path.read_bytes()
            notes.append(f"{HOOKS} {'names listlint' if named else 'is there'} already, and stays as it is")
            by_hand = "" if named else f"Add under `repos:` in {HOOKS}:\n\n{hook(survey)}"
        else:
            files.append(NewFile(path, f"# Run once: pre-commit install\nrepos:\n{hook(survey)}"))
            if not survey.in_git:
                notes.append("this is no git repository yet; hooks and workflows need one")
    if wishes.workflow:
        files.append(NewFile(survey.root / WORKFLOW, workflow(survey)))
    return Plan(tuple(files), tuple(notes), by_hand)


def configuration(survey: Survey, preset: str | None) -> str:
    """The text of ``listlint.toml``."""
    chosen = preset or survey.preset
    reason = "chosen by hand" if preset and preset != survey.preset else survey.reason
    # A reason may quote the name of a file, which must not end the comment.
    shown = reason if reason.isprintable() else ascii(reason)
    text = _CONFIGURATION.format(schema=URL, preset=chosen, reason=f"{chosen}: {shown}")
    if not survey.bibliographies:
        return text
    names = [*_globs(survey.lists), "*.bib"] if survey.lists else ["*.bib"]
    return text + _INCLUDE.format(names="".join(f"  {_quoted(name)},\n" for name in names))


def pinned(wishes: Wishes) -> str:
    """The tables of ``listlint.toml`` that set the habits of a list, "" where there are none to set.

    An option with which a rule would find other places than without is written as a comment.
    """
    shown = {pin: _value(pin.value) for pin in wishes.pins}
    written = [pin for pin, value in shown.items() if value.isprintable()]
    if not written:
        return ""
    lines = ["", _PINNED.format(model=_printable(wishes.model))]
    for rule in dict.fromkeys(pin.rule for pin in written):
        own = [pin for pin in written if pin.rule == rule]
        lines += ["", f"{'' if any(pin.fits for pin in own) else '# '}[rules.{rule}]"]
        for pin in own:
            share = f"{pin.trait}: {_printable(pin.shown)} ({pin.count} of {pin.total})"
            if pin.fits:
                lines += [f"# {share}", f"{pin.option} = {shown[pin]}"]
            else:
                lines += [f"# {share}, but not in every section", f"# {pin.option} = {shown[pin]}"]
    return "\n".join(lines) + "\n"


def _value(value: str | int | tuple[str, ...]) -> str:
    """A value of an option as TOML has it, which has these as JSON does."""
    return json.dumps(value, ensure_ascii=False)


def _printable(text: str) -> str:
    """A text that cannot end a comment."""
    return text if text.isprintable() else ascii(text)


def _globs(paths: Iterable[Path]) -> list[str]:
    """Patterns as in ``.gitignore`` that mean these files."""
    names = ["/" + _GLOB_SIGNS.sub(r"\\\1", path.as_posix()) for path in paths]
    plain = all(name.isprintable() and not name.endswith(" ") for name in names)
    return names if plain and len(names) <= _MOST_NAMES else ["*.md", "*.markdown"]


def _quoted(text: str) -> str:
    """A printable text as a string of TOML and of YAML."""
    return json.dumps(text, ensure_ascii=False)


def hook(survey: Survey) -> str:
    """The lines of ``.pre-commit-config.yaml`` that name our hook."""
    text = _HOOK.format(repository=REPOSITORY, version=__version__)
    inside = _inside(survey)
    if inside:
        pattern = "^" + _PATTERN_SIGNS.sub(r"\\\1", inside) + "/"
        text += f"        files: {_quoted(pattern)}\n"
    return text


def workflow(survey: Survey) -> str:
    """The text of the workflow.

    Raises:
        ListlintError: the folder's name would be read as an expression.
    """
    text = _WORKFLOW.format(branch=survey.branch, version=__version__)
    inside = _inside(survey)
    if "${{" in inside:
        raise ListlintError(
            "a workflow cannot name this folder", path=inside, code="workflow", hint="leave it out with --no-workflow"
        )
    return f"{text}        with:\n          working-directory: {_quoted(inside)}\n" if inside else text


def _inside(survey: Survey) -> str:
    """The folder relative to the root, "" where they are the same.

    Raises:
        ListlintError: its name has characters that no text file shows.
    """
    inside = "" if survey.folder == survey.root else survey.folder.relative_to(survey.root).as_posix()
    if not inside.isprintable():
        raise ListlintError(
            "the folder's name has characters that cannot be written into a file",
            path=inside,
            code="folder-name",
            hint="rename it, or leave files out with --no-hook and --no-workflow",
        )
    return inside
