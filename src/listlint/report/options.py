"""How a report is shown: decided by the caller, never by a format."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from msgspec import Struct

from listlint.report.sanitise import defuse

if TYPE_CHECKING:
    from collections.abc import Iterable


class RenderOptions(Struct, frozen=True):
    """What a format may be told.

    ``width`` counts terminal columns. ``actions`` says that a GitHub Actions runner reads the
    output and would obey commands in it. ``summary`` allows the closing line.
    """

    colour: bool = False
    width: int = 100
    actions: bool = False
    summary: bool = True


def write_lines(lines: Iterable[str], out: TextIO, options: RenderOptions) -> None:
    """Write finished lines, none of which is meant as a command to a runner."""
    for line in lines:
        out.write(defuse(line) if options.actions else line)
        out.write("\n")
