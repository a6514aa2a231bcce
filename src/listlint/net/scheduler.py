"""Drives tasks step by step: who may ask which host, and when.

Each host has a queue, a :class:`~listlint.net.limits.Limiter` and a
:class:`~listlint.net.limits.Health`. A host stands in one of three places: *ready* (its next task may go
now), *asleep* until a time (its rate, a pause, a retry that waits), or nowhere (its queue is empty or its
connections are taken; the end of a request looks again). Workers take from the ready hosts only,
the one with the most left first, so no slot waits and no host stands in another's way. There
are as many workers as requests in flight, and a task that waits is an entry in a queue and nothing more.

Everything ends: a task has ``link_timeout`` seconds for its requests and its own delays and a bounded
number of steps, a host a bounded number of pauses, and the run ``run_timeout``. The wait for a
turn at a host counts for the run alone: politeness kills no link.
"""

from __future__ import annotations

import asyncio
import heapq
import math
from collections import deque
from itertools import count
from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.model.links import Reason, Verdict
from listlint.net.deadlines import Deadlines
from listlint.net.limits import Fifo, Health, Limiter, Pace
from listlint.net.messages import Failure, Signal, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from listlint.model.links import LinkOutcome
    from listlint.net.messages import Answer, Request, Sender, Task
    from listlint.net.settings import Settings

_BUSIEST = 5
_RATE_SPAN = 5.0
"""Seconds over which the rate of the run is measured."""
_STOP = 2.0
"""Seconds that a cancelled request gets to clean up."""
_BREATHER = 8
"""Steps after which a worker lets the loop look at its timers, should its sender never wait."""


_NOTHING_SENT = frozenset(
    {Failure.NO_SUCH_HOST, Failure.FORBIDDEN_ADDRESS, Failure.PORT_NOT_ALLOWED, Failure.UNSUPPORTED_SCHEME}
)
"""Failures of which the host knows nothing, so that they do not count towards its rate."""


class BusyHost(Struct, frozen=True, kw_only=True):
    """A host with work left. ``links`` depend on it still; ``pause`` is how many seconds it is left alone."""

    host: str
    links: int
    in_flight: int
    pause: float


class State(Struct, frozen=True, kw_only=True):
    """How far a run is. ``done`` and ``total`` count links, ``rate`` is requests a second of late.

    ``busiest`` has the hosts that need longest, the first one most. ``time_left`` is an estimate in
    seconds; None as long as nothing is known of the network's speed.
    """

    done: int
    total: int
    in_flight: int
    verdicts: Mapping[Verdict, int]
    requests: Mapping[str, int]
    """by host"""
    busiest: tuple[BusyHost, ...]
    rate: float
    time_left: float | None


class HostStatistics(Struct, kw_only=True):
    """What a host was asked; the proof of politeness."""

    requests: int = 0
    most_in_flight: int = 0
    most_in_a_second: int = 0
    """requests that began within one second, any second"""
    throttled: int = 0
    failed: int = 0
    """connections that failed, and requests that timed out"""
    paused: float = 0.0
    """seconds"""
    given_up: Reason | None = None


class _Watched:
    """A worker's way to the sender; it sees whether a step asked the host for anything."""

    __slots__ = ("_sender", "sent")

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self.sent = False

    async def send(self, request: Request) -> Answer:
        before, self.sent = self.sent, True
        answer = await self._sender.send(request)
        self.sent = before or answer.failure not in _NOTHING_SENT
        return answer


class _Entry(Struct, eq=False, kw_only=True):
    """A task and what it has used up; ``spent`` are seconds."""

    task: Task
    size: int
    spent: float = 0.0
    steps: int = 0


