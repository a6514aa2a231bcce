"""Sends one request at a time and says what came of it: the only module that opens connections.

One hop: no redirect is followed, no cookie is kept, nothing is sent twice but on a kept-alive connection
that its server had given up meanwhile (RFC 9112, section 9.3.1). Every socket passes the
:class:`~listlint.net.guard.Guard`, with the address it is going to connect to.
"""

from __future__ import annotations

import asyncio
import errno
import math
import queue
import socket
import ssl
import threading
import zlib
from collections import OrderedDict
from contextlib import suppress
from contextvars import ContextVar
from functools import cached_property, lru_cache
from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self
from urllib.parse import unquote

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.http import HttpProcessingError
from multidict import CIMultiDict
from yarl import URL

from listlint.model.patterns import lazy
from listlint.net.deadlines import Deadlines
from listlint.net.guard import ForbiddenAddressError, Guard
from listlint.net.messages import Answer, Failure
from listlint.text.urls import Url, in_domain, split

if TYPE_CHECKING:
    import re
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from types import TracebackType

    from aiohttp.connector import Connection
    from aiohttp.http import RawResponseMessage
    from aiohttp.streams import StreamReader
    from aiohttp.tracing import Trace

    from listlint.net.guard import AddressInfo
    from listlint.net.messages import Request
    from listlint.net.settings import Settings

DECOMPRESSED = 4 * 1024 * 1024
"""No body is decompressed to more bytes than this, whatever a request wants."""
_LINE = 16 * 1024
_FIELD = 32 * 1024
"""The longest line and header field (some policies in headers have more than 8 KiB)."""
_CHUNK = 64 * 1024
"""Bytes of a body that may wait to be read."""
_OVERHEAD = 64 * 1024
"""A compressed body may be so much longer than what it decompresses to, and no more."""
_MEMBERS = 64
"""A compressed body has no more members than this; pages have one."""
_BODY_SHARE = 1 / 3
"""The part of the wait for the first byte that a body may take: nothing hangs on it but what a page says."""
_DNS_TTL = 300
_DNS_NAMES = 4096
_DNS_THREADS = 32
_AGAIN = 3
"""How many kept-alive connections may turn out to be closed before that counts as an answer."""

_BROWSER = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.5",
}
_HARMLESS = frozenset({"accept", "accept-encoding", "accept-language", "content-type", "range", "user-agent"})
"""Headers that may go to a server that nobody vouches for; all others may hold a secret."""
_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS"})
_STALE = frozenset({Failure.RESET, Failure.PROTOCOL})
"""What is met on a connection that was kept, and that its server had given up."""
_PLAIN = "identity"
_ZIPPED = "gzip, deflate"
_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_read=None, sock_connect=None)
"""The library sets no timer; :class:`~listlint.net.deadlines.Deadlines` are ours."""
_ORIGINS = 4096

