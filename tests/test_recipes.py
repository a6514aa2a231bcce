"""The recipes in docs/recipes: their files are valid, and their commands do on our examples what they promise."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest

import listlint
from tests.paths import ROOT

yaml = pytest.importorskip("yaml", reason="pre-commit is not installed, which needs PyYAML")

RECIPES = ROOT / "docs" / "recipes"
GITLAB = yaml.safe_load((RECIPES / ".gitlab-ci.yml").read_text(encoding="utf-8"))
AZURE = yaml.safe_load((RECIPES / "azure-pipelines.yml").read_text(encoding="utf-8"))
JENKINS = (RECIPES / "Jenkinsfile").read_text(encoding="utf-8")
NEW = "- [Zed](htps://zed.dev) - Edits text.\n"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the recipes are for shells of Unix")


class Run(NamedTuple):
    """What became of a script."""

    code: int
    out: str
    err: str


class Lists:
    """A clone of a repository of lists, and the shell of a CI in it."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        ours = ("LISTLINT", "GIT_", "CI", "GITHUB_", "BUILD_", "NO_COLOR", "FORCE_COLOR")
        names = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        self.environment = names | {
            "PATH": f"{programs}{os.pathsep}{names['PATH']}",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
        }

    def git(self, *arguments: str) -> str:
        words = ["git", "-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
        run = subprocess.run(
            [*words, *arguments], cwd=self.folder, env=self.environment, check=True, capture_output=True
        )
        return run.stdout.decode().strip()

    def commit(self, message: str) -> str:
        """Commit everything; give the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def shell(self, script: str, shell: str = "bash", **variables: str) -> Run:
        """Run a script as a CI does, which stops at the first command that fails."""
        command = [shell, "-e", "-c", script]
        env = self.environment | variables
        run = subprocess.run(command, cwd=self.folder, env=env, check=False, capture_output=True, timeout=120)
        return Run(run.returncode, run.stdout.decode(), run.stderr.decode())

    def findings(self, *options: str) -> list[dict[str, Any]]:
        """What listlint finds, by its own report."""
        run = self.shell(f"listlint check --exit-zero --output json {' '.join(options)}")
        found: list[dict[str, Any]] = json.loads(run.out)["findings"]
        return found

    def failures(self, report: str) -> int:
        """How many test cases of a JUnit report fail."""
        return len(list(self.xml(report).iter("failure")))

    def add_a_mistake(self) -> None:
        readme = self.folder / "README.md"
        readme.write_text(readme.read_text(encoding="utf-8") + f"\n{NEW}", encoding="utf-8")

    def xml(self, name: str) -> ElementTree.Element:
        return ElementTree.fromstring((self.folder / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder in which ``listlint`` is the listlint under test."""
    folder = tmp_path_factory.mktemp("bin")
    write_program(folder / "listlint", f'#!/bin/sh\nexec "{sys.executable}" -m listlint "$@"\n')
    return folder


def write_program(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def lists(tmp_path: Path, programs: Path) -> Lists:
    """Commit our example of a list, in which mistakes are planted, on a branch called main."""
    made = Lists(tmp_path / "lists", programs)
    shutil.copytree(ROOT / "examples" / "awesome", made.folder)
    made.git("init", "--quiet", "--initial-branch=main")
    made.commit("before")
    return made


@pytest.fixture
def request_(lists: Lists) -> tuple[Lists, str]:
    """Let a merge request add one mistake; give the commit that it left from, too."""
    base = lists.git("rev-parse", "HEAD")
    lists.git("checkout", "--quiet", "-b", "more")
    lists.add_a_mistake()
    lists.commit("more")
    return lists, base


def grave(findings: list[dict[str, Any]]) -> int:
    """How many findings fail a run."""
    return sum(finding["severity"] != "info" for finding in findings)


def only_new(lists: Lists, base: str) -> int:
    """How many findings are new; some, and far from all."""
    count = len(lists.findings("--since", base))
    assert 0 < count < len(lists.findings()) / 2
    return count


# The files.


def tool(name: str) -> str:
    """A program of the environment."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.mark.parametrize(
    ("name", "command"),
    [
        (
            ".gitlab-ci.yml",
            ["check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
        ),
        (
            "azure-pipelines.yml",
            ["check-jsonschema", "--builtin-schema", "vendor.azure-pipelines", "--regex-variant", "nonunicode"],
        ),
        (".pre-commit-config.yaml", ["pre-commit", "validate-config"]),
    ],
    ids=["gitlab", "azure", "pre-commit"],
)
def test_the_file_is_valid(name: str, command: list[str]) -> None:
    program, *options = command
    run = subprocess.run([tool(program), *options, str(RECIPES / name)], check=False, capture_output=True)
    assert run.returncode == 0, (run.stdout + run.stderr).decode()


def test_every_recipe_has_its_page_and_its_file_and_is_listed() -> None:
    index = (RECIPES / "README.md").read_text(encoding="utf-8")
    for path in sorted(RECIPES.iterdir()):
        if path.name != "README.md":
            assert f"]({path.name})" in index, f"{path.name} is not in the table"
        if path.suffix == ".md" and path.name != "README.md":
            files = re.findall(r"\]\(([^)#/]+)\)", path.read_text(encoding="utf-8"))
            assert any((RECIPES / name).is_file() for name in files), f"{path.name} names no file"


def test_the_version_is_this_one() -> None:
    pinned = []
    for path in RECIPES.iterdir():
        text = path.read_text(encoding="utf-8")
        pinned += re.findall(r"listlint==([\d.]+\d)", text) + re.findall(r"rev: v([\d.]+\d)", text)
    assert len(pinned) >= 4
    assert set(pinned) == {listlint.__version__}


def test_the_hooks_that_are_named_exist() -> None:
    known = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    config = yaml.safe_load((RECIPES / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in config["repos"][0]["hooks"]} == known
    assert config["ci"]["skip"] == ["listlint-links"]


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.md")), ids=lambda path: path.name)
def test_the_page_names_options_that_exist(path: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "listlint", "check", "--help"], check=True, capture_output=True
    ).stdout.decode()
    foreign = {"--hook-stage", "--all-files"}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", path.read_text(encoding="utf-8"))) - foreign
    assert {option for option in named if option not in shown} == set()


# GitLab.


def gitlab(lists: Lists, **variables: str) -> Run:
    return lists.shell("\n".join(GITLAB["listlint"]["script"]), **variables)


def check_gitlab_reports(lists: Lists, whole: int, new: int) -> None:
    reports = GITLAB["listlint"]["artifacts"]["reports"]
    quality = json.loads((lists.folder / reports["codequality"]).read_text(encoding="utf-8"))
    assert len(quality) == whole
    assert len({issue["fingerprint"] for issue in quality}) == whole
    for issue in quality:
        assert (lists.folder / issue["location"]["path"]).is_file()
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
    assert lists.failures(reports["junit"]) == new


def test_gitlab_checks_everything_on_a_branch(lists: Lists) -> None:
    run = gitlab(lists)
    assert run.code == 1, run.err
    assert "README.md:25" in run.out
    whole = lists.findings()
    check_gitlab_reports(lists, len(whole), grave(whole))


def test_gitlab_fails_a_merge_request_for_its_own(request_: tuple[Lists, str]) -> None:
    lists, base = request_
    run = gitlab(lists, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert run.code == 1, run.err
    assert "htps" in run.out
    check_gitlab_reports(lists, len(lists.findings()), only_new(lists, base))


def test_gitlab_passes_a_merge_request_that_adds_nothing_wrong(lists: Lists) -> None:
    base = lists.git("rev-parse", "HEAD")
    (lists.folder / "notes.txt").write_text("nothing to check\n", encoding="utf-8")
    lists.commit("more")
    assert gitlab(lists, CI_MERGE_REQUEST_DIFF_BASE_SHA=base).code == 0


def test_gitlab_is_not_green_without_the_base(lists: Lists) -> None:
    run = gitlab(lists, CI_MERGE_REQUEST_DIFF_BASE_SHA="0123456789" * 4)
    assert run.code == 2
    assert "0123456789" in run.err


def test_gitlab_asks_for_links_on_a_schedule(lists: Lists) -> None:
    assert GITLAB["listlint-links"]["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "schedule"'}]
    (command,) = GITLAB["listlint-links"]["script"]
    run = lists.shell(f"{command} --dry-run")
    assert run.code == 0, run.err
    assert "would be asked for" in run.out


# Azure Pipelines.


def azure(lists: Lists, **variables: str) -> Run:
    scripts = [step["bash"] for step in AZURE["steps"] if "listlint check" in step.get("bash", "")]
    return lists.shell("\n".join(scripts), **variables)


def test_azure_checks_everything_on_a_branch(lists: Lists) -> None:
    run = azure(lists, BUILD_REASON="IndividualCI")
    assert run.code == 1, run.err
    assert run.out.count("##vso[task.logissue ") > 2
    publish = AZURE["steps"][-1]["inputs"]
    assert publish["testResultsFormat"] == "JUnit"
    assert lists.failures(publish["testResultsFiles"]) == grave(lists.findings())


def test_azure_fails_a_pull_request_for_its_own(request_: tuple[Lists, str], tmp_path: Path) -> None:
    """Azure fetches two commits of the merge of both branches."""
    lists, _ = request_
    lists.git("checkout", "--quiet", "main")
    (lists.folder / "notes.txt").write_text("the branch went on\n", encoding="utf-8")
    lists.commit("meanwhile")
    lists.git("merge", "--quiet", "--no-ff", "--message", "merge", "more")
    clone = tmp_path / "clone"
    depth = next(step["fetchDepth"] for step in AZURE["steps"] if "checkout" in step)
    lists.git("clone", "--quiet", f"--depth={depth}", f"file://{lists.folder}", str(clone))
    whole, lists.folder = lists.folder, clone
    run = azure(lists, BUILD_REASON="PullRequest")
    assert run.code == 1, run.err
    assert "htps" in run.out
    failures = lists.failures("listlint.xml")
    lists.folder = whole
    assert failures == only_new(lists, "HEAD^1")


# Jenkins.


def jenkins(lists: Lists, **variables: str) -> Run:
    (command,) = re.findall(r"sh '\.venv/bin/(listlint check [^']+)'", JENKINS)
    return lists.shell(command, "sh", **variables)


def check_jenkins_reports(lists: Lists, count: int, failures: int) -> None:
    (checkstyle,) = re.findall(r"checkStyle\([^)]*pattern: '([^']+)'", JENKINS)
    (junit,) = re.findall(r"junit testResults: '([^']+)'", JENKINS)
    assert len(list(lists.xml(checkstyle).iter("error"))) == count
    assert lists.failures(junit) == failures


def test_jenkins_checks_everything_on_a_branch(lists: Lists) -> None:
    run = jenkins(lists)
    assert run.code == 1, run.err
    found = lists.findings()
    check_jenkins_reports(lists, len(found), grave(found))


def test_jenkins_fails_a_pull_request_for_its_own(request_: tuple[Lists, str]) -> None:
    lists, base = request_
    lists.git("update-ref", "refs/remotes/origin/main", base)
    run = jenkins(lists, CHANGE_TARGET="main")
    assert run.code == 1, run.err
    new = only_new(lists, base)
    check_jenkins_reports(lists, new, new)


def test_jenkins_is_not_green_without_the_branch(lists: Lists) -> None:
    run = jenkins(lists, CHANGE_TARGET="nowhere $(touch broken)")
    assert run.code == 2
    assert "nowhere" in run.err
    assert not (lists.folder / "broken").exists()


# reviewdog, of which a stand-in notes what it is given: it is no package of Python or npm.


@pytest.fixture
def reviewdog(tmp_path: Path, lists: Lists) -> Path:
    """Give the file in which the stand-in notes its options, and beside it the report."""
    folder = tmp_path / "reviewdog"
    folder.mkdir()
    notes = folder / "called"
    write_program(folder / "reviewdog", f'#!/bin/sh\necho "$@" > "{notes}"\ncat > "{folder}/report.json"\n')
    lists.environment["PATH"] = f"{folder}{os.pathsep}{lists.environment['PATH']}"
    return notes


def test_reviewdog_gets_the_report(request_: tuple[Lists, str], reviewdog: Path) -> None:
    lists, base = request_
    run = lists.shell(f'"{RECIPES}/reviewdog.sh" github-pr-review --since {base}')
    assert run.code == 1, run.err
    assert "htps" in run.out
    called = reviewdog.read_text(encoding="utf-8").split()
    assert called == ["-f=rdjson", "-name=listlint", "-reporter=github-pr-review", "-filter-mode=added"]
    report = json.loads((reviewdog.parent / "report.json").read_text(encoding="utf-8"))
    assert len(report["diagnostics"]) == only_new(lists, base)


def test_reviewdog_gets_nothing_where_the_check_failed(lists: Lists, reviewdog: Path) -> None:
    run = lists.shell(f'"{RECIPES}/reviewdog.sh" github-pr-review --since nowhere')
    assert run.code == 2
    assert not reviewdog.exists()


def test_reviewdog_is_told_when_all_is_well(lists: Lists, reviewdog: Path) -> None:
    run = lists.shell(f'"{RECIPES}/reviewdog.sh" gitlab-mr-discussion --select NET')
    assert run.code == 0, run.err
    assert json.loads((reviewdog.parent / "report.json").read_text(encoding="utf-8"))["diagnostics"] == []


def test_reviewdog_needs_a_reporter(lists: Lists, reviewdog: Path) -> None:
    run = lists.shell(f'"{RECIPES}/reviewdog.sh"')
    assert run.code != 0
    assert "a reporter" in run.err
