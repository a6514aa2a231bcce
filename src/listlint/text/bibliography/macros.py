"""The macros of a run: each reference sees the ``@string`` of its own file, else that of another."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from listlint.text.bibliography.gather import string_at
from listlint.text.bibliography.read_bibtex import MONTHS, expand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from listlint.model.nodes import Document

_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_STANDARD = dict(zip(MONTHS, _NAMES, strict=True))


class Macros:
    """The text of every macro, by the place that uses it.

    As in BibTeX, a definition holds from where it stands, and may use those before it; broken
    ones are none. Several files are read as one bibliography, so what a file does not
    define is taken from the first that does.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self._own: dict[str, dict[str, list[tuple[int, str]]]] = {}
        self._any: dict[str, str] = {}
        documents = tuple(documents)
        # Twice, so that a definition may use one of a file that comes later.
        for _ in range(2):
            known: dict[str, str] = {}
            for document in documents:
                self._read(document, known)
            self._any = known

    def _read(self, document: Document, known: dict[str, str]) -> None:
        own = self._own[document.path] = {}
        for block in document.bib:
            broken = {string_at(block, problem.span.start) for problem in block.problems}
            for string in block.strings:
                if string in broken:
                    continue
                at = string.span.start
                text = expand(string, self.at(document, at))
                own.setdefault(string.name.lower(), []).append((at, text))
                known.setdefault(string.name.lower(), text)

    def at(self, document: Document, offset: int) -> Callable[[str], str | None]:
        """A function from names in lower case to texts, as they hold at a place; months included."""
        own = self._own.get(document.path, {})

        def look(name: str) -> str | None:
            known = own.get(name)
            if known:
                index = bisect_left(known, (offset, "")) - 1
                return known[max(0, index)][1]
            return self._any.get(name) or _STANDARD.get(name)

        return look
