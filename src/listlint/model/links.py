"""What is known of a link's target: verdict, reason, flags. Made by ``net``, read by the NET rules and the reports."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from listlint.model.facts import Fact

if TYPE_CHECKING:
    from collections.abc import Mapping


class Verdict(StrEnum):
    """What we may say of a link; nothing is said that we were not told."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why the verdict is what it is. Stable, for programs; a verdict has exactly one."""

    OK = "ok"
    AUTH_REQUIRED = "auth-required"
    GONE = "gone"
    DNS = "dns"
    REDIRECT_LOOP = "redirect-loop"
    BLOCKED = "blocked"
    LEGAL = "legal"
    REFUSED_REQUEST = "refused-request"
    RATE_LIMITED = "rate-limited"
    SERVER_ERROR = "server-error"
    DNS_TEMPORARY = "dns-temporary"
    CONNECT = "connect"
    TIMEOUT = "timeout"
    TLS = "tls"
    TLS_CHAIN = "tls-chain"
    FORBIDDEN_TARGET = "forbidden-target"
    PORT_NOT_ALLOWED = "port-not-allowed"
    WALLED = "walled"
    HOST_DOWN = "host-down"
    PROTOCOL = "protocol"
    NOT_ASKED = "not-asked"
    """offline, and the history knows nothing of it; or the run's time was over"""


AGEING = frozenset({Reason.TIMEOUT, Reason.CONNECT, Reason.DNS_TEMPORARY, Reason.SERVER_ERROR})
"""Reasons that become death when they last; nobody else's silence ever does."""


class Flag(StrEnum):
    """What else is known of a link that is alive."""

    MOVED = "moved"
    """for good, every hop a 301 or 308"""
    MOVED_TEMPORARILY = "moved-temporarily"
    INSECURE = "insecure"
    SUSPECT = "suspect"
    """a soft 404, a parked domain, or sent to a home page"""
    FRAGMENT_MISSING = "fragment-missing"
    ARCHIVED = "archived"
    RENAMED = "renamed"
    WITHDRAWN = "withdrawn"
    AUTH_REQUIRED = "auth-required"
    STALE = "stale"
    """a repository without a commit for long"""


class LinkOutcome(Struct, frozen=True, kw_only=True):
    """What became of one distinct URL (without its fragment).

    ``detail`` is a clause for people ("404 twice", "certificate expired"), without secrets.
    ``checked`` and ``since`` are seconds of the epoch: when it was last asked, and since when an
    unknown link has failed. ``missing`` are the fragments that no element of the page has.
    """

    url: str
    verdict: Verdict
    reason: Reason
    status: int | None = None
    flags: tuple[Flag, ...] = ()
    final_url: str | None = None
    """where redirects led, or the new name of a renamed thing; None where it is ``url``"""
    detail: str = ""
    requests: int = 0
    elapsed_ms: int = 0
    checked: float = 0.0
    since: float | None = None
    aged: bool = False
    """it is dead because it failed for long, not because somebody said so"""
    missing: tuple[str, ...] = ()
    archive: str | None = None
    """a copy in the web archive; only looked up for dead links"""
    archive_verified: bool = True
    """the archive said that it has this copy"""
    from_history: bool = False


class LinkStatus(Fact, frozen=True):
    """The outcome of every link that was asked for, by URL without fragment."""

    WANTED: ClassVar[str] = "the network (`listlint links`, or `check --links`)"

    outcomes: Mapping[str, LinkOutcome]
    strict: bool = False
    """the links are new, so that what cannot be found out is a warning"""
