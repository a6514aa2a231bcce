"""From distinct URLs to outcomes: history, adapters, chains and the scheduler, tied together."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from listlint.model.links import LinkOutcome, Reason, Verdict
from listlint.net import adapters, archive
from listlint.net.chain import Chain
from listlint.net.chain import Tables as ChainTables
from listlint.net.client import Client
from listlint.net.hosts_memory import HostMemory, registrable, slot
from listlint.net.scheduler import Scheduler
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from listlint.net.adapters import Plan
    from listlint.net.adapters.core import Services
    from listlint.net.client import Resolver
    from listlint.net.guard import Guard
    from listlint.net.history import History
    from listlint.net.messages import Task
    from listlint.net.scheduler import HostStatistics, State
    from listlint.net.settings import Settings

BATCH = 100
"""Outcomes that go into the history in one transaction."""
_NO_FRAGMENTS: frozenset[str] = frozenset()
_FEW_DOMAINS = 3
"""Registrable domains of which all must fail before the network itself is held to be gone."""
_EARLY = 30
"""So many failing domains, and no answer from any, end a run at once."""
_NO_CONTACT = frozenset({Reason.DNS, Reason.DNS_TEMPORARY, Reason.CONNECT, Reason.TIMEOUT, Reason.HOST_DOWN})
_STATE_EVERY = 0.1
"""Seconds between two reports of progress."""


class NetworkUnavailableError(Exception):
    """None of several domains could be reached: nothing can be said of any link."""


class Checked(Struct):
    """What a run found. ``hosts`` are the hosts that were asked."""

    outcomes: dict[str, LinkOutcome] = field(default_factory=dict)
    hosts: dict[str, HostStatistics] = field(default_factory=dict)
    interrupted: bool = False
    """it was stopped; only what was finished is here"""

    def __repr__(self) -> str:
        # asyncio shows the result of a task to itself when it gives the signal handler back.
        return f"<{len(self.outcomes)} outcomes of {len(self.hosts)} hosts>"


class Job(Struct, kw_only=True):
    """What a run is to do. ``targets`` are URLs without fragment, with the fragments that links name."""

    targets: Mapping[str, frozenset[str]]
    settings: Settings
    services: Services
    history: History | None = None
    max_age: float = 0.0
    """seconds for which an earlier success is reused"""
    moved: Callable[[str], str | None] | None = None
    stale_after: float | None = None
    archived: bool = False
    """look for copies of dead links in the web archive"""
    on_state: Callable[[State], None] | None = None
    tables: ChainTables | None = None
    skips: Callable[[str], bool] | None = None
    """tells of a redirect's target whether it must not be asked for"""
    guard: Guard | None = None
    resolver: Resolver | None = None


