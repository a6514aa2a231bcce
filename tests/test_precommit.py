"""The hook, as a user's repository runs it: a real ``pre-commit try-repo`` of this working tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GOOD = "# Tools\n\n- [fd](https://github.com/sharkdp/fd) - Finds files.\n"
BAD = "# Tools\n\n- [fd](htps://github.com/sharkdp/fd) - Finds files.\n"


def git(*command: str, cwd: Path) -> str:
    """Run git as somebody, with no configuration of this machine; give its output."""
    identity = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    names = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    names += ["-c", "core.autocrlf=false", "-c", "init.defaultBranch=main"]
    run = subprocess.run(
        ["git", *names, *command], cwd=cwd, check=True, capture_output=True, env={**os.environ, **identity}
    )
    return run.stdout.decode()


@pytest.fixture(scope="module")
def hook_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Commit the working tree, with all that is not ignored, in a repository of its own."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so nothing tells which files belong to it")
    copy = tmp_path_factory.mktemp("listlint")
    for name in git("ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).split("\0"):
        if name and (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    git("init", "--quiet", cwd=copy)
    git("add", "--all", cwd=copy)
    git("commit", "--quiet", "--message", "working tree", cwd=copy)
    return copy


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a user's repository with a clean list, a list with a mistake, and a file that is no list."""
    folder = tmp_path_factory.mktemp("lists")
    (folder / "good.md").write_text(GOOD, encoding="utf-8")
    (folder / "bad.md").write_text(BAD, encoding="utf-8")
    (folder / "notes.txt").write_text(BAD, encoding="utf-8")
    (folder / "excluded.md").write_text(BAD, encoding="utf-8")
    (folder / "listlint.toml").write_text('exclude = ["excluded.md"]\n', encoding="utf-8")
    git("init", "--quiet", cwd=folder)
    git("add", "--all", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep pre-commit's environments here, so that the first test of the module builds one for all."""
    return tmp_path_factory.mktemp("pre-commit")


def try_repo(hook: Path, lists: Path, home: Path, *files: str) -> tuple[int, str]:
    """Run the hook over ``files``; give exit code and output."""
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(hook), "listlint", "--verbose", "--color=never"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {"PRE_COMMIT_HOME": str(home), "GIT_CONFIG_GLOBAL": os.devnull}
    run = subprocess.run(
        [*command, "--files", *files], cwd=lists, check=False, capture_output=True, env=env, timeout=600
    )
    return run.returncode, (run.stdout + run.stderr).decode(errors="replace")


def test_a_mistake_fails_the_hook_and_is_shown(hook_repository: Path, lists: Path, home: Path) -> None:
    code, output = try_repo(hook_repository, lists, home, "good.md", "bad.md")
    assert code == 1, output
    assert "URL001" in output
    assert "bad.md:3:" in output
    assert "good.md:" not in output
    assert "exit code: 1" in output


def test_a_clean_list_passes(hook_repository: Path, lists: Path, home: Path) -> None:
    code, output = try_repo(hook_repository, lists, home, "good.md")
    assert code == 0, output
    assert "Passed" in output


def test_an_excluded_file_is_left_alone_though_named(hook_repository: Path, lists: Path, home: Path) -> None:
    code, output = try_repo(hook_repository, lists, home, "good.md", "excluded.md")
    assert code == 0, output
    assert "Passed" in output


def test_a_file_that_is_no_list_is_not_given_to_the_hook(hook_repository: Path, lists: Path, home: Path) -> None:
    code, output = try_repo(hook_repository, lists, home, "notes.txt")
    assert code == 0, output
    assert "no files to check" in output
