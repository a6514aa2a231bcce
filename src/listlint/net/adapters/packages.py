"""Package registries and model hubs: their JSON APIs tell what pages behind a wall do not.

``GET /pypi/NAME/json`` on a Python package index, ``GET /NAME`` on an npm registry and ``GET /api/models/OWNER/NAME``
(``datasets``, ``spaces``) on a model hub answer JSON, or 404. The hub redirects (307) what was renamed, and answers a
stranger 401 with "Invalid username or password." for what is not there or private, as its own client has it.
No registry is named here: an API is where the settings say, or where a link's own host has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from listlint.model.links import Flag, Reason
from listlint.model.patterns import lazy
from listlint.net import judge
from listlint.net.adapters.core import Context, Single, get, is_json, json_of, redirect_of
from listlint.text.identity import identity
from listlint.text.urls import split

if TYPE_CHECKING:
    from listlint.net.messages import Answer, Request, Step
    from listlint.text.urls import Url

_MAX_HOPS = 3
_PYTHON = lazy(r"/(?:project|p|pypi)/([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:/(\d[A-Za-z0-9.!+]*))?/?")
"""Names as of PEP 508, versions as of PEP 440."""
_RUNS = lazy(r"[-_.]+")
_NPM = lazy(r"/package/((?:@[a-z0-9~-][a-z0-9._~-]*/)?[A-Za-z0-9~-][A-Za-z0-9._~-]*)(?:/v/(\d[A-Za-z0-9.+-]*))?/?")
_HUB_API = lazy(r"/api/(models|datasets|spaces)/([\w.-]+/[\w.-]+)")
_NO_SUCH = "Invalid username or password."


def own_origin(parts: Url, prefix: str = "") -> str:
    """The origin of a link's host, or of its subdomain ``prefix``; https, but for hosts with a port of their own."""
    host = f"{prefix}.{parts.bare_host}" if prefix else parts.host
    return f"{parts.scheme}://{host}:{parts.port}" if parts.port else f"https://{host}"


def python_package(context: Context, place: str, origin: str) -> Entry | None:
    """The question about a package of a Python index; None for other pages."""
    parts = split(place)
    match = _PYTHON.fullmatch(unquote(parts.path))
    if match is None:
        return None
    name = _RUNS.sub("-", match[1]).lower()
    version = f"/{quote(match[2], safe='')}" if match[2] else ""
    base = (origin or own_origin(parts)).rstrip("/")
    return Entry(context, place, _head_of(f"{base}/pypi/{name}{version}/json"), "no such package")


def npm_package(context: Context, place: str, origin: str) -> Entry | None:
    """The question about a package of an npm registry; None for other pages."""
    parts = split(place)
    match = _NPM.fullmatch(unquote(parts.path))
    if match is None:
        return None
    version = f"/{quote(match[2], safe='')}" if match[2] else ""
    base = (origin or own_origin(parts, "registry")).rstrip("/")
    return Entry(context, place, _head_of(f"{base}/{quote(match[1], safe='@')}{version}"), "no such package")


def hub_repository(context: Context, place: str, origin: str) -> Hub | None:
    """The question about a model, dataset or space; None for other pages."""
    known = identity(place) or ""
    scheme, _, name = known.partition(":")
    if scheme != "huggingface":
        return None
    kind, slash, rest = name.partition("/")
    path = f"{kind}/{rest}" if kind in {"datasets", "spaces"} and "/" in rest and slash else f"models/{name}"
    base = (origin or own_origin(split(place))).rstrip("/")
    return Hub(context, place, get(f"{base}/api/{path}"), "no such public repository")


def _head_of(url: str) -> Request:
    """A GET of which the headers say all: these documents have up to many megabytes."""
    return get(url, limit=0)


class Entry(Single):
    """One entry of a registry: it is there (200, JSON) or it is not (404, twice)."""

    def __init__(self, context: Context, place: str, request: Request, missing: str) -> None:
        super().__init__(context, place, request)
        self._first = request
        self._missing = missing
        self._hops = 0

    def _read(self, answer: Answer) -> Step:
        if answer.status in judge.REDIRECTS:
            return self._redirected(answer)
        if answer.status == 200:
            return self._found(answer)
        if answer.status in {404, 410}:
            return self._absent(answer)
        return self._odd(answer)

    def _redirected(self, answer: Answer) -> Step:
        """Names have one spelling, and the others lead to it; never to another origin."""
        target = redirect_of(answer)
        if target is None or self._hops >= _MAX_HOPS:
            return self._odd(answer)
        self._hops += 1
        return self._next(get(target, self._request.body_limit))

    def _found(self, answer: Answer) -> Step:
        return self._alive(answer) if is_json(answer) else self._odd(answer)

    def _absent(self, answer: Answer) -> Step:
        self._request = self._first
        self._hops = 0
        return self._gone_twice(answer, self._missing)


class Hub(Entry):
    """One repository of a model hub."""

    def _read(self, answer: Answer) -> Step:
        if answer.status != 401:
            return super()._read(answer)
        code = answer.header("x-error-code")
        if code == "GatedRepo":
            return self._alive(answer, Flag.AUTH_REQUIRED, reason=Reason.AUTH_REQUIRED, detail="gated")
        body = json_of(answer) or {}
        if code == "RepoNotFound" or body.get("error") == _NO_SUCH:
            return self._absent(answer)
        return self._odd(answer)

    def _found(self, answer: Answer) -> Step:
        body = json_of(answer)
        if body is None or not isinstance(body.get("id"), str):
            return self._odd(answer)
        if body.get("disabled") is True:
            return self._alive(answer, Flag.SUSPECT, detail="disabled by the hub")
        asked = _HUB_API.search(split(self._first.url).path)
        now = _HUB_API.search(split(self._request.url).path)
        if asked is None or now is None or asked[2].lower() == now[2].lower():
            return self._alive(answer)
        kind = "" if now[1] == "models" else f"{now[1]}/"
        parts = split(self._place)
        return self._alive(answer, Flag.RENAMED, final_url=f"{self._place[: parts.path_start]}/{kind}{now[2]}")
