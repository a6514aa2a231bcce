"""Loads the TOML tables of ``rules/tables`` into typed structures."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from listlint.model.errors import ListlintError

T = TypeVar("T")


@lru_cache(maxsize=1)
def builtin_folder() -> Path:
    """The folder of built-in rules: the packaged one, or the checkout's ``rules/``.

    Raises:
        ListlintError: neither exists, so the installation is broken.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "builtin", here.parents[2] / "rules"):
        if (folder / "presets").is_dir():
            return folder
    raise ListlintError(
        "the built-in rules are missing from this installation",
        code="broken-installation",
        hint="reinstall listlint",
    )


def pattern_files() -> tuple[Path, ...]:
    """The files of built-in rules without code, in the order of their names."""
    return tuple(sorted((builtin_folder() / "patterns").glob("*.toml")))


def read_toml(path: Path) -> dict[str, Any]:
    """The content of a TOML file.

    Raises:
        ListlintError: the file cannot be read or is not TOML; names line and column.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ListlintError(f"cannot be read: {error.strerror}", path=str(path), code="unreadable") from error
    except UnicodeDecodeError as error:
        raise ListlintError("is not UTF-8", path=str(path), code="invalid-toml") from error
    except tomllib.TOMLDecodeError as error:
        raise ListlintError(f"is not valid TOML: {error}", path=str(path), code="invalid-toml") from error


class Tables:
    """The data tables that checks consult, each loaded when it is first asked for.

    A table is ``rules/tables/NAME.toml``. A file of the same name in one of ``folders`` (later
    ones win) overrides single keys; ``remove = ["key", …]`` in it deletes some.
    """

    def __init__(self, folders: tuple[Path, ...] = ()) -> None:
        self._folders = folders
        self._loaded: dict[str, object] = {}

    def get(self, name: str, kind: type[T]) -> T:
        """The table ``name`` as a ``kind`` (a msgspec structure).

        Raises:
            ListlintError: a file of it is missing, broken or does not fit ``kind``.
        """
        if name not in self._loaded:
            self._loaded[name] = self._load(name, kind)
        return cast("T", self._loaded[name])

    def _load(self, name: str, kind: type[T]) -> T:
        builtin = builtin_folder() / "tables" / f"{name}.toml"
        data = read_toml(builtin)
        for folder in self._folders:
            path = folder / f"{name}.toml"
            if path.is_file():
                data = _overlay(data, read_toml(path))
        try:
            return msgspec.convert(data, kind)
        except msgspec.ValidationError as error:
            raise ListlintError(f"table {name}: {error}", path=str(builtin), code="invalid-table") from error


def _overlay(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        if key == "remove":
            continue
        known = merged.get(key)
        merged[key] = _overlay(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    for key in over.get("remove", ()):
        merged.pop(key, None)
    return merged
