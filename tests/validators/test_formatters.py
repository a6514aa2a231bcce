"""Formatters that maintainers run after us: what we fixed stays fixed, and nobody undoes the other's work."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.command import run
from tests.paths import ROOT
from tests.validators import tools

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LISTS = sorted(path.relative_to(ROOT / "examples") for path in (ROOT / "examples").rglob("*.md"))


def mdformat(path: Path) -> None:
    """The formatter of the Python world; it refuses to write what renders differently."""
    text = path.read_text(encoding="utf-8", errors="surrogateescape")  # an example has a byte that is not UTF-8
    formatted = tools.module("mdformat").text(text, extensions={"gfm", "frontmatter"})
    path.write_text(formatted, encoding="utf-8", errors="surrogateescape")


def prettier(path: Path) -> None:
    """The formatter of the JavaScript world, with its defaults."""
    subprocess.run([*tools.node_program("prettier"), "--write", path], check=True, capture_output=True)


def markdownlint(path: Path) -> None:
    """markdownlint with its default rules; what it cannot fix it reports, which is not our subject."""
    command = [*tools.node_program("markdownlint-cli2"), "--fix", path.name]
    done = subprocess.run(command, cwd=path.parent, check=False, capture_output=True)
    assert done.returncode in (0, 1), done.stderr.decode()


@pytest.mark.parametrize("format_file", [mdformat, prettier, markdownlint])
@pytest.mark.parametrize("name", LISTS, ids=str)
def test_after_a_formatter_nothing_is_left_to_fix(
    tmp_path: Path, name: Path, format_file: Callable[[Path], None]
) -> None:
    shutil.copytree(ROOT / "examples" / name.parent, tmp_path / "lists")
    path = tmp_path / "lists" / name.name
    run(path.parent, "fix", name.name)
    format_file(path)
    formatted = path.read_bytes()
    again = run(path.parent, "fix", "--diff", name.name)
    assert again.stdout == ""
    assert again.returncode == 0
    format_file(path)
    assert path.read_bytes() == formatted
