"""Farms for benchmarks: by address, without TLS and names, so that every tool can go there."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from listlint.model.links import Flag, Reason
from tests.farm import pages
from tests.farm.pages import CLOUDFLARE, html, plain, redirect
from tests.farm.rows import AUTH, GOOD, MOVES, SOFT_TITLES
from tests.farm.sites import Latency

if TYPE_CHECKING:
    from tests.farm.protocol import Script
    from tests.farm.sites import Farm, Site


def healthy(farm: Farm, links: int = 2_000, hosts: int = 200) -> None:
    """Nothing but good links, evenly spread."""
    sites = [farm.site() for _ in range(hosts)]
    for number in range(links):
        sites[number % hosts].link("good", f"/page/{number}", GOOD)


def faulty(farm: Farm, links: int = 2_000, hosts: int = 200, seed: int = 7) -> None:
    """A sick list. The faults of pages are spread at random, those of hosts have hosts of their own."""
    draw = random.Random(seed)
    before = len(farm.truths)
    _sick_hosts(farm)
    sites = [farm.site() for _ in range(hosts - len(farm.sites))]
    jobs = [fault for fault in FAULTS for _ in range(round(fault.share * links / 2_000))]
    for site in draw.sample(sites, round(HANGING * links / 2_000)):
        site.unknown("hang", "/hang", pages.hang(), Reason.TIMEOUT)
    for number, fault in enumerate(jobs):
        fault.grow(draw.choice(sites), f"/{number}")
    for number in range(links - (len(farm.truths) - before)):
        sites[number % len(sites)].link("good", f"/page/{number}", GOOD)


HANGING = 9
"""Of 2,000 links: less than half a percent."""


class Fault(NamedTuple):
    """A page that is not simply good, and how many of 2,000 links are so."""

    share: int
    grow: Callable[[Site, str], object]


def _moved(status: int, flag: Flag) -> Callable[[Site, str], object]:
    def grow(site: Site, target: str) -> object:
        site.pages[f"/new{target}"] = GOOD
        final = site.url(f"/new{target}")
        return site.flagged(flag.value, f"/old{target}", redirect(final, status), flag, final_url=final)

    return grow


def _anchor(site: Site, target: str) -> object:
    page = plain(200, body=html("Anchors", "<h2 id='here'>Here</h2>"))
    missing = ("lost",) if int(target[1:]) % 2 else ()
    return site.link("anchor", f"/doc{target}", page, fragments=missing or ("here",), missing=missing)


def _loop(site: Site, target: str) -> object:
    site.pages[f"/loop{target}/b"] = redirect(f"/loop{target}")
    return site.dead("loop", f"/loop{target}", redirect(f"/loop{target}/b"), Reason.REDIRECT_LOOP)


def _soft(site: Site, target: str) -> object:
    page = plain(200, body=html(SOFT_TITLES[int(target[1:]) % len(SOFT_TITLES)], size=1_200))
    return site.link("soft-404", f"/soft{target}", page, soft=frozenset({Flag.SUSPECT}))


def _alive(kind: str, script: Script) -> Callable[[Site, str], object]:
    return lambda site, target: site.link(kind, f"/{kind}{target}", script)


def _unknown(kind: str, script: Script, *reasons: Reason) -> Callable[[Site, str], object]:
    return lambda site, target: site.unknown(kind, f"/{kind}{target}", script, *reasons)


def _cookie_wall(site: Site, target: str) -> object:
    return site.link("cookie-wall", f"/wall{target}", pages.cookie_wall(f"/wall{target}", GOOD), may=MOVES)


FAULTS: tuple[Fault, ...] = (
    Fault(70, lambda site, target: site.dead("404", f"/gone{target}")),
    Fault(6, lambda site, target: site.dead("410", f"/410{target}", plain(410))),
    Fault(4, _loop),
    Fault(60, _moved(301, Flag.MOVED)),
    Fault(40, _moved(302, Flag.MOVED_TEMPORARILY)),
    Fault(35, _alive("flaky", pages.heals(2, plain(503), GOOD))),
    Fault(12, _unknown("sick", plain(500), Reason.SERVER_ERROR)),
    Fault(11, _cookie_wall),
    Fault(20, _alive("agent-wall", pages.needs_header("User-Agent", "Mozilla/5.0", plain(403), GOOD))),
    Fault(9, _alive("accept-wall", pages.needs_header("Accept", "text/html", plain(406), GOOD))),
    Fault(60, _alive("head-405", pages.by_method(plain(405), GOOD))),
    Fault(20, _alive("head-403", pages.by_method(plain(403), GOOD))),
    Fault(20, _alive("head-404", pages.by_method(plain(404), GOOD))),
    Fault(18, _unknown("forbidden", plain(403), Reason.BLOCKED)),
    Fault(4, _unknown("bots", plain(999), Reason.BLOCKED)),
    Fault(6, _unknown("challenge", plain(403, (*CLOUDFLARE, ("cf-mitigated", "challenge"))), Reason.BLOCKED)),
    Fault(10, lambda site, target: site.link("login", f"/login{target}", plain(401), **AUTH)),
    Fault(2, _unknown("legal", plain(451), Reason.LEGAL)),
    Fault(41, _soft),
    Fault(22, _anchor),
    Fault(4, _unknown("reset", pages.reset(), Reason.CONNECT)),
    Fault(3, _unknown("not-http", pages.raw(pages.NOT_HTTP["ssh"]), Reason.PROTOCOL)),
    Fault(5, _alive("slow-body", pages.slow_body())),
    Fault(1, _alive("endless-body", pages.endless_body())),
)


def _sick_hosts(farm: Farm) -> None:
    """Hosts that are down, throttle, or throttle for ever.

    A throttle's end is in real time, as its headers are; a hurried farm throttles no longer than they can say.
    """
    for _ in range(3):
        down = farm.site(condition="down")
        for number in range(5):
            down.unknown("host-down", f"/{number}", None, Reason.CONNECT, Reason.HOST_DOWN)
    for hint, seconds in (("seconds", 2), ("date", 3), ("none", 3)):
        site = farm.site()
        page = pages.throttled(hint, seconds if farm.scale > 0.5 else 1, good=GOOD, key=hint)
        for number in range(8):
            site.link(f"throttles-{hint}", f"/{number}", page)
    site = farm.site()
    for number in range(6):
        site.unknown("throttles-for-ever", f"/{number}", plain(429), Reason.RATE_LIMITED)


PLANS: dict[str, Callable[[Farm, int, int], None]] = {
    "healthy": healthy,
    "grouped": healthy,
    "idle": healthy,
    "faulty": faulty,
}
"""By name, with the number of links and of hosts."""


def latency_of(plan: str) -> Latency | None:
    """How quickly the pages of a benchmark's farm answer; ``idle`` ones at once."""
    return None if plan == "idle" else Latency()
