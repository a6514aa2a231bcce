"""Deadlines for many coroutines at once, on a single timer of the event loop.

A run waits for some hundred answers at a time and for tens of thousands in all, each with two deadlines of which
hardly one is ever reached. ``asyncio.timeout`` sets and cancels a timer for each; here a timer stands for the first of
them alone, and who leaves in time costs next to nothing.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


class Deadline:
    """A block of a coroutine that must end by ``when``, in seconds of the loop's clock.

    As with ``asyncio.timeout``: what is in the block is cancelled then, and ``TimeoutError`` comes out of it;
    a cancellation from elsewhere stays one.
    """

    __slots__ = ("_cancelling", "_clock", "_task", "expired", "when")

    def __init__(self, clock: Deadlines, when: float) -> None:
        self._clock = clock
        self.when = when
        self.expired = False
        """it was reached"""

    def __enter__(self) -> Deadline:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline is a task's")
        self._task = task
        self._cancelling = task.cancelling()
        self._clock.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clock.drop(self)
        # Somebody else may have cancelled the task too, and must be obeyed.
        if self.expired and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def move(self, when: float) -> None:
        """Have it end at another time; too late once it has been reached."""
        self.when = when
        if not self.expired:
            self._clock.add(self)

    def cancel(self) -> None:
        """End the block: its time is over."""
        self.expired = True
        self._task.cancel()


class Deadlines:
    """The deadlines that are open, and the timer for the first of them. Of one event loop."""

    def __init__(self) -> None:
        self._open: set[Deadline] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._rings = math.inf

    def by(self, when: float) -> Deadline:
        """A context manager for a block that must end at ``when``, in seconds of the loop's clock."""
        return Deadline(self, when)

    def add(self, deadline: Deadline) -> None:
        """Watch a deadline, which may have moved."""
        self._open.add(deadline)
        # The timer rings too early for those that moved or were left, and then looks for the next one.
        if deadline.when < self._rings:
            self._set(deadline.when)

    def drop(self, deadline: Deadline) -> None:
        """Watch it no more."""
        self._open.discard(deadline)

    def _set(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings = when
        self._timer = asyncio.get_running_loop().call_at(when, self._ring)

    def _ring(self) -> None:
        now = asyncio.get_running_loop().time()
        self._timer, self._rings = None, math.inf
        reached = [deadline for deadline in self._open if deadline.when <= now]
        self._open.difference_update(reached)
        for deadline in reached:
            deadline.cancel()
        first = min((deadline.when for deadline in self._open), default=math.inf)
        if first < math.inf:
            self._set(first)
