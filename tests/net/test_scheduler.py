"""The scheduler: politeness, fairness, and an end to everything.

Most tests run on a clock that jumps to the next timer when nothing else is to do, so minutes of
pauses are exact and take no time; a wake-up that is never set shows as a run that ends at ``run_timeout``.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import random
import selectors
import signal
import threading
import time
import tracemalloc
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from listlint.model.links import LinkOutcome, Reason, Verdict
from listlint.net.limits import FAILURES, SLOWEST
from listlint.net.messages import Answer, Failure, Request, Signal, Step
from listlint.net.scheduler import Scheduler, State
from listlint.net.settings import HostLimits, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Sequence

    from listlint.net.messages import Sender


class JumpingClock(selectors.DefaultSelector):
    """A selector that does not wait: it sets the clock forward by the time that it was to wait."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        events = super().select(0)
        if not events and timeout is None:
            raise RuntimeError("the loop waits for ever")
        if not events and timeout:
            self.now += timeout
        return events


class JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.clock = JumpingClock()
        super().__init__(self.clock)

    def time(self) -> float:
        return self.clock.now


class Network:
    """A sender that knows how long each host takes, and writes down who asked when."""

    def __init__(self, latency: float | Callable[[str], float] = 0.1, clock: Callable[[], float] | None = None) -> None:
        self._latency = latency if callable(latency) else lambda host: latency
        self._clock = clock
        self._flying: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.most_at_all = 0
        self.log: list[tuple[float, str, str]] = []

    async def send(self, request: Request) -> Answer:
        host, _, path = request.url.partition("/")
        now = self._clock() if self._clock else asyncio.get_running_loop().time()
        self.log.append((now, host, path))
        self._flying[host] += 1
        self.most[host] = max(self.most[host], self._flying[host])
        self.most_at_all = max(self.most_at_all, self._flying.total())
        try:
            await asyncio.sleep(self._latency(host))
        finally:
            self._flying[host] -= 1
        return Answer(url=request.url, status=200)

    def times(self, host: str) -> list[float]:
        return [when for when, name, _ in self.log if name == host]

    def order(self) -> list[str]:
        return [f"{host}/{path}" for _, host, path in self.log]


class Link:
    """A task with a script: what each of its steps says; after the last it is alive."""

    def __init__(
        self, host: str, name: object = "", *script: Step, end: Signal = Signal.ANSWERED, size: int = 1
    ) -> None:
        self.host = host
        self.url = f"{host}/{name}"
        self.name = name
        self.size = size
        self._script = list(script)
        self._end = end

    async def step(self, sender: Sender) -> Step:
        await sender.send(Request(url=f"{self.host}/{self.name}"))
        if self._script:
            step = self._script.pop(0)
            self.host = step.host or self.host
            return step
        return Step(done=self._outcomes(Verdict.ALIVE, Reason.OK, ""), signal=self._end)

    def give_up(self, reason: str, detail: str) -> tuple[LinkOutcome, ...]:
        return self._outcomes(Verdict.UNKNOWN, Reason(reason), detail)

    def _outcomes(self, verdict: Verdict, reason: Reason, detail: str) -> tuple[LinkOutcome, ...]:
        urls = [self.url] if self.size == 1 else [f"{self.url}#{number}" for number in range(self.size)]
        return tuple(LinkOutcome(url=url, verdict=verdict, reason=reason, detail=detail) for url in urls)


class Silent(Link):
    """A link whose requests never end."""

    async def step(self, sender: Sender) -> Step:
        await sender.send(Request(url=self.url))
        await asyncio.get_running_loop().create_future()
        raise AssertionError


class Run:
    """One run on the jumping clock, and what came of it."""

    def __init__(
        self, links: Iterable[Link], network: Network | None = None, *, settings: Settings | None = None
    ) -> None:
        self.network = network or Network()
        self.outcomes: list[LinkOutcome] = []
        self.when: dict[str, float] = {}
        self.states: list[State] = []
        self.settings = settings or Settings()
        loop = JumpingLoop()
        self.scheduler = Scheduler(self.settings, self.network, on_done=self.done)
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(self.scheduler.run(links))
        self.took = loop.time()

    def done(self, outcomes: tuple[LinkOutcome, ...]) -> None:
        now = asyncio.get_running_loop().time()
        self.outcomes += outcomes
        self.when.update((outcome.url, now) for outcome in outcomes)

    @property
    def reasons(self) -> dict[str, Reason]:
        return {outcome.url: outcome.reason for outcome in self.outcomes}

    def count(self) -> Counter[Reason]:
        return Counter(outcome.reason for outcome in self.outcomes)


