"""AWE005: the repository has no contributing guide."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from listlint.checks import manifesto
from listlint.checks.api import Bad, Finding, Good, Rule, Severity, Span
from listlint.model.facts import RepositoryFiles
from listlint.model.nodes import Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_GUIDE = lazy(r"(?i)contributing(?:[._-][a-z]{2}(?:[-_][a-z]{2,4})?)?(?:\.(?:md|markdown|rst|txt|adoc|org))?\Z")
_FOLDERS = ("", ".github", "docs")
_README = lazy(r"(?i)readme(?:\.[a-z]+)?\Z")
_ENTRIES = "".join(f"- [A{number}](https://a.dev/{number}) - Tool.\n" for number in range(5))


def _files(*names: str, place: str = "README.md") -> RepositoryFiles:
    files = frozenset({*names, place})
    folders = frozenset({"", *(str(PurePosixPath(name).parent) for name in names if "/" in name)})
    return RepositoryFiles(files, folders, {place: place}, {})


class ContributingFile(Rule[Document]):
    """The repository has no contributing guide, or an empty one.

    Without it nobody knows which entries a list takes and how they are to look, and each pull request begins
    with the same questions. GitHub shows the guide to everybody who opens one.

    It may lie beside the list, at the root of the repository, in `.github` or in `docs`, in any case of
    letters. The rule is silent outside a git tree, and speaks once, of the README.
    """

    code, name = "AWE005", "contributing-file"
    severity = Severity.WARNING
    needs = (RepositoryFiles,)
    valid = (
        Good(f"# Awesome A\n\n{_ENTRIES}", facts=(_files("contributing.md"),)),
        Good(f"# Awesome A\n\n{_ENTRIES}", facts=(_files(".github/CONTRIBUTING.md"),)),
        Good(f"# Awesome A\n\n{_ENTRIES}", facts=(_files("docs/Contributing.rst"),)),
        Good(f"# Awesome A\n\n{_ENTRIES}", facts=(_files(place="list.md"),), path="list.md"),
        Good("# A\n\nText.\n", facts=(_files(),)),
        Good("# Contributing\n\nText.\n", facts=(_files(place="contributing.md"),), path="contributing.md"),
        f"# Awesome A\n\n{_ENTRIES}",
    )
    invalid = (
        Bad(f"⟦# Awesome A⟧\n\n{_ENTRIES}", facts=(_files("LICENSE", "sub/contributing.md"),)),
        Bad(f"⟦## Tools⟧\n\n{_ENTRIES}", facts=(_files(),)),
        Bad("⟦⟧\n\n", facts=(_files("README.md", place=".github/contributing.md"),), path=".github/contributing.md"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield one finding: on the README's title, or at the start of an empty guide."""
        facts = ctx.fact(RepositoryFiles)
        place = facts.documents.get(node.path)
        if place is None:
            return
        path = PurePosixPath(place)
        if _GUIDE.match(path.name):
            if not node.text.strip():
                yield Finding(Span(0, 0), "the contributing guide is empty")
            return
        if not _README.match(path.name) or not manifesto.is_list(node, ctx) or _has_guide(facts, path):
            return
        heading = manifesto.title(node) or next(iter(node.headings), None)
        span = heading.span if heading is not None else Span(0, 0)
        yield Finding(span, "the repository has no contributing guide (contributing.md)", whole=True)


def _has_guide(facts: RepositoryFiles, readme: PurePosixPath) -> bool:
    beside = "" if str(readme.parent) == "." else str(readme.parent)
    for name in facts.files:
        folder, _, file = name.rpartition("/")
        if _GUIDE.match(file) and (folder == beside or folder.casefold() in _FOLDERS):
            return True
    return False
