"""Measures how much of each list the parser understands: the share of its links that belong to an entry.

Links that are no part of a list's content do not count: images, badges, the table of contents and other
links into the document, navigation. Prose has links, too, so that no list need reach 100 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.model.nodes import Role
from listlint.model.source import Source
from listlint.parse.markdown import parse
from listlint.report.sanitise import sanitise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from listlint.model.nodes import Document, Link

ENOUGH = 0.9
"""Share below which somebody should read the list."""
_SUFFIXES = frozenset({".md", ".markdown"})
_NO_CONTENT = frozenset({Role.IMAGE, Role.BADGE, Role.TOC, Role.NAVIGATION})


class Coverage(Struct, frozen=True):
    """How many content links a list has, and those of them that belong to no entry."""

    path: str
    """relative to the corpus"""
    links: int
    outside: tuple[tuple[int, str], ...]
    """(line from 1, the link as written) of each"""

    @property
    def inside(self) -> int:
        """Links that belong to an entry."""
        return self.links - len(self.outside)

    @property
    def share(self) -> float:
        """Share of the links that belong to an entry, from 0 to 1; 1 where there is none."""
        return self.inside / self.links if self.links else 1.0


def content_links(document: Document) -> Iterator[Link]:
    """The links that a reader of the list may follow to a work."""
    for link in document.links:
        if not link.is_image and not link.is_fragment and link.role not in _NO_CONTENT:
            yield link


def coverage(document: Document, path: str) -> Coverage:
    """Count the content links of a document that is shown as ``path``."""
    owned = {link.span for entry in document.entries for link in entry.links}
    links = list(content_links(document))
    outside = [link for link in links if link.span not in owned]
    source = document.source
    return Coverage(
        path, len(links), tuple((source.position(link.span.start).line, source[link.span]) for link in outside)
    )


def measure(corpus: Path) -> list[Coverage]:
    """The coverage of every Markdown file of a folder, the least covered first."""
    files = sorted(path for path in corpus.rglob("*") if path.suffix.lower() in _SUFFIXES and path.is_file())
    found = []
    for path in files:
        shown = path.relative_to(corpus).as_posix()
        found.append(coverage(parse(Source.from_bytes(path.read_bytes(), shown)), shown))
    return sorted(found, key=lambda one: (one.share, -one.links, one.path))


def table(lists: Sequence[Coverage]) -> Iterator[str]:
    """The rows of a report: a list each, and the total."""
    yield " links  in entries   share  list"
    yield from map(row, lists)
    linked = [one for one in lists if one.links]
    enough = sum(one.share >= ENOUGH for one in linked)
    yield _row(sum(one.links for one in lists), sum(one.inside for one in lists), "total")
    yield f"{enough} of {len(linked)} lists with links have {ENOUGH:.0%} or more of them in entries"


def row(one: Coverage) -> str:
    """The row of a list."""
    return _row(one.links, one.inside, sanitise(one.path))


def outside(one: Coverage) -> Iterator[str]:
    """The links of a list that belong to no entry, each with its place."""
    for line, text in one.outside:
        yield f"    {sanitise(one.path)}:{line}: {sanitise(' '.join(text.split()))}"


def _row(links: int, inside: int, name: str) -> str:
    share = f"{inside / links:7.1%}" if links else "      -"
    return f"{links:6}  {inside:10} {share}  {name}"
