"""Regular expressions that are compiled when they are first used.

A run needs a third of the patterns that its modules define, and compiling all of them took a quarter
of the start.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn")
_FACTS = ("pattern", "flags", "groups", "groupindex")


class _Pattern:
    """Stands in for an :class:`re.Pattern`; an attribute that is not there yet compiles it."""

    __slots__ = ("_flags", "_source", *_METHODS, *_FACTS)

    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """Compile the expression, and keep what it can do in the slots, so that this happens once."""
        if name not in _METHODS and name not in _FACTS:
            raise AttributeError(name)
        compiled = re.compile(self._source, self._flags)
        for attribute in (*_METHODS, *_FACTS):
            setattr(self, attribute, getattr(compiled, attribute))
        return getattr(compiled, name)

    def __reduce__(self) -> tuple[type[_Pattern], tuple[str, int]]:
        """Travel to another process as its source."""
        return _Pattern, (self._source, self._flags)


def lazy(source: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile(source, flags)``, put off until one of its methods is asked for.

    What is wrong with ``source`` shows only then, so it must be a constant that a test uses.
    """
    return cast("re.Pattern[str]", _Pattern(source, flags))


def find_at(places: re.Pattern[str], pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """``pattern.finditer(text)`` for a pattern that can match only where ``places`` does, and never matches nothing.

    An expression of several alternatives is tried at every character, which takes 60 ns each; one that begins with
    a set of characters finds the few at which that is worth while in a tenth of the time.
    """
    end = 0
    for place in places.finditer(text):
        start = place.start()
        if start >= end and (match := pattern.match(text, start)):
            end = match.end()
            yield match
