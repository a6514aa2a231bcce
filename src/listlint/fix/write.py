"""Writes a fixed file, whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from listlint.model.errors import ListlintError

if TYPE_CHECKING:
    from listlint.model.source import Source


def write(path: Path, before: Source, after: Source, root: Path) -> None:
    """Replace the content of ``path``, which was read as ``before``, by that of ``after``.

    The new content is written to a file of its own beside the old one, which takes its place in one
    step, with its mode and, where the system lets us, its owner. Whatever interrupts us,
    the file is the old one or the new one. A symbolic link stays one, and what it points to
    is written, if that lies in ``root``.

    Raises:
        ListlintError: the file has changed since it was read, is write-protected, leads out of
            ``root``, or cannot be written. It is as it was.
    """
    shown = after.path
    target = _target(path, root, shown)
    try:
        status = _unchanged(target, before, shown)
        fresh = _fresh(target, after.raw, status)
        try:
            # Once more, since writing takes time.
            _unchanged(target, before, shown)
            fresh.replace(target)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
        _settle(target.parent)
    except OSError as error:
        raise ListlintError(
            f"cannot be written: {error.strerror or error}",
            path=shown,
            code="unwritable",
            hint="the file is as it was; write access to it and its folder is needed",
        ) from error


def _target(path: Path, root: Path, shown: str) -> Path:
    """The file itself, symbolic links followed."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise ListlintError("the file is gone", path=shown, code="file-changed", hint="run listlint again") from error
    named = path.absolute()
    # A file outside that was named as such is meant; a link must not lead to one.
    leads_out = path.is_symlink() or named.is_relative_to(root.absolute())
    if leads_out and not target.is_relative_to(root.resolve()):
        raise ListlintError(
            f"is reached through a symbolic link that leads out of {root}, and is not changed",
            path=shown,
            code="outside-root",
            hint="name the file itself",
        )
    return target


def _unchanged(target: Path, before: Source, shown: str) -> os.stat_result:
    """The status of a file that still holds what was read."""
    with target.open("rb") as stream:
        status = os.fstat(stream.fileno())
        raw = stream.read(len(before.raw) + 1)
    if raw != before.raw:
        raise ListlintError(
            "has changed since it was read, and is left as it is",
            path=shown,
            code="file-changed",
            hint="run listlint again",
        )
    if not status.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise ListlintError("is write-protected", path=shown, code="unwritable", hint="make it writable, or exclude it")
    return status


def _fresh(target: Path, raw: bytes, status: os.stat_result) -> Path:
    """A new file beside ``target`` that holds ``raw`` and is on the disk."""
    import tempfile  # here, for few runs write

    handle, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".tmp", dir=target.parent)
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
            stream.flush()
            if hasattr(os, "fchown"):
                _own(stream.fileno(), status)
            os.fsync(stream.fileno())
        fresh.chmod(stat.S_IMODE(status.st_mode))
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return fresh


def _own(handle: int, status: os.stat_result) -> None:
    """Give a file its owner and group, each as far as the system lets us."""
    for owner, group in ((status.st_uid, -1), (-1, status.st_gid)):
        try:
            os.fchown(handle, owner, group)
        except OSError:
            continue


def _settle(folder: Path) -> None:
    """Make sure that the change of a folder is on the disk, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)