def again(delay: float = 0.0, signal: Signal = Signal.ANSWERED, host: str = "", pause: float | None = None) -> Step:
    return Step(host=host, delay=delay, signal=signal, pause=pause)


def links(host: str, number: int, *script: Step, end: Signal = Signal.ANSWERED) -> list[Link]:
    return [Link(host, n, *script, end=end) for n in range(number)]


def most_within(times: Sequence[float], span: float) -> int:
    """The most of ``times`` in any half-open interval of this length."""
    times = sorted(times)
    most = first = 0
    for last, when in enumerate(times):
        while when - times[first] >= span - 1e-9:
            first += 1
        most = max(most, last - first + 1)
    return most


# --- politeness ----------------------------------------------------------------------------------------


def test_rate_holds_in_every_second_of_a_real_clock() -> None:
    network = Network(0.003, clock=time.monotonic)
    settings = Settings(rate=30.0, burst=20, connections=6)
    scheduler = Scheduler(settings, network, on_done=lambda outcomes: None)
    asyncio.run(scheduler.run(links("a.example", 65) + links("b.example", 40)))
    for host, number in (("a.example", 65), ("b.example", 40)):
        assert len(network.times(host)) == number
        assert most_within(network.times(host), 1.0) <= 30
        statistics = scheduler.statistics()[host]
        assert statistics.requests == number
        assert 20 <= statistics.most_in_a_second <= 30
        assert statistics.most_in_flight == network.most[host] <= 6


def test_what_was_not_sent_counts_in_no_second() -> None:
    class Silent(Link):
        async def step(self, sender: Sender) -> Step:
            del sender
            return Step(done=self._outcomes(Verdict.UNKNOWN, Reason.WALLED, ""))

    silent = [Silent("a.example", number) for number in range(200)]
    run = Run([*silent, *links("a.example", 12)], settings=Settings(rate=10.0, burst=5))
    statistics = run.scheduler.statistics()["a.example"]
    assert statistics.requests == len(run.network.times("a.example")) == 12
    assert statistics.most_in_a_second == most_within(run.network.times("a.example"), 1.0) <= 10


def test_never_more_connections_than_allowed() -> None:
    settings = Settings(connections=3, rate=1e6, burst=1000, in_flight=10)
    run = Run([link for n in range(8) for link in links(f"h{n}", 40)], settings=settings)
    assert run.count() == {Reason.OK: 320}
    assert set(run.network.most.values()) == {3}
    assert run.network.most_at_all == 10
    assert run.took == pytest.approx(320 / 10 * 0.1, rel=0.1)


def test_known_hosts_have_their_own_limits() -> None:
    slow = HostLimits(connections=1, rate=1 / 3, burst=1)
    run = Run(links("slow.example", 5) + links("other.example", 5), settings=Settings(hosts={"slow.example": slow}))
    gaps = [b - a for a, b in itertools.pairwise(run.network.times("slow.example"))]
    assert min(gaps) >= 3
    assert max(gaps) < 3.2
    assert max(run.network.times("other.example")) == 0.0
    assert run.network.most["slow.example"] == 1


def test_throttled_host_is_asked_slower_and_one_at_a_time() -> None:
    script = again(1.0, Signal.THROTTLED)
    run = Run([Link("a", "first", script), *links("a", 60)], Network(0.01))
    assert run.count() == {Reason.OK: 61}
    times = run.network.times("a")
    after = [when for when in times if when > 0.05]
    assert min(after) >= 2.0 + 0.01
    assert after[1] - after[0] > 0.0099, "one alone, to see whether the host has calmed down"
    assert most_within(after, 1.0) <= 20
    assert most_within(after[:20], 1.0) <= 12
    assert run.scheduler.statistics()["a"].throttled == 1


# --- fairness and order --------------------------------------------------------------------------------


