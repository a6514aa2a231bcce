"""Asks the git binary about a work tree.

Every function answers None where git cannot tell: it is not installed, the path is in no work
tree, or git refuses to read it. Nothing here changes a repository or runs its hooks.
"""

from __future__ import annotations

import os
from pathlib import Path

_TIMEOUT = 60.0
"""Seconds after which git is given up."""
_OFF = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
"""A file system monitor is a program that the repository names; we do not run it."""
_LOCAL = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)
"""What git sets for its hooks: it would speak of that repository, whatever path is asked for."""


def run(root: Path, *arguments: str) -> bytes | None:
    """What ``git ARGUMENTS`` prints when it runs in the folder ``root``; None if it fails."""
    import subprocess  # here, for many runs ask git nothing

    environment = {name: value for name, value in os.environ.items() if name not in _LOCAL}
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            ["git", *_OFF, *arguments],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def repository_root(path: Path) -> Path | None:
    """The top folder of the work tree that holds ``path`` (a file or folder), links resolved."""
    folder = path if path.is_dir() else path.parent
    printed = run(folder, "rev-parse", "--show-toplevel")
    if not printed or printed == b"\n":
        return None
    return Path(os.fsdecode(printed.removesuffix(b"\n").removesuffix(b"\r"))).resolve()


def tracked_files(root: Path) -> frozenset[str] | None:
    """Paths of the files in the index, relative to ``root``, with ``/`` between their parts.

    A submodule counts as a file. ``root`` is the top of a work tree.
    """
    return _listed(root, "--cached")


def untracked_files(root: Path) -> frozenset[str] | None:
    """Paths of the files that are neither in the index nor ignored, as :func:`tracked_files` has them."""
    return _listed(root, "--others", "--exclude-standard")


def deleted_files(root: Path) -> frozenset[str] | None:
    """Paths that are in the index but gone from the work tree, as :func:`tracked_files` has them."""
    return _listed(root, "--deleted")


def _listed(root: Path, *options: str) -> frozenset[str] | None:
    printed = run(root, "ls-files", "-z", *options)
    if printed is None:
        return None
    return frozenset(os.fsdecode(name).removesuffix("/") for name in printed.split(b"\0") if name)


def base_of(root: Path, ref: str) -> str | None:
    """The commit from which a comparison with ``ref`` starts: where the work tree's history left it."""
    commit = run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if not commit:
        return None
    base = run(root, "merge-base", commit.decode("ascii").strip(), "HEAD")
    return base.decode("ascii").split()[0] if base and base.strip() else None


def content_at(root: Path, commit: str, path: str) -> bytes | None:
    """A file of a commit, its path relative to ``root`` with ``/``; None where the commit has no such file."""
    return run(root, "show", "--end-of-options", f"{commit}:{path}")


def has_file(root: Path, commit: str, path: str) -> bool | None:
    """Tell whether a commit has a file; None where git cannot tell, as in a clone that lacks the commit."""
    listed = run(root, "ls-tree", "-z", "--name-only", commit, "--", path)
    return None if listed is None else bool(listed)
