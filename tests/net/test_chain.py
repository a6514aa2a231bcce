"""One link as a task: what it asks, in which order, and what comes of it.

Most tests hand it answers; the last ones send its requests to servers on the loopback.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import pytest
from msgspec import Struct

from listlint.model.links import Flag, LinkOutcome, Reason, Verdict
from listlint.net.chain import BODY, BODY_WITH_FRAGMENTS, Chain, Tables
from listlint.net.client import Client
from listlint.net.guard import Guard
from listlint.net.hosts_memory import HostMemory
from listlint.net.messages import Answer, Failure, Request, Sender, Signal, Step
from listlint.net.pages import Parking
from listlint.net.settings import Settings
from listlint.packs.links import LinkTable
from listlint.packs.loader import Tables as TableFolder
from tests.farm import pages as crops
from tests.farm import rows
from tests.farm.server import running
from tests.farm.sites import ON_MANY_ADDRESSES, Farm

ALIVE, DEAD, UNKNOWN = Verdict.ALIVE, Verdict.DEAD, Verdict.UNKNOWN
URL = "https://a.test/deep/page.html"
NOW = 1_750_000_000.0
Say = int | Failure | Answer | Callable[[Request], Answer]


class Script:
    """A sender that gives answers from a list for each URL (and, if they differ, method), the last one for ever."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self._answers: dict[str, list[Say]] = {
            key: list(says) if isinstance(says, list) else [says] for key, says in answers.items()
        }
        self.requests: list[Request] = []

    async def send(self, request: Request) -> Answer:
        self.requests.append(request)
        says = self._answers.get(f"{request.method} {request.url}") or self._answers.get(request.url) or [404]
        say = says.pop(0) if len(says) > 1 else says[0]
        if isinstance(say, int):
            return Answer(url=request.url, status=say)
        if isinstance(say, Failure):
            return Answer(url=request.url, failure=say)
        return say if isinstance(say, Answer) else say(request)

    @property
    def asked(self) -> list[str]:
        return [f"{request.method} {request.url}" for request in self.requests]


class Run(Struct):
    """A chain that was driven to its end, by nobody in a hurry."""

    steps: list[Step]
    outcomes: tuple[LinkOutcome, ...]

    @property
    def outcome(self) -> LinkOutcome:
        [outcome] = self.outcomes
        return outcome

    @property
    def verdict(self) -> tuple[Verdict, Reason]:
        return self.outcome.verdict, self.outcome.reason

    @property
    def delays(self) -> list[float]:
        return [step.delay for step in self.steps]


def reply(status: int, body: str = "", url: str = URL, **headers: Any) -> Answer:
    fields = {name.replace("_", "-"): [text] if isinstance(text, str) else text for name, text in headers.items()}
    fields.setdefault("content-type", ["text/html"])
    return Answer(url=url, status=status, headers=fields, body=body.encode())


def to(place: str, status: int = 301, **headers: Any) -> Answer:
    return reply(status, location=place, **headers)


def settings(**wanted: Any) -> Settings:
    return Settings(**{"backoff": 0.5, "confirm_delay": 3.0, **wanted})


def chain(url: str = URL, fragments: Iterable[str] = (), **wanted: Any) -> Chain:
    own = {name: wanted.pop(name) for name in ("tables", "skips") if name in wanted}
    memory = wanted.pop("memory", None) or HostMemory()
    return Chain(url, frozenset(fragments), settings(**wanted), memory, clock=lambda: NOW, **own)


def drive(task: Chain, sender: Sender) -> Run:
    return asyncio.run(driven(task, sender))


async def driven(task: Chain, sender: Sender) -> Run:
    steps: list[Step] = []
    while True:
        assert len(steps) < 100, "this would never end"
        host = task.host
        step = await task.step(sender)
        steps.append(step)
        if step.done is not None:
            return Run(steps, step.done)
        assert step.host == task.host
        assert host


def ask(answers: dict[str, Any], url: str = URL, fragments: Iterable[str] = (), **wanted: Any) -> tuple[Run, Script]:
    script = Script(answers)
    return drive(chain(url, fragments, **wanted), script), script


HEAD, GET = f"HEAD {URL}", f"GET {URL}"


# --- HEAD and GET


def test_head_is_enough_when_it_is_answered_well() -> None:
    run, script = ask({URL: 200})
    assert run.verdict == (ALIVE, Reason.OK)
    assert script.asked == [HEAD]
    assert run.outcome == LinkOutcome(
        url=URL, verdict=ALIVE, reason=Reason.OK, status=200, requests=1, elapsed_ms=run.outcome.elapsed_ms, checked=NOW
    )


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 500, 501, 503, 999])
def test_what_head_refuses_get_is_asked_at_once(status: int) -> None:
    run, script = ask({HEAD: status, GET: 200})
    assert run.verdict == (ALIVE, Reason.OK)
    assert script.asked == [HEAD, GET]
    assert run.delays == [0, 0]


