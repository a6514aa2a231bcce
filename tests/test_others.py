"""Some files are named, the others of the repository are read: rules that compare files stay right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def a_list(name: str, *entries: str) -> str:
    """A list that is long enough to be found by a search."""
    own = "".join(f"- [{name} {number}](https://{name}{number}.dev) - One of many.\n" for number in range(9))
    return f"# {name}\n\n" + "".join(f"{entry}\n" for entry in entries) + own


FIRST = a_list("first", "- [Fly](https://fly.dev/a) - Flies.")
SECOND = a_list("second", "- [Fly again](http://www.fly.dev/a/) - Flies too.")
BROKEN = a_list("third", "- [Swim](htps://swim.dev) - Swims.")
REFERENCES = "".join(
    f"@article{{a{number}, title = {{Island {number}}}, author = {{Ada Lane}}, journal = {macro}, year = 2020}}\n"
    for number, macro in enumerate(["joi"] * 9 + ["gone"])
)
MACROS = '@string{joi = "Journal of Islands"}\n'


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of three lists and two bibliographies that need one another."""
    files = {"a.md": FIRST, "b.md": SECOND, "old/c.md": BROKEN, "refs.bib": REFERENCES, "strings.bib": MACROS}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


def check(folder: Path, *arguments: str, stdin: str | None = None, select: str = "DUP005,URL001") -> Any:
    """Findings as (path, line, code), and what each is related to."""
    done = subprocess.run(
        [sys.executable, "-m", "listlint", "check", "--output", "json", "--select", select, *arguments],
        cwd=folder,
        input=None if stdin is None else stdin.encode(),
        capture_output=True,
        check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    )
    assert done.returncode in {0, 1}, done.stderr.decode()
    findings = json.loads(done.stdout)["findings"]
    return [
        (item["path"], item["line"], item["code"], [(place["path"], place["line"]) for place in item["related"]])
        for item in findings
    ]


IN_B = ("b.md", 3, "DUP005", [("a.md", 3)])


def test_a_file_alone_has_the_findings_that_it_has_among_all(repository: Path) -> None:
    everything = check(repository)
    assert IN_B in everything
    assert ("old/c.md", 3, "URL001", []) in everything
    for name in ("a.md", "b.md", "old/c.md"):
        assert check(repository, name) == [found for found in everything if found[0] == name]


def test_nothing_of_a_file_that_was_not_named_is_shown(repository: Path) -> None:
    assert check(repository, "a.md") == []
    assert check(repository, "b.md") == [IN_B]


def test_standard_input_stands_for_its_file(repository: Path) -> None:
    assert check(repository, "-", "--stdin-filename", "b.md", stdin=SECOND) == [IN_B]
    assert check(repository, "-", "--stdin-filename", "a.md", stdin=FIRST) == []


def test_what_is_excluded_is_not_read(repository: Path) -> None:
    (repository / "listlint.toml").write_text('exclude = ["a.md"]\n', encoding="utf-8")
    assert check(repository, "b.md") == []


def test_only_what_is_included_is_read(repository: Path) -> None:
    (repository / "listlint.toml").write_text('include = ["b.md", "old/*.md"]\n', encoding="utf-8")
    assert check(repository, "b.md") == []
    (repository / "listlint.toml").write_text('include = ["*.md"]\n', encoding="utf-8")
    assert check(repository, "b.md") == [IN_B]


def test_from_a_folder_inside(repository: Path) -> None:
    (repository / "old/d.md").write_text(SECOND, encoding="utf-8")
    found = [item for item in check(repository / "old", "d.md") if item[2] == "DUP005"]
    assert [(path, line) for path, line, _, _ in found] == [("d.md", 3)]


def test_without_a_repository_only_what_is_named_is_read(repository: Path) -> None:
    (repository / ".git").rename(repository / "was-git")
    assert check(repository, "b.md") == []
    assert IN_B in check(repository, "a.md", "b.md")


def test_macros_of_another_bibliography_are_known(repository: Path) -> None:
    # Where hardly a macro is defined, their definitions are elsewhere, and BIB007 is silent.
    assert [found[:3] for found in check(repository, "refs.bib", select="BIB007")] == [("refs.bib", 10, "BIB007")]
    (repository / "strings.bib").unlink()
    assert check(repository, "refs.bib", select="BIB007") == []


def test_a_file_that_cannot_be_read_hinders_nobody(repository: Path) -> None:
    (repository / "old/c.md").write_bytes(FIRST.encode() + b"\0" * 100)
    assert check(repository, "b.md") == [IN_B]
