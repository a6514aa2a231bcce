"""A fence round the farm: while it is up, nothing of this process leaves the machine.

Python tells its audit hooks of every ``connect``, ``sendto`` and look-up before it happens, so that a
guard that lets something pass is found out, and no packet is sent all the same. A hook cannot be taken
away again; this one does nothing while the fence is down.
"""

from __future__ import annotations

import ipaddress
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_up: list[list[str]] = []
_installed: list[bool] = []


class EscapeError(OSError):
    """Something was about to leave the machine."""


def _is_loopback(host: object) -> bool:
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _target(event: str, args: tuple[Any, ...]) -> object:
    if event in ("socket.connect", "socket.sendto"):
        return args[1][0] if isinstance(args[1], tuple) else None
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = args[0].decode() if isinstance(args[0], bytes) else args[0]
        return None if host in (None, "", "localhost") or _is_literal(host) else host
    return None


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if not _up or not event.startswith("socket."):
        return
    target = _target(event, args)
    if target is None or _is_loopback(target):
        return
    for found in _up:
        found.append(f"{event} {target}")
    raise EscapeError(f"{event} {target}: this would leave the machine")


@contextmanager
def fence() -> Iterator[list[str]]:
    """Raise the fence; the list holds what ran against it, for the test to look at."""
    if not _installed:
        sys.addaudithook(_hook)
        _installed.append(True)
    found: list[str] = []
    _up.append(found)
    try:
        yield found
    finally:
        _up.remove(found)