@pytest.mark.parametrize("failure", [Failure.READ_TIMEOUT, Failure.PROTOCOL, Failure.RESET])
def test_what_may_be_the_fault_of_head(failure: Failure) -> None:
    run, script = ask({HEAD: failure, GET: 200})
    assert run.verdict == (ALIVE, Reason.OK)
    assert script.asked == [HEAD, GET]


def test_head_gets_a_third_of_the_time() -> None:
    run, script = ask({HEAD: Failure.READ_TIMEOUT, GET: 200}, first_byte=15.0)
    assert [request.first_byte for request in script.requests] == [5.0, None]
    assert [request.body_limit for request in script.requests] == [0, BODY]
    assert run.steps[0].signal is Signal.TIMED_OUT


def test_a_host_that_contradicts_its_head_twice_gets_get() -> None:
    memory = HostMemory()
    for number, asked in enumerate((2, 2, 1, 1)):
        url = f"https://a.test/{number}"
        _, script = ask({f"HEAD {url}": 405, f"GET {url}": 200}, url, memory=memory)
        assert len(script.asked) == asked
    _, script = ask({"https://b.test/": 200}, "https://b.test/", memory=memory)
    assert script.asked == ["HEAD https://b.test/"]


def test_a_host_whose_head_is_slow_twice_gets_get_until_it_is_quick() -> None:
    memory = HostMemory()
    for number in range(2):
        assert not memory.wants_get("a.test")
        url = f"https://a.test/{number}"
        ask({f"HEAD {url}": Failure.READ_TIMEOUT, f"GET {url}": Failure.READ_TIMEOUT}, url, memory=memory)
    assert memory.wants_get("a.test")
    memory.was_quick("a.test")
    assert not memory.wants_get("a.test")


def test_a_quick_head_makes_up_for_a_slow_one() -> None:
    memory = HostMemory()
    for number, head in enumerate((Failure.READ_TIMEOUT, 200, Failure.READ_TIMEOUT)):
        url = f"https://a.test/{number}"
        ask({f"HEAD {url}": head, f"GET {url}": 500}, url, memory=memory)
    assert not memory.wants_get("a.test")


def test_a_404_to_both_is_no_contradiction() -> None:
    memory = HostMemory()
    for number in range(3):
        ask({}, f"https://a.test/{number}", memory=memory)
    assert not memory.wants_get("a.test")


def test_get_at_once_where_the_page_is_wanted() -> None:
    page = reply(200, "<p id=here>")
    script = Script({URL: page})
    run = drive(Chain(URL, frozenset({"here", "lost"}), settings(fragments=True), HostMemory()), script)
    assert script.asked == [GET]
    assert script.requests[0].body_limit == BODY_WITH_FRAGMENTS
    assert run.outcome.missing == ("lost",)
    assert run.outcome.flags == (Flag.FRAGMENT_MISSING,)


def test_fragments_that_nobody_asked_about_cost_nothing() -> None:
    script = Script({URL: 200})
    drive(Chain(URL, frozenset({"here"}), settings(fragments=False), HostMemory()), script)
    drive(Chain(URL, frozenset(), settings(fragments=True), HostMemory()), script)
    assert script.asked == [HEAD, HEAD]


# --- second looks


def test_404_is_believed_twice() -> None:
    run, script = ask({URL: 404})
    assert run.verdict == (DEAD, Reason.GONE)
    assert script.asked == [HEAD, GET, GET]
    assert run.delays == [0, 3.0, 0]
    assert (run.outcome.status, run.outcome.detail, run.outcome.requests) == (404, "404 twice", 3)


def test_404_once_is_forgiven() -> None:
    run, _ = ask({HEAD: 404, GET: [404, 200]})
    assert run.verdict == (ALIVE, Reason.OK)


def test_404_between_other_trouble_is_not_confirmed_by_it() -> None:
    run, _ = ask({HEAD: 404, GET: [404, 503, 503, 503]})
    assert run.verdict == (UNKNOWN, Reason.SERVER_ERROR)
    run, _ = ask({HEAD: 404, GET: [404, 503, 404]})
    assert run.verdict == (DEAD, Reason.GONE)


def test_404_to_head_with_a_pause_is_not_half_of_it() -> None:
    head = reply(404, ratelimit='"x";r=0;t=2')
    run, script = ask({HEAD: head, GET: 404})
    assert run.verdict == (DEAD, Reason.GONE)
    assert script.asked == [HEAD, GET, GET]


def test_410_is_believed_at_once() -> None:
    run, script = ask({URL: 410})
    assert run.verdict == (DEAD, Reason.GONE)
    assert script.asked == [HEAD, GET]


def test_a_name_is_looked_up_twice_for_all_links_of_its_host() -> None:
    memory = HostMemory()
    run, script = ask({URL: Failure.NO_SUCH_HOST}, memory=memory)
    assert run.verdict == (DEAD, Reason.DNS)
    assert script.asked == [HEAD, HEAD]
    run, script = ask({}, "https://a.test/other", memory=memory)
    assert run.verdict == (DEAD, Reason.DNS)
    assert script.asked == []
    assert run.steps[0].signal is Signal.NONE


