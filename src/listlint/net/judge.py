"""What one answer says of a link: verdict, reason, and whether asking again may change it.

The table of ``docs/links.md`` as pure functions. Nothing is said here of redirects that are
followed, of bodies that are read for anchors, or of how often is enough: that is the chain's.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.model.links import Flag, Reason, Verdict
from listlint.model.patterns import lazy
from listlint.net.messages import Failure, Signal

if TYPE_CHECKING:
    from collections.abc import Container

    from listlint.net.messages import Answer

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
"""RFC 9110, sections 15.4.2 and 15.4.9."""


class Again(StrEnum):
    """Which second question may change a judgement."""

    NO = "no"
    CONFIRM = "confirm"
    """the same, a while later; it is only believed twice"""
    RESOLVE = "resolve"
    """the name again; it is only believed twice"""
    RETRY = "retry"
    SLOW = "slow"
    """as RETRY, but it has cost much time"""
    UNVERIFIED = "unverified"
    """the same with any certificate, and without secrets"""


class Judgement(Struct, frozen=True):
    """What one answer says, if no other follows. ``detail`` is a clause for people."""

    verdict: Verdict
    reason: Reason
    detail: str = ""
    again: Again = Again.NO
    flags: tuple[Flag, ...] = ()


_ALIVE, _DEAD, _UNKNOWN = Verdict.ALIVE, Verdict.DEAD, Verdict.UNKNOWN

_FAILURES = {
    Failure.NO_SUCH_HOST: Judgement(_DEAD, Reason.DNS, "no such host", Again.RESOLVE),
    Failure.DNS_TEMPORARY: Judgement(_UNKNOWN, Reason.DNS_TEMPORARY, "the name server did not answer", Again.SLOW),
    Failure.REFUSED: Judgement(_UNKNOWN, Reason.CONNECT, "connection refused", Again.RETRY),
    Failure.UNREACHABLE: Judgement(_UNKNOWN, Reason.CONNECT, "host unreachable", Again.RETRY),
    Failure.RESET: Judgement(_UNKNOWN, Reason.CONNECT, "connection reset", Again.RETRY),
    Failure.CONNECT_TIMEOUT: Judgement(_UNKNOWN, Reason.TIMEOUT, "no connection in time", Again.SLOW),
    Failure.READ_TIMEOUT: Judgement(_UNKNOWN, Reason.TIMEOUT, "no answer in time", Again.SLOW),
    Failure.TLS_EXPIRED: Judgement(_UNKNOWN, Reason.TLS, "certificate expired", Again.UNVERIFIED),
    Failure.TLS_SELF_SIGNED: Judgement(_UNKNOWN, Reason.TLS, "self-signed certificate", Again.UNVERIFIED),
    Failure.TLS_WRONG_HOST: Judgement(_UNKNOWN, Reason.TLS, "certificate of another host", Again.UNVERIFIED),
    Failure.TLS_CHAIN: Judgement(_UNKNOWN, Reason.TLS_CHAIN, "missing intermediate certificate", Again.UNVERIFIED),
    Failure.TLS_OTHER: Judgement(_UNKNOWN, Reason.TLS, "no secure connection", Again.UNVERIFIED),
    Failure.PROTOCOL: Judgement(_UNKNOWN, Reason.PROTOCOL, "the answer is not HTTP"),
    Failure.FORBIDDEN_ADDRESS: Judgement(_UNKNOWN, Reason.FORBIDDEN_TARGET, "a private address"),
    Failure.PORT_NOT_ALLOWED: Judgement(_UNKNOWN, Reason.PORT_NOT_ALLOWED, "a port that is not allowed"),
    Failure.UNSUPPORTED_SCHEME: Judgement(_UNKNOWN, Reason.FORBIDDEN_TARGET, "neither http nor https"),
}

NOWHERE = Judgement(_DEAD, Reason.DNS, "no such host")
"""What is said of all links to a host that two look-ups did not find."""

_AUTH = Judgement(_ALIVE, Reason.AUTH_REQUIRED, "", Again.NO, (Flag.AUTH_REQUIRED,))
_BLOCKED = Judgement(_UNKNOWN, Reason.BLOCKED)
_THROTTLED = Judgement(_UNKNOWN, Reason.RATE_LIMITED, "", Again.RETRY)
_REFUSED = Judgement(_UNKNOWN, Reason.REFUSED_REQUEST)
_SICK = Judgement(_UNKNOWN, Reason.SERVER_ERROR, "", Again.RETRY)
_STRANGE = Judgement(_UNKNOWN, Reason.PROTOCOL)

_STATUSES: dict[int, Judgement] = {
    300: Judgement(_ALIVE, Reason.OK),
    304: Judgement(_ALIVE, Reason.OK),
    **dict.fromkeys((401, 402, 407), _AUTH),
    **dict.fromkeys((403, 406, 418, 999), _BLOCKED),
    404: Judgement(_DEAD, Reason.GONE, "", Again.CONFIRM),
    **dict.fromkeys((408, 425, 429), _THROTTLED),
    410: Judgement(_DEAD, Reason.GONE),
    451: Judgement(_UNKNOWN, Reason.LEGAL),
    501: _REFUSED,
}
"""Statuses that do not mean what their hundred means."""
_HUNDREDS = {2: Judgement(_ALIVE, Reason.OK), 4: _REFUSED, 5: _SICK}


def judge(answer: Answer, accept: Container[int] = ()) -> Judgement:
    """What an answer says of its URL; ``accept`` are statuses that count as alive.

    A redirect is judged as one that cannot be followed.
    """
    if answer.failure is not None:
        return _FAILURES[answer.failure]
    status = answer.status or 0
    if status in accept:
        return Judgement(_ALIVE, Reason.OK)
    wall = challenge(answer)
    if wall:
        return Judgement(_UNKNOWN, Reason.BLOCKED, f"{status} with a challenge of {wall}")
    if 520 <= status <= 530 and behind_cdn(answer):
        return Judgement(_UNKNOWN, Reason.BLOCKED, f"{status} of a content delivery network", Again.RETRY)
    found = _STATUSES.get(status) or _HUNDREDS.get(status // 100, _STRANGE)
    if found.verdict is Verdict.ALIVE and not found.flags:
        return found
    detail = f"{status}, and no place to go" if status in REDIRECTS else str(status)
    return Judgement(found.verdict, found.reason, detail, found.again, found.flags)


def signal(answer: Answer) -> Signal:
    """What an answer tells of its host's health.

    Who shows a bad certificate, or talks no HTTP, is there. A name that does not exist and our own guard's
    refusal tell nothing of it.
    """
    if answer.status is not None:
        slowed = answer.status == 429 or (answer.status == 503 and "retry-after" in answer.headers)
        return Signal.THROTTLED if slowed and not challenge(answer) else Signal.ANSWERED
    match answer.failure:
        case Failure.CONNECT_TIMEOUT | Failure.READ_TIMEOUT:
            return Signal.TIMED_OUT
        case Failure.REFUSED | Failure.UNREACHABLE | Failure.RESET | Failure.DNS_TEMPORARY:
            return Signal.CONNECT_FAILED
        case Failure.NO_SUCH_HOST | Failure.FORBIDDEN_ADDRESS | Failure.PORT_NOT_ALLOWED | Failure.UNSUPPORTED_SCHEME:
            return Signal.NONE
        case _:
            return Signal.ANSWERED


# --- Walls -----------------------------------------------------------------------------------------


class _Wall(Struct, frozen=True):
    """A challenge: all ``marks`` (lower case) stand in a body of at most ``size`` bytes."""

    name: str
    marks: tuple[bytes, ...]
    size: int = 65_536


_WALL_HEADERS = {"cf-mitigated": "Cloudflare", "x-amzn-waf-action": "AWS WAF", "x-vercel-mitigated": "Vercel"}
"""Headers that are there only when a wall answered in place of the site."""
_WALLS = (
    _Wall("Cloudflare", (b"window._cf_chl_opt",)),
    _Wall("Cloudflare", (b"<title>just a moment...</title>",)),
    _Wall("Cloudflare", (b"<title>attention required! | cloudflare</title>",)),
    _Wall("AWS WAF", (b"window.gokuprops", b".awswaf.com")),
    _Wall("AWS WAF", (b"<title>human verification</title>", b".awswaf.com")),
    _Wall("Akamai", (b"sec-cp-challenge",), 16_384),
    _Wall("Akamai", (b"/_sec/cp_challenge/",), 16_384),
    _Wall("Akamai", (b"/_sec/verify?provider=",), 16_384),
    _Wall("Akamai", (b"<title>access denied</title>", b"errors.edgesuite.net"), 4096),
    _Wall("PerimeterX", (b"<title>access to this page has been denied",)),
    _Wall("PerimeterX", (b"px-captcha", b"window._pxappid")),
    _Wall("DataDome", (b"geo.captcha-delivery.com",), 16_384),
    _Wall("DataDome", (b"ct.captcha-delivery.com/c.js",), 16_384),
    _Wall("Imperva", (b"_incapsula_resource", b"incident_id="), 8192),
    _Wall("Imperva", (b"request unsuccessful. incapsula incident id",), 8192),
    _Wall("Sucuri", (b"<title>sucuri website firewall",), 16_384),
    _Wall("Sucuri", (b"sucuri_cloudproxy_js", b"<title>you are being redirected...</title>"), 16_384),
    _Wall("DDoS-Guard", (b"<title>ddos-guard</title>",)),
    _Wall("Anubis", (b'id="anubis_challenge"',)),
    _Wall("Anubis", (b"<title>making sure you&#39;re not a bot!</title>",)),
)
"""Each is part of the challenge alone; what these products add to every page is left out."""
_LARGEST_WALL = max(wall.size for wall in _WALLS)
_CDN = lazy(r"cloudflare|cloudfront|akamai|fastly|varnish|sucuri|bunny|keycdn|vercel|netlify|azure")
_CDN_HEADERS = frozenset({"cf-ray", "cf-cache-status", "x-amz-cf-id", "x-served-by", "x-azure-ref", "x-vercel-id"})


def challenge(answer: Answer) -> str | None:
    """The name of the product whose challenge stands where the page should; None if none does."""
    for header, name in _WALL_HEADERS.items():
        if header in answer.headers:
            return name
    size = len(answer.body)
    if not 0 < size <= _LARGEST_WALL:
        return None
    body = answer.body.lower()
    return next((wall.name for wall in _WALLS if size <= wall.size and all(mark in body for mark in wall.marks)), None)


def behind_cdn(answer: Answer) -> bool:
    """Tell whether a content delivery network answered."""
    if not _CDN_HEADERS.isdisjoint(answer.headers):
        return True
    return any(_CDN.search(value.lower()) for name in ("server", "via") for value in answer.headers.get(name, ()))


# --- How long to be quiet --------------------------------------------------------------------------

_THROTTLES = frozenset({408, 425, 429, 503})
_SECONDS = lazy(r"\s*(\d{1,15})(?:\.\d*)?\s*")
_LEFT = lazy(r"(?:\A|[;,\s])r(?:emaining)?\s*=\s*(\d{1,15})")
_RESET = lazy(r"(?:\A|[;,\s])(?:t|reset)\s*=\s*(\d{1,15})")
_LIMITS = tuple((f"{prefix}-reset", f"{prefix}-remaining") for prefix in ("ratelimit", "x-ratelimit", "x-rate-limit"))
_EPOCH = 1_000_000_000
_EPOCH_MS = 100_000_000_000


def pause(answer: Answer, now: float) -> float | None:
    """Seconds for which the host wants to be left alone; None if it does not say.

    ``now`` is in seconds of the epoch. Read are ``Retry-After`` (RFC 9110, section 10.2.3) on the
    statuses that refuse for now, then ``RateLimit`` (draft-ietf-httpapi-ratelimit-headers, of
    version 10 and of 3 to 7) and ``X-RateLimit-Reset``, both only when nothing is left.
    """
    if answer.status is None:
        return None
    refused = answer.status in _THROTTLES
    if refused or (answer.status == 403 and "retry-after" in answer.headers):
        wait = _retry_after(answer.header("retry-after"), _server_time(answer, now))
        if wait is not None:
            return wait
    left, reset = _rate_limit(answer, now)
    return reset if left == 0 or (refused and left is None) else None


def _server_time(answer: Answer, now: float) -> float:
    """The server's own clock, where it shows it: dates are relative to that one."""
    date = http_date(answer.header("date"))
    return now if date is None else date