class _Host:
    """A host's queue and state. ``links`` and ``tasks`` depend on it: in its queue, waiting, in flight."""

    __slots__ = (
        "health",
        "limiter",
        "links",
        "name",
        "pace",
        "queue",
        "ready",
        "stats",
        "tasks",
        "waiting",
        "wake",
    )

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self.limiter = Limiter(settings.limits(name))
        self.health = Health(settings)
        self.queue: Fifo[_Entry] = Fifo()
        self.waiting: list[tuple[float, int, _Entry]] = []
        self.links = 0
        self.tasks = 0
        self.ready = False
        self.wake = math.inf
        self.pace = Pace()
        self.stats = HostStatistics()

    @property
    def need(self) -> float:
        """Seconds that its links need at its rate: the longest queue is the one that takes longest."""
        return self.links / self.limiter.rate

    def turn_at(self, now: float) -> float:
        """When its next task may go: not after ``now`` if at once, infinite if nothing but an event helps."""
        while self.waiting and self.waiting[0][0] <= now:
            self.queue.push(heapq.heappop(self.waiting)[2])
        if not self.queue:
            return self.waiting[0][0] if self.waiting else math.inf
        if self.health.one_at_a_time and self.limiter.flying:
            return math.inf
        return max(self.limiter.ready_at(now), self.health.quiet_until)

    def begin(self, now: float) -> tuple[_Entry, int]:
        """Take the next task, whose request begins now; with it the number of the request at this host."""
        number = self.health.ask()
        self.limiter.begin(now, number)
        self.pace.begin(now, number)
        self.stats.requests += 1
        self.stats.most_in_flight = max(self.stats.most_in_flight, self.limiter.flying)
        return self.queue.pop(), number

    def end(self, step: Step, number: int, now: float, *, sent: bool) -> None:
        """Take in what the request with this number, if one was ``sent``, has told of the host."""
        self.limiter.end(now, number, sent=sent)
        self.pace.end(number, sent=sent)
        self.stats.requests -= not sent
        self.stats.throttled += step.signal is Signal.THROTTLED
        self.stats.failed += step.signal is Signal.CONNECT_FAILED or step.signal is Signal.TIMED_OUT
        if self.health.hear(step.signal, step.pause, number, now):
            self.limiter.slow_down()
        elif step.signal is Signal.ANSWERED:
            self.limiter.speed_up()

    def drain(self) -> list[_Entry]:
        """All that is in the queue or waits, which is then empty."""
        entries = [self.queue.pop() for _ in range(len(self.queue))]
        entries += [entry for _, _, entry in sorted(self.waiting)]
        self.waiting = []
        return entries


