"""The limits of one host, on a clock of the test's own."""

from __future__ import annotations

import heapq
import math
import random
from itertools import pairwise

import pytest

from listlint.model.links import Reason
from listlint.net.limits import ANSWERS, FAILURES, FAILURES_LATER, PATIENCE, SLOWEST, Fifo, Health, Limiter, Pace
from listlint.net.messages import Signal
from listlint.net.settings import HostLimits, Settings


def test_fifo_is_a_queue() -> None:
    rng = random.Random(1)
    fifo: Fifo[int] = Fifo()
    expected: list[int] = []
    for number in range(5000):
        if expected and rng.random() < (0.3 if number < 2500 else 0.7):
            assert fifo.pop() == expected.pop(0)
        else:
            fifo.push(number)
            expected.append(number)
        assert len(fifo) == len(expected)
        assert not expected or (fifo[0], fifo[len(fifo) - 1]) == (expected[0], expected[-1])


def simulate(limiter: Limiter, requests: int, rng: random.Random, longest: float) -> list[tuple[float, float]]:
    """Ask as fast as the limiter allows; the beginning and the end of each request."""
    now = 0.0
    flying: list[tuple[float, int, float]] = []
    times: list[tuple[float, float]] = []
    for ticket in range(requests):
        while (ready := limiter.ready_at(now)) > now:
            if flying and flying[0][0] <= ready:
                now, ended, began = heapq.heappop(flying)
                limiter.end(now, ended)
                times.append((began, now))
            else:
                now = ready
        limiter.begin(now, ticket)
        heapq.heappush(flying, (now + rng.random() * longest, ticket, now))
    return times + [(began, end) for end, _, began in flying]


def most_within(times: list[float], span: float) -> int:
    """The most of ``times`` in any half-open interval of this length."""
    times = sorted(times)
    most = first = 0
    for last, time in enumerate(times):
        while time - times[first] >= span - 1e-9:
            first += 1
        most = max(most, last - first + 1)
    return most


@pytest.mark.parametrize("seed", range(8))
def test_a_pace_counts_what_was_sent_in_the_order_of_the_beginnings(seed: int) -> None:
    rng = random.Random(seed)
    pace, now = Pace(), 0.0
    begun: dict[int, float] = {}
    sent: list[float] = []
    for number in range(400):
        now += rng.random() * 0.2
        pace.begin(now, number)
        begun[number] = now
        while begun and rng.random() < 0.6:
            ended = rng.choice(list(begun))
            was_sent = rng.random() < 0.5
            pace.end(ended, sent=was_sent)
            began = begun.pop(ended)
            if was_sent:
                sent.append(began)
    for number in list(begun):
        pace.end(number, sent=True)
        sent.append(begun[number])
    assert pace.most == most_within(sent, 1.0) > 2


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    ("limits", "longest"),
    [
        (HostLimits(connections=6, rate=20.0, burst=10), 0.5),
        (HostLimits(connections=6, rate=20.0, burst=100), 0.02),
        (HostLimits(connections=100, rate=7.5, burst=3), 0.9),
        (HostLimits(connections=2, rate=1.0, burst=1), 0.9),
        (HostLimits(connections=6, rate=1 / 3, burst=5), 0.3),
    ],
)
def test_no_second_has_more_than_the_rate_wherever_one_counts(seed: int, limits: HostLimits, longest: float) -> None:
    rng = random.Random(seed)
    times = simulate(Limiter(limits), 150, rng, longest)
    count = max(1, math.floor(limits.rate))
    begins = [begin for begin, _ in times]
    # A server counts a request when it arrives, at a time that the sender does not know.
    arrivals = [begin + rng.random() * (end - begin) for begin, end in times]
    ends = [end for _, end in times]
    for counted in (begins, arrivals, ends):
        assert most_within(counted, count / limits.rate) <= count
    assert max(sum(b <= begin < e for b, e in times) for begin in begins) <= limits.connections
    if longest < 0.1:
        # The rate is also reached, less what the ends of the requests cost.
        assert max(ends) < 150 / limits.rate * 1.1


def test_burst_comes_at_once_and_the_rest_at_the_rate() -> None:
    limiter = Limiter(HostLimits(connections=100, rate=20.0, burst=10))
    begins = sorted(begin for begin, _ in simulate(limiter, 20, random.Random(0), 0.0))
    assert begins[:10] == [0.0] * 10
    assert [b - a for a, b in pairwise(begins[9:])] == pytest.approx([0.05] * 10)


def test_a_request_that_hangs_does_not_hold_the_rate_for_ever() -> None:
    limiter = Limiter(HostLimits(connections=2, rate=1.0, burst=1))
    limiter.begin(0.0, 1)
    assert limiter.ready_at(0.5) > 0.5
    assert limiter.ready_at(2.0) == 2.0


def test_what_was_not_sent_does_not_count() -> None:
    limiter = Limiter(HostLimits(connections=1, rate=1.0, burst=1))
    for ticket in range(100):
        assert limiter.ready_at(5.0) == 5.0
        limiter.begin(5.0, ticket)
        assert limiter.ready_at(5.0) == math.inf
        limiter.end(5.0, ticket, sent=False)


