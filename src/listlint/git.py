"""Asks the git binary about a work tree.

Every function answers None where git cannot tell: it is not installed, the path is in no work
tree, or git refuses to read it. Nothing here changes a repository, asks the network, or runs a
program that a repository names (``docs/security.md``).
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIMEOUT = 60.0
"""Seconds after which git is given up."""
_OFF = (
    "-c", "core.fsmonitor=false",
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "safe.bareRepository=explicit",
    "-c", "core.quotePath=false",
)  # fmt: skip
"""File system monitors and hooks are programs that the repository names; and a folder of the checked tree
may look like a bare repository, whose configuration would then be the tree's own."""
_OWN = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_LITERAL_PATHSPECS": "1",
}
"""No protocol is allowed, since a partial clone would fetch what it lacks, with the programs that it names."""
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


_HUNK = lazy(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
SUBMODULE = 0o160000
"""The mode of a submodule in a tree; its object is a commit of another repository."""
_REGULAR = frozenset({0o100644, 0o100755, 0o100664})


class Blob(NamedTuple):
    """A path of a commit: its mode and the name of its object."""

    mode: int
    name: str

    @property
    def is_file(self) -> bool:
        """Tell whether it is a regular file, no symbolic link and no submodule."""
        return self.mode in _REGULAR


class Change(NamedTuple):
    """A path of a commit, and what it is called in the work tree; None where there is none."""

    old: str | None
    new: str | None


class Hunk(NamedTuple):
    """Lines (from 1) of a file, and the lines that stand in their place now; either may be none."""

    old: range
    new: range


def run(root: Path, *arguments: str, settings: Mapping[str, str] | None = None) -> bytes | None:
    """What ``git ARGUMENTS`` prints when it runs in the folder ``root``; None if it fails.

    ``settings`` are laid over git's configuration.
    """
    import subprocess  # here, for many runs ask git nothing

    environment = {name: value for name, value in os.environ.items() if name not in _LOCAL}
    program = _program(os.environ.get("PATH", os.defpath))
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, *_OFF, *arguments],
            cwd=root,
            env=environment | _OWN | _as_environment(settings or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


@lru_cache(maxsize=8)
def _program(search: str) -> str | None:
    """Where git is: in the absolute folders of ``PATH`` only, for any other may lie in what is checked.

    (Windows looks into the working folder before ``PATH``, and a relative entry means it everywhere.)
    """
    name = "git.exe" if os.name == "nt" else "git"
    for folder in filter(os.path.isabs, search.split(os.pathsep)):
        path = os.path.join(folder, name)  # noqa: PTH118  # a Path would cost more than the look
        if os.path.isfile(path) and os.access(path, os.X_OK):  # noqa: PTH113  # the same
            return path
    return None


def _as_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings in the form that bears any name, as ``-c NAME=VALUE`` does not (git-config(1), ENVIRONMENT)."""
    given = os.environ.get("GIT_CONFIG_COUNT", "")
    first = int(given) if given.isdecimal() else 0
    found = {"GIT_CONFIG_COUNT": str(first + len(settings))} if settings else {}
    for number, (key, value) in enumerate(settings.items(), first):
        found |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return found


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
    printed = run(root, "ls-files", "-z", "--cached")
    return None if printed is None else frozenset(map(os.fsdecode, filter(None, printed.split(b"\0"))))


def present_files(root: Path) -> frozenset[str] | None:
    """Paths of the files of the index and of the untracked ones that are not ignored, without those that are gone.

    As :func:`tracked_files` has them; a repository in the work tree that is no submodule counts as a file.
    """
    # Each path comes behind a letter: `?` for an untracked one, `R` once more for one that is gone.
    printed = run(root, "ls-files", "-z", "-t", "--cached", "--others", "--deleted", "--exclude-standard")
    if printed is None:
        return None
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for line in printed.split(b"\0"):
        if line:
            found[line.startswith(b"R ")].add(os.fsdecode(line[2:]).removesuffix("/"))
    return frozenset(found[False] - found[True])


def commit_of(root: Path, ref: str) -> str | None:
    """The commit that a branch, tag, hash or other revision means (gitrevisions(7))."""
    printed = run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    return printed.decode("ascii").strip() or None if printed else None


def base_of(root: Path, ref: str) -> str | None:
    """The commit from which a comparison with ``ref`` starts: where the work tree's history left it."""
    commit = commit_of(root, ref)
    base = run(root, "merge-base", commit, "HEAD") if commit else None
    return base.decode("ascii").split()[0] if base and base.strip() else None


def is_shallow(root: Path) -> bool:
    """Tell whether the history of a clone was cut off."""
    printed = run(root, "rev-parse", "--is-shallow-repository")
    return printed is not None and printed.strip() == b"true"


def superproject(root: Path) -> Path | None:
    """The root of the work tree that has the one at ``root`` as a submodule."""
    printed = run(root, "rev-parse", "--show-superproject-working-tree")
    line = (printed or b"").removesuffix(b"\n").removesuffix(b"\r")
    return Path(os.fsdecode(line)).resolve() if line else None


def last_change(root: Path, path: str) -> str | None:
    """The last commit that changed a path relative to ``root``; in a shallow clone the oldest, if none did."""
    printed = run(root, "log", "-1", "--format=%H", "--no-show-signature", "HEAD", "--", path)
    return printed.decode("ascii").strip() or None if printed else None


def files_at(root: Path, commit: str) -> dict[str, Blob] | None:
    """Everything a commit holds, by its path relative to the top of the tree."""
    printed = run(root, "ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit)
    if printed is None:
        return None
    found = {}
    for line in printed.split(b"\0"):
        head, tab, path = line.partition(b"\t")
        if tab:
            mode, _, name = head.split(b" ")[:3]
            found[os.fsdecode(path)] = Blob(int(mode, 8), name.decode("ascii"))
    return found


def blob_name(content: bytes, like: str) -> str:
    """The name that git gives to a file of this content, hashed as the name ``like`` is."""
    from hashlib import sha1, sha256

    digest = sha256 if len(like) == sha256().digest_size * 2 else sha1
    return digest(b"blob %d\0" % len(content) + content).hexdigest()


def checked_out_at(root: Path, commit: str, path: str) -> bytes | None:
    """A file of a commit as a checkout would write it now: its line ends and encoding follow the attributes."""
    arguments = ("cat-file", "--filters", f"--path={path}", f"{commit}:{path}")
    return run(root, *arguments, settings=_no_filters(root))


def changed_files(root: Path, commit: str) -> tuple[Change, ...] | None:
    """How the work tree differs from a commit, with the renames that git finds.

    Files that git does not track are not looked at. ``root`` is the top of a work tree.
    """
    arguments = ("diff", "--name-status", "-z", "-M", "--no-relative", "--no-ext-diff", "--no-textconv")
    printed = run(root, *arguments, "--ignore-submodules=all", commit, "--", settings=_no_filters(root))
    if printed is None:
        return None
    fields = iter(os.fsdecode(field) for field in printed.split(b"\0"))
    found = []
    for status in fields:
        if not status:
            break
        path = next(fields)
        if status[0] in "RC":
            found.append(Change(path, next(fields)))
        else:
            found.append(Change(None if status[0] == "A" else path, None if status[0] == "D" else path))
    return tuple(found)


def hunks(root: Path, commit: str, change: Change, context: int = 0) -> tuple[Hunk, ...] | None:
    """What was changed in a file from a commit to the work tree, with lines of context around it."""
    paths = [path for path in dict.fromkeys(change) if path is not None]
    arguments = ("diff", f"-U{context}", "--inter-hunk-context=0", "-M", "--no-relative", "--no-color", "--text")
    printed = run(root, *arguments, "--no-ext-diff", "--no-textconv", commit, "--", *paths, settings=_no_filters(root))
    if printed is None:
        return None
    found = (match.groups(default="1") for match in _HUNK.finditer(printed.decode("latin-1")))
    return tuple(Hunk(_lines(old, removed), _lines(new, added)) for old, removed, new, added in found)


def _lines(first: str, count: str) -> range:
    return range(int(first), int(first) + int(count))


def _no_filters(root: Path) -> dict[str, str]:
    """Settings without which git would run programs that the repository's own configuration names."""
    printed = run(root, "config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|smudge|process|required)$")
    names = [name for name in os.fsdecode(printed or b"").split("\0") if name]
    return {name: "false" if name.endswith(".required") else "" for name in names}
