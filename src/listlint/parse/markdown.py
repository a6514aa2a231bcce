"""Parses a source into a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.parse import blocks
from listlint.parse.bibliography import parse_bib
from listlint.parse.outline import assemble

if TYPE_CHECKING:
    from listlint.model.nodes import Document
    from listlint.model.source import Source


def parse(source: Source, *, halves: bool = False) -> Document:
    """The document of a Markdown or ``.bib`` file. Never fails: all text is Markdown.

    With ``halves`` another process may read a part of it.
    """
    if source.path.lower().endswith(".bib"):
        return parse_bib(source)
    if halves:
        from listlint.parse.halves import read_halves

        return assemble(read_halves(source))
    return assemble(blocks.read(source))
