"""Nothing that a checked repository names is run, and nothing of it leads a run elsewhere: by the command line itself."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import stat
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from listlint import git as ours
from listlint.config.reach import WITHHELD
from tests.test_firewall import drive

if TYPE_CHECKING:
    from collections.abc import Iterator

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
posix = pytest.mark.skipif(os.name == "nt", reason="the traps are shell scripts")
LIST = "# List\n\n- [A](https://a.dev) - Good.\n- [B](other.md#part) - Good.\n"

COMMANDS = (
    ("check",),
    ("check", "--since", "HEAD~1", "--filter", "added"),
    ("check", "docs/inner"),
    ("fix", "--diff"),
    ("links", "--dry-run", "--since", "HEAD~1"),
    ("links", "--offline", "--no-store"),
    ("entries",),
    ("config",),
    ("baseline", "--output", "known.json"),
    ("check", "--baseline", "known.json", "--since", "HEAD~1"),
    ("init", "--dry-run"),
)
"""Every command that may ask git something, with what makes it ask."""

HOOKS = (
    "post-index-change",
    "post-checkout",
    "fsmonitor-watchman",
    "reference-transaction",
    "pre-auto-gc",
    "query-watchman",
)
KEYS = (
    "core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass", "core.gitProxy",
    "core.alternateRefsCommand", "diff.external", "diff.d.textconv", "diff.d.command", "filter.f.clean",
    "filter.f.smudge", "filter.f.process", "gpg.program", "pager.log", "pager.show", "sequence.editor",
    "remote.origin.uploadpack", "credential.helper", "interactive.diffFilter", "merge.d.driver", "ssh.variant",
    "uploadpack.packObjectsHook",
)  # fmt: skip
"""Settings of git that name a program (git-config(1))."""


def git(folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    identity = ("-c", "user.name=A", "-c", "user.email=a@a.dev", "-c", "commit.gpgSign=false")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def trap(path: Path, sprung: Path, then: str = "cat") -> Path:
    """A program that leaves a trace, and hands on what it is given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho \"$0\" >> '{sprung}'\n{then}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two commits, the second with a line that was added, and a file with attributes."""
    root = tmp_path / "repository"
    (root / "docs").mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    (root / ".gitattributes").write_text("*.md filter=f diff=d\n")
    (root / "other.md").write_text("# Part\n")
    (root / "README.md").write_text(LIST)
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    (root / "README.md").write_text(LIST + "- [C](https://c.dev) - Good.\n")
    git(root, "commit", "-q", "-a", "-m", "second")
    (root / "README.md").write_text(LIST + "- [C](https://c.dev) - Good.\n- [C](https://c.dev) - Again.\n")
    return root


def run_all(root: Path, env: dict[str, str] | None = None) -> list[str]:
    """Run every command; what each said. A command that is refused is seen by its traceback or its exit code."""
    said = []
    for arguments in COMMANDS:
        done = drive(root, *arguments, env=env)
        assert b"Traceback" not in done.err, done.err.decode()
        said.append(f"{' '.join(arguments)}: {done.code} {done.text}")
    return said


