"""What ``docs/pull-requests.md`` shows: its commands, in their order, in a list with 300 old findings."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.repository import Repository

PAGE = Path(__file__).parents[1] / "docs" / "pull-requests.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def commands() -> list[tuple[str, str]]:
    """Every command of the page with what it prints, on standard output and then standard error."""
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    parts = (part.partition("\n") for block in blocks for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:])
    return [(command, output) for command, _, output in parts]


def a_list(old: int, clean: int) -> str:
    bad = (f"- [Old {n}](http//old{n}.dev) - A thing.\n" for n in range(old))
    fine = (f"- [New {n}](https://new{n}.dev) - A thing.\n" for n in range(clean))
    return "# Things\n\n" + "".join([*bad, *fine])


def test_the_commands_of_the_page(tmp_path: Path) -> None:
    repository = Repository((tmp_path / "things").resolve())
    repository.write("listlint.toml", 'select = ["URL001"]\n')
    repository.commit(README_md=a_list(300, 101))
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    fixed = a_list(300, 101).replace("http//old7.", "https://old7.")
    shown = commands()
    assert len(shown) >= 7
    for command, expected in shown:
        if "299 known" in expected:
            repository.write("README.md", fixed)
        program, *arguments = command.split()
        assert program == "listlint"
        out, code, err = repository.run(*arguments)
        assert (out + err, code) == (expected, 0), command


def test_a_contributor_sees_what_they_did(tmp_path: Path) -> None:
    repository = Repository((tmp_path / "things").resolve())
    repository.write("listlint.toml", 'select = ["URL001"]\n')
    repository.write("README.md", a_list(300, 101))
    repository.run("baseline")
    repository.commit("a baseline")
    repository.write("README.md", "# Words\n\n" + a_list(300, 101) + "- [Mine](http//mine.dev) - A thing.\n")
    line = len((repository.root / "README.md").read_text().splitlines())
    for arguments in ((), ("--since", "HEAD"), ("--since", "HEAD", "--filter", "added", "--no-baseline")):
        assert repository.check(*arguments, code=1) == [("README.md", line, "URL001")]
