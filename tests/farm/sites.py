"""The sites of the farm: an address of the loopback for each, a name, pages, perhaps a certificate."""

from __future__ import annotations

import math
import random
import socket
import sys
import zlib
from typing import TYPE_CHECKING, Any

from listlint.model.links import Flag, Reason, Verdict
from tests.farm.certs import Certificates
from tests.farm.names import Names
from tests.farm.pages import html, plain
from tests.farm.stats import HostStats
from tests.farm.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.farm.protocol import Script

ON_MANY_ADDRESSES = sys.platform.startswith("linux")
"""Only Linux answers on the whole of 127.0.0.0/8 without being told to."""
_PORTS = range(20_000, 32_000)
"""Below the ports that outgoing connections take, so that none of them stands in our way."""


class Latency:
    """Seconds until a page answers: lognormal, with a tail, and the same for a page in every run."""

    def __init__(self, median: float = 0.12, sigma: float = 0.6, *, tail: float = 0.01, seed: int = 0) -> None:
        draw = random.Random(seed)
        normal = [draw.lognormvariate(math.log(median), sigma) for _ in range(4096)]
        self._table = [min(4.0, value * (10 if draw.random() < tail else 1)) for value in normal]

    def of(self, name: str, target: str) -> float:
        """The delay of a page of a site."""
        return self._table[zlib.crc32(f"{name}{target}".encode()) & 4095]


class Site:
    """One host.

    Its ``condition`` is ``up``, ``down`` (nobody listens) or ``full`` (no further connection is accepted). ``tls`` is one
    of the kinds of certificates, or ``old-version``: a server that knows no version that a client may use.
    """

    def __init__(self, farm: Farm, name: str, address: str, *, tls: str = "", condition: str = "up") -> None:
        self.farm = farm
        self.name = name
        self.address = address
        self.tls = tls
        self.condition = condition
        self.pages: dict[str, Script] = {}
        self.missing: Script = farm.missing
        self.latency: Latency | None = farm.latency
        self.greeting = b""
        self.stats = HostStats()
        self.state: dict[str, int] = {}
        self.socket = _bound(address, farm.port)

    @property
    def scale(self) -> float:
        """The farm's clock: 1 is real, less is faster."""
        return self.farm.scale

    @property
    def recording(self) -> bool:
        """Tell whether whole request heads are kept."""
        return self.farm.recording

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{'https' if self.tls else 'http'}://{self.farm.shown(self)}:{self.farm.port}"

    def url(self, target: str) -> str:
        """The URL of a target."""
        return self.origin + target

    def delay(self, target: str) -> float:
        """Seconds until the answer begins."""
        return self.latency.of(self.name, target) * self.farm.scale if self.latency else 0.0

    def script(self, target: str) -> Script:
        """What a target does; of those that the site does not know, it says 404."""
        return self.pages.get(target, self.missing)

    def link(self, kind: str, target: str, script: Script | None = None, **truth: Any) -> Truth:
        """Grow a page, and say what is true of the link to it (by default, that it is alive)."""
        if script is not None:
            self.pages[target] = script
        url = truth.pop("url", None) or self.url(target)
        made = Truth(url=url, kind=kind, host=self.name, target=target, **truth)
        self.farm.truths.append(made)
        return made

    def dead(
        self, kind: str, target: str, script: Script | None = None, reason: Reason = Reason.GONE, **truth: Any
    ) -> Truth:
        """The same for a dead one."""
        return self.link(kind, target, script, verdict=Verdict.DEAD, reasons=(reason,), **truth)

    def unknown(self, kind: str, target: str, script: Script | None, *reasons: Reason, **truth: Any) -> Truth:
        """The same for one that nobody can tell of."""
        return self.link(kind, target, script, verdict=Verdict.UNKNOWN, reasons=reasons, **truth)

    def flagged(self, kind: str, target: str, script: Script | None, *flags: Flag, **truth: Any) -> Truth:
        """The same for one that is alive and more."""
        return self.link(kind, target, script, flags=frozenset(flags), **truth)


class Farm:
    """All sites, on one port of many addresses, and the truth about every link to them.

    ``scale`` multiplies every wait (0.01: a hundred times as fast). With ``names`` the URLs hold names,
    for clients that take :attr:`names` as their resolver, else addresses. A farm holds its sockets from
    the start, so a URL is good as soon as its site is there; :mod:`tests.farm.server` lets it answer.
    """

    def __init__(self, *, scale: float = 1.0, latency: Latency | None = None, names: bool = True) -> None:
        self.scale = scale
        self.latency = latency
        self.by_name = names
        self.recording = False
        self.missing = plain(404, body=html("404 Not Found", "Nothing grows here.", size=600))
        self.sites: list[Site] = []
        self.truths: list[Truth] = []
        self.names = Names()
        self.certificates = Certificates()
        self.port = _free_port()

    def site(self, name: str = "", *, tls: str = "", condition: str = "up", address: str = "") -> Site:
        """Take up a new site; its name is ``h17.farm.test`` if none is given."""
        number = len(self.sites)
        address = address or f"127.{10 + number // 62_500}.{number // 250 % 250}.{number % 250 + 1}"
        site = Site(self, name or f"h{number}.farm.test", address, tls=tls, condition=condition)
        self.sites.append(site)
        self.names.add(site.name, address)
        return site

    def shown(self, site: Site) -> str:
        """The host of a site's URLs."""
        if self.by_name:
            return site.name
        return f"[{site.address}]" if ":" in site.address else site.address

    def of_kinds(self, *kinds: str) -> list[Truth]:
        """The links of some kinds."""
        return [truth for truth in self.truths if truth.kind in kinds]

    def clear(self) -> None:
        """Forget all requests, so that the next client finds the farm as the first one did."""
        for site in self.sites:
            site.state.clear()
            site.stats.clear()

    def stats(self) -> dict[str, HostStats]:
        """What each host saw."""
        return {site.name: site.stats for site in self.sites}

    def close(self) -> None:
        """Let go of the sockets."""
        for site in self.sites:
            site.socket.close()


def links_of(truths: Iterable[Truth]) -> list[str]:
    """The links of some truths, in their order."""
    return [link for truth in truths for link in truth.links]


def _bound(address: str, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setblocking(False)
    made.bind((address, port))
    return made


def _free_port() -> int:
    """A port that is free on every address: only then can it be bound on all at once."""
    for port in random.SystemRandom().sample(_PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
            return port
    raise OSError("no port is free")
