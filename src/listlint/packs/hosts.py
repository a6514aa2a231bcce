"""The table of hosts: which moved for good, which serve https, which mean their doubled slashes."""

from __future__ import annotations

import re
from datetime import date  # noqa: TC003 - msgspec reads the annotations
from functools import cached_property, lru_cache
from typing import NamedTuple

import msgspec

from listlint.text.urls import Url, bare_host


class Moved(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    r"""Hosts whose content moved for good, or is gone.

    ``hosts`` are names without ``www.``, or ``*.`` and a domain for its subdomains, less those in
    ``but``. ``path`` (a regular expression for the whole path and query) limits it to some pages.
    ``rewrite`` is the new URL with ``\1`` … for the groups of ``path`` and ``\g<host>`` for what
    the ``*`` stands for; without one the new place has to be looked up.
    """

    hosts: tuple[str, ...]
    to: str
    """what took its place, as a message names it: "moved to …", "closed in …" """
    as_of: date
    path: str = ".*"
    rewrite: str | None = None
    but: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Compile the pattern once, so that a bad one is an error of the table's."""
        try:
            groups = _compiled(self.path).groups
        except re.error as error:
            raise ValueError(f"`path` is no regular expression: {error}") from error
        used = [int(number) for number in re.findall(r"\\(\d)", self.rewrite or "")]
        if any(number > groups for number in used):
            raise ValueError("`rewrite` names a group that `path` does not have")


class Https(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hosts that answer ``https:`` as they answer ``http:``, with and without ``www.``."""

    hosts: tuple[str, ...]
    as_of: date


class Slashes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hosts where ``//`` in a path is not ``/``."""

    hosts: tuple[str, ...]
    as_of: date


class Move(NamedTuple):
    """What the table says of one URL: the row's ``to``, and the new URL if it has one."""

    to: str
    url: str | None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)


class HostTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """``rules/tables/hosts.toml``. Rows are named, so that a user's file can override one."""

    superseded: dict[str, Moved]
    https: dict[str, Https]
    doubled_slash: dict[str, Slashes]

    @cached_property
    def _moved(self) -> dict[str, list[Moved]]:
        found: dict[str, list[Moved]] = {}
        for row in self.superseded.values():
            for host in row.hosts:
                found.setdefault(host, []).append(row)
        return found

    @cached_property
    def _https(self) -> frozenset[str]:
        return frozenset(host for row in self.https.values() for host in row.hosts)

    @cached_property
    def _slashes(self) -> frozenset[str]:
        return frozenset(host for row in self.doubled_slash.values() for host in row.hosts)

    def serves_https(self, host: str) -> bool:
        """Tell whether a host (lower case) is known to serve https."""
        # A certificate for *.github.io covers neither a.b.github.io nor www.a.github.io (RFC 6125, section 6.4.3).
        return bare_host(host) in self._https or "*." + host.partition(".")[2] in self._https

    def needs_doubled_slash(self, host: str) -> bool:
        """Tell whether ``//`` in the path of a host (lower case) may have a meaning."""
        return any(pattern in self._slashes for pattern in _patterns(bare_host(host)))

    def moved(self, url: Url) -> Move | None:
        """Where a URL's content moved; None if its host is not superseded."""
        if url.host not in self._rows:
            self._rows[url.host] = self._rows_of(bare_host(url.host))
        for row, label in self._rows[url.host]:
            match = _compiled(row.path).fullmatch(_page(url))
            if match:
                return Move(row.to, _new_url(row, match, label, url))
        return None

    @cached_property
    def _rows(self) -> dict[str, tuple[tuple[Moved, str], ...]]:
        """The rows for a host, each with its label; kept, since a list names few hosts many times."""
        return {}

    def _rows_of(self, host: str) -> tuple[tuple[Moved, str], ...]:
        found = []
        for pattern in _patterns(host):
            for row in self._moved.get(pattern, ()):
                label = host.removesuffix(pattern[1:]) if pattern.startswith("*") else host
                if label not in row.but:
                    found.append((row, label))
        return tuple(found)


def _page(url: Url) -> str:
    return f"{url.path}?{url.query}" if url.query else url.path


def _new_url(row: Moved, match: re.Match[str], label: str, url: Url) -> str | None:
    if row.rewrite is None or url.port or url.userinfo:
        return None
    base = re.sub(
        r"\\(?:(\d)|g<host>)",
        lambda found: (match[int(found[1])] or "") if found[1] else label,
        row.rewrite,
    )
    return f"{base}#{url.fragment}" if url.fragment else base


def _patterns(host: str) -> list[str]:
    """What may stand in the table for a host: itself, then ``*.`` and each domain above it."""
    labels = host.split(".")[-8:]
    return [host, *("*." + ".".join(labels[start:]) for start in range(1, len(labels)))]
