"""GitHub's heading anchors.

GitHub does not publish the algorithm. This is the behaviour of its renderer as html-pipeline's
table-of-contents filter and the npm package github-slugger (2.0) describe it: lower case, then
everything removed but Unicode word characters (alphabetic characters, marks, decimal digits,
connector punctuation), ``-`` and the plain space, then each space turned into ``-``. Nothing is
trimmed or collapsed: ``"🚀 A & B"`` becomes ``-a--b``.
"""

from __future__ import annotations

from unicodedata import category

_WORD = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "Mn", "Mc", "Me", "Nd", "Pc"})
_ALPHABETIC_SYMBOLS = ((0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189))
"""Symbols with the property Other_Alphabetic (enclosed Latin letters), from PropList.txt."""


def _is_word(point: int) -> bool:
    kind = category(chr(point))
    return kind in _WORD or (kind == "So" and any(first <= point <= last for first, last in _ALPHABETIC_SYMBOLS))


class _Kept(dict[int, int | None]):
    """A table for :meth:`str.translate` that classifies a character when it is first met."""

    def __missing__(self, point: int) -> int | None:
        kept = point if _is_word(point) else None
        self[point] = kept
        return kept


_KEPT = _Kept({ord(" "): ord("-"), ord("-"): ord("-")})


def slug(visible_text: str) -> str:
    """The anchor that GitHub makes of a heading's visible text, before duplicates are numbered."""
    return visible_text.lower().translate(_KEPT)


class Slugger:
    """Gives each heading of one document its anchor, in document order.

    The second heading that makes ``a`` gets ``a-1``, the third ``a-2``; a number that a heading
    already has as its literal text is skipped.
    """

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def slug(self, visible_text: str) -> str:
        """The anchor of the next heading of the document."""
        base = result = slug(visible_text)
        seen = self._seen
        while result in seen:
            seen[base] += 1
            result = f"{base}-{seen[base]}"
        seen[result] = 0
        return result
