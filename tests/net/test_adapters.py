"""The adapters, each against a stand-in of its service, driven by the scheduler and the client of the checker."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import ssl
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
import trustme

from listlint.model.links import AGEING, Flag, LinkOutcome, Reason, Verdict
from listlint.net import adapters
from listlint.net.adapters import arxiv, core, doi, github
from listlint.net.chain import Chain
from listlint.net.checker import Checker, Job
from listlint.net.client import Client
from listlint.net.history import DAY, History
from listlint.net.hosts_memory import HostMemory
from listlint.net.messages import Answer, Failure, Request, Sender, Signal, Step, Task
from listlint.net.scheduler import Scheduler
from listlint.net.settings import HostLimits, Settings
from listlint.packs.hosts import HostTable
from listlint.packs.links import LinkTable
from listlint.packs.loader import Tables
from listlint.text.identity import arxiv_id
from listlint.text.urls import split
from tests.net import standins
from tests.net.standins import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Mapping

TOKEN = "ghp_a-token-that-nobody-may-see"


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def roots(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("roots") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture(scope="session")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


class Page:
    """The plain request for a place: one HEAD of its image on the stand-in for all other sites."""

    size = 1

    def __init__(self, place: str, base: str) -> None:
        self.place = place
        self.base = base

    @property
    def host(self) -> str:
        return core.host_of(self.base)

    async def step(self, sender: Sender) -> Step:
        parts = split(self.place)
        answer = await sender.send(Request(url=f"{self.base}/{parts.host}{self.place[parts.path_start :]}"))
        there = answer.status == 200
        verdict, reason = (Verdict.ALIVE, Reason.OK) if there else (Verdict.DEAD, Reason.GONE)
        outcome = LinkOutcome(
            url=self.place, verdict=verdict, reason=reason, status=answer.status, detail="plainly", requests=1
        )
        return Step(done=(outcome,), signal=Signal.ANSWERED)

    def give_up(self, reason: str, detail: str) -> tuple[LinkOutcome, ...]:
        return (LinkOutcome(url=self.place, verdict=Verdict.UNKNOWN, reason=Reason(reason), detail=detail),)


class World:
    """A run of the checker's parts against stand-ins."""

    def __init__(self, roots: Path, tls: ssl.SSLContext) -> None:
        self.github = standins.GitHub(TOKEN, tls)
        self.handles = standins.Handles()
        self.arxiv = standins.Arxiv()
        self.openreview = standins.OpenReview()
        self.older = standins.OpenReview()
        self.youtube = standins.YouTube()
        self.registry = standins.Registry()
        self.pages = standins.Pages()
        self.servers = (
            self.github, self.handles, self.arxiv, self.openreview, self.older, self.youtube, self.registry, self.pages,
        )  # fmt: skip
        self.roots = roots
        self.options: dict[str, object] = {}
        self.plan_options: dict[str, object] = {}
        self.chains = False
        """whether plain requests are those of the checker, for links that lead to the stand-ins themselves"""
        self.origins: dict[str, str] = {}
        self.tokens: Mapping[str, str] | None = None
        self.table = Tables().get("links", LinkTable)
        self.plan: adapters.Plan | None = None
        self.scheduler: Scheduler | None = None

    def settings(self) -> Settings:
        origins = {
            "github": self.github.url,
            "doi": self.handles.url,
            "arxiv": self.arxiv.url,
            "openreview": self.openreview.url,
            "openreview-older": self.older.url,
            "youtube": self.youtube.url,
            "youtube-pictures": self.youtube.url,
            "pypi": self.registry.url,
            "npm": self.registry.url,
            "hub": self.registry.url,
        }
        values: dict[str, object] = {
            "allow_private": True,
            "ports": tuple(server.port for server in self.servers),
            "extra_roots": str(self.roots),
            "first_byte": 5.0,
            "backoff": 0.01,
            "confirm_delay": 0.01,
            "throttle_pause": 0.01,
            "max_wait": 0.5,
            "rate": 5000.0,
            "burst": 1000,
            "origins": origins | self.origins,
            "tokens": {self.github.url: TOKEN} if self.tokens is None else self.tokens,
        }
        return Settings(**(values | self.options))  # type: ignore[arg-type]  # the values are as declared there

    async def run(self, urls: Iterable[str]) -> dict[str, LinkOutcome]:
        wanted = list(urls)
        settings = self.settings()
        outcomes: list[LinkOutcome] = []

        memory = HostMemory()

        def plain(place: str, _: tuple[str, ...]) -> Task:
            return Chain(place, frozenset(), settings, memory) if self.chains else Page(place, self.pages.url)

        async with Client(settings) as client:
            self.scheduler = Scheduler(settings, client, on_done=outcomes.extend)
            plan = self.plan = adapters.plan(
                wanted,
                settings,
                self.table,
                plain=plain,
                add=self.scheduler.add,
                **self.plan_options,  # type: ignore[arg-type]  # as the tests set them
            )
            await asyncio.wait_for(
                self.scheduler.run([*plan.tasks, *(plain(url, (url,)) for url in plan.rest)]), timeout=20
            )
        outcomes += plan.outcomes
        assert sorted(outcome.url for outcome in outcomes) == sorted(set(wanted)), "each URL has one outcome"
        return {outcome.url: outcome for outcome in outcomes}


if TYPE_CHECKING:
    Scene = Callable[[World], Coroutine[None, None, None]]
    Play = Callable[[Scene], None]


@pytest.fixture
def play(roots: Path, tls: ssl.SSLContext) -> Play:
    """Run a scene with all stand-ins up."""

    def played(scene: Scene) -> None:
        async def whole() -> None:
            world = World(roots, tls)
            async with AsyncExitStack() as stack:
                for server in world.servers:
                    await stack.enter_async_context(server)
                await scene(world)

        asyncio.run(whole())

    return played


def said(outcome: LinkOutcome) -> tuple[str, str, tuple[str, ...]]:
    return outcome.verdict.value, outcome.reason.value, tuple(flag.value for flag in outcome.flags)


ALIVE = ("alive", "ok", ())
GONE = ("dead", "gone", ())


def plainly(outcome: LinkOutcome) -> bool:
    return outcome.detail == "plainly"


# --- GitHub ----------------------------------------------------------------------------------------


