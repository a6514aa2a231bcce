"""Real git repositories, and what GitHub makes of a pull request between them."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

HOSTILE = '"; touch pwned; $(touch pwned) `touch pwned` ::error::x ##[error]x ${{ github.token }}'
"""What a stranger may write into a title."""


def git(folder: Path, *arguments: str) -> str:
    """Run git with no configuration of this machine; give what it prints."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    env |= {
        f"GIT_{role}_{what}": f"{what.lower()}@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    settings = ("-c", "commit.gpgsign=false", "-c", "core.autocrlf=false", "-c", "protocol.file.allow=always")
    done = subprocess.run(["git", *settings, *arguments], cwd=folder, env=env, capture_output=True, check=False)
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout.decode().strip()


def write(folder: Path, files: Mapping[str, str | None]) -> None:
    """Write files, or remove those that are None."""
    for name, text in files.items():
        path = folder / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())


@dataclass
class Forge:
    """A repository on its server, and a fork of it with one branch."""

    root: Path
    pulls: int = 0

    @property
    def upstream(self) -> Path:
        """The repository that pull requests go to."""
        return self.root / "upstream"

    @classmethod
    def start(cls, root: Path, files: Mapping[str, str | None]) -> Forge:
        """Make both, with one commit."""
        forge = cls(root)
        forge.upstream.mkdir(parents=True)
        git(forge.upstream, "init", "--quiet", "--initial-branch=main")
        forge.commit(files)
        git(root, "clone", "--quiet", "--no-local", str(forge.upstream), "fork")
        git(forge.root / "fork", "checkout", "--quiet", "-b", "topic")
        return forge

    def commit(self, files: Mapping[str, str | None], *, fork: bool = False) -> str:
        """Commit files to the main branch, or to the branch of the fork; give the commit."""
        folder = self.root / "fork" if fork else self.upstream
        write(folder, files)
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--allow-empty", "--message", "Change\n\nparent 0\n")
        return git(folder, "rev-parse", "HEAD")

    def pull_request(self) -> dict[str, Any]:
        """Merge as GitHub does for a pull request; give the event's payload, of the main branch as it is now."""
        self.pulls += 1
        git(self.upstream, "fetch", "--quiet", str(self.root / "fork"), f"+topic:refs/pull/{self.pulls}/head")
        payload = self.payload()
        self.merge()
        return payload

    def payload(self) -> dict[str, Any]:
        """The payload of ``pull_request``, with the fields that are documented and that matter."""
        base, head = (git(self.upstream, "rev-parse", ref) for ref in ("main", f"refs/pull/{self.pulls}/head"))
        return {
            "action": "synchronize",
            "number": self.pulls,
            "pull_request": {
                "number": self.pulls,
                "title": HOSTILE,
                "body": HOSTILE,
                "base": {"ref": "main", "sha": base, "repo": {"full_name": "owner/list", "fork": False}},
                "head": {
                    "ref": "x$(touch${IFS}pwned)`touch${IFS}pwned`",
                    "sha": head,
                    "label": "stranger:topic",
                    "repo": {"full_name": "stranger/list", "fork": True},
                },
                "merged": False,
            },
            "repository": {"full_name": "owner/list"},
            "sender": {"login": "stranger"},
        }

    def merge(self) -> str:
        """Make the merge commit anew, of the main branch as it is now."""
        base, head = (git(self.upstream, "rev-parse", ref) for ref in ("main", f"refs/pull/{self.pulls}/head"))
        git(self.upstream, "checkout", "--quiet", "--detach", base)
        git(self.upstream, "merge", "--quiet", "--no-ff", "--message", f"Merge {head} into {base}", head)
        made = git(self.upstream, "rev-parse", "HEAD")
        git(self.upstream, "update-ref", f"refs/pull/{self.pulls}/merge", made)
        git(self.upstream, "checkout", "--quiet", "main")
        return made

    def checkout(self, name: str, ref: str, depth: int) -> Path:
        """What actions/checkout leaves; depth 0 is the whole history."""
        folder = self.root / name
        folder.mkdir()
        git(folder, "init", "--quiet")
        git(folder, "remote", "add", "origin", self.upstream.as_uri())
        if depth:
            git(folder, "fetch", "--quiet", "--no-tags", f"--depth={depth}", "origin", f"+{ref}:refs/remotes/{ref[5:]}")
        else:
            git(folder, "fetch", "--quiet", "--no-tags", "origin", "+refs/heads/*:refs/remotes/origin/*")
            git(folder, "fetch", "--quiet", "--no-tags", "origin", f"+{ref}:refs/remotes/{ref[5:]}")
        git(folder, "checkout", "--quiet", "--force", "--detach", f"refs/remotes/{ref[5:]}")
        return folder
