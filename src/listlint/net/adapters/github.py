"""GitHub: one GraphQL request tells of up to a hundred repositories whether they are there, archived, renamed.

The query is ``repository(owner, name)`` under one alias each; it follows renames. A repository that nobody
may see is ``null`` in ``data`` with an error of type ``NOT_FOUND`` at its alias; any other ``null`` says
nothing (limits of the query, an organisation's policy), and the link is asked for plainly. Documented at
https://docs.github.com/graphql. Without a token the API answers nothing, and the plan leaves links to plain requests.
"""

from __future__ import annotations

import datetime
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from listlint.model.links import Flag, LinkOutcome, Reason, Verdict
from listlint.model.patterns import lazy
from listlint.net import judge
from listlint.net.adapters.core import Context, Hidden, Question, Trouble, json_of
from listlint.net.messages import Answer, Request, Signal, Step, Task
from listlint.text.identity import identity
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

BATCH = 100
"""Repositories in one request."""
_BODY = 1024 * 1024
_LINK = lazy(r"/+([A-Za-z0-9][A-Za-z0-9_-]*)/+([A-Za-z0-9._-]+?)(?:\.git)?(/.*)?")
_NAME = lazy(r"[A-Za-z0-9_-]+/[A-Za-z0-9._-]+")
_FIELDS = "fragment f on Repository { nameWithOwner isArchived isDisabled isPrivate pushedAt }"
_LIMITED = frozenset({"RATE_LIMITED", "RATE_LIMIT"})


class Repository(NamedTuple):
    """A repository as a link names it; ``below`` is the rest of the path, empty for its front page."""

    owner: str
    name: str
    below: str


class Known(NamedTuple):
    """What the API said of a repository that is there."""

    name: str
    """owner and name as they are now"""
    flags: tuple[Flag, ...]
    renamed: bool


def repository(url: str) -> Repository | None:
    """The repository that a URL on GitHub (or on a server of the same software) leads into."""
    match = _LINK.fullmatch(split(url).path)
    if match is None:
        return None
    owner, name, below = match[1], match[2], (match[3] or "").rstrip("/")
    known = identity(f"https://github.com/{owner}/{name}") or ""
    return Repository(owner, name, below) if known.startswith("github:") else None


def endpoint(origin: str) -> str:
    """Where GraphQL is answered, from the base URL of an API (``https://api.github.com``, ``…/api/v3``)."""
    base = origin.rstrip("/")
    return base if base.endswith("/graphql") else base.removesuffix("/v3") + "/graphql"


def tasks(context: Context, places: Sequence[str], origin: str, token: str) -> list[Task]:
    """The batches that ask about the repositories of ``places``; every place must have one."""
    links: dict[str, list[str]] = {}
    for place in places:
        found = repository(place)
        assert found is not None
        links.setdefault(f"{found.owner}/{found.name}".lower(), []).append(place)
    names = list(links)
    batches = [names[start : start + BATCH] for start in range(0, len(names), BATCH)]
    return [Repositories(context, {name: links[name] for name in batch}, endpoint(origin), token) for batch in batches]


