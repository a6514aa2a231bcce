"""What a host of the farm saw of its clients."""

from __future__ import annotations

import time
from collections import Counter, deque


class HostStats:
    """Counters of one host; times are seconds of a monotonic clock.

    ``fullest_second`` is the highest number of requests that began within any one second. A request is
    in flight from its last header to the last byte of its answer. ``paths`` counts requests by method
    and target; ``seen`` holds whole request heads where the farm records them.
    """

    __slots__ = (
        "_recent", "bytes_in", "bytes_out", "connections", "fullest_second", "in_flight", "methods", "most_in_flight",
        "most_open", "open", "paths", "requests", "seen",
    )  # fmt: skip

    def __init__(self) -> None:
        self.in_flight = 0
        self.open = 0
        self.clear()

    def clear(self) -> None:
        """Forget what was; what is open and in flight stays so."""
        self.requests = self.connections = self.bytes_in = self.bytes_out = 0
        self.most_in_flight, self.most_open, self.fullest_second = self.in_flight, self.open, 0
        self.methods: Counter[str] = Counter()
        self.paths: Counter[tuple[str, str]] = Counter()
        self.seen: list[str] = []
        self._recent: deque[float] = deque()

    def connected(self) -> None:
        """Count a new connection."""
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)

    def began(self, method: str, target: str) -> None:
        """Count a request."""
        now = time.monotonic()
        recent = self._recent
        recent.append(now)
        while recent[0] <= now - 1.0:
            recent.popleft()
        self.fullest_second = max(self.fullest_second, len(recent))
        self.requests += 1
        self.methods[method] += 1
        self.paths[method, target] += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)

    def asked(self, target: str) -> int:
        """How many requests there were for a target, of any method."""
        return sum(number for (_, path), number in self.paths.items() if path == target)

    def summary(self) -> dict[str, int]:
        """The counters as plain data."""
        return {
            "requests": self.requests,
            "heads": self.methods["HEAD"],
            "gets": self.methods["GET"],
            "most_in_flight": self.most_in_flight,
            "fullest_second": self.fullest_second,
            "connections": self.connections,
            "most_open": self.most_open,
            "bytes_in": self.bytes_in,
            "bytes_out": self.bytes_out,
        }


def total(hosts: list[HostStats]) -> dict[str, int]:
    """Sums over hosts, and the worst host's value of the three that are about one host."""
    rows = [host.summary() for host in hosts]
    worst = {"most_in_flight", "fullest_second", "most_open"}
    names = HostStats().summary()
    return {name: (max if name in worst else sum)([row[name] for row in rows] or [0]) for name in names}