def test_slow_host_does_not_hold_up_others() -> None:
    latency = {"slow": 30.0}
    many = [Link(f"h{n}", m) for n in range(50) for m in range(4)]
    run = Run(links("slow", 300) + many, Network(lambda host: latency.get(host, 0.1)), settings=Settings(in_flight=16))
    assert max(run.when[link.url] for link in many) < 5
    assert run.network.most["slow"] == 6


def test_host_at_its_rate_holds_no_slot() -> None:
    limits = {"slow": HostLimits(connections=100, rate=1.0, burst=1)}
    many = [Link(f"h{n}") for n in range(100)]
    run = Run(links("slow", 100) + many, settings=Settings(in_flight=2, hosts=limits))
    assert max(run.when[link.url] for link in many) < 100 * 0.1 / 2 + 1
    assert run.count() == {Reason.OK: 200}


def test_task_that_waits_holds_no_slot() -> None:
    waiting = Link("a", "waits", again(5.0))
    run = Run([waiting, *links("b", 20)], settings=Settings(in_flight=1, connections=1, rate=1000.0, burst=1000))
    assert max(run.when[f"b/{n}"] for n in range(20)) < 2.5
    assert run.when["a/waits"] == pytest.approx(5.0 + 0.2, abs=2.2)
    assert run.network.times("a")[1] - run.network.times("a")[0] >= 5.0


def test_longest_queue_goes_first() -> None:
    tasks = links("short", 1) + links("long", 30) + links("middle", 10)
    run = Run(tasks, settings=Settings(in_flight=1, rate=1e6, burst=1000))
    hosts = [host for _, host, _ in run.network.log]
    assert hosts[:20] == ["long"] * 20
    assert set(hosts[:36]) == {"long", "middle"}, "the shortest waits for the end"
    assert hosts.index("middle") in range(20, 23)


def test_longest_means_longest_at_its_own_rate() -> None:
    limits = {"slow": HostLimits(connections=1, rate=1.0, burst=1)}
    run = Run(links("fast", 30) + links("slow", 5), settings=Settings(in_flight=1, hosts=limits, burst=30, rate=30.0))
    assert run.network.log[0][1] == "slow"
    assert run.took < 7


def test_wall_time_is_that_of_the_longest_host() -> None:
    rng = random.Random(4)
    tasks = [Link(f"h{n}", m) for n in range(200) for m in range(rng.randint(1, 15))] + links("long", 300)
    rng.shuffle(tasks)
    run = Run(tasks, Network(lambda host: rng.uniform(0.02, 0.4)))
    assert run.count() == {Reason.OK: len(tasks)}
    assert run.took < 300 / 20 * 1.35
    assert max(map(len, (run.network.times(f"h{n}") for n in range(200)))) <= 15


def test_tasks_of_a_host_go_in_order_and_retries_to_the_back() -> None:
    tasks = [Link("a", 0, again()), Link("a", 1, again(delay=0.5)), Link("a", 2), Link("a", 3)]
    run = Run(tasks, settings=Settings(connections=1))
    assert run.network.order() == ["a/0", "a/1", "a/2", "a/3", "a/0", "a/1"]
    assert run.network.times("a")[5] >= 0.1 * 2 + 0.5


def test_hop_goes_to_the_queue_of_its_host() -> None:
    hop = Link("a", "hop", again(host="b"), again(host="c"))
    run = Run([hop, *links("b", 8)], settings=Settings(connections=1))
    order = run.network.order()
    # It lines up behind those that are in b's queue when it comes.
    assert order[-2:] == ["b/hop", "c/hop"]
    assert run.reasons["a/hop"] is Reason.OK
    assert {name: stats.requests for name, stats in run.scheduler.statistics().items()} == {"a": 1, "b": 9, "c": 1}


# --- pauses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Signal.THROTTLED, Signal.ANSWERED])
def test_pause_keeps_the_host_quiet_and_no_other(kind: Signal) -> None:
    first = Link("a", "first", again(40.0, kind, pause=40.0))
    run = Run([first, *links("a", 5), *links("b", 5)], settings=Settings(connections=1))
    times = run.network.times("a")
    assert times[1] >= 0.1 + 40
    assert times[-1] < 45
    assert max(run.network.times("b")) < 1
    assert run.count() == {Reason.OK: 11}
    assert run.scheduler.statistics()["a"].paused == pytest.approx(40)


