"""The cookies of one chain of redirects (RFC 6265, section 5), so that walls which want one let us pass.

Kept in memory, for that chain alone; a stranger's cookies are no secret of anybody's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.model.patterns import lazy
from listlint.net.hosts_memory import registrable
from listlint.net.judge import http_date
from listlint.text.urls import in_domain, split

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_COOKIES = 50
MAX_BYTES = 4096
"""of a name and its value; RFC 6265, section 6.1"""
_NAME = lazy(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = lazy(r"[\x21-\x3a\x3c-\x7e]*")
_AGE = lazy(r"-?\d{1,12}")


class _Cookie(Struct, frozen=True):
    """``alone`` says that it goes to ``domain`` itself and to no subdomain."""

    name: str
    value: str
    domain: str
    alone: bool
    path: str
    secure: bool


class Jar:
    """Takes cookies from answers, and says which go with a request."""

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str, str], _Cookie] = {}

    def take(self, url: str, lines: Iterable[str], now: float) -> None:
        """Keep what the ``Set-Cookie`` lines of an answer of ``url`` ask for; ``now`` in seconds of the epoch."""
        for line in lines:
            cookie, lasts = _parse(url, line, now)
            if cookie is None:
                continue
            key = cookie.domain, cookie.path, cookie.name
            self._cookies.pop(key, None)
            if lasts:
                self._cookies[key] = cookie
                if len(self._cookies) > MAX_COOKIES:
                    del self._cookies[next(iter(self._cookies))]

    def for_url(self, url: str) -> dict[str, str]:
        """The cookies for a request, those of the longest path first."""
        if not self._cookies:
            return {}
        parts = split(url)
        fitting = [
            cookie
            for cookie in self._cookies.values()
            if (parts.host == cookie.domain or (not cookie.alone and in_domain(parts.host, cookie.domain)))
            and _covers(cookie.path, parts.path or "/")
            and (parts.scheme == "https" or not cookie.secure)
        ]
        fitting.sort(key=lambda cookie: -len(cookie.path))
        found: dict[str, str] = {}
        for cookie in fitting:
            found.setdefault(cookie.name, cookie.value)
        return found

    def state(self) -> frozenset[_Cookie]:
        """What it holds, to tell whether that has changed."""
        return frozenset(self._cookies.values())


def _covers(cookie_path: str, path: str) -> bool:
    """RFC 6265, section 5.1.4."""
    return path == cookie_path or (
        path.startswith(cookie_path) and (cookie_path.endswith("/") or path[len(cookie_path)] == "/")
    )


def _parse(url: str, line: str, now: float) -> tuple[_Cookie | None, bool]:
    """A cookie, and whether it is to be kept rather than deleted; None if it may not be set."""
    pair, *rest = line.split(";")
    name, equals, value = (part.strip() for part in pair.partition("="))
    if not equals or not _NAME.fullmatch(name) or not _VALUE.fullmatch(value) or len(name) + len(value) > MAX_BYTES:
        return None, False
    fields = {key.strip().lower(): text.strip() for key, _, text in (part.partition("=") for part in rest[:20])}
    parts = split(url)
    domain = fields.get("domain", "").lower().removeprefix(".")
    host = parts.host
    alone = not domain or domain == host
    # Nothing above what somebody registered: a cookie of all of `co.uk` is nobody's.
    if not alone and not (in_domain(host, domain) and in_domain(domain, registrable(host))):
        return None, False
    secure = "secure" in fields
    if secure and parts.scheme != "https":
        return None, False
    path = fields.get("path", "")
    if not path.startswith("/"):
        path = parts.path.rpartition("/")[0] or "/"
    alone = "domain" not in fields or not domain
    return _Cookie(name, value, domain or host, alone, path, secure), _lasts(fields, now)


def _lasts(fields: dict[str, str], now: float) -> bool:
    age = fields.get("max-age", "")
    if _AGE.fullmatch(age):
        return int(age) > 0
    expires = http_date(fields.get("expires", "").replace("-", " "))
    return expires is None or expires > now