class Repositories(Question):
    """One batch. ``links`` are the places by the repository's name in lower case."""

    def __init__(self, context: Context, links: Mapping[str, Sequence[str]], url: str, token: str) -> None:
        places = [place for found in links.values() for place in found]
        super().__init__(context, places, _request(url, links, token))
        self._links = dict(enumerate(links.items()))

    def _read(self, answer: Answer) -> Step:
        if answer.status == 401:
            refused = Trouble(Reason.BLOCKED, "the API refused the token", Signal.ANSWERED, final=True)
            self._context.note(self.host, refused, at_once=True)
            return self._failed(refused)
        body = json_of(answer) if answer.status == 200 else None
        if body is None:
            return self._odd(answer)
        errors = _errors(body)
        if any(error.get("type") in _LIMITED for error in errors):
            detail = "the API answered: too many requests"
            return self._retry(Trouble(Reason.RATE_LIMITED, detail, Signal.THROTTLED, judge.pause(answer, time.time())))
        data = body.get("data")
        if not isinstance(data, dict):
            # A query that took too long has no data, and an error without a type.
            return self._retry(Trouble(Reason.SERVER_ERROR, "the API had no data", Signal.ANSWERED))
        return self._judged(data, _missing(errors))

    def _judged(self, data: Mapping[str, Any], missing: frozenset[str]) -> Step:
        outcomes: list[LinkOutcome] = []
        more: list[Task] = []
        for number, (asked, places) in self._links.items():
            node = data.get(f"r{number}")
            if node is None and f"r{number}" in missing:
                detail = "no such public repository"
                outcomes += [self._outcome(place, Verdict.DEAD, Reason.GONE, detail=detail) for place in places]
                continue
            known = _known(node, asked, self._context.stale_after)
            for place in places:
                told = self._told_by(known, place)
                if told is None:
                    more.append(self._below(known, place))
                else:
                    outcomes.append(told)
        return self._done(*outcomes, more=tuple(more))

    def _told_by(self, known: Known | None, place: str) -> LinkOutcome | None:
        """The outcome of a repository's front page; None where the page itself has to be asked for."""
        found = repository(place)
        if known is None or found is None or found.below or place in self._context.anchored:
            return None
        final = _renamed(place, found, known.name) if known.renamed else None
        return self._outcome(place, Verdict.ALIVE, flags=known.flags, final_url=final)

    def _below(self, known: Known | None, place: str) -> Task:
        found = repository(place)
        if known is None or found is None or not known.flags:
            return self._plainly(place)
        new = _renamed(place, found, known.name) if known.renamed else None

        def noted(outcome: LinkOutcome) -> Iterable[LinkOutcome]:
            if outcome.verdict is not Verdict.ALIVE:
                return (outcome,)
            # A redirect to the new name is the renaming itself, and is told once.
            kept = tuple(flag for flag in outcome.flags if new is None or flag is not Flag.MOVED)
            added = tuple(flag for flag in known.flags if flag not in kept)
            final = outcome.final_url or new
            return (msgspec.structs.replace(outcome, flags=kept + added, final_url=final),)

        return self._plainly(place, noted)


def _request(url: str, names: Iterable[str], token: str) -> Request:
    parts = []
    for number, name in enumerate(names):
        owner, _, repo = name.partition("/")
        # Both hold letters, digits, dots, hyphens and underscores only, so nothing needs escaping.
        parts.append(f'r{number}: repository(owner: "{owner}", name: "{repo}") {{ ...f }}')
    query = f"query {{ {' '.join(parts)} }} {_FIELDS}"
    headers = Hidden(
        {"Authorization": f"bearer {token}", "Content-Type": "application/json", "Accept": "application/json"}
    )
    return Request(
        url=url, method="POST", headers=headers, data=msgspec.json.encode({"query": query}), body_limit=_BODY
    )


def _errors(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    errors = body.get("errors")
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []


def _missing(errors: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The aliases of which it was said that there is no such repository."""
    paths = [error.get("path") for error in errors if error.get("type") == "NOT_FOUND"]
    return frozenset(
        path[0] for path in paths if isinstance(path, list) and len(path) == 1 and isinstance(path[0], str)
    )


def _known(node: object, asked: str, stale_after: float | None) -> Known | None:
    """What a node says; None for one that is not as documented, or disabled: then its page tells more."""
    if not isinstance(node, dict) or node.get("isDisabled") is True:
        return None
    name = node.get("nameWithOwner")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return None
    renamed = name.lower() != asked
    marks = (
        (Flag.ARCHIVED, node.get("isArchived") is True),
        (Flag.RENAMED, renamed),
        (Flag.AUTH_REQUIRED, node.get("isPrivate") is True),
        (Flag.STALE, _is_stale(node.get("pushedAt"), stale_after)),
    )
    return Known(name, tuple(flag for flag, holds in marks if holds), renamed)


def _is_stale(pushed: object, after: float | None) -> bool:
    if after is None or not isinstance(pushed, str):
        return False
    try:
        then = datetime.datetime.fromisoformat(pushed)
        return time.time() - then.timestamp() > after
    except (ValueError, OverflowError, OSError):
        return False


def _renamed(place: str, found: Repository, name: str) -> str:
    parts = split(place)
    query = place[parts.query_start - 1 :] if parts.query else ""
    return f"{place[: parts.path_start]}/{name}{found.below}{query}"
