"""What a bibliography says of one work, whatever it was read from and whatever it is written as."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from listlint.text.authors import Name


class Kind(StrEnum):
    """What a work is."""

    ARTICLE = "article"
    """in a journal"""
    PAPER = "paper"
    """in the proceedings of a conference"""
    PREPRINT = "preprint"
    BOOK = "book"
    CHAPTER = "chapter"
    THESIS = "thesis"
    REPORT = "report"
    MANUSCRIPT = "manuscript"
    PATENT = "patent"
    SOFTWARE = "software"
    DATASET = "dataset"
    VIDEO = "video"
    PAGE = "page"
    """of the web"""
    OTHER = "other"


class Person(Struct, frozen=True):
    """An author or editor: a name in parts, or ``literal`` for what has none (an institution, ``others``)."""

    family: str = ""
    given: str = ""
    particle: str = ""
    suffix: str = ""
    literal: str = ""


OTHERS = Person(literal="others")
"""Stands for the authors that are not named: ``et al.``"""


class Reference(Struct, frozen=True):
    """One work. All texts are plain, without markup and LaTeX; "" and None are what nobody said.

    ``container`` is the journal, the proceedings or the book around it; ``number`` that of a report,
    a patent or a standard. ``arxiv`` is an id without version.
    """

    kind: Kind = Kind.OTHER
    title: str = ""
    authors: tuple[Person, ...] = ()
    editors: tuple[Person, ...] = ()
    container: str = ""
    series: str = ""
    year: int | None = None
    month: int | None = None
    day: int | None = None
    volume: str = ""
    issue: str = ""
    number: str = ""
    pages: str = ""
    chapter: str = ""
    edition: str = ""
    publisher: str = ""
    place: str = ""
    genre: str = ""
    language: str = ""
    arxiv: str = ""
    doi: str = ""
    isbn: str = ""
    issn: str = ""
    pmid: str = ""
    url: str = ""
    abstract: str = ""
    note: str = ""
    remark: str = ""
    """what the list says about it"""
    keywords: tuple[str, ...] = ()


def person(name: Name) -> Person:
    """A name in parts; as a whole where its parts are not clear."""
    if name.others:
        return OTHERS
    if name.braced or not name.family or name.commas > 2:
        return Person(literal=name.text)
    return Person(name.family, name.given, name.particle, name.suffix)