def test_a_name_that_comes_back() -> None:
    memory = HostMemory()
    run, _ = ask({URL: [Failure.NO_SUCH_HOST, 200]}, memory=memory)
    assert run.verdict == (ALIVE, Reason.OK)
    assert not memory.is_nowhere("a.test")


# --- retries

RETRIED: list[tuple[Say, int, Reason]] = [
    (Failure.REFUSED, 3, Reason.CONNECT),
    (Failure.UNREACHABLE, 3, Reason.CONNECT),
    (Failure.RESET, 3, Reason.CONNECT),
    (Failure.DNS_TEMPORARY, 2, Reason.DNS_TEMPORARY),
    (Failure.CONNECT_TIMEOUT, 2, Reason.TIMEOUT),
    (Failure.READ_TIMEOUT, 3, Reason.TIMEOUT),
    (408, 3, Reason.RATE_LIMITED),
    (425, 3, Reason.RATE_LIMITED),
    (429, 3, Reason.RATE_LIMITED),
    (500, 4, Reason.SERVER_ERROR),
    (503, 4, Reason.SERVER_ERROR),
    (521, 4, Reason.SERVER_ERROR),
    (403, 2, Reason.BLOCKED),
    (405, 2, Reason.REFUSED_REQUEST),
    (501, 2, Reason.REFUSED_REQUEST),
    (451, 2, Reason.LEGAL),
    (Failure.PROTOCOL, 2, Reason.PROTOCOL),
    (Failure.FORBIDDEN_ADDRESS, 1, Reason.FORBIDDEN_TARGET),
    (Failure.PORT_NOT_ALLOWED, 1, Reason.PORT_NOT_ALLOWED),
]


@pytest.mark.parametrize(("say", "requests", "reason"), RETRIED)
def test_what_is_retried_and_how_often(say: Say, requests: int, reason: Reason) -> None:
    run, script = ask({URL: say})
    assert run.verdict == (UNKNOWN, reason)
    assert len(script.asked) == run.outcome.requests == requests


def test_retries_can_be_turned_off() -> None:
    for say in (Failure.REFUSED, Failure.CONNECT_TIMEOUT):
        _, script = ask({URL: say}, retries=0, timeout_retries=0)
        assert len(script.asked) == 1


def test_full_jitter() -> None:
    seen = []
    for _ in range(200):
        run, _ = ask({HEAD: 500, GET: 500})
        first, one, two, last = run.delays
        assert (first, last) == (0, 0)
        assert 0 <= one <= 0.5
        assert 0 <= two <= 1.0
        seen.append(two)
    assert min(seen) < 0.25
    assert max(seen) > 0.75


def test_flaky_pages_are_alive() -> None:
    run, _ = ask({HEAD: 500, GET: [500, 502, 200]})
    assert run.verdict == (ALIVE, Reason.OK)


@pytest.mark.parametrize("hint", ["7", "Sun, 15 Jun 2025 15:06:47 GMT"])
def test_a_host_that_says_how_long(hint: str) -> None:
    run, _ = ask({URL: [reply(429, retry_after=hint), 200]})
    assert run.verdict == (ALIVE, Reason.OK)
    assert (run.steps[0].pause, run.steps[0].signal) == (7.0, Signal.THROTTLED)
    assert run.delays[0] >= 7.0


def test_a_pause_past_the_cap_ends_it() -> None:
    run, script = ask({URL: reply(429, retry_after="3600")}, max_wait=60)
    assert run.verdict == (UNKNOWN, Reason.RATE_LIMITED)
    assert len(script.asked) == 1
    assert run.steps[-1].pause == 3600


def test_an_alive_page_does_not_close_its_host() -> None:
    run, _ = ask({URL: reply(200, x_ratelimit_remaining="0", x_ratelimit_reset="3600")}, max_wait=60)
    assert run.steps[-1].pause is None
    run, _ = ask({URL: reply(200, x_ratelimit_remaining="0", x_ratelimit_reset="36")}, max_wait=60)
    assert run.steps[-1].pause == 36


def test_throttled_head_is_no_contradiction() -> None:
    memory = HostMemory()
    for number in range(3):
        url = f"https://a.test/{number}"
        ask({f"HEAD {url}": 429, f"GET {url}": 200}, url, memory=memory)
    assert not memory.wants_get("a.test")


# --- redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_one_redirect(status: int) -> None:
    run, script = ask({URL: to("https://b.test/new", status), "https://b.test/new": 200})
    flag = Flag.MOVED if status in {301, 308} else Flag.MOVED_TEMPORARILY
    assert run.verdict == (ALIVE, Reason.OK)
    assert (run.outcome.flags, run.outcome.final_url) == ((flag,), "https://b.test/new")
    assert script.asked == [HEAD, "HEAD https://b.test/new"]
    assert [step.host for step in run.steps] == ["b.test", ""]


def test_permanent_is_when_every_hop_is() -> None:
    hops = {URL: to("/b"), "https://a.test/b": to("/c", 302), "https://a.test/c": 200}
    run, _ = ask(hops)
    assert run.outcome.flags == (Flag.MOVED_TEMPORARILY,)