def test_github_tells_of_many_repositories_at_once(play: Play) -> None:
    async def scene(world: World) -> None:
        world.github.has("a/fine")
        world.github.has("a/old", isArchived=True)
        world.github.has("new/name", was="b/name")
        world.github.has("a/secret", isPrivate=True)
        found = await world.run(
            [
                "https://github.com/A/Fine",
                "http://www.github.com/a/fine.git/",
                "https://github.com/a/old?tab=readme-ov-file",
                "https://github.com/b/name/",
                "https://github.com/a/gone",
                "https://github.com/a/secret",
            ]
        )
        assert said(found["https://github.com/A/Fine"]) == ALIVE
        assert found["https://github.com/A/Fine"].final_url is None
        assert said(found["http://www.github.com/a/fine.git/"]) == ALIVE
        assert said(found["https://github.com/a/old?tab=readme-ov-file"]) == ("alive", "ok", ("archived",))
        renamed = found["https://github.com/b/name/"]
        assert said(renamed) == ("alive", "ok", ("renamed",))
        assert renamed.final_url == "https://github.com/new/name"
        assert said(found["https://github.com/a/gone"]) == GONE
        assert said(found["https://github.com/a/secret"]) == ("alive", "ok", ("auth-required",))
        assert len(world.github.requests) == 1
        assert sum(outcome.requests for outcome in found.values()) == 1
        assert not world.pages.requests

    play(scene)


def test_github_takes_a_hundred_at_a_time(play: Play) -> None:
    async def scene(world: World) -> None:
        for number in range(250):
            world.github.has(f"a/r{number}")
        found = await world.run(f"https://github.com/a/r{number}" for number in range(250))
        assert {said(outcome) for outcome in found.values()} == {ALIVE}
        assert len(world.github.requests) == 3

    play(scene)


def test_what_is_below_a_repository_is_asked_for_plainly(play: Play) -> None:
    async def scene(world: World) -> None:
        world.github.has("a/fine")
        world.github.has("new/name", was="b/name", isArchived=True)
        world.pages.missing.add("github.com/a/fine/blob/main/no.md")
        found = await world.run(
            [
                "https://github.com/a/fine/blob/main/yes.md",
                "https://github.com/a/fine/blob/main/no.md",
                "https://github.com/b/name/wiki?x=1",
                "https://github.com/a/gone/issues/1",
                "https://github.com/topics/python",
                "https://github.com/someone",
                "https://github.com:8443/a/fine",
            ]
        )
        assert said(found["https://github.com/a/fine/blob/main/yes.md"]) == ALIVE
        assert said(found["https://github.com/a/fine/blob/main/no.md"]) == GONE
        below = found["https://github.com/b/name/wiki?x=1"]
        assert said(below) == ("alive", "ok", ("archived", "renamed"))
        assert below.final_url == "https://github.com/new/name/wiki?x=1"
        assert said(found["https://github.com/a/gone/issues/1"]) == GONE
        assert not plainly(found["https://github.com/a/gone/issues/1"])
        assert plainly(found["https://github.com/topics/python"])
        assert plainly(found["https://github.com/someone"])
        assert plainly(found["https://github.com:8443/a/fine"])
        assert len(world.github.requests) == 1

    play(scene)


def test_anchors_of_a_repository_are_looked_for_in_its_page(play: Play) -> None:
    async def scene(world: World) -> None:
        world.github.has("a/fine", isArchived=True)
        world.plan_options["anchored"] = ["https://github.com/a/fine"]
        found = await world.run(["https://github.com/a/fine"])
        assert plainly(found["https://github.com/a/fine"])
        assert said(found["https://github.com/a/fine"])[2] == ("archived",)
        assert found["https://github.com/a/fine"].requests == 2

    play(scene)


