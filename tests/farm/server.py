"""Lets a farm answer: in the running loop, or in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING

from tests.farm.certs import KINDS
from tests.farm.protocol import Connection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.farm.sites import Farm, Site

_BACKLOG = 1024


@asynccontextmanager
async def serving(farm: Farm) -> AsyncIterator[Farm]:
    """Answer on every site that is up, until the block ends; then every connection is cut."""
    open_connections: set[Connection] = set()
    servers = [await _serve(site, open_connections) for site in farm.sites if site.condition == "up"]
    fillers = [filler for site in farm.sites if site.condition == "full" for filler in _fill(site)]
    try:
        yield farm
    finally:
        for server in servers:
            server.close()
        for connection in list(open_connections):
            connection.abort()
        for filler in fillers:
            filler.close()
        await asyncio.sleep(0)
        farm.close()


@contextmanager
def running(farm: Farm) -> Iterator[Farm]:
    """The same in a thread, for clients that have a loop of their own, or none."""
    started, stop = threading.Event(), asyncio.Event()
    failures: list[BaseException] = []
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with serving(farm):
            started.set()
            await stop.wait()

    def work() -> None:
        try:
            loop.run_until_complete(serve())
        except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that waits
            failures.append(error)
        finally:
            started.set()
            loop.close()

    thread = threading.Thread(target=work, name="farm", daemon=True)
    thread.start()
    started.wait()
    try:
        if failures:
            raise failures[0]
        yield farm
    finally:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(stop.set)
        thread.join(10)


async def _serve(site: Site, open_connections: set[Connection]) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    context = site.farm.certificates.context(site.tls, site.name) if site.tls in KINDS else None
    return await loop.create_server(
        lambda: Connection(site, open_connections), sock=site.socket, ssl=context, backlog=_BACKLOG
    )


def _fill(site: Site) -> list[socket.socket]:
    """Fill the queue of connections that nobody accepts: who comes later waits for ever (Linux drops the SYN)."""
    site.socket.listen(0)
    fillers = []
    for _ in range(4):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex((site.address, site.farm.port))
        fillers.append(filler)
    return fillers
