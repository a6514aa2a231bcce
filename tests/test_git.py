"""What git says, asked of real repositories."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from listlint import git

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def run(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@a.dev", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = (tmp_path / "répo with space").resolve()
    (root / "docs").mkdir(parents=True)
    run(root, "init", "-q")
    (root / "README.md").write_text("# A\n")
    (root / "docs" / "naïve – list.md").write_text("# B\n", encoding="utf-8")
    (root / ".gitignore").write_text("*.log\n")
    run(root, "add", ".")
    run(root, "commit", "-qm", "one")
    return root


@needs_git
def test_root(repository: Path, tmp_path: Path) -> None:
    assert git.repository_root(repository) == repository
    assert git.repository_root(repository / "docs") == repository
    assert git.repository_root(repository / "docs" / "naïve – list.md") == repository
    assert git.repository_root(tmp_path) is None
    assert git.repository_root(tmp_path / "none" / "at all") is None


@needs_git
def test_files(repository: Path) -> None:
    tracked = frozenset({"README.md", "docs/naïve – list.md", ".gitignore"})
    (repository / "new.md").write_text("# C\n")
    (repository / "x.log").write_text("")
    (repository / "README.md").unlink()
    assert git.tracked_files(repository) == tracked
    assert git.present_files(repository) == (tracked | {"new.md"}) - {"README.md"}


@needs_git
def test_what_git_would_show_in_another_way_is_there_under_its_name(repository: Path) -> None:
    (repository / "R x.md").write_text("# R\n")
    (repository / "H").mkdir()
    (repository / "H" / "? y\n.md").write_text("# H\n")
    inner = repository / "inner"
    inner.mkdir()
    run(inner, "init", "-q")
    (inner / "z.md").write_text("# Z\n")
    run(inner, "add", ".")
    run(inner, "commit", "-qm", "one")
    run(repository, "update-index", "--skip-worktree", "README.md")
    (repository / "README.md").unlink()
    shown = {"README.md", "docs/naïve – list.md", ".gitignore", "R x.md", "H/? y\n.md", "inner"}
    assert git.present_files(repository) == frozenset(shown)


@needs_git
def test_outside_a_repository(tmp_path: Path) -> None:
    assert git.tracked_files(tmp_path) is None
    assert git.present_files(tmp_path) is None


@needs_git
def test_submodules_count_as_files(repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    run(other, "init", "-q")
    (other / "x.md").write_text("# X\n")
    run(other, "add", ".")
    run(other, "commit", "-qm", "one")
    run(repository, "submodule", "add", "-q", str(other), "vendor")
    tracked = git.tracked_files(repository)
    assert tracked is not None
    assert "vendor" in tracked
    assert "vendor/x.md" not in tracked
    assert git.repository_root(repository / "vendor") == repository / "vendor"


@needs_git
def test_a_hook_s_environment_is_ignored(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    run(elsewhere, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(elsewhere / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(elsewhere / ".git" / "index.lock"))
    assert git.repository_root(repository / "docs") == repository
    assert "README.md" in (git.tracked_files(repository) or ())


@needs_git
def test_no_program_of_the_repository_is_run(repository: Path, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    monitor = tmp_path / "monitor.sh"
    monitor.write_text(f"#!/bin/sh\ntouch '{trace}'\n")
    monitor.chmod(0o755)
    run(repository, "config", "core.fsmonitor", str(monitor))
    assert git.present_files(repository) == git.tracked_files(repository)
    assert not trace.exists()


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git.repository_root(tmp_path) is None
    assert git.tracked_files(tmp_path) is None
