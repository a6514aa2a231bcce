"""Where every key of a TOML text stands.

``tomllib`` gives values without positions, and a mistake in a configuration must be shown at
its place. This scanner reads the grammar of TOML 1.0 (sections "Keys", "Table", "Array of
Tables", "Inline Table") far enough to know each key's path. It judges nothing but depth: on a
text that ``tomllib`` refuses it skips what it does not understand.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from listlint.model.patterns import lazy

if TYPE_CHECKING:
    import re

KeyPath = tuple[str | int, ...]
"""Keys from the root down; an ``int`` is an index into an array."""

_SKIP = lazy(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_BLANK = lazy(r"[ \t]*+")
_LINE = lazy(r"[^\n]*+\n?")
_KEY = lazy(r'[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\[^\n])*+"|\'[^\'\n]*+\'')
_SCALAR = lazy(
    r'"""(?:[^"\\]|\\[\s\S]|"(?!""))*+"{3,5}'
    r"|'''(?:[^']|'(?!''))*+'{3,5}"
    r'|"(?:[^"\\\n]|\\[^\n])*+"'
    r"|'[^'\n]*+'"
    r"|[^,\]}#\n]++"
)


MAX_DEPTH = 32
"""Keys that may stand within one another. ``tomllib`` takes the square of a dotted key's length."""


class TooDeepError(Exception):
    """Keys or arrays are nested more than ``MAX_DEPTH`` deep; ``offset`` is where."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def locate(text: str) -> dict[KeyPath, int]:
    """The offset in ``text`` of each key, and of each element of an array.

    A key that several lines name (``[a]``, ``[a.b]``) stands where it is named first; a table
    of an array of tables stands at its name in ``[[name]]``.

    Raises:
        TooDeepError: nested deeper than any configuration is.
    """
    scanner = _Scanner(text)
    scanner.run()
    return scanner.places


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.places: dict[KeyPath, int] = {}
        self._lengths: dict[KeyPath, int] = {}
        """number of tables seen in each array of tables"""

    def run(self) -> None:
        """Read statement after statement."""
        table: KeyPath = ()
        while self._skip(_SKIP) < len(self.text):
            if self.text.startswith("[[", self.at):
                table = self._header(2)
            elif self.text.startswith("[", self.at):
                table = self._header(1)
            else:
                self._pair(table)
            self._skip(_LINE)

    def _skip(self, pattern: re.Pattern[str]) -> int:
        if found := pattern.match(self.text, self.at):
            self.at = found.end()
        return self.at

    def _key(self) -> list[tuple[str, int]]:
        """The parts of a dotted key with their offsets; empty where there is no key."""
        parts: list[tuple[str, int]] = []
        while found := _KEY.match(self.text, self._skip(_BLANK)):
            parts.append((_unquote(found[0]), self.at))
            if len(parts) > MAX_DEPTH:
                raise TooDeepError(self.at)
            self.at = found.end()
            if not self.text.startswith(".", self._skip(_BLANK)):
                break
            self.at += 1
        return parts

    def _header(self, brackets: int) -> KeyPath:
        self.at += brackets
        path: KeyPath = ()
        parts = self._key()
        for number, (part, offset) in enumerate(parts, 1):
            path = (*path, part)
            self.places.setdefault(path, offset)
            if brackets == 2 and number == len(parts):
                self._lengths[path] = self._lengths.get(path, 0) + 1
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
                self.places.setdefault(path, offset)
        return path

    def _pair(self, table: KeyPath) -> None:
        """Read ``key = value`` with all that is nested in the value; without recursion."""
        containers: list[tuple[str, KeyPath, int]] = []
        path = self._assignment(table)
        if path is not None:
            self._open(path, containers)
        while containers:
            closing, path, count = containers[-1]
            if self._skip(_SKIP) >= len(self.text):
                return
            character = self.text[self.at]
            if character == closing:
                self.at += 1
                containers.pop()
            elif character in ",}":
                self.at += 1
            elif closing == "]":
                containers[-1] = (closing, path, count + 1)
                self.places[*path, count] = self.at
                self._open((*path, count), containers)
            elif (inner := self._assignment(path)) is not None:
                self._open(inner, containers)
            else:
                self.at += 1

    def _assignment(self, base: KeyPath) -> KeyPath | None:
        """Read ``a.b =`` and record its parts; None where none stands here."""
        parts = self._key()
        path = base
        for part, offset in parts:
            path = (*path, part)
            self.places.setdefault(path, offset)
        if not parts or not self.text.startswith("=", self._skip(_BLANK)):
            return None
        self.at += 1
        self._skip(_BLANK)
        return path

    def _open(self, path: KeyPath, containers: list[tuple[str, KeyPath, int]]) -> None:
        """Read a scalar, or enter an array or inline table."""
        closing = {"[": "]", "{": "}"}.get(self.text[self.at : self.at + 1])
        if closing:
            if len(containers) >= MAX_DEPTH:
                raise TooDeepError(self.at)
            containers.append((closing, path, 0))
            self.at += 1
        else:
            self._skip(_SCALAR)


def _unquote(key: str) -> str:
    """The name that a key stands for."""
    if key[0] == "'" or (key[0] == '"' and "\\" not in key):
        return key[1:-1]
    if key[0] != '"':
        return key
    try:
        return str(tomllib.loads(f"key = {key}")["key"])
    except tomllib.TOMLDecodeError:
        return key[1:-1]
