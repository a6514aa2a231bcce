"""The workflows that ``docs/links.md`` shows: their commands are run as a runner would, against the link farm."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml  # type: ignore[import-untyped]  # its types are a package that nothing else here needs

from tests.farm.rows import GOOD
from tests.farm.server import running
from tests.farm.sites import ON_MANY_ADDRESSES, Farm
from tests.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "links.md"
PINNED = re.compile(r"actions/[a-z/-]+@[0-9a-f]{40}")

pytestmark = [
    pytest.mark.skipif(not PAGE.exists(), reason="a source distribution has no documentation beside its tests"),
    pytest.mark.skipif(not ON_MANY_ADDRESSES, reason="only Linux answers on all of 127.0.0.0/8"),
]


def blocks() -> list[str]:
    """The texts in YAML of the page."""
    return re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def weekly() -> str:
    [text] = [text for text in blocks() if text.startswith("name: links\n")]
    return text


def proposed() -> str:
    """A workflow of the steps that the page shows for pull requests."""
    [part] = [text for text in blocks() if "--since" in text]
    return (
        "name: new links\non: pull_request\npermissions:\n  contents: read\n"
        f"jobs:\n  links:\n    runs-on: ubuntu-latest\n    steps:\n{part}"
    )


def steps(workflow: str) -> list[dict[str, Any]]:
    [job] = yaml.safe_load(workflow)["jobs"].values()
    found: list[dict[str, Any]] = job["steps"]
    return found


def validator(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed; `python3 dev.py lint` has it")
    return found


@pytest.mark.parametrize("workflow", [weekly, proposed])
@pytest.mark.parametrize(
    "command",
    [
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
        ["actionlint"],
        ["zizmor", "--offline", "--quiet"],
    ],
    ids=lambda command: command[0],
)
def test_validators_find_nothing(workflow: Any, command: list[str], tmp_path: Path) -> None:
    path = tmp_path / ".github" / "workflows" / "links.yml"
    path.parent.mkdir(parents=True)
    path.write_text(workflow(), encoding="utf-8")
    done = subprocess.run(
        [validator(command[0]), *command[1:], str(path)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("workflow", [weekly, proposed])
def test_actions_are_pinned_as_those_of_the_repository_are(workflow: Any) -> None:
    own = "".join(path.read_text(encoding="utf-8") for path in (ROOT / ".github" / "workflows").glob("*.yml"))
    pins = dict(re.findall(r"uses: (actions/[a-z-]+)\S*@(\S+ # \S+)", own))
    for name, pin in re.findall(r"uses: (actions/[a-z-]+)\S*@(.+)", workflow()):
        assert pins[name] == pin


class Runner:
    """A folder, the farm that its list leads to, and what it takes to run the steps of a workflow there."""

    def __init__(self, folder: Path, farm: Farm) -> None:
        self.folder = folder
        self.farm = farm
        self.site = farm.site()
        folder.mkdir(parents=True, exist_ok=True)
        options = "confirm-delay = 0.05\nbackoff = 0.01\n"
        (folder / "listlint.toml").write_text(f"[links]\nports = [{farm.port}]\n{options}", encoding="utf-8")

    def link(self, *targets: str) -> None:
        for target in targets:
            if not target.startswith("/gone"):
                self.site.pages[target] = GOOD
        lines = (f"- [Crop of {target[1:]}]({self.site.url(target)}) - Grows here.\n" for target in targets)
        (self.folder / "README.md").write_text("# Farm\n\n" + "".join(lines), encoding="utf-8")

    def run(self, workflow: str, **environment: str) -> list[subprocess.CompletedProcess[str]]:
        """Run each step that calls listlint, in the shell of a runner, and return what came of it."""
        bin_folder = self.folder.parent / "bin"
        bin_folder.mkdir(exist_ok=True)
        program = bin_folder / "listlint"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m listlint "$@" --allow-private\n', encoding="utf-8")
        program.chmod(0o755)
        env = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "CI"))}
        env |= {"PATH": f"{bin_folder}{os.pathsep}{env['PATH']}", "CI": "true", **environment}
        return [
            subprocess.run(
                ["bash", "-e", "-c", step["run"]],
                cwd=self.folder,
                env=env | {name: "" if "${{" in value else value for name, value in step.get("env", {}).items()},
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
            for step in steps(workflow)
            if step.get("run", "").startswith("listlint ")
        ]


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    farm = Farm(scale=0.01, names=False)
    made = Runner(tmp_path / "list", farm)
    with running(farm):
        yield made


def test_the_weekly_run_remembers_between_runs_in_what_the_cache_keeps(runner: Runner) -> None:
    runner.link("/one", "/two", "/gone")
    [done] = runner.run(weekly())
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.count("NET001") == 1
    made = {step["with"]["path"] for step in steps(weekly()) if "path" in step.get("with", {})}
    assert made == {".listlint", "links.html"}
    assert all((runner.folder / name).exists() for name in made)
    # The next runner has the list and the cache, and nothing else.
    (runner.folder / "links.html").unlink()
    runner.link("/one", "/two", "/three")
    runner.farm.clear()
    [done] = runner.run(weekly())
    assert done.returncode == 0, done.stdout + done.stderr
    assert {target for _, target in runner.site.stats.paths} == {"/three"}


def test_steps_that_keep_what_is_known_run_after_a_failure() -> None:
    found = steps(weekly())
    asks = next(index for index, step in enumerate(found) if step.get("run", "").startswith("listlint "))
    assert all(step["if"] == "always()" for step in found[asks + 1 :])
    keys = [step["with"]["key"] for step in found if "actions/cache" in step.get("uses", "")]
    assert len(keys) == 2
    assert len(set(keys)) == 1


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_pull_request_is_asked_about_its_own_links_alone(tmp_path: Path, runner: Runner) -> None:
    upstream = Repository(runner.folder)
    runner.link("/one", "/gone-long-ago")
    upstream.commit("the list")
    farm = runner.farm
    fork = Repository(tmp_path / "checkout")
    fork.git("remote", "add", "origin", upstream.root.as_uri())
    fork.git("fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*")
    fork.git("checkout", "-q", "--detach", "origin/main")
    runner.folder = fork.root
    for added, code in (("/new", 0), ("/gone-now", 1)):
        farm.clear()
        runner.link("/one", "/gone-long-ago", added)
        fork.commit("one more")
        [done] = runner.run(proposed(), GITHUB_BASE_REF="main")
        assert done.returncode == code, done.stdout + done.stderr
        assert done.stdout.count("::error") == code
        assert {target for _, target in runner.site.stats.paths} == {added}
