"""``listlint links`` as users run it, against a server on the loopback."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from listlint import liveness

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = Path(__file__).parents[1] / "src/listlint/schemas/verdict.schema.json"
PAGES = {"/ok": 200, "/gone": 404, "/blocked": 403, "/new/place": 200, "/private": 401}


class Site(ThreadingHTTPServer):
    """A server that counts what it is asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: Counter[str] = Counter()
        self.ended = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        if self.path == "/slow":
            self.server.ended.wait(60)
            return
        if self.path.startswith("/web/http"):
            kept = self.path.endswith("/gone")
            self.send_response(302 if kept else 404)
            if kept:
                self.send_header("Location", f"{self.server.url}/web/20200102030405/{self.path[5:]}")
        elif self.path == "/old/place":
            self.send_response(301)
            self.send_header("Location", "/new/place")
        else:
            self.send_response(PAGES.get(self.path, 404))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET  # noqa: N815  # the name that the base class asks for

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.ended.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def folder(tmp_path: Path, site: Site) -> Path:
    (tmp_path / "listlint.toml").write_text(
        f"[links]\nports = [{site.server_port}]\nconfirm-delay = 0.05\nbackoff = 0.01\n", encoding="utf-8"
    )
    return tmp_path


def write(folder: Path, *urls: str) -> None:
    items = (f"- [Page {number}]({url}) - Is linked.\n" for number, url in enumerate(urls))
    (folder / "README.md").write_text("# List\n\n" + "".join(items), encoding="utf-8")


def run(folder: Path, *arguments: str, private: bool = True) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "listlint", "links", *(["--allow-private"] if private else []), *arguments]
    env = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=env, timeout=120)


def test_failures_do_not_pile_up_while_the_network_is_asked() -> None:
    gc.disable()  # as the command line does
    try:
        with liveness._tidy():
            first = Knot()
            gone = weakref.ref(first)
            del first
            kept = [Knot() for _ in range(100_000)]
            assert gone() is None
        assert not gc.isenabled()
        assert gc.get_freeze_count() == 0
        assert len(kept) == 100_000
    finally:
        gc.enable()


class Knot:
    """Something that only a search for cycles frees."""

    def __init__(self) -> None:
        self.itself = self


