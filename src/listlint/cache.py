"""The folder of what earlier runs found, by the content that they found it in.

An entry is a file of its own, named by a digest of everything that its content depends on
(:mod:`listlint.memory`), so that it never is out of date: it is there or it is not. It is written
beside its place and moved there, so that runs at the same time see all of it or nothing, and carries a
digest of itself, so that what a crash or a full disk left behind counts as nothing. Nothing here can fail a run.
"""

from __future__ import annotations

import contextlib
import os
import time
from hashlib import blake2b
from pathlib import Path

VARIABLE = "LISTLINT_CACHE_DIR"
"""Names another folder than the user's."""
DIGEST = 16
"""Bytes of a digest of an entry."""
KEPT = 30 * 86_400
"""Seconds after which an entry that nobody asked for goes."""
DAY = 86_400
_TAG = "CACHEDIR.TAG"
_SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of listlint: it may be deleted at any time.\n"
"""What tells programs that make backups to leave a folder out (bford.info/cachedir)."""


def cache_folder() -> Path | None:
    """The folder that ``LISTLINT_CACHE_DIR`` names, else one of the user's cache folder; None for a user without."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).absolute()
    from platformdirs import user_cache_path

    try:
        folder = user_cache_path("listlint", appauthor=False)
    except RuntimeError:  # no HOME, and no user of this number, as in containers
        return None
    # Versions that do not raise give "~" itself, which would be a folder of the repository.
    return folder if folder.is_absolute() else None


class Cache:
    """Entries by their keys, which are hexadecimal digests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> bytes | None:
        """The content of an entry; None if there is none, or it is damaged."""
        place = self._place(key)
        try:
            stored = place.read_bytes()
        except OSError:
            return None
        with contextlib.suppress(OSError):  # a folder that may only be read has answers, too
            if place.stat().st_mtime < time.time() - DAY:
                os.utime(place)
        content = stored[DIGEST:]
        return content if stored[:DIGEST] == _digest(content) else None

    def put(self, key: str, content: bytes) -> None:
        """Keep an entry; where that cannot be done, it is not kept."""
        place = self._place(key)
        beside = place.with_name(f"{place.name}.{os.getpid()}.part")
        try:
            self._make(place.parent)
            beside.write_bytes(_digest(content) + content)
            beside.replace(place)
        except OSError:
            with contextlib.suppress(OSError):
                beside.unlink()

    def prune(self) -> None:
        """Once a day, delete what nobody asked for in thirty days, and what writers left behind."""
        now, tag = time.time(), self.folder / _TAG
        try:
            if tag.stat().st_mtime > now - DAY:
                return
            os.utime(tag)
            for place in self.folder.glob("??/*"):
                age = now - place.stat().st_mtime
                if age > KEPT or (place.suffix == ".part" and age > DAY):
                    place.unlink()
        except OSError:  # another run deletes too, or nothing was ever kept
            return

    def _place(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]

    def _make(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(exist_ok=True, mode=0o700)
        tag = self.folder / _TAG
        if not tag.exists():
            tag.write_text(_SIGNATURE, encoding="ascii")


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=DIGEST).digest()
