"""Where a redirect leads, and what it means that it leads there."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from listlint.model.patterns import lazy
from listlint.net.hosts_memory import slot
from listlint.text.urls import bare_host, fold_escapes, is_tracking, parameters, split

if TYPE_CHECKING:
    from listlint.text.urls import Url

_MAX_LENGTH = 8192
_DROPPED = lazy(r"[\t\n\r]+")
_ILLEGAL = lazy(r"[^\x21-\x7e]+|[\"<>\\^`{|}]")
_SLASHES = lazy(r"\A((?:https?:)?)/{3,}", re.IGNORECASE)
"""However many slashes there are, browsers read a host behind them (https://url.spec.whatwg.org/#url-parsing)."""
_NO_HOST = lazy(r"(?:https?:)?//(?:[?#]|\Z)", re.IGNORECASE)
_WEB = frozenset({"http", "https"})


def target(base: str, location: str) -> tuple[str, str] | None:
    """The URL that a ``Location`` of an answer of ``base`` leads to, and its fragment; None if it leads nowhere.

    A relative one is resolved (RFC 9110, section 10.2.2), with the repairs that browsers make: white
    space around it, backslashes, characters that ought to be escaped. User and password are dropped.
    A URL of another scheme than http and https comes back as it is.
    """
    front, mark, query = _DROPPED.sub("", location.strip("\x00 \t\n\r\f\v")).partition("?")
    written = front.replace("\\", "/") + mark + query
    written = _SLASHES.sub(r"\1//", written)
    if not written or len(written) > _MAX_LENGTH or _NO_HOST.match(written):
        return None
    try:
        joined = urljoin(base, written)
    except ValueError:
        return None
    parts = split(joined)
    if parts.scheme not in _WEB:
        return joined, ""
    if not parts.host:
        return None
    empty = "" if parts.query or not written.partition("#")[0].endswith("?") else "?"  # which `urljoin` drops
    return _escape(_build(parts, parts.query) + empty), _escape(parts.fragment)


def _build(parts: Url, query: str, path: str | None = None) -> str:
    """A URL of the parts of another one, without user, password and fragment."""
    port = ":" + parts.port if parts.port else ""
    end = "?" + query if query else ""
    return f"{parts.scheme}://{parts.host}{port}{(parts.path if path is None else path) or '/'}{end}"


def _escape(text: str) -> str:
    return _ILLEGAL.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"%{octet:02X}" for octet in match[0].encode("utf-8", "surrogatepass"))


# --- Secrets ---------------------------------------------------------------------------------------

_SECRET = lazy(
    r"(?:x-(?:amz|goog|oss|cos)-[a-z-]+|.*(?:token|secret|passw(?:or)?d|signature|session|api_?key|credential).*"
    r"|(?:access)?_?key|awsaccesskeyid|key-pair-id|policy|expires|sig|sid|s?auth|authorization|code|state|nonce|ticket"
    r"|j?sessid|phpsessid|jwt|samlrequest|samlresponse|relaystate)",
    re.IGNORECASE,
)
"""Parameters that let one in, or name one visitor."""
_SESSION_PATH = lazy(r";(?:j?sessionid|phpsessid|sid)=[^/;?]*", re.IGNORECASE)


def without_secrets(url: str) -> tuple[str, bool]:
    """A URL without what could let somebody in, and whether anything of it had to go."""
    parts = split(url)
    kept = [part for part in parts.query.split("&") if part and not _SECRET.fullmatch(part.partition("=")[0].strip())]
    path = _SESSION_PATH.sub("", parts.path)
    clean = len(kept) == len([part for part in parts.query.split("&") if part]) and path == parts.path
    if clean and not parts.userinfo:
        return url, False
    end = "#" + parts.fragment if parts.fragment else ""
    return _build(parts, "&".join(kept), path) + end, True


# --- What it means ---------------------------------------------------------------------------------

_LOGIN_PATH = lazy(
    r"/(?:[^?]*/)?(?:log-?_?in|sign-?_?in|sso|auth|authorize|authenticate|oauth2?|saml2?|cas|idp|wp-login\.php|users/sign_in"
    r"|session/new|account/login|servicelogin)(?:[/.][^?]*)?",
    re.IGNORECASE,
)
_LOGIN_HOST = frozenset({"login", "signin", "accounts", "auth", "sso", "idp", "id", "shibboleth", "cas"})
_CONSENT = lazy(
    r"/(?:[^?]*/)?(?:cookie-?_?(?:consent|wall|check|absent|s)?|consent|gdpr|privacy-gate)(?:[/.][^?]*)?", 2
)
_CONSENT_HOST = frozenset({"consent", "cookies", "myprivacy"})
_COOKIE_NAME = lazy(
    r".*cookie.*|j?sessionid|phpsessid|aspsessionid.*|sid|session_?id|gi|__cf_chl.*|cf_chl.*", re.IGNORECASE
)


class Move(Enum):
    """What became of the place that a link named."""

    NONE = "none"
    """the same place: a slash at its end, a parameter for a cookie, a page that asks for consent"""
    LOGIN = "login"
    MOVED = "moved"


def judge_move(start: str, final: str) -> Move:
    """What it means that redirects led from ``start`` to ``final``."""
    old, new = split(start), split(final)
    if _same(old, new):
        return Move.NONE
    if _is_gate(new, _LOGIN_HOST, _LOGIN_PATH) and not _is_gate(old, _LOGIN_HOST, _LOGIN_PATH):
        return Move.LOGIN
    if _is_gate(new, _CONSENT_HOST, _CONSENT) and not _is_gate(old, _CONSENT_HOST, _CONSENT):
        return Move.NONE
    return Move.MOVED


def _same(old: Url, new: Url) -> bool:
    if old.scheme != new.scheme or slot(old.text) != slot(new.text):
        return False
    if fold_escapes(_SESSION_PATH.sub("", old.path)).rstrip("/") != fold_escapes(
        _SESSION_PATH.sub("", new.path)
    ).rstrip("/"):
        return False
    return _lasting(old) == _lasting(new)


def _lasting(parts: Url) -> list[tuple[str, str]]:
    """The parameters that choose a page."""
    pairs = parameters(fold_escapes(parts.query))
    if any("cookie" in value.lower() for _, value in pairs):  # error=cookies_not_supported&code=…
        pairs = [(name, value) for name, value in pairs if name not in {"error", "code"}]
    return [
        (name, value)
        for name, value in pairs
        if not _COOKIE_NAME.fullmatch(name) and not is_tracking(name, bare_host(parts.host))
    ]


def _is_gate(parts: Url, hosts: frozenset[str], paths: re.Pattern[str]) -> bool:
    label = parts.host.partition(".")[0]
    return (label in hosts and parts.host.count(".") > 1) or paths.fullmatch(parts.path) is not None
