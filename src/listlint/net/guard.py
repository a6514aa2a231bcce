"""Which addresses and ports may be asked at all, judged where a socket is made.

The addresses are those of the IANA registries of special-purpose IPv4 and IPv6 addresses (RFC 6890), with
what leads back into IPv4 (RFC 4291, section 2.5.5; RFC 6052; RFC 8215; RFC 3056; RFC 4380). For IPv6 the
table is one of exceptions: outside of the global unicast block 2000::/3 nothing is allowed but NAT64.

A host name is no concern of the guard's: it sees what the name became, after every look-up, for each
connection and each hop. Integers, octal digits, names with a final dot, ``localhost`` and names
whose second answer differs from the first all end at the same place.
"""

from __future__ import annotations

import socket
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from ipaddress import IPv4Network, IPv6Network

    AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]
    """What ``socket.getaddrinfo`` gives: family, type, protocol, canonical name, socket address."""

METADATA = "the address of a cloud's own services"

_FORBIDDEN_4 = (
    ("169.254.169.254/32", METADATA),
    ("168.63.129.16/32", METADATA),
    ("0.0.0.0/32", "the unspecified address"),
    ("0.0.0.0/8", "an address of this network"),
    ("127.0.0.0/8", "a loopback address"),
    ("10.0.0.0/8", "a private address"),
    ("172.16.0.0/12", "a private address"),
    ("192.168.0.0/16", "a private address"),
    ("169.254.0.0/16", "a link-local address"),
    ("100.64.0.0/10", "an address behind a carrier's NAT"),
    ("192.0.0.0/24", "a reserved address"),
    ("192.0.2.0/24", "an address for documentation"),
    ("198.51.100.0/24", "an address for documentation"),
    ("203.0.113.0/24", "an address for documentation"),
    ("192.88.99.0/24", "a 6to4 relay"),
    ("198.18.0.0/15", "an address for benchmarks"),
    ("224.0.0.0/4", "a multicast address"),
    ("255.255.255.255/32", "the broadcast address"),
    ("240.0.0.0/4", "a reserved address"),
)
"""The first network that holds an address names it, so the narrow ones stand before the wide ones."""

_FORBIDDEN_6 = (
    ("::/128", "the unspecified address"),
    ("::1/128", "a loopback address"),
    ("::ffff:0:0/96", "an IPv4-mapped address"),
    ("::ffff:0:0:0/96", "an IPv4-translated address"),
    ("::/96", "an IPv4-compatible address"),
    ("64:ff9b:1::/48", "a NAT64 address of the local network"),
    ("fd00:ec2::254/128", METADATA),
    ("fd20:ce::254/128", METADATA),
    ("fc00::/7", "a unique local address"),
    ("fe80::/10", "a link-local address"),
    ("fec0::/10", "a site-local address"),
    ("ff00::/8", "a multicast address"),
    ("2001::/32", "a Teredo address"),
    ("2001::/23", "a reserved address"),
    ("2001:db8::/32", "an address for documentation"),
    ("3fff::/20", "an address for documentation"),
    ("2002::/16", "a 6to4 address"),
)
_NAT64 = ip_network("64:ff9b::/96")
_GLOBAL_6 = ip_network("2000::/3")


class ForbiddenAddressError(OSError):
    """A socket was asked for that the guard does not make. The text says which address, and why not."""


_MOST_KNOWN = 4096
"""Addresses whose verdict is kept, since a run asks each host many times."""


class Guard:
    """Judges addresses and ports, and makes the sockets that may connect.

    ``allow_private`` allows every address; ``allowed`` are networks (``10.0.0.0/8``, ``fd12::/16``) that are
    allowed although they are private, for lists of an intranet. ``ports`` are the ports that may be
    asked; None is every port. Raises ``ValueError`` for an ``allowed`` that is no network.
    """

    def __init__(
        self, allow_private: bool = False, ports: Collection[int] | None = None, allowed: Sequence[str] = ()
    ) -> None:
        self.allow_private = allow_private
        self.ports = None if ports is None else frozenset(ports)
        self._known: dict[str, str | None] = {}
        self.allowed: tuple[IPv4Network | IPv6Network, ...] = tuple(ip_network(network) for network in allowed)

    def refuses(self, address: str) -> str | None:
        """Why no connection may be made to a literal IPv4 or IPv6 address; None if one may.

        The address is one that a socket takes: without brackets, of IPv6 with a scope if it has one. What is no
        such address is refused too.
        """
        if address not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[address] = self._refuses(address)
        return self._known[address]

    def _refuses(self, address: str) -> str | None:
        try:
            parsed = ip_address(address)
        except ValueError:
            return f"{address!r} is no IP address"
        if self.allow_private or any(parsed in network for network in self.allowed):
            return None
        kind = _kind(parsed)
        return f"{address} is {kind}" if kind else None

    def refuses_port(self, port: int) -> str | None:
        """Why no connection may be made to a port; None if one may."""
        return None if self.ports is None or port in self.ports else f"port {port} is not allowed"

    def socket_factory(self, info: AddressInfo) -> socket.socket:
        """An unconnected socket for ``aiohttp.TCPConnector(socket_factory=…)``.

        Raises :exc:`ForbiddenAddressError` if the address it is for may not be asked.
        """
        family, kind, protocol, _, peer = info
        scope = f"%{peer[3]}" if len(peer) > 3 and peer[3] and "%" not in peer[0] else ""
        reason = self.refuses(peer[0] + scope) or self.refuses_port(peer[1])
        if reason:
            raise ForbiddenAddressError(reason)
        return socket.socket(family, kind, protocol)


def embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to: mapped, compatible, translated, NAT64, 6to4, Teredo.

    None where it leads to none, and for NAT64 with a prefix of the local network, where its place is not known.
    """
    number = int(address)
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    low = (ip_network("::/96"), ip_network("::ffff:0:0/96"), ip_network("::ffff:0:0:0/96"), _NAT64)
    if number > 1 and any(address in network for network in low):
        return IPv4Address(number & 0xFFFFFFFF)
    return None


@lru_cache(maxsize=4096)
def _kind(address: IPv4Address | IPv6Address) -> str | None:
    """What an address is that no stranger's link may lead to; None for a public one."""
    if isinstance(address, IPv4Address):
        return next((name for network, name in _table_4() if address in network), None)
    if address.scope_id is not None:
        return "an address with a scope"
    behind = embedded(address)
    inner = _kind(behind) if behind is not None else None
    if address in _NAT64:
        # On a network without IPv4, DNS64 gives such an address for every IPv4 host there is (RFC 6147).
        return f"{behind} behind NAT64, {inner}" if inner else None
    name = next((name for network, name in _table_6() if address in network), None)
    if name is None:
        return None if address in _GLOBAL_6 else "a reserved address"
    return f"{name} for {behind}, {inner}" if inner else name


@lru_cache(maxsize=1)
def _table_4() -> tuple[tuple[IPv4Network | IPv6Network, str], ...]:
    return tuple((ip_network(network), name) for network, name in _FORBIDDEN_4)


@lru_cache(maxsize=1)
def _table_6() -> tuple[tuple[IPv4Network | IPv6Network, str], ...]:
    return tuple((ip_network(network), name) for network, name in _FORBIDDEN_6)