@pytest.mark.parametrize(
    ("location", "final"),
    [
        ("/end", "https://a.test/end"),
        ("end", "https://a.test/deep/end"),
        ("../end", "https://a.test/end"),
        ("?q=1", URL + "?q=1"),
        ("//b.test/end", "https://b.test/end"),
        ("https://b.test", "https://b.test/"),
        ("  https://b.test/end\t", "https://b.test/end"),
        ("https:\\\\b.test\\end?a=\\", "https://b.test/end?a=%5C"),
        ("/an end", "https://a.test/an%20end"),
        ("/é", "https://a.test/%C3%A9"),
        ("/end?", "https://a.test/end?"),
        ("https://user:secret@b.test/end", "https://b.test/end"),
        ("http://a.test:8080/end", "http://a.test:8080/end"),
        ("/end#part", "https://a.test/end"),
        ("https:///b.test/end", "https://b.test/end"),
        ("///b.test/end", "https://b.test/end"),
    ],
)
def test_locations(location: str, final: str) -> None:
    run, script = ask({URL: to(location), final: 200})
    assert script.asked[-1].removeprefix("HEAD ") == final
    assert run.verdict == (ALIVE, Reason.OK)


@pytest.mark.parametrize(
    "location", ["", "   ", "http://", "https://", "//", "https://?q", "http://[::1/", "/" + "x" * 9000]
)
def test_locations_that_lead_nowhere(location: str) -> None:
    run, script = ask({URL: to(location)})
    assert run.verdict == (UNKNOWN, Reason.PROTOCOL)
    assert script.asked == [HEAD, GET]
    assert run.outcome.final_url is None


def test_a_redirect_without_location() -> None:
    run, _ = ask({URL: 302})
    assert run.verdict == (UNKNOWN, Reason.PROTOCOL)


@pytest.mark.parametrize("location", ["ftp://b.test/x", "javascript:alert(1)", "mailto:a@b.test", "file:///etc/passwd"])
def test_redirects_out_of_the_web_are_not_followed(location: str) -> None:
    run, script = ask({URL: to(location)})
    assert run.verdict == (UNKNOWN, Reason.FORBIDDEN_TARGET)
    assert script.asked == [HEAD]


@pytest.mark.parametrize(
    ("status", "verdict", "detail"),
    [
        (404, (DEAD, Reason.GONE), "redirect to 404 twice"),
        (410, (DEAD, Reason.GONE), "redirect to 410"),
        (403, (UNKNOWN, Reason.BLOCKED), "redirect to 403"),
        (Failure.NO_SUCH_HOST, (DEAD, Reason.DNS), "no such host"),
        (Failure.REFUSED, (UNKNOWN, Reason.CONNECT), "connection refused"),
        (Failure.FORBIDDEN_ADDRESS, (UNKNOWN, Reason.FORBIDDEN_TARGET), "a private address"),
    ],
)
def test_redirects_to_trouble(status: Say, verdict: tuple[Verdict, Reason], detail: str) -> None:
    run, _ = ask({URL: to("https://b.test/"), "https://b.test/": status})
    assert run.verdict == verdict
    assert (run.outcome.detail, run.outcome.final_url) == (detail, "https://b.test/")


def chain_of(hops: int) -> dict[str, Any]:
    places = [URL, *(f"https://a.test/{number}" for number in range(1, hops + 1))]
    return {here: to(there) for here, there in pairwise(places)} | {places[-1]: 200}


def test_ten_hops_and_no_more() -> None:
    run, script = ask(chain_of(10))
    assert run.verdict == (ALIVE, Reason.OK)
    assert run.outcome.final_url == "https://a.test/10"
    run, script = ask(chain_of(11))
    assert run.verdict == (DEAD, Reason.REDIRECT_LOOP)
    assert script.asked[11] == GET, "GET has to meet the same"
    assert len(script.asked) == 22
    assert run.outcome.final_url is None


def test_a_loop() -> None:
    run, script = ask({URL: to("/b"), "https://a.test/b": to(URL)})
    assert run.verdict == (DEAD, Reason.REDIRECT_LOOP)
    assert script.asked == [HEAD, "HEAD https://a.test/b", GET, "GET https://a.test/b"]


def test_a_loop_for_head_alone() -> None:
    run, _ = ask({HEAD: to(URL), GET: 200})
    assert run.verdict == (ALIVE, Reason.OK)
    assert run.outcome.final_url is None


def test_excluded_and_walled_hops_are_not_fetched() -> None:
    run, script = ask({URL: to("https://b.test/")}, skips=lambda url: "b.test" in url)
    assert run.verdict == (UNKNOWN, Reason.NOT_ASKED)
    assert script.asked == [HEAD]
    tables = Tables(walled={"b.test": "a wall", "www.b.test": "a wall"}.get)
    run, script = ask({URL: to("https://www.b.test/in/me")}, tables=tables)
    assert run.verdict == (UNKNOWN, Reason.WALLED)
    assert script.asked == [HEAD]
    run, script = ask({}, "https://b.test/me", tables=tables)
    assert run.verdict == (UNKNOWN, Reason.WALLED)
    assert script.asked == []