@needs_git
@posix
def test_no_program_that_the_configuration_of_git_names_is_run(repository: Path, tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    inner(repository, trap(tmp_path / "other", sprung))
    for key in KEYS:
        git(repository, "config", key, str(trap(tmp_path / "traps" / key, sprung)))
    git(repository, "config", "log.showSignature", "true")
    git(repository, "config", "filter.f.required", "true")
    for hook in HOOKS:
        trap(repository / ".git" / "hooks" / hook, sprung)
    sprung.unlink(missing_ok=True)
    (repository / "README.md").touch()
    said = run_all(repository)
    assert not sprung.exists(), sprung.read_text()
    assert "DUP001" in said[1], "the comparison did not take place"
    subprocess.run(["git", "diff", "HEAD~1"], cwd=repository, capture_output=True, check=False)
    assert sprung.exists(), "the traps do not work"


@needs_git
@posix
def test_a_clone_that_lacks_objects_fetches_none(repository: Path, tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    git(repository, "config", "extensions.partialClone", "origin")
    git(repository, "config", "core.repositoryFormatVersion", "1")
    git(repository, "config", "remote.origin.url", "ssh://a.invalid/x.git")
    git(repository, "config", "remote.origin.promisor", "true")
    git(repository, "config", "core.sshCommand", str(trap(tmp_path / "ssh", sprung, "exit 1")))
    blob = git(repository, "rev-parse", "HEAD~1:README.md")
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    done = drive(repository, "check", "--since", "HEAD~1")
    assert done.code == 2, done.text  # never green by accident
    done = drive(repository, "links", "--dry-run", "--since", "HEAD~1")
    assert done.code == 2, done.text
    assert not sprung.exists()
    subprocess.run(["git", "cat-file", "-p", blob], cwd=repository, capture_output=True, check=False)
    assert sprung.exists(), "the trap does not work"


def inner(repository: Path, program: Path) -> Path:
    """A folder of the tree that looks like a bare repository, with a configuration of its own."""
    folder = repository / "docs" / "inner"
    folder.mkdir(exist_ok=True)
    git(folder, "init", "-q", "--bare")
    git(folder, "config", "core.bare", "false")
    git(folder, "config", "core.worktree", str(folder))
    git(folder, "config", "core.fsmonitor", str(program))
    (folder / "README.md").write_text(LIST)
    return folder


@needs_git
@posix
def test_a_folder_that_looks_like_a_repository_is_none(repository: Path, tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    folder = inner(repository, trap(tmp_path / "monitor", sprung))
    sprung.unlink(missing_ok=True)
    assert ours.repository_root(folder) is None
    for arguments in (("check",), ("entries",), ("fix", "--diff")):
        drive(folder, *arguments)
    assert not sprung.exists()
    subprocess.run(["git", "status"], cwd=folder, capture_output=True, check=False)
    assert sprung.exists(), "the trap does not work"


@needs_git
@posix
@pytest.mark.parametrize("search", ["{}", ":{}", ".:{}", "docs:{}", "./docs:{}"])
def test_git_is_not_taken_from_what_is_checked(repository: Path, tmp_path: Path, search: str) -> None:
    sprung = tmp_path / "sprung"
    for folder in (repository, repository / "docs"):
        trap(folder / "git", sprung)
        trap(folder / "git.exe", sprung)
    env = {"PATH": search.format(os.environ["PATH"])}
    done = drive(repository, "check", "--since", "HEAD~1", env=env)
    assert done.code == 1, done.text
    assert not sprung.exists()


# Whom a run tells what.


class Ear(ThreadingHTTPServer):
    """Hears everything that it is told."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        super().__init__(("127.0.0.1", 0), _Listener)


class _Listener(BaseHTTPRequestHandler):
    server: Ear

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.server.heard.append(f"{self.command} {self.path}\n{self.headers}{self.rfile.read(length)!r}")
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_POST = do_CONNECT = do_GET  # noqa: N815  # the names that the base class asks for

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def ear() -> Iterator[Ear]:
    server = Ear()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


SECRET = "ghs_not_a_real_token"  # indeed not
LEAKS = (
    '[links]\nproxy = "{}"\n',
    '[links.origins]\ngithub = "{}"\n',
    '[links.origins]\n"github@127.0.0.1" = "{}"\ndoi = "{}"\narchive = "{}"\n',
    "[links]\nallow-private = true\nports = [{port}]\n",
    '[links]\nallow = ["127.0.0.0/8"]\nports = [{port}]\n',
)


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("place", ["listlint.toml", ".listlint.toml", "pyproject.toml", "extended"])
def test_a_found_file_leads_no_request_anywhere(tmp_path: Path, ear: Ear, leak: str, place: str) -> None:
    origin = f"http://127.0.0.1:{ear.server_port}"
    folder = tmp_path / "list"
    folder.mkdir()
    (folder / "README.md").write_text(
        f"# L\n\n- [A]({origin}/a) - Good.\n- [B](https://github.com/a/b) - Good.\n- [C](https://doi.org/10.1000/x) - C.\n"
    )
    text = leak.replace("{}", origin).replace("{port}", str(ear.server_port))
    if place == "extended":
        (folder / "more.toml").write_text(text)
        (folder / "listlint.toml").write_text('extends = "more.toml"\n')
    else:
        table = "tool.listlint.links" if place == "pyproject.toml" else "links"
        (folder / place).write_text(text.replace("[links", f"[{table}"))
    env = {"GITHUB_TOKEN": SECRET}
    for arguments in (("links", "--no-store"), ("check", "--links", "--no-store")):
        done = drive(folder, *arguments, env=env)
        assert done.code == 2, done.text
        assert "nobody named it" in done.text
        assert SECRET not in done.text
    assert not ear.heard
    assert drive(folder, "check", env=env).code == 0  # who asks nobody need not mind


def test_a_named_file_is_believed_but_gets_no_token(tmp_path: Path, ear: Ear) -> None:
    """The same with `--config`: requests go where it says, and the token still does not."""
    origin = f"http://127.0.0.1:{ear.server_port}"
    folder = tmp_path / "list"
    folder.mkdir()
    (folder / "README.md").write_text(f"# L\n\n- [A]({origin}/owner/name) - Good.\n")
    (folder / "listlint.toml").write_text(
        f'[links]\nallow = ["127.0.0.0/8"]\nports = [{ear.server_port}]\n[links.origins]\n"github@127.0.0.1" = "{origin}"\n'
    )
    env = {"GITHUB_TOKEN": SECRET}
    done = drive(folder, "links", "--config", "listlint.toml", "--no-store", env=env)
    assert done.code == 0, done.text
    assert ear.heard
    assert SECRET not in "".join(ear.heard)


# Files.


@posix
def test_the_history_is_written_nowhere_else(tmp_path: Path) -> None:
    folder, outside = tmp_path / "list", tmp_path / "outside"
    (folder / ".git").mkdir(parents=True)
    outside.mkdir()
    (outside / "links.db-wal").write_text("mine")
    (folder / "README.md").write_text("# L\n\n- [A](https://a.invalid/) - Good.\n")
    (folder / ".listlint").symlink_to(outside)
    for store in (None, "../outside/links.db", str(outside / "links.db"), ".git/links.db", "a\\u0000b.db"):
        if store is not None:
            (folder / "listlint.toml").write_text(f'[links]\nstore = "{store}"\n')
        for arguments in (("links", "--offline"), ("links", "--history"), ("links", "--dry-run")):
            done = drive(folder, *arguments)
            assert done.code == 2, done.text
            assert "outside the repository" in done.text
    assert [path.name for path in outside.iterdir()] == ["links.db-wal"]
    assert not list((folder / ".git").iterdir())
    (folder / "listlint.toml").unlink()
    (folder / ".listlint").unlink()
    (folder / ".listlint").mkdir()
    (folder / ".listlint" / "links.db-wal").symlink_to(outside / "links.db-wal")
    drive(folder, "links", "--offline")
    assert (outside / "links.db-wal").read_text() == "mine"


@posix
@pytest.mark.parametrize(
    "where", ["../outside/known.json", "/{}/outside/known.json", ".git/known.json", "link/known.json", "a\\u0000b"]
)
def test_the_baseline_is_written_nowhere_else(tmp_path: Path, where: str) -> None:
    folder, outside = tmp_path / "list", tmp_path / "outside"
    (folder / ".git").mkdir(parents=True)
    outside.mkdir()
    (folder / "link").symlink_to(outside)
    (folder / "README.md").write_text(LIST)
    (folder / "listlint.toml").write_text(f'baseline = "{where.format(str(tmp_path).strip("/"))}"\n')
    done = drive(folder, "baseline")
    assert done.code == 2, done.text
    assert b"Traceback" not in done.err
    assert not list(outside.iterdir())
    assert not list((folder / ".git").iterdir())


# Files that are named by nobody but the repository.


@posix
def test_no_file_outside_is_shown(tmp_path: Path) -> None:
    folder = tmp_path / "list"
    (folder / ".git").mkdir(parents=True)
    (tmp_path / "secret.md").write_text("# TOPSECRET\n\n- [TOPSECRET](https://a.dev) - TOPSECRET\n" * 10)
    (tmp_path / "secret.toml").write_text("TOPSECRET = [\n")
    (folder / "README.md").symlink_to(tmp_path / "secret.md")
    (folder / "list.md").write_text(LIST + "- [D](../secret.md#topsecret) - D.\n")
    (folder / "listlint.toml").write_text('extends = ["../secret.toml"]\ninclude = ["../*.md", "*.md"]\n')
    for arguments in (("check",), ("entries",), ("fix", "--diff"), ("check", "README.md"), ("config",)):
        assert "TOPSECRET" not in drive(folder, *arguments).text.replace("../secret.md#topsecret", "")
    (folder / "listlint.toml").write_text('include = ["../*.md", "*.md"]\n')
    for arguments in (("check",), ("entries",), ("entries", "README.md"), ("fix", "--diff")):
        assert "TOPSECRET" not in drive(folder, *arguments).text
    assert len(json.loads(drive(folder, "config", "--output", "json").out)) > 10


@needs_git
def test_the_configuration_of_the_base_judges_a_change(repository: Path, tmp_path: Path) -> None:
    """As the documentation has it: a pull request that switches the rules off is judged by those of its base."""
    (repository / "listlint.toml").write_text('extend-select = ["STY003"]\n[per-file]\n"docs/" = ["ALL"]\n')
    (repository / "docs" / "deep.md").write_text(LIST + LIST)
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "base")
    (repository / "listlint.toml").write_text('ignore = ["ALL"]\n')
    (repository / "docs" / "listlint.toml").write_text('select = ["DUP001"]\n')
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "change")
    assert drive(repository, "check", "README.md").code == 0
    base = tmp_path / "runner" / "listlint.toml"
    base.parent.mkdir()
    base.write_text(git(repository, "show", "HEAD~1:listlint.toml"))
    done = drive(repository, "check", "--config", str(base), "--output", "concise")
    assert done.code == 1, done.text
    assert "README.md:" in done.text
    assert "DUP001" in done.text
    assert "docs/deep.md" not in done.text


# The documentation.


def test_every_claim_names_a_test_that_is_there() -> None:
    top = Path(__file__).parents[1]
    named = re.findall(r"`(tests/[a-z_/]+\.py)::(\w+)`", (top / "docs" / "security.md").read_text(encoding="utf-8"))
    assert len(named) > 30
    for path, name in named:
        tree = ast.parse((top / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, f"{path}::{name}"


def test_the_table_of_withheld_keys_is_complete() -> None:
    text = (Path(__file__).parents[1] / "docs" / "security.md").read_text(encoding="utf-8")
    assert all(f"`{name.replace('_', '-')}`" in text for name in WITHHELD)
