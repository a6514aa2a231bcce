"""Tells which links lead into their own document: by ``#anchor``, or by the document's full address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from listlint.model.patterns import lazy
from listlint.text.fragments import fold_anchor, fold_fragment
from listlint.text.urls import bare_host, split

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from listlint.model.nodes import Link

_FILE = lazy(r"(/[^/]++/[^/]++)(?:/-)?/(?:blob|tree)/[^/]++(?:/readme\.\w++)?(/.++)?", re.IGNORECASE)
"""The page of a file in a repository. Hosts show the README on the repository's own page too."""
_ENOUGH = 3
"""Anchors of the document that an address must name before it is taken for the document's own."""


def inward(links: Sequence[Link], anchors: Iterable[str]) -> frozenset[int]:
    """The indices of the links that lead into the document that they stand in.

    ``anchors`` are those of the document. Nothing says what its address is: it is the one whose links have
    a fragment, most of which are among these anchors.
    """
    found: set[int] = set()
    pages: dict[str, list[int]] = {}
    for index, link in enumerate(links):
        target = link.target
        if "#" not in target:
            continue
        if link.is_fragment:
            found.add(index)
        elif not link.is_image and target[:4].lower() == "http":
            pages.setdefault(_page(target), []).append(index)
    known: frozenset[str] | None = None
    for indices in pages.values():
        if len(indices) >= _ENOUGH:
            known = frozenset(map(fold_anchor, anchors)) if known is None else known
            if _is_own([split(links[index].target).fragment for index in indices], known):
                found.update(indices)
    return frozenset(found)


def _is_own(fragments: Sequence[str], known: Collection[str]) -> bool:
    """Tell whether most links to a page, and enough different ones, name an anchor of the document."""
    hits = [folded for folded in map(fold_fragment, fragments) if folded in known]
    return len(hits) * 2 > len(fragments) and len(set(hits)) >= _ENOUGH


def _page(target: str) -> str:
    """The address of a page without scheme, query and fragment, that of a README being its repository's."""
    url = split(target)
    path = url.path.rstrip("/")
    if file := _FILE.fullmatch(path):
        path = file[1] + (file[2] or "")
    return bare_host(url.host) + path.lower()