def test_stale_is_told_only_when_asked_for(play: Play) -> None:
    async def scene(world: World) -> None:
        world.github.has("a/old", pushedAt="2015-01-01T00:00:00Z")
        world.github.has("a/new", pushedAt=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
        world.github.has("a/empty", pushedAt=None)
        world.github.has("a/odd", pushedAt="a while ago")
        urls = [f"https://github.com/a/{name}" for name in ("old", "new", "empty", "odd")]
        assert {said(outcome) for outcome in (await world.run(urls)).values()} == {ALIVE}
        world.plan_options["stale_after"] = 365 * 86400.0
        found = await world.run(urls)
        assert [url for url in urls if Flag.STALE in found[url].flags] == ["https://github.com/a/old"]

    play(scene)


def test_a_null_without_its_error_says_nothing(play: Play) -> None:
    async def scene(world: World) -> None:
        world.github.has("a/fine")
        world.github.has("a/disabled", isDisabled=True)
        world.github.hidden.add("corp/tool")
        urls = ["https://github.com/a/fine", "https://github.com/corp/tool", "https://github.com/a/disabled"]
        found = await world.run(urls)
        assert [plainly(found[url]) for url in urls] == [False, True, True]
        assert found["https://github.com/corp/tool"].verdict is Verdict.ALIVE

    play(scene)


RESET = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9999999999"}
LIMITED = json.dumps(
    {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded for user ID 1."}]}
).encode()
SICK = [
    pytest.param([Fault(502)] * 3, 3, id="sick for good"),
    pytest.param([Fault(0)] * 12, None, id="resets"),
    pytest.param([Fault(401, b'{"message": "Bad credentials"}')], 1, id="token refused"),
    pytest.param([Fault(403, LIMITED, {"Retry-After": "3600"})], 1, id="secondary limit"),
    pytest.param([Fault(429, LIMITED, RESET)], 1, id="primary limit"),
    pytest.param([Fault(200, LIMITED, RESET)], 1, id="limit with 200"),
    pytest.param([Fault(200, b'{"data": null, "errors": [{"message": "Something went wrong"}]}')] * 3, 3, id="no data"),
    pytest.param([Fault(200, b"<html>")], 1, id="no JSON"),
    pytest.param([Fault(200, b"[1]")], 1, id="no object"),
    pytest.param([Fault(200, b"[" * 100_000)], 1, id="deep"),
    pytest.param([Fault(200, b'{"data": {"r0": "' + b"x" * 2_000_000 + b'"}}')], 1, id="huge"),
    pytest.param([Fault(200, b'{"data": {"r0": [], "r1": {"nameWithOwner": 7}}, "errors": 3}')], 1, id="wrong shapes"),
    pytest.param([Fault(200, b'{"data": {"r0": null, "r1": null}, "errors": [{"type": "NOT_FOUND", "path": [["r0"]]}, {"type": "NOT_FOUND"}, 7]}')], 1, id="wrong errors"),
    pytest.param([Fault(404, b"{}")], 1, id="no such endpoint"),
    pytest.param([Fault(307, b"", {"Location": "/elsewhere"})], 1, id="redirect"),
]  # fmt: skip


@pytest.mark.parametrize(("faults", "requests"), SICK)
def test_a_sick_api_kills_no_link(play: Play, faults: list[Fault], requests: int | None) -> None:
    async def scene(world: World) -> None:
        world.github.faults.extend(faults)
        found = await world.run(["https://github.com/a/one", "https://github.com/a/two"])
        assert all(plainly(outcome) and said(outcome) == ALIVE for outcome in found.values())
        if requests is not None:
            assert len(world.github.requests) == requests
            assert sum(outcome.requests for outcome in found.values()) == requests + 2

    play(scene)


def test_a_sick_api_that_recovers_is_believed(play: Play) -> None:
    async def scene(world: World) -> None:
        world.github.faults.extend([Fault(502), Fault(503, b"", {"Retry-After": "0"})])
        found = await world.run(["https://github.com/a/gone"])
        assert said(found["https://github.com/a/gone"]) == GONE
        assert found["https://github.com/a/gone"].requests == 3

    play(scene)


def test_after_one_refused_batch_the_others_do_not_ask(play: Play) -> None:
    async def scene(world: World) -> None:
        # One at a time, so that the other batches wait while the first is refused.
        world.options["hosts"] = {"127.0.0.1": HostLimits(connections=1, rate=5000.0, burst=1000)}
        world.github.faults.extend([Fault(401, b"{}")] * 9)
        found = await world.run(f"https://github.com/a/r{number}" for number in range(450))
        assert all(plainly(outcome) for outcome in found.values())
        assert len(world.github.requests) == 1

    play(scene)


def test_an_api_that_is_down_leaves_its_links_to_plain_requests(play: Play) -> None:
    async def scene(world: World) -> None:
        world.github.faults.extend([Fault(0)] * 100)
        found = await world.run(f"https://github.com/a/r{number}" for number in range(950))
        assert all(plainly(outcome) for outcome in found.values())
        assert len(world.github.requests) < 60

    play(scene)


def test_without_a_token_github_is_asked_plainly(play: Play) -> None:
    async def scene(world: World) -> None:
        world.tokens = {}
        found = await world.run(["https://github.com/a/one"])
        assert plainly(found["https://github.com/a/one"])
        assert world.plan is not None
        assert world.plan.rest == ["https://github.com/a/one"]
        assert not world.github.requests

    play(scene)


def test_enterprise_servers_have_their_own_api_and_token(play: Play) -> None:
    async def scene(world: World) -> None:
        host = f"127.0.0.1:{world.github.port}"
        world.origins[f"github@{host}"] = f"{world.github.url}/api/v3"
        world.github.has("crew/new", was="crew/tool")
        found = await world.run(
            [f"https://{host}/crew/tool", f"https://{host}/crew/gone/wiki", "https://github.com/a/b"]
        )
        assert found[f"https://{host}/crew/tool"].final_url == f"https://{host}/crew/new"
        assert said(found[f"https://{host}/crew/gone/wiki"]) == GONE
        assert {seen.path for seen in world.github.requests} == {"/api/graphql", "/graphql"}

    play(scene)


def test_chains_ask_for_what_the_api_leaves_open(play: Play) -> None:
    async def scene(world: World) -> None:
        host = f"127.0.0.1:{world.github.port}"
        base = f"https://{host}/crew/tool"
        world.origins[f"github@{host}"] = f"{world.github.url}/api"
        world.github.has("crew/new", was="crew/tool", isArchived=True)
        world.github.pages = {"/crew/new/wiki"}
        world.github.moved = {"/crew/tool/wiki": "/crew/new/wiki"}
        world.chains = True
        found = await world.run([base, base + "/wiki", base + "/blob/main/no.md"])
        assert said(found[base + "/wiki"]) == ("alive", "ok", ("archived", "renamed"))
        assert found[base + "/wiki"].final_url == f"https://{host}/crew/new/wiki"
        assert said(found[base + "/blob/main/no.md"]) == GONE
        assert found[base].requests == 1
        carried = [seen.path for seen in world.github.requests if TOKEN in repr(seen)]
        assert carried == ["/api/graphql"]

    play(scene)


def test_what_was_found_without_a_token_is_asked_again_with_one(play: Play, tmp_path: Path) -> None:
    async def scene(world: World) -> None:
        host = f"127.0.0.1:{world.github.port}"
        tool, wiki, other = f"https://{host}/crew/tool", f"https://{host}/crew/tool/wiki", f"https://{host}/"
        world.origins[f"github@{host}"] = f"{world.github.url}/api"
        world.github.has("crew/tool", isArchived=True)
        world.github.pages = {"/crew/tool", "/crew/tool/wiki", "/"}
        start = time.time()

        async def check(now: float, token: bool) -> tuple[dict[str, LinkOutcome], set[str]]:
            world.tokens = None if token else {}
            world.github.requests.clear()
            with History.open(tmp_path / "links.db", now=now) as history:
                targets = dict.fromkeys((tool, wiki, other), frozenset[str]())
                job = Job(
                    targets=targets, settings=world.settings(), services=world.table, history=history, max_age=90 * DAY
                )
                found = await Checker(job).run()
            return found.outcomes, {url for url, outcome in found.outcomes.items() if outcome.from_history}

        outcomes, reused = await check(start, token=False)
        assert not reused
        assert outcomes[tool].flags == ()
        _, reused = await check(start + 60, token=False)
        assert reused == {tool, wiki, other}
        outcomes, reused = await check(start + 120, token=True)
        assert reused == {other}
        assert outcomes[tool].flags == outcomes[wiki].flags == (Flag.ARCHIVED,)
        for token in (True, False):
            outcomes, reused = await check(start + 180, token=token)
            assert reused == {tool, wiki, other}
            assert outcomes[tool].flags == (Flag.ARCHIVED,)
            assert not world.github.requests

    play(scene)


# --- tokens ----------------------------------------------------------------------------------------


def test_the_token_goes_to_its_origin_alone_and_is_shown_nowhere(play: Play) -> None:
    async def scene(world: World) -> None:
        world.github.has("a/fine")
        urls = [
            "https://github.com/a/fine", "https://github.com/a/gone", "https://github.com/a/fine/wiki", "https://doi.org/10.1/x",
            "https://doi.org/10.1145/1", "https://arxiv.org/abs/2101.00001", "https://openreview.net/forum?id=abcdef",
            "https://youtu.be/abcdefghijk", "https://pypi.org/project/x/", "https://example.org/",
        ]  # fmt: skip
        # A redirect of the API to another server, and to another origin of the same one.
        world.github.faults.append(Fault(307, b"", {"Location": world.pages.url + "/graphql"}))
        found = await world.run(urls)
        found |= await world.run(urls)
        for server in world.servers:
            carried = [seen for seen in server.requests if TOKEN in repr(seen)]
            assert bool(carried) == (server is world.github), type(server)
        assert world.plan is not None
        shown = repr([found, world.plan, [vars(task) for task in world.plan.tasks], world.settings()])
        assert TOKEN not in shown
        assert "Authorization" in shown
        for outcome in found.values():
            assert TOKEN.encode() not in msgspec.json.encode(outcome)

    play(scene)


@pytest.mark.parametrize("origin", ["http://127.0.0.1:{port}", "https://127.0.0.2:{port}", "https://127.0.0.1:1"])
def test_a_token_of_another_origin_or_over_http_is_not_sent(play: Play, origin: str) -> None:
    async def scene(world: World) -> None:
        world.tokens = {origin.format(port=world.github.port): TOKEN}
        await world.run(["https://github.com/a/one"])
        world.origins["github"] = f"http://127.0.0.1:{world.github.port}"
        await world.run(["https://github.com/a/one"])
        assert not world.github.requests

    play(scene)


def test_tokens_of_the_environment() -> None:
    assert adapters.tokens({}) == {}
    assert adapters.tokens({"GITHUB_TOKEN": "  "}) == {}
    assert adapters.tokens({"GITHUB_TOKEN": "t\n"}) == {"https://api.github.com": "t"}
    runner = {"GITHUB_TOKEN": "t", "GITHUB_API_URL": "https://git.example.org/api/v3"}
    assert adapters.tokens(runner) == {"https://git.example.org": "t"}
    assert Settings(tokens=adapters.tokens(runner)).token_for("https://git.example.org/api/graphql") == "t"


# --- DOI -------------------------------------------------------------------------------------------


def test_dois_are_handles(play: Play) -> None:
    async def scene(world: World) -> None:
        records = world.handles.records
        records["10.1145/3446776"] = [("URL", "https://dl.acm.org/x"), ("700050", "1")]
        records["10.1002/(sici)1097-0258(19980815)17:15<1661::aid>3.0.co;2-2"] = [("URL", "https://x.example")]
        records["10.1000/loc"] = [("10320/loc", "<locations/>")]
        records["10.1000/alias"] = [("HS_ALIAS", "10.1145/3446776")]
        records["10.1000/lost"] = [("HS_ALIAS", "10.1000/nothing")]
        records["10.1000/loop"] = [("HS_ALIAS", "10.1000/loop")]
        records["10.1000/admin"] = [("HS_ADMIN", {})]
        records["10.1000/deleted"] = [("URL", "http://www.crossref.org/deleted_DOI.html")]
        records["10/abcd"] = [("HS_ALIAS", "10.1145/3446776")]
        urls = {
            "https://doi.org/10.1145/3446776": ALIVE,
            "http://dx.doi.org/10.1145/3446776": ALIVE,
            "https://doi.org/doi:10.1145/3446776/": ALIVE,
            "https://doi.org/10.1002/(SICI)1097-0258(19980815)17:15%3C1661::AID%3E3.0.CO;2-2": ALIVE,
            "https://doi.org/10.1000/loc": ALIVE,
            "https://doi.org/10.1000/alias": ALIVE,
            "https://doi.org/10/abcd": ALIVE,
            "https://doi.org/10.1000/deleted": ("alive", "ok", ("suspect",)),
            "https://doi.org/10.1000/missing": GONE,
            "https://doi.org/10.1000/lost": GONE,
            "https://doi.org/10.1000/admin": GONE,
        }
        found = await world.run(
            [
                *urls,
                "https://doi.org/",
                "https://www.doi.org/the-identifier/what-is-a-doi",
                "https://doi.org/10.1000/loop",
            ]
        )
        assert {url: said(found[url]) for url in urls} == urls
        assert not any(plainly(found[url]) for url in urls)
        assert plainly(found["https://doi.org/"])
        assert plainly(found["https://www.doi.org/the-identifier/what-is-a-doi"])
        assert plainly(found["https://doi.org/10.1000/loop"])

    play(scene)


def test_publishers_are_asked_for_plainly_where_the_doi_tells_nothing(play: Play) -> None:
    async def scene(world: World) -> None:
        world.handles.records["10.1145/3446776"] = [("URL", "https://dl.acm.org/x")]
        world.handles.records["10.1007/978-3-319-24574-4_28"] = [("URL", "https://link.springer.com/x")]
        known = [
            "https://dl.acm.org/doi/abs/10.1145/3446776",
            "https://dl.acm.org/citation.cfm?doid=3446776",
            "https://link.springer.com/chapter/10.1007/978-3-319-24574-4_28",
        ]
        unknown = [
            "https://dl.acm.org/doi/10.5555/3045390.3045585",
            "https://onlinelibrary.wiley.com/doi/full/10.1002/nothing",
            "https://www.tandfonline.com/doi/abs/10.1080/nothing",
            "https://dl.acm.org/conference/chi",
            "https://ieeexplore.ieee.org/document/7780459",
            "https://www.sciencedirect.com/science/article/pii/S0169207099000138",
        ]
        world.handles.records["10.1145/3446776.3446776"] = world.handles.records["10.1145/3446776"]
        found = await world.run([*known[:1], *known[2:], *unknown])
        assert not any(plainly(found[url]) for url in (known[0], known[2]))
        assert all(plainly(found[url]) for url in unknown)
        # The first of the unknown ones has a DOI that was never registered; no link dies of it.
        assert {said(found[url]) for url in unknown} == {ALIVE}
        assert len(world.handles.requests) == 5

    play(scene)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(500, b'{"responseCode": 2}'), Fault(200, b"{}"), Fault(200, b'{"responseCode": "1"}'), Fault(404, b"<html>Not Found"),
        Fault(200, b'{"responseCode": true, "values": [{"type": "URL", "data": {"value": "https://x"}}]}'), Fault(200, b'{"responseCode": 1, "values": {}}'),
        Fault(200, b'{"responseCode": 301}'), Fault(403, b"{}"), Fault(200, b'{"responseCode": 1, "values": [{"type": 1}, 2]}'),
    ],
)  # fmt: skip
def test_a_sick_handle_system_kills_no_link(play: Play, fault: Fault) -> None:
    async def scene(world: World) -> None:
        world.handles.faults.extend([fault] * 3)
        found = await world.run(["https://doi.org/10.1145/3446776"])
        assert plainly(found["https://doi.org/10.1145/3446776"])

    play(scene)


