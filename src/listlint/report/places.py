"""Paths as other programs want them: from the root of the repository, or as an address."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from listlint.model.diagnostic import Diagnostic
    from listlint.model.result import Group
    from listlint.report.options import RenderOptions

_DRIVE = lazy(r"[A-Za-z]:/")
_UNRESERVED = "/~!$&'()*+,;=@-._"
"""Characters of a path that stand for themselves in a relative reference (RFC 3986, section 4.2)."""


def is_absolute(path: str) -> bool:
    """Tell whether a path with ``/`` between its parts starts at a root or a drive."""
    return path.startswith("/") or _DRIVE.match(path) is not None


def from_root(path: str, options: RenderOptions) -> str:
    """A shown path, relative to ``options.root`` if it lies below that; else as it is, without ``./``."""
    if not options.root or not (options.folder or is_absolute(path)):
        return path.removeprefix("./")
    whole = posixpath.normpath(path if is_absolute(path) else f"{options.folder.rstrip('/')}/{path}")
    below = options.root.rstrip("/") + "/"
    return whole.removeprefix(below) if whole.startswith(below) else path.removeprefix("./")


def address(path: str) -> str:
    """A path as a URI: relative, or a ``file:`` URI if it is absolute (RFC 3986, RFC 8089).

    What is not ASCII, or has a meaning in a URI, is percent-encoded; a byte that is not UTF-8 as that byte.
    """
    from urllib.parse import quote

    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a pair, which no file name has
        raw = path.encode("utf-8", "replace")
    if not is_absolute(path):
        return quote(raw, safe=_UNRESERVED)
    return "file://" + ("" if path.startswith("/") else "/") + quote(raw, safe=_UNRESERVED + ":")


def is_added(diagnostic: Diagnostic, options: RenderOptions) -> bool:
    """Tell whether a finding touches a line that is known to be added."""
    lines = options.added.get(diagnostic.path)
    if not lines:
        return False
    first = diagnostic.source.position(diagnostic.span.start).line
    last = diagnostic.source.position(max(diagnostic.span.start, diagnostic.span.end - 1)).line
    return any(line in lines for line in range(first, last + 1))


def added_first(groups: list[Group], options: RenderOptions) -> list[Group]:
    """Groups of findings with those on added lines before the others, else in their order."""
    if not options.added:
        return groups
    return sorted(groups, key=lambda group: not any(is_added(member, options) for member in group.members))