def test_pause_past_the_cap_gives_the_rest_up_at_once() -> None:
    first = Link("a", "first", again(3600.0, Signal.THROTTLED, pause=3600.0))
    late = Link("b", "late", again(delay=10.0), again(host="a"))
    waiting = Link("a", "waiting", again(delay=5.0))
    run = Run([waiting, first, *links("a", 500), late], settings=Settings(connections=1))
    assert run.reasons["b/late"] is Reason.RATE_LIMITED, "who comes later is not asked either"
    assert run.count() == {Reason.RATE_LIMITED: 503}
    assert Counter(run.network.order()) == {"a/waiting": 1, "a/first": 1, "b/late": 2}
    assert max(run.when[f"a/{n}"] for n in range(500)) < 1
    assert run.took < 11
    assert run.scheduler.statistics()["a"].given_up is Reason.RATE_LIMITED


def test_endless_throttling_ends() -> None:
    throttled = [again(0.5, Signal.THROTTLED)] * 100
    run = Run([Link("a", n, *throttled) for n in range(100)], settings=Settings(connections=1))
    assert run.count() == {Reason.RATE_LIMITED: 100}
    gaps = [b - a for a, b in itertools.pairwise(run.network.times("a"))]
    assert gaps == pytest.approx([2.1, 4.1, 8.1])


def test_endless_hints_end() -> None:
    class Moody(Link):
        async def step(self, sender: Sender) -> Step:
            step = await super().step(sender)
            return Step(done=step.done, signal=Signal.ANSWERED, pause=50.0)

    run = Run([Moody("a", n) for n in range(300)])
    assert set(run.count()) == {Reason.OK, Reason.RATE_LIMITED}
    assert run.took < 400


def test_rate_recovers_after_throttling() -> None:
    run = Run([Link("a", "first", again(0.1, Signal.THROTTLED)), *links("a", 400)], Network(0.01))
    times = run.network.times("a")
    assert most_within([t for t in times if t < 4], 1.0) <= 12
    assert most_within([t for t in times if t > times[-1] - 5], 1.0) in range(18, 21)


# --- circuit breaker -----------------------------------------------------------------------------------


def down(host: str, number: int, kind: Signal = Signal.CONNECT_FAILED) -> list[Link]:
    return links(host, number, *[again(signal=kind, delay=0.01)] * 2, end=kind)


@pytest.mark.parametrize("kind", [Signal.CONNECT_FAILED, Signal.TIMED_OUT])
@pytest.mark.parametrize("connections", [1, 2, 6])
def test_dead_host_gets_three_failures_and_one_probe(kind: Signal, connections: int) -> None:
    run = Run(down("a", 200, kind) + links("b", 20), settings=Settings(connections=connections))
    assert run.count() == {Reason.HOST_DOWN: 200, Reason.OK: 20}
    # What is under way when the breaker opens is no probe.
    assert len(run.network.times("a")) == max(FAILURES, connections) + 1
    assert max(run.network.times("a")) < 1
    assert run.scheduler.statistics()["a"].given_up is Reason.HOST_DOWN


def test_probe_that_succeeds_closes_the_breaker() -> None:
    sick = [Link("a", n, again(delay=100, signal=Signal.CONNECT_FAILED)) for n in range(3)]
    run = Run(sick + links("a", 20), settings=Settings(connections=1, link_timeout=500))
    assert run.count() == {Reason.OK: 23}


def test_host_that_answered_once_is_not_given_up_for_three_failures() -> None:
    tasks = [Link("a", "good"), *[Link("a", n, end=Signal.TIMED_OUT) for n in range(25)], Link("a", "last")]
    run = Run(tasks, settings=Settings(connections=1))
    assert run.count() == {Reason.OK: 27}


def test_host_that_shuts_us_out_is_given_up() -> None:
    tasks = [*links("a", 10), *links("a", 1000, end=Signal.TIMED_OUT)[10:]]
    run = Run(tasks, Network(lambda host: 15.0))
    assert run.count()[Reason.HOST_DOWN] > 900
    assert run.took < 300


def test_hop_to_a_host_that_is_down() -> None:
    hop = Link("b", "hop", again(delay=5.0), again(host="a", delay=5.0))
    run = Run([*down("a", 10), hop], settings=Settings(connections=1))
    assert run.reasons["b/hop"] is Reason.HOST_DOWN
    assert len(run.network.times("a")) == FAILURES + 1


