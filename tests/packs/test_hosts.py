"""The table of hosts."""

import re
from pathlib import Path

import msgspec
import pytest

from listlint.model.errors import ListlintError
from listlint.packs.hosts import HostTable
from listlint.packs.loader import Tables
from listlint.text.urls import split

HOST = re.compile(r"(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+")


@pytest.fixture(scope="module")
def table() -> HostTable:
    return Tables().get("hosts", HostTable)


def test_every_host_is_one_and_stands_once(table: HostTable) -> None:
    for rows in (table.https, table.doubled_slash):
        hosts = [host for row in rows.values() for host in row.hosts]
        assert all(HOST.fullmatch(host) and not host.startswith("www.") for host in hosts)
        assert len(hosts) == len(set(hosts)), sorted(host for host in hosts if hosts.count(host) > 1)
    for name, row in table.superseded.items():
        assert all(HOST.fullmatch(host) and not host.startswith("www.") for host in row.hosts), name


def test_rewrites_lead_to_https_and_settle(table: HostTable) -> None:
    for name, row in table.superseded.items():
        if row.rewrite is None:
            continue
        host = row.hosts[0].replace("*", "someone")
        assert row.rewrite.startswith("https://"), name
        new = re.sub(r"\\(?:\d|g<host>)", "x", row.rewrite)
        assert table.moved(split(new)) is None, f"{name} leads from {host} to {new}, which is superseded itself"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("http://dx.doi.org/10.1145/3446776#a", "https://doi.org/10.1145/3446776#a"),
        ("http://doi.acm.org/10.1145/3446776", "https://doi.org/10.1145/3446776"),
        ("http://papers.nips.cc/paper_files/paper/2019/file/ab-Paper.pdf", "https://proceedings.neurips.cc/paper/2019/file/ab-Paper.pdf"),
        ("http://papers.nips.cc/paper/5486-a-title", None),
        ("http://www.jmlr.org/proceedings/papers/v9/a10a/a10a.pdf", "https://proceedings.mlr.press/v9/a10a/a10a.pdf"),
        ("http://aclweb.org/anthology/P/P15/P15-1010.pdf", "https://aclanthology.org/P15-1010.pdf"),
        ("https://www.aclweb.org/anthology/2020.acl-main.493/", "https://aclanthology.org/2020.acl-main.493"),
        ("https://www.aclweb.org/anthology/venues/acl/", None),
        ("http://www.cv-foundation.org//openaccess/content_x/A_paper.pdf", "https://openaccess.thecvf.com/content_x/A_paper.pdf"),
        ("http://someone.github.com/a?b#c", "https://someone.github.io/a?b#c"),
        ("https://pypi.python.org/pypi/tool/1.0", "https://pypi.org/project/tool/1.0/"),
        ("https://tool.readthedocs.org/en/latest/", "https://tool.readthedocs.io/en/latest/"),
        ("https://cdn.rawgit.com/a/b/main/c/d.svg", "https://cdn.jsdelivr.net/gh/a/b@main/c/d.svg"),
        ("https://docs.microsoft.com/en-us/x", "https://learn.microsoft.com/en-us/x"),
        ("https://godoc.org/github.com/a/b", "https://pkg.go.dev/github.com/a/b"),
        ("https://chrome.google.com/webstore/detail/a/b", "https://chromewebstore.google.com/detail/a/b"),
        ("https://docs.microsoft.com:8443/x", None),
    ],
)  # fmt: skip
def test_moves(table: HostTable, old: str, new: str | None) -> None:
    move = table.moved(split(old))
    assert move is not None
    assert move.url == new


@pytest.mark.parametrize(
    "url",
    [
        "https://gist.github.com/a", "https://docs.github.com/en", "https://github.com/a/b", "https://aclweb.org/portal/", "https://jmlr.org/papers/v1/",
        "https://goo.gl/maps/x", "https://code.google.com/archive/p/x", "https://itunes.apple.com/us/book/x", "https://chrome.google.com/x",
    ],
)  # fmt: skip
def test_what_did_not_move(table: HostTable, url: str) -> None:
    assert table.moved(split(url)) is None


def test_https_and_slashes(table: HostTable) -> None:
    for host in (
        "arxiv.org",
        "www.arxiv.org",
        "papers.nips.cc",
        "www.jmlr.org",
        "someone.github.io",
        "en.wikipedia.org",
    ):
        assert table.serves_https(host)
    for host in ("a.someone.github.io", "www.someone.github.io", "github.io", "unknown.example", ""):
        assert not table.serves_https(host)
    assert table.needs_doubled_slash("static.googleusercontent.com")
    assert not table.needs_doubled_slash("googleusercontent.com")
    assert sum(len(row.hosts) for row in table.https.values()) >= 60


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"path": "/("}, "no regular expression"),
        ({"path": "/(a)", "rewrite": r"https://b/\2"}, "names a group"),
        ({"pth": "/"}, "unknown field"),
    ],
)
def test_broken_rows_are_errors_of_the_table(row: dict[str, str], text: str, tmp_path: Path) -> None:
    lines = [f"{key} = '{value}'" for key, value in row.items()]
    path = tmp_path / "hosts.toml"
    path.write_text(
        "\n".join(["[superseded.mine]", 'hosts = ["a.dev"]', 'to = "gone"', "as_of = 2025-01-01", *lines]), "utf-8"
    )
    with pytest.raises(ListlintError, match=text):
        Tables((tmp_path,)).get("hosts", HostTable)


def test_users_add_and_remove_rows(tmp_path: Path) -> None:
    (tmp_path / "hosts.toml").write_text(
        '[superseded]\nremove = ["dx-doi"]\n[https.mine]\nhosts = ["mine.example"]\nas_of = 2025-01-01\n', "utf-8"
    )
    own = Tables((tmp_path,)).get("hosts", HostTable)
    assert own.serves_https("mine.example")
    assert own.serves_https("arxiv.org")
    assert own.moved(split("http://dx.doi.org/10.1/x")) is None
    assert msgspec.to_builtins(own)["superseded"]
