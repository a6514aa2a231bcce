"""HTTP/1.1 as a farm needs it: quick for plain answers, obedient to pages that break every rule.

A page is a :data:`Script`: it gets the :class:`Exchange` and returns a :class:`Reply`, or None when it
sends by itself (bytes that are no HTTP, half of the headers, nothing at all).
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast

from msgspec import Struct

if TYPE_CHECKING:
    from tests.farm.stats import HostStats

_MAX_HEAD = 1 << 18
_CLIENT_HELLO = b"\x16"
"""TLS where none is spoken: nothing else begins with this octet (RFC 8446, section 5.1)."""
_ALERT = bytes.fromhex("15030100020246")
"""A fatal alert: protocol_version (RFC 8446, section 6), as from a server that knows old versions only."""
_PLAIN_HTTP = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 404: "Not Found", 429: "Too Many Requests"}


class Reply(Struct, frozen=True):
    """One whole answer. ``Content-Length`` is added, unless the headers say how long the body is."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    body: bytes = b"<!doctype html><title>A page</title><p>Here."
    close: bool = False

    def encode(self, method: str) -> bytes:
        """The bytes on the wire; an answer to HEAD has the length and no body."""
        names = {name.lower() for name, _ in self.headers}
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Status')}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if not names & {"content-length", "transfer-encoding"} and self.status not in (204, 304):
            lines.append(f"Content-Length: {len(self.body)}")
        if self.close:
            lines.append("Connection: close")
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        return head if method == "HEAD" or self.status in (204, 304) else head + self.body


class Place(Protocol):
    """What a connection knows of the site that it serves."""

    stats: HostStats
    greeting: bytes
    tls: str
    state: dict[str, int]

    @property
    def scale(self) -> float:
        """What every wait is multiplied with."""
        ...

    @property
    def recording(self) -> bool:
        """Tell whether whole request heads are kept."""
        ...

    def delay(self, target: str) -> float:
        """Seconds until the answer to a target begins, already scaled."""
        ...

    def script(self, target: str) -> Script:
        """What a target does."""
        ...


