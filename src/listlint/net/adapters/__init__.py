"""Hosts with a better question to ask than "is this page there": which links an API answers for.

:func:`plan` sorts the URLs of a run. An adapter's name (``github``, ``doi``, ``arxiv``, ``openreview``, ``youtube``,
``pypi``, ``npm``, ``hub``) is the key of its API's origin in ``Settings.origins``; ``openreview-older`` and
``youtube-pictures`` are the second origins of two of them, and ``github@git.example.org`` makes the adapter
answer for another host that runs the same software.
"""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from listlint.model.links import LinkOutcome, Reason, Verdict
from listlint.net.adapters import arxiv, doi, github, openreview, packages, youtube
from listlint.net.adapters.core import Context, host_of
from listlint.text.urls import bare_host, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from listlint.net.adapters.core import Add, Plain, Service, Services
    from listlint.net.messages import Task
    from listlint.net.settings import Settings

_SECOND = {"openreview": "openreview-older", "youtube": "youtube-pictures"}
"""The names of second origins."""
_GITHUB_API = "https://api.github.com"
_SINGLES: dict[str, Callable[[Context, str, str, str], Task | None]] = {
    "doi": lambda context, place, origin, _: doi.question(context, place, origin),
    "openreview": openreview.question,
    "youtube": youtube.question,
    "pypi": lambda context, place, origin, _: packages.python_package(context, place, origin),
    "npm": lambda context, place, origin, _: packages.npm_package(context, place, origin),
    "hub": lambda context, place, origin, _: packages.hub_repository(context, place, origin),
}
"""Those that ask about one link at a time."""


class Plan(NamedTuple):
    """How the URLs of a run are checked.

    Each URL is in exactly one of the three: some task's, in ``rest`` (asked for plainly by the caller), or in
    ``outcomes`` (known without a request).
    """

    tasks: list[Task]
    rest: list[str]
    outcomes: list[LinkOutcome]


class _Origins(NamedTuple):
    api: str
    first: str
    second: str


def plan(
    urls: Iterable[str],
    settings: Settings,
    table: Services,
    *,
    plain: Plain,
    add: Add,
    moved: Callable[[str], str | None] | None = None,
    anchored: Iterable[str] = (),
    stale_after: float | None = None,
) -> Plan:
    """Sort distinct URLs (without fragments) by who is asked about them.

    ``plain(place, urls)`` makes the task that asks for ``place`` itself on behalf of ``urls`` and whose outcome
    has the URL ``place``; ``add`` gives further tasks to the scheduler that runs these. ``moved`` is the new URL
    of what a superseded host had; it is checked there, and told of the old one. ``anchored`` are URLs whose anchors are
    looked for, so that the page is asked for besides the API; ``stale_after`` are the seconds without a push after
    which a repository is stale (None: never).
    """
    names = _places(urls, moved)
    context = Context(
        settings,
        plain,
        {place: tuple(found) for place, found in names.items() if found != [place]},
        add=add,
        anchored=frozenset(anchored),
        stale_after=stale_after,
    )
    return _Planner(context, table).plan(names)


def tokens(environ: Mapping[str, str]) -> dict[str, str]:
    """The tokens that the environment holds, by the origin they are for.

    ``GITHUB_TOKEN`` is for the API that ``GITHUB_API_URL`` names (a runner of GitHub sets both), else for that of
    github.com. Neither the configuration nor a table has a say in it: they are part of what is checked, and a
    pull request that changes them must not lead the token elsewhere.
    """
    token = environ.get("GITHUB_TOKEN", "").strip()
    parts = split(environ.get("GITHUB_API_URL", "").strip() or _GITHUB_API)
    if not token or not parts.is_web:
        return {}
    return {f"{parts.scheme}://{parts.host}{':' + parts.port if parts.port else ''}": token}


def _places(urls: Iterable[str], moved: Callable[[str], str | None] | None) -> dict[str, list[str]]:
    """The places to ask for, each with the URLs that lead to it."""
    found: dict[str, list[str]] = {}
    for url in dict.fromkeys(urls):
        new = moved(url) if moved else None
        place = new.partition("#")[0] if new and split(new).is_web else url
        found.setdefault(place, []).append(url)
    return found


