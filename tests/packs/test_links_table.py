"""The table of links."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
from pathlib import Path

import pytest

from listlint.model.errors import ListlintError
from listlint.packs.links import LinkTable
from listlint.packs.loader import Tables

HOST = re.compile(r"(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+")


@pytest.fixture(scope="module")
def table() -> LinkTable:
    return Tables().get("links", LinkTable)


def test_every_host_is_one_and_stands_once_in_its_section(table: LinkTable) -> None:
    sections = {
        "walled": [host for row in table.walled_hosts.values() for host in row.hosts],
        "limits": [host for row in table.limits.values() for host in row.hosts],
        "ask": [host for row in table.ask.values() for host in row.hosts],
        "parked": [host for row in table.parked.values() for host in row.hosts],
    }
    for name, hosts in sections.items():
        assert all(HOST.fullmatch(host) and not host.startswith("www.") for host in hosts), name
        assert len(hosts) == len(set(hosts)), name
    for rows in (table.walled_hosts, table.limits, table.ask, table.parked):
        assert all(row.as_of <= datetime.date.today() for row in rows.values())
    assert all(HOST.fullmatch(host) for row in table.walled_hosts.values() for host in row.but)


def test_walls(table: LinkTable) -> None:
    for host in (
        "linkedin.com",
        "www.linkedin.com",
        "de.linkedin.com",
        "x.com",
        "twitter.com",
        "m.facebook.com",
        "es.quora.com",
    ):
        assert table.walled(host), host
    for host in (
        "engineering.linkedin.com",
        "developers.facebook.com",
        "blog.twitter.com",
        "linkedin.com.example",
        "notx.com",
        "",
    ):
        assert table.walled(host) is None, host


def test_services(table: LinkTable) -> None:
    apis = {
        "github.com": "github",
        "www.doi.org": "doi",
        "dl.acm.org": "doi",
        "besjournals.onlinelibrary.wiley.com": "doi",
        "export.arxiv.org": "arxiv",
        "openreview.net": "openreview",
        "m.youtube.com": "youtube",
        "pypi.org": "pypi",
        "test.pypi.org": "pypi",
        "www.npmjs.com": "npm",
        "huggingface.co": "hub",
    }
    for host, api in apis.items():
        service = table.service(host)
        assert service is not None, host
        assert service.api == api
    for host in (
        "gist.github.com",
        "someone.github.io",
        "pypi.example.org",
        "pypi",
        "sciencedirect.com",
        "mygithub.com",
        "",
    ):
        assert table.service(host) is None, host
    for name, row in table.ask.items():
        assert bool(row.origin) != bool(row.labels), f"{name}: an API is at its origin, or at the link's own host"


def test_limits(table: LinkTable) -> None:
    limits = table.limits_of(["www.huggingface.co", "github.com", "example.org"])
    assert limits["github.com"].rate == 1
    assert limits["huggingface.co"].rate < 500 / 300
    assert "example.org" not in limits
    arxiv = limits["export.arxiv.org"]
    assert arxiv.rate <= 1 / 3
    assert (arxiv.connections, arxiv.burst) == (1, 1)
    assert not any(host.endswith(".") for host in limits)


def test_parked(table: LinkTable) -> None:
    assert "hugedomains.com" in table.parked_hosts
    assert all(mark == mark.lower() for mark in table.parked_marks)
    assert table.parked_headers["x-adblock-key"] == ""


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ('[ask.mine]\nhosts = ["a.dev"]\napi = "nothing"', "Invalid enum value"),
        ('[ask.mine]\napi = "doi"', "one of `hosts` and `labels`"),
        ('[ask.mine]\nlabels = ["a.dev"]\napi = "doi"', "without their ending"),
        ('[ask.mine]\nhosts = ["a.dev"]\napi = "doi"\norigin = "http://a.dev"', "https URLs"),
        ('[limits.mine]\nhosts = ["a.dev"]\nconnections = 0\nrate = 1.0\nburst = 1', "at least 1"),
        ('[limits.mine]\nhosts = ["a.dev"]\nconnections = 1\nrate = nan\nburst = 1', "above 0"),
        ("[parked.mine]", "one of `hosts`, `marks`"),
        ('[parked.mine]\nmarks = ["For Sale, Cheap"]', "lower case"),
        ('[parked.mine]\nmarks = [""]', "8 characters"),
        ('[walled.mine]\nhosts = ["a.dev"]', "missing required field `why`"),
        ('[walled.mine]\nhosts = ["a.dev"]\nwhy = "x"\nbecause = 1', "unknown field"),
    ],
)
def test_broken_rows_are_errors_of_the_table(row: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "links.toml").write_text(row + "\nas_of = 2025-01-01\n", "utf-8")
    with pytest.raises(ListlintError, match=re.escape(text)):
        Tables((tmp_path,)).get("links", LinkTable)


def test_users_add_and_remove_rows(tmp_path: Path) -> None:
    (tmp_path / "links.toml").write_text(
        '[walled]\nremove = ["quora"]\n[walled.mine]\nhosts = ["mine.example"]\nwhy = "is ours"\nas_of = 2025-01-01\n',
        "utf-8",
    )
    own = Tables((tmp_path,)).get("links", LinkTable)
    assert own.walled("quora.com") is None
    assert own.walled("mine.example") == "is ours"


def test_a_plain_check_does_not_read_it(tmp_path: Path) -> None:
    (tmp_path / "readme.md").write_text("# Awesome\n\n- [A](https://a.dev) - Fast.\n", "utf-8")
    code = """
import pathlib, runpy, sys
real = pathlib.Path.read_text
def read(path, *args, **kwargs):
    print("READ", path.name, file=sys.stderr, flush=True)
    return real(path, *args, **kwargs)
pathlib.Path.read_text = read
sys.argv = ["listlint", "check", "readme.md"]
runpy.run_module("listlint", run_name="__main__")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=tmp_path, check=False
    )
    assert "READ hosts.toml" in done.stderr
    assert "READ links.toml" not in done.stderr
