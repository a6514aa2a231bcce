"""Gathers what the git tree around the checked documents holds (:class:`RepositoryFiles`)."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from listlint import git
from listlint.model.errors import ListlintError
from listlint.model.facts import RepositoryFiles
from listlint.model.source import MAX_BYTES, Source
from listlint.text.paths import join, split_target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from listlint.model.nodes import Document

_MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mkdn"})


def by_repository(
    documents: Sequence[Document], paths: Mapping[str, Path], parse: Callable[[Source], Document]
) -> dict[str, RepositoryFiles]:
    """The git tree of every document that lies in one, by the document's shown path.

    ``paths`` maps shown paths to files on disk; documents that are not in it (standard input)
    or that git ignores have no tree. Documents of one tree share one object. A tree has the
    files of the index and the untracked ones that are not ignored, without those deleted.
    """
    trees: dict[Path, dict[str, Document]] = {}
    roots: dict[Path, Path | None] = {}
    for document in documents:
        path = paths.get(document.path)
        place = place_in_tree(path, roots) if path is not None else None
        if place is not None:
            trees.setdefault(place[0], {})[place[1]] = document
    found: dict[str, RepositoryFiles] = {}
    for root, inside in trees.items():
        tree = _tree(root, inside, parse)
        if tree is not None:
            found |= dict.fromkeys(tree.documents, tree)
    return {document.path: found[document.path] for document in documents if document.path in found}


def place_in_tree(path: Path, known: dict[Path, Path | None]) -> tuple[Path, str] | None:
    """The root of the work tree that a file lies in, and its path below it; ``known`` is as for :func:`work_tree`."""
    folder = path.parent.resolve()
    root = work_tree(folder, known)
    if root is None or not folder.is_relative_to(root):
        return None
    return root, (folder / path.name).relative_to(root).as_posix()


def work_tree(folder: Path, known: dict[Path, Path | None]) -> Path | None:
    """The root of ``folder``'s work tree; git is asked once for each ``.git`` met on the way up."""
    for above in (folder, *folder.parents):
        if above in known:
            return known[above]
        if (above / ".git").exists():
            known[above] = git.repository_root(above)
            return known[above]
    return None


def _tree(root: Path, inside: dict[str, Document], parse: Callable[[Source], Document]) -> RepositoryFiles | None:
    files = git.present_files(root)
    return None if files is None else tree_of(files, inside, lambda target: _read(root, target, parse))


def tree_of(
    files: frozenset[str], inside: Mapping[str, Document], read: Callable[[str], Document | None]
) -> RepositoryFiles:
    """What a tree of these files holds; ``inside`` are the documents at hand by their place, ``read`` parses others."""
    known = {place: document for place, document in inside.items() if place in files}
    folders = {""}
    for name in files:
        for parent in PurePosixPath(name).parents:
            folder = "" if parent == PurePosixPath() else str(parent)
            if folder in folders:
                break
            folders.add(folder)
    return RepositoryFiles(
        files=files,
        folders=frozenset(folders),
        documents={document.path: place for place, document in known.items()},
        anchors=_anchors(files, known, read),
    )


def _anchors(
    files: frozenset[str], known: Mapping[str, Document], read: Callable[[str], Document | None]
) -> dict[str, frozenset[str]]:
    """The anchors of every Markdown file of the tree that a known document links to by fragment."""
    found: dict[str, frozenset[str]] = {}
    for place, document in known.items():
        for target in neighbours(place, document, files):
            if target in found:
                continue
            other = known.get(target) or read(target)
            if other is not None:
                found[target] = other.anchors
    return found


def neighbours(place: str, document: Document, files: frozenset[str]) -> Iterator[str]:
    """The Markdown files of the tree that a document links to by fragment, as often as it does."""
    for target in _linked(place, document):
        if target in files and PurePosixPath(target).suffix.lower() in _MARKDOWN:
            yield target


def _linked(place: str, document: Document) -> Iterator[str]:
    for link in document.links:
        if "#" not in link.target or link.is_fragment:
            continue
        path, _, fragment = split_target(link.target)
        if path and fragment:
            joined = join(place, unquote(path))
            if joined:
                yield joined


def content_in_tree(root: Path, target: str) -> bytes | None:
    """A file of the tree; None if it cannot be read, is too large, or a symbolic link leads out of the tree."""
    try:
        path = (root / target).resolve(strict=True)
        if not path.is_relative_to(root) or not path.is_file() or path.stat().st_size > MAX_BYTES:
            return None
        return path.read_bytes()
    except (OSError, RuntimeError):  # RuntimeError: a loop of links, before Python 3.13
        return None


def _read(root: Path, target: str, parse: Callable[[Source], Document]) -> Document | None:
    content = content_in_tree(root, target)
    try:
        return None if content is None else parse(Source.from_bytes(content, target))
    except ListlintError:
        return None
