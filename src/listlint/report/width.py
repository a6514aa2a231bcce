"""How many columns text takes on a terminal.

Wide and full-width characters take two (UAX #11), combining marks and joiners none. A sequence
of emoji (UTS #51: skin tones, zero-width joiners, U+FE0F) takes two, as terminals that know
them draw it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from listlint.model.patterns import lazy

_JOINER = "\u200d"
_EMOJI_STYLE = "\ufe0f"
_BEYOND_ASCII = lazy(r"[^\x00-\x7f]++[\x00-\x7f]?")
"""With the character behind, which a joiner may take in."""


@lru_cache(maxsize=4096)
def _width(character: str) -> int:
    code = ord(character)
    if unicodedata.category(character) in {"Mn", "Me", "Cf"} and code != 0xAD:
        return 0
    if 0x1160 <= code <= 0x11FF:  # vowels and finals of Hangul combine with the initial before them
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def widths(text: str) -> list[int]:
    """Columns of each code point, given those before it; text must be sanitised."""
    if text.isascii():
        return [1] * len(text)
    found = [1] * len(text)
    base = -1
    for run in _BEYOND_ASCII.finditer(text):
        start = run.start()
        if start and found[start - 1]:
            base = start - 1
        for index in range(start, run.end()):
            character = text[index]
            width = _width(character)
            joined = index and text[index - 1] == _JOINER and base >= 0 and found[base] == 2
            toned = "\U0001f3fb" <= character <= "\U0001f3ff" and base >= 0 and found[base] == 2 and base == index - 1
            if character == _EMOJI_STYLE and base >= 0 and found[base] == 1 and not text[base].isalpha():
                found[base] = 2
            if joined or toned:
                width = 0
            elif width:
                base = index
            found[index] = width
    return found


def width(text: str) -> int:
    """Columns of the whole text."""
    return len(text) if text.isascii() else sum(widths(text))


def fit(text: str, columns: int, mark: str = "…") -> str:
    """Text cut to ``columns``, with ``mark`` at its end if something was cut."""
    if len(text) <= columns and width(text) <= columns:
        return text
    room, end = columns - width(mark), 0
    for taken in widths(text[: 4 * columns + 4]):
        if taken > room:
            break
        room -= taken
        end += 1
    return text[:end].rstrip() + mark if columns > 0 else ""


def pad(text: str, columns: int) -> str:
    """Text filled with blanks up to ``columns``."""
    return text + " " * (columns - width(text))
