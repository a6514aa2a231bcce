"""The files of a repository that were not named: rules that compare files read them all the same.

A hook is given the files of a commit, but whether a work is listed twice, or a macro is defined, is
a question to all lists of the repository. What is found in a file that was not named is not shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from listlint.config.load import is_git_root, repository_root
from listlint.discover import discover
from listlint.model.errors import ListlintError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from listlint.config.layers import Settings


def other_lists(named: Collection[Path], settings: Settings) -> list[Path]:
    """The lists that a run without a path, at the root of the repository, would check besides."""
    return _found(named, settings, ())


def other_bibliographies(named: Collection[Path], settings: Settings) -> list[Path]:
    """The ``.bib`` files of the repository besides those named."""
    return [path for path in _found(named, settings, (".",)) if path.suffix.lower() == ".bib"]


def _found(named: Collection[Path], settings: Settings, paths: Sequence[str]) -> list[Path]:
    """What a search at the root of the work tree finds; nothing unless all that is named lies in it.

    Paths are relative to the working folder where they lie inside, else absolute.
    """
    here = Path.cwd()
    root = repository_root(here)
    known = {path.resolve() for path in named}
    if not is_git_root(root) or not all(path.is_relative_to(root.resolve()) for path in known):
        return []
    try:
        files = discover(paths, root=settings.root, include=settings.include, exclude=settings.exclude, cwd=root).files
    except ListlintError:  # nothing else is there, or nothing that may be read
        return []
    absolute = [root / path for path in files]
    others = [path for path in absolute if path.resolve() not in known]
    return [path.relative_to(here) if path.is_relative_to(here) else path for path in others]