def _retry_after(value: str | None, now: float) -> float | None:
    seconds = _SECONDS.fullmatch(value) if value else None
    if seconds:
        return float(seconds[1])
    date = http_date(value)
    return None if date is None else max(0.0, date - now)


def http_date(value: str | None) -> float | None:
    """Seconds of the epoch of an HTTP date (RFC 9110, section 5.6.7), in any of its three forms."""
    if not value or len(value) > 64:
        return None
    try:
        date = parsedate_to_datetime(value)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        pass
    try:  # the form of C's asctime, which the mail parser refuses
        return datetime.strptime(" ".join(value.split()), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return None


def _rate_limit(answer: Answer, now: float) -> tuple[int | None, float | None]:
    """How many requests are left, and the seconds until there are more; the first policy with none left counts."""
    for value in answer.headers.get("ratelimit", ()):
        for policy in _policies(value):
            left, reset = _LEFT.search(policy), _RESET.search(policy)
            if left and reset and int(left[1]) == 0:
                return 0, float(reset[1])
    for reset_name, left_name in _LIMITS:
        reset_at = _SECONDS.fullmatch(answer.header(reset_name) or "") if reset_name in answer.headers else None
        if reset_at:
            remaining = _SECONDS.fullmatch(answer.header(left_name) or "")
            return (int(remaining[1]) if remaining else None), _until(int(reset_at[1]), now)
    return None, None


def _policies(value: str) -> list[str]:
    """The items of a ``RateLimit`` field; up to version 7 its commas part the parameters of the only one."""
    return value.split(",") if ";" in value else [value]


def _until(reset: int, now: float) -> float:
    """Seconds until a reset that is given in seconds from now, or in seconds or milliseconds of the epoch."""
    if reset >= _EPOCH_MS:
        return max(0.0, reset / 1000 - now)
    return max(0.0, reset - now) if reset >= _EPOCH else float(reset)
