"""The one issue on dead links: its text, and the script that keeps it, against a stand-in for ``gh``."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from listlint.model.diagnostic import Diagnostic, Severity
from listlint.model.result import Result
from listlint.model.source import Source
from listlint.model.span import Span
from listlint.parse.markdown import parse
from listlint.report import issue
from tests.action.server import everything_gone

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / ".github" / "scripts" / "link_issue.py"
BOT = "github-actions[bot]"


def result(
    *found: tuple[str, str, Severity], path: str = "README.md", fail_on: Severity | None = Severity.ERROR
) -> Result:
    """A result with a finding for each URL, its message and severity; one a line."""
    source = Source.from_text("".join(f"{url}\n" for url, _, _ in found), path)
    diagnostics, at = [], 0
    for url, message, severity in found:
        span = Span(at, at + len(url))
        diagnostics.append(Diagnostic("NET001", "dead-link", severity, message, source, span))
        at += len(url) + 1
    return Result(diagnostics=tuple(diagnostics), fail_on=fail_on)


def body(of: Result) -> str:
    out = io.StringIO()
    issue.render(of, out)
    return out.getvalue()


ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
GONE = ("https://a.dev/x", "the link is dead (404 twice)", ERROR)


# -- the text -------------------------------------------------------------------------------------


def shown(text: str) -> str:
    """What a reader sees of the text: tags are not shown, entities are."""
    import html

    return html.unescape(re.sub(r"<[^>]*>", "", text))


def test_what_fails_the_run_comes_first() -> None:
    moved, unknown = ("https://b.dev/", "moved for good", WARNING), ("https://c.dev/", "blocked", INFO)
    text = body(result(unknown, moved, GONE, GONE))
    assert text.startswith(issue.MARKER + "\n1 link wants attention.")
    seen = shown(text)
    assert "https://a.dev/x\n  the link is dead (404 twice) in README.md:3, README.md:4" in seen
    assert seen.index("a.dev") < seen.index("1 link to look at some time") < seen.index("b.dev")
    assert "c.dev" not in seen
    assert "1 link could not be judged" in seen


def test_nothing_is_written_where_nothing_fails_the_run() -> None:
    assert body(result()) == ""
    assert body(result(("https://b.dev/", "moved", WARNING), ("https://c.dev/", "blocked", INFO))) == ""
    assert body(result(("https://b.dev/", "moved", WARNING), fail_on=WARNING)) != ""
    assert body(result(("https://b.dev/", "moved", WARNING), fail_on=None)) == ""


def test_the_same_links_make_the_same_text() -> None:
    of = result(GONE, ("https://b.dev/", "moved", WARNING))
    assert body(of) == body(replace(of, diagnostics=of.diagnostics[::-1]))


@pytest.mark.parametrize("letter", ["x", "論", "👩", "@", "`"])
def test_the_text_is_never_too_long(letter: str) -> None:
    found = [(f"https://a{n}.dev/{letter * (n % 700)}", "gone", ERROR if n % 2 else WARNING) for n in range(2000)]
    text = body(result(*found))
    assert 50_000 < len(text.encode("utf-16-le")) // 2 <= 65_000
    assert re.search(r"and [\d,]+ more", text)
    assert "written anew" in text
    listed = text.count("\n- <code>")
    (left, *_) = re.findall(r"- and ([\d,]+) more", text)
    assert listed + sum(int(number.replace(",", "")) for number in re.findall(r"- and ([\d,]+) more", text)) == 2000, (
        left
    )


HOSTILE = [
    "https://a.dev/@someone",
    "https://a.dev/`</code>`@someone`",
    "https://github.com/owner/other/issues/1",
    "https://a.dev/<img src=x onerror=alert(1)>",
    "https://a.dev/-->\u202e",
    "https://a.dev/<!-- listlint-links -->",
    "owner/other#1",
]


@pytest.mark.parametrize("url", HOSTILE)
def test_a_list_makes_no_mention_no_link_and_no_markup(url: str) -> None:
    text = body(result((url, url, ERROR), path="@someone #1 https://c.dev/`.md"))
    rest = text.removeprefix(issue.MARKER)
    outside = re.sub(r"<code>.*?</code>", "", rest)
    for word in ("someone", "#1", "https", "img", "<!-- listlint-links"):
        assert word not in outside
    document = parse(Source.from_text(text, "issue.md"))
    assert [link.url for link in document.links] == []
    assert rest.count(issue.MARKER) == 0


def links(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``listlint links`` with an issue wanted."""
    command = [sys.executable, "-m", "listlint", "links", "--allow-private", "--issue-body", "issue.md", *arguments]
    env = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=120)


def test_the_command_writes_it_where_it_knows(tmp_path: Path) -> None:
    file, page = tmp_path / "issue.md", tmp_path / "README.md"
    with everything_gone() as server:
        (tmp_path / "listlint.toml").write_text(server.config, encoding="utf-8")
        page.write_text(f"# List\n\n- [Gone]({server.url}/gone) - Was there.\n", encoding="utf-8")
        assert links(tmp_path).returncode == 1
        text = file.read_text(encoding="utf-8")
        assert f"{server.url}/gone\n  the link is dead (404 twice) in README.md:3" in shown(text)
        assert links(tmp_path, "missing.md").returncode == 2
        assert file.read_text(encoding="utf-8") == text
    page.write_text("# List\n\n- [Walled](https://www.linkedin.com/in/x) - Is never asked.\n", encoding="utf-8")
    assert links(tmp_path, "--offline").returncode == 0
    assert file.read_bytes() == b""


