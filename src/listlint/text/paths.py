"""Relative links: what is a path, and where in the repository it leads."""

from __future__ import annotations

from typing import NamedTuple

from listlint.model.patterns import lazy

_SCHEME = lazy(r"[A-Za-z][A-Za-z0-9+.-]*:")


class Target(NamedTuple):
    """The parts of a link's target, still percent-encoded."""

    path: str
    query: str
    fragment: str


def split_target(target: str) -> Target:
    """The parts of a target; all empty where it is a URL with a scheme or a host, and no path."""
    if _SCHEME.match(target) or target.startswith(("//", "\\")):
        return Target("", "", "")
    rest, _, fragment = target.partition("#")
    path, _, query = rest.partition("?")
    return Target(path, query, fragment)


def join(document: str, path: str) -> str | None:
    """Where ``path`` leads from ``document``, both with ``/`` and relative to the repository's root.

    A path that starts with ``/`` counts from the root, as on GitHub. The root itself is ``""``;
    None where the path leaves the root.
    """
    parts = [] if path.startswith("/") else document.split("/")[:-1]
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)
