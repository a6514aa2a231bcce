"""Looks at a repository: which lists it has, which preset fits them, where files belong."""

from __future__ import annotations

import re
from pathlib import Path  # noqa: TC003 - msgspec reads the annotations
from typing import TYPE_CHECKING

from msgspec import Struct

from listlint import git
from listlint.config.load import find_config, is_git_root, repository_root
from listlint.discover import discover
from listlint.model.errors import ListlintError
from listlint.model.nodes import LinkKind
from listlint.model.patterns import lazy
from listlint.model.source import Source
from listlint.parse.markdown import parse
from listlint.text.identity import identity
from listlint.text.urls import bare_host, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from listlint.model.nodes import Document, Entry

PAPERS = frozenset(
    "acl acm arxiv citeseerx cvf doi ieee jmlr neurips openreview pii pmcid pmid pmlr s2 ssrn".split()  # noqa: SIM905 - a row of words reads better
)
"""Kinds of identity (:func:`listlint.text.identity.identity`) that only papers have."""
_FEW_PAPERS, _PAPER_SHARE = 5, 0.4
_FEW_REFERENCES, _REFERENCE_SHARE = 3, 0.2
"""A list of tools asks to be cited in a block or two, and links a paper here and there."""
_BADGE_PATH = lazy(r"/sindresorhus/awesome\b", re.IGNORECASE)
_BRANCH = lazy(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_OTHER_CI = (".gitlab-ci.yml", "azure-pipelines.yml", "Jenkinsfile")


class Survey(Struct, frozen=True):
    """What a repository has. Paths of lists and bibliographies are relative to ``folder``.

    ``folder`` is where the configuration belongs, ``root`` the top of the work tree (or ``folder``,
    where there is none), ``configuration`` the file in ``folder`` that configures listlint already.
    """

    folder: Path
    root: Path
    lists: tuple[Path, ...]
    bibliographies: tuple[Path, ...]
    preset: str
    reason: str
    configuration: Path | None = None
    branch: str = "main"
    other_ci: str | None = None
    """the file of another CI system, where nothing speaks for GitHub's"""
    in_git: bool = True


def survey(folder: Path) -> Survey:
    """Look at a folder and the repository around it.

    Raises:
        ListlintError: it is no folder, or an existing configuration cannot be read.
    """
    if not folder.is_dir():
        raise ListlintError("no such folder", path=str(folder), code="no-such-file")
    folder = folder.absolute()
    root = repository_root(folder)
    lists = _files(folder, ())
    bibliographies = [path for path in _files(folder, (".",)) if path.suffix.lower() == ".bib"]
    documents = [document for path in (*lists, *bibliographies) if (document := _read(folder, path)) is not None]
    preset, reason = guess(documents)
    own = find_config(folder)
    return Survey(
        folder,
        root,
        tuple(lists),
        tuple(bibliographies),
        preset,
        reason,
        own if own is not None and own.parent == folder else None,
        _default_branch(root),
        _other_ci(root),
        is_git_root(root),
    )


def _files(folder: Path, paths: Sequence[str]) -> list[Path]:
    """What a search finds, relative to the folder; nothing where it finds none."""
    try:
        return list(discover(paths, cwd=folder).files)
    except ListlintError as error:
        if error.code == "no-list":
            return []
        raise


def _read(folder: Path, path: Path) -> Document | None:
    try:
        return parse(Source.from_bytes((folder / path).read_bytes(), path.as_posix()))
    except (OSError, ListlintError):  # a check will say so
        return None


# Presets.


def guess(documents: Iterable[Document]) -> tuple[str, str]:
    """The preset that fits, and why: BibTeX or papers, front matter, the awesome badge, or nothing of these."""
    documents = tuple(documents)
    entries = [entry for document in documents for entry in document.entries]
    references = sum(len(block.entries) for document in documents for block in document.bib)
    if references >= _FEW_REFERENCES and references >= _REFERENCE_SHARE * len(entries):
        return "papers", f"there are {references} references in BibTeX"
    papers = sum(map(_is_paper, entries))
    if papers >= _FEW_PAPERS and papers >= _PAPER_SHARE * len(entries):
        return "papers", f"{papers} of {len(entries)} entries lead to papers"
    pages = [document for document in documents if document.front_matter is not None]
    markdown = [document for document in documents if not document.path.lower().endswith(".bib")]
    if pages and 2 * len(pages) >= len(markdown):
        which = pages[0].path if len(pages) == 1 else f"{len(pages)} of {len(markdown)} lists"
        return "notes", f"{which} {'has' if len(pages) == 1 else 'have'} front matter"
    badged = next((document for document in documents if _has_badge(document)), None)
    if badged is not None:
        return "awesome", f"{badged.path} has the awesome badge"
    return "default", "no BibTeX, no front matter and no awesome badge"


def _is_paper(entry: Entry) -> bool:
    return any((identity(link.target) or "").partition(":")[0] in PAPERS for link in entry.links)


def _has_badge(document: Document) -> bool:
    return any(link.kind in (LinkKind.IMAGE, LinkKind.HTML) and _is_badge(link.target) for link in document.links)


def _is_badge(target: str) -> bool:
    if "awesome" not in target.lower():
        return False
    parts = split(target.strip())
    return bare_host(parts.host) == "awesome.re" or _BADGE_PATH.match(parts.path) is not None


# The repository.


def _default_branch(root: Path) -> str:
    """The branch that pull requests go to, as far as the clone knows."""
    for arguments in (("refs/remotes/origin/HEAD",), ("HEAD",)):
        printed = git.run(root, "symbolic-ref", "--quiet", "--short", *arguments)
        name = (printed or b"").decode("utf-8", "replace").strip().removeprefix("origin/")
        if _BRANCH.fullmatch(name):
            return name
    return "main"


def _other_ci(root: Path) -> str | None:
    if (root / ".github").is_dir():
        return None
    return next((name for name in _OTHER_CI if (root / name).is_file()), None)