def test_the_walls_of_the_table_stand_at_hops_too() -> None:
    tables = Tables(walled=TableFolder().get("links", LinkTable).walled)
    for place in ("https://x.com/somebody", "https://uk.linkedin.com/in/somebody", "https://www.facebook.com/a"):
        run, script = ask({URL: to(place), place: 200}, tables=tables)
        assert run.verdict == (UNKNOWN, Reason.WALLED), place
        assert script.asked == [HEAD]
    for place in ("https://blog.x.com/a", "https://developers.facebook.com/docs"):
        run, script = ask({URL: to(place), place: 200}, tables=tables)
        assert run.verdict == (ALIVE, Reason.OK), place
        assert script.asked == [HEAD, f"HEAD {place}"]


@pytest.mark.parametrize(
    ("start", "final", "flags"),
    [
        ("https://a.test/x", "https://a.test/x/", ()),
        ("https://a.test/x/", "https://a.test/x", ()),
        ("https://a.test/x", "https://a.test/x?cookieSet=1", ()),
        ("https://a.test/x", "https://a.test/x;jsessionid=3F", ()),
        ("https://a.test/x", "https://a.test/x?error=cookies_not_supported&code=7", ()),
        ("https://a.test/x?a=1", "https://a.test/x?a=1&gi=7", ()),
        ("https://a.test/x", "https://consent.a.test/m?continue=x", ()),
        ("https://a.test/x", "https://a.test/login?next=/x", (Flag.AUTH_REQUIRED,)),
        ("https://a.test/x", "https://accounts.a.test/ServiceLogin", (Flag.AUTH_REQUIRED,)),
        ("https://a.test/x", "https://a.test/users/sign_in", (Flag.AUTH_REQUIRED,)),
        ("https://a.test/login", "https://a.test/en/login", (Flag.MOVED,)),
        ("http://a.test/x", "https://a.test/x", (Flag.MOVED,)),
        ("https://a.test/x", "https://www.a.test/x", (Flag.MOVED,)),
        ("https://a.test/x", "https://a.test/X", (Flag.MOVED,)),
        ("https://a.test/x?a=1", "https://a.test/x?a=2", (Flag.MOVED,)),
        ("https://a.test/x", "https://s3.test/x?X-Amz-Signature=abc", (Flag.MOVED_TEMPORARILY,)),
    ],
)
def test_what_counts_as_moved(start: str, final: str, flags: tuple[Flag, ...]) -> None:
    run, _ = ask({start: to(final), final: 200}, start)
    assert run.verdict == (ALIVE, Reason.OK)
    assert run.outcome.flags == flags


def test_final_urls_hold_no_secrets() -> None:
    final = "https://s3.test/x;jsessionid=1?X-Amz-Signature=abc&page=2&token=def"
    run, script = ask({URL: to(final), final: 200})
    assert script.asked[-1] == f"HEAD {final}"
    assert run.outcome.final_url == "https://s3.test/x?page=2"


def test_moved_needs_an_answer_that_is_there() -> None:
    run, _ = ask({URL: to("/new"), "https://a.test/new": 401})
    assert run.verdict == (ALIVE, Reason.AUTH_REQUIRED)
    assert run.outcome.flags == (Flag.MOVED_TEMPORARILY, Flag.AUTH_REQUIRED)


def test_a_fragment_of_the_redirect_takes_the_place_of_the_links_own() -> None:
    script = Script({URL: to("/new#part"), "https://a.test/new": reply(200, "<p id=part>")})
    run = drive(Chain(URL, frozenset({"old"}), settings(fragments=True), HostMemory()), script)
    assert run.outcome.missing == ()
    assert run.outcome.final_url == "https://a.test/new#part"


# --- cookies


def cookie_wall(request: Request) -> Answer:
    return reply(200) if request.cookies.get("seen") == "1" else to(request.url, 302, set_cookie="seen=1; Path=/")


def test_a_cookie_wall_lets_pass_who_brings_its_cookie() -> None:
    run, script = ask({URL: cookie_wall})
    assert run.verdict == (ALIVE, Reason.OK)
    assert [dict(request.cookies) for request in script.requests] == [{}, {"seen": "1"}]
    assert run.outcome.flags == ()


