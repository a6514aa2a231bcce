"""The client against servers on the loopback: real sockets, real TLS, real faults."""

from __future__ import annotations

import asyncio
import datetime
import gzip
import socket
import ssl
import threading
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from listlint.net import client as module
from listlint.net.client import Client
from listlint.net.guard import Guard
from listlint.net.messages import Answer, Failure, Request
from listlint.net.settings import Settings

T = TypeVar("T")
Handler = Callable[[bytes, asyncio.StreamWriter], Awaitable[bool | None]]
"""Gets the head of a request; True keeps the connection for another one."""

OPEN = Guard(allow_private=True)
QUICK = Settings(connect_timeout=5, first_byte=5)
HASTY = Settings(connect_timeout=0.3, first_byte=0.3)


def run(scene: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(asyncio.wait_for(scene, 30))


class Server:
    """A raw server on the loopback that counts connections and keeps what it was sent."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.connections = 0
        self.open = 0
        self.requests: list[bytes] = []
        self.port = 0
        self.scheme = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.requests.append(head)
                if not await self.handler(head, writer):
                    break
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= 1
            writer.close()


async def eventually(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.01)


@asynccontextmanager
async def serving(
    handler: Handler, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None, port: int = 0
) -> AsyncIterator[Server]:
    server = Server(handler)
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(server.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listening = await asyncio.start_server(accept, host, port, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    server.scheme = "https" if tls else "http"
    try:
        yield server
    finally:
        listening.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def says(*parts: bytes, pause: float = 0.0, keep: bool = False) -> Handler:
    async def handler(head: bytes, writer: asyncio.StreamWriter) -> bool:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
        return keep

    return handler


def hangs(*parts: bytes) -> Handler:
    return says(*parts, b"", pause=20)


def ok(body: bytes = b"", *fields: bytes, status: bytes = b"200 OK") -> bytes:
    head = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *fields]
    return b"\r\n".join([*head, b"", body])


def ask(handler: Handler, settings: Settings = QUICK, **request: Any) -> Answer:
    return talk(handler, settings, **request)[0]


def talk(handler: Handler, settings: Settings = QUICK, **request: Any) -> tuple[Answer, Server]:
    async def scene() -> tuple[Answer, Server]:
        async with serving(handler) as server, Client(settings, OPEN) as client:
            path = request.pop("path", "")
            return await client.send(Request(url=server.url + path, **request)), server

    return run(scene())


class Names:
    """Answers look-ups one after the other; the last answer stays. What is an exception is raised."""

    def __init__(self, *answers: Sequence[str] | Exception) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[dict[str, Any]]:
        answer = self.answers[min(len(self.asked), len(self.answers) - 1)]
        self.asked.append(host)
        if isinstance(answer, Exception):
            raise answer
        return [{"host": address} for address in answer]


# --- Answers ---------------------------------------------------------------------------------------


def test_status_headers_and_time_of_an_answer() -> None:
    answer = ask(says(ok(b"", b"X-A: 1", b"x-a: 2", b"ETag: abc")))
    assert (answer.status, answer.failure, answer.body) == (200, None, b"")
    assert answer.headers["x-a"] == ["1", "2"]
    assert answer.header("etag") == "abc"
    assert 0 < answer.elapsed < 5


@pytest.mark.parametrize("status", [200, 204, 304, 401, 404, 410, 418, 429, 451, 500, 503, 999])
def test_any_status_is_an_answer(status: int) -> None:
    assert ask(says(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status)).status == status


def test_no_redirect_is_followed_and_no_cookie_kept() -> None:
    async def scene() -> None:
        reply = ok(b"", b"Location: /elsewhere", b"Set-Cookie: a=b; Path=/", status=b"302 Found")
        async with serving(says(reply, keep=True)) as server, Client(QUICK, OPEN) as client:
            answer = await client.send(Request(url=server.url))
            assert (answer.status, answer.header("location")) == (302, "/elsewhere")
            await client.send(Request(url=server.url))
            assert len(server.requests) == 2
            assert server.connections == 1
            assert b"ookie" not in b"".join(server.requests)

    run(scene())


def test_the_request_is_that_of_an_ordinary_browser_with_its_own_name() -> None:
    _, server = talk(says(ok()))
    head = server.requests[0].decode()
    assert head.startswith("HEAD / HTTP/1.1\r\n")
    assert "User-Agent: Mozilla/5.0 (compatible; listlint/" in head
    assert "Accept: text/html," in head
    assert "Accept-Language: en" in head
    assert "Accept-Encoding: identity" in head
    _, server = talk(says(ok()), method="GET", body_limit=10, headers={"accept": "application/json"})
    assert "Accept-Encoding: gzip, deflate" in server.requests[0].decode()
    assert server.requests[0].lower().count(b"accept:") == 1


def test_cookies_and_data_are_sent_and_nothing_can_be_smuggled_in() -> None:
    _, server = talk(says(ok()), cookies={"a": "1", "b": "2;x", "c\r\nX": "3", "d": "4\r\nX: y"})
    assert b"\r\nCookie: a=1\r\n" in server.requests[0]
    answer, server = talk(says(ok()), headers={"X": "1\r\nEvil: 1"})
    assert answer.failure is Failure.PROTOCOL
    assert server.requests == []
    _, server = talk(says(ok()), method="POST", data=b"{}", headers={"Content-Type": "application/json"})
    assert server.requests[0].startswith(b"POST / ")
    assert b"Content-Length: 2\r\n" in server.requests[0]


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("a b", b"/a%20b"),
        ("ä?ö=ü", b"/%C3%A4?%C3%B6=%C3%BC"),
        ("a%2Fb%7e%zz+", b"/a%2Fb%7e%zz+"),
        ("a/../b/./c", b"/b/c"),
        ("a/..", b"/"),
        ("../../x", b"/x"),
        ("x\r\nEvil: 1", b"/x%0D%0AEvil:%201"),
        ("?q=a|b{c}", b"/?q=a%7Cb%7Bc%7D"),
        ("p#fragment", b"/p"),
        ("/two//three", b"//two//three"),
    ],
)
def test_urls_go_out_as_written_with_what_no_url_may_hold_escaped(path: str, sent: bytes) -> None:
    _, server = talk(says(ok()), path=path)
    assert server.requests[0].split(b" HTTP/1.1\r\n")[0] == b"HEAD " + sent


def test_octets_of_a_location_that_are_no_utf8_are_escaped() -> None:
    answer = ask(says(ok(b"", b"Location: /caf\xe9", b"X-B: caf\xc3\xa9", status=b"302 Found")))
    assert answer.header("location") == "/caf%E9"
    assert answer.header("x-b") == "café"


@pytest.mark.parametrize("host", ["[::1]", "[0:0::1]", "2130706433", "127.1", "0x7F.0.0.1."])
def test_literal_addresses_in_every_spelling_are_asked_where_they_are_allowed(host: str) -> None:
    async def scene() -> None:
        async with serving(says(ok()), "::1" if ":" in host else "127.0.0.1") as server, Client(QUICK, OPEN) as client:
            answer = await client.send(Request(url=f"http://{host}:{server.port}/"))
            assert answer.status == 200, answer.detail
            name = "[::1]" if ":" in host else "127.0.0.1"
            assert f"\r\nHost: {name}:{server.port}\r\n".encode() in server.requests[0]

    run(scene())


@given(st.one_of(st.text(), st.text().map("http://".__add__), st.from_regex(r"https?://[^/]*:?[0-9]*/.*")))
def test_what_a_url_is_made_of_never_raises_but_a_refusal(url: str) -> None:
    client = Client(QUICK, OPEN)
    with suppress(module._RefusedError):
        origin, target = client._target(Request(url=url))
        assert str(origin.place).isascii()
        assert origin.place.raw_host
        assert target.startswith("/")
        assert target.isascii()
        assert target.isprintable()
        assert " " not in target


def test_the_default_port_is_not_named() -> None:
    client = Client(QUICK, OPEN)
    for url in ("http://a.test:80/", "https://a.test:443/", "http://a.test/", "http://a.test:/"):
        assert client._target(Request(url=url))[0].place.host_port_subcomponent == "a.test"


def test_a_user_in_a_url_is_not_sent() -> None:
    async def scene() -> None:
        async with serving(says(ok())) as server, Client(QUICK, OPEN) as client:
            await client.send(Request(url=f"http://me:secret@127.0.0.1:{server.port}/"))
            assert b"uthorization" not in server.requests[0]

    run(scene())


# --- Connections -----------------------------------------------------------------------------------


def test_connections_are_kept() -> None:
    async def scene() -> None:
        async with serving(says(ok(b"page"), keep=True)) as server, Client(QUICK, OPEN) as client:
            for _ in range(5):
                answer = await client.send(Request(url=server.url, method="GET", body_limit=100))
                assert answer.body == b"page"
            assert (server.connections, len(server.requests)) == (1, 5)

    run(scene())


def test_a_kept_connection_that_was_closed_meanwhile_is_no_fault_of_the_link() -> None:
    async def once_then_close(head: bytes, writer: asyncio.StreamWriter) -> bool:
        if b"GET /second" in head and len(seen) == 1:
            seen.append("dropped")
            return False
        seen.append("answered")
        writer.write(ok())
        return True

    seen: list[str] = []

    async def scene() -> None:
        async with serving(once_then_close) as server, Client(QUICK, OPEN) as client:
            await client.send(Request(url=server.url, method="GET"))
            answer = await client.send(Request(url=server.url + "second", method="GET"))
            assert answer.status == 200
            assert seen == ["answered", "dropped", "answered"]
            assert server.connections == 2

    run(scene())


def test_a_post_is_never_sent_twice() -> None:
    async def drop_posts(head: bytes, writer: asyncio.StreamWriter) -> bool:
        if head.startswith(b"POST"):
            return False
        writer.write(ok())
        return True

    async def scene() -> None:
        async with serving(drop_posts) as server, Client(QUICK, OPEN) as client:
            await client.send(Request(url=server.url, method="GET"))
            answer = await client.send(Request(url=server.url, method="POST", data=b"x"))
            assert answer.failure is Failure.RESET
            assert len(server.requests) == 2

    run(scene())


def test_a_fresh_connection_that_breaks_is_not_tried_again() -> None:
    answer, server = talk(says())
    assert answer.failure is Failure.RESET
    assert server.connections == 1


@pytest.mark.parametrize("agent", ["a\r\nX: y", "a\ny", "a\0", "\udc80"])
def test_a_name_of_ours_that_would_be_another_header_is_not_sent(agent: str) -> None:
    async def scene() -> None:
        options = Settings(user_agent=agent, allow_private=True)
        async with serving(says(ok())) as server, Client(options, OPEN) as client:
            for _ in range(2):
                assert (await client.send(Request(url=server.url))).failure is Failure.PROTOCOL
            assert server.requests == []

    run(scene())


def test_a_body_to_a_head_does_not_harm_the_next_request() -> None:
    async def sloppy(head: bytes, writer: asyncio.StreamWriter) -> bool:
        writer.write(ok(b"<html>a body that nobody asked for</html>"))
        return True

    async def scene() -> list[Answer]:
        async with serving(sloppy) as server, Client(QUICK, OPEN) as client:
            first = await client.send(Request(url=server.url))
            return [first, await client.send(Request(url=server.url, method="GET", body_limit=100))]

    first, second = run(scene())
    assert first.status == 200 or first.failure is Failure.PROTOCOL
    assert (second.status, second.body[:6]) == (200, b"<html>")


def test_unused_connections_are_bounded() -> None:
    async def scene() -> None:
        own = Client(Settings(in_flight=1), OPEN, Names(["127.0.0.1"]))
        async with serving(says(ok(), keep=True)) as server, own as client:
            urls = [f"http://{number}.test:{server.port}/" for number in range(13)]
            for url in [*urls, *urls[-8:], *urls[:3]]:
                assert (await client.send(Request(url=url))).status == 200
            assert server.connections == 13 + 3
            await eventually(lambda: server.open == 8)

    run(scene())


def test_a_cancelled_request_says_so_and_leaves_nothing_behind() -> None:
    async def scene() -> None:
        async with serving(hangs()) as server, Client(QUICK, OPEN) as client:
            task = asyncio.ensure_future(client.send(Request(url=server.url)))
            while not server.requests:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            server.handler = says(ok())
            assert (await client.send(Request(url=server.url))).status == 200

    run(scene())


# --- Time ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "handler",
    [hangs(), hangs(b"HTTP/1.1 200 OK\r\nX: "), says(*[b"HTTP/1.1 200 OK\r\n"], *[b"X: y\r\n"] * 100, pause=0.05)],
    ids=["before-headers", "inside-headers", "drop-by-drop"],
)
def test_headers_that_do_not_come(handler: Handler) -> None:
    answer = ask(handler, HASTY)
    assert answer.failure is Failure.READ_TIMEOUT
    assert "0.3 s" in answer.detail


def test_a_request_may_have_its_own_patience() -> None:
    slow = says(b"", ok(), pause=0.4)
    assert ask(slow, HASTY, first_byte=5).status == 200
    assert ask(slow, QUICK, first_byte=0.1).failure is Failure.READ_TIMEOUT


def test_endless_interim_answers_end() -> None:
    answer = ask(says(*[b"HTTP/1.1 103 Early Hints\r\n\r\n"] * 100, pause=0.05), HASTY)
    assert answer.failure is Failure.READ_TIMEOUT


def test_the_wait_for_headers_begins_with_the_connection() -> None:
    class Slow(Names):
        async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[dict[str, Any]]:
            await asyncio.sleep(0.4)
            return await super().resolve(host)

    async def scene() -> None:
        settings = Settings(connect_timeout=5, first_byte=0.6)
        own = Client(settings, OPEN, Slow(["127.0.0.1"]))
        async with serving(says(b"", ok(), pause=0.4)) as server, own as client:
            assert (await client.send(Request(url=f"http://a.test:{server.port}/"))).status == 200

    run(scene())


def test_no_connection_in_time() -> None:
    """A listener whose queue is full answers no further SYN (Linux)."""

    async def scene() -> Answer:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            fillers = [socket.socket() for _ in range(4)]
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex(listener.getsockname())
            await asyncio.sleep(0.05)
            async with Client(HASTY, OPEN) as client:
                answer = await client.send(Request(url=f"http://127.0.0.1:{listener.getsockname()[1]}/"))
            for filler in fillers:
                filler.close()
            return answer

    assert run(scene()).failure is Failure.CONNECT_TIMEOUT


def test_a_tls_handshake_that_hangs_is_a_connection_that_does_not_come() -> None:
    async def scene() -> Answer:
        async with serving(hangs()) as server, Client(HASTY, OPEN) as client:
            return await client.send(Request(url=f"https://127.0.0.1:{server.port}/"))

    assert run(scene()).failure is Failure.CONNECT_TIMEOUT


# --- Bodies ----------------------------------------------------------------------------------------

GET: dict[str, Any] = {"method": "GET", "body_limit": 1000}


def test_a_body_is_cut_at_the_limit() -> None:
    for size, truncated in ((999, False), (1000, False), (1001, True), (100_000, True)):
        answer = ask(says(ok(b"x" * size)), **GET)
        assert (answer.status, len(answer.body), answer.truncated) == (200, min(size, 1000), truncated)


def test_no_body_is_read_that_nobody_wants() -> None:
    answer = ask(says(ok(b"x" * 10)), method="GET")
    assert (answer.status, answer.body, answer.truncated) == (200, b"", True)
    assert ask(says(ok(b"x" * 10))).truncated is False


@pytest.mark.parametrize(
    ("parts", "body"),
    [
        ((b"HTTP/1.1 404 No\r\nContent-Length: 100\r\n\r\nabc",), b"abc"),
        ((b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",), b"abc"),
        ((b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", b"zz\r\n"), b"abc"),
    ],
    ids=["short", "chunk-missing", "chunk-malformed"],
)
def test_a_broken_body_is_what_came_by_then(parts: tuple[bytes, ...], body: bytes) -> None:
    answer = ask(says(*parts, pause=0.05), **GET)
    assert (answer.status, answer.body, answer.truncated) == (404, body, True)


def test_a_body_until_the_end_of_the_connection_is_whole() -> None:
    answer = ask(says(b"HTTP/1.1 200 OK\r\n\r\nabc"), **GET)
    assert (answer.status, answer.body, answer.truncated) == (200, b"abc", False)


def test_a_slow_body_is_not_waited_for() -> None:
    handler = says(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", *[b"x"] * 500, pause=0.02)
    answer = ask(handler, HASTY, **GET)
    assert (answer.status, answer.truncated) == (200, True)
    assert 0 < len(answer.body) < 500


@pytest.mark.parametrize("over_tls", [False, True])
def test_an_endless_body_is_cut_off_at_once(over_tls: bool, tmp_path: Path) -> None:
    """Without TLS's farewell too, for which the server would have to stop talking."""

    async def endless(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    async def scene() -> None:
        tls = Pki(tmp_path).server("fine") if over_tls else None
        async with serving(endless, tls=tls) as server, Client(QUICK, OPEN) as client:
            answer = await client.send(Request(url=server.url, method="GET", body_limit=1000, verify=False))
            assert (answer.status, len(answer.body), answer.truncated) == (200, 1000, True)
            await asyncio.wait_for(eventually(lambda: server.open == 0), 5)

    run(scene())


def squeezed(body: bytes, wbits: int) -> bytes:
    packer = zlib.compressobj(wbits=wbits)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        (b"gzip", gzip.compress(b"page" * 10)),
        (b"x-gzip", gzip.compress(b"page" * 9) + gzip.compress(b"page")),
        (b"deflate", squeezed(b"page" * 10, 15)),
        (b"Deflate", squeezed(b"page" * 10, -15)),
        (b"gzip", gzip.compress(b"page" * 10) + b"\0" * 20),
        (b"identity", b"page" * 10),
        (b"utf-8", b"page" * 10),
    ],
    ids=["gzip", "x-gzip, twice", "zlib", "deflate", "gzip and zeros", "identity", "utf-8"],
)
def test_encoded_bodies_are_decoded(coding: bytes, body: bytes) -> None:
    answer = ask(says(ok(body, b"Content-Encoding: " + coding)), **GET)
    assert (answer.body, answer.truncated) == (b"page" * 10, False)