def test_a_doi_that_a_host_is_too_busy_for_is_unknown(play: Play) -> None:
    async def scene(world: World) -> None:
        # Page and API are one host, which asked for silence: it gets it.
        world.origins["doi@127.0.0.1:" + str(world.handles.port)] = world.handles.url
        url = world.handles.url + "/doi/10.1145/3446776"
        world.handles.faults.extend([Fault(429, b"", {"Retry-After": "1000"})] * 3)
        found = await world.run([url])
        assert said(found[url]) == ("unknown", "rate-limited", ())
        assert len(world.handles.requests) == 1
        assert not world.pages.requests

    play(scene)


# --- arXiv -----------------------------------------------------------------------------------------


def test_arxiv_papers(play: Play) -> None:
    async def scene(world: World) -> None:
        world.arxiv.papers = {
            "1706.03762": standins.Paper(7),
            "math/0309136": standins.Paper(1),
            "2101.00001": standins.Paper(2, comment="This paper has been withdrawn by the authors due to an error"),
            "2101.00002": standins.Paper(3, summary="Withdrawn. The proof is wrong."),
            "2101.00003": standins.Paper(
                2, comment="a previous version was withdrawn", summary="We study withdrawn & new papers."
            ),
        }
        urls = {
            "https://arxiv.org/abs/1706.03762": ALIVE,
            "http://www.arxiv.org/pdf/1706.03762v5.pdf": ALIVE,
            "https://arxiv.org/abs/math.GT/0309136": ALIVE,
            "https://arxiv.org/abs/2101.00001": ("alive", "ok", ("withdrawn",)),
            "https://export.arxiv.org/pdf/2101.00002": ("alive", "ok", ("withdrawn",)),
            "https://arxiv.org/abs/2101.00003": ALIVE,
            "https://arxiv.org/abs/2101.99999": GONE,
            "https://arxiv.org/abs/2113.00001": GONE,
            "https://arxiv.org/abs/2110.1234": GONE,
        }
        others = [
            "https://arxiv.org/list/cs.LG/recent",
            "https://arxiv.org/html/1706.03762",
            "https://arxiv.org/abs/1706.03762v9",
            "https://ar5iv.labs.arxiv.org/html/1706.03762",
        ]
        found = await world.run([*urls, *others])
        assert {url: said(found[url]) for url in urls} == urls
        assert not any(plainly(found[url]) for url in urls)
        assert all(plainly(found[url]) for url in others)
        assert found["https://arxiv.org/abs/2113.00001"].requests == 0
        # Once for all of them, and once more for what was missing.
        assert [len(seen.path.split("id_list=")[1].split("&")[0].split(",")) for seen in world.arxiv.requests] == [6, 1]

    play(scene)


