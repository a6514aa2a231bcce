"""Finds configuration files and reads them, with the place of every key."""

from __future__ import annotations

import bisect
import os
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from listlint.config.locate import MAX_DEPTH, KeyPath, TooDeepError, locate
from listlint.config.schema import Origin, shown
from listlint.model.errors import ListlintError
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("listlint.toml", ".listlint.toml", "pyproject.toml")
MAX_BYTES = 1024 * 1024
MAX_VALUES = 10_000
"""Keys and elements of lists that one configuration may have."""
_PLACE = lazy(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class Table(Struct, frozen=True, dict=True):
    """A table of settings and the way back from each key to its place.

    ``prefix`` is where the table stands in its file (``tool.listlint``). A table that comes
    from the command line has no places, only a label.
    """

    label: str
    data: dict[str, Any]
    path: Path | None = None
    places: Mapping[KeyPath, int] = field(default_factory=dict)
    lines: tuple[int, ...] = ()
    prefix: KeyPath = ()

    def origin(self, *keys: str | int) -> Origin:
        """The place of the deepest of ``keys`` that has one."""
        for length in range(len(keys), -1, -1):
            offset = self.places.get((*self.prefix, *keys[:length]))
            if offset is not None:
                line = bisect.bisect_right(self.lines, offset)
                return Origin(self.label, line, offset - self.lines[line - 1] + 1)
        return Origin(self.label, 1, 1) if self.lines else Origin(self.label)

    def error(self, message: str, *keys: str | int, hint: str | None = None, code: str = "config") -> ListlintError:
        """An error at the place of ``keys``."""
        place = self.origin(*keys)
        return ListlintError(message, path=place.label, line=place.line, column=place.column, hint=hint, code=code)


def find_config(start: Path) -> Path | None:
    """The configuration file that holds for ``start``, a file or folder.

    The nearest folder upwards that has one; the search ends at the root of the git repository,
    or of the file system. ``pyproject.toml`` counts if it has a table ``[tool.listlint]``.

    Raises:
        ListlintError: a folder has two, or one cannot be read or leads out of the repository.
    """
    start = _absolute(start)
    folder = start if start.is_dir() else start.parent
    for place in (folder, *folder.parents):
        found = [path for name in NAMES if is_file(path := place / name) and _is_ours(path)]
        if len(found) > 1:
            names = " and ".join(path.name for path in found)
            raise ListlintError(
                f"two configurations in one folder: {names}",
                path=shown(found[0]),
                code="config-conflict",
                hint="keep one of them",
            )
        if found:
            return found[0]
        if is_git_root(place):
            return None
    return None


def repository_root(start: Path) -> Path:
    """The nearest folder at or above the file or folder ``start`` that has ``.git``, else its own folder."""
    start = _absolute(start)
    folder = start if start.is_dir() else start.parent
    return next((place for place in (folder, *folder.parents) if is_git_root(place)), folder)


def is_git_root(folder: Path) -> bool:
    """Tell whether a folder is the root of a git work tree (``.git`` is a file in linked ones)."""
    return os.path.exists(folder / ".git")  # noqa: PTH110  # never raises, and Path.exists does


def is_file(path: Path) -> bool:
    """Tell whether a regular file is there that we may know of; never raises, whatever the name is."""
    return os.path.isfile(path)  # noqa: PTH113  # Path.is_file raises for names that are too long, or not ours to see


def real_path(path: Path) -> Path | None:
    """The path with its symbolic links resolved; None where they go round in a circle, or no path can be so named."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # RuntimeError: a circle, before Python 3.13
        return None


def read_config(path: Path) -> Table:
    """The settings in a configuration file.

    ``[tool.listlint]`` of a ``pyproject.toml``, the whole of any other file.

    Raises:
        ListlintError: unreadable, too large, not UTF-8, not TOML, no such table, or a symbolic
            link that leads out of its repository.
    """
    root, real = repository_root(path.parent), real_path(path)
    if real is None or not real.is_relative_to(root.resolve()):
        raise ListlintError("leads out of the repository", path=shown(path), code="outside-repository")
    text = _text(path)
    places = places_of(text, shown(path))
    data = parse_toml(text, shown(path))
    prefix: KeyPath = ()
    if path.name == "pyproject.toml":
        prefix = ("tool", "listlint")
        data = _descend(data, "tool", "listlint")
        if data is None:
            raise ListlintError("has no table [tool.listlint]", path=shown(path), code="config")
    lines = (0, *(found.end() for found in re.finditer("\n", text)))
    number = sum(place[: len(prefix)] == prefix for place in places)
    if number > MAX_VALUES:
        raise ListlintError(f"has more than {MAX_VALUES:,} keys and values", path=shown(path), code="too-large")
    return Table(shown(path), data, path, places, lines, prefix)


def places_of(text: str, label: str) -> dict[KeyPath, int]:
    """The offset of every key of a TOML text.

    Raises:
        ListlintError: nested deeper than any configuration is.
    """
    try:
        return locate(text)
    except TooDeepError as error:
        line, column = text.count("\n", 0, error.offset) + 1, error.offset - text.rfind("\n", 0, error.offset)
        message = f"nested more than {MAX_DEPTH} deep"
        raise ListlintError(message, path=label, line=line, column=column, code="invalid-toml") from error


def parse_toml(text: str, label: str) -> dict[str, Any]:
    """The content of a TOML text.

    Raises:
        ListlintError: not TOML; with line and column.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
        if place := _PLACE.search(message):
            message = message[: place.start()]
            line, column = (int(place[1]), int(place[2])) if place[1] else (line, column)
        message = f"not valid TOML: {message[:1].lower()}{message[1:]}"
        raise ListlintError(message, path=label, line=line, column=column, code="invalid-toml") from error
    except (RecursionError, ValueError) as error:  # ValueError: an integer of more than 4,300 digits
        message = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ListlintError(f"not valid TOML: {message}", path=label, code="invalid-toml") from error


def _is_ours(path: Path) -> bool:
    if path.name != "pyproject.toml":
        return True
    text = _text(path)
    if "listlint" not in text:
        return False
    places_of(text, shown(path))
    return _descend(parse_toml(text, shown(path)), "tool", "listlint") is not None


def _descend(data: dict[str, Any], *keys: str) -> Any:
    """The table under ``keys``; None where there is none."""
    found: Any = data
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise ListlintError(f"has more than {MAX_BYTES:,} bytes", path=shown(path), code="too-large")
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        reason = error.strerror or str(error)
        raise ListlintError(f"cannot be read: {reason}", path=shown(path), code="unreadable") from error
    except UnicodeDecodeError as error:
        raise ListlintError(f"is not UTF-8 at byte {error.start}", path=shown(path), code="invalid-toml") from error


def _absolute(path: Path) -> Path:
    """Absolute and without ``..``, symbolic links kept."""
    return Path(os.path.abspath(path))  # noqa: PTH100 (Path.absolute keeps "..", Path.resolve follows links)
