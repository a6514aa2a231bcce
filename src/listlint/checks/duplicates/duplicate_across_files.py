"""DUP005: a work that two files of the run list."""

from __future__ import annotations

from collections import Counter
from itertools import chain, combinations
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import msgspec

from listlint.checks import api
from listlint.checks.api import Bad, Finding, Good, Related, Rule, Severity, Site, Span
from listlint.checks.links import shorten
from listlint.checks.works import listed
from listlint.model.nodes import Project
from listlint.text.works import Ties

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listlint.checks.api import Context
    from listlint.model.nodes import Document
    from listlint.model.source import Source

_COPY_MINIMUM, _COPY_SHARE = 10, 0.5
"""Works of the smaller file, and the part of them in the other, that make two files one list."""
_MOST_FILES = 40
"""A work in more files than this says nothing about which of them are copies."""


class DuplicateAcrossFiles(Rule[Project]):
    """Two files of the run list the same work.

    A list that is spread over several files is still one list to its reader. The later file, by path, is
    the one reported. `scope = "file"` switches the comparison off.

    Files that share half of their works are versions of one list (translations, an archive) and are
    not compared. What repeats within a file is left to DUP001 and DUP002.

    It is off by default: lists that are spread over files mostly repeat works on purpose.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        scope: Annotated[
            Literal["file", "repository"],
            msgspec.Meta(
                description="Compare the files of a run with each other (`repository`) or not at all (`file`)."
            ),
        ] = "repository"

    code, name = "DUP005", "duplicate-across-files"
    severity = Severity.INFO
    valid = (
        "- [A](https://a.dev) - One.\n- [B](https://b.dev) - Two.\n- [A](https://a.dev) - In the same file.\n",
        Good("- [A](https://a.dev) - One.\n", others={"A.md": "- [B](https://b.dev) - Two.\n"}),
        Good("- [A](https://a.dev) - One.\n", options={"scope": "file"}, others={"A.md": "- [A](https://a.dev)\n"}),
        # A file is reported where a file before it, by path, has the work; not the other way round.
        Good("- [A](https://a.dev) - One.\n", others={"Z.md": "- [A](https://a.dev) - Again.\n"}),
    )
    invalid = (
        Bad("- [A](⟦https://a.dev⟧) - One.\n", others={"A.md": "- [A](http://www.a.dev/) - Before.\n"}),
        Bad(
            "- [A](⟦https://arxiv.org/pdf/1706.03762⟧)\n",
            others={"A.md": "- [B](https://arxiv.org/abs/1706.03762v2)\n"},
        ),
    )

    def check(self, node: Project, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for the first entry of a file whose work an earlier file has."""
        if self.options.scope == "file" or len(node.digests) < 2:
            return
        digests: tuple[tuple[_Work, ...], ...] = node.digests
        ties = Ties()
        for found in chain.from_iterable(digests):
            for other in found.also:
                ties.tie(found.work, other)
        by_file = [_first_of_each(ties, works) for works in digests]
        versions = _versions(by_file)
        first: dict[str, list[tuple[int, _Work]]] = {}
        for number, names in enumerate(by_file):
            for name, found in names.items():
                known = first.setdefault(name, [])
                before = next(((at, work) for at, work in known if versions[at] != versions[number]), None)
                if len(known) < 2 and all(versions[other] != versions[number] for other, _ in known):
                    known.append((number, found))
                if before is not None:
                    at, work = before
                    yield _finding(node.sources[number], found, node.sources[at].path, work)

    def digest(self, document: Document, ctx: Context) -> tuple[_Work, ...]:
        """The works of a file, each where it is listed first."""
        known: set[str] = set()
        works = []
        for found in listed(document):
            if found.work is not None and (found.work not in known or found.also):
                known.add(found.work)
                start, end = found.place
                context = document.context_at(start)
                works.append(_Work(found.work, found.also, start, end, found.link.url, context))
        return tuple(works)


class _Work(NamedTuple):
    """An entry for a work: which it is, and where it stands."""

    work: str
    also: tuple[str, ...]
    start: int
    end: int
    url: str
    context: str


def _first_of_each(ties: Ties, works: Sequence[_Work]) -> dict[str, _Work]:
    """The first entry of a file for each of its works."""
    names: dict[str, _Work] = {}
    for found in works:
        names.setdefault(ties.root(found.work), found)
    return names


def _versions(by_file: Sequence[Mapping[str, _Work]]) -> list[int]:
    """For each file the number of the first file that it is a version of (its own, if of none)."""
    holders: dict[str, list[int]] = {}
    for number, names in enumerate(by_file):
        for name in names:
            holders.setdefault(name, []).append(number)
    shared = Counter(pair for files in holders.values() if len(files) <= _MOST_FILES for pair in combinations(files, 2))
    version = list(range(len(by_file)))
    for (one, other), count in sorted(shared.items()):
        smaller = min(len(by_file[one]), len(by_file[other]))
        if smaller >= _COPY_MINIMUM and count >= _COPY_SHARE * smaller:
            old, new = sorted((version[one], version[other]), reverse=True)
            version = [new if number == old else number for number in version]
    return version


def _finding(source: Source, found: _Work, path: str, before: _Work) -> Finding:
    return Finding(
        Span(found.start, found.end),
        f"{shorten(found.url)} is already listed in {path}",
        related=(Related(Span(before.start, before.end), "listed here first", path=path),),
        source=source,
        site=Site(found.work, "", found.context),
    )
