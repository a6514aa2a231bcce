"""The whole checker on the link farm: verdict and reason are the truth for every link, and nobody was bothered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from listlint.model.links import Reason, Verdict
from listlint.net.chain import Tables
from listlint.net.checker import Checked, Checker, Job, NetworkUnavailableError
from listlint.net.guard import Guard
from listlint.net.pages import Parking
from listlint.net.settings import Settings
from listlint.text.urls import in_domain
from tests.farm import pages, plans, rows
from tests.farm.fence import fence
from tests.farm.names import NO_SUCH_NAME
from tests.farm.server import running
from tests.farm.sites import ON_MANY_ADDRESSES, Farm
from tests.farm.truth import Said, judge

if TYPE_CHECKING:
    from pathlib import Path

    from tests.farm.truth import Truth

pytestmark = pytest.mark.skipif(not ON_MANY_ADDRESSES, reason="only Linux answers on all of 127.0.0.0/8")

TABLES = Tables(
    walled=lambda host: "a wall" if in_domain(host, rows.WALLED_DOMAIN) else None,
    parking=Parking(hosts=frozenset({rows.PARKING_DOMAIN}), marks=(rows.PARKING_MARK,)),
)
NO_END = 100.0
"""Seconds: no run of these tests comes near, unless it would never end."""


class NoServices:
    """A table of hosts without rows."""

    def walled(self, host: str) -> str | None:
        del host
        return None

    def service(self, host: str) -> None:
        del host


class Run(msgspec.Struct):
    """What a run found, and what ran against the fence meanwhile."""

    farm: Farm
    checked: Checked
    escapes: list[str]
    settings: Settings

    def wrong(self) -> str:
        """What differs from the truth, a line for each; empty when nothing does."""
        said = [msgspec.convert(outcome, Said, from_attributes=True) for outcome in self.checked.outcomes.values()]
        options = self.settings
        return "\n".join(judge(self.farm.truths, said, fragments=options.fragments, soft_404=options.soft_404))


def settings(farm: Farm, **wanted: Any) -> Settings:
    """The usual settings, hurried: no wait is longer than a slow machine needs."""
    quick: dict[str, Any] = {
        "connect_timeout": 1.0,
        "first_byte": 1.5,
        "link_timeout": 30.0,
        "rate": 50.0,
        "backoff": 0.02,
        "confirm_delay": 0.1,
        "throttle_pause": 0.05,
        "max_wait": 10.0,
        "ports": (farm.port,),
    }
    return Settings(**{**quick, **wanted})


def check(farm: Farm, options: Settings, truths: list[Truth] | None = None) -> Run:
    """Run the checker on a farm that answers."""
    wanted = farm.truths if truths is None else truths
    job = Job(
        targets={truth.url: frozenset(truth.fragments) for truth in wanted},
        settings=options,
        services=NoServices(),
        tables=TABLES,
        guard=Guard(False, options.ports, rows.ALLOWED),
        resolver=farm.names,
    )
    with running(farm), fence() as escapes:
        checked = asyncio.run(asyncio.wait_for(Checker(job).run(), NO_END))
    return Run(farm, checked, escapes, options)


@pytest.fixture(scope="module", params=["plain", "with fragments", "with soft 404 and fragments"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    farm = Farm(scale=0.01)
    rows.every_row(farm)
    roots: Path = tmp_path_factory.mktemp("roots") / "roots.pem"
    roots.write_bytes(farm.certificates.root)
    options = {"fragments": "fragments" in request.param, "soft_404": "soft" in request.param}
    return check(farm, settings(farm, extra_roots=str(roots), **options))


def test_every_verdict_and_reason_is_the_truth(run: Run) -> None:
    assert run.wrong() == ""


def test_nothing_left_the_machine_or_reached_forbidden_ground(run: Run) -> None:
    assert run.escapes == []
    canary = run.farm.stats()["canary.farm.test"]
    assert (canary.connections, canary.requests) == (0, 0)


def test_nobody_is_asked_more_often_than_is_right(run: Run) -> None:
    stats = run.farm.stats()
    bounds = [truth for truth in run.farm.truths if truth.most_requests is not None]
    asked = {truth.url: stats[truth.host].asked(truth.target) for truth in bounds}
    assert bounds
    assert [url for truth in bounds if asked[url := truth.url] > (truth.most_requests or 0)] == []


def test_limits_of_every_host_hold(run: Run) -> None:
    for name, stats in run.farm.stats().items():
        assert stats.most_in_flight <= run.settings.connections, name
        assert stats.most_open <= run.settings.connections, name
        # The farm sees requests when they arrive, which is not quite when they were sent.
        assert stats.fullest_second <= run.settings.rate * 1.1 + 1, name


def test_bodies_are_not_read_to_their_end(run: Run) -> None:
    for kind, most in (("endless-body", 16 << 20), ("slow-body", 1 << 20)):
        for truth in run.farm.of_kinds(kind):
            assert run.farm.stats()[truth.host].bytes_out < most


def test_outcomes_count_their_requests(run: Run) -> None:
    if run.settings.soft_404:
        pytest.skip("a link may ask for a sibling of its page as well")
    stats = run.farm.stats()
    for truth in run.farm.of_kinds("alive", "gone", "blocked", "refused-request"):
        assert run.checked.outcomes[truth.url].requests == stats[truth.host].asked(truth.target), truth.url


# --- Farms of their own


def test_the_sick_list_of_the_benchmark() -> None:
    farm = Farm(scale=0.02, latency=plans.latency_of("faulty"), names=False)
    plans.faulty(farm, 600, 60)
    found = check(farm, settings(farm, connections=6, throttle_pause=0.6))
    assert found.wrong() == ""
    assert found.escapes == []
    assert max(stats.most_in_flight for stats in farm.stats().values()) <= 6


def test_a_busy_host_blocks_nobody() -> None:
    farm = Farm()
    busy, others = farm.site(), [farm.site() for _ in range(20)]
    for number in range(60):
        busy.link("busy", f"/{number}", pages.plain())
    for site in others:
        site.link("other", "/x", pages.plain())
    found = check(farm, settings(farm, connections=2, rate=30.0, burst=5, in_flight=4))
    assert found.wrong() == ""
    order = [outcome.url for outcome in found.checked.outcomes.values()]
    late = order[40:]
    assert all(busy.url("/") in url for url in late), "the others were done long before the busy host"
    assert busy.stats.most_in_flight <= 2
    assert busy.stats.fullest_second <= 34


def test_a_host_that_is_down_is_left_alone() -> None:
    farm = Farm()
    silent, well = farm.site(), farm.site()
    for number in range(40):
        silent.unknown("silent", f"/{number}", pages.hang(), Reason.TIMEOUT, Reason.HOST_DOWN)
    well.link("well", "/x", pages.plain())
    found = check(farm, settings(farm, first_byte=0.5))
    assert found.wrong() == ""
    assert silent.stats.requests <= 15
    reasons = [found.checked.outcomes[truth.url].reason for truth in farm.of_kinds("silent")]
    assert reasons.count(Reason.HOST_DOWN) >= 25


def test_a_host_that_throttles_is_obeyed() -> None:
    farm = Farm()
    site = farm.site()
    page = pages.throttled("seconds", 2, good=pages.plain(), key="all")
    for number in range(30):
        site.link("throttled", f"/{number}", page)
    found = check(farm, settings(farm))
    assert found.wrong() == ""
    assert site.stats.requests <= 30 + 2 * found.settings.connections + 5, "who is told to wait asks no more meanwhile"


def test_a_host_that_throttles_for_ever_is_given_up() -> None:
    farm = Farm()
    site, well = farm.site(), farm.site()
    for number in range(30):
        site.unknown("throttled", f"/{number}", pages.plain(429), Reason.RATE_LIMITED)
    well.link("well", "/x", pages.plain())
    found = check(farm, settings(farm, max_wait=1.0))
    assert found.wrong() == ""
    assert site.stats.requests <= 100


def test_one_request_for_each_distinct_url() -> None:
    farm = Farm()
    site = farm.site()
    for number in range(20):
        site.link("page", f"/{number}", pages.plain(), fragments=("top", "a", "b"), missing=("a", "b"))
    found = check(farm, settings(farm, fragments=True))
    assert found.wrong() == ""
    assert site.stats.requests == 20


def test_a_dead_network_says_nothing_of_links() -> None:
    farm = Farm()
    for number in range(4):
        site = farm.site(f"www.domain{number}.test", condition="down")
        site.dead("nxdomain", "/x", None, Reason.DNS)
        farm.names.add(site.name, NO_SUCH_NAME)
    with pytest.raises(NetworkUnavailableError):
        check(farm, settings(farm))


def test_fewer_domains_are_judged_on_their_own() -> None:
    farm = Farm()
    for number in range(2):
        site = farm.site(f"www.domain{number}.test", condition="down")
        site.dead("nxdomain", "/x", None, Reason.DNS)
        farm.names.add(site.name, NO_SUCH_NAME)
    found = check(farm, settings(farm))
    assert found.wrong() == ""
    assert {outcome.verdict for outcome in found.checked.outcomes.values()} == {Verdict.DEAD}