def told_to_token(
    urls: Iterable[str], settings: Settings, table: Services, moved: Callable[[str], str | None] | None = None
) -> frozenset[str]:
    """The URLs of which an API tells what their pages do not, and only to a token that ``settings`` have."""
    if not settings.tokens:
        return frozenset()
    service_of = _services(settings, table)
    found: list[str] = []
    for place, names in _places(urls, moved).items():
        service = service_of(place)
        if service is not None and service.api == "github" and _has_token(settings, service, place):
            found += names
    return frozenset(found)


def _has_token(settings: Settings, service: _Origins, place: str) -> bool:
    """Tell whether GitHub's API can be asked about a place."""
    return settings.token_for(github.endpoint(service.first)) is not None and github.repository(place) is not None


def _services(settings: Settings, table: Services) -> Callable[[str], _Origins | None]:
    """Which API answers for a place, and where; an empty origin is the link's own host."""
    origins = settings.origins

    @cache
    def of_host(own: str) -> _Origins | None:
        for name, origin in origins.items():
            api, at, of = name.partition("@")
            if at and bare_host(of.lower()) == own:
                return _Origins(api, origin, "")
        row: Service | None = table.service(own)
        if row is None:
            return None
        second = origins.get(_SECOND.get(row.api, ""), row.second)
        return _Origins(row.api, origins.get(row.api, row.origin), second)

    return lambda place: of_host(bare_host(host_of(place)))


class _Planner:
    def __init__(self, context: Context, table: Services) -> None:
        self._context = context
        self._walled = cache(table.walled)  # a list names few hosts many times
        self._service = _services(context.settings, table)
        self._batches: dict[_Origins, list[str]] = {}

    def plan(self, names: Mapping[str, list[str]]) -> Plan:
        """Sort the places."""
        result = Plan([], [], [])
        for place, urls in names.items():
            parts = split(place)
            wall = self._walled(bare_host(parts.host))
            if wall is not None:
                result.outcomes.extend(self._context.spread(_walled(place, wall)))
                continue
            service = self._service(place)
            task = self._single(place, service) if service else None
            if task is not None:
                result.tasks.append(task)
            elif service is not None and self._batched(place, service, result.outcomes):
                continue
            elif urls == [place]:
                result.rest.append(place)
            else:
                result.tasks.append(self._context.plainly(place))
        result.tasks.extend(self._batch_tasks())
        return result

    def _single(self, place: str, service: _Origins) -> Task | None:
        """The task for a place that is asked about alone; None if it names nothing that its API knows."""
        ask = _SINGLES.get(service.api)
        return ask(self._context, place, service.first, service.second) if ask else None

    def _batched(self, place: str, service: _Origins, outcomes: list[LinkOutcome]) -> bool:
        """Put a place into a batch, or judge it at once; False if its API has nothing to say of it."""
        match service.api:
            case "github":
                if not _has_token(self._context.settings, service, place):
                    return False
            case "arxiv":
                paper = arxiv.paper(place)
                if paper is None:
                    return False
                wrong = arxiv.impossible(paper)
                if wrong is not None:
                    outcomes.extend(self._context.spread(_impossible(place, wrong)))
                    return True
            case _:
                return False
        self._batches.setdefault(service, []).append(place)
        return True

    def _batch_tasks(self) -> Iterable[Task]:
        for service, places in self._batches.items():
            if service.api == "arxiv":
                yield from arxiv.tasks(self._context, places, service.first)
                continue
            token = self._context.settings.token_for(github.endpoint(service.first))
            assert token is not None
            yield from github.tasks(self._context, places, service.first, token)


def _walled(place: str, wall: str) -> LinkOutcome:
    return LinkOutcome(url=place, verdict=Verdict.UNKNOWN, reason=Reason.WALLED, detail=wall, checked=time.time())


def _impossible(place: str, why: str) -> LinkOutcome:
    return LinkOutcome(url=place, verdict=Verdict.DEAD, reason=Reason.GONE, detail=why, checked=time.time())
