"""One run of the link checker, from documents to what is known of their links."""

from __future__ import annotations

import gc
import os
import time
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from listlint.facts.links import Filter, Target, new_since, targets
from listlint.model.errors import ListlintError
from listlint.model.links import LinkStatus
from listlint.model.source import Source
from listlint.packs.hosts import HostTable
from listlint.packs.links import LinkTable
from listlint.packs.loader import Tables as TableFolder
from listlint.parse.markdown import parse
from listlint.report.verdicts import Place, Seen
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from listlint.config.schema import Links
    from listlint.model.links import LinkOutcome
    from listlint.model.nodes import Document
    from listlint.net.checker import Job
    from listlint.net.guard import Guard
    from listlint.net.history import History
    from listlint.net.settings import HostLimits, Settings

DAY = 86_400.0
_CYCLES = 10_000
"""Objects that are made until the newest are searched for cycles."""


class LinkMode(Struct, frozen=True, kw_only=True):
    """What the command line says of links; None and empty leave it to the configuration."""

    since: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    accept: tuple[int, ...] = ()
    fragments: bool | None = None
    soft_404: bool | None = None
    allow_private: bool | None = None
    max_age: float | None = None
    """days"""
    store: bool = True
    offline: bool = False
    archived: bool = False
    """look for copies of dead links in the web archive"""
    on_state: Callable[[Any], None] | None = None


class LinkRun(Struct, kw_only=True):
    """What a run found: by URL for the rules, and with their places for the reports."""

    status: LinkStatus
    seen: tuple[Seen, ...] = ()
    notices: list[str] = field(default_factory=list)
    interrupted: bool = False
    hosts: dict[str, object] = field(default_factory=dict)
    """what each host was asked, for those who want to see that it was polite"""