@pytest.mark.parametrize("coding", [b"br", b"zstd", b"gzip, gzip", b"gzip"])
def test_a_body_that_cannot_be_decoded_is_no_page(coding: bytes) -> None:
    answer = ask(says(ok(b"noise", b"Content-Encoding: " + coding)), **GET)
    assert (answer.status, answer.body, answer.truncated) == (200, b"", True)


def test_a_compressed_body_that_breaks_off_is_what_came_by_then() -> None:
    page = bytes(range(256)) * 3
    answer = ask(says(ok(gzip.compress(page)[:-20], b"Content-Encoding: gzip")), **GET)
    assert (answer.status, answer.truncated) == (200, True)
    assert answer.body
    assert page.startswith(answer.body)


def test_a_bomb_does_not_go_off() -> None:
    bomb = gzip.compress(b"\0" * (64 << 20))
    answer = ask(says(ok(bomb, b"Content-Encoding: gzip")), method="GET", body_limit=1 << 30)
    assert (len(answer.body), answer.truncated) == (module.DECOMPRESSED, True)
    assert len(ask(says(ok(bomb, b"Content-Encoding: gzip")), **GET).body) == 1000


def test_a_bomb_of_nothing_does_not_go_off() -> None:
    empty = gzip.compress(b"") * 50_000
    answer = ask(says(ok(empty, b"Content-Encoding: gzip")), **GET)
    assert (answer.status, answer.body, answer.truncated) == (200, b"", True)