class Checker:
    """One run."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.memory = HostMemory()
        self.found = Checked()
        self._pending: list[LinkOutcome] = []
        self._answered = False
        self._failed: set[str] = set()
        self._main: asyncio.Task[Checked] | None = None
        self._unavailable = False

    async def run(self) -> Checked:
        """Ask for everything that has to be asked for.

        Cancelled, it returns what is known by then.

        Raises:
            NetworkUnavailableError: at least three domains were tried, and none could be reached. Nothing is
                written to the history then.
        """
        job = self.job
        urls = list(job.targets)
        reused = self._reused(urls)
        self.found.outcomes.update(reused)
        async with Client(job.settings, job.guard, job.resolver) as client:
            scheduler = Scheduler(job.settings, client, on_done=self._done)
            plan = self.plan([url for url in urls if url not in reused], scheduler.add)
            self._done(tuple(plan.outcomes))
            tasks = [*plan.tasks, *(self._chain(url, (url,)) for url in plan.rest)]
            reporter = asyncio.create_task(self._report(scheduler)) if job.on_state else None
            running = asyncio.create_task(scheduler.run(tasks))
            try:
                await self._wait(running)
                if job.archived and not self._unavailable:
                    await self._look_for_copies(client)
            except asyncio.CancelledError:
                self.found.interrupted = True
            finally:
                await _end(running)
                if reporter is not None:
                    await _end(reporter)
                self.found.hosts = dict(scheduler.statistics())
        return self._finish()

    def plan(self, urls: Sequence[str], add: Callable[[Iterable[Task]], None]) -> Plan:
        """Who is asked about which URL."""
        job = self.job
        anchored = [url for url in urls if job.settings.fragments and job.targets[url]]
        return adapters.plan(
            urls,
            job.settings,
            job.services,
            plain=self._chain,
            add=add,
            moved=job.moved,
            anchored=anchored,
            stale_after=job.stale_after,
        )

    def dry_run(self) -> Mapping[str, int]:
        """How many links would be asked for, by the host that would be asked."""
        reused = self._reused(list(self.job.targets))
        plan = self.plan([url for url in self.job.targets if url not in reused], lambda _: None)
        counts: Counter[str] = Counter()
        for task in plan.tasks:
            counts[task.host] += task.size
        counts.update(slot(url) for url in plan.rest)
        return counts

    # -- parts ------------------------------------------------------------------------------------

    def _reused(self, urls: Sequence[str]) -> Mapping[str, LinkOutcome]:
        job = self.job
        if job.history is None:
            return {}
        settings = job.settings
        wanted = job.targets if settings.fragments else None
        return job.history.reusable(
            urls, job.max_age, fragments=wanted, soft_404=settings.soft_404, token=self._told_to_token
        )

    @cached_property
    def _told_to_token(self) -> frozenset[str]:
        return adapters.told_to_token(self.job.targets, self.job.settings, self.job.services, self.job.moved)

    def _chain(self, place: str, urls: Iterable[str]) -> Task:
        fragments = _NO_FRAGMENTS
        if self.job.settings.fragments:
            fragments = fragments.union(*(self.job.targets.get(url, frozenset()) for url in urls))
        return Chain(place, fragments, self.job.settings, self.memory, tables=self.job.tables, skips=self.job.skips)

    async def _wait(self, running: asyncio.Task[None]) -> None:
        while not running.done():
            await asyncio.wait([running], timeout=0.25)
            if self._unavailable:
                return
        await running

    async def _look_for_copies(self, client: Client) -> None:
        if self._answered:
            self._store()  # before, so that links that silence has killed are looked up too
        dead = [outcome for outcome in self.found.outcomes.values() if outcome.verdict is Verdict.DEAD]
        hosts = {**self.job.settings.hosts, "web.archive.org": archive.LIMITS}
        settings = replace(self.job.settings, hosts=hosts)
        found: list[LinkOutcome] = []
        await Scheduler(settings, client, on_done=found.extend).run([archive.Copy(each, settings) for each in dead])
        self.found.outcomes.update((outcome.url, outcome) for outcome in found)

    async def _report(self, scheduler: Scheduler) -> None:
        assert self.job.on_state is not None
        while True:
            self.job.on_state(scheduler.state())
            await asyncio.sleep(_STATE_EVERY)

    def _done(self, outcomes: tuple[LinkOutcome, ...]) -> None:
        for outcome in outcomes:
            self.found.outcomes[outcome.url] = outcome
            self._pending.append(outcome)
            if outcome.requests and (outcome.status is not None or outcome.reason not in _NO_CONTACT):
                self._answered = True
            elif outcome.reason in _NO_CONTACT:
                self._failed.add(registrable(split(outcome.url).host))
        if self._answered and len(self._pending) >= BATCH:
            self._store()
        self._unavailable = not self._answered and len(self._failed) >= _EARLY

    def _finish(self) -> Checked:
        if not self._answered and len(self._failed) >= _FEW_DOMAINS and not self.found.interrupted:
            raise NetworkUnavailableError(f"none of {len(self._failed)} domains could be reached")
        if not (self.found.interrupted and not self._answered):
            self._store()
        return self.found

    def _store(self) -> None:
        pending, self._pending = self._pending, []
        if self.job.history is None or not pending:
            return
        settings = self.job.settings
        fragments = self.job.targets if settings.fragments else None
        for outcome in self.job.history.record(
            pending, fragments=fragments, soft_404=settings.soft_404, token=self._told_to_token
        ):
            self.found.outcomes[outcome.url] = outcome


def not_asked(urls: Iterable[str], history: History | None) -> dict[str, LinkOutcome]:
    """What is known without asking anybody: the history's last outcomes, however old."""
    wanted = list(urls)
    known = history.last(wanted) if history is not None else {}
    silent = {
        url: LinkOutcome(url=url, verdict=Verdict.UNKNOWN, reason=Reason.NOT_ASKED, detail="offline")
        for url in wanted
        if url not in known
    }
    return {**known, **silent}


async def _end(task: asyncio.Task[None]) -> None:
    if not task.done():
        task.cancel()
    with suppress(asyncio.CancelledError):
        await task
