"""The commit that a run is compared with, and what it has of the files of the run."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

from listlint import git
from listlint.facts.files import work_tree
from listlint.model.errors import ListlintError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from listlint.git import Blob, Change, Hunk

CONTEXT_LINES = 3
"""Lines around a change that git shows with it."""
_ALIKE = 0.5
"""Part of two files that is the same where one is the other renamed, as git has it."""
_SHALLOW = (
    "fetch more of the history: `fetch-depth: 2` for actions/checkout in a pull request, 0 for a base that is further "
    "away, `git fetch --unshallow` elsewhere"
)


class _Tree(Struct, frozen=True):
    """A work tree and its base. Without a commit the tree is new, and so is everything in it."""

    root: Path
    commit: str | None
    files: Mapping[str, Blob] = field(default_factory=dict)
    changes: Mapping[str, Change | Renamed] = field(default_factory=dict)
    """by the path in the work tree"""
    gone: tuple[str, ...] = ()
    """what the base has and the work tree has not, under any name"""
    untracked: frozenset[str] = frozenset()
    """files of the run that git does not track, so that it knows nothing of their lines"""


class Base:
    """What the base has of some files.

    ``paths`` leads from shown paths to files. The base is the commit where the history of the work tree left
    ``ref``. A submodule's is the commit that the base of the outer repository has for it, unless ``home`` (the
    working folder) lies in the submodule.

    Raises:
        ListlintError: there is no such commit, this clone lacks it, or a file lies in no work tree.
    """

    def __init__(self, ref: str, paths: Mapping[str, Path], home: Path) -> None:
        self.ref = ref
        self._known: dict[Path, Path | None] = {}
        self._home = work_tree(home.resolve(), self._known)
        self._commits: dict[Path, str | None] = {}
        self._places = {shown: self._place(shown, path) for shown, path in paths.items()}
        self._hunks: dict[tuple[str, int], tuple[Hunk, ...] | None] = {}

    @cached_property
    def trees(self) -> dict[Path, _Tree]:
        """The work trees of the files, by their roots."""
        inside: dict[Path, list[str]] = {}
        for root, place in self._places.values():
            inside.setdefault(root, []).append(place)
        return {root: self._tree(root, places) for root, places in inside.items()}

    def root(self, shown: str) -> Path:
        """The top of the work tree that a file lies in."""
        return self._places[shown][0]

    def place(self, shown: str) -> str | None:
        """The path, relative to :meth:`root`, that a file had in the base; None if it had none."""
        root, place = self._places[shown]
        tree = self.trees[root]
        change = tree.changes.get(place)
        old = change.old if change is not None else place
        return old if old is not None and old in tree.files and tree.files[old].is_file else None

    def content(self, shown: str) -> bytes | None:
        """A file as it was in the base; None if it was not there.

        Raises:
            ListlintError: this clone lacks it.
        """
        place = self.place(shown)
        return None if place is None else self.content_at(self.root(shown), place)

    def content_of(self, path: Path) -> bytes | None:
        """The same for a file that is not one of the run, but lies in one of its work trees."""
        real = path.resolve()
        root = work_tree(real.parent, self._known)
        if root not in self.trees or not real.is_relative_to(root):
            return None
        place = real.relative_to(root).as_posix()
        change = self.trees[root].changes.get(place)
        old = change.old if change is not None else place
        return None if old is None else self.content_at(root, old)

    def content_at(self, root: Path, place: str) -> bytes | None:
        """A file of the base of a tree, by its path there; None where the base has no such regular file.

        Raises:
            ListlintError: this clone lacks it.
        """
        tree = self.trees[root]
        blob = tree.files.get(place)
        if tree.commit is None or blob is None or not blob.is_file:
            return None
        now = _read(root / place)
        if now is not None and git.blob_name(now, blob.name) == blob.name:
            return now
        content = git.checked_out_at(root, tree.commit, place)
        if content is None:
            raise ListlintError(
                f"cannot be read at {tree.commit[:12]}",
                path=place,
                code="no-base",
                hint="this clone lacks a part of the history that it should have, as one with --filter=blob:none does",
            )
        return content

    def is_same(self, shown: str, content: bytes) -> bool:
        """Tell whether a file had exactly this content in the base, under the same path."""
        root, place = self._places[shown]
        blob = self.trees[root].files.get(place)
        return blob is not None and blob.is_file and git.blob_name(content, blob.name) == blob.name

    def hunks(self, shown: str, context: int = 0) -> tuple[Hunk, ...] | None:
        """What was changed in a file, lines as git counts them; None if it is new, or git does not track it."""
        key = shown, context
        if key not in self._hunks:
            self._hunks[key] = self._changed(shown, context)
        return self._hunks[key]

    def gone(self) -> Iterator[tuple[Path, str]]:
        """Root and path of everything that is no longer there, renamed files aside."""
        for tree in self.trees.values():
            yield from ((tree.root, place) for place in tree.gone)

    def _changed(self, shown: str, context: int) -> tuple[Hunk, ...] | None:
        root, place = self._places[shown]
        tree, old = self.trees[root], self.place(shown)
        if tree.commit is None or old is None or place in tree.untracked:
            return None
        return git.hunks(root, tree.commit, git.Change(old, place), context)

    def _place(self, shown: str, path: Path) -> tuple[Path, str]:
        real = path.resolve()
        root = work_tree(real.parent, self._known)
        if root is None or not real.is_relative_to(root):
            refused = any((folder / ".git").exists() for folder in real.parents)
            raise ListlintError(
                "git does not read the work tree that this file lies in" if refused else "is in no git work tree",
                path=shown,
                code="no-base",
                hint="is git installed, and is the folder yours? see `safe.directory` in git-config(1)"
                if refused
                else "--since compares with a commit",
            )
        self._commit(root)
        return root, real.relative_to(root).as_posix()

    def _commit(self, root: Path) -> str | None:
        """The base of a work tree; None for a submodule that the outer repository's base has not."""
        if root not in self._commits:
            above = git.superproject(root) if root != self._home else None
            self._commits[root] = base_commit(root, self.ref) if above is None else self._submodule(root, above)
        return self._commits[root]

    def _submodule(self, root: Path, above: Path) -> str | None:
        outer = self._commit(above)
        files = git.files_at(above, outer) if outer is not None else None
        blob = (files or {}).get(root.relative_to(above).as_posix())
        if blob is None or blob.mode != git.SUBMODULE:
            return None
        if git.commit_of(root, blob.name) is None:
            raise ListlintError(
                f"this submodule has no commit {blob.name[:12]}, which it was at in the base '{self.ref}'",
                path=root.as_posix(),
                code="no-base",
                hint="fetch it: git submodule update leaves out what a shallow clone does not need",
            )
        return blob.name

    def _tree(self, root: Path, places: Iterable[str]) -> _Tree:
        commit = self._commits[root]
        if commit is None:
            return _Tree(root, None)
        files, changed = git.files_at(root, commit), git.changed_files(root, commit)
        if files is None or changed is None:
            raise ListlintError(f"git cannot compare with {commit[:12]}", path=root.as_posix(), code="no-base")
        changes: dict[str, Change | Renamed] = {change.new: change for change in changed if change.new is not None}
        gone = {change.old for change in changed if change.old is not None and change.new is None}
        untracked = {place for place in places if place in gone or (place not in files and place not in changes)}
        gone -= untracked
        for change in renamed(root, commit, gone, untracked - set(files)):
            changes[change.new] = change
            gone.discard(change.old)
        return _Tree(root, commit, files, changes, tuple(sorted(gone)), frozenset(untracked))