class Exchange:
    """One request and what is made of it. Seconds are scaled with the farm's clock."""

    __slots__ = ("_connection", "_ended", "_head", "body", "method", "site", "target")

    def __init__(self, connection: Connection, method: str, target: str, head: bytes, body: bytes) -> None:
        self._connection = connection
        self._head = head
        self._ended = False
        self.site = connection.site
        self.method, self.target, self.body = method, target, body

    def header(self, name: str) -> str | None:
        """The value of the request's header, if it has one."""
        wanted = name.lower()
        for line in self._head.decode("latin-1").split("\r\n")[1:]:
            found, _, value = line.partition(":")
            if found.strip().lower() == wanted:
                return value.strip()
        return None

    def cookies(self) -> dict[str, str]:
        """The request's cookies."""
        pairs = (pair.partition("=") for pair in (self.header("cookie") or "").split(";"))
        return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}

    def count(self, key: str = "") -> int:
        """How often this was asked for before; each call counts one more. Targets with one ``key`` count together."""
        name = key or self.target
        before = self.site.state.get(name, 0)
        self.site.state[name] = before + 1
        return before

    def reply(self, reply: Reply) -> None:
        """Send a whole answer."""
        self.raw(reply.encode(self.method), close=reply.close)

    def raw(self, data: bytes, *, close: bool = False) -> None:
        """Send bytes and be done with the request."""
        if not self._ended:
            self.send(data)
            self.end(close=close)

    def send(self, data: bytes) -> None:
        """Send bytes; there is more to come, or nothing for ever."""
        if not self._ended:
            self.site.stats.bytes_out += len(data)
            self._connection.write(data)

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Do something later, if the client is still there by then."""
        self._connection.after(seconds * self.site.scale, lambda: None if self._ended else call())

    @property
    def jammed(self) -> bool:
        """Tell whether the client does not read as fast as we write."""
        return self._connection.jammed

    def end(self, *, close: bool = False) -> None:
        """Be done with the request; the connection serves the next one, or is closed."""
        if not self._ended:
            self._ended = True
            self._connection.ended(close=close)

    def reset(self) -> None:
        """Break the connection off with RST."""
        self._ended = True
        self._connection.reset()

    def lost(self) -> None:
        """The client has gone."""
        self._ended = True


Script = Callable[[Exchange], "Reply | None"]


class Connection(asyncio.Protocol):
    """One connection of a client with a site. Pipelined requests wait for their turn."""

    __slots__ = ("_buffer", "_closing", "_exchange", "_gone", "_loop", "_timers", "_transport", "jammed", "site")

    def __init__(self, site: Place, everyone: set[Connection]) -> None:
        self.site = site
        self.jammed = False
        self._gone = everyone
        self._loop = asyncio.get_running_loop()
        self._buffer = b""
        self._closing = False
        self._exchange: Exchange | None = None
        self._timers: list[asyncio.TimerHandle] = []
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._gone.add(self)
        self.site.stats.connected()
        if self.site.greeting:
            self.write(self.site.greeting)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._closing = True
        self._gone.discard(self)
        self.site.stats.open -= 1
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        if self._exchange is not None:
            self._exchange.lost()
            self._exchange = None
            self.site.stats.in_flight -= 1

    def pause_writing(self) -> None:
        self.jammed = True

    def resume_writing(self) -> None:
        self.jammed = False

    def data_received(self, data: bytes) -> None:
        self.site.stats.bytes_in += len(data)
        if data[:1] == _CLIENT_HELLO:
            self.write(_ALERT if self.site.tls else _PLAIN_HTTP)
            self._transport.close()
            return
        self._buffer += data
        if self._exchange is None:
            self._next()

    def _next(self) -> None:
        head, blank, rest = self._buffer.partition(b"\r\n\r\n")
        if not blank:
            if len(self._buffer) > _MAX_HEAD:
                self.reset()
            return
        length = _content_length(head)
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        words = head[: head.find(b"\r\n")].decode("latin-1").split(" ") if b"\r\n" in head else []
        if len(words) != 3 or self._closing:
            self._transport.abort()
            return
        method, target = words[0], words[1]
        self.site.stats.began(method, target)
        if self.site.recording:
            self.site.stats.seen.append(head.decode("latin-1"))
        self._exchange = Exchange(self, method, target, head, rest[:length])
        if delay := self.site.delay(target):
            self.after(delay, self._run)
        else:
            self._run()

    def _run(self) -> None:
        exchange = self._exchange
        if exchange is None:
            return
        reply = self.site.script(exchange.target)(exchange)
        if reply is not None:
            exchange.reply(reply)

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        """Call something later, unless the connection is lost first."""
        if self._closing and self._exchange is None:
            return
        if len(self._timers) > 8:
            self._timers = [timer for timer in self._timers if timer.when() > self._loop.time()]
        self._timers.append(self._loop.call_later(seconds, call))

    def write(self, data: bytes) -> None:
        """Write what the client may read."""
        if not self._transport.is_closing():
            self._transport.write(data)

    def ended(self, *, close: bool) -> None:
        """Go on with the next request, or close."""
        self._exchange = None
        self.site.stats.in_flight -= 1
        if close:
            self._closing = True
            self._transport.close()
        elif self._buffer:
            self._loop.call_soon(self._again)

    def _again(self) -> None:
        if self._exchange is None and self._buffer:
            self._next()

    def reset(self) -> None:
        """Send RST: linger on, for no time."""
        found = self._transport.get_extra_info("socket")
        if found is not None:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def abort(self) -> None:
        """End it, as the farm goes down."""
        self._transport.abort()


def _content_length(head: bytes) -> int:
    at = head.lower().find(b"\r\ncontent-length:")
    if at < 0:
        return 0
    value = head[at + 17 :].split(b"\r\n", 1)[0].strip()
    return int(value) if value.isdigit() else 0
