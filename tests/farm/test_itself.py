"""The farm does what its truth says: tested with bare sockets, which know nothing of the checker."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import subprocess
import sys
import time
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from listlint.model.links import Flag, Reason, Verdict
from listlint.testing import parse
from tests.farm import pages, plans, rows, truth
from tests.farm.fence import EscapeError, fence
from tests.farm.names import NO_SUCH_NAME, SERVFAIL, Names
from tests.farm.protocol import Reply
from tests.farm.server import running, serving
from tests.farm.sites import ON_MANY_ADDRESSES, Farm, Latency, Site
from tests.farm.truth import Said, Truth, differences, judge
from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not ON_MANY_ADDRESSES, reason="only Linux answers on all of 127.0.0.0/8")

FAST = 0.001


def ask(site: Site, target: str, method: str = "GET", *headers: str, wait: float = 2.0, limit: int = 1 << 20) -> bytes:
    """All bytes until the server closes, or ``limit`` of them, or none came for ``wait`` seconds."""
    with socket.create_connection((site.address, site.farm.port), timeout=wait) as connection:
        lines = [f"{method} {target} HTTP/1.1", f"Host: {site.name}", *headers, "", ""]
        connection.sendall("\r\n".join(lines).encode())
        return read(connection, limit)


def read(connection: socket.socket, limit: int = 1 << 20) -> bytes:
    data = b""
    with contextlib.suppress(TimeoutError):
        while len(data) < limit and (more := connection.recv(1 << 16)):
            data += more
    return data


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def body(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


@pytest.fixture(scope="module")
def farm() -> object:
    grown = Farm(scale=FAST)
    rows.every_row(grown)
    with running(grown):
        yield grown


def one(farm: Farm, kind: str) -> tuple[Site, str]:
    found = farm.of_kinds(kind)[0]
    return next(site for site in farm.sites if site.name == found.host), found.target


# --- Pages


@pytest.mark.parametrize("number", [200, 204, 300, 304, 402, 418, 999])
def test_a_page_has_the_status_that_it_is_told(farm: Farm, number: int) -> None:
    target = next(found.target for found in farm.truths if found.target.endswith(f"/{number}"))
    assert status(ask(farm.sites[0], target, wait=0.1)) == number


def test_keep_alive_pipelining_and_head(farm: Farm) -> None:
    site = farm.sites[0]
    before = site.stats.connections
    with socket.create_connection((site.address, farm.port), timeout=0.3) as connection:
        ask_head, ask_get = b"HEAD /alive/200 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /404 HTTP/1.1\r\nHost: x\r\n\r\n"
        connection.sendall(ask_head + ask_get + ask_head[:10])
        answers = read(connection)
    assert answers.count(b"HTTP/1.1 200 OK") == 1
    assert answers.count(b"HTTP/1.1 404 Not Found") == 1
    assert b"A page" not in answers, "an answer to HEAD has no body"
    assert site.stats.connections == before + 1


def test_a_flaky_page_heals(farm: Farm) -> None:
    site, target = one(farm, "flaky")
    assert [status(ask(site, target, wait=0.05)) for _ in range(3)] == [500, 200, 200]
    farm.clear()
    assert status(ask(site, target, wait=0.05)) == 500, "a farm that is cleared has no past"


@pytest.mark.parametrize(
    ("hint", "name"), [("seconds", "Retry-After: 1"), ("date", "Retry-After: "), ("ratelimit", "RateLimit: ")]
)
def test_a_throttle_ends_when_it_says(farm: Farm, hint: str, name: str) -> None:
    farm.clear()
    site, target = one(farm, f"429-{hint}")
    first = ask(site, target, wait=0.05)
    assert status(first) == 429
    assert name.encode() in first
    assert status(ask(site, target, wait=0.05)) == 429
    time.sleep(1.0)
    assert status(ask(site, target, wait=0.05)) == 200


def test_walls_look_at_headers(farm: Farm) -> None:
    site, target = one(farm, "agent-wall")
    assert status(ask(site, target, "GET", "User-Agent: curl/8", wait=0.05)) == 403
    assert status(ask(site, target, "GET", "User-Agent: Mozilla/5.0 (x)", wait=0.05)) == 200


def test_a_cookie_wall_opens_for_its_cookie(farm: Farm) -> None:
    site, target = one(farm, "cookie-wall")
    first = ask(site, target, wait=0.05)
    assert status(first) == 301
    assert f"Location: {target}".encode() in first
    assert b"Set-Cookie: visited=yes" in first
    assert status(ask(site, target, "GET", "Cookie: a=b; visited=yes", wait=0.05)) == 200


@pytest.mark.parametrize("kind", ["reset", "reset-inside"])
def test_a_reset_is_a_reset(farm: Farm, kind: str) -> None:
    with pytest.raises(ConnectionResetError):
        ask(*one(farm, kind))


def test_who_hangs_says_nothing(farm: Farm) -> None:
    assert ask(*one(farm, "hang"), wait=0.2) == b""
    half = ask(*one(farm, "hang-inside"), wait=0.2)
    assert half.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\n\r\n" not in half
    drops = ask(*one(farm, "drip"), wait=0.2, limit=60)
    assert len(drops) >= 60
    assert b"\r\n\r\n" not in drops


def test_an_endless_body_waits_for_its_reader(farm: Farm) -> None:
    site, target = one(farm, "endless-body")
    assert len(ask(site, target, limit=8 << 20)) >= 8 << 20
    farm.clear()
    with socket.create_connection((site.address, farm.port)) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(0.3)
        assert site.stats.bytes_out < 64 << 20, "what nobody reads is not made"


def test_a_bomb_is_a_thousand_times_its_size(farm: Farm) -> None:
    answer = body(ask(*one(farm, "gzip-bomb"), wait=0.3))
    assert len(zlib.decompress(answer, wbits=31)) > 900 * len(answer)


def test_what_is_no_http(farm: Farm) -> None:
    assert ask(*one(farm, "not-http")).startswith(b"SSH-2.0")
    site, _ = one(farm, "banner")
    with socket.create_connection((site.address, farm.port), timeout=1) as connection:
        assert connection.recv(100).startswith(b"SSH-2.0"), "this one speaks first"
    for found in farm.of_kinds("malformed"):
        place = next(site for site in farm.sites if site.name == found.host)
        assert ask(place, found.target) == pages.MALFORMED[found.target[1:]]


# --- Connections


def test_hosts_that_are_down_or_full(farm: Farm) -> None:
    down, _ = one(farm, "refused")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((down.address, farm.port), timeout=1)
    full, _ = one(farm, "connect-timeout")
    with pytest.raises(TimeoutError):
        socket.create_connection((full.address, farm.port), timeout=0.3)


CODES = {"tls-expired": {10}, "tls-wrong-host": {62}, "tls-self-signed": {18}, "tls-chain": {20, 21}}
"""X509_V_ERR_… of OpenSSL."""


def handshake(farm: Farm, site: Site) -> str | None:
    context = ssl.create_default_context(cadata=farm.certificates.root.decode())
    with (
        socket.create_connection((site.address, farm.port), timeout=2) as bare,
        context.wrap_socket(bare, server_hostname=site.name) as connection,
    ):
        return connection.version()


@pytest.mark.parametrize("kind", CODES)
def test_a_bad_certificate_is_bad_in_its_own_way(farm: Farm, kind: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError) as error:
        handshake(farm, one(farm, kind)[0])
    assert error.value.verify_code in CODES[kind]


def test_a_good_certificate_and_an_old_version(farm: Farm) -> None:
    assert handshake(farm, one(farm, "tls-good")[0]) in ("TLSv1.2", "TLSv1.3")
    with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
        handshake(farm, one(farm, "tls-old")[0])
    with pytest.raises(ssl.SSLError, match="WRONG_VERSION_NUMBER"):
        handshake(farm, farm.sites[0])


# --- Names, statistics, the fence


def resolve(names: Names, host: str) -> list[str]:
    return [found["host"] for found in asyncio.run(names.resolve(host, 80))]


def test_names_answer_as_told() -> None:
    names = Names()
    names.add("good.test", "127.10.0.1")
    names.add("changes.test", "127.10.0.1", ("127.66.0.1", "::1"))
    names.add("sick.test", SERVFAIL)
    names.add("comes.test", NO_SUCH_NAME, "127.10.0.2")
    assert resolve(names, "GOOD.test.") == ["127.10.0.1"]
    assert [resolve(names, "changes.test") for _ in range(3)] == [["127.10.0.1"], *[["127.66.0.1", "::1"]] * 2]
    for host, code in (("unheard-of.test", socket.EAI_NONAME), ("sick.test", socket.EAI_AGAIN)):
        with pytest.raises(socket.gaierror) as error:
            resolve(names, host)
        assert error.value.errno == code
    with pytest.raises(socket.gaierror):
        resolve(names, "comes.test")
    assert resolve(names, "comes.test") == ["127.10.0.2"]
    assert names.asked["changes.test"] == 3


def test_statistics_count_what_was_sent() -> None:
    farm = Farm(names=False)
    site = farm.site()
    site.pages["/slow"] = pages.slow(0.15, pages.plain())

    async def client(number: int) -> None:
        await asyncio.sleep(0.2 * (number // 3))
        reader, writer = await asyncio.open_connection(site.address, farm.port)
        writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async def run() -> None:
        async with serving(farm):
            await asyncio.gather(*(client(number) for number in range(6)))
            await asyncio.sleep(0.9)
            await client(0)
            await asyncio.sleep(0.05)

    asyncio.run(run())
    found = site.stats.summary()
    assert (found["requests"], found["gets"], found["heads"], found["connections"]) == (7, 7, 0, 7)
    assert found["most_in_flight"] == 3
    assert found["fullest_second"] == 6
    assert site.stats.in_flight == 0
    assert site.stats.open == 0
    assert found["bytes_out"] == 7 * len(Reply(body=pages.html("A page", size=2_000)).encode("GET"))


def test_the_fence_lets_nothing_out() -> None:
    with fence() as found:
        with socket.socket() as made, pytest.raises(EscapeError):
            made.connect(("192.0.2.1", 80))
        with socket.socket(socket.AF_INET6) as made, pytest.raises(EscapeError):
            made.connect(("::ffff:192.0.2.1", 80))
        with socket.socket(type=socket.SOCK_DGRAM) as made, pytest.raises(EscapeError):
            made.sendto(b"x", ("192.0.2.1", 53))
        with pytest.raises(EscapeError):
            socket.getaddrinfo("example.org", 80)
        with socket.socket() as made, pytest.raises(ConnectionRefusedError):
            made.connect(("127.99.0.1", 1))
        assert len(found) == 4


# --- The truth


ALIVE = Truth(
    url="http://a.test/", kind="k", host="a.test", target="/", flags=frozenset({Flag.MOVED}), final_url="http://b/"
)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, []),
        ({"verdict": Verdict.DEAD}, ["verdict dead, not alive"]),
        ({"reason": Reason.GONE}, ["reason gone, not ok"]),
        ({"flags": ()}, ["without flag moved"]),
        ({"flags": (Flag.MOVED, Flag.INSECURE)}, ["with flag insecure"]),
        ({"final_url": None}, ["final URL None, not http://b/"]),
    ],
)
def test_a_difference_is_seen(said: dict[str, Any], wrong: list[str]) -> None:
    usual: dict[str, Any] = {
        "verdict": Verdict.ALIVE,
        "reason": Reason.OK,
        "flags": (Flag.MOVED,),
        "final_url": "http://b/",
    }
    assert differences(ALIVE, Said(url=ALIVE.url, **{**usual, **said})) == wrong


def test_links_that_nobody_reports_or_grew_are_seen() -> None:
    other = Said(url="http://c.test/", verdict=Verdict.ALIVE, reason=Reason.OK)
    assert judge([ALIVE], [other]) == ["k: http://a.test/: not reported", "nobody linked to http://c.test/"]


def test_options_change_what_is_true() -> None:
    hidden = Truth(
        url="u", kind="k", host="h", target="/", by_get=(Verdict.DEAD, Reason.GONE), soft=frozenset({Flag.SUSPECT})
    )
    alive = Said(url="u", verdict=Verdict.ALIVE, reason=Reason.OK)
    assert differences(hidden, alive) == []
    assert differences(hidden, alive, fragments=True) == [], "no fragment is wanted of it"
    assert "verdict alive, not dead" in differences(hidden, alive, soft_404=True)
    anchors = Truth(url="u", kind="k", host="h", target="/", fragments=("a", "b"), missing=("b",))
    assert differences(anchors, alive) == []
    assert differences(anchors, alive, fragments=True) == ["without flag fragment-missing"]


@pytest.mark.parametrize("plan", plans.PLANS)
def test_a_plan_has_as_many_links_as_it_is_told(plan: str, tmp_path: Path) -> None:
    grown = Farm(latency=plans.latency_of(plan), names=False)
    try:
        plans.PLANS[plan](grown, 2_000, 200)
        links = truth.in_order(grown.truths, "grouped" if plan == "grouped" else "shuffled", 1)
        assert len(grown.sites) == 200
        assert len(links) == len(set(links)) == 2_000
        assert links == truth.in_order(grown.truths, "grouped" if plan == "grouped" else "shuffled", 1)
        truth.write_list(links, tmp_path / "list.md")
        truth.save(grown.truths, tmp_path / "truth.jsonl")
        assert truth.load(tmp_path / "truth.jsonl") == grown.truths
    finally:
        grown.close()
    found = parse((tmp_path / "list.md").read_bytes()).links
    assert [link.url for link in found] == links, "the linter sees the links that were written"


def test_few_links_hang() -> None:
    grown = Farm(names=False)
    plans.faulty(grown, 2_000, 200)
    grown.close()
    assert 0 < len(grown.of_kinds("hang")) <= 10


def test_every_reason_and_flag_that_a_plain_request_can_have_is_grown(farm: Farm) -> None:
    reasons = {reason for found in farm.truths for reason in found.reasons}
    assert set(Reason) - reasons == {Reason.NOT_ASKED}
    flags = {flag for found in farm.truths for flag in found.flags | found.soft}
    assert {Flag.MOVED, Flag.MOVED_TEMPORARILY, Flag.INSECURE, Flag.SUSPECT} <= flags
    urls = [found.url for found in farm.truths]
    assert len(urls) == len(set(urls))


def test_latencies_are_spread_as_they_should_be() -> None:
    latency = Latency()
    delays = sorted(latency.of("h", f"/{number}") for number in range(5_000))
    assert 0.1 < delays[2_500] < 0.14
    assert delays[-1] > 1.0
    assert latency.of("h", "/1") == latency.of("h", "/1")


# --- A process of its own


def test_a_farm_in_its_own_process(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "tests.farm",
        "--plan",
        "idle",
        "--links",
        "50",
        "--hosts",
        "5",
        "--folder",
        str(tmp_path),
    ]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert told["links"] == 50

        def tell(line: str) -> Any:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(line + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        with socket.create_connection(("127.10.0.1", told["port"]), timeout=2) as connection:
            connection.sendall(b"GET /page/0 HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
        assert tell("stats")["all"]["requests"] == 1
        assert tell("clear") == {"cleared": True}
        assert tell("stats")["all"]["requests"] == 0
        process.stdin.close()
        assert process.wait(10) == 0
    assert len((tmp_path / "truth.jsonl").read_text().splitlines()) == 50
