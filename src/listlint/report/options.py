"""How a report is shown: decided by the caller, never by a format."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from msgspec import Struct, field

from listlint.report.sanitise import defuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from listlint.model.result import RuleText


class RenderOptions(Struct, frozen=True):
    """What a format may be told.

    ``width`` counts terminal columns. ``actions`` says that a runner reads the output and would
    obey commands in it (GitHub Actions, Azure Pipelines). ``summary`` allows the closing line.
    ``rules`` describes rules by code, for formats that say what a rule is. ``folder`` and ``root``
    are absolute, with ``/``: paths of findings are relative to the former, some formats want them
    relative to the latter; empty, paths stay as they are. ``added`` gives, by shown path, the lines
    that a pull request adds. ``room`` is how many bytes a job summary may still take.
    """

    colour: bool = False
    width: int = 100
    actions: bool = False
    summary: bool = True
    rules: Mapping[str, RuleText] = field(default_factory=dict)
    folder: str = ""
    root: str = ""
    added: Mapping[str, frozenset[int]] = field(default_factory=dict)
    room: int | None = None


def write_lines(lines: Iterable[str], out: TextIO, options: RenderOptions) -> None:
    """Write finished lines, none of which is meant as a command to a runner."""
    out.write("".join([f"{defuse(line) if options.actions else line}\n" for line in lines]))
