"""Settings: the limits of a host, and secrets that stay secret."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from listlint import __version__
from listlint.net.settings import HostLimits, Settings

SLOW = HostLimits(connections=1, rate=1.0, burst=1)
SLOWER = HostLimits(connections=1, rate=1 / 3, burst=1)


def test_defaults_are_those_of_the_documentation() -> None:
    settings = Settings()
    assert (settings.connect_timeout, settings.first_byte, settings.link_timeout, settings.max_wait) == (10, 15, 60, 60)
    assert (settings.in_flight, settings.connections, settings.rate, settings.burst) == (128, 6, 20, 10)
    assert (settings.retries, settings.timeout_retries, settings.max_hops, settings.confirm_delay) == (2, 1, 10, 5)
    assert (settings.ports, settings.allow_private) == ((80, 443), False)
    assert settings.user_agent.startswith(f"Mozilla/5.0 (compatible; listlint/{__version__}; +https://")


@pytest.mark.parametrize(
    ("host", "limits"),
    [
        ("slow.example", SLOW),
        ("slow.example:8080", SLOW),
        ("www.slow.example", SLOW),
        ("SLOW.example", SLOW),
        ("other.example:81", SLOWER),
        ("a.b.pages.example", SLOWER),
        ("www.a.pages.example:8443", SLOWER),
        ("[::1]:8080", SLOW),
        ("127.0.0.1:9000", SLOWER),
    ],
)
def test_limits_of_known_hosts(host: str, limits: HostLimits) -> None:
    known = {
        "slow.example": SLOW,
        "other.example:81": SLOWER,
        "*.pages.example": SLOWER,
        "[::1]": SLOW,
        "127.0.0.1:9000": SLOWER,
    }
    assert Settings(hosts=known).limits(host) is limits


@pytest.mark.parametrize("host", ["example.org", "other.example", "pages.example", "notslow.example", "[::2]", ""])
def test_limits_of_other_hosts(host: str) -> None:
    known = {"slow.example": SLOW, "other.example:81": SLOWER, "*.pages.example": SLOWER, "[::1]": SLOW}
    usual = HostLimits(connections=3, rate=7.0, burst=2)
    assert Settings(hosts=known, connections=3, rate=7.0, burst=2).limits(host) == usual


def test_tokens_go_to_their_own_origin_alone() -> None:
    settings = Settings(tokens={"https://API.example.org:443/": "s3cret", "https://api.example.org:8443": "other"})
    assert settings.token_for("https://api.example.org/graphql#x") == "s3cret"
    assert settings.token_for("https://api.example.org/repos/a/b/forks?x=/graphql") is None
    assert settings.token_for("https://api.example.org:8443/") == "other"
    for url in (
        "http://api.example.org/",
        "https://api.example.org:444/",
        "https://api.example.org.evil.example/",
        "https://evil.example/https://api.example.org",
        "https://api.example.org@evil.example/",
        "https://example.org/",
        "https://[api.example.org/",
        "https://api.example.org:99999/",
        "//api.example.org/",
        "",
    ):
        assert settings.token_for(url) is None, url


def test_a_token_for_plain_http_is_never_sent() -> None:
    assert Settings(tokens={"http://api.example.org": "s3cret"}).token_for("http://api.example.org/") is None


def test_secrets_are_not_shown() -> None:
    settings = Settings(
        tokens={"https://api.example.org": "s3cret"},
        proxy="http://user:s3cret@proxy.example:3128",
    )
    replaced = msgspec.structs.replace(settings, rate=1.0)
    shown = [repr(settings), str(settings), repr(settings.tokens), str(replaced), f"{settings.tokens}"]
    shown.append(str(settings.__rich_repr__()))
    for text in shown:
        assert "s3cret" not in text
    assert "https://api.example.org" in shown[0]
    assert "proxy.example:3128" in shown[0]
    assert replaced.token_for("https://api.example.org/") == "s3cret"
    assert replaced.proxy == "http://user:s3cret@proxy.example:3128"


@pytest.mark.parametrize(
    "changes",
    [
        {"link_timeout": 0},
        {"run_timeout": -1.0},
        {"connect_timeout": math.nan},
        {"in_flight": 0},
        {"retries": -1},
        {"max_wait": math.nan},
        {"connections": 0},
        {"rate": 0},
        {"rate": math.inf},
        {"burst": 0},
    ],
)
def test_numbers_that_make_no_sense(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="|".join(changes)):
        Settings(**changes)
