"""What the checker may do, how fast, and how long it waits: one frozen value for a run.

Times are seconds, rates requests a second. The numbers are those of ``links.md``; tests set their
own, in milliseconds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import Struct, field
from msgspec.structs import force_setattr

from listlint import __version__
from listlint.text.urls import bare_host

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

USER_AGENT = f"Mozilla/5.0 (compatible; listlint/{__version__}; +https://github.com/listlint/listlint)"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HIDDEN = "***"


class HostLimits(Struct, frozen=True, kw_only=True):
    """How a host is asked: requests at a time, requests a second, and how many of them at once.

    ``rate`` may be a fraction: 1/3 is one request every 3 s. No second (for a rate below 1: no
    1/``rate`` seconds) ever has more requests than ``rate``; ``burst`` is how many may come without a pause.
    """

    connections: int
    rate: float
    burst: int

    def __post_init__(self) -> None:
        """Refuse limits under which nothing would ever be sent."""
        if self.connections < 1 or self.burst < 1 or not 0 < self.rate < math.inf:
            raise ValueError("`connections` and `burst` are at least 1, `rate` is above 0")


class Tokens(dict[str, str]):
    """Tokens by origin (``https://api.example.org``, the port only where it is not 443).

    Its repr names the origins alone, so that no message, log or traceback shows a secret.
    """

    def __repr__(self) -> str:
        return repr(dict.fromkeys(self, _HIDDEN))


class Settings(Struct, frozen=True, kw_only=True):
    """Everything that a run of the checker can be told.

    A part of the checker takes this whole, and reads what concerns it. Raises ``ValueError`` for numbers
    that make no sense; where a user writes them, ``config`` has already refused them with their place.
    """

    connect_timeout: float = 10.0
    """until the connection stands, TLS included"""
    first_byte: float = 15.0
    """from the request to its answer's headers"""
    link_timeout: float = 60.0
    """for one link: its requests and the delays of its own retries, not its wait for a turn at its host"""
    run_timeout: float = 6 * 3600.0
    """for everything; what is left then was not asked"""
    in_flight: int = 128
    connections: int = 6
    """to one host at a time; this and the next two hold for hosts that ``hosts`` does not name"""
    rate: float = 20.0
    burst: int = 10
    retries: int = 2
    """after connect errors, resets, 408, 425, 429 and 5xx"""
    timeout_retries: int = 1
    backoff: float = 1.0
    """the longest first delay of a retry; doubled for each further one"""
    confirm_delay: float = 5.0
    """at least so long between the two 404 that make a link dead"""
    throttle_pause: float = 2.0
    """how long a host is left alone after a 429 without a hint; doubled for each further one"""
    max_wait: float = 60.0
    """the longest pause that a host may ask for; past it, its other links are given up"""
    max_hops: int = 10
    ports: tuple[int, ...] = (80, 443)
    allow_private: bool = False
    allow: tuple[str, ...] = ()
    """networks that may be asked although they are private (``10.1.0.0/16``)"""
    accept: frozenset[int] = frozenset()
    """status codes that count as alive, besides the usual ones"""
    fragments: bool = False
    soft_404: bool = False
    user_agent: str = USER_AGENT
    origins: Mapping[str, str] = field(default_factory=dict)
    """where an adapter's API is, by the adapter's name (``github``); what is missing is the adapter's default"""
    tokens: Mapping[str, str] = field(default_factory=Tokens)
    """by origin; see :meth:`token_for`"""
    hosts: Mapping[str, HostLimits] = field(default_factory=dict)
    """by host in lower case, with its port, without it, without ``www.``, or ``*.`` and a domain above it"""
    proxy: str | None = None
    extra_roots: str | None = None
    """path of a PEM file with certificates that are trusted besides the usual ones"""

    def __post_init__(self) -> None:
        """Check the numbers, and hide the tokens."""
        durations = ("connect_timeout", "first_byte", "link_timeout", "run_timeout")
        waits = ("backoff", "confirm_delay", "throttle_pause", "max_wait")
        counts = ("retries", "timeout_retries", "max_hops")
        _at_least(self, durations, 0, strict=True)
        _at_least(self, (*waits, *counts), 0)
        _at_least(self, ("in_flight",), 1)
        self._usual()
        tokens = Tokens((_origin(name) or name, token) for name, token in self.tokens.items())
        force_setattr(self, "tokens", tokens)

    def limits(self, host: str) -> HostLimits:
        """The limits of a host, named as :attr:`Task.host <listlint.net.messages.Task.host>` does."""
        if not self.hosts:
            return self._usual()
        return next((self.hosts[name] for name in _names(host.lower()) if name in self.hosts), self._usual())

    def token_for(self, url: str) -> str | None:
        """The token for the origin of ``url``: scheme, host and port equal, and nothing but https.

        None for a URL with a query, since the API that we ask has none: what is written behind a ``?`` would
        turn the end of our address into a parameter, and the question into an order.
        """
        origin = None if "?" in url else _origin(url)
        return self.tokens.get(origin) if origin and origin.startswith("https:") else None

    def _usual(self) -> HostLimits:
        return HostLimits(connections=self.connections, rate=self.rate, burst=self.burst)

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"Settings({fields})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """The fields for printing: no token, and no proxy's user or password."""
        shown = {name: getattr(self, name) for name in self.__struct_fields__}
        if self.proxy:
            shown["proxy"] = _without_user(self.proxy)
        return list(shown.items())


def _at_least(settings: Settings, names: tuple[str, ...], least: float, *, strict: bool = False) -> None:
    for name in names:
        value = getattr(settings, name)
        # Written so that NaN is refused too.
        if not (value > least if strict else value >= least):
            raise ValueError(f"`{name}` is {'above' if strict else 'at least'} {least}")


def _names(host: str) -> Iterator[str]:
    """Under which names a host may stand in :attr:`Settings.hosts`, the most exact first."""
    yield host
    name, colon, port = host.rpartition(":")
    if colon and port.isdigit():
        yield name
    else:
        name = host
    if name.startswith("["):
        return
    bare = bare_host(name)
    yield bare
    labels = bare.split(".")[-8:]
    yield from ("*." + ".".join(labels[start:]) for start in range(1, len(labels)))


def _origin(url: str) -> str | None:
    """Scheme, host and port of a URL (RFC 6454, section 6.2), the default port left out; None without a host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    end = f":{port}" if port not in {None, _DEFAULT_PORTS.get(parts.scheme)} else ""
    return f"{parts.scheme}://{host}{end}"


def _without_user(url: str) -> str:
    front, at, rest = url.rpartition("@")
    if not at:
        return url
    scheme, separator, _ = front.partition("://")
    return f"{scheme}{separator}{_HIDDEN}@{rest}" if separator else f"{_HIDDEN}@{rest}"
