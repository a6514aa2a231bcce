"""The table of links: which hosts show a wall, want to be asked slowly, or have a better question to ask."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - msgspec reads the annotations
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

from listlint.text.urls import bare_host, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Api = Literal["github", "doi", "arxiv", "openreview", "youtube", "pypi", "npm", "hub"]
"""The adapters of ``net``."""


class Walled(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hosts that show a program nothing, less those in ``but``. ``why`` completes "it …"."""

    hosts: tuple[str, ...]
    why: str
    as_of: date
    but: tuple[str, ...] = ()


class Limited(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hosts that are asked more slowly. ``rate`` is in requests a second, and may be a fraction."""

    connections: int
    rate: float
    burst: int
    as_of: date
    hosts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse limits under which nothing would be sent."""
        _named(self.hosts, self.labels)
        if self.connections < 1 or self.burst < 1 or not 0 < self.rate <= 1000:
            raise ValueError("`connections` and `burst` are at least 1, `rate` is above 0 and at most 1000")


class Ask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hosts for whose links an API answers.

    ``origin`` is where it is (scheme, host, perhaps a path); empty for the link's own host. ``second`` is
    where a further API is, for the adapters that need one.
    """

    api: Api
    as_of: date
    hosts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    origin: str = ""
    second: str = ""

    def __post_init__(self) -> None:
        """Refuse what could not be asked."""
        _named(self.hosts, self.labels)
        for origin in (self.origin, self.second):
            if origin and not (split(origin).is_web and split(origin).scheme == "https"):
                raise ValueError("`origin` and `second` are https URLs")


class Parked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Signs of a parked domain, each of which suffices.

    ``hosts`` (and what is below them) are where it redirects to, ``marks`` parts of its page in lower case,
    ``headers`` names with a part of their value, both in lower case (an empty part: any value).
    """

    as_of: date
    hosts: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    headers: dict[str, str] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse signs that every page would have, or none."""
        if not (self.hosts or self.marks or self.headers):
            raise ValueError("one of `hosts`, `marks` and `headers` is needed")
        texts = (*self.marks, *self.headers, *self.headers.values())
        if any(text != text.lower() for text in texts) or any(len(mark.strip()) < 8 for mark in self.marks):
            raise ValueError("`marks` and `headers` are in lower case, and `marks` have at least 8 characters")


Row = TypeVar("Row", bound=Limited | Ask)


class LinkTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """``rules/tables/links.toml``. Rows are named, so that a user's file can override one."""

    walled_hosts: dict[str, Walled] = msgspec.field(name="walled")
    limits: dict[str, Limited]
    ask: dict[str, Ask]
    parked: dict[str, Parked]

    @cached_property
    def _walls(self) -> dict[str, Walled]:
        return {host: row for row in self.walled_hosts.values() for host in row.hosts}

    @cached_property
    def _services(self) -> dict[str, Ask]:
        return _by_host(self.ask)

    @cached_property
    def _limits(self) -> dict[str, Limited]:
        return _by_host(self.limits)

    def walled(self, host: str) -> str | None:
        """Why a host (lower case) shows programs nothing; None where it shows its pages."""
        host = bare_host(host)
        row = _first(self._walls, host)
        return row.why if row and host not in row.but else None

    def service(self, host: str) -> Ask | None:
        """The API that answers for the links of a host (lower case)."""
        return _first(self._services, bare_host(host))

    def limits_of(self, hosts: Iterable[str]) -> Mapping[str, Limited]:
        """The limits, by host, of those that the table names and of those of ``hosts`` that a row stands for.

        Patterns are kept as they are written (``*.example.org``).
        """
        found = {name: row for name, row in self._limits.items() if not name.endswith(".")}
        for host in map(bare_host, hosts):
            row = _first(self._limits, host)
            if row is not None:
                found.setdefault(host, row)
        return found

    @cached_property
    def parked_hosts(self) -> frozenset[str]:
        """Domains that a parked domain redirects to."""
        return frozenset(host for row in self.parked.values() for host in row.hosts)

    @cached_property
    def parked_marks(self) -> tuple[str, ...]:
        """Parts of the pages of parked domains, in lower case."""
        return tuple(mark for row in self.parked.values() for mark in row.marks)

    @cached_property
    def parked_headers(self) -> dict[str, str]:
        """Headers of such pages, in lower case, with a part of their value."""
        return {name: part for row in self.parked.values() for name, part in row.headers.items()}


def _named(hosts: tuple[str, ...], labels: tuple[str, ...]) -> None:
    if not hosts and not labels:
        raise ValueError("one of `hosts` and `labels` is needed")
    if any("." in label for label in labels):
        raise ValueError("`labels` are names without their ending")


def _by_host(rows: Mapping[str, Row]) -> dict[str, Row]:
    """Rows by host; by label with a final dot, which no host here has."""
    return {name: row for row in rows.values() for name in (*row.hosts, *(label + "." for label in row.labels))}


Found = TypeVar("Found")


def _first(rows: Mapping[str, Found], host: str) -> Found | None:
    """The row for a host: its own, that of the nearest domain above it, or that of its label."""
    labels = host.split(".")[-8:]
    names = [host, *("*." + ".".join(labels[start:]) for start in range(1, len(labels)))]
    names += [labels[-2] + "."] if len(labels) > 1 else []
    return next((rows[name] for name in names if name in rows), None)
