"""Writes several files, all or none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from listlint.config.schema import raise_all, shown
from listlint.model.errors import ListlintError
from listlint.scaffold.files import CONFIGURATION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listlint.scaffold.files import NewFile
    from listlint.scaffold.survey import Survey

TEMPORARY = ".listlint-init"
"""How the names end of files that are not yet in their places."""


class Written(Struct):
    """What was written, so that it can be undone: contents from before (None: no file), and new folders."""

    before: list[tuple[Path, bytes | None]] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)

    def undo(self) -> None:
        """Put everything back as it was."""
        for path, raw in reversed(self.before):
            if raw is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(raw)
        for folder in reversed(self.folders):
            try:
                folder.rmdir()
            except OSError:  # somebody else's file is in it by now
                continue


def refuse_conflicts(survey: Survey, files: Sequence[NewFile], *, force: bool) -> None:
    """Make sure that nothing is overwritten that the user has not given up.

    Raises:
        ListlintError: a file is there and ``force`` is not set, a path leads out of the repository,
            or another file configures the same folder.
    """
    problems = []
    for file in files:
        if not file.path.parent.resolve().is_relative_to(survey.root.resolve()) or file.path.is_symlink():
            problems.append(
                _problem(file.path, "is or leads through a symbolic link", "put a plain file or folder there")
            )
        elif file.path.is_dir():
            problems.append(_problem(file.path, "is a folder", "remove it"))
        elif file.path.exists() and not force:
            problems.append(_problem(file.path, "is there already", "--force writes over it"))
    own = survey.configuration
    if own is not None and own.name != CONFIGURATION and any(file.path.name == CONFIGURATION for file in files):
        problems.append(_problem(own, "configures listlint already", "keep it with --no-config, or remove it"))
    raise_all(problems)


def _problem(path: Path, message: str, hint: str) -> ListlintError:
    return ListlintError(message, path=shown(path), code="exists", hint=hint)


def write(files: Sequence[NewFile]) -> Written:
    """Write all files; where one fails, none is there.

    Raises:
        ListlintError: a file cannot be written.
    """
    done = Written()
    temporary: list[Path] = []
    try:
        for file in files:
            _make_folders(file.path.parent, done)
            place = file.path.with_name(file.path.name + TEMPORARY)
            with place.open("xb") as stream:
                temporary.append(place)
                stream.write(file.text.encode())
        for file, place in zip(files, temporary, strict=True):
            done.before.append((file.path, file.path.read_bytes() if file.path.exists() else None))
            os.replace(place, file.path)  # noqa: PTH105 - as everywhere where a file takes another's place
    except OSError as error:
        for place in temporary:
            place.unlink(missing_ok=True)
        done.undo()
        path = Path(error.filename) if error.filename else files[0].path
        raise ListlintError(
            f"cannot be written: {error.strerror or error}",
            path=shown(path),
            code="unwritable",
            hint="nothing was changed",
        ) from error
    return done


def _make_folders(folder: Path, done: Written) -> None:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for path in reversed(missing):
        path.mkdir()
        done.folders.append(path)
