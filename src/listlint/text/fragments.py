"""What the part after ``#`` of a link means on GitHub, and which anchor was probably meant.

GitHub's pages look a fragment up by script: percent-encoding is decoded, case does not count,
and the ``user-content-`` that its sanitiser puts before every id may stand there or not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PREFIX = "user-content-"
_PAGE = frozenset(
    {"", "top", "readme", "start-of-content", "repo-content-pjax-container", "js-repo-pjax-container"}
    | {"repository-container-header"}
)
"""Fragments of the page around the document."""
_SPECIAL = lazy(r"l\d+(?:c\d+)?(?:-l?\d+(?:c\d+)?)?|[/!].*|:~:.*|.*:~:text=.*", re.DOTALL)
"""Lines of a file, routes of a script, text fragments; for folded fragments."""
_DIGITS = lazy(r"\d+")
_NUMBERED = lazy(r"-\d+\Z")
_WORDS = lazy(r"[\W_]+")
MAX_DISTANCE = 2
_LETTERS_AN_EDIT = 4
"""In a shorter anchor anything is within two edits of something else."""
_MAX_COMPARISONS = 1_000_000


def fold_fragment(fragment: str) -> str:
    """A fragment (without ``#``) as GitHub compares it with an anchor."""
    return unquote(fragment, errors="replace").lower().removeprefix(_PREFIX)


def fold_anchor(anchor: str) -> str:
    """An anchor in the form that :func:`fold_fragment` gives to what points to it."""
    return anchor.lower().removeprefix(_PREFIX)


def needs_no_anchor(folded: str) -> bool:
    """Tell whether a folded fragment leads somewhere in any document (``#``, ``#top``, ``#L10``)."""
    return folded in _PAGE or _SPECIAL.fullmatch(folded) is not None


class Anchors:
    """The anchors of one document, ready to be asked many times.

    ``loose`` compares letters and digits alone, without a number in front: for documents that a
    site generator renders, each of which has an anchor algorithm of its own. ``padded`` are
    anchors with any number of hyphens at both ends, for the white space around an image.
    """

    def __init__(self, anchors: Iterable[str], *, padded: Iterable[str] = (), loose: bool = False) -> None:
        self._known = {fold_anchor(anchor) for anchor in anchors}
        self._padded = {fold_anchor(anchor).strip("-") for anchor in padded}
        self._loose = {_squeeze(anchor) for anchor in self._known} if loose else frozenset[str]()

    def resolves(self, fragment: str) -> bool:
        """Tell whether ``fragment`` (without ``#``, as written) leads somewhere."""
        folded = fold_fragment(fragment)
        if folded in self._known or needs_no_anchor(folded) or folded.strip("-") in self._padded:
            return True
        return bool(self._loose) and _squeeze(folded) in self._loose


def _squeeze(anchor: str) -> str:
    letters = _WORDS.sub("", anchor)
    return letters.lstrip("0123456789") or letters


class Nearest:
    """Finds the one anchor that a broken fragment was probably meant to be."""

    def __init__(self, anchors: Iterable[str]) -> None:
        self._anchors: Sequence[str] = tuple(dict.fromkeys(anchors))
        self._left = _MAX_COMPARISONS
        self._memo: dict[str, str | None] = {}

    def find(self, fragment: str) -> str | None:
        """The anchor within two edits of ``fragment``, or None if there is none or several.

        Anchors whose numbers differ (``icml-2019``, ``icml-2020``) are never taken for each
        other, but for a number of a repeated heading (``a-1``) that is not repeated any more.
        One edit in less than four letters is too much.
        """
        folded = fold_fragment(fragment)
        if folded not in self._memo:
            self._memo[folded] = self._search(folded)
        return self._memo[folded]

    def _search(self, folded: str) -> str | None:
        from rapidfuzz.distance import Levenshtein  # here, for few documents need it

        if self._left < len(self._anchors):
            return None
        self._left -= len(self._anchors)
        near = []
        for anchor in self._anchors:
            if abs(len(anchor) - len(folded)) > MAX_DISTANCE:
                continue
            distance = Levenshtein.distance(folded, anchor, score_cutoff=MAX_DISTANCE)
            if distance <= MAX_DISTANCE:
                near.append((anchor, distance))
        if len(near) != 1:
            return None
        [(anchor, distance)] = near
        if _NUMBERED.sub("", folded) == anchor:
            return anchor
        alike = distance * _LETTERS_AN_EDIT <= len(folded) and _DIGITS.findall(anchor) == _DIGITS.findall(folded)
        return anchor if alike else None