# --- deadlines -----------------------------------------------------------------------------------------


def test_hanging_task_is_cut_at_its_deadline() -> None:
    run = Run([Silent("a", "hangs"), *links("b", 3)], settings=Settings(link_timeout=20.0))
    assert run.reasons["a/hangs"] is Reason.TIMEOUT
    assert run.when["a/hangs"] == pytest.approx(20.0)
    assert run.count() == {Reason.TIMEOUT: 1, Reason.OK: 3}


def test_hanging_host_is_given_up_after_its_probe() -> None:
    run = Run([Silent("a", n) for n in range(100)], settings=Settings(link_timeout=20.0))
    assert run.count() == {Reason.TIMEOUT: 6 + 1, Reason.HOST_DOWN: 93}
    assert run.took == pytest.approx(40, rel=0.1)


def test_requests_and_own_delays_count_towards_the_deadline() -> None:
    run = Run([Link("a", n, *[again(delay=9.0)] * 50) for n in range(3)], Network(1.0))
    assert run.count() == {Reason.TIMEOUT: 3}
    assert run.took == 51, "six requests of a second and five delays of nine; another delay would end too late"


def test_deadline_holds_over_hops() -> None:
    hops = [again(host=f"h{n}") for n in range(40)]
    run = Run([Link("a", "far", *hops)], Network(9.0))
    assert run.count() == {Reason.TIMEOUT: 1}
    assert run.took == pytest.approx(60.0)
    assert run.scheduler.statistics()["h5"].requests == 1
    assert run.scheduler.statistics()["h5"].failed == 0, "cut short after 6 s: the link's fault, not the host's"


@pytest.mark.parametrize("number", [300])
def test_polite_queue_kills_no_link(number: int) -> None:
    limits = {"slow": HostLimits(connections=1, rate=1.0, burst=1)}
    run = Run(links("slow", number, again(delay=1.0)), settings=Settings(hosts=limits, link_timeout=10.0))
    assert run.count() == {Reason.OK: number}
    assert run.took > number * 2


def test_pause_of_the_host_does_not_count_towards_the_deadline() -> None:
    script = [again(50.0, Signal.THROTTLED, pause=50.0), again(50.0, Signal.THROTTLED, pause=50.0)]
    run = Run([Link("a", "patient", *script), Link("a", "other")])
    assert run.count() == {Reason.OK: 2}
    assert run.took > 100


@pytest.mark.parametrize("delay", [0.0, math.inf, math.nan])
def test_task_without_end_is_ended(delay: float) -> None:
    run = Run([Link("a", "loop", *[again(delay)] * 10_000)], Network(0.0))
    assert run.count() == {Reason.TIMEOUT: 1}
    assert len(run.network.log) < 100


def test_run_has_an_end() -> None:
    limits = {"slow": HostLimits(connections=1, rate=0.1, burst=1)}
    tasks = [*links("slow", 1000), Silent("b", "hangs"), Link("c", "waits", again(45.0))]
    run = Run(tasks, settings=Settings(hosts=limits, run_timeout=35.0))
    assert run.took == pytest.approx(35.0)
    assert run.count() == {Reason.OK: 4, Reason.NOT_ASKED: 998}
    assert run.reasons["b/hangs"] is Reason.NOT_ASKED
    state = run.scheduler.state()
    assert (state.done, state.total, state.in_flight, state.busiest) == (1002, 1002, 0, ())