# --- Faults ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "garbage",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"220 mail.test ESMTP\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/9 200 OK\r\n\r\n",
        b"\x00\x01\x02\x03\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
    ],
    ids=["ssh", "smtp", "status", "version", "binary", "length", "long-header", "many-headers"],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_no_http_is_a_protocol_fault(garbage: bytes, method: str) -> None:
    answer = ask(hangs(garbage), Settings(connect_timeout=5, first_byte=2), method=method)
    assert answer.failure is Failure.PROTOCOL, answer.detail
    assert answer.detail == "the answer is no valid HTTP"


def test_large_but_real_headers_are_fine() -> None:
    fields = [b"Content-Security-Policy: " + b"a" * 12_000, *[b"X-%d: y" % number for number in range(80)]]
    assert ask(says(ok(b"", *fields))).status == 200


def test_refused() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

        async def scene() -> Answer:
            async with Client(QUICK, OPEN) as client:
                return await client.send(Request(url=f"http://127.0.0.1:{port}/"))

        assert run(scene()).failure is Failure.REFUSED


@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 200 OK\r\nX:"], ids=["nothing", "half"])
def test_reset_and_closed_before_the_headers(before: bytes) -> None:
    async def reset(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(before)
        await asyncio.sleep(0.02)
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()

    assert ask(reset).failure is Failure.RESET
    assert ask(says(before)).failure is Failure.RESET


def test_nothing_is_raised_for_a_client_that_is_closed() -> None:
    async def scene() -> Answer:
        async with Client(QUICK, OPEN) as client:
            pass
        return await client.send(Request(url="http://127.0.0.1/"))

    assert run(scene()).failure is not None


# --- Names -----------------------------------------------------------------------------------------


def look_up(answer: Sequence[str] | Exception, url: str = "http://a.test/", guard: Guard = OPEN) -> Answer:
    async def scene() -> Answer:
        async with Client(HASTY, guard, Names(answer)) as client:
            return await client.send(Request(url=url))

    return run(scene())


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), Failure.NO_SUCH_HOST),
        (socket.gaierror(getattr(socket, "EAI_NODATA", socket.EAI_NONAME), "x"), Failure.NO_SUCH_HOST),
        ([], Failure.NO_SUCH_HOST),
        (socket.gaierror(socket.EAI_AGAIN, "x"), Failure.DNS_TEMPORARY),
        (socket.gaierror(socket.EAI_FAIL, "x"), Failure.DNS_TEMPORARY),
        (OSError(5, "x"), Failure.DNS_TEMPORARY),
    ],
)
def test_names_that_do_not_exist_and_resolvers_that_are_ill(answer: Any, failure: Failure) -> None:
    assert look_up(answer).failure is failure


