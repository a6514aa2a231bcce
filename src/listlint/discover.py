"""Which files to check: the named ones, those of folders and globs, or the lists of a repository.

Ignore files follow gitignore(5): ``.gitignore`` of every folder from the root of the git
repository down, and ``.git/info/exclude``; the deepest file that has something to say decides,
and nothing below an ignored folder is looked at.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

from listlint.config.layers import globs
from listlint.config.load import is_git_root
from listlint.model.errors import ListlintError
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pathspec

SUFFIXES = (".md", ".markdown", ".bib")
"""Kinds of file that a folder is searched for, in any case of letters."""
MARKDOWN = (".md", ".markdown")
SKIPPED = frozenset({".git", "node_modules"})
"""Folders that are never searched; hidden ones are not either, unless they are named."""

ENOUGH = ((8, 0.2), (40, 0.06))
"""Lines of items with links, and their part of the lines that are not blank: a file that has both of one pair."""
_SAMPLE = 1024 * 1024
_TAIL = 300
_IGNORE_FILE_LIMIT = 1024 * 1024
_LINK = lazy(r"https?://|\]\[[^\]\n]|\]\([^)#\n]{1,200}\.pdf\b", re.IGNORECASE)
"""a link that leads out of the repository, a reference, or a paper kept in it"""
_ITEM = lazy(
    r"[ \t>]{0,40}+(?:[-*+]|\d{1,9}[.)])[ \t]"  # an item of a list
    r"|[ \t]{0,3}(?:\||\*\*|__|#{1,6}[ \t])"  # a table row, bold entry or heading entry
    r"|[ \t]{0,3}\[{1,2}[^\[\]\n]{1,40}\]{1,2}\("  # a link line under an entry …
    r"|[ \t]*+<(?:a|li|tr|td)\b",
    re.IGNORECASE,
)
_LAST = lazy(r"\]\(<?https?://[^\s()<>]+(?:\([^\s()<>]*\))?[^\s()<>]*>?\)[\].,;*_]*(?:<br ?/?>|\\)?$")
"""… or one whose link comes last, after a label or a venue; matched against the end of a line"""
_NOT_LISTS = lazy(
    r"(?:change[-_]?log|changes|history|news|releases?|contributing|contributors|authors|maintainers"
    r"|code[-_]of[-_]conduct|security|support|governance|licen[cs]e|notice|pull_request_template|issue_template)"
    r"(?:[-_.][^/]*)?",
    re.IGNORECASE,
)
_MAGIC = lazy(r"[*?\[]")


class _Rules(NamedTuple):
    """The patterns of one ignore file, and the folder that they are relative to."""

    folder: str
    spec: pathspec.GitIgnoreSpec


class Discovery(Struct, frozen=True):
    """What was found: sorted, each file once, as they are shown. ``notices`` are for standard error."""

    files: tuple[Path, ...]
    notices: tuple[str, ...] = ()


class _Finder(Struct):
    root: Path
    """that ``include`` and ``exclude`` are relative to"""
    cwd: Path
    exclude: pathspec.GitIgnoreSpec | None
    force_exclude: bool
    found: dict[Path, Path] = field(default_factory=dict)
    """real path to the path as shown"""
    notices: list[str] = field(default_factory=list)

    def excluded(self, path: Path) -> bool:
        """Tell whether ``exclude`` names a file, or a folder above it."""
        relative = _below(path, self.root)
        return self.exclude is not None and relative is not None and self.exclude.match_file(relative)

    def add(self, path: Path, shown: Path | None = None) -> None:
        """Take a file, unless it is there already; one that is no symbolic link is preferred."""
        real = path.resolve()
        if real not in self.found or not path.is_symlink():
            self.found[real] = shown or _shown(path, self.cwd)

    def walk(self, top: Path, suffixes: Iterable[str] = SUFFIXES) -> Iterator[Path]:
        """Every file of these kinds below a folder that is not ignored, hidden or excluded.

        Symbolic links to folders are not followed.
        """
        repository = _repository(top)
        inside = (repository or top).resolve()
        endings = tuple(suffixes)
        stack = [(str(top), _rules_above(top, repository))]
        while stack:
            folder, rules = stack.pop()
            rules = (*rules, *_read_rules(Path(folder, ".gitignore"), folder))
            for entry in _entries(folder):
                if entry.name.startswith(".") or entry.name in SKIPPED:
                    continue
                is_folder = entry.is_dir(follow_symlinks=False)
                if not is_folder and not entry.name.lower().endswith(endings):
                    continue
                path = Path(entry.path)
                if _ignored(entry.path, rules, is_folder=is_folder) or self._left_out(path, is_folder=is_folder):
                    continue
                if is_folder:
                    stack.append((entry.path, rules))
                elif entry.is_symlink() and not _real(entry.path).is_relative_to(inside):
                    self.notices.append(
                        f"{_shown(path, self.cwd).as_posix()}: a symbolic link that leaves the root; left out"
                    )
                elif os.path.isfile(entry.path):  # noqa: PTH113  # the methods raise where a link goes round
                    yield path

    def _left_out(self, path: Path, *, is_folder: bool) -> bool:
        if self.exclude is None or (relative := _below(path, self.root)) is None:
            return False
        return bool(self.exclude.check_file(relative + "/" * is_folder).include)

    def named(self, argument: str) -> None:
        """Take what one argument of the command line stands for.

        Raises:
            ListlintError: nothing there, nothing found, or a link that leaves the root.
        """
        path = _absolute(self.cwd / argument)
        if path.is_dir():
            self._inside(path, argument)
            for file in self.walk(path):
                self.add(file)
        elif path.exists():
            self._inside(path, argument)
            if not (self.force_exclude and self.excluded(path)):
                self.add(path, _shown(path, self.cwd))
        elif _MAGIC.search(argument):
            self._glob(argument)
        else:
            raise _missing(path, argument, self.cwd)

    def _glob(self, argument: str) -> None:
        """Expand a glob ourselves, as shells of Windows do not; it finds what a search of folders would."""
        parts = Path(argument).parts
        fixed = next(number for number, part in enumerate(parts) if _MAGIC.search(part))
        top = _absolute(self.cwd.joinpath(*parts[:fixed]))
        self._inside(top, argument)
        try:
            spec = globs(("/" + "/".join(parts[fixed:]),))
        except ValueError as error:
            raise ListlintError(f"not a glob: {error}", path=argument, code="invalid-glob") from error
        own = Path(parts[-1]).suffix.lower()
        suffixes = (own,) if own and not _MAGIC.search(own) else SUFFIXES
        files = [path for path in self.walk(top, suffixes) if spec.match_file(_below(path, top) or "")]
        if not files:
            raise ListlintError(
                f"no file matches '{argument}'",
                code="no-match",
                hint="ignored, hidden and excluded files are left out; name a file to check it all the same",
            )
        for file in files:
            self.add(file)

    def _inside(self, path: Path, argument: str) -> None:
        """Refuse a symbolic link that leads out of the repository it stands in."""
        home = _repository(self.cwd) or self.cwd
        if not path.is_relative_to(home):
            home = _repository(path.parent) or path.parent
        if not path.resolve().is_relative_to(home.resolve()):
            raise ListlintError(
                "a symbolic link that leaves the root of the repository",
                path=argument,
                code="outside-repository",
                hint="name the file that it leads to",
            )


def discover(
    paths: Sequence[str | os.PathLike[str]] = (),
    *,
    root: Path | None = None,
    include: Sequence[str] | None = None,
    exclude: Sequence[str] = (),
    force_exclude: bool = False,
    cwd: Path | None = None,
) -> Discovery:
    """The files to check.

    A named file is always taken (with ``force_exclude``: unless ``exclude`` has it). A folder is
    searched for ``SUFFIXES``, a glob for files that match it. Without ``paths``: the files under
    ``root`` that match ``include`` or, if that is None, ``README`` files of the working folder
    and every Markdown file below it that looks like a list (see ``looks_like_list``).
    ``include`` and ``exclude`` are globs as in ``.gitignore`` files, relative to ``root``.

    Raises:
        ListlintError: a path that does not exist, a glob without match, a symbolic link that
            leaves its repository, or nothing to check at all.
    """
    cwd = _absolute(cwd or Path.cwd())
    root = _absolute(cwd / root) if root else cwd
    finder = _Finder(root, cwd, globs(tuple(exclude)) if exclude else None, force_exclude)
    if paths:
        for argument in paths:
            finder.named(os.fspath(argument))
    elif include is not None:
        spec = globs(tuple(include))
        for path in finder.walk(root):
            if spec.match_file(_below(path, root) or ""):
                finder.add(path)
    else:
        for path in finder.walk(cwd, MARKDOWN):
            if _is_readme(path, cwd) or (not _NOT_LISTS.fullmatch(path.stem) and _reads_like_list(path)):
                finder.add(path)
    if not finder.found and not (paths and force_exclude):
        raise _nothing(paths, include)
    files = sorted(finder.found.values(), key=lambda path: path.as_posix())
    return Discovery(tuple(files), tuple(finder.notices))


def looks_like_list(text: str) -> bool:
    """Tell whether a Markdown text is a list of links rather than prose with some links in it.

    A line counts if it has a link that leads elsewhere, and is a list item, table row, HTML
    item, heading or line in bold, or starts or ends with the link (as link lines under an entry
    do). Lines in fenced code do not count at all. A list has enough of them (``ENOUGH``): a long
    one needs a smaller share, since entries of some lists carry many lines of notes.
    """
    items = lines = 0
    fence = ""
    for line in text.split("\n"):
        stripped = line.strip()
        if fence:
            fence = "" if stripped.startswith(fence) and not stripped.strip(fence[0]) else fence
            continue
        if stripped.startswith(("```", "~~~")):
            fence = stripped[: len(stripped) - len(stripped.lstrip(stripped[0]))]
            continue
        if stripped:
            lines += 1
            items += bool(_LINK.search(line) and (_ITEM.match(line) or _LAST.search(stripped[-_TAIL:])))
    return any(items >= count and items >= share * lines for count, share in ENOUGH)


def _reads_like_list(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return looks_like_list(file.read(_SAMPLE).decode("utf-8", "replace"))
    except OSError:
        return False


def _is_readme(path: Path, cwd: Path) -> bool:
    return path.parent == cwd and path.stem.lower() == "readme"


def _missing(path: Path, argument: str, cwd: Path) -> ListlintError:
    from difflib import get_close_matches

    siblings = {entry.name.lower(): entry.name for entry in _entries(str(path.parent))}
    close = get_close_matches(path.name.lower(), siblings, n=1)
    hint = f"paths are relative to {cwd.as_posix()}"
    if close:
        nearest = Path(argument).parent / siblings[close[0]]
        hint = f"did you mean '{nearest.as_posix()}'?"
    elif not path.parent.exists():
        hint = f"there is no folder '{Path(argument).parent.as_posix()}' in {cwd.as_posix()}"
    return ListlintError("no such file or folder", path=argument, code="no-such-file", hint=hint)


def _nothing(paths: Sequence[str | os.PathLike[str]], include: Sequence[str] | None) -> ListlintError:
    if paths:
        where = ", ".join(f"'{os.fspath(path)}'" for path in paths)
        message = f"no Markdown or BibTeX file in {where}"
        hint = "ignored, hidden and excluded files are left out; name a file to check it all the same"
    elif include is not None:
        message = "no file matches 'include' of the configuration"
        hint = "its globs are relative to the folder of the configuration file"
    else:
        message = "no list found: there is no README.md here, and no Markdown file that looks like a list"
        hint = "name the files to check, or set 'include' in listlint.toml"
    return ListlintError(message, code="no-list", hint=hint)


# Paths.


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 (Path.absolute keeps "..", Path.resolve follows links)


def _shown(path: Path, cwd: Path) -> Path:
    """Relative to the working folder where it lies inside, else absolute."""
    return path.relative_to(cwd) if path.is_relative_to(cwd) else path


def _below(path: Path, folder: Path) -> str | None:
    """``path`` relative to ``folder``, with ``/``; None where it lies outside."""
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else None


def _repository(folder: Path) -> Path | None:
    return next((place for place in (folder, *folder.parents) if is_git_root(place)), None)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """What a folder holds, by name; nothing if it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _real(path: str) -> Path:
    """Where a path leads; a link that goes round leads to itself, where :meth:`Path.resolve` raises."""
    return Path(os.path.realpath(path))