class Liveness:
    """The links of some documents, and how to ask for them.

    ``root`` is the folder that the history's path is relative to; ``paths`` leads from shown paths to files.

    Raises:
        ListlintError: a pattern is malformed, or there is no base to compare with.
    """

    def __init__(
        self, mode: LinkMode, config: Links, root: Path, documents: Sequence[Document], paths: Mapping[str, Path]
    ) -> None:
        self.mode = mode
        self.config = config
        self.root = root
        self.wanted = wanted = Filter((*config.include, *mode.include), (*config.exclude, *mode.exclude))
        self.targets = targets(documents, wanted)
        if mode.since is not None:
            is_new = new_since(mode.since, documents, paths, lambda raw, path: parse(Source.from_bytes(raw, path)))
            self.targets = {url: target for url, target in self.targets.items() if is_new(url)}
        tables = TableFolder()
        self.table = tables.get("links", LinkTable)
        self.hosts = tables.get("hosts", HostTable)

    def check(self) -> LinkRun:
        """Ask for every link.

        Raises:
            ListlintError: the network is not there, or a setting makes no sense.
        """
        if not self.targets:
            return LinkRun(status=LinkStatus(outcomes={}, strict=self.mode.since is not None))
        history = self._history(store=not self.mode.offline)
        try:
            return self._check(history)
        finally:
            if history is not None:
                history.close()

    def dry_run(self) -> Mapping[str, int]:
        """How many links each host would be asked for."""
        from listlint.net.checker import Checker

        history = self._history(store=False)
        try:
            return Checker(self._job(history)).dry_run()
        finally:
            if history is not None:
                history.close()

    def _check(self, history: History | None) -> LinkRun:
        import asyncio

        from listlint.net.checker import Checked, Checker, NetworkUnavailableError, not_asked

        if self.mode.offline:
            found = Checked(outcomes=not_asked(self.targets, history))
        else:
            try:
                with _tidy():
                    found = asyncio.run(Checker(self._job(history)).run())
            except OSError as error:
                raise ListlintError(
                    f"the trusted certificates cannot be read: {error.strerror or error}",
                    path=self.config.roots,
                    code="unreadable",
                ) from error
            except NetworkUnavailableError as error:
                raise ListlintError(
                    f"network unavailable: {error}", code="network-unavailable", hint="nothing was written down"
                ) from error
        outcomes = found.outcomes
        seen = tuple(_seen(target, outcomes[url]) for url, target in self.targets.items() if url in outcomes)
        return LinkRun(
            status=LinkStatus(outcomes=outcomes, strict=self.mode.since is not None),
            seen=seen,
            notices=list(history.notices) if history is not None else [],
            interrupted=found.interrupted,
            hosts=dict(found.hosts),
        )

    def _history(self, *, store: bool = True) -> History | None:
        from listlint.net.history import History

        if not self.config.store:
            return None
        return History.open(self.root / self.config.store, now=time.time(), store=store and self.mode.store)

    def _job(self, history: History | None) -> Job:
        from listlint.net.chain import Tables
        from listlint.net.checker import Job
        from listlint.net.pages import Parking

        settings = self._settings()
        # New links come from strangers, and so may the history beside them: it is not believed there.
        usual = 0.0 if self.mode.since is not None else self.config.max_age
        days = usual if self.mode.max_age is None else self.mode.max_age
        none: frozenset[str] = frozenset()  # one for all, since most links have no fragment
        return Job(
            targets={url: frozenset(target.fragments) or none for url, target in self.targets.items()},
            settings=settings,
            guard=self._guard(settings),
            services=self.table,
            history=history,
            max_age=days * DAY,
            moved=self._moved,
            stale_after=self.config.stale_after * DAY,
            archived=self.mode.archived,
            skips=self.wanted.excludes,
            on_state=self.mode.on_state,
            tables=Tables(
                walled=lru_cache(maxsize=4096)(self.table.walled),
                parking=Parking(
                    hosts=self.table.parked_hosts, marks=self.table.parked_marks, headers=self.table.parked_headers
                ),
            ),
        )

    def _guard(self, settings: Settings) -> Guard:
        from listlint.net.guard import Guard

        try:
            return Guard(settings.allow_private, settings.ports, settings.allow)
        except ValueError as error:
            raise ListlintError(
                f"[links] allow: {error}", code="invalid-value", hint="such as 10.1.0.0/16 or fd12::/16"
            ) from error

    def _settings(self) -> Settings:
        from listlint.net.adapters import tokens
        from listlint.net.settings import HostLimits, Settings

        config, mode = self.config, self.mode
        own = {
            host: HostLimits(connections=limit.connections, rate=limit.rate, burst=limit.burst)
            for host, limit in config.hosts.items()
        }
        try:
            return Settings(
                connect_timeout=config.connect_timeout,
                first_byte=config.first_byte,
                link_timeout=config.link_timeout,
                in_flight=config.in_flight,
                connections=config.connections,
                rate=config.rate,
                burst=config.burst,
                backoff=config.backoff,
                confirm_delay=config.confirm_delay,
                ports=config.ports,
                allow_private=config.allow_private if mode.allow_private is None else mode.allow_private,
                allow=config.allow,
                accept=frozenset((*config.accept, *mode.accept)),
                fragments=config.fragments if mode.fragments is None else mode.fragments,
                soft_404=config.soft_404 if mode.soft_404 is None else mode.soft_404,
                origins=config.origins,
                tokens=tokens(os.environ),
                hosts={**self._limits(), **own},
                proxy=config.proxy,
                extra_roots=str(self.root / config.roots) if config.roots else None,
            )
        except ValueError as error:
            raise ListlintError(f"[links]: {error}", code="invalid-value") from error

    def _limits(self) -> dict[str, HostLimits]:
        """The limits of the hosts that the table knows, of those that are linked."""
        from listlint.net.settings import HostLimits

        rows = self.table.limits_of({split(url).host for url in self.targets})
        return {
            host: HostLimits(connections=row.connections, rate=row.rate, burst=row.burst) for host, row in rows.items()
        }

    def _moved(self, url: str) -> str | None:
        move = self.hosts.moved(split(url))
        return move.url if move is not None else None


@contextmanager
def _tidy() -> Iterator[None]:
    """Collect cycles while this lasts, but not among what is there already.

    A connection that fails leaves some 8 KB of them, with the stack in which it failed, and a run may last for hours.
    The command line collects none, and the documents would take long to search.
    """
    before, enabled = gc.get_threshold(), gc.isenabled()
    gc.freeze()
    gc.set_threshold(_CYCLES, *before[1:])
    gc.enable()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not enabled:
            gc.disable()
        gc.unfreeze()


def _seen(target: Target, outcome: LinkOutcome) -> Seen:
    places = []
    for document, link in target.places:
        line, column = document.source.position(link.url_span.start)
        places.append(Place(document.path, line, column))
    return Seen(outcome, tuple(places))
