"""Deadlines on one timer: each is kept, none costs a timer of its own."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from listlint.net.deadlines import Deadlines

if TYPE_CHECKING:
    from collections.abc import Coroutine


def run(scene: Coroutine[None, None, None]) -> None:
    asyncio.run(asyncio.wait_for(scene, 20))


def now() -> float:
    return asyncio.get_running_loop().time()


async def sleeps(clock: Deadlines, patience: float, seconds: float) -> bool:
    """Whether a sleep ended before its deadline."""
    try:
        with clock.by(now() + patience) as deadline:
            await asyncio.sleep(seconds)
    except TimeoutError:
        assert deadline.expired
        assert now() >= deadline.when
        return False
    assert not deadline.expired
    return True


def test_who_is_late_is_stopped_and_nobody_else() -> None:
    async def scene() -> None:
        clock, rng = Deadlines(), random.Random(3)
        plans = [(rng.choice((0.01, 0.03, 30.0)), rng.choice((0.0, 0.0, 60.0))) for _ in range(300)]
        plans = [(patience, 0.0 if patience > 1 else seconds) for patience, seconds in plans]
        ended = await asyncio.gather(*(sleeps(clock, *plan) for plan in plans))
        assert ended == [seconds == 0.0 for _, seconds in plans]
        assert False in ended

    run(scene())


def test_a_later_deadline_does_not_hide_an_earlier_one() -> None:
    async def scene() -> None:
        clock = Deadlines()
        long = asyncio.create_task(sleeps(clock, 60.0, 0.05))
        await asyncio.sleep(0)
        assert not await sleeps(clock, 0.01, 60.0)
        assert await long

    run(scene())


def test_a_deadline_can_be_moved_both_ways() -> None:
    async def scene() -> None:
        clock = Deadlines()
        with clock.by(now() + 0.01) as deadline:
            deadline.move(now() + 60.0)
            await asyncio.sleep(0.05)
        with suppress(TimeoutError), clock.by(now() + 60.0) as deadline:
            deadline.move(now() + 0.01)
            await asyncio.sleep(60.0)
            pytest.fail("it was not stopped")
        assert deadline.expired
        with clock.by(float("inf")):
            await asyncio.sleep(0.01)

    run(scene())


def test_of_two_around_each_other_each_stops_its_own_block() -> None:
    async def scene() -> None:
        clock = Deadlines()
        inner_ended = False
        with suppress(TimeoutError), clock.by(now() + 0.03) as outer:
            assert not await sleeps(clock, 0.01, 60.0)
            inner_ended = True
            await asyncio.sleep(60.0)
            pytest.fail("it was not stopped")
        assert inner_ended
        assert outer.expired

    run(scene())


def test_a_cancellation_from_elsewhere_stays_one() -> None:
    async def scene() -> None:
        clock = Deadlines()
        task = asyncio.create_task(sleeps(clock, 60.0, 60.0))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        # Also when both come at once.
        task = asyncio.create_task(sleeps(clock, 0.0, 60.0))
        await asyncio.sleep(0)
        while clock._open:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(scene())


def test_what_is_raised_inside_comes_out_as_it_is() -> None:
    async def scene() -> None:
        clock = Deadlines()
        with pytest.raises(ValueError, match="mine"), clock.by(now() + 60.0):
            raise ValueError("mine")
        assert not clock._open

    run(scene())


def test_many_requests_set_few_timers(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        loop = asyncio.get_running_loop()
        timers = 0
        call_at = loop.call_at

        def counted(when: float, *args: object, **options: object) -> asyncio.TimerHandle:
            nonlocal timers
            timers += 1
            return call_at(when, *args, **options)  # type: ignore[arg-type]  # passed on as it came

        monkeypatch.setattr(loop, "call_at", counted)
        clock = Deadlines()

        async def work() -> None:
            for _ in range(50):
                with clock.by(now() + 10.0) as deadline:
                    deadline.move(now() + 5.0)
                    deadline.move(now() + 15.0)
                    await asyncio.sleep(0)

        await asyncio.gather(*(work() for _ in range(20)))
        assert timers < 10

    run(scene())