def test_arxiv_takes_a_hundred_at_a_time(play: Play) -> None:
    async def scene(world: World) -> None:
        names = [f"2101.{number:05}" for number in range(1, 231)]
        world.arxiv.papers = {name: standins.Paper() for name in names}
        found = await world.run(f"https://arxiv.org/abs/{name}" for name in names)
        assert {said(outcome) for outcome in found.values()} == {ALIVE}
        assert len(world.arxiv.requests) == 3

    play(scene)


EMPTY = b'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">%s</feed>'


def test_an_empty_feed_is_not_believed_at_once(play: Play) -> None:
    async def scene(world: World) -> None:
        world.arxiv.papers["2101.00001"] = standins.Paper()
        world.arxiv.faults.append(Fault(200, EMPTY % b"<o:totalResults>0</o:totalResults>"))
        found = await world.run(["https://arxiv.org/abs/2101.00001"])
        assert said(found["https://arxiv.org/abs/2101.00001"]) == ALIVE
        assert found["https://arxiv.org/abs/2101.00001"].requests == 2

    play(scene)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(200, EMPTY % b""),
        Fault(200, EMPTY % b"<o:totalResults>1</o:totalResults>"),
        Fault(200, EMPTY % b"<o:totalResults>none</o:totalResults>"),
        Fault(200, EMPTY % b"<o:totalResults>1</o:totalResults><entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_x</id><title>Error</title></entry>"),
        Fault(400, EMPTY % b"<o:totalResults>0</o:totalResults>"),
        Fault(200, b"Rate exceeded."),
        Fault(503, b"", {"Retry-After": "100000"}),
        Fault(200, b"<html><body>Down for maintenance</body></html>"),
        Fault(200, b'<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + EMPTY % b"<o:totalResults>0</o:totalResults>"),
        Fault(200, (EMPTY % (b"<o:totalResults>0</o:totalResults>" + b" " * 5_000_000))),
        Fault(200, b"<a>" * 100_000),
        Fault(200, (EMPTY % b"<o:totalResults>0</o:totalResults>")[:-7]),
    ],
)  # fmt: skip
def test_a_sick_export_api_kills_no_link(play: Play, fault: Fault) -> None:
    async def scene(world: World) -> None:
        world.arxiv.faults.extend([fault] * 3)
        found = await world.run(["https://arxiv.org/abs/2101.00001"])
        assert plainly(found["https://arxiv.org/abs/2101.00001"])

    play(scene)


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://arxiv.org/abs/0704.0001", True), ("https://arxiv.org/abs/0703.0001", False), ("https://arxiv.org/abs/1412.9999", True),
        ("https://arxiv.org/abs/1501.0001", False), ("https://arxiv.org/abs/1501.00001", True), ("https://arxiv.org/abs/1412.00001", False),
        ("https://arxiv.org/abs/2100.00001", False), ("https://arxiv.org/abs/2101.00000", False), ("https://arxiv.org/abs/hep-th/9901001", True),
        ("https://arxiv.org/abs/hep-th/9913001", False), ("https://arxiv.org/abs/2101.00001v0", False), ("https://arxiv.org/abs/2101.00001v12", True),
    ],
)  # fmt: skip
def test_identifiers_that_cannot_be(url: str, fine: bool) -> None:
    found = arxiv_id(url)
    assert found is not None
    assert (arxiv.impossible(found) is None) == fine


# --- OpenReview ------------------------------------------------------------------------------------