@pytest.mark.parametrize(
    ("line", "place", "sent"),
    [
        ("c=1", "https://a.test/deep/x", True),
        ("c=1", "https://a.test/x", False),
        ("c=1; Path=/", "https://a.test/x", True),
        ("c=1; Path=/dee", "https://a.test/deep/x", False),
        ("c=1; Path=/deep/", "https://a.test/deep/x", True),
        ("c=1; Path=/; Secure", "https://a.test/x", True),
        ("c=1; Path=/; Secure", "http://a.test/x", False),
        ("c=1; Path=/", "https://www.a.test/x", False),
        ("c=1; Path=/; Domain=.a.test", "https://www.a.test/x", True),
        ("c=1; Path=/; Domain=a.test", "https://aa.test/x", False),
        ("c=1; Path=/; Domain=test", "https://b.test/x", False),
        ("c=1; Path=/; Domain=test", "https://a.test/x", False),
        ("c=1; Path=/; Domain=b.test", "https://b.test/x", False),
        ("c=1; Path=/", "https://b.test/x", False),
        ("c=1; Path=/; Max-Age=0", "https://a.test/x", False),
        ("c=1; Path=/; Max-Age=60", "https://a.test/x", True),
        ("c=1; Path=/; Expires=Wed, 21-Oct-2015 07:28:00 GMT", "https://a.test/x", False),
        ("c=1; Path=/; Expires=Wed, 21 Oct 2099 07:28:00 GMT", "https://a.test/x", True),
        ("c=1\x00; Path=/", "https://a.test/x", False),
        ("c=" + "1" * 5000, "https://a.test/deep/x", False),
        ("c", "https://a.test/deep/x", False),
    ],
)
def test_which_cookies_go_where(line: str, place: str, sent: bool) -> None:
    _, script = ask({URL: to(place, 302, set_cookie=line), place: 200})
    assert script.requests[-1].cookies == ({"c": "1"} if sent else {})


def test_an_open_connection_sets_no_secure_cookie() -> None:
    start = "http://a.test/x"
    _, script = ask({start: to(URL, 302, set_cookie="c=1; Path=/; Secure"), URL: 200}, start)
    assert script.requests[-1].cookies == {}


def test_cookies_are_bounded() -> None:
    lines = [f"c{number}=1; Path=/" for number in range(500)]
    _, script = ask({URL: to("/x", 302, set_cookie=lines), "https://a.test/x": 200})
    assert len(script.requests[-1].cookies) == 50


def test_a_wall_with_ever_new_cookies_is_a_loop() -> None:
    turns = iter(range(1000))
    run, script = ask({URL: lambda request: to(request.url, 302, set_cookie=f"turn={next(turns)}; Path=/")})
    assert run.verdict == (DEAD, Reason.REDIRECT_LOOP)
    assert len(script.asked) == 22


def test_chains_share_no_cookies() -> None:
    memory = HostMemory()
    for _ in range(2):
        _, script = ask({URL: cookie_wall}, memory=memory)
        assert script.requests[0].cookies == {}


# --- TLS


def tls(failure: Failure, then: Say) -> Callable[[Request], Answer]:
    def answer(request: Request) -> Answer:
        if request.verify:
            return Answer(url=request.url, failure=failure)
        if isinstance(then, int):
            return Answer(url=request.url, status=then)
        return Answer(url=request.url, failure=then) if isinstance(then, Failure) else then  # type: ignore[return-value]  # the tests give no callables

    return answer


@pytest.mark.parametrize("failure", [Failure.TLS_EXPIRED, Failure.TLS_SELF_SIGNED, Failure.TLS_WRONG_HOST])
def test_a_page_behind_a_bad_certificate(failure: Failure) -> None:
    run, script = ask({URL: tls(failure, 200)})
    assert run.verdict == (ALIVE, Reason.TLS)
    assert run.outcome.flags == (Flag.INSECURE,)
    assert [request.verify for request in script.requests] == [True, False]


def test_a_missing_intermediate() -> None:
    run, _ = ask({URL: tls(Failure.TLS_CHAIN, 200)})
    assert run.verdict == (ALIVE, Reason.TLS_CHAIN)
    assert run.outcome.flags == (Flag.INSECURE,)


@pytest.mark.parametrize("then", [404, 410, 403, 500, Failure.TLS_OTHER, Failure.READ_TIMEOUT, Failure.REFUSED])
@pytest.mark.parametrize("failure", [Failure.TLS_EXPIRED, Failure.TLS_CHAIN])
def test_who_cannot_be_trusted_says_nothing_of_death(failure: Failure, then: Say) -> None:
    run, _ = ask({URL: tls(failure, then)})
    assert run.verdict == (UNKNOWN, Reason.TLS)


def test_what_follows_from_an_unverified_redirect_is_insecure() -> None:
    run, script = ask({URL: tls(Failure.TLS_EXPIRED, to("https://b.test/new")), "https://b.test/new": 200})
    assert run.verdict == (ALIVE, Reason.TLS)
    assert run.outcome.flags == (Flag.MOVED_TEMPORARILY, Flag.INSECURE)
    assert [request.verify for request in script.requests] == [True, False, True]


def test_a_host_with_a_bad_certificate_is_not_verified_twice() -> None:
    run, script = ask({URL: tls(Failure.TLS_EXPIRED, to("/new")), "https://a.test/new": tls(Failure.TLS_EXPIRED, 404)})
    assert run.verdict == (UNKNOWN, Reason.TLS)
    assert [request.verify for request in script.requests] == [True, False, False, False]
    assert script.asked[2:] == ["HEAD https://a.test/new", "GET https://a.test/new"], "one 404 of a stranger is enough"


