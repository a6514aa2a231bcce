"""Which identities name one work: the schemes of papers, and what ties two identities together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from listlint.model.patterns import lazy
from listlint.text.identity import identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.model.nodes import BibEntry

PAPERS = frozenset(
    {
        "acl", "acm", "arxiv", "citeseerx", "cvf", "doi", "ieee", "jmlr", "neurips", "openreview", "pii", "pmcid",
        "pmid", "pmlr", "s2", "ssrn",
    }
)  # fmt: skip
"""Schemes of identities that name a paper."""
REPOSITORIES = frozenset({"github", "gitlab", "bitbucket", "codeberg"})
"""Schemes of identities that name a repository of code."""
_ARXIV_IN_TEXT = lazy(r"arXiv:\s?(\d{4}\.\d{4,5}|[a-z.-]{2,19}/\d{7})", re.IGNORECASE | re.ASCII)


def scheme(work: str) -> str:
    """The first part of an identity: ``arxiv``, ``doi``, ``url`` …"""
    return work.partition(":")[0]


def is_paper(work: str | None) -> bool:
    """Tell whether an identity is that of a paper."""
    return work is not None and scheme(work) in PAPERS


def is_repository(work: str | None) -> bool:
    """Tell whether an identity is that of a repository of code."""
    return work is not None and scheme(work) in REPOSITORIES


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
        if found is not None and scheme(found) in PAPERS:
            yield found


class Ties:
    """Names in groups that grow together: a union of disjoint sets."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def tie(self, one: str, other: str) -> None:
        """Make the groups of two names one, called after that of ``one``."""
        self._parent[self.root(other)] = self.root(one)

    def root(self, name: str) -> str:
        """The one name that stands for the group of ``name``; itself where nothing is tied to it."""
        parent = self._parent.setdefault(name, name)
        while parent != name:
            # Path halving keeps the chains short.
            self._parent[name] = parent = self._parent[parent]
            name, parent = parent, self._parent[parent]
        return name
