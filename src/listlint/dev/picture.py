"""Draws real terminal output as an SVG for the README."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

WIDTH = 96


def draw(target: Path, arguments: tuple[str, ...]) -> None:
    """Run ``listlint`` with ``arguments``, and write what a terminal shows to ``target``.

    Raises:
        click.ClickException: rich is not installed, or the command could not be run.
    """
    try:
        from rich.console import Console
        from rich.text import Text
    except ImportError as error:
        raise click.ClickException("this needs rich: pip install rich") from error
    done = subprocess.run(
        [sys.executable, "-m", "listlint", *arguments, "--color", "always"],
        capture_output=True,
        check=False,
        env={"COLUMNS": str(WIDTH), "PYTHONIOENCODING": "utf-8", "PATH": ""},
    )
    if done.returncode == 2:
        raise click.ClickException(done.stderr.decode())
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text(f"$ listlint {' '.join(arguments)}"))
    console.print(Text.from_ansi(done.stdout.decode()), end="")
    target.write_text(_tidy(console.export_svg(title="listlint", unique_id="listlint")), encoding="utf-8", newline="\n")


def _tidy(svg: str) -> str:
    """The SVG without the fonts that it would fetch from the network."""
    start = svg.find("@font-face")
    while start >= 0:
        end = svg.index("}", start) + 1
        svg = svg[:start] + svg[end:].lstrip()
        start = svg.find("@font-face")
    return re.sub(r"<!-- Generated with Rich [^>]*-->", "", svg)
