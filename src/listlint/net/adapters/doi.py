"""DOIs: the handle system knows whether one is registered, and the publisher's wall is never met.

``GET /api/handles/DOI?type=URL`` answers ``responseCode`` 1 (it leads somewhere), 2 (an error of theirs), 100
(no such handle, with HTTP 404) or 200 (it has no value of that type). An aliased DOI has an ``HS_ALIAS`` in place
of a URL and one with several places a ``10320/loc``, so 200 is confirmed by asking for all values.
Documented in the DOI Handbook, appendix "DOI REST API Request and Response Formats".
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

from listlint.model.links import Flag, Reason
from listlint.model.patterns import lazy
from listlint.net.adapters.core import Context, Single, Trouble, get, json_of
from listlint.net.messages import Answer, Signal, Step
from listlint.text.identity import identity
from listlint.text.urls import split

_DOI = lazy(r"10(?:\.\d{4,9}(?:\.\d+)*)?/[^\s\ufffd\ud800-\udfff]+")
"""With the short ones (``10/abcd``)."""
_RESOLVERS = frozenset({"doi.org", "dx.doi.org", "doi.acm.org", "doi.ieeecomputersociety.org"})
_LEADS_ON = frozenset({"URL", "10320/loc"})
_MAX_ALIASES = 2
_DELETED = "crossref.org/deleted_doi"


def question(context: Context, place: str, origin: str) -> Doi | None:
    """The question about the DOI in a URL of a resolver or of a publisher; None if it names none."""
    parts = split(place)
    if parts.bare_host in _RESOLVERS:
        name = unquote(parts.path).strip("/").removeprefix("doi:")
        return Doi(context, place, origin, name) if _DOI.fullmatch(name) else None
    known = identity(place) or ""
    return Doi(context, place, origin, known[4:], publisher=True) if known.startswith("doi:") else None


class Doi(Single):
    """One DOI.

    A publisher's page may stand under a DOI that was never registered, or under a part of its URL that
    only looks like one; so what is not registered is asked for plainly there.
    """

    def __init__(self, context: Context, place: str, origin: str, name: str, *, publisher: bool = False) -> None:
        self._base = origin.rstrip("/") + "/api/handles/"
        self._publisher = publisher
        self._name = name
        self._aliases = 0
        self._all = False
        super().__init__(context, place, get(self._url() + "?type=URL"))

    def _url(self) -> str:
        return self._base + quote(self._name, safe="/()-._:;,~")

    def _read(self, answer: Answer) -> Step:
        body = json_of(answer) if answer.status in {200, 404} else None
        code = body.get("responseCode") if body else None
        if body is None or type(code) is not int:
            return self._odd(answer)
        if code == 1:
            return self._leads(answer, body.get("values"))
        if code == 100 or (code == 200 and self._all):
            return self._unregistered(answer, "is not registered" if code == 100 else "leads nowhere")
        if code == 200:
            self._all = True
            return self._next(get(self._url()))
        if code == 2:
            return self._retry(Trouble(Reason.SERVER_ERROR, "the API answered with its own error", Signal.ANSWERED))
        return self._odd(answer)

    def _unregistered(self, answer: Answer, what: str) -> Step:
        if self._publisher:
            return self._done(more=(self._plainly(self._place),))
        return self._dead(answer, f"the DOI {what}")

    def _leads(self, answer: Answer, values: object) -> Step:
        found = _values(values)
        if not self._all and not found:
            return self._odd(answer)
        places = [value for kind, value in found if kind == "URL"]
        if any(_DELETED in value.lower() for value in places if isinstance(value, str)):
            return self._alive(answer, Flag.SUSPECT, detail="the DOI was deleted by its owner")
        if any(kind in _LEADS_ON for kind, _ in found):
            return self._alive(answer)
        alias = next((value for kind, value in found if kind == "HS_ALIAS"), None)
        if isinstance(alias, str) and _DOI.fullmatch(alias) and self._aliases < _MAX_ALIASES:
            self._aliases += 1
            self._name = alias
            self._all = False
            return self._next(get(self._url() + "?type=URL"))
        if alias is not None:
            return self._odd(answer)
        return self._unregistered(answer, "leads nowhere")


def _values(values: object) -> list[tuple[str, Any]]:
    """The (type, value) pairs of a handle record."""
    found = []
    for value in values if isinstance(values, list) else ():
        kind = value.get("type") if isinstance(value, dict) else None
        data = value.get("data") if isinstance(value, dict) else None
        if isinstance(kind, str):
            found.append((kind, data.get("value") if isinstance(data, dict) else None))
    return found
