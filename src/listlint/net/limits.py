"""How often a host is asked, and whether it is asked at all. No clock and no waiting: times are handed in.

:class:`Limiter` holds a host's connections and its rate, :class:`Health` what its answers say: pauses
that it asked for, and the two ways to be given up (``links.md``, "Retries").
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Generic, TypeVar

from listlint.model.links import Reason
from listlint.net.messages import Signal

if TYPE_CHECKING:
    from listlint.net.settings import HostLimits, Settings

T = TypeVar("T")

SETTLE = 1.0
"""Seconds after which a request without an answer has reached its host, for the counting of its rate."""
SLOWEST = 16
"""The rate of a host that throttles falls to this part of its own at the least."""
STEPS = 10
"""A slowed host gets its rate back in steps of this part of it, …"""
ANSWERS = 20
"""… one for each so many answers without a throttled one between them."""
FAILURES = 3
"""So many failures in a row, and no answer ever, open the circuit breaker."""
FAILURES_LATER = 30
"""So many in a row open it for a host that has answered before: it shut us out, or went down meanwhile."""
THROTTLES = 3
"""After so many pauses in a row without an answer between them, a host is given up."""
PATIENCE = 5
"""All pauses of a host together last at most so many times ``max_wait``."""


class Fifo(Generic[T]):
    """A queue that costs little when it is empty: there is one for each host, and there may be 20,000."""

    __slots__ = ("_head", "_items")

    def __init__(self) -> None:
        self._items: list[T | None] = []
        self._head = 0

    def __len__(self) -> int:
        return len(self._items) - self._head

    def __getitem__(self, index: int) -> T:
        """The item at ``index`` (0 and up), counted from the front."""
        return self._items[self._head + index]  # type: ignore[return-value]  # None stands before the head alone

    def push(self, item: T) -> None:
        """Put an item at the back."""
        self._items.append(item)

    def pop(self) -> T:
        """Take the item from the front; there is one."""
        item = self[0]
        self._items[self._head] = None
        self._head += 1
        if self._head == len(self._items):
            self._items = []
            self._head = 0
        elif self._head > 64 and 2 * self._head > len(self._items):
            del self._items[: self._head]
            self._head = 0
        return item


class Pace:
    """How many requests began within one second, any second; only those count that were sent.

    Whether one was sent is known when it ends, and requests do not end in the order in which they begin: each waits
    until those before it have ended.
    """

    __slots__ = ("_begun", "_recent", "most")

    def __init__(self) -> None:
        self._begun: dict[int, tuple[float, bool]] = {}
        """by the request's number: when it began, and whether it has ended, sent"""
        self._recent: Fifo[float] = Fifo()
        self.most = 0

    def begin(self, now: float, number: int) -> None:
        """A request begins; ``number`` names it, different from those that are under way."""
        self._begun[number] = now, False

    def end(self, number: int, *, sent: bool) -> None:
        """It is over; tell whether it was ``sent``."""
        if sent:
            self._begun[number] = self._begun[number][0], True
        else:
            del self._begun[number]
        while self._begun:
            first = next(iter(self._begun))
            began, ended = self._begun[first]
            if not ended:
                return
            del self._begun[first]
            recent = self._recent
            recent.push(began)
            while recent[0] <= began - 1:
                recent.pop()
            self.most = max(self.most, len(recent))


class Limiter:
    """Connections and rate of one host.

    Two bounds hold together. A bucket of ``burst`` tokens, filled at ``rate``, spreads the requests. A
    window proves the rate: of ``n = floor(rate)`` requests (one, for a rate below 1) none begins before
    n / ``rate`` seconds have passed since the one n places before it *ended*, or began :data:`SETTLE`
    earlier than that. A request reaches its host between its beginning and its end, so the host
    itself sees the rate kept in every second too, however long its connections took.
    """

    __slots__ = (
        "_answers",
        "_burst",
        "_count",
        "_filled",
        "_full_rate",
        "_period",
        "_recent",
        "_size",
        "_tokens",
        "_unsettled",
        "connections",
        "flying",
        "rate",
    )

    def __init__(self, limits: HostLimits) -> None:
        self.connections = limits.connections
        self.rate = self._full_rate = float(limits.rate)
        self.flying = 0
        self._burst = limits.burst
        self._tokens = float(limits.burst)
        self._filled = -math.inf
        self._answers = 0
        self._unsettled: dict[int, float] = {}
        self._recent: Fifo[float] = Fifo()
        self._set(self.rate)

    def _set(self, rate: float) -> None:
        """Go on at another rate."""
        self.rate = rate
        # Never more than a second's requests, and as much less as the host is slowed.
        self._size = max(1.0, min(self._burst, self._full_rate) * rate / self._full_rate)
        self._tokens = min(self._size, self._tokens)
        self._count = max(1, math.floor(rate))
        self._period = self._count / rate

    def ready_at(self, now: float) -> float:
        """When the next request may begin: not after ``now`` if it may at once, infinite if one must end first."""
        if self.flying >= self.connections:
            return math.inf
        self._refresh(now)
        ready = now if self._tokens >= 1 else now + (1 - self._tokens) / self.rate
        excess = len(self._unsettled) + len(self._recent) - self._count
        if excess < 0:
            return ready
        if excess < len(self._recent):
            return max(ready, self._recent[excess] + self._period)
        return max(ready, next(iter(self._unsettled.values())) + SETTLE)

    def begin(self, now: float, ticket: int) -> None:
        """Count a request that begins now; ``ticket`` names it, different from those that are under way."""
        self._refresh(now)
        self.flying += 1
        self._tokens -= 1
        self._unsettled[ticket] = now

    def end(self, now: float, ticket: int, *, sent: bool = True) -> None:
        """Its answer is there; if nothing was ``sent``, it does not count towards the rate."""
        self._refresh(now)
        self.flying -= 1
        if self._unsettled.pop(ticket, None) is None:
            return
        if sent:
            self._recent.push(now)
        else:
            self._tokens = min(self._size, self._tokens + 1)

    def slow_down(self) -> None:
        """The host throttles: half the rate."""
        self._set(max(self.rate / 2, self._full_rate / SLOWEST))
        self._answers = 0

    def speed_up(self) -> None:
        """The host answered: after some in a row a step back to its own rate."""
        if self.rate < self._full_rate:
            self._answers += 1
            if self._answers >= ANSWERS:
                self._answers = 0
                self._set(min(self._full_rate, self.rate + self._full_rate / STEPS))

    def _refresh(self, now: float) -> None:
        """Fill the bucket, and forget the requests that no longer count."""
        if now == self._filled:
            return
        self._tokens = min(self._size, self._tokens + max(0.0, now - self._filled) * self.rate)
        self._filled = now
        while self._unsettled:
            ticket, began = next(iter(self._unsettled.items()))
            if began + SETTLE > now:
                break
            del self._unsettled[ticket]
            self._recent.push(began + SETTLE)
        recent = self._recent
        while recent and recent[0] + self._period <= now:
            recent.pop()


