"""What rules of the awesome manifesto share: which document is a list, its title and its badge.

Source: the guidelines for lists in the repository ``sindresorhus/awesome`` (pull_request_template.md).
"""

from __future__ import annotations

from bisect import bisect_right
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from listlint.model.facts import RepositoryFiles
from listlint.model.nodes import Mask
from listlint.model.patterns import lazy
from listlint.text.urls import bare_host, in_domain, split

if TYPE_CHECKING:
    from listlint.checks.api import Context
    from listlint.model.nodes import Document, Heading, Link

FEW_ENTRIES = 5
"""A document with fewer entries is no list yet."""
_BADGE = lazy(r"(?i)/(?:badge|badge-flat2?)(?:\.svg|\.png)?\Z|/media/badge(?:-flat2?)?\.svg\Z")
_FORMER = frozenset({"archive", "archives", "archived", "old"})
"""Folders of editions that are kept as they were."""
_README = lazy(r"(?i)readme\b")
_AWESOME = lazy(r"(?i)\bawesome\b")
_OTHER_TEXT = lazy(r"(?i)\b(?:contribut\w+|code.of.conduct|security|changelog|license|template)\b")


class Badge(NamedTuple):
    """The awesome badge: its image, and the link around it if there is one."""

    image: Link
    link: Link | None


def is_list(document: Document, ctx: Context) -> bool:
    """Tell whether a document is what the manifesto speaks of.

    That is the README at the root, a file with the badge, or a README or a file at the root with a title that says
    "awesome", each with some entries. Where no git tree is known, the root is what the path is relative to.
    """
    if len(document.entries) < FEW_ENTRIES or is_former(document):
        return False
    tree = ctx.fact(RepositoryFiles) if ctx.has(RepositoryFiles) else None
    place = tree.documents.get(document.path, document.path) if tree is not None else document.path
    name = PurePosixPath(place).name
    if _OTHER_TEXT.search(name):
        return False
    at_root, readme = name == place, bool(_README.match(name))
    return (at_root and readme) or ctx.memo(_badge) is not None or ((at_root or readme) and ctx.memo(_is_named))


def is_former(document: Document) -> bool:
    """Tell whether a document lies in a folder of former editions, which nobody brushes up."""
    return not _FORMER.isdisjoint(part.lower() for part in PurePosixPath(document.path).parts[:-1])


def badge(document: Document, ctx: Context) -> Badge | None:
    """The first awesome badge of a document; that for a project named in a list is another."""
    return ctx.memo(_badge)


def _is_named(document: Document) -> bool:
    heading = title(document)
    return heading is not None and _AWESOME.search(heading.text) is not None


def title(document: Document) -> Heading | None:
    """The main heading: the first of level 1 that shows text."""
    return next((h for h in document.headings if h.level == 1 and any(char.isalpha() for char in h.text)), None)


def _badge(document: Document) -> Badge | None:
    """The first image that is the badge, or that stands in a link to the collection."""
    around: Link | None = None
    for link in document.links:
        if not link.is_image:
            around = link
            continue
        outer = around if around is not None and link.span.end <= around.span.end else None
        if is_badge_image(link.target) or (outer is not None and leads_home(outer) and _AWESOME.search(link.text)):
            return Badge(link, outer)
    return None


def leads_home(link: Link) -> bool:
    """Tell whether a link leads to the collection of awesome lists."""
    url = split(link.target)
    if in_domain(url.host, "awesome.re"):
        return True
    return bare_host(url.host) == "github.com" and url.path.rstrip("/").lower() == "/sindresorhus/awesome"


def is_badge_image(target: str) -> bool:
    """Tell whether an image is the awesome badge, wherever it is served from."""
    if "awesome" not in target:
        return False
    url = split(target)
    if in_domain(url.host, "awesome.re"):
        return url.path.startswith("/badge")
    return "sindresorhus/awesome" in url.path and bool(_BADGE.search(url.path))


def words_of(document: Document, start: int, end: int) -> str:
    """The text between two offsets without tags, comments, link targets and images."""
    pieces: list[str] = []
    at, masks = start, document.masks
    index = max(0, bisect_right(masks, start, key=lambda pair: pair[0].start) - 1)
    while index < len(masks) and masks[index][0].start < end:
        span, kind = masks[index]
        index += 1
        if span.end <= start:
            continue
        pieces.append(document.text[at : max(at, span.start)])
        if kind is Mask.CODE:
            pieces.append(document.text[max(at, span.start) : min(end, span.end)])
        at = max(at, span.end)
    pieces.append(document.text[at:end] if at < end else "")
    return "".join(pieces)