_HOST = lazy(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
_ILLEGAL = lazy(r"[^\x21-\x7e]+|[\"<>\\^`{|}]")
_COOKIE_NAME = lazy(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_COOKIE_VALUE = lazy(r"[\x21-\x3a\x3c-\x7e]*")
_SURROGATE = lazy(r"[\udc80-\udcff]")
"""How the library hands over the octets of a header that are no UTF-8."""
_NUMBER = lazy(r"(?:0[xX][0-9a-fA-F]*|[0-9]+)")
_UNREACHABLE_TOPS = {"onion": "RFC 7686", "alt": "RFC 9476"}
"""Names that are not looked up in the DNS, and must not be."""


class Resolver(Protocol):
    """Looks names up, in the shape of ``aiohttp.abc.AbstractResolver``."""

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[Any]:
        """Mappings with the addresses of ``host`` as ``host``. Raises ``socket.gaierror``."""
        ...


class _RefusedError(Exception):
    """A request that is not sent."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail


class _Attempt:
    """What is known of one sending, from the connector and from the sockets that it made."""

    __slots__ = ("connected", "forbidden", "sockets", "wait")

    def __init__(self, wait: float) -> None:
        self.wait = wait
        self.sockets = 0
        self.forbidden: str | None = None
        self.connected = False

    @property
    def reused(self) -> bool:
        return self.connected and not self.sockets


_attempt: ContextVar[_Attempt] = ContextVar("_attempt")


class _Origin:
    """Scheme, host and port of URLs that may be asked, and how they are named to the library and to the server."""

    __slots__ = ("connects", "host", "place", "verify")

    def __init__(self, host: str, place: URL, *, verify: bool) -> None:
        self.host = host
        self.place = place
        self.verify = verify
        self.connects: aiohttp.ClientRequest | None = None
        """what the library is asked for connections with"""

    def head(self, method: str, target: str) -> bytes:
        """The first line of a request and its ``Host`` (RFC 9112, section 3.2), once :attr:`connects` has been used."""
        assert self.connects is not None
        own = self.connects.headers
        host = own["Host"]
        if self.connects.proxy is None or self.connects.is_ssl():
            return f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n".encode("ascii")
        login = f"Proxy-Authorization: {own['Proxy-Authorization']}\r\n" if "Proxy-Authorization" in own else ""
        return f"{method} http://{host}{target} HTTP/1.1\r\nHost: {host}\r\n{login}".encode("ascii")


class Client:
    """A :class:`~listlint.net.messages.Sender`, to be used as an asynchronous context manager.

    ``guard`` is made of the settings where it is missing. ``resolver`` takes the place of the system's look-up of
    names. Raises ``OSError`` (``ssl.SSLError``) on entering if ``settings.extra_roots`` cannot be read.
    """

    def __init__(self, settings: Settings, guard: Guard | None = None, resolver: Resolver | None = None) -> None:
        self._settings = settings
        self._guard = guard or Guard(settings.allow_private, settings.ports, settings.allow)
        self._threads = _Threads()
        self._resolver = resolver
        self._proxy = _proxy(settings.proxy)
        self._proxy_peers: set[tuple[str, int]] = set()
        self._passed: dict[str, float] = {}
        self._origins: dict[tuple[str, str, str, bool], _Origin] = {}
        self._headers = CIMultiDict({"User-Agent": settings.user_agent, **_BROWSER})
        self._usual: dict[str, bytes] = {}

    async def __aenter__(self) -> Self:
        self._verified = _context(self._settings.extra_roots)
        self._loop = asyncio.get_running_loop()
        self._deadlines = Deadlines()
        self._connector = _Connector(self._settings.in_flight, _Answers(self._addresses), self._socket)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.close()
        await self._connector.close()

    async def send(self, request: Request) -> Answer:
        """The answer, or the failure. Raises nothing but ``asyncio.CancelledError``."""
        started = self._loop.time()
        try:
            origin, target = self._target(request)
            if self._proxy is not None:
                await self._look_first(origin.host)
            fields = self._fields(request, origin)
        except _RefusedError as refused:
            return Answer(url=request.url, failure=refused.failure, detail=refused.detail)
        for _ in range(_AGAIN):
            attempt = _Attempt(self._settings.first_byte if request.first_byte is None else request.first_byte)
            answer = await self._once(request, origin, target, fields, attempt, started)
            stale = attempt.reused and answer.failure in _STALE
            if not stale or request.method not in _REPEATABLE:
                break
        return answer

    def _target(self, request: Request) -> tuple[_Origin, str]:
        """Where the request goes, by the rules that need no look-up. Raises :exc:`_RefusedError`."""
        parts = split(request.url.strip())
        key = parts.scheme, parts.host, parts.port, request.verify
        origin = self._origins.get(key)
        if origin is None:
            origin = self._origin(parts, verify=request.verify)
            if len(self._origins) >= _ORIGINS:
                self._origins.clear()
            self._origins[key] = origin
        path = _escape(_without_dots(parts.path or "/"))
        return origin, f"{path}?{_escape(parts.query)}" if parts.query else path

    def _origin(self, parts: Url, *, verify: bool) -> _Origin:
        """The origin of a URL, if it may be asked at all. Raises :exc:`_RefusedError`."""
        if parts.scheme not in {"http", "https"}:
            raise _RefusedError(Failure.UNSUPPORTED_SCHEME, "neither http nor https")
        host = _host(parts.host)
        digits = parts.port.lstrip("0") or "0" if parts.port else "443" if parts.scheme == "https" else "80"
        port = int(digits) if len(digits) < 6 else -1
        reason = self._guard.refuses_port(port) if 0 <= port < 65536 else "no such port"
        if reason:
            raise _RefusedError(Failure.PORT_NOT_ALLOWED, reason)
        if _is_literal(host):
            reason = self._guard.refuses(host)
            if reason or "%" in host:
                raise _RefusedError(Failure.FORBIDDEN_ADDRESS, reason or "an address with a scope")
        top = host.rstrip(".").rpartition(".")[2]
        if top in _UNREACHABLE_TOPS:
            raise _RefusedError(Failure.FORBIDDEN_ADDRESS, f"`.{top}` is not in the DNS ({_UNREACHABLE_TOPS[top]})")
        name = f"[{host}]" if ":" in host else host
        try:
            return _Origin(host, URL(f"{parts.scheme}://{name}:{port}", encoded=True), verify=verify)
        except ValueError:
            raise _RefusedError(Failure.PROTOCOL, "no such request can be sent") from None

    def _fields(self, request: Request, origin: _Origin) -> bytes:
        """The headers of a request as they are sent, without the secrets that are not meant for where it goes.

        ``Host`` stands before them. Raises :exc:`_RefusedError` for a header that cannot be sent.
        """
        coding = _ZIPPED if request.body_limit and request.method != "HEAD" else _PLAIN
        usual = not request.headers and not request.cookies and request.data is None
        if usual and coding in self._usual:
            return self._usual[coding]
        headers = self._headers.copy()
        headers["Accept-Encoding"] = coding
        foreign: list[str] = []
        if self._settings.tokens and request.headers:
            own = self._settings.token_for(str(origin.place)) if request.verify else None
            foreign = [token for token in self._settings.tokens.values() if token and token != own]
        for name, value in request.headers.items():
            harmless = request.verify or name.lower() in _HARMLESS
            if harmless and not any(token in value for token in foreign):
                headers[name] = value
        if request.cookies and (cookies := _cookies(request.cookies)):
            headers["Cookie"] = cookies
        if request.data is not None:
            headers["Content-Length"] = str(len(request.data))
            headers.setdefault("Content-Type", "application/octet-stream")
        fields = _serialised(headers)
        if usual:
            self._usual[coding] = fields
        return fields

    async def _once(
        self, request: Request, origin: _Origin, target: str, fields: bytes, attempt: _Attempt, started: float
    ) -> Answer:
        loop = self._loop
        try:
            with self._deadlines.by(loop.time() + self._settings.connect_timeout) as deadline:
                connection = await self._connect(origin, attempt)
                # The connection stands: from now on it is the headers that are waited for.
                deadline.move(loop.time() + attempt.wait)
                head = origin.head(request.method, target) + fields
                message, payload = await _exchange(connection, head + (request.data or b""), request.method)
        except TimeoutError:
            failure, detail = _timed_out(attempt)
        except _FAULTS as error:
            failure, detail = _why(error, attempt)
        else:
            elapsed = loop.time() - started
            body, truncated = await self._body(request, message, payload, connection)
            return Answer(
                url=request.url,
                status=message.code,
                headers=_by_name(message.headers),
                body=body,
                truncated=truncated,
                elapsed=elapsed,
            )
        return Answer(url=request.url, failure=failure, detail=detail, elapsed=loop.time() - started)

    async def _connect(self, origin: _Origin, attempt: _Attempt) -> Connection:
        """A connection to an origin, kept or new."""
        if self._connector.closed:
            raise RuntimeError("the client is closed")
        if origin.connects is None:
            context = self._verified if origin.verify else self._unverified
            origin.connects = aiohttp.ClientRequest(
                "GET", origin.place, ssl=context, proxy=self._proxy, loop=self._loop
            )
        token = _attempt.set(attempt)
        try:
            connection = await self._connector.connect(origin.connects, [], _NO_TIMEOUT)
        finally:
            _attempt.reset(token)
        attempt.connected = True
        return connection

    async def _body(
        self, request: Request, message: RawResponseMessage, payload: StreamReader, connection: Connection
    ) -> tuple[bytes, bool]:
        """What came of the body within its limits of bytes and time, and whether that is not all of it.

        The connection is given back, or cut off if there is more to come: nobody waits for a polite end.
        """
        limit = min(request.body_limit, DECOMPRESSED)
        if request.method == "HEAD" or limit == 0:
            await self._let_go(connection, payload)
            return b"", request.method != "HEAD"
        reader = _Body(limit, message.headers.get("Content-Encoding", ""))
        try:
            patience = math.inf if payload.is_eof() else self._settings.first_byte * _BODY_SHARE
            with self._deadlines.by(self._loop.time() + patience):
                while not reader.full:
                    chunk = await payload.readany()
                    if not chunk:
                        break
                    reader.feed(chunk)
        except (TimeoutError, zlib.error, *_FAULTS):
            reader.broken = True
        finally:
            await self._let_go(connection, payload)
        return bytes(reader.data[:limit]), reader.truncated

    async def _let_go(self, connection: Connection, payload: StreamReader) -> None:
        if payload.is_eof():
            self._connector.take_back(connection)
            return
        if connection.transport is not None:
            connection.transport.abort()
        connection.close()
        await _closed()

    async def _look_first(self, host: str) -> None:
        """Judge the addresses of a name that a proxy is going to look up for itself. Raises :exc:`_RefusedError`."""
        loop = self._loop
        if _is_literal(host) or self._passed.get(host, 0.0) > loop.time():
            return
        try:
            with self._deadlines.by(loop.time() + self._settings.connect_timeout):
                addresses = await self._addresses(host, 0)
        except TimeoutError:
            raise _RefusedError(Failure.DNS_TEMPORARY, "the look-up of its name took too long") from None
        except OSError as error:
            raise _RefusedError(*_dns(error)) from None
        reason = next(filter(None, map(self._guard.refuses, addresses)), None)
        if reason:
            raise _RefusedError(Failure.FORBIDDEN_ADDRESS, reason)
        if len(self._passed) >= _DNS_NAMES:
            self._passed.clear()
        self._passed[host] = loop.time() + _DNS_TTL

    async def _addresses(self, host: str, port: int) -> list[str]:
        """The addresses of a name, at least one. Those of the proxy's name are noted."""
        if self._resolver is not None:
            addresses = [found["host"] for found in await self._resolver.resolve(host, port, socket.AF_UNSPEC)]
        elif in_domain(host.rstrip("."), "localhost"):
            # RFC 6761, section 6.3: no question for a name server.
            addresses = ["127.0.0.1", "::1"]
        else:
            addresses = await self._threads.look_up(host)
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no address")
        if self._proxy is not None and host == self._proxy.raw_host:
            self._proxy_peers.update((address, port) for address in addresses)
        return addresses

    def _socket(self, info: AddressInfo) -> socket.socket:
        """The connector's socket factory: the guard, and a note of what it said."""
        attempt = _attempt.get()
        try:
            made = socket.socket(*info[:3]) if self._is_proxy(info) else self._guard.socket_factory(info)
        except ForbiddenAddressError as error:
            attempt.forbidden = str(error)
            raise
        attempt.sockets += 1
        return made

    def _is_proxy(self, info: AddressInfo) -> bool:
        """Tell whether an address is the proxy's, which the user named, and which may well be private."""
        if self._proxy is None:
            return False
        address, port = info[4][:2]
        named = (self._proxy.raw_host, self._proxy.port)
        return (address, port) == named or (address, port) in self._proxy_peers

    @cached_property
    def _unverified(self) -> ssl.SSLContext:
        return _context(None, verify=False)


# --- Where a request goes --------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _host(written: str) -> str:
    """The host as it is connected to: in ASCII, and a number as the IPv4 address that it is.

    As browsers read it (https://url.spec.whatwg.org/#host-parsing), for then the address that is judged is
    the one that a reader of the link would be sent to. Raises :exc:`_RefusedError`.
    """
    nobody = _RefusedError(Failure.NO_SUCH_HOST, "no host can have this name")
    if written.startswith("[") and written.endswith("]"):
        address = written[1:-1].replace("%25", "%")
        if not _is_literal(address) or ":" not in address:
            raise nobody
        return str(ip_address(address))
    host = written.lower()
    if not _HOST.fullmatch(host):
        try:
            host = (URL.build(scheme="http", host=unquote(host)).raw_host or "").lower()
        except ValueError:
            raise nobody from None
    name = host.removesuffix(".")
    if not _HOST.fullmatch(host) or len(name) > 253 or any(not 0 < len(label) < 64 for label in name.split(".")):
        raise nobody
    if not _NUMBER.fullmatch(name.rpartition(".")[2]):
        return host
    number = _ipv4(name)
    if number is None:
        raise nobody
    return number


def _ipv4(name: str) -> str | None:
    """The address that up to four numbers, also octal or hexadecimal, stand for; None if they are none."""
    numbers = []
    for part in name.split("."):
        base = 16 if part[:2] in {"0x", "0X"} else 8 if part.startswith("0") else 10
        digits = part[2:] if base == 16 else part
        try:
            numbers.append(int(digits or "0", base) if _NUMBER.fullmatch(part) else -1)
        except ValueError:
            return None
    *front, last = numbers
    if len(front) > 3 or any(not 0 <= number < 256 for number in front) or not 0 <= last < 256 ** (4 - len(front)):
        return None
    high = sum(number << (24 - 8 * place) for place, number in enumerate(front))
    return str(IPv4Address(high + last))


@lru_cache(maxsize=4096)
def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _without_dots(path: str) -> str:
    """RFC 3986, section 5.2.4, for an absolute path."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _escape(part: str) -> str:
    """A part of a URL in the characters that may be sent. What is escaped already stays as it is."""
    return _ILLEGAL.sub(_escaped, part)


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"%{octet:02X}" for octet in match[0].encode("utf-8", "surrogatepass"))


def _cookies(cookies: Mapping[str, str]) -> str:
    """The cookies that can be sent (RFC 6265, section 4.2.1).

    They are those that the servers of a chain set for a stranger: no secret of anybody's.
    """
    return "; ".join(
        f"{name}={value}"
        for name, value in cookies.items()
        if _COOKIE_NAME.fullmatch(name) and _COOKIE_VALUE.fullmatch(value)
    )


def _serialised(headers: CIMultiDict[str]) -> bytes:
    """Headers and the empty line behind them. Raises :exc:`_RefusedError` for what would be another header."""
    try:
        text = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
    except UnicodeEncodeError:
        text = b"\0"
    if b"\0" in text or text.count(b"\r") != len(headers) or text.count(b"\n") != len(headers):
        raise _RefusedError(Failure.PROTOCOL, "no such request can be sent")
    return text + b"\r\n"


def _proxy(url: str | None) -> URL | None:
    return URL(url if "://" in url else f"http://{url}") if url else None


# --- Connections -----------------------------------------------------------------------------------


def _context(extra_roots: str | None, *, verify: bool = True) -> ssl.SSLContext:
    context = ssl.create_default_context() if verify else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Newer Pythons set it, no browser does: an old company root would be a fault of the page's.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.set_alpn_protocols(["http/1.1"])
    if extra_roots is not None:
        context.load_verify_locations(extra_roots)
    return context


_PLAIN_SHARE = 8
"""Plain connections that are kept for each one of TLS."""


class _Connector(aiohttp.TCPConnector):
    """Tells an attempt when its connection stands, and keeps no more than ``idle`` unused TLS connections.

    A TLS connection holds some 300 KB (the standard library gives each a buffer of 256 KiB), so a run over
    thousands of hosts must not keep all of them until they expire. Plain ones are small, and more are kept.
    """

    def __init__(
        self, idle: int, resolver: AbstractResolver, socket_factory: Callable[[AddressInfo], socket.socket]
    ) -> None:
        # How many connections there are, and to whom, is the scheduler's business.
        super().__init__(
            limit=0,
            resolver=resolver,
            ttl_dns_cache=_DNS_TTL,
            dns_cache_max_size=_DNS_NAMES,
            socket_factory=socket_factory,
        )
        self._most_idle = {True: idle, False: idle * _PLAIN_SHARE}
        self._idle: dict[bool, OrderedDict[asyncio.Transport, None]] = {True: OrderedDict(), False: OrderedDict()}

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        """A connection from the pool, or a new one."""
        connection = await super().connect(req, traces, timeout)
        transport = connection.transport
        if transport is not None:
            self._idle[_is_tls(transport)].pop(transport, None)
        return connection

    def take_back(self, connection: Connection) -> None:
        """Put a connection into the pool, if it can be used again."""
        transport = connection.transport
        connection.release()
        # One that the library has closed instead is closing by now.
        if transport is None or transport.is_closing():
            return
        tls = _is_tls(transport)
        idle = self._idle[tls]
        idle[transport] = None
        while len(idle) > self._most_idle[tls]:
            idle.popitem(last=False)[0].abort()


def _is_tls(transport: asyncio.Transport) -> bool:
    return transport.get_extra_info("sslcontext") is not None


async def _exchange(connection: Connection, data: bytes, method: str) -> tuple[RawResponseMessage, StreamReader]:
    """Send a whole request; its answer, with a body that may be still to come. A failure closes the connection.

    This stands where the library's own session would: it resends by itself, and sets timers and copies headers
    for each request.
    """
    try:
        protocol, transport = connection.protocol, connection.transport
        if protocol is None or transport is None or transport.is_closing():
            raise ConnectionResetError
        protocol.set_response_params(
            skip_payload=method == "HEAD",
            read_until_eof=True,
            auto_decompress=False,
            read_bufsize=_CHUNK,
            max_line_size=_LINE,
            max_field_size=_FIELD,
        )
        transport.write(data)
        while True:
            message, payload = await protocol.read()
            if message.code == 101 or not 100 <= message.code < 200:
                return message, payload
    except BaseException:
        connection.close()
        await _closed()
        raise


async def _closed() -> None:
    """Wait for a socket to be closed, which it is in the next round of the loop.

    Before, nobody may open another one to its host: there would be more than are allowed.
    """
    await asyncio.sleep(0)


# --- Names -----------------------------------------------------------------------------------------


class _Answers(AbstractResolver):
    """What the connector asks for addresses; unlike its own, also for those of a family that is not routed here.

    A host that has only such an address is out of reach, which is another thing than having none.
    """

    def __init__(self, lookup: Callable[[str, int], Awaitable[Sequence[str]]]) -> None:
        self._lookup = lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = await self._lookup(host, port)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing of its own."""


class _Job(NamedTuple):
    host: str
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[list[str]]


class _Threads:
    """The system's look-ups, in threads that do not keep the process alive.

    A look-up cannot be interrupted and may take half a minute; the threads of the standard library's pool
    are waited for when Python ends, which would be that long after ``Ctrl-C``.
    """

    def __init__(self, most: int = _DNS_THREADS) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._free = threading.Semaphore(0)
        self._count = 0
        self._most = most

    async def look_up(self, host: str) -> list[str]:
        """The addresses of a host in the order of RFC 6724. Raises ``socket.gaierror``."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[str]] = loop.create_future()
        self._jobs.put(_Job(host, loop, future))
        if not self._free.acquire(blocking=False) and self._count < self._most:
            self._count += 1
            threading.Thread(target=self._work, name="listlint-dns", daemon=True).start()
        return await future

    def close(self) -> None:
        """Let the threads end once they have nothing to do."""
        for _ in range(self._count):
            self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                answer: list[str] | OSError = _system_addresses(job.host)
            except OSError as error:
                answer = error
            # The loop may be gone by now, and nobody waits for the answer.
            with suppress(RuntimeError):
                job.loop.call_soon_threadsafe(_hand_over, job.future, answer)
            self._free.release()


def _system_addresses(host: str) -> list[str]:
    found = socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM)
    return [
        str(peer[0]) + (f"%{peer[3]}" if len(peer) > 3 and peer[3] and "%" not in str(peer[0]) else "")
        for _, _, _, _, peer in found
    ]


def _hand_over(future: asyncio.Future[list[str]], answer: list[str] | OSError) -> None:
    if future.done():
        return
    if isinstance(answer, OSError):
        future.set_exception(answer)
    else:
        future.set_result(answer)


# --- What came back --------------------------------------------------------------------------------


def _by_name(fields: Mapping[str, str]) -> dict[str, list[str]]:
    """The headers by lower-case name. Octets that are no UTF-8 are percent-encoded, as a ``Location`` needs it."""
    headers: dict[str, list[str]] = {}
    for name, value in fields.items():
        clean = value if value.isascii() else _SURROGATE.sub(lambda match: f"%{ord(match[0]) & 0xFF:02X}", value)
        headers.setdefault(name.lower(), []).append(clean)
    return headers


class _Body:
    """Collects a body up to ``limit`` bytes after decompression (RFC 9110, section 8.4)."""

    def __init__(self, limit: int, encoding: str) -> None:
        self.data = bytearray()
        self.broken = False
        self._limit = limit
        self._wire = 0
        self._members = 0
        self._coding = encoding.strip().lower()
        self._unzip: zlib._Decompress | None = None

    @property
    def full(self) -> bool:
        """Tell whether nothing more is wanted: one byte past the limit tells that there is more."""
        return self.broken or len(self.data) > self._limit or self._wire > self._limit + _OVERHEAD

    @property
    def truncated(self) -> bool:
        return self.full or self._unzip is not None

    def feed(self, chunk: bytes) -> None:
        """Add what came over the wire. Raises ``zlib.error`` for what is not in the encoding that it claims."""
        self._wire += len(chunk)
        if self._coding in {"gzip", "x-gzip", "deflate"}:
            self._inflate(chunk)
        elif self._coding in {"br", "zstd", "compress", "x-compress", "dcb", "dcz"} or "," in self._coding:
            # Nobody asked for it; better no page than noise.
            self.broken = True
        else:
            self.data += chunk

    def _inflate(self, chunk: bytes) -> None:
        while chunk and not self.full:
            if self._unzip is None and not self._open(chunk):
                return
            assert self._unzip is not None
            self.data += self._unzip.decompress(chunk, self._limit + 1 - len(self.data))
            chunk = self._unzip.unused_data if self._unzip.eof else self._unzip.unconsumed_tail
            if self._unzip.eof:
                self._unzip = None

    def _open(self, chunk: bytes) -> bool:
        """Begin a stream, or a further member of a gzip file (RFC 1952, section 2.2); padding is neither."""
        self._members += 1
        self.broken = self._members > _MEMBERS
        if self._members > 1 and (self._coding == "deflate" or chunk[0] != 0x1F):
            return False
        # Half of the servers' "deflate" lacks the header of RFC 1950; its first octet tells.
        raw = self._coding == "deflate" and (chunk[0] & 0x0F) != 8
        self._unzip = zlib.decompressobj(-zlib.MAX_WBITS if raw else zlib.MAX_WBITS | 32)
        return not self.broken


# --- Why nothing came back -------------------------------------------------------------------------

_FAULTS = (aiohttp.ClientError, HttpProcessingError, OSError, ValueError, RuntimeError)
"""Whatever the library raises for a request; ``ValueError`` is a header or a URL that cannot be sent."""

_CERTIFICATES = {
    2: (Failure.TLS_CHAIN, "an intermediate certificate is missing"),
    9: (Failure.TLS_EXPIRED, "the certificate is not valid yet"),
    10: (Failure.TLS_EXPIRED, "the certificate has expired"),
    18: (Failure.TLS_SELF_SIGNED, "the certificate is self-signed"),
    19: (Failure.TLS_SELF_SIGNED, "the certificate's root is unknown"),
    20: (Failure.TLS_CHAIN, "an intermediate certificate is missing"),
    21: (Failure.TLS_CHAIN, "an intermediate certificate is missing"),
    62: (Failure.TLS_WRONG_HOST, "the certificate is for another host"),
    64: (Failure.TLS_WRONG_HOST, "the certificate is for another address"),
}
"""By the ``X509_V_ERR_…`` numbers of OpenSSL (x509_vfy.h)."""

_ERRNO = {
    errno.ECONNREFUSED: (Failure.REFUSED, "the connection was refused"),
    errno.ECONNRESET: (Failure.RESET, "the connection was reset"),
    errno.ECONNABORTED: (Failure.RESET, "the connection was reset"),
    errno.EPIPE: (Failure.RESET, "the connection was closed"),
    errno.ETIMEDOUT: (Failure.CONNECT_TIMEOUT, "no connection was made in time"),
    errno.ENETUNREACH: (Failure.UNREACHABLE, "its network is unreachable"),
    errno.EHOSTUNREACH: (Failure.UNREACHABLE, "the host is unreachable"),
}


def _timed_out(attempt: _Attempt) -> tuple[Failure, str]:
    if attempt.connected:
        return Failure.READ_TIMEOUT, f"no answer within {attempt.wait:g} s"
    if attempt.sockets:
        return Failure.CONNECT_TIMEOUT, "no connection was made in time"
    return Failure.DNS_TEMPORARY, "the look-up of its name took too long"


def _why(error: BaseException, attempt: _Attempt) -> tuple[Failure, str]:
    """The failure, and a clause for people that holds nothing of what the other side or the settings say."""
    if attempt.forbidden is not None and not attempt.sockets:
        return Failure.FORBIDDEN_ADDRESS, attempt.forbidden
    judge = next((judge for kind, judge in _JUDGES if isinstance(error, kind)), None)
    return judge(error) if judge else (Failure.PROTOCOL, "no such request can be sent")


def _dns(error: OSError) -> tuple[Failure, str]:
    """NXDOMAIN and a name without addresses are an answer; all else is the trouble of a resolver."""
    nothing = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
    if isinstance(error, socket.gaierror) and error.errno in nothing:
        return Failure.NO_SUCH_HOST, "its host does not exist"
    return Failure.DNS_TEMPORARY, "the look-up of its name failed"


def _certificate(error: BaseException) -> tuple[Failure, str]:
    known = _CERTIFICATES.get(error.verify_code) if isinstance(error, ssl.SSLCertVerificationError) else None
    return known or (Failure.TLS_OTHER, "its certificate cannot be verified")


def _system(error: OSError) -> tuple[Failure, str]:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate(error)
    # What a server says after the handshake comes as a bare OSError with the library's text.
    if isinstance(error, ssl.SSLError) or "[SSL" in str(error):
        plain = "WRONG_VERSION_NUMBER" in str(error) or "RECORD_LAYER_FAILURE" in str(error)
        return Failure.TLS_OTHER, "no TLS is spoken at its port" if plain else "no TLS connection was agreed on"
    if isinstance(error, ConnectionResetError | ConnectionAbortedError | BrokenPipeError):
        return Failure.RESET, "the connection was reset"
    return _ERRNO.get(error.errno or 0, (Failure.UNREACHABLE, "no connection could be made"))


_JUDGES: tuple[tuple[type[BaseException], Callable[[Any], tuple[Failure, str]]], ...] = (
    (aiohttp.ClientConnectorDNSError, lambda error: _dns(error.os_error)),
    (aiohttp.ClientHttpProxyError, lambda error: (Failure.UNREACHABLE, f"the proxy answered {error.status}")),
    (aiohttp.ServerDisconnectedError, lambda _: (Failure.RESET, "the connection was closed without an answer")),
    (aiohttp.ClientConnectorCertificateError, lambda error: _certificate(error.certificate_error)),
    (aiohttp.ClientConnectorError, lambda error: _system(error.os_error)),
    (OSError, _system),
    (aiohttp.ClientResponseError, lambda _: (Failure.PROTOCOL, "the answer is no valid HTTP")),
    (HttpProcessingError, lambda _: (Failure.PROTOCOL, "the answer is no valid HTTP")),
)
"""The narrow kinds of faults stand before the wide ones."""