def test_no_secret_goes_to_an_unverified_host() -> None:
    run, script = ask({"https://me:secret@a.test/": tls(Failure.TLS_EXPIRED, 200)}, "https://me:secret@a.test/")
    assert run.verdict == (UNKNOWN, Reason.TLS)
    assert len(script.asked) == 1


# --- suspicion


def test_deep_links_that_are_sent_home() -> None:
    run, _ = ask({URL: to("/"), "https://a.test/": 200})
    assert run.verdict == (ALIVE, Reason.OK)
    assert run.outcome.flags == (Flag.SUSPECT,)
    assert run.outcome.final_url == "https://a.test/"
    assert "home page" in run.outcome.detail


def test_parked_domains() -> None:
    tables = Tables(parking=Parking(hosts=frozenset({"seller.test"})))
    lander = "https://www.seller.test/lander?d=a.test"
    run, _ = ask({URL: to(lander, 302), lander: reply(200, url=lander)}, tables=tables)
    assert run.outcome.flags == (Flag.SUSPECT,)


SOFT = "<title>Page not found</title><p>Sorry."


def test_a_soft_404_is_seen_when_wanted() -> None:
    run, script = ask({URL: reply(200, SOFT)}, soft_404=True)
    assert run.verdict == (ALIVE, Reason.OK)
    assert run.outcome.flags == (Flag.SUSPECT,)
    assert script.asked == [GET]
    run, _ = ask({HEAD: 405, GET: reply(200, SOFT)})
    assert run.outcome.flags == ()


SHELL = "<title>App</title><p>This application shows the same to everybody, whatever they came for."
OWN = "<title>An article</title><p>These are words that stand on no other page of this host, believe it or not."