def test_a_resolver_that_is_silent() -> None:
    class Silent(Names):
        async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[dict[str, Any]]:
            await asyncio.Event().wait()
            return []

    async def scene() -> Answer:
        async with Client(HASTY, OPEN, Silent()) as client:
            return await client.send(Request(url="http://a.test/"))

    assert run(scene()).failure is Failure.DNS_TEMPORARY


def test_an_unanswered_name_is_looked_up_again_and_an_answered_one_is_not() -> None:
    async def scene() -> None:
        names = Names(socket.gaierror(socket.EAI_NONAME, "x"), ["127.0.0.1"])
        async with serving(says(ok(), keep=False)) as server, Client(QUICK, OPEN, names) as client:
            url = f"http://a.test:{server.port}/"
            assert (await client.send(Request(url=url))).failure is Failure.NO_SUCH_HOST
            assert (await client.send(Request(url=url))).status == 200
            assert (await client.send(Request(url=url))).status == 200
            assert len(names.asked) == 2

    run(scene())


@pytest.mark.parametrize(
    "host",
    ["a..b", "x" * 64 + ".test", "{host}", "a b.test", "999.1.1.1", "1.2.3.4.5", "08.1.1.1", "", "[::g]", "a.99"],
)
def test_names_that_no_host_can_have_are_not_looked_up(host: str) -> None:
    async def scene() -> None:
        names = Names(["127.0.0.1"])
        async with Client(QUICK, OPEN, names) as client:
            answer = await client.send(Request(url=f"http://{host}/"))
            assert answer.failure is Failure.NO_SUCH_HOST
            assert names.asked == []

    run(scene())