def test_rate_halves_and_recovers_by_steps() -> None:
    limiter = Limiter(HostLimits(connections=6, rate=20.0, burst=10))
    limiter.slow_down()
    assert limiter.rate == 10
    limiter.slow_down()
    assert limiter.rate == 5
    for _ in range(ANSWERS):
        limiter.speed_up()
    assert limiter.rate == 7
    for _ in range(100):
        limiter.slow_down()
    assert limiter.rate == 20 / SLOWEST
    for _ in range(1000):
        limiter.speed_up()
    assert limiter.rate == 20


def test_slowed_host_gets_its_slower_rate() -> None:
    limiter = Limiter(HostLimits(connections=6, rate=20.0, burst=10))
    limiter.slow_down()
    limiter.slow_down()
    begins = [begin for begin, _ in simulate(limiter, 40, random.Random(3), 0.05)]
    assert most_within(begins, 1.0) <= 5


class Asked:
    """A host's health; requests are asked and answered by the name of their signal."""

    def __init__(self, **changes: float) -> None:
        self.health = Health(Settings(**changes))  # type: ignore[arg-type]  # all of these are numbers

    def hear(self, signal: Signal, pause: float | None = None, *, now: float = 0.0, number: int | None = None) -> bool:
        """The end of a new request, or of the one with this number."""
        return self.health.hear(signal, pause, self.health.ask() if number is None else number, now)


@pytest.mark.parametrize("signal", [Signal.CONNECT_FAILED, Signal.TIMED_OUT])
def test_breaker_opens_probes_and_closes_the_host(signal: Signal) -> None:
    it = Asked()
    early = it.health.ask(), it.health.ask()
    assert not it.health.one_at_a_time
    for _ in range(FAILURES):
        it.hear(signal)
        assert it.health.one_at_a_time
    it.hear(signal, number=early[0])
    assert it.health.closed is None, "a request that was under way already is not the probe"
    it.hear(signal)
    assert it.health.closed is Reason.HOST_DOWN
    it.hear(Signal.ANSWERED, number=early[1])
    assert it.health.closed is None
    assert not it.health.one_at_a_time


@pytest.mark.parametrize("signal", [Signal.ANSWERED, Signal.THROTTLED])
def test_a_host_that_answered_gets_more_patience(signal: Signal) -> None:
    it = Asked()
    it.hear(signal)
    for _ in range(FAILURES_LATER + 1):
        assert it.health.closed is None
        it.hear(Signal.TIMED_OUT)
    assert it.health.closed is Reason.HOST_DOWN


def test_failures_are_counted_in_a_row() -> None:
    it = Asked()
    for _ in range(20):
        it.hear(Signal.ANSWERED)
        for _ in range(FAILURES_LATER - 1):
            it.hear(Signal.CONNECT_FAILED)
            it.hear(Signal.NONE)
        assert not it.health.one_at_a_time


def test_throttling_without_a_hint_pauses_longer_each_time() -> None:
    it = Asked(throttle_pause=2.0)
    now = 0.0
    for pause in (2.0, 4.0, 8.0):
        assert it.hear(Signal.THROTTLED, now=now + 1)
        assert it.health.quiet_until == now + 1 + pause
        assert it.health.one_at_a_time
        now = it.health.quiet_until
    it.hear(Signal.THROTTLED, now=now + 1)
    assert it.health.closed is Reason.RATE_LIMITED


def test_one_wave_of_throttled_answers_is_one_event() -> None:
    it = Asked(throttle_pause=2.0)
    wave = [it.health.ask() for _ in range(7)]
    assert it.hear(Signal.THROTTLED, number=wave.pop(), now=1.0)
    for number in wave[1:]:
        assert not it.hear(Signal.THROTTLED, number=number, now=1.1)
    assert it.health.quiet_until == 3.0
    it.hear(Signal.ANSWERED, number=wave[0], now=1.2)
    assert it.health.one_at_a_time, "an answer from before is no all-clear"
    it.hear(Signal.ANSWERED, now=3.2)
    assert not it.health.one_at_a_time
    it.hear(Signal.THROTTLED, now=5.0)
    assert it.health.quiet_until == 7.0, "after an answer the pauses begin anew"


def test_a_host_that_throttles_and_then_hangs_is_not_asked_one_by_one_for_ever() -> None:
    it = Asked()
    it.hear(Signal.THROTTLED)
    it.hear(Signal.TIMED_OUT)
    assert not it.health.one_at_a_time


def test_a_hint_sets_the_pause_and_is_capped() -> None:
    it = Asked(max_wait=60.0)
    it.hear(Signal.THROTTLED, 30.0, now=1.0)
    assert (it.health.quiet_until, it.health.closed) == (31.0, None)
    it.hear(Signal.ANSWERED, 60.0, now=32.0)
    assert (it.health.quiet_until, it.health.closed, it.health.paused) == (92.0, None, 90.0)
    it.hear(Signal.ANSWERED, 60.5, now=93.0)
    assert (it.health.closed, it.health.quiet_until) == (Reason.RATE_LIMITED, 92.0)


@pytest.mark.parametrize("pause", [math.inf, math.nan])
def test_a_pause_without_end_closes_the_host(pause: float) -> None:
    it = Asked()
    it.hear(Signal.THROTTLED, pause)
    assert it.health.closed is Reason.RATE_LIMITED


def test_all_pauses_together_are_bounded() -> None:
    it = Asked(max_wait=60.0)
    now = 0.0
    while it.health.closed is None:
        it.hear(Signal.ANSWERED, 50.0, now=now + 1)
        now = it.health.quiet_until
        assert now < 60 * PATIENCE * 1.5
    assert it.health.closed is Reason.RATE_LIMITED