def beside(found: Answer) -> dict[str, Any]:
    """A host that gives ``found`` for whatever it does not know."""

    class Anything(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            return super().get(key, default) or ([found] if "listlint-" in key and " " not in key else None)

    return Anything()


def test_one_question_beside_for_all_links_of_a_host() -> None:
    for sibling, suspect in ((reply(200, SHELL), True), (reply(200, OWN), False), (reply(404), False)):
        memory = HostMemory()
        script = Script({})
        script._answers = beside(sibling)
        tasks = []
        for number in range(3):
            url = f"https://a.test/deep/{number}"
            script._answers[url] = [reply(200, SHELL, url)]
            tasks.append(chain(url, memory=memory, soft_404=True))
        runs = [drive(task, script) for task in tasks]
        assert len([url for url in script.asked if "listlint-" in url]) == 1
        assert [run.outcome.flags for run in runs] == [(Flag.SUSPECT,) if suspect else ()] * 3
        assert [run.outcome.requests for run in runs] == [1, 1, 1]


def test_links_wait_for_the_question_that_another_one_asks() -> None:
    memory = HostMemory()
    script = Script({})
    script._answers = beside(reply(200, SHELL))
    one, two = (chain(f"https://a.test/deep/{name}", memory=memory, soft_404=True) for name in ("one", "two"))
    for name in ("one", "two"):
        script._answers[f"https://a.test/deep/{name}"] = [reply(200, SHELL, f"https://a.test/deep/{name}")]

    async def both() -> tuple[Step, Step]:
        assert (await one.step(script)).done is None
        assert (await two.step(script)).done is None  # it asks for one
        return await two.step(script), await one.step(script)

    for step in asyncio.run(both()):
        assert step.done is not None
        assert step.done[0].flags == (Flag.SUSPECT,)


def test_giving_up_while_the_question_is_open_keeps_what_is_known() -> None:
    task = chain(soft_404=True)
    script = Script({URL: reply(200, OWN)})
    assert asyncio.run(task.step(script)).done is None
    [outcome] = task.give_up("timeout", "the time is up")
    assert (outcome.verdict, outcome.reason, outcome.flags) == (ALIVE, Reason.OK, ())


# --- giving up

GIVEN_UP: list[tuple[list[Say], str, tuple[Verdict, Reason]]] = [
    ([], "host-down", (UNKNOWN, Reason.HOST_DOWN)),
    ([], "rate-limited", (UNKNOWN, Reason.RATE_LIMITED)),
    ([], "timeout", (UNKNOWN, Reason.TIMEOUT)),
    ([], "not-asked", (UNKNOWN, Reason.NOT_ASKED)),
    ([Failure.REFUSED], "host-down", (UNKNOWN, Reason.CONNECT)),
    ([Failure.CONNECT_TIMEOUT], "host-down", (UNKNOWN, Reason.TIMEOUT)),
    ([Failure.REFUSED], "rate-limited", (UNKNOWN, Reason.RATE_LIMITED)),
    ([500, 500], "timeout", (UNKNOWN, Reason.SERVER_ERROR)),
    ([429], "timeout", (UNKNOWN, Reason.RATE_LIMITED)),
    ([429], "host-down", (UNKNOWN, Reason.HOST_DOWN)),
    ([404, 404], "timeout", (UNKNOWN, Reason.TIMEOUT)),
    ([404, 404], "host-down", (UNKNOWN, Reason.HOST_DOWN)),
    ([405], "timeout", (UNKNOWN, Reason.TIMEOUT)),
    ([Failure.NO_SUCH_HOST], "timeout", (UNKNOWN, Reason.TIMEOUT)),
]


@pytest.mark.parametrize(("seen", "reason", "verdict"), GIVEN_UP)
def test_giving_up_says_what_was_seen(seen: list[Say], reason: str, verdict: tuple[Verdict, Reason]) -> None:
    task, script = chain(), Script({URL: [*seen, 200]})
    for _ in seen:
        assert asyncio.run(task.step(script)).done is None
    [outcome] = task.give_up(reason, "no more")
    assert (outcome.verdict, outcome.reason) == verdict
    assert outcome.requests == len(seen)
    assert "no more" in outcome.detail


def test_giving_up_on_a_host_that_does_not_exist() -> None:
    memory = HostMemory()
    task = chain("https://a.test/other", memory=memory)
    ask({URL: Failure.NO_SUCH_HOST}, memory=memory)
    [outcome] = task.give_up("host-down", "no answer")
    assert (outcome.verdict, outcome.reason) == (DEAD, Reason.DNS)


def test_an_interrupted_request_is_counted() -> None:
    class Silent:
        async def send(self, request: Request) -> Answer:
            await asyncio.sleep(60)
            raise AssertionError(request)

    task = chain()

    async def cut_short() -> None:
        async with asyncio.timeout(0.01):
            await task.step(Silent())

    with pytest.raises(TimeoutError):
        asyncio.run(cut_short())
    [outcome] = task.give_up("timeout", "")
    assert (outcome.requests, outcome.reason) == (1, Reason.TIMEOUT)
    assert outcome.elapsed_ms >= 5


def test_accepted_statuses() -> None:
    run, script = ask({URL: 403}, accept=frozenset({403}))
    assert run.verdict == (ALIVE, Reason.OK)
    assert script.asked == [HEAD]


def test_challenges_are_not_retried() -> None:
    wall = reply(503, "<title>Just a moment...</title>", cf_mitigated="challenge")
    run, script = ask({URL: wall})
    assert run.verdict == (UNKNOWN, Reason.BLOCKED)
    assert script.asked == [HEAD, GET]


# --- with real requests


@pytest.mark.skipif(not ON_MANY_ADDRESSES, reason="only Linux answers on all of 127.0.0.0/8")
class TestOnServers:
    """Against sites of the farm, through the client."""

    def go(self, farm: Farm, url: str, anchors: Iterable[str] = (), **wanted: Any) -> LinkOutcome:
        options = settings(**{"ports": (farm.port,), "confirm_delay": 0.0, "backoff": 0.0, "first_byte": 3.0, **wanted})
        guard = Guard(False, options.ports, rows.ALLOWED)

        async def ask_for() -> Run:
            async with Client(options, guard, farm.names) as client:
                return await driven(Chain(url, frozenset(anchors), options, HostMemory()), client)

        with running(farm):
            return asyncio.run(asyncio.wait_for(ask_for(), 30)).outcome

    def test_a_cookie_wall(self) -> None:
        farm = Farm()
        site = farm.site()
        site.pages["/wall"] = crops.cookie_wall("/wall", crops.plain())
        outcome = self.go(farm, site.url("/wall"))
        assert (outcome.verdict, outcome.reason, outcome.requests) == (ALIVE, Reason.OK, 2)

    def test_a_bad_certificate(self) -> None:
        farm = Farm()
        site = farm.site(tls="self-signed")
        site.pages["/x"] = crops.plain()
        outcome = self.go(farm, site.url("/x"))
        assert (outcome.verdict, outcome.reason) == (ALIVE, Reason.TLS)
        assert outcome.flags == (Flag.INSECURE,)

    def test_anchors_at_the_end_of_a_redirect(self) -> None:
        farm = Farm()
        site = farm.site()
        site.pages["/old"] = crops.redirect("/new")
        site.pages["/new"] = crops.plain(body=crops.html("T", "<h2 id='here'>x</h2>"))
        outcome = self.go(farm, site.url("/old"), ["here", "lost"], fragments=True)
        assert outcome.final_url == site.url("/new")
        assert (outcome.flags, outcome.missing) == ((Flag.MOVED, Flag.FRAGMENT_MISSING), ("lost",))

    def test_a_forbidden_hop(self) -> None:
        farm = Farm()
        site = farm.site()
        site.pages["/x"] = crops.redirect(f"http://127.66.0.1:{farm.port}/")
        outcome = self.go(farm, site.url("/x"))
        assert (outcome.verdict, outcome.reason) == (UNKNOWN, Reason.FORBIDDEN_TARGET)

    def test_gone(self) -> None:
        farm = Farm()
        site = farm.site()
        outcome = self.go(farm, site.url("/never-was"))
        assert (outcome.verdict, outcome.reason, outcome.requests) == (DEAD, Reason.GONE, 3)
        assert site.stats.asked("/never-was") == 3