@pytest.mark.parametrize(
    ("host", "asked"),
    [("BÜCHER.test", "xn--bcher-kva.test"), ("a_b.test.", "a_b.test."), ("%61.test", "a.test"), ("ⓐ.test", "a.test")],
)
def test_names_are_looked_up_in_ascii(host: str, asked: str) -> None:
    async def scene() -> None:
        names = Names(["127.0.0.1"])
        async with serving(says(ok())) as server, Client(QUICK, OPEN, names) as client:
            assert (await client.send(Request(url=f"http://{host}:{server.port}/"))).status == 200
            assert names.asked == [asked]

    run(scene())


def test_names_of_the_machine_itself_are_no_question_for_a_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(module, "_system_addresses", asked.append)

    async def scene() -> None:
        async with serving(says(ok())) as server, Client(QUICK, OPEN) as client:
            for host in ("localhost", "LOCALHOST.", "a.localhost"):
                answer = await client.send(Request(url=f"http://{host}:{server.port}/"))
                assert (answer.status, asked) == (200, [])

    run(scene())


def test_the_systems_look_ups_share_a_few_threads() -> None:
    async def scene() -> None:
        threads = module._Threads(most=3)
        before = threading.active_count()
        found = await asyncio.gather(*(threads.look_up(f"127.0.0.{last}") for last in range(1, 50)))
        assert found == [[f"127.0.0.{last}"] for last in range(1, 50)]
        assert threading.active_count() <= before + 3
        with pytest.raises(socket.gaierror):
            await threads.look_up("")
        abandoned = asyncio.ensure_future(threads.look_up("::1"))
        await asyncio.sleep(0)
        abandoned.cancel()
        assert await threads.look_up("::1") == ["::1"]
        threads.close()
        await eventually(lambda: threading.active_count() == before)

    run(scene())


