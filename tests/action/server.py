"""A server on the loopback on which every page is gone."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Gone(NamedTuple):
    """Where it is, what configuration lets it be asked quickly, and the paths that were asked for."""

    url: str
    config: str
    asked: list[str]


@contextmanager
def everything_gone() -> Iterator[Gone]:
    """Serve until the block ends."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815  # the name that the base class asks for

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    config = f"[links]\nports = [{server.server_port}]\nconfirm-delay = 0.05\nbackoff = 0.01\n"
    try:
        yield Gone(f"http://127.0.0.1:{server.server_port}", config, asked)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
