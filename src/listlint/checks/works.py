"""Which entries name the same work: shared by the rules on duplicates."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from listlint.model.nodes import Role
from listlint.text.identity import identity
from listlint.text.urls import normal_form, parameters, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from listlint.model.nodes import BibEntry, Document, Entry, Link
    from listlint.model.span import Span

PAPERS = frozenset(
    {
        "acl", "acm", "arxiv", "citeseerx", "cvf", "doi", "ieee", "jmlr", "neurips", "openreview", "pii", "pmcid",
        "pmid", "pmlr", "s2", "ssrn",
    }
)  # fmt: skip
"""Schemes of identities that name a paper."""
_NO_ENTRY = frozenset({Role.TOC, Role.BADGE, Role.NAVIGATION, Role.IMAGE})
_WORKS = frozenset({Role.TITLE, Role.PAPER, Role.PDF, Role.BOOK, Role.HERE})
"""Roles of links that are a work; others belong to one, which the entry's title names."""
_LABEL_URLS = 4
"""Places from which one title is a label."""
_ARXIV_IN_TEXT = re.compile(r"arXiv:\s?(\d{4}\.\d{4,5}|[a-z.-]{2,19}/\d{7})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """An entry that leads somewhere, and where to.

    ``url`` is the normal form of its primary link, ``work`` that link's identity (None for
    a file of the repository), ``also`` further identities of the same work that its BibTeX gives.
    """

    document: Document
    entry: Entry
    link: Link
    url: str
    work: str | None
    also: tuple[str, ...]

    @property
    def title(self) -> str:
        """The entry's title, "" if it has none."""
        return self.entry.title.text if self.entry.title else ""

    @property
    def place(self) -> Span:
        """The URL, or the whole link where its URL stands elsewhere."""
        return self.link.url_span if self.link.span.covers(self.link.url_span) else self.link.span


def listed(document: Document) -> list[Listed]:
    """The entries that list a work of their own, in document order.

    Left out are links into the document, and links that only belong to a work: a role word
    without a title (`[code]`), or a title that several entries share as a label ("C++ reference"
    below each of many papers).
    """
    found = [one for entry in document.entries if (one := _listed(document, entry)) is not None]
    urls: dict[str, set[str]] = defaultdict(set)
    for one in found:
        urls[fold(one.title)].add(one.url)
    return [one for one in found if one.link.role is not Role.TITLE or len(urls[fold(one.title)]) < _LABEL_URLS]


def fold(title: str) -> str:
    """A title without case, punctuation and white space."""
    return "".join(char for char in title.casefold() if char.isalnum())


def _listed(document: Document, entry: Entry) -> Listed | None:
    link = entry.primary
    if link is None or link.is_fragment or link.is_image or not link.target or link.role in _NO_ENTRY:
        return None
    if link.role not in _WORKS and not (entry.title and entry.title.text):
        return None
    work = entry.identity
    paper = work is not None and work.partition(":")[0] in PAPERS
    also = tuple(bib_identities(entry.bib[0])) if paper and len(entry.bib) == 1 else ()
    return Listed(document, entry, link, normal_form(link.target), work, also)


def bib_identities(entry: BibEntry) -> Iterator[str]:
    """The identities of a paper that its BibTeX entry names: DOI, arXiv number, URL of an archive."""
    values = {field.name.casefold(): field.value.strip().strip('{}"').strip() for field in entry.fields}
    doi = values.get("doi", "")
    eprint = values.get("eprint", "")
    prefix = values.get("archiveprefix", values.get("eprinttype", "arxiv")).casefold()
    in_text = _ARXIV_IN_TEXT.search(values.get("journal", "") or values.get("note", ""))
    candidates = (
        doi if "//" in doi else f"doi:{doi}",
        f"arxiv:{eprint}" if prefix == "arxiv" and eprint else "",
        f"arxiv:{in_text[1]}" if in_text else "",
        values.get("url", ""),
    )
    for candidate in candidates:
        found = identity(candidate)
        if found is not None and found.partition(":")[0] in PAPERS:
            yield found


class Works:
    """Groups entries by work; identities that one BibTeX entry ties together are one."""

    def __init__(self, entries: Iterable[Listed]) -> None:
        self._parent: dict[str, str] = {}
        for found in entries:
            for other in found.also:
                if found.work is not None:
                    self._parent[self._root(other)] = self._root(found.work)

    def of(self, found: Listed) -> str | None:
        """The one name of the work that an entry leads to."""
        return None if found.work is None else self._root(found.work)

    def _root(self, name: str) -> str:
        parent = self._parent.setdefault(name, name)
        while parent != name:
            # Path halving keeps the chains short.
            self._parent[name] = parent = self._parent[parent]
            name, parent = parent, self._parent[parent]
        return name


def parent_entries(document: Document) -> dict[int, Entry | None]:
    """The entry or item around each entry, by ``id`` of the entry."""
    around: dict[int, Entry | None] = {}
    stack: list[Entry] = []
    for entry in document.entries:
        while stack and stack[-1].span.end <= entry.span.start:
            stack.pop()
        around[id(entry)] = stack[-1] if stack else None
        stack.append(entry)
    return around


def anchor(target: str) -> str:
    """The place inside a work that a URL opens: a fragment, or a time of a video; "" for the whole."""
    url = split(target)
    fragment = url.fragment.partition(":~:")[0]
    if fragment.casefold() not in {"", "readme", "readme-ov-file"}:
        return "#" + fragment
    return next((value for name, value in parameters(url.query) if name in {"t", "start"}), "")


def distinct_anchors(one: Listed, other: Listed) -> bool:
    """Tell whether two links open different places in one work."""
    first, second = anchor(one.link.target), anchor(other.link.target)
    return bool(first and second and first != second)