# --- What is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "failure"),
    [
        ("ftp://a.test/", Failure.UNSUPPORTED_SCHEME),
        ("file:///etc/passwd", Failure.UNSUPPORTED_SCHEME),
        ("a.test", Failure.UNSUPPORTED_SCHEME),
        ("", Failure.UNSUPPORTED_SCHEME),
        ("ws://a.test/", Failure.UNSUPPORTED_SCHEME),
        ("http://a.test:22/", Failure.PORT_NOT_ALLOWED),
        ("http://a.test:0/", Failure.PORT_NOT_ALLOWED),
        ("http://a.test:65536/", Failure.PORT_NOT_ALLOWED),
        ("http://a.test:1000000000080/", Failure.PORT_NOT_ALLOWED),
        ("http://a.onion/", Failure.FORBIDDEN_ADDRESS),
    ],
)
def test_schemes_and_ports_are_judged_before_any_look_up(url: str, failure: Failure) -> None:
    async def scene() -> None:
        names = Names(["127.0.0.1"])
        async with Client(QUICK, None, names) as client:
            assert (await client.send(Request(url=url))).failure is failure
            assert names.asked == []

    run(scene())


DISGUISES = (
    "127.0.0.1", "2130706433", "0x7f000001", "017700000001", "127.1", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "0",
    "%31%32%37.0.0.1", "１２７.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::ffff:0:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]",
    "localhost", "LOCALHOST", "localhost.", "ⓛocalhost", "user@127.0.0.1", "a.test\\@127.0.0.1", "[fe80::1%25lo]",
)  # fmt: skip


@pytest.mark.parametrize("host", DISGUISES)
def test_no_disguise_gets_past_the_guard(host: str) -> None:
    async def scene() -> None:
        async with serving(says(ok()), host="127.0.0.1") as server:
            settings = Settings(ports=(server.port,), connect_timeout=5)
            async with Client(settings) as client:
                for scheme in ("http", "https"):
                    answer = await client.send(Request(url=f"{scheme}://{host}:{server.port}/"))
                    assert answer.failure is Failure.FORBIDDEN_ADDRESS, answer
            assert server.connections == 0

    run(scene())