# Ignore files.


def _read_rules(file: Path, folder: str) -> tuple[_Rules, ...]:
    """The patterns of an ignore file; none where it is not a readable regular file, nor a bad pattern's."""
    try:
        if file.is_symlink() or not file.is_file():  # git does not follow links here either
            return ()
        with file.open("rb") as stream:
            lines = stream.read(_IGNORE_FILE_LIMIT).decode("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ()
    patterns = tuple(line for line in lines if line.strip() and not line.startswith("#"))
    try:
        return (_Rules(folder, globs(patterns)),) if patterns else ()
    except ValueError:
        return tuple(_Rules(folder, spec) for line in patterns if (spec := _spec_or_none(line)))


def _spec_or_none(line: str) -> pathspec.GitIgnoreSpec | None:
    try:
        return globs((line,))
    except ValueError:
        return None


def _rules_above(top: Path, repository: Path | None) -> tuple[_Rules, ...]:
    """The ignore files that hold in ``top`` but stand above it, the weakest first."""
    if repository is None:
        return ()
    rules = _read_rules(repository / ".git" / "info" / "exclude", str(repository))
    for folder in reversed([place for place in top.parents if place.is_relative_to(repository)]):
        rules = (*rules, *_read_rules(folder / ".gitignore", str(folder)))
    return rules


def _ignored(path: str, rules: tuple[_Rules, ...], *, is_folder: bool) -> bool:
    """Tell whether the last ignore file that knows the path leaves it out."""
    for folder, spec in reversed(rules):
        relative = path[len(folder) :].replace(os.sep, "/").lstrip("/") + "/" * is_folder
        verdict = spec.check_file(relative).include
        if verdict is not None:
            return verdict
    return False
