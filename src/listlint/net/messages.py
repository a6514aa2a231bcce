"""What the parts of the checker say to each other: requests, answers, steps."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from listlint.model.links import LinkOutcome


class Failure(StrEnum):
    """Why a request has no answer. Nothing is raised by a sender: this is said instead."""

    NO_SUCH_HOST = "no-such-host"
    """NXDOMAIN, or no address at all"""
    DNS_TEMPORARY = "dns-temporary"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    RESET = "reset"
    """also a connection that closes before the headers"""
    CONNECT_TIMEOUT = "connect-timeout"
    READ_TIMEOUT = "read-timeout"
    TLS_EXPIRED = "tls-expired"
    TLS_SELF_SIGNED = "tls-self-signed"
    TLS_WRONG_HOST = "tls-wrong-host"
    TLS_CHAIN = "tls-chain"
    """the server leaves out an intermediate certificate"""
    TLS_OTHER = "tls-other"
    PROTOCOL = "protocol"
    """no HTTP, or malformed"""
    FORBIDDEN_ADDRESS = "forbidden-address"
    """refused by our own guard, before a socket connected"""
    PORT_NOT_ALLOWED = "port-not-allowed"
    UNSUPPORTED_SCHEME = "unsupported-scheme"


class Request(Struct, frozen=True, kw_only=True):
    """One request to one origin: no redirect is followed.

    ``body_limit`` is the number of bytes (after decompression) that are read at most; 0 reads
    none. ``headers`` are added to the client's own; those that hold secrets go to ``url``'s
    origin and nowhere else. ``verify`` off accepts any certificate, and then no secret may be sent.
    """

    url: str
    method: str = "HEAD"
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    data: bytes | None = None
    body_limit: int = 0
    first_byte: float | None = None
    """seconds to wait for the headers; None is the client's setting"""
    verify: bool = True


class Answer(Struct, frozen=True, kw_only=True):
    """What came back. Either ``status`` or ``failure`` is set.

    ``headers`` have lower-case names; of a repeated header the values stand in a list. ``body``
    is cut at the request's limit (``truncated``); a body that stalls or breaks off is what had come
    by then. ``elapsed`` is in seconds, from the start of the request to the headers.
    """

    url: str
    status: int | None = None
    failure: Failure | None = None
    detail: str = ""
    headers: Mapping[str, list[str]] = field(default_factory=dict)
    body: bytes = b""
    truncated: bool = False
    elapsed: float = 0.0

    def header(self, name: str) -> str | None:
        """The first value of a header, by lower-case name."""
        values = self.headers.get(name)
        return values[0] if values else None


class Sender(Protocol):
    """Sends one request. Never raises but for cancellation."""

    async def send(self, request: Request) -> Answer:
        """The answer, or the failure."""
        ...


class Signal(StrEnum):
    """What a step tells of the health of the host that it asked."""

    ANSWERED = "answered"
    CONNECT_FAILED = "connect-failed"
    TIMED_OUT = "timed-out"
    THROTTLED = "throttled"
    NONE = "none"
    """nothing that concerns the health of a host: nothing was asked, or its certificate was the trouble"""


class Step(Struct, frozen=True, kw_only=True):
    """What a task did with the slot that it was given.

    With ``done`` it is finished, and these are the outcomes of its URLs. Else it wants another slot, on
    ``host`` (the same, or that of the next hop), not before ``delay`` seconds from now, at the back of
    that host's queue. ``signal`` is about the host that was asked in this step; ``pause`` keeps that
    whole host quiet for so many seconds (``Retry-After`` and its like).
    """

    done: tuple[LinkOutcome, ...] | None = None
    host: str = ""
    delay: float = 0.0
    signal: Signal = Signal.NONE
    pause: float | None = None


class Task(Protocol):
    """Work for the scheduler: one link with its hops and retries, or one batch of an API.

    The scheduler gives it one slot of its host at a time, for exactly one request.
    """

    @property
    def host(self) -> str:
        """The host (with port, where it is not the default one) whose slot it needs next."""
        ...

    @property
    def size(self) -> int:
        """How many links depend on it."""
        ...

    async def step(self, sender: Sender) -> Step:
        """Send one request, and say what is next. Never raises but for cancellation."""
        ...

    def give_up(self, reason: str, detail: str) -> tuple[LinkOutcome, ...]:
        """The outcomes when it gets no other slot: ``host-down``, ``rate-limited``, ``timeout``."""
        ...