# --- the whole -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(25))
def test_whatever_happens_every_link_ends_once_and_politely(seed: int) -> None:
    rng = random.Random(seed)
    hosts = [f"h{n}" for n in range(rng.choice((1, 3, 30)))]
    settings = Settings(
        in_flight=rng.choice((1, 5, 128)), connections=rng.randint(1, 6), rate=rng.choice((0.5, 3.0, 20.0)), burst=5
    )

    def step() -> Step:
        kind = rng.choices(list(Signal), (10, 2, 2, 1, 1))[0]
        pause = rng.choice((0.5, 5.0, 30.0)) if rng.random() < 0.05 else None
        delay = rng.choice((0.0, 0.0, 0.3, 4.0))
        return Step(host=rng.choice((*hosts, "")), delay=delay, signal=kind, pause=pause)

    tasks = [
        Link(rng.choice(hosts), n, *[step() for _ in range(rng.choice((0, 0, 0, 1, 2, 5)))], size=rng.choice((1, 1, 7)))
        for n in range(rng.choice((0, 1, 40, 400)))
    ]
    run = Run(tasks, Network(lambda host: rng.choice((0.0, 0.05, 0.2, 3.0))), settings=settings)
    assert len(run.outcomes) == len(run.reasons) == sum(task.size for task in tasks)
    assert Reason.NOT_ASKED not in run.count()
    assert run.network.most_at_all <= settings.in_flight
    for host in hosts:
        assert run.network.most[host] <= settings.connections
    assert run.scheduler.state().in_flight == 0
    assert run.took < 10 * (1 + len(tasks)) * 3 / settings.rate * 6 + 1000


def test_work_may_be_added_when_something_is_done() -> None:
    outcomes: list[str] = []

    def done(found: tuple[LinkOutcome, ...]) -> None:
        outcomes.extend(outcome.url for outcome in found)
        if found[0].url == "api/batch#0":
            scheduler.add(links("page", 3))

    scheduler = Scheduler(Settings(), Network(), on_done=done)
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(scheduler.run([Link("api", "batch", size=3)]))
    assert outcomes == ["api/batch#0", "api/batch#1", "api/batch#2", "page/0", "page/1", "page/2"]
    assert (scheduler.state().done, scheduler.state().total) == (6, 6)
    with pytest.raises(RuntimeError):
        scheduler.add(links("page", 1))


def test_work_added_for_a_host_that_is_given_up() -> None:
    outcomes: list[LinkOutcome] = []

    def done(found: tuple[LinkOutcome, ...]) -> None:
        outcomes.extend(found)
        if len(outcomes) == 2:
            scheduler.add([Link("a", "more")])

    network = Network()
    scheduler = Scheduler(Settings(connections=1), network, on_done=done)
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(scheduler.run([Link("a", 0, again(signal=Signal.THROTTLED, pause=1e6)), Link("a", 1)]))
    assert {outcome.url for outcome in outcomes} == {"a/0", "a/1", "a/more"}
    assert {outcome.reason for outcome in outcomes} == {Reason.RATE_LIMITED}
    assert network.order() == ["a/0"]


def test_batch_hands_on_what_it_cannot_answer() -> None:
    class Batch(Link):
        async def step(self, sender: Sender) -> Step:
            scheduler.add(links("page", 2))
            return Step(done=self._outcomes(Verdict.ALIVE, Reason.OK, "")[:1], signal=Signal.ANSWERED)

        def give_up(self, reason: str, detail: str) -> tuple[LinkOutcome, ...]:
            scheduler.add(links("page", 1))
            return super().give_up(reason, detail)[:2]

    outcomes: list[LinkOutcome] = []
    scheduler = Scheduler(Settings(connections=1), Network(), on_done=outcomes.extend)
    too_much = Link("api", "first", again(signal=Signal.THROTTLED, pause=1e6))
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(scheduler.run([Batch("other", size=3), too_much, Batch("api", size=3)]))
    assert Counter(outcome.url.partition("/")[0] for outcome in outcomes) == {"other": 1, "page": 3, "api": 3}
    assert (scheduler.state().done, scheduler.state().total) == (7, 7)


def test_work_added_after_the_end_of_the_run_is_not_asked() -> None:
    outcomes: dict[str, Reason] = {}

    def done(found: tuple[LinkOutcome, ...]) -> None:
        outcomes.update((outcome.url, outcome.reason) for outcome in found)
        if found[0].url == "api/batch":
            scheduler.add(links("page", 2))

    network = Network()
    scheduler = Scheduler(Settings(run_timeout=5.0), network, on_done=done)
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(scheduler.run([Silent("api", "batch")]))
    assert outcomes == dict.fromkeys(("api/batch", "page/0", "page/1"), Reason.NOT_ASKED)
    assert network.order() == ["api/batch"]


class Walled(Link):
    """A link that is known without a request."""

    async def step(self, sender: Sender) -> Step:
        return Step(done=self._outcomes(Verdict.UNKNOWN, Reason.WALLED, ""))