class Renamed(NamedTuple):
    """A path of a commit, and the untracked file of the work tree that it has become."""

    old: str
    new: str


def renamed(root: Path, commit: str, gone: Collection[str], untracked: Collection[str]) -> Iterator[Renamed]:
    """Pair what is gone with what git does not track yet, if half of their lines are the same."""
    if not gone or not untracked:
        return
    before = {name: _lines(git.checked_out_at(root, commit, name)) for name in sorted(gone)}
    after = {name: _lines(_read(root / name)) for name in sorted(untracked)}
    scores = [(_alike(one, two), old, new) for old, one in before.items() for new, two in after.items()]
    taken: set[str] = set()
    for score, old, new in sorted(scores, key=lambda item: -item[0]):
        if score >= _ALIKE and f"-{old}" not in taken and f"+{new}" not in taken:
            taken |= {f"-{old}", f"+{new}"}
            yield Renamed(old, new)


def _lines(content: bytes | None) -> Counter[bytes]:
    return Counter(line.rstrip(b"\r") for line in (content or b"").split(b"\n"))


def _alike(one: Counter[bytes], two: Counter[bytes]) -> float:
    """The part of the larger of two files that both have, in bytes."""
    size = max(sum(len(line) * count for line, count in lines.items()) for lines in (one, two))
    return sum(len(line) * count for line, count in (one & two).items()) / size if size else 0.0


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def base_commit(root: Path, ref: str) -> str:
    """The commit where the history of the work tree at ``root`` left ``ref``.

    Raises:
        ListlintError: there is none, or this clone lacks it.
    """
    base = git.base_of(root, ref)
    if base is not None:
        return base
    named = git.commit_of(root, ref) is not None
    if git.commit_of(root, "HEAD") is None:
        message, hint = "the repository has no commit to compare with", None
    elif git.is_shallow(root):
        lacks = f"the commit at which HEAD left '{ref}'" if named else f"'{ref}'"
        message, hint = f"this clone is shallow and lacks {lacks}", _SHALLOW
    elif named:
        message, hint = f"'{ref}' and HEAD have no commit in common", "name a branch that this one grew from"
    else:
        remote = f"origin/{ref}"
        message = f"'{ref}' is no commit of this repository"
        hint = f"did you mean '{remote}'?" if git.commit_of(root, remote) else "has it been fetched?"
    raise ListlintError(message, path=root.as_posix(), code="no-base", hint=hint)
