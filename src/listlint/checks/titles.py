"""Entries as the rules on titles compare them: the title as it is read, the first author, the years."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.checks.api import Finding, Related
from listlint.checks.links import shorten
from listlint.checks.works import Listed, Repeats, Works, same_work
from listlint.model.nodes import Role
from listlint.model.patterns import lazy
from listlint.model.span import Span
from listlint.text.authors import first_people, split_names
from listlint.text.identity import arxiv_id
from listlint.text.latex import fold_title
from listlint.text.metadata import without_urls
from listlint.text.roles import role_of
from listlint.text.titles import LONGEST
from listlint.text.urls import split
from listlint.text.works import is_paper

if TYPE_CHECKING:
    from collections.abc import Iterable

_YEAR = lazy(r"(?<![\d.])(?:19|20)\d\d(?![\d.]*\d)")
_SHORT_YEAR = lazy(r"(?<=['’])\d\d(?!\d)")
_WORDS, _LETTERS = 3, 12
"""Words from which a text is a title and not a label; letters, where a script has no spaces."""
_REMARK = lazy(r"\s*+(?:\([^()]*\d\d[^()]*\)|\[[^\[\]]*+\])[\s.]*+\Z")
"""A venue, a year or a mark in brackets behind a title."""
_CLOSING = (")", "]")
_DOCUMENTS = frozenset({Role.PAPER, Role.PDF})
_HEAD = 2_000
"""The part of an entry that is read."""


class Titled(Struct, frozen=True, eq=False, dict=True):
    """An entry with a title that can be compared. ``words`` are those of the title, folded and in order."""

    listed: Listed
    words: tuple[str, ...]

    @cached_property
    def word_set(self) -> frozenset[str]:
        """The words, each once."""
        return frozenset(self.words)

    @cached_property
    def key(self) -> str:
        """The title without case, punctuation and white space."""
        return "".join(self.words)

    @cached_property
    def _head(self) -> str:
        """What stands beside the title, URLs blanked out."""
        document, entry = self.listed.document, self.listed.entry
        start, end = entry.head.start, min(entry.head.end, entry.head.start + _HEAD)
        title = entry.title.span if entry.title else Span(start, start)
        cut = min(max(title.start, start), end), min(max(title.end, start), end)
        return without_urls(document.text[start : cut[0]] + " " * (cut[1] - cut[0]) + document.text[cut[1] : end])

    @cached_property
    def author(self) -> str:
        """The family name of the first author, folded; "" where it is not known."""
        entry = self.listed.entry
        if entry.bib:
            value = next((field.value for field in entry.bib[0].fields if field.name.casefold() == "author"), "")
            names = split_names(value.strip('{}"'))
            if names:
                return fold_title(names[0].family)
        people = first_people(self._head)
        if people is None or not people.names:
            return fold_title(entry.authors.text) if entry.authors else ""
        return fold_title(people.names[0].family)

    @cached_property
    def years(self) -> frozenset[int]:
        """The years that the entry names, its title apart, and that of an arXiv number."""
        entry = self.listed.entry
        text = self._head
        years = {int(year) for year in _YEAR.findall(text)}
        years |= {2000 + int(year) for year in _SHORT_YEAR.findall(text)}
        for one in entry.bib[:1]:
            value = next((field.value for field in one.fields if field.name.casefold() == "year"), "")
            years |= {int(year) for year in _YEAR.findall(value)}
        paper = arxiv_id(self.listed.link.target)
        if paper is not None and paper.id[0].isdigit():
            years.add(2000 + int(paper.id[:2]))
        return frozenset(years)


def titled(entries: Iterable[Listed]) -> list[Titled]:
    """Those of the entries whose titles can be compared."""
    return [one for found in entries if (one := _titled(found)) is not None]


def _titled(found: Listed) -> Titled | None:
    title = found.entry.title
    if title is None or (title.text.isascii() and title.text.isalnum()):  # one word, as most names of software are
        return None
    if not title.text or found.link.role is Role.MENTION or role_of(title.text) is not None:
        return None
    text = title.text[:LONGEST]
    if "://" in text:
        return None
    if text.rstrip(" .").endswith(_CLOSING):
        text = _REMARK.sub("", text)
    words = tuple(fold_title(text).split())
    if len(words) < _WORDS and (not words or words[0].isascii() or sum(map(len, words)) < _LETTERS):
        return None
    return Titled(found, words)


def is_document(found: Listed) -> bool:
    """Tell whether an entry leads to a text, and not to a talk, a project's page or code."""
    return (
        found.link.role in _DOCUMENTS or is_paper(found.work) or split(found.link.target).path.lower().endswith(".pdf")
    )


def agree(one: Titled, other: Titled) -> bool:
    """Tell whether the first authors of two entries are the same, or a year where nothing contradicts it."""
    if one.author and other.author:
        return one.author == other.author
    return bool(one.years & other.years)


def distinct(one: Titled, other: Titled, works: Works) -> bool:
    """Tell whether two entries lead to texts of different works, as far as their links say."""
    first, second = works.of(one.listed), works.of(other.listed)
    if not (is_document(one.listed) and is_document(other.listed)):
        return False
    return one.listed.url != other.listed.url and first is not None and second is not None and first != second


def is_twin(one: Titled, other: Titled, works: Works, repeats: Repeats) -> bool:
    """Tell whether two entries with like titles are probably one work under different identities."""
    first, second = one.listed, other.listed
    if not distinct(one, other, works) or first.entry.span.covers(second.entry.span) or not agree(one, other):
        return False
    return same_work(first, second) and not repeats.silent(first, second)


def finding(found: Titled, first: Titled, what: str) -> Finding:
    """The finding on the later of two entries, at its title."""
    title = found.listed.entry.title
    assert title is not None  # an entry without one is not compared
    return Finding(
        title.span,
        f"{shorten(' '.join(title.text.split()))!r} {what}",
        related=(Related(first.listed.place, "the earlier entry"),),
        entry=found.listed.entry,
    )
