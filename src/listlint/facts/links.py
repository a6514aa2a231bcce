"""Which links a run asks for, and what was asked and answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from listlint import git
from listlint.model.errors import ListlintError
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from listlint.model.nodes import Document, Link

    Parse = Callable[[bytes, str], Document]


class Target(Struct):
    """One distinct URL without its fragment, the fragments that links name, and where these stand."""

    url: str
    fragments: set[str] = field(default_factory=set)
    places: list[tuple[Document, Link]] = field(default_factory=list)


class Filter:
    """Which URLs are asked for, by regular expressions that are searched in the whole URL.

    Raises:
        ListlintError: an expression is malformed.
    """

    def __init__(self, include: Sequence[str], exclude: Sequence[str]) -> None:
        self._include = [_compiled(text, "include") for text in include]
        self._exclude = [_compiled(text, "exclude") for text in exclude]

    def wants(self, url: str) -> bool:
        """Tell whether a URL is to be asked for."""
        if self._include and not any(pattern.search(url) for pattern in self._include):
            return False
        return not self.excludes(url)

    def excludes(self, url: str) -> bool:
        """Tell whether a URL, of a link or of a redirect, must not be asked for."""
        return any(pattern.search(url) for pattern in self._exclude)


def _compiled(text: str, option: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise ListlintError(
            f"--{option}: '{text}' is no regular expression: {error}",
            code="invalid-pattern",
            hint="dots and question marks need a backslash: example\\.org",
        ) from error


def targets(documents: Iterable[Document], wanted: Filter) -> dict[str, Target]:
    """Every URL of the web that the documents link, in the order of the text, each once."""
    found: dict[str, Target] = {}
    for document in documents:
        for link in document.links:
            url, _, fragment = link.target.strip().partition("#")
            if not is_asked(url) or not wanted.wants(url):
                continue
            target = found.get(url)
            if target is None:
                target = found[url] = Target(url)
            if fragment:
                target.fragments.add(fragment)
            target.places.append((document, link))
    return found


def is_asked(url: str) -> bool:
    """Tell whether a URL is one that can be asked for: of the web, and with a host."""
    if url[:4].lower() != "http":
        return False
    parts = split(url)
    return parts.is_web and bool(parts.host) and not any(char.isspace() for char in url)


def new_since(
    ref: str, documents: Sequence[Document], paths: Mapping[str, Path], parse: Parse
) -> Callable[[str], bool]:
    """A test for URLs that no file of the run had at ``ref``: link sets are compared, not lines.

    ``paths`` leads from shown paths to files. A file that the base does not have is new with all its
    links.

    Raises:
        ListlintError: there is no such base, or it cannot be read.
    """
    known: set[str] = set()
    bases: dict[Path, str] = {}
    for document in documents:
        path = paths.get(document.path)
        if path is None:
            raise ListlintError("standard input has no history to compare with", code="no-base")
        root = git.repository_root(path)
        if root is None:
            raise ListlintError(
                "is in no git work tree", path=document.path, code="no-base", hint="--since compares with a commit"
            )
        if root not in bases:
            bases[root] = _base(root, ref)
        known.update(_links_at(root, bases[root], path.resolve().relative_to(root).as_posix(), parse))
    return lambda url: url not in known


def _base(root: Path, ref: str) -> str:
    base = git.base_of(root, ref)
    if base is None:
        raise ListlintError(
            f"'{ref}' is no commit that this clone shares with HEAD",
            path=str(root),
            code="no-base",
            hint="a shallow clone lacks it: fetch the whole history (fetch-depth: 0)",
        )
    return base


def _links_at(root: Path, base: str, path: str, parse: Parse) -> Iterator[str]:
    there = git.has_file(root, base, path)
    content = git.content_at(root, base, path) if there else None
    if there is None or (there and content is None):
        raise ListlintError(f"cannot be read at {base[:12]}", path=path, code="no-base")
    if content is not None:
        yield from targets([parse(content, path)], Filter((), ()))