def test_openreview_notes(play: Play) -> None:
    async def scene(world: World) -> None:
        world.openreview.notes = {
            "newnote1": {
                "content": {"venueid": {"value": "ICLR.cc/2025/Conference"}},
                "invitations": ["X/-/Submission"],
            },
            "withdrawn": {"content": {"venueid": {"value": "ICLR.cc/2025/Conference/Withdrawn_Submission"}}},
            "oddnote1": {"content": 7, "invitations": 3},
        }
        world.older.notes = {
            "oldnote1": {"content": {"venueid": "NeurIPS.cc/2022/Conference"}, "invitation": "X/-/Blind_Submission"},
            "oldgone1": {"invitation": "ICLR.cc/2020/Conference/-/Withdrawn_Submission"},
        }
        world.openreview.private = {"private1"}
        urls = {
            "https://openreview.net/forum?id=newnote1": ALIVE,
            "https://openreview.net/pdf?id=oldnote1": ALIVE,
            "https://openreview.net/forum?id=oddnote1": ALIVE,
            "https://openreview.net/forum?id=withdrawn": ("alive", "ok", ("withdrawn",)),
            "https://openreview.net/forum?id=oldgone1": ("alive", "ok", ("withdrawn",)),
            "https://openreview.net/forum?id=private1": ("alive", "auth-required", ("auth-required",)),
            "https://openreview.net/forum?id=nothing1": GONE,
        }
        found = await world.run([*urls, "https://openreview.net/group?id=ICLR.cc"])
        assert {url: said(found[url]) for url in urls} == urls
        assert plainly(found["https://openreview.net/group?id=ICLR.cc"])

    play(scene)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(403, b'{"name": "ChallengeRequiredError"}'), "blocked"), (Fault(500), "host-down"), (Fault(0), "host-down"), (Fault(200, b"[]"), "protocol"),
        (Fault(200, b'{"notes": [7]}'), "protocol"), (Fault(404, b"<html>"), "protocol"), (Fault(429, b"", {"Retry-After": "99"}), "rate-limited"),
        (Fault(404, b'{"name": "Error"}'), "protocol"),
    ],
)  # fmt: skip
def test_where_the_page_tells_nothing_a_sick_api_means_unknown(play: Play, fault: Fault, reason: str) -> None:
    async def scene(world: World) -> None:
        world.openreview.faults.extend([fault] * 30)
        world.youtube.faults.extend([fault] * 3)
        note, video = "https://openreview.net/forum?id=newnote1", "https://www.youtube.com/watch?v=abcdefghijk"
        found = await world.run([note])
        assert said(found[note]) == ("unknown", reason, ())
        assert not world.pages.requests
        if fault.status in {429, 500}:
            assert said((await world.run([video]))[video]) == ("unknown", reason, ())

    play(scene)


# --- YouTube ---------------------------------------------------------------------------------------


def test_youtube_videos(play: Play) -> None:
    async def scene(world: World) -> None:
        world.youtube.videos = {
            "publicVideo": "public", "noEmbedding": "unembeddable", "noPicture00": "unembeddable", "privateVid0": "private", "blockedVid0": "private",
            "PLaaaaaaaaaaaaaaaa": "public", "PLbbbbbbbbbbbbbbbb": "private",
        }  # fmt: skip
        world.youtube.pictures = {"publicVideo", "noEmbedding", "contradicts", "blockedVid0"}
        urls = {
            "https://www.youtube.com/watch?v=publicVideo&t=10": ALIVE,
            "https://youtu.be/publicVideo": ALIVE,
            "https://www.youtube.com/watch?v=noEmbedding": ALIVE,
            "https://www.youtube.com/watch?v=noPicture00": ("unknown", "refused-request", ()),
            "https://www.youtube.com/embed/privateVid0": ("alive", "auth-required", ("auth-required",)),
            "https://www.youtube.com/watch?v=blockedVid0": ("unknown", "blocked", ()),
            "https://m.youtube.com/watch?v=missingVid0": GONE,
            "https://www.youtube.com/watch?v=contradicts": ("unknown", "refused-request", ()),
            "https://www.youtube.com/watch?v=too-short": GONE,
            "https://www.youtube.com/playlist?list=PLaaaaaaaaaaaaaaaa": ALIVE,
            "https://www.youtube.com/playlist?list=PLbbbbbbbbbbbbbbbb": ("alive", "auth-required", ("auth-required",)),
            "https://www.youtube.com/playlist?list=PLcccccccccccccccc": GONE,
        }
        found = await world.run([*urls, "https://www.youtube.com/@somebody", "https://www.youtube.com/"])
        assert {url: said(found[url]) for url in urls} == urls
        assert plainly(found["https://www.youtube.com/@somebody"])
        assert found["https://www.youtube.com/watch?v=publicVideo&t=10"].requests == 1
        assert found["https://m.youtube.com/watch?v=missingVid0"].requests == 2

    play(scene)


def test_a_bare_forbidden_is_a_private_video(play: Play) -> None:
    async def scene(world: World) -> None:
        world.youtube.faults.append(Fault(200, b"Forbidden"))
        found = await world.run(["https://youtu.be/privateVid0"])
        assert found["https://youtu.be/privateVid0"].reason is Reason.AUTH_REQUIRED

    play(scene)


# --- registries ------------------------------------------------------------------------------------


def test_packages(play: Play) -> None:
    async def scene(world: World) -> None:
        world.registry.python = {"a-tool": {"1.0"}, "other": set()}
        world.registry.renamed["moved-name"] = "other"
        world.registry.npm = {"left-pad": {"1.0.0"}, "@scope/tool": set()}
        urls = {
            "https://pypi.org/project/A_Tool/": ALIVE,
            "https://pypi.org/project/a-tool/1.0/": ALIVE,
            "https://pypi.org/project/a-tool/9.9/": GONE,
            "https://pypi.org/project/moved.name": ALIVE,
            "https://pypi.org/project/nothing/": GONE,
            "https://www.npmjs.com/package/left-pad": ALIVE,
            "https://www.npmjs.com/package/@scope/tool": ALIVE,
            "https://www.npmjs.com/package/left-pad/v/1.0.0": ALIVE,
            "https://www.npmjs.com/package/left-pad/v/2.0.0": GONE,
            "https://npmjs.com/package/nothing": GONE,
        }
        others = [
            "https://pypi.org/",
            "https://pypi.org/user/somebody/",
            "https://www.npmjs.com/~somebody",
            "https://pypi.org/search/?q=x",
        ]
        found = await world.run([*urls, *others])
        assert {url: said(found[url]) for url in urls} == urls
        assert all(plainly(found[url]) for url in others)
        assert "/@scope%2Ftool" in {seen.path for seen in world.registry.requests}

    play(scene)


def test_registries_are_asked_where_links_lead() -> None:
    table = Tables().get("links", LinkTable)
    urls = ["http://pypi.org/project/x", "https://www.npmjs.com/package/x", "https://huggingface.co/o/m"]
    plan = adapters.plan(urls, Settings(), table, plain=lambda *_: pytest.fail("asked"), add=lambda _: None)
    requests = [vars(task)["_request"].url for task in plan.tasks]
    assert [url.partition("/o/m")[0].split("/")[2:] for url in requests] == [
        ["pypi.org", "pypi", "x", "json"],
        ["registry.npmjs.com", "x"],
        ["huggingface.co", "api", "models"],
    ]


