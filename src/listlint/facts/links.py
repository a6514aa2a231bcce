"""Which links a run asks for, and what was asked and answered."""

from __future__ import annotations

import re
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from listlint.facts.base import Base
from listlint.model.errors import ListlintError
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from listlint.model.nodes import Document, Link

    Parse = Callable[[bytes, str], Document]


PATIENCE = 2.0
"""Seconds for the expressions of a run on one URL."""


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
        if self._include and not _found(self._include, url):
            return False
        return not self.excludes(url)

    def excludes(self, url: str) -> bool:
        """Tell whether a URL, of a link or of a redirect, must not be asked for."""
        return bool(self._exclude) and _found(self._exclude, url)


def _found(patterns: Sequence[re.Pattern[str]], url: str) -> bool:
    """Tell whether one of the patterns is found in a URL.

    Raises:
        ListlintError: it took longer than ``PATIENCE``. Configuration and list may both be a stranger's, and
            two lines of them keep an expression busy for years. (Not on Windows, which has no such alarm.)
    """
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        return any(pattern.search(url) for pattern in patterns)
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        return any(pattern.search(url) for pattern in patterns)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _too_long(*_: object) -> None:
    raise ListlintError(
        f"an expression that links are selected by took longer than {PATIENCE:.0f} s on one URL",
        code="slow-pattern",
        hint="a repeat within a repeat, such as (a+)+, is what takes so long",
    )


def _compiled(text: str, option: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
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

    ``paths`` leads from shown paths to files. A file that the base does not have, under this name or one that it
    was renamed from, is new with all its links.

    Raises:
        ListlintError: there is no such base, or it cannot be read.
    """
    known: set[str] = set()
    for document in documents:
        if document.path not in paths:
            raise ListlintError("standard input has no history to compare with", code="no-base")
    base = Base(ref, paths, Path.cwd())
    for document in documents:
        content = base.content(document.path)
        if content is not None:
            known.update(targets([parse(content, document.path)], Filter((), ())))
    return lambda url: url not in known