class Refusing(Network):
    """A network whose requests all fail in the same way."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(0.0)
        self._failure = failure

    async def send(self, request: Request) -> Answer:
        await super().send(request)
        return Answer(url=request.url, failure=self._failure)


def test_steps_that_ask_nothing_cost_no_turn() -> None:
    run = Run([Walled("walled", n) for n in range(300)], settings=Settings(rate=1.0, burst=1))
    assert run.count() == {Reason.WALLED: 300}
    assert run.took == 0
    assert run.scheduler.statistics()["walled"].requests == 0


@pytest.mark.parametrize("failure", [Failure.FORBIDDEN_ADDRESS, Failure.PORT_NOT_ALLOWED, Failure.NO_SUCH_HOST])
def test_requests_that_never_left_cost_no_turn(failure: Failure) -> None:
    run = Run(links("a", 300, end=Signal.NONE), Refusing(failure), settings=Settings(rate=1.0, burst=1))
    assert run.count() == {Reason.OK: 300}
    assert run.took == 0
    assert run.scheduler.statistics()["a"].requests == 0


def test_requests_that_tell_nothing_of_the_host_cost_a_turn() -> None:
    run = Run(links("a", 5, end=Signal.NONE), Refusing(Failure.TLS_EXPIRED), settings=Settings(rate=1.0, burst=1))
    assert run.took == pytest.approx(4.0)
    assert run.scheduler.statistics()["a"].requests == 5


def test_nothing_to_do() -> None:
    run = Run([])
    assert run.outcomes == []
    assert run.scheduler.state().time_left == 0


def test_mistakes_come_out_of_the_run() -> None:
    class Broken(Link):
        async def step(self, sender: Sender) -> Step:
            await asyncio.sleep(0.2)
            raise TimeoutError("a mistake of the task's own")

    with pytest.raises(TimeoutError, match="own"):
        Run([*links("a", 100), Broken("b")])

    def done(found: tuple[LinkOutcome, ...]) -> None:
        raise OSError("disk full")

    network = Network()
    with pytest.raises(OSError, match="disk full"), asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(Scheduler(Settings(), network, on_done=done).run(links("a", 1000)))
    assert len(network.log) < 20


# --- cancellation, progress, cost ------------------------------------------------------------------------


def test_cancelled_run_stops_at_once_and_keeps_what_is_done() -> None:
    outcomes: list[LinkOutcome] = []
    scheduler = Scheduler(Settings(), Network(0.0), on_done=outcomes.extend)

    async def main() -> float:
        running = asyncio.create_task(scheduler.run([*links("a", 4), *(Silent(f"s{n}") for n in range(200))]))
        while len(outcomes) < 4:
            await asyncio.sleep(0.001)
        began = time.monotonic()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return time.monotonic() - began

    assert asyncio.run(main()) < 1
    assert {outcome.url for outcome in outcomes} == {f"a/{n}" for n in range(4)}
    state = scheduler.state()
    assert (state.done, state.total, state.in_flight) == (4, 204, 0)


@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals reach the main thread")
def test_interrupt_stops_the_run() -> None:
    outcomes: list[LinkOutcome] = []

    def done(found: tuple[LinkOutcome, ...]) -> None:
        outcomes.extend(found)
        if len(outcomes) == 3:
            signal.raise_signal(signal.SIGINT)

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(
            Scheduler(Settings(), Network(0.0), on_done=done).run([*links("a", 3), *(Silent("b", n) for n in range(9))])
        )
    assert len(outcomes) == 3
    assert time.monotonic() - began < 2


def test_state_tells_how_far_it_is() -> None:
    states: list[State] = []
    limits = {"slow": HostLimits(connections=1, rate=2.0, burst=1)}
    tasks = [*links("slow", 40), *links("quick", 15), Link("paused", 0, again(30.0, Signal.THROTTLED, pause=30.0))]
    settings = Settings(hosts=limits)
    network = Network()
    scheduler = Scheduler(settings, network, on_done=lambda outcomes: None)

    async def main() -> None:
        async def look() -> None:
            while True:
                states.append(scheduler.state())
                await asyncio.sleep(1.0)

        looking = asyncio.create_task(look())
        await scheduler.run(tasks)
        looking.cancel()

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(main())
        took = runner.get_loop().time()
    assert [state.done for state in states] == sorted(state.done for state in states)
    middle = states[10]
    assert middle.total == 56
    assert middle.verdicts == {Verdict.ALIVE: middle.done, Verdict.DEAD: 0, Verdict.UNKNOWN: 0}
    assert middle.done == 15 + middle.requests["slow"] - middle.in_flight
    assert middle.requests["quick"] == 15
    assert {host.host for host in middle.busiest} == {"slow", "paused"}
    assert [host.pause for host in middle.busiest if host.host == "paused"] == pytest.approx([20.0], abs=0.5)
    assert middle.rate == pytest.approx(2.0, rel=0.5)
    assert middle.time_left == pytest.approx(took - 10, rel=0.5)
    last = scheduler.state()
    assert (last.done, last.in_flight, last.time_left, last.busiest) == (56, 0, 0.0, ())
    assert sum(last.requests.values()) == 57


def fast() -> Settings:
    return Settings(rate=1e6, burst=1_000_000, connections=64)


class Plain:
    """The least that is a task."""

    __slots__ = ("host", "url")
    size = 1

    def __init__(self, number: int, hosts: int) -> None:
        self.host = f"h{number % hosts}.example"
        self.url = f"https://{self.host}/{number}"

    async def step(self, sender: Sender) -> Step:
        await sender.send(Request(url=self.url))
        return Step(done=(LinkOutcome(url=self.url, verdict=Verdict.ALIVE, reason=Reason.OK),), signal=Signal.ANSWERED)

    def give_up(self, reason: str, detail: str) -> tuple[LinkOutcome, ...]:
        raise AssertionError(reason)


class Instant:
    """A sender at zero latency; it sees how many coroutines the loop carries."""

    def __init__(self) -> None:
        self.asked = 0
        self.most_tasks = 0

    async def send(self, request: Request) -> Answer:
        self.asked += 1
        if self.asked % 500 == 0:
            self.most_tasks = max(self.most_tasks, len(asyncio.all_tasks()))
        await asyncio.sleep(0)
        return Answer(url=request.url, status=200)


def drive(scheduler_runs: Callable[[], Coroutine[Any, Any, None]]) -> float:
    began = time.process_time()
    asyncio.run(scheduler_runs())
    return time.process_time() - began


@pytest.mark.parametrize("hosts", [1, 200, 20_000])
def test_overhead_at_zero_latency(hosts: int) -> None:
    done = [0]
    sender = Instant()
    scheduler = Scheduler(fast(), sender, on_done=lambda outcomes: done.__setitem__(0, done[0] + len(outcomes)))
    tasks = [Plain(number, hosts) for number in range(20_000)]
    took = drive(lambda: scheduler.run(tasks))
    assert done == [20_000]
    assert took < 20_000 / 8_000
    assert sender.most_tasks <= 128 + 2


def test_sender_that_never_waits_does_not_block_the_loop() -> None:
    class Immediate:
        async def send(self, request: Request) -> Answer:
            return Answer(url=request.url, status=200)

    scheduler = Scheduler(fast(), Immediate(), on_done=lambda outcomes: None)

    async def main() -> list[int]:
        seen = []
        running = asyncio.create_task(scheduler.run([Plain(number, 3) for number in range(5000)]))
        while not running.done():
            await asyncio.sleep(0)
            seen.append(scheduler.state().done)
        return seen

    assert len(asyncio.run(main())) > 20


def test_memory_is_flat() -> None:
    def peak(number: int) -> int:
        tasks = [Plain(n, number // 100) for n in range(number)]
        scheduler = Scheduler(fast(), Instant(), on_done=lambda outcomes: None)
        tracemalloc.start()
        asyncio.run(scheduler.run(tasks))
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    assert (peak(20_000) - peak(2_000)) / 18_000 < 400, "bytes for a link more"


def test_rate_of_a_host_that_throttles_has_a_floor() -> None:
    throttled = again(0.0, Signal.THROTTLED, pause=0.01)
    tasks = [link for n in range(30) for link in (Link("a", f"t{n}", throttled), *links("a", 3))]
    for number, task in enumerate(tasks):
        task.url = f"a/{number}"
    run = Run(tasks, settings=Settings(connections=1))
    assert run.count() == {Reason.OK: len(tasks)}
    assert run.took < len(run.network.log) / (20 / SLOWEST) + 10
