"""A scripted resolver: it knows the farm's names, names that do not exist, and names whose server is ill."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_SUCH_NAME = "no such name"
"""NXDOMAIN"""
NO_ADDRESS = "no address"
"""the name exists, and has neither A nor AAAA"""
SERVFAIL = "servfail"
SILENT = "silent"
"""no answer at all"""

Answer = str | tuple[str, ...]
"""One of the words above, or addresses."""


class Names:
    """Has the shape of ``aiohttp.abc.AbstractResolver``. It never asks the network, and counts who asked.

    A name may have several answers: each look-up gets the next one, and the last one stays. Names that
    were never told of do not exist.
    """

    def __init__(self) -> None:
        self.answers: dict[str, tuple[Answer, ...]] = {}
        self.asked: Counter[str] = Counter()

    def add(self, name: str, *answers: Answer) -> None:
        """Tell what a name resolves to, look-up after look-up."""
        self.answers[name] = answers

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_UNSPEC) -> list[Any]:
        """The addresses, as aiohttp wants them.

        Raises:
            socket.gaierror: as ``getaddrinfo`` would; aiohttp expects an ``OSError``.

        """
        name = host.lower().rstrip(".")
        turn = self.asked[name]
        self.asked[name] += 1
        known = self.answers.get(name, (NO_SUCH_NAME,))
        answer = known[min(turn, len(known) - 1)]
        if answer == SILENT:
            await asyncio.Event().wait()
        if answer in (NO_SUCH_NAME, SILENT):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if answer == NO_ADDRESS:
            raise socket.gaierror(
                getattr(socket, "EAI_NODATA", socket.EAI_NONAME), "No address associated with hostname"
            )
        if answer == SERVFAIL:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        addresses: Sequence[str] = (answer,) if isinstance(answer, str) else answer
        return [_record(host, address, port) for address in addresses if _fits(address, family)]

    async def close(self) -> None:
        """Nothing to close."""


def _fits(address: str, family: int) -> bool:
    return family == socket.AF_UNSPEC or (family == socket.AF_INET6) == (":" in address)


def _record(host: str, address: str, port: int) -> dict[str, Any]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return {
        "hostname": host,
        "host": address,
        "port": port,
        "family": family,
        "proto": socket.IPPROTO_TCP,
        "flags": flags,
    }
