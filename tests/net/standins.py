"""Servers on the loopback that behave as the services are documented to, and misbehave when told to."""

from __future__ import annotations

import json
import re
import ssl
from collections import deque
from typing import TYPE_CHECKING, NamedTuple, Self
from xml.sax.saxutils import escape

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Mapping


class Seen(NamedTuple):
    """A request that a server got."""

    method: str
    path: str
    """with its query"""
    headers: Mapping[str, str]
    body: bytes


class Fault(NamedTuple):
    """What a server answers in place of what it should."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = {}


class Standin:
    """A server on its own port. ``faults`` are answered first, one to each request."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Seen] = []
        self.faults: deque[Fault] = deque()
        self.port = 0
        self._tls = tls

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        seen = Seen(request.method, request.raw_path, dict(request.headers), await request.read())
        self.requests.append(seen)
        if self.faults:
            fault = self.faults.popleft()
            if fault.status == 0:
                assert request.transport is not None
                request.transport.close()
                raise ConnectionResetError
            return web.Response(status=fault.status, body=fault.body, headers=fault.headers)
        return self.answer(request, seen)

    def answer(self, request: web.Request, seen: Seen) -> web.Response:
        raise NotImplementedError


def told(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(
        status=status, body=json.dumps(value).encode(), content_type="application/json", headers=headers
    )


class GitHub(Standin):
    """GraphQL of GitHub at ``/graphql`` and, as on an enterprise server, ``/api/graphql``; pages elsewhere.

    ``repositories`` are nodes by name in lower case; ``hidden`` ones are refused by an organisation's policy,
    ``pages`` are the paths that exist, ``moved`` those that redirect.
    """

    def __init__(self, token: str, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls)
        self.token = token
        self.repositories: dict[str, dict[str, object]] = {}
        self.hidden: set[str] = set()
        self.pages: set[str] = set()
        self.moved: dict[str, str] = {}

    def has(self, name: str, *, was: str | None = None, **fields: object) -> None:
        node: dict[str, object] = {
            "nameWithOwner": name,
            "isArchived": False,
            "isDisabled": False,
            "isPrivate": False,
            "pushedAt": "2025-05-01T12:00:00Z",
        }
        self.repositories[(was or name).lower()] = node | fields

    def answer(self, request: web.Request, seen: Seen) -> web.Response:
        if request.path not in {"/graphql", "/api/graphql"}:
            if request.path in self.moved:
                return web.Response(status=301, headers={"Location": self.moved[request.path]})
            return web.Response(status=200 if request.path in self.pages else 404)
        if seen.headers.get("Authorization") != f"bearer {self.token}":
            return told({"message": "Bad credentials", "documentation_url": "https://docs.github.com/graphql"}, 401)
        query = json.loads(seen.body)["query"]
        asked = re.findall(r'(r\d+): repository\(owner: "([^"]+)", name: "([^"]+)"\)', query)
        assert seen.method == "POST"
        assert 0 < len(asked) <= 100
        data: dict[str, object] = {}
        errors = []
        for alias, owner, repo in asked:
            name = f"{owner}/{repo}".lower()
            if name in self.repositories and name not in self.hidden:
                data[alias] = self.repositories[name]
                continue
            data[alias] = None
            error = {"path": [alias], "locations": [{"line": 1, "column": 9}]}
            if name in self.hidden:
                text = "Resource protected by organization SAML enforcement."
                errors.append(error | {"type": "FORBIDDEN", "message": text})
            else:
                text = f"Could not resolve to a Repository with the name '{owner}/{repo}'."
                errors.append(error | {"type": "NOT_FOUND", "message": text})
        return told({"data": data} | ({"errors": errors} if errors else {}), headers={"X-RateLimit-Remaining": "4999"})


class Handles(Standin):
    """The REST API of the handle system's proxy. ``records`` are (type, value) pairs by handle."""

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[str, list[tuple[str, object]]] = {}

    def answer(self, request: web.Request, seen: Seen) -> web.Response:
        name = request.path.removeprefix("/api/handles/")
        record = self.records.get(name.lower())
        if record is None:
            return told({"responseCode": 100, "handle": name}, 404)
        kind = request.query.get("type")
        values = [
            {"index": index, "type": type_, "data": {"format": "string", "value": value}, "ttl": 86400}
            for index, (type_, value) in enumerate(record, 1)
            if kind in {None, type_}
        ]
        if not values:
            return told({"responseCode": 200, "handle": name, "message": "Values Not Found"}, 200)
        return told({"responseCode": 1, "handle": name, "values": values})


class Paper(NamedTuple):
    version: int = 1
    comment: str = ""
    summary: str = "We present a method."


class Arxiv(Standin):
    """The export API: an Atom feed, ten papers if nothing else is asked for, missing ones left out."""

    def __init__(self) -> None:
        super().__init__()
        self.papers: dict[str, Paper] = {}

    def answer(self, request: web.Request, seen: Seen) -> web.Response:
        asked = request.query["id_list"].split(",")
        most = int(request.query.get("max_results", "10"))
        found = [name for name in asked if name in self.papers]
        entries = "".join(self._entry(name) for name in found[:most])
        return self.feed(entries, len(found))

    def feed(self, entries: str, total: int) -> web.Response:
        return web.Response(
            text='<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
            'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom">\n'
            f"<id>https://arxiv.org/api/x</id><title>arXiv Query</title><opensearch:totalResults>{total}</opensearch:totalResults>"
            f"<opensearch:startIndex>0</opensearch:startIndex>{entries}</feed>",
            content_type="application/atom+xml",
        )

    def _entry(self, name: str) -> str:
        paper = self.papers[name]
        comment = f"<arxiv:comment>{escape(paper.comment)}</arxiv:comment>" if paper.comment else ""
        return (
            f"<entry><id>http://arxiv.org/abs/{name}v{paper.version}</id><title>A title &amp; more</title>"
            f"<author><name>A. Author</name></author><summary>  {escape(paper.summary)}\n</summary>{comment}</entry>"
        )


class OpenReview(Standin):
    """One version of the API. ``private`` notes are refused to strangers."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: dict[str, dict[str, object]] = {}
        self.private: set[str] = set()

    def answer(self, request: web.Request, seen: Seen) -> web.Response:
        name = request.query["id"]
        if name in self.private:
            text = f"User Guest does not have permission to see Note {name}"
            return told({"name": "ForbiddenError", "message": text, "status": 403}, 403)
        if name not in self.notes:
            return told({"name": "NotFoundError", "message": f"The Note {name} was not found", "status": 404}, 404)
        return told({"notes": [{"id": name} | self.notes[name]], "count": 1})


class YouTube(Standin):
    """oEmbed and preview pictures. ``videos`` have a state: public, unembeddable, private; lists are videos too."""

    def __init__(self) -> None:
        super().__init__()
        self.videos: dict[str, str] = {}
        self.pictures: set[str] = set()

    def answer(self, request: web.Request, seen: Seen) -> web.Response:
        if request.path.startswith("/vi/"):
            # A missing picture comes with a placeholder.
            there = request.path.split("/")[2] in self.pictures
            return web.Response(status=200 if there else 404, body=b"\xff\xd8\xff", content_type="image/jpeg")
        assert request.path == "/oembed"
        name = re.split(r"[?&](?:v|list)=", request.query["url"])[-1]
        match self.videos.get(name):
            case "public":
                return told({"title": "A talk", "type": "video", "provider_name": "YouTube", "html": "<iframe>"})
            case "unembeddable":
                return web.Response(status=401, text="Unauthorized")
            case "private":
                return web.Response(status=403, text="Forbidden")
        return web.Response(status=404 if len(name) == 11 else 400, text="Not Found")


class Registry(Standin):
    """A Python index (``/pypi/NAME/json``), an npm registry (``/NAME``) and a model hub (``/api/models/…``) in one."""

    def __init__(self) -> None:
        super().__init__()
        self.python: dict[str, set[str]] = {}
        self.npm: dict[str, set[str]] = {}
        self.hub: dict[str, dict[str, object]] = {}
        self.renamed: dict[str, str] = {}

    def answer(self, request: web.Request, seen: Seen) -> web.Response:
        parts = request.path.strip("/").split("/")
        if parts[0] == "pypi":
            return self._python(parts)
        if parts[0] == "api":
            return self._hub(parts)
        name = "/".join(parts[:2]) if parts[0].startswith("@") else parts[0]
        version = request.path.strip("/").removeprefix(name).strip("/")
        if name not in self.npm or (version and version not in self.npm[name]):
            return told({"error": "Not found"}, 404)
        return told({"name": name, "dist-tags": {"latest": "1.0.0"}, "readme": "x" * 100_000})

    def _python(self, parts: list[str]) -> web.Response:
        name, version = parts[1], parts[2] if len(parts) == 4 else ""
        if name in self.renamed:
            return web.Response(status=301, headers={"Location": f"/pypi/{self.renamed[name]}/json"})
        if name not in self.python or (version and version not in self.python[name]):
            return told({"message": "Not Found"}, 404)
        return told({"info": {"name": name}, "releases": {}, "urls": []})

    def _hub(self, parts: list[str]) -> web.Response:
        name = "/".join(parts[1:])
        if name in self.renamed:
            return web.Response(status=307, headers={"Location": f"/api/{self.renamed[name]}"})
        if name not in self.hub:
            return told({"error": "Invalid username or password."}, 401)
        return told({"id": "/".join(parts[2:]), "private": False, "gated": False, "disabled": False} | self.hub[name])


class Pages(Standin):
    """Stands for every other site: ``/HOST/PATH`` answers 404 for what is in ``missing``."""

    def __init__(self) -> None:
        super().__init__()
        self.missing: set[str] = set()

    def answer(self, request: web.Request, seen: Seen) -> web.Response:
        return web.Response(status=404 if seen.path.lstrip("/") in self.missing else 200)