def test_verdicts_summary_and_exit_codes(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/ok", f"{site.url}/gone#part", f"{site.url}/blocked", f"{site.url}/private")
    done = run(folder)
    assert done.returncode == 1
    assert "README.md:4:12: NET001 dead-link error: the link is dead (404 twice)" in done.stdout
    assert "README.md:5:12: NET006 undetermined-link info" in done.stdout
    assert done.stdout.count("NET0") == 2
    assert "4 links: 2 alive, 1 dead, 1 unknown" in done.stderr
    assert run(folder, "--fail-on", "info", "--quiet").returncode == 1
    write(folder, f"{site.url}/ok", f"{site.url}/blocked")
    assert run(folder).returncode == 0
    assert run(folder, "--fail-on", "info").returncode == 1


def test_one_request_for_a_url_however_often_it_is_linked(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/ok", f"{site.url}/ok#a", f"{site.url}/ok#b")
    assert run(folder).returncode == 0
    assert site.asked == {"/ok": 1}


def test_moved_links_name_the_new_place(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/old/place")
    found = json.loads(run(folder, "--output", "json").stdout)["findings"]
    assert [finding["code"] for finding in found] == ["NET003"]
    assert found[0]["fix"]["edits"][0]["text"] == f"{site.url}/new/place"
    assert found[0]["fix"]["applicability"] == "safe"


def test_fix_puts_moved_links_to_their_new_place(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/old/place", f"{site.url}/ok")
    command = [sys.executable, "-m", "listlint", "fix", "README.md", "--links", "--allow-private", "--select", "NET"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert f"{site.url}/new/place" in text, done.stderr
    assert "/old/place" not in text
    assert f"{site.url}/ok" in text
    assert "NET003" in done.stdout


def test_dead_links_are_offered_with_a_copy(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/gone", f"{site.url}/lost")
    with (folder / "listlint.toml").open("a", encoding="utf-8") as config:
        config.write(f'[links.origins]\narchive = "{site.url}"\n')
    assert "nobody named it" in run(folder, "--archived").stderr
    found = json.loads(run(folder, "--archived", "--config", "listlint.toml", "--output", "json").stdout)["findings"]
    assert found[0]["fix"]["edits"][0]["text"] == f"{site.url}/web/20200102030405/{site.url}/gone"
    assert found[0]["fix"]["applicability"] == "unsafe"
    assert found[1]["fix"] is None


def test_private_addresses_are_never_asked_by_default(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/ok")
    done = run(folder, private=False)
    assert "forbidden-target" in done.stdout
    assert site.asked == {}


def test_successes_are_remembered_and_failures_are_not(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/ok", f"{site.url}/gone")
    run(folder)
    first = Counter(site.asked)
    run(folder)
    assert site.asked["/ok"] == first["/ok"]
    assert site.asked["/gone"] == 2 * first["/gone"]
    run(folder, "--max-age", "0")
    assert site.asked["/ok"] == 2 * first["/ok"]
    shown = run(folder, "--history").stdout
    assert "/ok" in shown
    assert "dead" in shown


def test_no_store_keeps_nothing(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/ok")
    run(folder, "--no-store")
    assert not (folder / ".listlint" / "links.db").exists()


def test_offline_asks_nobody(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/ok", f"{site.url}/gone")
    run(folder)
    asked = Counter(site.asked)
    write(folder, f"{site.url}/ok", f"{site.url}/gone", f"{site.url}/never")
    done = run(folder, "--offline")
    assert site.asked == asked
    assert "the link is dead" in done.stdout
    assert "not-asked" in done.stdout


def test_a_dry_run_asks_nobody(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/ok", f"{site.url}/gone")
    done = run(folder, "--dry-run")
    assert f"2  127.0.0.1:{site.server_port}" in done.stdout
    assert site.asked == {}


def test_offline_with_an_empty_history_says_so_once(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/ok", f"{site.url}/gone")
    done = run(folder, "--offline", "--output", "json:all.json", "--output", "concise")
    assert done.returncode == 0
    assert done.stdout == ""
    assert done.stderr.count("NET006") == 1
    assert "nothing is known of 2 links" in done.stderr
    found = json.loads((folder / "all.json").read_text(encoding="utf-8"))["findings"]
    assert [one["code"] for one in found] == ["NET006", "NET006"]
    full = run(folder, "--offline", "--output", "full")
    assert full.stdout.count("NET006") == 2
    assert "NET006" not in full.stderr
    strict = run(folder, "--offline", "--fail-on", "info")
    assert strict.returncode == 1
    assert strict.stdout.count("NET006") == 2  # what fails a run is shown


def test_who_asks_nobody_makes_no_history(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/ok")
    for option in ("--offline", "--dry-run", "--history"):
        run(folder, option)
        assert not (folder / ".listlint").exists(), option


def test_an_empty_history_is_called_empty(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/ok")
    done = run(folder, "--history")
    assert (done.returncode, done.stdout) == (0, "")
    assert "the link history is empty: .listlint/links.db" in done.stderr
    run(folder)
    assert "empty" not in run(folder, "--history").stderr


def test_patterns(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/ok", f"{site.url}/gone")
    assert run(folder, "--exclude", "/gone$").returncode == 0
    assert run(folder, "--include", "/ok").returncode == 0
    done = run(folder, "--include", "(")
    assert done.returncode == 2
    assert "no regular expression" in done.stderr


def test_a_redirect_to_what_is_excluded_is_not_followed(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/old/place")
    done = run(folder, "--exclude", "/new/")
    assert "not known to be alive" in done.stdout
    assert set(site.asked) == {"/old/place"}


def test_verdicts_as_json_lines(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/ok", f"{site.url}/gone", f"{site.url}/ok#twice")
    run(folder, "--verdicts", "verdicts.jsonl", "--html", "links.html")
    lines = [json.loads(line) for line in (folder / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()]
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for line in lines:
        jsonschema.validate(line, schema)
    assert [(line["verdict"], line["reason"]) for line in lines] == [("alive", "ok"), ("dead", "gone")]
    assert lines[0]["places"] == [
        {"path": "README.md", "line": 3, "column": 12},
        {"path": "README.md", "line": 5, "column": 12},
    ]
    assert "<html" in (folder / "links.html").read_text(encoding="utf-8")


def test_export_and_import(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/ok")
    run(folder)
    assert run(folder, "--export", "history.jsonl").returncode == 0
    (folder / ".listlint" / "links.db").unlink()
    assert run(folder, "--import", "history.jsonl").returncode == 0
    run(folder)
    assert site.asked["/ok"] == 1


def test_only_new_links_since_a_commit(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/gone", f"{site.url}/ok")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "README.md")
    git(folder, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "list")
    write(folder, f"{site.url}/blocked", f"{site.url}/ok", f"{site.url}/gone")
    done = run(folder, "--since", "HEAD")
    assert done.returncode == 0
    assert "README.md:3:12: NET006 undetermined-link warning" in done.stdout
    assert set(site.asked) == {"/blocked"}
    missing = run(folder, "--since", "no-such-branch")
    assert missing.returncode == 2
    assert "no-such-branch" in missing.stderr


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)


def test_no_network_is_no_news(folder: Path, site: Site) -> None:
    site.server_close()
    (folder / "listlint.toml").write_text(
        f"[links]\nports = [{site.server_port}]\nbackoff = 0.01\nconnect-timeout = 2\n", encoding="utf-8"
    )
    write(folder, *(f"http://127.0.0.{last}:{site.server_port}/" for last in (5, 6, 7)))
    done = run(folder)
    assert done.returncode == 2
    assert "network unavailable" in done.stderr
    assert run(folder, "--history").stdout == ""


def test_check_links_adds_to_the_other_rules(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/gone", f"{site.url}//ok")
    command = [sys.executable, "-m", "listlint", "check", "--output", "concise"]
    plain = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert "NET0" not in plain.stdout + plain.stderr
    done = subprocess.run(
        [*command, "--links", "--allow-private"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert "NET001" in done.stdout
    assert "URL007" in done.stdout


def test_a_network_that_is_none_is_an_error(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/ok")
    done = run(folder, "--set", 'links.allow=["nonsense"]', private=False)
    assert done.returncode == 2
    assert "'nonsense'" in done.stderr
    assert "Traceback" not in done.stderr
    done = run(folder, "--set", 'links.allow=["127.0.0.0/8"]', private=False)
    assert done.returncode == 0
    assert site.asked == {"/ok": 1}


def test_certificates_that_cannot_be_read_are_an_error(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/ok")
    done = run(folder, "--set", 'links.roots="missing.pem"')
    assert done.returncode == 2
    assert "missing.pem" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals are of Unix")
def test_an_interrupted_run_says_and_keeps_what_is_known(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/gone", f"{site.url}/slow")
    command = [sys.executable, "-m", "listlint", "links", "--allow-private"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, text=True, stdout=pipe, stderr=pipe) as process:
        deadline = time.monotonic() + 30
        while site.asked["/gone"] < 3 or not site.asked["/slow"]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "the link is dead" in out
    assert "1 link: 0 alive, 1 dead, 0 unknown" in err
    assert "Traceback" not in err
    assert "/gone" in run(folder, "--history").stdout


def test_check_since_a_commit_asks_for_new_links_and_reports_what_is_new(folder: Path, site: Site) -> None:
    write(folder, f"{site.url}/gone", f"{site.url}//ok")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "README.md")
    git(folder, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "list")
    write(folder, f"{site.url}/gone", f"{site.url}//ok", f"{site.url}/x//gone", f"{site.url}/ok")
    git(folder, "mv", "README.md", "LIST.md")  # a renamed file keeps its links
    command = [sys.executable, "-m", "listlint", "check", "--output", "concise", "--select", "URL007,NET001"]
    done = subprocess.run(
        [*command, "--links", "--allow-private", "--since", "main", "LIST.md"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    found = [line.split() for line in done.stdout.splitlines()]
    assert [(place.split(":")[:2], code) for place, code, *_ in found] == [
        (["LIST.md", "5"], "NET001"),
        (["LIST.md", "5"], "URL007"),
    ], done
    assert done.returncode == 1
    assert set(site.asked) == {"/ok", "/x//gone"}
