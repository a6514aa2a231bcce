"""The verdict table, row by row, and how long hosts want to be left alone."""

from __future__ import annotations

from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listlint.model.links import Flag, Reason, Verdict
from listlint.net.judge import Again, behind_cdn, challenge, http_date, judge, pause, signal
from listlint.net.messages import Answer, Failure, Signal

URL = "https://a.test/x"
NOW = 1_750_000_000.0
ALIVE, DEAD, UNKNOWN = Verdict.ALIVE, Verdict.DEAD, Verdict.UNKNOWN


def answer(status: int | None = None, body: bytes = b"", failure: Failure | None = None, **headers: Any) -> Answer:
    fields = {name.replace("_", "-"): [value] for name, value in headers.items()}
    return Answer(url=URL, status=status, failure=failure, headers=fields, body=body)


STATUSES: list[tuple[tuple[int, ...], Verdict, Reason, Again]] = [
    ((200, 201, 202, 203, 204, 206, 226, 299, 300, 304), ALIVE, Reason.OK, Again.NO),
    ((401, 402, 407), ALIVE, Reason.AUTH_REQUIRED, Again.NO),
    ((403, 406, 418, 999), UNKNOWN, Reason.BLOCKED, Again.NO),
    ((451,), UNKNOWN, Reason.LEGAL, Again.NO),
    ((404,), DEAD, Reason.GONE, Again.CONFIRM),
    ((410,), DEAD, Reason.GONE, Again.NO),
    ((400, 405, 411, 414, 415, 421, 422, 501), UNKNOWN, Reason.REFUSED_REQUEST, Again.NO),
    ((409, 412, 413, 416, 417, 423, 426, 428, 431, 444, 499), UNKNOWN, Reason.REFUSED_REQUEST, Again.NO),
    ((408, 425, 429), UNKNOWN, Reason.RATE_LIMITED, Again.RETRY),
    ((500, 502, 503, 504, 507, 508, 505, 511, 520, 530, 598), UNKNOWN, Reason.SERVER_ERROR, Again.RETRY),
    ((301, 302, 303, 305, 307, 308), UNKNOWN, Reason.PROTOCOL, Again.NO),
    ((100, 600, 700, 998), UNKNOWN, Reason.PROTOCOL, Again.NO),
]


@pytest.mark.parametrize(
    ("status", "verdict", "reason", "again"),
    [(status, verdict, reason, again) for group, verdict, reason, again in STATUSES for status in group],
)
def test_statuses(status: int, verdict: Verdict, reason: Reason, again: Again) -> None:
    found = judge(answer(status))
    assert (found.verdict, found.reason, found.again) == (verdict, reason, again)
    assert found.flags == ((Flag.AUTH_REQUIRED,) if reason is Reason.AUTH_REQUIRED else ())
    assert found.detail == "" if reason is Reason.OK else str(status) in found.detail


FAILURES = {
    Failure.NO_SUCH_HOST: (DEAD, Reason.DNS, Again.RESOLVE, Signal.NONE),
    Failure.DNS_TEMPORARY: (UNKNOWN, Reason.DNS_TEMPORARY, Again.SLOW, Signal.CONNECT_FAILED),
    Failure.REFUSED: (UNKNOWN, Reason.CONNECT, Again.RETRY, Signal.CONNECT_FAILED),
    Failure.UNREACHABLE: (UNKNOWN, Reason.CONNECT, Again.RETRY, Signal.CONNECT_FAILED),
    Failure.RESET: (UNKNOWN, Reason.CONNECT, Again.RETRY, Signal.CONNECT_FAILED),
    Failure.CONNECT_TIMEOUT: (UNKNOWN, Reason.TIMEOUT, Again.SLOW, Signal.TIMED_OUT),
    Failure.READ_TIMEOUT: (UNKNOWN, Reason.TIMEOUT, Again.SLOW, Signal.TIMED_OUT),
    Failure.TLS_EXPIRED: (UNKNOWN, Reason.TLS, Again.UNVERIFIED, Signal.ANSWERED),
    Failure.TLS_SELF_SIGNED: (UNKNOWN, Reason.TLS, Again.UNVERIFIED, Signal.ANSWERED),
    Failure.TLS_WRONG_HOST: (UNKNOWN, Reason.TLS, Again.UNVERIFIED, Signal.ANSWERED),
    Failure.TLS_CHAIN: (UNKNOWN, Reason.TLS_CHAIN, Again.UNVERIFIED, Signal.ANSWERED),
    Failure.TLS_OTHER: (UNKNOWN, Reason.TLS, Again.UNVERIFIED, Signal.ANSWERED),
    Failure.PROTOCOL: (UNKNOWN, Reason.PROTOCOL, Again.NO, Signal.ANSWERED),
    Failure.FORBIDDEN_ADDRESS: (UNKNOWN, Reason.FORBIDDEN_TARGET, Again.NO, Signal.NONE),
    Failure.PORT_NOT_ALLOWED: (UNKNOWN, Reason.PORT_NOT_ALLOWED, Again.NO, Signal.NONE),
    Failure.UNSUPPORTED_SCHEME: (UNKNOWN, Reason.FORBIDDEN_TARGET, Again.NO, Signal.NONE),
}