class Health:
    """What the answers of one host say of it: may it be asked, when, and how many at a time.

    Requests are numbered as they begin (:meth:`ask`), so that one that was under way already when something
    happened is not taken for its consequence.
    """

    __slots__ = (
        "_answered",
        "_asked",
        "_base",
        "_careful",
        "_failures",
        "_max_wait",
        "_opened",
        "_throttled",
        "_throttles",
        "closed",
        "detail",
        "paused",
        "quiet_until",
    )

    def __init__(self, settings: Settings) -> None:
        self._base = settings.throttle_pause
        self._max_wait = settings.max_wait
        self._asked = 0
        self._answered = False
        self._failures = 0
        self._opened: int | None = None
        self._throttles = 0
        self._throttled = 0
        self._careful = False
        self.quiet_until = -math.inf
        self.paused = 0.0
        """seconds that it was left alone, all in all"""
        self.closed: Reason | None = None
        """why it is asked no more"""
        self.detail = ""

    @property
    def one_at_a_time(self) -> bool:
        """While the breaker is open, for the first request after a throttled answer, and as long as all failed."""
        # The last keeps the connections of a host that hangs from starting anew, one by one, before it is known to.
        return self._opened is not None or self._careful or (self._failures > 0 and not self._answered)

    def ask(self) -> int:
        """The number of a request that begins."""
        self._asked += 1
        return self._asked

    def hear(self, signal: Signal, pause: float | None, number: int, now: float) -> bool:
        """Take in the end of the request with this number; tell whether the host newly throttles."""
        if signal is Signal.NONE:
            return False
        # Requests that were under way when the host began to throttle say nothing new.
        news = number > self._throttled
        if news:
            self._careful = signal is Signal.THROTTLED
        if signal is Signal.CONNECT_FAILED or signal is Signal.TIMED_OUT:
            self._failed(number)
            return False
        self._alive()
        if signal is Signal.THROTTLED and news:
            self._throttles += 1
            self._throttled = self._asked
            if self._throttles > THROTTLES:
                self._close(Reason.RATE_LIMITED, f"the host throttled {self._throttles} times in a row")
            pause = pause or self._base * 2 ** (self._throttles - 1)
        elif signal is Signal.ANSWERED and news:
            self._throttles = 0
        if pause:
            self._pause(pause, now)
        return signal is Signal.THROTTLED and news

    def _alive(self) -> None:
        self._answered = True
        self._failures = 0
        self._opened = None
        if self.closed is Reason.HOST_DOWN:
            self.closed = None

    def _failed(self, number: int) -> None:
        self._failures += 1
        if self._opened is None:
            if self._failures >= (FAILURES_LATER if self._answered else FAILURES):
                self._opened = self._asked
        elif number > self._opened:  # the probe; older requests are but more of the same
            self._close(Reason.HOST_DOWN, f"no answer to {self._failures} requests in a row")

    def _pause(self, pause: float, now: float) -> None:
        # Written so that a pause that is no number ends it too.
        if not pause <= self._max_wait:
            self._close(Reason.RATE_LIMITED, f"the host wants a pause of more than {self._max_wait:g} s")
            return
        until = max(self.quiet_until, now + pause)
        self.paused += until - max(self.quiet_until, now)
        self.quiet_until = until
        if self.paused > self._max_wait * PATIENCE:
            self._close(Reason.RATE_LIMITED, "the host asks for pauses again and again")

    def _close(self, reason: Reason, detail: str) -> None:
        if self.closed is None:
            self.closed, self.detail = reason, detail
