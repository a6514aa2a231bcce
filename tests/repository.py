"""Real git repositories for tests, and the command line run inside them."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import chdir
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from listlint.cli.main import main

_ENVIRONMENT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
_IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@a.dev", "-c", "protocol.file.allow=always")


class Repository:
    """A work tree, its files, and what listlint says of them."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root = root
        self.git("init", "-q", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        """What a git command prints, without its last line end."""
        return git(self.root, *arguments)

    def write(self, name: str, text: str | bytes) -> None:
        """Write a file of the work tree."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, message: str = "more", **files: str | bytes) -> str:
        """Commit everything there is; keywords are files of the top folder, ``_`` for the dot."""
        for name, text in files.items():
            self.write(name.replace("_", "."), text)
        self.git("add", "--all")
        self.git("commit", "-qm", message, "--allow-empty")
        return self.git("rev-parse", "HEAD")

    def clone(self, target: Path, *options: str, revision: str = "HEAD") -> Repository:
        """A clone as a runner makes it: one revision, fetched by name, checked out detached."""
        other = Repository(target)
        other.git("remote", "add", "origin", self.root.as_uri())
        other.git("fetch", "-q", "--no-tags", *options, "origin", revision)
        other.git("checkout", "-q", "--detach", "FETCH_HEAD")
        return other

    def check(self, *arguments: str, folder: str = ".", code: int | None = None) -> list[tuple[str, int, str]]:
        """Path, line and code of what ``listlint check`` reports, in order; its exit code must be ``code`` if given."""
        report, status, errors = self.report(*arguments, folder=folder)
        assert code is None or status == code, (status, report, errors)
        return [(one["path"], one["line"], one["code"]) for one in report["findings"]]

    def report(self, *arguments: str, folder: str = ".") -> tuple[dict[str, Any], int, str]:
        """The JSON report of ``listlint check``, its exit code and what it says beside."""
        done = self.run("check", "--output", "json", *arguments, folder=folder)
        assert done[0], done
        return json.loads(done[0]), done[1], done[2]

    def run(self, *arguments: str, folder: str = ".") -> tuple[str, int, str]:
        """Standard output, exit code and standard error of a command."""
        with chdir(self.root / folder):
            done = CliRunner().invoke(main, arguments, catch_exceptions=False)
        return done.stdout, done.exit_code, done.stderr


def git(folder: Path, *arguments: str) -> str:
    """What a git command prints, without the configuration of this machine."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | _ENVIRONMENT
    done = subprocess.run(["git", *_IDENTITY, *arguments], cwd=folder, check=True, capture_output=True, env=environment)
    return done.stdout.decode().rstrip("\n")
