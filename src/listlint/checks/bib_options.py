"""The option that rules on BibTeX share: which dialect a list writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from listlint.checks.api import Options
from listlint.packs.bibtex import BibTable, Dialect, DialectName

if TYPE_CHECKING:
    from listlint.checks.api import Context
    from listlint.model.nodes import BibEntry, Document

_SIGNS = frozenset({"eventtitle", "eprintclass", "journaltitle", "langid", "maintitle", "origdate", "xdata"})
"""Fields that BibLaTeX alone reads, and that nobody adds to an entry for BibTeX."""


class DialectOptions(Options, frozen=True, kw_only=True):
    """What can be set."""

    dialect: Annotated[
        DialectName, msgspec.Meta(description="Whose types and fields count: those of BibTeX or those of BibLaTeX.")
    ] = "bibtex"

    def known(self, ctx: Context) -> Dialect:
        """What the dialect knows."""
        return bib_table(ctx).dialect(self.dialect)


def bib_table(ctx: Context) -> BibTable:
    """The table of types and fields."""
    return ctx.tables.get("bibtex", BibTable)


def writes_biblatex(document: Document) -> bool:
    """Tell whether any reference has a field that only BibLaTeX reads. Use it through ``ctx.memo``."""
    return any(_is_biblatex(entry) for block in document.bib for entry in block.entries)


def _is_biblatex(entry: BibEntry) -> bool:
    names = {one.name.lower() for one in entry.fields}
    return not names.isdisjoint(_SIGNS) or ("date" in names and "year" not in names)