def test_models_datasets_and_spaces(play: Play) -> None:
    async def scene(world: World) -> None:
        world.registry.hub = {
            "models/owner/model": {},
            "models/new/model": {},
            "models/Owner/Cased": {},
            "models/owner/gated": {"gated": "manual"},
            "models/owner/off": {"disabled": True},
            "datasets/owner/data": {},
            "spaces/owner/app": {},
        }
        world.registry.renamed |= {"models/old/model": "models/new/model", "models/owner/cased": "models/Owner/Cased"}
        base = "https://huggingface.co/"
        urls = {
            base + "owner/model": ALIVE,
            base + "owner/gated/tree/main": ALIVE,
            base + "owner/off": ("alive", "ok", ("suspect",)),
            base + "owner/cased": ALIVE,
            base + "old/model": ("alive", "ok", ("renamed",)),
            base + "datasets/owner/data": ALIVE,
            base + "spaces/owner/app": ALIVE,
            base + "owner/nothing": GONE,
            base + "datasets/owner/model": GONE,
        }
        others = [
            base + "gpt2",
            base + "owner/model/blob/main/README.md",
            base + "docs/hub/index",
            base + "papers/1706.03762",
        ]
        found = await world.run([*urls, *others])
        assert {url: said(found[url]) for url in urls} == urls
        assert found[base + "old/model"].final_url == base + "new/model"
        assert all(plainly(found[url]) for url in others)

    play(scene)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(200, b"<html>", {"Content-Type": "text/html"}), Fault(403, b"<html>"), Fault(500), Fault(302, b"", {"Location": "http://127.0.0.9/x"}),
        Fault(301), Fault(301, b"", {"Location": "http://[x"}), Fault(401, b'{"error": "Invalid credentials in Authorization header"}'),
        Fault(200, b'{"id": 7}', {"Content-Type": "text/plain"}), Fault(418),
    ],
)  # fmt: skip
def test_a_sick_registry_kills_no_link(play: Play, fault: Fault) -> None:
    async def scene(world: World) -> None:
        for url in ("https://pypi.org/project/x/", "https://www.npmjs.com/package/x", "https://huggingface.co/o/m"):
            world.registry.faults.extend([fault] * 3)
            assert plainly((await world.run([url]))[url])
            world.registry.faults.clear()

    play(scene)


def test_one_404_kills_no_link(play: Play) -> None:
    async def scene(world: World) -> None:
        world.registry.python = {"x": set()}
        world.registry.hub = {"models/o/m": {}}
        for url, status in (("https://pypi.org/project/x/", 404), ("https://huggingface.co/o/m", 404)):
            world.registry.faults.append(Fault(status, b"{}"))
            found = await world.run([url])
            assert said(found[url]) == ALIVE
            assert found[url].requests == 2

    play(scene)


def test_redirects_of_an_api_end(play: Play) -> None:
    async def scene(world: World) -> None:
        world.registry.renamed = {"a": "b", "b": "a"}
        found = await world.run(["https://pypi.org/project/a/"])
        assert plainly(found["https://pypi.org/project/a/"])
        assert len(world.registry.requests) == 4
        world.registry.faults.append(Fault(301, b"", {"Location": world.pages.url + "/pypi/c/json"}))
        found = await world.run(["https://pypi.org/project/c/"])
        assert plainly(found["https://pypi.org/project/c/"])
        assert [seen.path for seen in world.pages.requests] == ["/pypi.org/project/a/", "/pypi.org/project/c/"]

    play(scene)


# --- walls, moves, and the plan as a whole ----------------------------------------------------------


def test_walled_hosts_are_never_fetched(play: Play) -> None:
    async def scene(world: World) -> None:
        walled = [
            "https://www.linkedin.com/in/somebody", "https://uk.linkedin.com/in/somebody", "https://x.com/somebody/status/1", "https://twitter.com/somebody",
            "https://www.facebook.com/groups/1", "https://www.instagram.com/somebody", "https://www.quora.com/What", "https://www.researchgate.net/publication/1",
        ]  # fmt: skip
        open_ = [
            "https://engineering.linkedin.com/blog",
            "https://developers.facebook.com/docs",
            "https://blog.x.com/",
            "https://notx.com/",
        ]
        found = await world.run([*walled, *open_])
        assert {said(found[url]) for url in walled} == {("unknown", "walled", ())}
        assert all(found[url].requests == 0 for url in walled)
        assert all(plainly(found[url]) for url in open_)
        assert len(world.pages.requests) == len(open_)

    play(scene)


def test_superseded_hosts_are_checked_at_their_new_place(play: Play) -> None:
    async def scene(world: World) -> None:
        hosts = Tables().get("hosts", HostTable)

        def moved(url: str) -> str | None:
            move = hosts.moved(split(url))
            return move.url if move else None

        world.plan_options["moved"] = moved
        world.handles.records["10.1145/3446776"] = [("URL", "https://dl.acm.org/x")]
        world.pages.missing.add("aclanthology.org/P15-1010")
        old_acl, new_doi = "http://aclweb.org/anthology/P/P15/P15-1010", "https://doi.org/10.1145/3446776"
        old_doi, older_doi = "http://dx.doi.org/10.1145/3446776", "http://doi.acm.org/10.1145/3446776"
        old_package = "https://pypi.python.org/pypi/nothing"
        lost = "http://papers.nips.cc/paper/5486-a-title"
        found = await world.run([old_acl, old_doi, new_doi, older_doi, old_package, lost])
        assert [said(found[url]) for url in (old_doi, new_doi, older_doi)] == [ALIVE] * 3
        assert [found[url].final_url for url in (old_doi, new_doi, older_doi)] == [new_doi, None, new_doi]
        assert len(world.handles.requests) == 1
        assert sum(found[url].requests for url in (old_doi, new_doi, older_doi)) == 1
        assert said(found[old_package]) == GONE
        asked = {seen.path for seen in world.pages.requests}
        assert any(path.startswith("/aclanthology.org/") for path in asked)
        assert not any("aclweb" in path for path in asked)
        assert plainly(found[lost])

    play(scene)