# -- the script -----------------------------------------------------------------------------------


class Forge:
    """The issues of a repository."""

    def __init__(self, folder: Path) -> None:
        self.store, self.body, self.programs = folder / "issues.json", folder / "issue.md", folder / "bin"
        self.programs.mkdir()
        gh = self.programs / "gh"
        gh.write_text(
            f"#!{sys.executable}\n{(ROOT / 'tests/action/gh.py').read_text(encoding='utf-8')}", encoding="utf-8"
        )
        gh.chmod(0o755)
        self.save([])

    def save(self, issues: list[dict[str, Any]]) -> None:
        self.store.write_text(json.dumps({"issues": issues, "requests": []}), encoding="utf-8")

    @property
    def issues(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.store.read_text(encoding="utf-8"))["issues"]
        return found

    def requests(self) -> list[str]:
        """The requests since the last call."""
        kept = json.loads(self.store.read_text(encoding="utf-8"))
        self.store.write_text(json.dumps(kept | {"requests": []}), encoding="utf-8")
        made: list[str] = kept["requests"]
        return made

    def run(self, text: str, **environment: str) -> subprocess.CompletedProcess[str]:
        self.body.write_text(text, encoding="utf-8")
        env = {**os.environ, "PATH": str(self.programs), "ISSUES": str(self.store), "GH_TOKEN": "t"}
        env |= {"GITHUB_REPOSITORY": "owner/list", **environment}
        command = [sys.executable, str(SCRIPT), str(self.body)]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    if sys.platform == "win32" or not SCRIPT.exists():
        pytest.skip("the stand-in is a program of Unix, and a source distribution has no script")
    return Forge(tmp_path)


def test_an_issue_through_its_life(forge: Forge) -> None:
    one, two = body(result(GONE)), body(result(GONE, ("https://b.dev/", "gone", ERROR)))
    assert forge.run("").stdout == "all is well, and there is no issue\n"
    assert forge.issues == []
    assert forge.run(one).stdout == "opened #1\n"
    assert [issue["body"] for issue in forge.issues] == [one]
    forge.requests()
    assert forge.run(one).stdout == "#1 says so already\n"
    assert forge.requests() == ["GET repos/owner/list/issues"]
    assert forge.run(two).stdout == "wrote #1 anew\n"
    assert forge.run("").stdout == "closed #1\n"
    assert (forge.issues[0]["state"], forge.issues[0]["state_reason"]) == ("closed", "completed")
    assert len(forge.issues[0]["comments"]) == 1
    assert forge.run("").stdout == "all is well, and #1 is closed\n"
    assert forge.run(one).stdout == "opened #1 again\n"
    assert [(issue["state"], issue["body"]) for issue in forge.issues] == [("open", one)]


def test_who_closed_it_as_not_planned_is_heard(forge: Forge) -> None:
    forge.run(body(result(GONE)))
    forge.save([forge.issues[0] | {"state": "closed", "state_reason": "not_planned"}])
    changed = body(result(GONE, GONE))
    assert forge.run(changed).stdout == "wrote #1 anew\n"
    assert [(issue["state"], issue["body"]) for issue in forge.issues] == [("closed", changed)]


def test_the_issues_of_others_are_left_alone(forge: Forge) -> None:
    common: dict[str, Any] = {"state": "open", "state_reason": None, "comments": []}
    marked = f"{issue.MARKER}\nmine"
    others = [
        {"number": 1, "user": {"login": "stranger"}, "body": marked, **common},
        {"number": 2, "user": {"login": BOT}, "body": f"quotes {marked}", **common},
        {"number": 3, "user": {"login": BOT}, "body": None, **common},
        {"number": 4, "user": {"login": BOT}, "body": marked, "pull_request": {}, **common},
    ]
    forge.save(others)
    assert forge.run(body(result(GONE))).stdout == "opened #5\n"
    assert forge.issues[:4] == others


def test_it_is_found_behind_many_others(forge: Forge) -> None:
    common: dict[str, Any] = {"state": "closed", "state_reason": "completed", "comments": [], "user": {"login": BOT}}
    mine = {"number": 1, "body": issue.MARKER, **common}
    forge.save([mine, *({"number": n, "body": "a release", **common} for n in range(2, 252))])
    assert forge.run(body(result(GONE))).stdout == "opened #1 again\n"
    assert forge.requests().count("GET repos/owner/list/issues") == 3


def test_what_goes_wrong_is_said(forge: Forge) -> None:
    text = body(result(GONE))
    assert "GH_TOKEN" in forge.run(text, GH_TOKEN="").stderr
    assert "404" in forge.run(text, GITHUB_REPOSITORY="owner/other").stderr
    assert "names no repository" in forge.run(text, GITHUB_REPOSITORY="owner/list/../x").stderr
    assert "not what listlint" in forge.run("# Something else\n").stderr
    assert "no program gh" in forge.run(text, PATH=str(forge.store.parent / "empty")).stderr
    for wrong in ({"GH_TOKEN": ""}, {"GITHUB_REPOSITORY": ""}):
        assert forge.run(text, **wrong).returncode == 2
    assert forge.issues == []


def test_the_script_and_the_report_know_one_marker() -> None:
    if not SCRIPT.exists():
        pytest.skip("a source distribution has no script")
    assert f'MARKER = "{issue.MARKER}"' in SCRIPT.read_text(encoding="utf-8")