FORBIDDEN_ANSWERS = (
    ["127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["64:ff9b::7f00:1"], ["fe80::1%1"], ["10.0.0.1", "127.0.0.1"],
    ["169.254.169.254"], ["0.0.0.0"], ["2002:7f00:1::1", "::", "100.64.0.1"],
)  # fmt: skip


@pytest.mark.parametrize("addresses", FORBIDDEN_ANSWERS)
def test_a_name_that_leads_to_a_forbidden_address_is_not_connected_to(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    connected: list[object] = []

    async def scene() -> None:
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loop, "sock_connect", lambda *arguments: connected.append(arguments))
        async with serving(says(ok())) as server:
            async with Client(Settings(ports=(server.port,)), None, Names(addresses)) as client:
                answer = await client.send(Request(url=f"http://a.test:{server.port}/"))
            assert answer.failure is Failure.FORBIDDEN_ADDRESS
            assert any(address in answer.detail for address in addresses)
            assert server.connections == 0

    run(scene())
    assert connected == []


def test_of_two_addresses_only_the_allowed_one_is_connected_to() -> None:
    async def scene() -> None:
        async with serving(says(ok()), host="127.0.0.2") as good, serving(says(ok())) as bad:
            guard = Guard(allowed=("127.0.0.2/32",))
            async with Client(QUICK, guard, Names(["127.0.0.1", "127.0.0.2"])) as client:
                assert (await client.send(Request(url=f"http://a.test:{good.port}/"))).status == 200
                assert (await client.send(Request(url=f"http://a.test:{bad.port}/"))).failure is Failure.REFUSED
            assert (good.connections, bad.connections) == (1, 0)

    run(scene())


def test_a_second_answer_that_differs_is_judged_as_the_first_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_DNS_TTL", 0)

    async def scene() -> None:
        names = Names(["127.0.0.2"], ["127.0.0.1"])
        async with serving(says(ok()), "127.0.0.2") as first, serving(says(ok()), port=first.port) as second:
            async with Client(QUICK, Guard(allowed=("127.0.0.2/32",)), names) as client:
                url = f"http://a.test:{first.port}/"
                assert (await client.send(Request(url=url))).status == 200
                assert (await client.send(Request(url=url))).failure is Failure.FORBIDDEN_ADDRESS
            assert len(names.asked) == 2
            assert (first.connections, second.connections) == (1, 0)

    run(scene())


# --- Secrets ---------------------------------------------------------------------------------------

TOKEN = "t0ken-of-nobody"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def test_a_token_goes_to_no_origin_but_its_own() -> None:
    settings = Settings(tokens={"https://api.test": TOKEN})
    _, server = talk(says(ok()), settings, headers={**BEARER, "X-Other": "1"})
    assert TOKEN.encode() not in server.requests[0]
    assert b"X-Other: 1" in server.requests[0]
    assert TOKEN not in repr(settings)


def test_a_token_goes_to_its_own_origin_over_verified_tls_alone(tmp_path: Path) -> None:
    async def scene() -> None:
        pki = Pki(tmp_path)
        async with serving(says(ok(), keep=True), tls=pki.server("fine", "api.test")) as server:
            origin = f"https://api.test:{server.port}"
            settings = Settings(tokens={origin: TOKEN}, extra_roots=pki.roots)
            async with Client(settings, OPEN, Names(["127.0.0.1"])) as client:
                await client.send(Request(url=origin + "/a", headers=BEARER))
                await client.send(Request(url=f"https://127.0.0.1:{server.port}/b", headers=BEARER))
                await client.send(Request(url=origin + "/c", headers=BEARER, verify=False))
                await client.send(Request(url=origin + "/d", headers={"X-Key": "other secret"}, verify=False))
                await client.send(Request(url=f"http://api.test:{server.port}/e", headers=BEARER))
        heads = {head.split()[1]: head for head in server.requests}
        assert [path for path, head in heads.items() if TOKEN.encode() in head] == [b"/a"]
        assert b"secret" not in b"".join(server.requests)

    run(scene())


# --- TLS -------------------------------------------------------------------------------------------


class Pki:
    """An authority, and servers' certificates of every kind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = trustme.CA()
        self.roots = str(folder / "roots.pem")
        self.authority.cert_pem.write_to_path(self.roots)

    def server(self, kind: str, name: str = "127.0.0.1") -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if kind == "self-signed":
            self._self_signed(context, name)
        elif kind == "chain":
            leaf = self.authority.create_child_ca().issue_cert(name)
            path = self.folder / "leaf.pem"
            path.write_bytes(leaf.private_key_pem.bytes() + leaf.cert_chain_pems[0].bytes())
            context.load_cert_chain(path)
        elif kind == "expired":
            past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
            self.authority.issue_cert(name, not_before=past, not_after=past).configure_cert(context)
        elif kind == "future":
            later = datetime.datetime(2090, 1, 1, tzinfo=datetime.UTC)
            self.authority.issue_cert(name, not_before=later, not_after=later).configure_cert(context)
        elif kind == "stranger":
            own = trustme.CA()
            leaf = own.issue_cert(name)
            path = self.folder / "stranger.pem"
            chain = [leaf.private_key_pem.bytes(), *(pem.bytes() for pem in leaf.cert_chain_pems), own.cert_pem.bytes()]
            path.write_bytes(b"".join(chain))
            context.load_cert_chain(path)
        else:
            self.authority.issue_cert("b.test" if kind == "wrong-host" else name).configure_cert(context)
        return context

    def _self_signed(self, context: ssl.SSLContext, name: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.datetime.now(datetime.UTC)
        certificate = (
            x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .sign(key, hashes.SHA256())
        )
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = self.folder / "self.pem"
        path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(path)


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        ("fine", None),
        ("expired", Failure.TLS_EXPIRED),
        ("future", Failure.TLS_EXPIRED),
        ("self-signed", Failure.TLS_SELF_SIGNED),
        ("stranger", Failure.TLS_SELF_SIGNED),
        ("wrong-host", Failure.TLS_WRONG_HOST),
        ("chain", Failure.TLS_CHAIN),
    ],
)
@pytest.mark.parametrize("name", ["127.0.0.1", "a.test"])
def test_faults_of_certificates_are_told_apart(kind: str, failure: Failure | None, name: str, tmp_path: Path) -> None:
    async def scene() -> None:
        pki = Pki(tmp_path)
        settings = Settings(connect_timeout=5, first_byte=5, extra_roots=pki.roots)
        own = Client(settings, OPEN, Names(["127.0.0.1"]))
        async with serving(says(ok()), tls=pki.server(kind, name)) as server, own as client:
            url = f"https://{name}:{server.port}/"
            answer = await client.send(Request(url=url))
            assert answer.failure is failure, answer.detail
            answer = await client.send(Request(url=url, verify=False))
            assert answer.status == 200, answer.detail

    run(scene())


@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "no TLS is spoken at its port"),
        # A fatal alert: protocol_version, handshake_failure (RFC 5246, section 7.2).
        (b"\x15\x03\x01\x00\x02\x02\x46", "no TLS connection was agreed on"),
        (b"\x15\x03\x03\x00\x02\x02\x28", "no TLS connection was agreed on"),
    ],
    ids=["http", "old-version", "no-cipher"],
)
@pytest.mark.parametrize("verify", [True, False])
def test_servers_with_no_tls_that_we_speak(reply: bytes, detail: str, verify: bool) -> None:
    async def answer_hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(reply)
        writer.close()

    async def scene() -> None:
        listening = await asyncio.start_server(answer_hello, "127.0.0.1", 0)
        async with listening, Client(QUICK, OPEN) as client:
            port = listening.sockets[0].getsockname()[1]
            answer = await client.send(Request(url=f"https://127.0.0.1:{port}/", verify=verify))
            assert (answer.failure, answer.detail) == (Failure.TLS_OTHER, detail)

    run(scene())


def test_only_tls_12_and_newer_is_offered() -> None:
    for context in (module._context(None), module._context(None, verify=False)):
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_kept_connections_over_tls_do_not_mix_verified_and_unverified(tmp_path: Path) -> None:
    async def scene() -> None:
        pki = Pki(tmp_path)
        own = Client(Settings(extra_roots=pki.roots), OPEN)
        async with serving(says(ok(), keep=True), tls=pki.server("self-signed")) as server, own as client:
            assert (await client.send(Request(url=server.url, verify=False))).status == 200
            assert (await client.send(Request(url=server.url))).failure is Failure.TLS_SELF_SIGNED

    run(scene())


# --- Proxies ---------------------------------------------------------------------------------------


def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert ask(says(ok())).status == 200


def test_a_proxy_is_asked_only_for_what_the_guard_lets_pass() -> None:
    async def scene() -> None:
        names = Names(["93.184.216.34"], ["10.0.0.1"], socket.gaierror(socket.EAI_NONAME, "x"))
        async with serving(says(ok(), keep=True)) as proxy:
            settings = Settings(proxy=f"http://me:secret@127.0.0.1:{proxy.port}")
            async with Client(settings, None, names) as client:
                assert (await client.send(Request(url="http://a.test/p"))).status == 200
                assert (await client.send(Request(url="http://a.test/q"))).status == 200
                assert (await client.send(Request(url="http://b.test/"))).failure is Failure.FORBIDDEN_ADDRESS
                assert (await client.send(Request(url="http://c.test/"))).failure is Failure.NO_SUCH_HOST
                assert (await client.send(Request(url=proxy.url))).failure is Failure.PORT_NOT_ALLOWED
                assert (await client.send(Request(url="http://2130706433/"))).failure is Failure.FORBIDDEN_ADDRESS
            assert names.asked == ["a.test", "b.test", "c.test"]
            assert [head.split()[1] for head in proxy.requests] == [b"http://a.test/p", b"http://a.test/q"]
            login = b"\r\nProxy-Authorization: Basic bWU6c2VjcmV0\r\n"  # RFC 7617: me:secret
            assert all(head.count(login) == head.count(b"\r\nHost: a.test\r\n") == 1 for head in proxy.requests)

    run(scene())


def test_a_proxy_that_refuses_a_tunnel_leaves_its_target_unreachable() -> None:
    async def scene() -> None:
        async with serving(says(ok(status=b"407 Proxy Authentication Required"))) as proxy:
            settings = Settings(proxy=f"http://me:secret@proxy.test:{proxy.port}")
            names = Names(["93.184.216.34"], ["127.0.0.1"])
            async with Client(settings, None, names) as client:
                answer = await client.send(Request(url="https://a.test/"))
            assert (answer.failure, answer.detail) == (Failure.UNREACHABLE, "the proxy answered 407")
            assert proxy.requests[0].startswith(b"CONNECT a.test:443 ")
            assert "secret" not in repr(answer)

    run(scene())
