"""Characters that nobody sees: which of them a script needs, and what is left when they go.

Sources: the Unicode Standard, chapter 23 (format characters) and chapter 12 (joiners in the
scripts of India); UTS #51 (emoji sequences); UAX #14 (zero width space as a line break in
scripts that are written without spaces).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from listlint.model.edit import Applicability, May
from listlint.model.patterns import lazy
from listlint.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RIGHT_TO_LEFT", "called", "removal", "stray_runs", "visible"]

_RUN = lazy("[\u00ad\u180e\u200b-\u200f\u2060-\u2064\U000e0020-\U000e007f]+")
_EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_ARABIC = "\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc\U00010d00-\U00010d3f\U0001e900-\U0001eeff"
"""Arabic with its neighbours that join letters: Syriac, N'Ko, Mandaic, Adlam …"""
_INDIC = "\u0900-\u0dff\u0f00-\u109f\u1700-\u17ff\u1900-\u1c7f\ua800-\uabff\U00011000-\U00011fff"
"""The scripts of South and South-East Asia, in which joiners choose a letter's form."""
_SPACELESS = "\u0e00-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\ua9e0-\ua9ff\uaa60-\uaadf"
"""Thai, Lao, Tibetan, Burmese, Khmer, Tai: no spaces between words."""
_MONGOLIAN = "\u1800-\u18af"

RIGHT_TO_LEFT = lazy("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""A letter of a script that runs from right to left."""
_NEEDED_BY = {
    "\u180e": lazy(f"[{_MONGOLIAN}]"),
    "\u200b": lazy(f"[{_SPACELESS}]"),
    "\u200c": lazy(f"[{_ARABIC}{_INDIC}{_MONGOLIAN}]"),
    "\u200d": lazy(f"[{_ARABIC}{_INDIC}{_MONGOLIAN}]"),
}
_PICTURE = lazy(f"[{_EMOJI}]")
_MODIFIERS = "\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_LOOK = 4
"""Markup that may stand between a joiner and its letter, in characters."""
_BRITTLE = frozenset("*_~`<>!\\&#|@:=$^")
"""Characters of Markdown whose neighbours decide what they mean."""
_WINDOW = 80
"""How far back the start of a line is looked for, in characters."""
_STARTS = lazy(r"(?i)https?|://|www\.|\]\(")
_CONTENT = lazy(r"[^\s>*+.)\-\d]")
"""What no list marker or quote mark is made of."""
_NAMES = {
    "\u00ad": "soft hyphen",
    "\u200c": "zero width non-joiner",
    "\u200d": "zero width joiner",
    "\ufeff": "byte order mark",
    "\x08": "backspace",
    "\x1b": "escape",
    "\x00": "null",
    "\x7f": "delete",
    "\x0b": "line tabulation",
    "\x0c": "form feed",
}


def called(char: str) -> str:
    """A character's name for messages: ``"zero width space (U+200B)"``."""
    name = _NAMES.get(char) or unicodedata.name(char, "").lower()
    return f"{name} (U+{ord(char):04X})" if name else f"U+{ord(char):04X}"


def may_hold_stray(alphabet: str) -> bool:
    """Tell whether a text made of these code points can have anything for :func:`stray_runs`."""
    return bool(_RUN.search(alphabet))


def stray_runs(text: str, alphabet: str) -> Iterator[Span]:
    """The runs of invisible characters that no script or emoji around them needs, in order.

    ``alphabet`` holds each code point of the text. Controls, byte order marks and bidi embeddings are no business of
    this function.
    """
    for start, end in _runs(text, alphabet):
        before, after = text[max(0, start - _LOOK) : start], text[end : end + _LOOK]
        open_at: int | None = None
        for offset in range(start, end):
            stray = _is_stray(text, offset, start, before, after)
            if stray and open_at is None:
                open_at = offset
            elif not stray and open_at is not None:
                yield Span(open_at, offset)
                open_at = None
        if open_at is not None:
            yield Span(open_at, end)


def _runs(text: str, alphabet: str) -> Iterator[tuple[int, int]]:
    """Where invisible characters stand; looking for the one or two that occur is faster than for all there are."""
    occurring = "".join(_RUN.findall(alphabet))
    for match in re.finditer(f"[{occurring}]+", text) if occurring else ():
        yield match.span()


def _is_stray(text: str, offset: int, start: int, before: str, after: str) -> bool:
    char = text[offset]
    if char in "\u200e\u200f":
        return not _line_is_right_to_left(text, offset)
    if char >= "\U000e0020":
        return text[start - 1 : start] != "\U0001f3f4"
    needed = _NEEDED_BY.get(char)
    if needed is None:
        return True
    if needed.search(before + after):
        return False
    return char != "\u200d" or not _joins_emoji(before, after)


def _joins_emoji(before: str, after: str) -> bool:
    return bool(_PICTURE.match(before.rstrip(_MODIFIERS)[-1:]) and _PICTURE.match(after[:1]))


def _line_is_right_to_left(text: str, offset: int) -> bool:
    """Tell whether the line, or what of it is near, has right-to-left text."""
    start = max(text.rfind("\n", 0, offset) + 1, offset - 500)
    end = text.find("\n", offset, offset + 500)
    return bool(RIGHT_TO_LEFT.search(text, start, end if end >= 0 else offset + 500))


def removal(text: str, span: Span) -> tuple[Applicability, May]:
    """How safe it is to delete ``span`` from Markdown, and what that may change.

    Deleting a character that nobody sees changes nothing but text, unless it was what kept
    markup from being markup: at the start of a line, beside emphasis, between ``]`` and ``(``.
    """
    window = max(0, span.start - _WINDOW)
    line = text.rfind("\n", window, span.start) + 1 or window
    before, after = text[line : span.start], text[span.end : span.end + 8]
    previous, following = before[-1:], after[:1]
    leads = not _CONTENT.search(before)
    brittle = (
        previous in _BRITTLE
        or following in _BRITTLE
        or (previous == "]" and following in "([:")
        or after.lower().startswith(("http", "www."))
        or _is_joint(before[-8:], after)
        or (leads and not (following.isalpha() or following == "["))
    )
    if previous and following and not brittle:
        return Applicability.SAFE, May.TEXT
    if following in {"", "\n"} and not leads and not brittle:
        return Applicability.SAFE, May.TEXT
    return Applicability.UNSAFE, May.TEXT | May.URL | May.BLOCKS


def _is_joint(before: str, after: str) -> bool:
    """Tell whether the two make the start of a URL or of a link's destination together."""
    return any(found.start() < len(before) < found.end() for found in _STARTS.finditer(before + after))


def visible(text: str) -> str:
    """A text for a message: characters that nobody sees are written as ``U+200B``."""
    return "".join(f"U+{ord(char):04X}" if _is_unseen(char) else char for char in text)


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} or (char.isspace() and char != " ")
