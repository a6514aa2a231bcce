"""What the text of the venue table tells before it is loaded, which takes longer than all else on most lists."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from listlint.model.patterns import lazy
from listlint.packs.loader import builtin_folder
from listlint.packs.venue_words import (
    AMERICAN,
    BESIDE,
    LEADING,
    LEADING_STATES,
    OF_PREPRINTS,
    ORDINALS,
    SPONSORS,
    STOP,
    TRACKS,
)

if TYPE_CHECKING:
    from listlint.packs.loader import Tables

_WORD = lazy(r"[a-z]++")
_YEARS = lazy(r"\((?:[0-9]{4})?-[0-9]{4}\)")
_LONGEST = 60
"""Characters of the longest former name that is asked for."""
_BESIDE = STOP | LEADING | LEADING_STATES | ORDINALS | SPONSORS | BESIDE | OF_PREPRINTS | TRACKS.keys()
"""Words that may stand beside a name and be in no row."""


class Glance:
    """The text of the table of venues, as it stands in its files.

    Its answers are "may be" and "no": a name that it denies is in no row of the table.
    """

    def __init__(self, tables: Tables) -> None:
        # Folded as words are: without case, accents and apostrophes.
        folders = (builtin_folder() / "tables", *tables._folders)
        files = [folder / "venues.toml" for folder in folders]
        text = "\n".join([path.read_text(encoding="utf-8", errors="replace") for path in files if path.is_file()])
        if not text.isascii():
            accented = "\n".join([line for line in text.split("\n") if not line.isascii()])
            marked = unicodedata.normalize("NFKD", accented)
            text += "\n" + "".join([char for char in marked if not unicodedata.combining(char)])
        self._text = text.lower().replace("'", "").replace("’", "")
        self._former: frozenset[str] | None = None

    def may_know(self, name: str) -> bool:
        """Tell whether a name of ASCII letters and marks, with a year or without, may be that of a venue."""
        words = _WORD.findall(name.lower())
        if any(TRACKS.get(word) == "workshop" for word in words):
            return True  # whose other words may be anything
        return all(word in _BESIDE or self._has(word) for word in words)

    def _has(self, word: str) -> bool:
        """Tell whether a word, or that of whose workshops it is the acronym, may be in a row."""
        if word in self._text or (word[-1] == "w" and word[:-1] in self._text):
            return True
        return word in AMERICAN or word.endswith("ization")  # which a row may spell otherwise

    def may_be_former(self, name: str) -> bool:
        """Tell whether a name may be one that a venue has no more."""
        if self._former is None:
            starts = [match.start() for match in _YEARS.finditer(self._text)]
            parts = [self._text[max(0, start - _LONGEST) : start].replace("=", "|") for start in starts]
            self._former = frozenset([_folded(part.rpartition("|")[2]) for part in parts])
        return _folded(name) in self._former


def _folded(name: str) -> str:
    return "".join([char for char in name.casefold() if char.isalnum()])