class Scheduler:
    """Runs tasks under the limits of ``settings``.

    ``on_done`` gets the outcomes as they come, from inside the event loop; it may call :meth:`add`,
    and what it raises ends the run. One :meth:`run` at a time; a second one knows the hosts still,
    but after a run that was cut short there is none.
    """

    def __init__(
        self, settings: Settings, sender: Sender, *, on_done: Callable[[tuple[LinkOutcome, ...]], None]
    ) -> None:
        self._settings = settings
        self._sender = sender
        self._on_done = on_done
        # More than any chain needs; a batch may fall back to single questions.
        self._most_steps = (settings.max_hops + 1) * (settings.retries + settings.timeout_retries + 3)
        self._hosts: dict[str, _Host] = {}
        self._ready: list[tuple[float, int, _Host]] = []
        self._timers: list[tuple[float, int, _Host]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._order = count()
        self._workers: set[asyncio.Task[None]] = set()
        self._starting = 0
        self._flying: set[_Entry] = set()
        self._over: asyncio.Future[None] | None = None
        self._deadlines = Deadlines()
        self._tasks = self._total = self._done = 0
        self._verdicts = dict.fromkeys(Verdict, 0)
        self._began = 0.0
        self._requests: deque[list[int]] = deque()
        self._steps = 0
        self._asking = 0.0
        self._finished = 0

    # --- running ------------------------------------------------------------------------------------

    async def run(self, tasks: Iterable[Task]) -> None:
        """Drive the tasks, and those that are added, to their ends.

        Cancelled, it stops at once; what was finished has been handed to ``on_done`` by then, and the
        rest never is. Whatever a task or ``on_done`` raises is raised here, after the same clean-up.
        """
        loop = asyncio.get_running_loop()
        if self._over is not None:
            raise RuntimeError("this scheduler is running")
        self._over = loop.create_future()
        self._deadlines = Deadlines()
        self._began = loop.time()
        try:
            self.add(tasks)
            if self._tasks == 0:
                return
            finished, _ = await asyncio.wait([self._over], timeout=self._settings.run_timeout)
            if finished:
                self._over.result()
            else:
                self._over.cancel()
                await self._stop()
                self._run_out()
        finally:
            await self._stop()
            self._flying.clear()
            if self._over.done() and not self._over.cancelled():
                self._over.exception()  # has been raised, or something else ended the run
            self._over = None

    def add(self, tasks: Iterable[Task]) -> None:
        """Put tasks at the back of their hosts' queues; only while it runs."""
        now = self._now()
        hosts = {}
        for task in tasks:
            host = self._host(task.host)
            hosts[host.name] = host
            entry = _Entry(task=task, size=task.size)
            self._tasks += 1
            self._total += entry.size
            self._join(host, entry, now)
        for host in hosts.values():
            self._abandon_if_closed(host)
            self._offer(host, now)
        self._fill()

    def _now(self) -> float:
        if self._over is None:
            raise RuntimeError("this scheduler is not running")
        return self._over.get_loop().time()

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host(name, self._settings)
        return host

    async def _stop(self) -> None:
        """End the workers and the timer; requests in flight are cancelled."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        workers = set(self._workers)
        for worker in workers:
            worker.cancel()
        if workers:
            await asyncio.wait(workers, timeout=_STOP)

    def _run_out(self) -> None:
        """The run's time is up: all that is left goes back as it is."""
        detail = f"the run ended after {self._settings.run_timeout:g} s"
        while self._tasks:  # again, if `on_done` adds some
            left = list(self._flying)
            self._flying.clear()
            for host in self._hosts.values():
                left += host.drain()
                host.links = host.tasks = 0
            self._finish(left, _give_up(left, Reason.NOT_ASKED, detail))

    # --- whose turn it is ---------------------------------------------------------------------------

    def _join(self, host: _Host, entry: _Entry, now: float, delay: float = 0.0) -> None:
        """Put an entry at the back of a host's queue, or among those that wait."""
        host.links += entry.size
        host.tasks += 1
        if delay > 0:
            heapq.heappush(host.waiting, (now + delay, next(self._order), entry))
        else:
            host.queue.push(entry)

    def _offer(self, host: _Host, now: float) -> None:
        """Find a host's place again: ready, asleep, or nowhere."""
        if host.ready:
            return
        turn = host.turn_at(now)
        if turn <= now:
            host.ready = True
            heapq.heappush(self._ready, (-host.need, next(self._order), host))
        elif turn < host.wake:
            host.wake = turn
            heapq.heappush(self._timers, (turn, next(self._order), host))
            self._arm()

    def _arm(self) -> None:
        """Set the one timer to the first host that wakes."""
        if self._over is None or not self._timers:
            return
        when = self._timers[0][0]
        if self._timer is not None:
            if self._timer.when() <= when:
                return
            self._timer.cancel()
        self._timer = self._over.get_loop().call_at(when, self._wake)

    def _wake(self) -> None:
        self._timer = None
        now = self._now()
        while self._timers and self._timers[0][0] <= now:
            when, _, host = heapq.heappop(self._timers)
            if host.wake == when:
                host.wake = math.inf
                self._offer(host, now)
        self._arm()
        self._fill()

    def _take(self) -> tuple[_Host, _Entry, int, float] | None:
        """The next request: of the ready host with the longest queue. None if no host is ready."""
        now = self._now()
        while self._ready:
            place, _, host = heapq.heappop(self._ready)
            if place < -host.need and self._ready and self._ready[0][0] < -host.need:
                # It stands too far in front: it got shorter since it was put there.
                heapq.heappush(self._ready, (-host.need, next(self._order), host))
                continue
            host.ready = False
            if host.turn_at(now) > now:
                self._offer(host, now)
                continue
            entry, number = host.begin(now)
            self._flying.add(entry)
            self._offer(host, now)
            return host, entry, number, now
        return None

    def _fill(self) -> None:
        """Start workers, as long as hosts are ready and the global limit allows."""
        if self._over is None or self._over.done():
            return
        while len(self._ready) > self._starting and len(self._workers) < self._settings.in_flight:
            worker = self._over.get_loop().create_task(self._work())
            self._starting += 1
            self._workers.add(worker)
            worker.add_done_callback(self._leave)

    # --- working ------------------------------------------------------------------------------------

    async def _work(self) -> None:
        """Serve one request after another until no host is ready."""
        self._starting -= 1
        served = 0
        sender = _Watched(self._sender)
        while (taken := self._take()) is not None:
            self._fill()
            await self._serve(sender, *taken)
            served += 1
            if served % _BREATHER == 0:
                await asyncio.sleep(0)

    def _leave(self, worker: asyncio.Task[None]) -> None:
        self._workers.discard(worker)
        if worker.cancelled():
            return
        error = worker.exception()
        if error is not None and self._over is not None and not self._over.done():
            self._over.set_exception(error)
        elif error is None:
            self._fill()

    async def _serve(self, sender: _Watched, host: _Host, entry: _Entry, number: int, began: float) -> None:
        """One step of a task, and what follows from it."""
        out_of_time = sender.sent = False
        try:
            with self._deadlines.by(began + self._settings.link_timeout - entry.spent) as limit:
                step = await entry.task.step(sender)
        except TimeoutError:
            if not limit.expired:
                raise
            out_of_time = True
            # Cut short by what was left of the link's time, a request tells nothing of the host.
            patient = self._now() - began >= min(self._settings.first_byte, self._settings.link_timeout)
            step = Step(host=host.name, signal=Signal.TIMED_OUT if patient else Signal.NONE)
        now, sent = self._now(), sender.sent
        self._flying.discard(entry)
        host.end(step, number, now, sent=sent)
        host.links -= entry.size
        host.tasks -= 1
        entry.spent += now - began
        entry.steps += 1
        if sent:
            self._measure(now, now - began)
        if step.done is not None:
            self._finish([entry], step.done)
        elif out_of_time:
            self._give_up_late(entry)
        else:
            self._continue(host, entry, step, now)
        self._abandon_if_closed(host)
        self._offer(host, now)

    def _continue(self, host: _Host, entry: _Entry, step: Step, now: float) -> None:
        """Queue a task for its next slot, unless it has used up its time or its steps."""
        # What the host asked for is no delay of the link's own.
        entry.spent += max(0.0, step.delay - (step.pause or 0.0))
        if not entry.spent < self._settings.link_timeout or entry.steps >= self._most_steps + 4 * entry.size:
            self._give_up_late(entry)
            return
        other = self._host(step.host) if step.host else host
        self._join(other, entry, now, step.delay)
        if other is not host:
            self._abandon_if_closed(other)
            self._offer(other, now)

    # --- ending -------------------------------------------------------------------------------------

    def _give_up_late(self, entry: _Entry) -> None:
        detail = f"undecided after {entry.steps} requests and {min(entry.spent, self._settings.link_timeout):.3g} s"
        self._finish([entry], _give_up([entry], Reason.TIMEOUT, detail))

    def _abandon_if_closed(self, host: _Host) -> None:
        """Give up all that waits for a host that is asked no more."""
        reason = host.health.closed
        if reason is None or not (host.queue or host.waiting):
            return
        entries = host.drain()
        host.links -= sum(entry.size for entry in entries)
        host.tasks -= len(entries)
        host.stats.given_up = reason
        self._finish(entries, _give_up(entries, reason, host.health.detail))

    def _finish(self, entries: list[_Entry], outcomes: tuple[LinkOutcome, ...]) -> None:
        """Count what is done, and hand it over."""
        self._tasks -= len(entries)
        self._finished += len(entries)
        self._done += len(outcomes)
        # What a batch leaves to others, those that it added have counted.
        self._total += len(outcomes) - sum(entry.size for entry in entries)
        for outcome in outcomes:
            self._verdicts[outcome.verdict] += 1
        if outcomes:
            self._on_done(outcomes)
        if self._tasks == 0 and self._over is not None and not self._over.done():
            self._over.set_result(None)

    # --- seeing it ----------------------------------------------------------------------------------

    def _measure(self, now: float, took: float) -> None:
        self._steps += 1
        self._asking += took
        second = int(now)
        if self._requests and self._requests[-1][0] == second:
            self._requests[-1][1] += 1
        else:
            self._requests.append([second, 1])
            while self._requests[0][0] < second - _RATE_SPAN:
                self._requests.popleft()

    def state(self) -> State:
        """How far it is. Costs a look at every host, so a few times a second will do."""
        now = self._now() if self._over is not None else self._began
        busy = [host for host in self._hosts.values() if host.tasks]
        busiest = heapq.nlargest(_BUSIEST, busy, key=lambda host: self._time_of(host, now))
        return State(
            done=self._done,
            total=self._total,
            in_flight=len(self._flying),
            verdicts=dict(self._verdicts),
            requests={name: host.stats.requests for name, host in self._hosts.items() if host.stats.requests},
            busiest=tuple(
                BusyHost(
                    host=host.name,
                    links=host.links,
                    in_flight=host.limiter.flying,
                    pause=max(0.0, host.health.quiet_until - now),
                )
                for host in busiest
            ),
            rate=self._rate(now),
            time_left=self._time_left(busiest, now),
        )

    def statistics(self) -> dict[str, HostStatistics]:
        """What each host was asked."""
        for host in self._hosts.values():
            host.stats.paused = host.health.paused
            host.stats.most_in_a_second = host.pace.most
        return {name: host.stats for name, host in self._hosts.items()}

    def _rate(self, now: float) -> float:
        span = min(_RATE_SPAN, now - self._began)
        if span <= 0:
            return 0.0
        return sum(number for second, number in self._requests if second >= int(now - span)) / span

    def _per_task(self) -> float:
        """Requests that a task needs, from those that are finished; early on a guess."""
        return min(4.0, max(1.0, self._steps / self._finished)) if self._finished else 1.2

    def _time_of(self, host: _Host, now: float) -> float:
        """Seconds until a host's queue is empty, at the pace so far."""
        pace = host.limiter.rate
        if self._asking > 0:
            pace = min(pace, host.limiter.connections * self._steps / self._asking)
        return max(0.0, host.health.quiet_until - now) + host.tasks * self._per_task() / pace

    def _time_left(self, busiest: list[_Host], now: float) -> float | None:
        if not self._tasks:
            return 0.0
        if not self._steps:
            return None
        everything = self._tasks * self._per_task() * self._asking / self._steps / self._settings.in_flight
        return max(everything, self._time_of(busiest[0], now) if busiest else 0.0)


def _give_up(entries: list[_Entry], reason: Reason, detail: str) -> tuple[LinkOutcome, ...]:
    return tuple(outcome for entry in entries for outcome in entry.task.give_up(reason.value, detail))