@pytest.mark.parametrize("failure", Failure)
def test_failures(failure: Failure) -> None:
    failed = answer(failure=failure)
    found = judge(failed)
    assert (found.verdict, found.reason, found.again, signal(failed)) == FAILURES[failure]
    assert found.detail


def test_accepted_statuses_are_alive() -> None:
    for status in (403, 404, 302, 503, 999):
        assert judge(answer(status), frozenset({status})).verdict is ALIVE
        assert judge(answer(status), frozenset({status + 1})).verdict is not ALIVE


@pytest.mark.parametrize("status", range(520, 531))
def test_a_delivery_network_that_cannot_reach_its_origin(status: int) -> None:
    found = judge(answer(status, server="cloudflare", cf_ray="8c1f0a2b"))
    assert (found.verdict, found.reason, found.again) == (UNKNOWN, Reason.BLOCKED, Again.RETRY)
    assert judge(answer(status, server="nginx")).reason is Reason.SERVER_ERROR


@pytest.mark.parametrize(
    "headers",
    [{"server": "AkamaiGHost"}, {"via": "1.1 abc.cloudfront.net (CloudFront)"}, {"x_served_by": "cache-fra-1"}],
)
def test_delivery_networks(headers: dict[str, Any]) -> None:
    assert behind_cdn(answer(503, **headers))
    assert not behind_cdn(answer(503, server="Apache"))


