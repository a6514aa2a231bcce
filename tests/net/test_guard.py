"""The guard's table, and the socket that it does not make."""

from __future__ import annotations

import socket

import pytest

from listlint.net.guard import ForbiddenAddressError, Guard

PUBLIC = (
    "8.8.8.8", "1.1.1.1", "93.184.216.34", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0", "11.0.0.1",
    "169.253.255.255", "192.0.1.1", "198.17.255.255", "198.20.0.0", "223.255.255.255", "168.63.129.17",
    "2606:2800:220:1::1", "2a00:1450:4001:830::200e", "2001:4860:4860::8888", "2001:200::1", "2003::1", "3ffe::1",
    "64:ff9b::8.8.8.8",
)  # fmt: skip
FORBIDDEN = {
    "127.0.0.1": "loopback", "127.255.255.254": "loopback", "::1": "loopback",
    "10.0.0.1": "private", "172.16.0.1": "private", "172.31.255.255": "private", "192.168.1.1": "private",
    "169.254.1.1": "link-local", "fe80::1": "link-local", "fe80::1%eth0": "scope", "2606:2800:220:1::1%1": "scope",
    "169.254.169.254": "cloud", "168.63.129.16": "cloud", "fd00:ec2::254": "cloud",
    "100.64.0.1": "carrier", "100.127.255.255": "carrier", "100.100.100.200": "carrier",
    "fc00::1": "unique local", "fd12:3456::1": "unique local", "fec0::1": "site-local",
    "224.0.0.1": "multicast", "239.255.255.255": "multicast", "ff02::1": "multicast",
    "0.0.0.0": "unspecified", "::": "unspecified", "0.1.2.3": "this network",
    "192.0.0.192": "reserved", "240.0.0.1": "reserved", "255.255.255.255": "broadcast", "192.88.99.1": "6to4",
    "192.0.2.1": "documentation", "198.51.100.1": "documentation", "203.0.113.1": "documentation",
    "2001:db8::1": "documentation", "3fff::1": "documentation", "198.18.0.1": "benchmarks",
    "100::1": "reserved", "5f00::1": "reserved", "4000::1": "reserved", "2001:2::1": "reserved",
    "::ffff:127.0.0.1": "mapped address for 127.0.0.1, a loopback", "::ffff:8.8.8.8": "mapped",
    "::ffff:0:10.0.0.1": "translated address for 10.0.0.1, a private",
    "::127.0.0.1": "compatible address for 127.0.0.1, a loopback", "::8.8.8.8": "compatible",
    "64:ff9b::127.0.0.1": "127.0.0.1 behind NAT64, a loopback", "64:ff9b::a9fe:a9fe": "cloud",
    "64:ff9b::192.168.0.1": "private", "64:ff9b:1::8.8.8.8": "NAT64", "64:ff9b:1:ffff::1": "NAT64",
    "2002:7f00:1::1": "6to4 address for 127.0.0.1, a loopback", "2002:808:808::1": "6to4",
    "2001:0:4136:e378:8000:63bf:80ff:fffe": "Teredo address for 127.0.0.1, a loopback",
    "2001:0:4136:e378:8000:63bf:f7f7:f7f7": "Teredo",
    "127.1": "no IP", "2130706433": "no IP", "localhost": "no IP", "": "no IP", "[::1]": "no IP", "127.0.0.01": "no IP",
}  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_asked(address: str) -> None:
    assert Guard().refuses(address) is None


@pytest.mark.parametrize(("address", "word"), FORBIDDEN.items())
def test_no_other_address_may(address: str, word: str) -> None:
    reason = Guard().refuses(address)
    assert reason is not None
    assert word in reason


def test_allow_private_allows_every_address() -> None:
    guard = Guard(allow_private=True)
    assert [address for address, word in FORBIDDEN.items() if word != "no IP" and guard.refuses(address)] == []
    assert guard.refuses("localhost")


def test_allowed_networks_are_exceptions_and_nothing_more() -> None:
    guard = Guard(allowed=("127.0.0.0/8", "fd12::/16"))
    assert guard.refuses("127.3.2.1") is None
    assert guard.refuses("fd12::1") is None
    for address in ("10.0.0.1", "fd13::1", "::1", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1", "169.254.169.254"):
        assert guard.refuses(address), address
    with pytest.raises(ValueError, match="host bits"):
        Guard(allowed=("127.0.0.1/8",))


def test_ports() -> None:
    guard = Guard(ports=(80, 443))
    assert [port for port in (0, 22, 80, 443, 8080, 65535) if guard.refuses_port(port) is None] == [80, 443]
    assert Guard().refuses_port(22) is None


def info(address: str, port: int, scope: int = 0) -> tuple[int, int, int, str, tuple[object, ...]]:
    six = ":" in address
    peer: tuple[object, ...] = (address, port, 0, scope) if six else (address, port)
    return socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", peer


@pytest.mark.parametrize(
    ("address", "port", "scope"),
    [("127.0.0.1", 80, 0), ("::1", 80, 0), ("2606:2800:220:1::1", 80, 2), ("8.8.8.8", 22, 0), ("fe80::1%lo", 80, 0)],
)
def test_the_factory_makes_no_socket_for_what_is_refused(
    address: str, port: int, scope: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    monkeypatch.setattr(socket, "socket", lambda *arguments: made.append(arguments))
    with pytest.raises(ForbiddenAddressError):
        Guard(ports=(80,)).socket_factory(info(address, port, scope))
    assert made == []


def test_the_factory_makes_an_unconnected_socket_for_what_is_allowed() -> None:
    with Guard(ports=(80,)).socket_factory(info("8.8.8.8", 80)) as made, pytest.raises(OSError, match="not connected"):
        made.getpeername()
