"""The tables about single URLs: what they refuse, and what holds for every row."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from listlint.model.errors import ListlintError
from listlint.packs.loader import Tables
from listlint.packs.url_tables import (
    Key,
    SecretTable,
    ShortenerTable,
    TrackerTable,
    Unstable,
    UnstableTable,
    Vendor,
    Wanted,
)
from listlint.text.urls import is_tracking, split

if TYPE_CHECKING:
    from pathlib import Path

TODAY = datetime.date(2025, 6, 1)
TABLES = Tables()
TRACKERS = TABLES.get("trackers", TrackerTable)
UNSTABLE = TABLES.get("unstable", UnstableTable)
SECRETS = TABLES.get("secrets", SecretTable)
SHORTENERS = TABLES.get("shorteners", ShortenerTable)
TOKEN = "ghp_" + "a1B2c3D4e5F6" * 3


def test_what_tracks_everywhere_is_no_part_of_a_works_identity() -> None:
    names = [name for row in TRACKERS.everywhere.values() for name in row.names]
    prefixes = [prefix + "x" for row in TRACKERS.everywhere.values() for prefix in row.prefixes]
    assert [name for name in (*names, *prefixes) if not is_tracking(name)] == []


def test_hosts_are_written_as_they_are_looked_up() -> None:
    hosts = [
        host
        for rows in (TRACKERS.hosts, TRACKERS.kept, TRACKERS.vendors)
        for row in rows.values()
        for host in row.hosts
    ]
    hosts += [host for row in SHORTENERS.shorteners.values() for host in row.hosts]
    hosts += [host.removeprefix("*.") for row in UNSTABLE.unstable.values() for host in row.hosts]
    assert [host for host in hosts if not re.fullmatch(r"(?!www\.)(?:[a-z0-9-]+\.)+[a-z]+", host)] == []
    for rows in (TRACKERS.hosts, SHORTENERS.shorteners):
        for row in rows.values():
            assert list(row.hosts) == sorted(set(row.hosts))


def test_a_parameter_holds_for_the_hosts_below_and_for_no_others() -> None:
    assert TRACKERS.tracks("si", "www.youtube.com")
    assert TRACKERS.tracks("si", "music.youtube.com")
    assert not TRACKERS.tracks("si", "notyoutube.com")
    assert TRACKERS.tracks("utm_anything", "a.dev")
    assert not TRACKERS.tracks("UTM_SOURCE", "a.dev")


@pytest.mark.parametrize(
    "url", ["https://a.dev/x", "https://a.dev/x?expires=1", "https://a.dev/;v=2?a#b", "https:///x", "x"]
)
def test_stable(url: str) -> None:
    assert UNSTABLE.find(split(url)) is None
    assert not UNSTABLE.is_signed(split(url))


def test_every_parameter_of_a_row_has_to_be_there() -> None:
    assert UNSTABLE.find(split("https://a.dev/x?SIGNATURE=1&Expires=2")) is not None
    assert UNSTABLE.is_signed(split("https://a.dev/x?SIGNATURE=1&Expires=2"))
    assert UNSTABLE.find(split("https://a.dev/x?Signature=1")) is None


def test_a_host_pattern_looks_at_whole_labels() -> None:
    assert UNSTABLE.find(split("https://doi-org.ezproxy2.example.edu/10.1145/1")) is not None
    assert UNSTABLE.find(split("https://myezproxyblog.example.edu/x")) is None


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        (Unstable, {"what": "x"}),
        (Unstable, {"what": "x", "hosts": ["a.dev"], "host": "a"}),
        (Unstable, {"what": "x", "path": "/a"}),
        (Unstable, {"what": "x", "hosts": ["a.dev"], "path": "("}),
        (Unstable, {"what": "x", "parameters": ["Signature"]}),
        (Key, {"what": "x", "marks": [], "pattern": "a"}),
        (Key, {"what": "x", "marks": [""], "pattern": "a"}),
        (Key, {"what": "x", "marks": ["a"], "pattern": "["}),
        (Wanted, {"words": ["GitHub"]}),
        (Vendor, {"hosts": ["a.dev"], "names": []}),
    ],
)
def test_refused_rows(kind: type, row: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**row, "as_of": TODAY}, kind)


def test_a_users_table_adds_and_removes_rows(tmp_path: Path) -> None:
    (tmp_path / "trackers.toml").write_text(
        '[everywhere]\nremove = ["social"]\n\n[everywhere.own]\nnames = ["from"]\nas_of = 2025-06-01\n',
        encoding="utf-8",
    )
    table = Tables((tmp_path,)).get("trackers", TrackerTable)
    assert table.tracks("from", "a.dev")
    assert not table.tracks("fbclid", "a.dev")
    (tmp_path / "trackers.toml").write_text("[everywhere.own]\nas_of = 2025-06-01\n", encoding="utf-8")
    with pytest.raises(ListlintError, match="table trackers"):
        Tables((tmp_path,)).get("trackers", TrackerTable)


def test_a_vendors_campaign_has_all_its_parameters() -> None:
    assert TRACKERS.is_vendors({"pt", "ct", "uo"}, "apps.apple.com")
    assert not TRACKERS.is_vendors({"ct"}, "apps.apple.com")
    assert not TRACKERS.is_vendors({"pt", "ct"}, "a.dev")


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://maps.googleapis.com/maps/api/js?key=x", True),
        ("https://www.google.com/maps?key=x", True),
        ("https://google.com/maps/embed/v1/place?key=x", True),
        ("https://www.google.com/mapsearch?key=x", False),
        ("https://www.googleapis.com/youtube/v3/videos?key=x", False),
        ("https://maps.google.com.a.dev/?key=x", False),
    ],
)
def test_a_key_of_maps_is_public_where_maps_are_asked_for(url: str, public: bool) -> None:
    assert SECRETS.is_public("a Google API key", split(url)) is public
    assert not SECRETS.is_public("a GitHub token", split(url))


def test_keys_are_found_in_any_text_and_examples_are_not() -> None:
    assert [secret.what for secret in SECRETS.find(f"see {TOKEN}, please")] == ["a GitHub token"]
    assert SECRETS.find("x" + TOKEN) == []
    assert SECRETS.find("ghp_" + "x" * 36) == []
    assert SECRETS.find("AKIAIOSFODNN7EXAMPLE") == []


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("nothing @ all", "nothing @ all"),
        (f"a {TOKEN} b", f"a {'*' * 40} b"),
        ("[A](https://ada:p@ss:w@a.dev/@x)", "[A](https://**********@a.dev/@x)"),
        ("url:ada:pw@a.dev/x", "url:******@a.dev/x"),
        ("https://a.dev:8080/@ada", "https://a.dev:8080/@ada"),
        (f"https://ada:{TOKEN}@a.dev", f"https://{'*' * 44}@a.dev"),
    ],
)
def test_hide(text: str, hidden: str) -> None:
    assert SECRETS.hide(text) == hidden
