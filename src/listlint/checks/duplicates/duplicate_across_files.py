"""DUP005: a work that two files of the run list."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from listlint.checks import api
from listlint.checks.api import Bad, Finding, Good, Related, Rule, Severity
from listlint.checks.links import shorten
from listlint.checks.works import Listed, Works, listed
from listlint.model.nodes import Project

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listlint.checks.api import Context

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
        if self.options.scope == "file" or len(node.documents) < 2:
            return
        entries = [listed(document) for document in node.documents]
        works = Works(found for group in entries for found in group)
        by_file = [_first_of_each(works, group) for group in entries]
        versions = _versions(by_file)
        first: dict[str, list[tuple[int, Listed]]] = {}
        for number, names in enumerate(by_file):
            for name, found in names.items():
                known = first.setdefault(name, [])
                before = next((listed for other, listed in known if versions[other] != versions[number]), None)
                if len(known) < 2 and all(versions[other] != versions[number] for other, _ in known):
                    known.append((number, found))
                if before is not None:
                    yield _finding(found, before)


def _first_of_each(works: Works, entries: Sequence[Listed]) -> dict[str, Listed]:
    """The first entry of a file for each of its works."""
    names: dict[str, Listed] = {}
    for found in entries:
        name = works.of(found)
        if name is not None:
            names.setdefault(name, found)
    return names


def _versions(by_file: Sequence[Mapping[str, Listed]]) -> list[int]:
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


def _finding(found: Listed, before: Listed) -> Finding:
    return Finding(
        found.place,
        f"{shorten(found.link.url)} is already listed in {before.document.path}",
        related=(Related(before.place, "listed here first", path=before.document.path),),
        entry=found.entry,
        document=found.document,
    )