def test_every_url_is_planned_once() -> None:
    table = Tables().get("links", LinkTable)
    urls = [
        "https://github.com/a/b", "https://github.com/a/b/wiki", "https://doi.org/10.1/x", "https://arxiv.org/abs/2101.00001",
        "https://arxiv.org/abs/2113.00001", "https://x.com/a", "ftp://x.example/a", "http://[::1", "https://", "", "https://example.org/",
    ]  # fmt: skip
    settings = Settings(tokens={"https://api.github.com": TOKEN})
    plan = adapters.plan([*urls, *urls], settings, table, plain=lambda *_: pytest.fail("asked"), add=lambda _: None)
    assert sum(task.size for task in plan.tasks) + len(plan.rest) + len(plan.outcomes) == len(urls)
    assert [task.host for task in plan.tasks].count("api.github.com") == 1


def test_planning_costs_little() -> None:
    table = Tables().get("links", LinkTable)
    hosts = itertools.cycle(
        ["github.com/a/r{}", "doi.org/10.1000/{}", "example{}.org/", "arxiv.org/abs/2101.{:05}", "youtu.be/a{:010}"]
    )
    urls = [f"https://{next(hosts).format(number)}" for number in range(20_000)]
    settings = Settings(tokens={"https://api.github.com": TOKEN})
    start = time.process_time()
    adapters.plan(urls, settings, table, plain=lambda *_: pytest.fail("asked"), add=lambda _: None)
    assert time.process_time() - start < 10


# --- the parts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://github.com/a/b", ("a", "b", "")), ("https://github.com/a/b.git", ("a", "b", "")), ("https://github.com/a/b.js/", ("a", "b.js", "")),
        ("https://github.com/a/b.git/tree/x", ("a", "b", "/tree/x")), ("https://github.com//a//b//", ("a", "b", "")), ("https://github.com/a", None),
        ("https://github.com/features/actions", None), ("https://github.com/a/%22b", None), ("https://github.com/a/..", None),
        ('https://github.com/a/b"){x}', None), ("https://github.com/orgs/x/repositories", None), ("https://github.com/sponsors/x", None),
    ],
)  # fmt: skip
def test_repositories_of_urls(url: str, found: tuple[str, str, str] | None) -> None:
    assert github.repository(url) == found


@pytest.mark.parametrize(
    ("origin", "endpoint"),
    [
        ("https://api.github.com", "https://api.github.com/graphql"),
        ("https://api.github.com/graphql", "https://api.github.com/graphql"),
        ("https://git.example.org/api/v3/", "https://git.example.org/api/graphql"),
        ("https://git.example.org/api", "https://git.example.org/api/graphql"),
    ],
)
def test_endpoints(origin: str, endpoint: str) -> None:
    assert github.endpoint(origin) == endpoint


def test_a_question_that_gets_no_slot_is_unknown() -> None:
    outcomes: list[object] = []
    context = core.Context(Settings(), lambda place, _: Page(place, "http://127.0.0.1"), {}, add=outcomes.extend)
    question = doi.question(context, "https://doi.org/10.1/x", "https://doi.org")
    assert question is None
    question = doi.question(context, "https://doi.org/10.1000/x", "https://doi.org")
    assert question is not None
    (outcome,) = question.give_up("host-down", "no answer to 5 requests in a row")
    assert said(outcome) == ("unknown", "host-down", ())
    other = doi.question(context, "https://dl.acm.org/doi/10.1145/1", "https://doi.org")
    assert other is not None
    assert other.give_up("host-down", "") == ()
    assert len(outcomes) == 1
    assert other.give_up("timeout", "") == ()
    assert len(outcomes) == 2
    (late,) = other.give_up("not-asked", "the run ended")
    assert said(late) == ("unknown", "not-asked", ())
    (alone,) = question.give_up("timeout", "undecided")
    assert alone.reason not in AGEING


def test_headers_that_hold_a_secret_are_not_shown() -> None:
    hidden = core.Hidden({"Authorization": f"bearer {TOKEN}"})
    assert hidden["Authorization"].endswith(TOKEN)
    for text in (repr(hidden), str(hidden), f"{hidden}", repr(Request(url="https://x", headers=hidden))):
        assert TOKEN not in text
        assert "Authorization" in text


@pytest.mark.parametrize(
    ("answer", "reason", "final"),
    [
        (Answer(url="https://x", failure=Failure.NO_SUCH_HOST), Reason.CONNECT, False),
        (Answer(url="https://x", failure=Failure.READ_TIMEOUT), Reason.TIMEOUT, False),
        (Answer(url="https://x", failure=Failure.TLS_EXPIRED), Reason.TLS, True),
        (Answer(url="https://x", failure=Failure.FORBIDDEN_ADDRESS), Reason.FORBIDDEN_TARGET, True),
        (Answer(url="https://x"), Reason.PROTOCOL, True),
        (Answer(url="https://x", status=403, headers={"cf-mitigated": ["challenge"]}), Reason.BLOCKED, True),
        (Answer(url="https://x", status=503, headers={"retry-after": ["7"]}), Reason.SERVER_ERROR, False),
    ],
)
def test_troubles(answer: Answer, reason: Reason, final: bool) -> None:
    trouble = core.trouble_of(answer)
    assert trouble is not None
    assert (trouble.reason, trouble.final) == (reason, final)


@pytest.mark.parametrize("body", [b"", b"null", b"1", b"[]", b"\xff", b'{"a":', b"{" * 50_000, b'"\\ud800"'])
def test_what_is_no_json_object_is_none(body: bytes) -> None:
    assert core.json_of(Answer(url="https://x", status=200, body=body)) is None


def test_feeds() -> None:
    assert arxiv.feed_of(b"") is None
    assert arxiv.feed_of(b"<feed/>") is None
    feed = arxiv.feed_of(
        EMPTY % b"<entry><id>http://arxiv.org/abs/math/0309136v2</id><summary>A<b>c</b></summary></entry>"
    )
    assert feed == arxiv.Feed({"math/0309136": arxiv.Entry(2, False)}, None, False)
    long = b"<entry><id>http://arxiv.org/abs/2101.00001v1</id><summary>" + b"a" * 1_000_000 + b"</summary></entry>"
    start = time.process_time()
    assert arxiv.feed_of(EMPTY % (long * 4)) is not None
    assert time.process_time() - start < 5


def test_no_registry_is_named_in_the_table() -> None:
    own = (Path(adapters.__file__).parent, Path(adapters.__file__).parents[2] / "packs" / "links.py")
    texts = [
        path.read_text("utf-8") for folder in own for path in ([folder] if folder.is_file() else folder.glob("*.py"))
    ]
    texts.append((Path(__file__).parents[2] / "rules" / "tables" / "links.toml").read_text("utf-8"))
    assert not [found for text in texts for found in re.findall(r"pypi\.org|npmjs\.(?:com|org)|huggingface\.co", text)]
