"""What a page of the farm can do. Every maker returns a script; seconds are scaled with the farm's clock."""

from __future__ import annotations

import struct
import time
import zlib
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING

from tests.farm.protocol import Exchange, Reply

if TYPE_CHECKING:
    from tests.farm.protocol import Script

HTML = ("Content-Type", "text/html; charset=utf-8")
Headers = tuple[tuple[str, str], ...]
CLOUDFLARE: Headers = (("Server", "cloudflare"), ("CF-RAY", "8c1f0a2b3d4e5f60-FRA"))
_FILLER = b"<p>" + b"Lorem ipsum dolor sit amet, consectetur adipiscing elit. " * 12 + b"</p>\n"


def html(title: str, text: str = "", *, size: int = 4_000) -> bytes:
    """A page with a title, padded to about ``size`` bytes."""
    head = f"<!doctype html>\n<html><head><title>{title}</title></head><body>\n<h1>{title}</h1>\n{text}\n".encode()
    return head + _FILLER * max(0, (size - len(head)) // len(_FILLER)) + b"</body></html>\n"


# --- Plain answers


def plain(status: int = 200, headers: Headers = (), body: bytes | None = None) -> Script:
    """The same answer to every request, made once."""
    content = body if body is not None else html("A page" if status < 400 else f"Error {status}", size=2_000)
    reply = Reply(
        status, (HTML, *headers) if not any(n.lower() == "content-type" for n, _ in headers) else headers, content
    )
    head, whole = reply.encode("HEAD"), reply.encode("GET")

    def script(exchange: Exchange) -> None:
        exchange.raw(head if exchange.method == "HEAD" else whole)

    return script


def by_method(head: Script, get: Script) -> Script:
    """One answer to HEAD, another to GET."""
    return lambda exchange: (head if exchange.method == "HEAD" else get)(exchange)


def heals(failures: int, bad: Script, good: Script) -> Script:
    """``bad`` for the first requests of any method, then ``good``."""
    return lambda exchange: (bad if exchange.count() < failures else good)(exchange)


def heals_for_get(failures: int, bad: Script, good: Script) -> Script:
    """The same, but only a GET counts, and HEAD is always ``bad``."""

    def script(exchange: Exchange) -> Reply | None:
        healed = exchange.method == "GET" and exchange.count() >= failures
        return (good if healed else bad)(exchange)

    return script


def needs_header(name: str, part: str, refusal: Script, good: Script) -> Script:
    """``good`` for those whose header contains ``part``."""
    return lambda exchange: (good if part in (exchange.header(name) or "") else refusal)(exchange)


# --- Throttling


def retry_date(seconds: float) -> str:
    """An HTTP date so many seconds from now."""
    return formatdate(time.time() + seconds, usegmt=True)


def throttled(hint: str, seconds: int, *, good: Script | None = None, key: str = "") -> Script:
    """429 until ``seconds`` (real ones: the headers know no fractions) after the first request, then ``good``.

    ``hint`` is the way that it is said: ``seconds``, ``date``, ``x-ratelimit-reset``, ``ratelimit`` or ``none``.
    Without ``good`` it never ends. ``key`` is shared by pages that are throttled together.
    """
    ends: dict[str, float] = {}

    def headers() -> Headers:
        match hint:
            case "seconds":
                return (("Retry-After", str(seconds)),)
            case "date":
                return (("Retry-After", retry_date(seconds)),)
            case "x-ratelimit-reset":
                return (("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", str(int(time.time()) + seconds)))
            case "ratelimit":
                return (("RateLimit", f'"default";r=0;t={seconds}'),)
        return ()

    def script(exchange: Exchange) -> Reply | None:
        now = time.monotonic()
        if exchange.count(key) == 0:
            ends[key] = now + seconds - 0.05
        if good is not None and now >= ends.get(key, 0.0):
            return good(exchange)
        return Reply(429, (HTML, *headers()), b"<title>Too many requests</title>")

    return script


# --- Redirects and cookies


def redirect(location: str, status: int = 301, headers: Headers = ()) -> Script:
    """A redirect, as it stands."""
    return plain(status, (("Location", location), *headers), b"")


def cookie_wall(target: str, good: Script, status: int = 302) -> Script:
    """Redirects to itself until its cookie comes back."""
    asks = redirect(target, status, (("Set-Cookie", "visited=yes; Path=/"),))
    return lambda exchange: (good if exchange.cookies().get("visited") == "yes" else asks)(exchange)


def cookie_wall_by(login: str, good: Script) -> Script:
    """Redirects to another page, which sets the cookie and sends back."""
    asks = redirect(login, 302)
    return lambda exchange: (good if exchange.cookies().get("session") == "open" else asks)(exchange)


def sets_cookie(back: str) -> Script:
    """The other page of :func:`cookie_wall_by`."""
    return redirect(back, 302, (("Set-Cookie", "session=open; Path=/; HttpOnly"),))


def counting_cookie(target: str) -> Script:
    """Redirects to itself for ever, each time with another cookie."""

    def script(exchange: Exchange) -> Reply:
        return Reply(302, (("Location", target), ("Set-Cookie", f"turn={exchange.count()}; Path=/")), b"")

    return script


# --- Time


def hang() -> Script:
    """Never answers."""
    return lambda _: None


def hang_inside_headers() -> Script:
    """Sends a status and one header, then nothing."""

    def script(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Wai")

    return script


def drip_headers(pause: float = 1.0) -> Script:
    """Sends a byte of a header at a time, without end."""

    def script(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")

        def more() -> None:
            exchange.send(b"a")
            exchange.later(pause, more)

        more()

    return script


def slow(seconds: float, then: Script) -> Script:
    """Answers later."""

    def script(exchange: Exchange) -> None:
        def now() -> None:
            reply = then(exchange)
            if reply is not None:
                exchange.reply(reply)

        exchange.later(seconds, now)

    return script


def slow_body(pause: float = 0.5, *, stalls: bool = False) -> Script:
    """Answers at once, and sends the body a few bytes at a time (or, ``stalls``, never to its end)."""
    whole = plain()

    def script(exchange: Exchange) -> Reply | None:
        if exchange.method == "HEAD":
            return whole(exchange)
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 40000\r\n\r\n<!doctype html>")

        def more() -> None:
            exchange.send(b"<p>more")
            exchange.later(pause, more)

        if not stalls:
            more()
        return None

    return script


def endless_body(chunk: int = 1 << 16) -> Script:
    """Answers to GET with a body that has no end, as fast as the client reads."""
    data = b"%x\r\n" % chunk + b"x" * chunk + b"\r\n"
    whole = plain()

    def script(exchange: Exchange) -> Reply | None:
        if exchange.method == "HEAD":
            return whole(exchange)
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")

        def more() -> None:
            if not exchange.jammed:
                exchange.send(data)
            exchange.later(0.001, more)

        more()
        return None

    return script


# --- Broken connections and broken HTTP


def reset(after: bytes = b"") -> Script:
    """Breaks the connection off, after some bytes."""

    def script(exchange: Exchange) -> None:
        if not after:
            exchange.reset()
            return
        exchange.send(after)
        exchange.later(0.02, exchange.reset)

    return script


def close() -> Script:
    """Closes the connection without an answer."""
    return lambda exchange: exchange.end(close=True)


def stale_keep_alive(good: Script) -> Script:
    """Answers once, says nothing of closing, and closes, as servers with short keep-alive times do."""

    def script(exchange: Exchange) -> Reply | None:
        reply = good(exchange)
        exchange.end(close=True)
        return reply

    return script


def raw(data: bytes, then: bytes = b"") -> Script:
    """Sends any bytes, some more when a busy client has read them, and closes."""

    def script(exchange: Exchange) -> None:
        if not then:
            exchange.raw(data, close=True)
            return
        exchange.send(data)
        exchange.later(20.0, lambda: exchange.raw(then, close=True))

    return script


@lru_cache(maxsize=2)
def _bomb(megabytes: int) -> bytes:
    """Zeros in gzip: one block that is flushed to an octet's end, over and over (RFC 1951, RFC 1952)."""
    zeros = bytes(1 << 20)
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = deflate.compress(zeros) + deflate.flush(zlib.Z_FULL_FLUSH)
    check = 0
    for _ in range(megabytes):
        check = zlib.crc32(zeros, check)
    end = deflate.flush() + struct.pack("<II", check, megabytes << 20)
    return bytes.fromhex("1f8b08000000000002ff") + block * megabytes + end


def gzip_bomb(megabytes: int = 64) -> Script:
    """Sends, unasked, a body that unpacks to a thousand times its size."""

    def script(exchange: Exchange) -> Reply:
        return Reply(200, (HTML, ("Content-Encoding", "gzip")), _bomb(megabytes))

    return script


MALFORMED: dict[str, bytes] = {
    "status-line": b"HTTP/1.1 OK 200\r\nContent-Length: 0\r\n\r\n",
    "status-letters": b"HTTP/1.1 2xx Fine\r\nContent-Length: 0\r\n\r\n",
    "no-status": b"\r\n\r\n<html>hello</html>",
    "header-without-colon": b"HTTP/1.1 200 OK\r\nthis is no header\r\nContent-Length: 0\r\n\r\n",
    "two-lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\nhello",
    "negative-length": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
}
"""Heads that break RFC 9112 so that no status can be trusted."""

NOT_HTTP: dict[str, bytes] = {
    "ssh": b"SSH-2.0-OpenSSH_9.6\r\n",
    "smtp": b"220 mail.example ESMTP ready\r\n",
    "binary": bytes(range(256)) * 4,
    "html": b"<html><body>HTTP/0.9 is dead</body></html>\n",
}