BODIES = {
    "Cloudflare": b"<html><head><title>Just a moment...</title></head><body>Enable JavaScript</body></html>",
    "AWS WAF": b"<script>window.gokuProps = {}; </script><script src='https://x.token.awswaf.com/challenge.js'></script>",
    "Akamai": b"<HTML><HEAD>\n<TITLE>Access Denied</TITLE></HEAD> Reference #18 https://errors.edgesuite.net/18 </HTML>",
    "PerimeterX": b"<title>Access to this page has been denied.</title><div id='px-captcha'></div>",
    "DataDome": b"<script src='https://ct.captcha-delivery.com/c.js'></script>",
    "Imperva": b"<iframe src='/_Incapsula_Resource?CWUDNSAI=1&incident_id=4-5'>Request unsuccessful.</iframe>",
    "Sucuri": b"<title>Sucuri WebSite Firewall - Access Denied</title>",
    "DDoS-Guard": b"<title>DDoS-Guard</title>",
    "Anubis": b"<title>Making sure you&#39;re not a bot!</title>",
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("status", [200, 403, 404, 503])
def test_challenge_pages(name: str, status: int) -> None:
    wall = answer(status, BODIES[name])
    found = judge(wall)
    assert challenge(wall) == name
    assert (found.verdict, found.reason, found.again) == (UNKNOWN, Reason.BLOCKED, Again.NO)
    assert signal(wall) is Signal.ANSWERED


@pytest.mark.parametrize("header", ["cf_mitigated", "x_amzn_waf_action", "x_vercel_mitigated"])
@pytest.mark.parametrize("status", [200, 202, 403, 429])
def test_challenges_in_headers(header: str, status: int) -> None:
    wall = answer(status, b"", None, **{header: "challenge"})
    assert judge(wall).reason is Reason.BLOCKED
    assert signal(wall) is Signal.ANSWERED


def test_pages_that_only_mention_walls_are_no_walls() -> None:
    article = (
        b"<title>What `Just a moment...` means</title><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'>"
    )
    assert challenge(answer(200, article)) is None
    assert challenge(answer(200, BODIES["Imperva"] + b" " * 9000)) is None
    assert challenge(answer(200, BODIES["Cloudflare"] + b" " * 70_000)) is None


def test_who_throttles() -> None:
    assert signal(answer(429)) is Signal.THROTTLED
    assert signal(answer(503, retry_after="5")) is Signal.THROTTLED
    assert signal(answer(503)) is Signal.ANSWERED
    assert signal(answer(200)) is Signal.ANSWERED


def rfc850(seconds: float) -> str:
    import datetime

    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%A, %d-%b-%y %H:%M:%S GMT")


PAUSES: list[tuple[int, dict[str, Any], float | None]] = [
    (429, {}, None),
    (429, {"retry_after": "30"}, 30),
    (503, {"retry_after": " 7 "}, 7),
    (408, {"retry_after": "1"}, 1),
    (403, {"retry_after": "60"}, 60),
    (429, {"retry_after": "0"}, 0),
    (429, {"retry_after": "1.5"}, 1),
    (429, {"retry_after": "-5"}, None),
    (429, {"retry_after": "soon"}, None),
    (429, {"retry_after": "9" * 30}, None),
    (429, {"retry_after": formatdate(NOW + 20, usegmt=True)}, 20),
    (429, {"retry_after": formatdate(NOW - 20, usegmt=True)}, 0),
    (429, {"retry_after": rfc850(NOW + 20)}, 20),
    (429, {"retry_after": "Sun Jun 15 15:06:50 2025"}, 10),
    (429, {"retry_after": formatdate(NOW + 3620, usegmt=True), "date": formatdate(NOW + 3600, usegmt=True)}, 20),
    (200, {"retry_after": "30"}, None),
    (404, {"retry_after": "30"}, None),
    (429, {"x_ratelimit_reset": str(int(NOW) + 12)}, 12),
    (429, {"x_ratelimit_reset": str((int(NOW) + 12) * 1000)}, 12),
    (429, {"x_ratelimit_reset": "12"}, 12),
    (429, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "12"}, 12),
    (429, {"x_ratelimit_remaining": "40", "x_ratelimit_reset": "3000"}, None),
    (429, {"x_rate_limit_reset": "12"}, 12),
    (200, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "12"}, 12),
    (200, {"x_ratelimit_remaining": "1", "x_ratelimit_reset": "12"}, None),
    (200, {"x_ratelimit_reset": "12"}, None),
    (429, {"ratelimit_remaining": "0", "ratelimit_reset": "9"}, 9),
    (429, {"ratelimit": "limit=100, remaining=0, reset=5"}, 5),
    (429, {"ratelimit": '"default";r=0;t=5'}, 5),
    (429, {"ratelimit": '"burst";r=10;t=1, "daily";r=0;t=50'}, 50),
    (200, {"ratelimit": '"default";r=50;t=30'}, None),
    (429, {"retry_after": "3", "ratelimit": '"default";r=0;t=50'}, 3),
]


@pytest.mark.parametrize(("status", "headers", "seconds"), PAUSES)
def test_pauses(status: int, headers: dict[str, Any], seconds: float | None) -> None:
    found = pause(answer(status, **headers), NOW)
    assert found == (None if seconds is None else pytest.approx(seconds, abs=0.01))


def test_failures_ask_for_no_pause() -> None:
    assert pause(answer(failure=Failure.RESET), NOW) is None


@given(st.text(max_size=70), st.text(max_size=70), st.text(max_size=70))
def test_no_header_is_too_strange(one: str, two: str, three: str) -> None:
    found = pause(answer(429, retry_after=one, ratelimit=two, x_ratelimit_reset=three, date=one), NOW)
    assert found is None or found >= 0
    http_date(one)
